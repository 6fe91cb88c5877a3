//! Asking: a query becomes parts, parts become records, records become hits.

use std::cmp::Reverse;
use std::io;
use std::sync::OnceLock;

use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, InvertedIndexReader};

use crate::count::{Counts, count};
use crate::dictionary;
use crate::error::Error;
use crate::filter::{Filter, Filters, Value};
use crate::layer::{Layer, reading};
use crate::layers::Layers;
use crate::options::Options;
use crate::plan::{Plan, plan};
use crate::query::{self, AskedValue};
use crate::rank::{Answer, NO_KIND_WEIGHT, Scorer, Standing, kind_weight, records_in};
use crate::record::Named;
use crate::results::{Count, FacetCounts, Hit, Request, Results};
use crate::schema::ColumnContent;
use crate::snippet::{mark, snippet};
use crate::stem::Stems;
use crate::store::Store;

/// Of a query of up to this many words, records that hold them all come before the others, however often the others
/// hold one.
const FEW_WORDS: usize = 4;
/// Where this many records hold all words of such a query, the others are left out.
const ENOUGH: usize = 10;
/// A field's values that take fewer bytes than this are read with what opening reads.
const FEW_VALUES: u64 = 2 << 10;
/// How many names that begin with what was typed are looked up.
const NAMES: u64 = 48;
/// A field with up to this many values has them all named to whoever asks for another.
const FEW_NAMED: usize = 14;

/// What answers a request, before it is read what its hits show.
pub struct Found {
    results: Results,
    /// The hits, best first.
    best: Vec<Ranked>,
    plan: Plan,
}

/// An open index.
pub struct Searcher {
    layers: Layers,
    /// Records that are in a layer and no longer true.
    gone: Vec<DocId>,
    standing: OnceLock<Standing>,
}

impl Searcher {
    /// Opens the index in `store`, reading only what says where things are.
    pub fn open(store: impl Store) -> Result<Self, Error> {
        let layers = Layers::new(vec![Layer::open(store, 0)?]);
        Ok(Self { layers, gone: Vec::new(), standing: OnceLock::new() })
    }

    /// Opens an index and a newer one upon it; `gone` are the records of the first that are no longer true.
    pub fn open_both(store: impl Store, newer: Option<impl Store>, gone: Vec<DocId>) -> Result<Self, Error> {
        let mut layers = vec![Layer::open(store, 0)?];
        if let Some(newer) = newer {
            layers.push(Layer::open(newer, layers[0].records())?);
        }
        Ok(Self { layers: Layers::new(layers), gone, standing: OnceLock::new() })
    }

    /// Reads ahead what any query reads: what ranks and finds rows, and the values that most fields have few of.
    pub(crate) fn warm(&self) -> Result<(), Error> {
        self.standing()?;
        for layer in self.layers.all() {
            layer.rows_table()?;
            for column in layer.settings.columns.iter().filter(|column| column.values.1 <= FEW_VALUES) {
                self.layers.values(&column.name)?;
            }
        }
        Ok(())
    }

    /// The words of the first layer.
    pub(crate) fn words(&self) -> &InvertedIndexReader {
        &self.layers.first().words
    }

    /// How many records the index holds.
    pub fn len(&self) -> usize {
        self.layers.records() as usize - self.gone.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn options(&self) -> &Options {
        &self.layers.first().settings.options
    }

    /// Answers a request. Only reading can fail: a query that makes no sense is answered with a hint.
    pub fn search(&self, request: &Request<'_>) -> Result<Results, Error> {
        self.show(self.find(request)?)
    }

    /// The first half of answering: all but what hits show. That the store is [told](Store::ahead) of, so that whoever
    /// waits for each file can fetch those of all hits together in between.
    pub fn find(&self, request: &Request<'_>) -> Result<Found, Error> {
        let mut stems = Stems::new(self.options().language);
        let query = query::parse(request.query, request.typing, self.layers.fields(), &mut stems);
        let chosen: Vec<AskedValue> =
            request.filters.iter().map(|(field, value)| AskedValue::chosen(field, value)).collect();
        let plan = plan(self.layers.all(), &query, self.options(), &mut stems).map_err(reading("segment.term"))?;

        let mut filters = Filters::new(self.layers.records() as usize);
        for record in &self.gone {
            filters.barred[*record as usize] = true;
        }
        let mut unknown = Vec::new();
        for value in query.values.iter().chain(&chosen) {
            let Some(column) = self.layers.facet_column(&value.field)? else {
                return Ok(Found { results: Results::default(), best: Vec::new(), plan });
            };
            let values = self.layers.values(&value.field)?;
            unknown.extend(match filters.add_value(value, &column, &values.names, &mut stems) {
                Value::Known => None,
                Value::Near(near) => Some(hint_near(value, &near)),
                Value::Unknown => Some(hint_unknown(value, &values.names)),
            });
        }
        for bound in &query.bounds {
            filters.add_bound(bound, &*self.layers.ordered_column(&bound.field)?);
        }
        let Filters { filters, mut barred } = filters;

        let ranked = self.rank(&plan, &filters, &mut barred)?;
        let mut results = Results {
            total: ranked.iter().filter(|ranked| ranked.failed == Failed::None).count(),
            did_you_mean: plan.did_you_mean(request.query),
            ..Results::default()
        };
        let asked = !plan.is_empty() || !filters.is_empty();
        let hints: Vec<String> = query.hints.into_iter().chain(unknown).chain(plan.hints.iter().cloned()).collect();
        results.hint = Some(hints.join(" ")).filter(|hint| !hint.is_empty());
        results.facets = if asked || !request.query.trim().is_empty() {
            self.count(&request.count, &ranked, &filters)?
        } else {
            // Nothing is asked yet: what there is to choose from.
            self.count(&request.count, &Ranked::all_but(&barred), &filters)?
        };

        let mut best: Vec<Ranked> = ranked.into_iter().filter(|ranked| ranked.failed == Failed::None).collect();
        let order = |ranked: &Ranked| (Reverse(ranked.score), ranked.record);
        let wanted = request.offset.saturating_add(request.limit);
        if wanted < best.len() {
            best.select_nth_unstable_by_key(wanted, order);
            best.truncate(wanted);
        }
        best.sort_unstable_by_key(order);
        best.drain(..request.offset.min(best.len()));
        self.layers.rows_ahead(&best.iter().map(|ranked| ranked.record).collect::<Vec<_>>())?;
        Ok(Found { results, best, plan })
    }

    /// The second half of answering: reads what the hits show.
    pub fn show(&self, Found { mut results, best, plan }: Found) -> Result<Results, Error> {
        let mut stems = Stems::new(self.options().language);
        results.hits =
            best.iter().map(|ranked| self.hit(ranked, &plan, &mut stems)).collect::<Result<Vec<_>, Error>>()?;
        Ok(results)
    }

    /// Every record that answers, with its score; those that only a filter keeps out among them, for the counts.
    fn rank(&self, plan: &Plan, filters: &[Filter], barred: &mut [bool]) -> Result<Vec<Ranked>, Error> {
        if plan.is_empty() && filters.is_empty() {
            return Ok(Vec::new());
        }
        let standing = self.standing()?;
        let reading = reading("segment.idx");
        let mut scorer = Scorer::new(self.layers.all(), standing);
        for part in &plan.without {
            for (record, _) in scorer.answer(part).map_err(&reading)?.records {
                barred[record as usize] = true;
            }
        }
        let mut scores = vec![0.0_f32; self.layers.records() as usize];
        let mut held = vec![0.0_f32; self.layers.records() as usize];
        let mut candidates: Vec<DocId> = Vec::new();
        let mut most = 0.0_f32;
        let mut needed: Vec<Vec<DocId>> = Vec::new();
        if plan.parts.is_empty() {
            candidates = (0..self.layers.records()).collect();
            scores.fill(1.0);
        }
        for part in &plan.parts {
            let Answer { records, telling } = scorer.answer(&part.alternatives).map_err(&reading)?;
            if !part.optional {
                most += telling;
            }
            for (record, strength) in &records {
                let score = &mut scores[*record as usize];
                if *score == 0.0 {
                    candidates.push(*record);
                }
                *score += strength;
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
        for (record, share) in self.named(plan)? {
            let score = &mut scores[record as usize];
            if *score == 0.0 {
                candidates.push(record);
                held[record as usize] = most;
            }
            *score += most.max(1.0) * share;
        }
        candidates.sort_unstable();
        candidates.retain(|record| {
            !barred[*record as usize] && needed.iter().all(|records| records.binary_search(record).is_ok())
        });

        let words = plan.parts.iter().filter(|part| !part.optional).count();
        // What the words that are nowhere in the index would tell is not known; they are nobody's lack.
        let all = |record: DocId| held[record as usize] >= most * 0.999;
        let mut ranked: Vec<Ranked> = candidates
            .iter()
            .map(|record| {
                let share = if most > 0.0 { held[*record as usize] / most } else { 1.0 };
                let score = scores[*record as usize] * standing.weight(*record) * together(words, share);
                let failed = Failed::of(*record, filters);
                // In steps of a 1024th: what differs in the last bits alone is a tie, and ties go by order.
                Ranked { record: *record, score: (score * 1024.0) as u32, all: all(*record), failed }
            })
            .collect();
        if (2..=FEW_WORDS).contains(&words)
            && ranked.iter().filter(|ranked| ranked.all && ranked.failed == Failed::None).count() >= ENOUGH
        {
            ranked.retain(|ranked| ranked.all);
        }
        Ok(ranked)
    }

    /// The records whose whole name was typed, or its beginning, and how much of the name that is.
    fn named(&self, plan: &Plan) -> Result<Vec<(DocId, f32)>, Error> {
        let Some(name) = &plan.name else { return Ok(Vec::new()) };
        let key = name.as_str();
        // "Dana" begins "Dana Whitfield", and while it is being typed "Danaos Freight" as well.
        let beginning = if plan.open { key.to_owned() } else { format!("{key} ") };
        let work = || -> io::Result<Vec<(DocId, f32)>> {
            let mut found = Vec::new();
            for Layer { names, first, .. } in self.layers.all() {
                let records = |name: &TermInfo| -> io::Result<Vec<DocId>> {
                    Ok(records_in(names.read_postings_from_terminfo(name, IndexRecordOption::Basic)?, *first))
                };
                if let Some(exact) = names.terms().get(key)? {
                    found.extend(records(&exact)?.into_iter().map(|record| (record, 1.0)));
                }
                let range = names.terms().range();
                let mut stream = range.ge(&beginning).lt(dictionary::after(&beginning)).limit(NAMES).into_stream()?;
                let mut taken = 0;
                while taken < NAMES && stream.advance() {
                    let share = key.len() as f32 / stream.key().len() as f32;
                    if stream.key() != key.as_bytes() {
                        found.extend(records(stream.value())?.into_iter().map(|record| (record, share * 0.7)));
                    }
                    taken += 1;
                }
            }
            found.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
            found.dedup_by_key(|(record, _)| *record);
            Ok(found)
        };
        work().map_err(reading("segment.term"))
    }

    fn hit(&self, ranked: &Ranked, plan: &Plan, stems: &mut Stems) -> Result<Hit, Error> {
        let row = self.layers.row(ranked.record)?;
        Ok(Hit {
            title: mark(&row.title, &plan.marks, stems),
            snippet: snippet(&row.excerpt, &plan.marks, stems),
            kind: row.kind,
            url: row.url,
            account: row.account,
            date: row.date,
            status: row.status,
            score: ranked.score as f32 / 1024.0,
        })
    }

    fn standing(&self) -> Result<&Standing, Error> {
        if let Some(standing) = self.standing.get() {
            return Ok(standing);
        }
        let (mut lengths, mut freshness) = (Vec::new(), Vec::new());
        for layer in self.layers.all() {
            let (more_lengths, more_freshness) = layer.standing()?;
            lengths.extend(more_lengths);
            freshness.extend(more_freshness);
        }
        let mut kinds = Vec::new();
        if let Some(column) = self.layers.facet_column("kind")? {
            let values = self.layers.values("kind")?;
            let weight = |set: &Vec<u32>| {
                set.first().map_or(NO_KIND_WEIGHT, |value| kind_weight(&values.names[*value as usize].id))
            };
            // Runs are many, sets of kinds few.
            let weights: Vec<f32> = column.sets.iter().map(weight).collect();
            kinds.extend(column.runs.iter().map(|(end, set)| (*end, weights[*set as usize])));
        }
        let standing = Standing::new(&lengths, self.layers.first().settings.average_length, &freshness, &kinds);
        Ok(self.standing.get_or_init(|| standing))
    }

    fn count(&self, fields: &[String], ranked: &[Ranked], filters: &[Filter]) -> Result<Vec<FacetCounts>, Error> {
        let mut facets = Vec::new();
        for field in fields {
            let Some(column) = self.layers.facet_column(field)? else { continue };
            let own = filters.iter().position(|filter| filter.field == *field);
            let counted = ranked
                .iter()
                .filter(|ranked| {
                    ranked.failed == Failed::None || own.is_some_and(|own| ranked.failed == Failed::Only(own))
                })
                .map(|ranked| ranked.record);
            let Counts(values) = count(&column, counted);
            let names = &self.layers.values(field)?.names;
            let named = |(value, hits): (u32, usize)| {
                names.get(value as usize).map(|value| Count { value: value.clone(), hits })
            };
            let values = values.into_iter().filter_map(named).collect();
            facets.push(FacetCounts { field: field.clone(), values });
        }
        Ok(facets)
    }

    /// Every term and every stored text of the index, decoded: for a test that looks for what must not be in it.
    pub fn dump(&self) -> Result<Vec<String>, Error> {
        let mut dump = Vec::new();
        for index in self.layers.all().iter().flat_map(|layer| [&layer.words, &layer.names]) {
            let mut stream = index.terms().stream().map_err(reading("segment.term"))?;
            while stream.advance() {
                let term = String::from_utf8_lossy(stream.key());
                dump.extend(crate::schema::read_word_key(stream.key()).map(|key| key.surface));
                dump.push(term.into_owned());
            }
        }
        for record in 0..self.layers.records() {
            let row = self.layers.row(record)?;
            dump.extend([row.kind, row.title, row.url, row.excerpt]);
            dump.extend(row.account.into_iter().flat_map(|named| [named.id, named.name]));
            dump.extend(row.status);
        }
        for (field, content) in self.layers.fields() {
            dump.push(field.clone());
            if *content == ColumnContent::Facet {
                dump.extend(
                    self.layers.values(field)?.names.iter().flat_map(|named| [named.id.clone(), named.name.clone()]),
                );
            }
        }
        dump.extend(self.options().synonyms.iter().flatten().cloned());
        Ok(dump)
    }
}

/// A record that answers the query's words.
#[derive(Clone, Copy, Debug)]
struct Ranked {
    record: DocId,
    score: u32,
    /// Whether it holds every word asked for.
    all: bool,
    failed: Failed,
}

impl Ranked {
    /// Every record that is not barred.
    fn all_but(barred: &[bool]) -> Vec<Ranked> {
        let records = barred.iter().enumerate().filter(|(_, barred)| !**barred);
        records.map(|(at, _)| Ranked { record: at as DocId, score: 0, all: true, failed: Failed::None }).collect()
    }
}

/// Which filters a record fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failed {
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

/// Says what a mistyped value was taken for.
fn hint_near(asked: &AskedValue, near: &[String]) -> String {
    let others = if near.len() > 2 { format!(" and {} more", near.len() - 1) } else { String::new() };
    let shown = if near.len() > 2 { &near[..1] } else { near };
    format!("No record has `{}:{}`, so it was taken for {}{others}.", asked.field, asked.value, shown.join(" or "))
}

/// Says that nothing has a value, and what there is instead where that is soon said.
fn hint_unknown(asked: &AskedValue, names: &[Named]) -> String {
    let mut hint = format!("No record has `{}:{}`.", asked.field, asked.value);
    if (1..=FEW_NAMED).contains(&names.len()) {
        let ids: Vec<String> = names.iter().map(|named| format!("`{}`", named.id)).collect();
        hint.push_str(&format!(" There are {}.", ids.join(", ")));
    }
    hint
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
