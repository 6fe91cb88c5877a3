//! What the form needs beside its page: the fields, what references may lead to, and files to start from by hand.
//!
//! Scripts and not JSON, because a page that is opened from a disk may run a script beside it but may fetch nothing. They
//! are made when they are asked for. People stand in files of their own, by account, since only those of one account are
//! ever needed.

use crate::fields::{self, FORMS, Kind, Stage};
use crate::knowledge::{KnowledgeBase, RecordId};
use crate::write::{self, Answers};
use serde_json::{Map, Value, json};

/// How many accounts' people stand in one file.
const ACCOUNTS: usize = 100;

/// The kinds whose files a form may refer to, with their scripts.
const LISTS: [(Kind, &str); 3] =
    [(Kind::Account, "accounts.js"), (Kind::Teammate, "team.js"), (Kind::Handoff, "handoffs.js")];

/// The names of all of them, below `new/`.
pub fn names(base: &KnowledgeBase) -> Vec<String> {
    let shards = base.of_kind(Kind::Account).len().div_ceil(ACCOUNTS);
    let lists = LISTS.iter().map(|(_, name)| (*name).to_owned());
    let people = (0..shards).map(|shard| format!("people-{shard}.js"));
    let templates = FORMS.iter().map(|kind| format!("{kind}.md"));
    std::iter::once("fields.js".to_owned()).chain(lists).chain(people).chain(templates).collect()
}

/// What is in one of them.
pub fn file(base: &KnowledgeBase, name: &str) -> Vec<u8> {
    if let Some(kind) = name.strip_suffix(".md").and_then(Kind::named) {
        return write::file(&base.project.schema, kind, &Answers::default(), Stage::ClosedWon, true).into_bytes();
    }
    let (key, value) = if let Some((kind, _)) = LISTS.iter().find(|(_, list)| *list == name) {
        (kind.name().to_owned(), list(base, *kind))
    } else if let Some(shard) = name.strip_prefix("people-").and_then(|rest| rest.strip_suffix(".js")) {
        (format!("people-{shard}"), people(base, shard.parse().unwrap_or(0)))
    } else {
        ("fields".to_owned(), description(base))
    };
    // `<` cannot end the element that a careless host might put it into.
    format!("segueForm.take(\"{key}\",{});\n", value.to_string().replace('<', "\\u003c")).into_bytes()
}

fn description(base: &KnowledgeBase) -> Value {
    let project = &base.project;
    let mut form = fields::form(&project.schema, &project.placeholders);
    form["today"] = project.today.to_string().into();
    // With which account each file of people begins.
    let accounts: Vec<RecordId> = base.of_kind(Kind::Account).collect();
    form["people"] = accounts.iter().step_by(ACCOUNTS).map(|id| json!(base.record(*id).id)).collect();
    form["lists"] =
        LISTS.iter().map(|(kind, name)| (kind.name().to_owned(), json!(name))).collect::<Map<_, _>>().into();
    form["host"] = project.repository.as_ref().map_or(Value::Null, |repository| {
        let begin = repository.begin();
        json!({
            "name": repository.host(),
            "page": begin.page,
            "folder": begin.folder,
            "path": begin.name,
            "text": begin.text,
        })
    });
    form
}

fn list(base: &KnowledgeBase, kind: Kind) -> Value {
    base.of_kind(kind).map(|id| json!([base.record(id).id, base.title(id)])).collect()
}

/// The people of some accounts: id, name, title.
fn people(base: &KnowledgeBase, shard: usize) -> Value {
    let accounts = base.of_kind(Kind::Account).skip(shard * ACCOUNTS).take(ACCOUNTS);
    let of = |account: RecordId| {
        let mut known: Vec<(&str, &str, &str)> = Vec::new();
        for handoff in base.handoffs_of(account) {
            for (at, person) in base.people_of(*handoff).into_iter().enumerate() {
                let Some(person) = person.map(|id| base.person(id)) else { continue };
                if !known.iter().any(|(id, ..)| *id == person.id) {
                    let title = base.appearance(*handoff, at).and_then(|entry| entry.text("title")).unwrap_or("");
                    known.push((&person.id, &person.name, title));
                }
            }
        }
        json!(known)
    };
    Value::Object(accounts.map(|account| (base.record(account).id.clone(), of(account))).collect())
}
