//! People on the customer's side: as a handoff lists them, on a map, and along their reporting lines.

use super::fields::{Row, rows};
use super::{Lens, State};
use crate::knowledge::{PersonId, RecordId, Target, item_anchor};
use crate::record::{Data, Group};
use crate::render::directory::{self, Place};
use crate::render::format;
use ahash::AHashSet;
use serde::Serialize;

/// A person as one handoff knows them.
#[derive(Debug, Serialize)]
pub struct Stakeholder<'a> {
    /// The anchor.
    pub id: String,
    /// The name.
    pub label: &'a str,
    /// The person's page.
    pub href: &'a str,
    /// Letters for a face.
    pub initials: String,
    /// Their job.
    pub title: Option<&'a str>,
    /// Their part in the deal.
    pub roles: Vec<State>,
    /// The weight of their word.
    pub influence: Option<State>,
    /// How they feel about us.
    pub sentiment: Option<State>,
    /// Whom they report to.
    pub reports_to: Option<&'a Place>,
    /// The other fields.
    pub rows: Vec<Row<'a>>,
}

/// Influence by sentiment.
#[derive(Debug, Serialize)]
pub struct Map<'a> {
    /// The sentiments.
    pub columns: Vec<State>,
    /// One row for each weight.
    pub rows: Vec<MapRow<'a>>,
}

/// The people of one weight.
#[derive(Debug, Serialize)]
pub struct MapRow<'a> {
    /// The weight.
    pub level: State,
    /// One cell for each sentiment.
    pub cells: Vec<MapCell<'a>>,
}

/// The people of one weight and sentiment.
#[derive(Debug, Serialize)]
pub struct MapCell<'a> {
    /// The tone of the sentiment.
    pub tone: &'static str,
    /// Who.
    pub people: Vec<Pin<'a>>,
}

/// A person on the map.
#[derive(Clone, Debug, Serialize)]
pub struct Pin<'a> {
    /// The name.
    pub label: &'a str,
    /// The person's page.
    pub href: &'a str,
    /// Their part.
    pub role: String,
}

/// A person and those who report to them.
#[derive(Debug, Serialize)]
pub struct Branch<'a> {
    /// The name.
    pub label: &'a str,
    /// The person's page.
    pub href: &'a str,
    /// Their job.
    pub title: Option<&'a str>,
    /// Those who report to them.
    pub reports: Vec<Branch<'a>>,
}

/// The fields of a stakeholder that have a place of their own on the card.
pub const ON_CARD: &[&str] = &["id", "name", "title", "roles", "influence", "sentiment", "reports_to"];

/// The values of a list of choices.
pub fn choices(group: &Group, name: &str) -> Vec<State> {
    let items = group.items(name).iter();
    items
        .filter_map(|item| match item.data {
            Data::Choice(value) => Some(State::of(value)),
            _ => None,
        })
        .collect()
}

/// A person's roles in one line.
pub fn roles_line(group: &Group) -> String {
    let names: Vec<&str> = group.items("roles").iter().filter_map(|item| item.text()).collect();
    format::label(&names.join(", ")).into_owned()
}

impl<'a> Lens<'a> {
    /// An entry of a handoff's `stakeholders`, with the page of the person it is about.
    pub fn stakeholder(&self, handoff: RecordId, at: usize, person: PersonId) -> Option<Stakeholder<'a>> {
        let group = self.base.appearance(handoff, at)?;
        let place = self.directory.place(Target::Person(person));
        let writer = self.writer(self.base.fields(handoff));
        let label = group.text("name").unwrap_or(&place.label);
        Some(Stakeholder {
            id: item_anchor("stakeholders", at + 1),
            label,
            href: &place.href,
            initials: format::initials(label),
            title: group.text("title"),
            roles: choices(group, "roles"),
            influence: self.state(group, "influence"),
            sentiment: self.state(group, "sentiment"),
            reports_to: self.person(group.text("reports_to")),
            rows: rows(&writer, self.inner("stakeholders"), group, ON_CARD),
        })
    }

    /// The stakeholders of a handoff.
    pub fn stakeholders(&self, handoff: RecordId) -> Vec<Stakeholder<'a>> {
        let people = self.base.people_of(handoff).into_iter().enumerate();
        people.filter_map(|(at, person)| self.stakeholder(handoff, at, person?)).collect()
    }

    /// A map of entries of people; `None` where fewer than two have a place on it.
    pub fn map(&self, entries: impl Iterator<Item = (PersonId, &'a Group)>) -> Option<Map<'a>> {
        const SENTIMENTS: [&str; 3] = ["negative", "neutral", "positive"];
        const LEVELS: [&str; 3] = ["high", "medium", "low"];
        let mut cells: [[Vec<Pin<'a>>; 3]; 3] = Default::default();
        let mut placed = 0;
        for (person, group) in entries {
            let at = |name: &str, values: [&str; 3]| {
                let value = group.text(name)?;
                values.iter().position(|candidate| *candidate == value)
            };
            if let (Some(row), Some(column)) = (at("influence", LEVELS), at("sentiment", SENTIMENTS)) {
                let place = self.directory.place(Target::Person(person));
                cells[row][column].push(Pin { label: &place.label, href: &place.href, role: roles_line(group) });
                placed += 1;
            }
        }
        if placed < 2 {
            return None;
        }
        let rows = LEVELS.into_iter().zip(cells).map(|(level, cells)| MapRow {
            level: State::of(level),
            cells: SENTIMENTS
                .into_iter()
                .zip(cells)
                .map(|(sentiment, people)| MapCell { tone: State::of(sentiment).tone, people })
                .collect(),
        });
        Some(Map { columns: SENTIMENTS.into_iter().map(State::of).collect(), rows: rows.collect() })
    }

    /// The reporting lines among some people; empty where nobody reports to another one of them.
    pub fn tree(&self, people: &[PersonId]) -> Vec<Branch<'a>> {
        let among: AHashSet<PersonId> = people.iter().copied().collect();
        let boss = |id: PersonId| directory::reports_to(self.base, id).filter(|boss| among.contains(boss));
        if !people.iter().any(|id| boss(*id).is_some()) {
            return Vec::new();
        }
        let mut seen = AHashSet::new();
        let tops = people.iter().filter(|id| boss(**id).is_none());
        let branches = tops.filter_map(|id| self.branch(*id, &among, &mut seen));
        branches.filter(|branch| !branch.reports.is_empty()).collect()
    }

    /// `seen` guards against lines that lead back to themselves, which are errors but may be published.
    fn branch(&self, id: PersonId, among: &AHashSet<PersonId>, seen: &mut AHashSet<PersonId>) -> Option<Branch<'a>> {
        if !seen.insert(id) {
            return None;
        }
        let place = self.directory.place(Target::Person(id));
        let title = self.newest(id).and_then(|group| group.text("title"));
        let reports = self.directory.reports(&self.base.person(id).id).iter().filter(|id| among.contains(id));
        let reports = reports.filter_map(|id| self.branch(*id, among, seen)).collect();
        Some(Branch { label: &place.label, href: &place.href, title, reports })
    }

    /// The newest entry of a person.
    pub fn newest(&self, id: PersonId) -> Option<&'a Group> {
        let (handoff, at) = self.base.person(id).appearances.first()?;
        self.base.appearance(*handoff, *at)
    }
}
