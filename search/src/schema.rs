//! How an index is laid out: tantivy's fields, the keys in its dictionaries, and the files beside it.
//!
//! One field holds every word. A word's key begins with its stem, so all that is to be known about a query's word
//! stands side by side: one block of the dictionary, one run of postings.
//!
//! ```text
//! plan ␁ b          "plan" in a body          body text, with positions
//! plan ␁ b ␄ ning   "planning" in a body      ␄: the first four bytes are the stem's
//! plan ␁ c          "plan" in the context     the account and people it belongs to; no positions
//! plan ␁ t ␄ s      "plans" in a title        titles and names, with positions
//! ```
//!
//! A second field holds whole names, to be looked up as such or by their beginning. Rows and columns stand in files of
//! their own.

use std::io;

use serde::{Deserialize, Serialize};
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};

use crate::options::Options;

/// Raised when an index written by an older engine would be misread.
pub(crate) const VERSION: u32 = 3;
/// What the engine itself needs to know: [`Settings`].
pub(crate) const SETTINGS: &str = "search.json";
/// What hits are counted, compared and ranked by: [`crate::columns`].
pub(crate) const COLUMNS: &str = "columns";
/// The files of one of tantivy's fields.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FieldFiles {
    /// The dictionary.
    pub(crate) terms: &'static str,
    /// The records that hold each term; where there are positions, how often as well.
    pub(crate) postings: &'static str,
    /// Where in them it stands.
    pub(crate) positions: Option<&'static str>,
}
/// Every word, by its stem.
pub(crate) const WORDS: FieldFiles =
    FieldFiles { terms: "words.terms", postings: "words.postings", positions: Some(POSITIONS) };
pub(crate) const POSITIONS: &str = "words.positions";
/// Whole names.
pub(crate) const NAMES: FieldFiles = FieldFiles { terms: "names.terms", postings: "names.postings", positions: None };
/// What is stored of the records: [`crate::rows`].
pub(crate) const ROWS: &str = "rows";
/// Some of the rows, for the others to be deflated after.
pub(crate) const SAMPLES: &str = "samples";
/// The tokenizers that read what [`crate::analyse`] has written.
pub(crate) const WORDS_TOKENIZER: &str = "segue";

/// Where a word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Zone {
    /// In the text.
    Body,
    /// In what the record belongs to: its account, its people, its kind and status.
    Context,
    /// In its title or one of its names.
    Title,
}

impl Zone {
    pub(crate) fn letter(self) -> char {
        match self {
            Zone::Body => 'b',
            Zone::Context => 'c',
            Zone::Title => 't',
        }
    }

    fn of(letter: u8) -> Option<Zone> {
        [Zone::Body, Zone::Context, Zone::Title].into_iter().find(|zone| zone.letter() as u32 == u32::from(letter))
    }
}

/// Parts a word's stem from the rest of its key. Sorts before every letter, so a stem's keys stand together.
pub(crate) const AFTER_STEM: char = '\u{1}';

/// Writes the key of a word.
pub(crate) fn write_word_key(out: &mut String, stem: &str, zone: Zone, surface: &str) {
    out.push_str(stem);
    out.push(AFTER_STEM);
    out.push(zone.letter());
    if surface != stem {
        let common = stem.chars().zip(surface.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
        // Words are at most 64 bytes: the length is one ASCII character.
        out.push(char::from_u32(common as u32).unwrap_or_default());
        out.push_str(&surface[common..]);
    }
}

/// A key of the words' dictionary, read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct WordKey<'a> {
    pub(crate) stem: &'a str,
    pub(crate) zone: Zone,
    pub(crate) surface: String,
}

/// Reads the key of a word.
pub(crate) fn read_word_key(key: &[u8]) -> Option<WordKey<'_>> {
    let key = std::str::from_utf8(key).ok()?;
    let (stem, rest) = key.split_once(AFTER_STEM)?;
    let zone = Zone::of(*rest.as_bytes().first()?)?;
    let surface = match rest[1..].chars().next() {
        None => stem.to_owned(),
        Some(common) => {
            let mut surface = stem.get(..common as usize)?.to_owned();
            surface.push_str(&rest[1 + common.len_utf8()..]);
            surface
        }
    };
    Some(WordKey { stem, zone, surface })
}

/// The fields of tantivy's schema.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    pub(crate) words: Field,
    /// Whole names: `dana whitfield`, `opp 00123`.
    pub(crate) names: Field,
}

/// tantivy's schema. No field has norms: lengths stand in [`crate::columns`], four bits a record.
pub(crate) fn schema() -> (Schema, Fields) {
    let indexed = |record| {
        let indexing = TextFieldIndexing::default();
        TextOptions::default().set_indexing_options(
            indexing.set_tokenizer(WORDS_TOKENIZER).set_index_option(record).set_fieldnorms(false),
        )
    };
    let mut builder = Schema::builder();
    let words = builder.add_text_field("words", indexed(IndexRecordOption::WithFreqsAndPositions));
    let names = builder.add_text_field("names", indexed(IndexRecordOption::Basic));
    (builder.build(), Fields { words, names })
}

/// What stands in `search.json`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Settings {
    pub(crate) version: u32,
    pub(crate) records: u32,
    /// The mean number of words of a record, for the ranking.
    pub(crate) average_length: f32,
    pub(crate) options: Options,
    pub(crate) columns: Vec<ColumnPlace>,
}

/// Where a column stands in the columns' file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ColumnPlace {
    pub(crate) name: String,
    pub(crate) content: ColumnContent,
    /// Where the runs begin, and how long they are.
    pub(crate) runs: (u64, u64),
    /// Where the table of values begins, and how long it is; empty but for facets.
    pub(crate) values: (u64, u64),
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ColumnContent {
    /// Values to filter and count by.
    Facet,
    /// Days to compare by, as `yyyymmdd`.
    Days,
    /// Numbers to compare by.
    Numbers,
    /// The engine's own.
    Internal,
}

impl Settings {
    pub(crate) fn read(bytes: &[u8]) -> io::Result<Settings> {
        serde_json::from_slice(bytes).map_err(|cause| io::Error::new(io::ErrorKind::InvalidData, cause))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn word_keys_read_back() {
        for (stem, surface) in
            [("plan", "plan"), ("plan", "planning"), ("happi", "happy"), ("über", "übung"), ("東京", "東京")]
        {
            for zone in [Zone::Body, Zone::Context, Zone::Title] {
                let mut key = String::new();
                write_word_key(&mut key, stem, zone, surface);
                assert_eq!(read_word_key(key.as_bytes()), Some(WordKey { stem, zone, surface: surface.to_owned() }));
            }
        }
        assert_eq!(read_word_key(b"plan"), None);
    }
}
