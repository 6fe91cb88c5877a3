//! Lists of accounts, handoffs, people and teammates, a hundred to a page.

use super::orders::{Orders, PAGE};
use super::rows::{AccountRow, HandoffRow, PersonRow, TeamRow};
use super::{Lens, Page};
use crate::fields::Kind;
use crate::render::directory::Place;
use crate::render::format;
use serde::Serialize;
use std::borrow::Cow;

/// A list with at least this many rows gets an index of first letters.
const LETTERS_FROM: usize = 40;

/// A page of a list.
#[derive(Debug, Serialize)]
pub struct List<'a> {
    /// What is listed.
    pub kind: &'static str,
    /// How many there are, in a sentence.
    pub lead: String,
    /// What to say when there are none.
    pub empty: &'static str,
    /// The number of the page, from 1.
    pub number: usize,
    /// The rows of this page.
    pub rows: Rows<'a>,
    /// Where names begin with which letter.
    pub letters: Vec<Letter>,
    /// The pages, some left out.
    pub pages: Vec<Number>,
    /// The page before.
    pub previous: Option<String>,
    /// The page after.
    pub next: Option<String>,
}

/// Rows of one kind.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Rows<'a> {
    /// Of accounts.
    Accounts(Vec<AccountRow<'a>>),
    /// Of handoffs.
    Handoffs(Vec<HandoffRow<'a>>),
    /// Of people.
    People(Vec<PersonRow<'a>>),
    /// Of teammates.
    Team(Vec<TeamRow<'a>>),
}

/// A letter that names begin with.
#[derive(Debug, Serialize)]
pub struct Letter {
    /// The letter.
    pub label: String,
    /// The first row with it; none if no name begins with it.
    pub href: Option<String>,
}

/// A link to a page of the list.
#[derive(Debug, Serialize)]
pub struct Number {
    /// The page.
    pub number: usize,
    /// Where it is.
    pub href: String,
    /// Whether it is this one.
    pub current: bool,
    /// Whether it stands for pages left out.
    pub gap: bool,
}

/// The anchor of a row that is the first with its letter.
fn letter_at(orders: &Orders, kind: Kind, at: usize) -> Option<String> {
    let (letter, _) = orders.letters(kind).iter().find(|(_, first)| *first == at)?;
    Some(anchor(*letter))
}

fn anchor(letter: char) -> String {
    if letter == '#' { "letter-other".to_owned() } else { format!("letter-{}", letter.to_ascii_lowercase()) }
}

/// The address of a page of a list, without slashes at the ends.
pub fn address(kind: Kind, number: usize) -> String {
    let folder = kind.folder();
    if number == 1 { folder.to_owned() } else { format!("{folder}/page/{number}") }
}

/// The name of a list.
pub fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Account => "Accounts",
        Kind::Handoff => "Handoffs",
        Kind::Stakeholder => "Stakeholders",
        _ => "Team",
    }
}

/// A page of a list, the first being 1.
pub fn view<'a>(lens: &Lens<'a>, orders: &Orders, kind: Kind, number: usize, lists: &'a Place) -> (Page<'a>, List<'a>) {
    let all = orders.len(kind);
    let from = (number - 1) * PAGE;
    let range = from..(from + PAGE).min(all);
    let pages = orders.pages(kind);
    let href = |number: usize| format!("{}/index.html", address(kind, number));
    let letters = if all < LETTERS_FROM { Vec::new() } else { letters(orders, kind) };
    let marked = |at: usize| if all < LETTERS_FROM { None } else { letter_at(orders, kind, at) };
    let (empty, rows) = match kind {
        Kind::Account => (
            "No account yet.",
            Rows::Accounts(range.map(|at| lens.account_row(orders.accounts.at(at), marked(at))).collect()),
        ),
        Kind::Handoff => (
            "No handoff yet. `segue new handoff` writes the first one.",
            Rows::Handoffs(orders.handoffs[range].iter().map(|id| lens.handoff_row(*id)).collect()),
        ),
        Kind::Stakeholder => (
            "Nobody yet: people come from the stakeholders of handoffs.",
            Rows::People(range.map(|at| lens.person_row(orders.people.at(at), marked(at))).collect()),
        ),
        _ => ("Nobody yet.", Rows::Team(range.map(|at| lens.team_row(orders.team.at(at), marked(at))).collect())),
    };
    let lead = match kind {
        Kind::Account => format::count(all, "account"),
        Kind::Handoff => format!("{}, newest first", format::count(all, "handoff")),
        Kind::Stakeholder => format!("{} on the customers’ side", people_count(all)),
        _ => format!("{} on our side", people_count(all)),
    };
    let list = List {
        kind: kind.name(),
        lead: format!("{lead}."),
        empty,
        number,
        rows,
        letters,
        pages: numbers(pages, number)
            .into_iter()
            .map(|(page, gap)| Number { number: page, href: href(page), current: page == number, gap })
            .collect(),
        previous: (number > 1).then(|| href(number - 1)),
        next: (number < pages).then(|| href(number + 1)),
    };
    let page = Page {
        title: if number == 1 {
            Cow::Borrowed(title(kind))
        } else {
            Cow::Owned(format!("{}, page {number}", title(kind)))
        },
        section: kind.folder(),
        current: if number == 1 { "page" } else { "true" },
        canonical: lens.canonical(&href(number)),
        description: None,
        crumbs: if number == 1 { Vec::new() } else { vec![lists] },
        toc: Vec::new(),
        faults: Vec::new(),
        backlinks: Vec::new(),
        mentioned: 0,
        edit: None,
    };
    (page, list)
}

fn people_count(number: usize) -> String {
    if number == 1 { "1 person".to_owned() } else { format!("{} people", format::grouped(number as u64)) }
}

fn letters(orders: &Orders, kind: Kind) -> Vec<Letter> {
    let known = orders.letters(kind);
    if known.is_empty() {
        return Vec::new();
    }
    ('A'..='Z')
        .chain(['#'])
        .map(|letter| {
            let first = known.iter().find(|(known, _)| *known == letter).map(|(_, first)| *first);
            let href = first.map(|at| format!("{}/index.html#{}", address(kind, at / PAGE + 1), anchor(letter)));
            Letter { label: letter.to_string(), href }
        })
        .collect()
}

/// The pages that a pager names: the ends, and those around the present one. A gap is marked with the first page left
/// out.
fn numbers(pages: usize, current: usize) -> Vec<(usize, bool)> {
    let mut numbers = Vec::new();
    let mut last = 0;
    for page in 1..=pages {
        let near = page.abs_diff(current) <= 2 || page <= 2 || page + 1 >= pages;
        if near {
            if page != last + 1 {
                numbers.push((last + 1, true));
            }
            numbers.push((page, false));
            last = page;
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn a_pager_names_the_ends_and_what_is_near() {
        assert_eq!(numbers(1, 1), [(1, false)]);
        let pages: Vec<_> = numbers(30, 10).into_iter().map(|(page, gap)| if gap { 0 } else { page }).collect();
        assert_eq!(pages, [1, 2, 0, 8, 9, 10, 11, 12, 0, 29, 30]);
        assert!(numbers(6, 3).iter().all(|(_, gap)| !gap));
    }
}
