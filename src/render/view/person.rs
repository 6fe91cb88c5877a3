//! The page of a person on the customer's side: every time they appear, newest first.

use super::fields::{Row, rows};
use super::people::{ON_CARD, choices};
use super::promise::{Promise, Shown};
use super::{Entry, Lens, Page, State};
use crate::fields::Kind;
use crate::knowledge::{PersonId, RecordId, Target};
use crate::record::Group;
use crate::render::directory::{self, Place};
use crate::render::format::On;
use serde::Serialize;

/// A person.
#[derive(Debug, Serialize)]
pub struct Person<'a> {
    /// Where they work, and where they did.
    pub accounts: Vec<&'a Place>,
    /// Their job.
    pub title: Option<&'a str>,
    /// Their part in the newest deal.
    pub roles: Vec<State>,
    /// What people wrote, as HTML.
    pub prose: Option<String>,
    /// Every deal they had a part in, newest first.
    pub appearances: Vec<Appearance<'a>>,
    /// What was promised to them.
    pub promises: Vec<Promise<'a>>,
    /// How to reach them, and the fields of their own file.
    pub props: Vec<Row<'a>>,
    /// Whom they report to.
    pub boss: Option<&'a Place>,
    /// Who reports to them.
    pub reports: Vec<&'a Place>,
}

/// A person as one handoff knows them.
#[derive(Debug, Serialize)]
pub struct Appearance<'a> {
    /// A number, unique on the page.
    pub id: usize,
    /// The handoff.
    pub handoff: &'a Place,
    /// The place in it.
    pub href: String,
    /// When it was closed.
    pub closed_on: Option<On>,
    /// The account.
    pub account: Option<&'a Place>,
    /// Their job then.
    pub title: Option<&'a str>,
    /// Their part.
    pub roles: Vec<State>,
    /// The weight of their word.
    pub influence: Option<State>,
    /// How they felt about us.
    pub sentiment: Option<State>,
    /// Whom they reported to.
    pub reports_to: Option<&'a Place>,
    /// The other fields.
    pub rows: Vec<Row<'a>>,
}

/// Facts that hold whatever the deal: shown once, beside the page.
const CONTACT: &[&str] = &["email", "phone", "time_zone"];
const OWN_SHOWN: &[&str] = &["name", "title", "account", "redirect_from"];

/// The page of a person.
pub fn view<'a>(lens: &Lens<'a>, id: PersonId, lists: &'a Place) -> (Page<'a>, Person<'a>) {
    let mut page = lens.page(Target::Person(id), "stakeholders", &[lists]);
    let known = lens.base.person(id);
    let newest = lens.newest(id);
    let own = known.file.map(|file| lens.base.fields(file));
    let appearances: Vec<_> = known
        .appearances
        .iter()
        .enumerate()
        .filter_map(|(number, (handoff, at))| appearance(lens, number + 1, *handoff, *at))
        .collect();
    let promises = lens
        .directory
        .promised(&lens.base.person(id).id)
        .iter()
        .filter_map(|item| lens.promise(*item, Shown::AtAccount));
    let title = own.and_then(|own| own.text("title")).or_else(|| newest.and_then(|group| group.text("title")));
    let person = Person {
        accounts: known.accounts.iter().map(|account| lens.directory.record(*account)).collect(),
        title,
        roles: newest.map(|group| choices(group, "roles")).unwrap_or_default(),
        prose: known.file.and_then(|file| lens.prose(file)),
        appearances,
        promises: promises.collect(),
        props: props(lens, id, own),
        boss: directory::reports_to(lens.base, id).map(|boss| lens.directory.place(Target::Person(boss))),
        reports: lens
            .directory
            .reports(&lens.base.person(id).id)
            .iter()
            .map(|id| lens.directory.place(Target::Person(*id)))
            .collect(),
    };
    page.description = title.map(str::to_owned);
    page.toc =
        person.appearances.iter().map(|entry| Entry::new(format!("_in-{}", entry.id), &entry.handoff.label)).collect();
    (page, person)
}

fn appearance<'a>(lens: &Lens<'a>, number: usize, handoff: RecordId, at: usize) -> Option<Appearance<'a>> {
    let group = lens.base.appearance(handoff, at)?;
    let fields = lens.base.fields(handoff);
    let place = lens.directory.record(handoff);
    let shown: Vec<&str> = ON_CARD.iter().chain(CONTACT).copied().collect();
    Some(Appearance {
        id: number,
        handoff: place,
        href: format!("{}#{}", place.href, crate::knowledge::item_anchor("stakeholders", at + 1)),
        closed_on: fields.date("deal.closed_on").map(On::new),
        account: lens.base.account_of(handoff).map(|account| lens.directory.record(account)),
        title: group.text("title"),
        roles: choices(group, "roles"),
        influence: lens.state(group, "influence"),
        sentiment: lens.state(group, "sentiment"),
        reports_to: lens.person(group.text("reports_to")),
        rows: rows(&lens.writer(fields), lens.inner("stakeholders"), group, &shown),
    })
}

/// How to reach them, by the newest entry that says so, and what their own file adds.
fn props<'a>(lens: &Lens<'a>, id: PersonId, own: Option<&'a Group>) -> Vec<Row<'a>> {
    let mut props = Vec::new();
    if let Some(own) = own {
        props = rows(&lens.writer(own), lens.base.project.schema.fields(Kind::Stakeholder), own, OWN_SHOWN);
    }
    for field in lens.inner("stakeholders").iter().filter(|field| CONTACT.contains(&field.name)) {
        if own.is_some_and(|own| own.entry(field.name).is_some_and(|entry| entry.value.is_filled())) {
            continue;
        }
        let said = lens.base.person(id).appearances.iter().find_map(|(handoff, at)| {
            let entry = lens.base.appearance(*handoff, *at)?.entry(field.name)?;
            let writer = lens.writer(lens.base.fields(*handoff));
            writer.shows(field).then(|| writer.value(field, &entry.value)).flatten()
        });
        if let Some(html) = said {
            props.push(Row::new(&*field.label, html));
        }
    }
    props
}
