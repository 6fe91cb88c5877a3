//! Values of the contract's types, each with its place.

use crate::source::Span;
use jiff::civil::Date;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// The place of the value, without its key.
    pub span: Span,
    /// What it is.
    pub data: Data,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// Text, a URL, a currency, a time zone, a slug.
    Text(Box<str>),
    /// A whole number.
    Integer(i64),
    /// A number or an amount of money.
    Number(f64),
    /// A day.
    Date(Date),
    /// Yes or no.
    Bool(bool),
    /// One of an enumeration's values.
    Choice(&'static str),
    /// The id of another file, or of a stakeholder; whether it exists is for the knowledge base to say.
    Ref(Box<str>),
    /// A list.
    List(Vec<Value>),
    /// A mapping.
    Group(Group),
    /// The answer `none`: we asked, there is none.
    None,
    /// An open question.
    Open(Box<Open>),
    /// Nothing: an empty value, `[]` or `{}`.
    Empty,
    /// `tbd` and its like.
    Placeholder(Box<str>),
    /// Not usable, and already reported.
    Invalid,
}

/// An open question: whom to ask, and by when the answer is due.
#[derive(Clone, Debug, PartialEq)]
pub struct Open {
    /// The teammate who finds out.
    pub ask: Box<str>,
    /// Where that stands.
    pub ask_span: Span,
    /// The last day on which the question passes a gate.
    pub by: Date,
    /// Where that stands.
    pub by_span: Span,
}

/// A mapping, in the order of the file. Only keys that the schema has are in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    /// The entries.
    pub entries: Vec<Entry>,
    /// The place of the whole mapping.
    pub span: Span,
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The field's name.
    pub name: &'static str,
    /// The place of the key.
    pub key: Span,
    /// The value.
    pub value: Value,
}

impl Group {
    /// The entry with this key.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    /// The value at a dotted path of keys: `deal.closed_on`.
    pub fn get(&self, path: &str) -> Option<&Value> {
        // Paths are short, and asked for all the time: a searcher takes longer to start than to look.
        match path.bytes().position(|byte| byte == b'.') {
            None => Some(&self.entry(path)?.value),
            Some(dot) => self.entry(&path[..dot])?.value.group()?.get(&path[dot + 1..]),
        }
    }

    /// Text, a reference or an enumeration's value at a path.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.get(path)?.text()
    }

    /// A date at a path.
    pub fn date(&self, path: &str) -> Option<Date> {
        match self.get(path)?.data {
            Data::Date(date) => Some(date),
            _ => None,
        }
    }

    /// A bool at a path; `false` where there is none.
    pub fn is_true(&self, path: &str) -> bool {
        matches!(self.get(path), Some(Value { data: Data::Bool(true), .. }))
    }

    /// A number at a path.
    pub fn number(&self, path: &str) -> Option<f64> {
        match self.get(path)?.data {
            Data::Number(number) => Some(number),
            Data::Integer(number) => Some(number as f64),
            _ => None,
        }
    }

    /// The items of the list at a path; none where there is no list.
    pub fn items(&self, path: &str) -> &[Value] {
        match self.get(path) {
            Some(Value { data: Data::List(items), .. }) => items,
            _ => &[],
        }
    }

    /// The mappings in the list at a path, with their places in the list from 0.
    pub fn groups(&self, path: &str) -> impl Iterator<Item = (usize, &Group)> {
        self.items(path).iter().enumerate().filter_map(|(at, item)| Some((at, item.group()?)))
    }
}

impl Value {
    /// The mapping this is.
    pub fn group(&self) -> Option<&Group> {
        match &self.data {
            Data::Group(group) => Some(group),
            _ => None,
        }
    }

    /// The text, reference or enumeration's value this is.
    pub fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) | Data::Ref(text) => Some(text),
            Data::Choice(name) => Some(name),
            _ => None,
        }
    }

    /// Whether it answers its field: anything but nothing, a placeholder or an open question. A value that was
    /// reported as invalid counts as given, so that one fault is one diagnostic.
    pub fn is_filled(&self) -> bool {
        !matches!(self.data, Data::Empty | Data::Placeholder(_) | Data::Open(_))
    }
}
