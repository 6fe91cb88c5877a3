//! Stage: the knowledge base.
//!
//! Immutable; ids are unique; every reference is an id or a reported break. Made by [`KnowledgeBase::join`], and from
//! one that was made so by [`KnowledgeBase::amended`].

mod amend;
mod draft;
mod join;
mod names;
mod order;
mod people;
mod references;
mod resolve;
mod rules;
mod spelling;

pub use amend::{Amended, Delta};
pub use join::Joining;
pub use resolve::{Resolution, item_anchor};

use crate::document::Body;
use crate::fields::{Kind, Stage};
use crate::project::{Asset, Project};
use crate::record::{Completeness, Group, Record};
use crate::source::{Source, Sources};
use ahash::AHashMap;
use names::Names;
use order::Order;
use spelling::Speller;
use std::sync::Arc;

/// Names one record of the knowledge base: an index into [`KnowledgeBase::records`]. It is in no order, since a record
/// that comes later has a later number: what is to be in order is sorted by [`KnowledgeBase::rank`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RecordId(pub u32);

/// Names one person: an index into [`KnowledgeBase::people`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PersonId(pub u32);

/// What can be linked to: everything with a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// An account, handoff, teammate or free page.
    Record(RecordId),
    /// A person on the customer's side.
    Person(PersonId),
}

/// A person on the customer's side: all inline entries of one id, joined with the file of that id.
#[derive(Clone, Debug)]
pub struct Person {
    /// The id: the address is `/stakeholders/<id>/`.
    pub id: String,
    /// The newest name.
    pub name: String,
    /// `content/stakeholders/<id>.md`, where there is one.
    pub file: Option<RecordId>,
    /// Where they appear: handoff and place in its `stakeholders` from 0, newest first (by `closed_on`).
    pub appearances: Vec<(RecordId, usize)>,
    /// The accounts they appear at or worked at, the present one first.
    pub accounts: Vec<RecordId>,
}

/// Everything that was read, joined. A copy is cheap: it shares everything but the lists themselves.
#[derive(Clone, Debug)]
pub struct KnowledgeBase {
    /// Configuration, the table of fields, today's date.
    pub project: Arc<Project>,
    /// All texts.
    pub sources: Sources,
    /// All records, by their number; [`Self::of_kind`] gives them in order. Broken files have one too, so that references
    /// to them hold.
    pub records: Vec<Arc<Record>>,
    /// The bodies, in the order of `records`.
    pub bodies: Vec<Arc<Body>>,
    /// People on the customer's side, by their number; [`Self::person_ids`] gives them in order. One who went keeps the
    /// number and is in no order.
    pub people: Vec<Arc<Person>>,
    /// Files that are published as they are, in the order of their paths.
    pub assets: Arc<Vec<Asset>>,
    /// How far each handoff is at its own stage (or the one it is held to); empty for the other kinds. In the order of
    /// `records`.
    pub completeness: Vec<Option<Arc<Completeness>>>,
    ids: [Arc<AHashMap<String, RecordId>>; Kind::ALL.len()],
    order: Arc<Order<RecordId>>,
    kinds: [usize; Kind::ALL.len() + 1],
    person_order: Arc<Order<PersonId>>,
    person_ids: Arc<AHashMap<String, PersonId>>,
    handoffs: Arc<AHashMap<RecordId, Arc<[RecordId]>>>,
    receipts: Arc<AHashMap<RecordId, RecordId>>,
    paths: Arc<AHashMap<String, RecordId>>,
    names: Arc<Names>,
    speller: Arc<Speller>,
}

impl KnowledgeBase {
    /// The record that `id` names.
    pub fn record(&self, id: RecordId) -> &Record {
        &self.records[id.0 as usize]
    }

    /// The fields of a record.
    pub fn fields(&self, id: RecordId) -> &Group {
        &self.record(id).fields
    }

    /// The body of a record.
    pub fn body(&self, id: RecordId) -> &Body {
        &self.bodies[id.0 as usize]
    }

    /// The text a record was read from.
    pub fn source(&self, id: RecordId) -> &Source {
        self.sources.get(self.record(id).file)
    }

    /// The person that `id` names.
    pub fn person(&self, id: PersonId) -> &Person {
        &self.people[id.0 as usize]
    }

    /// The record of a kind with this id.
    pub fn find(&self, kind: Kind, id: &str) -> Option<RecordId> {
        self.ids[kind as usize].get(id).copied()
    }

    /// The person with this id.
    pub fn find_person(&self, id: &str) -> Option<PersonId> {
        self.person_ids.get(id).copied()
    }

    /// All records of a kind, in the order of their ids.
    pub fn of_kind(&self, kind: Kind) -> impl DoubleEndedIterator<Item = RecordId> + ExactSizeIterator + use<'_> {
        self.order.all()[self.kinds[kind as usize]..self.kinds[kind as usize + 1]].iter().copied()
    }

    /// All people, in the order of their ids.
    pub fn person_ids(&self) -> impl ExactSizeIterator<Item = PersonId> + use<'_> {
        self.person_order.all().iter().copied()
    }

    /// Whether a target is there; people may have gone.
    pub fn has(&self, target: Target) -> bool {
        match target {
            Target::Record(id) => (id.0 as usize) < self.records.len(),
            Target::Person(id) => {
                self.people.get(id.0 as usize).is_some_and(|person| self.find_person(&person.id) == Some(id))
            }
        }
    }

    /// The place of a record among all, in the order of kind and id: what lists are sorted by where nothing else tells.
    pub fn rank(&self, id: RecordId) -> u32 {
        self.order.rank(id)
    }

    /// The place of a target among all: records first, then people, each in their order.
    pub fn target_rank(&self, target: Target) -> (bool, u32) {
        match target {
            Target::Record(id) => (false, self.rank(id)),
            Target::Person(id) => (true, self.person_order.rank(id)),
        }
    }

    /// The handoffs of an account, newest first (by `closed_on`; those not closed come before all that are).
    pub fn handoffs_of(&self, account: RecordId) -> &[RecordId] {
        self.handoffs.get(&account).map_or(&[], |handoffs| handoffs)
    }

    /// The account a handoff belongs to.
    pub fn account_of(&self, handoff: RecordId) -> Option<RecordId> {
        self.find(Kind::Account, self.fields(handoff).text("account")?)
    }

    /// The receipt of a handoff.
    pub fn receipt_of(&self, handoff: RecordId) -> Option<RecordId> {
        self.receipts.get(&handoff).copied()
    }

    /// The stage of a handoff; of an account, the furthest of its handoffs'; `Draft` for the other kinds.
    pub fn stage_of(&self, id: RecordId) -> Stage {
        match self.record(id).kind {
            Kind::Handoff => own_stage(self.fields(id)),
            Kind::Account => {
                let handoffs = self.handoffs_of(id).iter();
                handoffs.map(|handoff| own_stage(self.fields(*handoff))).max().unwrap_or(Stage::Draft)
            }
            _ => Stage::Draft,
        }
    }

    /// The people of a handoff, in the order of its `stakeholders`; `None` for entries that name nobody.
    pub fn people_of(&self, handoff: RecordId) -> Vec<Option<PersonId>> {
        let items = self.fields(handoff).items("stakeholders").iter();
        items.map(|item| self.find_person(&stakeholder_id(item.group()?)?.0)).collect()
    }

    /// The entry of a handoff's `stakeholders` at a place from 0.
    pub fn appearance(&self, handoff: RecordId, at: usize) -> Option<&Group> {
        self.fields(handoff).items("stakeholders").get(at)?.group()
    }

    /// What a record is called: its title or name, and where it has none, something made of what is known.
    pub fn title(&self, id: RecordId) -> String {
        let record = self.record(id);
        let fields = &record.fields;
        if let Some(title) = fields.text("title").or_else(|| fields.text("name")) {
            return title.to_owned();
        }
        match record.kind {
            Kind::Handoff => {
                let account = fields.text("account").unwrap_or(&record.id);
                let account = self.account_of(id).map_or_else(|| account.to_owned(), |account| self.title(account));
                match fields.text("deal.type") {
                    Some(deal) => format!("{account} – {}", deal.replace('_', " ")),
                    None => account,
                }
            }
            Kind::Receipt => match self.find(Kind::Handoff, &record.id) {
                Some(handoff) => format!("Receipt: {}", self.title(handoff)),
                None => record.id.clone(),
            },
            _ => record.id.rsplit('/').next().unwrap_or(&record.id).to_owned(),
        }
    }

    /// What a target is called.
    pub fn name_of(&self, target: Target) -> String {
        match target {
            Target::Record(id) => self.title(id),
            Target::Person(id) => self.person(id).name.clone(),
        }
    }
}

/// The stage a handoff says it has; one that says none is a draft.
fn own_stage(fields: &Group) -> Stage {
    fields.text("stage").and_then(Stage::named).unwrap_or(Stage::Draft)
}

/// The id of an inline stakeholder, and whether it is written out rather than made from the name.
fn stakeholder_id(entry: &Group) -> Option<(String, bool)> {
    match entry.text("id") {
        Some(id) => Some((id.to_owned(), true)),
        None => Some((crate::route::slug(entry.text("name")?)?, false)),
    }
}
