//! From a front matter tree to values of the contract's types.

use super::scalar::{self, shown};
use super::{Data, Entry, Group, Open, Value};
use crate::diagnostic::{Diagnostic, Rule, nearest, rules};
use crate::document::{Key, Node, NodeKind};
use crate::fields::{Field, FieldPath, Kind, PLACEHOLDERS, Schema, Step, Type};
use crate::source::{FileId, Source, Span};
use ahash::AHashSet;
use std::cell::OnceCell;

/// Reads front matter as a file of `kind`. `extra` are the project's own placeholders in lower case.
pub fn decode(
    kind: Kind,
    front: &Node,
    file: FileId,
    source: &Source,
    schema: &Schema,
    extra: &[String],
    diagnostics: &mut Vec<Diagnostic>,
) -> Group {
    let mut decoder =
        Decoder { kind, file, source, schema, extra, diagnostics, path: Vec::new(), all: OnceCell::new() };
    match &front.kind {
        NodeKind::Mapping(entries) => decoder.group(schema.fields(kind), entries, front.span),
        _ => Group { entries: Vec::new(), span: front.span },
    }
}

/// The fields of a mapping that it does not have: what a misspelt key may mean.
fn free_names(fields: &[Field], entries: &[(Key, Node)]) -> Vec<&'static str> {
    let taken: AHashSet<&str> = entries.iter().map(|(key, _)| &*key.name).collect();
    fields.iter().map(|field| field.name).filter(|name| !taken.contains(name)).collect()
}

/// The tree being walked: what does not change on the way, and the path to where we are.
struct Decoder<'a> {
    kind: Kind,
    file: FileId,
    source: &'a Source,
    schema: &'a Schema,
    extra: &'a [String],
    diagnostics: &'a mut Vec<Diagnostic>,
    path: Vec<Step>,
    /// Every field of the kind with its path; asked for where keys are unknown.
    all: OnceCell<Vec<(String, &'a Field)>>,
}

impl Decoder<'_> {
    fn report(&mut self, diagnostic: Diagnostic) -> Data {
        let diagnostic =
            if self.path.is_empty() || diagnostic.field.is_some() { diagnostic } else { diagnostic.field(self.here()) };
        self.diagnostics.push(diagnostic);
        Data::Invalid
    }

    fn here(&self) -> String {
        FieldPath(self.path.clone()).to_string()
    }

    fn fault(&self, rule: &'static Rule, span: Span, message: String) -> Diagnostic {
        Diagnostic::new(rule, self.file, span, message)
    }

    fn group(&mut self, fields: &[Field], entries: &[(Key, Node)], span: Span) -> Group {
        let mut group = Group { entries: Vec::with_capacity(entries.len()), span };
        let free = OnceCell::new();
        for (key, node) in entries {
            let Some(field) = fields.iter().find(|field| *field.name == *key.name) else {
                // A misspelt key is its field, spoilt: saying that the field is missing too would tell one fault twice.
                if let Some(meant) = self.unknown_key(free.get_or_init(|| free_names(fields, entries)), key) {
                    let value = Value { span: node.span, data: Data::Invalid };
                    group.entries.push(Entry { name: meant, key: key.span, value });
                }
                continue;
            };
            self.path.push(Step::Key(field.name));
            let value = self.value(field, &field.ty, node);
            self.path.pop();
            group.entries.push(Entry { name: field.name, key: key.span, value });
        }
        group
    }

    /// Reports a key that no field has; the field that is meant, where one is near enough to be suggested.
    fn unknown_key(&mut self, free: &[&'static str], key: &Key) -> Option<&'static str> {
        let mut path = self.here();
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(&key.name);
        if self.schema.is_spoilt(self.kind, &path) {
            return None;
        }
        let place = if self.path.is_empty() { format!("a {}", self.kind) } else { format!("`{}`", self.here()) };
        let mut diagnostic = self
            .fault(&rules::UNKNOWN_KEY, key.span, format!("{place} has no field `{}`", shown(&key.name)))
            .field(path);
        let fold = |text: &str| text.to_lowercase().replace(['-', ' '], "_");
        let folded = fold(&key.name);
        let mut meant = None;
        if let Some(name) = free.iter().copied().find(|name| fold(name) == folded) {
            diagnostic = diagnostic.fix(key.span, name);
            meant = Some(name);
        } else if let Some(name) = nearest(&key.name, free.iter().copied()) {
            diagnostic = diagnostic.suggest(key.span, name);
            meant = Some(name);
        } else {
            let elsewhere: Vec<_> = self
                .all
                .get_or_init(|| self.schema.walk(self.kind))
                .iter()
                .filter(|(_, field)| *field.name == *key.name)
                .map(|(path, _)| format!("`{path}`"))
                .collect();
            diagnostic = if elsewhere.is_empty() || elsewhere.len() > 3 {
                diagnostic.help(format!(
                    "`segue fields --kind {}` lists every field; a project adds its own under `[[fields]]` in `segue.toml`.",
                    self.kind
                ))
            } else {
                diagnostic.help(format!("It belongs elsewhere: {}. Is the indentation right?", elsewhere.join(" or ")))
            };
        }
        self.diagnostics.push(diagnostic);
        meant
    }

    fn value(&mut self, field: &Field, ty: &Type, node: &Node) -> Value {
        let data = match &node.kind {
            NodeKind::Broken => Data::Invalid,
            NodeKind::Null => Data::Empty,
            NodeKind::Sequence(items) if items.is_empty() => Data::Empty,
            NodeKind::Mapping(entries) if entries.is_empty() => Data::Empty,
            NodeKind::Mapping(entries) if is_open_question(entries) => {
                self.open_question(field, &entries[0], node.span)
            }
            NodeKind::Scalar { text, .. } if text.trim().is_empty() => Data::Empty,
            NodeKind::Scalar { text, plain } => self.scalar(field, ty, text, *plain, node.span),
            NodeKind::Sequence(items) => match ty {
                Type::List(item) => self.list(field, item, items),
                // What stands there may be of the wrong shape because of the fault that was reported in it.
                _ if is_broken_within(node) => Data::Invalid,
                _ => self.sequence_where_none_belongs(ty, items, node.span),
            },
            NodeKind::Mapping(entries) => match ty {
                Type::Group(fields) => Data::Group(self.group(fields, entries, node.span)),
                _ if is_broken_within(node) => Data::Invalid,
                _ => self.mapping_where_none_belongs(ty, entries, node.span),
            },
        };
        Value { span: node.span, data }
    }

    fn list(&mut self, field: &Field, item: &Type, nodes: &[Node]) -> Data {
        let values = nodes
            .iter()
            .enumerate()
            .map(|(at, node)| {
                self.path.push(Step::Item(at));
                let value = match &node.kind {
                    NodeKind::Scalar { text, .. } if self.is_placeholder(text) => {
                        Value { span: node.span, data: Data::Placeholder(text.as_ref().into()) }
                    }
                    _ => self.value(field, item, node),
                };
                self.path.pop();
                value
            })
            .collect();
        Data::List(values)
    }

    fn scalar(&mut self, field: &Field, ty: &Type, text: &str, plain: bool, span: Span) -> Data {
        let trimmed = text.trim();
        match ty {
            Type::List(_) if field.none && trimmed.eq_ignore_ascii_case("none") => return Data::None,
            Type::List(item) => return self.scalar_where_list_belongs(field, item, trimmed, plain, span),
            Type::Group(fields) => {
                let keys: Vec<_> = fields.iter().take(3).map(|field| format!("`{}`", field.name)).collect();
                let diagnostic = self
                    .fault(&rules::WRONG_TYPE, span, format!("`{}` stands where a mapping belongs", shown(trimmed)))
                    .expected(format!("keys such as {}, each on its own line and indented", keys.join(", ")));
                return self.report(diagnostic);
            }
            Type::Text if self.is_placeholder(text) => return Data::Placeholder(trimmed.into()),
            _ => {}
        }
        match scalar::read(ty, if matches!(ty, Type::Text) { text } else { trimmed }, plain) {
            Ok(data) => data,
            Err(slip) => {
                let mut diagnostic = self.fault(slip.rule, span, slip.message).expected(slip.expected);
                diagnostic.help = slip.help;
                if field.open && self.is_placeholder(trimmed) {
                    diagnostic.help = Some(ASK.to_owned());
                }
                if let Some((replacement, certain)) = slip.replacement {
                    diagnostic =
                        if certain { diagnostic.fix(span, replacement) } else { diagnostic.suggest(span, replacement) };
                }
                self.report(diagnostic)
            }
        }
    }

    fn scalar_where_list_belongs(&mut self, field: &Field, item: &Type, text: &str, plain: bool, span: Span) -> Data {
        let diagnostic = self.fault(&rules::WRONG_TYPE, span, format!("`{}` stands where a list belongs", shown(text)));
        let diagnostic = if text.eq_ignore_ascii_case("none") {
            diagnostic.expected("a list").help(format!("`none` is no answer to `{}`. {ASK}", field.name))
        } else if self.is_placeholder(text) {
            diagnostic.expected("a list").help(ASK)
        } else if let Type::Group(_) = item {
            diagnostic.expected("one item a line, each begun with `- `")
        } else if scalar::read(item, text, plain).is_ok()
            && plain
            && !text.contains([',', ':', '#', '[', ']', '{', '}'])
        {
            diagnostic.expected("a list").fix(span, format!("[{text}]"))
        } else {
            let items: Vec<_> = text.split([',', ';']).map(str::trim).filter(|item| !item.is_empty()).collect();
            let all = items.iter().all(|text| scalar::read(item, text, plain).is_ok());
            let diagnostic = diagnostic.expected("a list such as `[one, two]`");
            if all && plain { diagnostic.suggest(span, format!("[{}]", items.join(", "))) } else { diagnostic }
        };
        self.report(diagnostic)
    }

    fn sequence_where_none_belongs(&mut self, ty: &Type, items: &[Node], span: Span) -> Data {
        let diagnostic = self.fault(&rules::WRONG_TYPE, span, format!("a list stands where {} belongs", noun(ty)));
        // `[[acme]]` is a list in a list to YAML, and a wikilink to whoever wrote it.
        let inner = match items {
            [Node { kind: NodeKind::Sequence(inner), .. }] => match inner.as_slice() {
                [Node { kind: NodeKind::Scalar { text, .. }, .. }] => Some(text),
                _ => None,
            },
            _ => None,
        };
        let only = match items {
            [Node { kind: NodeKind::Scalar { text, .. }, span }] => Some((text, *span)),
            _ => None,
        };
        let diagnostic = match (ty, inner, only) {
            (Type::Ref(_) | Type::Stakeholder, Some(id), _) => diagnostic
                .expected("a bare id")
                .help("Wikilinks are for the text below the front matter; here the id stands by itself.")
                .fix(span, id.split('|').next().unwrap_or(id).trim()),
            (Type::Group(_), ..) => diagnostic.expected("one mapping: the same keys without the `-`"),
            (_, _, Some((_, only))) => {
                diagnostic.expected("a single value").suggest(span, self.source.slice(only).to_owned())
            }
            _ => diagnostic.expected("a single value"),
        };
        self.report(diagnostic)
    }

    fn mapping_where_none_belongs(&mut self, ty: &Type, entries: &[(Key, Node)], span: Span) -> Data {
        let diagnostic = self.fault(&rules::WRONG_TYPE, span, format!("a mapping stands where {} belongs", noun(ty)));
        let diagnostic = match ty {
            Type::List(item) if matches!(**item, Type::Group(_)) => {
                diagnostic.expected("a list: put `- ` before its first key and indent the others to match")
            }
            Type::List(_) => diagnostic.expected("a list such as `[one, two]`"),
            Type::Text => diagnostic.expected("text").help(
                "A colon followed by a space makes a mapping in YAML; put the whole text in quotes, or on lines of its own after `|`.",
            ),
            _ if entries.iter().any(|(key, _)| key.name.contains(['{', '}'])) => {
                diagnostic.expected("a single value").help("It looks like a template's placeholder that was never filled in.")
            }
            _ => diagnostic.expected("a single value"),
        };
        self.report(diagnostic)
    }

    fn open_question(&mut self, field: &Field, (key, node): &(Key, Node), span: Span) -> Data {
        let form = "`{unknown: {ask: <teammate>, by: <date>}}`";
        if !field.open {
            let diagnostic = self
                .fault(&rules::INVALID_OPEN_QUESTION, span, format!("`{}` cannot be left open", field.name))
                .expected("an answer");
            return self.report(diagnostic);
        }
        let NodeKind::Mapping(entries) = &node.kind else {
            let diagnostic = self
                .fault(
                    &rules::INVALID_OPEN_QUESTION,
                    key.span,
                    "an open question says whom to ask and by when".to_owned(),
                )
                .expected(form);
            return self.report(diagnostic);
        };
        let mut ask = None;
        let mut by = None;
        let mut sound = true;
        for (key, node) in entries {
            match (&*key.name, &node.kind) {
                ("ask", NodeKind::Scalar { text, .. }) if !text.trim().is_empty() => {
                    ask = Some((text.trim(), node.span));
                }
                ("by", NodeKind::Scalar { text, .. }) => match scalar::date(text.trim()) {
                    Ok(date) => by = Some((date, node.span)),
                    Err(slip) => {
                        sound = false;
                        let mut diagnostic = self.fault(slip.rule, node.span, slip.message).expected(slip.expected);
                        if let Some((replacement, certain)) = slip.replacement {
                            diagnostic = if certain {
                                diagnostic.fix(node.span, replacement)
                            } else {
                                diagnostic.suggest(node.span, replacement)
                            };
                        }
                        diagnostic.field = Some(format!("{}.unknown.by", self.here()));
                        self.diagnostics.push(diagnostic);
                    }
                },
                ("ask" | "by", NodeKind::Broken) => sound = false,
                ("ask" | "by", _) => {
                    sound = false;
                    let diagnostic = self
                        .fault(
                            &rules::INVALID_OPEN_QUESTION,
                            key.span,
                            format!("`{}` of an open question is empty or no single value", key.name),
                        )
                        .expected(form);
                    self.report(diagnostic);
                }
                _ => {
                    sound = false;
                    let mut diagnostic = self
                        .fault(
                            &rules::UNKNOWN_KEY,
                            key.span,
                            format!("an open question has no field `{}`", shown(&key.name)),
                        )
                        .expected("`ask` and `by`")
                        .field(format!("{}.unknown.{}", self.here(), key.name));
                    if let Some(name) = nearest(&key.name, ["ask", "by"]) {
                        diagnostic = diagnostic.suggest(key.span, name);
                    }
                    self.diagnostics.push(diagnostic);
                }
            }
        }
        match (ask, by) {
            (Some((ask, ask_span)), Some((by, by_span))) if sound => {
                Data::Open(Box::new(Open { ask: ask.into(), ask_span, by, by_span }))
            }
            _ if !sound => Data::Invalid,
            (ask, _) => {
                let missing = if ask.is_none() { "whom to ask" } else { "by when" };
                let diagnostic = self
                    .fault(
                        &rules::INVALID_OPEN_QUESTION,
                        key.span,
                        format!("this open question does not say {missing}"),
                    )
                    .expected(form);
                self.report(diagnostic)
            }
        }
    }

    fn is_placeholder(&self, text: &str) -> bool {
        let text = text.trim();
        if text.len() > 64 && !starts_with_ignoring_case(text, "lorem ipsum") {
            return false;
        }
        PLACEHOLDERS.iter().any(|word| text.eq_ignore_ascii_case(word))
            || starts_with_ignoring_case(text, "lorem ipsum")
            || self.extra.iter().any(|word| *word == text.to_lowercase())
    }
}

/// Whether a mapping is an open question.
fn is_open_question(entries: &[(Key, Node)]) -> bool {
    matches!(entries, [(key, _)] if &*key.name == "unknown")
}

fn starts_with_ignoring_case(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// What to do about an answer that is not known.
pub(super) const ASK: &str =
    "If the answer is not known yet, say who finds out: `{unknown: {ask: <teammate>, by: <date>}}`.";

/// What a type is called in a sentence.
fn noun(ty: &Type) -> &'static str {
    match ty {
        Type::List(_) => "a list",
        Type::Group(_) => "a mapping",
        Type::Date => "a date",
        Type::Ref(_) | Type::Stakeholder => "an id",
        Type::Integer { .. } | Type::Number | Type::Money => "a number",
        Type::Text => "text",
        _ => "a single value",
    }
}

/// Whether a part of it could not be read.
fn is_broken_within(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Broken => true,
        NodeKind::Sequence(items) => items.iter().any(is_broken_within),
        NodeKind::Mapping(entries) => entries.iter().any(|(_, node)| is_broken_within(node)),
        NodeKind::Scalar { .. } | NodeKind::Null => false,
    }
}
