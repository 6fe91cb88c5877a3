//! Which records answer a query, best first.

use tantivy::DocId;

use crate::error::Error;
use crate::filter::Filter;
use crate::layer::{Layer, reading};
use crate::layers::Layers;
use crate::plan::{KnownName, Plan};
use crate::rank::{Answer, Scorer, Standing};
use crate::schema::{NAMES, WORDS, Zone};

/// Of a query of up to this many words, records that hold them all come before the others, however often the others
/// hold one.
const FEW_WORDS: usize = 4;
/// Where this many records hold all words of such a query, the others are left out.
const ENOUGH: usize = 10;
/// A record that answers the query's words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ranked {
    pub(crate) record: DocId,
    pub(crate) score: u32,
    /// Whether it holds every word asked for.
    pub(crate) all: bool,
    pub(crate) failed: Failed,
    /// Which of the first parts of the query it holds, a bit each.
    pub(crate) parts: u8,
    /// Where it holds any of them: in its text if there, then in its names.
    pub(crate) zone: Option<Zone>,
}

impl Ranked {
    /// Every record that is not barred.
    pub(crate) fn all_but(barred: &[bool]) -> Vec<Ranked> {
        let records = barred.iter().enumerate().filter(|(_, barred)| !**barred);
        records
            .map(|(at, _)| Ranked {
                record: at as DocId,
                score: 0,
                all: true,
                failed: Failed::None,
                parts: 0,
                zone: None,
            })
            .collect()
    }
}

/// Which filters a record fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failed {
    None,
    /// This one alone: it counts among that field's values.
    Only(usize),
    Several,
}

impl Failed {
    fn of(record: DocId, filters: &[Filter]) -> Failed {
        let mut failed = filters.iter().enumerate().filter(|(_, filter)| !filter.lets[record as usize]);
        match (failed.next(), failed.next()) {
            (None, _) => Failed::None,
            (Some((only, _)), None) => Failed::Only(only),
            _ => Failed::Several,
        }
    }
}

/// Every record that answers, with its score; those that only a filter keeps out among them, for the counts.
#[inline(never)]
pub(crate) fn rank(
    layers: &Layers,
    standing: &Standing,
    plan: &Plan,
    names: &[KnownName],
    filters: &[Filter],
    barred: &mut [bool],
) -> Result<Vec<Ranked>, Error> {
    if plan.is_empty() && filters.is_empty() {
        return Ok(Vec::new());
    }
    let reading = reading(WORDS.postings);
    let mut scorer = Scorer::new(layers.all(), standing);
    for part in &plan.without {
        for (record, _) in scorer.answer(part).map_err(&reading)?.records {
            barred[record as usize] = true;
        }
    }
    let mut scores = vec![0.0_f32; layers.records() as usize];
    let mut held = vec![0.0_f32; layers.records() as usize];
    let mut met = vec![plan.parts.is_empty(); layers.records() as usize];
    let mut parts = vec![0_u8; layers.records() as usize];
    let mut most = 0.0_f32;
    let mut needed: Vec<Vec<DocId>> = Vec::new();
    if plan.parts.is_empty() {
        scores.fill(1.0);
    }
    for (number, part) in plan.parts.iter().enumerate() {
        let Answer { records, telling } = scorer.answer(&part.alternatives).map_err(&reading)?;
        if !part.optional {
            most += telling;
        }
        for (record, strength) in &records {
            met[*record as usize] = true;
            parts[*record as usize] |= 1_u8.checked_shl(number as u32).unwrap_or(0);
            scores[*record as usize] += strength;
            if !part.optional {
                held[*record as usize] += telling;
            }
        }
        if part.required {
            let mut records: Vec<DocId> = records.into_iter().map(|(record, _)| record).collect();
            records.sort_unstable();
            needed.push(records);
        }
    }
    for (record, share) in named(layers, names)? {
        if !std::mem::replace(&mut met[record as usize], true) {
            held[record as usize] = most;
        }
        scores[record as usize] += most.max(1.0) * share;
    }
    let candidates = met.iter().zip(0..).filter(|(met, _)| **met).map(|(_, record): (_, DocId)| record);
    let candidates = candidates.filter(|record| {
        !barred[*record as usize] && needed.iter().all(|records| records.binary_search(record).is_ok())
    });

    let words = plan.parts.iter().filter(|part| !part.optional).count();
    // What the words that are nowhere in the index would tell is not known; they are nobody's lack.
    let all = |record: DocId| held[record as usize] >= most * 0.999;
    let mut ranked: Vec<Ranked> = candidates
        .map(|record| {
            let share = if most > 0.0 { held[record as usize] / most } else { 1.0 };
            let score = scores[record as usize] * standing.weight(record) * together(words, share);
            let failed = Failed::of(record, filters);
            // In steps of a 1024th: what differs in the last bits alone is a tie, and ties go by order.
            let first =
                [Zone::Body, Zone::Title, Zone::Context].into_iter().find(|zone| scorer.holds_in(record, *zone));
            Ranked {
                record,
                score: (score * 1024.0) as u32,
                all: all(record),
                failed,
                parts: parts[record as usize],
                zone: first,
            }
        })
        .collect();
    if (2..=FEW_WORDS).contains(&words)
        && ranked.iter().filter(|ranked| ranked.all && ranked.failed == Failed::None).count() >= ENOUGH
    {
        ranked.retain(|ranked| ranked.all);
    }
    Ok(ranked)
}

/// The records of these names, and the most of a name that was typed.
#[inline(never)]
fn named(layers: &Layers, names: &[KnownName]) -> Result<Vec<(DocId, f32)>, Error> {
    let mut found = Vec::new();
    for KnownName { layer, postings, share } in names {
        let Layer { names, first, .. } = &layers.all()[*layer];
        let records = names.postings(postings).map_err(reading(NAMES.postings))?;
        found.extend(records.into_iter().map(|(record, _)| (first + record, *share)));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
    found.dedup_by_key(|(record, _)| *record);
    Ok(found)
}

/// What a record's score is multiplied by for holding but a share of the words: in a query of two or three words all of
/// them were meant; a question of a dozen is answered by what holds half.
fn together(words: usize, share: f32) -> f32 {
    match words {
        0 | 1 => 1.0,
        2 | 3 => share * share * share,
        4 => share * share,
        5 | 6 => share,
        _ => 0.5 + 0.5 * share,
    }
}
