//! `segue check`, as typed.

use crate::kit::{Folder, Run, segue};
use serde_json::Value;
use std::fs;

const DRAFT: &str = "\
---
account: acme-robotics
stage: draft
deal:
  type: new_business
team:
  ae: priya-nair
---
They asked for a second demonstration.
";

/// A knowledge base without faults.
fn base() -> Folder {
    let folder = Folder::new();
    folder
        .write("segue.toml", "[site]\ntitle = \"Handoffs\"\n")
        .write("content/accounts/acme-robotics.md", "---\nname: Acme Robotics\n---\n")
        .write("content/team/priya-nair.md", "---\nname: Priya Nair\nrole: ae\n---\n")
        .write("content/handoffs/acme-robotics.md", DRAFT);
    folder
}

fn check(folder: &Folder, arguments: &[&str]) -> Run {
    segue(folder.path(), &[&["check", "--today", "2026-03-20"], arguments].concat())
}

/// One error and one warning.
fn faulty() -> Folder {
    let folder = base();
    let text = DRAFT
        .replace("new_business", "new_busines")
        .replace("ae: priya-nair", "ae: priya-nair\nusage:\n  rollout: tbd");
    folder.write("content/handoffs/acme-robotics.md", text);
    folder
}

#[test]
fn a_clean_base_is_said_to_be_clean() {
    let run = check(&base(), &[]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.starts_with("checked 4 files: no problems in "), "{}", run.out);
    assert_eq!(run.err, "");
}

#[test]
fn errors_fail_and_warnings_do_not_unless_denied() {
    let folder = faulty();
    let run = check(&folder, &[]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("error[invalid-value]"), "{}", run.out);
    assert!(run.out.contains("--> content/handoffs/acme-robotics.md:5:9"), "{}", run.out);
    assert!(run.out.contains("did you mean `new_business`?"), "{}", run.out);
    assert!(run.out.contains("checked 4 files: 1 error, 1 warning in "), "{}", run.out);
    assert!(!run.out.contains('\u{1b}'), "no colours where nobody sees them");

    folder.write("segue.toml", "[site]\ntitle = \"Handoffs\"\n[rules]\ninvalid-value = \"warning\"\n");
    assert_eq!(check(&folder, &[]).code, 0);
    assert_eq!(check(&folder, &["--deny-warnings"]).code, 1);
}

#[test]
fn colours_come_when_asked_for() {
    let run = check(&faulty(), &["--color", "always"]);
    assert!(run.out.contains("\u{1b}["), "{}", run.out);
}

#[test]
fn short_is_a_line_each_and_nothing_else() {
    let run = check(&faulty(), &["--format", "short"]);
    let lines: Vec<_> = run.out.lines().collect();
    assert_eq!(lines.len(), 2, "{}", run.out);
    assert!(lines[0].starts_with("content/handoffs/acme-robotics.md:5:9: error[invalid-value]: "), "{}", run.out);
    assert!(
        lines[1].starts_with("content/handoffs/acme-robotics.md:9:12: warning[placeholder-optional]: "),
        "{}",
        run.out
    );
    assert!(run.err.contains("1 error, 1 warning"), "{}", run.err);
}

#[test]
fn github_gets_one_annotation_each_from_where_the_command_runs() {
    let folder = faulty();
    let run = segue(&folder.join("content"), &["check", "--format", "github"]);
    let lines: Vec<_> = run.out.lines().collect();
    assert_eq!(lines.len(), 2, "{}", run.out);
    assert!(
        lines[0].starts_with("::error file=handoffs/acme-robotics.md,line=5,col=9,endLine=5,endColumn=20,title=invalid-value::deal.type: "),
        "{}",
        lines[0]
    );
    assert!(lines[0].contains("did you mean `new_business`?"), "{}", lines[0]);
}

#[test]
fn json_holds_everything() {
    let run = check(&faulty(), &["--format", "json", "--stage", "verbal"]);
    let document: Value = serde_json::from_str(&run.out).expect("it is JSON");
    let first = &document["diagnostics"].as_array().expect("a list").iter().find(|one| one["code"] == "invalid-value");
    let first = first.expect("the fault is in it");
    assert_eq!(first["path"], "content/handoffs/acme-robotics.md");
    assert_eq!(first["start"], serde_json::json!({ "line": 5, "column": 9 }));
    assert_eq!(first["field"], "deal.type");
    assert_eq!(first["suggestion"]["replacement"], "new_business");
    let handoff = &document["handoffs"][0];
    assert_eq!(handoff["stage"], "verbal");
    let missing = handoff["missing"].as_array().expect("a list");
    assert_eq!(
        handoff["due"].as_u64().expect("a number") - handoff["filled"].as_u64().expect("a number"),
        missing.len() as u64
    );
    assert!(missing.iter().any(|one| one["field"] == "deal.opportunity_id"), "{handoff}");
    assert_eq!(document["summary"]["files"], 4);
}

#[test]
fn sarif_is_a_log_by_its_schema() {
    let schema: Value = serde_json::from_str(include_str!("fixtures/sarif-2.1.0.schema.json")).expect("it is JSON");
    let schema = jsonschema::validator_for(&schema).expect("it is a schema");
    for folder in [base(), faulty(), crate::faults::many()] {
        let run = check(&folder, &["--format", "sarif"]);
        let log: Value = serde_json::from_str(&run.out).expect("it is JSON");
        let wrong: Vec<_> = schema.iter_errors(&log).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        let lines = check(&folder, &["--format", "short"]).out.lines().count();
        assert_eq!(log["runs"][0]["results"].as_array().map(Vec::len), Some(lines));
    }
}

#[test]
fn a_stage_says_what_would_block_and_how_far_it_is() {
    let run = check(&base(), &["--stage", "verbal"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("content/handoffs/acme-robotics.md: 4 of "), "{}", run.out);
    assert!(run.out.contains(" fields due at verbal\n"), "{}", run.out);
    assert!(run.out.contains("deal.opportunity_id [missing-field]"), "{}", run.out);
    assert!(run.out.contains("The opportunity's id in the CRM; no two handoffs share one."), "{}", run.out);
    let run = check(&base(), &["--stage", "draft"]);
    assert_eq!(run.code, 0, "{}", run.out);
}

#[test]
fn a_path_says_what_is_reported_while_everything_is_resolved() {
    let folder = faulty();
    folder.write("content/team/omar.md", "---\nname: Omar Haddad\nroll: ae\n---\n");
    let run = check(&folder, &["content/team"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("unknown-key") && !run.out.contains("invalid-value"), "{}", run.out);
    assert!(run.out.contains("checked 2 files: 1 error in "), "{}", run.out);
    assert_eq!(check(&folder, &["content/accounts", "content/team/priya-nair.md"]).code, 0);
    let run = segue(&folder.join("content/team"), &["check", "../accounts/acme-robotics.md"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert_eq!(check(&folder, &["."]).code, 1);
}

#[test]
fn a_base_elsewhere_is_named_by_its_root() {
    let folder = Folder::new();
    folder.write("here/notes.txt", "");
    for (path, bytes) in crate::kit::files(faulty().path()) {
        folder.write(&format!("kb/{path}"), bytes);
    }
    let here = folder.join("here");
    let run = segue(&here, &["check", "--root", "../kb", "--format", "short"]);
    assert!(run.out.starts_with("../kb/content/handoffs/acme-robotics.md:5:9: error"), "{}{}", run.out, run.err);
    let run = segue(&here, &["check", "--root", "../kb", "../kb/content/team"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.starts_with("checked 1 file: no problems"), "{}", run.out);
    let run = segue(folder.path(), &["check", "--root", "kb", "--format", "short"]);
    assert!(run.out.starts_with("kb/content/handoffs/acme-robotics.md:5:9: error"), "{}{}", run.out, run.err);
}

#[test]
fn a_path_that_is_not_there_is_a_slip_not_a_clean_result() {
    let run = check(&base(), &["content/handoffs/acme-robotic.md"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("error: content/handoffs/acme-robotic.md does not exist"), "{}", run.err);
    assert!(run.err.contains("did you mean content/handoffs/acme-robotics.md?"), "{}", run.err);
    let elsewhere = Folder::new();
    let run = check(&base(), &[elsewhere.path().to_str().expect("a path")]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("outside the knowledge base"), "{}", run.err);
}

#[test]
fn outside_a_base_it_says_how_to_get_into_one() {
    let run = check(&Folder::new(), &[]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("error: ") && run.err.contains("segue.toml") && run.err.contains("segue init"),
        "{}",
        run.err
    );
    let run = check(&base(), &["--root", "nowhere"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("nowhere"), "{}", run.err);
}

#[test]
fn what_cannot_be_meant_is_refused_with_code_2() {
    for arguments in [&["--stage", "won"][..], &["--format", "xml"], &["--today", "2026-02-30"], &["--colour"]] {
        let run = segue(base().path(), &[&["check"], arguments].concat());
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(run.err.starts_with("error: "), "{}", run.err);
    }
}

#[test]
fn fix_mends_what_is_certain_and_keeps_the_rest() {
    let folder = base();
    let text = "\u{feff}---\r\naccount: acme-robotics # theirs\r\nstage: draft\r\ndeal:\r\n  type:   new_busines\r\n  closed_on: 2026-3-2   # said Dana\r\n  Currency: eur\r\nteam: {ae: priya-nair}\r\n---\r\nText.\r\n";
    folder.write("content/handoffs/acme-robotics.md", text);
    // The third comes to light when the key above it is right.
    assert!(check(&folder, &[]).out.ends_with("\n2 of them are mended by `segue check --fix`\n"));
    let run = check(&folder, &["--fix"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("fixed 3 problems\nchecked 4 files: 1 error in "), "{}", run.out);
    assert!(run.out.contains("did you mean `new_business`?"), "what is not certain is left: {}", run.out);
    let mended = fs::read_to_string(folder.join("content/handoffs/acme-robotics.md")).expect("a file");
    let expected = text.replace("2026-3-2", "2026-03-02").replace("Currency: eur", "currency: EUR");
    assert_eq!(mended, expected);
    let left: Vec<_> = fs::read_dir(folder.join("content/handoffs")).expect("a folder").collect();
    assert_eq!(left.len(), 1, "nothing is left beside it: {left:?}");
}

#[test]
fn fix_leaves_files_alone_that_were_not_asked_for() {
    let folder = base();
    let text = DRAFT.replace("stage: draft", "Stage: draft");
    folder.write("content/handoffs/acme-robotics.md", &text);
    check(&folder, &["--fix", "content/team"]);
    assert_eq!(fs::read_to_string(folder.join("content/handoffs/acme-robotics.md")).expect("a file"), text);
}

#[cfg(unix)]
#[test]
fn fix_keeps_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let folder = base();
    folder.write("content/handoffs/acme-robotics.md", DRAFT.replace("stage: draft", "Stage: draft"));
    let path = folder.join("content/handoffs/acme-robotics.md");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("permissions can be set");
    assert_eq!(check(&folder, &["--fix"]).code, 0);
    assert_eq!(fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o640);
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_fault() {
    use std::process::{Command, Stdio};
    let folder = base();
    for at in 0..200 {
        folder.write(&format!("content/handoffs/h{at}.md"), DRAFT.replace("draft", "handed_off"));
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_segue"))
        .args(["check", "--today", "2026-03-20"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!(output.status.code(), Some(1), "the verdict stays: {output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
}

#[test]
fn every_format_tells_of_every_fault() {
    let folder = crate::faults::many();
    let lines = |format: &str| check(&folder, &["--format", format]).out.lines().count();
    let short = lines("short");
    assert!(short >= 60, "{short}");
    assert_eq!(lines("github"), short);
    let json: Value = serde_json::from_str(&check(&folder, &["--format", "json"]).out).expect("it is JSON");
    assert_eq!(json["diagnostics"].as_array().map(Vec::len), Some(short));
    let human = check(&folder, &[]).out;
    assert_eq!(human.lines().filter(|line| line.trim_start().starts_with("--> ")).count(), short);
}

#[test]
fn with_all_fixes_applied_none_is_left_to_apply() {
    let folder = crate::faults::many();
    assert!(check(&folder, &["--fix"]).out.contains("fixed "));
    let json: Value = serde_json::from_str(&check(&folder, &["--format", "json"]).out).expect("it is JSON");
    let certain =
        json["diagnostics"].as_array().expect("a list").iter().filter(|one| one["suggestion"]["certain"] == true);
    assert_eq!(certain.count(), 0);
    assert!(!check(&folder, &["--fix"]).out.contains("fixed "));
}

/// Every key of a JSON document with the way to it.
fn keys(value: &Value, path: &str, found: &mut std::collections::BTreeSet<String>) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                let path = format!("{path}.{key}");
                keys(value, &path, found);
                found.insert(path);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| keys(item, path, found)),
        _ => {}
    }
}

#[test]
fn json_has_the_keys_that_are_documented() {
    let (_, rest) = include_str!("../docs/check.md").split_once("```json\n").expect("an example");
    let (example, _) = rest.split_once("```").expect("its end");
    let (mut documented, mut printed) = Default::default();
    keys(&serde_json::from_str(example).expect("the example is JSON"), "", &mut documented);
    let run = check(&crate::faults::many(), &["--format", "json", "--stage", "closed_won"]);
    keys(&serde_json::from_str(&run.out).expect("it is JSON"), "", &mut printed);
    assert_eq!(printed, documented);
}
