//! A field of the index: its dictionary, and for every term in it the records that hold it.
//!
//! tantivy writes all of it and reads the dictionary. Postings are read here, from the same bytes: tantivy unrolls that
//! for every number of bits a value may have, a third of a megabyte of code that each reader's browser would translate
//! before its first hit.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use tantivy::DocId;
use tantivy::directory::FileSlice;
use tantivy::postings::TermInfo;
use tantivy::termdict::TermDictionary;

use crate::schema::FieldFiles;
use crate::store::{Store, StoreFile, announcing};

/// A record, and how often it holds a term.
pub(crate) type Posting = (DocId, u32);

/// How many values are packed together.
const BLOCK: usize = 128;
/// They lie side by side in so many rows of bits.
const LANES: usize = 4;

/// The terms of a field.
pub(crate) struct Lexicon {
    files: FieldFiles,
    terms: TermDictionary,
    store: Arc<dyn Store>,
}

impl Lexicon {
    /// Opens the dictionary.
    pub(crate) fn open(store: &Arc<dyn Store>, files: FieldFiles) -> io::Result<Lexicon> {
        let file = StoreFile::open(Arc::clone(store), files.terms)?;
        let terms = TermDictionary::open(FileSlice::new(Arc::new(file)))?;
        Ok(Lexicon { files, terms, store: Arc::clone(store) })
    }

    /// The dictionary.
    pub(crate) fn terms(&self) -> &TermDictionary {
        &self.terms
    }

    /// Says that the terms from one key on and before another are looked up next, the first `limit` of them.
    pub(crate) fn terms_ahead(&self, from: &[u8], to: &[u8], limit: Option<u64>) {
        let range = (std::ops::Bound::Included(from), std::ops::Bound::Excluded(to));
        announcing(|| self.terms.file_slice_for_range(range, limit).read_bytes());
    }

    /// Says that the postings of these terms are read next, and their positions.
    pub(crate) fn postings_ahead<'t>(&self, terms: impl Iterator<Item = &'t TermInfo>, positions: bool) {
        let part = |range: &Range<usize>| range.start as u64..range.end as u64;
        let terms: Vec<&TermInfo> = terms.collect();
        let postings: Vec<_> = terms.iter().map(|term| part(&term.postings_range)).collect();
        self.store.ahead(self.files.postings, &postings);
        if let Some(file) = self.files.positions.filter(|_| positions) {
            let positions: Vec<_> = terms.iter().map(|term| part(&term.positions_range)).collect();
            self.store.ahead(file, &positions);
        }
    }

    /// The records that hold a term, in order.
    pub(crate) fn postings(&self, term: &TermInfo) -> io::Result<Vec<Posting>> {
        let bytes = self.read(self.files.postings, &term.postings_range)?;
        read_postings(&bytes, term.doc_freq as usize, self.files.positions.is_some()).ok_or_else(damaged)
    }

    /// Where a term stands in the records that hold it, `count` places in all: each from the one before it in the same
    /// record.
    pub(crate) fn positions(&self, term: &TermInfo, count: usize) -> io::Result<Vec<u32>> {
        let Some(file) = self.files.positions else { return Ok(Vec::new()) };
        read_positions(&self.read(file, &term.positions_range)?, count).ok_or_else(damaged)
    }

    fn read(&self, file: &str, range: &Range<usize>) -> io::Result<Vec<u8>> {
        if range.is_empty() {
            return Ok(Vec::new());
        }
        let named = |cause: io::Error| io::Error::new(cause.kind(), format!("{file}: {cause}"));
        self.store.read(file, range.start as u64..range.end as u64).map_err(named)
    }
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "postings that are none")
}

/// Full blocks are packed, and before all of them it says how; what is left over is not. `counted`: with how often each
/// record holds the term.
fn read_postings(bytes: &[u8], count: usize, counted: bool) -> Option<Vec<Posting>> {
    let mut postings = Vec::with_capacity(count);
    let mut bytes = bytes;
    let mut last: DocId = 0;
    if count >= BLOCK {
        let heads = number(&mut bytes)? as usize;
        let (heads, rest) = bytes.split_at_checked(heads)?;
        bytes = rest;
        let [mut records, mut times] = [[0; BLOCK]; 2];
        // A head: the last record, the bits of each; with counts the bits of those, their sum, and two bytes for a
        // ranking that is not ours.
        for head in heads.chunks_exact(if counted { 12 } else { 5 }) {
            unpack(take(&mut bytes, usize::from(head[4] & 0x1f))?, head[4] & 0x1f, &mut records);
            if counted {
                unpack(take(&mut bytes, usize::from(head[5]))?, head[5], &mut times);
            }
            // Each is kept less the one before, less one: no record comes twice.
            let mut record = if last == 0 { DocId::MAX } else { last };
            for (gap, times) in records.iter().zip(&times) {
                record = record.wrapping_add(gap + 1);
                postings.push((record, times + 1));
            }
            last = record;
        }
    }
    let packed = postings.len();
    for _ in packed..count {
        last = last.wrapping_add(number(&mut bytes)?);
        postings.push((last, 1));
    }
    if counted {
        for (_, times) in &mut postings[packed..] {
            *times = number(&mut bytes)?;
        }
    }
    Some(postings)
}

/// Positions are packed alike: before all blocks the bits of each.
fn read_positions(bytes: &[u8], count: usize) -> Option<Vec<u32>> {
    let mut positions = Vec::with_capacity(count);
    let mut bytes = bytes;
    let blocks = number(&mut bytes)? as usize;
    let (heads, rest) = bytes.split_at_checked(blocks)?;
    bytes = rest;
    let mut block = [0; BLOCK];
    for bits in heads {
        unpack(take(&mut bytes, usize::from(*bits))?, *bits, &mut block);
        positions.extend_from_slice(&block);
    }
    while positions.len() < count {
        positions.push(number(&mut bytes)?);
    }
    Some(positions)
}

/// Takes a block of so many bits a value off the front.
fn take<'b>(bytes: &mut &'b [u8], bits: usize) -> Option<&'b [u8]> {
    let (block, rest) = bytes.split_at_checked(bits * BLOCK / 8)?;
    *bytes = rest;
    (bits <= 32).then_some(block)
}

/// Takes a number off the front: seven bits a byte, lowest first, the last one marked.
fn number(bytes: &mut &[u8]) -> Option<u32> {
    let mut number = 0;
    for shift in (0..32).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u32::from(byte & 0x7f) << shift;
        if byte & 0x80 != 0 {
            return Some(number);
        }
    }
    None
}

/// Unpacks a block. Every lane is a row of 32 values, written into words that alternate with those of the others.
fn unpack(block: &[u8], bits: u8, out: &mut [u32; BLOCK]) {
    let bits = u32::from(bits);
    let Some(mask) = u32::MAX.checked_shr(32 - bits) else {
        out.fill(0);
        return;
    };
    let (words, _) = block.as_chunks::<4>();
    let (words, _) = words.as_chunks::<LANES>();
    let (rows, _) = out.as_chunks_mut::<LANES>();
    let mut bit = 0;
    for row in rows {
        let (at, shift) = ((bit / 32) as usize, bit % 32);
        let low = words[at].map(u32::from_le_bytes);
        if shift + bits > 32 {
            let high = words[at + 1].map(u32::from_le_bytes);
            *row = std::array::from_fn(|lane| (low[lane] >> shift | high[lane] << (32 - shift)) & mask);
        } else {
            *row = low.map(|word| word >> shift & mask);
        }
        bit += bits;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dictionary;
    use crate::layer::Layer;
    use crate::schema::Zone;
    use crate::{Language, Options, Record, build};

    #[test]
    fn blocks_of_any_bits_unpack() {
        for bits in 0..=32_u8 {
            let mask = u32::MAX.checked_shr(32 - u32::from(bits)).unwrap_or(0);
            let values: [u32; BLOCK] = std::array::from_fn(|at| (at as u32 + 1).wrapping_mul(0x9e37_79b9) & mask);
            let mut words = vec![0_u32; usize::from(bits) * LANES];
            for (at, value) in values.iter().enumerate() {
                for bit in (0..u32::from(bits)).filter(|bit| value >> bit & 1 == 1) {
                    let place = (at / LANES) as u32 * u32::from(bits) + bit;
                    words[(place / 32) as usize * LANES + at % LANES] |= 1 << (place % 32);
                }
            }
            let bytes: Vec<u8> = words.into_iter().flat_map(u32::to_le_bytes).collect();
            let mut out = [7; BLOCK];
            unpack(&bytes, bits, &mut out);
            assert_eq!(out, values, "{bits} bits");
        }
    }

    #[test]
    fn what_tantivy_writes_is_read() {
        // How often each record holds each word: in some records, in a block of them to the record, often in one.
        type Times = fn(usize) -> usize;
        let words: [(&str, Times); 6] = [
            ("every", |record| record % 5 + 1),
            ("seventh", |record| usize::from(record % 7 == 0)),
            ("block", |record| usize::from(record < BLOCK)),
            ("late", |record| usize::from(record > 900) * 2),
            ("once", |record| usize::from(record == 0)),
            ("often", |record| if record % 11 == 3 { record } else { 0 }),
        ];
        let body = |record: usize| {
            let of = |(word, times): &(&str, Times)| format!("{word} ").repeat(times(record));
            words.iter().map(of).collect::<String>()
        };
        let records = (0..1000).map(|record| Record::new("page", "x", format!("/{record}/")).body(body(record)));
        let options = Options { language: Language::None, ..Options::default() };
        let layers = [Layer::open(build(records, &options).unwrap(), 0).unwrap()];
        for (word, times) in words {
            let forms = dictionary::forms(&layers, word).unwrap();
            let form = forms.iter().find(|form| form.zone == Zone::Body).unwrap();
            let expected: Vec<Posting> = (0..1000).map(|record| (record, times(record as usize) as u32)).collect();
            let expected: Vec<Posting> = expected.into_iter().filter(|(_, times)| *times > 0).collect();
            let postings = layers[0].words.postings(&form.postings).unwrap();
            assert!(postings == expected, "{word}");
            let count = postings.iter().map(|(_, times)| *times as usize).sum();
            let positions = layers[0].words.positions(&form.postings, count).unwrap();
            assert_eq!(positions.len(), count, "{word}");
            // One after the other in each record.
            let mut rest = &*positions;
            for (record, times) in postings {
                let (own, others) = rest.split_at(times as usize);
                assert!(own[1..].iter().all(|step| *step == 1), "{word} in {record}");
                rest = others;
            }
        }
    }

    #[test]
    fn damaged_postings_are_an_error() {
        for bytes in [&[][..], &[0x01], &[0x8c, 1, 2, 3], &[0xff; 40]] {
            for count in [1, 127, 128, 500] {
                let read = read_postings(bytes, count, true);
                assert!(read.is_none() || bytes.len() == 40, "{bytes:?} {count}");
                let read = read_positions(bytes, count);
                assert!(read.is_none() || bytes.len() == 40, "{bytes:?} {count}");
            }
        }
    }
}
