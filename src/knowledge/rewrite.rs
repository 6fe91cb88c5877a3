//! A base in which some texts are new and nothing hangs on what changed: made without joining it anew.

use super::{KnowledgeBase, RecordId};
use crate::diagnostic::Diagnostic;
use crate::document::Body;
use crate::fields::Stage;
use crate::record::{Data, Group, Record, Value};
use crate::source::Source;
use std::sync::Arc;

/// A file that was read again.
#[derive(Clone, Debug)]
pub struct Rewritten {
    /// Its record, of the same kind, id and file as before.
    pub record: Arc<Record>,
    /// Its body.
    pub body: Arc<Body>,
    /// Its text.
    pub source: Arc<Source>,
}

impl KnowledgeBase {
    /// The same base with new texts in some files, and what can be said of these files alone. `None` where more than
    /// the files' own pages would have to be thought over: where a name, an id, a reference, a date that lists are
    /// ordered by, or the length of a list changed.
    ///
    /// What other files say about these ones (a link to a heading that went) is for the next [`KnowledgeBase::join`].
    pub fn rewritten(&self, files: &[Rewritten], at_least: Option<Stage>) -> Option<(Self, Vec<Diagnostic>)> {
        let mut places = Vec::with_capacity(files.len());
        for file in files {
            let id = self.find(file.record.kind, &file.record.id)?;
            let old = self.record(id);
            if old.file != file.record.file || !same_ties(&old.fields, &file.record.fields) {
                return None;
            }
            places.push(id);
        }
        let mut base = self.clone();
        for (id, file) in places.iter().zip(files) {
            let at = id.0 as usize;
            base.records[at] = Arc::clone(&file.record);
            base.bodies[at] = Arc::clone(&file.body);
            base.sources.replace(file.record.file, Arc::clone(&file.source));
        }
        let mut diagnostics = Vec::new();
        for id in places {
            let (completeness, mut found) = base.check(id, at_least);
            base.completeness[id.0 as usize] = completeness.map(Arc::new);
            diagnostics.append(&mut found);
        }
        Some((base, diagnostics))
    }

    /// The record that was read from a file.
    pub fn of_file(&self, path: &str) -> Option<RecordId> {
        self.paths.get(path.strip_prefix("content/")?).copied()
    }
}

/// Fields that others are joined, named, ordered or counted by.
const TIES: [&str; 12] = [
    "aliases",
    "closed_on",
    "decision",
    "email",
    "handoff",
    "id",
    "moved_from",
    "name",
    "opportunity_id",
    "redirect_from",
    "stage",
    "title",
];

/// Whether two front matters tie their record to the rest of the base in the same way.
fn same_ties(old: &Group, new: &Group) -> bool {
    let in_new = old.entries.iter().all(|entry| match new.entry(entry.name) {
        Some(other) => same(entry.name, Some(&entry.value), Some(&other.value)),
        None => same(entry.name, Some(&entry.value), None),
    });
    in_new
        && new.entries.iter().all(|entry| old.entry(entry.name).is_some() || same(entry.name, None, Some(&entry.value)))
}

fn same(name: &str, old: Option<&Value>, new: Option<&Value>) -> bool {
    if TIES.contains(&name) && old.is_some() != new.is_some() {
        return false;
    }
    match (old.map(|value| &value.data), new.map(|value| &value.data)) {
        (Some(Data::Group(old)), Some(Data::Group(new))) => same_ties(old, new),
        (Some(Data::List(old)), Some(Data::List(new))) => {
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| same(name, Some(old), Some(new)))
        }
        (Some(Data::Ref(old)), Some(Data::Ref(new))) => old == new,
        (Some(Data::Open(old)), Some(Data::Open(new))) => old.ask == new.ask && old.by == new.by,
        (Some(old), Some(new)) if TIES.contains(&name) => old == new,
        (old, new) => !ties(old) && !ties(new),
    }
}

/// Whether a value ties by its mere presence.
fn ties(data: Option<&Data>) -> bool {
    matches!(data, Some(Data::Group(_) | Data::List(_) | Data::Ref(_) | Data::Open(_)))
}
