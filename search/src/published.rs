//! An index as it is published: small files, named by their content, that any host serves and any cache keeps.
//!
//! Not every host answers requests for part of a file, so the index is cut into [chunks](crate::chunks). What opening
//! and a first query always read stands together in one file, the prelude, with the table of the chunks.
//!
//! ```text
//! index.json       which prelude belongs to this build; the one name that stays, and the one file to revalidate.
//!                  In a preview also which newer index stands upon it
//! 3f….bin          the prelude: table of files, table of chunks, what opening reads
//! 91….bin  …       chunks
//! ```
//!
//! Hosts compress text and pages, and rarely what they know nothing of: chunks, and each part of what opening reads, are
//! deflated here, where that makes them shorter; rows after the [samples](crate::rows) of them.

use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::schema::{ROWS, SAMPLES};
use crate::searcher::Searcher;
use crate::store::Store;
use crate::wire::{Wire, inflate_after};

/// The name of the file that says which prelude belongs to the build.
pub const ENTRY: &str = "index.json";

/// Raised when a published index of an older layout would be misread.
pub(crate) const LAYOUT: u32 = 2;

/// Fetches a published file by name: from a folder, or over HTTP.
pub trait Fetch: Send + Sync + 'static {
    /// The whole file. [`io::ErrorKind::NotFound`] where there is none.
    fn fetch(&self, name: &str) -> io::Result<Vec<u8>>;
    /// Says which file is fetched next: where one has to wait for each, several may be fetched together.
    fn ahead(&self, _name: &str) {}
}

impl<F: Fetch> Fetch for Arc<F> {
    fn ahead(&self, name: &str) {
        F::ahead(self, name);
    }

    fn fetch(&self, name: &str) -> io::Result<Vec<u8>> {
        F::fetch(self, name)
    }
}

/// What stands in `index.json`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) layout: u32,
    pub(crate) prelude: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) upon: Option<Upon>,
}

/// What is other than in the index, since it was made.
#[derive(Serialize, Deserialize)]
pub(crate) struct Upon {
    /// The prelude of the newer index, where there are new records.
    pub(crate) prelude: Option<String>,
    /// The records of the index that are no longer true.
    pub(crate) gone: Vec<u32>,
}

/// An index's file within the row of all of them.
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) start: u64,
    pub(crate) length: u64,
}

/// Opens a published index: two files of it are fetched, and two more where a newer one stands upon it.
pub fn open<F: Fetch>(fetch: F) -> Result<Searcher, Error> {
    let fetch = Arc::new(fetch);
    let entry = fetch.fetch(ENTRY).map_err(|source| Error::Read { file: ENTRY.to_owned(), source })?;
    let Entry { prelude, upon, .. } = Entry::read(&entry)?;
    let older = Published::open(Arc::clone(&fetch), &prelude)?;
    let Some(Upon { prelude, gone }) = upon else { return Searcher::open(older) };
    let newer = prelude.map(|prelude| Published::open(fetch, &prelude)).transpose()?;
    Searcher::open_both(older, newer, gone)
}

impl Entry {
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Error> {
        let entry: Entry = serde_json::from_slice(bytes).map_err(|cause| corrupt(ENTRY, &cause))?;
        if entry.layout != LAYOUT {
            let reason = format!("written in layout {}, read in layout {LAYOUT}", entry.layout);
            return Err(Error::Corrupt { file: ENTRY.to_owned(), reason });
        }
        Ok(entry)
    }

    pub(crate) fn write(&self) -> Result<Vec<u8>, Error> {
        serde_json::to_vec(self).map_err(|cause| corrupt(ENTRY, &cause))
    }
}

/// Bytes of a content's hash in its name: enough that no two chunks that a site ever has share one.
pub(crate) const HASH: usize = 6;

pub(crate) fn hash_of(content: &[u8]) -> [u8; HASH] {
    *blake3::hash(content).as_bytes().first_chunk().expect("a hash is longer")
}

pub(crate) fn name_of(hash: [u8; HASH]) -> String {
    let number = hash.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
    format!("{number:012x}.bin")
}

pub(crate) fn corrupt(file: &str, cause: &dyn std::fmt::Display) -> Error {
    Error::Corrupt { file: file.to_owned(), reason: cause.to_string() }
}

/// The lock's content; what is locked here is whole after every step, so a panic elsewhere spoils nothing.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A published index, read chunk by chunk as it is asked. What was fetched is kept.
struct Published<F> {
    fetch: F,
    parts: Vec<Part>,
    /// For every chunk, where it ends in the row of all files, and its hash.
    chunks: Vec<(u64, [u8; HASH])>,
    /// What opening reads: where it begins in the row of all files, and the bytes.
    opening: Vec<(u64, Vec<u8>)>,
    fetched: Mutex<FxHashMap<usize, Arc<[u8]>>>,
}

impl<F: Fetch> Published<F> {
    /// Fetches what says where things are.
    fn open(fetch: F, name: &str) -> Result<Self, Error> {
        let prelude = fetch.fetch(name).map_err(|source| Error::Read { file: name.to_owned(), source })?;
        if name_of(hash_of(&prelude)) != name {
            return Err(corrupt(name, &"its content is not what its name says"));
        }
        Self::read(fetch, &prelude).map_err(|cause| corrupt(name, &cause))
    }

    fn read(fetch: F, prelude: &[u8]) -> io::Result<Self> {
        let mut wire = Wire(prelude);
        let mut start = 0;
        let mut parts = Vec::new();
        for _ in 0..wire.number()? {
            let part = Part { name: wire.text()?.to_owned(), start, length: wire.number()? };
            start += part.length;
            parts.push(part);
        }
        let mut end = 0;
        let mut chunks = Vec::new();
        for _ in 0..wire.number()? {
            end += wire.number()?;
            chunks.push((end, wire.array()?));
        }
        let ranges = (0..wire.number()?)
            .map(|_| Ok((wire.number()? as usize, wire.number()?, wire.number()? as usize, wire.number()? as usize)))
            .collect::<io::Result<Vec<_>>>()?;
        let mut opening = Vec::new();
        for (part, from, length, packed) in ranges {
            let part: &Part = parts.get(part).ok_or(io::ErrorKind::InvalidData)?;
            opening.push((part.start + from, unpacked(wire.bytes(packed)?, &[], length)?));
        }
        Ok(Self { fetch, parts, chunks, opening, fetched: Mutex::default() })
    }

    fn part(&self, name: &str) -> io::Result<&Part> {
        self.parts.iter().find(|part| part.name == name).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// What opening has read, from a place on.
    fn opened(&self, at: u64) -> Option<&[u8]> {
        let holds = |(start, bytes): &&(u64, Vec<u8>)| (*start..start + bytes.len() as u64).contains(&at);
        self.opening.iter().find(holds).map(|(start, bytes)| &bytes[(at - start) as usize..])
    }

    /// What the rows are deflated after.
    fn samples(&self) -> &[u8] {
        self.part(SAMPLES).ok().filter(|part| part.length > 0).and_then(|part| self.opened(part.start)).unwrap_or(&[])
    }

    fn chunk(&self, number: usize, length: usize, known: &[u8]) -> io::Result<Arc<[u8]>> {
        if let Some(chunk) = locked(&self.fetched).get(&number) {
            return Ok(Arc::clone(chunk));
        }
        let hash = self.chunks[number].1;
        let name = name_of(hash);
        let named = |cause: io::Error| io::Error::new(cause.kind(), format!("{name}: {cause}"));
        let bytes = self.fetch.fetch(&name).map_err(named)?;
        if hash_of(&bytes) != hash {
            let reason = format!("{name}: its content is not what its name says");
            return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
        }
        let chunk: Arc<[u8]> = unpacked(&bytes, known, length).map_err(named)?.into();
        locked(&self.fetched).insert(number, Arc::clone(&chunk));
        Ok(chunk)
    }
}

/// What was packed into `length` bytes at most.
fn unpacked(bytes: &[u8], known: &[u8], length: usize) -> io::Result<Vec<u8>> {
    if bytes.len() == length { Ok(bytes.to_vec()) } else { inflate_after(known, bytes, length) }
}

impl<F: Fetch> Store for Published<F> {
    fn len(&self, name: &str) -> io::Result<u64> {
        self.part(name).map(|part| part.length)
    }

    fn read(&self, name: &str, range: Range<u64>) -> io::Result<Vec<u8>> {
        let part = self.part(name)?;
        if range.end > part.length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let known = if name == ROWS { self.samples() } else { &[] };
        let (mut at, end) = (part.start + range.start, part.start + range.end);
        let mut out = Vec::with_capacity((end - at) as usize);
        while at < end {
            let most = (end - at) as usize;
            if let Some(opened) = self.opened(at) {
                out.extend_from_slice(&opened[..most.min(opened.len())]);
            } else {
                let number = self.chunks.partition_point(|(chunk_end, _)| *chunk_end <= at);
                let start = if number == 0 { 0 } else { self.chunks[number - 1].0 };
                let chunk_end = self.chunks.get(number).ok_or(io::ErrorKind::UnexpectedEof)?.0;
                let chunk = self.chunk(number, (chunk_end - start) as usize, known)?;
                let rest = &chunk[(at - start) as usize..];
                out.extend_from_slice(&rest[..most.min(rest.len())]);
            }
            at = part.start + range.start + out.len() as u64;
        }
        Ok(out)
    }

    fn ahead(&self, name: &str, ranges: &[Range<u64>]) {
        let Ok(part) = self.part(name) else { return };
        let chunk_of = |at: u64| self.chunks.partition_point(|(end, _)| *end <= part.start + at);
        let mut wanted: Vec<usize> =
            ranges.iter().flat_map(|range| chunk_of(range.start)..=chunk_of(range.end.max(1) - 1)).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let fetched = locked(&self.fetched);
        for (number, (_, hash)) in wanted.into_iter().filter_map(|number| Some((number, self.chunks.get(number)?))) {
            if *hash != [0; HASH] && !fetched.contains_key(&number) {
                self.fetch.ahead(&name_of(*hash));
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::collections::BTreeMap;

    use crate::{Index, Options, Record, Request, Searcher, build, publish};

    impl Fetch for BTreeMap<String, Vec<u8>> {
        fn fetch(&self, name: &str) -> io::Result<Vec<u8>> {
            self.get(name).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
        }
    }

    /// Notes what is fetched.
    struct Noting(BTreeMap<String, Vec<u8>>, Arc<Mutex<Vec<String>>>);
    impl Fetch for Noting {
        fn fetch(&self, name: &str) -> io::Result<Vec<u8>> {
            locked(&self.1).push(name.to_owned());
            self.0.fetch(name)
        }
    }

    pub(crate) fn noise(length: usize, seed: u64) -> Vec<u8> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        };
        (0..length).map(|_| next()).collect()
    }

    fn index() -> Index {
        let words = noise(60_000, 7);
        let word = |at: usize| format!("word{}x{}", words[at], words[at + 1] % 16);
        let record = |at: usize| {
            let body: Vec<String> = (0..20).map(|word_at| word(at * 20 + word_at)).collect();
            Record::new("page", format!("Page {at}"), format!("/p/{at}/")).body(body.join(" "))
        };
        build((0..2_000).map(record), &Options::default()).unwrap()
    }

    #[test]
    fn what_is_published_reads_as_what_was_built() {
        let index = index();
        let files = publish(index.clone()).unwrap();
        let prelude = Entry::read(&files[ENTRY]).unwrap().prelude;
        let published = Published::open(files, &prelude).unwrap();
        for (name, bytes) in &index.files {
            let length = bytes.len() as u64;
            assert_eq!(Store::len(&published, name).unwrap(), length);
            for range in [0..length, 0..length.min(10), length / 3..length / 2, length - 1..length, length..length] {
                let expected = &bytes[range.start as usize..range.end as usize];
                assert!(published.read(name, range.clone()).unwrap() == expected, "{name} {range:?}");
            }
            assert!(published.read(name, 0..length + 1).is_err());
        }
        assert!(Store::len(&published, "nothing").is_err());
    }

    #[test]
    fn opening_fetches_two_files_and_hits_are_the_same() {
        let index = index();
        let files = publish(index.clone()).unwrap();
        let fetched = Arc::new(Mutex::new(Vec::new()));
        let published = open(Noting(files, Arc::clone(&fetched))).unwrap();
        assert_eq!(locked(&fetched).len(), 2);
        let built = Searcher::open(index).unwrap();
        for query in ["word1x1 word2x2", "page 17", "\"word3x3 word4x4\"", "word"] {
            let request = Request { count: vec!["kind".to_owned()], ..Request::new(query) };
            assert_eq!(published.search(&request).unwrap(), built.search(&request).unwrap());
        }
    }

    #[test]
    fn a_missing_or_spoilt_chunk_is_an_error_that_names_it() {
        let index = index();
        let mut files = publish(index.clone()).unwrap();
        let names: Vec<String> = files.keys().filter(|name| *name != ENTRY).cloned().collect();
        let prelude = String::from_utf8(files[ENTRY].clone()).unwrap();
        for name in names.into_iter().filter(|name| !prelude.contains(name.as_str())) {
            if let Some(byte) = files.get_mut(&name).unwrap().first_mut() {
                *byte ^= 1;
            }
        }
        let searcher = open(files.clone()).unwrap();
        let message = searcher.search(&Request::new("word1x1")).err().unwrap().to_string();
        assert!(message.contains(".bin: its content is not what its name says"), "{message}");
        files.retain(|name, _| name == ENTRY || prelude.contains(name.as_str()));
        let searcher = open(files).unwrap();
        assert!(searcher.search(&Request::new("word1x1")).err().unwrap().to_string().contains(".bin: "));
    }
}
