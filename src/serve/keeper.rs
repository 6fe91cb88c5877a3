//! Keeps what is shown up to date: hears of changes, shows them, joins in the background, makes the search index.

use super::background;
use super::live::Live;
use super::search::{Amendment, Search};
use super::workspace::{Change, Shown, Survey, Workspace};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant};

/// How long a join that nobody waits for is put off after a change: as long as the last one took, within bounds, so that
/// while somebody types it runs half the time at most.
const REST: [Duration; 2] = [Duration::from_millis(120), Duration::from_secs(2)];
/// How long after a change the search index is amended.
const AMEND_REST: Duration = Duration::from_millis(60);
/// How long after a change the whole search index is made anew, in times of what that took last, and at least: it is
/// there to keep what stands upon it small, and laptops cool.
const INDEX_RESTS: u32 = 4;
const INDEX_REST: Duration = Duration::from_secs(1);
/// How long files are at most not looked over again after they were.
const LONGEST_LOOK_REST: Duration = Duration::from_secs(4);
/// How often a join is thrown away because newer changes do not fit into it.
const MOST_LOST: u32 = 3;

/// What may have changed.
#[derive(Debug)]
pub enum Hint {
    /// These files or folders.
    Paths(Vec<PathBuf>),
    /// Anything.
    Anything,
}

/// What is shown, and what keeps it so.
pub struct Keeper {
    workspace: Mutex<Workspace>,
    shown: RwLock<Arc<Shown>>,
    search: Search,
    live: Arc<Live>,
    asked: Mutex<Asked>,
    wake: Condvar,
}

#[derive(Default)]
struct Asked {
    /// Since when a join is wanted, and whether somebody waits for it.
    join: Option<(Instant, bool)>,
    /// Since when the index does not find what is shown.
    amend: Option<Instant>,
    /// Since when the whole index is old, and whether nothing can stand upon it.
    index: Option<(Instant, bool)>,
    /// Whether all files are to be looked over.
    look: bool,
    closed: bool,
}

impl Keeper {
    /// Joins what was read, and begins to keep it.
    pub fn start(workspace: Workspace, live: Arc<Live>) -> std::io::Result<Arc<Self>> {
        let shown = workspace.snapshot().join();
        let keeper = Arc::new(Self {
            workspace: Mutex::new(workspace),
            shown: RwLock::new(Arc::new(shown)),
            search: Search::default(),
            live,
            asked: Mutex::new(Asked { index: Some((Instant::now(), true)), ..Asked::default() }),
            wake: Condvar::new(),
        });
        let own = Arc::clone(&keeper);
        thread::Builder::new().name("segue-join".to_owned()).spawn(move || own.join_when_asked())?;
        let own = Arc::clone(&keeper);
        thread::Builder::new().name("segue-amend".to_owned()).spawn(move || own.amend_index_when_asked())?;
        let own = Arc::clone(&keeper);
        thread::Builder::new().name("segue-index".to_owned()).spawn(move || own.index_when_asked())?;
        let own = Arc::clone(&keeper);
        thread::Builder::new().name("segue-look".to_owned()).spawn(move || own.look_when_asked())?;
        Ok(keeper)
    }

    /// What is shown now.
    pub fn shown(&self) -> Arc<Shown> {
        Arc::clone(&self.shown.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A file of the search index; `None` while the first one is made.
    pub fn indexed(&self, name: &str) -> Option<Vec<u8>> {
        self.search.file(name)
    }

    /// Looks at what may have changed, and shows what has.
    pub fn hear(&self, hint: &Hint) {
        if let Hint::Paths(paths) = hint {
            let mut workspace = self.workspace();
            if let Some(change) = workspace.hear(paths) {
                return self.take_in(workspace, change);
            }
        }
        self.look(Survey::of);
    }

    /// Looks everything over, soon and in the background: for what no event told of.
    pub fn look_soon(&self) {
        self.asked().look = true;
        self.wake.notify_all();
    }

    fn look(&self, survey: impl FnOnce(&Path) -> Survey) {
        let root = self.workspace().root().to_owned();
        let survey = survey(&root);
        let mut workspace = self.workspace();
        let change = workspace.look(survey);
        self.take_in(workspace, change);
    }

    /// Shows what was read, at once where that can be.
    fn take_in(&self, workspace: MutexGuard<'_, Workspace>, change: Change) {
        if change == Change::None {
            return;
        }
        let amended = if change == Change::Texts { workspace.amend(&self.shown()) } else { None };
        let urgent = amended.is_none();
        let past = amended.map(|shown| self.show(shown));
        drop(workspace);
        drop(past);
        let mut asked = self.asked();
        let urgent = urgent || asked.join.is_some_and(|(_, urgent)| urgent);
        asked.join = Some((Instant::now(), urgent));
        // Pages are as they will be when all is joined, so search need not wait for that.
        if !urgent {
            asked.amend = Some(Instant::now());
        }
        self.wake.notify_all();
    }

    /// Folders outside the project's own that are to be watched too.
    pub fn linked_folders(&self) -> Vec<PathBuf> {
        self.workspace().linked_folders()
    }

    /// Ends the work in the background.
    pub fn close(&self) {
        self.asked().closed = true;
        self.wake.notify_all();
    }

    fn workspace(&self) -> MutexGuard<'_, Workspace> {
        // A panic while a file was read leaves that file as it was before, or after.
        self.workspace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn asked(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives back what was shown before, for the caller to let go of when nobody waits. The workspace is held meanwhile.
    fn show(&self, mut shown: Shown) -> Arc<Shown> {
        let mut now = self.shown.write().unwrap_or_else(PoisonError::into_inner);
        shown.version = now.version + 1;
        let shown = Arc::new(shown);
        let past = std::mem::replace(&mut *now, Arc::clone(&shown));
        drop(now);
        // Only now: a page that is told comes at once for what is new.
        self.live.tell(shown);
        past
    }

    /// Waits until `due` says that work is to be done; `false` when the preview ends.
    fn wait(&self, mut due: impl FnMut(&mut Asked) -> Due) -> bool {
        let mut asked = self.asked();
        loop {
            if asked.closed {
                return false;
            }
            asked = match due(&mut asked) {
                Due::Now => return true,
                Due::In(time) => self.wake.wait_timeout(asked, time).unwrap_or_else(PoisonError::into_inner).0,
                Due::Never => self.wake.wait(asked).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    fn join_when_asked(&self) {
        // A page that is made meanwhile uses the threads that all share; without a pool of its own, so does a join.
        let pool = background::pool("segue-join").ok();
        let mut rest = REST[0];
        let mut lost = 0;
        loop {
            let mut urgent = false;
            let wanted = self.wait(|asked| match asked.join {
                None => Due::Never,
                Some((since, waited_for)) => {
                    let rest = if waited_for { Duration::ZERO } else { rest };
                    let due = Due::after(since, rest);
                    if matches!(due, Due::Now) {
                        urgent = waited_for;
                        asked.join = None;
                    }
                    due
                }
            });
            if !wanted {
                return;
            }
            let began = Instant::now();
            let snapshot = self.workspace().snapshot();
            let joined = match &pool {
                Some(pool) if !urgent => pool.install(|| snapshot.join()),
                _ => snapshot.join(),
            };
            rest = began.elapsed().clamp(REST[0], REST[1]);
            let mut workspace = self.workspace();
            // What was read meanwhile goes on top, so that nothing that was shown goes back to what it was.
            let newer = workspace.has_read_since(&joined);
            let amended = if newer { workspace.amend(&joined) } else { None };
            let past = match amended {
                Some(amended) => self.show(amended),
                None if newer && lost < MOST_LOST => {
                    lost += 1;
                    if let Some((_, waited_for)) = &mut self.asked().join {
                        *waited_for |= urgent;
                    }
                    continue;
                }
                None => {
                    workspace.forget(&joined);
                    self.show(joined)
                }
            };
            lost = 0;
            drop(workspace);
            drop(past);
            if urgent {
                self.asked().amend = Some(Instant::now());
                self.wake.notify_all();
            }
        }
    }

    fn look_when_asked(&self) {
        let pool = background::pool("segue-survey").ok();
        // Only the search gives way: who holds the workspace must not wait for others.
        let survey = |root: &Path| match &pool {
            Some(pool) => pool.install(|| Survey::of(root)),
            None => Survey::of(root),
        };
        while self.wait(|asked| if std::mem::take(&mut asked.look) { Due::Now } else { Due::Never }) {
            let began = Instant::now();
            self.look(survey);
            // At ten thousand files it takes a while: then it is done less often.
            let rest = (began.elapsed() * 8).min(LONGEST_LOOK_REST);
            self.wait(|_| Due::after(began, rest));
        }
    }

    fn amend_index_when_asked(&self) {
        loop {
            let wanted = self.wait(|asked| match asked.amend {
                None => Due::Never,
                Some(_) if asked.join.is_some_and(|(_, waited_for)| waited_for) => Due::Never,
                Some(since) => Due::taking(&mut asked.amend, since, AMEND_REST),
            });
            if !wanted {
                return;
            }
            // A fault of the index is told by `segue build`; the preview goes on with the last one.
            let Ok(amendment) = self.search.amend(self.shown().site.base()) else { continue };
            match amendment {
                Amendment::Same => continue,
                Amendment::Shown => self.live.tell_index(),
                Amendment::TooMuch => {}
            }
            let mut asked = self.asked();
            let urgent = asked.index.is_some_and(|(_, urgent)| urgent);
            asked.index = Some((Instant::now(), urgent || amendment == Amendment::TooMuch));
            self.wake.notify_all();
        }
    }

    fn index_when_asked(&self) {
        let Ok(pool) = background::pool("segue-index") else { return };
        let mut rest = INDEX_REST;
        loop {
            let wanted = self.wait(|asked| match asked.index {
                None => Due::Never,
                Some((since, urgent)) => {
                    Due::taking(&mut asked.index, since, if urgent { Duration::ZERO } else { rest })
                }
            });
            if !wanted {
                return;
            }
            let base = Arc::clone(self.shown().site.base());
            if !self.search.is_old(&base) {
                continue;
            }
            let began = Instant::now();
            let remade = pool.install(|| self.search.remake(&base, || Arc::clone(self.shown().site.base())));
            rest = (began.elapsed() * INDEX_RESTS).max(INDEX_REST);
            let Ok(of) = remade else { continue };
            self.live.tell_index();
            // What is shown since then goes upon it.
            if !Arc::ptr_eq(&of, self.shown().site.base()) {
                self.asked().amend = Some(Instant::now());
                self.wake.notify_all();
            }
        }
    }
}

enum Due {
    Now,
    In(Duration),
    Never,
}

impl Due {
    fn after(since: Instant, rest: Duration) -> Self {
        match rest.checked_sub(since.elapsed()) {
            Some(left) if !left.is_zero() => Self::In(left),
            _ => Self::Now,
        }
    }

    /// The same of what is `asked` since then, which is taken when it is due.
    fn taking<T>(asked: &mut Option<T>, since: Instant, rest: Duration) -> Self {
        let due = Self::after(since, rest);
        if matches!(due, Self::Now) {
            *asked = None;
        }
        due
    }
}
