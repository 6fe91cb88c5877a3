//! A handoff's fields in sections, as the table orders them.

use super::Lens;
use super::fields::{Row, Table, answers};
use super::promise::{is_live, is_open, is_overdue};
use crate::fields::{Field, Kind, Type};
use crate::knowledge::RecordId;
use crate::record::{Data, Group, Value};
use crate::render::format;
use serde::Serialize;

/// A part of the table of fields.
#[derive(Debug, Serialize)]
pub struct Section<'a> {
    /// The anchor.
    pub id: String,
    /// The field.
    #[serde(skip)]
    pub name: &'static str,
    /// `stakeholders`, `promises`, `risks` and `success` are drawn in their own way, `fields` as the table has them.
    pub kind: &'static str,
    /// The heading.
    pub title: &'a str,
    /// A count beside it.
    pub tally: String,
    /// What to say where we asked and there is none.
    pub none: Option<&'static str>,
    /// What they said, word for word.
    pub quote: Option<&'a str>,
    /// What their renewal hangs on.
    pub conditions: Vec<Condition<'a>>,
    /// Answers.
    pub rows: Vec<Row<'a>>,
    /// Lists of mappings.
    pub tables: Vec<Table<'a>>,
}

/// They renew if…
#[derive(Debug, Serialize)]
pub struct Condition<'a> {
    /// The field's label.
    pub label: &'a str,
    /// The answer.
    pub html: String,
    /// The tone.
    pub tone: &'static str,
}

/// Sections that come late, whatever the table says: whoever reads has them in the figures already.
const LATE: &[&str] = &["deal", "team"];
/// Fields that the head of the page shows.
const IN_HEAD: &[&str] = &["account", "title", "stage", "redirect_from"];

const CONDITIONS: &[(&str, &str)] = &[("renew_if", "good"), ("reference_if", "info"), ("regret_if", "bad")];

/// The sections of a handoff.
pub fn view<'a>(lens: &Lens<'a>, id: RecordId, fields: &'a Group) -> Vec<Section<'a>> {
    let writer = lens.writer(fields);
    let table = lens.base.project.schema.fields(Kind::Handoff);
    let (mut sections, mut late, mut rest) = (Vec::new(), Vec::new(), Vec::new());
    for field in table.iter().filter(|field| writer.shows(field) && !IN_HEAD.contains(&field.name)) {
        let Some(entry) = fields.entry(field.name) else { continue };
        let is_section = matches!(field.ty, Type::Group(_)) || super::fields::mappings(field).is_some();
        if !is_section {
            // `no_known_blocker` belongs to the people; what a project adds beside the sections comes last.
            if let Some(html) = writer.value(field, &entry.value) {
                let row = Row { restricted: field.restricted, ..Row::new(&*field.label, html) };
                let people = sections.iter_mut().find(|section: &&mut Section<'_>| section.kind == "stakeholders");
                match people.filter(|_| !field.custom) {
                    Some(section) => section.rows.push(row),
                    None => rest.push(row),
                }
            }
            continue;
        }
        let mut section = section(lens, fields, field, &entry.value);
        section.id = lens.anchor(id, &section.id);
        let is_empty = section.rows.is_empty()
            && section.tables.is_empty()
            && section.tally.is_empty()
            && section.none.is_none()
            && section.quote.is_none()
            && section.conditions.is_empty();
        if is_empty {
            continue;
        }
        if LATE.contains(&field.name) { late.push(section) } else { sections.push(section) }
    }
    let at = sections.iter().position(|section| section.name == "technical").unwrap_or(sections.len());
    sections.splice(at..at, late);
    if !rest.is_empty() {
        sections.push(Section { rows: rest, ..Section::new("_more", "More") });
    }
    sections
}

impl<'a> Section<'a> {
    fn new(name: &'static str, title: &'a str) -> Self {
        Self {
            id: if name.starts_with('_') { name.to_owned() } else { name.replace('_', "-") },
            name,
            kind: "fields",
            title,
            tally: String::new(),
            none: None,
            quote: None,
            conditions: Vec::new(),
            rows: Vec::new(),
            tables: Vec::new(),
        }
    }
}

fn section<'a>(lens: &Lens<'a>, fields: &'a Group, field: &'a Field, value: &'a Value) -> Section<'a> {
    let writer = lens.writer(fields);
    let mut section = Section::new(field.name, &field.label);
    match (&value.data, &field.ty) {
        (Data::None, _) => section.none = Some("We asked; there are none."),
        (Data::List(items), _) => match field.name {
            "stakeholders" | "promises" | "risks" => {
                section.kind = field.name;
                section.tally = tally(lens, fields, field.name, items.len());
            }
            _ => {
                if let Some(inner) = super::fields::mappings(field)
                    && let Some(mut table) = super::fields::table(&writer, field, inner, value)
                {
                    table.titled = false;
                    section.tables.push(table);
                }
            }
        },
        (Data::Group(group), Type::Group(inner)) if field.name == "success" => {
            section.kind = "success";
            section.quote = group.text("in_their_words");
            for (name, tone) in CONDITIONS {
                let Some(field) = inner.iter().find(|field| field.name == *name) else { continue };
                let Some(html) = group.entry(name).and_then(|entry| writer.value(field, &entry.value)) else {
                    continue;
                };
                section.conditions.push(Condition { label: &field.label, html, tone });
            }
            let conditions = CONDITIONS.iter().map(|(name, _)| *name);
            let shown: Vec<&str> = conditions.chain(["metrics", "in_their_words"]).collect();
            // Open questions among the conditions stand with the conditions.
            let left: Vec<&Field> =
                inner.iter().filter(|field| !CONDITIONS.iter().any(|(n, _)| *n == field.name)).collect();
            (section.rows, section.tables) = answers(&writer, inner, group, &shown);
            section.rows.retain(|row| left.iter().any(|field| field.label == row.label));
            section.tally = match group.items("metrics").len() {
                0 => String::new(),
                metrics => format::count(metrics, "metric"),
            };
        }
        (Data::Group(group), Type::Group(inner)) => {
            (section.rows, section.tables) = answers(&writer, inner, group, &[]);
            section.tables.iter_mut().for_each(|table| table.id = format!("{}-{}", section.id, table.id));
        }
        _ => {
            if let Some(html) = writer.value(field, value) {
                section.rows.push(Row::new(&*field.label, html));
            }
        }
    }
    section
}

fn tally(lens: &Lens<'_>, fields: &Group, list: &str, items: usize) -> String {
    let groups = || fields.groups(list).map(|(_, group)| group);
    match list {
        "promises" => {
            let open = groups().filter(|promise| is_open(promise)).count();
            let overdue = groups().filter(|promise| is_overdue(promise, lens.today())).count();
            let mut text = format!("{open} open of {items}");
            if overdue > 0 {
                text.push_str(&format!(", {overdue} overdue"));
            }
            text
        }
        "risks" => format!("{} open of {items}", groups().filter(|risk| is_live(risk)).count()),
        _ => items.to_string(),
    }
}
