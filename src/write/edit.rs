//! A content file with other answers, and everything else as it was.
//!
//! The front matter's tree knows the place of every key and value, so only what is answered differently is written anew:
//! comments, the order of keys and the way in which the rest is written stay. The outcome is read back before it is
//! given out; what cannot be edited that way is refused, never guessed.

mod gaps;

use super::align::align;
use super::given::{answer, entry, value};
use super::{Answer, Answers, layout};
use crate::document::{self, Document, Key, Node, NodeKind};
use crate::fields::{Field, Type};
use crate::source::{FileId, Source};
use std::fmt;
use std::ops::Range;

/// Why a file is not edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unkept {
    /// Its front matter cannot be read as a whole.
    Unreadable,
    /// Something would be lost that no field has: in the value of this field.
    Foreign(String),
    /// The outcome would not say what was answered.
    Unsure,
}

impl fmt::Display for Unkept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable => f.write_str("its front matter cannot be read as a whole"),
            Self::Foreign(field) => write!(f, "`{field}` holds something that no field has, and it would be lost"),
            Self::Unsure => f.write_str("its front matter is written in a way that cannot be kept"),
        }
    }
}

impl std::error::Error for Unkept {}

/// `text` with another body, where that says something else.
pub fn with_body(text: &str, body: &str) -> String {
    let start = body_start(text);
    let told = |text: &str| text.trim().replace("\r\n", "\n");
    if told(&text[start..]) == told(body) {
        return text.to_owned();
    }
    let eol = if text[..start].ends_with("\r\n") { "\r\n" } else { "\n" };
    let body = told(body);
    let gap = if body.is_empty() { "" } else { eol };
    format!("{}{gap}{}{gap}", &text[..start], body.replace('\n', eol))
}

/// Where the text below the front matter begins.
pub fn body_start(text: &str) -> usize {
    let mut at = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let fence = line.trim_end_matches(['\n', '\r']) == "---";
        at += line.len();
        match number {
            0 if !fence => return 0,
            1.. if fence => return at,
            _ => {}
        }
    }
    text.len()
}

/// `text` with the answers `wanted` to `fields` in place of its own.
pub fn edited(fields: &[Field], text: &str, wanted: &Answers) -> Result<String, Unkept> {
    let document = parse(text);
    let (true, Some(front)) = (document.whole, &document.front) else { return Err(Unkept::Unreadable) };
    let NodeKind::Mapping(entries) = &front.kind else { return Err(Unkept::Unreadable) };
    let eol =
        if text.lines().next().is_some_and(|line| text[line.len()..].starts_with("\r\n")) { "\r\n" } else { "\n" };
    let mut editor = Editor { text, eol, edits: Vec::new() };
    if entries.is_empty() {
        let at = editor.next_line(document.opening.end as usize);
        for field in fields {
            if let Some(answer) = wanted.get(field.name) {
                editor.put(at..at, &layout::lines(field, answer, 0), true);
            }
        }
    } else {
        editor.mapping(fields, entries, wanted, front).map_err(|stop| match stop {
            Stop::Whole => Unkept::Unsure,
            Stop::Foreign(field) => Unkept::Foreign(field),
        })?;
    }
    let out = editor.apply();
    let again = parse(&out);
    let said = again.front.as_ref().map(|front| Answers::given(fields, front));
    if again.whole && said.as_ref() == Some(wanted) { Ok(out) } else { Err(Unkept::Unsure) }
}

fn parse(text: &str) -> Document {
    document::parse(FileId(0), &Source::new("", text), &mut Vec::new())
}

/// Why a part is not edited piece by piece.
enum Stop {
    /// It takes writing the whole that it stands in anew.
    Whole,
    /// That would lose what no field has.
    Foreign(String),
}

struct Editor<'a> {
    text: &'a str,
    eol: &'static str,
    edits: Vec<(Range<usize>, String)>,
}

impl Editor<'_> {
    /// Edits a mapping that is there.
    fn mapping(
        &mut self,
        fields: &[Field],
        entries: &[(Key, Node)],
        wanted: &Answers,
        node: &Node,
    ) -> Result<(), Stop> {
        let flow = self.is_flow(node);
        let stays = |(key, node): &(Key, Node)| {
            let field = fields.iter().find(|field| *field.name == *key.name);
            field.is_none_or(|field| wanted.get(field.name).is_some() || answer(field, node).is_none())
        };
        let kept: Vec<&(Key, Node)> = entries.iter().filter(|entry| stays(entry)).collect();
        for (at, field) in fields.iter().enumerate() {
            let there = entry(entries, field.name);
            let old = there.and_then(|(_, node)| answer(field, node));
            match (there, wanted.get(field.name)) {
                (there, new)
                    if old.as_ref() == new && !there.is_some_and(|(_, node)| is_misquoted(&field.ty, node)) => {}
                (None, None) => {}
                (Some(there), Some(new)) => self.change(field, there, new, flow)?,
                _ if flow => return Err(Stop::Whole),
                (Some(there), None) => self.remove(field, there, &kept)?,
                (None, Some(new)) => {
                    let named = |field: &Field| kept.iter().find(|(key, _)| *key.name == *field.name).copied();
                    let before = fields[..at].iter().rev().find_map(named);
                    self.insert(field, new, before, &kept, node)?;
                }
            }
        }
        Ok(())
    }

    /// Adds a field after the one that comes before it in the table, else at the mapping's beginning; in the place of the
    /// comment that asked for it, where there is one.
    fn insert(
        &mut self,
        field: &Field,
        new: &Answer,
        before: Option<&(Key, Node)>,
        kept: &[&(Key, Node)],
        node: &Node,
    ) -> Result<(), Stop> {
        let first = kept.first().ok_or(Stop::Whole)?;
        let indent = self.column(first.0.span.start as usize).ok_or(Stop::Whole)?;
        let mut lines = layout::lines(field, new, indent);
        if let Some(gap) = self.gap(node, indent, field.name) {
            if let Answer::Group(inner) = new {
                lines.extend(self.gaps_left(&gap, indent, inner));
            }
            self.put(gap, &lines, true);
        } else if let Some((_, before)) = before {
            let at = self.next_line(before.span.end as usize);
            self.put(at..at, &lines, true);
        } else {
            // The first key may stand behind a dash, which then stands before the new one.
            let at = first.0.span.start as usize;
            let before = lines.join("\n").trim_start().to_owned();
            self.put(at..at, &[before, " ".repeat(indent)], false);
        }
        Ok(())
    }

    fn remove(&mut self, field: &Field, (key, node): &(Key, Node), kept: &[&(Key, Node)]) -> Result<(), Stop> {
        keep_foreign(field, node)?;
        let start = key.span.start as usize;
        let (line, end) = (self.line_start(start), self.next_line(node.span.end as usize));
        if self.text[line..start].bytes().all(|byte| byte == b' ') {
            self.edits.push((line..end, String::new()));
            return Ok(());
        }
        // Behind a dash: what follows moves up to it.
        let next = kept.iter().map(|(key, _)| key.span.start as usize).find(|next| *next > start).ok_or(Stop::Whole)?;
        if self.text[end..next].contains('#') {
            return Err(Stop::Whole);
        }
        self.edits.push((start..next, String::new()));
        Ok(())
    }

    fn change(&mut self, field: &Field, (key, node): &(Key, Node), new: &Answer, flow: bool) -> Result<(), Stop> {
        if self.within(&field.ty, node, new)? {
            return Ok(());
        }
        keep_foreign(field, node)?;
        if self.is_inline(node)
            && let Some(inline) = layout::inline(field, new, flow)
        {
            self.replace(node, &inline);
            return Ok(());
        }
        if flow {
            return Err(Stop::Whole);
        }
        let start = key.span.start as usize;
        let indent = self.column(start).ok_or(Stop::Whole)?;
        self.rewrite(start, node, layout::lines(field, new, indent))
    }

    /// Edits inside of a collection, if that can be done piece by piece.
    fn within(&mut self, ty: &Type, node: &Node, new: &Answer) -> Result<bool, Stop> {
        let before = self.edits.len();
        let done = match (ty, &node.kind, new) {
            (Type::Group(fields), NodeKind::Mapping(entries), Answer::Group(wanted)) => {
                self.mapping(fields, entries, wanted, node)
            }
            (Type::List(item), NodeKind::Sequence(nodes), Answer::List(items)) => self.list(item, nodes, items, node),
            _ => return Ok(false),
        };
        match done {
            Ok(()) => Ok(true),
            Err(Stop::Whole) => {
                self.edits.truncate(before);
                Ok(false)
            }
            Err(stop) => Err(stop),
        }
    }

    fn list(&mut self, ty: &Type, nodes: &[Node], wanted: &[Answer], node: &Node) -> Result<(), Stop> {
        if self.is_flow(node) {
            return Err(Stop::Whole);
        }
        let (there, old): (Vec<&Node>, Vec<Answer>) =
            nodes.iter().filter_map(|node| Some((node, value(ty, node)?))).unzip();
        let pairs = align(&old, wanted);
        for (at, node) in there.iter().enumerate() {
            if !pairs.contains(&Some(at)) {
                foreign_in(ty, node).map_or(Ok(()), |name| Err(Stop::Foreign(name)))?;
                let line = self.dash_line(node)?.0;
                self.edits.push((line..self.next_line(node.span.end as usize), String::new()));
            }
        }
        let first = pairs.iter().flatten().next().ok_or(Stop::Whole)?;
        let (line, dash) = self.dash_line(there[*first])?;
        let indent = dash - line;
        let mut place = line;
        for (new, pair) in wanted.iter().zip(&pairs) {
            match pair {
                Some(at) => {
                    place = self.next_line(there[*at].span.end as usize);
                    if old[*at] != *new || is_misquoted(ty, there[*at]) {
                        self.item(ty, there[*at], new)?;
                    }
                }
                None => self.put(place..place, &layout::item_lines(ty, new, indent), true),
            }
        }
        Ok(())
    }

    fn item(&mut self, ty: &Type, node: &Node, new: &Answer) -> Result<(), Stop> {
        if self.within(ty, node, new)? {
            return Ok(());
        }
        foreign_in(ty, node).map_or(Ok(()), |name| Err(Stop::Foreign(name)))?;
        let (line, dash) = self.dash_line(node)?;
        self.rewrite(dash, node, layout::item_lines(ty, new, dash - line))
    }

    /// The start of an item's line and the place of its dash, which stands first in it.
    fn dash_line(&self, node: &Node) -> Result<(usize, usize), Stop> {
        let before = self.text[..node.span.start as usize].trim_end();
        let dash = before.strip_suffix('-').ok_or(Stop::Whole)?.len();
        let line = self.line_start(dash);
        if self.text[line..dash].bytes().all(|byte| byte == b' ') { Ok((line, dash)) } else { Err(Stop::Whole) }
    }

    /// Puts a value in one line into the place of another.
    fn replace(&mut self, node: &Node, inline: &str) {
        let range = node.span.range();
        let close = self.text[..range.start].ends_with(':');
        self.edits.push((range, if close { format!(" {inline}") } else { inline.to_owned() }));
    }

    /// Writes an entry or item anew, from its key or dash to the end of its value. A comment behind it stays in its first
    /// line.
    fn rewrite(&mut self, start: usize, node: &Node, mut lines: Vec<String>) -> Result<(), Stop> {
        let end = node.span.end as usize;
        let line_end = end + self.text[end..].find(['\r', '\n']).unwrap_or(self.text.len() - end);
        let rest = &self.text[end..line_end];
        if !rest.trim().is_empty() && !rest.trim_start().starts_with('#') {
            return Err(Stop::Whole);
        }
        lines[0] = format!("{}{}", lines[0].trim_start(), rest.trim_end());
        self.put(start..line_end, &lines, false);
        Ok(())
    }

    /// Lines in the place of a range; whole ones end with a line break.
    fn put(&mut self, range: Range<usize>, lines: &[String], whole: bool) {
        let mut text = lines.join("\n");
        if whole {
            text.push('\n');
        }
        self.edits.push((range, if self.eol == "\n" { text } else { text.replace('\n', self.eol) }));
    }

    fn is_flow(&self, node: &Node) -> bool {
        self.text[node.span.range()].starts_with(['{', '['])
    }

    /// Whether a value may be replaced where it stands, with what follows it in its line.
    fn is_inline(&self, node: &Node) -> bool {
        match &node.kind {
            NodeKind::Null | NodeKind::Scalar { plain: true, .. } => true,
            NodeKind::Scalar { .. } => self.text[node.span.range()].starts_with(['"', '\'']),
            NodeKind::Sequence(_) | NodeKind::Mapping(_) => self.is_flow(node),
            NodeKind::Broken => false,
        }
    }

    /// How deep a key stands, which only blanks and a dash may come before.
    fn column(&self, at: usize) -> Option<usize> {
        let line = self.line_start(at);
        self.text[line..at].bytes().all(|byte| matches!(byte, b' ' | b'-')).then_some(at - line)
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |end| end + 1)
    }

    fn next_line(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |end| at + end + 1)
    }

    fn apply(mut self) -> String {
        // What is put at one place stays in the order in which it came.
        self.edits.sort_by_key(|(range, _)| (range.start, range.end));
        let mut out = String::with_capacity(self.text.len() + 256);
        let mut at = 0;
        for (range, text) in &self.edits {
            // Gone already, with what it stood in.
            if range.end <= at && text.is_empty() {
                continue;
            }
            let start = range.start.max(at);
            out.push_str(&self.text[at..start]);
            out.push_str(text);
            at = range.end.max(at);
        }
        out.push_str(&self.text[at..]);
        out
    }
}

/// Whether quotes make text of what is to be a number or a bool, here or in what is below: the same answer without them
/// is a good one.
fn is_misquoted(ty: &Type, node: &Node) -> bool {
    match (&node.kind, ty) {
        (NodeKind::Scalar { plain, .. }, Type::Integer { .. } | Type::Number | Type::Money | Type::Bool) => !plain,
        (NodeKind::Sequence(nodes), Type::List(item)) => nodes.iter().any(|node| is_misquoted(item, node)),
        (NodeKind::Mapping(entries), Type::Group(fields)) => entries
            .iter()
            .any(|(key, node)| fields.iter().any(|field| *field.name == *key.name && is_misquoted(&field.ty, node))),
        _ => false,
    }
}

/// Refuses to lose what no field has.
fn keep_foreign(field: &Field, node: &Node) -> Result<(), Stop> {
    match foreign_in(&field.ty, node) {
        _ if matches!(answer(field, node), Some(Answer::Open { .. })) => Ok(()),
        Some(_) => Err(Stop::Foreign(field.name.to_owned())),
        None => Ok(()),
    }
}

/// A key in a value that no field has.
fn foreign_in(ty: &Type, node: &Node) -> Option<String> {
    match (&node.kind, ty) {
        (NodeKind::Mapping(entries), Type::Group(fields)) => {
            entries.iter().find_map(|(key, node)| match fields.iter().find(|field| *field.name == *key.name) {
                Some(field) if matches!(answer(field, node), Some(Answer::Open { .. })) => None,
                Some(field) => foreign_in(&field.ty, node),
                None => Some(key.name.to_string()),
            })
        }
        (NodeKind::Sequence(nodes), Type::List(item)) => nodes.iter().find_map(|node| foreign_in(item, node)),
        _ => None,
    }
}
