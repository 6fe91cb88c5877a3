//! What is wrong with a piece of YAML, in words for people who do not know YAML.

use super::events::Failure;
use super::{MAX_DEPTH, shape};
use crate::diagnostic::{Diagnostic, rules};
use crate::source::{FileId, Span};
use granit_parser::ErrorKind;

/// Front matter nested beyond all reason.
pub fn too_deep(file: FileId, span: Span) -> Diagnostic {
    Diagnostic::new(&rules::TOO_DEEP, file, span, "The front matter is nested too deeply")
        .expected(format!("at most {MAX_DEPTH} levels"))
        .help("no field is deeper than five levels; check the indentation and the brackets")
}

/// A template's placeholder at `start`, where its `{{` stands.
pub fn placeholder(file: FileId, text: &str, start: usize) -> Diagnostic {
    let line = text[start..].lines().next().unwrap_or("").trim_end();
    let span = Span::new(start, start + line.find("}}").map_or(line.len(), |end| end + 2));
    invalid(file, span, "A placeholder of a template stands here", "the value itself")
        .help("fill it in, or put the whole value in quotes if the braces are meant")
}

fn invalid(file: FileId, span: Span, message: impl Into<String>, expected: impl Into<String>) -> Diagnostic {
    Diagnostic::new(&rules::INVALID_YAML, file, span, message).expected(expected)
}

/// Says what keeps `part` of `text` from being read. Without an `error` it was read, but is no `key: value`.
pub fn explain(file: FileId, text: &str, part: Span, error: Option<&Failure>) -> Diagnostic {
    let Some(error) = error else {
        let span = Span::new(part.start as usize, part.start as usize + first_line(&text[part.range()]).len());
        return no_key(file, text, span);
    };
    let at = error.at.clamp(part.start as usize, part.end as usize);
    Fault { file, text, part, kind: &error.kind, at }.explain()
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or("").trim_end()
}

/// A line that should be `key: value`.
fn no_key(file: FileId, text: &str, span: Span) -> Diagnostic {
    let line = &text[span.range()];
    if let Some(colon) = line.find(':').filter(|at| *at > 0 && !line[..*at].contains(' ')) {
        let at = span.start as usize + colon;
        return invalid(file, Span::new(at, at + 1), "A space is missing after the colon", "`key: value`")
            .help("write a space between the colon and the value")
            .suggest(Span::new(at, at + 1), ": ");
    }
    invalid(file, span, "This line is no field", "`key: value`")
        .help("a field has a colon and a space after its name; the further lines of a long text are indented under it")
}

struct Fault<'a> {
    file: FileId,
    text: &'a str,
    part: Span,
    kind: &'a ErrorKind,
    /// Where the parser stopped.
    at: usize,
}

/// A line of the part: its place without the line break, and where its value begins.
#[derive(Clone, Copy)]
struct Line {
    span: Span,
    value: usize,
}

impl Fault<'_> {
    fn line_at(&self, at: usize) -> Line {
        let start = self.text[self.part.start as usize..at]
            .rfind('\n')
            .map_or(self.part.start as usize, |newline| self.part.start as usize + newline + 1);
        let line = self.text[start..self.part.end as usize].split('\n').next().unwrap_or("").trim_end();
        Line { span: Span::new(start, start + line.len()), value: start + shape::value(line) }
    }

    fn value(&self, line: Line) -> &str {
        &self.text[line.value..line.span.end as usize]
    }

    fn value_span(line: Line) -> Span {
        Span::new(line.value, line.span.end as usize)
    }

    fn invalid(&self, span: Span, message: impl Into<String>, expected: impl Into<String>) -> Diagnostic {
        invalid(self.file, span, message, expected)
    }

    fn explain(&self) -> Diagnostic {
        if *self.kind == ErrorKind::RecursionLimitExceeded {
            return too_deep(self.file, Span::at(self.at));
        }
        let here = self.line_at(self.at);
        let head = self.line_at(self.part.start as usize);
        self.tab(here)
            .or_else(|| self.character())
            .or_else(|| self.value_start(head))
            .or_else(|| if here.span == head.span { None } else { self.value_start(here) })
            .or_else(|| self.structure(here, head))
            .unwrap_or_else(|| self.unknown(here))
    }

    /// A tab before the text of the line, or of the next one: the parser may stop before the line break.
    fn tab(&self, here: Line) -> Option<Diagnostic> {
        let next = (here.span.end as usize + 1).min(self.part.end as usize);
        let next = if self.text.is_char_boundary(next) { self.line_at(next) } else { here };
        let (line, first, end) = [here, next].into_iter().find_map(|line| {
            let text = &self.text[line.span.range()];
            let blank = &text[..text.len() - text.trim_start().len()];
            Some((line, blank.find('\t')?, blank.rfind('\t')? + 1))
        })?;
        let span = Span::new(first, end).shifted(line.span.start as usize);
        Some(
            self.invalid(span, "A tab is used for indentation", "spaces")
                .help("YAML is indented with spaces only: replace each tab by two spaces")
                .suggest(span, "  ".repeat(end - first)),
        )
    }

    fn character(&self) -> Option<Diagnostic> {
        let next = self.text[self.at..].chars().next()?;
        let wrong = next.is_control() && !matches!(next, '\n' | '\r' | '\t') || next == '\u{feff}';
        wrong.then(|| {
            let span = Span::new(self.at, self.at + next.len_utf8());
            self.invalid(span, format!("An invisible character (U+{:04X}) stands here", u32::from(next)), "text")
                .help("remove it; it usually comes in with text that is copied from elsewhere")
        })
    }

    /// Faults that the first characters of a value tell.
    fn value_start(&self, line: Line) -> Option<Diagnostic> {
        let value = self.value(line);
        let span = Self::value_span(line);
        let first = value.chars().next()?;
        let mark = Span::new(line.value, line.value + first.len_utf8());
        if value.starts_with("{{") {
            return Some(placeholder(self.file, self.text, line.value));
        }
        if value.starts_with("[[") {
            return Some(self.quoted(span, span, "A wikilink in a field must stand in quotes"));
        }
        match first {
            '"' | '\'' => self.quote(line, first),
            '`' => Some(self.quoted(mark, span, "A value cannot begin with a backtick unless it stands in quotes")),
            '@' | '%' | ',' | '*' | '&' | '!' | ']' | '}' => {
                Some(self.quoted(mark, span, format!("A value cannot begin with `{first}` unless it stands in quotes")))
            }
            '>' | '|' if *self.kind == ErrorKind::InvalidBlockScalarHeader => Some(self.quoted(
                mark,
                span,
                format!("A value cannot begin with `{first}` unless it stands in quotes, or its text begins on the next line"),
            )),
            '[' | '{' => self.bracket(line, first),
            '-' if *self.kind == ErrorKind::BlockSequenceEntryNotAllowed => Some(
                self.invalid(mark, "A list cannot begin on the line of its key", "the first item on a line of its own")
                    .help("put each item on its own line under the key, or write `[one, two]`"),
            ),
            _ => None,
        }
    }

    /// A message at `at`, with the suggestion to put `value` in quotes.
    fn quoted(&self, at: Span, value: Span, message: impl Into<String>) -> Diagnostic {
        let text = &self.text[value.range()];
        let quoted =
            if text.contains(['"', '\\']) { format!("'{}'", text.replace('\'', "''")) } else { format!("\"{text}\"") };
        self.invalid(at, message, "a value in quotes").help("put quotes around the whole value").suggest(value, quoted)
    }

    fn quote(&self, line: Line, quote: char) -> Option<Diagnostic> {
        let opening = Span::new(line.value, line.value + 1);
        let on_this_line = self.at <= line.span.end as usize;
        match self.kind {
            ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar
                if on_this_line && self.at > line.value =>
            {
                let rest = Span { start: self.at as u32, end: line.span.end };
                let help = if quote == '\'' {
                    "an apostrophe inside single quotes is written twice; or use double quotes around the value"
                } else {
                    "put the quotes around the whole value; inside double quotes write `\\\"` for a quote"
                };
                Some(self.invalid(rest, "Text follows the closing quote", "nothing after the quote").help(help))
            }
            ErrorKind::UnknownQuotedScalarEscape
            | ErrorKind::InvalidQuotedScalarHexEscape
            | ErrorKind::InvalidUnicodeEscape
            | ErrorKind::UnpairedLowSurrogate
            | ErrorKind::MissingLowSurrogate
            | ErrorKind::InvalidLowSurrogate
            | ErrorKind::InvalidLowSurrogateHexEscape => {
                let at = self.bad_escape(line);
                Some(
                    self.invalid(at, "`\\` has a meaning of its own between double quotes", "`\\\\` for a backslash")
                        .help("write every backslash twice, or use single quotes around the value"),
                )
            }
            ErrorKind::UnclosedQuotedScalar
            | ErrorKind::InvalidTrailingSingleQuotedScalar
            | ErrorKind::InvalidTrailingDoubleQuotedScalar
            | ErrorKind::DocumentIndicatorInQuotedScalar
            | ErrorKind::InvalidQuotedScalarIndent => Some(
                self.invalid(opening, "The quote that opens here is never closed", format!("a closing `{quote}`"))
                    .help("close the quote at the end of the value"),
            ),
            _ => None,
        }
    }

    /// The first escape of a double-quoted value that YAML does not know.
    fn bad_escape(&self, line: Line) -> Span {
        let value = &self.text[line.value..self.part.end as usize];
        let mut escapes = value.match_indices('\\').peekable();
        while let Some((at, _)) = escapes.next() {
            let next = value[at + 1..].chars().next().unwrap_or(' ');
            if !"0abt\tnvfre \"/\\N_LP\r\nxuU".contains(next) {
                return Span::new(at, at + 1 + next.len_utf8()).shifted(line.value);
            }
            if next == '\\' {
                escapes.next_if(|(second, _)| *second == at + 1);
            }
        }
        Self::value_span(line)
    }

    fn bracket(&self, line: Line, open: char) -> Option<Diagnostic> {
        let close = if open == '[' { ']' } else { '}' };
        let value = &self.text[line.value..self.part.end as usize];
        if let ErrorKind::MismatchedFlowCollectionEnd { open, close } = self.kind {
            let wanted = if *open == '[' { ']' } else { '}' };
            let message = format!("The `{open}` that opens here is closed by `{close}`");
            return Some(self.invalid(Span::new(self.at, self.at + 1), message, format!("a closing `{wanted}`")));
        }
        let opened = value.matches(open).count();
        if value.matches(close).count() < opened {
            let opening = Span::new(line.value, line.value + 1);
            return Some(
                self.invalid(
                    opening,
                    format!("The `{open}` that opens here is never closed"),
                    format!("a closing `{close}`"),
                )
                .help("close it, or put the whole value in quotes if the bracket belongs to the text"),
            );
        }
        if value.matches(close).count() > opened {
            let extra = value.rfind(close)? + line.value;
            let message = format!("This `{close}` closes nothing");
            return Some(
                self.invalid(Span::new(extra, extra + 1), message, format!("one `{close}` for each `{open}`"))
                    .help("remove it, or put the whole value in quotes if the bracket belongs to the text"),
            );
        }
        let value = self.value(line);
        let end = value.rfind(close)? + 1;
        let after = value[end..].trim();
        (!after.is_empty() && !after.starts_with('#')).then(|| {
            let rest = Span::new(line.value + end, line.span.end as usize);
            self.quoted(rest, Self::value_span(line), format!("Text follows the closing `{close}`"))
        })
    }

    /// Faults of how lines stand to each other.
    fn structure(&self, here: Line, head: Line) -> Option<Diagnostic> {
        let value = self.value(here);
        let inside = self.at > here.value && self.at < here.span.end as usize + 1;
        if *self.kind == ErrorKind::MappingValueNotAllowed
            && inside
            && self.text[self.at..].starts_with(':')
            && shape::key(value).is_some()
        {
            let colon = Span::new(self.at, self.at + 1);
            return Some(self.quoted(colon, Self::value_span(here), "A colon and a space stand inside a value"));
        }
        let line = &self.text[here.span.range()];
        let content = line.trim_start();
        let span = Span { start: here.span.end - content.len() as u32, end: here.span.end };
        if here.span != head.span && (shape::key(content).is_some() || shape::is_item(content)) {
            return Some(
                self.invalid(span, "This line is not indented like the lines it belongs with", "the same indentation")
                    .help("the fields of one group begin in the same column, and so do the dashes of one list"),
            );
        }
        matches!(self.kind, ErrorKind::SimpleKeyExpected | ErrorKind::ExpectedBlockMappingKey)
            .then(|| no_key(self.file, self.text, span))
    }

    fn unknown(&self, here: Line) -> Diagnostic {
        let start = self.at.min(here.span.end as usize).max(here.span.start as usize);
        let span =
            if start < here.span.end as usize { Span { start: start as u32, end: here.span.end } } else { here.span };
        self.invalid(span, "This is not valid YAML", "`key: value`").help(
            "check the quotes, the brackets and the indentation of this line; when in doubt, put the value in quotes",
        )
    }
}
