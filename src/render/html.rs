//! Values as HTML: the part of a page that is the same for every field of a type.
//!
//! Templates decide where an answer stands; how a date, a link or an amount is written is decided here, because a
//! handoff has a hundred of them.

use super::directory::Place;
use super::view::Lens;
use super::{format, prose};
use crate::fields::{Field, Kind, Type};
use crate::knowledge::Target;
use crate::record::{Data, Group, Open, Value};
use jiff::civil::Date;
use std::fmt::Write as _;

/// The most characters of an address that a link shows.
const LONGEST_LINK: usize = 40;

/// What values are written with: where links lead from the page, and the currency of its amounts.
#[derive(Clone, Copy)]
pub struct Writer<'a> {
    /// What the page sees.
    pub lens: Lens<'a>,
    /// The currency of the amounts.
    pub currency: Option<&'a str>,
}

impl<'a> Writer<'a> {
    /// The value of a field, or nothing where there is nothing to show.
    pub fn value(&self, field: &Field, value: &Value) -> Option<String> {
        let mut html = String::new();
        self.write(&mut html, &field.ty, field.name, value);
        if html.is_empty() { None } else { Some(html) }
    }

    fn write(&self, html: &mut String, ty: &Type, name: &str, value: &Value) {
        match (&value.data, ty) {
            (Data::None, _) => html.push_str("<span class=\"none\">None; we asked</span>"),
            (Data::Open(open), _) => self.open(html, open),
            (Data::Text(text), Type::Url) => link_out(html, text),
            (Data::Text(text), _) if name == "email" && text.contains('@') => {
                html.push_str("<a href=\"mailto:");
                escape(html, text);
                html.push_str("\">");
                escape(html, text);
                html.push_str("</a>");
            }
            (Data::Text(text), _) => html.push_str(&prose::text(self, text)),
            (Data::Integer(number), Type::Money) => {
                escape(html, &format::money(*number as f64, self.currency));
            }
            (Data::Number(number), Type::Money) => escape(html, &format::money(*number, self.currency)),
            (Data::Integer(number), _) => html.push_str(&format::thousands(*number)),
            (Data::Number(number), _) => html.push_str(&format::number(*number)),
            (Data::Date(date), _) => time(html, *date),
            (Data::Bool(yes), _) => html.push_str(if *yes { "Yes" } else { "No" }),
            (Data::Choice(choice), _) => escape(html, &format::label(choice)),
            (Data::Ref(id), Type::Ref(kind)) => self.reference(html, *kind, id),
            (Data::Ref(id), _) => self.reference(html, Kind::Stakeholder, id),
            (Data::List(items), Type::List(item)) => self.list(html, item, items),
            (Data::Group(group), Type::Group(fields)) => self.group(html, fields, group),
            // Nothing to show; and lists and mappings of another type do not come out of decoding.
            (Data::Empty | Data::Placeholder(_) | Data::Invalid | Data::List(_) | Data::Group(_), _) => {}
        }
    }

    /// A list in a line, or one below the other where its items are sentences.
    fn list(&self, html: &mut String, item: &Type, items: &[Value]) {
        let mut parts = Vec::with_capacity(items.len());
        for value in items {
            let mut part = String::new();
            self.write(&mut part, item, "", value);
            if !part.is_empty() {
                parts.push(part);
            }
        }
        let long = parts.len() > 1 && (!item.fields().is_empty() || parts.iter().any(|part| part.len() > 60));
        if long {
            html.push_str("<ul>");
            for part in parts {
                html.push_str("<li>");
                html.push_str(&part);
                html.push_str("</li>");
            }
            html.push_str("</ul>");
        } else {
            html.push_str(&parts.join(", "));
        }
    }

    /// A mapping inside a section: its first answer, and the others below it in small.
    fn group(&self, html: &mut String, fields: &[Field], group: &Group) {
        let mut first = true;
        for field in fields.iter().filter(|field| self.shows(field)) {
            let Some(entry) = group.entry(field.name) else { continue };
            let Some(value) = self.value(field, &entry.value) else { continue };
            if first {
                match &entry.value.data {
                    Data::Bool(true) => escape(html, &field.label),
                    Data::Bool(false) => {
                        html.push_str("Not ");
                        escape(html, &field.label.to_lowercase());
                    }
                    _ => html.push_str(&value),
                }
                first = false;
            } else {
                html.push_str(" <span class=\"sub\">");
                // A day or a single word after what it belongs to needs no label.
                if !matches!(entry.value.data, Data::Date(_)) || fields.len() > 2 {
                    escape(html, &field.label);
                    html.push_str(": ");
                }
                html.push_str(&value);
                html.push_str("</span>");
            }
        }
    }

    fn open(&self, html: &mut String, open: &Open) {
        html.push_str("<span class=\"open-question\"><span class=\"state warn\">Open question</span> ask ");
        self.reference(html, Kind::Teammate, &open.ask);
        html.push_str(" by ");
        time(html, open.by);
        if open.by < self.lens.base.project.today {
            html.push_str(" <span class=\"tone bad\">");
            html.push_str(&format::On::due(open.by, self.lens.base.project.today, "late").note);
            html.push_str("</span>");
        }
        html.push_str("</span>");
    }

    /// A reference as a link; its bare id where it leads nowhere.
    fn reference(&self, html: &mut String, kind: Kind, id: &str) {
        match self.place(kind, id) {
            Some(place) => self.link(html, place),
            None => escape(html, id),
        }
    }

    /// What has this id.
    pub fn place(&self, kind: Kind, id: &str) -> Option<&'a Place> {
        let target = match kind {
            Kind::Stakeholder => Target::Person(self.lens.base.find_person(id)?),
            _ => Target::Record(self.lens.base.find(kind, id)?),
        };
        Some(self.lens.directory.place(target))
    }

    /// A link to a page of the site.
    pub fn link(&self, html: &mut String, place: &Place) {
        html.push_str("<a href=\"");
        html.push_str(self.lens.root);
        html.push_str(&place.href);
        html.push_str("\">");
        escape(html, &place.label);
        html.push_str("</a>");
    }

    /// Whether the audience may see a field.
    pub fn shows(&self, field: &Field) -> bool {
        !field.restricted || self.lens.base.project.audience == crate::project::Audience::Internal
    }
}

/// Text with what HTML would take for its own escaped.
pub fn escape(html: &mut String, text: &str) {
    let mut start = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            _ => continue,
        };
        html.push_str(&text[start..at]);
        html.push_str(escaped);
        start = at + 1;
    }
    html.push_str(&text[start..]);
}

fn time(html: &mut String, date: Date) {
    write!(html, "<time datetime=\"{}\">{}</time>", format::iso(date), format::day(date)).expect("a string takes it");
}

/// A link that leaves the site, shown without its scheme. Only schemes that the contract allows are links.
fn link_out(html: &mut String, url: &str) {
    let shown = ["https://", "http://", "mailto:"].iter().find_map(|scheme| url.strip_prefix(scheme));
    let Some(shown) = shown else { return escape(html, url) };
    html.push_str("<a href=\"");
    escape(html, url);
    html.push_str("\" rel=\"noreferrer\">");
    let shown = shown.trim_end_matches('/');
    match shown.char_indices().nth(LONGEST_LINK) {
        Some((cut, _)) => {
            escape(html, &shown[..cut]);
            html.push('…');
        }
        None => escape(html, shown),
    }
    html.push_str("</a>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_wherever_it_stands() {
        let mut html = String::new();
        escape(&mut html, "a < b & \"c\" 'd' é");
        assert_eq!(html, "a &lt; b &amp; &quot;c&quot; &#39;d&#39; é");
    }

    #[test]
    fn only_allowed_schemes_become_links() {
        let mut html = String::new();
        link_out(&mut html, "javascript:alert(1)");
        assert_eq!(html, "javascript:alert(1)");
        html.clear();
        link_out(&mut html, "https://example.com/?a=\"b\"");
        assert_eq!(
            html,
            "<a href=\"https://example.com/?a=&quot;b&quot;\" rel=\"noreferrer\">example.com/?a=&quot;b&quot;</a>"
        );
    }
}
