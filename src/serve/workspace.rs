//! What the preview knows: every file as it was last read, and the site made of them.
//!
//! A change costs what changed. A file is read and taken apart only when its bytes are others than before. Where nothing
//! but its own page hangs on what is new, the site is shown at once with that text ([`KnowledgeBase::rewritten`]) and
//! joined anew in the background; else it is shown when it has been joined.
//!
//! A file whose front matter cannot be read keeps its last good text, so that its page does not go blank while somebody
//! types; what is wrong with the new text is told beside it.
//!
//! [`KnowledgeBase::rewritten`]: crate::knowledge::KnowledgeBase::rewritten

use crate::diagnostic::{Diagnostic, Severity, rules};
use crate::document::Body;
use crate::knowledge::Rewritten;
use crate::pipeline::{self, Given, Question};
use crate::project::{self, Asset, Found, Project, ProjectError};
use crate::record::Record;
use crate::render::Theme;
use crate::site::Site;
use crate::source::{FileId, Source, Sources};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// The site as it is shown, and what is wrong with it. Immutable.
pub struct Shown {
    /// What makes the pages.
    pub site: Site,
    /// Everything that `check` says of the texts that are shown, weighed.
    pub diagnostics: Vec<Diagnostic>,
    /// Files of which an older text is shown.
    pub held: Vec<Held>,
    /// What keeps the project from being read at all; what was read before is shown.
    pub trouble: Option<String>,
    /// Whether everything was thought over; if not, that follows within moments.
    pub settled: bool,
    /// Counts the states that were shown.
    pub version: u64,
}

/// A file of which the last good text is shown.
#[derive(Clone)]
pub struct Held {
    /// The file of the text that is shown.
    pub file: FileId,
    /// The text that cannot be used.
    pub source: Arc<Source>,
    /// Why. The file they name is that of the text that is shown.
    pub diagnostics: Vec<Diagnostic>,
}

impl Shown {
    /// How many errors and warnings there are.
    pub fn counts(&self) -> (usize, usize) {
        let held = self.held.iter().flat_map(|held| &held.diagnostics);
        let all = self.diagnostics.iter().chain(held);
        all.fold((usize::from(self.trouble.is_some()), 0), |(errors, warnings), found| match found.severity {
            Severity::Error => (errors + 1, warnings),
            Severity::Warning => (errors, warnings + 1),
        })
    }
}

/// A file as it was last read.
struct File {
    id: FileId,
    found: Found,
    stamp: Option<Stamp>,
    /// The hash of the bytes last read, whether they are shown or held back.
    hash: blake3::Hash,
    /// The text that is shown.
    source: Arc<Source>,
    /// What was found before the text that is shown was looked into.
    fault: Option<Diagnostic>,
    /// The same of the text last read.
    found_fault: Option<Diagnostic>,
    /// Whether it has been read at all.
    read: bool,
    part: Option<Part>,
    held: Option<Held>,
}

/// A content file taken apart.
#[derive(Clone)]
struct Part {
    record: Arc<Record>,
    body: Arc<Body>,
    diagnostics: Vec<Diagnostic>,
}

/// Tells a file that was surely not touched from one that is to be read.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
}

/// What reading again brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing.
    None,
    /// Other texts in the same files.
    Texts,
    /// Files came or went, or something that all pages hang on is new.
    Everything,
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
}

/// What a join needs: taken from the workspace in a moment, joined without holding it.
pub struct Snapshot {
    given: Given,
    parts: Vec<(Arc<Record>, Arc<Body>)>,
    diagnostics: Vec<Diagnostic>,
    held: Vec<Held>,
    trouble: Option<String>,
    question: Question,
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
        };
        let found = project::survey(&workspace.root)?;
        workspace.take(found);
        Ok(workspace)
    }

    /// The root, canonical.
    pub fn root(&self) -> &Path {
        &self.root
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

    /// Looks at what is said to have changed. Where that tells more than other bytes in known files, everything is
    /// looked over.
    pub fn hear(&mut self, paths: &[PathBuf]) -> Change {
        let mut known = Vec::new();
        for path in paths {
            let Ok(relative) = path.strip_prefix(&self.root) else { return self.look() };
            let name: Vec<_> = relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
            let name = name.join("/");
            let regular = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file());
            match self.files.contains_key(&name) {
                true if regular => known.push(name),
                // Editors' swap and backup files are none of the project's.
                false if regular && !Self::concerns(&name) => {}
                false if !path.exists() && !Self::concerns(&name) => {}
                _ => return self.look(),
            }
        }
        known.sort();
        known.dedup();
        self.reread(&known)
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
    pub fn look(&mut self) -> Change {
        match project::survey(&self.root) {
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

    fn take(&mut self, found: Vec<Found>) -> Change {
        let (texts, others): (Vec<_>, Vec<_>) = found.into_iter().partition(Found::is_text);
        let mut change = Change::None;
        let asset = |found: &Found, path: &str| Asset { path: path.to_owned(), disk: found.disk.clone() };
        let assets: Vec<_> =
            others.iter().filter_map(|found| Some(asset(found, found.path.strip_prefix("content/")?))).collect();
        let theme_assets: Vec<_> =
            others.iter().filter_map(|found| Some(asset(found, found.path.strip_prefix("themes/default/")?))).collect();
        if *self.assets != assets || self.theme_assets != theme_assets {
            self.assets = Arc::new(assets);
            self.theme_assets = theme_assets;
            change = Change::Everything;
        }
        let mut touched = Vec::new();
        let mut gone: std::collections::BTreeSet<String> = self.files.keys().cloned().collect();
        for found in texts {
            gone.remove(&found.path);
            let stamp = stamp(&found.disk);
            if let Some(file) = self.files.get_mut(&found.path) {
                let sure = stamp.is_some_and(|stamp| !stamp.is_young());
                if !sure || file.stamp != stamp || file.found.disk != found.disk {
                    file.found = found;
                    touched.push(file.found.path.clone());
                }
                continue;
            }
            change = Change::Everything;
            touched.push(found.path.clone());
            let file = File::new(FileId(self.next), found);
            self.next += 1;
            self.files.insert(file.found.path.clone(), file);
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
        let chosen: std::collections::BTreeSet<&str> = paths.iter().map(String::as_str).collect();
        let (project, root) = (&self.project, &self.root);
        let changes: Vec<Change> = self
            .files
            .par_iter_mut()
            .map(|(path, file)| {
                if path == "segue.toml" {
                    return Change::None;
                }
                let read = if chosen.contains(path.as_str()) { file.read(project, root) } else { Change::None };
                if all && read == Change::None && path.starts_with("content/") {
                    file.decode(project, None);
                }
                read
            })
            .collect();
        changes.into_iter().fold(change, Change::max)
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

    /// Everything that is to be joined.
    pub fn snapshot(&self) -> Snapshot {
        let gone = Arc::new(Source::new("", ""));
        let mut sources: Vec<Arc<Source>> = std::iter::repeat_n(gone, self.next as usize).collect();
        let mut diagnostics = self.mistakes.clone();
        let mut parts = Vec::with_capacity(self.files.len());
        let mut theme = Vec::new();
        for (path, file) in &self.files {
            sources[file.id.0 as usize] = Arc::clone(&file.source);
            if let Some(part) = &file.part {
                diagnostics.extend(part.diagnostics.iter().cloned());
                parts.push((Arc::clone(&part.record), Arc::clone(&part.body)));
            }
            diagnostics.extend(file.fault.clone());
            if let Some(name) = path.strip_prefix("themes/default/") {
                theme.push((name.to_owned(), file.id));
            }
        }
        Snapshot {
            given: Given {
                project: Arc::clone(&self.project),
                sources: Sources::new(sources),
                assets: Arc::clone(&self.assets),
                theme,
                theme_assets: self.theme_assets.clone(),
            },
            parts,
            diagnostics,
            held: self.held(),
            trouble: self.trouble.clone(),
            question: self.question,
        }
    }

    fn held(&self) -> Vec<Held> {
        let mut held: Vec<Held> = self.files.values().filter_map(|file| file.held.clone()).collect();
        for held in &mut held {
            pipeline::weigh(&self.project, &mut held.diagnostics);
        }
        held
    }

    /// What is shown, with the texts that were read since; `None` where that takes a join.
    pub fn rewrite(&self, shown: &Shown) -> Option<Shown> {
        let base = shown.site.base();
        let mut rewritten = Vec::new();
        let mut found = Vec::new();
        for (path, file) in &self.files {
            let Some(part) = &file.part else { continue };
            // What was left out of the base, as the second of two of one name, has no record there.
            let Some(id) = base.of_file(path) else { continue };
            if Arc::ptr_eq(&base.records[id.0 as usize], &part.record) {
                continue;
            }
            rewritten.push(Rewritten {
                record: Arc::clone(&part.record),
                body: Arc::clone(&part.body),
                source: Arc::clone(&file.source),
            });
            found.extend(part.diagnostics.iter().chain(&file.fault).cloned());
        }
        let (base, mut own) = base.rewritten(&rewritten, self.question.at_least)?;
        found.append(&mut own);
        let is_new = |file: FileId| rewritten.iter().any(|file_of| file_of.record.file == file);
        let mut diagnostics: Vec<_> = shown.diagnostics.iter().filter(|found| !is_new(found.file)).cloned().collect();
        diagnostics.append(&mut found);
        let held = self.held();
        diagnostics.retain(|found| !is_held(&held, found.file));
        pipeline::weigh(&self.project, &mut diagnostics);
        Some(Shown {
            site: shown.site.rewritten(Arc::new(base)),
            diagnostics,
            held,
            trouble: self.trouble.clone(),
            settled: false,
            version: shown.version + 1,
        })
    }
}

impl Snapshot {
    /// Joins everything into a site.
    pub fn join(self, version: u64) -> Shown {
        let Self { given, parts, diagnostics, held, trouble, question } = self;
        let checked = pipeline::join(parts, given, question, diagnostics);
        let (base, theme, mut diagnostics): (_, Theme, _) =
            (Arc::new(checked.base), checked.theme, checked.diagnostics);
        // Errors are told beside the page, where they come and go without it.
        let (site, mut found) = Site::new(Arc::clone(&base), theme, &[]);
        diagnostics.append(&mut found);
        diagnostics.retain(|found| !is_held(&held, found.file));
        pipeline::weigh(&base.project, &mut diagnostics);
        Shown { site, diagnostics, held, trouble, settled: true, version }
    }
}

/// Whether an older text of a file is shown: what was found in that is past.
fn is_held(held: &[Held], file: FileId) -> bool {
    held.iter().any(|held| held.file == file)
}

impl File {
    /// A file that is not read yet.
    fn new(id: FileId, found: Found) -> Self {
        Self {
            id,
            stamp: None,
            hash: blake3::hash(b""),
            source: Arc::new(Source::new(found.path.as_str(), "")),
            found,
            fault: None,
            found_fault: None,
            read: false,
            part: None,
            held: None,
        }
    }

    /// Reads it, if its bytes are others than before.
    fn read(&mut self, project: &Project, root: &Path) -> Change {
        // Links are looked at where they lead, and may lead elsewhere by now.
        if fs::canonicalize(&self.found.disk).is_ok_and(|disk| !disk.starts_with(root)) {
            return Change::None;
        }
        // Before the text: a file that changes once more while it is read is read again.
        self.stamp = stamp(&self.found.disk);
        let (source, fault) = self.found.read(self.id);
        let hash = blake3::hash(source.text().as_bytes());
        let content = content_path(&self.found.path).is_some();
        if self.read && hash == self.hash && fault == self.found_fault {
            return Change::None;
        }
        self.read = true;
        self.hash = hash;
        self.found_fault.clone_from(&fault);
        if !content {
            self.source = Arc::new(source);
            self.fault = fault;
            return Change::Everything;
        }
        let known = self.part.is_some();
        self.decode(project, Some((source, fault)));
        if known { Change::Texts } else { Change::Everything }
    }

    /// Takes it apart: a new text, or the one that is shown, by a table of fields that is new.
    fn decode(&mut self, project: &Project, new: Option<(Source, Option<Diagnostic>)>) {
        let Some(path) = content_path(&self.found.path) else { return };
        let (source, fault) = match new {
            Some((source, fault)) => (Arc::new(source), fault),
            None => (Arc::clone(&self.source), self.fault.clone()),
        };
        let mut diagnostics = Vec::new();
        let content = project::content_file(path, self.id, fault.is_none(), &mut diagnostics);
        let (record, body, mut found) = pipeline::read(project, &content, &source);
        diagnostics.append(&mut found);
        let good = self.part.as_ref().is_some_and(|part| part.record.whole);
        if !record.whole && good && !Arc::ptr_eq(&source, &self.source) {
            diagnostics.splice(0..0, fault);
            self.held = Some(Held { file: self.id, source, diagnostics });
            return;
        }
        self.held = None;
        self.source = source;
        self.fault = fault;
        self.part = Some(Part { record: Arc::new(record), body: Arc::new(body), diagnostics });
    }
}

/// The path under `content/` of a file that is taken apart.
fn content_path(path: &str) -> Option<&str> {
    path.strip_prefix("content/").filter(|path| path.to_ascii_lowercase().ends_with(".md"))
}

fn stamp(disk: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(disk).ok()?;
    Some(Stamp { length: metadata.len(), modified: metadata.modified().ok() })
}

impl Stamp {
    /// Whether the file is so new that another change could bear the same time.
    fn is_young(&self) -> bool {
        let age = self.modified.map(|modified| modified.elapsed());
        // A time in the future tells nothing either.
        !matches!(age, Some(Ok(age)) if age > Duration::from_secs(2))
    }
}

impl Change {
    fn max(self, other: Self) -> Self {
        if self as u8 >= other as u8 { self } else { other }
    }
}
