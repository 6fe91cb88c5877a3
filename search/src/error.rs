//! What can go wrong: the index can't be read, or isn't one. A query is never an error.

use std::fmt;

/// Why an index could not be built or read.
#[derive(Debug)]
pub enum Error {
    /// A part of the index could not be read. Carries the file's name and the cause.
    Read {
        /// Which of the index's files.
        file: String,
        /// What the [`Store`](crate::Store) answered.
        source: std::io::Error,
    },
    /// The bytes are there but are not what this version of the engine writes.
    Corrupt {
        /// Which of the index's files.
        file: String,
        /// What about it is wrong.
        reason: String,
    },
    /// tantivy refused: writing to memory failed, or a segment is damaged.
    Engine(tantivy::TantivyError),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Read { file, source } => write!(f, "search index: {file}: {source}"),
            Error::Corrupt { file, reason } => write!(f, "search index: {file}: {reason}; build it again"),
            Error::Engine(cause) => write!(f, "search index: {cause}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Read { source, .. } => Some(source),
            Error::Corrupt { .. } => None,
            Error::Engine(cause) => Some(cause),
        }
    }
}

impl From<tantivy::TantivyError> for Error {
    fn from(cause: tantivy::TantivyError) -> Self {
        Error::Engine(cause)
    }
}
