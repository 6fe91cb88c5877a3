//! One index as it was written.
//!
//! A searcher asks one, or one and newer ones upon it: while somebody writes, what changed is indexed apart, in
//! milliseconds, and asked together with the large index that was made before. The records of all layers are numbered
//! one after the other, so whoever asks need not know which layer a record is in.

use std::io;
use std::sync::{Arc, OnceLock};

use tantivy::DocId;

use crate::columns::{self, FRESH, FacetColumn, Fresh, LENGTH, Length, OrderedColumn};
use crate::error::Error;
use crate::postings::Lexicon;
use crate::record::Named;
use crate::rows::{Row, RowsTable};
use crate::schema::{COLUMNS, ColumnPlace, FieldFiles, NAMES, ROWS, SETTINGS, Settings, VERSION, WORDS};
use crate::store::Store;

/// An open index.
pub(crate) struct Layer {
    /// The number of its first record among those of all layers.
    pub(crate) first: DocId,
    pub(crate) settings: Settings,
    pub(crate) words: Lexicon,
    pub(crate) names: Lexicon,
    store: Arc<dyn Store>,
    rows: OnceLock<RowsTable>,
}

impl Layer {
    /// Opens the index in `store`, reading only what says where things are.
    pub(crate) fn open(store: impl Store, first: DocId) -> Result<Self, Error> {
        let store: Arc<dyn Store> = Arc::new(store);
        let settings = read_all(&*store, SETTINGS)?;
        let settings = Settings::read(&settings)
            .map_err(|cause| Error::Corrupt { file: SETTINGS.to_owned(), reason: cause.to_string() })?;
        if settings.version != VERSION {
            let reason = format!("written in version {}, read in version {VERSION}", settings.version);
            return Err(Error::Corrupt { file: SETTINGS.to_owned(), reason });
        }
        let lexicon = |files: FieldFiles| Lexicon::open(&store, files).map_err(reading(files.terms));
        let (words, names) = (lexicon(WORDS)?, lexicon(NAMES)?);
        Ok(Self { first, words, names, rows: OnceLock::new(), settings, store })
    }

    /// How many records it holds.
    pub(crate) fn records(&self) -> u32 {
        self.settings.records
    }

    /// Where a column stands.
    pub(crate) fn place(&self, field: &str) -> Option<&ColumnPlace> {
        self.settings.columns.iter().find(|column| column.name == field)
    }

    /// How long and how fresh its records are.
    pub(crate) fn standing(&self) -> Result<(Vec<Length>, Vec<Fresh>), Error> {
        let read = |name: &str| self.place(name).map_or(Ok(Vec::new()), |place| self.part(place.runs));
        let lengths = columns::read_lengths(&read(LENGTH)?, self.records()).map_err(reading(COLUMNS))?;
        let freshness = columns::read_freshness(&read(FRESH)?, self.records()).map_err(reading(COLUMNS))?;
        Ok((lengths, freshness))
    }

    /// A facet's column; without any value where there is none.
    pub(crate) fn facet(&self, field: &str) -> Result<FacetColumn, Error> {
        match self.place(field) {
            Some(place) => FacetColumn::read(&self.part(place.runs)?, self.records()).map_err(reading(COLUMNS)),
            None => Ok(FacetColumn::empty(self.records())),
        }
    }

    /// A column of numbers; without any where there is none.
    pub(crate) fn ordered(&self, field: &str) -> Result<OrderedColumn, Error> {
        match self.place(field) {
            Some(place) => columns::read_ordered(&self.part(place.runs)?, self.records()).map_err(reading(COLUMNS)),
            None => Ok(vec![(self.records(), None)]),
        }
    }

    /// The names of a field's values, by their numbers.
    pub(crate) fn values(&self, field: &str) -> Result<Vec<Named>, Error> {
        match self.place(field).filter(|place| place.values.1 > 0) {
            Some(place) => columns::read_names(&self.part(place.values)?).map_err(reading(COLUMNS)),
            None => Ok(Vec::new()),
        }
    }

    /// The row of its `record`th record.
    pub(crate) fn row(&self, record: DocId) -> Result<Row, Error> {
        let missing = || Error::Corrupt { file: ROWS.to_owned(), reason: format!("record {record} has no row") };
        let (block, at) = self.rows_table()?.find(record).ok_or_else(missing)?;
        self.store.read(ROWS, block).and_then(|block| Row::read(&block, at)).map_err(reading(ROWS))
    }

    /// Says that these rows are read next.
    pub(crate) fn rows_ahead(&self, records: impl Iterator<Item = DocId>) -> Result<(), Error> {
        let table = self.rows_table()?;
        let blocks: Vec<_> = records.filter_map(|record| table.find(record)).map(|(block, _)| block).collect();
        self.store.ahead(ROWS, &blocks);
        Ok(())
    }

    /// Says that these columns are read next, and what their values are called.
    pub(crate) fn columns_ahead<'f>(&self, fields: impl Iterator<Item = &'f str>) {
        let parts = fields.filter_map(|field| self.place(field)).flat_map(|place| [place.runs, place.values]);
        let parts: Vec<_> = parts.filter(|part| part.1 > 0).map(|(from, length)| from..from + length).collect();
        self.store.ahead(COLUMNS, &parts);
    }

    /// Where its rows stand.
    pub(crate) fn rows_table(&self) -> Result<&RowsTable, Error> {
        if let Some(table) = self.rows.get() {
            return Ok(table);
        }
        let table = self.place(columns::ROWS).map_or(Ok(RowsTable::default()), |place| {
            RowsTable::read(&self.part(place.runs)?).map_err(reading(COLUMNS))
        })?;
        Ok(self.rows.get_or_init(|| table))
    }

    fn part(&self, (from, length): (u64, u64)) -> Result<Vec<u8>, Error> {
        self.store.read(COLUMNS, from..from + length).map_err(reading(COLUMNS))
    }
}

fn read_all(store: &dyn Store, name: &str) -> Result<Vec<u8>, Error> {
    store.len(name).and_then(|length| store.read(name, 0..length)).map_err(reading(name))
}

/// Says of an error which file could not be read.
pub(crate) fn reading(file: &str) -> impl Fn(io::Error) -> Error + '_ {
    move |source| Error::Read { file: file.to_owned(), source }
}
