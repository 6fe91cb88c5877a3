//! Putting the new site where the old one is, and finding out what a crashed build left.
//!
//! With an exchange there is no moment at which the site is not there. With two renames there is one, and whoever
//! comes next puts the old site back:
//!
//! | site | stage | old | what happened | what the next build does |
//! | --- | --- | --- | --- | --- |
//! | yes | yes | – | stopped while staging, or just after an exchange | removes the stage |
//! | – | yes | yes | stopped between two renames | puts old back, removes the stage |
//! | yes | – | yes | stopped after two renames | removes old |

use std::fs;
use std::io;
use std::path::PathBuf;

use super::error::{At, PublishError, Refusal};
use super::target::{Present, Target, exists};
use super::tree;

/// How two folders change places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// In one step where the system and the disk can, else by renaming twice.
    Best,
    /// By renaming twice, as on systems that know nothing better.
    TwoRenames,
}

/// The moments of a swap, for tests that stop a build in each of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The new site is whole, and beside the old one.
    Staged,
    /// The old site has been renamed; there is none.
    OldAside,
    /// The new site is in its place.
    InPlace,
    /// Nothing is left of the old one.
    Cleaned,
}

/// Puts the staged folder in the site's place. Where there was a site before, gives the path at which it is now.
pub(super) fn swap(target: &Target, method: Method, reached: &dyn Fn(Step)) -> Result<Option<PathBuf>, PublishError> {
    let Target { site, stage, old, .. } = target;
    reached(Step::Staged);
    if !exists(site)? {
        fs::rename(stage, site).at("put the site in place at", site)?;
        reached(Step::InPlace);
        return Ok(None);
    }
    if method == Method::Best && exchange(target).at("put the site in place at", site)? {
        reached(Step::InPlace);
        return Ok(Some(stage.clone()));
    }
    match fs::rename(site, old) {
        // A volume, or what came with a container's image: such a folder is no one's to rename.
        Err(error) if matches!(error.kind(), io::ErrorKind::CrossesDevices | io::ErrorKind::ResourceBusy) => {
            return Err(PublishError::Refused { out: target.shown.clone(), why: Refusal::MountPoint });
        }
        moved => moved.at("move the last site away from", site)?,
    }
    reached(Step::OldAside);
    if let Err(error) = fs::rename(stage, site) {
        fs::rename(old, site).at("move the last site back to", site)?;
        return Err(error).at("put the site in place at", site);
    }
    reached(Step::InPlace);
    Ok(Some(old.clone()))
}

/// Cleans up after a build that was stopped, and says what is at the target then.
pub(super) fn recover(target: &Target) -> Result<Present, PublishError> {
    let mut present = target.look()?;
    if exists(&target.old)? && present != Present::Site {
        if present == Present::Empty {
            // Somebody made the folder again before we came.
            fs::remove_dir(&target.site).at("remove", &target.site)?;
        }
        fs::rename(&target.old, &target.site).at("move the last site back to", &target.site)?;
        present = target.look()?;
    }
    for left in [&target.stage, &target.old] {
        if exists(left)? {
            tree::remove(left, &|_| true)?;
        }
    }
    Ok(present)
}

/// Exchanges site and stage in one step; `false` where system or disk cannot, so that two renames can try.
#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn exchange(target: &Target) -> io::Result<bool> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, &target.stage, CWD, &target.site, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(true),
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP | Errno::XDEV | Errno::BUSY) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn exchange(_target: &Target) -> io::Result<bool> {
    Ok(false)
}
