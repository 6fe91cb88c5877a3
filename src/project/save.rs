//! New texts of content files: never in the place of what nobody has seen, and never outside of the project.

use crate::source::Source;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Where content is.
const CONTENT: &str = "content";

/// Why nothing was written.
#[derive(Debug)]
pub enum SaveError {
    /// There is a file of this name, or there is one by now.
    There,
    /// Its text is another one by now, or it is gone: what it holds.
    Changed(Option<Vec<u8>>),
    /// Its path leads out of the project's content.
    Outside,
    /// The system says no.
    Io(io::Error),
}

impl fmt::Display for SaveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::There => f.write_str("it is there already"),
            Self::Changed(_) => f.write_str("it has changed since it was read"),
            Self::Outside => f.write_str("it lies outside of the project's content"),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SaveError {}

impl From<io::Error> for SaveError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::AlreadyExists => Self::There,
            _ => Self::Io(error),
        }
    }
}

/// Makes a file at a path from the root, below `content/`, and the folders above it. What is there already is left
/// alone, also if it came a moment ago.
pub fn make(root: &Path, path: &str, text: &str) -> Result<(), SaveError> {
    let disk = root.join(path);
    let (Some(folder), Some(name), true) = (disk.parent(), disk.file_name(), disk.starts_with(root.join(CONTENT)))
    else {
        return Err(SaveError::Outside);
    };
    if !root.join(CONTENT).exists() {
        fs::create_dir(root.join(CONTENT))?;
    }
    // Before any folder is made: the deepest one that is there decides where the others come to be.
    let there = folder.ancestors().find(|folder| fs::symlink_metadata(folder).is_ok()).ok_or(SaveError::Outside)?;
    confined(root, CONTENT, there)?;
    fs::create_dir_all(folder)?;
    let mut file = File::create_new(confined(root, CONTENT, folder)?.join(name))?;
    Ok(file.write_all(text.as_bytes()).and_then(|()| file.sync_all())?)
}

/// Replaces the text of a file at once, so that a crash leaves the old file or the new one, with its permissions and its
/// byte-order mark. `source` is what it was when it was read; it lies in the folder `within` of the project.
pub fn rewrite(root: &Path, within: &str, source: &Source, text: &str) -> Result<(), SaveError> {
    // Through a symbolic link to the file itself: the link stays a link.
    let path = match confined(root, within, &root.join(source.path())) {
        Err(SaveError::Io(error)) if error.kind() == ErrorKind::NotFound => return Err(SaveError::Changed(None)),
        path => path?,
    };
    let mark = if source.has_bom() { "\u{feff}" } else { "" };
    let now = fs::read(&path)?;
    if now.strip_prefix(mark.as_bytes()) != Some(source.text().as_bytes()) {
        return Err(SaveError::Changed(Some(now)));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.segue-{}", std::process::id()));
    let written = (|| {
        let mut file = File::create_new(&beside)?;
        file.write_all(mark.as_bytes())?;
        file.write_all(text.as_bytes())?;
        file.set_permissions(fs::metadata(&path)?.permissions())?;
        file.sync_all()?;
        drop(file);
        fs::rename(&beside, &path)
    })();
    if written.is_err() && beside.exists() {
        fs::remove_file(&beside)?;
    }
    // A file beside it that is there already is no file of ours: nothing is said of the text itself.
    written.map_err(SaveError::Io)
}

/// Where something really is, unless that is outside of the folder `within` of the project.
fn confined(root: &Path, within: &str, path: &Path) -> Result<PathBuf, SaveError> {
    let root = fs::canonicalize(root)?;
    let bound = fs::canonicalize(root.join(within))?;
    let real = fs::canonicalize(path)?;
    if bound.starts_with(&root) && real.starts_with(&bound) { Ok(real) } else { Err(SaveError::Outside) }
}
