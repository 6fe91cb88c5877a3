//! Stage: the published folder. Staged beside the target, swapped whole; the only writer of output.
//!
//! ```text
//! Target::new ─► Stage::begin ─► write, from any thread ─► commit
//!   may be a       locked,          compared with the        swapped whole, then
//!   site           cleaned up       site that is there       the last site goes
//! ```
//!
//! Whoever looks at the output folder sees the last site or the next one, never something between; the exception
//! stands in [`swap`]. A build that stops half-way, whatever stops it, leaves the last site as it was, and the next
//! build cleans up. A [`Stage`] that is dropped without [`commit`](Stage::commit) cleans up itself.
//!
//! What did not change keeps its file: the same inode, the same time stamp. It is compared byte by byte and not
//! trusted, so a published file that somebody edited is put right. The next site shares such files with the last one
//! through hard links until the last one goes; nothing ever writes to a file that is there already. When nothing
//! changed at all, nothing is touched.
//!
//! No file is forced to the disk before the swap: with tens of thousands of files that takes longer than making them.
//! A process that is killed cannot lose what it wrote; a machine that loses power can, and the next build, which
//! compares, writes it again.

#![allow(clippy::disallowed_methods, reason = "the only writer of output")]

mod error;
mod lock;
mod swap;
mod target;
mod tree;
mod writer;

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;
use std::collections::HashMap;

use crate::route::Route;
use error::At;
use lock::Lock;
use target::Present;
use writer::Writer;

pub use error::{PublishError, Refusal};
#[doc(hidden)]
pub use swap::{Method, Step};
pub use target::{MARKER, Target};

/// What the marker says to a person who finds it.
const MARKER_TEXT: &[u8] = b"This folder was made by Segue, and its next build replaces all of it.\n";

/// A site that is being made, beside the one that is there.
#[derive(Debug)]
pub struct Stage {
    target: Target,
    present: Present,
    files: Mutex<HashMap<Route, Written>>,
    bytes: AtomicU64,
    /// There until it is waited for.
    writer: Option<Writer>,
    /// Let go last, after the stage is removed.
    _lock: Lock,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// It is new, or differs from the published one.
    Changed,
    /// The published one has the same bytes, and stays.
    Unchanged,
}

/// What a build did to the output folder, its marker among the files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that are new or differ from the last build's.
    pub written: u64,
    /// Files that stayed.
    pub unchanged: u64,
    /// Files of the last build that are gone.
    pub removed: u64,
    /// The whole site's size.
    pub bytes: u64,
}

impl Stage {
    /// Starts a build, or fails with [`PublishError::Busy`] while another one runs.
    pub fn begin(target: &Target) -> Result<Self, PublishError> {
        make_parents(target)?;
        Self::locked(target, Lock::try_take(target)?)
    }

    /// Starts a build as soon as no other one runs; `wait` is told of the other one first.
    pub fn begin_after(target: &Target, wait: impl FnOnce(&PublishError)) -> Result<Self, PublishError> {
        make_parents(target)?;
        let lock = match Lock::try_take(target) {
            Err(busy @ PublishError::Busy { .. }) => {
                wait(&busy);
                Lock::wait(target)
            }
            taken => taken,
        };
        Self::locked(target, lock?)
    }

    fn locked(target: &Target, lock: Lock) -> Result<Self, PublishError> {
        let present = swap::recover(target)?;
        let writer = Some(Writer::start(target, present)?);
        let (files, bytes) = (Mutex::default(), AtomicU64::new(0));
        Ok(Self { target: target.clone(), present, files, bytes, writer, _lock: lock })
    }

    /// Adds a file to the site. May be called from many threads at once. It is written a little later: what the disk
    /// refuses, [`commit`](Self::commit) says.
    pub fn write(&self, route: &Route, bytes: impl Into<Vec<u8>>) -> Result<Written, PublishError> {
        let bytes = bytes.into();
        let unchanged = self.present == Present::Site && is_same(&self.target.site.join(route), &bytes);
        let written = if unchanged { Written::Unchanged } else { Written::Changed };
        if self.files().insert(route.clone(), written).is_some() {
            return Err(PublishError::Twice(route.clone()));
        }
        self.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        // What did not change is not staged before it is known that anything did.
        if written == Written::Changed {
            self.writer().create(route.clone(), bytes);
        }
        Ok(written)
    }

    /// Puts the site in place. Fails after the swap only if the last site cannot be removed.
    pub fn commit(self) -> Result<Summary, PublishError> {
        self.commit_by(Method::Best, &|_| {})
    }

    /// [`commit`](Self::commit) by a given method, told of every step: for tests.
    #[doc(hidden)]
    pub fn commit_by(mut self, method: Method, reached: &dyn Fn(Step)) -> Result<Summary, PublishError> {
        self.write(&marker(), MARKER_TEXT)?;
        let files = std::mem::take(&mut *self.files());
        let mut kept: Vec<&Route> =
            files.iter().filter(|(_, written)| **written == Written::Unchanged).map(|(route, _)| route).collect();
        kept.par_sort_unstable();
        let mut summary = Summary {
            written: (files.len() - kept.len()) as u64,
            unchanged: kept.len() as u64,
            removed: 0,
            bytes: self.bytes.load(Ordering::Relaxed),
        };
        let is_stale = |name: &str| Route::file(name).map_or(true, |route| !files.contains_key(&route));

        if summary.written == 0 && self.present == Present::Site && tree::count(&self.target.site, &is_stale)? == 0 {
            return Ok(summary);
        }
        for route in kept {
            self.writer().keep(route.clone());
        }
        self.writer.take().map_or(Ok(()), Writer::finish)?;
        if let Some(last) = swap::swap(&self.target, method, reached)? {
            summary.removed = tree::remove(&last, &is_stale)?;
        }
        reached(Step::Cleaned);
        Ok(summary)
    }

    fn writer(&self) -> &Writer {
        self.writer.as_ref().expect("only a commit waits for the writer")
    }

    fn files(&self) -> MutexGuard<'_, HashMap<Route, Written>> {
        // A thread that panicked left the map as it was before or after an insertion, both of which are sound.
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // A site that is not to be needs no reasons.
        drop(self.writer.take().map(Writer::finish));
        // Gone already after a commit. What cannot be removed now the next build will try to remove, and say so.
        if target::exists(&self.target.stage).unwrap_or(false) {
            drop(tree::remove(&self.target.stage, &|_| false));
        }
    }
}

/// Where the marker goes. It is a file of the site like any other, so it too keeps its time.
fn marker() -> Route {
    Route::file(MARKER).expect("the marker has a portable name")
}

fn make_parents(target: &Target) -> Result<(), PublishError> {
    let parent: PathBuf = target.site.parent().unwrap_or(&target.site).to_owned();
    fs::create_dir_all(&parent).at("create", &parent)
}

/// Whether the file at `path` is a file of its own with just these bytes. One that cannot be read is not: it will be
/// written again.
fn is_same(path: &Path, bytes: &[u8]) -> bool {
    let Ok(metadata) = fs::symlink_metadata(path) else { return false };
    if !metadata.is_file() || metadata.len() != bytes.len() as u64 {
        return false;
    }
    let Ok(mut file) = File::open(path) else { return false };
    let mut buffer = [0; 16 * 1024];
    let mut rest = bytes;
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return rest.is_empty(),
            Ok(read) => match rest.split_at_checked(read) {
                Some((expected, after)) if expected == &buffer[..read] => rest = after,
                _ => return false,
            },
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return false,
        }
    }
}
