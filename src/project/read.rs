//! The project on disk: where it is, and everything in it as text.

use super::{Project, config};
use crate::diagnostic::{Diagnostic, Rule, rules};
use crate::fields::Kind;
use crate::route;
use crate::source::{FileId, Source, Sources, Span};
use jiff::civil::Date;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

/// The largest file that is read, in bytes. A handoff has a dozen kilobytes; what is a thousand times that is no handoff.
const LARGEST: u64 = 8 << 20;

/// Everything read from disk in one run.
#[derive(Debug)]
pub struct Content {
    /// All texts: `segue.toml`, the project's own theme and the content, in the order of their paths.
    pub sources: Sources,
    /// The content files, in the same order. Those that could not be read are among them, with empty text.
    pub files: Vec<ContentFile>,
    /// Images and other files beside the content, in the order of their paths.
    pub assets: Vec<Asset>,
    /// The project's own theme files: their path under `themes/default/`, in order.
    pub theme: Vec<(String, FileId)>,
    /// The theme's files that are no text (images, fonts): their path under `themes/default/`, and where they are.
    pub theme_assets: Vec<Asset>,
}

/// A Markdown file under `content/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentFile {
    /// Its text.
    pub file: FileId,
    /// Its kind, told by its folder.
    pub kind: Kind,
    /// Its slug or id; of a page, its address without slashes at the ends.
    pub id: String,
    /// Whether its text could be read. What could not was reported.
    pub readable: bool,
}

/// A file that is published as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its path, with `/`: under `content/` for content, under `themes/default/` for themes.
    pub path: String,
    /// Where it is.
    pub disk: PathBuf,
}

/// What keeps a project from being read at all.
#[derive(Debug)]
pub enum ProjectError {
    /// Neither this folder nor one above it holds `segue.toml`.
    NoRoot(PathBuf),
    /// The file system said no.
    Io(PathBuf, io::Error),
}

impl fmt::Display for ProjectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRoot(from) => {
                write!(
                    f,
                    "neither {} nor a folder above it holds `segue.toml`, so this is no knowledge base",
                    from.display()
                )
            }
            Self::Io(path, error) => write!(f, "{}: {error}", path.display()),
        }
    }
}

impl std::error::Error for ProjectError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NoRoot(_) => None,
            Self::Io(_, error) => Some(error),
        }
    }
}

impl Project {
    /// The root of the knowledge base that `from` is in: the nearest folder upwards with a `segue.toml`.
    pub fn find_root(from: &Path) -> Result<PathBuf, ProjectError> {
        let from = fs::canonicalize(from).map_err(|error| ProjectError::Io(from.to_owned(), error))?;
        let root = from.ancestors().find(|folder| folder.join("segue.toml").is_file());
        root.map(Path::to_owned).ok_or_else(|| ProjectError::NoRoot(from.clone()))
    }

    /// Reads the configuration and all content of the knowledge base at `root`. Faults of the content are diagnostics;
    /// only what keeps everything from being read is an error.
    pub fn read(root: &Path, today: Date) -> Result<(Self, Content, Vec<Diagnostic>), ProjectError> {
        let root = fs::canonicalize(root).map_err(|error| ProjectError::Io(root.to_owned(), error))?;
        let (texts, assets): (Vec<_>, Vec<_>) = survey(&root)?.into_iter().partition(Found::is_text);
        let read: Vec<_> = texts
            .into_par_iter()
            .enumerate()
            .map(|(at, found)| {
                let file = FileId(at as u32);
                let (source, diagnostic) = found.read(file);
                (file, source, diagnostic)
            })
            .collect();

        let mut diagnostics = Vec::new();
        let mut content = Content {
            sources: Sources::default(),
            files: Vec::new(),
            assets: Vec::new(),
            theme: Vec::new(),
            theme_assets: Vec::new(),
        };
        let mut sources = Vec::with_capacity(read.len());
        let mut config_file = FileId(0);
        for (file, source, diagnostic) in read {
            let readable = diagnostic.is_none();
            diagnostics.extend(diagnostic);
            if let Some(path) = source.path().strip_prefix("themes/default/") {
                content.theme.push((path.to_owned(), file));
            } else if let Some(path) = source.path().strip_prefix("content/") {
                if has_extension(path, "md") {
                    content.files.push(content_file(path, file, readable, &mut diagnostics));
                }
            } else if source.path() == "segue.toml" {
                config_file = file;
            }
            sources.push(source);
        }
        for Found { path, disk, .. } in assets {
            match (path.strip_prefix("content/"), path.strip_prefix("themes/default/")) {
                (Some(path), _) => content.assets.push(Asset { path: path.to_owned(), disk }),
                (_, Some(path)) => content.theme_assets.push(Asset { path: path.to_owned(), disk }),
                _ => {}
            }
        }
        content.sources = Sources::new(sources);
        let (project, mut mistakes) = config::read(root, today, config_file, content.sources.get(config_file));
        mistakes.append(&mut diagnostics);
        Ok((project, content, mistakes))
    }
}

impl Content {
    /// The same with a text that is not on disk, or not yet: at `path` from the root, under `content/`. It takes the
    /// place of what is there.
    #[must_use]
    pub fn with_draft(mut self, path: &str, text: &str) -> Self {
        let source = Source::new(path, text);
        let mut sources: Vec<Source> = self.sources.iter().map(|(_, source)| source.clone()).collect();
        let there = sources.iter().position(|other| other.path() == path);
        let file = FileId(there.unwrap_or(sources.len()) as u32);
        match there {
            Some(at) => sources[at] = source,
            None => sources.push(source),
        }
        self.sources = Sources::new(sources);
        if let Some(known) = self.files.iter_mut().find(|known| known.file == file) {
            known.readable = true;
        } else {
            // A draft's name is checked by whoever chooses it.
            let (kind, id) = name_file(path.strip_prefix("content/").unwrap_or(path), file, &mut Vec::new());
            self.files.push(ContentFile { file, kind, id, readable: true });
        }
        self
    }
}

/// A file of the project, and what is wrong with it before its text is looked at.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its path from the root, with `/`.
    pub path: String,
    /// Where it is: of a symbolic link, where that leads.
    pub disk: PathBuf,
    fault: Option<Fault>,
}

/// Every file of the knowledge base at `root`, which is canonical, in the order of paths.
pub fn survey(root: &Path) -> Result<Vec<Found>, ProjectError> {
    let mut found = Walk::new(root);
    found.paths.push(Found { path: "segue.toml".to_owned(), disk: root.join("segue.toml"), fault: None });
    for folder in ["content", "themes/default"] {
        let disk = root.join(folder);
        match fs::symlink_metadata(&disk) {
            Ok(_) => found.entry(folder.to_owned(), &disk),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(ProjectError::Io(disk, error)),
        }
    }
    let mut paths = found.paths;
    paths.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(paths)
}

impl Found {
    /// Whether it is read as text; what is not is published as it is.
    pub fn is_text(&self) -> bool {
        !self.path.starts_with("content/") && !self.path.starts_with("themes/")
            || has_extension(&self.path, "md")
            || self.path.starts_with("themes/default/templates/")
            || self.path.starts_with("themes/default/")
                && ["css", "js", "toml"].iter().any(|extension| has_extension(&self.path, extension))
            || self.fault.is_some()
    }

    /// The regular file at a path from `root`, which is canonical; `None` where a link leads there.
    pub fn plain(root: &Path, path: &str) -> Option<Self> {
        let disk = root.join(path);
        let plain = fs::canonicalize(&disk).is_ok_and(|real| real == disk);
        plain.then(|| Self { path: path.to_owned(), disk, fault: None })
    }

    /// Whether there is still something where it was found.
    pub fn is_there(&self) -> bool {
        fs::symlink_metadata(&self.disk).is_ok()
    }

    /// Its text. What cannot be read is reported and stands as an empty source, so that references to it hold.
    pub fn read(&self, file: FileId) -> (Source, Option<Diagnostic>) {
        match &self.fault {
            Some(fault) => (Source::new(self.path.as_str(), ""), Some(fault.at(file))),
            None => read_file(file, self.path.clone(), &self.disk),
        }
    }
}

/// The Markdown file at `path` under `content/`, told apart by its folder and name.
pub fn content_file(path: &str, file: FileId, readable: bool, diagnostics: &mut Vec<Diagnostic>) -> ContentFile {
    let (kind, id) = name_file(path, file, diagnostics);
    ContentFile { file, kind, id, readable }
}

#[derive(Clone, Debug)]
struct Fault {
    rule: &'static Rule,
    message: String,
    help: &'static str,
}

impl Fault {
    fn at(&self, file: FileId) -> Diagnostic {
        Diagnostic::new(self.rule, file, Span::at(0), self.message.as_str()).help(self.help)
    }
}

/// A walk through the project's folders. Symbolic links are followed while they stay inside.
struct Walk<'a> {
    root: &'a Path,
    folders: BTreeSet<PathBuf>,
    paths: Vec<Found>,
}

impl<'a> Walk<'a> {
    fn new(root: &'a Path) -> Self {
        Self { root, folders: BTreeSet::new(), paths: Vec::new() }
    }

    fn fault(&mut self, path: String, disk: &Path, rule: &'static Rule, message: String, help: &'static str) {
        self.paths.push(Found { path, disk: disk.to_owned(), fault: Some(Fault { rule, message, help }) });
    }

    fn unreadable(&mut self, path: String, disk: &Path, error: &io::Error) {
        self.fault(path, disk, &rules::UNREADABLE_FILE, format!("cannot be read: {error}"), "Check its permissions.");
    }

    fn entry(&mut self, path: String, disk: &Path) {
        let metadata = match fs::symlink_metadata(disk) {
            Ok(metadata) => metadata,
            Err(error) => return self.unreadable(path, disk, &error),
        };
        if metadata.is_symlink() {
            return self.link(path, disk);
        }
        if metadata.is_dir() {
            return self.folder(&path, disk);
        }
        if metadata.is_file() {
            self.paths.push(Found { path, disk: disk.to_owned(), fault: None });
        } else if has_extension(&path, "md") {
            let message = "is no regular file".to_owned();
            self.fault(path, disk, &rules::UNREADABLE_FILE, message, "Only regular files can be content.");
        }
    }

    fn link(&mut self, path: String, disk: &Path) {
        let target = match fs::canonicalize(disk) {
            Ok(target) => target,
            Err(error) => return self.unreadable(path, disk, &error),
        };
        if !target.starts_with(self.root) {
            let message = "is a symbolic link to a place outside the project".to_owned();
            let help = "What is published must lie in the project: copy the file there, or link to a place inside it.";
            return self.fault(path, disk, &rules::OUTSIDE_LINK, message, help);
        }
        if target.is_dir() {
            // A link to a folder that holds it would go on for ever; one to a folder seen already would publish twice.
            if !self.folders.contains(&target) && !disk.starts_with(&target) {
                self.folder(&path, &target);
            }
        } else {
            self.paths.push(Found { path, disk: target, fault: None });
        }
    }

    fn folder(&mut self, path: &str, disk: &Path) {
        self.folders.insert(disk.to_owned());
        let entries = match fs::read_dir(disk) {
            Ok(entries) => entries,
            Err(error) => return self.unreadable(path.to_owned(), disk, &error),
        };
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.unreadable(path.to_owned(), disk, &error);
                    continue;
                }
            };
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                let path = format!("{path}/{}", name.to_string_lossy());
                let help = "Rename it: lower-case letters, digits, `-`, `.` and `_` are safe on every system.";
                self.fault(path, &entry.path(), &rules::BAD_FILE_NAME, "has a name that is not UTF-8".to_owned(), help);
                continue;
            };
            // Hidden files are editors' and systems' own.
            if name.starts_with('.') || name.ends_with('~') {
                continue;
            }
            self.entry(format!("{path}/{name}"), &entry.path());
        }
    }
}

/// Reads a text. What cannot be read is reported and stands as an empty source, so that references to it hold.
fn read_file(file: FileId, path: String, disk: &Path) -> (Source, Option<Diagnostic>) {
    let fault = |path: String, rule: &'static Rule, message: String, help: &str| {
        (Source::new(path, ""), Some(Diagnostic::new(rule, file, Span::at(0), message).help(help)))
    };
    let bytes = match fs::metadata(disk) {
        Ok(metadata) if metadata.len() > LARGEST => {
            let message = format!("has {} MB, and a handoff at most {} MB", metadata.len() >> 20, LARGEST >> 20);
            return fault(path, &rules::FILE_TOO_LARGE, message, "Put what is not text beside it and link to it.");
        }
        Ok(_) => fs::read(disk),
        Err(error) => Err(error),
    };
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(error) => {
            return fault(path, &rules::UNREADABLE_FILE, format!("cannot be read: {error}"), "Check its permissions.");
        }
    };
    match String::from_utf8(bytes) {
        Ok(text) => (Source::new(path, text), None),
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
            let byte = bytes[good];
            let source = Source::new(path, String::from_utf8_lossy(&bytes));
            let good = good - if source.has_bom() { '\u{feff}'.len_utf8() } else { 0 };
            let help = if utf16 {
                "It is UTF-16: save it as UTF-8."
            } else {
                "Save it as UTF-8; it may be in an older encoding such as Latin-1."
            };
            let span = Span::new(good, good + '\u{fffd}'.len_utf8());
            let message = format!("the byte {byte:#04x} is not UTF-8");
            let diagnostic = Diagnostic::new(&rules::INVALID_UTF8, file, span, message).help(help);
            (source, Some(diagnostic))
        }
    }
}

/// The bytes of a file that is published as it is.
pub fn read_asset(disk: &Path) -> io::Result<Vec<u8>> {
    fs::read(disk)
}

fn has_extension(path: &str, extension: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, found)| found.eq_ignore_ascii_case(extension))
}

/// Kind and id of the file at `path` under `content/`.
fn name_file(path: &str, file: FileId, diagnostics: &mut Vec<Diagnostic>) -> (Kind, String) {
    let stem = &path[..path.len() - ".md".len()];
    let kind = Kind::ALL
        .into_iter()
        .find(|kind| *kind != Kind::Page && stem.strip_prefix(kind.folder()).is_some_and(|rest| rest.starts_with('/')))
        .unwrap_or(Kind::Page);
    let mut fault = |name: &str, meant: Option<String>| {
        let message = format!("`{name}` cannot be an id, because it is part of an address");
        let mut help = "Name the file with lower-case letters, digits, `-`, `.` and `_`".to_owned();
        if let Some(meant) = meant {
            help.push_str(": `");
            help.push_str(&meant);
            help.push_str(".md`");
        }
        help.push('.');
        diagnostics.push(Diagnostic::new(&rules::BAD_FILE_NAME, file, Span::at(0), message).help(help));
    };
    if kind != Kind::Page {
        let name = stem.rsplit('/').next().unwrap_or(stem);
        if !route::is_slug(name) || path[stem.len()..] != *".md" {
            fault(name, route::slug(name));
        }
        return (kind, name.to_owned());
    }
    let mut parts: Vec<_> = stem.split('/').collect();
    if parts.last().is_some_and(|name| name.eq_ignore_ascii_case("index") || name.eq_ignore_ascii_case("readme")) {
        parts.pop();
    }
    let mut slugs = Vec::new();
    for part in parts {
        if let Some(slug) = route::slug(part) {
            slugs.push(slug);
        } else {
            fault(part, None);
            slugs.push(part.to_owned());
        }
    }
    (kind, slugs.join("/"))
}
