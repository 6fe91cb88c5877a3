//! The flags that would supply what is missing.

use crate::fields::{Field, Kind, Schema, Stage, Type};
use crate::write::{Answers, is_due};

/// Shortcuts for what is given most often: flag, kind, path.
pub(super) const SHORTCUTS: [(&str, Kind, &str); 13] = [
    ("account", Kind::Handoff, "account"),
    ("account", Kind::Stakeholder, "account"),
    ("handoff", Kind::Receipt, "handoff"),
    ("type", Kind::Handoff, "deal.type"),
    ("ae", Kind::Handoff, "team.ae"),
    ("csm", Kind::Handoff, "team.csm"),
    ("csm", Kind::Account, "csm"),
    ("title", Kind::Handoff, "title"),
    ("title", Kind::Stakeholder, "title"),
    ("title", Kind::Page, "title"),
    ("name", Kind::Account, "name"),
    ("name", Kind::Stakeholder, "name"),
    ("name", Kind::Teammate, "name"),
];

/// The flags that would answer the field at `path` (`promises[2].due`), as typed in a shell.
pub(super) fn flags(schema: &Schema, kind: Kind, path: &str, stage: Stage) -> Vec<String> {
    let Some(field) = schema.field(kind, &plain(path)) else { return Vec::new() };
    let mut found = Vec::new();
    below(kind, field, path, stage, &mut found);
    if field.none {
        found.push(format!("{} if there is none", set(path, "none")));
    }
    found
}

/// A path without the places in its lists: `promises.due`.
pub(super) fn plain(path: &str) -> String {
    path.split('[').map(|part| part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ']')).collect()
}

fn below(kind: Kind, field: &Field, path: &str, stage: Stage, found: &mut Vec<String>) {
    let inner = field.ty.fields();
    if inner.is_empty() {
        found.push(one(kind, field, path));
        return;
    }
    let counted = if matches!(field.ty, Type::List(_)) && !path.ends_with(']') { "[1]" } else { "" };
    for field in inner.iter().filter(|inner| is_due(inner, Some(&Answers::default()), stage)) {
        below(kind, field, &format!("{path}{counted}.{}", field.name), stage, found);
    }
}

fn one(kind: Kind, field: &Field, path: &str) -> String {
    let value = sample(field);
    match SHORTCUTS.iter().find(|(_, of, to)| *of == kind && *to == path) {
        Some((flag, ..)) => format!("--{flag} {}", quoted(&value)),
        None => set(path, &value),
    }
}

/// `--set path=value`, quoted where a shell would take it for something else.
pub(super) fn set(path: &str, value: &str) -> String {
    format!("--set {}", quoted(&format!("{path}={value}")))
}

fn quoted(text: &str) -> String {
    let safe = text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:=@,+%".contains(c));
    if safe { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// What an answer looks like.
fn sample(field: &Field) -> String {
    fn of(ty: &Type) -> String {
        match ty {
            Type::Integer { .. } | Type::Number | Type::Money => "<number>".to_owned(),
            Type::Date => "<YYYY-MM-DD>".to_owned(),
            Type::Bool => "<true|false>".to_owned(),
            Type::Url => "<https://...>".to_owned(),
            Type::Currency => "<EUR>".to_owned(),
            Type::TimeZone => "<Europe/Berlin>".to_owned(),
            Type::Choice(values) => format!("<{}>", values.join("|")),
            Type::Ref(kind) => format!("<{kind}>"),
            Type::Stakeholder => "<stakeholder id>".to_owned(),
            Type::List(item) => of(item),
            Type::Text | Type::Slug | Type::Group(_) => "<text>".to_owned(),
        }
    }
    of(&field.ty)
}
