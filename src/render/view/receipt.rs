//! The CSM's answer to a handoff.

use super::fields::Row;
use super::{Lens, State};
use crate::fields::{Field, Kind};
use crate::knowledge::RecordId;
use crate::record::{Data, Value};
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
    /// A project's own fields.
    pub rows: Vec<Row<'a>>,
}

/// The fields of a question that have a place of their own.
const ASKED: &[&str] = &["field", "text", "asked_on", "answered_on", "answer"];
const SHOWN: &[&str] = &["handoff", "reviewed_by", "reviewed_on", "decision", "ratings", "questions", "redirect_from"];

impl<'a> Lens<'a> {
    /// The receipt of a handoff; `named` where the page is not the handoff's own.
    pub fn receipt(&self, handoff: RecordId, named: bool) -> Option<Receipt<'a>> {
        let id = self.base.receipt_of(handoff)?;
        let fields = self.base.fields(id);
        let schema = self.base.project.schema.fields(Kind::Receipt);
        let writer = self.writer(fields);
        let rated = inner(schema, "ratings");
        let ratings = rated.iter().filter(|field| !field.custom).filter_map(|field| {
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
            let own = inner(schema, "questions");
            Some(Asked {
                field: question.text("field"),
                text: question.text("text")?,
                asked_on: question.date("asked_on").map(On::new),
                answered_on: question.date("answered_on").map(On::new),
                answer: question.text("answer"),
                rows: super::fields::rows(&writer, own, question, ASKED),
            })
        });
        let ratings: Vec<Rating<'a>> = ratings.collect();
        let mut rows = super::fields::rows(&writer, schema, fields, SHOWN);
        if let Some(group) = fields.get("ratings").and_then(Value::group) {
            // What a project asks here beside the grades.
            let graded: Vec<&str> = rated.iter().filter(|field| !field.custom).map(|field| field.name).collect();
            rows.extend(super::fields::rows(&writer, rated, group, &graded));
        }
        Some(Receipt {
            decision: self.state(fields, "decision"),
            by: self.teammate(fields.text("reviewed_by")),
            on: fields.date("reviewed_on").map(On::new),
            handoff: named.then(|| self.directory.record(handoff)),
            rows,
            ratings,
            questions: questions.collect(),
            prose: self.prose(id),
        })
    }
}

/// The fields of a mapping, or of a list of mappings.
fn inner<'a>(fields: &'a [Field], name: &str) -> &'a [Field] {
    fields.iter().find(|field| field.name == name).map_or(&[], |field| field.ty.fields())
}
