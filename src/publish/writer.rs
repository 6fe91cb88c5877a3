//! The one thread that fills the stage.
//!
//! Two threads that make folders side by side wait for each other inside the system, busily: over 48,000 pages they
//! take about twice the processor time that one takes alone. So those that make pages hand them over, and go on making.

use std::collections::HashSet;
use std::fs::{self, File, FileTimes};
use std::io::{self, Write};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};
use std::time::SystemTime;

use super::error::{At, PublishError};
use super::target::{Present, Target};
use crate::route::Route;

/// How many files may wait to be written: enough for the writer never to idle, few enough to be held in memory.
const WAITING: usize = 256;

/// Fills the stage with what it is sent, in order.
#[derive(Debug)]
pub(super) struct Writer {
    jobs: SyncSender<Job>,
    thread: JoinHandle<Result<(), PublishError>>,
}

enum Job {
    /// A file with these bytes.
    Create(Route, Vec<u8>),
    /// The published file, as it is.
    Keep(Route),
}

impl Writer {
    /// A writer into the stage of `target`.
    pub(super) fn start(target: &Target, present: Present) -> Result<Self, PublishError> {
        let (jobs, orders) = sync_channel(WAITING);
        let mut stage = Filling { target: target.clone(), present, folders: HashSet::new() };
        let work = move || {
            orders.into_iter().try_for_each(|job| match job {
                Job::Create(route, bytes) => stage.create(&route, &bytes, None),
                Job::Keep(route) => stage.keep(&route),
            })
        };
        let thread = Builder::new().name("segue-writer".to_owned()).spawn(work);
        Ok(Self { jobs, thread: thread.at("write with a thread of its own to", &target.stage)? })
    }

    /// Adds a file.
    pub(super) fn create(&self, route: Route, bytes: Vec<u8>) {
        self.send(Job::Create(route, bytes));
    }

    /// Adds the published file.
    pub(super) fn keep(&self, route: Route) {
        self.send(Job::Keep(route));
    }

    /// A writer that has failed takes no more; why, [`finish`](Self::finish) says.
    fn send(&self, job: Job) {
        drop(self.jobs.send(job));
    }

    /// Waits until all is written. Fails as the first file that could not be.
    pub(super) fn finish(self) -> Result<(), PublishError> {
        drop(self.jobs);
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

/// The stage while it is filled.
struct Filling {
    target: Target,
    present: Present,
    /// Made already.
    folders: HashSet<Box<str>>,
}

impl Filling {
    fn create(&mut self, route: &Route, bytes: &[u8], modified: Option<SystemTime>) -> Result<(), PublishError> {
        self.make_folder(route.folder())?;
        let path = self.target.stage.join(route);
        let mut file = File::create_new(&path).at("create", &path)?;
        file.write_all(bytes).at("write", &path)?;
        if let Some(modified) = modified {
            file.set_times(FileTimes::new().set_modified(modified)).at("set the time of", &path)?;
        }
        Ok(())
    }

    /// Stages a file that did not change: the published one itself, or else a copy with its time.
    fn keep(&mut self, route: &Route) -> Result<(), PublishError> {
        self.make_folder(route.folder())?;
        let from = self.target.site.join(route);
        if fs::hard_link(&from, self.target.stage.join(route)).is_ok() {
            return Ok(());
        }
        // Some disks know no links, and some systems allow none to another user's files.
        let bytes = fs::read(&from).at("read", &from)?;
        let modified = fs::metadata(&from).and_then(|metadata| metadata.modified()).at("look at", &from)?;
        self.create(route, &bytes, Some(modified))
    }

    /// Makes a folder in the stage, and those above it, unless they are there.
    fn make_folder(&mut self, folder: &str) -> Result<(), PublishError> {
        if self.folders.contains(folder) {
            return Ok(());
        }
        let path = if folder.is_empty() {
            self.target.stage.clone()
        } else {
            self.make_folder(folder.rsplit_once('/').map_or("", |(above, _)| above))?;
            self.target.stage.join(folder)
        };
        match fs::create_dir(&path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error).at("create", &path),
            Ok(()) if folder.is_empty() => self.keep_permissions()?,
            _ => {}
        }
        self.folders.insert(folder.into());
        Ok(())
    }

    /// Who may enter the site is up to whoever set that on its folder.
    #[cfg(unix)]
    fn keep_permissions(&self) -> Result<(), PublishError> {
        if self.present == Present::Nothing {
            return Ok(());
        }
        let permissions = fs::metadata(&self.target.site).at("look at", &self.target.site)?.permissions();
        fs::set_permissions(&self.target.stage, permissions).at("set the permissions of", &self.target.stage)
    }

    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "elsewhere it can fail")]
    fn keep_permissions(&self) -> Result<(), PublishError> {
        Ok(())
    }
}
