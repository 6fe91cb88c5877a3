//! GitHub's workflow commands: one annotation a diagnostic.

use super::{Paths, expectation, harmless, proposal};
use crate::diagnostic::Diagnostic;
use crate::source::Sources;

/// `::error file=…,line=…,col=…,title=…::message`, a line each. The message holds the field's path, what is expected
/// and the suggestion, because an annotation is all that a reviewer sees.
pub fn github(diagnostics: &[Diagnostic], sources: &Sources, paths: &Paths) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let source = sources.get(diagnostic.file);
        let (start, end) = (source.position(diagnostic.span.start), source.position(diagnostic.span.end));
        out += &format!(
            "::{} file={},line={},col={}",
            diagnostic.severity,
            property(&paths.show(source.path())),
            start.line,
            start.column
        );
        // GitHub takes columns only where both ends stand on one line.
        if start.line == end.line {
            out += &format!(",endLine={},endColumn={}", end.line, end.column.max(start.column));
        }
        out += &format!(",title={}::{}\n", property(diagnostic.rule.code), data(&message(diagnostic, sources)));
    }
    out
}

fn message(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let mut text = diagnostic.message.clone();
    if let Some(field) = diagnostic.field.as_deref().filter(|field| !text.contains(*field)) {
        text.insert_str(0, &format!("{field}: "));
    }
    if let Some(expected) = expectation(diagnostic) {
        text += &format!("\n{expected}");
    }
    if let Some(suggestion) = &diagnostic.suggestion {
        text += &format!("\n{}", proposal(suggestion, sources.get(diagnostic.file).slice(suggestion.span)));
    }
    if let Some(help) = &diagnostic.help {
        text += &format!("\n{help}");
    }
    text
}

fn data(text: &str) -> String {
    harmless(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
