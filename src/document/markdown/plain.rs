//! Markdown without its markup, for search, snippets and descriptions.

use super::DIALECT;
use crate::source::Span;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// The words of the Markdown under `span` of `text`: blocks on lines of their own, without markup, raw HTML, images'
/// addresses and footnote marks.
pub fn plain_text(text: &str, span: Span) -> String {
    let markdown = text.get(span.range()).unwrap_or("");
    let mut plain = String::with_capacity(markdown.len());
    for event in Parser::new_ext(markdown, DIALECT) {
        match event {
            Event::Text(text) | Event::Code(text) => plain.push_str(&text),
            Event::HardBreak
            | Event::Start(Tag::Paragraph | Tag::Item | Tag::CodeBlock(_) | Tag::Heading { .. } | Tag::TableRow) => {
                break_line(&mut plain);
            }
            Event::SoftBreak | Event::End(TagEnd::TableCell) => plain.push(' '),
            Event::End(
                TagEnd::Paragraph
                | TagEnd::Item
                | TagEnd::CodeBlock
                | TagEnd::Heading(_)
                | TagEnd::TableRow
                | TagEnd::TableHead,
            ) => break_line(&mut plain),
            _ => {}
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

fn break_line(plain: &mut String) {
    plain.truncate(plain.trim_end().len());
    if !plain.is_empty() {
        plain.push('\n');
    }
}
