//! What a form is drawn from: the table of fields as data for a script.
//!
//! One description for all that draw a form, write its file in the browser or check it there, so that a field that is
//! added to the table is asked for everywhere.

use super::{CURRENCIES, Due, Field, Kind, PLACEHOLDERS, ROLES_DUE, STEPS_DUE, Schema, Stage, Type};
use serde_json::{Map, Value, json};

/// The kinds that a form makes, in the order in which they are offered. Pages are prose, and are written as such.
pub const FORMS: [Kind; 5] = [Kind::Handoff, Kind::Account, Kind::Stakeholder, Kind::Teammate, Kind::Receipt];

/// The description of every form. `placeholders` are the project's own, in lower case.
pub fn form(schema: &Schema, placeholders: &[String]) -> Value {
    let kinds: Map<String, Value> = FORMS
        .into_iter()
        .map(|kind| {
            let fields = fields(schema.fields(kind));
            (kind.name().to_owned(), json!({ "folder": kind.folder(), "fields": fields }))
        })
        .collect();
    let words: Vec<&str> = PLACEHOLDERS.iter().copied().chain(placeholders.iter().map(String::as_str)).collect();
    json!({
        "kinds": kinds,
        "order": FORMS.map(Kind::name),
        "stages": Stage::ALL.map(Stage::name),
        "roles": ROLES_DUE.map(|(stage, role)| json!([stage, role])),
        "steps": STEPS_DUE.map(|(stage, step)| json!([stage, step])),
        "currencies": CURRENCIES,
        "placeholders": words,
    })
}

fn fields(fields: &[Field]) -> Vec<Value> {
    fields.iter().map(field).collect()
}

/// A field; what is not said of it is not so.
fn field(field: &Field) -> Value {
    let mut said = Map::new();
    said.insert("name".to_owned(), field.name.into());
    said.insert("label".to_owned(), field.label.as_str().into());
    said.insert("help".to_owned(), field.help.as_str().into());
    said.insert("type".to_owned(), type_of(&field.ty));
    match field.due {
        Due::Optional => {}
        Due::At(stage) => drop(said.insert("due".to_owned(), stage.name().into())),
        Due::WithParent => drop(said.insert("due".to_owned(), "parent".into())),
        Due::ForRole(stage, role) => {
            said.insert("due".to_owned(), stage.name().into());
            said.insert("role".to_owned(), role.into());
        }
    }
    if !field.example.is_empty() {
        said.insert("example".to_owned(), field.example.into());
    }
    for (mark, is_so) in [("restricted", field.restricted), ("none", field.none), ("open", field.open)] {
        if is_so {
            said.insert(mark.to_owned(), true.into());
        }
    }
    Value::Object(said)
}

/// A type by its name, with what belongs to it.
fn type_of(ty: &Type) -> Value {
    match ty {
        Type::Text => json!({ "is": "text" }),
        Type::Integer { min, max } => {
            // A bound beyond what a script counts exactly is none that anybody meets.
            let bound = |bound: &i64| (bound.unsigned_abs() < 1 << 53).then_some(*bound);
            json!({ "is": "integer", "min": bound(min), "max": bound(max) })
        }
        Type::Number => json!({ "is": "number" }),
        Type::Money => json!({ "is": "money" }),
        Type::Date => json!({ "is": "date" }),
        Type::Bool => json!({ "is": "bool" }),
        Type::Url => json!({ "is": "url" }),
        Type::Currency => json!({ "is": "currency" }),
        Type::TimeZone => json!({ "is": "time_zone" }),
        Type::Slug => json!({ "is": "slug" }),
        Type::Choice(values) => json!({ "is": "choice", "values": values }),
        Type::Ref(kind) => json!({ "is": "ref", "to": kind }),
        Type::Stakeholder => json!({ "is": "ref", "to": "person" }),
        Type::List(item) => json!({ "is": "list", "item": type_of(item) }),
        Type::Group(inner) => json!({ "is": "group", "fields": fields(inner) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts the fields of a description, those in groups and lists too.
    fn count(fields: &[Value]) -> usize {
        let inner = |ty: &Value| match ty["item"].as_object() {
            Some(_) => ty["item"]["fields"].as_array().cloned(),
            None => ty["fields"].as_array().cloned(),
        };
        fields.iter().map(|field| 1 + inner(&field["type"]).map_or(0, |inner| count(&inner))).sum()
    }

    #[test]
    fn every_field_of_the_table_is_in_it() {
        let schema = Schema::default();
        let form = form(&schema, &[]);
        for kind in FORMS {
            let fields = form["kinds"][kind.name()]["fields"].as_array().expect("a list of fields");
            assert_eq!(count(fields), schema.walk(kind).len(), "{kind}");
        }
    }
}
