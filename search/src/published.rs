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

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::chunks::Wholes;
use crate::error::Error;
use crate::schema::TERMS;
use crate::searcher::Searcher;
use crate::store::{Index, Store};
use crate::wire::{Wire, put_number, put_text};

/// The name of the file that says which prelude belongs to the build.
pub const ENTRY: &str = "index.json";

/// Raised when a published index of an older layout would be misread.
const LAYOUT: u32 = 1;

/// Fetches a published file by name: from a folder, or over HTTP.
pub trait Fetch: Send + Sync + 'static {
    /// The whole file. [`io::ErrorKind::NotFound`] where there is none.
    fn fetch(&self, name: &str) -> io::Result<Vec<u8>>;
}

impl<F: Fetch> Fetch for Arc<F> {
    fn fetch(&self, name: &str) -> io::Result<Vec<u8>> {
        F::fetch(self, name)
    }
}

/// What stands in `index.json`.
#[derive(Serialize, Deserialize)]
struct Entry {
    layout: u32,
    prelude: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    upon: Option<Upon>,
}

/// What is other than in the index, since it was made.
#[derive(Serialize, Deserialize)]
struct Upon {
    /// The prelude of the newer index, where there are new records.
    prelude: Option<String>,
    /// The records of the index that are no longer true.
    gone: Vec<u32>,
}

/// An index's file within the row of all of them.
struct Part {
    name: String,
    start: u64,
    length: u64,
}

/// Cuts an index into the files to publish, by name.
pub fn publish(index: Index) -> Result<BTreeMap<String, Vec<u8>>, Error> {
    let index = Arc::new(index);
    let (opening, wholes) = read_through(&index)?;
    let mut files = BTreeMap::new();
    let mut parts = Vec::new();
    let mut chunks = Vec::new();
    let mut start = 0;
    for (name, bytes) in &index.files {
        parts.push(Part { name: name.clone(), start, length: bytes.len() as u64 });
        start += bytes.len() as u64;
        for range in wholes.cut(name, bytes) {
            let chunk = &bytes[range];
            let chunk_name = name_of(chunk);
            chunks.push((chunk_name.clone(), chunk.len() as u64));
            files.insert(chunk_name, chunk.to_vec());
        }
    }

    let mut prelude = Vec::new();
    put_number(&mut prelude, parts.len() as u64);
    for part in &parts {
        put_text(&mut prelude, &part.name);
        put_number(&mut prelude, part.length);
    }
    put_number(&mut prelude, chunks.len() as u64);
    for (name, length) in &chunks {
        put_number(&mut prelude, *length);
        prelude.extend_from_slice(&hash_of(name)?);
    }
    put_number(&mut prelude, opening.len() as u64);
    for (name, range) in &opening {
        let at = parts.iter().position(|part| part.name == *name).expect("what opening reads is a file of the index");
        put_number(&mut prelude, at as u64);
        put_number(&mut prelude, range.start);
        put_number(&mut prelude, range.end - range.start);
    }
    for (name, range) in opening {
        prelude.extend_from_slice(&index.files[&name][range.start as usize..range.end as usize]);
    }
    let name = name_of(&prelude);
    let entry = Entry { layout: LAYOUT, prelude: name.clone(), upon: None };
    files.insert(name, prelude);
    files.insert(ENTRY.to_owned(), entry.write()?);
    Ok(files)
}

/// Cuts a newer index into files that are published beside those of an older one, `entry` among them: both are asked
/// together then. `gone` are the older one's records that are no longer true, `entry` what stands in its [`ENTRY`].
pub fn publish_upon(entry: &[u8], newer: Index, gone: Vec<u32>) -> Result<BTreeMap<String, Vec<u8>>, Error> {
    let older = Entry::read(entry)?;
    let mut files = BTreeMap::new();
    let mut upon = Upon { prelude: None, gone };
    if newer.records()? > 0 {
        files = publish(newer)?;
        upon.prelude = Some(Entry::read(&files[ENTRY])?.prelude);
    }
    files.insert(ENTRY.to_owned(), Entry { upon: Some(upon), ..older }.write()?);
    Ok(files)
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
    fn read(bytes: &[u8]) -> Result<Self, Error> {
        let entry: Entry = serde_json::from_slice(bytes).map_err(|cause| corrupt(ENTRY, &cause))?;
        if entry.layout != LAYOUT {
            let reason = format!("written in layout {}, read in layout {LAYOUT}", entry.layout);
            return Err(Error::Corrupt { file: ENTRY.to_owned(), reason });
        }
        Ok(entry)
    }

    fn write(&self) -> Result<Vec<u8>, Error> {
        serde_json::to_vec(self).map_err(|cause| corrupt(ENTRY, &cause))
    }
}

/// Bytes of a content's hash in its name: enough that no two chunks of a site share one.
const HASH: usize = 8;

fn name_of(content: &[u8]) -> String {
    let hash = blake3::hash(content);
    let hex = hash.to_hex();
    format!("{}.bin", &hex[..2 * HASH])
}

fn hash_of(name: &str) -> Result<[u8; HASH], Error> {
    let mut hash = [0; HASH];
    for (at, byte) in hash.iter_mut().enumerate() {
        let digits = name.get(2 * at..2 * at + 2).unwrap_or("");
        *byte = u8::from_str_radix(digits, 16).map_err(|cause| corrupt(name, &cause))?;
    }
    Ok(hash)
}

/// What opening an index reads, and ranking any first query, and what else is read as a whole: found by doing so.
fn read_through(index: &Arc<Index>) -> Result<(Ranges, Wholes), Error> {
    let recorder = Recorder { index: Arc::clone(index), read: Arc::default() };
    let read = Arc::clone(&recorder.read);
    let searcher = Searcher::open(recorder)?;
    searcher.warm()?;
    let read = || std::mem::take(&mut *locked(&read));
    let mut ranges = read();
    let wholes = Wholes::of(index, searcher.words(), read).map_err(|cause| corrupt(TERMS, &cause))?;
    ranges.sort_by(|a, b| (&a.0, a.1.start, a.1.end).cmp(&(&b.0, b.1.start, b.1.end)));
    let mut merged = Ranges::new();
    for (name, range) in ranges {
        match merged.last_mut() {
            Some((last, before)) if *last == name && range.start <= before.end => {
                before.end = before.end.max(range.end);
            }
            _ => merged.push((name, range)),
        }
    }
    Ok((merged, wholes))
}

/// Parts of files.
type Ranges = Vec<(String, Range<u64>)>;

/// Notes what is read of an index.
struct Recorder {
    index: Arc<Index>,
    read: Arc<Mutex<Ranges>>,
}

impl Store for Recorder {
    fn len(&self, name: &str) -> io::Result<u64> {
        Store::len(&*self.index, name)
    }

    fn read(&self, name: &str, range: Range<u64>) -> io::Result<Vec<u8>> {
        locked(&self.read).push((name.to_owned(), range.clone()));
        self.index.read(name, range)
    }
}

/// The lock's content; what is locked here is whole after every step, so a panic elsewhere spoils nothing.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn corrupt(file: &str, cause: &dyn std::fmt::Display) -> Error {
    Error::Corrupt { file: file.to_owned(), reason: cause.to_string() }
}

/// A published index, read chunk by chunk as it is asked. What was fetched is kept.
struct Published<F> {
    fetch: F,
    parts: Vec<Part>,
    /// For every chunk, where it ends in the row of all files, and its name.
    chunks: Vec<(u64, [u8; HASH])>,
    /// What opening reads: by file, where it begins, and the bytes.
    opening: Vec<(usize, u64, Vec<u8>)>,
    fetched: Mutex<FxHashMap<usize, Arc<[u8]>>>,
}

impl<F: Fetch> Published<F> {
    /// Fetches what says where things are.
    fn open(fetch: F, name: &str) -> Result<Self, Error> {
        let prelude = fetch.fetch(name).map_err(|source| Error::Read { file: name.to_owned(), source })?;
        if name_of(&prelude) != name {
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
            .map(|_| Ok((wire.number()? as usize, wire.number()?, wire.number()? as usize)))
            .collect::<io::Result<Vec<_>>>()?;
        let opening = ranges
            .into_iter()
            .map(|(part, from, length)| Ok((part, from, wire.bytes(length)?.to_vec())))
            .collect::<io::Result<Vec<_>>>()?;
        Ok(Self { fetch, parts, chunks, opening, fetched: Mutex::default() })
    }

    fn part(&self, name: &str) -> io::Result<(usize, &Part)> {
        let found = self.parts.iter().enumerate().find(|(_, part)| part.name == name);
        found.ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn chunk(&self, number: usize) -> io::Result<Arc<[u8]>> {
        if let Some(chunk) = locked(&self.fetched).get(&number) {
            return Ok(Arc::clone(chunk));
        }
        let mut name = String::new();
        for byte in self.chunks[number].1 {
            name.push_str(&format!("{byte:02x}"));
        }
        name.push_str(".bin");
        let bytes =
            self.fetch.fetch(&name).map_err(|cause| io::Error::new(cause.kind(), format!("{name}: {cause}")))?;
        if name_of(&bytes) != name {
            let reason = format!("{name}: its content is not what its name says");
            return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
        }
        let chunk: Arc<[u8]> = bytes.into();
        locked(&self.fetched).insert(number, Arc::clone(&chunk));
        Ok(chunk)
    }
}

impl<F: Fetch> Store for Published<F> {
    fn len(&self, name: &str) -> io::Result<u64> {
        self.part(name).map(|(_, part)| part.length)
    }

    fn read(&self, name: &str, range: Range<u64>) -> io::Result<Vec<u8>> {
        let (number, part) = self.part(name)?;
        if range.end > part.length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        for (of, from, bytes) in self.opening.iter().filter(|(of, from, _)| *of == number && *from <= range.start) {
            let (start, end) = ((range.start - from) as usize, (range.end - from) as usize);
            if *of == number && end <= bytes.len() {
                return Ok(bytes[start..end].to_vec());
            }
        }
        let (mut at, end) = (part.start + range.start, part.start + range.end);
        let mut out = Vec::with_capacity((end - at) as usize);
        while at < end {
            let number = self.chunks.partition_point(|(chunk_end, _)| *chunk_end <= at);
            let start = if number == 0 { 0 } else { self.chunks[number - 1].0 };
            let chunk = self.chunk(number)?;
            let until = end.min(start + chunk.len() as u64);
            out.extend_from_slice(&chunk[(at - start) as usize..(until - start) as usize]);
            at = until;
        }
        Ok(out)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{Options, Record, Request, build};

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
