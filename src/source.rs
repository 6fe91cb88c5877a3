//! Floor 0: text with a place.
//!
//! A [`Source`] is UTF-8 text and the path it came from. Everything that points into it does so with a [`Span`] of
//! byte offsets and a [`FileId`]; lines and columns are worked out only when somebody is to read them.

use serde::Serialize;
use std::sync::{Arc, OnceLock};

/// A half-open range of byte offsets into a [`Source`]'s text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from byte offsets. Sources are capped far below 4 GiB, so the offsets fit.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    /// The empty span at `offset`.
    pub fn at(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    /// The same span moved right by `by` bytes: from a part's own offsets to the whole text's.
    #[must_use]
    pub fn shifted(self, by: usize) -> Self {
        Self { start: self.start + by as u32, end: self.end + by as u32 }
    }

    /// The range to slice text with.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Names one [`Source`] of a [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A place as people count: both from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// Text with the path it was read from.
#[derive(Clone, Debug)]
pub struct Source {
    path: String,
    text: String,
    bom: bool,
    /// Where each line begins; found when the first place is to be read, so that thousands of diagnostics in one file
    /// cost one pass over it and clean files none.
    lines: OnceLock<Box<[u32]>>,
    /// How many characters stand before each [`BLOCK`] of bytes, so that the columns of a thousand diagnostics in a
    /// line of a megabyte cost one pass over it too.
    blocks: OnceLock<Box<[u32]>>,
}

/// Shorter stretches are counted outright.
const BLOCK: usize = 4096;

impl Source {
    /// Text that stands at `path`, relative to the project's root and written with `/`. A byte-order mark is taken off
    /// and remembered, so that offsets count from the first real character.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let mut text = text.into();
        let bom = text.starts_with('\u{feff}');
        if bom {
            text.drain(..'\u{feff}'.len_utf8());
        }
        Self { path: path.into(), text, bom, lines: OnceLock::new(), blocks: OnceLock::new() }
    }

    /// The path from the project's root, written with `/` on every system.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The text, without a byte-order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the file began with a byte-order mark.
    pub fn has_bom(&self) -> bool {
        self.bom
    }

    /// The text under `span`, cut to what is there.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// Line and column of a byte offset. An offset past the end counts as the end.
    pub fn position(&self, offset: u32) -> Position {
        let mut offset = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let starts = self.line_starts();
        let line = starts.partition_point(|start| *start as usize <= offset);
        let column = self.characters(starts[line - 1] as usize, offset) + 1;
        Position { line: line as u32, column: column as u32 }
    }

    /// The byte offsets of a line without its ending; lines count from 1, and one past the last is empty.
    pub fn line(&self, line: u32) -> Span {
        let starts = self.line_starts();
        let Some(start) = starts.get((line as usize).saturating_sub(1)) else {
            return Span::at(self.text.len());
        };
        let end = starts.get(line as usize).map_or(self.text.len(), |next| *next as usize);
        let text = &self.text[*start as usize..end];
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        Span::new(*start as usize, *start as usize + text.len())
    }

    /// How many characters stand between two byte offsets.
    fn characters(&self, from: usize, to: usize) -> usize {
        let bytes = self.text.as_bytes();
        // Every character has one byte that continues none.
        let count = |bytes: &[u8]| bytes.iter().filter(|byte| (**byte & 0xc0) != 0x80).count();
        if to - from <= BLOCK {
            return count(&bytes[from..to]);
        }
        let blocks = self.blocks.get_or_init(|| {
            let mut blocks = vec![0];
            let mut before = 0;
            for block in bytes.chunks(BLOCK) {
                before += count(block) as u32;
                blocks.push(before);
            }
            blocks.into()
        });
        let before = |at: usize| blocks[at / BLOCK] as usize + count(&bytes[at / BLOCK * BLOCK..at]);
        before(to) - before(from)
    }

    fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let ends = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(ends.map(|(at, _)| at as u32 + 1)).collect()
        })
    }
}

/// All sources of one run. A copy is cheap: it shares the texts.
#[derive(Clone, Debug, Default)]
pub struct Sources(Vec<Arc<Source>>);

impl Sources {
    /// The sources in the order given.
    pub fn new(sources: impl IntoIterator<Item = impl Into<Arc<Source>>>) -> Self {
        Self(sources.into_iter().map(Into::into).collect())
    }

    /// Puts another text in the place of one, or adds one of a new name.
    pub fn replace(&mut self, file: FileId, source: Arc<Source>) {
        let at = file.0 as usize;
        if at >= self.0.len() {
            self.0.resize_with(at + 1, || Arc::new(Source::new("", "")));
        }
        self.0[at] = source;
    }

    /// The source that `file` names.
    pub fn get(&self, file: FileId) -> &Source {
        &self.0[file.0 as usize]
    }

    /// All of them with their names.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (FileId, &Source)> {
        self.0.iter().enumerate().map(|(at, source)| (FileId(at as u32), &**source))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_long_lines_count_characters() {
        // One to four bytes a character, so that blocks end within characters too.
        let line: String = "aé€😀b".chars().cycle().take(3 * BLOCK).collect();
        let source = Source::new("a.md", format!("first\n{line}\nlast"));
        for offset in (0..source.text().len()).step_by(97).chain([source.text().len() - 5]) {
            let offset = (0..=offset).rev().find(|at| source.text().is_char_boundary(*at)).expect("0 is one");
            let before = &source.text()[..offset];
            let start = before.rfind('\n').map_or(0, |end| end + 1);
            let found = source.position(offset as u32);
            assert_eq!(found.column as usize, before[start..].chars().count() + 1, "at {offset}");
            assert_eq!(found.line as usize, before.matches('\n').count() + 1, "at {offset}");
        }
    }
}
