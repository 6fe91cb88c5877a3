//! A free page, among its neighbours.

use super::fields::{Row, rows};
use super::{Entry, Lens, Page};
use crate::fields::Kind;
use crate::knowledge::{RecordId, Target};
use crate::record::Data;
use crate::render::directory::Place;
use ahash::AHashMap;
use serde::Serialize;

/// How many neighbours the page names.
const MOST: usize = 60;

/// The fields that have a place of their own.
const SHOWN: &[&str] = &["title", "order", "tags", "redirect_from"];

/// A free page.
#[derive(Debug, Serialize)]
pub struct Free<'a> {
    /// Words to find it by.
    pub tags: Vec<&'a str>,
    /// A project's own fields.
    pub props: Vec<Row<'a>>,
    /// What people wrote, as HTML.
    pub prose: Option<String>,
    /// The pages below it.
    pub children: Vec<&'a Place>,
    /// What its folder is called.
    pub part: &'a str,
    /// The pages of its folder.
    pub neighbours: Vec<Neighbour<'a>>,
    /// The one before it.
    pub previous: Option<&'a Place>,
    /// The one after it.
    pub next: Option<&'a Place>,
}

/// A page of the same folder.
#[derive(Debug, Serialize)]
pub struct Neighbour<'a> {
    /// What it is called.
    pub label: &'a str,
    /// Where it is.
    pub href: &'a str,
    /// Whether it is this one.
    pub current: bool,
}

/// The free pages by their folder, in their order: made once for a site.
#[derive(Debug, Default)]
pub struct Folders(AHashMap<String, Vec<RecordId>>);

impl Folders {
    /// All free pages but the home page's text.
    pub fn new(lens: &Lens<'_>) -> Self {
        let mut folders: AHashMap<String, Vec<RecordId>> = AHashMap::new();
        for id in lens.base.of_kind(Kind::Page) {
            let address = &lens.base.record(id).id;
            if !address.is_empty() {
                folders.entry(above(address).to_owned()).or_default().push(id);
            }
        }
        for pages in folders.values_mut() {
            pages.sort_by_cached_key(|id| {
                let order = match lens.base.fields(*id).get("order").map(|value| &value.data) {
                    Some(Data::Integer(order)) => *order,
                    _ => i64::MAX,
                };
                (order, lens.directory.record(*id).label.clone(), lens.base.rank(*id))
            });
        }
        Self(folders)
    }

    /// The pages directly in a folder; the empty string names the top.
    pub fn pages(&self, folder: &str) -> &[RecordId] {
        self.0.get(folder).map_or(&[], Vec::as_slice)
    }

    /// The folders without a page of their own, such as `playbook` of `playbook/first-call.md`, that are directly at the
    /// top, by name.
    pub fn bare(&self, lens: &Lens<'_>) -> Vec<&str> {
        let tops = self.0.keys().filter(|folder| !folder.is_empty());
        let mut tops: Vec<&str> = tops.map(|folder| folder.split('/').next().unwrap_or(folder)).collect();
        tops.sort_unstable();
        tops.dedup();
        tops.retain(|folder| lens.base.find(Kind::Page, folder).is_none());
        tops
    }

    /// The first page in a folder or below it, and how the folder is called.
    pub fn first(&self, folder: &str) -> Option<RecordId> {
        let mut inside: Vec<&String> = self.0.keys().filter(|known| is_within(known, folder)).collect();
        inside.sort_unstable();
        inside.into_iter().find_map(|folder| self.pages(folder).first().copied())
    }
}

fn is_within(folder: &str, of: &str) -> bool {
    folder == of || folder.strip_prefix(of).is_some_and(|rest| rest.starts_with('/'))
}

fn above(address: &str) -> &str {
    address.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The top part of a free page's address: the entry of the navigation it belongs to.
pub fn top(address: &str) -> &str {
    address.split('/').next().unwrap_or(address)
}

/// A free page.
pub fn view<'a>(lens: &Lens<'a>, folders: &Folders, id: RecordId) -> (Page<'a>, Free<'a>) {
    let address = lens.base.record(id).id.as_str();
    let fields = lens.base.fields(id);
    let mut crumbs: Vec<&Place> = address
        .match_indices('/')
        .filter_map(|(at, _)| lens.base.find(Kind::Page, &address[..at]))
        .map(|id| lens.directory.record(id))
        .collect();
    let folder = above(address);
    let own = lens.base.find(Kind::Page, folder).filter(|_| !folder.is_empty());
    let siblings = folders.pages(folder);
    let at = siblings.iter().position(|page| *page == id);
    let place = |at: Option<usize>| at.and_then(|at| siblings.get(at)).map(|id| lens.directory.record(*id));
    // Around the page, so that it is among those named however many there are.
    let from = at.unwrap_or(0).saturating_sub(MOST / 2);
    let neighbours = siblings.iter().skip(from).take(MOST).map(|page| {
        let place = lens.directory.record(*page);
        Neighbour { label: &place.label, href: &place.href, current: *page == id }
    });
    let is_root = folder.is_empty();
    let free = Free {
        tags: fields.items("tags").iter().filter_map(|tag| tag.text()).collect(),
        props: rows(&lens.writer(fields), lens.base.project.schema.fields(Kind::Page), fields, SHOWN),
        prose: lens.prose(id),
        children: folders.pages(address).iter().take(MOST).map(|id| lens.directory.record(*id)).collect(),
        part: own.map_or("Pages", |own| &lens.directory.record(own).label),
        neighbours: if is_root { Vec::new() } else { neighbours.collect() },
        previous: if is_root { None } else { place(at.and_then(|at| at.checked_sub(1))) },
        next: if is_root { None } else { place(at.map(|at| at + 1)) },
    };
    crumbs.dedup();
    let mut page = lens.page(Target::Record(id), top(address), &crumbs);
    page.current = if address == top(address) { "page" } else { "true" };
    page.toc = lens
        .base
        .body(id)
        .headings
        .iter()
        .filter(|heading| (2..=3).contains(&heading.level) && !heading.text.is_empty())
        .map(|heading| Entry { id: heading.anchor.clone(), label: heading.text.clone(), deep: heading.level == 3 })
        .collect();
    (page, free)
}
