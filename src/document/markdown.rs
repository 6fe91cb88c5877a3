//! Markdown, outlined.

use crate::source::Span;

/// A document's body: where it is and what was found in it. The text itself stays in the source.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// The body's place in the file.
    pub span: Span,
    /// Headings in order.
    pub headings: Vec<Heading>,
    /// Links in order, not resolved.
    pub links: Vec<Link>,
    /// Long paragraphs, to find copies of.
    pub paragraphs: Vec<Paragraph>,
}

/// A paragraph of 40 words or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paragraph {
    /// The same for the same words.
    pub hash: u64,
    /// Its place in the file.
    pub span: Span,
}

/// A heading with its anchor, unique in its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its text without markup.
    pub text: String,
    /// The fragment that leads to it.
    pub anchor: String,
    /// Its place in the file.
    pub span: Span,
}

/// A link as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The place of the whole link in the file.
    pub span: Span,
    /// What it leads to, as written: a slug, a name, a path, a URL, each perhaps with `#heading`.
    pub target: String,
    /// How it is written.
    pub kind: LinkKind,
}

/// How a link is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// `[[target]]` or `[[target|label]]`.
    Wiki,
    /// `[label](target)`, by reference, or `<https://…>`.
    Markdown,
    /// `![alt](target)`.
    Image,
}
