//! Hears of changes.
//!
//! The system's events are hints: which files changed is found out by looking at their bytes. Folders are watched, not
//! files, because editors put a new file in the place of the old one. Events that come within [`BATCH`] of each other are
//! one change, and a while after the last one everything is looked over once more, for what no event told of.

use super::keeper::{Hint, Keeper};
use notify::{Config, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

/// The quiet after which a batch of events is complete: long enough for an editor to write, rename and remove.
const BATCH: Duration = Duration::from_millis(8);
/// The longest that a batch waits for quiet.
const LONGEST_BATCH: Duration = Duration::from_millis(60);
/// How long after the last event everything is looked over.
const LOOK_AFTER: Duration = Duration::from_millis(400);
/// More paths than this at once are no longer looked at one by one: a branch was checked out.
const MANY: usize = 64;

enum Heard {
    Paths(Vec<PathBuf>),
    /// Something was missed.
    Gap,
    Close,
}

/// Watches until it is dropped.
pub struct Watch {
    sender: Sender<Heard>,
}

impl Watch {
    /// Watches the project at `root`; by looking every `poll`, where that is given: the only way on network folders.
    /// Also says why the system's events could not be had.
    pub fn start(root: &Path, keeper: Arc<Keeper>, poll: Option<Duration>) -> std::io::Result<(Self, Option<String>)> {
        let (sender, receiver) = mpsc::channel();
        let (poll, events, note) = match poll {
            Some(every) => (Some(every), None, None),
            None => match Events::new(root, sender.clone()) {
                Ok(events) => (None, Some(events), None),
                Err(error) => (Some(Duration::from_millis(500)), None, Some(error.to_string())),
            },
        };
        thread::Builder::new().name("segue-watch".to_owned()).spawn(move || match events {
            Some(events) => hear(&receiver, events, &keeper),
            None => look(&receiver, poll.unwrap_or(LOOK_AFTER), &keeper),
        })?;
        Ok((Self { sender }, note))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // A thread that has ended needs no word.
        drop(self.sender.send(Heard::Close));
    }
}

fn look(receiver: &Receiver<Heard>, every: Duration, keeper: &Keeper) {
    while let Err(RecvTimeoutError::Timeout) = receiver.recv_timeout(every) {
        keeper.hear(&Hint::Anything);
    }
}

fn hear(receiver: &Receiver<Heard>, mut events: Events, keeper: &Keeper) {
    events.follow(&keeper.linked_folders());
    // What changed between the first reading and now.
    keeper.hear(&Hint::Anything);
    let mut look_at: Option<Instant> = None;
    loop {
        let first = match look_at {
            None => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(at) => receiver.recv_timeout(at.saturating_duration_since(Instant::now())),
        };
        let mut batch = Batch::default();
        match first {
            Ok(heard) => batch.add(heard),
            Err(RecvTimeoutError::Timeout) => {
                look_at = None;
                keeper.look_soon();
                events.follow(&keeper.linked_folders());
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
        let began = Instant::now();
        while !batch.closed && began.elapsed() < LONGEST_BATCH {
            match receiver.recv_timeout(BATCH) {
                Ok(heard) => batch.add(heard),
                Err(_) => break,
            }
        }
        if batch.closed {
            return;
        }
        let paths: Vec<PathBuf> = batch.paths.into_iter().filter(|path| events.concerns(path)).collect();
        if batch.gap || paths.len() > MANY {
            keeper.hear(&Hint::Anything);
        } else if paths.is_empty() {
            continue;
        } else {
            keeper.hear(&Hint::Paths(paths));
        }
        events.renew();
        look_at = Some(Instant::now() + LOOK_AFTER);
    }
}

#[derive(Default)]
struct Batch {
    paths: BTreeSet<PathBuf>,
    gap: bool,
    closed: bool,
}

impl Batch {
    fn add(&mut self, heard: Heard) {
        match heard {
            Heard::Paths(paths) => self.paths.extend(paths),
            Heard::Gap => self.gap = true,
            Heard::Close => self.closed = true,
        }
    }
}

/// The system's events.
struct Events {
    watcher: RecommendedWatcher,
    root: PathBuf,
    /// Watched with all that is below, with what tells a folder from another one of its name.
    trees: Vec<(PathBuf, Option<Mark>)>,
    linked: BTreeSet<PathBuf>,
}

impl Events {
    fn new(root: &Path, sender: Sender<Heard>) -> notify::Result<Self> {
        let tell = move |event: notify::Result<notify::Event>| {
            let heard = match event {
                // A file that was only opened or read is as it was; Segue itself does that.
                Ok(event) if matches!(event.kind, notify::EventKind::Access(access) if !closed_after_write(access)) => {
                    return;
                }
                Ok(event) if event.need_rescan() || event.paths.is_empty() => Heard::Gap,
                Ok(event) => Heard::Paths(event.paths),
                Err(_) => Heard::Gap,
            };
            // Nobody listens any more when the preview ends.
            drop(sender.send(heard));
        };
        let mut events = Self {
            watcher: RecommendedWatcher::new(tell, Config::default())?,
            root: root.to_owned(),
            trees: ["content", "themes"].map(|name| (root.join(name), None)).into(),
            linked: BTreeSet::new(),
        };
        // The root itself, for `segue.toml` and for folders that come later.
        events.watcher.watch(root, RecursiveMode::NonRecursive)?;
        for at in 0..events.trees.len() {
            let mark = mark(&events.trees[at].0);
            if mark.is_some() {
                events.watcher.watch(&events.trees[at].0, RecursiveMode::Recursive)?;
            }
            events.trees[at].1 = mark;
        }
        Ok(events)
    }

    /// Whether a path can have to do with the project: the root holds much else, as the published site and `.git`.
    fn concerns(&self, path: &Path) -> bool {
        match path.strip_prefix(&self.root) {
            Ok(relative) => match relative.components().next() {
                None => false,
                Some(first) => {
                    let first = first.as_os_str();
                    first == "content"
                        || first == "themes"
                        || first == "segue.toml"
                        || self.linked.iter().any(|folder| path.starts_with(folder) && *folder != self.root)
                }
            },
            Err(_) => true,
        }
    }

    /// Watches folders again that were taken away and came back: a system's watch goes with the folder it was for.
    fn renew(&mut self) {
        for (tree, known) in &mut self.trees {
            let now = mark(tree);
            if now == *known {
                continue;
            }
            // Fails where it went already; then there is nothing to end.
            drop(self.watcher.unwatch(tree));
            *known =
                if now.is_some() && self.watcher.watch(tree, RecursiveMode::Recursive).is_ok() { now } else { None };
        }
    }

    /// Watches the folders that symbolic links lead to, and no longer those that none leads to.
    fn follow(&mut self, folders: &[PathBuf]) {
        let folders: BTreeSet<PathBuf> = folders.iter().filter(|folder| **folder != self.root).cloned().collect();
        for folder in self.linked.difference(&folders) {
            drop(self.watcher.unwatch(folder));
        }
        for folder in folders.difference(&self.linked) {
            // What cannot be watched is still looked at whenever anything else changes.
            drop(self.watcher.watch(folder, RecursiveMode::NonRecursive));
        }
        self.linked = folders;
    }
}

fn closed_after_write(access: notify::event::AccessKind) -> bool {
    use notify::event::{AccessKind, AccessMode};
    access == AccessKind::Close(AccessMode::Write)
}

/// What tells a folder from another one of its name.
type Mark = (u64, Option<std::time::SystemTime>);

fn mark(folder: &Path) -> Option<Mark> {
    let metadata = fs::metadata(folder).ok()?;
    #[cfg(unix)]
    let number = std::os::unix::fs::MetadataExt::ino(&metadata);
    #[cfg(not(unix))]
    let number = 0;
    Some((number, metadata.created().ok()))
}
