//! Promises, risks and metrics, as the ledgers show them.

use super::fields::{Row, rows};
use super::{Lens, State};
use crate::fields::Field;
use crate::knowledge::{RecordId, item_anchor};
use crate::record::Group;
use crate::render::directory::{Item, Place};
use crate::render::format::{self, On};
use jiff::civil::Date;
use serde::Serialize;
use std::borrow::Cow;

/// A promise.
#[derive(Debug, Serialize)]
pub struct Promise<'a> {
    /// Its anchor, on the page of its handoff.
    pub id: Option<String>,
    /// Where it stands, on other pages.
    pub href: Option<String>,
    /// The promise.
    pub what: Cow<'a, str>,
    /// Its status.
    pub status: State,
    /// Who made it.
    pub by: Option<&'a Place>,
    /// Who heard it.
    pub to: Option<&'a Place>,
    /// When it was made.
    pub made_on: Option<On>,
    /// What it is about and how it was given: `Timeline, verbal`.
    pub how: String,
    /// When it is due.
    pub due: Option<On>,
    /// Who delivers it.
    pub owner: Option<&'a Place>,
    /// Sold, though we knew it was a stretch.
    pub stretch: bool,
    /// Never said outright.
    pub implied: bool,
    /// Whether nothing is to be done about it any more.
    pub settled: bool,
    /// The handoff, on other pages.
    pub handoff: Option<&'a Place>,
    /// The account, on pages about neither.
    pub account: Option<&'a Place>,
    /// Its other fields.
    pub rows: Vec<Row<'a>>,
}

/// A risk.
#[derive(Debug, Serialize)]
pub struct Risk<'a> {
    /// Its anchor, on the page of its handoff.
    pub id: Option<String>,
    /// Where it stands, on other pages.
    pub href: Option<String>,
    /// The risk.
    pub what: Cow<'a, str>,
    /// How bad it would be.
    pub severity: Option<State>,
    /// How likely it is.
    pub likelihood: Option<Cow<'static, str>>,
    /// What it is about.
    pub category: Option<Cow<'static, str>>,
    /// Where it stands.
    pub status: Cow<'static, str>,
    /// Who watches it.
    pub owner: Option<&'a Place>,
    /// Whether it is closed.
    pub settled: bool,
    /// The handoff, on other pages.
    pub handoff: Option<&'a Place>,
    /// The account, on pages about neither.
    pub account: Option<&'a Place>,
    /// Its other fields.
    pub rows: Vec<Row<'a>>,
}

/// A measure of success.
#[derive(Debug, Serialize)]
pub struct Metric<'a> {
    /// Its anchor, on the page of its handoff.
    pub id: Option<String>,
    /// Where it stands, on other pages.
    pub href: Option<String>,
    /// What is measured.
    pub metric: Cow<'a, str>,
    /// Where it stands today.
    pub baseline: String,
    /// Where it should be.
    pub target: String,
    /// By when.
    pub by: Option<On>,
    /// Who measures it.
    pub owner: String,
    /// Its other fields.
    pub rows: Vec<Row<'a>>,
}

/// Where an item is shown, and so what must be said with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// On the page of its handoff: with its anchor.
    AtHome,
    /// On the page of its account: with its handoff.
    AtAccount,
    /// Elsewhere: with its account and handoff.
    Elsewhere,
}

const UNSAID: &str = "Not said";

/// The fields of a promise that have a place of their own in the ledger.
const OF_PROMISE: &[&str] =
    &["what", "type", "basis", "made_by", "made_to", "made_on", "due", "owner", "status", "stretch", "implied"];
const OF_RISK: &[&str] = &["what", "category", "severity", "likelihood", "status", "owner"];
const OF_METRIC: &[&str] = &["metric", "baseline", "target", "by", "owner"];

/// The status of a promise; one that says none has not been started.
pub fn status_of(promise: &Group) -> &str {
    promise.text("status").unwrap_or("not_started")
}

/// Whether a promise is still to be kept.
pub fn is_open(promise: &Group) -> bool {
    matches!(status_of(promise), "not_started" | "in_progress" | "at_risk")
}

/// Whether a promise is past its day and still to be kept.
pub fn is_overdue(promise: &Group, today: Date) -> bool {
    is_open(promise) && promise.date("due").is_some_and(|due| due < today)
}

/// Whether somebody should look at a promise.
pub fn needs_attention(promise: &Group, today: Date) -> bool {
    matches!(status_of(promise), "at_risk" | "broken") || is_overdue(promise, today)
}

/// Whether a risk is still to be watched.
pub fn is_live(risk: &Group) -> bool {
    !matches!(risk.text("status"), Some("closed"))
}

impl<'a> Lens<'a> {
    /// The mapping of an item.
    pub fn item(&self, list: &str, item: Item) -> Option<&'a Group> {
        self.base.fields(item.handoff).items(list).get(item.at)?.group()
    }

    /// A promise as a ledger shows it.
    pub fn promise(&self, item: Item, shown: Shown) -> Option<Promise<'a>> {
        let group = self.item("promises", item)?;
        let writer = self.writer(self.base.fields(item.handoff));
        let settled = !is_open(group);
        let due = group.date("due");
        let how: Vec<_> = ["type", "basis"].iter().filter_map(|name| group.text(name)).collect();
        let how = format::label(&how.join(", ")).into_owned();
        let (id, href) = self.anchored(item, "promises", shown);
        Some(Promise {
            id,
            href,
            what: group.text("what").map_or(Cow::Borrowed(UNSAID), Cow::Borrowed),
            status: self.state(group, "status").unwrap_or_else(|| State::of("not_started")),
            by: self.teammate(group.text("made_by")),
            to: self.person(group.text("made_to")),
            made_on: group.date("made_on").map(On::new),
            how,
            due: due.map(|due| if settled { On::new(due) } else { On::due(due, self.today(), "overdue") }),
            owner: self.teammate(group.text("owner")),
            stretch: group.is_true("stretch"),
            implied: group.is_true("implied"),
            settled,
            handoff: (shown != Shown::AtHome).then(|| self.directory.record(item.handoff)),
            account: self.account_where(item.handoff, shown),
            rows: rows(&writer, self.inner("promises"), group, OF_PROMISE),
        })
    }

    /// A risk as a ledger shows it.
    pub fn risk(&self, item: Item, shown: Shown) -> Option<Risk<'a>> {
        let group = self.item("risks", item)?;
        let writer = self.writer(self.base.fields(item.handoff));
        let (id, href) = self.anchored(item, "risks", shown);
        Some(Risk {
            id,
            href,
            what: group.text("what").map_or(Cow::Borrowed(UNSAID), Cow::Borrowed),
            severity: self.state(group, "severity"),
            likelihood: self.state(group, "likelihood").map(|state| state.label),
            category: self.state(group, "category").map(|state| state.label),
            status: self.state(group, "status").map_or(Cow::Borrowed("Open"), |state| state.label),
            owner: self.teammate(group.text("owner")),
            settled: !is_live(group),
            handoff: (shown != Shown::AtHome).then(|| self.directory.record(item.handoff)),
            account: self.account_where(item.handoff, shown),
            rows: rows(&writer, self.inner("risks"), group, OF_RISK),
        })
    }

    /// The metrics of a handoff.
    pub fn metrics(&self, handoff: RecordId, shown: Shown) -> Vec<Metric<'a>> {
        let fields = self.base.fields(handoff);
        let writer = self.writer(fields);
        let inner = self.handoff_fields("success");
        let inner = inner.iter().find(|field| field.name == "metrics").map_or(&[][..], |field| field.ty.fields());
        let text = |group: &Group, name: &str| {
            let field = inner.iter().find(|field| field.name == name);
            let value = field.and_then(|field| writer.value(field, &group.entry(name)?.value));
            value.unwrap_or_default()
        };
        let groups = fields.groups("success.metrics");
        groups
            .map(|(at, group)| {
                let (id, href) = self.anchored(Item { handoff, at }, "metrics", shown);
                Metric {
                    id,
                    href,
                    metric: group.text("metric").map_or(Cow::Borrowed(UNSAID), Cow::Borrowed),
                    baseline: text(group, "baseline"),
                    target: text(group, "target"),
                    by: group.date("by").map(|by| On::ahead(by, self.today())),
                    owner: text(group, "owner"),
                    rows: rows(&writer, inner, group, OF_METRIC)
                        .into_iter()
                        // Open questions about these stand in their own column already.
                        .filter(|row| !matches!(&*row.label, "Baseline" | "Target" | "Owner"))
                        .collect(),
                }
            })
            .collect()
    }

    /// The fields of the items of one of the handoff's lists.
    pub fn inner(&self, list: &str) -> &'a [Field] {
        self.handoff_fields(list)
    }

    fn anchored(&self, item: Item, list: &str, shown: Shown) -> (Option<String>, Option<String>) {
        let anchor = item_anchor(list, item.at + 1);
        match shown {
            Shown::AtHome => (Some(anchor), None),
            _ => (None, Some(format!("{}#{anchor}", self.directory.record(item.handoff).href))),
        }
    }

    fn account_where(&self, handoff: RecordId, shown: Shown) -> Option<&'a Place> {
        let account = self.base.account_of(handoff).filter(|_| shown == Shown::Elsewhere)?;
        Some(self.directory.record(account))
    }
}
