//! Front matter as a tree in which every key and value has its place.
//!
//! What is written plainly is read by [`plain`]; anything else is parsed as a whole ([`events`]). Where that fails,
//! [`recover`] parses it part by part, so that a fault hides neither the fields nor the faults of the other parts.

mod events;
mod fault;
mod plain;
mod recover;
mod shape;

use crate::diagnostic::{Diagnostic, rules};
use crate::source::{FileId, Span};

/// A value of the front matter, as YAML has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its place in the file's text.
    pub span: Span,
    /// Its shape.
    pub kind: NodeKind,
}

/// The shapes of YAML.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// A scalar with its value; `plain` if it stands without quotes and is no block.
    Scalar {
        /// The value, escapes undone and folded lines joined; of a plain scalar, its source text.
        text: Box<str>,
        /// Whether it was written without quotes or block markers.
        plain: bool,
    },
    /// Nothing, `~` or `null`.
    Null,
    /// A sequence.
    Sequence(Vec<Node>),
    /// A mapping, in the file's order; keys are unique, since a second one was reported and left out.
    Mapping(Vec<(Key, Node)>),
    /// Something that could not be read and was reported.
    Broken,
}

/// A mapping's key.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// Its place.
    pub span: Span,
    /// Its text.
    pub name: Box<str>,
}

/// How deep front matter may be nested. The contract's own fields need four levels.
const MAX_DEPTH: usize = 32;

/// Reads the YAML under `span` of `text`. The tree is a mapping, or nothing; the flag says whether all of it was read.
pub fn read(file: FileId, text: &str, span: Span, diagnostics: &mut Vec<Diagnostic>) -> (Option<Node>, bool) {
    let reported = diagnostics.len();
    if let Some(node) = plain::read(file, text, span, diagnostics) {
        return (Some(node), true);
    }
    let (node, whole) = match events::read(file, text, &text[span.range()], span.start as usize, diagnostics) {
        Ok(node) => (node, true),
        Err(error) => {
            // What was found up to the fault will be found again, part by part.
            diagnostics.truncate(reported);
            let node = recover::read(file, text, span, diagnostics);
            if diagnostics.len() == reported {
                diagnostics.push(fault::explain(file, text, span, Some(&error)));
            }
            (node, false)
        }
    };
    match node {
        None | Some(Node { kind: NodeKind::Null, .. }) => {
            (Some(Node { span: Span::at(span.start as usize), kind: NodeKind::Mapping(Vec::new()) }), whole)
        }
        Some(node) if matches!(node.kind, NodeKind::Mapping(_)) => (Some(node), whole),
        Some(node) => {
            if !matches!(node.kind, NodeKind::Broken) {
                let what = match node.kind {
                    NodeKind::Sequence(_) => "a list",
                    _ => "plain text",
                };
                diagnostics.push(
                    Diagnostic::new(
                        &rules::WRONG_TYPE,
                        file,
                        node.span,
                        format!("The front matter is {what}, not fields"),
                    )
                    .expected("`key: value` on each line")
                    .help("the first lines of a file, between two lines `---`, hold its fields: `title: Glossary`"),
                );
            }
            (None, false)
        }
    }
}

/// Whether a plain scalar says that there is nothing.
fn is_null(text: &[u8]) -> bool {
    matches!(text, b"~" | b"null" | b"Null" | b"NULL")
}

/// Reports and removes every entry whose key was there before.
fn drop_duplicates(file: FileId, entries: &mut Vec<(Key, Node)>, diagnostics: &mut Vec<Diagnostic>) {
    // Most mappings are short and have none: seen without putting their keys in order.
    let is_new =
        |(at, (key, _)): (usize, &(Key, Node))| entries[..at].iter().all(|(before, _)| before.name != key.name);
    if entries.len() <= 16 && entries.iter().enumerate().all(is_new) {
        return;
    }
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by(|a, b| entries[*a].0.name.cmp(&entries[*b].0.name).then(a.cmp(b)));
    let mut again: Vec<(usize, usize)> = Vec::new();
    let mut first = 0;
    for (at, index) in order.iter().enumerate() {
        if entries[order[first]].0.name == entries[*index].0.name {
            if first != at {
                again.push((*index, order[first]));
            }
        } else {
            first = at;
        }
    }
    if again.is_empty() {
        return;
    }
    again.sort_unstable();
    for (second, first) in &again {
        let (key, first) = (&entries[*second].0, &entries[*first].0);
        diagnostics.push(
            Diagnostic::new(&rules::DUPLICATE_KEY, file, key.span, format!("`{}` is given twice", key.name))
                .expected("each key once")
                .help("only the first one is read: remove one, or merge what they hold")
                .related(file, first.span, "first given here"),
        );
    }
    let mut at = 0;
    entries.retain(|_| {
        at += 1;
        again.binary_search_by_key(&(at - 1), |(second, _)| *second).is_err()
    });
}
