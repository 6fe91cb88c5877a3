//! Where an index's bytes lie: in memory, in a folder, on a web server.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

/// Reads the files of a built index. Names are plain (`meta.json`), without folders.
///
/// A folder, a map in memory and chunks fetched over HTTP all answer these two questions.
pub trait Store: Send + Sync + 'static {
    /// How long a file is. [`io::ErrorKind::NotFound`] where there is none.
    fn len(&self, name: &str) -> io::Result<u64>;
    /// Part of a file. The range lies within its length.
    fn read(&self, name: &str, range: Range<u64>) -> io::Result<Vec<u8>>;
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
