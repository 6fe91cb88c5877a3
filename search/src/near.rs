//! Words within a few edits of another: an insertion, a deletion, a replacement, or two neighbours swapped.
//!
//! The dictionary is sorted by stem, so what walks it sees the stem and not the word. A misspelt word is compared with
//! all it may be the stem of: "integratoin" is near "integr" as far as that goes, and the words of that stem are then
//! compared as they are written.

use tantivy_fst::Automaton;

use crate::schema::AFTER_STEM;

/// Longer words are not corrected.
pub(crate) const LONGEST: usize = 30;
/// How many letters a stem may lack of its word.
const LONGEST_ENDING: usize = 8;

/// What is near a word.
pub(crate) struct Near {
    pub(crate) word: Vec<char>,
    edits: u8,
    open: bool,
}

/// How far what was read so far is from each beginning of the word: the table of edits, row by row.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    cells: [u8; LONGEST + 1],
    before: [u8; LONGEST + 1],
    last: char,
    /// A character of several bytes, half read.
    partial: u32,
    missing: u8,
}

impl Row {
    /// Nothing is read: every letter of the word is missing.
    fn first() -> Row {
        let cells = std::array::from_fn(|at| at as u8);
        Row { cells, before: [u8::MAX / 2; LONGEST + 1], last: '\0', partial: 0, missing: 0 }
    }
}

#[derive(Clone, Copy)]
pub(crate) enum State {
    Reading(Row),
    Matched,
    Not,
}

impl Near {
    /// What is within `edits` of `word`; with `open`, what begins with something that is.
    pub(crate) fn to(word: &str, edits: u8, open: bool) -> Near {
        Near { word: word.chars().take(LONGEST).collect(), edits, open }
    }

    /// How many edits `other` is away, where it is near.
    pub(crate) fn edits(&self, other: &str) -> Option<u8> {
        let mut row = Row::first();
        let mut least = row.cells[self.word.len()];
        for character in other.chars() {
            row = self.next(&row, character);
            let distance = row.cells[self.word.len()];
            least = if self.open { least.min(distance) } else { distance };
        }
        Some(least).filter(|edits| *edits <= self.edits)
    }

    fn next(&self, row: &Row, character: char) -> Row {
        let old = &row.cells;
        let mut cells = *old;
        cells[0] = old[0].saturating_add(1);
        for (at, wanted) in self.word.iter().enumerate() {
            let replaced = old[at] + u8::from(*wanted != character);
            let mut least = replaced.min(old[at + 1].saturating_add(1)).min(cells[at].saturating_add(1));
            if at > 0 && character == self.word[at - 1] && row.last == *wanted {
                least = least.min(row.before[at - 1] + 1);
            }
            cells[at + 1] = least.min(u8::MAX / 2);
        }
        Row { cells, before: *old, last: character, partial: 0, missing: 0 }
    }

    fn within(&self, cells: &[u8]) -> bool {
        cells.iter().any(|cell| *cell <= self.edits)
    }
}

impl Automaton for &Near {
    type State = State;

    fn start(&self) -> State {
        State::Reading(Row::first())
    }

    fn is_match(&self, state: &State) -> bool {
        matches!(state, State::Matched)
    }

    fn can_match(&self, state: &State) -> bool {
        !matches!(state, State::Not)
    }

    fn will_always_match(&self, state: &State) -> bool {
        matches!(state, State::Matched)
    }

    fn accept(&self, state: &State, byte: u8) -> State {
        let State::Reading(row) = state else { return *state };
        let length = self.word.len();
        if u32::from(byte) == AFTER_STEM as u32 {
            let ending = length.saturating_sub(LONGEST_ENDING).max(1);
            return if self.within(&row.cells[ending..=length]) { State::Matched } else { State::Not };
        }
        let mut row = *row;
        match byte {
            0x80..=0xbf => {
                row.partial = row.partial << 6 | u32::from(byte & 0x3f);
                row.missing = row.missing.saturating_sub(1);
            }
            0xc0..=0xdf => (row.partial, row.missing) = (u32::from(byte & 0x1f), 1),
            0xe0..=0xef => (row.partial, row.missing) = (u32::from(byte & 0x0f), 2),
            0xf0..=0xff => (row.partial, row.missing) = (u32::from(byte & 0x07), 3),
            _ => (row.partial, row.missing) = (u32::from(byte), 0),
        }
        if row.missing > 0 {
            return State::Reading(row);
        }
        let row = self.next(&row, char::from_u32(row.partial).unwrap_or(char::REPLACEMENT_CHARACTER));
        if self.open && row.cells[length] <= self.edits {
            State::Matched
        } else if self.within(&row.cells[..=length]) {
            State::Reading(row)
        } else {
            State::Not
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edits(word: &str, other: &str) -> Option<u8> {
        Near::to(word, 2, false).edits(other)
    }

    #[test]
    fn edits_are_counted_and_a_swap_is_one() {
        assert_eq!(edits("whitfeild", "whitfield"), Some(1));
        assert_eq!(edits("norhtwind", "northwind"), Some(1));
        assert_eq!(edits("okta", "okta"), Some(0));
        assert_eq!(edits("okta", "oktta"), Some(1));
        assert_eq!(edits("okta", "ota"), Some(1));
        assert_eq!(edits("zoe", "zoé"), Some(1));
        assert_eq!(edits("abcdef", "uvwxyz"), None);
        assert_eq!(Near::to("whitfei", 1, true).edits("whitfield"), Some(1));
        assert_eq!(Near::to("whitfei", 1, false).edits("whitfield"), None);
    }

    fn walks(near: &Near, key: &str) -> bool {
        let mut state = near.start();
        for byte in key.bytes() {
            state = (&near).accept(&state, byte);
            if !(&near).can_match(&state) {
                return false;
            }
        }
        (&near).is_match(&state)
    }

    #[test]
    fn stems_of_near_words_are_walked() {
        let near = Near::to("integratoin", 2, false);
        assert!(walks(&near, "integr\u{1}b\u{6}ation"));
        assert!(!walks(&near, "interest\u{1}b"));
        let near = Near::to("grösse", 1, false);
        assert!(walks(&near, "grösse\u{1}b") && walks(&near, "grüsse\u{1}b") && !walks(&near, "strasse\u{1}b"));
    }
}
