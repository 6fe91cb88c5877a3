//! For people, in the manner of rustc: headline, place, the line itself with the place marked, how to mend it.

use super::{Paths, expectation, harmless, proposal};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{Source, Sources, Span};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::ops::Range;

/// Lines longer than this are cut around the place before they are handed on: a file that is one line of a megabyte
/// must not cost a megabyte a diagnostic.
const LONG: usize = 2000;

/// The list for people. Codes are pointed to `segue explain` where they first come up, and not again.
pub fn human(diagnostics: &[Diagnostic], sources: &Sources, paths: &Paths, color: bool, width: usize) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() }.term_width(width);
    let mut seen = BTreeSet::new();
    let firsts: Vec<bool> = diagnostics.iter().map(|diagnostic| seen.insert(diagnostic.rule.code)).collect();
    let parts: Vec<String> = diagnostics
        .par_iter()
        .zip(firsts)
        .map(|(diagnostic, first)| renderer.render(&[report(diagnostic, sources, paths, first)]) + "\n\n")
        .collect();
    parts.concat()
}

fn report<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources, paths: &Paths, first: bool) -> Group<'a> {
    let source = sources.get(diagnostic.file);
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(harmless(&diagnostic.message)).id(diagnostic.rule.code);
    let mut group = framed(Group::with_title(title), source, diagnostic.span, paths, |line, mark| {
        let mark = AnnotationKind::Primary.span(mark).label(expectation(diagnostic));
        let near = diagnostic.related.iter().filter(|other| other.file == diagnostic.file);
        let near = near.filter_map(|other| Some(context(line.mark(other.span)?, &other.message)));
        line.snippet().annotation(mark).annotations(near)
    });
    for other in &diagnostic.related {
        if other.file == diagnostic.file && on_line_of(source, diagnostic.span, other.span) {
            continue;
        }
        let source = sources.get(other.file);
        group = framed(group, source, other.span, paths, |line, mark| {
            line.snippet().annotation(context(mark, &other.message))
        });
    }
    if let Some(expected) = expectation(diagnostic).filter(|_| source.text().is_empty()) {
        group = group.element(Level::NOTE.message(expected));
    }
    if let Some(field) = diagnostic.field.as_deref().filter(|field| !diagnostic.message.contains(*field)) {
        group = group.element(Level::NOTE.with_name("field").message(harmless(field)));
    }
    if let Some(suggestion) = &diagnostic.suggestion {
        let sentence = proposal(suggestion, source.slice(suggestion.span));
        group = group.element(Level::HELP.message(harmless(&sentence).into_owned()));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(harmless(help)));
    }
    if first {
        let command = format!("segue explain {}", diagnostic.rule.code);
        group = group.element(Level::NOTE.with_name("explain").message(command));
    }
    group
}

fn context(mark: Range<usize>, message: &str) -> Annotation<'_> {
    AnnotationKind::Context.span(mark).label(harmless(message))
}

/// Adds a place and, where there is a line to show, the line.
fn framed<'a>(
    group: Group<'a>,
    source: &'a Source,
    span: Span,
    paths: &Paths,
    snippet: impl FnOnce(&Line<'a>, Range<usize>) -> Snippet<'a, Annotation<'a>>,
) -> Group<'a> {
    let at = source.position(span.start);
    let path = harmless(&paths.show(source.path())).into_owned();
    let line = Line::of(source, span);
    let origin = |path| Origin::path(path).line(at.line as usize).char_column(at.column as usize);
    match line.mark(span).filter(|_| !line.text.trim().is_empty()) {
        // A cut line does not know its place's column, so that stands before it.
        Some(mark) if line.cut => group.element(origin(path)).element(snippet(&line, mark)),
        Some(mark) => group.element(snippet(&line, mark).path(path)),
        None => group.element(origin(path)),
    }
}

fn on_line_of(source: &Source, span: Span, other: Span) -> bool {
    Line::of(source, span).mark(other).is_some()
}

/// The line on which a place begins, or the stretch of it around the place.
struct Line<'a> {
    text: &'a str,
    number: u32,
    start: usize,
    cut: bool,
}

impl<'a> Line<'a> {
    fn of(source: &'a Source, span: Span) -> Self {
        let number = source.position(span.start).line;
        let whole = source.line(number);
        let (mut start, mut end) = (whole.start as usize, whole.end as usize);
        let cut = end - start > LONG;
        if cut {
            let at = (span.start as usize).clamp(start, end);
            start = boundary(source.text(), at.saturating_sub(LONG / 4).max(start));
            end = boundary(source.text(), (at + LONG / 2).min(end));
        }
        Self { text: &source.text()[start..end], number, start, cut }
    }

    /// The place within the line; what lies on later lines is left out. None where it begins on another line.
    fn mark(&self, span: Span) -> Option<Range<usize>> {
        let start = (span.start as usize).checked_sub(self.start).filter(|start| *start <= self.text.len())?;
        let start = boundary(self.text, start);
        let end = (span.end as usize).saturating_sub(self.start).clamp(start, self.text.len());
        let end = boundary(self.text, end);
        let end = start + self.text[start..end].trim_end().len();
        Some(start..end)
    }

    fn snippet<T: Clone>(&self) -> Snippet<'a, T> {
        Snippet::source(self.text).line_start(self.number as usize)
    }
}

/// The nearest place at or before `at` where a character begins.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
