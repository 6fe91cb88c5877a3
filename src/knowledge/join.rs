//! Records become one knowledge base: ids, people, accounts with their handoffs, and everything checked against
//! everything.

use super::resolve::Names;
use super::spelling::Speller;
use super::{KnowledgeBase, Person, PersonId, RecordId, references, rules, stakeholder_id};
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
use std::collections::BTreeMap;
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
        let ids: AHashMap<_, _> = records
            .iter()
            .enumerate()
            .map(|(at, record)| ((record.kind, record.id.clone()), RecordId(at as u32)))
            .collect();
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
            records,
            bodies,
            people: Arc::default(),
            assets: joining.assets,
            ids: Arc::new(ids),
            person_ids: Arc::default(),
            handoffs: Arc::default(),
            receipts: Arc::default(),
            paths: Arc::new(paths),
            names: Arc::default(),
            speller: Arc::default(),
        };
        base.handoffs = Arc::new(base.accounts_with_handoffs());
        let receipts = base
            .of_kind(Kind::Receipt)
            .filter_map(|receipt| Some((base.find(Kind::Handoff, &base.record(receipt).id)?, receipt)))
            .collect();
        base.receipts = Arc::new(receipts);
        base.people = Arc::new(base.meet(&mut diagnostics));
        let person_ids =
            base.people.iter().enumerate().map(|(at, person)| (person.id.clone(), PersonId(at as u32))).collect();
        base.person_ids = Arc::new(person_ids);
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

    fn accounts_with_handoffs(&self) -> AHashMap<RecordId, Vec<RecordId>> {
        let mut handoffs: AHashMap<RecordId, Vec<RecordId>> = AHashMap::new();
        for handoff in self.of_kind(Kind::Handoff) {
            if let Some(account) = self.account_of(handoff) {
                handoffs.entry(account).or_default().push(handoff);
            }
        }
        for list in handoffs.values_mut() {
            list.sort_by_key(|handoff| (Reverse(self.closed(*handoff).unwrap_or(Date::MAX)), *handoff));
        }
        handoffs
    }

    fn closed(&self, handoff: RecordId) -> Option<Date> {
        self.fields(handoff).date("deal.closed_on")
    }

    /// Joins inline stakeholders and stakeholder files by id.
    fn meet(&self, diagnostics: &mut Vec<Diagnostic>) -> Vec<Person> {
        let mut entries: BTreeMap<String, Vec<(RecordId, usize, bool)>> = BTreeMap::new();
        for handoff in self.of_kind(Kind::Handoff) {
            let file = self.record(handoff).file;
            let mut seen: AHashMap<String, Span> = AHashMap::new();
            for (at, entry) in self.fields(handoff).groups("stakeholders") {
                let place = entry.get("id").or_else(|| entry.get("name")).map_or(entry.span, |value| value.span);
                let Some((id, written)) = stakeholder_id(entry) else {
                    if let Some(name) = entry.text("name") {
                        let message = format!("no id can be made from the name `{name}`");
                        diagnostics.push(
                            Diagnostic::new(&codes::EMPTY_SLUG, file, place, message)
                                .field(format!("stakeholders[{}].id", at + 1))
                                .help(
                                    "Ids are made of Latin letters and digits. Give this person one: `id: tanaka-k`.",
                                ),
                        );
                    }
                    continue;
                };
                if let Some(first) = seen.insert(id.clone(), place) {
                    let message = format!("the stakeholder `{id}` is listed twice");
                    diagnostics.push(
                        Diagnostic::new(&codes::DUPLICATE_STAKEHOLDER, file, place, message)
                            .field(format!("stakeholders[{}]", at + 1))
                            .help("Put the roles of one person into one entry; give namesakes an `id` each.")
                            .related(file, first, "the first entry"),
                    );
                    continue;
                }
                entries.entry(id).or_default().push((handoff, at, written));
            }
        }
        for file in self.of_kind(Kind::Stakeholder) {
            entries.entry(self.record(file).id.clone()).or_default();
        }
        entries.into_iter().map(|(id, entries)| self.person_of(id, &entries, diagnostics)).collect()
    }

    fn person_of(&self, id: String, entries: &[(RecordId, usize, bool)], diagnostics: &mut Vec<Diagnostic>) -> Person {
        let file = self.find(Kind::Stakeholder, &id);
        let mut appearances: Vec<_> = entries.iter().map(|(handoff, at, _)| (*handoff, *at)).collect();
        appearances.sort_by_key(|(handoff, at)| {
            let closed = self.closed(*handoff);
            (closed.is_none(), Reverse(closed), *handoff, *at)
        });
        let mut accounts = Vec::new();
        let mut add = |account: Option<RecordId>| {
            if let Some(account) = account.filter(|account| !accounts.contains(account)) {
                accounts.push(account);
            }
        };
        if let Some(file) = file {
            add(self.fields(file).text("account").and_then(|account| self.find(Kind::Account, account)));
        }
        for (handoff, _) in &appearances {
            add(self.account_of(*handoff));
        }
        if let Some(file) = file {
            for from in self.fields(file).items("moved_from") {
                add(from.text().and_then(|account| self.find(Kind::Account, account)));
            }
        }
        self.tell_apart(&id, entries, diagnostics);
        let named = file.and_then(|file| self.fields(file).text("name"));
        let inline = || self.appearance(appearances.first()?.0, appearances.first()?.1)?.text("name");
        let name = named.or_else(inline).unwrap_or(&id).to_owned();
        Person { id, name, file, appearances, accounts }
    }

    /// An id that was made from a name and is met at two accounts may be one person or two.
    fn tell_apart(&self, id: &str, entries: &[(RecordId, usize, bool)], diagnostics: &mut Vec<Diagnostic>) {
        let account = |handoff: RecordId| self.fields(handoff).text("account");
        // A misspelt account is a fault of its own, and no second account.
        let known = entries.iter().filter(|(handoff, ..)| self.account_of(*handoff).is_some());
        let entries: Vec<_> = known.copied().collect();
        let first = entries.first().and_then(|(handoff, ..)| account(*handoff));
        if entries.iter().all(|(handoff, ..)| account(*handoff) == first) {
            return;
        }
        for (handoff, at, written) in &entries {
            if *written {
                continue;
            }
            let Some(name) = self.appearance(*handoff, *at).and_then(|entry| entry.get("name")) else { continue };
            let other = entries.iter().find(|(other, ..)| account(*other) != account(*handoff));
            let mut diagnostic = Diagnostic::new(
                &codes::AMBIGUOUS_PERSON,
                self.record(*handoff).file,
                name.span,
                format!("`{}` is met at two accounts, and nothing says whether it is one person", name.text().unwrap_or(id)),
            )
            .field(format!("stakeholders[{}].id", at + 1))
            .help(format!(
                "Give each entry an `id`: the same one, `{id}`, if this person changed employer; different ones for namesakes."
            ));
            if let Some((other, at, _)) = other
                && let Some(name) = self.appearance(*other, *at).and_then(|entry| entry.get("name"))
            {
                let at = account(*other).unwrap_or("another account");
                diagnostic = diagnostic.related(self.record(*other).file, name.span, format!("here at `{at}`"));
            }
            diagnostics.push(diagnostic);
        }
    }
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
