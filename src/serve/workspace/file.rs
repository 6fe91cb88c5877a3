//! One file as it was last read.

use super::{Change, Held};
use crate::diagnostic::Diagnostic;
use crate::document::Body;
use crate::pipeline;
use crate::project::{self, Found, Project};
use crate::record::Record;
use crate::source::{FileId, Source};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// A file as it was last read.
pub(super) struct File {
    pub(super) id: FileId,
    pub(super) found: Found,
    pub(super) stamp: Option<Stamp>,
    /// The hash of the bytes last read, whether they are shown or held back.
    pub(super) hash: blake3::Hash,
    /// The text that is shown.
    pub(super) source: Arc<Source>,
    /// What was found before the text that is shown was looked into.
    pub(super) fault: Option<Diagnostic>,
    /// The same of the text last read.
    pub(super) found_fault: Option<Diagnostic>,
    /// Whether it has been read at all.
    pub(super) read: bool,
    pub(super) part: Option<Part>,
    pub(super) held: Option<Held>,
}

/// A content file taken apart.
#[derive(Clone)]
pub(super) struct Part {
    pub(super) record: Arc<Record>,
    pub(super) body: Arc<Body>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Tells a file that was surely not touched from one that is to be read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
    /// When the system last wrote down anything of the file: unlike the time above, nobody can set it back.
    changed: Option<SystemTime>,
}

impl File {
    /// A file that is not read yet.
    pub(super) fn new(id: FileId, found: Found) -> Self {
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
    pub(super) fn read(&mut self, project: &Project, root: &Path) -> Change {
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
            return if is_theme(&self.found.path) { Change::Texts } else { Change::Everything };
        }
        self.decode(project, Some((source, fault)));
        Change::Texts
    }

    /// Takes it apart: a new text, or the one that is shown, by a table of fields that is new.
    pub(super) fn decode(&mut self, project: &Project, new: Option<(Source, Option<Diagnostic>)>) {
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
pub(super) fn content_path(path: &str) -> Option<&str> {
    path.strip_prefix("content/").filter(|path| path.to_ascii_lowercase().ends_with(".md"))
}

/// The folder of the project's own part of the theme.
pub(super) const THEME: &str = "themes/default/";

/// Whether a file belongs to the theme.
pub(super) fn is_theme(path: &str) -> bool {
    path.starts_with(THEME)
}

pub(super) fn stamp(disk: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(disk).ok()?;
    Some(Stamp { length: metadata.len(), modified: metadata.modified().ok(), changed: changed(&metadata) })
}

#[cfg(unix)]
fn changed(metadata: &fs::Metadata) -> Option<SystemTime> {
    use std::os::unix::fs::MetadataExt;
    let (seconds, rest) = (u64::try_from(metadata.ctime()).ok()?, u32::try_from(metadata.ctime_nsec()).ok()?);
    SystemTime::UNIX_EPOCH.checked_add(Duration::new(seconds, rest))
}

#[cfg(not(unix))]
fn changed(_: &fs::Metadata) -> Option<SystemTime> {
    None
}

impl Stamp {
    /// Whether the file is so new that another change could bear the same time.
    pub(super) fn is_young(&self) -> bool {
        let age = self.modified.max(self.changed).map(|newest| newest.elapsed());
        // A time in the future tells nothing either.
        !matches!(age, Some(Ok(age)) if age > Duration::from_secs(2))
    }
}
