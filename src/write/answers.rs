//! Answers by field, and how they are set by path.

use crate::diagnostic::nearest;
use crate::fields::{Due, Field, Stage, Type};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;

/// More items than anybody lists; a slip of the finger in an index must not fill the memory.
pub(super) const MOST_ITEMS: usize = 1000;

/// An answer as given, not judged yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// One value as typed: text, a number, a date, an id.
    Scalar(String),
    /// "We asked, there is none."
    None,
    /// "We don't know yet."
    Open {
        /// The teammate to ask.
        ask: String,
        /// The day by which the answer is due.
        by: String,
    },
    /// A list's items.
    List(Vec<Answer>),
    /// A mapping.
    Group(Answers),
}

impl Answer {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Scalar(text) => text.trim().is_empty(),
            Self::None | Self::Open { .. } => false,
            Self::List(items) => items.is_empty(),
            Self::Group(answers) => answers.is_empty(),
        }
    }
}

/// The answers of a mapping, or of a whole file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers(pub(super) BTreeMap<&'static str, Answer>);

impl Answers {
    /// The answer to a field of this mapping.
    pub fn get(&self, name: &str) -> Option<&Answer> {
        self.0.get(name)
    }

    /// One value at a dotted path of keys, without lists: `deal.type`.
    pub fn scalar(&self, path: &str) -> Option<&str> {
        match (path.split_once('.'), path) {
            (Some((first, rest)), _) => match self.get(first)? {
                Answer::Group(inner) => inner.scalar(rest),
                _ => None,
            },
            (None, name) => match self.get(name)? {
                Answer::Scalar(text) => Some(text),
                _ => None,
            },
        }
    }

    /// Answers a field of this mapping; an empty answer takes it back.
    pub fn put(&mut self, name: &'static str, answer: Answer) {
        if answer.is_empty() {
            self.0.remove(name);
        } else {
            self.0.insert(name, answer);
        }
    }

    /// The answers of the mapping under `name`, made if need be.
    pub fn group(&mut self, name: &'static str) -> &mut Self {
        let entry = self.0.entry(name).or_insert_with(|| Answer::Group(Self::default()));
        if !matches!(entry, Answer::Group(_)) {
            *entry = Answer::Group(Self::default());
        }
        match entry {
            Answer::Group(inner) => inner,
            _ => unreachable!("it was made a group above"),
        }
    }

    /// Whether the list under `name` holds this value.
    pub fn has_item(&self, name: &str, value: &str) -> bool {
        matches!(self.get(name), Some(Answer::List(items))
            if items.iter().any(|item| matches!(item, Answer::Scalar(text) if text == value)))
    }

    /// The mappings in the list under `name`.
    pub fn groups(&self, name: &str) -> impl Iterator<Item = &Self> {
        let items = match self.get(name) {
            Some(Answer::List(items)) => items.as_slice(),
            _ => &[],
        };
        items.iter().filter_map(|item| match item {
            Answer::Group(answers) => Some(answers),
            _ => None,
        })
    }

    /// Takes the answer to a field of this mapping out.
    pub fn take(&mut self, name: &str) -> Option<Answer> {
        self.0.remove(name)
    }

    /// Takes back the answer at a path as [`Answers::set`] understands it. What is in the path and not there stays so.
    pub fn clear(&mut self, path: &str) {
        let (part, rest) = path.split_once('.').map_or((path, None), |(part, rest)| (part, Some(rest)));
        let (name, index) = match part.split_once('[') {
            Some((name, index)) => (name, index.trim_end_matches(']').parse::<usize>().ok()),
            None => (part, None),
        };
        match (self.0.get_mut(name), index, rest) {
            (Some(Answer::Group(inner)), None, Some(rest)) => inner.clear(rest),
            (Some(Answer::List(items)), Some(at), Some(rest)) => {
                if let Some(Answer::Group(inner)) = items.get_mut(at.wrapping_sub(1)) {
                    inner.clear(rest);
                }
            }
            // An item alone cannot be asked for again, nor a part of an open question; the whole can.
            (Some(_), _, None) | (Some(Answer::Open { .. }), None, Some(_)) => drop(self.0.remove(name)),
            _ => {}
        }
    }

    /// Whether nothing is answered.
    pub fn is_empty(&self) -> bool {
        self.0.values().all(Answer::is_empty)
    }

    /// Sets the answer at a path as people write it, list items counted from 1: `stakeholders[1].name`.
    ///
    /// A list of single values is given whole (`champion, end_user`) or item by item; `none` and open questions
    /// (`{unknown: {ask: dana, by: 2026-03-01}}`) are understood where the field allows them.
    pub fn set(&mut self, fields: &[Field], path: &str, value: &str) -> Result<(), SetError> {
        Setter { whole: path, top: fields }.field(self, fields, path, value)
    }
}

/// Whether a field is due at `stage`, among the answers given so far to the mapping it stands in. `None` stands for a
/// mapping that is not there.
pub fn is_due(field: &Field, siblings: Option<&Answers>, stage: Stage) -> bool {
    let inner =
        || matches!(field.ty, Type::Group(_)) && field.ty.fields().iter().any(|field| is_due(field, None, stage));
    match field.due {
        Due::Optional => inner(),
        Due::At(from) => from <= stage || inner(),
        Due::WithParent => siblings.is_some(),
        Due::ForRole(from, role) => from <= stage && siblings.is_some_and(|answers| answers.has_item("roles", role)),
    }
}

/// Why an answer has no place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetError {
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl fmt::Display for SetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SetError {}

/// The form of an open question.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unknown {
    unknown: Ask,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ask {
    ask: String,
    by: String,
}

/// One path being followed.
struct Setter<'a> {
    whole: &'a str,
    top: &'a [Field],
}

impl Setter<'_> {
    fn error(&self, message: impl Into<String>, help: impl Into<String>) -> SetError {
        SetError { message: format!("`{}` {}", self.whole, message.into()), help: Some(help.into()) }
    }

    fn field(&self, answers: &mut Answers, fields: &[Field], path: &str, value: &str) -> Result<(), SetError> {
        let (part, rest) = path.split_once('.').map_or((path, None), |(part, rest)| (part, Some(rest)));
        let (name, index) = self.part(part)?;
        let Some(field) = fields.iter().find(|field| field.name == name) else {
            return Err(self.unknown(fields, name));
        };
        if let (Some(rest), true) = (rest, field.open)
            && let Some(key) = rest.strip_prefix("unknown.")
        {
            return self.open_part(answers, field.name, key, value);
        }
        match (&field.ty, index) {
            (Type::List(item), Some(index)) => {
                let entry = answers.0.entry(field.name).or_insert_with(|| Answer::List(Vec::new()));
                if !matches!(entry, Answer::List(_)) {
                    *entry = Answer::List(Vec::new());
                }
                let Answer::List(items) = entry else { unreachable!("it was made a list above") };
                let is_group = matches!(**item, Type::Group(_));
                while items.len() <= index {
                    items.push(if is_group {
                        Answer::Group(Answers::default())
                    } else {
                        Answer::Scalar(String::new())
                    });
                }
                match (rest, &mut items[index]) {
                    (Some(rest), Answer::Group(inner)) => self.field(inner, item.fields(), rest, value),
                    (None, Answer::Group(_)) => Err(self.inside(item.fields(), self.whole)),
                    (Some(_), _) => Err(self.nothing_inside(name)),
                    (None, scalar) => {
                        *scalar = Answer::Scalar(value.to_owned());
                        Ok(())
                    }
                }
            }
            (_, Some(_)) => Err(self.error(
                format!("counts items, but `{name}` is no list"),
                format!("leave out the `[…]` after `{name}`"),
            )),
            (Type::Group(inner), None) => match rest {
                Some(rest) => self.field(answers.group(field.name), inner, rest, value),
                None => match self.open(field, value)? {
                    Some(open) => {
                        answers.put(field.name, open);
                        Ok(())
                    }
                    None => Err(self.inside(inner, self.whole)),
                },
            },
            (Type::List(item), None) => {
                if let Some(rest) = rest {
                    let counted = self.whole.replacen(&format!("{part}.{rest}"), &format!("{part}[1].{rest}"), 1);
                    return Err(self.error(
                        format!("does not say which item of `{name}`"),
                        format!("items count from 1: `{counted}`"),
                    ));
                }
                let answer = match self.open(field, value)? {
                    Some(open) => open,
                    None if field.none && value.trim().eq_ignore_ascii_case("none") => Answer::None,
                    None if matches!(**item, Type::Group(_)) => {
                        return Err(self.inside(item.fields(), &format!("{}[1]", self.whole)));
                    }
                    None => {
                        let inner = value.trim();
                        let inner = inner.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(inner);
                        let items = inner.split(',').map(str::trim).filter(|item| !item.is_empty());
                        Answer::List(items.map(|item| Answer::Scalar(item.to_owned())).collect())
                    }
                };
                answers.put(field.name, answer);
                Ok(())
            }
            (_, None) => {
                if rest.is_some() {
                    return Err(self.nothing_inside(name));
                }
                let answer = self.open(field, value)?.unwrap_or_else(|| Answer::Scalar(value.to_owned()));
                answers.put(field.name, answer);
                Ok(())
            }
        }
    }

    /// A part of a path: the key, and the place in its list from 0.
    fn part<'p>(&self, part: &'p str) -> Result<(&'p str, Option<usize>), SetError> {
        let Some((name, rest)) = part.split_once('[') else { return Ok((part, None)) };
        let number = rest.strip_suffix(']').and_then(|number| number.parse::<usize>().ok());
        match number {
            Some(number) if (1..=MOST_ITEMS).contains(&number) => Ok((name, Some(number - 1))),
            _ => Err(self.error(format!("has no item `[{rest}`"), format!("items count from 1: `{name}[1]`"))),
        }
    }

    /// `unknown.ask` and `unknown.by`, set one by one.
    fn open_part(&self, answers: &mut Answers, name: &'static str, key: &str, value: &str) -> Result<(), SetError> {
        let (mut ask, mut by) = match answers.get(name) {
            Some(Answer::Open { ask, by }) => (ask.clone(), by.clone()),
            _ => (String::new(), String::new()),
        };
        match key {
            "ask" => value.clone_into(&mut ask),
            "by" => value.clone_into(&mut by),
            _ => return Err(self.error("is no part of an open question", "`unknown.ask` and `unknown.by` are")),
        }
        answers.put(name, Answer::Open { ask, by });
        Ok(())
    }

    /// An open question, if that is what the value is.
    fn open(&self, field: &Field, value: &str) -> Result<Option<Answer>, SetError> {
        if !field.open
            || !value.trim_start().strip_prefix('{').is_some_and(|rest| rest.trim_start().starts_with("unknown"))
        {
            return Ok(None);
        }
        match serde_saphyr::from_str::<Unknown>(value) {
            Ok(Unknown { unknown: Ask { ask, by } }) => Ok(Some(Answer::Open { ask, by })),
            Err(_) => Err(self.error(
                "is given an open question that is not of the right form",
                "`{unknown: {ask: <teammate>, by: <date>}}`",
            )),
        }
    }

    fn inside(&self, fields: &[Field], path: &str) -> SetError {
        let example = fields.first().map_or_else(String::new, |field| format!("{path}.{}", field.name));
        let names: Vec<String> = fields.iter().map(|field| format!("`{}`", field.name)).collect();
        self.error("holds fields of its own", format!("set them one by one, as in `{example}`: {}", names.join(", ")))
    }

    fn nothing_inside(&self, name: &str) -> SetError {
        self.error(format!("goes on after `{name}`, which holds a single value"), format!("set `{name}` itself"))
    }

    fn unknown(&self, fields: &[Field], name: &str) -> SetError {
        let here = nearest(name, fields.iter().map(|field| field.name));
        // The right name at the wrong place is as likely as a typing error.
        let mut elsewhere = Vec::new();
        find(self.top, name, "", &mut elsewhere);
        let help = match (here, elsewhere.as_slice()) {
            (Some(near), _) => format!("did you mean `{}`?", self.whole.replacen(name, near, 1)),
            (None, [_] | [_, _] | [_, _, _]) => format!("did you mean `{}`?", elsewhere.join("` or `")),
            _ => "`segue fields` lists them all".to_owned(),
        };
        self.error("is no field", help)
    }
}

/// The paths of all fields called `name`, or nearly so.
fn find(fields: &[Field], name: &str, prefix: &str, found: &mut Vec<String>) {
    for field in fields {
        let path = format!("{prefix}{}", field.name);
        if field.name == name || nearest(name, [field.name]).is_some() {
            found.push(path.clone());
        }
        let counted = if matches!(field.ty, Type::List(_)) { "[1]" } else { "" };
        find(field.ty.fields(), name, &format!("{path}{counted}."), found);
    }
}
