//! Building.

use crate::{Error, Index, Options, Record};

/// Brings records to indexable words. Stateless but for its options, so it may be shared between threads.
pub struct Analyser {}

impl Analyser {
    /// An analyser that follows `options`.
    pub fn new(_options: &Options) -> Self {
        todo!()
    }

    /// A record's words. The expensive half of indexing; independent of every other record.
    pub fn analyse(&self, _record: &Record) -> Analysed {
        todo!()
    }
}

/// A record ready to be added.
pub struct Analysed {}

/// Takes records in order and makes the index.
///
/// Any order is right; records of one account side by side, and of one handoff within it, make the index smaller.
pub struct IndexBuilder {}

impl IndexBuilder {
    /// An empty index.
    pub fn new(_options: &Options) -> Result<Self, Error> {
        todo!()
    }

    /// Adds a record that an [`Analyser`] with the same options has read.
    pub fn add(&mut self, _record: Analysed) -> Result<(), Error> {
        todo!()
    }

    /// The index's files.
    pub fn finish(self) -> Result<Index, Error> {
        todo!()
    }
}

/// An index over `records`, analysed one after the other.
pub fn build(records: impl IntoIterator<Item = Record>, options: &Options) -> Result<Index, Error> {
    let analyser = Analyser::new(options);
    let mut builder = IndexBuilder::new(options)?;
    for record in records {
        builder.add(analyser.analyse(&record))?;
    }
    builder.finish()
}
