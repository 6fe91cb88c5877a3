//! What the preview knows: every file as it was last read, and the site made of them.
//!
//! A change costs what changed. A file is read and taken apart only when its bytes are others than before; the site is
//! made from the one that was shown ([`Workspace::amend`]) where that can be, and joined anew in the background for what
//! other files say of the new texts. Else it is shown when it has been joined.
//!
//! A file whose front matter cannot be read keeps its last good text, so that its page does not go blank while somebody
//! types; what is wrong with the new text is told beside it.

mod file;
mod shown;

pub use shown::{Held, Shown};

use crate::diagnostic::{Diagnostic, rules};
use crate::pipeline::Question;
use crate::project::{self, Asset, Audience, Found, Project, ProjectError};
use crate::source::{FileId, Source};
use ahash::AHashSet;
use file::{File, Stamp, THEME, content_path, is_theme, stamp};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What reading again brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing.
    None,
    /// Content files have other texts or are new, or the theme is another.
    Texts,
    /// Files went, or something that all pages hang on is new.
    Everything,
}

/// Up to how many files are read one by one.
const FEW: usize = 16;

/// What is on disk, found without holding the workspace: at ten thousand files that takes a while.
pub struct Survey(Result<Seen, ProjectError>);

/// Files that were seen, those that are text with their stamps.
struct Seen {
    texts: Vec<(Found, Option<Stamp>)>,
    paths: AHashSet<String>,
    assets: Vec<Asset>,
    theme_assets: Vec<Asset>,
}

impl Survey {
    /// Looks for every file of the project at `root`, which is canonical.
    pub fn of(root: &Path) -> Self {
        Self(project::survey(root).map(Seen::new))
    }
}

impl Seen {
    fn new(found: Vec<Found>) -> Self {
        let (texts, others): (Vec<_>, Vec<_>) = found.into_iter().partition(Found::is_text);
        let assets = |top: &str| -> Vec<Asset> {
            let asset = |found: &Found| {
                Some(Asset { path: found.path.strip_prefix(top)?.to_owned(), disk: found.disk.clone() })
            };
            others.iter().filter_map(asset).collect()
        };
        let (assets, theme_assets) = (assets("content/"), assets(THEME));
        let stamped = |found: Found| {
            let stamp = stamp(&found.disk);
            (found, stamp)
        };
        let paths = texts.iter().map(|found| found.path.clone()).collect();
        Self { texts: texts.into_iter().map(stamped).collect(), paths, assets, theme_assets }
    }
}

/// Every file, as it was last read.
pub struct Workspace {
    root: PathBuf,
    question: Question,
    project: Arc<Project>,
    files: BTreeMap<String, File>,
    assets: Arc<Vec<Asset>>,
    theme_assets: Vec<Asset>,
    /// The next file's id. Those of files that went are not given again, so that nothing points into another text.
    next: u32,
    /// Faults of `segue.toml`.
    mistakes: Vec<Diagnostic>,
    trouble: Option<String>,
    /// Counts the times something was read.
    tick: u64,
    /// Files that were read since the last join, and when.
    recent: BTreeMap<String, u64>,
    /// When the theme became another.
    themed: u64,
}

impl Workspace {
    /// Reads everything at `root`.
    pub fn read(root: &Path, question: Question) -> Result<Self, ProjectError> {
        let root = fs::canonicalize(root).map_err(|error| ProjectError::Io(root.to_owned(), error))?;
        let empty = Source::new("segue.toml", "");
        let (project, _) = project::configure(root.clone(), question.today, FileId(0), &empty);
        let mut workspace = Self {
            root,
            question,
            project: Arc::new(project),
            files: BTreeMap::new(),
            assets: Arc::default(),
            theme_assets: Vec::new(),
            next: 0,
            mistakes: Vec::new(),
            trouble: None,
            tick: 0,
            recent: BTreeMap::new(),
            themed: 0,
        };
        let survey = Survey::of(&workspace.root);
        workspace.take(survey.0?);
        Ok(workspace)
    }

    /// The root, canonical.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whom the site is for.
    pub fn audience(&self) -> Audience {
        self.project.audience
    }

    /// Folders that files of the project are in though they are not below its own: where symbolic links lead.
    pub fn linked_folders(&self) -> Vec<PathBuf> {
        let own = [self.root.join("content"), self.root.join("themes")];
        let mut folders: Vec<PathBuf> = self
            .files
            .values()
            .map(|file| &file.found.disk)
            .chain(self.assets.iter().map(|asset| &asset.disk))
            .filter(|disk| !own.iter().any(|own| disk.starts_with(own)))
            .filter_map(|disk| disk.parent().map(Path::to_owned))
            .collect();
        folders.sort();
        folders.dedup();
        folders
    }

    /// Looks at what is said to have changed; `None` where that tells more than that content files are new or have other
    /// bytes: then everything is to be looked over.
    pub fn hear(&mut self, paths: &[PathBuf]) -> Option<Change> {
        let mut changed = Vec::new();
        for path in paths {
            let relative = path.strip_prefix(&self.root).ok()?;
            let name: Vec<_> = relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
            let name = name.join("/");
            let regular = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file());
            match self.files.contains_key(&name) {
                true if regular => changed.push(name),
                // Editors' swap and backup files are none of the project's.
                false if regular && !Self::concerns(&name) => {}
                // So are those that came and went, unless a folder went with what was in it.
                false if !regular && !path.exists() && !self.holds(&name) => {}
                false if regular && content_path(&name).is_some() => {
                    self.add(Found::plain(&self.root, &name)?);
                    changed.push(name);
                }
                _ => return None,
            }
        }
        changed.sort();
        changed.dedup();
        Some(self.reread(&changed))
    }

    /// Whether files are known below a path, or one at it that is no text.
    fn holds(&self, folder: &str) -> bool {
        let below = format!("{folder}/");
        let own = self.assets.iter().map(|asset| ("content/", asset));
        let assets = own.chain(self.theme_assets.iter().map(|asset| (THEME, asset)));
        let mut assets = assets.map(|(top, asset)| format!("{top}{}", asset.path));
        self.files.range(below.clone()..).next().is_some_and(|(path, _)| path.starts_with(&below))
            || assets.any(|path| path == folder || path.starts_with(&below))
    }

    fn add(&mut self, found: Found) {
        let file = File::new(FileId(self.next), found);
        self.next += 1;
        self.files.insert(file.found.path.clone(), file);
    }

    /// Whether something at this path would be part of the project, or has parts of it below.
    fn concerns(name: &str) -> bool {
        if name == "segue.toml" {
            return true;
        }
        let hidden = name.split('/').any(|part| part.starts_with('.') || part.ends_with('~'));
        let inside = ["content", "themes"].iter().any(|top| name == *top || name.starts_with(&format!("{top}/")));
        inside && !hidden
    }

    /// Looks at every file: what was touched is read, what is new is taken in, what is gone is dropped.
    pub fn look(&mut self, survey: Survey) -> Change {
        match survey.0 {
            Ok(found) => {
                let mended = self.trouble.take().is_some();
                let change = self.take(found);
                if mended && change == Change::None { Change::Everything } else { change }
            }
            Err(error) => {
                let trouble = Some(error.to_string());
                let change = if self.trouble == trouble { Change::None } else { Change::Everything };
                self.trouble = trouble;
                change
            }
        }
    }

    fn take(&mut self, seen: Seen) -> Change {
        let mut change = Change::None;
        if *self.assets != seen.assets {
            self.assets = Arc::new(seen.assets);
            change = Change::Everything;
        }
        if self.theme_assets != seen.theme_assets {
            self.theme_assets = seen.theme_assets;
            self.themed = self.tick + 1;
            change = change.max(Change::Texts);
        }
        let mut touched = Vec::new();
        // What came since they were looked for is there all the same.
        let is_gone = |(path, file): &(&String, &File)| !seen.paths.contains(*path) && !file.found.is_there();
        let gone: BTreeSet<String> = self.files.iter().filter(is_gone).map(|(path, _)| path.clone()).collect();
        for (found, stamp) in seen.texts {
            if let Some(file) = self.files.get_mut(&found.path) {
                let sure = stamp.is_some_and(|stamp| !stamp.is_young());
                if !sure || file.stamp != stamp || file.found.disk != found.disk {
                    touched.push(found.path.clone());
                    file.found = found;
                }
                continue;
            }
            let path = found.path.clone();
            // It may have gone since it was looked for.
            if found.is_there() {
                if content_path(&path).is_none() && !is_theme(&path) {
                    change = Change::Everything;
                }
                self.add(found);
                touched.push(path);
            }
        }
        if !gone.is_empty() {
            change = Change::Everything;
            self.files.retain(|path, _| !gone.contains(path));
            if gone.contains("segue.toml") {
                self.mistakes.clear();
            }
        }
        change.max(self.reread(&touched))
    }

    /// Reads known files again, those that are content last: how they are taken apart is in `segue.toml`.
    fn reread(&mut self, paths: &[String]) -> Change {
        let mut change = Change::None;
        if paths.iter().any(|path| path == "segue.toml") {
            change = change.max(self.configure());
        }
        let all = change == Change::Everything;
        let chosen: BTreeSet<&str> = paths.iter().map(String::as_str).collect();
        let (project, root) = (&self.project, &self.root);
        let read = |path: &str, file: &mut File| {
            if path == "segue.toml" {
                return Change::None;
            }
            let read = if chosen.contains(path) { file.read(project, root) } else { Change::None };
            if all && read == Change::None && content_path(path).is_some() {
                file.decode(project, None);
            }
            read
        };
        let changes: Vec<(&str, Change)> = if all || paths.len() > FEW {
            self.files.par_iter_mut().map(|(path, file)| (path.as_str(), read(path, file))).collect()
        } else {
            let files = &mut self.files;
            paths.iter().filter_map(|path| Some((path.as_str(), read(path, files.get_mut(path)?)))).collect()
        };
        self.tick += 1;
        for (path, read) in changes.into_iter().filter(|(_, read)| *read != Change::None) {
            self.recent.insert(path.to_owned(), self.tick);
            if is_theme(path) {
                self.themed = self.tick;
            }
            change = change.max(read);
        }
        change
    }

    /// Reads `segue.toml`. One that is no TOML leaves the last one in force.
    fn configure(&mut self) -> Change {
        let Some(file) = self.files.get_mut("segue.toml") else { return Change::None };
        let stamp = stamp(&file.found.disk);
        let (source, fault) = file.found.read(file.id);
        let hash = blake3::hash(source.text().as_bytes());
        file.stamp = stamp;
        if file.read && file.hash == hash && file.found_fault == fault {
            return Change::None;
        }
        file.read = true;
        file.hash = hash;
        file.found_fault.clone_from(&fault);
        let (mut project, mistakes) = project::configure(self.root.clone(), self.question.today, file.id, &source);
        if let Some(audience) = self.question.audience {
            project.audience = audience;
        }
        let broken = fault.is_some() || mistakes.iter().any(|found| found.rule.code == rules::CONFIG_SYNTAX.code);
        file.fault.clone_from(&fault);
        if broken && !file.source.text().is_empty() {
            let diagnostics = fault.into_iter().chain(mistakes).collect();
            file.held = Some(Held { file: file.id, source: Arc::new(source), diagnostics });
            file.fault = None;
            return Change::Everything;
        }
        file.held = None;
        file.source = Arc::new(source);
        self.project = Arc::new(project);
        self.mistakes = mistakes;
        Change::Everything
    }
}

impl Change {
    fn max(self, other: Self) -> Self {
        if self as u8 >= other as u8 { self } else { other }
    }
}
