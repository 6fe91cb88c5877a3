//! Which records a query's fields let through.

use std::io;

use tantivy::{DocId, InvertedIndexReader};

use crate::columns::OrderedColumn;
use crate::dictionary::after;
use crate::query::{AskedBound, AskedValue};
use crate::rank::records_of;
use crate::schema::{value_key, value_word_key};
use crate::stem::Stems;
use crate::text::{self, slug};

/// How many values that begin with what was typed are let through together.
const COMPLETIONS: u64 = 64;

/// The records that one field lets through.
pub(crate) struct Filter {
    pub(crate) field: String,
    pub(crate) lets: Vec<bool>,
}

/// Adds to the records that `field` lets through.
fn entry<'a>(filters: &'a mut Vec<Filter>, field: &str, records: usize) -> &'a mut Vec<bool> {
    let at = filters.iter().position(|filter| filter.field == field).unwrap_or_else(|| {
        filters.push(Filter { field: field.to_owned(), lets: vec![false; records] });
        filters.len() - 1
    });
    &mut filters[at].lets
}

/// The filters of the values asked for: values of one field widen, fields narrow. What is asked away is marked in
/// `barred`. Values that no record has are returned.
pub(crate) fn by_value<'a>(
    keys: &InvertedIndexReader,
    values: &'a [AskedValue],
    stems: &mut Stems,
    filters: &mut Vec<Filter>,
    barred: &mut [bool],
) -> io::Result<Vec<&'a AskedValue>> {
    let mut unknown = Vec::new();
    for value in values {
        let found = records_with(keys, value, stems)?;
        if found.is_empty() {
            unknown.push(value);
        }
        if value.negated {
            mark(barred, &found);
        } else {
            let lets = entry(filters, &value.field, barred.len());
            mark(lets, &found);
        }
    }
    Ok(unknown)
}

fn mark(records: &mut [bool], found: &[DocId]) {
    for record in found {
        records[*record as usize] = true;
    }
}

/// The records with a value: it is the value's id or name, else the beginning of it, else its words are among them.
fn records_with(keys: &InvertedIndexReader, value: &AskedValue, stems: &mut Stems) -> io::Result<Vec<DocId>> {
    let slug = slug(&value.value);
    if slug.is_empty() {
        return Ok(Vec::new());
    }
    if !value.open
        && let Some(exact) = keys.terms().get(value_key(&value.field, &slug))?
    {
        return records_of(keys, &exact);
    }
    if value.open {
        let begins = beginning_with(keys, &value_key(&value.field, &slug))?;
        if !begins.is_empty() {
            return Ok(begins);
        }
    }
    let mut common: Option<Vec<DocId>> = None;
    let words = text::words(&value.value);
    for (at, word) in words.iter().enumerate() {
        let mut found = Vec::new();
        if let Some(term) = keys.terms().get(value_word_key(&value.field, &stems.of(&word.text).stem))? {
            found = records_of(keys, &term)?;
        }
        if value.open && at + 1 == words.len() {
            found.extend(beginning_with(keys, &value_word_key(&value.field, &word.text))?);
            found.sort_unstable();
            found.dedup();
        }
        common = Some(match common {
            None => found,
            Some(mut common) => {
                common.retain(|record| found.binary_search(record).is_ok());
                common
            }
        });
    }
    Ok(common.unwrap_or_default())
}

fn beginning_with(keys: &InvertedIndexReader, beginning: &str) -> io::Result<Vec<DocId>> {
    let mut stream = keys.terms().range().ge(beginning).lt(after(beginning)).limit(COMPLETIONS).into_stream()?;
    let mut records = Vec::new();
    let mut taken = 0;
    while taken < COMPLETIONS && stream.advance() {
        records.extend(records_of(keys, stream.value())?);
        taken += 1;
    }
    records.sort_unstable();
    records.dedup();
    Ok(records)
}

/// The filter of a bound: every record whose value lies within.
pub(crate) fn by_bound(column: &OrderedColumn, bound: &AskedBound, filters: &mut Vec<Filter>, barred: &mut [bool]) {
    let within = |value: Option<i64>| value.is_some_and(|value| (bound.low..=bound.high).contains(&value));
    // Two bounds of one field narrow: `due:>2026-01-01 due:<2026-03-01`.
    let known = filters.iter_mut().find(|filter| filter.field == bound.field && !bound.negated);
    let mut lets = vec![false; barred.len()];
    let mut start = 0;
    for (end, value) in column {
        if within(*value) {
            let target = if bound.negated { &mut *barred } else { &mut lets };
            target[start..*end as usize].fill(true);
        }
        start = *end as usize;
    }
    match known {
        _ if bound.negated => {}
        Some(filter) => filter.lets.iter_mut().zip(lets).for_each(|(both, lets)| *both &= lets),
        None => filters.push(Filter { field: bound.field.clone(), lets }),
    }
}
