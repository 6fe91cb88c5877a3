//! Front matter as a tree in which every key and value has its place.

use crate::source::Span;

/// A value of the front matter, as YAML has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its place in the file's text.
    pub span: Span,
    /// Its shape.
    pub kind: NodeKind,
}

/// The shapes of YAML.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// A scalar with its value; `plain` if it stands without quotes and is no block.
    Scalar {
        /// The value, escapes undone and folded lines joined; of a plain scalar, its source text.
        text: Box<str>,
        /// Whether it was written without quotes or block markers.
        plain: bool,
    },
    /// Nothing, `~` or `null`.
    Null,
    /// A sequence.
    Sequence(Vec<Node>),
    /// A mapping, in the file's order; keys are unique, since a second one was reported and left out.
    Mapping(Vec<(Key, Node)>),
    /// Something that could not be read and was reported.
    Broken,
}

/// A mapping's key.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// Its place.
    pub span: Span,
    /// Its text.
    pub name: Box<str>,
}
