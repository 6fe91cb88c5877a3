//! Reading front matter that does not parse as a whole.
//!
//! The text is cut where its lines begin a key or an item at one indentation, and each part is parsed by itself. A part
//! that does not parse is cut again one level deeper, so that the fault is pinned to the smallest part that has it and
//! everything beside it is still read.

use super::{Key, MAX_DEPTH, Node, NodeKind, drop_duplicates, events, fault, shape};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};
use std::borrow::Cow;

/// Reads what can be read of the YAML under `span`, with one diagnostic for each part that cannot.
pub fn read(file: FileId, text: &str, span: Span, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let mut recovery = Recovery { file, text, diagnostics };
    let first = lines(text, span).find(|line| !shape::is_blank(&text[line.range()]))?;
    let indent = indent(&text[first.range()]);
    Some(recovery.collection(Span { start: first.start + indent as u32, end: span.end }, indent, 0))
}

struct Recovery<'a, 'd> {
    file: FileId,
    text: &'a str,
    diagnostics: &'d mut Vec<Diagnostic>,
}

/// The lines under `span`, with their line breaks.
fn lines(text: &str, span: Span) -> impl Iterator<Item = Span> {
    let mut at = span.start as usize;
    text[span.range()].split_inclusive('\n').map(move |line| {
        let span = Span::new(at, at + line.len());
        at += line.len();
        span
    })
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

impl<'a> Recovery<'a, '_> {
    fn slice(&self, span: Span) -> &'a str {
        &self.text[span.range()]
    }

    /// Reads the collection whose first key or dash stands at `span.start`, in column `indent`.
    fn collection(&mut self, span: Span, indent: usize, depth: usize) -> Node {
        if depth > MAX_DEPTH {
            self.diagnostics.push(fault::too_deep(self.file, Span::at(span.start as usize)));
            return Node { span, kind: NodeKind::Broken };
        }
        let is_list = shape::is_item(self.slice(span));
        let (mut items, mut entries, mut end) = (Vec::new(), Vec::new(), span.start);
        for part in self.parts(span, indent, is_list) {
            let node = self.part(part, indent, depth);
            end = end.max(node.span.end);
            match node.kind {
                NodeKind::Sequence(part) if is_list => items.extend(part),
                NodeKind::Mapping(part) if !is_list => entries.extend(part),
                _ => {}
            }
        }
        let kind = if is_list {
            NodeKind::Sequence(items)
        } else {
            drop_duplicates(self.file, &mut entries, self.diagnostics);
            NodeKind::Mapping(entries)
        };
        Node { span: Span { start: span.start, end }, kind }
    }

    /// Cuts a collection where a line begins one of its entries.
    fn parts(&self, span: Span, column: usize, is_list: bool) -> Vec<Span> {
        let mut parts = vec![span];
        for line in lines(self.text, span).skip(1) {
            let content = self.slice(line);
            if indent(content) != column {
                continue;
            }
            let content = &content[column..];
            if if is_list { shape::is_item(content) } else { shape::key(content).is_some() } {
                let start = line.start + column as u32;
                if let Some(last) = parts.last_mut() {
                    last.end = line.start;
                }
                parts.push(Span { start, end: span.end });
            }
        }
        parts
    }

    /// Reads one entry: a collection of one, or of none where even its key cannot be told.
    fn part(&mut self, part: Span, indent: usize, depth: usize) -> Node {
        let reported = self.diagnostics.len();
        let (yaml, base) = self.yaml(part, indent);
        let error = match events::read(self.file, self.text, &yaml, base, self.diagnostics) {
            Ok(Some(node)) if matches!(node.kind, NodeKind::Mapping(_) | NodeKind::Sequence(_)) => return node,
            Ok(_) => None,
            Err(error) => Some(error),
        };
        self.diagnostics.truncate(reported);
        let line = self.slice(part).lines().next().unwrap_or("");
        let key = shape::key(line).map(|shape| {
            let name = line[..shape.key_end].trim_matches(['"', '\'']);
            (Key { span: Span::new(0, shape.key_end).shifted(part.start as usize), name: name.into() }, shape.value)
        });
        let value_at = match &key {
            Some((_, value)) => *value,
            None if shape::is_item(line) => 1 + line[1..].len() - line[1..].trim_start_matches(' ').len(),
            None => 0,
        };
        let mut value =
            Node { span: Span { start: part.start + value_at as u32, end: part.end }, kind: NodeKind::Broken };
        if error.is_some()
            && value_at > 0
            && let Some((inner, column)) = self.inner(part, value_at, indent)
        {
            value = self.collection(inner, column, depth + 1);
        }
        // The parts inside may be sound, and the fault in how they stand beside each other.
        if self.diagnostics.len() == reported {
            self.diagnostics.push(fault::explain(self.file, self.text, part, error.as_ref()));
            value.kind = NodeKind::Broken;
        }
        value.span.end =
            value.span.end.min(part.start + self.slice(part).trim_end().len() as u32).max(value.span.start);
        let kind = match key {
            Some((key, _)) => NodeKind::Mapping(vec![(key, value.clone())]),
            None if shape::is_item(self.slice(part)) => NodeKind::Sequence(vec![value.clone()]),
            None => NodeKind::Broken,
        };
        Node { span: Span { start: part.start, end: value.span.end }, kind }
    }

    /// The text of a part from the start of its line, so that its columns are the file's; what stands before it on that
    /// line, the dashes of lists around it, made blank. Also where it begins.
    fn yaml(&self, part: Span, indent: usize) -> (Cow<'a, str>, usize) {
        let base = part.start as usize - indent;
        let text = self.text;
        let yaml = if text[base..part.start as usize].trim_start_matches(' ').is_empty() {
            Cow::Borrowed(&text[base..part.end as usize])
        } else {
            Cow::Owned(" ".repeat(indent) + &text[part.range()])
        };
        (yaml, base)
    }

    /// The collection inside an entry, if one begins where a value is due, with its column.
    fn inner(&self, part: Span, value_at: usize, indent_here: usize) -> Option<(Span, usize)> {
        let mut rest = lines(self.text, part);
        let first = self.slice(rest.next()?);
        let value = &first[value_at.min(first.len())..];
        if !shape::is_blank(value) {
            // After a dash a collection may begin on the same line; after a key it may not.
            let begins = shape::is_item(first) && (shape::is_item(value) || shape::key(value).is_some());
            let span = Span { start: part.start + value_at as u32, end: part.end };
            return begins.then_some((span, indent_here + value_at));
        }
        let line = rest.find(|line| !shape::is_blank(self.slice(*line)))?;
        let content = self.slice(line);
        let column = indent(content);
        let content = &content[column..];
        let begins = (column > indent_here && shape::key(content).is_some())
            || (column >= indent_here && shape::is_item(content));
        begins.then_some((Span { start: line.start + column as u32, end: part.end }, column))
    }
}
