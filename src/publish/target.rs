//! Which folder is replaced, and the names that a build uses beside it.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::{At, PublishError, Refusal};

/// Stands in every site that Segue made, and is the leave to replace it.
pub const MARKER: &str = ".segue-site";

/// Folders that hold a history nobody wants to lose with the files beside it.
const REPOSITORIES: [&str; 4] = [".git", ".jj", ".hg", ".svn"];

/// An output folder that is no input, no home and no disk: somewhere a site may be.
///
/// It need not be there yet. What is in it is looked at when a build begins, under the lock.
#[derive(Clone, Debug)]
pub struct Target {
    /// As it was typed, for messages.
    pub(super) shown: PathBuf,
    /// The site.
    pub(super) site: PathBuf,
    /// The next site while it grows; where folders can be exchanged also the last one while it goes.
    pub(super) stage: PathBuf,
    /// The last site between two renames, where folders cannot be exchanged.
    pub(super) old: PathBuf,
    /// Locked while a build writes.
    pub(super) lock: PathBuf,
}

impl Target {
    /// The folder `out`, for the project at `project` which is made from what is in `inputs` (and must not be the
    /// output, hold it or lie in it).
    pub fn new(out: &Path, project: &Path, inputs: &[&Path]) -> Result<Self, PublishError> {
        let site = std::path::absolute(out).at("find", out)?;
        let refused = |why| Err(PublishError::Refused { out: out.to_owned(), why });

        let real = resolved(&site).at("find", out)?;
        if real.parent().is_none() {
            return refused(Refusal::Top);
        }
        if resolved(&absolute(project)?).at("find", project)?.starts_with(&real) {
            return refused(Refusal::Project);
        }
        // A machine without a home folder has none to protect.
        if let Some(home) = std::env::home_dir()
            && fs::canonicalize(home).is_ok_and(|home| home.starts_with(&real))
        {
            return refused(Refusal::Home);
        }
        for input in inputs {
            let real_input = resolved(&absolute(input)?).at("find", input)?;
            if real.starts_with(&real_input) || real_input.starts_with(&real) {
                return refused(Refusal::Input(input.to_path_buf()));
            }
        }

        let (Some(folder), Some(name)) = (site.parent(), site.file_name()) else {
            // Such as `public/..`: a place that could only be named by what is in it.
            return Err(io::Error::from(io::ErrorKind::InvalidInput)).at("publish to", out);
        };
        let beside = |what: &str| {
            let mut hidden = OsString::from(".");
            hidden.push(name);
            hidden.push(".segue-");
            hidden.push(what);
            folder.join(hidden)
        };
        let (stage, old, lock) = (beside("stage"), beside("old"), beside("lock"));
        Ok(Self { shown: out.to_owned(), stage, old, lock, site })
    }

    /// The folder that is replaced, as an absolute path.
    pub fn path(&self) -> &Path {
        &self.site
    }

    /// What is there now, if Segue may replace it.
    pub(super) fn look(&self) -> Result<Present, PublishError> {
        let refused = |why| Err(PublishError::Refused { out: self.shown.clone(), why });
        let metadata = match fs::symlink_metadata(&self.site) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Present::Nothing),
            Err(error) => return Err(error).at("look at", &self.site),
        };
        if metadata.is_symlink() {
            return refused(Refusal::Link(fs::read_link(&self.site).at("follow", &self.site)?));
        }
        if !metadata.is_dir() {
            return refused(Refusal::NotAFolder);
        }
        if is_mount_point(&self.site, &metadata)? {
            return refused(Refusal::MountPoint);
        }
        for name in REPOSITORIES {
            if exists(&self.site.join(name))? {
                return refused(Refusal::Repository(name));
            }
        }
        if exists(&self.site.join(MARKER))? {
            return Ok(Present::Site);
        }
        match fs::read_dir(&self.site).at("read", &self.site)?.next() {
            None => Ok(Present::Empty),
            Some(_) => refused(Refusal::Foreign),
        }
    }
}

/// What stands at a [`Target`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Present {
    /// There is no such folder.
    Nothing,
    /// A folder without anything in it.
    Empty,
    /// A site that Segue made.
    Site,
}

/// Whether something is there, be it a link that leads nowhere.
pub(super) fn exists(path: &Path) -> Result<bool, PublishError> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).at("look at", path),
    }
}

fn absolute(path: &Path) -> Result<PathBuf, PublishError> {
    std::path::absolute(path).at("find", path)
}

/// The path without links and dots, of which the last parts need not be there yet.
fn resolved(path: &Path) -> io::Result<PathBuf> {
    match fs::canonicalize(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => match (path.parent(), path.file_name()) {
            (Some(parent), Some(name)) => Ok(resolved(parent)?.join(name)),
            _ => Err(error),
        },
        found => found,
    }
}

#[cfg(unix)]
fn is_mount_point(path: &Path, metadata: &fs::Metadata) -> Result<bool, PublishError> {
    use std::os::unix::fs::MetadataExt;
    let above = path.parent().unwrap_or(path);
    Ok(fs::metadata(above).at("look at", above)?.dev() != metadata.dev())
}

/// Elsewhere the renames say so, after the build.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn is_mount_point(_path: &Path, _metadata: &fs::Metadata) -> Result<bool, PublishError> {
    Ok(false)
}
