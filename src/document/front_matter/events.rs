//! From the YAML parser's events to the tree.

use super::{Key, MAX_DEPTH, Node, NodeKind, drop_duplicates, fault, is_null};
use crate::diagnostic::{Diagnostic, rules};
use crate::source::{FileId, Span};
use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError};

/// Why YAML could not be parsed, and where the parser stopped.
pub struct Failure {
    /// What it did not like.
    pub kind: ErrorKind,
    /// The place in the file.
    pub at: usize,
}

/// Parses `yaml`, which stands at `base` in `text`. No node where there are only comments.
pub fn read(
    file: FileId,
    text: &str,
    yaml: &str,
    base: usize,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Option<Node>, Failure> {
    let options = granit_parser::options! {
        emit_comments: false,
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        disallow_directives: true,
        // Above `MAX_DEPTH`, so that it is our own bound that is met first and reported at its place.
        flow_nesting_limit: 2 * MAX_DEPTH,
        block_nesting_limit: 2 * MAX_DEPTH,
    };
    let parser = Parser::new_from_str_with_options(yaml, options);
    Reader { file, text, base, parser, diagnostics }
        .document()
        .map_err(|error| Failure { at: base + error.marker().byte_offset().unwrap_or(0), kind: error.kind().clone() })
}

struct Reader<'a, P> {
    file: FileId,
    text: &'a str,
    base: usize,
    parser: P,
    diagnostics: &'a mut Vec<Diagnostic>,
}

type Place = granit_parser::Span;

impl<'y, P> Reader<'_, P>
where
    P: Iterator<Item = Result<(Event<'y>, Place), ScanError>>,
{
    fn document(mut self) -> Result<Option<Node>, ScanError> {
        let mut node = None;
        let mut documents = 0;
        while let Some((event, place)) = self.next()? {
            match event {
                Event::DocumentStart(..) => {
                    documents += 1;
                    if documents == 2 {
                        let span = self.rest_of_line(place);
                        self.report(
                            Diagnostic::new(
                                &rules::INVALID_YAML,
                                self.file,
                                span,
                                "A second YAML document begins here",
                            )
                            .expected("one document")
                            .help("remove the line that begins with `---` or `...`"),
                        );
                    }
                }
                Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
                event if documents < 2 => node = Some(self.node(event, place, 0)?),
                _ => {}
            }
        }
        Ok(node)
    }

    fn next(&mut self) -> Result<Option<(Event<'y>, Place)>, ScanError> {
        self.parser.next().transpose()
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn span(&self, place: Place) -> Span {
        place.byte_range().map_or(Span::at(self.base), |range| Span::new(range.start, range.end).shifted(self.base))
    }

    fn rest_of_line(&self, place: Place) -> Span {
        let start = self.span(place).start as usize;
        let line = self.text[start..].lines().next().unwrap_or("");
        Span::new(start, start + line.trim_end().len())
    }

    /// The node that `event` begins. `depth` counts the collections around it.
    fn node(&mut self, event: Event<'y>, place: Place, depth: usize) -> Result<Node, ScanError> {
        if let Some(tag) = place.tag_span() {
            let report =
                self.property(tag, "tags", "the type of a value comes from its field; a text that begins with `!`");
            self.report(Diagnostic { rule: &rules::YAML_TAG, ..report });
        }
        if event.anchor_id().is_some()
            && !matches!(event, Event::Alias(_))
            && let Some((_, anchor)) = self.next()?
        {
            let report =
                self.property(anchor, "anchors", "a value stands where it belongs; a text that begins with `&`");
            self.report(report);
        }
        let span = self.span(place);
        let collection = matches!(event, Event::SequenceStart(..) | Event::MappingStart(..));
        if collection && depth >= MAX_DEPTH {
            self.report(fault::too_deep(self.file, span));
            return self.skip(span);
        }
        match event {
            Event::Scalar(text, style, ..) => Ok(self.scalar(&text, style, span)),
            Event::SequenceStart(..) => self.sequence(span, depth),
            Event::MappingStart(..) => self.mapping(span, depth),
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.report(
                    Diagnostic::new(&rules::YAML_ALIAS, self.file, span, "YAML aliases are not allowed")
                        .expected("the value itself")
                        .help("write the value out; a text that begins with `*` needs quotes"),
                );
                Ok(Node { span, kind: NodeKind::Broken })
            }
            _ => Ok(Node { span, kind: NodeKind::Null }),
        }
    }

    fn property(&self, place: Place, what: &str, why: &str) -> Diagnostic {
        let message = format!("YAML {what} are not allowed");
        Diagnostic::new(&rules::YAML_ALIAS, self.file, self.span(place), message)
            .expected("the value alone")
            .help(format!("remove it: {why} needs quotes"))
    }

    fn sequence(&mut self, span: Span, depth: usize) -> Result<Node, ScanError> {
        let mut items = Vec::new();
        let mut end = span.end;
        while let Some((event, place)) = self.next()? {
            if event == Event::SequenceEnd {
                end = end.max(self.flow_end(place));
                break;
            }
            let item = self.node(event, place, depth + 1)?;
            end = end.max(item.span.end);
            items.push(item);
        }
        Ok(Node { span: Span { start: span.start, end }, kind: NodeKind::Sequence(items) })
    }

    fn mapping(&mut self, span: Span, depth: usize) -> Result<Node, ScanError> {
        let mut entries: Vec<(Key, Node)> = Vec::new();
        let mut end = span.end;
        while let Some((event, place)) = self.next()? {
            if event == Event::MappingEnd {
                end = end.max(self.flow_end(place));
                break;
            }
            let reported = self.diagnostics.len();
            let key = self.node(event, place, depth + 1)?;
            let reported = self.diagnostics.len() > reported;
            let Some((event, place)) = self.next()? else { break };
            let value = self.node(event, place, depth + 1)?;
            end = end.max(value.span.end);
            match key.kind {
                // A merge key says nothing that its alias did not.
                NodeKind::Scalar { text, plain: true } if &*text == "<<" && value.kind == NodeKind::Broken => {}
                NodeKind::Scalar { text, .. } => entries.push((Key { span: key.span, name: text }, value)),
                _ if reported => {}
                NodeKind::Mapping(_) if self.text[..key.span.range().end].ends_with('}') && self.doubled(key.span) => {
                    // `{{name}}` is no mapping of a mapping but a value still to be filled in.
                    let placeholder = fault::placeholder(self.file, self.text, key.span.start as usize - 1);
                    let span = placeholder.span;
                    self.report(placeholder);
                    return self.skip(span);
                }
                kind => {
                    let message = match kind {
                        NodeKind::Null => "A key is missing before the colon",
                        _ => "A key must be a word, not a list or mapping",
                    };
                    self.report(
                        Diagnostic::new(&rules::WRONG_TYPE, self.file, key.span, message)
                            .expected("`key: value`")
                            .help("a text that begins with `[`, `{` or `?`, or that holds `: `, needs quotes"),
                    );
                }
            }
        }
        drop_duplicates(self.file, &mut entries, self.diagnostics);
        Ok(Node { span: Span { start: span.start, end }, kind: NodeKind::Mapping(entries) })
    }

    /// Whether the `{` at `span` has another just before it.
    fn doubled(&self, span: Span) -> bool {
        self.text[span.range()].starts_with('{') && self.text[..span.start as usize].ends_with('{')
    }

    /// The end of a flow collection's closing bracket. A block collection's end has no text, and its place lies after
    /// the empty lines and comments that follow.
    fn flow_end(&self, place: Place) -> u32 {
        let span = self.span(place);
        if span.start == span.end { 0 } else { span.end }
    }

    fn scalar(&self, text: &str, style: ScalarStyle, span: Span) -> Node {
        let start = span.start as usize;
        match style {
            ScalarStyle::Plain if span.start == span.end => {
                // The parser puts a value that is not there at the end of its key; people look for it after the colon.
                let rest = &self.text[start..];
                let gap = rest.len() - rest.trim_start_matches(' ').len();
                let colon = if rest[gap..].starts_with(':') { gap + 1 } else { 0 };
                Node { span: Span::at(start + colon), kind: NodeKind::Null }
            }
            ScalarStyle::Plain if is_null(text.as_bytes()) => Node { span, kind: NodeKind::Null },
            ScalarStyle::Plain => Node { span, kind: NodeKind::Scalar { text: text.into(), plain: true } },
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                Node { span, kind: NodeKind::Scalar { text: text.into(), plain: false } }
            }
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let length = self.text[span.range()].trim_end().len();
                let text = text.trim_end_matches('\n').into();
                Node { span: Span::new(start, start + length), kind: NodeKind::Scalar { text, plain: false } }
            }
        }
    }

    /// Passes over the rest of a collection without recursion.
    fn skip(&mut self, span: Span) -> Result<Node, ScanError> {
        let mut open = 1;
        while open > 0 {
            match self.next()? {
                None => break,
                Some((Event::SequenceStart(..) | Event::MappingStart(..), _)) => open += 1,
                Some((Event::SequenceEnd | Event::MappingEnd, _)) => open -= 1,
                Some(_) => {}
            }
        }
        Ok(Node { span, kind: NodeKind::Broken })
    }
}
