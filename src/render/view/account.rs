//! The page of an account: all its handoffs brought together.

use super::fields::{Row, Table, rows};
use super::lines::{self, Line};
use super::people::{Branch, Map, roles_line};
use super::promise::{Metric, Promise, Risk, Shown, is_live, is_open, is_overdue};
use super::receipt::Receipt;
use super::rows::HandoffRow;
use super::timeline::{self, Event};
use super::{Entry, Figure, Ids, Lens, Page, Question, State, terms};
use crate::fields::Kind;
use crate::knowledge::{PersonId, RecordId, Target};
use crate::record::Group;
use crate::render::directory::{self, Item, Place};
use crate::render::format::{self, On};
use jiff::civil::Date;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// An account.
#[derive(Debug, Serialize)]
pub struct Account<'a> {
    /// The anchors of its sections.
    pub ids: Ids,
    /// What it is, in marks.
    pub chips: Vec<State>,
    /// What the company does.
    pub lead: Option<&'a str>,
    /// What stands out.
    pub figures: Vec<Figure>,
    /// What somebody should look at.
    pub attention: Vec<Line>,
    /// What people wrote, as HTML.
    pub prose: Option<String>,
    /// Its handoffs.
    pub handoffs: Vec<HandoffRow<'a>>,
    /// Why they bought.
    pub why: Vec<Reason<'a>>,
    /// Its people.
    pub people: Vec<Person<'a>>,
    /// Where its people stand.
    pub map: Option<Map<'a>>,
    /// Who reports to whom.
    pub tree: Vec<Branch<'a>>,
    /// All promises, those to be kept first.
    pub promises: Vec<Promise<'a>>,
    /// How many of them are what.
    pub promise_tally: String,
    /// All measures of success.
    pub metrics: Vec<Metric<'a>>,
    /// What they said, and what their renewal hangs on.
    pub voices: Vec<Voice<'a>>,
    /// All risks, the gravest first.
    pub risks: Vec<Risk<'a>>,
    /// How many of them are open.
    pub risk_tally: String,
    /// What is not known yet.
    pub questions: Vec<Question<'a>>,
    /// What is to be done next.
    pub steps: Vec<Line>,
    /// What has happened and what will.
    pub timeline: Vec<Event>,
    /// Terms, technical matters, room to grow: a row for each handoff or item.
    pub tables: Vec<Table<'a>>,
    /// The CSM's answers.
    pub receipts: Vec<Receipt<'a>>,
    /// The account's own fields.
    pub props: Vec<Row<'a>>,
    /// Who is on it on our side.
    pub ours: Vec<Row<'a>>,
}

/// Why they bought, as one handoff says it.
#[derive(Debug, Serialize)]
pub struct Reason<'a> {
    /// The handoff.
    pub handoff: &'a Place,
    /// The answers.
    pub rows: Vec<Row<'a>>,
}

/// A person at an account.
#[derive(Debug, Serialize)]
pub struct Person<'a> {
    /// The name.
    pub label: &'a str,
    /// The person's page.
    pub href: &'a str,
    /// Their job, or where they went.
    pub title: Cow<'a, str>,
    /// Their part.
    pub role: String,
    /// The weight of their word.
    pub influence: Option<State>,
    /// How they feel about us.
    pub sentiment: Option<State>,
    /// What to lead with.
    pub cares_about: &'a str,
}

/// What they said.
#[derive(Debug, Serialize)]
pub struct Voice<'a> {
    /// Word for word.
    pub quote: &'a str,
    /// The handoff.
    pub handoff: &'a Place,
}

/// The account's fields that have a place of their own.
const SHOWN: &[&str] = &["name", "description", "csm", "redirect_from", "segment", "lifecycle"];

/// The sections that the template names.
const SECTIONS: &[&str] = &[
    "attention",
    "notes",
    "handoffs",
    "why",
    "people",
    "reporting-lines",
    "everyone",
    "promises",
    "success",
    "risks",
    "open-questions",
    "next-steps",
    "timeline",
    "receipts",
];

/// The page of an account.
pub fn view<'a>(lens: &Lens<'a>, id: RecordId, lists: &'a Place) -> (Page<'a>, Account<'a>) {
    let fields = lens.base.fields(id);
    let handoffs = lens.base.handoffs_of(id);
    let mut page = lens.page(Target::Record(id), "accounts", &[lists]);
    page.description = fields.text("description").map(str::to_owned);

    let promises = sorted_promises(lens, handoffs);
    let risks = sorted_risks(lens, handoffs);
    let present = people(lens, id);
    let everyone: Vec<PersonId> = present.iter().map(|(person, _)| *person).collect();
    let questions = handoffs.iter().flat_map(|handoff| lens.directory.questions_of(*handoff));
    let questions: Vec<_> = lens.directory.questions_of(id).chain(questions).collect();
    let writer = lens.writer(fields);
    let account = Account {
        ids: lens.ids(id, SECTIONS),
        chips: ["lifecycle", "segment"].iter().filter_map(|name| lens.state(fields, name)).collect(),
        lead: fields.text("description"),
        figures: figures(lens, handoffs, &promises, &risks, &questions),
        attention: lines::attention(lens, handoffs, &promises, &risks),
        prose: lens.prose(id),
        handoffs: handoffs.iter().map(|handoff| lens.handoff_row(*handoff)).collect(),
        why: why(lens, handoffs),
        map: lens.map(present.iter().filter_map(|(person, group)| Some((*person, (*group)?)))),
        tree: lens.tree(&everyone),
        people: present.iter().map(|(person, group)| row(lens, id, *person, *group)).collect(),
        promise_tally: promise_tally(lens, &promises),
        promises: promises.iter().filter_map(|item| lens.promise(*item, Shown::AtAccount)).collect(),
        metrics: handoffs.iter().flat_map(|handoff| lens.metrics(*handoff, Shown::AtAccount)).collect(),
        voices: handoffs.iter().filter_map(|handoff| voice(lens, *handoff)).collect(),
        risk_tally: {
            let live = risks.iter().filter(|item| lens.item("risks", **item).is_some_and(is_live)).count();
            format!("{live} open of {}", risks.len())
        },
        risks: risks.iter().filter_map(|item| lens.risk(*item, Shown::AtAccount)).collect(),
        questions: lens.questions(questions, true),
        steps: lines::steps(lens, handoffs),
        timeline: timeline::view(lens, handoffs),
        tables: terms::tables(lens, handoffs)
            .into_iter()
            .map(|table| Table { id: lens.anchor(id, &table.id), ..table })
            .collect(),
        receipts: handoffs.iter().filter_map(|handoff| lens.receipt(*handoff, true)).collect(),
        props: rows(&writer, lens.base.project.schema.fields(Kind::Account), fields, SHOWN),
        ours: ours(lens, id, handoffs),
    };
    page.toc = toc(&account, !page.backlinks.is_empty());
    (page, account)
}

fn toc(account: &Account<'_>, mentioned: bool) -> Vec<Entry> {
    let mut toc = Vec::new();
    let mut add = |there: bool, id: &str, label: &str| {
        if there {
            toc.push(Entry::new(id, label));
        }
    };
    add(!account.attention.is_empty(), &account.ids["attention"], "Needs attention");
    add(account.prose.is_some(), &account.ids["notes"], "Notes");
    add(true, &account.ids["handoffs"], "Handoffs");
    add(!account.why.is_empty(), &account.ids["why"], "Why they bought");
    add(!account.people.is_empty(), &account.ids["people"], "People");
    add(!account.promises.is_empty(), &account.ids["promises"], "Promises");
    add(!account.metrics.is_empty() || !account.voices.is_empty(), &account.ids["success"], "Success criteria");
    add(!account.risks.is_empty(), &account.ids["risks"], "Risks");
    add(!account.questions.is_empty(), &account.ids["open_questions"], "Open questions");
    add(!account.steps.is_empty(), &account.ids["next_steps"], "Next steps");
    add(!account.timeline.is_empty(), &account.ids["timeline"], "Timeline");
    for table in &account.tables {
        add(true, &table.id, &table.label);
    }
    add(!account.receipts.is_empty(), &account.ids["receipts"], "Receipts");
    add(mentioned, "_mentioned-in", "Mentioned in");
    toc
}

/// The day by which a promise sorts: those without one come last.
pub fn due(group: &Group) -> Date {
    group.date("due").unwrap_or(Date::MAX)
}

/// All promises: those to be kept first, the first due first.
fn sorted_promises(lens: &Lens<'_>, handoffs: &[RecordId]) -> Vec<Item> {
    let mut found: Vec<(bool, Date, Item)> = Vec::new();
    for handoff in handoffs {
        for (at, group) in lens.base.fields(*handoff).groups("promises") {
            found.push((!is_open(group), due(group), Item { handoff: *handoff, at }));
        }
    }
    found.sort_by_key(|(settled, due, item)| (*settled, *due, lens.base.rank(item.handoff), item.at));
    found.into_iter().map(|(_, _, item)| item).collect()
}

/// All risks: open ones first, the gravest first.
fn sorted_risks(lens: &Lens<'_>, handoffs: &[RecordId]) -> Vec<Item> {
    let rank = |group: &Group| match group.text("severity") {
        Some("critical") => 0,
        Some("high") => 1,
        Some("medium") => 2,
        _ => 3,
    };
    let mut found = Vec::new();
    for handoff in handoffs {
        for (at, group) in lens.base.fields(*handoff).groups("risks") {
            found.push((!is_live(group), rank(group), Item { handoff: *handoff, at }));
        }
    }
    found.sort_by_key(|(closed, rank, item)| (*closed, *rank, lens.base.rank(item.handoff), item.at));
    found.into_iter().map(|(_, _, item)| item).collect()
}

fn promise_tally(lens: &Lens<'_>, promises: &[Item]) -> String {
    let groups = || promises.iter().filter_map(|item| lens.item("promises", *item));
    let open = groups().filter(|promise| is_open(promise)).count();
    let overdue = groups().filter(|promise| is_overdue(promise, lens.today())).count();
    let mut tally = format!("{open} open of {}", promises.len());
    if overdue > 0 {
        tally.push_str(&format!(", {overdue} overdue"));
    }
    tally
}

/// The sum of what an account pays a year by deals that run today, in each currency.
pub fn running(lens: &Lens<'_>, handoffs: &[RecordId]) -> (String, usize) {
    let today = lens.today();
    let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
    let mut deals = 0;
    for id in handoffs {
        let fields = lens.base.fields(*id);
        let signed = fields.date("deal.closed_on").is_some_and(|on| on <= today);
        let over = fields.date("deal.renews_on").is_some_and(|on| on <= today);
        if let (Some(acv), true, false) = (fields.number("deal.acv"), signed, over) {
            *sums.entry(fields.text("deal.currency").unwrap_or("")).or_default() += acv;
            deals += 1;
        }
    }
    let sums: Vec<_> = sums
        .into_iter()
        .map(|(currency, sum)| format::money(sum, Some(currency).filter(|code| !code.is_empty())))
        .collect();
    (sums.join(" + "), deals)
}

/// The next day on which a deal of the account renews.
pub fn next_renewal(lens: &Lens<'_>, handoffs: &[RecordId]) -> Option<Date> {
    let days = handoffs.iter().filter_map(|id| lens.base.fields(*id).date("deal.renews_on"));
    days.filter(|on| *on >= lens.today()).min()
}

fn figures(
    lens: &Lens<'_>,
    handoffs: &[RecordId],
    promises: &[Item],
    risks: &[Item],
    questions: &[&directory::Question],
) -> Vec<Figure> {
    let today = lens.today();
    let (acv, deals) = running(lens, handoffs);
    let mut figures = Vec::new();
    if deals > 0 {
        figures.push(Figure::new("ACV", acv).note("", format::count(deals, "running deal")));
    }
    if let Some(on) = next_renewal(lens, handoffs).map(|on| On::ahead(on, today)) {
        figures.push(Figure::new("Next renewal", on.text).note("", on.note));
    }
    let groups = || promises.iter().filter_map(|item| lens.item("promises", *item));
    let open = groups().filter(|promise| is_open(promise)).count();
    let overdue = groups().filter(|promise| is_overdue(promise, today)).count();
    let figure = Figure::new("Open promises", open.to_string());
    figures.push(if overdue > 0 { figure.note("bad", format!("{overdue} overdue")) } else { figure });
    let live: Vec<&Group> =
        risks.iter().filter_map(|item| lens.item("risks", *item)).filter(|risk| is_live(risk)).collect();
    let grave = live.iter().filter(|risk| matches!(risk.text("severity"), Some("high" | "critical"))).count();
    let figure = Figure::new("Open risks", live.len().to_string());
    figures.push(if grave > 0 { figure.note("bad", format!("{grave} high or critical")) } else { figure });
    let late = questions.iter().filter(|question| question.by < today).count();
    let figure = Figure::new("Open questions", questions.len().to_string());
    figures.push(if late > 0 { figure.note("bad", format!("{late} late")) } else { figure });
    figures
}

/// Everyone who is or was here, those with the weightiest word first, with their newest entry in one of the account's
/// handoffs; none for those who are here by their own file alone, or who have left.
fn people<'a>(lens: &Lens<'a>, account: RecordId) -> Vec<(PersonId, Option<&'a Group>)> {
    let mut found: Vec<_> = lens
        .directory
        .people_at(account)
        .iter()
        .map(|id| {
            let person = lens.base.person(*id);
            let mut here = person.appearances.iter();
            let here = here.find(|(handoff, _)| lens.base.account_of(*handoff) == Some(account));
            let left = person.accounts.first() != Some(&account);
            let group = here.filter(|_| !left).and_then(|(handoff, at)| lens.base.appearance(*handoff, *at));
            (*id, group)
        })
        .collect();
    let rank = |group: Option<&Group>| match group.and_then(|group| group.text("influence")) {
        Some("high") => 0,
        Some("medium") => 1,
        Some("low") => 2,
        _ => 3,
    };
    // They come in the order of their ids, and those who have as much to say stay so.
    found.sort_by_key(|(_, group)| rank(*group));
    found
}

fn row<'a>(lens: &Lens<'a>, account: RecordId, id: PersonId, group: Option<&'a Group>) -> Person<'a> {
    let place = lens.directory.place(Target::Person(id));
    let person = lens.base.person(id);
    let now = person.accounts.first().filter(|now| **now != account);
    let title = if let Some(now) = now {
        Cow::Owned(format!("Now at {}", lens.directory.record(*now).label))
    } else {
        let own = person.file.and_then(|file| lens.base.fields(file).text("title"));
        Cow::Borrowed(group.and_then(|group| group.text("title")).or(own).unwrap_or(""))
    };
    Person {
        label: &place.label,
        href: &place.href,
        title,
        role: group.map(roles_line).unwrap_or_default(),
        influence: group.and_then(|group| lens.state(group, "influence")),
        sentiment: group.and_then(|group| lens.state(group, "sentiment")),
        cares_about: group.and_then(|group| group.text("cares_about")).unwrap_or(""),
    }
}

fn voice<'a>(lens: &Lens<'a>, handoff: RecordId) -> Option<Voice<'a>> {
    let quote = lens.base.fields(handoff).text("success.in_their_words")?;
    Some(Voice { quote, handoff: lens.directory.record(handoff) })
}

fn why<'a>(lens: &Lens<'a>, handoffs: &[RecordId]) -> Vec<Reason<'a>> {
    let table = lens.handoff_fields("why");
    let reasons = handoffs.iter().filter_map(|id| {
        let fields = lens.base.fields(*id);
        let rows = rows(&lens.writer(fields), table, fields.get("why")?.group()?, &[]);
        (!rows.is_empty()).then(|| Reason { handoff: lens.directory.record(*id), rows })
    });
    // The newest reasons; older ones stand on their handoffs.
    reasons.take(2).collect()
}

fn ours<'a>(lens: &Lens<'a>, account: RecordId, handoffs: &[RecordId]) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    let csm = directory::csm_of(lens.base, account);
    for field in lens.handoff_fields("team") {
        let named = handoffs.iter().find_map(|id| {
            let fields = lens.base.fields(*id);
            let value = fields.get("team")?.group()?.get(field.name)?;
            let writer = lens.writer(fields);
            writer.shows(field).then(|| writer.value(field, value)).flatten()
        });
        let html = match csm.filter(|_| field.name == "csm") {
            Some(csm) => {
                let mut html = String::new();
                lens.writer(lens.base.fields(account)).link(&mut html, lens.directory.record(csm));
                Some(html)
            }
            None => named,
        };
        if let Some(html) = html {
            rows.push(Row::new(&*field.label, html));
        }
    }
    rows
}
