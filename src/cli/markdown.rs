//! Markdown, laid out for a terminal: what `explain` pages use, and no more.

use super::Painter;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// Lines are broken here, so that a page reads well on a wide screen too.
const WIDTH: usize = 80;

/// The text for a terminal. Without colours, code keeps its backticks.
pub(super) fn render(text: &str, paint: Painter) -> String {
    let mut page = Page { out: String::new(), paint, words: Vec::new(), bold: false, depth: 0 };
    let mut code_block = false;
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::Heading { .. } | Tag::Strong) => page.bold = true,
            Event::End(TagEnd::Strong) => page.bold = false,
            Event::End(TagEnd::Heading(_)) => {
                page.flush("", "");
                page.bold = false;
            }
            Event::End(TagEnd::Paragraph) if page.depth == 0 => {
                page.flush("", "");
                page.out.push('\n');
            }
            Event::Start(Tag::List(_)) => page.depth += 1,
            Event::End(TagEnd::List(_)) => {
                page.depth -= 1;
                if page.depth == 0 {
                    page.out.push('\n');
                }
            }
            Event::End(TagEnd::Item) => page.flush("  - ", "    "),
            Event::Start(Tag::CodeBlock(_)) => code_block = true,
            Event::End(TagEnd::CodeBlock) => {
                code_block = false;
                page.out.push('\n');
            }
            Event::Text(text) if code_block => page.code_block(&text),
            Event::Text(text) => page.text(&text),
            Event::Code(code) if paint.on => page.word(&code, &paint.code(&code)),
            Event::Code(code) => page.word(&format!("`{code}`"), &format!("`{code}`")),
            Event::SoftBreak | Event::HardBreak => page.text(" "),
            _ => {}
        }
    }
    let end = page.out.trim_end().len();
    page.out.truncate(end);
    page.out.push('\n');
    page.out
}

struct Page {
    out: String,
    paint: Painter,
    /// Words waiting for their line: their width and how they are printed.
    words: Vec<(usize, String)>,
    bold: bool,
    depth: usize,
}

impl Page {
    fn text(&mut self, text: &str) {
        for (at, part) in text.split(' ').enumerate() {
            if at > 0 {
                self.words.push((0, String::new()));
            }
            if !part.is_empty() {
                let painted = if self.bold { self.paint.bold(part) } else { part.to_owned() };
                self.word(part, &painted);
            }
        }
    }

    /// Adds to the last word where no space was between: "`code`," must not be torn.
    fn word(&mut self, plain: &str, painted: &str) {
        let width = plain.chars().count();
        match self.words.last_mut() {
            Some((last, text)) => {
                *last += width;
                text.push_str(painted);
            }
            None => self.words.push((width, painted.to_owned())),
        }
    }

    fn flush(&mut self, first: &str, rest: &str) {
        let mut column = first.len();
        self.out.push_str(first);
        let mut fresh = true;
        for (width, text) in self.words.drain(..).filter(|(width, _)| *width > 0) {
            if !fresh && column + 1 + width > WIDTH {
                self.out.push('\n');
                self.out.push_str(rest);
                column = rest.len();
            } else if !fresh {
                self.out.push(' ');
                column += 1;
            }
            self.out.push_str(&text);
            column += width;
            fresh = false;
        }
        self.out.push('\n');
    }

    fn code_block(&mut self, text: &str) {
        for line in text.lines() {
            let (code, comment) = line.find("# ").map_or((line, ""), |at| line.split_at(at));
            let comment = if comment.is_empty() { String::new() } else { self.paint.dim(comment) };
            self.out.push_str(format!("    {}{comment}", self.paint.code(code)).trim_end());
            self.out.push('\n');
        }
    }
}
