//! Accounts, handoffs, people and teammates as lists show them.

use super::account::{next_renewal, running};
use super::people::roles_line;
use super::promise::{is_open, is_overdue};
use super::{Lens, State};
use crate::knowledge::{PersonId, RecordId, Target};
use crate::render::directory::{self, Place};
use crate::render::format::{self, On};
use ahash::AHashSet;
use serde::Serialize;
use std::borrow::Cow;

/// An account in a list.
#[derive(Debug, Serialize)]
pub struct AccountRow<'a> {
    /// The anchor, of the first with its letter.
    pub id: Option<String>,
    /// The name.
    pub label: &'a str,
    /// Its page.
    pub href: &'a str,
    /// Industry and segment.
    pub detail: String,
    /// Where the relationship stands.
    pub lifecycle: Option<State>,
    /// Who looks after it.
    pub csm: Option<&'a Place>,
    /// Promises to be kept.
    pub promises: String,
    /// How many of them are overdue.
    pub trouble: String,
    /// The next renewal.
    pub renews_on: Option<On>,
    /// How many handoffs it has.
    pub handoffs: usize,
    /// What it pays a year.
    pub acv: String,
}

/// A handoff in a list.
#[derive(Debug, Serialize)]
pub struct HandoffRow<'a> {
    /// The title.
    pub label: &'a str,
    /// Its page.
    pub href: &'a str,
    /// The account.
    pub account: Option<&'a Place>,
    /// How far the deal is.
    pub stage: State,
    /// The CSM's answer.
    pub receipt: Option<State>,
    /// Who sold it.
    pub ae: Option<&'a Place>,
    /// Who takes over.
    pub csm: Option<&'a Place>,
    /// The day of signature.
    pub closed_on: Option<On>,
    /// The day of renewal.
    pub renews_on: Option<On>,
    /// Annual contract value.
    pub acv: String,
    /// What is still missing at its stage.
    pub open: String,
}

/// A person in a list.
#[derive(Debug, Serialize)]
pub struct PersonRow<'a> {
    /// The anchor, of the first with its letter.
    pub id: Option<String>,
    /// The name.
    pub label: &'a str,
    /// Their page.
    pub href: &'a str,
    /// Their job.
    pub title: &'a str,
    /// Where they work, and where they did.
    pub accounts: Vec<&'a Place>,
    /// Their part in the newest deal.
    pub role: String,
    /// The weight of their word.
    pub influence: Option<State>,
    /// How they feel about us.
    pub sentiment: Option<State>,
}

/// A teammate in a list.
#[derive(Debug, Serialize)]
pub struct TeamRow<'a> {
    /// The anchor, of the first with its letter.
    pub id: Option<String>,
    /// The name.
    pub label: &'a str,
    /// Their page.
    pub href: &'a str,
    /// Their job.
    pub role: Cow<'static, str>,
    /// How many handoffs they have a part in.
    pub handoffs: usize,
    /// Promises they are to keep.
    pub open: usize,
    /// How many of them are overdue.
    pub overdue: usize,
}

impl<'a> Lens<'a> {
    /// A handoff as lists show it.
    pub fn handoff_row(&self, id: RecordId) -> HandoffRow<'a> {
        let place = self.directory.record(id);
        let fields = self.base.fields(id);
        let receipt = self.base.receipt_of(id).and_then(|receipt| self.state(self.base.fields(receipt), "decision"));
        let missing = self.base.completeness[id.0 as usize].as_ref().map_or(0, |found| found.missing.len());
        HandoffRow {
            label: &place.label,
            href: &place.href,
            account: self.base.account_of(id).map(|account| self.directory.record(account)),
            stage: State::of(self.base.stage_of(id).name()),
            receipt,
            ae: self.teammate(fields.text("team.ae")),
            csm: self.teammate(fields.text("team.csm")),
            closed_on: fields.date("deal.closed_on").map(On::new),
            renews_on: fields.date("deal.renews_on").map(On::new),
            acv: fields
                .number("deal.acv")
                .map_or(String::new(), |acv| format::money(acv, fields.text("deal.currency"))),
            open: if missing == 0 { String::new() } else { format!("{} missing", format::count(missing, "field")) },
        }
    }

    /// An account as lists show it; `anchor` marks the first with its letter.
    pub fn account_row(&self, id: RecordId, anchor: Option<String>) -> AccountRow<'a> {
        let place = self.directory.record(id);
        let fields = self.base.fields(id);
        let handoffs = self.base.handoffs_of(id);
        let today = self.today();
        let promises =
            || handoffs.iter().flat_map(|id| self.base.fields(*id).groups("promises").map(|(_, group)| group));
        let open = promises().filter(|promise| is_open(promise)).count();
        let overdue = promises().filter(|promise| is_overdue(promise, today)).count();
        let segment = self.state(fields, "segment").map(|state| state.label.into_owned());
        let detail = fields.text("industry").map(str::to_owned).into_iter().chain(segment);
        AccountRow {
            id: anchor,
            label: &place.label,
            href: &place.href,
            detail: detail.collect::<Vec<_>>().join(", "),
            lifecycle: self.state(fields, "lifecycle"),
            csm: directory::csm_of(self.base, id).map(|csm| self.directory.record(csm)),
            promises: if open == 0 { String::new() } else { format!("{open} open") },
            trouble: if overdue == 0 { String::new() } else { format!("{overdue} overdue") },
            renews_on: next_renewal(self, handoffs).map(|on| On::due(on, today, "")),
            handoffs: handoffs.len(),
            acv: running(self, handoffs).0,
        }
    }

    /// A person as lists show them.
    pub fn person_row(&self, id: PersonId, anchor: Option<String>) -> PersonRow<'a> {
        let place = self.directory.place(Target::Person(id));
        let person = self.base.person(id);
        let newest = self.newest(id);
        let own = person.file.and_then(|file| self.base.fields(file).text("title"));
        PersonRow {
            id: anchor,
            label: &place.label,
            href: &place.href,
            title: newest.and_then(|group| group.text("title")).or(own).unwrap_or(""),
            accounts: person.accounts.iter().map(|account| self.directory.record(*account)).collect(),
            role: newest.map(roles_line).unwrap_or_default(),
            influence: newest.and_then(|group| self.state(group, "influence")),
            sentiment: newest.and_then(|group| self.state(group, "sentiment")),
        }
    }

    /// A teammate as lists show them.
    pub fn team_row(&self, id: RecordId, anchor: Option<String>) -> TeamRow<'a> {
        let place = self.directory.record(id);
        let duties = self.directory.duties(id);
        let promises = || duties.promises.iter().filter_map(|item| self.item("promises", *item));
        let handoffs: AHashSet<RecordId> = duties.handoffs.iter().map(|(id, _)| *id).collect();
        TeamRow {
            id: anchor,
            label: &place.label,
            href: &place.href,
            role: self.state(self.base.fields(id), "role").map_or(Cow::Borrowed(""), |state| state.label),
            handoffs: handoffs.len(),
            open: promises().filter(|promise| is_open(promise)).count(),
            overdue: promises().filter(|promise| is_overdue(promise, self.today())).count(),
        }
    }
}
