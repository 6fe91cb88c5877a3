//! New files of a knowledge base, which never take the place of others.

use super::Failure;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;

/// Makes a file and the folders above it. What is there already is left alone, also if it came a moment ago.
pub(super) fn create(path: &Path, text: &str) -> Result<(), Failure> {
    let fault = |error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::new(format!("{} is there already", path.display())),
        _ => Failure::new(format!("{} cannot be made: {error}", path.display())),
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(fault)?;
    }
    let mut file = File::create_new(path).map_err(fault)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(fault)
}
