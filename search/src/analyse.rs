//! A record becomes words, keys and a row to store. No record needs another, so this half may run in parallel.

use rustc_hash::FxHashMap;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use crate::columns::{Length, Values};
use crate::options::Options;
use crate::record::{Day, Named, Ordered, Record};
use crate::rows::Row;
use crate::schema::{AFTER_STEM, Zone, write_word_key};
use crate::stem::Stems;
use crate::text::{self, Places, fold_word, slug};

/// The fields whose values are searched for as words too: who looks after it and how it stands. The others are asked
/// for as fields.
const TOLD: &[&str] = &["ae", "csm", "role", "severity", "stage", "status"];

/// How many words an [`Analyser`] remembers before it begins anew.
const REMEMBERED: usize = 1 << 16;

/// Brings records to indexable words. Knows nothing of other records: any number of them, on any threads, read the
/// same record alike.
pub struct Analyser {
    stems: Stems,
    /// The words met so far, as they were written: an index into `words`, but for those of which folding leaves nothing.
    known: FxHashMap<Box<str>, Option<usize>>,
    words: Vec<Known>,
    excerpt: usize,
}

/// What is indexed of a word wherever it stands.
struct Known {
    folded: String,
    /// Its key in the body; in other zones another letter stands after the stem.
    key: String,
    /// Where that letter is.
    zone: usize,
    function: bool,
    acronym: bool,
}

/// A record ready to be added to an [`IndexBuilder`](crate::IndexBuilder).
pub struct Analysed {
    /// Keys of the words with their positions, as [`Encoded`] reads them.
    pub(crate) words: String,
    /// Whole names, in the same form.
    pub(crate) names: String,
    pub(crate) row: Row,
    pub(crate) length: Length,
    pub(crate) facets: Vec<(Box<str>, Values)>,
    pub(crate) ordered: Vec<(Box<str>, Ordered)>,
    pub(crate) recency: Option<Day>,
    pub(crate) settled: bool,
}

impl Analyser {
    /// An analyser that follows `options`.
    pub fn new(options: &Options) -> Self {
        Self {
            stems: Stems::new(options.language),
            known: FxHashMap::default(),
            words: Vec::new(),
            excerpt: options.excerpt,
        }
    }

    /// A record's words. The expensive half of indexing; independent of every other record. (It is `&mut` only to
    /// remember words: give each thread an analyser of its own.)
    pub fn analyse(&mut self, record: &Record) -> Analysed {
        if self.words.len() > REMEMBERED {
            self.known.clear();
            self.words.clear();
        }
        let mut words = Encoder::default();

        self.context(record, &mut words);
        let mut length = 0;
        // Between two names, and before the body, the positions leave a gap that no phrase bridges.
        let names: Vec<&String> = std::iter::once(&record.title).chain(&record.names).collect();
        for name in &names {
            length += self.text(name, Zone::Title, &mut words);
            words.gap();
        }
        length += self.text(&record.body, Zone::Body, &mut words);

        Analysed {
            words: words.out,
            names: encode_names(names.into_iter().filter_map(|name| whole_name(name)).collect()),
            row: Row::of(record, self.excerpt),
            length: Length::of(length),
            facets: facets(record),
            ordered: record.ordered.iter().map(|(field, value)| (field.as_ref().into(), *value)).collect(),
            recency: record.recency,
            settled: record.settled,
        }
    }

    /// What is indexed of a word, by its number; `None` where folding leaves nothing of it.
    fn known(&mut self, source: &str) -> Option<usize> {
        if let Some(known) = self.known.get(source) {
            return *known;
        }
        let known = fold_word(source).map(|(folded, acronym)| {
            let stemmed = self.stems.of(&folded);
            let mut key = String::new();
            write_word_key(&mut key, &stemmed.stem, Zone::Body, &folded);
            let zone = stemmed.stem.len() + AFTER_STEM.len_utf8();
            self.words.push(Known { folded, key, zone, function: stemmed.function, acronym });
            self.words.len() - 1
        });
        self.known.insert(source.into(), known);
        known
    }

    /// Writes a text's words and says how many count towards its length.
    fn text(&mut self, text: &str, zone: Zone, out: &mut Encoder) -> usize {
        let mut counted = 0;
        for place in Places::of(text) {
            let Some(at) = self.known(&text[place.range]) else { continue };
            let word = &self.words[at];
            out.advance();
            if word.function && !word.acronym && zone != Zone::Title {
                continue;
            }
            counted += 1;
            out.word(word, zone);
        }
        counted
    }

    /// What the record belongs to, so that "northwind sso" finds Northwind's promise about SSO. At position 0, which
    /// costs next to nothing: a word of the context is part of no phrase.
    fn context(&mut self, record: &Record, out: &mut Encoder) {
        let mut seen: Vec<usize> = Vec::new();
        let account = record.account.iter().map(|account| account.name.as_str());
        let people = record.people.iter().map(|person| person.name.as_str());
        let told = record.facets.iter().filter(|facet| TOLD.contains(&&*facet.field));
        let values = told.map(|facet| facet.value.name.as_str());
        for text in account.chain(people).chain(values).chain([&*record.kind]) {
            for place in Places::of(text) {
                let Some(at) = self.known(&text[place.range]) else { continue };
                let word = &self.words[at];
                if !word.function && !seen.iter().any(|seen| self.words[*seen].folded == word.folded) {
                    out.word(word, Zone::Context);
                    seen.push(at);
                }
            }
        }
    }
}

/// A name as it is looked up whole. A sentence is no name.
pub(crate) fn whole_name(name: &str) -> Option<String> {
    let words: Vec<String> = text::each_word(name).take(9).map(|word| word.text).collect();
    (1..=8).contains(&words.len()).then(|| words.join(" "))
}

/// A record's facets, those it has by being a record among them, one entry a field.
fn facets(record: &Record) -> Vec<(Box<str>, Values)> {
    let kind = Named::new(&*record.kind, capitalised(&record.kind));
    let mut all: Vec<(&str, &Named)> = vec![("kind", &kind)];
    all.extend(record.account.iter().map(|account| ("account", account)));
    all.extend(record.facets.iter().map(|facet| (&*facet.field, &facet.value)));
    let mut facets: Vec<(Box<str>, Values)> = Vec::new();
    for (field, value) in all {
        if slug(&value.id).is_empty() {
            continue;
        }
        match facets.iter_mut().find(|(known, _)| **known == *field) {
            Some((_, Values(values))) if values.iter().any(|known| known.id == value.id) => {}
            Some((_, Values(values))) => values.push(value.clone()),
            None => facets.push((field.into(), Values(vec![value.clone()]))),
        }
    }
    facets
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect()).replace('_', " ")
}

/// Parts one key from the next. No word holds it.
const AFTER_KEY: char = '\u{0}';

/// Writes keys and their positions into a string that [`Encoded`] reads back: tantivy takes text and a tokenizer, and
/// this is the shortest way through.
#[derive(Default)]
struct Encoder {
    out: String,
    position: u32,
    written: u32,
}

impl Encoder {
    fn advance(&mut self) {
        self.position += 1;
    }

    fn gap(&mut self) {
        self.position += 4;
    }

    fn word(&mut self, word: &Known, zone: Zone) {
        self.step();
        self.out.push_str(&word.key[..word.zone]);
        self.out.push(zone.letter());
        self.out.push_str(&word.key[word.zone + 1..]);
        self.out.push(AFTER_KEY);
    }

    /// How far the position moved, six bits a character, lowest first.
    fn step(&mut self) {
        let mut moved = self.position - self.written;
        self.written = self.position;
        while moved >= 0x40 {
            self.out.push(char::from(moved as u8 & 0x3f | 0x40));
            moved >>= 6;
        }
        self.out.push(char::from(moved as u8));
    }
}

/// Every name once, in order, at position 0.
fn encode_names(mut names: Vec<String>) -> String {
    names.sort_unstable();
    names.dedup();
    names.iter().flat_map(|name| ["\0", name, "\0"]).collect()
}

/// The tokenizer that reads what [`Encoder`] wrote.
#[derive(Clone, Default)]
pub(crate) struct Encoded(Token);

pub(crate) struct EncodedStream<'a> {
    rest: &'a str,
    token: &'a mut Token,
}

impl Tokenizer for Encoded {
    type TokenStream<'a> = EncodedStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> EncodedStream<'a> {
        self.0.reset();
        self.0.position = 0;
        EncodedStream { rest: text, token: &mut self.0 }
    }
}

impl TokenStream for EncodedStream<'_> {
    fn advance(&mut self) -> bool {
        let bytes = self.rest.as_bytes();
        if bytes.is_empty() {
            return false;
        }
        let mut at = 0;
        let mut shift = 0;
        loop {
            let byte = bytes[at];
            at += 1;
            self.token.position += usize::from(byte & 0x3f) << shift;
            shift += 6;
            if byte & 0x40 == 0 {
                break;
            }
        }
        let rest = &self.rest[at..];
        // Keys are short: a searcher takes longer to start than to look.
        let end = rest.bytes().position(|byte| byte == AFTER_KEY as u8).unwrap_or(rest.len());
        self.token.text.clear();
        self.token.text.push_str(&rest[..end]);
        self.rest = rest.get(end + 1..).unwrap_or("");
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(encoded: &str) -> Vec<(usize, String)> {
        let mut tokenizer = Encoded::default();
        let mut stream = tokenizer.token_stream(encoded);
        let mut out = Vec::new();
        while stream.advance() {
            out.push((stream.token().position, stream.token().text.replace('\u{1}', "/")));
        }
        out
    }

    #[test]
    fn words_keep_their_positions_through_the_tokenizer() {
        let record = Record::new("page", "Plans", "/p/").body(format!("the planning {}of plan", "of ".repeat(200)));
        let analysed = Analyser::new(&Options::default()).analyse(&record);
        let expected = [(0, "page/c"), (1, "plan/t\u{4}s"), (7, "plan/b\u{4}ning"), (209, "plan/b")];
        assert_eq!(decode(&analysed.words), expected.map(|(at, key)| (at, key.to_owned())));
    }

    #[test]
    fn names_are_indexed_whole_and_once() {
        let record = Record::new("promise", "SSO for all", "/p/").name("OPP-00123").name("opp 00123");
        let analysed = Analyser::new(&Options::default()).analyse(&record);
        assert_eq!(decode(&analysed.names), [(0, "opp 00123".to_owned()), (0, "sso for all".to_owned())]);
    }
}
