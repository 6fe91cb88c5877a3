//! The home page: what is here, and what needs somebody today.

use super::orders::Orders;
use super::promise::{Promise, Shown, is_live, is_open, is_overdue, needs_attention};
use super::rows::HandoffRow;
use super::{Figure, Lens, Page, Question};
use crate::fields::Kind;
use crate::knowledge::{RecordId, Target};
use crate::render::directory::{Item, Place};
use crate::render::format::{self, On, days_between};
use jiff::civil::Date;
use serde::Serialize;
use std::borrow::Cow;

/// How far ahead the home page looks, in days.
const AHEAD: i64 = 90;
/// How many rows each of its lists has.
const MOST: usize = 8;

/// The home page.
#[derive(Debug, Serialize)]
pub struct Home<'a> {
    /// What is here, in a sentence.
    pub lead: String,
    /// What stands out.
    pub figures: Vec<Figure>,
    /// What the project wrote in `content/index.md`, as HTML.
    pub prose: Option<String>,
    /// Promises that are overdue, at risk or broken.
    pub promises: Vec<Promise<'a>>,
    /// How many there are.
    pub promise_tally: String,
    /// Renewals and kickoffs.
    pub coming: Vec<Coming<'a>>,
    /// How many there are.
    pub coming_tally: String,
    /// What is not known yet.
    pub questions: Vec<Question<'a>>,
    /// How many there are.
    pub question_tally: String,
    /// The newest handoffs.
    pub handoffs: Vec<HandoffRow<'a>>,
    /// What each CSM has to look after.
    pub csms: Vec<Csm<'a>>,
}

/// A day that is near.
#[derive(Debug, Serialize)]
pub struct Coming<'a> {
    /// Where it is told.
    pub href: &'a str,
    /// What happens.
    pub label: String,
    /// For whom.
    pub detail: &'a str,
    /// When.
    pub on: On,
}

/// A CSM's accounts in numbers.
#[derive(Debug, Serialize)]
pub struct Csm<'a> {
    /// Who.
    pub who: &'a Place,
    /// How many accounts.
    pub accounts: usize,
    /// Promises to be kept at them.
    pub open: usize,
    /// How many of those are overdue.
    pub overdue: usize,
    /// How many are at risk.
    pub at_risk: usize,
    /// Renewals soon.
    pub renewals: usize,
}

/// The home page.
pub fn view<'a>(lens: &Lens<'a>, orders: &Orders) -> (Page<'a>, Home<'a>) {
    let index = lens.base.find(Kind::Page, "");
    let title = lens.base.project.title.as_str();
    let mut page = Page {
        title: Cow::Borrowed(title),
        section: "home",
        current: "page",
        canonical: lens.canonical(""),
        ..Page::plain("")
    };
    if let Some(index) = index {
        page.faults = lens.page(Target::Record(index), "home", &[]).faults;
    }
    let today = lens.today();
    let promises = troubled(lens);
    let coming = coming(lens);
    let handoffs = format::count(orders.handoffs.len(), "handoff");
    let accounts = format::count(orders.accounts.len(), "account");
    let questions = lens.directory.questions();
    let home = Home {
        lead: format!("{handoffs} over {accounts}, as of {}.", format::day(today)),
        figures: figures(lens, orders, &coming),
        prose: index.and_then(|index| lens.prose(index)),
        promise_tally: more(promises.len()),
        promises: promises
            .iter()
            .take(MOST)
            .filter_map(|item| lens.promise(*item, Shown::Elsewhere))
            .map(|promise| Promise { handoff: None, rows: Vec::new(), ..promise })
            .collect(),
        coming_tally: more(coming.len()),
        coming: coming.into_iter().take(MOST).map(|(_, coming)| coming).collect(),
        question_tally: more(questions.len()),
        questions: lens.questions(questions.take(MOST), true),
        handoffs: recent(lens, orders),
        csms: csms(lens, orders),
    };
    (page, home)
}

/// `132, the first 8`: a count, and how many of them are shown.
fn more(all: usize) -> String {
    match all {
        0 => String::new(),
        _ if all > MOST => format!("{}, the first {MOST}", format::grouped(all as u64)),
        _ => all.to_string(),
    }
}

/// Promises that somebody should look at: those that can still be kept, then the broken ones; the first due first.
fn troubled(lens: &Lens<'_>) -> Vec<Item> {
    let today = lens.today();
    let mut found = Vec::new();
    for handoff in lens.base.of_kind(Kind::Handoff) {
        for (at, group) in lens.base.fields(handoff).groups("promises") {
            if needs_attention(group, today) {
                let due = group.date("due").unwrap_or(Date::MAX);
                found.push((!is_open(group), due, Item { handoff, at }));
            }
        }
    }
    found.sort_by_key(|(settled, due, item)| (*settled, *due, lens.base.rank(item.handoff), item.at));
    found.into_iter().map(|(_, _, item)| item).collect()
}

/// The handoffs that were closed last, then those that are not closed yet.
fn recent<'a>(lens: &Lens<'a>, orders: &Orders) -> Vec<HandoffRow<'a>> {
    let today = lens.today();
    let closed = |id: &&RecordId| lens.base.fields(**id).date("deal.closed_on").is_some_and(|on| on <= today);
    let (newest, ahead) = (orders.handoffs.iter().filter(closed), orders.handoffs.iter().filter(|id| !closed(id)));
    newest.chain(ahead).take(MOST).map(|id| lens.handoff_row(*id)).collect()
}

/// Renewals, last days to give notice, introductions and kickoffs that are near.
fn coming<'a>(lens: &Lens<'a>) -> Vec<(Date, Coming<'a>)> {
    let today = lens.today();
    let mut found = Vec::new();
    for handoff in lens.base.of_kind(Kind::Handoff) {
        let fields = lens.base.fields(handoff);
        let place = lens.directory.record(handoff);
        let detail = lens.base.account_of(handoff).map_or(place, |account| lens.directory.record(account));
        let mut add = |on: Option<Date>, label: &dyn Fn() -> String| {
            if let Some(on) = on.filter(|on| (0..=AHEAD).contains(&days_between(today, *on))) {
                let coming =
                    Coming { href: &place.href, label: label(), detail: &detail.label, on: On::due(on, today, "") };
                found.push((on, coming));
            }
        };
        add(fields.date("deal.renews_on"), &|| match fields.number("deal.acv") {
            Some(acv) => format!("Renewal, {}", format::money(acv, fields.text("deal.currency"))),
            None => "Renewal".to_owned(),
        });
        if fields.date("kickoff.held_on").is_none() {
            add(fields.date("kickoff.scheduled_for"), &|| "Kickoff".to_owned());
        }
        if fields.date("intro_call.held_on").is_none() {
            add(fields.date("intro_call.scheduled_for"), &|| "Introduction call".to_owned());
        }
    }
    found.sort_by_key(|(on, _)| *on);
    found
}

fn figures(lens: &Lens<'_>, orders: &Orders, coming: &[(Date, Coming<'_>)]) -> Vec<Figure> {
    let today = lens.today();
    let (mut open, mut overdue, mut live, mut critical, mut recent) = (0_usize, 0, 0, 0, 0_usize);
    for id in orders.handoffs.iter() {
        let fields = lens.base.fields(*id);
        for (_, promise) in fields.groups("promises") {
            open += usize::from(is_open(promise));
            overdue += usize::from(is_overdue(promise, today));
        }
        for (_, risk) in fields.groups("risks").filter(|(_, risk)| is_live(risk)) {
            live += 1;
            critical += usize::from(risk.text("severity") == Some("critical"));
        }
        let age = fields.date("deal.closed_on").map(|closed| days_between(closed, today));
        recent += usize::from(age.is_some_and(|age| (0..30).contains(&age)));
    }
    let renewals = coming.iter().filter(|(_, coming)| coming.label.starts_with("Renewal")).count();
    let late = lens.directory.questions().take_while(|question| question.by < today).count();
    let linked = |href: &str, number: usize| format!("<a href=\"{href}\">{}</a>", format::grouped(number as u64));
    let bad = |figure: Figure, number: usize, what: &str| {
        if number > 0 { figure.note("bad", format!("{} {what}", format::grouped(number as u64))) } else { figure }
    };
    let handoffs = Figure::new("Handoffs", linked("handoffs/index.html", orders.handoffs.len()));
    vec![
        Figure::new("Accounts", linked("accounts/index.html", orders.accounts.len())),
        if recent > 0 { handoffs.note("", format!("{recent} closed in 30 days")) } else { handoffs },
        bad(Figure::new("Open promises", format::grouped(open as u64)), overdue, "overdue"),
        bad(Figure::new("Open risks", format::grouped(live as u64)), critical, "critical"),
        bad(Figure::new("Open questions", format::grouped(lens.directory.questions().len() as u64)), late, "late"),
        Figure::new("Renewals", format::grouped(renewals as u64)).note("", format!("in {AHEAD} days")),
    ]
}

fn csms<'a>(lens: &Lens<'a>, orders: &Orders) -> Vec<Csm<'a>> {
    let today = lens.today();
    let near = |on: Option<Date>| on.is_some_and(|on| (0..=AHEAD).contains(&days_between(today, on)));
    let count = |id: RecordId| {
        let accounts = &lens.directory.duties(id).accounts;
        if accounts.is_empty() {
            return None;
        }
        let mut csm = Csm {
            who: lens.directory.record(id),
            accounts: accounts.len(),
            open: 0,
            overdue: 0,
            at_risk: 0,
            renewals: 0,
        };
        for handoff in accounts.iter().flat_map(|account| lens.base.handoffs_of(*account)) {
            let fields = lens.base.fields(*handoff);
            csm.renewals += usize::from(near(fields.date("deal.renews_on")));
            for (_, promise) in fields.groups("promises") {
                csm.open += usize::from(is_open(promise));
                csm.overdue += usize::from(is_overdue(promise, today));
                csm.at_risk += usize::from(promise.text("status") == Some("at_risk"));
            }
        }
        Some(csm)
    };
    orders.team.iter().filter_map(count).collect()
}
