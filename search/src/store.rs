//! Where an index's bytes lie: in memory, in a folder, on a web server.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use tantivy::HasLen;
use tantivy::directory::{FileHandle, OwnedBytes};

use crate::error::Error;
use crate::schema::{SETTINGS, Settings};

/// Reads the files of a built index. Names are plain (`words.terms`), without folders.
///
/// A folder, a map in memory and chunks fetched over HTTP all answer these two questions.
pub trait Store: Send + Sync + 'static {
    /// How long a file is. [`io::ErrorKind::NotFound`] where there is none.
    fn len(&self, name: &str) -> io::Result<u64>;
    /// Part of a file. The range lies within its length.
    fn read(&self, name: &str, range: Range<u64>) -> io::Result<Vec<u8>>;
    /// Says which parts of a file are read next: a store that fetches may fetch them together.
    fn ahead(&self, _name: &str, _ranges: &[Range<u64>]) {}
}

/// A built index: its files by name. The same records and options give the same bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    /// The files to publish into one folder.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Index {
    /// Its size in bytes.
    pub fn size(&self) -> usize {
        self.files.values().map(Vec::len).sum()
    }

    /// How many records are in it.
    pub fn records(&self) -> Result<u32, Error> {
        let settings = self.files.get(SETTINGS).map_or(&[][..], Vec::as_slice);
        let settings = Settings::read(settings).map_err(|source| Error::Read { file: SETTINGS.to_owned(), source })?;
        Ok(settings.records)
    }
}

impl Store for Index {
    fn len(&self, name: &str) -> io::Result<u64> {
        self.files.get(name).map(|bytes| bytes.len() as u64).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn read(&self, name: &str, range: Range<u64>) -> io::Result<Vec<u8>> {
        let bytes = self.files.get(name).ok_or(io::ErrorKind::NotFound)?;
        let range = usize::try_from(range.start).ok().zip(usize::try_from(range.end).ok());
        let part = range.and_then(|(start, end)| bytes.get(start..end)).ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok(part.to_vec())
    }
}

/// A file of a [`Store`] as tantivy reads it.
pub(crate) struct StoreFile {
    store: Arc<dyn Store>,
    name: &'static str,
    length: usize,
}

thread_local! {
    /// What is read on this thread is said to be read next instead.
    static ANNOUNCING: Cell<bool> = const { Cell::new(false) };
}

/// Has the stores [told](Store::ahead) what of their files `work` would read, without reading it.
pub(crate) fn announcing<T>(work: impl FnOnce() -> io::Result<T>) {
    ANNOUNCING.set(true);
    // It reads nothing, and so comes to nothing.
    let _nothing = work();
    ANNOUNCING.set(false);
}

impl StoreFile {
    pub(crate) fn open(store: Arc<dyn Store>, name: &'static str) -> io::Result<StoreFile> {
        let length = store.len(name)? as usize;
        Ok(StoreFile { store, name, length })
    }
}

impl std::fmt::Debug for StoreFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StoreFile({})", self.name)
    }
}

impl HasLen for StoreFile {
    fn len(&self) -> usize {
        self.length
    }
}

impl FileHandle for StoreFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.is_empty() {
            return Ok(OwnedBytes::empty());
        }
        let range = range.start as u64..range.end as u64;
        if ANNOUNCING.get() {
            self.store.ahead(self.name, &[range]);
            return Err(io::ErrorKind::WouldBlock.into());
        }
        // The message carries the file's name: what tantivy makes of the error doesn't.
        let named = |cause: io::Error| io::Error::new(cause.kind(), format!("{}: {cause}", self.name));
        self.store.read(self.name, range).map(OwnedBytes::new).map_err(named)
    }
}
