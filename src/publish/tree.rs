//! Whole folders, walked by many threads at once: most of the time goes into waiting for the disk.

use std::fs;
use std::path::Path;

use rayon::prelude::*;

use super::error::{At, PublishError};

/// Whether a file counts, given its path from the top with forward slashes.
pub(super) type Counts<'a> = &'a (dyn Fn(&str) -> bool + Sync);

/// Removes a folder with all that is in it, links and not what they lead to. Gives how many files `counts` said
/// yes to.
pub(super) fn remove(top: &Path, counts: Counts<'_>) -> Result<u64, PublishError> {
    let number = walk(top, "", counts, true)?;
    fs::remove_dir(top).at("remove", top)?;
    Ok(number)
}

/// How many files in a folder `counts` says yes to.
pub(super) fn count(top: &Path, counts: Counts<'_>) -> Result<u64, PublishError> {
    walk(top, "", counts, false)
}

fn walk(folder: &Path, prefix: &str, counts: Counts<'_>, remove: bool) -> Result<u64, PublishError> {
    let mut number = 0;
    let mut folders = Vec::new();
    for entry in fs::read_dir(folder).at("read", folder)? {
        let entry = entry.at("read", folder)?;
        let path = entry.path();
        let kind = entry.file_type().at("look at", &path)?;
        // A name that is no UTF-8 is no name of ours; one with the replacement character isn't either.
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if kind.is_dir() {
            folders.push((path, name + "/"));
        } else {
            number += u64::from(counts(&name));
            if remove {
                remove_file(&path).at("remove", &path)?;
            }
        }
    }
    let below = |(path, prefix): &(std::path::PathBuf, String)| {
        let number = walk(path, prefix, counts, remove)?;
        if remove {
            fs::remove_dir(path).at("remove", path)?;
        }
        Ok(number)
    };
    // A page's folder mostly holds its page alone; another thread is worth asking for more than one.
    let number_below: u64 = if folders.len() > 1 {
        folders.par_iter().map(below).try_reduce(|| 0, |a, b| Ok(a + b))?
    } else {
        folders.iter().map(below).sum::<Result<u64, _>>()?
    };
    Ok(number + number_below)
}

#[cfg(not(windows))]
fn remove_file(path: &Path) -> std::io::Result<()> {
    fs::remove_file(path)
}

/// A link to a folder is removed as a folder there.
#[cfg(windows)]
fn remove_file(path: &Path) -> std::io::Result<()> {
    fs::remove_file(path).or_else(|error| fs::remove_dir(path).map_err(|_| error))
}
