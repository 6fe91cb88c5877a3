//! Footnotes: numbered by their first mention, gathered at the end, linked both ways.

use std::collections::BTreeMap;
use std::fmt::Write;

/// The footnotes of one document.
#[derive(Debug, Default)]
pub struct Footnotes {
    /// Labels in the order of their first mention, with the number of mentions.
    mentioned: Vec<(String, u32)>,
    /// What they say, as HTML, by label.
    said: BTreeMap<String, String>,
}

impl Footnotes {
    /// Keeps what a footnote says.
    pub fn define(&mut self, label: String, html: String) {
        self.said.entry(label).or_insert(html);
    }

    /// Writes a mention; inside a link it is no link itself.
    pub fn push_mention(&mut self, html: &mut String, label: &str, in_link: bool) {
        let at = self.mentioned.iter().position(|(known, _)| known == label).unwrap_or_else(|| {
            self.mentioned.push((label.to_owned(), 0));
            self.mentioned.len() - 1
        });
        self.mentioned[at].1 += 1;
        let (number, mention) = (at + 1, self.mentioned[at].1);
        if in_link {
            return push(html, format_args!("<sup id=\"fnref-{number}-{mention}\">{number}</sup>"));
        }
        push(
            html,
            format_args!(
                "<sup><a class=\"footnote-mention\" href=\"#fn-{number}\" id=\"fnref-{number}-{mention}\" \
                 role=\"doc-noteref\" aria-label=\"Footnote {number}\">{number}</a></sup>"
            ),
        );
    }

    /// Writes those that were mentioned.
    pub fn push_all(&self, html: &mut String) {
        if self.mentioned.is_empty() {
            return;
        }
        html.push_str("<section class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"Footnotes\">\n<ol>\n");
        for (at, (label, mentions)) in self.mentioned.iter().enumerate() {
            let number = at + 1;
            push(html, format_args!("<li id=\"fn-{number}\">"));
            let said = self.said.get(label).map_or("", |said| said.trim_end());
            // The way back stands at the end of the last paragraph.
            let (body, end) = said.strip_suffix("</p>").map_or((said, ""), |body| (body, "</p>"));
            html.push_str(body);
            for mention in 1..=*mentions {
                push(
                    html,
                    format_args!(
                        " <a class=\"footnote-back\" href=\"#fnref-{number}-{mention}\" role=\"doc-backlink\" \
                         aria-label=\"Back to the text\">↩</a>"
                    ),
                );
            }
            html.push_str(end);
            html.push_str("</li>\n");
        }
        html.push_str("</ol>\n</section>\n");
    }
}

fn push(html: &mut String, text: std::fmt::Arguments<'_>) {
    html.write_fmt(text).expect("a String takes all that is written to it");
}
