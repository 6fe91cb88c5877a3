//! Where the front matter begins and ends.

use crate::diagnostic::{Diagnostic, rules};
use crate::source::{FileId, Span};

/// A file's parts.
pub struct Fences {
    /// The opening `---`, or nothing at the start.
    pub opening: Span,
    /// The YAML between the fences.
    pub front: Option<Span>,
    /// Whether both fences are as they should be.
    pub certain: bool,
    /// What follows the closing fence.
    pub body: Span,
}

/// A line without its line break.
struct Line<'a> {
    text: &'a str,
    start: usize,
    /// Where the next line starts.
    next: usize,
}

impl Line<'_> {
    fn span(&self) -> Span {
        Span::new(self.start, self.start + self.text.len())
    }
}

fn lines(text: &str, from: usize) -> impl Iterator<Item = Line<'_>> {
    let mut at = from;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let (line, next) = match rest.find('\n') {
            Some(end) => (&rest[..end], at + end + 1),
            None => (rest, text.len()),
        };
        let line = Line { text: line.strip_suffix('\r').unwrap_or(line), start: at, next };
        at = next;
        Some(line)
    })
}

/// Finds the two lines that are exactly `---`.
pub fn find(file: FileId, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Fences {
    let Some(opening) = lines(text, 0).next().filter(|line| line.text == "---") else {
        diagnostics.push(no_front_matter(file, text));
        return Fences { opening: Span::at(0), front: None, certain: false, body: Span::new(0, text.len()) };
    };
    let fences = |front_end: usize, body: usize, certain| Fences {
        opening: opening.span(),
        front: Some(Span::new(opening.next, front_end)),
        certain,
        body: Span::new(body, text.len()),
    };
    if let Some(closing) = lines(text, opening.next).find(|line| line.text == "---") {
        return fences(closing.start, closing.next, true);
    }
    let unclosed = Diagnostic::new(
        &rules::UNCLOSED_FRONT_MATTER,
        file,
        opening.span(),
        "The front matter that begins here is never closed",
    )
    .expected("a second line that is exactly `---`");
    if let Some(meant) = lines(text, opening.next).find(|line| is_near_fence(line.text)) {
        let help = format!("line {} is nearly one: make it exactly `---`", line_number(text, meant.start));
        diagnostics.push(unclosed.help(help).suggest(meant.span(), "---").related(
            file,
            meant.span(),
            "this may be meant to close it",
        ));
        return fences(meant.start, meant.next, false);
    }
    diagnostics.push(unclosed.help("put a line `---` after the last field, before the text"));
    Fences { opening: opening.span(), front: None, certain: false, body: Span::at(text.len()) }
}

fn line_number(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

/// Whether a line is a slip for `---`: spaces around it, a dash too many or too few, dashes that an editor joined.
fn is_near_fence(line: &str) -> bool {
    let dashes = line.trim();
    dashes.len() >= 2 && dashes.chars().all(|c| matches!(c, '-' | '–' | '—')) || dashes == "..."
}

fn no_front_matter(file: FileId, text: &str) -> Diagnostic {
    let (message, help) = if text.trim().is_empty() {
        (
            "The file is empty",
            "begin it with front matter: a line `---`, the fields, and again a line `---`; `segue new` writes one",
        )
    } else {
        (
            "The file does not begin with front matter",
            "begin it with a line `---`, then the fields as `key: value`, then again a line `---`",
        )
    };
    let diagnostic = Diagnostic::new(&rules::NO_FRONT_MATTER, file, Span::at(0), message);
    let first = lines(text, 0).find(|line| !line.text.trim().is_empty());
    let diagnostic = diagnostic.expected("`---` as the very first line");
    match first {
        Some(line) if is_near_fence(line.text) && line.start == 0 => Diagnostic { span: line.span(), ..diagnostic }
            .help("the first line must be exactly `---`: three hyphens, no spaces")
            .suggest(line.span(), "---"),
        Some(line) if is_near_fence(line.text) => Diagnostic { span: Span::new(0, line.start), ..diagnostic }
            .help("remove the empty lines before `---`")
            .suggest(Span::new(0, line.start + line.text.len()), "---"),
        _ => diagnostic.help(help),
    }
}
