//! Markdown and text as HTML.
//!
//! Everything but raw HTML is written by us and escaped by us; a document with raw HTML goes through a sanitiser whose
//! allow-list is just what we write ourselves. Links come resolved, so that the same document is written for any place.

mod field;
mod footnotes;
mod run;
mod sanitise;
mod writer;

pub use field::{block_text, inline_text};

use super::markdown::Body;
use super::mentions::MentionMatcher;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// Where a link leads, seen from the page that is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// A page of the site.
    Page {
        /// The address, relative to this page, encoded.
        href: String,
        /// What the page is called: the label of a wikilink that has none.
        title: String,
    },
    /// Another site or a mail address, as written.
    External(String),
    /// A file of the site, such as an image: its address, relative to this page, encoded.
    File(String),
    /// Nothing: why, in a few words.
    Broken(String),
    /// A scheme that is not allowed.
    Unsafe,
}

/// Names that become links where they stand in the text without one.
#[derive(Clone, Copy)]
pub struct Mentions<'a> {
    /// The names.
    pub matcher: &'a MentionMatcher,
    /// The address of what a name stands for, relative to this page, encoded; none for this page itself.
    pub href: &'a dyn Fn(usize) -> Option<String>,
}

/// A body to be written as HTML.
#[derive(Clone, Copy)]
pub struct Rendering<'a> {
    /// The file's text.
    pub text: &'a str,
    /// Its outline.
    pub body: &'a Body,
    /// Where the links lead, by their index in [`Body::links`].
    pub links: &'a dyn Fn(usize) -> Resolved,
    /// Names to link.
    pub mentions: Option<Mentions<'a>>,
    /// The level that the body's highest heading gets: 2 below a page's title.
    pub top_level: u8,
}

/// Writes a body as HTML.
pub fn render(rendering: &Rendering<'_>) -> String {
    let html = writer::write(rendering);
    if rendering.body.has_html { sanitise::sanitise(&html, rendering.body) } else { html }
}

/// What an address must not hold inside an attribute; `%` stays, since addresses may be encoded already.
const ADDRESS: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'{').add(b'}').add(b'|').add(b'\\').add(b'^');

/// Adds an address to an attribute.
fn push_address(html: &mut String, address: &str) {
    for part in utf8_percent_encode(address, ADDRESS) {
        push_escaped(html, part);
    }
}

/// Adds text, so that it means itself both between tags and in an attribute. Control characters, which HTML may not
/// hold, show as replaced.
fn push_escaped(html: &mut String, text: &str) {
    let mut rest = text;
    // By a table of bytes: this runs over every text of every page.
    while let Some(at) = rest.bytes().position(|byte| SUSPECT[usize::from(byte)]) {
        let c = rest[at..].chars().next().unwrap_or_default();
        html.push_str(&rest[..at]);
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\r' => {}
            c if c.is_control() => html.push('\u{fffd}'),
            c => html.push(c),
        }
        rest = &rest[at + c.len_utf8()..];
    }
    html.push_str(rest);
}

/// The bytes with which characters begin that may be no text of HTML's: its own, control characters of ASCII, and all
/// characters that begin as the other control characters do.
const SUSPECT: [bool; 256] = {
    let mut suspect = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        suspect[byte] = !matches!(byte as u8, b'\n' | b'\t');
        byte += 1;
    }
    let mut others: &[u8] = b"&<>\"\x7f\xc2";
    while let [first, rest @ ..] = others {
        suspect[*first as usize] = true;
        others = rest;
    }
    suspect
};
