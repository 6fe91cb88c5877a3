//! `check --fix`: applies the suggestions that cannot be wrong, and touches nothing else.

use super::Failure;
use crate::diagnostic::{Diagnostic, Suggestion};
use crate::project::{self, SaveError};
use crate::source::{FileId, Sources};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// Applies the certain suggestions among `diagnostics` and says how many problems that mended. Only the bytes that a
/// suggestion names change: comments, formatting, line endings and a byte-order mark stay.
pub(super) fn apply(root: &Path, sources: &Sources, diagnostics: &[&Diagnostic]) -> Result<usize, Failure> {
    let mut files: BTreeMap<FileId, Vec<&Suggestion>> = BTreeMap::new();
    for diagnostic in diagnostics {
        if let Some(suggestion) = diagnostic.suggestion.as_ref().filter(|suggestion| suggestion.certain) {
            files.entry(diagnostic.file).or_default().push(suggestion);
        }
    }
    let mut fixed = 0;
    for (file, suggestions) in files {
        let source = sources.get(file);
        let (text, count) = mended(source.text(), suggestions);
        project::rewrite(root, "", source, &text).map_err(|error| {
            let failure = Failure::new(format!("{} cannot be mended: {error}", source.path()));
            match error {
                SaveError::Io(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                    failure.help("check its permissions, or mend it by hand")
                }
                _ => failure.help("nothing in it was changed"),
            }
        })?;
        fixed += count;
    }
    Ok(fixed)
}

/// The text with the suggestions applied, and how many were. Where two overlap the first wins; the other is found again
/// when the file is next checked.
fn mended(text: &str, mut suggestions: Vec<&Suggestion>) -> (String, usize) {
    suggestions.sort_by_key(|suggestion| (suggestion.span, &suggestion.replacement));
    let mut out = String::with_capacity(text.len());
    let (mut at, mut count) = (0, 0);
    for suggestion in suggestions {
        let range = suggestion.span.range();
        if range.start < at || (count > 0 && range.start == at && range.is_empty()) {
            continue;
        }
        let Some(kept) = text.get(at..range.start) else { continue };
        out.push_str(kept);
        out.push_str(&suggestion.replacement);
        at = range.end;
        count += 1;
    }
    out.push_str(&text[at..]);
    (out, count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    fn fix(start: usize, end: usize, replacement: &str) -> Suggestion {
        Suggestion { span: Span::new(start, end), replacement: replacement.to_owned(), certain: true }
    }

    #[test]
    fn only_what_a_suggestion_names_changes() {
        let text = "closed_on: 2026-3-2 # said Dana\r\ncurrency: eur\r\n";
        let (date, currency) = (fix(11, 19, "2026-03-02"), fix(43, 46, "EUR"));
        let (mended, count) = mended(text, vec![&currency, &date]);
        assert_eq!(mended, "closed_on: 2026-03-02 # said Dana\r\ncurrency: EUR\r\n");
        assert_eq!(count, 2);
    }

    #[test]
    fn of_two_that_overlap_one_is_applied() {
        let (one, other) = (fix(0, 4, "good"), fix(2, 6, "bad"));
        assert_eq!(mended("abcdef", vec![&other, &one]), ("goodef".to_owned(), 1));
        let (one, other) = (fix(2, 2, "X"), fix(2, 2, "X"));
        assert_eq!(mended("abcdef", vec![&other, &one]), ("abXcdef".to_owned(), 1));
    }
}
