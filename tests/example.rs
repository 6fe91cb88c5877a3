//! The example knowledge base in `content/`: that it is what it shows, and that one fault in it is told once.

use crate::kit::{Folder, files};
use segue::pipeline::{self, Question};
use std::path::Path;

const HERE: &str = env!("CARGO_MANIFEST_DIR");

/// Codes and fields of everything that a check finds in the example, with one file of it changed.
fn found(change: Option<(&str, &str, &str)>) -> Vec<(String, String)> {
    let folder = Folder::new();
    let toml = std::fs::read(Path::new(HERE).join("segue.toml")).expect("the example has its configuration");
    folder.write("segue.toml", toml);
    for (path, bytes) in files(&Path::new(HERE).join("content")) {
        folder.write(&format!("content/{path}"), bytes);
    }
    if let Some((path, from, to)) = change {
        let text = std::fs::read_to_string(folder.join(path)).expect("the changed file is there");
        assert!(text.contains(from), "{path} has no `{from}`");
        folder.write(path, text.replacen(from, to, 1));
    }
    let today = jiff::civil::date(2026, 11, 23);
    let checked = pipeline::check(folder.path(), Question { today, at_least: None, audience: None }, &|_, _| {})
        .expect("the example can be read");
    let mut found: Vec<_> = checked
        .diagnostics
        .iter()
        .map(|found| (found.rule.code.to_owned(), found.field.clone().unwrap_or_default()))
        .collect();
    found.sort();
    found
}

fn pair(code: &str, field: &str) -> (String, String) {
    (code.to_owned(), field.to_owned())
}

/// The warnings that the demo shows on purpose.
fn intended() -> Vec<(String, String)> {
    vec![
        pair("cold-introduction", "intro_call.held_on"),
        pair("late-kickoff", "kickoff.scheduled_for"),
        pair("overdue-promise", "promises[2].due"),
    ]
}

#[test]
fn has_the_three_warnings_that_it_shows_and_nothing_else() {
    assert_eq!(found(None), intended());
}

/// Whoever clones the project later must find it whole: open questions are the only thing that turns into an error.
#[test]
fn has_no_error_for_two_years() {
    let today = jiff::civil::date(2028, 11, 30);
    let question = Question { today, at_least: None, audience: None };
    let checked = pipeline::check(Path::new(HERE), question, &|_, _| {}).expect("the example can be read");
    assert_eq!(checked.errors(), 0, "{:?}", checked.diagnostics.iter().map(|found| &found.message).collect::<Vec<_>>());
}

#[test]
fn one_fault_is_told_once() {
    const HANDOFF: &str = "content/handoffs/saltmarsh-foods-2026-new.md";
    let cases = [
        (HANDOFF, "    concerns:", "    concern:", pair("unknown-key", "stakeholders[4].concern")),
        (HANDOFF, "stage: handed_off", "Stage: handed_off", pair("unknown-key", "Stage")),
        (HANDOFF, "promises:\n", "promisses:\n", pair("unknown-key", "promisses")),
        (HANDOFF, "account: saltmarsh-foods", "account: saltmarsh-food", pair("unknown-ref", "account")),
        (HANDOFF, "kind: training", "kind: other", pair("missing-next-step", "next_steps")),
        (HANDOFF, "[[Jonas Wikström]]", "[[Jonas Wikstroem]]", pair("broken-link", "")),
        (HANDOFF, "[[Jonas Wikström]]", "[[Claire Martin]]", pair("ambiguous-link", "")),
        (HANDOFF, "[[saltmarsh-foods-2026-yard]]", "[[saltmarsh-foods-2026-yard#nope]]", pair("broken-anchor", "")),
        ("content/glossary.md", "[[accepting-a-handoff]]", "[[accepting-a-handof]]", pair("broken-link", "")),
        ("segue.toml", "type = \"enum\"", "type = \"enums\"", pair("config-value", "fields.type")),
        (
            "segue.toml",
            "path = \"deal.sites\"\ntype = \"integer\"",
            "path = \"deal.sites\"",
            pair("config-value", "fields.type"),
        ),
    ];
    for (path, from, to, expected) in cases {
        let mut all = intended();
        all.push(expected);
        all.sort();
        assert_eq!(found(Some((path, from, to))), all, "{path}: `{to}`");
    }
}
