//! What people wrote, as HTML: bodies and texts of fields, with their links and the names in them leading somewhere.

use super::directory;
use super::html::Writer;
use super::view::Lens;
use super::view::fields::mappings;
use crate::document::{self, Link, Mentions, Rendering, Resolved};
use crate::fields::Kind;
use crate::knowledge::{RecordId, Resolution, Target, item_anchor};
use crate::route::Route;

/// The body of a record; nothing where it is blank.
pub fn body(lens: &Lens<'_>, id: RecordId) -> Option<String> {
    let text = lens.base.source(id).text();
    let body = lens.base.body(id);
    if text.get(body.span.range()).is_none_or(|text| text.trim().is_empty()) {
        return None;
    }
    let kind = lens.base.record(id).kind;
    let href = |target| mentioned(lens, target);
    let rendering = Rendering {
        text,
        body,
        links: &|at| resolved(lens, id, &body.links[at]),
        mentions: Some(Mentions { matcher: &lens.directory.names, href: &href }),
        // Records have their body below a heading of the page's own.
        top_level: if matches!(kind, Kind::Handoff | Kind::Account | Kind::Receipt) { 3 } else { 2 },
    };
    let mut html = document::render(&rendering);
    match kind {
        // Whatever anchors a receipt has, those of the pages it is shown on are others.
        Kind::Receipt => {
            let own = &lens.base.record(id).id;
            html = html.replace(" id=\"", &format!(" id=\"_r-{own}-"));
            html = html.replace(" href=\"#", &format!(" href=\"#_r-{own}-"));
        }
        // Promises and their like, and the receipt, are linked to from everywhere: a heading of such a name gives way.
        Kind::Handoff => {
            for heading in body.headings.iter().filter(|heading| is_item(lens, &heading.anchor)) {
                let anchor = &heading.anchor;
                html = html.replacen(&format!(" id=\"{anchor}\""), &format!(" id=\"_{anchor}\""), 1);
            }
        }
        _ => {}
    }
    Some(html)
}

/// The text of a field: its lines and paragraphs, with names and bare addresses as links.
pub fn text(writer: &Writer<'_>, text: &str) -> String {
    let href = |target| mentioned(&writer.lens, target);
    let mentions = Some(Mentions { matcher: &writer.lens.directory.names, href: &href });
    let has_paragraphs = text.trim().lines().any(|line| line.trim().is_empty());
    if has_paragraphs { document::block_text(text, mentions) } else { document::inline_text(text, mentions) }
}

/// The address of what a name stands for; none for the page itself.
fn mentioned(lens: &Lens<'_>, name: usize) -> Option<String> {
    let target = directory::target_of(name);
    (Some(target) != lens.here).then(|| format!("{}{}", lens.root, lens.directory.place(target).href))
}

/// Where a link of a record leads.
fn resolved(lens: &Lens<'_>, from: RecordId, link: &Link) -> Resolved {
    let anchored = |href: String, anchor: Option<String>| match anchor {
        Some(anchor) => format!("{href}#{anchor}"),
        None => href,
    };
    match lens.base.resolve(from, link) {
        Resolution::Page(target, anchor) => {
            let place = lens.directory.place(target);
            let href = anchored(format!("{}{}", lens.root, place.href), anchor);
            Resolved::Page { href, title: place.label.clone() }
        }
        Resolution::Here(anchor) => {
            let heading = lens.base.body(from).headings.iter().find(|heading| heading.anchor == anchor);
            let title = heading.map_or_else(|| anchor.clone(), |heading| heading.text.clone());
            Resolved::Page { href: format!("#{anchor}"), title }
        }
        Resolution::List(list, anchor) => {
            let href = if list.is_empty() { "index.html".to_owned() } else { format!("{list}/index.html") };
            let title = if list.is_empty() { lens.base.project.title.clone() } else { super::view::label(list) };
            Resolved::Page { href: anchored(format!("{}{href}", lens.root), anchor), title }
        }
        Resolution::Asset(at) => match Route::file(&*lens.base.assets[at].path) {
            Ok(route) => Resolved::File(format!("{}{}", lens.root, route.href())),
            Err(error) => Resolved::Broken(error.to_string()),
        },
        Resolution::External => Resolved::External(link.target.clone()),
        Resolution::Unsafe => Resolved::Unsafe,
        Resolution::Ambiguous(_) => Resolved::Broken("Several pages are called so".to_owned()),
        Resolution::Broken => Resolved::Broken("Nothing is called so".to_owned()),
    }
}

/// Whether an anchor may be that of a promise or its like, or of the receipt.
fn is_item(lens: &Lens<'_>, anchor: &str) -> bool {
    if anchor == "receipt" {
        return true;
    }
    let Some(number) = anchor.rsplit_once('-').and_then(|(_, number)| number.parse().ok()) else { return false };
    let lists = lens.base.project.schema.walk(Kind::Handoff);
    lists.iter().any(|(_, field)| mappings(field).is_some() && item_anchor(field.name, number) == anchor)
}

/// Which pages mention which, by a link or by name, in the order of kind and id. A handoff's naming of its own account
/// and people says nothing: they are joined already.
pub fn mentions_of(
    base: &crate::knowledge::KnowledgeBase,
    names: &document::MentionMatcher,
    from: RecordId,
) -> Vec<Target> {
    let body = base.body(from);
    let mut found = Vec::new();
    for link in &body.links {
        if let Resolution::Page(target, _) = base.resolve(from, link)
            && !found.contains(&target)
        {
            found.push(target);
        }
    }
    let joined = |target: &Target| match target {
        Target::Record(id) => base.account_of(from) == Some(*id),
        Target::Person(id) => base.person(*id).appearances.iter().any(|(handoff, _)| *handoff == from),
    };
    for name in document::find_mentions(base.source(from).text(), body, names) {
        let target = directory::target_of(name);
        if !found.contains(&target) && !joined(&target) {
            found.push(target);
        }
    }
    found
}
