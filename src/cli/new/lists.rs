//! Lists of mappings: one item after the other, until nothing is missing and nobody wants to add more.

use super::interview::{Interview, options};
use super::prompter::{DONT_KNOW, Question, Stop};
use crate::fields::{Field, Kind, ROLES_DUE, STEPS_DUE, Type};
use crate::route;
use crate::write::{Answer, Answers};

impl Interview<'_> {
    /// A list of mappings, item by item.
    pub(super) fn list(&mut self, kind: Kind, field: &Field, path: &str) -> Result<Answer, Stop> {
        self.prompter.say(&format!("\n{}: {}", field.label, field.help));
        let mut options = options(&["Add the first"]);
        options.extend(field.none.then(|| "None: we asked, and there is none".to_owned()));
        options.extend(field.open.then(|| DONT_KNOW.to_owned()));
        let question = Question { path, label: &field.label, help: &field.help };
        let picked = if options.len() == 1 { 0 } else { self.prompter.select(question, &options, 0)? };
        if picked > 0 {
            return if options[picked] == DONT_KNOW { self.open(path) } else { Ok(Answer::None) };
        }
        let mut list = Vec::new();
        self.more(kind, field, path, &mut list, true)?;
        Ok(Answer::List(list))
    }

    /// More items: those that must be there, and those that somebody wants to add.
    pub(super) fn more(
        &mut self,
        kind: Kind,
        field: &Field,
        path: &str,
        list: &mut Vec<Answer>,
        ask: bool,
    ) -> Result<(), Stop> {
        let own = kind == Kind::Handoff && !path.contains('.');
        if own && field.name == "next_steps" {
            for (stage, step) in STEPS_DUE {
                let there = groups(list).any(|item| item.scalar("kind") == Some(step));
                if stage <= self.stage && !there {
                    let mut preset = Answers::default();
                    preset.put("kind", Answer::Scalar(step.to_owned()));
                    self.prompter.say(&format!("\n{path}[{}]: {}", list.len() + 1, step.replace('_', " ")));
                    self.item(kind, field, path, list, preset)?;
                }
            }
        }
        let mut ask = ask;
        loop {
            let missing: Vec<&str> = if own && field.name == "stakeholders" {
                let has = |role| groups(list).any(|item| item.has_item("roles", role));
                let due = ROLES_DUE.iter().filter(|(stage, role)| *stage <= self.stage && *role != "blocker");
                due.map(|(_, role)| *role).filter(|role| !has(role)).collect()
            } else {
                Vec::new()
            };
            if !list.is_empty() {
                if !ask && missing.is_empty() {
                    return Ok(());
                }
                let label = format!("{}: add another?", field.label);
                let help = match missing.as_slice() {
                    [] => "There is no hurry: you can add to the file at any time.".to_owned(),
                    missing => format!("Still needed: {}.", missing.join(", ")),
                };
                if !self.prompter.confirm(Question { path, label: &label, help: &help }, !missing.is_empty())? {
                    return Ok(());
                }
            }
            let preset =
                if own && field.name == "stakeholders" { self.acquaintance(path)? } else { Answers::default() };
            self.item(kind, field, path, list, preset)?;
            ask = true;
        }
    }

    fn item(
        &mut self,
        kind: Kind,
        field: &Field,
        path: &str,
        list: &mut Vec<Answer>,
        mut answers: Answers,
    ) -> Result<(), Stop> {
        let path = format!("{path}[{}]", list.len() + 1);
        let Type::List(item) = &field.ty else { return Ok(()) };
        self.group(kind, item.fields(), &mut answers, &path)?;
        self.met(field, &answers);
        list.push(Answer::Group(answers));
        Ok(())
    }

    /// Somebody known at the account already, or nobody yet.
    fn acquaintance(&mut self, path: &str) -> Result<Answers, Stop> {
        let mut answers = Answers::default();
        let known = self.known_people().into_iter();
        let others: Vec<_> = known.filter(|(id, ..)| self.people.iter().all(|(met, _)| met != id)).collect();
        if others.is_empty() {
            return Ok(answers);
        }
        let mut options = options(&["Somebody new"]);
        options.extend(others.iter().map(|(id, name, _)| format!("{name} ({id})")));
        let help = "The same id in two handoffs is the same person.";
        let picked = self.prompter.select(Question { path, label: "Who?", help }, &options, 0)?;
        if let Some((id, name, title)) = picked.checked_sub(1).and_then(|at| others.into_iter().nth(at)) {
            answers.put("name", Answer::Scalar(name));
            answers.put("id", Answer::Scalar(id));
            if let Some(title) = title {
                answers.put("title", Answer::Scalar(title));
            }
        }
        Ok(answers)
    }

    /// Remembers a stakeholder, to whom promises may have been made.
    pub(super) fn met(&mut self, field: &Field, answers: &Answers) {
        if field.name != "stakeholders" {
            return;
        }
        let name = answers.scalar("name").unwrap_or("");
        if let Some(id) = answers.scalar("id").map(str::to_owned).or_else(|| route::slug(name)) {
            self.people.push((id, name.to_owned()));
        }
    }

    /// A blocker, or the word that we asked ourselves and know of none.
    pub(super) fn blockers(&mut self, field: &Field, answers: &mut Answers) -> Result<(), Stop> {
        let due = ROLES_DUE.iter().any(|(stage, role)| *role == "blocker" && *stage <= self.stage);
        let Some(Answer::List(_)) = answers.get("stakeholders") else { return Ok(()) };
        let named = answers.groups("stakeholders").any(|item| item.has_item("roles", "blocker"));
        if !due || named || answers.get("no_known_blocker").is_some() {
            return Ok(());
        }
        let question = Question {
            path: "no_known_blocker",
            label: "Nobody here is a blocker. Have you asked yourselves who could stop this, and know of nobody?",
            help: "No adds whoever it is.",
        };
        if self.prompter.confirm(question, true)? {
            answers.put("no_known_blocker", Answer::Scalar("true".to_owned()));
            return Ok(());
        }
        let Some(Answer::List(mut list)) = answers.take("stakeholders") else { return Ok(()) };
        let mut blocker = self.acquaintance("stakeholders")?;
        blocker.put("roles", Answer::List(vec![Answer::Scalar("blocker".to_owned())]));
        self.item(Kind::Handoff, field, "stakeholders", &mut list, blocker)?;
        answers.put("stakeholders", Answer::List(list));
        Ok(())
    }
}

fn groups(list: &[Answer]) -> impl Iterator<Item = &Answers> {
    list.iter().filter_map(|item| match item {
        Answer::Group(answers) => Some(answers),
        _ => None,
    })
}
