//! Checks across fields and files. Each is named after its code.

mod accounts;
mod across;
mod deal;
mod people;
mod promises;

pub(super) use across::{across, opportunity_taken};

use super::{KnowledgeBase, RecordId};
use crate::diagnostic::{Diagnostic, Rule, rules};
use crate::fields::{Kind, Stage};
use crate::record::{Data, Group, Value};
use crate::source::{FileId, Span};
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// Checks one record, held to `stage`.
pub(super) fn within(base: &KnowledgeBase, id: RecordId, stage: Stage, diagnostics: &mut Vec<Diagnostic>) {
    let record = base.record(id);
    let mut subject = Subject { base, id, file: record.file, fields: &record.fields, stage, diagnostics };
    match record.kind {
        Kind::Handoff => {
            deal::check(&mut subject);
            people::check(&mut subject);
            promises::check(&mut subject);
            subject.missing_receipt();
        }
        Kind::Receipt => subject.receipt(),
        Kind::Account => accounts::parent_loop(&mut subject),
        Kind::Stakeholder | Kind::Teammate | Kind::Page => {}
    }
}

/// The record that is being checked.
struct Subject<'a> {
    base: &'a KnowledgeBase,
    id: RecordId,
    file: FileId,
    fields: &'a Group,
    stage: Stage,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Subject<'_> {
    fn fault(&self, rule: &'static Rule, span: Span, path: &str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(rule, self.file, span, message).field(path)
    }

    fn today(&self) -> Date {
        self.base.project.today
    }

    /// The place of a field's key; of the opening fence where it is not there.
    fn key(&self, name: &str) -> Span {
        self.fields.entry(name).map_or(self.base.record(self.id).opening, |entry| entry.key)
    }

    fn missing_receipt(&mut self) {
        let Some(closed) = self.fields.get("deal.closed_on") else { return };
        let Data::Date(day) = closed.data else { return };
        let late = working_days(day, self.today());
        if self.fields.text("stage") == Some("handed_off") && self.base.receipt_of(self.id).is_none() && late > 5 {
            let id = &self.base.record(self.id).id;
            let message =
                format!("handed off, closed {late} working days ago, and no receipt says whether it was any good");
            self.diagnostics.push(
                self.fault(&rules::MISSING_RECEIPT, closed.span, "deal.closed_on", message)
                    .help(format!("The CSM answers with `segue new receipt --handoff {id}`.")),
            );
        }
    }

    fn receipt(&mut self) {
        let own = &self.base.record(self.id).id;
        if let Some(value) = self.fields.get("handoff")
            && let Some(named) = value.text().filter(|named| *named != own.as_str())
            && self.base.find(Kind::Handoff, named).is_some()
        {
            let message = format!("this receipt answers `{named}`, but its file is called `{own}`");
            let diagnostic = self
                .fault(&rules::RECEIPT_NAME, value.span, "handoff", message)
                .expected("the slug of the file's own name")
                .help(format!("Rename the file to `{named}.md`, or mend the slug."));
            self.diagnostics.push(diagnostic);
        }
        let given =
            self.fields.get("reasons").is_some_and(|value| value.is_filled() || matches!(value.data, Data::Open(_)));
        if self.fields.text("decision") == Some("returned") && !given {
            let span = self.fields.entry("reasons").map_or(self.base.record(self.id).opening, |entry| entry.key);
            self.diagnostics.push(
                self.fault(&rules::MISSING_FIELD, span, "reasons", "`reasons` is missing: a returned handoff says why")
                    .help("The AE mends what the reasons name. For example: `reasons: [unclear_promise]`."),
            );
        }
    }
}

/// How many working days lie after `from`, up to and with `to`: Monday to Friday. 0 where `to` is not later.
fn working_days(from: Date, to: Date) -> i64 {
    if to <= from {
        return 0;
    }
    let days = i64::from((to - from).get_days());
    let (weeks, rest) = (days / 7, days % 7);
    let mut day = from;
    let mut extra = 0;
    for _ in 0..rest {
        day = day.saturating_add(1.day());
        extra += i64::from(!matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday));
    }
    weeks * 5 + extra
}

/// Whether a value is an open question or could not be read: then no rule speaks about it.
fn is_unsettled(value: Option<&Value>) -> bool {
    matches!(value, Some(Value { data: Data::Open(_) | Data::Invalid, .. }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn working_days_leave_weekends_out() {
        let day = |text: &str| text.parse::<Date>().expect("a date");
        let friday = day("2026-11-20");
        assert_eq!(working_days(friday, day("2026-11-21")), 0);
        assert_eq!(working_days(friday, day("2026-11-23")), 1);
        assert_eq!(working_days(friday, day("2026-12-04")), 10);
        assert_eq!(working_days(day("2026-12-04"), friday), 0);
        // Counted day by day, whatever the weekday it starts on.
        for start in 0..7 {
            let from = friday + start.days();
            for length in 0..40 {
                let slow = (1..=length)
                    .filter(|n| !matches!((from + (*n).days()).weekday(), Weekday::Saturday | Weekday::Sunday));
                assert_eq!(usize::try_from(working_days(from, from + length.days())), Ok(slow.count()));
            }
        }
    }
}
