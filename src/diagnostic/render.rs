//! Printing diagnostics: renderings of one list for people, for scripts and for CI.
//!
//! Each is a pure function of the list and its sources. [`sort`] puts the list in the order all of them print in.

mod github;
mod human;
mod json;
mod paths;
mod sarif;
mod short;

pub use github::github;
pub use human::human;
pub use json::{Place, View, view};
pub use paths::Paths;
pub use sarif::sarif;
pub use short::short;

use super::{Diagnostic, Suggestion};
use crate::source::Sources;
use std::borrow::Cow;

/// The order in which diagnostics are printed: by file, then by place. At one place they stay in the order in which they
/// were found, which is the checklist's.
pub fn sort(diagnostics: &mut [Diagnostic], sources: &Sources) {
    diagnostics.sort_by(|one, other| {
        let path = |diagnostic: &Diagnostic| sources.get(diagnostic.file).path();
        (path(one), one.span).cmp(&(path(other), other.span))
    });
}

/// What was expected, as it is printed beside the place.
fn expectation(diagnostic: &Diagnostic) -> Option<String> {
    let expected = harmless(diagnostic.expected.as_deref()?);
    Some(if expected.starts_with("expected") { expected.into_owned() } else { format!("expected {expected}") })
}

/// What a suggestion proposes, as a sentence.
pub fn proposal(suggestion: &Suggestion, now: &str) -> String {
    let new = suggestion.replacement.trim();
    match (now.trim().is_empty(), new.is_empty()) {
        (_, false) if suggestion.certain => format!("`segue check --fix` writes `{new}`"),
        (_, true) if suggestion.certain => format!("`segue check --fix` takes `{}` out", now.trim()),
        (true, false) => format!("insert `{new}`"),
        (false, false) => format!("did you mean `{new}`?"),
        (_, true) => format!("take `{}` out", now.trim()),
    }
}

/// Text from content, made harmless: a handoff must not move the reader's cursor, colour their terminal or turn the
/// order of letters around.
pub fn harmless(text: &str) -> Cow<'_, str> {
    fn substitute(c: char) -> Option<char> {
        match c {
            '\n' | '\t' => None,
            '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)),
            '\u{7f}' => Some('\u{2421}'),
            '\u{80}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Some('\u{fffd}'),
            _ => None,
        }
    }
    if text.chars().any(|c| substitute(c).is_some()) {
        Cow::Owned(text.chars().map(|c| substitute(c).unwrap_or(c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests;
