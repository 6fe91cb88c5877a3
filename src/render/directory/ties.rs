//! Who has what to do, and with whom: found once for all, so that a page need not look through the base.

use super::questions::{Question, asks};
use crate::fields::Kind;
use crate::knowledge::{Delta, KnowledgeBase, PersonId, RecordId, Target};
use crate::record::{Group, Value};
use ahash::{AHashMap, AHashSet};
use rayon::prelude::*;
use std::borrow::Borrow;
use std::hash::Hash;
use std::sync::Arc;

/// One item of a handoff's list, from 0: a promise, a risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// The handoff.
    pub handoff: RecordId,
    /// The place in the list, from 0.
    pub at: usize,
}

/// What a teammate has to do with.
#[derive(Clone, Debug, Default)]
pub struct Duties {
    /// Handoffs with the field of `team` that names them.
    pub handoffs: Vec<(RecordId, &'static str)>,
    /// Accounts they look after.
    pub accounts: Vec<RecordId>,
    /// Promises they own.
    pub promises: Vec<Item>,
    /// Risks they watch.
    pub risks: Vec<Item>,
    /// Questions they are to answer, the first due first.
    pub questions: Vec<Arc<Question>>,
}

const NOBODY: &Duties = &Duties {
    handoffs: Vec::new(),
    accounts: Vec::new(),
    promises: Vec::new(),
    risks: Vec::new(),
    questions: Vec::new(),
};

/// Lists by what they belong to, shared with what was made before: a change copies the lists that it is in.
type Lists<K, T> = Arc<AHashMap<K, Arc<Vec<T>>>>;

/// What ties teammates, people, accounts and questions to each other. A copy is cheap.
#[derive(Clone, Debug, Default)]
pub(super) struct Ties {
    /// The open questions of each record, the first due first, by its number.
    asks: Vec<Arc<[Arc<Question>]>>,
    questions: Arc<Vec<Arc<Question>>>,
    duties: Arc<AHashMap<RecordId, Arc<Duties>>>,
    /// Promises by the id of the person they were made to, who need not be known yet.
    promised: Lists<Arc<str>, Item>,
    at_account: Lists<RecordId, PersonId>,
    /// People by the id of the one they report to, who need not be known yet.
    reports: Lists<Arc<str>, PersonId>,
}

impl Ties {
    pub(super) fn new(base: &KnowledgeBase) -> Self {
        let all = 0..base.records.len() as u32;
        let asks: Vec<_> = all.into_par_iter().map(|at| asks(base, RecordId(at))).collect();
        let mut ties = Self { asks, ..Self::default() };
        for kind in [Kind::Account, Kind::Handoff] {
            for record in base.of_kind(kind) {
                ties.tie(base, record);
            }
        }
        for person in base.person_ids() {
            ties.meet(base, person);
        }
        // Each was added where it is read, in the order of kind and id; only the day counts for more.
        Arc::make_mut(&mut ties.questions).sort_by_key(|question| question.by);
        for duties in Arc::make_mut(&mut ties.duties).values_mut() {
            Arc::make_mut(duties).questions.sort_by_key(|question| question.by);
        }
        ties
    }

    /// The same when the fields of some records say something else: what they said is taken out, what they say put in.
    pub(super) fn amended(&self, before: &KnowledgeBase, base: &KnowledgeBase, delta: &Delta) -> Self {
        let mut ties = self.clone();
        ties.asks.resize_with(base.records.len(), Arc::default);
        let mut records = delta.fields.clone();
        // Who looks after an account may hang on its handoffs.
        let of = |base: &KnowledgeBase, id: &RecordId| {
            if base.has(Target::Record(*id)) && base.record(*id).kind == Kind::Handoff {
                base.account_of(*id)
            } else {
                None
            }
        };
        records.extend(delta.fields.iter().flat_map(|id| [of(before, id), of(base, id)]).flatten());
        records.sort_unstable_by_key(|id| id.0);
        records.dedup();
        let mut touched = Touched::default();
        for id in &records {
            if before.has(Target::Record(*id)) {
                ties.untie(before, *id, &mut touched);
            }
            ties.asks[id.0 as usize] = asks(base, *id);
        }
        for id in &records {
            touched.see(base, *id);
            ties.tie(base, *id);
        }
        for id in &delta.people {
            if before.has(Target::Person(*id)) {
                ties.part(before, *id);
            }
            if base.has(Target::Person(*id)) {
                ties.meet(base, *id);
            }
        }
        ties.sort(base, &touched, delta);
        ties
    }

    /// Adds what a record says at the ends of lists.
    fn tie(&mut self, base: &KnowledgeBase, record: RecordId) {
        let said = Said::by(base, record);
        let duties = Arc::make_mut(&mut self.duties);
        for (member, field) in said.team {
            own(duties, member).handoffs.push((record, field));
        }
        for (at, owner) in said.owners {
            own(duties, owner).promises.push(Item { handoff: record, at });
        }
        for (at, owner) in said.watchers {
            own(duties, owner).risks.push(Item { handoff: record, at });
        }
        if let Some(csm) = said.csm {
            own(duties, csm).accounts.push(record);
        }
        let asks = Arc::clone(&self.asks[record.0 as usize]);
        for question in asks.iter() {
            if let Some(member) = base.find(Kind::Teammate, &question.ask) {
                own(duties, member).questions.push(Arc::clone(question));
            }
        }
        Arc::make_mut(&mut self.questions).extend(asks.iter().cloned());
        for (at, person) in said.made_to {
            push(&mut self.promised, Arc::from(person), Item { handoff: record, at });
        }
    }

    /// Takes out what a record said.
    fn untie(&mut self, base: &KnowledgeBase, record: RecordId, touched: &mut Touched) {
        touched.see(base, record);
        let said = Said::by(base, record);
        let asks = Arc::clone(&self.asks[record.0 as usize]);
        if !asks.is_empty() {
            Arc::make_mut(&mut self.questions).retain(|question| question.record != record);
        }
        let asked = asks.iter().filter_map(|question| base.find(Kind::Teammate, &question.ask));
        let members = said.members().chain(asked).collect::<AHashSet<_>>();
        let duties = Arc::make_mut(&mut self.duties);
        for member in members {
            let duties = own(duties, member);
            duties.handoffs.retain(|(handoff, _)| *handoff != record);
            duties.promises.retain(|item| item.handoff != record);
            duties.risks.retain(|item| item.handoff != record);
            duties.accounts.retain(|account| *account != record);
            duties.questions.retain(|question| question.record != record);
        }
        for (_, person) in said.made_to {
            take(&mut self.promised, person, |item| item.handoff == record);
        }
    }

    /// Adds a person at the ends of lists.
    fn meet(&mut self, base: &KnowledgeBase, id: PersonId) {
        for account in &base.person(id).accounts {
            push(&mut self.at_account, *account, id);
        }
        if let Some(boss) = boss(base, id) {
            push(&mut self.reports, Arc::from(boss), id);
        }
    }

    /// Takes a person out.
    fn part(&mut self, base: &KnowledgeBase, id: PersonId) {
        for account in &base.person(id).accounts {
            take(&mut self.at_account, account, |person| *person == id);
        }
        if let Some(boss) = boss(base, id) {
            take(&mut self.reports, boss, |person| *person == id);
        }
    }

    /// Puts the lists in order to whose ends something was added.
    fn sort(&mut self, base: &KnowledgeBase, touched: &Touched, delta: &Delta) {
        let place = |item: &Item| (base.rank(item.handoff), item.at);
        let due = |question: &Arc<Question>| (question.by, base.rank(question.record));
        let duties = Arc::make_mut(&mut self.duties);
        for member in &touched.members {
            let duties = own(duties, *member);
            duties.handoffs.sort_by_key(|(handoff, _)| base.rank(*handoff));
            duties.promises.sort_by_key(place);
            duties.risks.sort_by_key(place);
            duties.accounts.sort_by_key(|account| base.rank(*account));
            duties.questions.sort_by_key(due);
        }
        if touched.asked {
            Arc::make_mut(&mut self.questions).sort_by_key(due);
        }
        let promised = Arc::make_mut(&mut self.promised);
        for person in &touched.promised {
            if let Some(list) = promised.get_mut(&**person) {
                Arc::make_mut(list).sort_by_key(place);
            }
        }
        let rank = |id: &PersonId| base.target_rank(Target::Person(*id));
        let people = delta.people.iter().filter(|id| base.has(Target::Person(**id)));
        let (at_account, reports) = (Arc::make_mut(&mut self.at_account), Arc::make_mut(&mut self.reports));
        for id in people {
            for account in &base.person(*id).accounts {
                at_account.entry(*account).and_modify(|list| Arc::make_mut(list).sort_by_key(rank));
            }
            if let Some(list) = boss(base, *id).and_then(|boss| reports.get_mut(boss)) {
                Arc::make_mut(list).sort_by_key(rank);
            }
        }
    }

    pub(super) fn duties(&self, teammate: RecordId) -> &Duties {
        self.duties.get(&teammate).map_or(NOBODY, |duties| duties)
    }

    pub(super) fn promised(&self, person: &str) -> &[Item] {
        self.promised.get(person).map_or(&[], |list| list)
    }

    pub(super) fn people_at(&self, account: RecordId) -> &[PersonId] {
        self.at_account.get(&account).map_or(&[], |list| list)
    }

    pub(super) fn reports(&self, boss: &str) -> &[PersonId] {
        self.reports.get(boss).map_or(&[], |list| list)
    }

    pub(super) fn questions(&self) -> &[Arc<Question>] {
        &self.questions
    }

    pub(super) fn questions_of(&self, record: RecordId) -> impl Iterator<Item = &Question> {
        self.asks[record.0 as usize].iter().map(|question| &**question)
    }
}

/// The duties of a teammate, to be changed.
fn own(duties: &mut AHashMap<RecordId, Arc<Duties>>, member: RecordId) -> &mut Duties {
    Arc::make_mut(duties.entry(member).or_default())
}

fn push<K: Eq + Hash + Clone, T: Clone>(lists: &mut Lists<K, T>, key: K, value: T) {
    Arc::make_mut(Arc::make_mut(lists).entry(key).or_default()).push(value);
}

fn take<K, Q, T>(lists: &mut Lists<K, T>, key: &Q, gone: impl Fn(&T) -> bool)
where
    K: Eq + Hash + Clone + Borrow<Q>,
    Q: Eq + Hash + ?Sized,
    T: Clone,
{
    if let Some(list) = Arc::make_mut(lists).get_mut(key) {
        Arc::make_mut(list).retain(|value| !gone(value));
    }
}

/// Whose lists a change is in.
#[derive(Default)]
struct Touched {
    members: AHashSet<RecordId>,
    promised: AHashSet<Box<str>>,
    asked: bool,
}

impl Touched {
    fn see(&mut self, base: &KnowledgeBase, record: RecordId) {
        let said = Said::by(base, record);
        let asks = asks(base, record);
        self.members.extend(said.members());
        self.members.extend(asks.iter().filter_map(|question| base.find(Kind::Teammate, &question.ask)));
        self.promised.extend(said.made_to.iter().map(|(_, person)| Box::from(*person)));
        self.asked |= !asks.is_empty();
    }
}

/// What a record says of who has what to do.
#[derive(Default)]
struct Said<'a> {
    /// Teammates with the field of `team` that names them.
    team: Vec<(RecordId, &'static str)>,
    /// Who owns promises, by their place.
    owners: Vec<(usize, RecordId)>,
    /// To whom promises were made.
    made_to: Vec<(usize, &'a str)>,
    /// Who watches risks.
    watchers: Vec<(usize, RecordId)>,
    /// Who looks after the account.
    csm: Option<RecordId>,
}

impl<'a> Said<'a> {
    fn by(base: &'a KnowledgeBase, record: RecordId) -> Self {
        let teammate = |id: Option<&str>| base.find(Kind::Teammate, id?);
        let fields = base.fields(record);
        match base.record(record).kind {
            Kind::Account => Self { csm: csm_of(base, record), ..Self::default() },
            Kind::Handoff => {
                let team = fields.get("team").and_then(Value::group).map_or(&[][..], |team| &team.entries);
                let owners = |list| {
                    let owner = |(at, item): (usize, &Group)| Some((at, teammate(item.text("owner"))?));
                    fields.groups(list).filter_map(owner).collect()
                };
                Self {
                    team: team.iter().filter_map(|entry| Some((teammate(entry.value.text())?, entry.name))).collect(),
                    owners: owners("promises"),
                    made_to: fields
                        .groups("promises")
                        .filter_map(|(at, one)| Some((at, one.text("made_to")?)))
                        .collect(),
                    watchers: owners("risks"),
                    csm: None,
                }
            }
            _ => Self::default(),
        }
    }

    fn members(&self) -> impl Iterator<Item = RecordId> {
        let team = self.team.iter().map(|(member, _)| *member);
        team.chain(self.owners.iter().chain(&self.watchers).map(|(_, member)| *member)).chain(self.csm)
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
    base.find_person(boss(base, person)?)
}

/// The id of the one a person reports to, known or not.
fn boss(base: &KnowledgeBase, id: PersonId) -> Option<&str> {
    let person = base.person(id);
    let mut entries = person.appearances.iter();
    let boss = entries.find_map(|(handoff, at)| base.appearance(*handoff, *at)?.text("reports_to"))?;
    (boss != person.id).then_some(boss)
}
