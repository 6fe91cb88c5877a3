//! Where the front matter begins and ends.

use super::{outline, parse};

fn body(text: &str) -> String {
    let (source, document, diagnostics) = parse(text);
    assert_eq!(diagnostics, [""; 0]);
    assert!(document.whole);
    let front = document.front.as_ref().map_or(String::new(), |node| outline(&source, node));
    format!("{}{front} {:?}", source.slice(document.opening), source.slice(document.body.span))
}

#[test]
fn a_fence_is_a_line_of_its_own() {
    assert_eq!(body("---\na: 1\n---\nText\n"), r#"---{a: 1} "Text\n""#);
    assert_eq!(body("\u{feff}---\r\na: 1\r\n---\r\nText"), r#"---{a: 1} "Text""#);
    assert_eq!(body("---\na: x --- y\n---"), r#"---{a: x --- y} """#);
    assert_eq!(body("---\na: |\n  ---\n  b\n---\n"), r#"---{a: "---\nb" from "---\n  b"} """#);
    assert_eq!(body("---\na: 1\n---\nb\n---\nc\n"), r#"---{a: 1} "b\n---\nc\n""#);
    assert_eq!(body("---\n---\n"), r#"---{} """#);
}

#[track_caller]
fn faulty(text: &str, expected: &str) {
    let (_, document, diagnostics) = parse(text);
    assert_eq!(diagnostics, [expected]);
    assert!(!document.whole);
}

#[test]
fn files_without_front_matter_say_so() {
    faulty("", "1:1-1 no-front-matter The file is empty");
    faulty("\n \n", "1:1-1 no-front-matter The file is empty");
    faulty("# Title\n", "1:1-1 no-front-matter The file does not begin with front matter");
    faulty("\n---\na: 1\n---\n", "1:1-2:1 no-front-matter The file does not begin with front matter");
    faulty("--- \na: 1\n---\n", "1:1-5 no-front-matter The file does not begin with front matter");
}

#[test]
fn front_matter_that_is_never_closed() {
    faulty("---\na: 1\n\nText\n", "1:1-4 unclosed-front-matter The front matter that begins here is never closed");
    faulty("---", "1:1-4 unclosed-front-matter The front matter that begins here is never closed");
    let (source, document, diagnostics) = parse("---\na: 1\n----\nText\n");
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(document.front.as_ref().map(|node| outline(&source, node)).as_deref(), Some("{a: 1}"));
    assert_eq!(source.slice(document.body.span), "Text\n");
}

#[test]
fn a_duplicate_points_at_the_first() {
    let source = segue::source::Source::new("p.md", "---\na: 1\nb: {x: 1, x: 2}\na: 2\n---\n");
    let mut diagnostics = Vec::new();
    segue::document::parse(segue::source::FileId(0), &source, &mut diagnostics);
    let places: Vec<_> = diagnostics
        .iter()
        .map(|diagnostic| {
            (source.position(diagnostic.span.start).line, source.position(diagnostic.related[0].span.start).line)
        })
        .collect();
    assert_eq!(places, [(3, 3), (4, 2)]);
}
