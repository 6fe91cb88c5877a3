use super::*;
use proptest::prelude::*;
use proptest::test_runner::Config;
use std::fs;
use std::path::{Path, PathBuf};

/// What is read here of a text; the parser is to read it alike.
fn held_together(text: &str) -> Option<Node> {
    let (file, span) = (FileId(0), Span::new(0, text.len()));
    let (mut found, mut parsed) = (Vec::new(), Vec::new());
    let node = read(file, text, span, &mut found);
    if node.is_some() {
        let expected = events::read(file, text, text, 0, &mut parsed);
        let expected = expected.unwrap_or_else(|failure| panic!("{:?} in:\n{text}", failure.kind));
        assert_eq!(node, expected, "in:\n{text}");
        assert_eq!(found, parsed, "in:\n{text}");
    } else {
        assert_eq!(found, [], "in:\n{text}");
    }
    node
}

#[test]
fn what_people_write_needs_no_parser() {
    for text in [
        "account: northwind\nstage: closed_won\n",
        "# A comment\n\ntitle: Zoë's plan, 10 % of it (or so)\nempty:\nnothing: ~\n",
        "deal:\n  acv: 1200\n  products:\n    - name: Hub\n      seats: 12\n    - name: Relay\nteam:\n  ae: sam\n",
        "roles: [champion, end user]\nquoted: \"a: b # c\"\nsingle: 'it is'\nlist:\n- one\n- \"two\"\n",
        "why: >-\n  Two lines\n  of one text.\n\nescaped: \"say \\\"yes\\\"\"\nmore: some text\n  that goes on\n",
        "links:\n  - label: >-\n      A long\n      label\n    url: https://example.example/a#b\n",
        "a: {b: c}\nd: x # a comment\ne: [\"x, y\", z]\n\"f g\": h\n",
    ] {
        assert!(held_together(text).is_some(), "{text}");
    }
}

#[test]
fn what_is_in_doubt_is_left_to_the_parser() {
    for text in [
        "",
        "- a\n- b\n",
        "just text\n",
        "a: b: c\n",
        "a: b\n   c: d\n",
        "a:\n    b: c\n  d: e\n",
        "a: b\r\n",
        "a:\tb\n",
        "a: [b\n",
        "a: &x b\nc: *x\n",
        "a: b\n---\nc: d\n",
        "a: \u{feff}b\n",
        "- a: b\n  c: d\n",
    ] {
        assert!(held_together(text).is_none(), "{text}");
    }
}

fn line() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a:",
        "b: ",
        "c",
        "word",
        " ",
        "- ",
        "-",
        "a: b",
        "\"q\"",
        "'s'",
        "\"",
        "'",
        "\\",
        "[x, y]",
        "[",
        "]",
        "{",
        "}",
        ", ",
        ">-",
        "|",
        "|2",
        "#",
        " # n",
        ": ",
        ":",
        "é",
        "null",
        "~",
        "&x ",
        "*x",
        "!t ",
        "---",
        "...",
        "? ",
        "%",
        "12",
        "2026-01-02",
        "\t",
        "\r",
        "<<: ",
        "(p)",
        "@",
        "`",
        "a b: ",
        "\"k\": ",
        "no",
        "x/y?z#w",
    ]);
    let pieces = prop::collection::vec(piece, 0..4);
    let whole = prop::sample::select(vec![
        "a: b",
        "c: d e",
        "f:",
        "g: [h, i]",
        "- j",
        "- k: l",
        "m: >-",
        "text",
        "- \"n\"",
        "o: 'p'",
        "q: r # s",
        "",
    ]);
    (0..4_usize, prop_oneof![pieces.prop_map(|pieces| pieces.concat()), whole.prop_map(str::to_owned)])
        .prop_map(|(depth, text)| format!("{}{text}\n", "  ".repeat(depth)))
}

proptest! {
    #![proptest_config(Config::with_cases(4_096))]

    #[test]
    fn the_parser_reads_alike(lines in prop::collection::vec(line(), 0..9), odd in 0..4_usize) {
        // An odd indentation now and then.
        let text: String = lines.iter().enumerate().map(|(at, line)| {
            if odd > 0 && at % 5 == odd { format!(" {line}") } else { line.clone() }
        }).collect();
        held_together(&text);
        held_together(text.trim_end());
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the example is on the disk")]
fn the_example_needs_no_parser() {
    fn files(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files(&path, found);
            } else if path.extension().is_some_and(|end| end == "md") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("content"), &mut found);
    let texts = found.iter().map(|path| fs::read_to_string(path).unwrap().replace("\r\n", "\n"));
    let fronts: Vec<String> =
        texts.filter_map(|text| Some(text.strip_prefix("---\n")?.split_once("\n---\n")?.0.to_owned())).collect();
    assert!(fronts.len() > 40);
    let left: Vec<&String> = fronts.iter().filter(|front| held_together(front).is_none()).collect();
    assert!(left.is_empty(), "{left:#?}");
}
