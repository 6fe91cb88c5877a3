//! Records become one knowledge base: ids, people, accounts with their handoffs, and everything checked against
//! everything.

use super::names::Names;
use super::order::Order;
use super::spelling::Speller;
use super::{KnowledgeBase, PersonId, RecordId, references, rules};
use crate::diagnostic::{Diagnostic, rules as codes};
use crate::document::Body;
use crate::fields::{Kind, Stage};
use crate::project::{Asset, Change, Project};
use crate::record::{Record, due};
use crate::route::folded;
use crate::source::{FileId, Sources, Span};
use ahash::AHashMap;
use jiff::civil::Date;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::sync::Arc;

/// What `join` needs beside the records.
pub struct Joining {
    /// Configuration and table of fields.
    pub project: Arc<Project>,
    /// All texts.
    pub sources: Sources,
    /// Files published as they are.
    pub assets: Arc<Vec<Asset>>,
    /// Each handoff is held to at least this stage.
    pub at_least: Option<Stage>,
    /// When files were last changed, by their path; where history is not at hand, nothing is said of it.
    pub changed: Option<AHashMap<String, Change>>,
}

impl KnowledgeBase {
    /// Joins records and checks them against each other. Every diagnostic of this stage is returned, in no particular
    /// order.
    pub fn join(mut parts: Vec<(Arc<Record>, Arc<Body>)>, joining: Joining) -> (Self, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        parts.sort_by(|(one, _), (other, _)| (one.kind, &one.id, one.file).cmp(&(other.kind, &other.id, other.file)));
        unique(&mut parts, &joining.sources, &mut diagnostics);
        let (records, bodies): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
        let mut ids: [AHashMap<String, RecordId>; Kind::ALL.len()] = Default::default();
        for (at, record) in records.iter().enumerate() {
            ids[record.kind as usize].insert(record.id.clone(), RecordId(at as u32));
        }
        let paths: AHashMap<_, _> = records
            .iter()
            .enumerate()
            .filter_map(|(at, record)| {
                let path = joining.sources.get(record.file).path().strip_prefix("content/")?;
                Some((path.to_owned(), RecordId(at as u32)))
            })
            .collect();
        let mut base = Self {
            project: joining.project,
            sources: joining.sources,
            completeness: Vec::new(),
            order: Arc::new(Order::new((0..records.len() as u32).map(RecordId).collect())),
            kinds: kinds(records.iter().map(|record| record.kind)),
            records,
            bodies,
            people: Vec::new(),
            assets: joining.assets,
            ids: ids.map(Arc::new),
            person_order: Arc::new(Order::new(Vec::new())),
            person_ids: Arc::default(),
            handoffs: Arc::default(),
            receipts: Arc::default(),
            paths: Arc::new(paths),
            names: Arc::default(),
            speller: Arc::default(),
        };
        base.handoffs = Arc::new(base.accounts_with_handoffs());
        base.receipts = Arc::new(base.handoffs_with_receipts());
        base.people = base.meet(&mut diagnostics).into_iter().map(Arc::new).collect();
        let person_ids =
            base.people.iter().enumerate().map(|(at, person)| (person.id.clone(), PersonId(at as u32))).collect();
        base.person_ids = Arc::new(person_ids);
        base.person_order = Arc::new(Order::new((0..base.people.len() as u32).map(PersonId).collect()));
        base.names = Arc::new(Names::of(&base));
        base.speller = Arc::new(Speller::of(&base));

        let checked: Vec<_> = (0..base.records.len() as u32)
            .into_par_iter()
            .map(|at| base.check(RecordId(at), joining.at_least))
            .collect();
        for (completeness, found) in checked {
            base.completeness.push(completeness.map(Arc::new));
            diagnostics.extend(found);
        }
        rules::across(&base, joining.changed.as_ref(), &mut diagnostics);
        (base, diagnostics)
    }

    /// Everything that can be said of one record once all are known.
    pub(super) fn check(
        &self,
        id: RecordId,
        at_least: Option<Stage>,
    ) -> (Option<crate::record::Completeness>, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let record = self.record(id);
        let mut stage = self.stage_of(id);
        if matches!(record.kind, Kind::Handoff) || record.kind == Kind::Account && !self.handoffs_of(id).is_empty() {
            stage = stage.max(at_least.unwrap_or(Stage::Draft));
        }
        let schema = &self.project.schema;
        let completeness = due(record, self.source(id), schema, stage, self.project.today, &mut diagnostics);
        references::check(self, id, &mut diagnostics);
        self.check_links(id, &mut diagnostics);
        rules::within(self, id, stage, &mut diagnostics);
        ((record.kind == Kind::Handoff).then_some(completeness), diagnostics)
    }

    pub(super) fn handoffs_with_receipts(&self) -> AHashMap<RecordId, RecordId> {
        let receipts = self.of_kind(Kind::Receipt);
        receipts.filter_map(|receipt| Some((self.find(Kind::Handoff, &self.record(receipt).id)?, receipt))).collect()
    }

    fn accounts_with_handoffs(&self) -> AHashMap<RecordId, Arc<[RecordId]>> {
        let mut handoffs: AHashMap<RecordId, Vec<RecordId>> = AHashMap::new();
        for handoff in self.of_kind(Kind::Handoff) {
            if let Some(account) = self.account_of(handoff) {
                handoffs.entry(account).or_default().push(handoff);
            }
        }
        handoffs.into_iter().map(|(account, list)| (account, self.newest_first(list))).collect()
    }

    /// Handoffs of an account in the order of the day on which they were closed.
    pub(super) fn newest_first(&self, mut handoffs: Vec<RecordId>) -> Arc<[RecordId]> {
        handoffs.sort_by_key(|handoff| (Reverse(self.closed(*handoff).unwrap_or(Date::MAX)), self.rank(*handoff)));
        handoffs.into()
    }

    pub(super) fn closed(&self, handoff: RecordId) -> Option<Date> {
        self.fields(handoff).date("deal.closed_on")
    }
}

/// Where each kind begins in the order of kinds, and where the last one ends.
pub(super) fn kinds(order: impl Iterator<Item = Kind>) -> [usize; Kind::ALL.len() + 1] {
    let mut kinds = [0; Kind::ALL.len() + 1];
    for kind in order {
        for end in &mut kinds[kind as usize + 1..] {
            *end += 1;
        }
    }
    kinds
}

/// Takes out what bears an id that another record of its kind has: as the most forgetful disk compares names.
fn unique(parts: &mut Vec<(Arc<Record>, Arc<Body>)>, sources: &Sources, diagnostics: &mut Vec<Diagnostic>) {
    let mut seen: AHashMap<(Kind, String), FileId> = AHashMap::with_capacity(parts.len());
    parts.retain(|(record, _)| {
        let key = (record.kind, folded(&record.id).into_owned());
        let Some(first) = seen.get(&key) else {
            seen.insert(key, record.file);
            return true;
        };
        let (rule, message) = if record.kind == Kind::Page {
            (&codes::DUPLICATE_ADDRESS, format!("this page has the address `/{}/`, and so has another", record.id))
        } else {
            (&codes::DUPLICATE_SLUG, format!("two {}s are called `{}`", record.kind, record.id))
        };
        diagnostics.push(
            Diagnostic::new(rule, record.file, Span::at(0), message)
                .help(format!(
                    "Rename this file or `{}`. Folders do not tell slugs apart, nor does case.",
                    sources.get(*first).path()
                ))
                .related(*first, Span::at(0), "the other file"),
        );
        false
    });
}
