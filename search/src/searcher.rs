//! Asking.

use crate::{Error, Request, Results, Store};

/// An open index.
pub struct Searcher {}

impl Searcher {
    /// Opens the index in `store`, reading only what says where things are.
    pub fn open(_store: impl Store) -> Result<Self, Error> {
        todo!()
    }

    /// Answers a request. Only reading can fail: a query that makes no sense is answered with a hint.
    pub fn search(&self, _request: &Request<'_>) -> Result<Results, Error> {
        todo!()
    }

    /// How many records the index holds.
    pub fn len(&self) -> usize {
        todo!()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every term and every stored text of the index, decoded: for a test that looks for what must not be in it.
    pub fn dump(&self) -> Result<Vec<String>, Error> {
        todo!()
    }
}
