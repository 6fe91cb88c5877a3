//! What is due at a stage, and how much of it is there.

use super::decode::ASK;
use super::{Data, Group, Record, Value};
use crate::diagnostic::{Diagnostic, rules};
use crate::fields::{Due, Field, FieldPath, Schema, Stage, Step, Type};
use crate::source::{Source, Span};
use jiff::civil::Date;

/// How far a record is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completeness {
    /// The stage it was held to.
    pub stage: Stage,
    /// How many fields are due at that stage, each item of a list counted for itself.
    pub due: usize,
    /// How many of them are filled.
    pub filled: usize,
    /// How many are open questions that may still be open.
    pub asked: usize,
    /// The ones that are neither.
    pub missing: Vec<Missing>,
}

/// A field that is due and not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The whole path: `promises[2].due`.
    pub path: String,
    /// The field's help.
    pub help: String,
    /// An example of an answer; may be empty.
    pub example: &'static str,
    /// Where it is reported.
    pub span: Span,
}

/// Holds a record to a stage: what is missing, placeholders, open questions past their day.
pub fn due(
    record: &Record,
    source: &Source,
    schema: &Schema,
    stage: Stage,
    today: Date,
    diagnostics: &mut Vec<Diagnostic>,
) -> Completeness {
    let mut gate = Gate {
        record,
        source,
        today,
        found: Completeness { stage, due: 0, filled: 0, asked: 0, missing: Vec::new() },
        diagnostics,
        path: Vec::new(),
    };
    gate.group(schema.fields(record.kind), Some(&record.fields), record.opening);
    gate.found
}

struct Gate<'a> {
    record: &'a Record,
    source: &'a Source,
    today: Date,
    found: Completeness,
    diagnostics: &'a mut Vec<Diagnostic>,
    path: Vec<Step>,
}

impl Gate<'_> {
    /// Walks the fields of a mapping that is there, or would have to be. `parent` is the nearest place that is there.
    /// Says whether anything in it was due.
    fn group(&mut self, fields: &[Field], group: Option<&Group>, parent: Span) -> bool {
        let before = self.found.due;
        for field in fields {
            let is_due = self.is_due(field.due, group);
            self.path.push(Step::Key(field.name));
            self.field(field, is_due, group, parent);
            self.path.pop();
        }
        self.found.due > before
    }

    fn is_due(&self, due: Due, group: Option<&Group>) -> bool {
        match due {
            Due::Optional => false,
            Due::At(stage) => stage <= self.found.stage,
            Due::WithParent => group.is_some(),
            Due::ForRole(stage, role) => {
                stage <= self.found.stage
                    && group.is_some_and(|group| group.items("roles").iter().any(|item| item.text() == Some(role)))
            }
        }
    }

    fn field(&mut self, field: &Field, is_due: bool, group: Option<&Group>, parent: Span) {
        let entry = group.and_then(|group| group.entry(field.name));
        let Some(entry) = entry else {
            let inside = matches!(field.ty, Type::Group(_)) && self.group(field.ty.fields(), None, parent);
            if is_due && !inside {
                self.missing(field, parent, "missing");
            }
            return;
        };
        let value = &entry.value;
        match (&value.data, &field.ty) {
            (Data::Open(open), _) => {
                if is_due || self.would_be_due(field.ty.fields()) {
                    self.found.due += 1;
                    self.found.asked += usize::from(self.today <= open.by);
                }
                if self.today > open.by {
                    let path = self.here();
                    self.diagnostics.push(
                        Diagnostic::new(
                            &rules::OPEN_QUESTION_EXPIRED,
                            self.record.file,
                            open.by_span,
                            format!("the question about `{path}` should have been answered by {}", open.by),
                        )
                        .field(path)
                        .expected("an answer, or a later day")
                        .help(format!("Ask `{}`, and put the answer in place of the question.", open.ask)),
                    );
                }
            }
            (Data::Empty, Type::Group(fields)) => {
                if !self.group(fields, None, entry.key) && is_due {
                    self.missing(field, entry.key, "empty");
                }
            }
            (Data::Empty, _) if is_due => self.missing(field, entry.key, "empty"),
            (Data::Placeholder(text), _) => self.placeholder(field, is_due, text, value.span),
            (Data::Group(inner), Type::Group(fields)) => {
                self.group(fields, Some(inner), entry.key);
            }
            (Data::List(items), Type::List(item)) => {
                self.count(is_due);
                let real = items.iter().any(Value::is_filled);
                if is_due && !real {
                    self.found.filled -= 1;
                    self.note_missing(field, value.span);
                }
                for (at, value) in items.iter().enumerate() {
                    self.path.push(Step::Item(at));
                    match (&value.data, &**item) {
                        (Data::Group(inner), Type::Group(fields)) => {
                            self.group(fields, Some(inner), self.first_line(value.span));
                        }
                        (Data::Placeholder(text), _) => self.placeholder_at(is_due, text, value.span),
                        (Data::Empty, Type::Group(fields)) => {
                            self.group(fields, Some(&Group::default()), value.span);
                        }
                        _ => {}
                    }
                    self.path.pop();
                }
            }
            // Reported already; due, and not there to be used.
            (Data::Invalid, _) if is_due => {
                self.found.due += 1;
                self.note_missing(field, value.span);
            }
            _ => self.count(is_due),
        }
    }

    /// Whether anything in a mapping that is not there would be due.
    fn would_be_due(&self, fields: &[Field]) -> bool {
        fields.iter().any(|field| self.is_due(field.due, None))
    }

    fn count(&mut self, is_due: bool) {
        self.found.due += usize::from(is_due);
        self.found.filled += usize::from(is_due);
    }

    fn missing(&mut self, field: &Field, span: Span, how: &str) {
        self.found.due += 1;
        let path = self.here();
        if self.record.whole {
            let example = if field.example.is_empty() {
                String::new()
            } else {
                format!(" For example: `{}: {}`.", field.name, field.example)
            };
            let since = match field.due {
                Due::At(stage) if self.found.stage > stage || stage > Stage::Draft => format!(", due at `{stage}`,"),
                _ => String::new(),
            };
            self.diagnostics.push(
                Diagnostic::new(&rules::MISSING_FIELD, self.record.file, span, format!("`{path}`{since} is {how}"))
                    .field(path.clone())
                    .help(format!("{}{example}", field.help)),
            );
        }
        self.note_missing(field, span);
    }

    fn note_missing(&mut self, field: &Field, span: Span) {
        let (path, help) = (self.here(), field.help.clone());
        self.found.missing.push(Missing { path, help, example: field.example, span });
    }

    fn placeholder(&mut self, field: &Field, is_due: bool, text: &str, span: Span) {
        if is_due {
            self.found.due += 1;
            self.note_missing(field, span);
        }
        self.placeholder_at(is_due, text, span);
    }

    fn placeholder_at(&mut self, is_due: bool, text: &str, span: Span) {
        let path = self.here();
        let (rule, message) = if is_due {
            (&rules::PLACEHOLDER, format!("`{path}` is due, and `{text}` is no answer"))
        } else {
            (&rules::PLACEHOLDER_OPTIONAL, format!("`{text}` is no answer to `{path}`"))
        };
        self.diagnostics
            .push(Diagnostic::new(rule, self.record.file, span, message).field(path).expected("an answer").help(ASK));
    }

    fn here(&self) -> String {
        FieldPath(self.path.clone()).to_string()
    }

    /// The place of a list's item is its first line: the rest would only repeat what is there.
    fn first_line(&self, span: Span) -> Span {
        let length = self.source.slice(span).find(['\n', '\r']);
        length.map_or(span, |length| Span::new(span.start as usize, span.start as usize + length))
    }
}
