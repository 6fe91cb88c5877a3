//! What somebody at an account should look at, and what is to be done next.

use super::account::due;
use super::promise::{is_live, is_open, needs_attention};
use super::{Lens, State};
use crate::knowledge::{RecordId, item_anchor};
use crate::render::directory::Item;
use crate::render::format::{self, On};
use jiff::civil::Date;
use serde::Serialize;

/// A line of a list: what, its state, and a link to the place.
#[derive(Debug, Serialize)]
pub struct Line {
    /// Where it is told.
    pub href: String,
    /// What it is.
    pub label: String,
    /// About what.
    pub detail: String,
    /// Its state.
    pub state: Option<State>,
    /// A day, or how bad it is.
    pub note: String,
}

/// Handoffs sent back, promises in trouble and grave risks.
pub fn attention(lens: &Lens<'_>, handoffs: &[RecordId], promises: &[Item], risks: &[Item]) -> Vec<Line> {
    let today = lens.today();
    let mut lines = Vec::new();
    let href = |item: &Item, list: &str| {
        format!("{}#{}", lens.directory.record(item.handoff).href, item_anchor(list, item.at + 1))
    };
    for id in handoffs {
        let receipt = lens.base.receipt_of(*id).map(|receipt| lens.base.fields(receipt));
        if receipt.is_some_and(|receipt| receipt.text("decision") == Some("returned")) {
            let place = lens.directory.record(*id);
            lines.push(Line {
                href: format!("{}#receipt", place.href),
                label: place.label.clone(),
                detail: "The CSM sent this handoff back".to_owned(),
                state: Some(State::of("returned")),
                note: String::new(),
            });
        }
    }
    for item in promises {
        let Some(group) = lens.item("promises", *item).filter(|group| needs_attention(group, today)) else { continue };
        let state = lens.state(group, "status").unwrap_or_else(|| State::of("not_started"));
        let due = group.date("due");
        let on = due.map(|due| if is_open(group) { On::due(due, today, "overdue") } else { On::new(due) });
        let to = lens.person(group.text("made_to"));
        lines.push(Line {
            href: href(item, "promises"),
            label: group.text("what").unwrap_or("A promise").to_owned(),
            detail: to.map_or_else(|| "Promise".to_owned(), |to| format!("Promised to {}", to.label)),
            state: Some(state),
            note: on.map_or(String::new(), |on| if on.note.is_empty() { on.text } else { on.note }),
        });
    }
    for item in risks {
        let Some(group) = lens.item("risks", *item) else { continue };
        if is_live(group) && matches!(group.text("severity"), Some("high" | "critical")) {
            let likelihood = group.text("likelihood").map_or(String::new(), |how| format!(", {how} likelihood"));
            lines.push(Line {
                href: href(item, "risks"),
                label: group.text("what").unwrap_or("A risk").to_owned(),
                detail: format!("Risk{likelihood}"),
                state: lens.state(group, "severity"),
                note: String::new(),
            });
        }
    }
    lines
}

/// The next steps that are not done, the first due first.
pub fn steps(lens: &Lens<'_>, handoffs: &[RecordId]) -> Vec<Line> {
    let mut found: Vec<(Date, Line)> = Vec::new();
    for id in handoffs {
        let place = lens.directory.record(*id);
        for (at, step) in lens.base.fields(*id).groups("next_steps") {
            if !matches!(step.text("status"), Some("todo" | "scheduled")) {
                continue;
            }
            let kind = lens.state(step, "kind").map(|state| state.label.into_owned());
            let who = step.text("owner").map(str::to_owned);
            let line = Line {
                href: format!("{}#{}", place.href, item_anchor("next_steps", at + 1)),
                label: step.text("what").unwrap_or("A step").to_owned(),
                detail: kind.into_iter().chain(who).collect::<Vec<_>>().join(", "),
                state: lens.state(step, "status"),
                note: step.date("due").map_or(String::new(), format::day),
            };
            found.push((due(step), line));
        }
    }
    found.sort_by_key(|(due, _)| *due);
    found.into_iter().map(|(_, line)| line).collect()
}
