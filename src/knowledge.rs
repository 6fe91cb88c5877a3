//! Stage: the knowledge base.
//!
//! Immutable; ids are unique; every reference is an id or a recorded break; backlinks are known before anything is
//! rendered.

use crate::document::Body;
use crate::fields::Kind;
use crate::project::Project;
use crate::record::Record;
use crate::source::Sources;
use std::collections::BTreeMap;

/// Names one record of the knowledge base: an index into [`KnowledgeBase::records`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(pub u32);

/// Names one person: an index into [`KnowledgeBase::people`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId(pub u32);

/// What can be linked to: everything with a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// Everything that was read, joined.
pub struct KnowledgeBase {
    /// Configuration, the table of fields, today's date.
    pub project: Project,
    /// All texts.
    pub sources: Sources,
    /// All records in the order of kind and id. Broken files have one too, so that references to them hold.
    pub records: Vec<Record>,
    /// The bodies, in the order of `records`.
    pub bodies: Vec<Body>,
    /// People on the customer's side, in the order of their ids.
    pub people: Vec<Person>,
    ids: BTreeMap<(Kind, String), RecordId>,
}
