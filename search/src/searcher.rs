//! Asking: a query becomes parts, parts become records, records become hits.

use std::cmp::Reverse;
use std::sync::OnceLock;

use tantivy::DocId;

use crate::count::{Counts, count};
use crate::error::Error;
use crate::filter::{Filter, Filters, Value};
use crate::layer::{Layer, reading};
use crate::layers::Layers;
use crate::options::Options;
use crate::plan::{self, KnownName, Plan, plan};
use crate::postings::Lexicon;
use crate::query::{self, AskedValue, Query};
use crate::rank::{NO_KIND_WEIGHT, Standing, kind_weight};
use crate::ranked::{Failed, Ranked, rank};
use crate::record::Named;
use crate::results::{Count, FacetCounts, Hit, Request, Results};
use crate::schema::{ColumnContent, WORDS};
use crate::snippet::{Marks, mark, say_where, snippet};
use crate::stem::Stems;
use crate::store::Store;

/// A field's values that take fewer bytes than this are read with what opening reads.
const FEW_VALUES: u64 = 2 << 10;
/// A field with up to this many values has them all named to whoever asks for another.
const FEW_NAMED: usize = 14;

/// What a request asks for, before it is read which records answer.
pub struct Planned {
    query: Query,
    chosen: Vec<AskedValue>,
    plan: Plan,
    names: Vec<KnownName>,
    did_you_mean: Option<String>,
    blank: bool,
    count: Vec<String>,
    limit: usize,
    offset: usize,
}

/// What answers a request, before it is read what its hits show.
pub struct Found {
    results: Results,
    /// The hits, best first.
    best: Vec<Ranked>,
    marks: Marks,
    /// The parts of the query, as they are read to whoever asked.
    asked: Vec<String>,
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

    /// Does what the first question would, and any does not need again: for whoever waits for a file meanwhile.
    pub fn warm(&self) -> Result<(), Error> {
        let standing = self.standing()?;
        self.layers.all().iter().try_for_each(|layer| layer.rows_table().map(drop))?;
        // What ranks is translated and its memory taken, though there is nothing yet to rank.
        let mut barred = vec![false; self.layers.records() as usize];
        rank(&self.layers, standing, &Plan::of_nothing(), &[], &[], &mut barred).map(drop)
    }

    /// Reads what any query reads: what ranks and finds rows, and the values that most fields have few of.
    pub(crate) fn read_through(&self) -> Result<(), Error> {
        self.warm()?;
        for layer in self.layers.all() {
            for column in layer.settings.columns.iter().filter(|column| column.values.1 <= FEW_VALUES) {
                self.layers.values(&column.name)?;
            }
        }
        Ok(())
    }

    /// The words of the first layer.
    pub(crate) fn words(&self) -> &Lexicon {
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
    ///
    /// The steps of it are there for whoever waits for each file: what the next one reads the store is
    /// [told](Store::ahead), and may fetch together in between.
    pub fn search(&self, request: &Request<'_>) -> Result<Results, Error> {
        self.show(self.find(self.plan(request)?)?)
    }

    /// The step before the first: only tells the store what of the dictionaries will be read.
    #[inline(never)]
    pub fn look_ahead(&self, request: &Request<'_>) {
        let mut stems = Stems::new(self.options().language);
        let query = query::parse(request.query, request.typing, self.layers.fields(), &mut stems);
        plan::ahead(self.layers.all(), &query, self.options(), &mut stems);
    }

    /// The first step: what the words may stand for, and where that is kept.
    #[inline(never)]
    pub fn plan(&self, request: &Request<'_>) -> Result<Planned, Error> {
        let mut stems = Stems::new(self.options().language);
        let query = query::parse(request.query, request.typing, self.layers.fields(), &mut stems);
        let chosen: Vec<AskedValue> =
            request.filters.iter().map(|(field, value)| AskedValue::chosen(field, value)).collect();
        let reading = reading(WORDS.terms);
        let plan = plan(self.layers.all(), &query, self.options(), &mut stems).map_err(&reading)?;
        let names = plan.names(self.layers.all()).map_err(reading)?;
        let fields = query.values.iter().chain(&chosen).map(|value| &value.field);
        let fields = fields.chain(query.bounds.iter().map(|bound| &bound.field)).chain(&request.count);
        let fields: Vec<&str> = fields.map(String::as_str).collect();
        for (number, layer) in self.layers.all().iter().enumerate() {
            plan.postings_ahead(layer, number);
            layer
                .names
                .postings_ahead(names.iter().filter(|name| name.layer == number).map(|name| &name.postings), false);
            layer.columns_ahead(fields.iter().copied());
        }
        Ok(Planned {
            did_you_mean: plan.did_you_mean(request.query),
            blank: request.query.trim().is_empty(),
            count: request.count.clone(),
            limit: request.limit,
            offset: request.offset,
            query,
            chosen,
            plan,
            names,
        })
    }

    /// The second step: which records answer, and which of them are hits.
    #[inline(never)]
    pub fn find(&self, planned: Planned) -> Result<Found, Error> {
        let Planned { query, chosen, plan, names, did_you_mean, blank, count, limit, offset } = planned;
        let mut stems = Stems::new(self.options().language);
        let mut filters = Filters::new(self.layers.records() as usize);
        for record in &self.gone {
            filters.barred[*record as usize] = true;
        }
        let mut unknown = Vec::new();
        for value in query.values.iter().chain(&chosen) {
            let Some(column) = self.layers.facet_column(&value.field)? else {
                return Ok(Found {
                    results: Results::default(),
                    best: Vec::new(),
                    marks: plan.marks,
                    asked: Vec::new(),
                });
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

        let ranked = rank(&self.layers, self.standing()?, &plan, &names, &filters, &mut barred)?;
        let mut results = Results {
            total: ranked.iter().filter(|ranked| ranked.failed == Failed::None).count(),
            did_you_mean,
            ..Results::default()
        };
        let asked = !plan.is_empty() || !filters.is_empty();
        let hints: Vec<String> = query.hints.into_iter().chain(unknown).chain(plan.hints.iter().cloned()).collect();
        results.hint = Some(hints.join(" ")).filter(|hint| !hint.is_empty());
        results.facets = if asked || !blank {
            self.count(&count, &ranked, &filters)?
        } else {
            // Nothing is asked yet: what there is to choose from.
            self.count(&count, &Ranked::all_but(&barred), &filters)?
        };

        let mut best: Vec<Ranked> = ranked.into_iter().filter(|ranked| ranked.failed == Failed::None).collect();
        let order = |ranked: &Ranked| (Reverse(ranked.score), ranked.record);
        let wanted = offset.saturating_add(limit);
        if wanted < best.len() {
            best.select_nth_unstable_by_key(wanted, order);
            best.truncate(wanted);
        }
        best.sort_unstable_by_key(order);
        best.drain(..offset.min(best.len()));
        self.layers.rows_ahead(&best.iter().map(|ranked| ranked.record).collect::<Vec<_>>())?;
        let asked = plan.parts.into_iter().map(|part| part.asked).collect();
        Ok(Found { results, best, marks: plan.marks, asked })
    }

    /// The last step: what the hits show.
    #[inline(never)]
    pub fn show(&self, found: Found) -> Result<Results, Error> {
        let Found { mut results, best, marks, asked } = found;
        let mut stems = Stems::new(self.options().language);
        results.hits = best
            .iter()
            .map(|ranked| self.hit(ranked, &marks, &asked, &mut stems))
            .collect::<Result<Vec<_>, Error>>()?;
        Ok(results)
    }

    fn hit(&self, ranked: &Ranked, marks: &Marks, asked: &[String], stems: &mut Stems) -> Result<Hit, Error> {
        let row = self.layers.row(ranked.record)?;
        let title = mark(&row.title, marks, stems);
        let mut snippet = snippet(&row.excerpt, marks, stems);
        if let Some(zone) = ranked.zone.filter(|_| !title.has_mark() && !snippet.has_mark()) {
            let held = (0..u8::BITS).zip(asked).filter(|(at, _)| ranked.parts >> at & 1 == 1).map(|(_, asked)| asked);
            say_where(&mut snippet, zone, held);
        }
        Ok(Hit {
            title,
            snippet,
            kind: row.kind,
            url: row.url,
            account: row.account,
            date: row.date,
            status: row.status,
            score: ranked.score as f32 / 1024.0,
        })
    }

    #[inline(never)]
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
        let standing = Standing::new(lengths, self.layers.first().settings.average_length, &freshness, &kinds);
        Ok(self.standing.get_or_init(|| standing))
    }

    #[inline(never)]
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
            let mut stream = index.terms().stream().map_err(reading(WORDS.terms))?;
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
