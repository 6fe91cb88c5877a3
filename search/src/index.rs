//! Analysed records become an index, the same bytes for the same records.

use std::collections::BTreeMap;

use tantivy::directory::{CompositeFile, RamDirectory};
use tantivy::index::SegmentComponent;
use tantivy::schema::{Field, OwnedValue};
use tantivy::termdict::TermDictionaryBuilder;
use tantivy::tokenizer::{TextAnalyzer, TokenizerManager};
use tantivy::{IndexSettings, SingleSegmentIndexWriter, TantivyError};

use crate::analyse::{Analysed, Analyser, Encoded};
use crate::columns::ColumnsBuilder;
use crate::error::Error;
use crate::layer::reading;
use crate::options::Options;
use crate::record::Record;
use crate::rows::RowsBuilder;
use crate::schema::{
    COLUMNS, Fields, NAMES, ROWS, SAMPLES, SETTINGS, Settings, VERSION, WORDS, WORDS_TOKENIZER, schema,
};
use crate::store::Index;

/// Sizes tantivy's table of words at the start; it grows as needed, and nothing is flushed when it is full.
const WRITER_MEMORY: usize = 64 << 20;

/// A record as tantivy takes it, without a copy of its text.
type Document = BTreeMap<Field, OwnedValue>;

/// Takes records in order and makes the index.
///
/// Any order is right; records of one account side by side, and of one handoff within it, make the index smaller.
/// At equal rank an earlier record comes before a later one.
pub struct IndexBuilder {
    writer: SingleSegmentIndexWriter<Document>,
    fields: Fields,
    columns: ColumnsBuilder,
    rows: RowsBuilder,
    options: Options,
}

impl IndexBuilder {
    /// An empty index.
    pub fn new(options: &Options) -> Result<Self, Error> {
        let (schema, fields) = schema();
        let tokenizers = TokenizerManager::new();
        // tantivy wants its default there even for the field that is not indexed.
        for name in [WORDS_TOKENIZER, "default"] {
            tokenizers.register(name, TextAnalyzer::from(Encoded::default()));
        }
        let settings = IndexSettings { docstore_compress_dedicated_thread: false, ..IndexSettings::default() };
        let writer = tantivy::Index::builder()
            .schema(schema)
            .settings(settings)
            .tokenizers(tokenizers)
            .single_segment_index_writer(RamDirectory::create(), WRITER_MEMORY)?;
        Ok(Self {
            writer,
            fields,
            columns: ColumnsBuilder::default(),
            rows: RowsBuilder::default(),
            options: options.clone(),
        })
    }

    /// Adds a record that an [`Analyser`] with the same options has read.
    pub fn add(&mut self, record: Analysed) -> Result<(), Error> {
        self.writer.add_document(Document::from([
            (self.fields.words, OwnedValue::Str(record.words)),
            (self.fields.names, OwnedValue::Str(record.names)),
        ]))?;
        self.rows.add(record.row);
        self.columns.add(record.length, (record.recency, record.settled), record.facets, record.ordered);
        Ok(())
    }

    /// The index's files.
    pub fn finish(self) -> Result<Index, Error> {
        let mut files = Index::default();
        for name in [WORDS.terms, NAMES.terms] {
            // Where there is nothing at all, tantivy writes no dictionary either.
            let empty = TermDictionaryBuilder::create(Vec::new()).and_then(TermDictionaryBuilder::finish);
            files.files.insert(name.to_owned(), empty.map_err(reading(name))?);
        }
        for segment in self.writer.finalize()?.searchable_segments()? {
            for (field, names) in [(self.fields.words, WORDS), (self.fields.names, NAMES)] {
                // tantivy has a number before a field's postings that nothing here asks for.
                let parts = [
                    (SegmentComponent::Terms, Some(names.terms), 0),
                    (SegmentComponent::Postings, Some(names.postings), size_of::<u64>()),
                    (SegmentComponent::Positions, names.positions, 0),
                ];
                for (component, name, skipped) in parts {
                    let Some(name) = name else { continue };
                    let file = segment.open_read(component).map_err(TantivyError::from)?;
                    let fields = CompositeFile::open(&file).map_err(reading(name))?;
                    if let Some(part) = fields.open_read(field) {
                        let bytes = part.slice_from(skipped).read_bytes().map_err(reading(name))?;
                        files.files.insert(name.to_owned(), bytes.to_vec());
                    }
                }
            }
        }

        let settings = Settings {
            version: VERSION,
            records: self.columns.records(),
            average_length: self.columns.average_length(),
            options: self.options,
            columns: Vec::new(),
        };
        let (rows, table, samples) = self.rows.finish();
        files.files.insert(ROWS.to_owned(), rows);
        files.files.insert(SAMPLES.to_owned(), samples);
        let (columns, places) = self.columns.finish(&table);
        let settings = Settings { columns: places, ..settings };
        files.files.insert(COLUMNS.to_owned(), columns);
        files
            .files
            .insert(SETTINGS.to_owned(), serde_json::to_vec(&settings).map_err(|cause| corrupt(SETTINGS, &cause))?);
        Ok(files)
    }
}

fn corrupt(file: &str, cause: &serde_json::Error) -> Error {
    Error::Corrupt { file: file.to_owned(), reason: cause.to_string() }
}

/// An index over `records`, analysed one after the other.
pub fn build(records: impl IntoIterator<Item = Record>, options: &Options) -> Result<Index, Error> {
    let mut analyser = Analyser::new(options);
    let mut builder = IndexBuilder::new(options)?;
    for record in records {
        builder.add(analyser.analyse(&record))?;
    }
    builder.finish()
}
