//! A record's fields, as values to filter by and as text to read.

use super::Subject;
use crate::fields::{Field, Kind, Type};
use crate::record::{Data, Group, Value};
use jiff::civil::Date;
use segue_search::{Day, Record};

/// How somebody is reached.
pub(super) const CONTACT: &[&str] = &["email", "phone", "channel", "cadence"];
/// A longer text of a project's own field is no value to filter by.
const LONGEST_VALUE: usize = 40;

impl Subject<'_> {
    /// The enumerations of a kind's fields, as facets; the project's own fields under their own names.
    pub(super) fn facets(&self, record: Record, kind: Kind, fields: &Group) -> Record {
        self.facets_of(record, self.base.project.schema.fields(kind), fields)
    }

    pub(super) fn list_facets(&self, record: Record, list: &str, group: &Group) -> Record {
        match self.base.project.schema.field(Kind::Handoff, list) {
            Some(field) => self.facets_of(record, field.ty.fields(), group),
            None => record,
        }
    }

    pub(super) fn facets_of(&self, mut record: Record, fields: &[Field], group: &Group) -> Record {
        for field in fields.iter().filter(|field| self.may_read(field)) {
            let Some(value) = group.entry(field.name).map(|entry| &entry.value) else { continue };
            // Stage, AE and CSM come with the deal, for all of its parts alike.
            if matches!(field.name, "stage" | "csm" | "ae" | "account" | "industry") && !field.custom {
                continue;
            }
            record = match (&value.data, &field.ty) {
                (Data::Group(inner), Type::Group(fields)) => self.facets_of(record, fields, inner),
                (Data::List(items), Type::List(ty)) if field.custom || matches!(**ty, Type::Choice(_)) => {
                    items.iter().fold(record, |record, item| self.valued(record, field, ty, item))
                }
                _ => self.valued(record, field, &field.ty, value),
            };
        }
        record
    }

    /// Adds one value that is filtered or compared by. Choices and people of ours under any name, all else for a
    /// project's own fields, which have no other way to be asked for.
    pub(super) fn valued(&self, record: Record, field: &Field, ty: &Type, value: &Value) -> Record {
        let name = facet_name(field.name);
        match (&value.data, ty) {
            (Data::Choice(choice), _) => record.facet(name, *choice, label(choice)),
            (Data::Ref(id), Type::Ref(kind)) if field.custom || *kind == Kind::Teammate => {
                let title = self.base.find(*kind, id).map_or_else(|| id.to_string(), |id| self.base.title(id));
                record.facet(name, &**id, title)
            }
            _ if !field.custom => record,
            (Data::Bool(yes), _) => record.facet(name, yes.to_string(), if *yes { "Yes" } else { "No" }),
            (Data::Date(date), _) => record.date(name, day(*date)),
            (Data::Integer(number), _) => record.number(name, *number),
            (Data::Number(number), _) => record.number(name, *number as i64),
            // A sentence is found by its words; nobody chooses it from a list.
            (Data::Text(text), _) if text.len() <= LONGEST_VALUE && !text.contains('\n') => {
                record.facet(name, crate::route::slug(text).unwrap_or_else(|| text.to_string()), &**text)
            }
            _ => record,
        }
    }

    /// All text of a kind's fields but those left out, a line a field.
    pub(super) fn prose(&self, kind: Kind, fields: &Group, without: &[&str]) -> String {
        let mut text = String::new();
        self.collect(self.base.project.schema.fields(kind), fields, without, &mut text);
        text
    }

    /// The same of an item of one of a handoff's lists.
    pub(super) fn list_prose(&self, list: &str, group: &Group, without: &[&str]) -> String {
        let mut text = String::new();
        if let Some(field) = self.base.project.schema.field(Kind::Handoff, list) {
            self.collect(field.ty.fields(), group, without, &mut text);
        }
        text
    }

    /// How somebody is reached, a line a field.
    pub(super) fn contacts(&self, fields: &[Field], group: &Group) -> String {
        let others: Vec<&str> = fields.iter().map(|field| field.name).filter(|name| !CONTACT.contains(name)).collect();
        let mut text = String::new();
        self.collect(fields, group, &others, &mut text);
        text
    }

    /// The same of a question of a receipt, its answer first.
    pub(super) fn questions_prose(&self, question: &Group) -> String {
        let mut text = question.text("answer").unwrap_or_default().to_owned();
        if let Some(field) = self.base.project.schema.field(Kind::Receipt, "questions") {
            self.collect(field.ty.fields(), question, &["field", "text", "answer"], &mut text);
        }
        text
    }

    pub(super) fn collect(&self, fields: &[Field], group: &Group, without: &[&str], text: &mut String) {
        for field in fields.iter().filter(|field| self.may_read(field) && !without.contains(&field.name)) {
            let Some(entry) = group.entry(field.name) else { continue };
            // A project's own field is asked for by its name as much as by what stands in it.
            if field.custom
                && let Some(value) = short(&entry.value)
            {
                line(text, &format!("{}: {value}", field.label));
            } else {
                self.value(&field.ty, &entry.value, text);
            }
        }
    }

    pub(super) fn value(&self, ty: &Type, value: &Value, text: &mut String) {
        match (&value.data, ty) {
            (Data::Text(words), Type::Text) => line(text, words),
            (Data::List(items), Type::List(item)) => items.iter().for_each(|value| self.value(item, value, text)),
            (Data::Group(group), Type::Group(fields)) => self.collect(fields, group, &[], text),
            _ => {}
        }
    }

    pub(super) fn may_read(&self, field: &Field) -> bool {
        !(field.restricted && self.company)
    }
}

/// A value that is said in a few words.
fn short(value: &Value) -> Option<String> {
    match &value.data {
        Data::Choice(name) => Some(label(name)),
        Data::Text(text) | Data::Ref(text) if !text.contains('\n') => Some(text.to_string()),
        Data::Bool(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        Data::Date(date) => Some(date.to_string()),
        Data::Integer(number) => Some(number.to_string()),
        Data::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The name a field is filtered by: `roles` is asked for as `role:champion`.
pub(super) fn facet_name(name: &'static str) -> &'static str {
    match name {
        "roles" => "role",
        name => name,
    }
}

/// An enumeration's value for people: `at_risk` → `At risk`.
pub(super) fn label(value: &str) -> String {
    let mut label = value.replace('_', " ");
    if let Some(first) = label.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    label
}

/// Adds a line. What comes before it ends as a sentence does: a hit shows lines one after the other.
pub(super) fn line(text: &mut String, words: &str) {
    let words = words.trim();
    if words.is_empty() {
        return;
    }
    if !text.is_empty() {
        if text.ends_with(|last: char| last.is_alphanumeric() || matches!(last, ')' | '%')) {
            text.push('.');
        }
        text.push('\n');
    }
    text.push_str(words);
}

pub(super) fn day(date: Date) -> Day {
    Day::new(date.year().unsigned_abs(), date.month().unsigned_abs(), date.day().unsigned_abs())
}
