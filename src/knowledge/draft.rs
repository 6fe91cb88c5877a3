//! What can be said of a file that is not on disk, or not like that, without joining everything anew.

use super::{Amended, KnowledgeBase, RecordId, rules};
use crate::diagnostic::Diagnostic;
use crate::fields::Kind;
use crate::record::Completeness;
use std::slice;
use std::sync::Arc;

impl KnowledgeBase {
    /// How far a file would be in this base, and what is wrong with it there: what [`KnowledgeBase::join`] says of the
    /// file itself. The base's sources hold a text for it.
    pub fn draft(&self, file: &Amended) -> (Option<Completeness>, Vec<Diagnostic>) {
        let kind = file.record.kind;
        let Some((base, delta, mut diagnostics)) = self.amended(slice::from_ref(file), None) else {
            return self.alone(file);
        };
        let id = delta.records[0];
        if kind == Kind::Handoff {
            diagnostics.extend(rules::opportunity_taken(&base, id));
        }
        (base.completeness[id.0 as usize].as_deref().cloned(), diagnostics)
    }

    /// The same of a file whose coming would change more than what is said of it.
    fn alone(&self, file: &Amended) -> (Option<Completeness>, Vec<Diagnostic>) {
        let mut base = self.clone();
        base.sources.replace(file.record.file, Arc::clone(&file.source));
        let known = self.find(file.record.kind, &file.record.id);
        let id = known.unwrap_or(RecordId(base.records.len() as u32));
        if known.is_some() {
            base.records[id.0 as usize] = Arc::clone(&file.record);
            base.bodies[id.0 as usize] = Arc::clone(&file.body);
        } else {
            base.records.push(Arc::clone(&file.record));
            base.bodies.push(Arc::clone(&file.body));
        }
        base.check(id, None)
    }
}
