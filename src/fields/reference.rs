//! The table of fields for people: as text for a terminal, and as Markdown for the documentation.

use super::{By, Due, Field, Kind, Schema, Stage, Type};
use std::fmt::Write;

/// The narrowest text that still reads well.
const NARROWEST: usize = 60;

/// A part of a kind's fields: one top-level mapping or list with all that is in it, or what stands before the first.
struct Section<'a> {
    /// The mapping or list it is about.
    about: Option<&'a Field>,
    /// Its fields with their paths.
    rows: Vec<(String, &'a Field)>,
}

/// The fields in the checklist's order, a section for each top-level mapping.
fn sections(schema: &Schema, kind: Kind) -> Vec<Section<'_>> {
    let mut sections = vec![Section { about: None, rows: Vec::new() }];
    for (path, field) in schema.walk(kind) {
        let is_top = !path.contains('.');
        if is_top && !field.ty.fields().is_empty() {
            sections.push(Section { about: Some(field), rows: vec![(path, field)] });
        } else if let Some(section) = sections.last_mut() {
            section.rows.push((path, field));
        }
    }
    sections.retain(|section| !section.rows.is_empty());
    sections
}

/// The fields of these kinds as aligned columns with the help beneath, in lines of at most `width` characters.
pub fn reference_text(schema: &Schema, kinds: &[Kind], width: usize) -> String {
    let width = width.max(NARROWEST);
    let mut text = String::new();
    for kind in kinds {
        if !text.is_empty() {
            text.push('\n');
        }
        line(&mut text, &format!("{}  {}", kind.name().to_uppercase(), place(*kind)));
        let rows: Vec<_> = sections(schema, *kind).into_iter().map(|section| section.rows).collect();
        let all = || rows.iter().flatten();
        let paths = all().map(|(path, _)| path.len()).max().unwrap_or(0);
        let types = all().map(|(_, field)| type_name(&field.ty).len()).max().unwrap_or(0);
        for section in &rows {
            text.push('\n');
            for (path, field) in section {
                let due = due_name(field.due);
                let by = by_name(field.by);
                line(&mut text, &format!("  {path:paths$}  {:types$}  {due:<10}  {by}", type_name(&field.ty)));
                wrapped(&mut text, &field.help, width);
                if let Some(notes) = notes(field, false) {
                    wrapped(&mut text, &notes, width);
                }
                if let Some(values) = choices(&field.ty) {
                    wrapped(&mut text, &values.join(" | "), width);
                }
            }
        }
    }
    text.push_str(
        "\nDue: the stage from which on a field must be filled; `always`: in every file; `inside`: whenever the\n\
         mapping or list item around it is there; `-`: never.\n",
    );
    text
}

/// A line without blanks at its end.
fn line(text: &mut String, line: &str) {
    text.push_str(line.trim_end());
    text.push('\n');
}

/// Text in lines of at most `width` characters, indented beneath its field.
fn wrapped(text: &mut String, words: &str, width: usize) {
    const INDENT: &str = "      ";
    let mut current = String::new();
    for word in words.split_whitespace() {
        if !current.is_empty() && INDENT.len() + current.chars().count() + 1 + word.chars().count() > width {
            line(text, &format!("{INDENT}{current}"));
            current.clear();
        }
        if !current.is_empty() {
            current.push(' ');
        }
        current.push_str(word);
    }
    line(text, &format!("{INDENT}{current}"));
}

/// The fields of these kinds as Markdown tables, with an anchor for each: `#handoff.deal.acv`.
pub fn reference_markdown(schema: &Schema, kinds: &[Kind]) -> String {
    let mut text = String::from(
        "# Field reference\n\n\
         Every field of every kind of file, as `segue fields` lists them. *Due* says from which stage on a field must \
         be filled (`draft`, `verbal`, `closed_won`, `handed_off`): *always* is every file, *inside* is whenever the \
         mapping or list item around it is there, a dash is never. `[]` marks a list.\n\n\
         Where an answer is not known yet, any field but those marked *never open* takes an open question instead: \
         `{unknown: {ask: <teammate>, by: <date>}}`.\n",
    );
    for kind in kinds {
        // Writing to a string cannot fail.
        write!(text, "\n## {}\n\n`{}`\n", kind.name(), place(*kind)).expect("text grows");
        for section in sections(schema, *kind) {
            if let Some(about) = section.about {
                write!(text, "\n### {}\n", about.label).expect("text grows");
            }
            text.push_str("\n| field | type | due | who | what to write |\n| --- | --- | --- | --- | --- |\n");
            for (path, field) in section.rows {
                let mut ty = type_name(&field.ty);
                if let Some(values) = choices(&field.ty) {
                    let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
                    ty = format!("{ty} {}", values.join(" "));
                }
                let mut help = field.help.clone();
                if !field.example.is_empty() {
                    write!(help, " Example: `{}`.", field.example).expect("text grows");
                }
                if let Some(notes) = notes(field, true) {
                    write!(help, " *{notes}*").expect("text grows");
                }
                let anchor = path.replace("[]", "");
                writeln!(
                    text,
                    "| <a id=\"{kind}.{anchor}\"></a>`{path}` | {} | {} | {} | {} |",
                    cell(&ty),
                    cell(&due_name(field.due)),
                    by_name(field.by),
                    cell(&help)
                )
                .expect("text grows");
            }
        }
    }
    text
}

/// Text that stays in one cell of a table.
fn cell(text: &str) -> String {
    text.replace('\n', " ").replace('|', "\\|")
}

/// Where the files of a kind stand.
fn place(kind: Kind) -> String {
    match kind {
        Kind::Handoff => "content/handoffs/**/<slug>.md".to_owned(),
        Kind::Receipt => "content/receipts/<handoff>.md".to_owned(),
        Kind::Page => "any other content/**/*.md".to_owned(),
        Kind::Account => "content/accounts/<slug>.md".to_owned(),
        Kind::Stakeholder | Kind::Teammate => format!("content/{}/<id>.md", kind.folder()),
    }
}

/// A type in a few words; the values of an enumeration are for [`choices`].
fn type_name(ty: &Type) -> String {
    match ty {
        Type::Text => "text".to_owned(),
        Type::Integer { min: i64::MIN, .. } => "whole number".to_owned(),
        Type::Integer { min, max: i64::MAX } => format!("whole number from {min}"),
        Type::Integer { min, max } => format!("whole number {min} to {max}"),
        Type::Number => "number".to_owned(),
        Type::Money => "money".to_owned(),
        Type::Date => "date".to_owned(),
        Type::Bool => "true or false".to_owned(),
        Type::Url => "URL".to_owned(),
        Type::Currency => "currency".to_owned(),
        Type::TimeZone => "time zone".to_owned(),
        Type::Slug => "id".to_owned(),
        Type::Choice(_) => "one of".to_owned(),
        Type::Ref(kind) => format!("ref {kind}"),
        Type::Stakeholder => "ref stakeholder".to_owned(),
        Type::List(item) if matches!(**item, Type::Choice(_)) => "list from".to_owned(),
        Type::List(item) if matches!(**item, Type::Group(_)) => "list".to_owned(),
        Type::List(item) => format!("list of {}", type_name(item)),
        Type::Group(_) => "mapping".to_owned(),
    }
}

/// The values of an enumeration or of a list from one.
fn choices(ty: &Type) -> Option<&[&'static str]> {
    match ty {
        Type::Choice(values) => Some(values),
        Type::List(item) => choices(item),
        _ => None,
    }
}

fn due_name(due: Due) -> String {
    match due {
        Due::Optional => "-".to_owned(),
        Due::At(Stage::Draft) => "always".to_owned(),
        Due::At(stage) => stage.name().to_owned(),
        Due::WithParent => "inside".to_owned(),
        Due::ForRole(stage, role) => format!("{stage} for {role}"),
    }
}

fn by_name(by: By) -> &'static str {
    match by {
        By::Ae => "AE",
        By::Se => "SE",
        By::Csm => "CSM",
        By::Anyone => "anyone",
    }
}

/// What else is to be known about a field; in `full`, also what follows from its help or hardly ever matters.
fn notes(field: &Field, full: bool) -> Option<String> {
    let mut notes = Vec::new();
    if field.none && full {
        notes.push("`none` is an answer.");
    }
    if !field.open && full {
        notes.push("Never open.");
    }
    if field.restricted {
        notes.push("Left out for the audience `company`.");
    }
    if field.custom {
        notes.push("The project's own.");
    }
    (!notes.is_empty()).then(|| notes.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_in_both_forms_and_lines_fit() {
        let schema = Schema::default();
        let text = reference_text(&schema, &Kind::ALL, 80);
        let markdown = reference_markdown(&schema, &Kind::ALL);
        for kind in Kind::ALL {
            for (path, field) in schema.walk(kind) {
                assert!(text.contains(&format!("  {path} ")), "{path}");
                assert!(markdown.contains(&format!("id=\"{kind}.{}\"></a>`{path}`", path.replace("[]", ""))), "{path}");
                for value in choices(&field.ty).unwrap_or(&[]) {
                    assert!(text.contains(value) && markdown.contains(&format!("`{value}`")), "{path}: {value}");
                }
            }
        }
        let wide: Vec<&str> = text.lines().filter(|line| line.chars().count() > 100).collect();
        assert!(wide.is_empty(), "{wide:#?}");
        assert!(text.lines().all(|line| line == line.trim_end()));
    }
}
