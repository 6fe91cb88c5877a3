//! `segue explain`, and that its pages say what is so.

use crate::kit::{Folder, segue};
use segue::diagnostic::{ALL, Diagnostic, Rule};
use segue::document::{self, NodeKind};
use segue::fields::{Kind, Schema};
use segue::record::decode;
use segue::source::{FileId, Source};

#[test]
fn a_code_is_explained_and_a_near_one_understood() {
    let folder = Folder::new();
    let run = segue(folder.path(), &["explain", "missing-field"]);
    assert_eq!(run.code, 0);
    assert!(run.out.starts_with("error[missing-field]: A field that is due is not there\n\n"), "{}", run.out);
    for heading in ["\nWhy it matters\n", "\nHow to mend it\n", "\nWrong\n", "\nRight\n", "\n    deal:\n"] {
        assert!(run.out.contains(heading), "{heading}: {}", run.out);
    }
    assert!(run.out.lines().all(|line| line.chars().count() <= 90), "{}", run.out);
    assert_eq!(segue(folder.path(), &["explain", "error[missing-field]:"]).out, run.out);
    let run = segue(folder.path(), &["explain", "mising-feild"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("did you mean `missing-field`?"), "{}", run.err);
}

#[test]
fn without_a_code_all_are_listed() {
    let run = segue(Folder::new().path(), &["explain"]);
    assert_eq!(run.code, 0);
    for rule in ALL {
        let line = run.out.lines().find(|line| line.split_whitespace().next() == Some(rule.code));
        let line = line.unwrap_or_else(|| panic!("{} is not listed", rule.code));
        assert!(line.contains(rule.severity.name()) && line.ends_with(rule.summary), "{line}");
    }
}

/// What stands below a heading of a page.
fn section<'a>(rule: &'a Rule, heading: &str) -> &'a str {
    let start = format!("\n## {heading}\n\n");
    let (_, rest) =
        rule.explanation.split_once(&start).unwrap_or_else(|| panic!("{} has no section {heading}", rule.code));
    rest.split_once("\n## ").map_or(rest, |(section, _)| section)
}

#[test]
fn every_page_has_its_parts() {
    for rule in ALL {
        let meaning = rule.explanation.split("\n## ").next().unwrap_or("");
        assert!(meaning.len() > 40 && !meaning.starts_with('#'), "{}: what does it mean?", rule.code);
        let parts: Vec<_> = rule.explanation.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(parts, ["Why it matters", "How to mend it", "Wrong", "Right"], "{}", rule.code);
        for heading in ["Wrong", "Right"] {
            let example = section(rule, heading);
            assert!(example.starts_with("```") && example.trim_end().ends_with("\n```"), "{}: {heading}", rule.code);
        }
        assert_ne!(section(rule, "Wrong"), section(rule, "Right"), "{}", rule.code);
    }
}

/// The example under a heading as front matter, and what reading it finds; nothing where it is not YAML.
fn read(rule: &Rule, heading: &str) -> Option<Vec<Diagnostic>> {
    let yaml = section(rule, heading).strip_prefix("```yaml\n")?.trim_end().strip_suffix("```")?;
    let whole = yaml.starts_with("---\n") || rule.code == "no-front-matter";
    let text = if whole { yaml.to_owned() } else { format!("---\n{yaml}---\n") };
    let source = Source::new("example.md", text);
    let file = FileId(0);
    let mut diagnostics = Vec::new();
    let document = document::parse(file, &source, &mut diagnostics);
    let Some(front) = &document.front else { return Some(diagnostics) };
    let NodeKind::Mapping(entries) = &front.kind else { return Some(diagnostics) };
    let schema = Schema::default();
    // The kind whose fields these are.
    let known = |kind: Kind| {
        let fields = schema.fields(kind);
        entries.iter().filter(|(key, _)| fields.iter().any(|field| *field.name == *key.name)).count()
    };
    let order = [Kind::Handoff, Kind::Account, Kind::Stakeholder, Kind::Teammate, Kind::Receipt, Kind::Page];
    let kind = order.into_iter().rev().max_by_key(|kind| known(*kind)).expect("there are kinds");
    decode(kind, front, file, &source, &schema, &[], &mut diagnostics);
    Some(diagnostics)
}

#[test]
fn what_a_page_calls_right_is_right() {
    for rule in ALL {
        let found = read(rule, "Right").unwrap_or_default();
        assert!(found.is_empty(), "{}: {found:#?}", rule.code);
    }
}

#[test]
fn what_a_page_calls_wrong_is_wrong_in_that_way() {
    // Codes that one file's front matter shows by itself. The others need a stage, a day or other files.
    let alone = [
        "no-front-matter",
        "unclosed-front-matter",
        "invalid-yaml",
        "yaml-alias",
        "yaml-tag",
        "too-deep",
        "duplicate-key",
        "unknown-key",
        "wrong-type",
        "invalid-value",
        "invalid-date",
        "invalid-number",
        "invalid-url",
        "invalid-currency",
        "invalid-time-zone",
        "invalid-slug",
        "invalid-open-question",
    ];
    for rule in ALL {
        let codes: Vec<_> = read(rule, "Wrong").unwrap_or_default().iter().map(|found| found.rule.code).collect();
        if alone.contains(&rule.code) {
            assert!(!codes.is_empty() && codes.iter().all(|code| *code == rule.code), "{}: {codes:?}", rule.code);
        } else {
            assert!(codes.is_empty(), "{}: {codes:?}", rule.code);
        }
    }
}
