//! The stakeholder map: roles that are due, blockers, reporting lines, key people who are unhappy.

use super::{Subject, is_unsettled};
use crate::diagnostic::rules;
use crate::fields::ROLES_DUE;
use crate::knowledge::stakeholder_id;
use crate::record::{Data, Group};
use ahash::AHashMap;

pub(super) fn check(subject: &mut Subject<'_>) {
    roles(subject);
    reporting_loop(subject);
    unaddressed(subject);
}

fn has_role(entry: &Group, role: &str) -> bool {
    entry.items("roles").iter().any(|item| item.text() == Some(role))
}

fn roles(subject: &mut Subject<'_>) {
    let entries: Vec<_> = subject.fields.groups("stakeholders").collect();
    let blocker = entries.iter().find(|(_, entry)| has_role(entry, "blocker"));
    if let (Some((at, _)), true) = (blocker, subject.fields.is_true("no_known_blocker"))
        && let Some(value) = subject.fields.get("no_known_blocker")
    {
        let message = "`no_known_blocker` is true, and there is a blocker";
        let mut diagnostic = subject.fault(&rules::BLOCKER_CONTRADICTION, value.span, "no_known_blocker", message);
        if let Some(roles) = entries.iter().find(|(place, _)| place == at).and_then(|(_, entry)| entry.get("roles")) {
            diagnostic = diagnostic.related(subject.file, roles.span, "the blocker");
        }
        subject.diagnostics.push(diagnostic.help("Take one of the two away."));
    }
    // Without any stakeholder the list itself is missing, and that is said already.
    if entries.is_empty() || entries.iter().any(|(_, entry)| is_unsettled(entry.get("roles"))) {
        return;
    }
    for (stage, role) in ROLES_DUE {
        let help = match role {
            "economic_buyer" => "Who signs the cheque?",
            "champion" => "Who wanted this, and argued for it when we were not in the room?",
            "end_user" => "Who will work with it every day?",
            _ => "Who could stop it? If you asked yourselves and know of nobody, write `no_known_blocker: true`.",
        };
        let excused = role == "blocker"
            && (subject.fields.is_true("no_known_blocker")
                || matches!(
                    subject.fields.get("no_known_blocker").map(|value| &value.data),
                    Some(Data::Open(_) | Data::Invalid)
                ));
        if subject.stage < stage || excused || entries.iter().any(|(_, entry)| has_role(entry, role)) {
            continue;
        }
        let message = format!("no stakeholder has the role `{role}`, due at `{stage}`");
        let diagnostic =
            subject.fault(&rules::MISSING_ROLE, subject.key("stakeholders"), "stakeholders", message).help(help);
        subject.diagnostics.push(diagnostic);
    }
}

/// A reporting line that leads back to where it began: one diagnostic a loop, at its first member.
fn reporting_loop(subject: &mut Subject<'_>) {
    let ids: Vec<Option<String>> = subject
        .fields
        .items("stakeholders")
        .iter()
        .map(|item| item.group().and_then(stakeholder_id).map(|(id, _)| id))
        .collect();
    let places: AHashMap<&str, usize> =
        // From the back, so that the first of two with one id is the one that counts, as everywhere.
        ids.iter().enumerate().rev().filter_map(|(at, id)| Some((id.as_deref()?, at))).collect();
    let boss: AHashMap<usize, usize> = subject
        .fields
        .groups("stakeholders")
        .filter_map(|(at, entry)| Some((at, *places.get(entry.text("reports_to")?)?)))
        .collect();
    let mut seen = vec![0_usize; ids.len()];
    for start in 0..ids.len() {
        let mut at = start;
        // Each entry is walked once: one met again in the same walk closes a loop.
        while seen[at] == 0 {
            seen[at] = start + 1;
            let Some(next) = boss.get(&at) else { break };
            at = *next;
            if seen[at] == start + 1 {
                let entry = subject.base.appearance(subject.id, at);
                if let Some(value) = entry.and_then(|entry| entry.get("reports_to")) {
                    let path = format!("stakeholders[{}].reports_to", at + 1);
                    let message = format!("`{}` reports to themselves in the end", ids[at].as_deref().unwrap_or(""));
                    let diagnostic = subject
                        .fault(&rules::REPORTING_LOOP, value.span, &path, message)
                        .help("A reporting line ends with somebody who reports to nobody here.");
                    subject.diagnostics.push(diagnostic);
                }
            }
        }
    }
}

/// A champion or economic buyer who is negative is a risk, and somebody should have written it down.
fn unaddressed(subject: &mut Subject<'_>) {
    if is_unsettled(subject.fields.get("risks")) {
        return;
    }
    let addressed = subject
        .fields
        .groups("risks")
        .any(|(_, risk)| risk.text("category") == Some("stakeholder") && risk.text("status") != Some("closed"));
    if addressed {
        return;
    }
    let mut found = Vec::new();
    for (at, entry) in subject.fields.groups("stakeholders") {
        let role = ["champion", "economic_buyer"].into_iter().find(|role| has_role(entry, role));
        let (Some(role), Some(value)) = (role, entry.get("sentiment")) else { continue };
        if value.text() == Some("negative") {
            let path = format!("stakeholders[{}].sentiment", at + 1);
            let message = format!(
                "the {} is negative, and no open risk of the category `stakeholder` says so",
                role.replace('_', " ")
            );
            found.push(
                subject
                    .fault(&rules::UNADDRESSED_STAKEHOLDER, value.span, &path, message)
                    .help("Write the risk down, with what you mean to do about it."),
            );
        }
    }
    subject.diagnostics.append(&mut found);
}
