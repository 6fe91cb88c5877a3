//! An order over numbered things that may come and go: numbers stay what they are, places change.

use super::{PersonId, RecordId};

/// Something that is numbered.
pub(super) trait Numbered: Copy {
    fn number(self) -> usize;
}

impl Numbered for RecordId {
    fn number(self) -> usize {
        self.0 as usize
    }
}

impl Numbered for PersonId {
    fn number(self) -> usize {
        self.0 as usize
    }
}

/// Those that there are, in order, and the place of each.
#[derive(Clone, Debug)]
pub(super) struct Order<T> {
    all: Vec<T>,
    ranks: Vec<u32>,
}

/// The rank of what is not there: after all that is.
const ABSENT: u32 = u32::MAX;

impl<T: Numbered> Order<T> {
    pub(super) fn new(all: Vec<T>) -> Self {
        let mut ranks = vec![ABSENT; all.iter().map(|id| id.number() + 1).max().unwrap_or(0)];
        for (rank, id) in all.iter().enumerate() {
            ranks[id.number()] = rank as u32;
        }
        Self { all, ranks }
    }

    pub(super) fn all(&self) -> &[T] {
        &self.all
    }

    pub(super) fn rank(&self, id: T) -> u32 {
        self.ranks.get(id.number()).copied().unwrap_or(ABSENT)
    }
}
