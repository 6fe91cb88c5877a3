//! People on the customers' side: the entries of handoffs and the files of one id, put together.

use super::{KnowledgeBase, Person, RecordId, stakeholder_id};
use crate::diagnostic::{Diagnostic, rules as codes};
use crate::fields::Kind;
use crate::source::Span;
use ahash::AHashMap;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A handoff, and a place in its `stakeholders` from 0.
type Appearance = (RecordId, usize);

impl KnowledgeBase {
    /// Joins inline stakeholders and stakeholder files by id.
    pub(super) fn meet(&self, diagnostics: &mut Vec<Diagnostic>) -> Vec<Person> {
        let mut entries: BTreeMap<String, Vec<Appearance>> = BTreeMap::new();
        for handoff in self.of_kind(Kind::Handoff) {
            for (id, at) in self.listed(handoff, diagnostics) {
                entries.entry(id).or_default().push((handoff, at));
            }
        }
        for file in self.of_kind(Kind::Stakeholder) {
            entries.entry(self.record(file).id.clone()).or_default();
        }
        entries.into_iter().map(|(id, entries)| self.person_of(id, &entries, diagnostics)).collect()
    }

    /// Who is listed in a handoff, each once, and where.
    pub(super) fn listed(&self, handoff: RecordId, diagnostics: &mut Vec<Diagnostic>) -> Vec<(String, usize)> {
        let file = self.record(handoff).file;
        let mut listed = Vec::new();
        let mut seen: AHashMap<String, Span> = AHashMap::new();
        for (at, entry) in self.fields(handoff).groups("stakeholders") {
            let place = entry.get("id").or_else(|| entry.get("name")).map_or(entry.span, |value| value.span);
            let Some((id, _)) = stakeholder_id(entry) else {
                if let Some(name) = entry.text("name") {
                    let message = format!("no id can be made from the name `{name}`");
                    diagnostics.push(
                        Diagnostic::new(&codes::EMPTY_SLUG, file, place, message)
                            .field(format!("stakeholders[{}].id", at + 1))
                            .help("Ids are made of Latin letters and digits. Give this person one: `id: tanaka-k`."),
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
            listed.push((id, at));
        }
        listed
    }

    /// Everything that is known of a person; `entries` are where they are listed, in the order of handoffs.
    pub(super) fn person_of(&self, id: String, entries: &[Appearance], diagnostics: &mut Vec<Diagnostic>) -> Person {
        let file = self.find(Kind::Stakeholder, &id);
        let mut appearances = entries.to_vec();
        appearances.sort_by_key(|(handoff, at)| {
            let closed = self.closed(*handoff);
            (closed.is_none(), Reverse(closed), self.rank(*handoff), *at)
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
    fn tell_apart(&self, id: &str, entries: &[Appearance], diagnostics: &mut Vec<Diagnostic>) {
        let account = |handoff: RecordId| self.fields(handoff).text("account");
        // A misspelt account is a fault of its own, and no second account.
        let known = entries.iter().filter(|(handoff, _)| self.account_of(*handoff).is_some());
        let entries: Vec<_> = known.copied().collect();
        let first = entries.first().and_then(|(handoff, _)| account(*handoff));
        if entries.iter().all(|(handoff, _)| account(*handoff) == first) {
            return;
        }
        for (handoff, at) in &entries {
            let Some(entry) = self.appearance(*handoff, *at).filter(|entry| entry.text("id").is_none()) else {
                continue;
            };
            let Some(name) = entry.get("name") else { continue };
            let other = entries.iter().find(|(other, _)| account(*other) != account(*handoff));
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
            if let Some((other, at)) = other
                && let Some(name) = self.appearance(*other, *at).and_then(|entry| entry.get("name"))
            {
                let at = account(*other).unwrap_or("another account");
                diagnostic = diagnostic.related(self.record(*other).file, name.span, format!("here at `{at}`"));
            }
            diagnostics.push(diagnostic);
        }
    }
}
