//! Accounts: parents, and names that are nearly the same.

use super::Subject;
use crate::diagnostic::{Diagnostic, rules};
use crate::fields::Kind;
use crate::knowledge::{KnowledgeBase, RecordId};
use ahash::{AHashMap, AHashSet};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// An account that is its own ancestor: reported at the member of the loop with the smallest id.
pub(super) fn parent_loop(subject: &mut Subject<'_>) {
    let base = subject.base;
    let parent = |id: RecordId| base.find(Kind::Account, base.fields(id).text("parent")?);
    let mut seen = AHashSet::new();
    let mut at = subject.id;
    while let Some(next) = parent(at) {
        if next == subject.id {
            if seen.iter().all(|member| base.rank(*member) >= base.rank(subject.id))
                && let Some(value) = subject.fields.get("parent")
            {
                let message = "this account is its own ancestor";
                let diagnostic = subject
                    .fault(&rules::PARENT_LOOP, value.span, "parent", message)
                    .help("A line of parents ends with an account that has none.");
                subject.diagnostics.push(diagnostic);
            }
            return;
        }
        if !seen.insert(next) {
            return;
        }
        at = next;
    }
}

/// Legal forms, folded. Names that differ in them are different companies.
const LEGAL: &[&str] = &[
    "ab",
    "ag",
    "as",
    "asa",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "gmbh",
    "inc",
    "incorporated",
    "kg",
    "kk",
    "limited",
    "llc",
    "llp",
    "ltd",
    "nv",
    "oy",
    "oyj",
    "plc",
    "pty",
    "sa",
    "sarl",
    "sas",
    "se",
    "spa",
    "srl",
];

/// A name as it is compared: the letters, the numbers and the legal forms apart.
#[derive(PartialEq, Eq, Hash, Clone)]
struct Folded {
    letters: String,
    rest: (String, Vec<String>),
}

fn fold(name: &str) -> Folded {
    let plain: String = name.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    let (mut letters, mut numbers, mut legal) = (String::new(), String::new(), Vec::new());
    for word in plain.split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | '/')) {
        let bare: String = word.chars().filter(|c| c.is_alphanumeric() || *c == '&').collect();
        if LEGAL.contains(&bare.as_str()) {
            legal.push(bare);
            continue;
        }
        for c in bare.chars() {
            if c.is_numeric() { numbers.push(c) } else { letters.push(c) }
        }
        numbers.push(' ');
    }
    Folded { letters, rest: (numbers.split_whitespace().collect::<Vec<_>>().join(" "), legal) }
}

/// Account names that differ by at most one edit. Every name is filed under itself and under itself less each one of
/// its letters: two names an edit apart meet under one of these, so no pair needs to be compared to find them.
pub(super) fn similar(base: &KnowledgeBase, diagnostics: &mut Vec<Diagnostic>) {
    let names: Vec<_> = base
        .of_kind(Kind::Account)
        .filter_map(|id| Some((id, fold(base.fields(id).text("name")?))))
        .filter(|(_, folded)| !folded.letters.is_empty())
        .collect();
    let mut met: AHashMap<u64, Vec<usize>> = AHashMap::new();
    let state = ahash::RandomState::with_seeds(1, 2, 3, 4);
    for (at, (_, folded)) in names.iter().enumerate() {
        let mut keys: Vec<_> = folded
            .letters
            .char_indices()
            .map(|(place, c)| {
                let (head, tail) = folded.letters.split_at(place);
                state.hash_one((
                    head.len() + tail.len() - c.len_utf8(),
                    [head, &tail[c.len_utf8()..]].concat(),
                    &folded.rest,
                ))
            })
            .collect();
        keys.push(state.hash_one((folded.letters.len(), &folded.letters, &folded.rest)));
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            met.entry(key).or_default().push(at);
        }
    }
    let mut pairs: Vec<_> = met
        .into_values()
        .flat_map(|group| {
            // A name is compared with the one before it under a key: enough to link all that are alike.
            group.windows(2).map(|pair| (pair[0], pair[1])).collect::<Vec<_>>()
        })
        .filter(|(one, other)| {
            let (one, other) = (&names[*one].1, &names[*other].1);
            one.rest == other.rest && strsim::osa_distance(&one.letters, &other.letters) <= 1
        })
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    for (one, other) in pairs {
        let name =
            |at: usize| base.fields(names[at].0).get("name").map(|value| (value.span, value.text().unwrap_or("")));
        let (Some((first, one_name)), Some((span, other_name))) = (name(one), name(other)) else { continue };
        diagnostics.push(
            Diagnostic::new(
                &rules::SIMILAR_ACCOUNT,
                base.record(names[other].0).file,
                span,
                format!("`{other_name}` and `{one_name}` may be one account"),
            )
            .field("name")
            .help("If they are, move the handoffs to one and list the other's name in its `aliases`.")
            .related(base.record(names[one].0).file, first, "the other account"),
        );
    }
}
