//! One line a diagnostic, in the form that editors and `grep` understand.

use super::{Paths, harmless};
use crate::diagnostic::Diagnostic;
use crate::source::Sources;

/// `path:line:column: error[code]: message`, a line each.
pub fn short(diagnostics: &[Diagnostic], sources: &Sources, paths: &Paths) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let source = sources.get(diagnostic.file);
        let at = source.position(diagnostic.span.start);
        out += &format!(
            "{}:{}:{}: {}[{}]: {}\n",
            harmless(&paths.show(source.path())),
            at.line,
            at.column,
            diagnostic.severity,
            diagnostic.rule.code,
            harmless(&diagnostic.message).replace('\n', " "),
        );
    }
    out
}
