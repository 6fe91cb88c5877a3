//! Front matter in which every field is filled, made from the table of fields: a field that the table gets tomorrow is
//! in it then.

use segue::fields::{Field, Kind, Schema, Type};
use serde_json::{Map, Value, json};

/// The id that a file of each kind has: a handoff `first` of the account `acme`, its receipt, and so on.
pub fn id(kind: Kind) -> &'static str {
    match kind {
        Kind::Account => "acme",
        Kind::Handoff | Kind::Receipt => "first",
        Kind::Stakeholder => "dana",
        Kind::Teammate => "ann",
        Kind::Page => "notes",
    }
}

/// Where the file of a kind stands.
pub fn path(kind: Kind) -> String {
    match kind {
        Kind::Page => "content/notes.md".to_owned(),
        _ => format!("content/{}/{}.md", kind.folder(), id(kind)),
    }
}

/// A file of a kind: every field filled, then `body`. `choose` may give the value of a field instead, or of an item
/// where the field is a list; it is told the field's path, and its type or the item's.
pub fn filled(
    schema: &Schema,
    kind: Kind,
    body: &str,
    choose: &mut dyn FnMut(&str, &Field, &Type) -> Option<Value>,
) -> String {
    let values = group(schema.fields(kind), kind, "", choose);
    // JSON is YAML.
    format!("---\n{:#}\n---\n{body}", Value::Object(values))
}

fn group(
    fields: &[Field],
    kind: Kind,
    prefix: &str,
    choose: &mut dyn FnMut(&str, &Field, &Type) -> Option<Value>,
) -> Map<String, Value> {
    let mut values = Map::new();
    for field in fields {
        let path = format!("{prefix}{}", field.name);
        // Lines of descent lead to others than oneself.
        if matches!(&*path, "parent" | "stakeholders.reports_to") {
            continue;
        }
        let value = value(&field.ty, field, kind, &path, choose);
        values.insert(field.name.to_owned(), value);
    }
    values
}

fn value(
    ty: &Type,
    field: &Field,
    kind: Kind,
    path: &str,
    choose: &mut dyn FnMut(&str, &Field, &Type) -> Option<Value>,
) -> Value {
    if let Some(chosen) = choose(path, field, ty) {
        return chosen;
    }
    match ty {
        Type::Text => format!("The {} of this {kind}", field.label).into(),
        Type::Integer { min, .. } => (*min.max(&3)).into(),
        Type::Number => 3.into(),
        Type::Money => 1000.into(),
        Type::Date => "2026-11-12".into(),
        Type::Bool => true.into(),
        Type::Url => "https://example.com/a?b=c&d=e".into(),
        Type::Currency => "EUR".into(),
        Type::TimeZone => "Europe/Berlin".into(),
        Type::Slug if path == "redirect_from" => format!("old-{kind}").into(),
        Type::Slug | Type::Stakeholder => id(Kind::Stakeholder).into(),
        Type::Choice(values) => values[0].into(),
        Type::Ref(kind) => id(*kind).into(),
        Type::List(item) => json!([value(item, field, kind, path, choose)]),
        Type::Group(fields) => group(fields, kind, &format!("{path}."), choose).into(),
    }
}
