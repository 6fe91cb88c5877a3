//! JSON, for scripts. The keys are part of what is promised to users: they may be added to, never changed.

use super::{Paths, proposal};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{FileId, Position, Sources, Span};
use serde::Serialize;
use std::borrow::Cow;

/// A diagnostic with its places worked out.
#[derive(Serialize)]
pub struct View<'a> {
    /// The stable code; `segue explain CODE` says more.
    pub code: &'static str,
    /// `error` or `warning`.
    pub severity: Severity,
    /// What is wrong, in one sentence.
    pub message: &'a str,
    /// Where.
    #[serde(flatten)]
    pub place: Place<'a>,
    /// The field's whole path.
    pub field: Option<&'a str>,
    /// What was expected at the place.
    pub expected: Option<&'a str>,
    /// How to mend it.
    pub help: Option<&'a str>,
    /// A replacement that would mend it.
    pub suggestion: Option<Proposal<'a>>,
    /// Other places that belong to it.
    pub related: Vec<Other<'a>>,
}

/// A place in a file; the path from the working directory, the end exclusive.
#[derive(Serialize)]
pub struct Place<'a> {
    /// The file.
    pub path: Cow<'a, str>,
    /// Where it begins; lines from 1, columns in characters from 1.
    pub start: Position,
    /// Where it ends.
    pub end: Position,
}

/// A replacement.
#[derive(Serialize)]
pub struct Proposal<'a> {
    /// The replacement as a sentence.
    pub message: String,
    /// The text to put there.
    pub replacement: &'a str,
    /// Whether `check --fix` applies it.
    pub certain: bool,
    /// Where what is replaced begins.
    pub start: Position,
    /// Where it ends.
    pub end: Position,
}

/// Another place.
#[derive(Serialize)]
pub struct Other<'a> {
    /// What it has to do with the problem.
    pub message: &'a str,
    /// Where.
    #[serde(flatten)]
    pub place: Place<'a>,
}

/// The diagnostic as a script sees it.
pub fn view<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources, paths: &Paths) -> View<'a> {
    let source = sources.get(diagnostic.file);
    View {
        code: diagnostic.rule.code,
        severity: diagnostic.severity,
        message: &diagnostic.message,
        place: place(diagnostic.file, diagnostic.span, sources, paths),
        field: diagnostic.field.as_deref(),
        expected: diagnostic.expected.as_deref(),
        help: diagnostic.help.as_deref(),
        suggestion: diagnostic.suggestion.as_ref().map(|suggestion| Proposal {
            message: proposal(suggestion, source.slice(suggestion.span)),
            replacement: &suggestion.replacement,
            certain: suggestion.certain,
            start: source.position(suggestion.span.start),
            end: source.position(suggestion.span.end),
        }),
        related: diagnostic
            .related
            .iter()
            .map(|other| Other { message: &other.message, place: place(other.file, other.span, sources, paths) })
            .collect(),
    }
}

fn place<'a>(file: FileId, span: Span, sources: &'a Sources, paths: &Paths) -> Place<'a> {
    let source = sources.get(file);
    Place {
        path: paths.show(source.path()),
        start: source.position(span.start),
        end: source.position(span.end.max(span.start)),
    }
}
