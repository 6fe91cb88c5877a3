//! What things are called, and what bears a name.

use super::{KnowledgeBase, RecordId, Target};
use crate::fields::Kind;
use crate::route;
use ahash::AHashMap;
use std::sync::Arc;

/// Names and aliases of everything that can be linked to by name, case folded.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    all: Arc<AHashMap<String, Vec<Target>>>,
    /// The same for names that others bear by now than when `all` was made.
    newer: AHashMap<String, Vec<Target>>,
    /// Pages in folders by the last part of their address: the slug that a link writes without the way to it.
    pages: Arc<AHashMap<String, Vec<Target>>>,
}

impl Names {
    pub(super) fn of(base: &KnowledgeBase) -> Self {
        let mut all: AHashMap<String, Vec<Target>> = AHashMap::new();
        let records = NAMED.into_iter().flat_map(|kind| base.of_kind(kind)).map(Target::Record);
        for target in records.chain(base.person_ids().map(Target::Person)) {
            for name in base.names_of(target) {
                all.entry(name).or_default().push(target);
            }
        }
        let mut pages: AHashMap<String, Vec<Target>> = AHashMap::new();
        for id in base.of_kind(Kind::Page) {
            if let Some((_, slug)) = base.record(id).id.rsplit_once('/') {
                pages.entry(slug.to_owned()).or_default().push(Target::Record(id));
            }
        }
        Self { all: Arc::new(all), newer: AHashMap::new(), pages: Arc::new(pages) }
    }

    /// The same where targets bear other names in `now` than they bore `before`. Also says which names those are.
    pub(super) fn amended(
        &self,
        before: &KnowledgeBase,
        now: &KnowledgeBase,
        targets: &[Target],
    ) -> (Self, Vec<String>) {
        let mut names = self.clone();
        let mut changed = Vec::new();
        for target in targets {
            let (old, new) = (before.names_of(*target), now.names_of(*target));
            for name in old.iter().filter(|name| !new.contains(name)) {
                names.bearers(name).retain(|bearer| bearer != target);
                changed.push(name.clone());
            }
            for name in new.into_iter().filter(|name| !old.contains(name)) {
                let bearers = names.bearers(&name);
                bearers.push(*target);
                bearers.sort_by_key(|bearer| now.target_rank(*bearer));
                changed.push(name);
            }
        }
        (names, changed)
    }

    fn bearers(&mut self, name: &str) -> &mut Vec<Target> {
        let all = &self.all;
        self.newer.entry(name.to_owned()).or_insert_with(|| all.get(name).cloned().unwrap_or_default())
    }

    /// Everything of this name.
    pub(super) fn get(&self, name: &str) -> &[Target] {
        let name = folded(name);
        self.newer.get(&name).or_else(|| self.all.get(&name)).map_or(&[], Vec::as_slice)
    }

    /// Pages in folders whose address ends in a slug; `None` where there is none.
    pub(super) fn pages(&self, slug: &str) -> Option<&[Target]> {
        self.pages.get(slug).map(Vec::as_slice)
    }

    /// The id of the only thing of a kind that bears this name.
    pub(super) fn only<'a>(&self, base: &'a KnowledgeBase, kind: Kind, name: &str) -> Option<&'a str> {
        let mut found = self.get(name).iter().filter_map(|target| match target {
            Target::Record(id) if base.record(*id).kind == kind => Some(base.record(*id).id.as_str()),
            Target::Person(id) if kind == Kind::Stakeholder => Some(base.person(*id).id.as_str()),
            _ => None,
        });
        found.next().filter(|_| found.next().is_none())
    }
}

/// The kinds that can be linked to by name.
const NAMED: [Kind; 4] = [Kind::Account, Kind::Handoff, Kind::Teammate, Kind::Page];

/// A name without case and doubled spaces.
pub(super) fn folded(name: &str) -> String {
    let words: Vec<_> = name.split_whitespace().collect();
    route::folded(&words.join(" ")).into_owned()
}

impl KnowledgeBase {
    /// The names, folded, that a target can be linked to by, each once; none of one that is not there.
    pub(super) fn names_of(&self, target: Target) -> Vec<String> {
        let mut names = Vec::new();
        let mut add = |name: &str| {
            let name = folded(name);
            if !names.contains(&name) {
                names.push(name);
            }
        };
        let aliases = |record: RecordId| self.fields(record).items("aliases").iter().filter_map(|alias| alias.text());
        match target {
            Target::Record(id) => {
                if self.records.get(id.0 as usize).is_some_and(|record| NAMED.contains(&record.kind)) {
                    let fields = self.fields(id);
                    fields.text("name").into_iter().chain(fields.text("title")).for_each(&mut add);
                    aliases(id).for_each(add);
                }
            }
            Target::Person(id) => {
                if self.has(target) {
                    let person = self.person(id);
                    add(&person.name);
                    let entries = person.appearances.iter();
                    let inline = entries.filter_map(|(handoff, at)| self.appearance(*handoff, *at)?.text("name"));
                    inline.for_each(&mut add);
                    person.file.into_iter().flat_map(aliases).for_each(add);
                }
            }
        }
        names
    }

    /// Everything that can be linked to by this name, whatever its case.
    pub fn named(&self, name: &str) -> &[Target] {
        self.names.get(name)
    }
}
