//! Asking for what is due, in the checklist's order.

use super::draft::{Draft, validate};
use super::prompter::{DONT_KNOW, Prompter, Question, Stop};
use crate::fields::{Field, Kind, Stage, Type};
use crate::knowledge::KnowledgeBase;
use crate::write::{Answer, Answers, is_due};
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Asks, and keeps what later questions need.
pub(super) struct Interview<'a> {
    pub(super) base: &'a KnowledgeBase,
    pub(super) prompter: &'a mut dyn Prompter,
    /// How far the deal is: what is due then is asked.
    pub(super) stage: Stage,
    /// What is asked although the table does not make it due: paths.
    pub(super) also: BTreeSet<String>,
    /// Files that were found to be needed on the way.
    pub(super) drafts: Vec<Draft>,
    /// Answers that others are likely to repeat, by path.
    pub(super) known: BTreeMap<String, String>,
    /// The stakeholders of this handoff so far: id and name.
    pub(super) people: Vec<(String, String)>,
}

impl<'a> Interview<'a> {
    pub(super) fn new(base: &'a KnowledgeBase, prompter: &'a mut dyn Prompter) -> Self {
        Self {
            base,
            prompter,
            stage: Stage::Draft,
            also: BTreeSet::new(),
            drafts: Vec::new(),
            known: BTreeMap::new(),
            people: Vec::new(),
        }
    }

    /// Asks what is due in a file of this kind and not answered.
    pub(super) fn file(&mut self, kind: Kind, answers: &mut Answers) -> Result<(), Stop> {
        let base = self.base;
        let fields = base.project.schema.fields(kind);
        self.group(kind, fields, answers, "")
    }

    /// How far the deal is.
    pub(super) fn ask_stage(&mut self, kind: Kind) -> Result<Stage, Stop> {
        let question = match kind {
            Kind::Account => Question {
                path: "stage",
                label: "How far is its furthest deal?",
                help: "An account owes more the further its deals are.",
            },
            _ => Question {
                path: "stage",
                label: "How far is the deal?",
                help: "Only what is due at that stage is asked; the rest can wait.",
            },
        };
        let options = [
            "draft: being written",
            "verbal: agreed by word",
            "closed_won: signed",
            "handed_off: with customer success",
        ];
        let picked = self.prompter.select(question, &options.map(str::to_owned), 0)?;
        Ok(Stage::ALL[picked])
    }

    pub(super) fn group(
        &mut self,
        kind: Kind,
        fields: &[Field],
        answers: &mut Answers,
        prefix: &str,
    ) -> Result<(), Stop> {
        for field in fields {
            let path = if prefix.is_empty() { field.name.to_owned() } else { format!("{prefix}.{}", field.name) };
            let answer = match answers.take(field.name) {
                Some(given) => Some(self.complete(kind, field, given, &path)?),
                None if is_due(field, Some(answers), self.stage)
                    || self.also.contains(&path)
                    || is_reason(kind, &path, answers) =>
                {
                    Some(self.ask(kind, field, &path)?)
                }
                None => None,
            };
            let Some(answer) = answer else { continue };
            if let Answer::Scalar(text) = &answer {
                self.known.insert(path, text.clone());
            }
            answers.put(field.name, answer);
            if field.name == "stakeholders" && kind == Kind::Handoff && prefix.is_empty() {
                self.blockers(field, answers)?;
            }
        }
        Ok(())
    }

    /// What is given and not whole yet.
    fn complete(&mut self, kind: Kind, field: &Field, given: Answer, path: &str) -> Result<Answer, Stop> {
        match (given, &field.ty) {
            (Answer::Group(mut answers), Type::Group(fields)) => {
                self.group(kind, fields, &mut answers, path)?;
                Ok(Answer::Group(answers))
            }
            (Answer::List(items), Type::List(item)) if !item.fields().is_empty() => {
                let mut list = Vec::new();
                for (at, given) in items.into_iter().enumerate() {
                    let mut answers = match given {
                        Answer::Group(answers) => answers,
                        _ => Answers::default(),
                    };
                    self.group(kind, item.fields(), &mut answers, &format!("{path}[{}]", at + 1))?;
                    self.met(field, &answers);
                    list.push(Answer::Group(answers));
                }
                self.more(kind, field, path, &mut list, false)?;
                Ok(Answer::List(list))
            }
            (given, _) => Ok(given),
        }
    }

    fn ask(&mut self, kind: Kind, field: &Field, path: &str) -> Result<Answer, Stop> {
        let help = match (&field.ty, field.open) {
            (Type::Text | Type::Date | Type::Money | Type::Integer { .. } | Type::Number | Type::Url, true) => {
                format!("{} (? if you don't know yet)", field.help)
            }
            _ => field.help.clone(),
        };
        let question = Question { path, label: &field.label, help: &help };
        match &field.ty {
            Type::Group(fields) => {
                self.prompter.say(&format!("\n{}: {}", field.label, field.help));
                if field.open && self.prompter.select(question, &options(&["Answer", DONT_KNOW]), 0)? == 1 {
                    return self.open(path);
                }
                let mut answers = Answers::default();
                self.group(kind, fields, &mut answers, path)?;
                Ok(Answer::Group(answers))
            }
            Type::List(item) if !item.fields().is_empty() => self.list(kind, field, path),
            Type::List(item) => {
                if let Type::Choice(values) = &**item {
                    let picked = self.prompter.several(question, &options(values))?;
                    return Ok(Answer::List(
                        picked.into_iter().map(|at| Answer::Scalar(values[at].to_owned())).collect(),
                    ));
                }
                let help = format!("{} (separate them with commas)", field.help);
                let text = self.checked(kind, field, Question { help: &help, ..question }, None)?;
                let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                Ok(Answer::List(items.map(|item| Answer::Scalar(item.to_owned())).collect()))
            }
            Type::Choice(values) => {
                let mut options = options(values);
                options.extend(field.open.then(|| DONT_KNOW.to_owned()));
                let picked = self.prompter.select(question, &options, 0)?;
                values.get(picked).map_or_else(|| self.open(path), |value| Ok(Answer::Scalar((*value).to_owned())))
            }
            Type::Bool => {
                let mut options = options(&["yes", "no"]);
                options.extend(field.open.then(|| DONT_KNOW.to_owned()));
                match self.prompter.select(question, &options, 0)? {
                    2 => self.open(path),
                    picked => Ok(Answer::Scalar((picked == 0).to_string())),
                }
            }
            Type::Ref(to) => self.reference(*to, field.open, question),
            Type::Stakeholder => self.stakeholder(field.open, question),
            _ => {
                let default = self.default(path);
                let text = self.checked(kind, field, question, default.as_deref())?;
                if field.open && text.trim() == "?" { self.open(path) } else { Ok(Answer::Scalar(text)) }
            }
        }
    }

    /// A line that the checker lets pass.
    fn checked(
        &mut self,
        kind: Kind,
        field: &Field,
        question: Question<'_>,
        default: Option<&str>,
    ) -> Result<String, Stop> {
        let base = self.base;
        let check = |text: &str| {
            if text.trim().is_empty() {
                return Err("An answer is due here.".to_owned());
            }
            let may_be_open = field.open && !matches!(field.ty, Type::List(_));
            if may_be_open && text.trim() == "?" {
                return Ok(());
            }
            validate(&base.project, kind, question.path, text)
        };
        self.prompter.text(question, default, &check)
    }

    /// Who finds out, and by when.
    pub(super) fn open(&mut self, path: &str) -> Result<Answer, Stop> {
        let asking = format!("{path}.unknown.ask");
        let who =
            Question { path: &asking, label: "Who finds out?", help: "They are asked, and named until they answer." };
        let Answer::Scalar(ask) = self.reference(Kind::Teammate, false, who)? else { return Err(Stop::Cancelled) };
        let week = self.base.project.today.saturating_add(7.days());
        let check = |text: &str| match text.trim().parse::<Date>() {
            Ok(_) if text.trim().len() == 10 => Ok(()),
            _ => Err("Expected a date in the form YYYY-MM-DD.".to_owned()),
        };
        let when = Question { path, label: "By when?", help: "After that day, an open question is an error." };
        let by = self.prompter.text(when, Some(&week.to_string()), &check)?;
        Ok(Answer::Open { ask, by: by.trim().to_owned() })
    }
}

pub(super) fn options(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

/// Whoever returns a handoff says why.
fn is_reason(kind: Kind, path: &str, answers: &Answers) -> bool {
    kind == Kind::Receipt && path == "reasons" && answers.scalar("decision") == Some("returned")
}
