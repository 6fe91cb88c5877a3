//! A run of plain text in which names and bare addresses become links.

use super::{Mentions, push_address, push_escaped};
use memchr::memmem::Finder;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Adds `text` with its bare addresses and, once for each target that is not in `linked`, its known names as links.
pub fn push(html: &mut String, text: &str, mentions: Option<Mentions<'_>>, linked: &mut BTreeSet<usize>) {
    let mut rest = text;
    while let Some((start, end)) = address(rest) {
        push_names(html, &rest[..start], mentions, linked);
        push_external(html, &rest[start..end]);
        push_escaped(html, &rest[start..end]);
        html.push_str("</a>");
        rest = &rest[end..];
    }
    push_names(html, rest, mentions, linked);
}

/// Opens a link to another site.
pub fn push_external(html: &mut String, address: &str) {
    html.push_str("<a class=\"external\" href=\"");
    push_address(html, address);
    html.push_str("\" rel=\"noopener noreferrer\">");
}

fn push_names(html: &mut String, text: &str, mentions: Option<Mentions<'_>>, linked: &mut BTreeSet<usize>) {
    let mut at = 0;
    if let Some(mentions) = mentions {
        for mention in mentions.matcher.find(text) {
            if linked.contains(&mention.target) {
                continue;
            }
            let Some(href) = (mentions.href)(mention.target) else { continue };
            linked.insert(mention.target);
            push_escaped(html, &text[at..mention.range.start]);
            html.push_str("<a class=\"mention\" href=\"");
            push_address(html, &href);
            html.push_str("\">");
            push_escaped(html, &text[mention.range.clone()]);
            html.push_str("</a>");
            at = mention.range.end;
        }
    }
    push_escaped(html, &text[at..]);
}

/// How a bare web address begins. Made once: most texts are shorter than making it takes.
static SCHEME: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("http"));

/// The first bare web address in `text`, without the punctuation of the sentence around it.
fn address(text: &str) -> Option<(usize, usize)> {
    SCHEME.find_iter(text.as_bytes()).find_map(|start| {
        if text[..start].ends_with(char::is_alphanumeric) {
            return None;
        }
        let rest = &text[start..];
        let scheme = ["https://", "http://"].into_iter().find(|scheme| rest.starts_with(scheme))?;
        let mut open = 0;
        let end = rest.find(|c: char| {
            // A closing bracket belongs to the sentence if the address did not open it.
            open += i32::from(c == '(') - i32::from(c == ')');
            open < 0 || c.is_whitespace() || c.is_control() || "<>\"[]{}|\\^`".contains(c)
        });
        let address = rest[..end.unwrap_or(rest.len())]
            .trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '…', '”', '’']);
        let host = address.get(scheme.len()..)?.split(['/', '?', '#']).next()?;
        let (name, port) = host.split_once(':').unwrap_or((host, "443"));
        let sound = name.starts_with(char::is_alphanumeric)
            && name.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '-')
            && port.parse::<u16>().is_ok();
        sound.then_some((start, start + address.len()))
    })
}
