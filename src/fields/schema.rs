//! The table as a whole, with what a project adds to it.

use super::{Due, Field, Kind, Type, account, handoff, others};
use std::fmt;

/// The fields of every kind. Immutable once the project's configuration is applied.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    kinds: [Vec<Field>; Kind::ALL.len()],
    /// Fields that a project meant to add, in a way that could not be understood.
    spoilt: Vec<(Kind, String)>,
}

impl Default for Schema {
    fn default() -> Self {
        Self {
            kinds: Kind::ALL.map(|kind| match kind {
                Kind::Account => account::fields(),
                Kind::Handoff => handoff::fields(),
                Kind::Stakeholder => others::stakeholder(),
                Kind::Teammate => others::teammate(),
                Kind::Page => others::page(),
                Kind::Receipt => others::receipt(),
            }),
            spoilt: Vec::new(),
        }
    }
}

impl Schema {
    /// The top-level fields of a kind, in the checklist's order.
    pub fn fields(&self, kind: Kind) -> &[Field] {
        &self.kinds[kind as usize]
    }

    /// The fields of a kind, to be extended by configuration.
    pub fn fields_mut(&mut self, kind: Kind) -> &mut Vec<Field> {
        &mut self.kinds[kind as usize]
    }

    /// The field at a path as documentation writes it: `deal.acv`, `promises[].due`. Lists are stepped into with or
    /// without `[]`.
    pub fn field(&self, kind: Kind, path: &str) -> Option<&Field> {
        let mut fields = self.fields(kind);
        let mut found = None;
        for name in path.split('.') {
            let name = name.trim_end_matches("[]");
            let field = fields.iter().find(|field| field.name == name)?;
            fields = field.ty.fields();
            found = Some(field);
        }
        found
    }

    /// The same, to be changed by configuration.
    pub fn field_mut(&mut self, kind: Kind, path: &str) -> Option<&mut Field> {
        let (parent, name) = path.rsplit_once('.').map_or((None, path), |(parent, name)| (Some(parent), name));
        let fields = match parent {
            None => self.fields_mut(kind),
            Some(parent) => self.field_mut(kind, parent)?.ty.fields_mut()?,
        };
        fields.iter_mut().find(|field| field.name == name.trim_end_matches("[]"))
    }

    /// Adds a project's field at a path; mappings on the way are made. Refused, with what was wrong and what was
    /// expected, where a field of that path is there, or the way leads through something that is no mapping.
    pub fn add(&mut self, kind: Kind, path: &str, field: Field) -> Result<(), (String, &'static str)> {
        let names: Vec<_> = path.split('.').collect();
        let sound = |name: &str| {
            let name = name.trim_end_matches("[]");
            name.starts_with(|c: char| c.is_ascii_lowercase())
                && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        };
        if !names.iter().all(|name| sound(name)) {
            let expected = "names of lower-case letters, digits and `_`, joined by dots";
            return Err((format!("`{path}` cannot be a field's path"), expected));
        }
        if self.field(kind, path).is_some() {
            return Err((format!("a {kind} already has a field `{path}`"), "a path that is not taken"));
        }
        let mut fields = &mut self.kinds[kind as usize];
        for name in &names[..names.len() - 1] {
            let name = name.trim_end_matches("[]");
            let at = fields.iter().position(|field| field.name == name).unwrap_or(fields.len());
            if at == fields.len() {
                let name = super::name(name);
                fields.push(Field::of_project(name, Type::Group(Vec::new()), Due::Optional, None, "", false));
            }
            fields = match fields[at].ty.fields_mut() {
                Some(fields) => fields,
                None => {
                    return Err((
                        format!("`{name}` is no mapping, so nothing can stand in it"),
                        "a mapping before each dot",
                    ));
                }
            };
        }
        fields.push(field);
        Ok(())
    }

    /// Remembers a field whose definition is at fault: the fault is told where it is, and not again in every file that
    /// fills the field.
    pub(crate) fn spoil(&mut self, kind: Kind, path: &str) {
        self.spoilt.push((kind, path.replace("[]", "")));
    }

    /// Whether a path as [`FieldPath`] writes it is that of a field whose definition is at fault.
    pub(crate) fn is_spoilt(&self, kind: Kind, path: &str) -> bool {
        !self.spoilt.is_empty() && {
            let path: String =
                path.split('[').map(|part| part.split_once(']').map_or(part, |(_, rest)| rest)).collect();
            self.spoilt.iter().any(|(of, spoilt)| *of == kind && *spoilt == path)
        }
    }

    /// Every field of a kind with its path as documentation writes it, parents first.
    pub fn walk(&self, kind: Kind) -> Vec<(String, &Field)> {
        fn down<'a>(prefix: &str, fields: &'a [Field], found: &mut Vec<(String, &'a Field)>) {
            for field in fields {
                let brackets = if matches!(field.ty, Type::List(_)) { "[]" } else { "" };
                let path = format!("{prefix}{}{brackets}", field.name);
                let inner = format!("{path}.");
                found.push((path, field));
                down(&inner, field.ty.fields(), found);
            }
        }
        let mut found = Vec::new();
        down("", self.fields(kind), &mut found);
        found
    }
}

impl Type {
    /// The fields of a group or of a list of groups; none of anything else.
    pub fn fields(&self) -> &[Field] {
        match self {
            Self::Group(fields) => fields,
            Self::List(item) => item.fields(),
            _ => &[],
        }
    }

    /// The values of an enumeration or a list of such.
    pub fn values(&self) -> &[&'static str] {
        match self {
            Self::Choice(values) => values,
            Self::List(item) => item.values(),
            _ => &[],
        }
    }

    /// The same, to be added to by configuration.
    pub fn values_mut(&mut self) -> Option<&mut Vec<&'static str>> {
        match self {
            Self::Choice(values) => Some(values),
            Self::List(item) => item.values_mut(),
            _ => None,
        }
    }

    /// The same, to be changed by configuration.
    pub fn fields_mut(&mut self) -> Option<&mut Vec<Field>> {
        match self {
            Self::Group(fields) => Some(fields),
            Self::List(item) => item.fields_mut(),
            _ => None,
        }
    }
}

/// One step into a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into a mapping, by key.
    Key(&'static str),
    /// Into a list, from 0.
    Item(usize),
}

/// A place in a record, written as people count: `promises[2].due` is the second promise's date.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldPath(pub Vec<Step>);

impl FieldPath {
    /// The path one step further.
    #[must_use]
    pub fn with(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if at == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Item(item) => write!(f, "[{}]", item + 1)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::Stage;

    #[test]
    fn fields_are_found_by_their_documented_paths() {
        let schema = Schema::default();
        let due = |path| schema.field(Kind::Handoff, path).map(|field| field.due);
        assert_eq!(due("deal.acv"), Some(Due::At(Stage::ClosedWon)));
        assert_eq!(due("promises[].owner"), Some(Due::At(Stage::HandedOff)));
        assert_eq!(due("promises[].nope"), None);
        for kind in Kind::ALL {
            for (path, field) in schema.walk(kind) {
                assert_eq!(schema.field(kind, &path), Some(field), "{path}");
                assert!(!field.help.is_empty(), "{path} has no help");
            }
        }
    }
}
