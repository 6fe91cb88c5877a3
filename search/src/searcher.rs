//! Asking: a query becomes parts, parts become records, records become hits.

use std::cmp::Reverse;
use std::io;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tantivy::{DocId, InvertedIndexReader, SegmentReader};

use crate::analyse::Row;
use crate::columns::{self, FRESH, FacetColumn, LENGTH, OrderedColumn};
use crate::count::{Counts, count};
use crate::dictionary;
use crate::error::Error;
use crate::filter::{Filter, Filters, Value};
use crate::plan::{Plan, plan};
use crate::query::{self, AskedValue};
use crate::rank::{Answer, Scorer, Standing, records_of};
use crate::record::Named;
use crate::results::{Count, FacetCounts, Hit, Request, Results};
use crate::rows::{RowsTable, read_block};
use crate::schema::{COLUMNS, ColumnContent, ColumnPlace, Fields, ROWS, SETTINGS, Settings, VERSION, schema};
use crate::snippet::{mark, snippet};
use crate::stem::Stems;
use crate::store::{Store, StoreDirectory};

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
/// Inflated blocks of rows kept: a page of hits, and the next.
const BLOCKS: usize = 32;

/// The rows of a block.
type Block = Vec<Box<[u8]>>;

/// An open index.
pub struct Searcher {
    store: Arc<dyn Store>,
    settings: Settings,
    fields: Vec<(String, ColumnContent)>,
    words: Arc<InvertedIndexReader>,
    names: Arc<InvertedIndexReader>,
    rows: OnceLock<RowsTable>,
    blocks: Mutex<Vec<(usize, Arc<Block>)>>,
    standing: OnceLock<Standing>,
    facets: Vec<OnceLock<Arc<FacetColumn>>>,
    values: Vec<OnceLock<Arc<Vec<Named>>>>,
    ordered: Vec<OnceLock<Arc<OrderedColumn>>>,
}

impl Searcher {
    /// Opens the index in `store`, reading only what says where things are.
    pub fn open(store: impl Store) -> Result<Self, Error> {
        let store: Arc<dyn Store> = Arc::new(store);
        let settings = read_all(&*store, SETTINGS)?;
        let settings = Settings::read(&settings)
            .map_err(|cause| Error::Corrupt { file: SETTINGS.to_owned(), reason: cause.to_string() })?;
        if settings.version != VERSION {
            let reason = format!("written in version {}, read in version {VERSION}", settings.version);
            return Err(Error::Corrupt { file: SETTINGS.to_owned(), reason });
        }
        let index = tantivy::Index::open(StoreDirectory(Arc::clone(&store)))?;
        let (ours, Fields { words, names }) = schema();
        let segments = index.searchable_segments()?;
        let [segment] = &*segments else {
            let reason = format!("{} segments where there should be one", segments.len());
            return Err(Error::Corrupt { file: crate::schema::META.to_owned(), reason });
        };
        if index.schema() != ours {
            let reason = "its fields are not this version's".to_owned();
            return Err(Error::Corrupt { file: crate::schema::META.to_owned(), reason });
        }
        let segment = SegmentReader::open(segment)?;
        let fields = settings.columns.iter().map(|column| (column.name.clone(), column.content)).collect();
        Ok(Self {
            fields,
            words: segment.inverted_index(words)?,
            names: segment.inverted_index(names)?,
            rows: OnceLock::new(),
            blocks: Mutex::default(),
            standing: OnceLock::new(),
            values: settings.columns.iter().map(|_| OnceLock::new()).collect(),
            facets: settings.columns.iter().map(|_| OnceLock::new()).collect(),
            ordered: settings.columns.iter().map(|_| OnceLock::new()).collect(),
            settings,
            store,
        })
    }

    /// Reads ahead what any query reads: what ranks and finds rows, and the values that most fields have few of.
    pub(crate) fn warm(&self) -> Result<(), Error> {
        self.standing()?;
        self.rows_table()?;
        for column in self.settings.columns.iter().filter(|column| column.values.1 <= FEW_VALUES) {
            self.values(&column.name)?;
        }
        Ok(())
    }

    /// The index's words.
    pub(crate) fn words(&self) -> &InvertedIndexReader {
        &self.words
    }

    /// How many records the index holds.
    pub fn len(&self) -> usize {
        self.settings.records as usize
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.settings.records == 0
    }

    /// Answers a request. Only reading can fail: a query that makes no sense is answered with a hint.
    pub fn search(&self, request: &Request<'_>) -> Result<Results, Error> {
        let mut stems = Stems::new(self.settings.options.language);
        let query = query::parse(request.query, request.typing, &self.fields, &mut stems);
        let chosen: Vec<AskedValue> =
            request.filters.iter().map(|(field, value)| AskedValue::chosen(field, value)).collect();
        let plan = plan(&self.words, &query, &self.settings.options, &mut stems).map_err(reading("segment.term"))?;

        let mut filters = Filters::new(self.len());
        let mut unknown = Vec::new();
        for value in query.values.iter().chain(&chosen) {
            let Some(column) = self.facet_column(&value.field)? else { return Ok(Results::default()) };
            let names = self.values(&value.field)?;
            unknown.extend(match filters.add_value(value, &column, &names, &mut stems) {
                Value::Known => None,
                Value::Near(near) => Some(hint_near(value, &near)),
                Value::Unknown => Some(hint_unknown(value, &names)),
            });
        }
        for bound in &query.bounds {
            filters.add_bound(bound, &*self.ordered_column(&bound.field)?);
        }
        let Filters { filters, mut barred } = filters;

        let ranked = self.rank(&plan, &filters, &mut barred)?;
        let mut results = Results {
            total: ranked.iter().filter(|ranked| ranked.failed == Failed::None).count(),
            did_you_mean: plan.did_you_mean(request.query),
            ..Results::default()
        };
        let hints: Vec<String> = query.hints.into_iter().chain(unknown).chain(plan.hints.iter().cloned()).collect();
        results.hint = Some(hints.join(" ")).filter(|hint| !hint.is_empty());
        results.facets = self.count(&request.count, &ranked, &filters)?;

        let mut best: Vec<&Ranked> = ranked.iter().filter(|ranked| ranked.failed == Failed::None).collect();
        let order = |ranked: &&Ranked| (Reverse(ranked.score), ranked.record);
        let wanted = request.offset.saturating_add(request.limit);
        if wanted < best.len() {
            best.select_nth_unstable_by_key(wanted, order);
            best.truncate(wanted);
        }
        best.sort_unstable_by_key(order);
        for ranked in best.into_iter().skip(request.offset) {
            results.hits.push(self.hit(ranked, &plan, &mut stems)?);
        }
        Ok(results)
    }

    /// Every record that answers, with its score; those that only a filter keeps out among them, for the counts.
    fn rank(&self, plan: &Plan, filters: &[Filter], barred: &mut [bool]) -> Result<Vec<Ranked>, Error> {
        if plan.is_empty() && filters.is_empty() {
            return Ok(Vec::new());
        }
        let standing = self.standing()?;
        let reading = reading("segment.idx");
        let mut scorer = Scorer::new(&self.words, standing);
        for part in &plan.without {
            for (record, _) in scorer.answer(part).map_err(&reading)?.records {
                barred[record as usize] = true;
            }
        }
        let mut scores = vec![0.0_f32; self.len()];
        let mut held = vec![0.0_f32; self.len()];
        let mut candidates: Vec<DocId> = Vec::new();
        let mut most = 0.0_f32;
        let mut needed: Vec<Vec<DocId>> = Vec::new();
        if plan.parts.is_empty() {
            candidates = (0..self.settings.records).collect();
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
        let work = || -> io::Result<Vec<(DocId, f32)>> {
            let mut found = Vec::new();
            if let Some(exact) = self.names.terms().get(key)? {
                found.extend(records_of(&self.names, &exact)?.into_iter().map(|record| (record, 1.0)));
            }
            // "Dana" begins "Dana Whitfield", and while it is being typed "Danaos Freight" as well.
            let beginning = if plan.open { key.to_owned() } else { format!("{key} ") };
            let range = self.names.terms().range();
            let mut stream = range.ge(&beginning).lt(dictionary::after(&beginning)).limit(NAMES).into_stream()?;
            let mut taken = 0;
            while taken < NAMES && stream.advance() {
                let share = key.len() as f32 / stream.key().len() as f32;
                if stream.key() != key.as_bytes() {
                    let records = records_of(&self.names, stream.value())?;
                    found.extend(records.into_iter().map(|record| (record, share * 0.7)));
                }
                taken += 1;
            }
            found.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
            found.dedup_by_key(|(record, _)| *record);
            Ok(found)
        };
        work().map_err(reading("segment.term"))
    }

    fn hit(&self, ranked: &Ranked, plan: &Plan, stems: &mut Stems) -> Result<Hit, Error> {
        let row = self.row(ranked.record)?;
        Ok(Hit {
            title: mark(&row.title, &plan.marks, stems),
            snippet: snippet(&row.excerpt, &plan.marks, stems),
            kind: row.kind,
            url: row.url,
            account: row.account,
            people: row.people,
            date: row.date,
            status: row.status,
            score: ranked.score as f32 / 1024.0,
        })
    }

    fn row(&self, record: DocId) -> Result<Row, Error> {
        let missing = || Error::Corrupt { file: ROWS.to_owned(), reason: format!("record {record} has no row") };
        let (number, range, at) = self.rows_table()?.find(record).ok_or_else(missing)?;
        let known = self.blocks().iter().find(|(known, _)| *known == number).map(|(_, block)| Arc::clone(block));
        let block = if let Some(known) = known {
            known
        } else {
            let bytes = self.store.read(ROWS, range).map_err(reading(ROWS))?;
            let block: Arc<Block> = Arc::new(read_block(&bytes).map_err(reading(ROWS))?);
            let mut blocks = self.blocks();
            if blocks.len() >= BLOCKS {
                blocks.remove(0);
            }
            blocks.push((number, Arc::clone(&block)));
            block
        };
        Row::read(block.get(at).ok_or_else(missing)?).map_err(reading(ROWS))
    }

    fn blocks(&self) -> std::sync::MutexGuard<'_, Vec<(usize, Arc<Block>)>> {
        // A list of blocks is whole after every step: a panic elsewhere spoils nothing.
        self.blocks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn rows_table(&self) -> Result<&RowsTable, Error> {
        if let Some(table) = self.rows.get() {
            return Ok(table);
        }
        let table = self.place(columns::ROWS).map_or(Ok(RowsTable::default()), |(_, place)| {
            RowsTable::read(&self.part(place.runs)?).map_err(reading(COLUMNS))
        })?;
        Ok(self.rows.get_or_init(|| table))
    }

    fn standing(&self) -> Result<&Standing, Error> {
        if let Some(standing) = self.standing.get() {
            return Ok(standing);
        }
        let records = self.settings.records;
        let place = |name: &str| self.settings.columns.iter().find(|column| column.name == name);
        let read = |name: &str| place(name).map_or(Ok(Vec::new()), |place| self.part(place.runs));
        let lengths = columns::read_lengths(&read(LENGTH)?, records).map_err(reading(COLUMNS))?;
        let freshness = columns::read_freshness(&read(FRESH)?, records).map_err(reading(COLUMNS))?;
        let mut kinds = Vec::new();
        if let Some(column) = self.facet_column("kind")? {
            let names = self.values("kind")?;
            for (end, set) in &column.runs {
                let name = column.sets[*set as usize].first().map(|value| names[*value as usize].id.clone());
                kinds.push((*end, name.unwrap_or_default()));
            }
        }
        let standing = Standing::new(&lengths, self.settings.average_length, &freshness, &kinds);
        Ok(self.standing.get_or_init(|| standing))
    }

    fn count(&self, fields: &[String], ranked: &[Ranked], filters: &[Filter]) -> Result<Vec<FacetCounts>, Error> {
        let mut facets = Vec::new();
        for field in fields {
            let Some(column) = self.facet_column(field)? else { continue };
            let own = filters.iter().position(|filter| filter.field == *field);
            let counted = ranked
                .iter()
                .filter(|ranked| {
                    ranked.failed == Failed::None || own.is_some_and(|own| ranked.failed == Failed::Only(own))
                })
                .map(|ranked| ranked.record);
            let Counts(values) = count(&column, counted);
            let names = self.values(field)?;
            let named = |(value, hits): (u32, usize)| {
                names.get(value as usize).map(|value| Count { value: value.clone(), hits })
            };
            let values = values.into_iter().filter_map(named).collect();
            facets.push(FacetCounts { field: field.clone(), values });
        }
        Ok(facets)
    }

    fn place(&self, field: &str) -> Option<(usize, &ColumnPlace)> {
        self.settings.columns.iter().enumerate().find(|(_, column)| column.name == field)
    }

    fn facet_column(&self, field: &str) -> Result<Option<Arc<FacetColumn>>, Error> {
        let Some((at, place)) = self.place(field) else { return Ok(None) };
        if let Some(column) = self.facets[at].get() {
            return Ok(Some(Arc::clone(column)));
        }
        let column = FacetColumn::read(&self.part(place.runs)?, self.settings.records).map_err(reading(COLUMNS))?;
        Ok(Some(Arc::clone(self.facets[at].get_or_init(|| column))))
    }

    fn ordered_column(&self, field: &str) -> Result<Arc<OrderedColumn>, Error> {
        let Some((at, place)) = self.place(field) else { return Ok(Arc::default()) };
        if let Some(column) = self.ordered[at].get() {
            return Ok(Arc::clone(column));
        }
        let column = columns::read_ordered(&self.part(place.runs)?, self.settings.records).map_err(reading(COLUMNS))?;
        Ok(Arc::clone(self.ordered[at].get_or_init(|| column)))
    }

    /// The names of a field's values, by their numbers.
    fn values(&self, field: &str) -> Result<Arc<Vec<Named>>, Error> {
        let Some((at, place)) = self.place(field).filter(|(_, place)| place.values.1 > 0) else {
            return Ok(Arc::default());
        };
        if let Some(values) = self.values[at].get() {
            return Ok(Arc::clone(values));
        }
        let values = columns::read_names(&self.part(place.values)?).map_err(reading(COLUMNS))?;
        Ok(Arc::clone(self.values[at].get_or_init(|| values)))
    }

    fn part(&self, (from, length): (u64, u64)) -> Result<Vec<u8>, Error> {
        self.store.read(COLUMNS, from..from + length).map_err(reading(COLUMNS))
    }

    /// Every term and every stored text of the index, decoded: for a test that looks for what must not be in it.
    pub fn dump(&self) -> Result<Vec<String>, Error> {
        let mut dump = Vec::new();
        for index in [&self.words, &self.names] {
            let mut stream = index.terms().stream().map_err(reading("segment.term"))?;
            while stream.advance() {
                let term = String::from_utf8_lossy(stream.key());
                dump.extend(crate::schema::read_word_key(stream.key()).map(|key| key.surface));
                dump.push(term.into_owned());
            }
        }
        for record in 0..self.settings.records {
            let row = self.row(record)?;
            dump.extend([row.kind, row.title, row.url, row.excerpt]);
            dump.extend(row.account.into_iter().chain(row.people).flat_map(|named| [named.id, named.name]));
            dump.extend(row.status);
        }
        for (field, content) in &self.fields {
            dump.push(field.clone());
            if *content == ColumnContent::Facet {
                dump.extend(self.values(field)?.iter().flat_map(|named| [named.id.clone(), named.name.clone()]));
            }
        }
        dump.extend(self.settings.options.synonyms.iter().flatten().cloned());
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

fn read_all(store: &dyn Store, name: &str) -> Result<Vec<u8>, Error> {
    store.len(name).and_then(|length| store.read(name, 0..length)).map_err(reading(name))
}

/// Says of an error which file could not be read.
fn reading(file: &str) -> impl Fn(io::Error) -> Error + '_ {
    move |source| Error::Read { file: file.to_owned(), source }
}
