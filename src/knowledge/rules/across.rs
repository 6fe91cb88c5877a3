//! Checks that need all records at once.

use super::accounts;
use crate::diagnostic::{Diagnostic, Rule, rules};
use crate::fields::Kind;
use crate::knowledge::{KnowledgeBase, RecordId};
use crate::project::Change;
use crate::source::Span;
use ahash::AHashMap;

/// What [`across()`] may find.
const ACROSS: [&Rule; 4] =
    [&rules::DUPLICATE_OPPORTUNITY, &rules::COPIED_TEXT, &rules::SIMILAR_ACCOUNT, &rules::RETURNED_UNCHANGED];

impl KnowledgeBase {
    /// Whether a rule is found broken only where records are held against each other.
    pub fn is_across(rule: &Rule) -> bool {
        ACROSS.iter().any(|across| across.code == rule.code)
    }
}

/// Checks records against each other. `changed` says when files were last changed, by path.
pub(in crate::knowledge) fn across(
    base: &KnowledgeBase,
    changed: Option<&AHashMap<String, Change>>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    opportunities(base, diagnostics);
    copied_text(base, diagnostics);
    accounts::similar(base, diagnostics);
    if let Some(changed) = changed {
        returned_unchanged(base, changed, diagnostics);
    }
}

fn opportunities(base: &KnowledgeBase, diagnostics: &mut Vec<Diagnostic>) {
    let mut seen: AHashMap<&str, (RecordId, Span)> = AHashMap::new();
    for handoff in base.of_kind(Kind::Handoff) {
        let Some(value) = base.fields(handoff).get("deal.opportunity_id") else { continue };
        let Some(id) = value.text() else { continue };
        let Some((first, span)) = seen.get(id.trim()) else {
            seen.insert(id.trim(), (handoff, value.span));
            continue;
        };
        diagnostics.push(same_opportunity(base, (*first, *span), handoff, value.span, id));
    }
}

fn same_opportunity(
    base: &KnowledgeBase,
    (first, place): (RecordId, Span),
    handoff: RecordId,
    span: Span,
    id: &str,
) -> Diagnostic {
    let message = format!("`{}` has the opportunity id `{id}` too", base.record(first).id);
    Diagnostic::new(&rules::DUPLICATE_OPPORTUNITY, base.record(handoff).file, span, message)
        .field("deal.opportunity_id")
        .help("One opportunity is one handoff. Is one of the two a copy?")
        .related(base.record(first).file, place, "the other handoff")
}

/// Another handoff with the opportunity of this one.
pub(in crate::knowledge) fn opportunity_taken(base: &KnowledgeBase, handoff: RecordId) -> Option<Diagnostic> {
    let value = base.fields(handoff).get("deal.opportunity_id")?;
    let id = value.text()?;
    let taken =
        |other: &RecordId| base.fields(*other).text("deal.opportunity_id").is_some_and(|o| o.trim() == id.trim());
    let first = base.of_kind(Kind::Handoff).filter(|other| *other != handoff).find(taken)?;
    let place = base.fields(first).get("deal.opportunity_id")?.span;
    Some(same_opportunity(base, (first, place), handoff, value.span, id))
}

fn copied_text(base: &KnowledgeBase, diagnostics: &mut Vec<Diagnostic>) {
    let mut seen: AHashMap<u64, (RecordId, Span)> = AHashMap::new();
    for handoff in base.of_kind(Kind::Handoff) {
        for paragraph in &base.body(handoff).paragraphs {
            let Some((first, span)) = seen.get(&paragraph.hash) else {
                seen.insert(paragraph.hash, (handoff, paragraph.span));
                continue;
            };
            let account = |id: RecordId| base.fields(id).text("account");
            if account(*first) == account(handoff) {
                continue;
            }
            let message = format!(
                "this paragraph stands word for word in `{}`, which is another account's",
                base.record(*first).id
            );
            diagnostics.push(
                Diagnostic::new(&rules::COPIED_TEXT, base.record(handoff).file, paragraph.span, message)
                    .help("What is true of one customer is seldom true of the next. Say what is true here, or link to a page that holds for both.")
                    .related(base.record(*first).file, *span, "it stands here too"),
            );
        }
    }
}

fn returned_unchanged(base: &KnowledgeBase, changed: &AHashMap<String, Change>, diagnostics: &mut Vec<Diagnostic>) {
    for receipt in base.of_kind(Kind::Receipt) {
        let fields = base.fields(receipt);
        let (Some("returned"), Some(reviewed)) = (fields.text("decision"), fields.date("reviewed_on")) else {
            continue;
        };
        let Some(handoff) = base.find(Kind::Handoff, &base.record(receipt).id) else { continue };
        let path = base.source(handoff).path();
        let Some(last) = changed.get(path) else { continue };
        // On the day of the review only the order of the commits tells which came first.
        let answered = changed.get(base.source(receipt).path()).is_none_or(|receipt| last.order > receipt.order);
        if last.day > reviewed || last.day == reviewed && answered {
            continue;
        }
        let Some(value) = fields.get("decision") else { continue };
        diagnostics.push(
            Diagnostic::new(
                &rules::RETURNED_UNCHANGED,
                base.record(receipt).file,
                value.span,
                format!("returned on {reviewed}, and `{path}` has not changed since (last on {})", last.day),
            )
            .field("decision")
            .help("The AE mends what the reasons and questions name; then the CSM reviews again."),
        );
    }
}
