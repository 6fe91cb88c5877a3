//! Fields as the table lists them: rows of answers and tables of mappings, whatever they are.
//!
//! A field that a project adds shows up through here, in its section, without anybody doing anything.

use super::Lens;
use crate::fields::{Field, Type};
use crate::record::{Data, Group, Value};
use crate::render::html::Writer;
use serde::Serialize;
use std::borrow::Cow;

/// The most characters of an answer that half a line has room for.
const LONGEST_HALF: usize = 28;

/// A field and its answer.
#[derive(Debug, Serialize)]
pub struct Row<'a> {
    /// The field's label.
    pub label: Cow<'a, str>,
    /// The answer.
    pub html: String,
    /// Whether only the team may see it.
    pub restricted: bool,
    /// Whether it and its neighbour, both being short, can share a line.
    pub short: bool,
}

/// A list of mappings.
#[derive(Debug, Serialize)]
pub struct Table<'a> {
    /// Its anchor.
    pub id: String,
    /// What it lists.
    pub label: Cow<'a, str>,
    /// Whether it needs its label above it.
    pub titled: bool,
    /// A column for each field that is filled somewhere.
    pub columns: Vec<Column<'a>>,
    /// Its rows.
    pub rows: Vec<Cells>,
}

/// The head of a column.
#[derive(Debug, Serialize)]
pub struct Column<'a> {
    /// The field's label.
    pub label: Cow<'a, str>,
    /// Whether only the team may see it.
    pub restricted: bool,
}

/// A row of a table.
#[derive(Debug, Serialize)]
pub struct Cells {
    /// Its anchor.
    pub id: Option<String>,
    /// One answer for each column, perhaps empty.
    pub cells: Vec<String>,
}

impl<'a> Row<'a> {
    /// An answer that is HTML already.
    pub fn new(label: impl Into<Cow<'a, str>>, html: String) -> Self {
        Self { label: label.into(), html, restricted: false, short: false }
    }
}

/// The answers of a mapping and its lists of mappings, in the table's order. Fields named in `shown` stand elsewhere on
/// the page and are left out here, unless their answer is an open question, which nothing else would show.
pub fn answers<'a>(
    writer: &Writer<'a>,
    fields: &'a [Field],
    group: &Group,
    shown: &[&str],
) -> (Vec<Row<'a>>, Vec<Table<'a>>) {
    let (mut rows, mut tables) = (Vec::new(), Vec::new());
    for field in fields.iter().filter(|field| writer.shows(field)) {
        let Some(entry) = group.entry(field.name) else { continue };
        if shown.contains(&field.name) && !matches!(entry.value.data, Data::Open(_)) {
            continue;
        }
        if let Some(inner) = mappings(field)
            && matches!(entry.value.data, Data::List(_))
        {
            tables.extend(table(writer, field, inner, &entry.value));
        } else if let Some(html) = writer.value(field, &entry.value) {
            rows.push(Row { restricted: field.restricted, ..Row::new(&*field.label, html) });
        }
    }
    pair(&mut rows);
    (rows, tables)
}

/// Lets short answers stand side by side, two by two.
fn pair(rows: &mut [Row<'_>]) {
    let mut at = 0;
    while at + 1 < rows.len() {
        if is_short(&rows[at].html) && is_short(&rows[at + 1].html) {
            rows[at].short = true;
            rows[at + 1].short = true;
            at += 1;
        }
        at += 1;
    }
}

/// Whether an answer takes less than half a line.
fn is_short(html: &str) -> bool {
    let mut tag = false;
    let text = html.chars().filter(|c| {
        tag = (tag || *c == '<') && *c != '>';
        !tag
    });
    text.take(LONGEST_HALF + 1).count() <= LONGEST_HALF
}

/// Only the rows of [`answers`].
pub fn rows<'a>(writer: &Writer<'a>, fields: &'a [Field], group: &Group, shown: &[&str]) -> Vec<Row<'a>> {
    answers(writer, fields, group, shown).0
}

/// The fields of a list of mappings.
pub fn mappings(field: &Field) -> Option<&[Field]> {
    match &field.ty {
        Type::List(item) => match &**item {
            Type::Group(fields) => Some(fields),
            _ => None,
        },
        _ => None,
    }
}

/// A list of mappings as a table; `None` where nothing in it can be shown.
pub fn table<'a>(writer: &Writer<'a>, field: &'a Field, inner: &'a [Field], value: &Value) -> Option<Table<'a>> {
    let Data::List(items) = &value.data else { return None };
    let groups: Vec<(usize, &Group)> =
        items.iter().enumerate().filter_map(|(at, item)| Some((at, item.group()?))).collect();
    let columns: Vec<&Field> = columns(writer, inner, &groups.iter().map(|(_, group)| *group).collect::<Vec<_>>());
    if columns.is_empty() {
        return None;
    }
    let rows = groups.iter().map(|(at, group)| Cells {
        id: Some(crate::knowledge::item_anchor(field.name, at + 1)),
        cells: cells(writer, &columns, group),
    });
    Some(Table {
        id: field.name.replace('_', "-"),
        label: Cow::Borrowed(&field.label),
        titled: true,
        rows: rows.collect(),
        columns: columns.iter().map(|field| Column::of(field)).collect(),
    })
}

/// The fields that are filled in at least one of several mappings and may be seen.
pub fn columns<'a>(writer: &Writer<'a>, fields: &'a [Field], groups: &[&Group]) -> Vec<&'a Field> {
    let shown = fields.iter().filter(|field| writer.shows(field));
    let is_there = |value: &Value| !matches!(value.data, Data::Empty | Data::Placeholder(_) | Data::Invalid);
    shown
        .filter(|field| groups.iter().any(|group| group.entry(field.name).is_some_and(|entry| is_there(&entry.value))))
        .collect()
}

/// The answers of a mapping to the fields of some columns.
pub fn cells(writer: &Writer<'_>, columns: &[&Field], group: &Group) -> Vec<String> {
    let cell = |field: &&Field| {
        let entry = group.entry(field.name)?;
        writer.value(field, &entry.value)
    };
    columns.iter().map(|field| cell(field).unwrap_or_default()).collect()
}

impl<'a> Column<'a> {
    /// The column of a field.
    pub fn of(field: &'a Field) -> Self {
        Self { label: Cow::Borrowed(&field.label), restricted: field.restricted }
    }
}

impl<'a> Lens<'a> {
    /// The fields of a group of the handoff's, such as `deal`.
    pub fn handoff_fields(&self, name: &str) -> &'a [Field] {
        let fields = self.base.project.schema.fields(crate::fields::Kind::Handoff);
        fields.iter().find(|field| field.name == name).map_or(&[], |field| field.ty.fields())
    }
}
