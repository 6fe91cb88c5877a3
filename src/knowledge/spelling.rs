//! "Did you mean": near ids among tens of thousands, without looking closely at most of them.

use super::KnowledgeBase;
use crate::diagnostic::nearest;
use crate::fields::Kind;

/// All ids of each kind, with a mask of the letters each contains.
#[derive(Debug, Default)]
pub(super) struct Speller {
    kinds: [Vec<(u64, String)>; Kind::ALL.len()],
}

impl Speller {
    pub(super) fn of(base: &KnowledgeBase) -> Self {
        let mut speller = Self::default();
        for record in &base.records {
            if record.kind != Kind::Stakeholder {
                speller.kinds[record.kind as usize].push((mask(&record.id), record.id.clone()));
            }
        }
        for person in &base.people {
            speller.kinds[Kind::Stakeholder as usize].push((mask(&person.id), person.id.clone()));
        }
        speller
    }

    /// The nearest id of a kind.
    pub(super) fn nearest(&self, kind: Kind, word: &str) -> Option<&str> {
        let (own, edits) = (mask(word), (word.chars().count() / 3).max(1) as u32);
        // An edit brings at most one letter in and takes at most one out.
        let near = self.kinds[kind as usize].iter().filter(|(mask, _)| (mask ^ own).count_ones() <= 2 * edits);
        nearest(word, near.map(|(_, id)| id.as_str()))
    }

    /// The nearest id of any kind that can be linked to.
    pub(super) fn nearest_of_all(&self, word: &str) -> Option<&str> {
        let kinds = [Kind::Account, Kind::Handoff, Kind::Stakeholder, Kind::Teammate, Kind::Page];
        let near = kinds.into_iter().filter_map(|kind| self.nearest(kind, word)).collect::<Vec<_>>();
        nearest(word, near)
    }
}

/// One bit for each letter or digit that occurs.
fn mask(text: &str) -> u64 {
    text.bytes().fold(0, |mask, byte| match byte {
        b'a'..=b'z' => mask | 1 << (byte - b'a'),
        b'A'..=b'Z' => mask | 1 << (byte - b'A'),
        b'0'..=b'9' => mask | 1 << (26 + byte - b'0'),
        _ => mask,
    })
}
