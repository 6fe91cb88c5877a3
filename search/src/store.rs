//! Where an index's bytes lie: in memory, in a folder, on a web server.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use tantivy::HasLen;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, OwnedBytes, WatchCallback, WatchHandle, WritePtr,
};

use crate::error::Error;
use crate::schema::{SEGMENT_NAME, SEGMENT_STEM, SETTINGS, Settings};

/// Reads the files of a built index. Names are plain (`meta.json`), without folders.
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

/// A [`Store`] as tantivy reads it. tantivy's random segment names are mapped to the plain ones of an [`Index`].
#[derive(Clone)]
pub(crate) struct StoreDirectory(pub(crate) Arc<dyn Store>);

/// The name in the store of what tantivy calls by a path.
pub(crate) fn plain_name(path: &Path) -> String {
    let name = path.to_string_lossy();
    match name.split_once('.') {
        Some((SEGMENT_STEM, extension)) => format!("{SEGMENT_NAME}.{extension}"),
        _ => name.into_owned(),
    }
}

impl std::fmt::Debug for StoreDirectory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoreDirectory")
    }
}

struct StoreFile {
    store: Arc<dyn Store>,
    name: String,
    length: usize,
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
        // The message carries the file's name: what tantivy makes of the error doesn't.
        self.store
            .read(&self.name, range.start as u64..range.end as u64)
            .map(OwnedBytes::new)
            .map_err(|cause| io::Error::new(cause.kind(), format!("{}: {cause}", self.name)))
    }
}

impl StoreDirectory {
    fn length(&self, path: &Path) -> Result<(String, usize), OpenReadError> {
        let name = plain_name(path);
        match self.0.len(&name) {
            Ok(length) => Ok((name, length as usize)),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
                Err(OpenReadError::FileDoesNotExist(path.to_owned()))
            }
            Err(cause) => Err(OpenReadError::wrap_io_error(cause, path.to_owned())),
        }
    }
}

impl Directory for StoreDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let (name, length) = self.length(path)?;
        Ok(Arc::new(StoreFile { store: Arc::clone(&self.0), name, length }))
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        match self.length(path) {
            Ok(_) => Ok(true),
            Err(OpenReadError::FileDoesNotExist(_)) => Ok(false),
            Err(cause) => Err(cause),
        }
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let (name, length) = self.length(path)?;
        self.0.read(&name, 0..length as u64).map_err(|cause| OpenReadError::wrap_io_error(cause, path.to_owned()))
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        Err(DeleteError::IoError { io_error: Arc::new(read_only()), filepath: path.to_owned() })
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        Err(OpenWriteError::wrap_io_error(read_only(), path.to_owned()))
    }

    fn atomic_write(&self, _: &Path, _: &[u8]) -> io::Result<()> {
        Err(read_only())
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn acquire_lock(&self, _: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}

fn read_only() -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, "a published index is only read")
}
