//! Open questions, wherever in a front matter they stand.

use crate::fields::{Field, FieldPath, Kind, Step};
use crate::knowledge::{KnowledgeBase, RecordId};
use crate::project::Audience;
use crate::record::{Data, Group, Value};
use jiff::civil::Date;
use std::sync::Arc;

/// An open question somewhere in the base.
#[derive(Clone, Debug)]
pub struct Question {
    /// Where it stands.
    pub record: RecordId,
    /// The field's whole path.
    pub path: String,
    /// The same for people: "Promises 3 · Owner".
    pub what: String,
    /// The teammate to ask, by id.
    pub ask: String,
    /// When the answer is due.
    pub by: Date,
}

/// The open questions of a handoff or an account.
pub(super) fn asks(base: &KnowledgeBase, record: RecordId) -> Arc<[Arc<Question>]> {
    let kind = base.record(record).kind;
    if !matches!(kind, Kind::Account | Kind::Handoff) {
        return Arc::default();
    }
    let mut found = Vec::new();
    let mut walk = Walk { base, record, path: Vec::new(), labels: Vec::new(), found: &mut found };
    walk.group(base.project.schema.fields(kind), base.fields(record));
    found.sort_by_key(|question| question.by);
    found.into_iter().map(Arc::new).collect()
}

struct Walk<'a> {
    base: &'a KnowledgeBase,
    record: RecordId,
    path: Vec<Step>,
    /// What the keys on the path are called, with the number of an item behind that of its list.
    labels: Vec<String>,
    found: &'a mut Vec<Question>,
}

impl Walk<'_> {
    fn group(&mut self, fields: &[Field], group: &Group) {
        for entry in &group.entries {
            let Some(field) = fields.iter().find(|field| field.name == entry.name) else { continue };
            if field.restricted && self.base.project.audience == Audience::Company {
                continue;
            }
            self.path.push(Step::Key(field.name));
            self.labels.push(field.label.clone());
            self.value(field.ty.fields(), &entry.value);
            self.labels.pop();
            self.path.pop();
        }
    }

    fn value(&mut self, fields: &[Field], value: &Value) {
        match &value.data {
            Data::Group(group) => self.group(fields, group),
            Data::List(items) => {
                let list = self.labels.pop().unwrap_or_default();
                for (at, item) in items.iter().enumerate() {
                    self.path.push(Step::Item(at));
                    self.labels.push(format!("{list} {}", at + 1));
                    self.value(fields, item);
                    self.labels.pop();
                    self.path.pop();
                }
                self.labels.push(list);
            }
            Data::Open(open) => {
                let path = FieldPath(self.path.clone()).to_string();
                let what = self.labels.join(" · ");
                self.found.push(Question { record: self.record, path, what, ask: open.ask.to_string(), by: open.by });
            }
            _ => {}
        }
    }
}
