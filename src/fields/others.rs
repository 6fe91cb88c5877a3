//! Stakeholders' and teammates' own files, receipts and free pages.

use super::Stage::Draft as D;
use super::Type::{Date, Group, Integer, Ref, Slug, Text, TimeZone};
use super::{By, Field, Kind, choice, field, list};

/// A person on the customer's side who is worth a page of notes.
pub(super) fn stakeholder() -> Vec<Field> {
    anyone(vec![
        field("name", Text, "First and last name.").at(D).closed(),
        field("title", Text, "Their job."),
        field("account", Ref(Kind::Account), "Where they work today."),
        field("aliases", list(Text), "Other names they go by."),
        field("email", Text, "Their address."),
        field("phone", Text, "Their number."),
        field("time_zone", TimeZone, "Where their clock stands.").example("Europe/Berlin"),
        field("personal", Text, "Family, hobbies, what to ask about. Restricted: never leaves the team.").restricted(),
        field("moved_from", list(Ref(Kind::Account)), "Accounts they worked at before."),
        redirects(),
    ])
}

/// A person on our side.
pub(super) fn teammate() -> Vec<Field> {
    anyone(vec![
        field("name", Text, "First and last name.").at(D).closed(),
        field(
            "role",
            choice(&["ae", "csm", "se", "implementation", "executive", "other"]),
            "Their job. Not enforced: an AE may stand in as a CSM.",
        ),
        field("email", Text, "Their address."),
        field("time_zone", TimeZone, "Where their clock stands.").example("Europe/Berlin"),
        redirects(),
    ])
}

/// The CSM's answer to a handoff.
pub(super) fn receipt() -> Vec<Field> {
    let rating = |name, help| field(name, Integer { min: 1, max: 5 }, help);
    let mut fields = vec![
        field("handoff", Ref(Kind::Handoff), "The handoff it answers; the file bears its name.").at(D).closed(),
        field("reviewed_by", Ref(Kind::Teammate), "Who read it.").at(D),
        field("reviewed_on", Date, "When.").at(D),
        field("decision", choice(&["accepted", "returned"]), "Whether it is good enough to work with.").at(D),
        field(
            "reasons",
            list(choice(&[
                "missing_field",
                "vague_success_criteria",
                "unclear_promise",
                "stakeholder_gap",
                "commercial_mismatch",
                "technical_unknown",
                "bad_fit",
                "other",
            ])),
            "Why it was returned; required then.",
        ),
        field("first_contact_on", Date, "The day the CSM first spoke with the customer."),
        field(
            "ratings",
            Group(vec![
                rating("completeness", "Was everything there?"),
                rating("promises", "Were the promises clear?"),
                rating("stakeholders", "Was the map of people right?"),
                rating("context", "Did it explain why they bought?"),
                rating("sentiment", "Was the mood as described?"),
            ]),
            "How good it was, from 1 to 5.",
        ),
        field(
            "questions",
            list(Group(vec![
                field("field", Text, "The field it is about.").example("success.metrics"),
                field("text", Text, "The question.").with_parent(),
                field("asked_on", Date, "When it was asked.").with_parent(),
                field("answered_on", Date, "When it was answered."),
                field("answer", Text, "The answer."),
            ])),
            "What had to be asked again.",
        ),
        redirects(),
    ];
    for field in &mut fields {
        field.by = By::Csm;
    }
    fields
}

/// A free page: playbook, policy, glossary.
pub(super) fn page() -> Vec<Field> {
    anyone(vec![
        field("title", Text, "The page's title.").at(D).closed(),
        field("order", Integer { min: i64::MIN, max: i64::MAX }, "Its place among its neighbours, smallest first."),
        field("tags", list(Text), "Words to find it by."),
        redirects(),
    ])
}

fn redirects() -> Field {
    field("redirect_from", list(Slug), "Old slugs whose addresses lead here.").by(By::Anyone).closed()
}

fn anyone(fields: Vec<Field>) -> Vec<Field> {
    fields.into_iter().map(|field| field.by(By::Anyone)).collect()
}
