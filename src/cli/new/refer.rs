//! Answers that name somebody or something: what there is to choose from, what is likely, and what has to be made first.

use super::draft::{Draft, free_slug};
use super::interview::Interview;
use super::prompter::{DONT_KNOW, Question, Stop};
use crate::fields::Kind;
use crate::knowledge::Target;
use crate::write::{Answer, Answers};
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::BTreeMap;

impl Interview<'_> {
    /// One of the files of a kind, or a new one.
    pub(super) fn reference(&mut self, to: Kind, open: bool, question: Question<'_>) -> Result<Answer, Stop> {
        let base = self.base;
        let mut ids: Vec<(String, String)> =
            base.of_kind(to).map(|id| (base.record(id).id.clone(), base.title(id))).collect();
        ids.extend(self.drafts.iter().filter(|draft| draft.kind == to).map(|draft| (draft.id.clone(), draft.name())));
        let mut options: Vec<String> = ids.iter().map(|(id, name)| format!("{name} ({id})")).collect();
        // What is answered must be there: a handoff is more than can be made in passing.
        if matches!(to, Kind::Account | Kind::Teammate | Kind::Stakeholder) {
            options.push(format!("+ a new {to}"));
        }
        options.extend(open.then(|| DONT_KNOW.to_owned()));
        if options.is_empty() {
            return Err(Stop::Failed(format!("there is no {to} yet: begin with `segue new {to}`")));
        }
        let likely = self.likely(question.path);
        let start = ids.iter().position(|(id, _)| Some(id) == likely).unwrap_or(0);
        let picked = self.prompter.select(question, &options, start)?;
        match ids.into_iter().nth(picked) {
            Some((id, _)) => Ok(Answer::Scalar(id)),
            None if options[picked] == DONT_KNOW => self.open(question.path),
            None => self.create(to).map(Answer::Scalar),
        }
    }

    /// Another file, that this one needs.
    fn create(&mut self, kind: Kind) -> Result<String, Stop> {
        self.prompter.say(&format!("\nA new {kind}:"));
        let mut answers = Answers::default();
        // Its answers are no defaults for the file it is made for.
        let known = std::mem::take(&mut self.known);
        self.file(kind, &mut answers)?;
        self.known = known;
        let id = free_slug(self.base, kind, &answers, &self.drafts).ok_or_else(|| {
            Stop::Failed("no file name can be made from that name: make the file first, with --slug".to_owned())
        })?;
        self.prompter.say(&format!("That makes content/{}/{id}.md; now back.\n", kind.folder()));
        self.drafts.push(Draft { kind, id: id.clone(), answers });
        Ok(id)
    }

    /// Somebody on the customer's side: of this handoff, or known at its account.
    pub(super) fn stakeholder(&mut self, open: bool, question: Question<'_>) -> Result<Answer, Stop> {
        let mut people = self.people.clone();
        for (id, name, _) in self.known_people() {
            if people.iter().all(|(other, _)| *other != id) {
                people.push((id, name));
            }
        }
        let mut options: Vec<String> = people.iter().map(|(id, name)| format!("{name} ({id})")).collect();
        options.extend(open.then(|| DONT_KNOW.to_owned()));
        let picked = self.prompter.select(question, &options, 0)?;
        match people.into_iter().nth(picked) {
            Some((id, _)) => Ok(Answer::Scalar(id)),
            None => self.open(question.path),
        }
    }

    /// The people known at this handoff's account: id, name and title.
    pub(super) fn known_people(&self) -> Vec<(String, String, Option<String>)> {
        let base = self.base;
        let Some(account) = self.known.get("account").and_then(|id| base.find(Kind::Account, id)) else {
            return Vec::new();
        };
        let at_account = base.person_ids().filter(|id| base.person(*id).accounts.first() == Some(&account));
        at_account
            .map(|id| {
                let person = base.person(id);
                let entry = person.appearances.first().and_then(|(handoff, at)| base.appearance(*handoff, *at));
                let title = entry.and_then(|entry| entry.text("title"));
                (person.id.clone(), base.name_of(Target::Person(id)), title.map(str::to_owned))
            })
            .collect()
    }

    /// An id that is likely to be meant, from what was answered before.
    fn likely(&self, path: &str) -> Option<&String> {
        let from = match path.rsplit('.').next()? {
            "made_by" | "ask" => "team.ae",
            "owner" => "team.csm",
            _ => return None,
        };
        self.known.get(from)
    }

    /// A text that is likely to be meant.
    pub(super) fn default(&self, path: &str) -> Option<String> {
        let today = self.base.project.today;
        let date = |path: &str| self.known.get(path)?.parse::<Date>().ok();
        match path {
            "deal.closed_on" | "reviewed_on" => Some(today.to_string()),
            "deal.term_months" => Some("12".to_owned()),
            "deal.currency" => self.usual_currency(),
            "deal.starts_on" => Some(date("deal.closed_on")?.to_string()),
            "deal.renews_on" => {
                let months = self.known.get("deal.term_months")?.parse::<i32>().ok()?;
                Some(date("deal.starts_on")?.checked_add(months.months()).ok()?.to_string())
            }
            "kickoff.scheduled_for" => Some(date("deal.closed_on")?.saturating_add(7.days()).to_string()),
            "intro_call.held_on" => self.known.get("intro_call.scheduled_for").cloned(),
            _ if path.starts_with("questions[") && path.ends_with(".asked_on") => Some(today.to_string()),
            _ => None,
        }
    }

    /// The currency of most handoffs; of those equally common, the first by name.
    fn usual_currency(&self) -> Option<String> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for id in self.base.of_kind(Kind::Handoff) {
            if let Some(currency) = self.base.fields(id).text("deal.currency") {
                *counts.entry(currency).or_default() += 1;
            }
        }
        counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(currency, _)| currency.to_owned())
    }
}
