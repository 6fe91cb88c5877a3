//! Front matter as people write it, read without a YAML parser.
//!
//! Nearly all of it is `key: value`, one a line, indented. A parser of all of YAML takes two fifths of a check over
//! that. So lines whose meaning is beyond doubt are read here: block mappings and lists, plain values of one line,
//! quotes without escapes, lists of words in brackets. A value that is more than that goes to the parser by itself; what
//! is stranger sends the whole text there, and so does every fault, which is for the parser to explain. What this module
//! reads, the parser would read alike: a test holds the two together.

use super::{Key, MAX_DEPTH, Node, NodeKind, drop_duplicates, events, is_null};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

/// Reads the YAML under `span`, if it can be read here: then it is a mapping, and had no fault but a key that is given
/// twice.
pub fn read(file: FileId, text: &str, span: Span, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    if !is_harmless(&text[span.range()]) {
        return None;
    }
    let reported = diagnostics.len();
    let mut reader = Reader { file, text, at: span.start as usize, end: span.end as usize, diagnostics };
    let node = reader.line().and_then(|line| reader.mapping(line.content, line.indent, 0));
    let whole = node.is_some() && reader.line().is_none();
    if !whole {
        diagnostics.truncate(reported);
    }
    node.filter(|_| whole)
}

/// Whether a text has only characters that YAML takes as they are, and no line breaks but `\n`.
fn is_harmless(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().all(|(at, byte)| match byte {
        b'\n' | b' '..=b'~' => true,
        0..=0x7f => false,
        // Control characters, line separators, marks of order and what is no character begin with these.
        0xc2 => bytes[at + 1] >= 0xa0,
        0xe2 => !(bytes[at + 1] == 0x80 && matches!(bytes[at + 2], 0xa8 | 0xa9)),
        0xef => bytes[at + 1] < 0xbb,
        _ => true,
    })
}

struct Reader<'a, 'd> {
    file: FileId,
    text: &'a str,
    /// The start of the next line.
    at: usize,
    end: usize,
    diagnostics: &'d mut Vec<Diagnostic>,
}

/// A line that says something.
#[derive(Clone, Copy)]
struct Line {
    indent: usize,
    /// Where its text begins, after the indentation.
    content: usize,
    end: usize,
}

impl Reader<'_, '_> {
    fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// The next line that says something. It stays the next one until it is [passed](Self::pass).
    fn line(&mut self) -> Option<Line> {
        while self.at < self.end {
            let (end, indent) = (self.line_end(self.at), self.indent(self.at));
            let content = self.at + indent;
            if content < end && self.bytes()[content] != b'#' {
                return Some(Line { indent, content, end });
            }
            self.pass(end);
        }
        None
    }

    fn line_end(&self, from: usize) -> usize {
        memchr::memchr(b'\n', &self.bytes()[from..self.end]).map_or(self.end, |length| from + length)
    }

    /// How many spaces stand at `at`.
    fn indent(&self, at: usize) -> usize {
        self.bytes()[at..self.end].iter().take_while(|byte| **byte == b' ').count()
    }

    fn pass(&mut self, line_end: usize) {
        self.at = (line_end + 1).min(self.end);
    }

    fn is_item(&self, line: Line) -> bool {
        self.bytes()[line.content..line.end].starts_with(b"- ")
    }

    /// Where what an item says begins.
    fn after_dash(&self, line: Line) -> usize {
        line.content + 1 + self.indent(line.content + 1)
    }

    /// The mapping whose first key stands at `start`, in column `indent`.
    fn mapping(&mut self, start: usize, indent: usize, depth: usize) -> Option<Node> {
        let mut entries = Vec::new();
        let (mut next, mut end) = (start, start as u32);
        loop {
            let (key, value) = self.entry(next, indent, depth)?;
            end = end.max(value.span.end);
            entries.push((key, value));
            match self.line() {
                Some(line) if line.indent == indent => next = line.content,
                // Deeper than anything that it could belong to: whoever comes next sees that too.
                _ => break,
            }
        }
        drop_duplicates(self.file, &mut entries, self.diagnostics);
        Some(Node { span: Span { start: start as u32, end }, kind: NodeKind::Mapping(entries) })
    }

    /// The key at `start`, in column `indent`, and its value.
    fn entry(&mut self, start: usize, indent: usize, depth: usize) -> Option<(Key, Node)> {
        let line_end = self.line_end(start);
        let Some(colon) = key_end(&self.bytes()[start..line_end]).map(|length| start + length) else {
            let begins = self.bytes()[start];
            let is_key = matches!(begins, b'"' | b'\'') || !is_indicator(begins);
            return if is_key { self.parsed(start, indent, depth).and_then(one_entry) } else { None };
        };
        let value = colon + 1 + self.indent(colon + 1);
        let node = if value >= line_end || self.bytes()[value] == b'#' {
            self.pass(line_end);
            match self.line() {
                Some(line) if line.indent >= indent && self.is_item(line) => {
                    let mut list = self.sequence(line, depth + 1)?;
                    if line.indent == indent {
                        // As the parser has it: such a list begins after its first dash.
                        list.span.start = self.after_dash(line) as u32;
                    }
                    list
                }
                Some(line) if line.indent > indent && depth + 1 < MAX_DEPTH => {
                    self.mapping(line.content, line.indent, depth + 1)?
                }
                Some(line) if line.indent > indent => return None,
                _ => Node { span: Span::at(colon + 1), kind: NodeKind::Null },
            }
        } else {
            match self.simple(value, line_end, indent) {
                Some(node) => node,
                None => return self.parsed(start, indent, depth).and_then(one_entry),
            }
        };
        Some((Key { span: Span::new(start, colon), name: self.text[start..colon].into() }, node))
    }

    /// The list whose first item is `line`.
    fn sequence(&mut self, line: Line, depth: usize) -> Option<Node> {
        if depth + 1 >= MAX_DEPTH {
            return None;
        }
        let indent = line.indent;
        let mut items = Vec::new();
        let (mut next, mut end) = (line, line.content as u32);
        loop {
            let item = self.item(next, depth)?;
            end = end.max(item.span.end);
            items.push(item);
            match self.line() {
                Some(line) if line.indent == indent && self.is_item(line) => next = line,
                _ => break,
            }
        }
        Some(Node { span: Span { start: line.content as u32, end }, kind: NodeKind::Sequence(items) })
    }

    fn item(&mut self, line: Line, depth: usize) -> Option<Node> {
        let value = self.after_dash(line);
        if matches!(self.bytes().get(value), None | Some(b'\n' | b'#')) {
            return None;
        }
        if key_end(&self.bytes()[value..line.end]).is_some() {
            return self.mapping(value, line.indent + value - line.content, depth + 1);
        }
        if let Some(node) = self.simple(value, line.end, line.indent) {
            return Some(node);
        }
        match self.parsed(line.content, line.indent, depth)?.kind {
            NodeKind::Sequence(mut items) if items.len() == 1 => items.pop(),
            _ => None,
        }
    }

    /// The value that stands alone between `start` and the end of its line, if it is one that needs no parser. The line
    /// is passed then. `indent` is that of what it is the value of: a line that is deeper goes on with it.
    fn simple(&mut self, start: usize, line_end: usize, indent: usize) -> Option<Node> {
        let kind = simple(self.text, start, line_end)?;
        let line = self.at;
        self.pass(line_end);
        if self.line().is_some_and(|next| next.indent > indent) {
            self.at = line;
            return None;
        }
        Some(Node { span: Span::new(start, line_end), kind })
    }

    /// What begins at `start`, in column `indent`, and all lines below that are deeper: read by the parser, as a
    /// document of its own.
    fn parsed(&mut self, start: usize, indent: usize, depth: usize) -> Option<Node> {
        let first = self.line_end(start);
        if ["---", "...", "%"].iter().any(|mark| self.text[start..first].starts_with(mark)) {
            return None;
        }
        // What stands before it in its line belongs to the document too, since columns count, but for a list's dash.
        let is_after_dash = self.bytes()[self.at..start].contains(&b'-');
        let mut end = first;
        while end < self.end {
            let line = end + 1;
            let (line_end, deep) = (self.line_end(line), self.indent(line));
            if line + deep < line_end && deep <= indent {
                break;
            }
            end = line_end;
        }
        let is_more = !self.text[first..end].trim().is_empty();
        let is_block = is_block(&self.text[start..first]);
        let is_asked = |line: &str| line.trim_start_matches([' ', '-']).starts_with('?');
        if self.text[start..end].lines().any(is_asked) || is_after_dash && is_more && !is_block {
            return None;
        }
        let from = if is_after_dash { start } else { self.at };
        let reported = self.diagnostics.len();
        let node = events::read(self.file, self.text, &self.text[from..end], from, self.diagnostics).ok()??;
        self.pass(end);
        let is_sound = self.diagnostics.len() == reported && depth + height(&node) <= MAX_DEPTH;
        (is_sound && !self.is_open(&node)).then_some(node)
    }

    /// Whether there is a block without lines in it: the parser says a place of it that depends on what comes after.
    fn is_open(&self, node: &Node) -> bool {
        match &node.kind {
            NodeKind::Scalar { text, plain: false } => {
                text.is_empty() && !matches!(self.bytes().get(node.span.start as usize), Some(b'"' | b'\''))
            }
            NodeKind::Mapping(entries) => entries.iter().any(|(_, value)| self.is_open(value)),
            NodeKind::Sequence(items) => items.iter().any(|item| self.is_open(item)),
            _ => false,
        }
    }
}

/// The length of the key that a line begins with, if it is a word and a colon follows.
fn key_end(line: &[u8]) -> Option<usize> {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let length = line.iter().position(|byte| !is_word(byte))?;
    let is_key = line[0] != b'-' && line[length] == b':' && matches!(line.get(length + 1), None | Some(b' '));
    (length > 0 && is_key && !is_null(&line[..length])).then_some(length)
}

/// The only entry of what was parsed for its sake.
fn one_entry(node: Node) -> Option<(Key, Node)> {
    match node.kind {
        NodeKind::Mapping(mut entries) if entries.len() == 1 => entries.pop(),
        _ => None,
    }
}

/// Whether a line ends with the mark of a block of text whose lines say themselves how deep they stand.
fn is_block(line: &str) -> bool {
    [": >", ": |", ": >-", ": |-", ": >+", ": |+"].iter().any(|mark| line.ends_with(mark))
}

/// How many collections a node has one in another, itself the first.
fn height(node: &Node) -> usize {
    match &node.kind {
        NodeKind::Mapping(entries) => 1 + entries.iter().map(|(_, value)| height(value)).max().unwrap_or(0),
        NodeKind::Sequence(items) => 1 + items.iter().map(height).max().unwrap_or(0),
        _ => 0,
    }
}

/// A value that needs no parser: plain, quoted without escapes, or a list of words.
fn simple(text: &str, start: usize, end: usize) -> Option<NodeKind> {
    let value = &text[start..end];
    let bytes = value.as_bytes();
    let scalar = |text: &str, plain| NodeKind::Scalar { text: text.into(), plain };
    match *bytes.first()? {
        quote @ (b'"' | b'\'') => {
            let inner = bytes.strip_suffix(&[quote])?.get(1..)?;
            let has_escape = memchr::memchr2(quote, b'\\', inner).is_some();
            (!has_escape).then(|| scalar(&value[1..value.len() - 1], false))
        }
        b'[' => words(text, start + 1, end).map(NodeKind::Sequence),
        first if is_indicator(first) => None,
        _ if is_null(bytes) => Some(NodeKind::Null),
        _ => {
            let ends = matches!(bytes.last(), Some(b' ' | b':'));
            let breaks = |pair: &[u8]| matches!(pair, b": " | b" #");
            (!ends && !bytes.windows(2).any(breaks)).then(|| scalar(value, true))
        }
    }
}

/// What no plain value begins with, or only where another character follows than a space.
fn is_indicator(byte: u8) -> bool {
    b"-?:,[]{}#&*!|>'\"%@`".contains(&byte)
}

/// The words up to the bracket that ends the line.
fn words(text: &str, start: usize, end: usize) -> Option<Vec<Node>> {
    let inner = text[start..end].strip_suffix(']')?;
    let mut at = start;
    inner
        .split(',')
        .map(|part| {
            let word = part.trim_matches(' ');
            let from = at + (part.len() - part.trim_start_matches(' ').len());
            at += part.len() + 1;
            let is_plain =
                |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b' ' | b'_' | b'-');
            let begins = word.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric() || first >= 0x80);
            let kind = NodeKind::Scalar { text: word.into(), plain: true };
            (begins && word.bytes().all(is_plain) && !is_null(word.as_bytes()))
                .then(|| Node { span: Span::new(from, from + word.len()), kind })
        })
        .collect()
}

#[cfg(test)]
mod tests;
