//! A base in which some files are new or say something else, made from the one before: what costs is what changed.
//!
//! Numbers stay: a new record or person gets the next one and its place in the order. So everything that was made of the
//! other records holds, and only what the changed ones touch is thought over. What *other* files are told about these
//! ones (a link to a heading that went) is for the next [`KnowledgeBase::join`].

use super::join::kinds;
use super::order::Order;
use super::{KnowledgeBase, PersonId, RecordId, Target};
use crate::diagnostic::Diagnostic;
use crate::document::Body;
use crate::fields::{Kind, Stage};
use crate::record::{Data, Group, Record};
use crate::route::folded;
use crate::source::{FileId, Source};
use ahash::AHashMap;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A file that was read again, or is new.
#[derive(Clone, Debug)]
pub struct Amended {
    /// Its record; of a file that is known, of the same kind, id and file as before.
    pub record: Arc<Record>,
    /// Its body.
    pub body: Arc<Body>,
    /// Its text.
    pub source: Arc<Source>,
}

/// What is other than before.
#[derive(Clone, Debug, Default)]
pub struct Delta {
    /// The records that were read again, and the new ones.
    pub records: Vec<RecordId>,
    /// Those of them whose front matter says something else, and the new ones.
    pub fields: Vec<RecordId>,
    /// The new ones.
    pub added: Vec<RecordId>,
    /// People who are new, of whom something else is known, or who are no longer there.
    pub people: Vec<PersonId>,
    /// Names, folded, that others bear than before.
    pub names: Vec<String>,
}

impl Delta {
    /// Whether only what stands below front matters changed.
    pub fn is_text(&self) -> bool {
        self.fields.is_empty()
    }

    /// Every target of which something else may be said.
    pub fn targets(&self) -> Vec<Target> {
        let records = self.fields.iter().copied().map(Target::Record);
        records.chain(self.people.iter().copied().map(Target::Person)).collect()
    }
}

impl KnowledgeBase {
    /// The same base with these files, what that changed, and what can be said of these files. `None` where it takes a
    /// join.
    pub fn amended(&self, files: &[Amended], at_least: Option<Stage>) -> Option<(Self, Delta, Vec<Diagnostic>)> {
        let mut base = self.clone();
        let mut delta = Delta::default();
        for file in files {
            let (kind, new) = (file.record.kind, &file.record.fields);
            let id = if let Some(id) = self.find(kind, &file.record.id) {
                let old = self.record(id);
                if old.file != file.record.file {
                    return None;
                }
                if !same_group(&old.fields, new) {
                    let redirects = match (old.fields.get("redirect_from"), new.get("redirect_from")) {
                        (Some(old), Some(new)) => same(&old.data, &new.data),
                        (old, new) => old.is_none() && new.is_none(),
                    };
                    if !redirects {
                        return None;
                    }
                    delta.fields.push(id);
                }
                id
            } else {
                let id = base.add(file)?;
                delta.fields.push(id);
                delta.added.push(id);
                id
            };
            base.records[id.0 as usize] = Arc::clone(&file.record);
            base.bodies[id.0 as usize] = Arc::clone(&file.body);
            base.sources.replace(file.record.file, Arc::clone(&file.source));
            delta.records.push(id);
        }
        let mut diagnostics = Vec::new();
        if !delta.added.is_empty() {
            let mut order = base.order.all().to_vec();
            order.extend(&delta.added);
            order.sort_by(|one, other| {
                let (one, other) = (base.record(*one), base.record(*other));
                (one.kind, &one.id).cmp(&(other.kind, &other.id))
            });
            base.kinds = kinds(order.iter().map(|id| base.record(*id).kind));
            base.order = Arc::new(Order::new(order));
            base.receipts = Arc::new(base.handoffs_with_receipts());
        }
        if !delta.fields.is_empty() {
            base.assign(self, &delta.fields);
            delta.people = base.meet_again(self, &delta.fields, &mut diagnostics);
            let (names, changed) = self.names.amended(self, &base, &delta.targets());
            base.names = Arc::new(names);
            delta.names = changed;
        }
        for id in &delta.records {
            let (completeness, mut found) = base.check(*id, at_least);
            base.completeness[id.0 as usize] = completeness.map(Arc::new);
            diagnostics.append(&mut found);
        }
        let own: BTreeSet<FileId> = files.iter().map(|file| file.record.file).collect();
        diagnostics.retain(|found| own.contains(&found.file));
        Some((base, delta, diagnostics))
    }

    /// Makes room for a new record. Only handoffs come one by one while somebody writes.
    fn add(&mut self, file: &Amended) -> Option<RecordId> {
        let record = &file.record;
        let path = file.source.path().strip_prefix("content/")?;
        let key = folded(&record.id);
        let taken = || self.of_kind(Kind::Handoff).any(|other| folded(&self.record(other).id) == key);
        if record.kind != Kind::Handoff || record.fields.entry("redirect_from").is_some() || taken() {
            return None;
        }
        let id = RecordId(self.records.len() as u32);
        self.records.push(Arc::clone(record));
        self.bodies.push(Arc::clone(&file.body));
        self.completeness.push(None);
        Arc::make_mut(&mut self.ids[record.kind as usize]).insert(record.id.clone(), id);
        Arc::make_mut(&mut self.paths).insert(path.to_owned(), id);
        Some(id)
    }

    /// Puts changed handoffs among those of their accounts.
    fn assign(&mut self, before: &Self, changed: &[RecordId]) {
        let mut all = AHashMap::clone(&self.handoffs);
        for id in changed.iter().filter(|id| self.record(**id).kind == Kind::Handoff) {
            let old = before.has(Target::Record(*id)).then(|| before.account_of(*id)).flatten();
            let new = self.account_of(*id);
            for account in [old, new].into_iter().flatten() {
                let mut list = all.get(&account).map_or_else(Vec::new, |list| list.to_vec());
                list.retain(|handoff| handoff != id);
                if new == Some(account) {
                    list.push(*id);
                }
                all.insert(account, self.newest_first(list));
            }
        }
        self.handoffs = Arc::new(all);
    }

    /// Joins the people that changed records list, or did `before`. Says of whom something else is known.
    fn meet_again(&mut self, before: &Self, changed: &[RecordId], diagnostics: &mut Vec<Diagnostic>) -> Vec<PersonId> {
        let mut entries = Vec::new();
        let mut concerned: BTreeSet<String> = BTreeSet::new();
        for id in changed {
            match self.record(*id).kind {
                Kind::Handoff => {
                    if (id.0 as usize) < before.records.len() {
                        concerned.extend(before.listed(*id, &mut Vec::new()).into_iter().map(|(person, _)| person));
                    }
                    for (person, at) in self.listed(*id, diagnostics) {
                        concerned.insert(person.clone());
                        entries.push((person, *id, at));
                    }
                }
                Kind::Stakeholder => {
                    concerned.insert(self.record(*id).id.clone());
                }
                _ => {}
            }
        }
        let mut people = Vec::new();
        let (mut came, mut went) = (Vec::new(), Vec::new());
        for person in concerned {
            let known = self.find_person(&person);
            let old = known.map_or(&[][..], |known| &self.person(known).appearances);
            let elsewhere = old.iter().copied().filter(|(handoff, _)| !changed.contains(handoff));
            let here = entries.iter().filter(|(id, ..)| *id == person).map(|(_, handoff, at)| (*handoff, *at));
            let mut appearances: Vec<_> = elsewhere.chain(here).collect();
            appearances.sort_by_key(|(handoff, at)| (self.rank(*handoff), *at));
            let id = known.unwrap_or(PersonId(self.people.len() as u32));
            people.push(id);
            if appearances.is_empty() && self.find(Kind::Stakeholder, &person).is_none() {
                went.push(id);
                Arc::make_mut(&mut self.person_ids).remove(&person);
                continue;
            }
            let joined = Arc::new(self.person_of(person.clone(), &appearances, diagnostics));
            if known.is_some() {
                self.people[id.0 as usize] = joined;
            } else {
                self.people.push(joined);
                Arc::make_mut(&mut self.person_ids).insert(person, id);
                came.push(id);
            }
        }
        if !came.is_empty() || !went.is_empty() {
            let mut order = self.person_order.all().to_vec();
            order.retain(|id| !went.contains(id));
            order.extend(came);
            order.sort_by(|one, other| self.person(*one).id.cmp(&self.person(*other).id));
            self.person_order = Arc::new(Order::new(order));
        }
        people
    }

    /// The record that was read from a file.
    pub fn of_file(&self, path: &str) -> Option<RecordId> {
        self.paths.get(path.strip_prefix("content/")?).copied()
    }
}

/// Whether two front matters say the same, wherever it stands in them.
fn same_group(old: &Group, new: &Group) -> bool {
    old.entries.len() == new.entries.len()
        && old
            .entries
            .iter()
            .zip(&new.entries)
            .all(|(old, new)| old.name == new.name && same(&old.value.data, &new.value.data))
}

fn same(old: &Data, new: &Data) -> bool {
    match (old, new) {
        (Data::Group(old), Data::Group(new)) => same_group(old, new),
        (Data::List(old), Data::List(new)) => {
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| same(&old.data, &new.data))
        }
        (Data::Open(old), Data::Open(new)) => old.ask == new.ask && old.by == new.by,
        (old, new) => old == new,
    }
}
