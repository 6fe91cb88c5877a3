//! What has happened at an account and what will: one line of days over all its handoffs.

use super::Lens;
use super::promise::is_open;
use crate::knowledge::{RecordId, item_anchor};
use crate::render::directory::Place;
use crate::render::format::{self, On};
use jiff::Span;
use jiff::civil::Date;
use serde::Serialize;

/// How many days to come, and how many past ones, a timeline shows.
const MOST: usize = 24;

/// A day on which something happens.
#[derive(Debug, Serialize)]
pub struct Event {
    /// `past`, `today` or `future`.
    pub when: &'static str,
    /// The tone.
    pub tone: &'static str,
    /// Where it is told.
    pub href: Option<String>,
    /// What happens.
    pub label: String,
    /// About what.
    pub detail: String,
    /// The day.
    pub on: On,
}

struct Days<'a, 'l> {
    lens: &'l Lens<'a>,
    found: Vec<(Date, Event)>,
}

impl Days<'_, '_> {
    fn add(
        &mut self,
        place: &Place,
        anchor: &str,
        on: Option<Date>,
        tone: &'static str,
        label: impl Into<String>,
        detail: impl Into<String>,
    ) {
        let Some(on) = on else { return };
        let today = self.lens.today();
        let when = if on < today { "past" } else { "future" };
        let href = Some(format!("{}#{anchor}", place.href));
        let on_day = if when == "future" { On::ahead(on, today) } else { On::new(on) };
        self.found.push((on, Event { when, tone, href, label: label.into(), detail: detail.into(), on: on_day }));
    }
}

/// The timeline of some handoffs, the latest day first.
pub fn view(lens: &Lens<'_>, handoffs: &[RecordId]) -> Vec<Event> {
    let mut days = Days { lens, found: Vec::new() };
    for id in handoffs {
        of_handoff(&mut days, *id);
    }
    let mut found = days.found;
    if found.is_empty() {
        return Vec::new();
    }
    let today = lens.today();
    // Days of equal date keep the order in which the handoffs tell them.
    found.sort_by_key(|(on, _)| *on);
    let split = found.partition_point(|(on, _)| *on < today);
    let past = found[..split].len().saturating_sub(MOST);
    let mut events: Vec<Event> = Vec::new();
    let mark = Event {
        when: "today",
        tone: "info",
        href: None,
        label: "Today".to_owned(),
        detail: String::new(),
        on: On::new(today),
    };
    let mut later: Vec<Event> = found.split_off(split).into_iter().take(MOST).map(|(_, event)| event).collect();
    later.reverse();
    events.append(&mut later);
    events.push(mark);
    events.extend(found.into_iter().skip(past).rev().map(|(_, event)| event));
    events
}

fn of_handoff(days: &mut Days<'_, '_>, id: RecordId) {
    let lens = days.lens;
    let fields = lens.base.fields(id);
    let place = lens.directory.record(id);
    let title = place.label.as_str();
    let today = lens.today();
    let renews = fields.date("deal.renews_on");
    days.add(place, "deal", fields.date("deal.closed_on"), "good", "Closed", title);
    days.add(place, "deal", fields.date("deal.starts_on"), "info", "Subscription starts", title);
    let acv = fields.number("deal.acv").map(|acv| format::money(acv, fields.text("deal.currency")));
    let renewal = acv.map_or_else(|| "Renewal".to_owned(), |acv| format!("Renewal, {acv} a year"));
    days.add(place, "deal", renews, "info", renewal, title);
    let notice = fields.number("deal.notice_days").filter(|days| *days > 0.0 && *days < 4000.0);
    let last_day = renews.zip(notice).and_then(|(renews, days)| renews.checked_sub(Span::new().days(days as i64)).ok());
    days.add(place, "deal", last_day, "warn", "Last day to give notice", title);
    let event = fields.text("why.critical_event.what").unwrap_or("Critical event");
    days.add(place, "why", fields.date("why.critical_event.date"), "warn", event, "What sets their clock");
    for (group, anchor, held, planned) in [
        ("intro_call", "intro-call", "Introduction call held", "Introduction call"),
        ("kickoff", "kickoff", "Kickoff held", "Kickoff"),
    ] {
        let held_on = fields.date(&format!("{group}.held_on"));
        let on = held_on.or_else(|| fields.date(&format!("{group}.scheduled_for")));
        match held_on {
            Some(_) => days.add(place, anchor, on, "good", held, title),
            None if on.is_some_and(|on| on < today) => {
                days.add(place, anchor, on, "info", format!("{planned}, planned"), title);
            }
            None => days.add(place, anchor, on, "info", planned, title),
        }
    }
    for (at, promise) in fields.groups("promises").filter(|(_, promise)| is_open(promise)) {
        let to = lens.person(promise.text("made_to")).map_or(String::new(), |to| format!("Promised to {}", to.label));
        let due = promise.date("due");
        let tone = if due.is_some_and(|due| due < today) { "bad" } else { "warn" };
        days.add(place, &item_anchor("promises", at + 1), due, tone, promise.text("what").unwrap_or("A promise"), to);
    }
    for (at, metric) in fields.groups("success.metrics") {
        let target = metric.text("target").map_or(String::new(), |target| format!("Target {target}"));
        let label = metric.text("metric").unwrap_or("A metric");
        days.add(place, &item_anchor("metrics", at + 1), metric.date("by"), "info", label, target);
    }
    for (at, step) in fields.groups("next_steps") {
        if matches!(step.text("status"), Some("todo" | "scheduled")) {
            let label = step.text("what").unwrap_or("A next step");
            let owner = step.text("owner").unwrap_or(title);
            days.add(place, &item_anchor("next_steps", at + 1), step.date("due"), "info", label, owner);
        }
    }
    for (at, system) in fields.groups("technical.integrations") {
        let label = format!("Integration needed: {}", system.text("system").unwrap_or("a system"));
        days.add(place, &item_anchor("integrations", at + 1), system.date("needed_by"), "info", label, title);
    }
    if let Some(receipt) = lens.base.receipt_of(id) {
        let receipt = lens.base.fields(receipt);
        let by = lens.teammate(receipt.text("reviewed_by")).map_or(String::new(), |by| format!(" by {}", by.label));
        let (tone, word) = match receipt.text("decision") {
            Some("returned") => ("bad", "returned"),
            _ => ("good", "accepted"),
        };
        days.add(place, "receipt", receipt.date("reviewed_on"), tone, format!("Handoff {word}{by}"), title);
    }
}
