//! `segue.toml`: every mistake in it is a diagnostic at its place.

mod search;

use super::{Audience, Project, Repository};
use crate::diagnostic::{Diagnostic, Rule, Severity, nearest, rule, rules};
use crate::fields::{Due, Field, Kind, Schema, Stage, Type, name as name_of};
use crate::source::{FileId, Source, Span};
use jiff::civil::Date;
use segue_search::Language;
use std::collections::BTreeMap;
use std::path::PathBuf;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The weight that `[rules]` gives to codes: `None` is "off".
pub type Weights = BTreeMap<&'static str, Option<Severity>>;

/// Reads the configuration. What cannot be used is reported and left at its default, so that the content is still
/// checked.
pub fn read(root: PathBuf, today: Date, file: FileId, source: &Source) -> (Project, Vec<Diagnostic>) {
    let mut project = Project {
        root,
        title: String::new(),
        base_url: None,
        repository: None,
        editor: None,
        audience: Audience::Internal,
        schema: Schema::default(),
        today,
        placeholders: Vec::new(),
        weights: Weights::new(),
        language: Language::default(),
        synonyms: Vec::new(),
    };
    let (table, errors) = DeTable::parse_recoverable(source.text());
    let mut reader = Reader { file, diagnostics: Vec::new() };
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        reader.diagnostics.push(
            Diagnostic::new(&rules::CONFIG_SYNTAX, file, Span::new(span.start, span.end), error.message().to_owned())
                .help("`segue.toml` is TOML: `key = value` lines under `[section]` headings, text in quotes."),
        );
    }
    let broken = !reader.diagnostics.is_empty();
    reader.top(table.get_ref(), &mut project);
    if project.title.is_empty() {
        if !broken && !reader.diagnostics.iter().any(|found| found.field.as_deref() == Some("site.title")) {
            reader.diagnostics.push(
                Diagnostic::new(&rules::CONFIG_VALUE, file, Span::at(0), "`[site] title` is missing")
                    .field("site.title")
                    .help("It is the one setting that a knowledge base needs: `[site]`, and below it `title = \"Acme handoffs\"`."),
            );
        }
        "Handoffs".clone_into(&mut project.title);
    }
    (project, reader.diagnostics)
}

type Table<'i> = DeTable<'i>;
type Value<'a, 'i> = &'a Spanned<DeValue<'i>>;

struct Reader {
    file: FileId,
    diagnostics: Vec<Diagnostic>,
}

fn span<T>(spanned: &Spanned<T>) -> Span {
    let range = spanned.span();
    Span::new(range.start, range.end)
}

impl Reader {
    fn report(&mut self, rule: &'static Rule, span: Span, path: &str, message: String, expected: impl Into<String>) {
        self.diagnostics.push(Diagnostic::new(rule, self.file, span, message).field(path).expected(expected));
    }

    fn value(&mut self, value: Value<'_, '_>, path: &str, expected: impl Into<String>) {
        let message = format!("`{path}` cannot be {}", shown(value.get_ref()));
        self.report(&rules::CONFIG_VALUE, span(value), path, message, expected);
    }

    fn unknown_key(&mut self, key: Span, name: &str, within: &str, known: &[&str]) {
        let message = match within {
            "" => format!("`segue.toml` has no section `{name}`"),
            _ => format!("`[{within}]` has no key `{name}`"),
        };
        let path = if within.is_empty() { name.to_owned() } else { format!("{within}.{name}") };
        let expected: Vec<_> = known.iter().map(|name| format!("`{name}`")).collect();
        let mut diagnostic = Diagnostic::new(&rules::CONFIG_KEY, self.file, key, message)
            .field(path)
            .expected(format!("one of {}", expected.join(", ")));
        if let Some(near) = nearest(name, known.iter().copied()) {
            diagnostic = diagnostic.suggest(key, near);
        }
        self.diagnostics.push(diagnostic);
    }

    /// The table that a value is.
    fn table<'a, 'i>(&mut self, value: Value<'a, 'i>, path: &str) -> Option<&'a Table<'i>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.value(value, path, "a table");
        }
        table
    }

    fn text<'a>(&mut self, value: Value<'a, '_>, path: &str) -> Option<&'a str> {
        match value.get_ref().as_str() {
            Some(text) if !text.trim().is_empty() => Some(text),
            _ => {
                self.value(value, path, "text in quotes");
                None
            }
        }
    }

    fn texts<'a>(&mut self, value: Value<'a, '_>, path: &str) -> Vec<&'a str> {
        if let Some(items) = value.get_ref().as_array() {
            items.iter().filter_map(|item| self.text(item, path)).collect()
        } else {
            self.value(value, path, "a list of texts");
            Vec::new()
        }
    }

    fn top(&mut self, table: &Table<'_>, project: &mut Project) {
        const KNOWN: &[&str] = &["site", "fields", "due", "values", "rules", "placeholders", "search", "serve"];
        // Fields first: the other sections may speak of them.
        if let Some(fields) = table.get("fields") {
            self.fields(fields, &mut project.schema);
        }
        for (key, value) in table {
            let name: &str = key.get_ref();
            match name {
                "site" => self.site(value, project),
                "fields" => {}
                "due" => self.due(value, &mut project.schema),
                "values" => self.values(value, &mut project.schema),
                "rules" => self.rules(value, &mut project.weights),
                "placeholders" => self.placeholders(value, &mut project.placeholders),
                "search" => self.search(value, project),
                "serve" => self.serve(value, project),
                _ => self.unknown_key(span(key), name, "", KNOWN),
            }
        }
    }

    fn site(&mut self, value: Value<'_, '_>, project: &mut Project) {
        let Some(table) = self.table(value, "site") else { return };
        for (key, value) in table {
            let name: &str = key.get_ref();
            let path = format!("site.{name}");
            match name {
                "title" => {
                    if let Some(title) = self.text(value, &path) {
                        title.clone_into(&mut project.title);
                    }
                }
                "base_url" => {
                    let Some(url) = self.text(value, &path) else { continue };
                    if url.starts_with("https://") || url.starts_with("http://") {
                        project.base_url = Some(url.trim_end_matches('/').to_owned());
                    } else {
                        self.value(value, &path, "an address that begins with `https://` or `http://`");
                    }
                }
                "repository" => {
                    let Some(url) = self.text(value, &path) else { continue };
                    project.repository = Repository::parse(url);
                    if project.repository.is_none() {
                        self.value(
                            value,
                            &path,
                            "the repository's address, such as `https://github.com/acme/handoffs`",
                        );
                    }
                }
                "audience" => match value.get_ref().as_str() {
                    Some("internal") => project.audience = Audience::Internal,
                    Some("company") => project.audience = Audience::Company,
                    _ => self.value(value, &path, "`\"internal\"` or `\"company\"`"),
                },
                _ => self.unknown_key(span(key), name, "site", &["title", "base_url", "repository", "audience"]),
            }
        }
    }

    fn placeholders(&mut self, value: Value<'_, '_>, words: &mut Vec<String>) {
        let Some(table) = self.table(value, "placeholders") else { return };
        for (key, value) in table {
            match &**key.get_ref() {
                "words" => {
                    words.extend(
                        self.texts(value, "placeholders.words").into_iter().map(|word| word.trim().to_lowercase()),
                    );
                }
                name => self.unknown_key(span(key), name, "placeholders", &["words"]),
            }
        }
    }

    fn serve(&mut self, value: Value<'_, '_>, project: &mut Project) {
        let Some(table) = self.table(value, "serve") else { return };
        for (key, value) in table {
            match &**key.get_ref() {
                "editor" => {
                    let Some(address) = self.text(value, "serve.editor") else { continue };
                    let scheme = address.split_once("://").map_or("", |(scheme, _)| scheme);
                    // A page links to it, so it must not be a way to run anything.
                    let safe = scheme.starts_with(|c: char| c.is_ascii_lowercase())
                        && scheme
                            .bytes()
                            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
                        && !["javascript", "data", "http", "https", "file"].contains(&scheme);
                    if safe && address.contains("{path}") {
                        project.editor = Some(address.to_owned());
                    } else {
                        self.value(value, "serve.editor", "an editor's address such as `vscode://file/{path}:{line}`");
                    }
                }
                name => self.unknown_key(span(key), name, "serve", &["editor"]),
            }
        }
    }

    fn rules(&mut self, value: Value<'_, '_>, weights: &mut Weights) {
        let Some(table) = self.table(value, "rules") else { return };
        for (key, value) in table {
            let name: &str = key.get_ref();
            let Some(rule) = rule(name) else {
                let mut diagnostic =
                    Diagnostic::new(&rules::CONFIG_KEY, self.file, span(key), format!("there is no rule `{name}`"))
                        .field(format!("rules.{name}"))
                        .help("`segue explain` lists every rule.");
                if let Some(near) = nearest(name, crate::diagnostic::ALL.iter().map(|rule| rule.code)) {
                    diagnostic = diagnostic.suggest(span(key), near);
                }
                self.diagnostics.push(diagnostic);
                continue;
            };
            let weight = match value.get_ref().as_str() {
                Some("error") => Some(Severity::Error),
                Some("warning") => Some(Severity::Warning),
                Some("off") => None,
                _ => {
                    self.value(value, &format!("rules.{name}"), "`\"error\"`, `\"warning\"` or `\"off\"`");
                    continue;
                }
            };
            weights.insert(rule.code, weight);
        }
    }

    fn due(&mut self, value: Value<'_, '_>, schema: &mut Schema) {
        let Some(table) = self.table(value, "due") else { return };
        for (key, value) in table {
            let path: &str = key.get_ref();
            let due = self.due_value(value, &format!("due.\"{path}\""));
            if self.known(key, path, Kind::Handoff, schema)
                && let (Some(due), Some(field)) = (due, schema.field_mut(Kind::Handoff, path))
            {
                field.set_due(due);
            }
        }
    }

    /// Whether the field is there; reported where it is not.
    fn known<K: AsRef<str>>(&mut self, key: &Spanned<K>, path: &str, kind: Kind, schema: &Schema) -> bool {
        if schema.field(kind, path).is_some() {
            return true;
        }
        let mut diagnostic =
            Diagnostic::new(&rules::CONFIG_VALUE, self.file, span(key), format!("a {kind} has no field `{path}`"))
                .field(path)
                .expected("a field's path, such as `deal.acv` or `promises[].due`");
        let paths = schema.walk(kind);
        if let Some(near) = nearest(path, paths.iter().map(|(path, _)| path.as_str())) {
            diagnostic = diagnostic.suggest(span(key), format!("\"{near}\""));
        }
        self.diagnostics.push(diagnostic);
        false
    }

    fn due_value(&mut self, value: Value<'_, '_>, path: &str) -> Option<Due> {
        match value.get_ref().as_str() {
            Some("optional") => Some(Due::Optional),
            Some(name) if Stage::named(name).is_some() => Stage::named(name).map(Due::At),
            _ => {
                self.value(
                    value,
                    path,
                    "`\"optional\"`, `\"draft\"`, `\"verbal\"`, `\"closed_won\"` or `\"handed_off\"`",
                );
                None
            }
        }
    }

    fn values(&mut self, value: Value<'_, '_>, schema: &mut Schema) {
        let Some(table) = self.table(value, "values") else { return };
        for (key, value) in table {
            let path: &str = key.get_ref();
            // A path of a handoff, or of another kind with the kind before it: `account.segment`.
            let (kind, inner) = path
                .split_once('.')
                .and_then(|(kind, inner)| Some((Kind::named(kind)?, inner)))
                .filter(|_| schema.field(Kind::Handoff, path).is_none())
                .unwrap_or((Kind::Handoff, path));
            let more = self.texts(value, &format!("values.\"{path}\""));
            if !self.known(key, inner, kind, schema) {
                continue;
            }
            let Some(values) = schema.field_mut(kind, inner).and_then(|field| field.ty.values_mut()) else {
                let message = format!("`{path}` is no enumeration");
                self.report(&rules::CONFIG_VALUE, span(key), path, message, "a field with values to choose from");
                continue;
            };
            for name in more {
                if !values.contains(&name) {
                    values.push(name_of(name));
                }
            }
        }
    }

    fn fields(&mut self, value: Value<'_, '_>, schema: &mut Schema) {
        let Some(items) = value.get_ref().as_array() else {
            self.value(value, "fields", "`[[fields]]`, once for each field");
            return;
        };
        for item in items {
            if let Some(table) = self.table(item, "fields") {
                self.field(item, table, schema);
            }
        }
    }

    fn field(&mut self, item: Value<'_, '_>, table: &Table<'_>, schema: &mut Schema) {
        const KNOWN: &[&str] = &["kind", "path", "type", "values", "to", "due", "help", "label", "restricted"];
        let (mut kind, mut path, mut ty, mut due) = (Some(Kind::Handoff), None, None, Some(Due::Optional));
        let (mut help, mut label, mut restricted, mut values, mut to) = ("", None, false, Vec::new(), None);
        for (key, value) in table {
            let name: &str = key.get_ref();
            let at = format!("fields.{name}");
            match name {
                "kind" => {
                    kind = value.get_ref().as_str().and_then(Kind::named);
                    if kind.is_none() {
                        self.value(value, &at, "`handoff`, `account`, `stakeholder`, `teammate`, `receipt` or `page`");
                    }
                }
                "path" => path = self.text(value, &at).map(|path| (path, span(value))),
                "type" => ty = self.text(value, &at).map(|ty| (ty, value)),
                "values" => values = self.texts(value, &at).into_iter().map(name_of).collect(),
                "to" => {
                    to = value.get_ref().as_str().and_then(Kind::named);
                    if to.is_none() {
                        self.value(value, &at, "the kind of file it refers to");
                    }
                }
                "due" => due = self.due_value(value, &at),
                "help" => help = self.text(value, &at).unwrap_or(""),
                "label" => label = self.text(value, &at),
                "restricted" => match value.get_ref().as_bool() {
                    Some(yes) => restricted = yes,
                    None => self.value(value, &at, "`true` or `false`"),
                },
                _ => self.unknown_key(span(key), name, "[fields]", KNOWN),
            }
        }
        for (name, there) in [("path", table.contains_key("path")), ("type", table.contains_key("type"))] {
            if !there {
                let message = format!("a field needs a `{name}`");
                self.report(
                    &rules::CONFIG_VALUE,
                    span(item),
                    &format!("fields.{name}"),
                    message,
                    format!("`{name} = …`"),
                );
            }
        }
        let (Some(kind), Some((path, place))) = (kind, path) else { return };
        let (Some((name, value)), Some(due)) = (ty, due) else {
            schema.spoil(kind, path);
            return;
        };
        let ty = match parse_type(name, values, to) {
            Ok(ty) => ty,
            Err(expected) => {
                self.value(value, "fields.type", expected);
                schema.spoil(kind, path);
                return;
            }
        };
        let field =
            Field::of_project(name_of(path.rsplit('.').next().unwrap_or(path)), ty, due, label, help, restricted);
        if let Err((message, expected)) = schema.add(kind, path, field) {
            self.report(&rules::CONFIG_VALUE, place, "fields.path", message, expected);
        }
    }
}

/// A type by its name in `[[fields]]`: `text`, `list of enum`, `enum list`, `[text]`.
fn parse_type(name: &str, values: Vec<&'static str>, to: Option<Kind>) -> Result<Type, String> {
    let folded = name.trim().to_lowercase();
    let item = folded
        .strip_prefix("list of ")
        .or_else(|| folded.strip_suffix("[]"))
        .or_else(|| folded.strip_suffix(" list"))
        .or_else(|| folded.strip_prefix('[').and_then(|name| name.strip_suffix(']')));
    if let Some(item) = item {
        return parse_type(item, values, to).map(|item| Type::List(Box::new(item)));
    }
    let (word, argument) = folded.split_once(' ').map_or((folded.as_str(), None), |(word, rest)| (word, Some(rest)));
    Ok(match word {
        "text" => Type::Text,
        "integer" => Type::Integer { min: i64::MIN, max: i64::MAX },
        "number" => Type::Number,
        "money" => Type::Money,
        "date" => Type::Date,
        "bool" => Type::Bool,
        "url" => Type::Url,
        "enum" if values.is_empty() => return Err("`values = [...]` beside it: an enumeration needs some".to_owned()),
        "enum" => Type::Choice(values),
        "ref" => match to.or_else(|| argument.and_then(Kind::named)) {
            Some(kind) => Type::Ref(kind),
            None => return Err("`to = \"account\"` or another kind beside it, or `ref account`".to_owned()),
        },
        _ => {
            return Err(
                "`text`, `integer`, `number`, `money`, `date`, `bool`, `url`, `enum`, `ref` or `list of` one of these"
                    .to_owned(),
            );
        }
    })
}

/// What stands there, for a message.
fn shown(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("`\"{}\"`", text.chars().take(40).collect::<String>()),
        DeValue::Integer(number) => format!("`{}`", number.as_str()),
        DeValue::Boolean(yes) => format!("`{yes}`"),
        other => format!("{} {}", if other.type_str().starts_with('a') { "an" } else { "a" }, other.type_str()),
    }
}
