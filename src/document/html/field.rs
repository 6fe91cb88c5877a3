//! Text of fields as HTML: no Markdown, but its lines, bare addresses and known names.

use super::{Mentions, run};
use std::collections::BTreeSet;

/// Text as part of a line: line breaks are kept.
pub fn inline_text(text: &str, mentions: Option<Mentions<'_>>) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8);
    push_lines(&mut html, text.trim(), mentions, &mut BTreeSet::new());
    html
}

/// Text as paragraphs: an empty line begins a new one.
pub fn block_text(text: &str, mentions: Option<Mentions<'_>>) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8);
    let mut linked = BTreeSet::new();
    let lines: Vec<&str> = text.lines().collect();
    for paragraph in lines.split(|line| line.trim().is_empty()).filter(|lines| !lines.is_empty()) {
        html.push_str("<p>");
        push_lines(&mut html, &paragraph.join("\n"), mentions, &mut linked);
        html.push_str("</p>\n");
    }
    html
}

fn push_lines(html: &mut String, text: &str, mentions: Option<Mentions<'_>>, linked: &mut BTreeSet<usize>) {
    for (at, line) in text.lines().enumerate() {
        if at > 0 {
            html.push_str("<br>");
        }
        run::push(html, line.trim(), mentions, linked);
    }
}
