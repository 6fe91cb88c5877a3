//! What stands between a handoff and its stage, as a short list per file.

use super::Painter;
use crate::diagnostic::render::{Paths, harmless, proposal};
use crate::diagnostic::{Diagnostic, Severity, rules};
use crate::knowledge::KnowledgeBase;
use crate::record::Completeness;
use crate::source::{FileId, Position, Source};
use serde::Serialize;
use std::collections::BTreeMap;

/// A handoff with how far it is.
pub(super) struct Gate<'a> {
    source: &'a Source,
    completeness: &'a Completeness,
    /// The errors in it, in the order of their places.
    errors: Vec<&'a Diagnostic>,
}

/// The handoffs among the files that `reported` says, in the order of their paths.
pub(super) fn gates<'a>(
    base: &'a KnowledgeBase,
    diagnostics: &'a [Diagnostic],
    reported: impl Fn(&str) -> bool,
) -> Vec<Gate<'a>> {
    let mut errors: BTreeMap<FileId, Vec<&Diagnostic>> = BTreeMap::new();
    for diagnostic in diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error) {
        errors.entry(diagnostic.file).or_default().push(diagnostic);
    }
    let mut gates: Vec<_> = base
        .records
        .iter()
        .zip(&base.completeness)
        .filter_map(|(record, completeness)| {
            let source = base.sources.get(record.file);
            let errors = errors.remove(&record.file).unwrap_or_default();
            let completeness = completeness.as_ref().filter(|_| reported(source.path()))?;
            Some(Gate { source, completeness, errors })
        })
        .collect();
    gates.sort_by_key(|gate| gate.source.path());
    gates
}

/// Whether the list for a stage gate says all there is to say about a diagnostic, so that its frame is left out.
pub(super) fn is_listed(diagnostic: &Diagnostic, base: &KnowledgeBase) -> bool {
    let handoff = base.sources.get(diagnostic.file).path().starts_with("content/handoffs/");
    handoff && std::ptr::eq(diagnostic.rule, &raw const rules::MISSING_FIELD)
}

impl Gate<'_> {
    /// Whether anything stands in the way.
    fn is_blocked(&self) -> bool {
        !self.completeness.missing.is_empty() || !self.errors.is_empty()
    }

    /// `content/handoffs/acme.md: 14 of 17 fields due at closed_won`.
    fn headline(&self, paths: &Paths, paint: Painter) -> String {
        let Completeness { stage, due, filled, asked, .. } = self.completeness;
        let questions = match asked {
            0 => String::new(),
            1 => ", 1 open question".to_owned(),
            many => format!(", {many} open questions"),
        };
        let path = paths.show(self.source.path());
        format!("{}: {filled} of {due} fields due at {stage}{questions}\n", paint.bold(harmless(&path)))
    }
}

/// One line for each handoff that lacks a field.
pub(super) fn progress(gates: &[Gate<'_>], paths: &Paths, paint: Painter) -> String {
    let lacking = gates.iter().filter(|gate| !gate.completeness.missing.is_empty());
    lacking.map(|gate| gate.headline(paths, paint)).collect()
}

/// What blocks each handoff, with what to write.
pub(super) fn blocked(gates: &[Gate<'_>], paths: &Paths, paint: Painter) -> String {
    let mut out = String::new();
    for gate in gates.iter().filter(|gate| gate.is_blocked()) {
        out += &gate.headline(paths, paint);
        for error in &gate.errors {
            let Position { line, column } = gate.source.position(error.span.start);
            let missing = error
                .field
                .as_deref()
                .and_then(|field| gate.completeness.missing.iter().find(|missing| missing.path == field));
            let place = format!("{line}:{column}");
            let code = paint.dim(format!("[{}]", error.rule.code));
            let (what, mut how) = match (&error.field, missing) {
                (Some(field), Some(missing)) => (field.as_str(), missing.help.clone()),
                (Some(field), None) => (field.as_str(), error.message.clone()),
                (None, _) => (error.message.as_str(), String::new()),
            };
            if let Some(suggestion) = &error.suggestion {
                let sentence = proposal(suggestion, gate.source.slice(suggestion.span));
                how = if how.is_empty() { sentence } else { format!("{how}: {sentence}") };
            }
            out += &format!("  {place:<7} {} {code}\n", paint.error(harmless(what)));
            if !how.is_empty() {
                out += &format!("          {}\n", harmless(&how).replace('\n', "\n          "));
            }
        }
        out.push('\n');
    }
    out
}

/// How far a handoff is, for scripts.
#[derive(Serialize)]
pub(super) struct View<'a> {
    path: String,
    stage: &'static str,
    due: usize,
    filled: usize,
    asked: usize,
    missing: Vec<MissingView<'a>>,
}

#[derive(Serialize)]
struct MissingView<'a> {
    field: &'a str,
    help: &'a str,
    start: Position,
}

impl<'a> Gate<'a> {
    /// How far the handoff is, for scripts.
    pub(super) fn view(&self, paths: &Paths) -> View<'a> {
        let Completeness { stage, due, filled, asked, missing } = self.completeness;
        let missing = missing.iter().map(|missing| MissingView {
            field: &missing.path,
            help: &missing.help,
            start: self.source.position(missing.span.start),
        });
        View {
            path: paths.show(self.source.path()).into_owned(),
            stage: stage.name(),
            due: *due,
            filled: *filled,
            asked: *asked,
            missing: missing.collect(),
        }
    }
}
