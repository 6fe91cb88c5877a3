//! References in front matter: each leads to a file or a person, or is reported.

use super::{KnowledgeBase, RecordId};
use crate::diagnostic::{Diagnostic, rules};
use crate::fields::{Field, FieldPath, Kind, Step, Type};
use crate::record::{Data, Group, Open, Value};
use crate::source::Span;

/// Reports every reference of a record that leads nowhere.
pub(super) fn check(base: &KnowledgeBase, id: RecordId, diagnostics: &mut Vec<Diagnostic>) {
    let record = base.record(id);
    let mut walk = Walk { base, id, diagnostics, path: Vec::new() };
    walk.group(base.project.schema.fields(record.kind), &record.fields);
}

struct Walk<'a> {
    base: &'a KnowledgeBase,
    id: RecordId,
    diagnostics: &'a mut Vec<Diagnostic>,
    path: Vec<Step>,
}

impl Walk<'_> {
    fn group(&mut self, fields: &[Field], group: &Group) {
        for entry in &group.entries {
            let Some(field) = fields.iter().find(|field| field.name == entry.name) else { continue };
            self.path.push(Step::Key(field.name));
            self.value(&field.ty, &entry.value);
            self.path.pop();
        }
    }

    fn value(&mut self, ty: &Type, value: &Value) {
        match (&value.data, ty) {
            (Data::Ref(id), Type::Ref(kind)) => self.reference(*kind, id, value.span),
            (Data::Ref(id), Type::Stakeholder) => self.stakeholder(id, value.span),
            (Data::List(items), Type::List(item)) => {
                for (at, value) in items.iter().enumerate() {
                    self.path.push(Step::Item(at));
                    self.value(item, value);
                    self.path.pop();
                }
            }
            (Data::Group(group), Type::Group(fields)) => self.group(fields, group),
            (Data::Open(open), _) => self.open(open),
            _ => {}
        }
    }

    fn open(&mut self, open: &Open) {
        self.path.push(Step::Key("unknown"));
        self.path.push(Step::Key("ask"));
        self.reference(Kind::Teammate, &open.ask, open.ask_span);
        self.path.pop();
        self.path.pop();
    }

    fn reference(&mut self, kind: Kind, id: &str, span: Span) {
        let known = match kind {
            Kind::Stakeholder => self.base.find_person(id).is_some(),
            _ => self.base.find(kind, id).is_some(),
        };
        if known {
            return;
        }
        let record = self.base.record(self.id);
        let path = FieldPath(self.path.clone()).to_string();
        let (rule, message) = if record.kind == Kind::Receipt && path == "handoff" {
            (&rules::RECEIPT_WITHOUT_HANDOFF, format!("there is no handoff `{id}` for this receipt to answer"))
        } else {
            (&rules::UNKNOWN_REF, format!("there is no {kind} `{id}`"))
        };
        let folder = kind.folder();
        let mut diagnostic = Diagnostic::new(rule, record.file, span, message)
            .field(path)
            .expected(format!("an id: the name of a file in `content/{folder}/`, without `.md`"));
        let bare = id.trim_end_matches(".md").rsplit('/').next().unwrap_or(id);
        if let Some(found) = self.base.names.only(self.base, kind, id) {
            diagnostic = diagnostic.fix(span, found);
        } else if self.base.find(kind, bare).is_some() {
            diagnostic = diagnostic.fix(span, bare);
        } else if let Some(near) = self.base.speller.nearest(kind, id) {
            diagnostic = diagnostic.suggest(span, near);
        } else if let Some(slug) = crate::route::slug(id) {
            diagnostic = diagnostic.help(format!("Make it: `segue new {kind} --slug {slug}`."));
        }
        self.diagnostics.push(diagnostic);
    }

    /// A stakeholder of this handoff, or of its account: in another of its handoffs, or by a file of their own.
    fn stakeholder(&mut self, id: &str, span: Span) {
        let base = self.base;
        let account = base.account_of(self.id);
        let known = base.find_person(id).is_some_and(|person| {
            let person = base.person(person);
            person.appearances.iter().any(|(handoff, _)| *handoff == self.id)
                || account.is_some_and(|account| person.accounts.contains(&account))
        });
        if known {
            return;
        }
        let here: Vec<_> = base.people_of(self.id).into_iter().flatten().map(|person| base.person(person)).collect();
        let mut diagnostic = Diagnostic::new(
            &rules::UNKNOWN_STAKEHOLDER,
            base.record(self.id).file,
            span,
            format!("no stakeholder of this handoff or its account has the id `{id}`"),
        )
        .field(FieldPath(self.path.clone()).to_string())
        .expected("the `id` of an entry in `stakeholders`; one without an id has that of its name: `dana-whitfield`");
        let same = here.iter().find(|person| person.name.eq_ignore_ascii_case(id));
        if let Some(person) = same {
            diagnostic = diagnostic.fix(span, person.id.as_str());
        } else if let Some(near) = crate::diagnostic::nearest(id, here.iter().map(|person| person.id.as_str())) {
            diagnostic = diagnostic.suggest(span, near);
        } else if !here.is_empty() {
            let ids: Vec<_> = here.iter().take(8).map(|person| format!("`{}`", person.id)).collect();
            diagnostic = diagnostic.help(format!("This handoff has {}.", ids.join(", ")));
        }
        self.diagnostics.push(diagnostic);
    }
}
