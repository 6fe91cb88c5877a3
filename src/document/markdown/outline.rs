//! One reading of a body, for everything that is known before links are resolved.

use super::{Body, DIALECT, Heading, Link, LinkKind, Paragraph, Section};
use crate::route;
use crate::source::Span;
use pulldown_cmark::{CowStr, Event, LinkType, Parser, Tag, TagEnd};
use std::collections::{BTreeMap, BTreeSet};

/// Outlines the Markdown under `span` of `text`.
pub fn outline(text: &str, span: Span) -> Body {
    let mut outline = Outline::new(text, span);
    for (event, range) in Parser::new_ext(&text[span.range()], DIALECT).into_offset_iter() {
        outline.event(event, Span::new(range.start, range.end).shifted(span.start as usize));
    }
    outline.finish()
}

struct Outline<'a> {
    text: &'a str,
    body: Body,
    anchors: BTreeSet<String>,
    /// How many headings had an anchor that was taken, by that anchor.
    twins: BTreeMap<String, u32>,
    /// The text of the heading that is being read.
    heading: Option<String>,
    /// How many quotes, items and footnotes are open: a heading inside one begins no section.
    nesting: u32,
    /// Where the present section began, and its heading.
    section: (u32, Option<usize>),
    /// Whether an item's text began without a paragraph around it, and where.
    item: Option<Span>,
}

impl<'a> Outline<'a> {
    fn new(text: &'a str, span: Span) -> Self {
        Self {
            text,
            body: Body { span, ..Body::default() },
            anchors: BTreeSet::new(),
            twins: BTreeMap::new(),
            heading: None,
            nesting: 0,
            section: (span.start, None),
            item: None,
        }
    }

    fn event(&mut self, event: Event<'_>, span: Span) {
        match event {
            Event::Start(tag) => self.start(tag, span),
            Event::End(tag) => self.end(tag, span),
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut self.heading {
                    heading.push_str(&text);
                }
                self.loose(span);
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some(heading) = &mut self.heading {
                    heading.push(' ');
                }
            }
            Event::Html(_) | Event::InlineHtml(_) => self.body.has_html = true,
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, span: Span) {
        match tag {
            Tag::Heading { .. } => {
                self.close_item();
                self.heading = Some(String::new());
                if self.nesting == 0 {
                    self.end_section(span.start);
                }
            }
            Tag::Link { link_type, dest_url, .. } => {
                self.loose(span);
                let wiki = matches!(link_type, LinkType::WikiLink { .. });
                self.link(if wiki { LinkKind::Wiki } else { LinkKind::Markdown }, link_type, dest_url, span);
            }
            Tag::Image { link_type, dest_url, .. } => {
                self.loose(span);
                self.link(LinkKind::Image, link_type, dest_url, span);
            }
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => self.loose(span),
            Tag::Paragraph => {
                self.close_item();
                self.paragraph(span);
            }
            Tag::TableCell => self.body.words += words(&self.text[span.range()]).0,
            Tag::BlockQuote(_) | Tag::Item | Tag::FootnoteDefinition(_) => {
                self.close_item();
                self.nesting += 1;
                if matches!(tag, Tag::Item) {
                    self.item = Some(Span::at(span.start as usize));
                }
            }
            _ => self.close_item(),
        }
    }

    fn end(&mut self, tag: TagEnd, span: Span) {
        match tag {
            TagEnd::Heading(level) => {
                let Some(text) = self.heading.take() else { return };
                let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                self.body.words += words(&text).0;
                let anchor = self.unique(&text);
                if self.nesting == 0 {
                    self.section = (span.end, Some(self.body.headings.len()));
                }
                self.body.headings.push(Heading { level: level as u8, text, anchor, span: self.trimmed(span) });
            }
            TagEnd::BlockQuote(_) | TagEnd::Item | TagEnd::FootnoteDefinition => {
                self.close_item();
                self.nesting = self.nesting.saturating_sub(1);
            }
            _ => {}
        }
    }

    fn link(&mut self, kind: LinkKind, link_type: LinkType, target: CowStr<'_>, span: Span) {
        let target = match link_type {
            // A name may be broken over two lines, and inside a table its `|` is escaped.
            LinkType::WikiLink { .. } => {
                let target = target.strip_suffix('\\').unwrap_or(&target);
                target.split_whitespace().collect::<Vec<_>>().join(" ")
            }
            LinkType::Email => format!("mailto:{target}"),
            _ => target.into_string(),
        };
        self.body.links.push(Link { span, target, kind });
    }

    /// Inline text of an item that has no paragraph around it.
    fn loose(&mut self, span: Span) {
        if let Some(item) = &mut self.item {
            if item.start == item.end {
                *item = span;
            } else {
                item.end = item.end.max(span.end);
            }
        }
    }

    fn close_item(&mut self) {
        if let Some(item) = self.item.take()
            && item.start < item.end
        {
            self.paragraph(item);
        }
    }

    fn paragraph(&mut self, span: Span) {
        let span = self.trimmed(span);
        let (count, hash) = words(&self.text[span.range()]);
        self.body.words += count;
        if count >= Paragraph::MIN_WORDS {
            self.body.paragraphs.push(Paragraph { span, hash });
        }
    }

    fn trimmed(&self, span: Span) -> Span {
        Span { end: span.start + self.text[span.range()].trim_end().len() as u32, ..span }
    }

    fn unique(&mut self, text: &str) -> String {
        let slug = route::slug(text).unwrap_or_else(|| "section".to_owned());
        if self.anchors.insert(slug.clone()) {
            return slug;
        }
        // Counted on from the last of its kind, so that a file of nothing but one heading costs one try for each.
        let count = self.twins.entry(slug.clone()).or_default();
        loop {
            *count += 1;
            let anchor = format!("{slug}-{count}");
            if self.anchors.insert(anchor.clone()) {
                return anchor;
            }
        }
    }

    fn end_section(&mut self, end: u32) {
        let (start, heading) = self.section;
        let section = &self.text[start as usize..(end.max(start)) as usize];
        let text = section.trim();
        if text.is_empty() {
            return;
        }
        let start = start as usize + (section.len() - section.trim_start().len());
        self.body.sections.push(Section { heading, span: Span::new(start, start + text.len()) });
    }

    fn finish(mut self) -> Body {
        self.end_section(self.body.span.end);
        self.body
    }
}

/// How many words `text` has, and a fingerprint of them: FNV-1a over their letters and digits in lower case. The text
/// is taken as written, since it is there in one piece; markup has no letters, but for addresses, which count as words.
fn words(text: &str) -> (u32, u64) {
    const PRIME: u64 = 0x0100_0000_01b3;
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut count = 0;
    let mut inside = false;
    let mut add = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(PRIME);
    for c in text.chars() {
        if c.is_ascii() {
            let byte = c as u8;
            if byte.is_ascii_alphanumeric() {
                inside = true;
                add(byte.to_ascii_lowercase());
            } else if byte.is_ascii_whitespace() && inside {
                inside = false;
                count += 1;
                add(b' ');
            }
        } else if c.is_alphanumeric() {
            inside = true;
            for c in c.to_lowercase() {
                c.encode_utf8(&mut [0; 4]).bytes().for_each(&mut add);
            }
        } else if c.is_whitespace() && inside {
            inside = false;
            count += 1;
            add(b' ');
        }
    }
    if inside {
        count += 1;
        add(b' ');
    }
    (count, hash)
}
