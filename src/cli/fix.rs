//! `check --fix`: applies the suggestions that cannot be wrong, and touches nothing else.

use super::Failure;
use crate::diagnostic::{Diagnostic, Suggestion};
use crate::source::{FileId, Source, Sources};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
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
        write(&root.join(source.path()), source, &text).map_err(|error| {
            let failure = Failure::new(format!("{} cannot be mended: {error}", source.path()));
            match error.kind() {
                io::ErrorKind::PermissionDenied => failure.help("check its permissions, or mend it by hand"),
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

/// Replaces the file's text at once, so that a crash leaves the old file or the new one, with its permissions.
fn write(path: &Path, source: &Source, text: &str) -> io::Result<()> {
    // Through a symbolic link to the file itself: the link stays a link.
    let path = path.canonicalize()?;
    let mark = if source.has_bom() { "\u{feff}" } else { "" };
    let now = fs::read(&path)?;
    if now.strip_prefix(mark.as_bytes()) != Some(source.text().as_bytes()) {
        return Err(io::Error::other("it has changed since it was read"));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.segue-{}", std::process::id()));
    let written = (|| {
        let mut file = File::create_new(&beside)?;
        file.write_all(mark.as_bytes())?;
        file.write_all(text.as_bytes())?;
        file.set_permissions(fs::metadata(&path)?.permissions())?;
        file.sync_all()?;
        drop(file);
        fs::rename(&beside, &path)
    })();
    if written.is_err() && beside.exists() {
        fs::remove_file(&beside)?;
    }
    written
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
