//! The page of a teammate: what they are to keep, to watch, to answer, and their handoffs by role.

use super::fields::{Row, rows};
use super::promise::{Promise, Risk, Shown, is_live, is_open, is_overdue};
use super::rows::HandoffRow;
use super::{Figure, Lens, Page, Question};
use crate::fields::Kind;
use crate::knowledge::{RecordId, Target};
use crate::record::Group;
use crate::render::directory::{Item, Place};
use crate::render::format;
use jiff::civil::Date;
use serde::Serialize;
use std::borrow::Cow;
use std::cmp::Reverse;

/// How many rows of each kind a page shows.
const MOST: usize = 50;

/// A teammate.
#[derive(Debug, Serialize)]
pub struct Teammate<'a> {
    /// Their job.
    pub role: Option<Cow<'static, str>>,
    /// What stands out.
    pub figures: Vec<Figure>,
    /// What people wrote, as HTML.
    pub prose: Option<String>,
    /// Promises to keep, the first due first.
    pub promises: Vec<Promise<'a>>,
    /// How many there are.
    pub promise_tally: String,
    /// Risks to watch.
    pub risks: Vec<Risk<'a>>,
    /// Questions to answer.
    pub questions: Vec<Question<'a>>,
    /// Their handoffs.
    pub roles: Vec<Role<'a>>,
    /// Their own fields.
    pub props: Vec<Row<'a>>,
}

/// The handoffs in which a teammate has one role.
#[derive(Debug, Serialize)]
pub struct Role<'a> {
    /// The field of `team`.
    pub id: String,
    /// The heading.
    pub label: String,
    /// How many there are.
    pub tally: String,
    /// The newest of them.
    pub handoffs: Vec<HandoffRow<'a>>,
}

const SHOWN: &[&str] = &["name", "role", "redirect_from"];

/// The page of a teammate.
pub fn view<'a>(lens: &Lens<'a>, id: RecordId, lists: &'a Place) -> (Page<'a>, Teammate<'a>) {
    let mut page = lens.page(Target::Record(id), "team", &[lists]);
    let fields = lens.base.fields(id);
    let today = lens.today();
    let duties = lens.directory.duties(id);

    let mut promises: Vec<(Date, Item, &Group)> = duties
        .promises
        .iter()
        .filter_map(|item| Some((*item, lens.item("promises", *item)?)))
        .filter(|(_, group)| is_open(group))
        .map(|(item, group)| (group.date("due").unwrap_or(Date::MAX), item, group))
        .collect();
    promises.sort_by_key(|(due, item, _)| (*due, lens.base.rank(item.handoff), item.at));
    let overdue = promises.iter().filter(|(_, _, group)| is_overdue(group, today)).count();
    let risks: Vec<Item> =
        duties.risks.iter().copied().filter(|item| lens.item("risks", *item).is_some_and(is_live)).collect();

    let figure = Figure::new("Open promises", promises.len().to_string());
    let kept = duties.promises.len() - promises.len();
    let figures = vec![
        if overdue > 0 { figure.note("bad", format!("{overdue} overdue")) } else { figure },
        Figure::new("Settled promises", kept.to_string()),
        Figure::new("Open risks", risks.len().to_string()),
        Figure::new("Questions", duties.questions.len().to_string()),
        Figure::new("Accounts", duties.accounts.len().to_string()),
    ];
    let teammate = Teammate {
        role: lens.state(fields, "role").map(|state| state.label),
        figures,
        prose: lens.prose(id),
        promise_tally: shown(promises.len(), "the first due"),
        promises: promises.iter().take(MOST).filter_map(|(_, item, _)| lens.promise(*item, Shown::Elsewhere)).collect(),
        risks: risks.iter().take(MOST).filter_map(|item| lens.risk(*item, Shown::Elsewhere)).collect(),
        questions: lens.questions(duties.questions.iter().take(MOST).map(|question| &**question), true),
        roles: roles(lens, id),
        props: rows(&lens.writer(fields), lens.base.project.schema.fields(Kind::Teammate), fields, SHOWN),
    };
    page.description = teammate.role.as_deref().map(str::to_owned);
    (page, teammate)
}

/// `412, the newest 100`.
fn shown(all: usize, which: &str) -> String {
    if all > MOST { format!("{}, {which} {MOST}", format::grouped(all as u64)) } else { all.to_string() }
}

fn roles<'a>(lens: &Lens<'a>, id: RecordId) -> Vec<Role<'a>> {
    let duties = lens.directory.duties(id);
    let mut roles = Vec::new();
    for field in lens.handoff_fields("team") {
        let mut handoffs: Vec<RecordId> =
            duties.handoffs.iter().filter(|(_, role)| *role == field.name).map(|(handoff, _)| *handoff).collect();
        if handoffs.is_empty() {
            continue;
        }
        let closed = |id: &RecordId| lens.base.fields(*id).date("deal.closed_on").unwrap_or(Date::MAX);
        handoffs.sort_by_key(|id| (Reverse(closed(id)), lens.base.rank(*id)));
        roles.push(Role {
            id: field.name.replace('_', "-"),
            label: format!("Handoffs as {}", field.label),
            tally: shown(handoffs.len(), "the newest"),
            handoffs: handoffs.iter().take(MOST).map(|id| lens.handoff_row(*id)).collect(),
        });
    }
    roles
}
