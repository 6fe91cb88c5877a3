//! How well a record answers.
//!
//! BM25F: what a word's occurrences in title, text and context weigh is added up first and saturated then, so a word in
//! the title and the text counts once, well. Word by word the strengths are added into one slot a record; a record that
//! holds more of a short query's words comes before one that holds fewer of them more often.
//!
//! Every number is plain IEEE arithmetic in a fixed order, and the sums are rounded before they are compared, so that
//! the same query ranks the same on every machine, WebAssembly included.

use std::io;

use tantivy::DocId;

use crate::columns::{Fresh, Length};
use crate::dictionary::Form;
use crate::layer::Layer;
use crate::schema::Zone;

/// How soon further occurrences of a word stop counting.
const SATURATION: f32 = 1.2;
/// How much a long text's occurrences count less.
const LENGTH_WEIGHT: f32 = 0.75;
/// What an occurrence weighs by where it stands, against one in the text.
const TITLE: f32 = 3.0;
const CONTEXT: f32 = 0.8;
/// What another form of the same stem weighs: "planning" where "plans" was asked.
const OTHER_FORM: f32 = 0.8;
/// What handed off, and what newest, adds at most.
const SETTLED: f32 = 0.06;
const RECENT: f32 = 0.06;

/// What a kind weighs: at equal relevance the page about a thing comes before a mention of it.
pub(crate) fn kind_weight(kind: &str) -> f32 {
    match kind {
        "account" => 1.30,
        "stakeholder" | "teammate" => 1.20,
        "handoff" => 1.12,
        "page" => 1.06,
        "section" => 0.96,
        _ => NO_KIND_WEIGHT,
    }
}

/// What any other kind weighs, or none.
pub(crate) const NO_KIND_WEIGHT: f32 = 1.0;

/// What is known of every record before anything is asked.
pub(crate) struct Standing {
    /// How long its text is.
    length: Vec<Length>,
    /// What an occurrence in a text of each length counts for less, against the average.
    shorter: [f32; Length::STEPS],
    /// What its kind, its state and its age multiply its strength by.
    weight: Vec<f32>,
}

impl Standing {
    pub(crate) fn new(length: Vec<Length>, average: f32, freshness: &[Fresh], kinds: &[(u32, f32)]) -> Standing {
        let shorter =
            Length::all().map(|length| 1.0 - LENGTH_WEIGHT + LENGTH_WEIGHT * length.words() / average.max(1.0));
        let mut weight = Vec::with_capacity(freshness.len());
        for (end, kind) in kinds {
            for fresh in &freshness[weight.len()..*end as usize] {
                let settled = if fresh.settled() { SETTLED } else { 0.0 };
                weight.push(kind * (1.0 + settled + RECENT * fresh.recency()));
            }
        }
        weight.resize(freshness.len(), 1.0);
        Standing { length, shorter, weight }
    }

    pub(crate) fn weight(&self, record: DocId) -> f32 {
        self.weight[record as usize]
    }

    fn shorter(&self, record: DocId) -> f32 {
        self.shorter[self.length[record as usize].step()]
    }
}

/// One way to satisfy a part of the query.
pub(crate) struct Alternative {
    /// What it weighs against the word as asked.
    pub(crate) factor: f32,
    pub(crate) means: Means,
}

/// What a record must hold.
pub(crate) enum Means {
    /// Any of these forms, each with its weight.
    Forms(Vec<(f32, Form)>),
    /// Words one after the other: for each how far it stands from the first, and its forms.
    Phrase(Vec<(u32, Vec<Form>)>),
    /// All of these, anywhere.
    All(Vec<Vec<Form>>),
}

/// The forms of a word, those not as asked weighing less.
pub(crate) fn weighed(forms: Vec<Form>, asked: &str) -> Means {
    Means::Forms(forms.into_iter().map(|form| (if form.surface == asked { 1.0 } else { OTHER_FORM }, form)).collect())
}

/// The records that satisfy a part of the query, and how strongly.
pub(crate) struct Answer {
    pub(crate) records: Vec<(DocId, f32)>,
    /// How telling this part is: high where few records satisfy it.
    pub(crate) telling: f32,
}

/// Finds the records that satisfy parts of a query. One slot a record, kept clear between parts.
pub(crate) struct Scorer<'a> {
    layers: &'a [Layer],
    standing: &'a Standing,
    slots: Vec<f32>,
    best: Vec<f32>,
    /// In which zones each record holds any of what was asked so far.
    zones: Vec<u8>,
}

impl<'a> Scorer<'a> {
    pub(crate) fn new(layers: &'a [Layer], standing: &'a Standing) -> Self {
        let records = standing.weight.len();
        Self { layers, standing, slots: vec![0.0; records], best: vec![0.0; records], zones: vec![0; records] }
    }

    /// The records that satisfy any of the alternatives, each as strongly as by its best one.
    pub(crate) fn answer(&mut self, alternatives: &[Alternative]) -> io::Result<Answer> {
        let mut records = Vec::new();
        let mut telling: f32 = 0.0;
        for alternative in alternatives {
            let found = self.occurrences(&alternative.means)?;
            let rarity = rarity(self.slots.len(), found.len());
            if !found.is_empty() {
                telling = telling.max(rarity * alternative.factor);
            }
            for record in found {
                let weight = std::mem::take(&mut self.slots[record as usize]);
                let strength = alternative.factor * rarity * weight * (SATURATION + 1.0) / (weight + SATURATION);
                let best = &mut self.best[record as usize];
                if *best == 0.0 {
                    records.push((record, 0.0));
                }
                *best = best.max(strength);
            }
        }
        for (record, strength) in &mut records {
            *strength = std::mem::take(&mut self.best[*record as usize]);
        }
        Ok(Answer { records, telling })
    }

    /// In which zones a record holds what was asked.
    pub(crate) fn holds_in(&self, record: DocId, zone: Zone) -> bool {
        self.zones[record as usize] & 1 << zone as u8 != 0
    }

    /// Fills the slots with what the occurrences weigh, and says which slots are filled.
    fn occurrences(&mut self, means: &Means) -> io::Result<Vec<DocId>> {
        let mut filled = Vec::new();
        match means {
            Means::Forms(forms) => {
                for (weight, form) in forms {
                    let layer = &self.layers[form.layer];
                    for (record, times) in layer.words.postings(&form.postings)? {
                        self.fill(layer.first + record, form.zone, weight * times as f32, &mut filled);
                    }
                }
            }
            Means::Phrase(words) => {
                for zone in [Zone::Title, Zone::Body] {
                    for (number, layer) in self.layers.iter().enumerate() {
                        for (record, times) in phrase(layer, number, words, zone)? {
                            self.fill(layer.first + record, zone, times as f32, &mut filled);
                        }
                    }
                }
            }
            Means::All(words) => {
                let mut sets = words.iter().map(|forms| self.records_of(forms)).collect::<io::Result<Vec<_>>>()?;
                sets.sort_by_key(Vec::len);
                let mut sets = sets.into_iter();
                let mut common = sets.next().unwrap_or_default();
                for set in sets {
                    common.retain(|record| set.binary_search(record).is_ok());
                }
                for record in common {
                    self.fill(record, Zone::Body, 1.0, &mut filled);
                }
            }
        }
        Ok(filled)
    }

    fn fill(&mut self, record: DocId, zone: Zone, weight: f32, filled: &mut Vec<DocId>) {
        let weight = match zone {
            Zone::Title => TITLE * weight,
            Zone::Context => CONTEXT * weight,
            Zone::Body => weight / self.standing.shorter(record),
        };
        let slot = &mut self.slots[record as usize];
        if *slot == 0.0 {
            filled.push(record);
        }
        *slot += weight;
        self.zones[record as usize] |= 1 << zone as u8;
    }

    /// The records that hold any of the forms, in order.
    fn records_of(&self, forms: &[Form]) -> io::Result<Vec<DocId>> {
        let mut records = Vec::new();
        for form in forms {
            let layer = &self.layers[form.layer];
            records.extend(layer.words.postings(&form.postings)?.into_iter().map(|(record, _)| layer.first + record));
        }
        records.sort_unstable();
        records.dedup();
        Ok(records)
    }
}

/// How telling a word is that `found` of `records` hold: BM25's inverse document frequency, rounded.
fn rarity(records: usize, found: usize) -> f32 {
    let (records, found) = (records as f64, found as f64);
    let rarity = (1.0 + (records - found + 0.5) / (found + 0.5)).ln();
    // The logarithm's last bits differ from one machine to the next.
    ((rarity * 4096.0).round() / 4096.0) as f32
}

/// The records of a layer that hold words one after the other in one zone, and how often.
fn phrase(layer: &Layer, number: usize, words: &[(u32, Vec<Form>)], zone: Zone) -> io::Result<Vec<(DocId, usize)>> {
    let here = |form: &&Form| form.zone == zone && form.layer == number;
    let mut parts: Vec<(u32, Vec<&Form>)> =
        words.iter().map(|(offset, forms)| (*offset, forms.iter().filter(here).collect())).collect();
    // From the rarest word on, so that the others are only looked up where it stands.
    parts.sort_by_key(|(_, forms)| forms.iter().map(|form| form.postings.doc_freq).sum::<u32>());
    let mut places: Vec<(DocId, Vec<u32>)> = Vec::new();
    for (at, (offset, forms)) in parts.iter().enumerate() {
        let mut found: Vec<(DocId, u32)> = Vec::new();
        for form in forms {
            let postings = layer.words.postings(&form.postings)?;
            let count = postings.iter().map(|(_, times)| *times as usize).sum();
            let positions = layer.words.positions(&form.postings, count)?;
            let mut rest = &*positions;
            let mut wanted = &*places;
            for (record, times) in postings {
                let (own, others) = rest.split_at(times as usize);
                rest = others;
                if at > 0 {
                    while wanted.first().is_some_and(|(next, _)| *next < record) {
                        wanted = &wanted[1..];
                    }
                    match wanted.first() {
                        None => break,
                        Some((next, _)) if *next > record => continue,
                        Some(_) => {}
                    }
                }
                let mut position = 0;
                for step in own {
                    position += step;
                    // Where the phrase would begin.
                    found.extend(position.checked_sub(*offset).map(|start| (record, start)));
                }
            }
        }
        found.sort_unstable();
        if at == 0 {
            found.dedup();
            for (record, start) in found {
                match places.last_mut() {
                    Some((last, starts)) if *last == record => starts.push(start),
                    _ => places.push((record, vec![start])),
                }
            }
        } else {
            for (record, starts) in &mut places {
                starts.retain(|start| found.binary_search(&(*record, *start)).is_ok());
            }
            places.retain(|(_, starts)| !starts.is_empty());
        }
        if places.is_empty() {
            break;
        }
    }
    Ok(places.into_iter().map(|(record, starts)| (record, starts.len())).collect())
}
