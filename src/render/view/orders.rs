//! What lists show, in order: made once for a site.

use super::Lens;
use crate::fields::Kind;
use crate::knowledge::{Delta, KnowledgeBase, PersonId, RecordId, Target};
use crate::route;
use ahash::AHashSet;
use std::hash::Hash;
use std::sync::Arc;

/// How many rows a page of a list has.
pub const PAGE: usize = 100;

/// Everything that is listed, in order. A copy is cheap.
#[derive(Clone, Debug)]
pub struct Orders {
    /// By name.
    pub accounts: Arc<Alphabet<RecordId>>,
    /// Newest first; those not closed come before all that are.
    pub handoffs: Arc<Vec<RecordId>>,
    /// By name.
    pub people: Arc<Alphabet<PersonId>>,
    /// By name.
    pub team: Arc<Alphabet<RecordId>>,
}

/// How many pages a list of so many entries has.
pub fn pages(entries: usize) -> usize {
    entries.div_ceil(PAGE).max(1)
}

impl Orders {
    /// Everything in order.
    pub fn new(lens: &Lens<'_>) -> Self {
        let records = |kind| Arc::new(Alphabet::new(lens, lens.base.of_kind(kind), Target::Record));
        Self {
            accounts: records(Kind::Account),
            handoffs: Arc::new(by_day(lens)),
            people: Arc::new(Alphabet::new(lens, lens.base.person_ids(), Target::Person)),
            team: records(Kind::Teammate),
        }
    }

    /// The same when some records changed; `lens` shows them as they are now.
    #[must_use]
    pub fn amended(&self, before: &KnowledgeBase, lens: &Lens<'_>, delta: &Delta) -> Self {
        let mut orders = self.clone();
        let of_kind = |kind| delta.fields.iter().copied().filter(move |id| lens.base.record(*id).kind == kind);
        let closed = |base: &KnowledgeBase, id: RecordId| base.fields(id).date("deal.closed_on");
        let moved = |id: RecordId| !before.has(Target::Record(id)) || closed(before, id) != closed(lens.base, id);
        if of_kind(Kind::Handoff).any(moved) {
            orders.handoffs = Arc::new(by_day(lens));
        }
        let accounts: AHashSet<RecordId> = of_kind(Kind::Account).collect();
        if !accounts.is_empty() {
            orders.accounts = Arc::new(self.accounts.amended(lens, &accounts, Target::Record));
        }
        let team: AHashSet<RecordId> = of_kind(Kind::Teammate).collect();
        if !team.is_empty() {
            orders.team = Arc::new(self.team.amended(lens, &team, Target::Record));
        }
        if !delta.people.is_empty() {
            let people = delta.people.iter().copied().collect();
            orders.people = Arc::new(self.people.amended(lens, &people, Target::Person));
        }
        orders
    }

    /// How many rows a list has.
    pub fn len(&self, kind: Kind) -> usize {
        match kind {
            Kind::Account => self.accounts.len(),
            Kind::Handoff => self.handoffs.len(),
            Kind::Stakeholder => self.people.len(),
            _ => self.team.len(),
        }
    }

    /// How many pages a list has.
    pub fn pages(&self, kind: Kind) -> usize {
        pages(self.len(kind))
    }

    /// Where names begin with which letter; nothing for a list that is not by name.
    pub fn letters(&self, kind: Kind) -> &[(char, usize)] {
        match kind {
            Kind::Account => &self.accounts.letters,
            Kind::Stakeholder => &self.people.letters,
            Kind::Teammate => &self.team.letters,
            _ => &[],
        }
    }
}

/// Handoffs, newest first.
fn by_day(lens: &Lens<'_>) -> Vec<RecordId> {
    let mut handoffs: Vec<_> = lens
        .base
        .of_kind(Kind::Handoff)
        .map(|id| (lens.base.fields(id).date("deal.closed_on").unwrap_or(jiff::civil::Date::MAX), id))
        .collect();
    // They come in the order of their ids, and of one day they stay so.
    handoffs.sort_by(|(one, _), (other, _)| other.cmp(one));
    handoffs.into_iter().map(|(_, id)| id).collect()
}

/// What names are compared by: those without a Latin letter come last, in their own order.
type Key = (bool, String);

/// Things with names, by name.
#[derive(Debug)]
pub struct Alphabet<T> {
    named: Vec<(Arc<Key>, T)>,
    letters: Vec<(char, usize)>,
}

impl<T: Copy + Eq + Hash> Alphabet<T> {
    fn new(lens: &Lens<'_>, all: impl Iterator<Item = T>, target: impl Fn(T) -> Target) -> Self {
        let mut named: Vec<_> = all.map(|id| (Arc::new(key(lens, target(id))), id)).collect();
        // They come in the order of their ids, and of one name they stay so.
        named.sort_by(|(one, _), (other, _)| one.cmp(other));
        Self::of(named)
    }

    fn of(named: Vec<(Arc<Key>, T)>) -> Self {
        let mut letters: Vec<(char, usize)> = Vec::new();
        for (at, (key, _)) in named.iter().enumerate() {
            let letter = match key.1.chars().next() {
                Some(first) if !key.0 && first.is_ascii_alphabetic() => first.to_ascii_uppercase(),
                _ => '#',
            };
            if !letters.iter().any(|(known, _)| *known == letter) {
                letters.push((letter, at));
            }
        }
        Self { named, letters }
    }

    fn amended(&self, lens: &Lens<'_>, changed: &AHashSet<T>, target: impl Fn(T) -> Target) -> Self {
        let mut named = self.named.clone();
        named.retain(|(_, id)| !changed.contains(id));
        for id in changed.iter().filter(|id| lens.base.has(target(**id))) {
            let key = key(lens, target(*id));
            let rank = lens.base.target_rank(target(*id));
            let at = named.partition_point(|(other, id)| (&**other, lens.base.target_rank(target(*id))) < (&key, rank));
            named.insert(at, (Arc::new(key), *id));
        }
        Self::of(named)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.named.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.named.is_empty()
    }

    /// The one at a place.
    pub fn at(&self, at: usize) -> T {
        self.named[at].1
    }

    /// All of them.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = T> {
        self.named.iter().map(|(_, id)| *id)
    }
}

fn key(lens: &Lens<'_>, target: Target) -> Key {
    let label = &lens.directory.place(target).label;
    let slug = route::slug(label);
    (slug.is_none(), slug.unwrap_or_else(|| route::folded(label).into_owned()))
}
