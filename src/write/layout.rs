//! A content file as text: front matter in the table's order, then what the body is for.

use super::edit::with_body;
use super::yaml::{self, Scalar};
use super::{Answer, Answers, is_due};
use crate::fields::{Due, Field, Kind, Schema, Stage, Type};

/// Lines of comment are not longer than this.
const COMMENT: usize = 96;

/// The longest list that stands in one line.
const FLOW: usize = 80;

/// The file that holds these answers.
///
/// With `gaps`, what is due at `stage` and not answered stands there too, as comments to be filled in.
pub fn file(schema: &Schema, kind: Kind, answers: &Answers, stage: Stage, gaps: bool) -> String {
    let mut writer = Writer { lines: vec!["---".to_owned()], stage, gaps };
    writer.fields(schema.fields(kind), answers, 0, true);
    if kind == Kind::Handoff {
        writer.due_next(schema, answers);
    }
    writer.lines.push("---".to_owned());
    writer.lines.push(String::new());
    writer.lines.push(body(kind).to_owned());
    let mut text = writer.lines.join("\n");
    text.push('\n');
    text
}

/// The file that holds these answers and nothing of what is due, with `body` below its front matter.
pub fn plain_file(schema: &Schema, kind: Kind, answers: &Answers, body: &str) -> String {
    let mut writer = Writer { lines: vec!["---".to_owned()], stage: Stage::Draft, gaps: false };
    writer.fields(schema.fields(kind), answers, 0, true);
    writer.lines.push("---".to_owned());
    with_body(&(writer.lines.join("\n") + "\n"), body)
}

/// The lines of a field's answer, `indent` deep.
pub(super) fn lines(field: &Field, answer: &Answer, indent: usize) -> Vec<String> {
    let mut writer = Writer { lines: Vec::new(), stage: Stage::Draft, gaps: false };
    writer.answer(field, answer, indent);
    writer.lines
}

/// The lines of a list's item, `indent` deep.
pub(super) fn item_lines(ty: &Type, answer: &Answer, indent: usize) -> Vec<String> {
    let mut writer = Writer { lines: Vec::new(), stage: Stage::Draft, gaps: false };
    writer.item(ty, answer, indent);
    writer.lines
}

/// An answer that stands in one line with its key, without it; in brackets, with `flow`, every text does.
pub(super) fn inline(field: &Field, answer: &Answer, flow: bool) -> Option<String> {
    match answer {
        Answer::Scalar(text) if flow => {
            Some(if is_text(&field.ty) { yaml::inline(text.trim(), true) } else { typed(&field.ty, text, true) })
        }
        Answer::Group(_) => None,
        _ => match lines(field, answer, 0).as_slice() {
            [line] => line.split_once(": ").map(|(_, value)| value.to_owned()),
            _ => None,
        },
    }
}

/// What the Markdown below the front matter is for. A comment, so that it is never published.
pub fn body(kind: Kind) -> &'static str {
    match kind {
        Kind::Handoff => {
            "<!-- Whatever no field asks for: how the deal was won, what to read first. Link with [[names]]. -->"
        }
        Kind::Account => "<!-- What lasts beyond one deal: history, structure, how they work. Link with [[names]]. -->",
        Kind::Stakeholder => "<!-- What helps to work with them. -->",
        Kind::Teammate => "<!-- What customers and colleagues should know. -->",
        Kind::Receipt => "<!-- What was good, and what was missing. -->",
        Kind::Page => "<!-- The page's text, in Markdown. Link with [[names]]. -->",
    }
}

struct Writer {
    lines: Vec<String>,
    stage: Stage,
    gaps: bool,
}

impl Writer {
    fn push(&mut self, indent: usize, line: &str) {
        self.lines.push(format!("{:indent$}{line}", ""));
    }

    /// The fields of a mapping that is there.
    fn fields(&mut self, fields: &[Field], answers: &Answers, indent: usize, top: bool) {
        for field in fields {
            match answers.get(field.name).filter(|answer| !answer.is_empty()) {
                Some(answer) => {
                    if top && !field.ty.fields().is_empty() {
                        self.comment(indent, &field.help);
                    }
                    self.answer(field, answer, indent);
                }
                None if self.gaps => self.gap(field, Some(answers), indent, ""),
                None => {}
            }
        }
    }

    fn answer(&mut self, field: &Field, answer: &Answer, indent: usize) {
        let name = field.name;
        match answer {
            Answer::None => self.push(indent, &format!("{name}: none")),
            Answer::Open { ask, by } => {
                let (ask, by) = (yaml::inline(ask, true), typed(&Type::Date, by, true));
                self.push(indent, &format!("{name}: {{unknown: {{ask: {ask}, by: {by}}}}}"));
            }
            Answer::Scalar(text) => self.scalar(&field.ty, &format!("{name}:"), text, indent),
            Answer::Group(inner) => {
                self.push(indent, &format!("{name}:"));
                self.fields(field.ty.fields(), inner, indent + 2, false);
            }
            Answer::List(items) => {
                let Type::List(item) = &field.ty else { return };
                if let Some(line) = flow(item, items) {
                    self.push(indent, &format!("{name}: {line}"));
                    return;
                }
                self.push(indent, &format!("{name}:"));
                for answer in items {
                    self.item(item, answer, indent + 2);
                }
            }
        }
    }

    fn item(&mut self, ty: &Type, answer: &Answer, indent: usize) {
        match answer {
            Answer::Group(inner) => {
                let start = self.lines.len();
                self.fields(ty.fields(), inner, indent + 2, false);
                // The dash stands before the first key; comments may come before it.
                let first = (start..self.lines.len()).find(|at| !self.lines[*at].trim_start().starts_with('#'));
                match first {
                    Some(at) => {
                        let line = self.lines[at].trim_start().to_owned();
                        self.lines[at] = format!("{:indent$}- {line}", "");
                        // What was to come before it has no mapping yet to stand in.
                        let line = self.lines.remove(at);
                        self.lines.insert(start, line);
                    }
                    None => self.lines.insert(start, format!("{:indent$}- {{}}", "")),
                }
            }
            Answer::Scalar(text) => self.scalar(ty, "-", text, indent),
            Answer::None | Answer::Open { .. } | Answer::List(_) => {}
        }
    }

    /// A value after its key or dash.
    fn scalar(&mut self, ty: &Type, before: &str, text: &str, indent: usize) {
        if !is_text(ty) {
            self.push(indent, &format!("{before} {}", typed(ty, text, false)));
            return;
        }
        match yaml::scalar(text, indent + 2) {
            Scalar::Inline(text) => self.push(indent, &format!("{before} {text}")),
            Scalar::Block { header, lines } => {
                self.push(indent, &format!("{before} {header}"));
                for line in lines {
                    if line.is_empty() {
                        self.lines.push(line);
                    } else {
                        self.push(indent + 2, &line);
                    }
                }
            }
        }
    }

    /// A field that is due and not answered, and what is due in it, as comments. `pad` stands before its name.
    fn gap(&mut self, field: &Field, siblings: Option<&Answers>, indent: usize, pad: &str) {
        if !is_due(field, siblings, self.stage) {
            return;
        }
        let help = field.help.split_inclusive(". ").next().unwrap_or(&field.help).trim();
        let example = if field.example.is_empty() { String::new() } else { format!(" {}", field.example) };
        self.push(indent, &format!("# {pad}{}:{example}  # {help}", field.name));
        let under = " ".repeat(pad.len() + 2);
        // As if the mapping were there: it will be.
        let there = Answers::default();
        let inner: Vec<&Field> =
            field.ty.fields().iter().filter(|inner| is_due(inner, Some(&there), self.stage)).collect();
        for (at, inner) in inner.into_iter().enumerate() {
            let pad = match (&field.ty, at) {
                (Type::List(_), 0) => format!("{under}- "),
                (Type::List(_), _) => format!("{under}  "),
                _ => under.clone(),
            };
            self.gap(inner, Some(&there), indent, &pad);
        }
    }

    /// What the next stage will ask for beyond what is answered.
    fn due_next(&mut self, schema: &Schema, answers: &Answers) {
        let Some(next) = self.stage.next() else { return };
        let paths: Vec<String> = schema
            .walk(Kind::Handoff)
            .into_iter()
            .filter(|(path, field)| {
                // What is in a list is named by the list, what is a mapping by its fields.
                let (parent, leaf) = path.rsplit_once('.').map_or(("", path.as_str()), |(parent, leaf)| (parent, leaf));
                field.due == Due::At(next)
                    && !parent.contains("[]")
                    && !matches!(field.ty, Type::Group(_))
                    && !is_answered(answers, parent, leaf.trim_end_matches("[]"))
            })
            .map(|(path, _)| path.trim_end_matches("[]").to_owned())
            .collect();
        if !paths.is_empty() {
            self.comment(0, &format!("Due next, at {next}: {}.", paths.join(", ")));
        }
    }

    fn comment(&mut self, indent: usize, text: &str) {
        let mut line = String::from("#");
        for word in text.split_whitespace() {
            if line.chars().count() + 1 + word.chars().count() > COMMENT && line.len() > 1 {
                self.push(indent, &line);
                line = String::from("#");
            }
            line.push(' ');
            line.push_str(word);
        }
        self.push(indent, &line);
    }
}

fn is_answered(answers: &Answers, parent: &str, name: &str) -> bool {
    match parent.split_once('.').unwrap_or((parent, "")) {
        ("", _) => answers.get(name).is_some(),
        (first, rest) => match answers.get(first) {
            Some(Answer::Group(inner)) => is_answered(inner, rest, name),
            Some(_) => true,
            None => false,
        },
    }
}

/// A short list of words in one line.
fn flow(ty: &Type, items: &[Answer]) -> Option<String> {
    let words: Option<Vec<String>> = items
        .iter()
        .map(|item| match item {
            Answer::Scalar(text) if !is_text(ty) => Some(typed(ty, text, true)),
            Answer::Scalar(text) if !text.trim().contains('\n') => Some(yaml::inline(text.trim(), true)),
            _ => None,
        })
        .collect();
    let line = format!("[{}]", words?.join(", "));
    (line.chars().count() <= FLOW).then_some(line)
}

/// Whether a type is text of any length.
fn is_text(ty: &Type) -> bool {
    matches!(ty, Type::Text)
}

/// A value that is no text: a number, date or bool stands bare, since quotes would make it text. One that is not even
/// close is quoted, and left to the checker.
fn typed(ty: &Type, text: &str, flow: bool) -> String {
    let bare = text.trim();
    let is_bare = !bare.is_empty()
        && bare.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'))
        && bare.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-')
        && bare.len() > usize::from(bare.starts_with('-'))
        && !bare.starts_with("--")
        && !bare.eq_ignore_ascii_case("null");
    match ty {
        Type::Integer { .. } | Type::Number | Type::Money | Type::Date | Type::Bool if is_bare => bare.to_owned(),
        _ => yaml::inline(bare, flow),
    }
}
