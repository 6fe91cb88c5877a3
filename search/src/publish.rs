//! Stage: an index becomes the files to publish. How they are laid out stands in [`crate::published`].

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use crate::chunks::Wholes;
use crate::error::Error;
use crate::published::{ENTRY, Entry, HASH, LAYOUT, Part, Upon, corrupt, hash_of, locked, name_of};
use crate::schema::{ROWS, SAMPLES, WORDS};
use crate::searcher::Searcher;
use crate::store::{Index, Store};
use crate::wire::{deflate, deflate_after, put_number, put_text};

/// An index, cut into chunks that are yet to be packed.
pub struct Cut {
    index: Arc<Index>,
    parts: Vec<Part>,
    /// Which file each chunk is of, and where in it.
    chunks: Vec<(usize, Range<usize>)>,
    /// What opening reads.
    opening: Vec<(usize, Range<usize>)>,
}

/// A chunk as it is published.
pub struct Packed(Vec<u8>);

impl Cut {
    /// Decides where an index is cut.
    pub fn of(index: Index) -> Result<Cut, Error> {
        let index = Arc::new(index);
        let (opening, wholes) = read_through(&index)?;
        let mut cut = Cut { index: Arc::clone(&index), parts: Vec::new(), chunks: Vec::new(), opening: Vec::new() };
        let mut start = 0;
        for (at, (name, bytes)) in index.files.iter().enumerate() {
            cut.parts.push(Part { name: name.clone(), start, length: bytes.len() as u64 });
            start += bytes.len() as u64;
            let read = opening.iter().filter(|(of, _)| of == name);
            let read: Vec<_> = read.map(|(_, range)| range.start as usize..range.end as usize).collect();
            cut.chunks.extend(wholes.cut(name, bytes).into_iter().map(|range| (at, range)));
            cut.opening.extend(read.into_iter().map(|range| (at, range)));
        }
        Ok(cut)
    }

    /// How many chunks there are.
    pub fn chunks(&self) -> usize {
        self.chunks.len()
    }

    /// Packs a chunk: the expensive half, independent of every other chunk. A caller with threads runs it in parallel.
    pub fn pack(&self, chunk: usize) -> Packed {
        let (part, range) = &self.chunks[chunk];
        Packed(if self.is_opened(*part, range) { Vec::new() } else { self.packed(*part, range) })
    }

    /// The files to publish, by name, from all chunks in order.
    pub fn finish(&self, packed: Vec<Packed>) -> Result<BTreeMap<String, Vec<u8>>, Error> {
        let mut files = BTreeMap::new();
        let mut prelude = Vec::new();
        put_number(&mut prelude, self.parts.len() as u64);
        for part in &self.parts {
            put_text(&mut prelude, &part.name);
            put_number(&mut prelude, part.length);
        }
        put_number(&mut prelude, self.chunks.len() as u64);
        for ((_, range), Packed(bytes)) in self.chunks.iter().zip(packed) {
            put_number(&mut prelude, range.len() as u64);
            if bytes.is_empty() {
                prelude.extend_from_slice(&[0; HASH]);
            } else {
                let hash = hash_of(&bytes);
                prelude.extend_from_slice(&hash);
                files.insert(name_of(hash), bytes);
            }
        }
        put_number(&mut prelude, self.opening.len() as u64);
        let opening: Vec<_> =
            self.opening.iter().map(|(part, range)| (part, range, self.packed(*part, range))).collect();
        for (part, range, bytes) in &opening {
            for number in [**part, range.start, range.len(), bytes.len()] {
                put_number(&mut prelude, number as u64);
            }
        }
        prelude.extend(opening.into_iter().flat_map(|(.., bytes)| bytes));
        let name = name_of(hash_of(&prelude));
        let entry = Entry { layout: LAYOUT, prelude: name.clone(), upon: None };
        files.insert(name, prelude);
        files.insert(ENTRY.to_owned(), entry.write()?);
        Ok(files)
    }

    /// Whether opening reads all of it, so that it need not be fetched for itself.
    fn is_opened(&self, part: usize, range: &Range<usize>) -> bool {
        let holds = |read: &Range<usize>| read.start <= range.start && range.end <= read.end;
        self.opening.iter().any(|(of, read)| *of == part && holds(read))
    }

    /// Part of a file, deflated where that is shorter.
    fn packed(&self, part: usize, range: &Range<usize>) -> Vec<u8> {
        let name = &self.parts[part].name;
        let bytes = &self.index.files[name][range.clone()];
        let packed = match self.index.files.get(SAMPLES) {
            Some(samples) if name == ROWS => deflate_after(samples, bytes),
            _ => deflate(bytes),
        };
        if packed.len() < bytes.len() { packed } else { bytes.to_vec() }
    }
}

/// Cuts an index into the files to publish, by name, packing one chunk after the other.
pub fn publish(index: Index) -> Result<BTreeMap<String, Vec<u8>>, Error> {
    let cut = Cut::of(index)?;
    cut.finish((0..cut.chunks()).map(|chunk| cut.pack(chunk)).collect())
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

/// What opening an index reads, and ranking any first query, and what else is read as a whole: found by doing so.
fn read_through(index: &Arc<Index>) -> Result<(Ranges, Wholes), Error> {
    let recorder = Recorder { index: Arc::clone(index), read: Arc::default() };
    let read = Arc::clone(&recorder.read);
    let searcher = Searcher::open(recorder)?;
    searcher.read_through()?;
    let mut ranges = std::mem::take(&mut *locked(&read));
    // Nothing of the rows can be read without.
    ranges.extend(index.files.get(SAMPLES).map(|samples| (SAMPLES.to_owned(), 0..samples.len() as u64)));
    let wholes = Wholes::of(index, searcher.words()).map_err(|cause| corrupt(WORDS.terms, &cause))?;
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
