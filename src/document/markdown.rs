//! Markdown, outlined.
//!
//! `CommonMark` with tables, task lists, strikethrough, footnotes and wikilinks. The body is read once for its outline,
//! and again only where it is rendered; both readings meet the same links in the same order.

mod destination;
mod outline;
mod plain;

pub use destination::{Destination, destination};
pub use outline::outline;
pub use plain::plain_text;

use crate::route;
use crate::source::Span;
use pulldown_cmark::Options;

/// A document's body: where it is and what was found in it. The text itself stays in the source.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// The body's place in the file.
    pub span: Span,
    /// Headings in order.
    pub headings: Vec<Heading>,
    /// Links and images in order, not resolved.
    pub links: Vec<Link>,
    /// What stands between the headings, in order; none that is empty.
    pub sections: Vec<Section>,
    /// The long paragraphs, by which copied text is found.
    pub paragraphs: Vec<Paragraph>,
    /// How many words it has.
    pub words: u32,
    /// Whether raw HTML is in it.
    pub has_html: bool,
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

/// The text from one heading to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    /// The heading above it, as an index into [`Body::headings`]; none before the first.
    pub heading: Option<usize>,
    /// Its place in the file, without the heading.
    pub span: Span,
}

/// A paragraph or list item of at least [`Paragraph::MIN_WORDS`] words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paragraph {
    /// Its place in the file.
    pub span: Span,
    /// The same for two paragraphs with the same words, whatever their case, punctuation, markup and line breaks.
    pub hash: u64,
}

impl Paragraph {
    /// Shorter paragraphs are alike without having been copied.
    pub const MIN_WORDS: u32 = 40;
}

impl Body {
    /// The heading that a link's fragment means: by its anchor, or as the heading is written (`#Next steps`).
    pub fn heading(&self, fragment: &str) -> Option<&Heading> {
        let by_anchor = |anchor: &str| self.headings.iter().find(|heading| heading.anchor == anchor);
        by_anchor(fragment).or_else(|| by_anchor(&route::slug(fragment)?))
    }

    /// The anchor that leads to a section; none for the text before the first heading.
    pub fn anchor(&self, section: &Section) -> Option<&str> {
        section.heading.map(|at| &*self.headings[at].anchor)
    }
}

/// The dialect.
pub(super) const DIALECT: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_WIKILINKS);
