//! Hits counted by the values of a field.

use std::cmp::Reverse;

use tantivy::DocId;

use crate::columns::FacetColumn;

/// How many values of a field are named; the rest are too rare to choose by.
const SHOWN: usize = 24;

/// Values and how many of the records have them, most frequent first; equal ones in the order they were met in.
pub(crate) struct Counts(pub(crate) Vec<(u32, usize)>);

/// Counts `records`, which are in order.
pub(crate) fn count(column: &FacetColumn, records: impl Iterator<Item = DocId>) -> Counts {
    let mut by_set = vec![0_usize; column.sets.len()];
    let mut run = 0;
    for record in records {
        while column.runs[run].0 <= record {
            run += 1;
        }
        by_set[column.runs[run].1 as usize] += 1;
    }
    let mut by_value = vec![0_usize; column.values() as usize];
    for (set, count) in column.sets.iter().zip(by_set) {
        for value in set {
            by_value[*value as usize] += count;
        }
    }
    let counted = by_value.into_iter().enumerate().filter(|(_, count)| *count > 0);
    let mut counts: Vec<(u32, usize)> = counted.map(|(value, count)| (value as u32, count)).collect();
    counts.sort_by_key(|(value, count)| (Reverse(*count), *value));
    counts.truncate(SHOWN);
    Counts(counts)
}
