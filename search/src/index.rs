//! Analysed records become an index, the same bytes for the same records.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use tantivy::directory::{Directory, RamDirectory, TerminatingWrite};
use tantivy::index::SegmentComponent;
use tantivy::schema::{Field, OwnedValue};
use tantivy::tokenizer::{TextAnalyzer, TokenizerManager};
use tantivy::{IndexSettings, SingleSegmentIndexWriter, TantivyError};

use crate::analyse::{Analysed, Analyser, Encoded};
use crate::columns::ColumnsBuilder;
use crate::error::Error;
use crate::options::Options;
use crate::record::Record;
use crate::rows::RowsBuilder;
use crate::schema::{
    COLUMNS, Fields, META, ROWS, SAMPLES, SEGMENT_ID, SEGMENT_NAME, SETTINGS, Settings, VERSION, WORDS_TOKENIZER,
    schema,
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
    directory: RamDirectory,
    writer: SingleSegmentIndexWriter<Document>,
    fields: Fields,
    columns: ColumnsBuilder,
    rows: RowsBuilder,
    options: Options,
}

impl IndexBuilder {
    /// An empty index.
    pub fn new(options: &Options) -> Result<Self, Error> {
        let directory = RamDirectory::create();
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
            .single_segment_index_writer(directory.clone(), WRITER_MEMORY)?;
        Ok(Self {
            directory,
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
        let index = self.writer.finalize()?;
        // Rows stand in a file of their own; of tantivy's store nothing is read but that it is there.
        for segment in index.searchable_segment_metas()? {
            let path = segment.relative_path(SegmentComponent::Store);
            self.directory.delete(&path).map_err(|cause| TantivyError::from(std::io::Error::other(cause)))?;
            let empty = index.directory().open_write(&path).map_err(TantivyError::from)?;
            empty.terminate().map_err(TantivyError::from)?;
        }
        let mut files = Index::default();
        for path in index.load_metas()?.list_segment_files() {
            // tantivy lists what a segment may have; one without deletions has no file of them.
            if !self.directory.exists(&path).map_err(TantivyError::from)? {
                continue;
            }
            let bytes = self.directory.atomic_read(&path).map_err(TantivyError::from)?;
            self.directory.delete(&path).map_err(|cause| TantivyError::from(std::io::Error::other(cause)))?;
            let extension = path.extension().unwrap_or_default().to_string_lossy();
            files.files.insert(format!("{SEGMENT_NAME}.{extension}"), bytes);
        }
        let meta = self.directory.atomic_read(Path::new(META)).map_err(TantivyError::from)?;
        files.files.insert(META.to_owned(), with_fixed_id(&meta)?);

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

/// tantivy's description of the index with the segment's random id made the same for every index.
fn with_fixed_id(meta: &[u8]) -> Result<Vec<u8>, Error> {
    let mut meta: Value = serde_json::from_slice(meta).map_err(|cause| corrupt(META, &cause))?;
    if let Some(segments) = meta["segments"].as_array_mut() {
        for segment in segments {
            segment["segment_id"] = json!(SEGMENT_ID);
        }
    }
    serde_json::to_vec(&meta).map_err(|cause| corrupt(META, &cause))
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
