//! One fault of the YAML, one diagnostic, at its place and in words: literate cases.

use super::{outline, parse};

/// `faults.txt` holds cases between lines `~~~~`: front matter, and after `> ` what is read of it (`in parts` if it did
/// not parse as a whole) and each diagnostic expected. Lines count from the opening fence.
#[test]
fn each_fault_is_told_once_and_at_its_place() {
    let mut wrong = Vec::new();
    for case in include_str!("faults.txt").split("~~~~\n").filter(|case| !case.is_empty()) {
        let (yaml, expected): (Vec<&str>, Vec<&str>) = case.lines().partition(|line| !line.starts_with("> "));
        let yaml = yaml.iter().map(|line| format!("{line}\n")).collect::<Vec<_>>().concat();
        let actual = told(&yaml);
        if actual != expected {
            wrong.push(format!("{yaml}expected:\n{}\nactual:\n{}", expected.join("\n"), actual.join("\n")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn told(yaml: &str) -> Vec<String> {
    let (source, document, diagnostics) = parse(&format!("---\n{yaml}---\n"));
    let tree = document.front.as_ref().map_or("nothing".to_owned(), |node| outline(&source, node));
    let parts = if document.whole { "" } else { ", in parts" };
    std::iter::once(format!("> {tree}{parts}")).chain(diagnostics.iter().map(|line| format!("> {line}"))).collect()
}

#[test]
fn carriage_returns_and_invisible_characters() {
    assert_eq!(
        told("a: 1\r\nb:\r\n  - x\r\nc: |\r\n  t\r\n  u\r\n"),
        [r#"> {a: 1, b: [x], c: "t\nu" from "t\r\n  u"}"#]
    );
    assert_eq!(
        told("a: x\0y\nb: 2\n"),
        ["> {a: BROKEN, b: 2}, in parts", "> 2:5-6 invalid-yaml An invisible character (U+0000) stands here"]
    );
    assert_eq!(
        told("a: x\r\nb: c: d\r\ne: @f\r\n"),
        [
            "> {a: x, b: BROKEN, e: BROKEN}, in parts",
            "> 3:5-6 invalid-yaml A colon and a space stand inside a value",
            "> 4:4-5 invalid-yaml A value cannot begin with `@` unless it stands in quotes",
        ]
    );
}

#[test]
fn fifty_faults_are_fifty_diagnostics() {
    let yaml = (0..25).map(|at| format!("k{at}:\n  - x: a: b\n  - \"open\n  - fine\n")).collect::<Vec<_>>().concat();
    let (_, _, diagnostics) = parse(&format!("---\n{yaml}---\n"));
    assert_eq!(diagnostics.len(), 50, "{diagnostics:#?}");
}

#[test]
fn bombs_of_depth_and_aliases_are_refused() {
    for yaml in [
        format!("a: {}{}\n", "[".repeat(40), "]".repeat(40)),
        format!("a: {}{}\n", "[".repeat(100_000), "]".repeat(100_000)),
        format!("a: {}x\n", "- ".repeat(1000)),
        (0..200).map(|at| format!("{}a:\n", " ".repeat(at))).collect::<Vec<_>>().concat(),
    ] {
        let (_, _, diagnostics) = parse(&format!("---\n{yaml}---\n"));
        assert_eq!(diagnostics.len(), 1, "{diagnostics:#?}");
    }
    let (_, document, diagnostics) = parse("---\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\ntitle: Kept\n---\n");
    assert_eq!(diagnostics.len(), 6, "{diagnostics:#?}");
    assert!(diagnostics.iter().all(|line| line.contains("yaml-alias")));
    assert!(document.whole);
}
