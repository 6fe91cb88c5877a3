//! Taking sources apart.

mod any_text;
mod faults;
mod fences;
mod html;
mod outline;

use segue::diagnostic::Diagnostic;
use segue::document::{self, Document, Node, NodeKind};
use segue::source::{FileId, Source};

/// Takes `text` apart and gives the diagnostics in order of place, each as `line:column-column code message`.
fn parse(text: &str) -> (Source, Document, Vec<String>) {
    let source = Source::new("content/page.md", text);
    let mut diagnostics = Vec::new();
    let document = document::parse(FileId(0), &source, &mut diagnostics);
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    let lines = diagnostics.iter().map(|diagnostic| line(&source, diagnostic)).collect();
    (source, document, lines)
}

fn line(source: &Source, diagnostic: &Diagnostic) -> String {
    let (start, end) = (source.position(diagnostic.span.start), source.position(diagnostic.span.end));
    let end = if start.line == end.line { end.column.to_string() } else { format!("{}:{}", end.line, end.column) };
    format!("{}:{}-{end} {} {}", start.line, start.column, diagnostic.rule.code, diagnostic.message)
}

/// The tree in short, each scalar with the source text under its span where that differs from its value.
fn outline(source: &Source, node: &Node) -> String {
    match &node.kind {
        NodeKind::Scalar { text, .. } => {
            let raw = source.slice(node.span);
            if raw == &**text { raw.to_owned() } else { format!("{text:?} from {raw:?}") }
        }
        NodeKind::Null => "null".to_owned(),
        NodeKind::Broken => "BROKEN".to_owned(),
        NodeKind::Sequence(items) => {
            format!("[{}]", items.iter().map(|item| outline(source, item)).collect::<Vec<_>>().join(", "))
        }
        NodeKind::Mapping(entries) => {
            let entry = |(key, value): &(document::Key, Node)| format!("{}: {}", key.name, outline(source, value));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}
