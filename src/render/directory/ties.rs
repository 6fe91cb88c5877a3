//! Who has what to do, and with whom: found once for all, so that a page need not look through the base.

use crate::fields::{Field, FieldPath, Kind, Step};
use crate::knowledge::{Delta, KnowledgeBase, PersonId, RecordId};
use crate::project::Audience;
use crate::record::{Data, Group, Value};
use ahash::AHashMap;
use jiff::civil::Date;
use rayon::prelude::*;
use std::sync::Arc;

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

const NOBODY: &Duties = &Duties {
    handoffs: Vec::new(),
    accounts: Vec::new(),
    promises: Vec::new(),
    risks: Vec::new(),
    questions: Vec::new(),
};

/// What ties teammates, people, accounts and questions to each other. A copy is cheap.
#[derive(Clone, Debug)]
pub(super) struct Ties {
    /// The open questions of each record, by its number.
    asks: Vec<Arc<[Arc<Question>]>>,
    questions: Arc<Questions>,
    work: Arc<Work>,
    circles: Arc<Circles>,
}

/// All open questions.
#[derive(Debug)]
struct Questions {
    /// The first due first.
    all: Vec<Arc<Question>>,
    of: AHashMap<RecordId, Vec<usize>>,
}

/// Who has what to do.
#[derive(Debug)]
struct Work {
    duties: AHashMap<RecordId, Duties>,
    promised: AHashMap<PersonId, Vec<Item>>,
}

/// Who is where, and above whom.
#[derive(Debug)]
struct Circles {
    at_account: AHashMap<RecordId, Vec<PersonId>>,
    reports: AHashMap<PersonId, Vec<PersonId>>,
}

impl Ties {
    pub(super) fn new(base: &KnowledgeBase) -> Self {
        let all = 0..base.records.len() as u32;
        Self::with(base, all.into_par_iter().map(|at| asks(base, RecordId(at))).collect())
    }

    /// The same when the fields of some records say something else. Only what each record asks is kept: the rest is found
    /// anew faster than it would be taken apart.
    pub(super) fn amended(&self, base: &KnowledgeBase, delta: &Delta) -> Self {
        let mut asked = self.asks.clone();
        asked.resize_with(base.records.len(), Arc::default);
        for id in &delta.fields {
            asked[id.0 as usize] = asks(base, *id);
        }
        Self::with(base, asked)
    }

    fn with(base: &KnowledgeBase, asks: Vec<Arc<[Arc<Question>]>>) -> Self {
        let questions = || {
            let questions = Questions::new(base, &asks);
            let work = Work::new(base, &questions);
            (questions, work)
        };
        let ((questions, work), circles) = rayon::join(questions, || Circles::new(base));
        Self { asks, questions: Arc::new(questions), work: Arc::new(work), circles: Arc::new(circles) }
    }

    pub(super) fn duties(&self, teammate: RecordId) -> &Duties {
        self.work.duties.get(&teammate).unwrap_or(NOBODY)
    }

    pub(super) fn promised(&self, person: PersonId) -> &[Item] {
        self.work.promised.get(&person).map_or(&[], Vec::as_slice)
    }

    pub(super) fn people_at(&self, account: RecordId) -> &[PersonId] {
        self.circles.at_account.get(&account).map_or(&[], Vec::as_slice)
    }

    pub(super) fn reports(&self, person: PersonId) -> &[PersonId] {
        self.circles.reports.get(&person).map_or(&[], Vec::as_slice)
    }

    pub(super) fn questions(&self) -> &[Arc<Question>] {
        &self.questions.all
    }

    pub(super) fn questions_of(&self, record: RecordId) -> impl Iterator<Item = &Question> {
        let of = self.questions.of.get(&record).map_or(&[][..], Vec::as_slice);
        of.iter().map(|at| &*self.questions.all[*at])
    }
}

impl Questions {
    fn new(base: &KnowledgeBase, asks: &[Arc<[Arc<Question>]>]) -> Self {
        let records = [Kind::Account, Kind::Handoff].into_iter().flat_map(|kind| base.of_kind(kind));
        let mut all: Vec<Arc<Question>> = records.flat_map(|id| asks[id.0 as usize].iter().cloned()).collect();
        all.sort_by_key(|question| question.by);
        let mut of: AHashMap<RecordId, Vec<usize>> = AHashMap::new();
        for (at, question) in all.iter().enumerate() {
            of.entry(question.record).or_default().push(at);
        }
        Self { all, of }
    }
}

impl Work {
    fn new(base: &KnowledgeBase, questions: &Questions) -> Self {
        let mut duties: AHashMap<RecordId, Duties> = AHashMap::new();
        let mut promised: AHashMap<PersonId, Vec<Item>> = AHashMap::new();
        let teammate = |id: Option<&str>| base.find(Kind::Teammate, id?);
        for handoff in base.of_kind(Kind::Handoff) {
            let fields = base.fields(handoff);
            for entry in fields.get("team").and_then(Value::group).map_or(&[][..], |team| &team.entries) {
                if let Some(member) = teammate(entry.value.text()) {
                    duties.entry(member).or_default().handoffs.push((handoff, entry.name));
                }
            }
            for (at, promise) in fields.groups("promises") {
                let item = Item { handoff, at };
                if let Some(owner) = teammate(promise.text("owner")) {
                    duties.entry(owner).or_default().promises.push(item);
                }
                if let Some(person) = promise.text("made_to").and_then(|id| base.find_person(id)) {
                    promised.entry(person).or_default().push(item);
                }
            }
            for (at, risk) in fields.groups("risks") {
                if let Some(owner) = teammate(risk.text("owner")) {
                    duties.entry(owner).or_default().risks.push(Item { handoff, at });
                }
            }
        }
        for account in base.of_kind(Kind::Account) {
            if let Some(csm) = csm_of(base, account) {
                duties.entry(csm).or_default().accounts.push(account);
            }
        }
        for (at, question) in questions.all.iter().enumerate() {
            if let Some(member) = teammate(Some(&question.ask)) {
                duties.entry(member).or_default().questions.push(at);
            }
        }
        Self { duties, promised }
    }
}

impl Circles {
    fn new(base: &KnowledgeBase) -> Self {
        let mut at_account: AHashMap<RecordId, Vec<PersonId>> = AHashMap::new();
        let mut reports: AHashMap<PersonId, Vec<PersonId>> = AHashMap::new();
        for id in base.person_ids() {
            for account in &base.person(id).accounts {
                at_account.entry(*account).or_default().push(id);
            }
            if let Some(boss) = reports_to(base, id) {
                reports.entry(boss).or_default().push(id);
            }
        }
        Self { at_account, reports }
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

/// The open questions of a handoff or an account.
fn asks(base: &KnowledgeBase, record: RecordId) -> Arc<[Arc<Question>]> {
    let kind = base.record(record).kind;
    if !matches!(kind, Kind::Account | Kind::Handoff) {
        return Arc::default();
    }
    let mut found = Vec::new();
    let mut walk = Walk { base, record, path: Vec::new(), found: &mut found };
    walk.group(base.project.schema.fields(kind), base.fields(record));
    found.into_iter().map(Arc::new).collect()
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
            if field.restricted && self.base.project.audience == Audience::Company {
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
