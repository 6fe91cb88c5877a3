//! The page of a handoff: every field it has, section by section as the table orders them.

use super::fields::Row;
use super::people::{Map, Stakeholder};
use super::promise::{Metric, Promise, Risk, Shown, is_live, is_open, is_overdue};
use super::receipt::Receipt;
use super::sections::{self, Section};
use super::{Entry, Figure, Ids, Lens, Page, Question, State};
use crate::fields::Kind;
use crate::knowledge::{RecordId, Target};
use crate::record::{Completeness, Group};
use crate::render::directory::{Item, Place};
use crate::render::format::{self, On};
use serde::Serialize;
use std::borrow::Cow;

/// A handoff.
#[derive(Debug, Serialize)]
pub struct Handoff<'a> {
    /// The anchors of the sections that are no fields.
    pub ids: Ids,
    /// The account.
    pub account: Option<&'a Place>,
    /// How far the deal is.
    pub stage: State,
    /// What kind of deal it is.
    #[serde(rename = "type")]
    pub deal_type: Option<Cow<'static, str>>,
    /// What stands out.
    pub figures: Vec<Figure>,
    /// What is not known yet.
    pub questions: Vec<Question<'a>>,
    /// What people wrote, as HTML.
    pub prose: Option<String>,
    /// The fields.
    pub sections: Vec<Section<'a>>,
    /// Where its people stand.
    pub map: Option<Map<'a>>,
    /// Its people.
    pub stakeholders: Vec<Stakeholder<'a>>,
    /// Its promises.
    pub promises: Vec<Promise<'a>>,
    /// Its risks.
    pub risks: Vec<Risk<'a>>,
    /// Its measures of success.
    pub metrics: Vec<Metric<'a>>,
    /// The CSM's answer.
    pub receipt: Option<Receipt<'a>>,
    /// How far it is.
    pub meter: Option<Meter<'a>>,
    /// The facts beside the page.
    pub props: Vec<Row<'a>>,
    /// The account's handoff before it.
    pub previous: Option<&'a Place>,
    /// The account's handoff after it.
    pub next: Option<&'a Place>,
}

/// How many of the fields that are due are filled.
#[derive(Debug, Serialize)]
pub struct Meter<'a> {
    /// Filled or asked.
    pub filled: usize,
    /// Due.
    pub due: usize,
    /// The tone.
    pub tone: &'static str,
    /// Both in words.
    pub text: String,
    /// The paths of the others.
    pub missing: Vec<&'a str>,
}

/// The page of a handoff.
pub fn view<'a>(lens: &Lens<'a>, id: RecordId, lists: &'a Place) -> (Page<'a>, Handoff<'a>) {
    let fields = lens.base.fields(id);
    let account = lens.base.account_of(id).map(|account| lens.directory.record(account));
    let crumbs: Vec<&Place> = std::iter::once(lists).chain(account).collect();
    let mut page = lens.page(Target::Record(id), "handoffs", &crumbs);

    let items = |list: &str| fields.groups(list).map(move |(at, _)| Item { handoff: id, at }).collect::<Vec<_>>();
    let people = lens.base.people_of(id).into_iter().enumerate();
    let entries = people.filter_map(|(at, person)| Some((person?, lens.base.appearance(id, at)?)));
    let (previous, next) = neighbours(lens, id);
    let handoff = Handoff {
        ids: lens.ids(id, &["open-questions", "notes"]),
        account,
        stage: State::of(lens.base.stage_of(id).name()),
        deal_type: lens.state(fields, "deal.type").map(|state| state.label),
        figures: figures(lens, fields),
        questions: lens.questions(lens.directory.questions_of(id), false),
        prose: lens.prose(id),
        sections: sections::view(lens, id, fields),
        map: lens.map(entries),
        stakeholders: lens.stakeholders(id),
        promises: items("promises").into_iter().filter_map(|item| lens.promise(item, Shown::AtHome)).collect(),
        risks: items("risks").into_iter().filter_map(|item| lens.risk(item, Shown::AtHome)).collect(),
        metrics: lens.metrics(id, Shown::AtHome),
        receipt: lens.receipt(id, false),
        meter: lens.base.completeness[id.0 as usize].as_deref().map(meter),
        props: props(lens, id, fields),
        previous,
        next,
    };
    page.toc = toc(&handoff, !page.backlinks.is_empty());
    page.description = fields.text("why.desired_outcome").map(str::to_owned);
    (page, handoff)
}

fn toc(handoff: &Handoff<'_>, mentioned: bool) -> Vec<Entry> {
    let mut toc = Vec::new();
    let mut add = |there: bool, id: &str, label: &str| {
        if there {
            toc.push(Entry::new(id, label));
        }
    };
    add(!handoff.questions.is_empty(), &handoff.ids["open_questions"], "Open questions");
    for section in &handoff.sections {
        add(true, &section.id, section.title);
    }
    add(handoff.prose.is_some(), &handoff.ids["notes"], "Notes");
    add(handoff.receipt.is_some(), "receipt", "Receipt");
    add(mentioned, "_mentioned-in", "Mentioned in");
    toc
}

/// The handoffs of the same account before and after this one.
fn neighbours<'a>(lens: &Lens<'a>, id: RecordId) -> (Option<&'a Place>, Option<&'a Place>) {
    let Some(account) = lens.base.account_of(id) else { return (None, None) };
    let handoffs = lens.base.handoffs_of(account);
    let Some(at) = handoffs.iter().position(|handoff| *handoff == id) else { return (None, None) };
    let place = |at: Option<usize>| at.and_then(|at| handoffs.get(at)).map(|id| lens.directory.record(*id));
    // Newest first.
    (place(at.checked_add(1)), place(at.checked_sub(1)))
}

fn meter(found: &Completeness) -> Meter<'_> {
    let filled = found.filled + found.asked;
    let mut text = format!("{} of {} fields due at {}", found.filled, found.due, format::label(found.stage.name()));
    if found.asked > 0 {
        text.push_str(&format!(", {} asked", found.asked));
    }
    let missing: Vec<&str> = found.missing.iter().map(|missing| missing.path.as_str()).collect();
    // Nothing due is as good as everything filled, and a meter needs a scale.
    let (filled, due) = if found.due == 0 { (1, 1) } else { (filled, found.due) };
    Meter { filled, due, tone: if missing.is_empty() { "good" } else { "warn" }, text, missing }
}

fn figures(lens: &Lens<'_>, fields: &Group) -> Vec<Figure> {
    let today = lens.today();
    let currency = fields.text("deal.currency");
    let mut figures = Vec::new();
    if let Some(acv) = fields.number("deal.acv") {
        let total = fields.number("deal.tcv").map(|tcv| format!("{} in total", format::money(tcv, currency)));
        figures.push(Figure::new("ACV", format::money(acv, currency)).note("", total.unwrap_or_default()));
    }
    if let Some(months) = fields.number("deal.term_months") {
        let starts = fields.date("deal.starts_on").map(|date| format!("from {}", format::day(date)));
        let term = format::count(months as usize, "month");
        figures.push(Figure::new("Term", term).note("", starts.unwrap_or_default()));
    }
    if let Some(renews) = fields.date("deal.renews_on") {
        let on = On::ahead(renews, today);
        let notice = fields.number("deal.notice_days").map(|days| format!("{} days’ notice", format::number(days)));
        let note: Vec<_> = std::iter::once(on.note).filter(|note| !note.is_empty()).chain(notice).collect();
        figures.push(Figure::new("Renews", on.text).note("", note.join(", ")));
    }
    let promises: Vec<&Group> = fields.groups("promises").map(|(_, promise)| promise).collect();
    if !promises.is_empty() {
        let open = promises.iter().filter(|promise| is_open(promise)).count();
        let overdue = promises.iter().filter(|promise| is_overdue(promise, today)).count();
        let figure = Figure::new("Open promises", open.to_string());
        figures.push(if overdue > 0 {
            figure.note("bad", format!("{overdue} overdue"))
        } else {
            figure.note("", format!("of {}", promises.len()))
        });
    }
    let risks: Vec<&Group> = fields.groups("risks").map(|(_, risk)| risk).collect();
    if !risks.is_empty() {
        let live = risks.iter().filter(|risk| is_live(risk));
        let grave = live.clone().filter(|risk| matches!(risk.text("severity"), Some("high" | "critical"))).count();
        let figure = Figure::new("Open risks", live.count().to_string());
        figures.push(if grave > 0 { figure.note("bad", format!("{grave} high or critical")) } else { figure });
    }
    figures
}

fn props<'a>(lens: &Lens<'a>, id: RecordId, fields: &'a Group) -> Vec<Row<'a>> {
    let writer = lens.writer(fields);
    let schema = &lens.base.project.schema;
    let mut props = vec![Row::new("Stage", format::label(lens.base.stage_of(id).name()).into_owned())];
    let shown = [
        ("team.ae", None),
        ("team.csm", None),
        ("team.se", None),
        ("deal.closed_on", Some("Closed")),
        ("intro_call.held_on", Some("Introduced")),
        ("intro_call.scheduled_for", Some("Introduction")),
        ("kickoff.held_on", Some("Kicked off")),
        ("kickoff.scheduled_for", Some("Kickoff")),
        ("deal.support_tier", Some("Support")),
        ("deal.opportunity_id", Some("Opportunity")),
        ("deal.crm_url", Some("CRM")),
    ];
    for (path, label) in shown {
        // A day that was kept says more than the one that was planned.
        if let Some(group) = path.strip_suffix(".scheduled_for")
            && fields.date(&format!("{group}.held_on")).is_some()
        {
            continue;
        }
        let (Some(field), Some(value)) = (schema.field(Kind::Handoff, path), fields.get(path)) else { continue };
        if !writer.shows(field) {
            continue;
        }
        if let Some(html) = writer.value(field, value) {
            props.push(Row::new(label.map_or(Cow::Borrowed(field.label.as_str()), Cow::Borrowed), html));
        }
    }
    props
}
