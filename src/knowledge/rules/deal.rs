//! The deal's dates, the introduction, the kickoff, the metrics.

use super::{Subject, is_unsettled, working_days};
use crate::diagnostic::rules;
use crate::fields::STEPS_DUE;
use crate::record::Group;

/// Working days after the close within which the kickoff should take place. Source: the handoff checklist.
const KICKOFF_WITHIN: i64 = 10;

pub(super) fn check(subject: &mut Subject<'_>) {
    dates(subject);
    introduction(subject);
    kickoff(subject);
    next_steps(subject);
    metrics(subject);
}

/// `closed_on` ≤ `starts_on` < `renews_on`, each reported at the later of the two fields.
fn dates(subject: &mut Subject<'_>) {
    let order =
        [("closed_on", "starts_on", true), ("starts_on", "renews_on", false), ("closed_on", "renews_on", false)];
    let date = |name: &str| subject.fields.date(&format!("deal.{name}"));
    let mut found = Vec::new();
    for (first, second, same) in order {
        // The outer pair says something only where the middle is not there.
        if (first, second) == ("closed_on", "renews_on") && date("starts_on").is_some() {
            continue;
        }
        let (Some(one), Some(other)) = (date(first), date(second)) else { continue };
        if one < other || same && one == other {
            continue;
        }
        let path = format!("deal.{second}");
        let Some(value) = subject.fields.get(&path) else { continue };
        let relation = if same { "before" } else { "not after" };
        let mut diagnostic = subject
            .fault(
                &rules::DATE_ORDER,
                value.span,
                &path,
                format!("`{second}` ({other}) is {relation} `{first}` ({one})"),
            )
            .expected(format!("a day {} {one}", if same { "from" } else { "after" }));
        if let Some(value) = subject.fields.get(&format!("deal.{first}")) {
            diagnostic = diagnostic.related(subject.file, value.span, format!("`{first}` is here"));
        }
        found.push(diagnostic);
    }
    subject.diagnostics.append(&mut found);
}

fn introduction(subject: &mut Subject<'_>) {
    let (Some(held), Some(closed)) = (subject.fields.date("intro_call.held_on"), subject.fields.date("deal.closed_on"))
    else {
        return;
    };
    let Some(value) = subject.fields.get("intro_call.held_on") else { return };
    if held > closed {
        let message = format!("the introduction call ({held}) came after the close ({closed}): it was not warm");
        let diagnostic = subject.fault(&rules::COLD_INTRODUCTION, value.span, "intro_call.held_on", message).help(
            "Customers who meet their CSM before they sign start faster. Next time, introduce before the signature.",
        );
        subject.diagnostics.push(diagnostic);
    }
}

fn kickoff(subject: &mut Subject<'_>) {
    let path =
        if subject.fields.date("kickoff.held_on").is_some() { "kickoff.held_on" } else { "kickoff.scheduled_for" };
    let (Some(day), Some(closed)) = (subject.fields.date(path), subject.fields.date("deal.closed_on")) else { return };
    let Some(value) = subject.fields.get(path) else { return };
    let after = working_days(closed, day);
    if after > KICKOFF_WITHIN {
        let message = format!("the kickoff ({day}) comes {after} working days after the close ({closed})");
        let diagnostic = subject
            .fault(&rules::LATE_KICKOFF, value.span, path, message)
            .expected(format!("at most {KICKOFF_WITHIN} working days"));
        subject.diagnostics.push(diagnostic);
    }
}

/// At `handed_off` there is one next step of each kind that every start needs.
fn next_steps(subject: &mut Subject<'_>) {
    let items = subject.fields.items("next_steps");
    if items.is_empty() {
        return;
    }
    if items.iter().any(|item| item.group().is_none_or(|group| is_unsettled(group.get("kind")))) {
        return;
    }
    for (stage, kind) in STEPS_DUE {
        if stage <= subject.stage
            && !items.iter().any(|item| item.group().and_then(|group| group.text("kind")) == Some(kind))
        {
            let message = format!("`next_steps` has none of the kind `{kind}`, due at `handed_off`");
            let diagnostic = subject
                .fault(&rules::MISSING_NEXT_STEP, subject.key("next_steps"), "next_steps", message)
                .help(format!(
                    "Add one. Where it is not needed, say so: `{{what: …, kind: {kind}, status: not_needed}}`."
                ));
            subject.diagnostics.push(diagnostic);
        }
    }
}

fn metrics(subject: &mut Subject<'_>) {
    for list in ["success.metrics", "usage.use_cases"] {
        let mut found = Vec::new();
        for (at, group) in subject.fields.groups(list) {
            if let Some(diagnostic) = metric(subject, list, at, group) {
                found.push(diagnostic);
            }
        }
        subject.diagnostics.append(&mut found);
    }
}

fn metric(subject: &Subject<'_>, list: &str, at: usize, group: &Group) -> Option<crate::diagnostic::Diagnostic> {
    let (baseline, target) = (group.text("baseline")?, group.get("target")?);
    let same = baseline.trim().eq_ignore_ascii_case(target.text()?.trim());
    same.then(|| {
        let path = format!("{list}[{}].target", at + 1);
        let message = format!("the target is the baseline: `{}`", baseline.trim());
        subject
            .fault(&rules::TARGET_IS_BASELINE, target.span, &path, message)
            .help("Nothing would have to change to reach it. What would the customer call success?")
    })
}
