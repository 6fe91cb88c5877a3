//! The CSM's answer to a handoff.

use super::fields::{Row, rows};
use super::{Lens, State};
use crate::fields::Kind;
use crate::knowledge::RecordId;
use crate::record::Data;
use crate::render::directory::Place;
use crate::render::format::On;
use serde::Serialize;

/// A receipt, shown on its handoff and its account.
#[derive(Debug, Serialize)]
pub struct Receipt<'a> {
    /// Accepted or returned.
    pub decision: Option<State>,
    /// Who read the handoff.
    pub by: Option<&'a Place>,
    /// When.
    pub on: Option<On>,
    /// The handoff, on other pages.
    pub handoff: Option<&'a Place>,
    /// Reasons, first contact and a project's own fields.
    pub rows: Vec<Row<'a>>,
    /// How good it was.
    pub ratings: Vec<Rating<'a>>,
    /// What had to be asked again.
    pub questions: Vec<Asked<'a>>,
    /// What else the CSM wrote.
    pub prose: Option<String>,
}

/// A rating from 1 to 5.
#[derive(Debug, Serialize)]
pub struct Rating<'a> {
    /// What was rated.
    pub label: &'a str,
    /// How.
    pub value: i64,
    /// The tone of the value.
    pub tone: &'static str,
    /// Five steps, on or off.
    pub steps: [bool; 5],
}

/// A question the CSM had.
#[derive(Debug, Serialize)]
pub struct Asked<'a> {
    /// The field it is about.
    pub field: Option<&'a str>,
    /// The question.
    pub text: &'a str,
    /// When it was asked.
    pub asked_on: Option<On>,
    /// When it was answered.
    pub answered_on: Option<On>,
    /// The answer.
    pub answer: Option<&'a str>,
}

const SHOWN: &[&str] = &["handoff", "reviewed_by", "reviewed_on", "decision", "ratings", "questions", "redirect_from"];

impl<'a> Lens<'a> {
    /// The receipt of a handoff; `named` where the page is not the handoff's own.
    pub fn receipt(&self, handoff: RecordId, named: bool) -> Option<Receipt<'a>> {
        let id = self.base.receipt_of(handoff)?;
        let fields = self.base.fields(id);
        let schema = self.base.project.schema.fields(Kind::Receipt);
        let rated = schema.iter().find(|field| field.name == "ratings").map_or(&[][..], |field| field.ty.fields());
        let ratings = rated.iter().filter_map(|field| {
            let Data::Integer(value) = fields.get("ratings")?.group()?.get(field.name)?.data else { return None };
            let tone = match value {
                ..=2 => "bad",
                3 => "warn",
                _ => "good",
            };
            let steps = std::array::from_fn(|step| step < value.clamp(0, 5) as usize);
            Some(Rating { label: &field.label, value, tone, steps })
        });
        let questions = fields.groups("questions").filter_map(|(_, question)| {
            Some(Asked {
                field: question.text("field"),
                text: question.text("text")?,
                asked_on: question.date("asked_on").map(On::new),
                answered_on: question.date("answered_on").map(On::new),
                answer: question.text("answer"),
            })
        });
        Some(Receipt {
            decision: self.state(fields, "decision"),
            by: self.teammate(fields.text("reviewed_by")),
            on: fields.date("reviewed_on").map(On::new),
            handoff: named.then(|| self.directory.record(handoff)),
            rows: rows(&self.writer(fields), schema, fields, SHOWN),
            ratings: ratings.collect(),
            questions: questions.collect(),
            prose: self.prose(id),
        })
    }
}
