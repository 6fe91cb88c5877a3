//! The answers that a file gives already.

use super::{Answer, Answers};
use crate::document::{Key, Node, NodeKind};
use crate::fields::{Field, Type};

impl Answers {
    /// What front matter answers of `fields`, as it stands there: good or not is for the checker to say. What has not the
    /// shape of its field is left out.
    pub fn given(fields: &[Field], front: &Node) -> Self {
        let mut answers = Self::default();
        if let NodeKind::Mapping(entries) = &front.kind {
            for field in fields {
                if let Some(answer) = entry(entries, field.name).and_then(|(_, node)| answer(field, node)) {
                    answers.put(field.name, answer);
                }
            }
        }
        answers
    }
}

/// The entry of a mapping that has this key.
pub(super) fn entry<'a>(entries: &'a [(Key, Node)], name: &str) -> Option<&'a (Key, Node)> {
    entries.iter().find(|(key, _)| *key.name == *name)
}

/// What a node answers to a field.
pub(super) fn answer(field: &Field, node: &Node) -> Option<Answer> {
    match &node.kind {
        NodeKind::Scalar { text, .. } if field.none && text.trim().eq_ignore_ascii_case("none") => Some(Answer::None),
        NodeKind::Mapping(entries) if field.open => open(entries).or_else(|| value(&field.ty, node)),
        _ => value(&field.ty, node),
    }
}

/// What a node answers where a value of this type belongs.
pub(super) fn value(ty: &Type, node: &Node) -> Option<Answer> {
    let answer = match (&node.kind, ty) {
        (NodeKind::Mapping(_), Type::Group(fields)) => Answer::Group(Answers::given(fields, node)),
        (NodeKind::Sequence(nodes), Type::List(item)) => {
            Answer::List(nodes.iter().filter_map(|node| value(item, node)).collect())
        }
        (NodeKind::Scalar { .. }, Type::List(_) | Type::Group(_)) => return None,
        (NodeKind::Scalar { text, .. }, _) => Answer::Scalar(text.trim().replace("\r\n", "\n")),
        _ => return None,
    };
    (!answer.is_empty()).then_some(answer)
}

/// An open question, with what is said of whom to ask and by when.
fn open(entries: &[(Key, Node)]) -> Option<Answer> {
    let [(key, node)] = entries else { return None };
    let NodeKind::Mapping(parts) = &node.kind else { return None };
    let part = |name: &str| match entry(parts, name).map(|(_, node)| &node.kind) {
        Some(NodeKind::Scalar { text, .. }) => text.trim().to_owned(),
        _ => String::new(),
    };
    (&*key.name == "unknown").then(|| Answer::Open { ask: part("ask"), by: part("by") })
}
