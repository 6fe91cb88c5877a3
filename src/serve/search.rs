//! The preview's search index: made whole when nobody writes, and what is other since then upon it at once.

use crate::index::Indexed;
use crate::knowledge::KnowledgeBase;
use segue_search::{ENTRY, Error};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Published files by name.
type Files = BTreeMap<String, Vec<u8>>;

/// The search index as pages read it.
#[derive(Default)]
pub struct Search(Mutex<State>);

#[derive(Default)]
struct State {
    now: Generation,
    /// A page that opened that one still reads on in it.
    before: Generation,
}

#[derive(Clone, Default)]
struct Generation {
    whole: Option<Arc<Indexed>>,
    /// Stands upon it; empty where nothing is other.
    upon: Arc<Files>,
}

/// What came of looking for what is other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amendment {
    /// Pages find what they found.
    Same,
    /// They find something else.
    Shown,
    /// Too much is other, or there is no index yet.
    TooMuch,
}

impl Search {
    /// A file of the index; `None` while the first one is made.
    pub fn file(&self, name: &str) -> Option<Vec<u8>> {
        let state = self.state();
        state.now.file(name).or_else(|| state.before.file(name)).cloned()
    }

    /// Puts what `base` says otherwise upon the index.
    pub fn amend(&self, base: &KnowledgeBase) -> Result<Amendment, Error> {
        let Some(whole) = self.state().now.whole.clone() else { return Ok(Amendment::TooMuch) };
        let Some(upon) = whole.upon(base)? else { return Ok(Amendment::TooMuch) };
        let mut state = self.state();
        // One that was made meanwhile has its own.
        let old = !state.now.whole.as_ref().is_some_and(|now| Arc::ptr_eq(now, &whole));
        if old || upon.get(ENTRY) == state.now.file(ENTRY) {
            return Ok(Amendment::Same);
        }
        state.show(Generation { whole: Some(whole), upon: Arc::new(upon) });
        Ok(Amendment::Shown)
    }

    /// Makes the whole index of `base`, and puts upon it what is other in the base that is `shown` when it is made.
    /// Returns that.
    pub fn remake(
        &self,
        base: &Arc<KnowledgeBase>,
        shown: impl FnOnce() -> Arc<KnowledgeBase>,
    ) -> Result<Arc<KnowledgeBase>, Error> {
        let whole = Arc::new(Indexed::of(Arc::clone(base))?);
        let shown = shown();
        let upon = if Arc::ptr_eq(base, &shown) { None } else { whole.upon(&shown)? };
        self.state().show(Generation { whole: Some(whole), upon: Arc::new(upon.unwrap_or_default()) });
        Ok(shown)
    }

    /// Whether the whole index is of another base than `base`.
    pub fn is_old(&self, base: &Arc<KnowledgeBase>) -> bool {
        !self.state().now.whole.as_ref().is_some_and(|whole| Arc::ptr_eq(whole.base(), base))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Generations are put in place whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn show(&mut self, generation: Generation) {
        self.before = std::mem::replace(&mut self.now, generation);
    }
}

impl Generation {
    fn file(&self, name: &str) -> Option<&Vec<u8>> {
        self.upon.get(name).or_else(|| self.whole.as_ref()?.files().get(name))
    }
}
