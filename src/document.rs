//! Stage: documents.
//!
//! A source taken apart: front matter as a tree in which every key and value has its place, Markdown outlined, links
//! found but not resolved. Parsing cannot fail; broken input gives a document and diagnostics.

pub mod front_matter;
pub mod markdown;

pub use front_matter::{Key, Node, NodeKind};
pub use markdown::{Body, Heading, Link, LinkKind};
