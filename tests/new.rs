//! `segue new`, scripted: every answer a flag.

use crate::kit::{Folder, files};
use assert_cmd::Command;

const TODAY: &str = "2026-03-02";

/// Runs it and gives exit code, standard output and standard error.
fn segue(folder: &Folder, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("segue").expect("the binary");
    let command = command.current_dir(folder.path()).env_remove("SOURCE_DATE_EPOCH").args(["--today", TODAY]);
    let output = command.args(arguments).output().expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8").replace('\\', "/");
    (output.status.code().expect("it ends by itself"), text(output.stdout), text(output.stderr))
}

fn base() -> Folder {
    let folder = Folder::new();
    folder
        .write("segue.toml", "[site]\ntitle = \"T\"\n")
        .write("content/team/mara.md", "---\nname: Mara Lindqvist\nrole: ae\n---\n")
        .write("content/team/jonas.md", "---\nname: Jonas Weber\nrole: csm\n---\n")
        .write("content/accounts/acme.md", "---\nname: Acme\n---\n");
    folder
}

fn read(folder: &Folder, path: &str) -> String {
    std::fs::read_to_string(folder.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

const DRAFT: [&str; 9] = ["new", "handoff", "--no-input", "--account", "acme", "--type", "renewal", "--ae", "mara"];

#[test]
fn a_draft_is_written_and_passes() {
    let folder = base();
    let (code, out, _) = segue(&folder, &DRAFT);
    assert_eq!(code, 0);
    assert!(out.contains("Wrote content/handoffs/acme-2026-renewal.md"), "{out}");
    assert_eq!(segue(&folder, &["check", "--deny-warnings"]).0, 0);
    // A second renewal in one year is a file of its own.
    let (code, out, _) = segue(&folder, &DRAFT);
    assert!(code == 0 && out.contains("acme-2026-renewal-2.md"), "{out}");
}

#[test]
fn what_is_missing_is_listed_with_its_flags_and_nothing_is_written() {
    let folder = base();
    let before = files(folder.path());
    let (code, out, err) = segue(
        &folder,
        &[
            &DRAFT[..],
            &[
                "--stage",
                "verbal",
                "--set",
                "deal.opportunity_id=006-1",
                "--set",
                "stakeholders[1].name=Dana Whitfield",
            ],
            &["--set", "stakeholders[1].roles=champion", "--set", "why.pain=tbd"],
        ]
        .concat(),
    );
    assert_eq!((code, out.as_str()), (1, ""));
    insta::assert_snapshot!(err);
    assert_eq!(files(folder.path()), before);
}

#[test]
fn the_flags_that_are_named_do_supply_what_is_missing() {
    let folder = base();
    for stage in ["draft", "verbal", "closed_won", "handed_off"] {
        let slug = format!("at-{}", stage.replace('_', "-"));
        let mut arguments: Vec<String> =
            ["new", "handoff", "--no-input", "--slug", &slug, "--stage", stage].map(str::to_owned).to_vec();
        let mut rounds = 0;
        loop {
            let (code, out, err) = segue(&folder, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
            if code == 0 {
                assert!(out.contains(&format!("content/handoffs/{slug}.md")), "{out}");
                break;
            }
            rounds += 1;
            assert!(code == 1 && rounds < 6, "{stage}: {err}");
            let before = arguments.len();
            for line in err.lines().map(str::trim).filter(|line| line.starts_with("--") && !line.contains("PATH=")) {
                let Some((flag, value)) = line.split_once(' ').filter(|(flag, _)| *flag != "--allow-missing") else {
                    continue;
                };
                // Of two ways, the one that says more.
                if value.contains(" if ") {
                    continue;
                }
                let value = value.trim_matches('\'');
                let value = filled(value, stage);
                if !arguments.contains(&value) || flag != "--set" {
                    arguments.extend([flag.to_owned(), value]);
                }
            }
            assert!(arguments.len() > before, "{stage}: no flag is named in\n{err}");
        }
    }
    let (code, out, _) = segue(&folder, &["check", "content/handoffs"]);
    assert_eq!(code, 0, "{out}");
}

/// A sample answer with something real in place of what stands between angle brackets.
fn filled(sample: &str, stage: &str) -> String {
    let Some((before, rest)) = sample.split_once('<') else { return sample.to_owned() };
    let (what, after) = rest.split_once('>').expect("a closing bracket");
    let real = match what {
        "account" => "acme",
        "teammate" => "jonas",
        // A stakeholder of each number is somebody else.
        "text" if before.contains("stakeholders[2].name") => "Tom Ellery",
        "text" if before.contains("stakeholders[3].name") => "Ada Brandt",
        "text" if before.contains("stakeholders[4].name") => "Lee Okafor",
        "text" if before.contains("name") => "Dana Whitfield",
        "text" if before.contains("opportunity") => stage,
        "text" => "What they said: \"so\"",
        "YYYY-MM-DD" if before.contains("renews_on") => "2027-03-01",
        "YYYY-MM-DD" => "2026-03-01",
        "number" => "12",
        "stakeholder id" => "dana-whitfield",
        "EUR" => "EUR",
        choices if before.contains("roles") => choices.split('|').next().expect("a role"),
        choices => choices.split('|').next().expect("a choice"),
    };
    format!("{before}{real}{after}")
}

#[test]
fn with_allow_missing_the_gaps_are_comments() {
    let folder = base();
    let (code, out, _) =
        segue(&folder, &[&DRAFT[..], &["--stage", "verbal", "--allow-missing", "--slug", "later"]].concat());
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("still missing"), "{out}");
    let text = read(&folder, "content/handoffs/later.md");
    assert!(text.contains("# why:") && text.contains("  # csm:"), "{text}");
    assert_eq!(segue(&folder, &["check"]).0, 1);
    // What is wrong is not let through with what is missing.
    let (code, _, err) =
        segue(&folder, &[&DRAFT[..], &["--allow-missing", "--set", "deal.acv=48k", "--slug", "wrong"]].concat());
    assert!(code == 1 && err.contains("did you mean `48000`?"), "{err}");
    assert!(!folder.join("content/handoffs/wrong.md").exists());
}

#[test]
fn mistakes_in_what_was_typed_say_what_was_meant() {
    let folder = base();
    let before = files(folder.path());
    for (arguments, code, said) in [
        (&["--set", "deal.avc=1"][..], 2, "did you mean `deal.acv`?"),
        (&["--set", "stakeholders.name=Dana"], 2, "`stakeholders[1].name`"),
        (&["--set", "deal.acv"], 2, "deal.acv=48000"),
        (&["--slug", "Acme 2026"], 2, "`acme-2026` could"),
        (&["--slug", "../acme"], 2, "cannot be a file's name"),
        (&["--slug", "con"], 2, "cannot be a file's name"),
        (&["--handoff", "x"], 2, "--handoff says nothing about a handoff"),
        (&["--set", "team.csm=jonsa"], 1, "did you mean `jonas`?"),
        (&["--set", "deal.starts_on=2026-13-01"], 1, "there is no month 13"),
        (&["--stage", "closed"], 2, "closed_won"),
    ] {
        let (found, _, err) = segue(&folder, &[&DRAFT[..], arguments].concat());
        assert!(found == code && err.contains(said), "{arguments:?}: {found}\n{err}");
    }
    for (arguments, said) in [
        (&["teammate", "--name", "東京"][..], "--slug"),
        (&["teammate", "--name", "Mara", "--slug", "mara"], "content/team/mara.md is there already"),
        (&["page", "--title", "Search", "--slug", "search"], "keeps for itself"),
        (&["page", "--title", "Search"], "--slug"),
        (&["page", "--title", "Acme", "--slug", "accounts/acme-2"], "keeps for itself"),
    ] {
        let (found, _, err) = segue(&folder, &[&["new", "--no-input"], arguments].concat());
        assert!(found > 0 && err.contains(said), "{arguments:?}: {err}");
    }
    assert_eq!(files(folder.path()), before);
}

#[test]
fn every_kind_is_written_where_it_belongs() {
    let folder = base();
    assert_eq!(segue(&folder, &[&DRAFT[..], &["--slug", "deal"]].concat()).0, 0);
    for (arguments, path) in [
        (&["account", "--name", "Müller & Söhne"][..], "content/accounts/muller-sohne.md"),
        (&["stakeholder", "--name", "Dana Whitfield", "--account", "acme"], "content/stakeholders/dana-whitfield.md"),
        (&["teammate", "--name", "Alex Moreau", "--set", "role=ae"], "content/team/alex-moreau.md"),
        (&["page", "--title", "How we: hand over"], "content/how-we-hand-over.md"),
        (&["page", "--title", "Day one", "--slug", "guides/day-one"], "content/guides/day-one.md"),
        (
            &[
                "receipt",
                "--handoff",
                "deal",
                "--set",
                "reviewed_by=jonas",
                "--set",
                "reviewed_on=2026-03-01",
                "--set",
                "decision=returned",
                "--set",
                "reasons=unclear_promise, bad_fit",
            ],
            "content/receipts/deal.md",
        ),
    ] {
        let (code, _, err) = segue(&folder, &[&["new", "--no-input"], arguments].concat());
        assert_eq!(code, 0, "{arguments:?}: {err}");
        assert!(folder.join(path).is_file(), "{path}");
        // What is there stays.
        let text = read(&folder, path);
        let again = segue(&folder, &[&["new", "--no-input"], arguments].concat());
        assert_eq!(read(&folder, path), text, "{path}: {again:?}");
    }
    let (code, out, _) = segue(&folder, &["check"]);
    assert_eq!(code, 0, "{out}");
}

#[test]
fn what_the_new_file_makes_others_owe_is_said() {
    let folder = base();
    let open = "{unknown: {ask: jonas, by: 2026-03-20}}";
    let mut arguments = DRAFT.map(str::to_owned).to_vec();
    arguments.extend(["--stage", "verbal", "--csm", "jonas", "--set", "deal.opportunity_id=006-1"].map(str::to_owned));
    for path in [
        "why.pain",
        "why.impact",
        "why.desired_outcome",
        "why.critical_event",
        "usage.use_cases",
        "stakeholders",
        "success.metrics",
    ] {
        arguments.extend(["--set".to_owned(), format!("{path}={open}")]);
    }
    let (code, out, err) = segue(&folder, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("content/accounts/acme.md: `description`"), "{out}");
}
