//! What the handoffs of an account say of the same matters, side by side.

use super::Lens;
use super::fields::{Cells, Column, Table, cells, columns, mappings};
use crate::fields::{Field, Kind};
use crate::knowledge::RecordId;
use crate::record::Group;
use crate::render::html::escape;
use std::borrow::Cow;

/// What an account's page shows of the deals side by side.
const TERMS: &[&str] =
    &["opportunity_id", "crm_url", "closed_on", "renews_on", "acv", "currency", "type", "special_terms"];

/// Terms, technical matters and room to grow of some handoffs.
pub fn tables<'a>(lens: &Lens<'a>, handoffs: &[RecordId]) -> Vec<Table<'a>> {
    let table = lens.base.project.schema.fields(Kind::Handoff);
    let named = |name: &str| table.iter().find(|field| field.name == name);
    let mut tables = Vec::new();
    if let Some(deal) = named("deal") {
        let fields: Vec<&Field> = deal.ty.fields().iter().filter(|field| !TERMS.contains(&field.name)).collect();
        tables.extend(side_by_side(lens, handoffs, "commercial-terms", "Commercial terms", "deal", &fields));
        let special = deal.ty.fields().iter().find(|field| field.name == "special_terms");
        tables.extend(special.and_then(|field| gathered(lens, handoffs, "special-terms", "deal.special_terms", field)));
    }
    if let Some(technical) = named("technical") {
        let fields: Vec<&Field> = technical.ty.fields().iter().filter(|field| mappings(field).is_none()).collect();
        tables.extend(side_by_side(lens, handoffs, "technical", &technical.label, "technical", &fields));
        let systems = technical.ty.fields().iter().find(|field| field.name == "integrations");
        tables.extend(
            systems.and_then(|field| gathered(lens, handoffs, "integrations", "technical.integrations", field)),
        );
    }
    tables.extend(named("expansion").and_then(|field| gathered(lens, handoffs, "expansion", "expansion", field)));
    tables
}

fn linked(lens: &Lens<'_>, handoff: RecordId) -> String {
    let mut html = String::new();
    lens.writer(lens.base.fields(handoff)).link(&mut html, lens.directory.record(handoff));
    html
}

/// How many handoffs stand side by side: the newest.
const ABREAST: usize = 5;

/// A mapping of the handoffs: a row for each field, a column for each handoff.
fn side_by_side<'a>(
    lens: &Lens<'a>,
    handoffs: &[RecordId],
    id: &str,
    label: &'a str,
    path: &str,
    fields: &[&'a Field],
) -> Option<Table<'a>> {
    let groups: Vec<(RecordId, &Group)> =
        handoffs.iter().filter_map(|id| Some((*id, lens.base.fields(*id).get(path)?.group()?))).take(ABREAST).collect();
    let rows: Vec<Cells> = fields
        .iter()
        .filter_map(|field| {
            let answers: Vec<String> = groups
                .iter()
                .map(|(handoff, group)| {
                    let writer = lens.writer(lens.base.fields(*handoff));
                    let entry = group.entry(field.name).filter(|_| writer.shows(field));
                    entry.and_then(|entry| writer.value(field, &entry.value)).unwrap_or_default()
                })
                .collect();
            if answers.iter().all(String::is_empty) {
                return None;
            }
            let mut name = String::new();
            escape(&mut name, &field.label);
            if field.restricted {
                name.push_str(" <span class=\"lock\">restricted</span>");
            }
            Some(Cells { id: None, cells: std::iter::once(name).chain(answers).collect() })
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let column = |label: &'a str| Column { label: Cow::Borrowed(label), restricted: false };
    let named = groups.iter().map(|(handoff, _)| column(&lens.directory.record(*handoff).label));
    let columns = std::iter::once(column("")).chain(named).collect();
    Some(Table { id: id.to_owned(), label: Cow::Borrowed(label), titled: false, rows, columns })
}

/// A list of mappings of the handoffs with a row for each item.
fn gathered<'a>(lens: &Lens<'a>, handoffs: &[RecordId], id: &str, path: &str, field: &'a Field) -> Option<Table<'a>> {
    let writer = lens.writer(lens.base.fields(*handoffs.first()?));
    if !writer.shows(field) {
        return None;
    }
    let items: Vec<(RecordId, &Group)> =
        handoffs.iter().flat_map(|id| lens.base.fields(*id).groups(path).map(|(_, group)| (*id, group))).collect();
    let columns = columns(&writer, mappings(field)?, &items.iter().map(|(_, group)| *group).collect::<Vec<_>>());
    if columns.is_empty() {
        return None;
    }
    let rows = items.iter().map(|(handoff, group)| {
        let writer = lens.writer(lens.base.fields(*handoff));
        let answers = cells(&writer, &columns, group).into_iter();
        Cells { id: None, cells: answers.chain(std::iter::once(linked(lens, *handoff))).collect() }
    });
    Some(Table {
        id: id.to_owned(),
        label: Cow::Borrowed(&field.label),
        titled: false,
        rows: rows.collect(),
        columns: columns
            .iter()
            .map(|field| Column::of(field))
            .chain(std::iter::once(Column { label: Cow::Borrowed("Handoff"), restricted: false }))
            .collect(),
    })
}
