//! Where an index is cut into the files that are published.
//!
//! What a query reads as a whole stands in a chunk of its own, so that it fetches that and nothing beside it: a block of
//! the dictionary, the postings of a frequent word, a block of rows, a column. What lies between is cut where the bytes
//! themselves say, not at fixed places: an edit changes the chunks it touches and not all that come after.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

use crate::columns;
use crate::postings::Lexicon;
use crate::rows::RowsTable;
use crate::schema::{COLUMNS, FieldFiles, NAMES, POSITIONS, ROWS, SETTINGS, Settings, WORDS, read_word_key};
use crate::store::Index;

/// No chunk is longer: a frequent word's postings are fetched in pieces of this length.
const MOST: usize = 64 << 10;
/// From these lengths on, a word's postings and positions have chunks of their own.
const OWN_POSTINGS: usize = 16 << 10;
const OWN_POSITIONS: usize = 20 << 10;

/// How many blocks of a dictionary make a chunk: a word and what it may be the beginning of often lie in two, and names
/// are looked up by the dozen.
const BLOCKS: [(FieldFiles, usize); 2] = [(WORDS, 2), (NAMES, 4)];

/// How long a chunk is, about, of what is not read as a whole. A name has a posting or two, and every query looks up a
/// few that stand side by side. Positions are read for phrases alone, in runs.
fn loose_length(name: &str) -> usize {
    match name {
        POSTINGS => 28 << 10,
        _ if name == NAMES.postings => 8 << 10,
        _ => 48 << 10,
    }
}

const POSTINGS: &str = WORDS.postings;

/// The parts of an index's files that are read as a whole, by file, in order.
#[derive(Default)]
pub(crate) struct Wholes(BTreeMap<&'static str, Vec<Range<usize>>>);

impl Wholes {
    /// Finds them, with what reads the index's words.
    pub(crate) fn of(index: &Index, words: &Lexicon) -> io::Result<Wholes> {
        let mut wholes = Wholes::default();
        for (files, together) in BLOCKS {
            let blocks = dictionary_blocks(&index.files[files.terms]);
            let chunks = blocks.chunks(together).map(|blocks| blocks[0].start..blocks[blocks.len() - 1].end);
            wholes.0.insert(files.terms, chunks.collect());
        }

        let mut stream = words.terms().stream()?;
        let mut stem = Vec::new();
        let mut runs: Option<[Range<usize>; 2]> = None;
        loop {
            let more = stream.advance();
            let same = more && read_word_key(stream.key()).is_some_and(|key| key.stem.as_bytes() == stem);
            if !same && let Some(runs) = runs.take() {
                for (name, run, least) in [(POSTINGS, &runs[0], OWN_POSTINGS), (POSITIONS, &runs[1], OWN_POSITIONS)] {
                    if run.len() >= least {
                        wholes.0.entry(name).or_default().push(run.clone());
                    }
                }
            }
            if !more {
                break;
            }
            let term = stream.value();
            match &mut runs {
                Some([postings, positions]) => {
                    postings.end = term.postings_range.end;
                    positions.end = term.positions_range.end;
                }
                None => runs = Some([term.postings_range.clone(), term.positions_range.clone()]),
            }
            if !same {
                stem = read_word_key(stream.key()).map_or_else(Vec::new, |key| key.stem.as_bytes().to_vec());
            }
        }

        let places = Settings::read(&index.files[SETTINGS])?.columns;
        let part = |(from, length): (u64, u64)| from as usize..(from + length) as usize;
        let columns = places.iter().flat_map(|place| [part(place.runs), part(place.values)]);
        wholes.0.insert(COLUMNS, columns.filter(|part| !part.is_empty()).collect());
        if let Some(place) = places.iter().find(|place| place.name == columns::ROWS) {
            let mut start = 0;
            let table = RowsTable::read(&index.files[COLUMNS][part(place.runs)])?;
            let blocks = table.ends().map(|end| std::mem::replace(&mut start, end as usize)..end as usize);
            wholes.0.insert(ROWS, blocks.collect());
        }
        Ok(wholes)
    }

    /// Cuts a file.
    pub(crate) fn cut(&self, name: &str, bytes: &[u8]) -> Vec<Range<usize>> {
        let mut chunks = Vec::new();
        let mut start = 0;
        let length_of_others = loose_length(name);
        for whole in self.0.get(name).into_iter().flatten() {
            chunks.extend(loose(bytes, start..whole.start, length_of_others));
            let pieces = whole.len().div_ceil(MOST);
            let length = whole.len().div_ceil(pieces.max(1));
            chunks.extend((0..pieces).map(|piece| {
                let start = whole.start + piece * length;
                start..whole.end.min(start + length)
            }));
            start = whole.end;
        }
        chunks.extend(loose(bytes, start..bytes.len(), length_of_others));
        chunks
    }
}

/// The blocks of a dictionary: each is read by itself, and begins with its length. (Were that read
/// wrong, chunks would begin elsewhere and hold the same.)
fn dictionary_blocks(file: &[u8]) -> Vec<Range<usize>> {
    let mut blocks = Vec::new();
    let mut at = 0;
    while let Some(length) = file[at..].first_chunk().map(|length| u32::from_le_bytes(*length) as usize) {
        let end = at + 4 + length;
        if length == 0 || end > file.len() {
            break;
        }
        blocks.push(at..end);
        at = end;
    }
    blocks
}

/// Cuts a range of bytes into chunks of about `length`, where the bytes themselves say.
fn loose(bytes: &[u8], range: Range<usize>, length: usize) -> impl Iterator<Item = Range<usize>> {
    let mut start = range.start;
    std::iter::from_fn(move || {
        (start < range.end).then(|| {
            let end = start + chunk_end(&bytes[start..range.end], length);
            std::mem::replace(&mut start, end)..end
        })
    })
}

/// Where the chunk at the front of some bytes ends: after at least half of `length`, at most twice, where a hash of the
/// bytes just before happens to be nought in as many bits as make it so once in about half of `length`.
fn chunk_end(bytes: &[u8], length: usize) -> usize {
    let most = bytes.len().min(length * 2);
    let rare = u64::MAX << (64 - (length / 2).ilog2());
    let mut hash = 0_u64;
    for (at, byte) in bytes[..most].iter().enumerate() {
        // The last 64 bytes are in it; each byte is spread over all bits first.
        hash = (hash << 1).wrapping_add((u64::from(*byte) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        if at >= length / 2 && hash & rare == 0 {
            return at + 1;
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::published::tests::noise;

    #[test]
    fn an_insertion_changes_the_chunks_it_touches() {
        let before = noise(400_000, 1);
        let mut after = before.clone();
        after.splice(200_000..200_000, noise(100, 2));
        let chunks = |bytes: &[u8]| -> Vec<Vec<u8>> {
            loose(bytes, 0..bytes.len(), 8 << 10).map(|range| bytes[range].to_vec()).collect()
        };
        let (before, after) = (chunks(&before), chunks(&after));
        let changed = after.iter().filter(|chunk| !before.contains(chunk)).count();
        assert!((1..=3).contains(&changed), "{changed} of {}", after.len());
        assert!((30..=100).contains(&before.len()), "{}", before.len());
    }

    #[test]
    fn wholes_are_cut_by_themselves_and_nothing_is_lost() {
        let bytes = noise(300_000, 3);
        let wholes = Wholes(BTreeMap::from([(POSTINGS, vec![10_000..20_000, 20_000..220_000])]));
        let chunks = wholes.cut(POSTINGS, &bytes);
        assert!(chunks.iter().zip(&chunks[1..]).all(|(one, next)| one.end == next.start && !one.is_empty()));
        assert_eq!((chunks[0].start, chunks.last().unwrap().end), (0, bytes.len()));
        assert!(chunks.contains(&(10_000..20_000)) && chunks.contains(&(20_000..70_000)), "{chunks:?}");
        assert!(chunks.iter().all(|chunk| chunk.len() <= MOST));
        assert!(wholes.cut(WORDS.terms, &[]).is_empty());
    }
}
