//! Who and what there is, seen from the pages: names and addresses, and who has what to do.
//!
//! Made once for a site, so that a page costs what it shows and not what the base holds.

use crate::document::MentionMatcher;
use crate::fields::{Field, FieldPath, Kind, Step};
use crate::knowledge::{KnowledgeBase, PersonId, RecordId, Target};
use crate::record::{Data, Group, Value};
use crate::route::{self, Route};
use ahash::AHashMap;
use jiff::civil::Date;
use rayon::prelude::*;
use serde::Serialize;

/// A page: what it is called and where it is, counted from the top of the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// What it is called.
    pub label: String,
    /// Where it is: `accounts/acme/index.html`.
    pub href: String,
}

/// One item of a handoff's list, from 0: a promise, a risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// The handoff.
    pub handoff: RecordId,
    /// The place in the list, from 0.
    pub at: usize,
}

/// An open question somewhere in the base.
#[derive(Clone, Debug)]
pub struct Question {
    /// Where it stands.
    pub record: RecordId,
    /// The field's whole path.
    pub path: String,
    /// The teammate to ask, by id.
    pub ask: String,
    /// When the answer is due.
    pub by: Date,
}

/// What a teammate has to do with.
#[derive(Debug, Default)]
pub struct Duties {
    /// Handoffs with the field of `team` that names them.
    pub handoffs: Vec<(RecordId, &'static str)>,
    /// Accounts they look after.
    pub accounts: Vec<RecordId>,
    /// Promises they own.
    pub promises: Vec<Item>,
    /// Risks they watch.
    pub risks: Vec<Item>,
    /// Questions they are to answer: indices into [`Directory::questions`].
    pub questions: Vec<usize>,
}

/// Names and addresses of everything with a page, and who has what to do.
#[derive(Debug)]
pub struct Directory {
    records: Vec<(Route, Place)>,
    people: Vec<(Route, Place)>,
    duties: AHashMap<RecordId, Duties>,
    promised: AHashMap<PersonId, Vec<Item>>,
    at_account: AHashMap<RecordId, Vec<PersonId>>,
    reports: AHashMap<PersonId, Vec<PersonId>>,
    asked: AHashMap<RecordId, Vec<usize>>,
    mentions: AHashMap<Target, Vec<RecordId>>,
    /// What names in running text stand for.
    targets: Vec<Target>,
    /// Names that become links in running text.
    pub names: MentionMatcher,
    /// Open questions, the first due first.
    pub questions: Vec<Question>,
}

const NOBODY: &Duties = &Duties {
    handoffs: Vec::new(),
    accounts: Vec::new(),
    promises: Vec::new(),
    risks: Vec::new(),
    questions: Vec::new(),
};

impl Directory {
    /// The directory of a knowledge base.
    pub fn new(base: &KnowledgeBase) -> Self {
        let records = (0..base.records.len() as u32).map(|at| {
            let id = RecordId(at);
            let record = base.record(id);
            placed(base.title(id), record.kind.folder(), &record.id)
        });
        let people = base.people.iter().map(|person| placed(person.name.clone(), "stakeholders", &person.id));
        let names = Names::new(base);
        let mut directory = Self {
            records: records.collect(),
            people: people.collect(),
            duties: AHashMap::new(),
            promised: AHashMap::new(),
            at_account: AHashMap::new(),
            reports: AHashMap::new(),
            asked: AHashMap::new(),
            mentions: mentions(base, &names),
            targets: names.targets,
            names: names.matcher,
            questions: questions(base),
        };
        directory.assign(base);
        directory
    }

    /// The page of a target.
    pub fn place(&self, target: Target) -> &Place {
        match target {
            Target::Record(id) => self.record(id),
            Target::Person(id) => &self.people[id.0 as usize].1,
        }
    }

    /// The page of a record.
    pub fn record(&self, id: RecordId) -> &Place {
        &self.records[id.0 as usize].1
    }

    /// The file of a target's page.
    pub fn route(&self, target: Target) -> &Route {
        match target {
            Target::Record(id) => &self.records[id.0 as usize].0,
            Target::Person(id) => &self.people[id.0 as usize].0,
        }
    }

    /// What a teammate has to do with.
    pub fn duties(&self, teammate: RecordId) -> &Duties {
        self.duties.get(&teammate).unwrap_or(NOBODY)
    }

    /// The promises made to a person.
    pub fn promised(&self, person: PersonId) -> &[Item] {
        self.promised.get(&person).map_or(&[], Vec::as_slice)
    }

    /// The people who are or were at an account.
    pub fn people_at(&self, account: RecordId) -> &[PersonId] {
        self.at_account.get(&account).map_or(&[], Vec::as_slice)
    }

    /// The people who report to a person, by their newest entries.
    pub fn reports(&self, person: PersonId) -> &[PersonId] {
        self.reports.get(&person).map_or(&[], Vec::as_slice)
    }

    /// The open questions of a record.
    pub fn questions_of(&self, record: RecordId) -> impl Iterator<Item = &Question> {
        self.asked.get(&record).map_or(&[][..], Vec::as_slice).iter().map(|at| &self.questions[*at])
    }

    /// The pages that link to a target, in the order of kind and id.
    pub fn mentions(&self, target: Target) -> &[RecordId] {
        self.mentions.get(&target).map_or(&[], Vec::as_slice)
    }

    /// What a name of [`Self::names`] stands for.
    pub fn named(&self, name: usize) -> Target {
        self.targets[name]
    }

    fn assign(&mut self, base: &KnowledgeBase) {
        let teammate = |id: Option<&str>| base.find(Kind::Teammate, id?);
        for handoff in base.of_kind(Kind::Handoff) {
            let fields = base.fields(handoff);
            for entry in fields.get("team").and_then(Value::group).map_or(&[][..], |team| &team.entries) {
                if let Some(member) = teammate(entry.value.text()) {
                    self.duties.entry(member).or_default().handoffs.push((handoff, entry.name));
                }
            }
            for (at, promise) in fields.groups("promises") {
                let item = Item { handoff, at };
                if let Some(owner) = teammate(promise.text("owner")) {
                    self.duties.entry(owner).or_default().promises.push(item);
                }
                if let Some(person) = promise.text("made_to").and_then(|id| base.find_person(id)) {
                    self.promised.entry(person).or_default().push(item);
                }
            }
            for (at, risk) in fields.groups("risks") {
                if let Some(owner) = teammate(risk.text("owner")) {
                    self.duties.entry(owner).or_default().risks.push(Item { handoff, at });
                }
            }
        }
        for account in base.of_kind(Kind::Account) {
            if let Some(csm) = csm_of(base, account) {
                self.duties.entry(csm).or_default().accounts.push(account);
            }
        }
        for (at, question) in self.questions.iter().enumerate() {
            self.asked.entry(question.record).or_default().push(at);
            if let Some(member) = teammate(Some(&question.ask)) {
                self.duties.entry(member).or_default().questions.push(at);
            }
        }
        for id in base.person_ids() {
            for account in &base.person(id).accounts {
                self.at_account.entry(*account).or_default().push(id);
            }
            if let Some(boss) = reports_to(base, id) {
                self.reports.entry(boss).or_default().push(id);
            }
        }
    }
}

/// Who looks after an account: as its file says, else as its newest handoff does.
pub fn csm_of(base: &KnowledgeBase, account: RecordId) -> Option<RecordId> {
    let named = base.fields(account).text("csm").and_then(|id| base.find(Kind::Teammate, id));
    named.or_else(|| {
        let mut handoffs = base.handoffs_of(account).iter();
        handoffs.find_map(|handoff| base.find(Kind::Teammate, base.fields(*handoff).text("team.csm")?))
    })
}

/// Whom a person reports to, by their newest entry that says so.
pub fn reports_to(base: &KnowledgeBase, person: PersonId) -> Option<PersonId> {
    let mut entries = base.person(person).appearances.iter();
    let boss = entries.find_map(|(handoff, at)| base.appearance(*handoff, *at)?.text("reports_to"))?;
    base.find_person(boss).filter(|boss| *boss != person)
}

/// How long the name that stands in for one that is too long gets, in bytes.
const LONGEST_NEAR: usize = 120;

fn placed(label: String, folder: &str, id: &str) -> (Route, Place) {
    let address = |id: &str| if folder.is_empty() { id.to_owned() } else { format!("{folder}/{id}") };
    // A name that no disk can hold was reported where the file was read; its page, if wanted all the same, gets a near
    // one.
    let route = Route::page(&address(id)).or_else(|_| {
        let near: Vec<String> = id.split('/').filter_map(near_name).collect();
        Route::page(&address(&if near.is_empty() { "unnamed".to_owned() } else { near.join("/") }))
    });
    let route = route.expect("a slug is a name on every system");
    let href = route.href();
    (route, Place { label, href })
}

/// A name near to one that no disk can hold: `con-` for `con`, which is a device of Windows, and the beginning of one
/// that is too long.
fn near_name(name: &str) -> Option<String> {
    let mut near = route::slug(name)?;
    near.truncate(LONGEST_NEAR);
    if !route::is_slug(&near) {
        near.push('-');
    }
    Some(near)
}

/// Names of accounts and people, and what they stand for.
pub struct Names {
    /// Finds them in text.
    pub matcher: MentionMatcher,
    /// What the matcher's numbers mean.
    pub targets: Vec<Target>,
}

impl Names {
    /// All names and aliases that are one account's or one person's.
    fn new(base: &KnowledgeBase) -> Self {
        let mut targets = Vec::new();
        let mut names: Vec<(&str, usize)> = Vec::new();
        for id in base.of_kind(Kind::Account) {
            let fields = base.fields(id);
            let aliases = fields.items("aliases").iter().filter_map(Value::text);
            names.extend(fields.text("name").into_iter().chain(aliases).map(|name| (name, targets.len())));
            targets.push(Target::Record(id));
        }
        for id in base.person_ids() {
            let person = base.person(id);
            let aliases = person.file.map_or(&[][..], |file| base.fields(file).items("aliases"));
            let aliases = aliases.iter().filter_map(Value::text);
            names.extend(std::iter::once(&*person.name).chain(aliases).map(|name| (name, targets.len())));
            targets.push(Target::Person(id));
        }
        Self { matcher: MentionMatcher::new(names), targets }
    }
}

/// Which pages mention which.
fn mentions(base: &KnowledgeBase, names: &Names) -> AHashMap<Target, Vec<RecordId>> {
    let found: Vec<Vec<Target>> = (0..base.records.len() as u32)
        .into_par_iter()
        .map(|at| super::prose::mentions_of(base, names, RecordId(at)))
        .collect();
    let mut mentions: AHashMap<Target, Vec<RecordId>> = AHashMap::new();
    for (at, targets) in found.into_iter().enumerate() {
        let from = base.record(RecordId(at as u32));
        // A receipt has no page: what it mentions, its handoff's page mentions.
        let page = match from.kind {
            Kind::Receipt => base.find(Kind::Handoff, &from.id),
            _ => Some(RecordId(at as u32)),
        };
        let Some(page) = page else { continue };
        let own = match from.kind {
            Kind::Stakeholder => base.find_person(&from.id).map(Target::Person),
            _ => Some(Target::Record(page)),
        };
        for target in targets.into_iter().filter(|target| Some(*target) != own) {
            mentions.entry(target).or_default().push(page);
        }
    }
    for pages in mentions.values_mut() {
        pages.sort_unstable();
        pages.dedup();
    }
    mentions
}

/// Every open question of handoffs and accounts, the first due first.
fn questions(base: &KnowledgeBase) -> Vec<Question> {
    let mut found = Vec::new();
    for kind in [Kind::Account, Kind::Handoff] {
        let fields = base.project.schema.fields(kind);
        for record in base.of_kind(kind) {
            let mut walk = Walk { base, record, path: Vec::new(), found: &mut found };
            walk.group(fields, base.fields(record));
        }
    }
    found.sort_by_key(|question| question.by);
    found
}

struct Walk<'a> {
    base: &'a KnowledgeBase,
    record: RecordId,
    path: Vec<Step>,
    found: &'a mut Vec<Question>,
}

impl Walk<'_> {
    fn group(&mut self, fields: &[Field], group: &Group) {
        for entry in &group.entries {
            let Some(field) = fields.iter().find(|field| field.name == entry.name) else { continue };
            if field.restricted && self.base.project.audience == crate::project::Audience::Company {
                continue;
            }
            self.path.push(Step::Key(field.name));
            self.value(field.ty.fields(), &entry.value);
            self.path.pop();
        }
    }

    fn value(&mut self, fields: &[Field], value: &Value) {
        match &value.data {
            Data::Group(group) => self.group(fields, group),
            Data::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.path.push(Step::Item(at));
                    self.value(fields, item);
                    self.path.pop();
                }
            }
            Data::Open(open) => {
                let path = FieldPath(self.path.clone()).to_string();
                self.found.push(Question { record: self.record, path, ask: open.ask.to_string(), by: open.by });
            }
            _ => {}
        }
    }
}
