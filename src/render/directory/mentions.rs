//! Which pages mention which, by a link or by name.

use crate::document::MentionMatcher;
use crate::fields::Kind;
use crate::knowledge::{Delta, KnowledgeBase, PersonId, RecordId, Target};
use crate::record::Value;
use crate::render::prose::mentions_of;
use crate::route::folded;
use ahash::{AHashMap, AHashSet};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The number under which the matcher knows a target.
fn number_of(target: Target) -> usize {
    match target {
        Target::Record(id) => id.0 as usize * 2,
        Target::Person(id) => id.0 as usize * 2 + 1,
    }
}

/// What a number of [`super::Directory::names`] stands for.
pub fn target_of(number: usize) -> Target {
    let at = (number / 2) as u32;
    if number.is_multiple_of(2) { Target::Record(RecordId(at)) } else { Target::Person(PersonId(at)) }
}

/// Finds all names and aliases that are one account's or one person's.
pub(super) fn names(base: &KnowledgeBase) -> MentionMatcher {
    let accounts = base.of_kind(Kind::Account).map(Target::Record);
    let targets = accounts.chain(base.person_ids().map(Target::Person));
    MentionMatcher::new(targets.flat_map(|target| spoken(base, target).map(move |name| (name, number_of(target)))))
}

/// What an account or a person is called in running text; nothing where they are not there.
fn spoken(base: &KnowledgeBase, target: Target) -> impl Iterator<Item = &str> {
    let (name, file) = match target {
        Target::Record(id) => {
            let account = base.records.get(id.0 as usize).filter(|record| record.kind == Kind::Account);
            (account.and_then(|record| record.fields.text("name")), account.map(|_| id))
        }
        Target::Person(id) => {
            let person = base.has(target).then(|| base.person(id));
            (person.map(|person| person.name.as_str()), person.and_then(|person| person.file))
        }
    };
    let aliases = file.map_or(&[][..], |file| base.fields(file).items("aliases"));
    name.into_iter().chain(aliases.iter().filter_map(Value::text))
}

/// The names in running text that came, went, or passed to others.
pub(super) fn changed_names(before: &KnowledgeBase, now: &KnowledgeBase, delta: &Delta) -> BTreeSet<String> {
    let mut changed = BTreeSet::new();
    for target in delta.targets() {
        let of = |base| spoken(base, target).map(plain).collect::<BTreeSet<String>>();
        changed.extend(of(before).symmetric_difference(&of(now)).cloned());
    }
    changed
}

fn plain(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The matcher's number of the only account or person of exactly this name.
pub(super) fn only_bearer(base: &KnowledgeBase, name: &str) -> Option<usize> {
    let mut bearers =
        base.named(name).iter().filter(|target| spoken(base, **target).any(|spoken| plain(spoken) == name));
    let only = bearers.next()?;
    bearers.next().is_none().then(|| number_of(*only))
}

/// Which pages mention which. A copy is cheap.
#[derive(Clone, Debug)]
pub(super) struct Mentioned {
    /// What each record's text mentions, by the record's number.
    said: Vec<Arc<[Target]>>,
    /// The pages that mention a target, in the order of kind and id.
    by: Arc<AHashMap<Target, Arc<[RecordId]>>>,
}

impl Mentioned {
    pub(super) fn new(base: &KnowledgeBase, names: &MentionMatcher) -> Self {
        let all = 0..base.records.len() as u32;
        let said: Vec<Arc<[Target]>> =
            all.into_par_iter().map(|at| mentions_of(base, names, RecordId(at)).into()).collect();
        let mut by: AHashMap<Target, Vec<RecordId>> = AHashMap::new();
        for (at, targets) in said.iter().enumerate() {
            let Some((page, own)) = page_of(base, RecordId(at as u32)) else { continue };
            for target in targets.iter().filter(|target| Some(**target) != own) {
                by.entry(*target).or_default().push(page);
            }
        }
        let by = by.into_iter().map(|(target, mut pages)| {
            in_order(base, &mut pages);
            (target, pages.into())
        });
        Self { said, by: Arc::new(by.collect()) }
    }

    /// The same when some records changed, and some names.
    pub(super) fn amended(
        &self,
        before: &KnowledgeBase,
        now: &KnowledgeBase,
        delta: &Delta,
        spoken: &BTreeSet<String>,
        names: &MentionMatcher,
    ) -> Self {
        let mut read: AHashSet<RecordId> = delta.records.iter().copied().collect();
        read.extend(delta.added.iter().filter_map(|id| now.receipt_of(*id)));
        read.extend(concerned(before, now, delta, spoken));
        let found: Vec<(RecordId, Arc<[Target]>)> =
            read.par_iter().map(|id| (*id, mentions_of(now, names, *id).into())).collect();
        let mut said = self.said.clone();
        said.resize_with(now.records.len(), Arc::default);
        let mut touched: AHashSet<(Target, RecordId)> = AHashSet::new();
        for (id, new) in found {
            let old = std::mem::replace(&mut said[id.0 as usize], new);
            let new = &said[id.0 as usize];
            let Some((page, _)) = page_of(now, id) else { continue };
            // A receipt that waited for its handoff speaks for the first time.
            let all = delta.added.contains(&page);
            let other = old.iter().filter(|target| all || !new.contains(target));
            let other = other.chain(new.iter().filter(|target| all || !old.contains(target)));
            touched.extend(other.map(|target| (*target, page)));
        }
        if touched.is_empty() {
            return Self { said, by: Arc::clone(&self.by) };
        }
        let mut by = AHashMap::clone(&self.by);
        for (target, page) in touched {
            let mut pages = by.get(&target).map_or_else(Vec::new, |pages| pages.to_vec());
            pages.retain(|known| *known != page);
            // A handoff's page shows its receipt: either may mention.
            let mut speakers = [Some(page), now.receipt_of(page)].into_iter().flatten();
            if speakers.any(|id| {
                said[id.0 as usize].contains(&target) && page_of(now, id).is_some_and(|(_, own)| own != Some(target))
            }) {
                pages.push(page);
                in_order(now, &mut pages);
            }
            by.insert(target, pages.into());
        }
        Self { said, by: Arc::new(by) }
    }

    pub(super) fn by(&self, target: Target) -> &[RecordId] {
        self.by.get(&target).map_or(&[], |pages| pages)
    }
}

/// The other records whose links or names may lead elsewhere by now.
fn concerned(before: &KnowledgeBase, now: &KnowledgeBase, delta: &Delta, spoken: &BTreeSet<String>) -> Vec<RecordId> {
    // People who came or went; of the others the id stays.
    let people = delta.people.iter().filter_map(|id| {
        let there = |base: &KnowledgeBase| base.has(Target::Person(*id));
        (there(before) != there(now)).then(|| now.person(*id).id.clone())
    });
    let added = delta.added.iter().map(|id| now.record(*id).id.clone());
    let linked: Vec<String> = added.chain(people).chain(delta.names.iter().cloned()).collect();
    if linked.is_empty() && spoken.is_empty() {
        return Vec::new();
    }
    let spoken: Vec<(&str, memchr::memmem::Finder<'_>)> = spoken
        .iter()
        .map(|name| {
            let word = name.split(' ').max_by_key(|word| word.len()).unwrap_or(name);
            (name.as_str(), memchr::memmem::Finder::new(word))
        })
        .collect();
    let all = 0..now.records.len() as u32;
    all.into_par_iter()
        .map(RecordId)
        .filter(|id| {
            let body = now.body(*id);
            let links = || {
                body.links.iter().any(|link| {
                    let target = folded(&link.target);
                    linked.iter().any(|name| target.contains(name.as_str()))
                })
            };
            let text = now.source(*id).slice(body.span).as_bytes();
            !body.links.is_empty() && !linked.is_empty() && links()
                || spoken.iter().any(|(name, word)| word.find(text).is_some() && says(text, name))
        })
        .collect()
}

/// Whether all words of a name stand in a text: enough to look closely.
fn says(text: &[u8], name: &str) -> bool {
    name.split(' ').all(|word| memchr::memmem::find(text, word.as_bytes()).is_some())
}

/// The page on which a record's text stands, and what is not told of it there: itself. A receipt has no page: what it
/// mentions, its handoff's page mentions.
fn page_of(base: &KnowledgeBase, id: RecordId) -> Option<(RecordId, Option<Target>)> {
    let record = base.record(id);
    let page = match record.kind {
        Kind::Receipt => base.find(Kind::Handoff, &record.id)?,
        _ => id,
    };
    let own = match record.kind {
        Kind::Stakeholder => base.find_person(&record.id).map(Target::Person),
        _ => Some(Target::Record(page)),
    };
    Some((page, own))
}

fn in_order(base: &KnowledgeBase, pages: &mut Vec<RecordId>) {
    pages.sort_unstable_by_key(|page| base.rank(*page));
    pages.dedup();
}
