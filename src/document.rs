//! Stage: documents.
//!
//! A source taken apart: front matter as a tree in which every key and value has its place, Markdown outlined, links
//! found but not resolved. Parsing cannot fail; broken input gives a document and diagnostics.

mod fence;
pub mod front_matter;
pub mod html;
pub mod markdown;
mod mentions;

pub use front_matter::{Key, Node, NodeKind};
pub use html::{Mentions, Rendering, Resolved, block_text, inline_text, render};
pub use markdown::{Body, Destination, Heading, Link, LinkKind, Paragraph, Section, destination, plain_text};
pub use mentions::{Mention, MentionMatcher, find_mentions};

use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Source, Span};

/// A source taken apart.
#[derive(Clone, Debug)]
pub struct Document {
    /// The opening `---`, or nothing at the start of the file where there is none.
    pub opening: Span,
    /// The front matter, always a mapping; nothing where there is none that could be read.
    pub front: Option<Node>,
    /// Whether the front matter was read completely. In a broken one, what seems missing may stand in the broken part.
    pub whole: bool,
    /// The Markdown after the front matter.
    pub body: Body,
}

/// Takes `source` apart. What cannot be read is reported once and left out; everything else is in the document.
pub fn parse(file: FileId, source: &Source, diagnostics: &mut Vec<Diagnostic>) -> Document {
    let fences = fence::find(file, source.text(), diagnostics);
    let (front, whole) = match fences.front {
        Some(span) => front_matter::read(file, source.text(), span, diagnostics),
        None => (None, false),
    };
    let body = markdown::outline(source.text(), fences.body);
    Document { opening: fences.opening, front, whole: whole && fences.certain, body }
}
