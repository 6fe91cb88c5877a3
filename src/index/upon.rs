//! What is other than when an index was made, as a small index upon it.
//!
//! Bases that follow each other share what did not change, so what did is found by comparing pointers. What belongs to
//! one account speaks of each other: where one part is new, all of the account is indexed again, a few dozen records.

use super::{order, over, published};
use crate::fields::Kind;
use crate::knowledge::{KnowledgeBase, Person, RecordId, Target};
use ahash::{AHashMap, AHashSet};
use segue_search::{ENTRY, Error, publish_upon};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// Where more targets than this are to be indexed again, the whole index is made instead.
const MOST: usize = 2_000;

/// An index as it is published, with what it was made of.
pub struct Indexed {
    base: Arc<KnowledgeBase>,
    files: BTreeMap<String, Vec<u8>>,
    /// The numbers of each target's records.
    places: AHashMap<Target, Range<u32>>,
}

/// What a target is called in any base.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Name<'a> {
    Record(Kind, &'a str),
    Person(&'a str),
}

impl Indexed {
    /// Makes the index of a base.
    pub fn of(base: Arc<KnowledgeBase>) -> Result<Self, Error> {
        let targets = order(&base);
        let (index, counts) = over(&base, &targets)?;
        let mut end = 0;
        let place = |(target, count): (Target, u32)| {
            end += count;
            (target, end - count..end)
        };
        let places = targets.into_iter().zip(counts).map(place).collect();
        Ok(Self { files: published(index)?, base, places })
    }

    /// The base that is indexed.
    pub fn base(&self) -> &Arc<KnowledgeBase> {
        &self.base
    }

    /// Its files, by name.
    pub fn files(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.files
    }

    /// The files to publish beside [`Self::files`], and in their place, so that `now` is found. `None` where so much is
    /// other that the whole index is to be made.
    pub fn upon(&self, now: &KnowledgeBase) -> Result<Option<BTreeMap<String, Vec<u8>>>, Error> {
        let Some(names) = other(&self.base, now) else { return Ok(None) };
        let gone = names.iter().filter_map(|name| self.places.get(&name.in_base(&self.base)?)).cloned().flatten();
        let newer: Vec<Target> = names.iter().filter_map(|name| name.in_base(now)).collect();
        let (index, _) = over(now, &newer)?;
        publish_upon(&self.files[ENTRY], index, gone.collect()).map(Some)
    }
}

impl Name<'_> {
    fn in_base(self, base: &KnowledgeBase) -> Option<Target> {
        match self {
            Name::Record(kind, id) => base.find(kind, id).map(Target::Record),
            Name::Person(id) => base.find_person(id).map(Target::Person),
        }
    }
}

/// Everything of which something else may be found; `None` where that is too much to tell.
fn other<'a>(before: &'a KnowledgeBase, now: &'a KnowledgeBase) -> Option<BTreeSet<Name<'a>>> {
    if !Arc::ptr_eq(&before.project, &now.project) {
        return None;
    }
    let changed = changed(before, now);
    let called = |base: &KnowledgeBase, id: &str| base.find(Kind::Teammate, id).map(|id| base.title(id));
    let renamed = |(kind, id): &(Kind, &str)| *kind == Kind::Teammate && called(before, id) != called(now, id);
    // A colleague's name stands with every deal of theirs.
    if changed.len() > MOST || changed.iter().any(renamed) {
        return None;
    }
    let mut names = BTreeSet::new();
    for base in [before, now] {
        touched(base, changed.iter().copied(), &mut names);
    }
    // Who is called otherwise is so at all of their accounts.
    let person = |base: &'a KnowledgeBase, id: &str| base.find_person(id).map(|id| &*base.person(id).name);
    let renamed: Vec<&str> = names
        .iter()
        .filter_map(|name| match name {
            Name::Person(id) if person(before, id) != person(now, id) => Some(*id),
            _ => None,
        })
        .collect();
    for base in [before, now] {
        touched(base, renamed.iter().map(|id| (Kind::Stakeholder, *id)), &mut names);
    }
    (names.len() <= MOST).then_some(names)
}

/// The records that one base has and the other has not, or says something else in.
fn changed<'a>(before: &'a KnowledgeBase, now: &'a KnowledgeBase) -> BTreeSet<(Kind, &'a str)> {
    let mut changed = BTreeSet::new();
    for (one, other) in [(now, before), (before, now)] {
        for (at, record) in one.records.iter().enumerate() {
            let same = |id: RecordId| {
                Arc::ptr_eq(&other.records[id.0 as usize], record)
                    && Arc::ptr_eq(&other.bodies[id.0 as usize], &one.bodies[at])
            };
            if !other.find(record.kind, &record.id).is_some_and(same) {
                changed.insert((record.kind, record.id.as_str()));
            }
        }
    }
    changed
}

/// The pages of records, and the pages that speak of them: those of their accounts.
fn touched<'a>(
    base: &'a KnowledgeBase,
    records: impl Iterator<Item = (Kind, &'a str)>,
    names: &mut BTreeSet<Name<'a>>,
) {
    let mut accounts: AHashSet<RecordId> = AHashSet::new();
    for (kind, id) in records {
        match kind {
            Kind::Account => accounts.extend(base.find(kind, id)),
            Kind::Handoff | Kind::Receipt => {
                let Some(handoff) = base.find(Kind::Handoff, id) else { continue };
                deal(base, handoff, names);
                accounts.extend(base.account_of(handoff));
            }
            Kind::Stakeholder => {
                let Some(person) = base.find_person(id) else { continue };
                names.insert(Name::Person(id));
                accounts.extend(&base.person(person).accounts);
            }
            Kind::Teammate | Kind::Page => {
                names.insert(Name::Record(kind, id));
            }
        }
    }
    for account in &accounts {
        names.insert(Name::Record(Kind::Account, &base.record(*account).id));
        base.handoffs_of(*account).iter().for_each(|handoff| deal(base, *handoff, names));
    }
    // Some are of an account that no deal names them in.
    let is_theirs = |person: &&Arc<Person>| person.accounts.iter().any(|account| accounts.contains(account));
    if !accounts.is_empty() {
        names.extend(base.people.iter().filter(is_theirs).map(|person| Name::Person(&person.id)));
    }
}

/// A handoff and its people.
fn deal<'a>(base: &'a KnowledgeBase, handoff: RecordId, names: &mut BTreeSet<Name<'a>>) {
    names.insert(Name::Record(Kind::Handoff, &base.record(handoff).id));
    for person in base.people_of(handoff).into_iter().flatten() {
        names.insert(Name::Person(&base.person(person).id));
    }
}
