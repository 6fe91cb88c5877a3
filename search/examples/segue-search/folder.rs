//! An index in a folder.

use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use segue_search::{ENTRY, Error, Fetch, Index, Published, Searcher, Store, publish};

use crate::Outcome;

/// Opens the index in a folder, as published or as built.
pub fn open(dir: &Path) -> Result<Searcher, Error> {
    let folder = Folder(dir.to_owned());
    if dir.join(ENTRY).exists() { Searcher::open(Published::open(folder)?) } else { Searcher::open(folder) }
}

struct Folder(PathBuf);

impl Fetch for Folder {
    fn fetch(&self, name: &str) -> io::Result<Vec<u8>> {
        let path = self.0.join(name);
        fs::read(&path).map_err(|cause| naming(&cause, &path))
    }
}

impl Store for Folder {
    fn len(&self, name: &str) -> io::Result<u64> {
        let path = self.0.join(name);
        fs::metadata(&path).map(|metadata| metadata.len()).map_err(|cause| naming(&cause, &path))
    }

    fn read(&self, name: &str, range: Range<u64>) -> io::Result<Vec<u8>> {
        let path = self.0.join(name);
        let read = || {
            let mut file = fs::File::open(&path)?;
            file.seek(SeekFrom::Start(range.start))?;
            let mut bytes = vec![0; usize::try_from(range.end - range.start).map_err(io::Error::other)?];
            file.read_exact(&mut bytes)?;
            Ok(bytes)
        };
        read().map_err(|cause| naming(&cause, &path))
    }
}

/// Publishes an index into a folder.
pub fn write(dir: &Path, index: Index) -> Outcome<()> {
    fs::create_dir_all(dir).map_err(|cause| naming(&cause, dir))?;
    for (name, bytes) in publish(index)? {
        let path = dir.join(name);
        fs::write(&path, bytes).map_err(|cause| naming(&cause, &path))?;
    }
    Ok(())
}

/// Says of an error which path it is about.
pub fn naming(cause: &io::Error, path: &Path) -> io::Error {
    io::Error::new(cause.kind(), format!("{}: {cause}", path.display()))
}
