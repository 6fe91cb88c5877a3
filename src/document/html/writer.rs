//! From the Markdown's events to HTML.

mod elements;

use super::super::markdown::{DIALECT, Destination, destination};
use super::super::mentions::Quiet;
use super::footnotes::Footnotes;
use super::{Rendering, Resolved, push_address, push_escaped, run};
use pulldown_cmark::{Alignment, CodeBlockKind, Event, LinkType, Parser, Tag, TagEnd};
use std::collections::BTreeSet;

/// Writes a body; raw HTML in it is written as it is.
pub fn write(rendering: &Rendering<'_>) -> String {
    let markdown = &rendering.text[rendering.body.span.range()];
    let mut writer = Writer {
        rendering,
        html: String::with_capacity(markdown.len() * 3 / 2),
        above: Vec::new(),
        quiet: Quiet::default(),
        run: String::new(),
        linked: BTreeSet::new(),
        heading: 0,
        link: 0,
        links: Vec::new(),
        image: None,
        columns: Vec::new(),
        column: 0,
        head: false,
        tables: 0,
        outer: Vec::new(),
        footnotes: Footnotes::default(),
    };
    for event in Parser::new_ext(markdown, DIALECT) {
        writer.event(event);
    }
    writer.flush();
    writer.footnotes.push_all(&mut writer.html);
    writer.html
}

struct Writer<'a> {
    rendering: &'a Rendering<'a>,
    html: String,
    /// The levels, as written, of the last heading and of those that it stands under.
    above: Vec<u8>,
    quiet: Quiet,
    /// Text that is not written yet, since a name may be in several pieces.
    run: String,
    /// Names that are links in this section already.
    linked: BTreeSet<usize>,
    /// How many headings and links were met.
    heading: usize,
    link: usize,
    /// The links that are open.
    links: Vec<OpenLink>,
    /// The image that is open.
    image: Option<Image>,
    /// The table that is open: its columns' alignment, the present one, and whether this is its head.
    columns: Vec<Alignment>,
    column: usize,
    head: bool,
    tables: usize,
    /// The text around the footnotes that are open, with their labels.
    outer: Vec<(String, String)>,
    footnotes: Footnotes,
}

struct OpenLink {
    close: &'static str,
    /// The label to write if the link has none.
    title: Option<String>,
    /// Where its own label begins.
    label: usize,
    /// Whether the text in it is its target and gives way to the title.
    replaced: bool,
}

struct Image {
    target: Resolved,
    alt: String,
    /// How many images are open inside it.
    depth: u32,
    /// Whether what stands in it is its target.
    bare: bool,
}

impl Writer<'_> {
    fn event(&mut self, event: Event<'_>) {
        if self.image.is_some() {
            return self.in_image(event);
        }
        match &event {
            Event::Text(text) => return self.run.push_str(text),
            Event::SoftBreak => return self.run.push('\n'),
            _ => self.flush(),
        }
        self.quiet.see(&event);
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Code(code) => {
                self.html.push_str("<code>");
                push_escaped(&mut self.html, &code);
                self.html.push_str("</code>");
            }
            Event::HardBreak => self.html.push_str("<br>\n"),
            Event::Rule => self.html.push_str("<hr>\n"),
            Event::Html(html) | Event::InlineHtml(html) => self.html.push_str(&html),
            Event::FootnoteReference(label) => {
                self.footnotes.push_mention(&mut self.html, &label, !self.links.is_empty());
            }
            Event::TaskListMarker(done) => self.html.push_str(if done {
                "<input disabled=\"\" type=\"checkbox\" checked=\"\" aria-label=\"Done\"> "
            } else {
                "<input disabled=\"\" type=\"checkbox\" aria-label=\"To do\"> "
            }),
            // Not in the dialect, or dealt with above.
            Event::Text(_) | Event::SoftBreak | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    /// The last heading's level on the page, as a digit: how deep it stands, whatever levels were skipped on the way,
    /// because those who go from heading to heading by ear take a skipped level for something missed.
    fn level(&self) -> char {
        let below = self.above.len().saturating_sub(1) as u8;
        char::from(b'0' + (self.rendering.top_level + below).clamp(1, 6))
    }

    /// Writes the text that was gathered.
    fn flush(&mut self) {
        if self.run.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.run);
        if self.links.last().is_some_and(|link| link.replaced) {
            // The title takes its place.
        } else if self.quiet.allows() {
            run::push(&mut self.html, &text, self.rendering.mentions, &mut self.linked);
        } else {
            push_escaped(&mut self.html, &text);
        }
        self.run = text;
        self.run.clear();
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph => self.html.push_str("<p>"),
            Tag::Heading { level, .. } => {
                self.linked.clear();
                let anchor = self.rendering.body.headings.get(self.heading).map_or("", |heading| &*heading.anchor);
                self.above.retain(|above| *above < level as u8);
                self.above.push(level as u8);
                self.html.push_str("<h");
                self.html.push(self.level());
                self.html.push_str(" id=\"");
                push_escaped(&mut self.html, anchor);
                self.html.push_str("\">");
            }
            Tag::BlockQuote(_) => self.html.push_str("<blockquote>\n"),
            Tag::CodeBlock(kind) => self.start_code(&kind),
            Tag::List(None) => self.html.push_str("<ul>\n"),
            Tag::List(Some(1)) => self.html.push_str("<ol>\n"),
            Tag::List(Some(start)) => {
                self.html.push_str("<ol start=\"");
                self.html.push_str(&start.to_string());
                self.html.push_str("\">\n");
            }
            Tag::Item => self.html.push_str("<li>"),
            Tag::FootnoteDefinition(label) => {
                let outer = std::mem::take(&mut self.html);
                self.outer.push((label.into_string(), outer));
            }
            Tag::Table(columns) => self.start_table(columns),
            Tag::TableHead => {
                self.html.push_str("<thead>\n<tr>");
                (self.head, self.column) = (true, 0);
            }
            Tag::TableRow => {
                self.html.push_str("<tr>");
                (self.head, self.column) = (false, 0);
            }
            Tag::TableCell => {
                self.start_cell(self.column);
                self.column += 1;
            }
            Tag::Emphasis => self.html.push_str("<em>"),
            Tag::Strong => self.html.push_str("<strong>"),
            Tag::Strikethrough => self.html.push_str("<del>"),
            Tag::Link { link_type, .. } => self.start_link(link_type),
            Tag::Image { link_type, .. } => self.start_image(link_type),
            // Raw HTML needs nothing around it; the rest is not in the dialect.
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        let html = match tag {
            TagEnd::Paragraph => "</p>\n",
            TagEnd::Heading(_) => {
                let anchor = self.rendering.body.headings.get(self.heading).map_or("", |heading| &*heading.anchor);
                self.heading += 1;
                self.html.push_str(" <a class=\"anchor\" href=\"#");
                push_escaped(&mut self.html, anchor);
                self.html.push_str("\" aria-label=\"Link to this heading\">#</a></h");
                self.html.push(self.level());
                ">\n"
            }
            TagEnd::BlockQuote(_) => "</blockquote>\n",
            TagEnd::CodeBlock => "</code></pre>\n",
            TagEnd::List(true) => "</ol>\n",
            TagEnd::List(false) => "</ul>\n",
            TagEnd::Item => "</li>\n",
            TagEnd::FootnoteDefinition => {
                if let Some((label, outer)) = self.outer.pop() {
                    let said = std::mem::replace(&mut self.html, outer);
                    self.footnotes.define(label, said);
                }
                ""
            }
            TagEnd::Table => "</tbody>\n</table></div>\n",
            TagEnd::TableHead => "</tr>\n</thead>\n<tbody>\n",
            TagEnd::TableRow => "</tr>\n",
            TagEnd::TableCell => {
                if self.head {
                    "</th>"
                } else {
                    "</td>"
                }
            }
            TagEnd::Emphasis => "</em>",
            TagEnd::Strong => "</strong>",
            TagEnd::Strikethrough => "</del>",
            TagEnd::Link => return self.end_link(),
            _ => "",
        };
        self.html.push_str(html);
    }
}
