//! What can keep a site from being published.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::route::Route;

/// Why nothing was published. The site that was there still is.
#[derive(Debug)]
pub enum PublishError {
    /// The file system refused something.
    Io {
        /// What was tried, after "cannot".
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The output folder is not one that Segue may replace.
    Refused {
        /// The output folder.
        out: PathBuf,
        /// Why it may not be replaced.
        why: Refusal,
    },
    /// Another build is writing there.
    Busy {
        /// The output folder.
        out: PathBuf,
        /// The other build's process, where the system lets us read it.
        process: Option<u32>,
    },
    /// Two files were made for one route, which the site should have ruled out.
    Twice(Route),
}

/// Why a folder may not be replaced by a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The top of a disk.
    Top,
    /// The home folder, or one that holds it.
    Home,
    /// The project's own folder, or one that holds it.
    Project,
    /// A folder that is read as input, or one in or above it.
    Input(PathBuf),
    /// A symbolic link: replacing it would not replace what it leads to.
    Link(PathBuf),
    /// No folder at all.
    NotAFolder,
    /// A disk of its own, which cannot be renamed.
    MountPoint,
    /// Files that Segue did not make.
    Foreign,
    /// A checked-out repository, whose history would go with it; holds the name found.
    Repository(&'static str),
}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { action, path, source } => write!(f, "cannot {action} `{}`: {source}", path.display()),
            Self::Refused { out, why } => write!(f, "will not publish to `{}`: {why}", out.display()),
            Self::Busy { out, process } => {
                write!(f, "another build")?;
                if let Some(process) = process {
                    write!(f, " (process {process})")?;
                }
                write!(f, " is writing to `{}`", out.display())
            }
            Self::Twice(route) => write!(f, "two files were made for `{route}`"),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Top => f.write_str("it is the top of a disk"),
            Self::Home => f.write_str("your home folder is, or is inside, that folder"),
            Self::Project => {
                f.write_str("the project is, or is inside, that folder, and would be replaced by its site")
            }
            Self::Input(input) => write!(f, "the site is made from what is in `{}`", input.display()),
            Self::Link(target) => {
                write!(f, "it is a symbolic link; name the folder it leads to, `{}`", target.display())
            }
            Self::NotAFolder => f.write_str("it is not a folder"),
            Self::MountPoint => {
                f.write_str("it is a disk or a container's layer, and cannot be renamed; name a folder inside it")
            }
            Self::Foreign => write!(
                f,
                "it holds files that Segue did not make (there is no `{}` in it); empty it or name another folder",
                super::MARKER
            ),
            Self::Repository(name) => {
                write!(f, "it holds a repository (`{name}`), which would be lost; move that out or name another folder")
            }
        }
    }
}

impl std::error::Error for PublishError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// Says what was tried and where when an operation of the file system fails.
pub(super) trait At<T> {
    /// `action` reads after "cannot".
    fn at(self, action: &'static str, path: &Path) -> Result<T, PublishError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, action: &'static str, path: &Path) -> Result<T, PublishError> {
        self.map_err(|source| PublishError::Io { action, path: path.to_owned(), source })
    }
}
