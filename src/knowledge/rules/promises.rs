//! Promises: made before they are due, owned, kept, and covered by a risk where they were a stretch.

use super::{Subject, is_unsettled};
use crate::diagnostic::{Diagnostic, rules};
use crate::fields::Stage;
use crate::record::Group;

pub(super) fn check(subject: &mut Subject<'_>) {
    let mut found = Vec::new();
    for (at, promise) in subject.fields.groups("promises") {
        found.extend(dates(subject, at, promise));
        found.extend(unowned(subject, at, promise));
        found.extend(overdue(subject, at, promise));
    }
    found.extend(unaddressed(subject));
    subject.diagnostics.append(&mut found);
}

fn dates(subject: &Subject<'_>, at: usize, promise: &Group) -> Option<Diagnostic> {
    let (due, made) = (promise.date("due")?, promise.date("made_on")?);
    (due < made).then_some(())?;
    let path = format!("promises[{}].due", at + 1);
    let message = format!("this promise was due ({due}) before it was made ({made})");
    Some(subject.fault(&rules::PROMISE_DATES, promise.get("due")?.span, &path, message).related(
        subject.file,
        promise.get("made_on")?.span,
        "made here",
    ))
}

fn unowned(subject: &Subject<'_>, at: usize, promise: &Group) -> Option<Diagnostic> {
    let status = promise.get("status")?;
    let word = status.text().filter(|word| ["at_risk", "broken"].contains(word))?;
    // At `handed_off` the owner is due, and its absence an error of its own.
    let owned = promise.get("owner").is_some_and(|owner| owner.is_filled() || is_unsettled(Some(owner)));
    (!owned && subject.stage < Stage::HandedOff).then_some(())?;
    let path = format!("promises[{}].status", at + 1);
    let message = format!("this promise is `{word}`, and nobody owns it");
    Some(
        subject
            .fault(&rules::UNOWNED_PROMISE, status.span, &path, message)
            .help("Name who delivers it: `owner: <teammate>`."),
    )
}

fn overdue(subject: &Subject<'_>, at: usize, promise: &Group) -> Option<Diagnostic> {
    let due = promise.date("due")?;
    let settled = is_unsettled(promise.get("status"))
        || matches!(promise.text("status"), Some("delivered" | "broken" | "renegotiated"));
    (due < subject.today() && !settled).then_some(())?;
    let days = (subject.today() - due).get_days();
    let path = format!("promises[{}].due", at + 1);
    let ago = if days == 1 { "yesterday".to_owned() } else { format!("{days} days ago") };
    Some(
        subject
            .fault(
                &rules::OVERDUE_PROMISE,
                promise.get("due")?.span,
                &path,
                format!("this promise was due {ago} and is not settled"),
            )
            .help("Set its status to `delivered`, `broken` or `renegotiated`; a renegotiated one gets a new day."),
    )
}

/// One diagnostic a handoff: it is one risk that is not written down.
fn unaddressed(subject: &Subject<'_>) -> Option<Diagnostic> {
    if is_unsettled(subject.fields.get("risks"))
        || subject.fields.groups("risks").any(|(_, risk)| risk.text("category") == Some("expectations"))
    {
        return None;
    }
    let mut marks = subject.fields.groups("promises").filter_map(|(at, promise)| {
        let mark = ["stretch", "implied"].into_iter().find(|mark| promise.is_true(mark))?;
        Some((at, mark, promise.get(mark)?.span))
    });
    let (at, mark, span) = marks.next()?;
    let path = format!("promises[{}].{mark}", at + 1);
    let what = if mark == "stretch" { "a stretch" } else { "implied" };
    let message = format!("this promise is {what}, and no risk of the category `expectations` says so");
    let mut diagnostic = subject
        .fault(&rules::UNADDRESSED_EXPECTATION, span, &path, message)
        .help("Write the risk down: what happens if they hold us to it?");
    for (at, mark, span) in marks {
        diagnostic = diagnostic.related(subject.file, span, format!("so is `promises[{}].{mark}`", at + 1));
    }
    Some(diagnostic)
}
