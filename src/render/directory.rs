//! Who and what there is, seen from the pages: names and addresses, and who has what to do.
//!
//! Made once for a site, so that a page costs what it shows and not what the base holds. When some records change, what
//! was found in each of the others is kept ([`Directory::amended`]).

mod mentions;
mod questions;
mod ties;

pub use mentions::target_of;
pub use questions::Question;
pub use ties::{Duties, Item, csm_of, reports_to};

use crate::document::MentionMatcher;
use crate::fields::Kind;
use crate::knowledge::{Delta, KnowledgeBase, PersonId, RecordId, Target};
use crate::route::{self, Route};
use mentions::Mentioned;
use serde::Serialize;
use std::sync::Arc;
use ties::Ties;

/// A page: what it is called and where it is, counted from the top of the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// What it is called.
    pub label: String,
    /// Where it is: `accounts/acme/index.html`.
    pub href: String,
}

/// Names and addresses of everything with a page.
#[derive(Clone, Debug)]
pub struct Places {
    records: Vec<Arc<(Route, Place)>>,
    people: Vec<Arc<(Route, Place)>>,
}

/// Names and addresses of everything with a page, and who has what to do. A copy is cheap.
#[derive(Clone, Debug)]
pub struct Directory {
    places: Places,
    ties: Ties,
    mentioned: Mentioned,
    /// Names that become links in running text.
    pub names: Arc<MentionMatcher>,
}

impl Directory {
    /// The directory of a knowledge base.
    pub fn new(base: &KnowledgeBase) -> Self {
        let mentions = || {
            let names = mentions::names(base);
            (Mentioned::new(base, &names), Arc::new(names))
        };
        let ((mentioned, names), (places, ties)) = rayon::join(mentions, || (Places::new(base), Ties::new(base)));
        Self { places, ties, mentioned, names }
    }

    /// The directory of a base that [`KnowledgeBase::amended`] gave: `before` is the one this directory is of.
    #[must_use]
    pub fn amended(&self, before: &KnowledgeBase, now: &KnowledgeBase, delta: &Delta) -> Self {
        let mut directory = self.clone();
        let spoken = mentions::changed_names(before, now, delta);
        if !spoken.is_empty() {
            let names = spoken.iter().map(|name| (name.as_str(), mentions::only_bearer(now, name)));
            directory.names = Arc::new(self.names.amended(names));
        }
        directory.mentioned = self.mentioned.amended(before, now, delta, &spoken, &directory.names);
        if !delta.is_text() {
            directory.places.rename(before, now, delta);
            directory.ties = self.ties.amended(before, now, delta);
        }
        directory
    }

    /// Where everything is.
    pub fn places(&self) -> &Places {
        &self.places
    }

    /// The page of a target.
    pub fn place(&self, target: Target) -> &Place {
        self.places.place(target)
    }

    /// The page of a record.
    pub fn record(&self, id: RecordId) -> &Place {
        self.places.record(id)
    }

    /// The file of a target's page.
    pub fn route(&self, target: Target) -> &Route {
        self.places.route(target)
    }

    /// What a teammate has to do with.
    pub fn duties(&self, teammate: RecordId) -> &Duties {
        self.ties.duties(teammate)
    }

    /// The promises made to the person of an id.
    pub fn promised(&self, person: &str) -> &[Item] {
        self.ties.promised(person)
    }

    /// The people who are or were at an account.
    pub fn people_at(&self, account: RecordId) -> &[PersonId] {
        self.ties.people_at(account)
    }

    /// The people who report to the person of an id, by their newest entries.
    pub fn reports(&self, boss: &str) -> &[PersonId] {
        self.ties.reports(boss)
    }

    /// Open questions, the first due first.
    pub fn questions(&self) -> impl ExactSizeIterator<Item = &Question> {
        self.ties.questions().iter().map(|question| &**question)
    }

    /// The open questions of a record.
    pub fn questions_of(&self, record: RecordId) -> impl Iterator<Item = &Question> {
        self.ties.questions_of(record)
    }

    /// The pages that link to a target, in the order of kind and id.
    pub fn mentions(&self, target: Target) -> &[RecordId] {
        self.mentioned.by(target)
    }
}

impl Places {
    /// The places of all that a knowledge base holds.
    pub fn new(base: &KnowledgeBase) -> Self {
        Self {
            records: (0..base.records.len() as u32).map(|at| record_place(base, RecordId(at))).collect(),
            people: (0..base.people.len() as u32).map(|at| person_place(base, PersonId(at))).collect(),
        }
    }

    /// Finds out anew how what changed is called, and what is called after it.
    fn rename(&mut self, before: &KnowledgeBase, now: &KnowledgeBase, delta: &Delta) {
        let mut records = delta.fields.clone();
        for account in delta.fields.iter().filter(|id| now.record(**id).kind == Kind::Account) {
            records.extend(before.handoffs_of(*account));
            records.extend(now.handoffs_of(*account));
        }
        let receipts: Vec<RecordId> = records.iter().filter_map(|id| now.receipt_of(*id)).collect();
        records.extend(receipts);
        // New ones have the last numbers, so each finds its place as the next.
        records.sort_unstable_by_key(|id| id.0);
        records.dedup();
        for id in records {
            put(&mut self.records, id.0 as usize, record_place(now, id));
        }
        let mut people = delta.people.clone();
        people.sort_unstable_by_key(|id| id.0);
        for id in people {
            put(&mut self.people, id.0 as usize, person_place(now, id));
        }
    }

    /// The page of a target.
    pub fn place(&self, target: Target) -> &Place {
        match target {
            Target::Record(id) => self.record(id),
            Target::Person(id) => &self.people[id.0 as usize].1,
        }
    }

    /// The page of a record.
    pub fn record(&self, id: RecordId) -> &Place {
        &self.records[id.0 as usize].1
    }

    /// The file of a target's page.
    pub fn route(&self, target: Target) -> &Route {
        match target {
            Target::Record(id) => &self.records[id.0 as usize].0,
            Target::Person(id) => &self.people[id.0 as usize].0,
        }
    }
}

fn put<T>(list: &mut Vec<T>, at: usize, value: T) {
    if at == list.len() {
        list.push(value);
    } else {
        list[at] = value;
    }
}

fn record_place(base: &KnowledgeBase, id: RecordId) -> Arc<(Route, Place)> {
    let record = base.record(id);
    Arc::new(placed(base.title(id), record.kind.folder(), &record.id))
}

fn person_place(base: &KnowledgeBase, id: PersonId) -> Arc<(Route, Place)> {
    let person = base.person(id);
    Arc::new(placed(person.name.clone(), "stakeholders", &person.id))
}

/// How long the name that stands in for one that is too long gets, in bytes.
const LONGEST_NEAR: usize = 120;

fn placed(label: String, folder: &str, id: &str) -> (Route, Place) {
    let address = |id: &str| if folder.is_empty() { id.to_owned() } else { format!("{folder}/{id}") };
    // A name that no disk can hold was reported where the file was read; its page, if wanted all the same, gets a near
    // one.
    let route = Route::page(&address(id)).or_else(|_| {
        let near: Vec<String> = id.split('/').filter_map(near_name).collect();
        Route::page(&address(&if near.is_empty() { "unnamed".to_owned() } else { near.join("/") }))
    });
    let route = route.expect("a slug is a name on every system");
    let href = route.href();
    (route, Place { label, href })
}

/// A name near to one that no disk can hold: `con-` for `con`, which is a device of Windows, and the beginning of one
/// that is too long.
fn near_name(name: &str) -> Option<String> {
    let mut near = route::slug(name)?;
    near.truncate(LONGEST_NEAR);
    if !route::is_slug(&near) {
        near.push('-');
    }
    Some(near)
}
