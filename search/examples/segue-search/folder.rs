//! An index in a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use segue_search::{Error, Fetch, Index, Searcher, publish};

use crate::Outcome;

/// Opens the published index in a folder.
pub fn open(dir: &Path) -> Result<Searcher, Error> {
    segue_search::open(Folder(dir.to_owned()))
}

struct Folder(PathBuf);

impl Fetch for Folder {
    fn fetch(&self, name: &str) -> io::Result<Vec<u8>> {
        let path = self.0.join(name);
        fs::read(&path).map_err(|cause| naming(&cause, &path))
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
