//! Stage: typed records.
//!
//! [`decode()`] reads a front matter tree against the table of fields and gives a [`Value`] tree in which everything is
//! of its field's type or marked as not usable, plus all diagnostics about types, keys and values. What is *due* is asked
//! later, by [`due()`], because it depends on a stage that may come from another file.

mod decode;
mod due;
mod scalar;
mod value;

pub use decode::decode;
pub use due::{Completeness, Missing, due};
pub use value::{Data, Entry, Group, Open, Value};

use crate::fields::Kind;
use crate::source::{FileId, Span};

/// One content file, decoded.
#[derive(Clone, Debug)]
pub struct Record {
    /// The file it came from.
    pub file: FileId,
    /// What kind of file it is.
    pub kind: Kind,
    /// The slug or id: the file's name without `.md`; for pages the slugged path under `content/`.
    pub id: String,
    /// The front matter; empty where it could not be read.
    pub fields: Group,
    /// The opening `---`: where a missing top-level field is reported.
    pub opening: Span,
    /// Whether the front matter was read as a whole. What is missing from a broken one is not reported.
    pub whole: bool,
}
