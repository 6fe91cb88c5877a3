//! Projection: what is indexed.
//!
//! Records are finer than pages, because people look for a promise or a risk and not for the page it stands on: each
//! leads to the very place. What the audience may not read is never given to the index.

mod records;
mod upon;

pub use records::of;
pub use upon::Indexed;

use crate::fields::Kind;
use crate::knowledge::{KnowledgeBase, PersonId, RecordId, Target};
use ahash::AHashSet;
use rayon::prelude::*;
use segue_search::{Analyser, Cut, Error, Index, IndexBuilder, Options};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// How many subjects are read at once: enough to keep all threads busy, few enough to be held in memory.
const BATCH: usize = 512;

/// How many of them one thread reads without another helping it.
const PART: usize = 32;

/// What the project decides about its search.
pub fn options(base: &KnowledgeBase) -> Options {
    Options { language: base.project.language, synonyms: base.project.synonyms.clone(), ..Options::default() }
}

/// The index over everything that the project's audience may read. The same knowledge base gives the same bytes.
pub fn build(base: &KnowledgeBase) -> Result<Index, Error> {
    over(base, &order(base)).map(|(index, _)| index)
}

/// The files of the index as it is published, by name.
pub fn files(base: &KnowledgeBase) -> Result<BTreeMap<String, Vec<u8>>, Error> {
    published(build(base)?)
}

/// An index's files, packed on all cores.
fn published(index: Index) -> Result<BTreeMap<String, Vec<u8>>, Error> {
    let cut = Cut::of(index)?;
    let packed = (0..cut.chunks()).into_par_iter().map(|chunk| cut.pack(chunk)).collect();
    cut.finish(packed)
}

/// The index over these targets, and of each how many records are in it.
fn over(base: &KnowledgeBase, targets: &[Target]) -> Result<(Index, Vec<u32>), Error> {
    let options = options(base);
    let mut builder = IndexBuilder::new(&options)?;
    let mut counts = Vec::with_capacity(targets.len());
    // Handed on from one to the next, because each remembers the words it has met.
    let analysers: Mutex<Vec<Analyser>> = Mutex::default();
    let idle = || analysers.lock().unwrap_or_else(PoisonError::into_inner);
    let analyse = |targets: &[Target]| {
        let waiting = idle().pop();
        let mut analyser = waiting.unwrap_or_else(|| Analyser::new(&options));
        let records = |target: &Target| of(base, *target).iter().map(|record| analyser.analyse(record)).collect();
        let analysed: Vec<Vec<_>> = targets.iter().map(records).collect();
        idle().push(analyser);
        analysed
    };
    for batch in targets.chunks(BATCH) {
        let analysed: Vec<Vec<_>> = batch.par_chunks(PART).flat_map_iter(analyse).collect();
        for records in analysed {
            counts.push(records.len() as u32);
            for record in records {
                builder.add(record)?;
            }
        }
    }
    Ok((builder.finish()?, counts))
}

/// Everything that is indexed, what belongs to one account side by side: so their words lie close and the index is
/// smaller.
fn order(base: &KnowledgeBase) -> Vec<Target> {
    let mut order = Vec::with_capacity(base.records.len() + base.people.len());
    let mut records: AHashSet<RecordId> = AHashSet::new();
    let mut people: AHashSet<PersonId> = AHashSet::new();
    for account in base.of_kind(Kind::Account) {
        order.push(Target::Record(account));
        for handoff in base.handoffs_of(account).iter().copied() {
            records.insert(handoff);
            order.push(Target::Record(handoff));
            for person in base.people_of(handoff).into_iter().flatten() {
                if people.insert(person) {
                    order.push(Target::Person(person));
                }
            }
        }
    }
    for kind in [Kind::Handoff, Kind::Teammate, Kind::Page] {
        order.extend(base.of_kind(kind).filter(|id| !records.contains(id)).map(Target::Record));
    }
    order.extend(base.person_ids().filter(|id| !people.contains(id)).map(Target::Person));
    order
}
