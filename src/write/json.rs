//! Answers as a form sends and gets them.
//!
//! A value is a string as it was typed, a list, or a mapping by the names of fields. `{"$none": true}` is the answer
//! `none`, and `{"$open": {"ask": …, "by": …}}` an open question: no field's name begins with `$`.

use super::answers::MOST_ITEMS;
use super::{Answer, Answers};
use crate::fields::{Field, Type};
use serde_json::{Map, Value, json};

impl Answers {
    /// The answers to `fields` in what a form sent, or the path of the first one that does not fit the table.
    pub fn from_json(fields: &[Field], value: &Value) -> Result<Self, String> {
        let Value::Object(given) = value else { return Err(String::new()) };
        let mut answers = Self::default();
        for (name, value) in given {
            let field = fields.iter().find(|field| field.name == name).ok_or_else(|| name.clone())?;
            let answer = answer(field, value).map_err(|path| join(name, &path))?;
            if let Some(answer) = answer {
                answers.put(field.name, answer);
            }
        }
        Ok(answers)
    }

    /// The same as a form gets them.
    pub fn to_json(&self) -> Value {
        Value::Object(self.0.iter().map(|(name, answer)| ((*name).to_owned(), shown(answer))).collect::<Map<_, _>>())
    }
}

fn join(first: &str, rest: &str) -> String {
    match rest.chars().next() {
        None => first.to_owned(),
        Some('[') => format!("{first}{rest}"),
        Some(_) => format!("{first}.{rest}"),
    }
}

/// An answer to a field; `None` where nothing is said.
fn answer(field: &Field, value: &Value) -> Result<Option<Answer>, String> {
    match value {
        Value::Object(given) if field.none && given.get("$none") == Some(&Value::Bool(true)) => Ok(Some(Answer::None)),
        Value::Object(given) if field.open && given.contains_key("$open") => {
            let part = |name: &str| given["$open"].get(name).and_then(Value::as_str).map(|text| text.trim().to_owned());
            let (Some(ask), Some(by)) = (part("ask"), part("by")) else { return Err(String::new()) };
            Ok(Some(Answer::Open { ask, by }))
        }
        _ => value_of(&field.ty, value),
    }
}

/// A value of a type; `None` where nothing is said.
fn value_of(ty: &Type, value: &Value) -> Result<Option<Answer>, String> {
    let answer = match (value, ty) {
        (Value::Null, _) => return Ok(None),
        (Value::Object(_), Type::Group(fields)) => Answer::Group(Answers::from_json(fields, value)?),
        (Value::Array(items), Type::List(item)) if items.len() <= MOST_ITEMS => {
            let mut list = Vec::with_capacity(items.len());
            for (at, value) in items.iter().enumerate() {
                list.extend(value_of(item, value).map_err(|path| join(&format!("[{}]", at + 1), &path))?);
            }
            Answer::List(list)
        }
        (Value::String(_), Type::List(_) | Type::Group(_)) => return Err(String::new()),
        (Value::String(text), _) => Answer::Scalar(text.trim().replace("\r\n", "\n")),
        _ => return Err(String::new()),
    };
    Ok((!answer.is_empty()).then_some(answer))
}

fn shown(answer: &Answer) -> Value {
    match answer {
        Answer::Scalar(text) => json!(text),
        Answer::None => json!({ "$none": true }),
        Answer::Open { ask, by } => json!({ "$open": { "ask": ask, "by": by } }),
        Answer::List(items) => Value::Array(items.iter().map(shown).collect()),
        Answer::Group(answers) => answers.to_json(),
    }
}
