//! Snapshots, each read by eye.

use super::*;
use crate::diagnostic::rules;
use crate::source::{FileId, Source, Span};

const HANDOFF: &str = "\
---
account: acme-robotics
stage: closed_won
deal:
  closed_on: 2026-3-2
  currency: eur
stakeholders:
  - name: Dana Whitfield
    sentimnt: negative
  - name: Dana Whitfield
promises:
  - what: Single sign-on by go-live
    made_to: dana-whitfeld
---
See [[Acme Robotics]] and 100%: \u{1b}[31mred\u{1b}[0m.
";

fn sources() -> Sources {
    Sources::new(vec![
        Source::new("content/accounts/acme-robotics.md", "---\nname: Acme Robotics\n---\n"),
        Source::new("content/handoffs/acme, 1:2.md", HANDOFF),
        Source::new("content/handoffs/broken.md", ""),
    ])
}

/// The `nth` place where `text` stands.
fn find(text: &str, nth: usize) -> Span {
    let (at, _) = HANDOFF.match_indices(text).nth(nth).expect("the text is in the fixture");
    Span::new(at, at + text.len())
}

fn diagnostics() -> Vec<Diagnostic> {
    let file = FileId(1);
    let mut list = vec![
        Diagnostic::new(
            &rules::BROKEN_LINK,
            file,
            find("[[Acme Robotics]]", 0),
            "No page is named `Acme\u{1b}[2JRobotics`",
        ),
        Diagnostic::new(&rules::INVALID_UTF8, FileId(2), Span::at(0), "the file is not UTF-8 text")
            .expected("text saved as UTF-8")
            .help("Byte 12 cannot be read. Save the file as UTF-8."),
        Diagnostic::new(&rules::UNKNOWN_KEY, file, find("sentimnt", 0), "unknown key `sentimnt`")
            .field("stakeholders[1].sentimnt")
            .suggest(find("sentimnt", 0), "sentiment"),
        Diagnostic::new(&rules::INVALID_DATE, file, find("2026-3-2", 0), "`2026-3-2` is not a date")
            .field("deal.closed_on")
            .expected("a date as YYYY-MM-DD")
            .fix(find("2026-3-2", 0), "2026-03-02"),
        Diagnostic::new(
            &rules::MISSING_FIELD,
            file,
            find("what: Single sign-on by go-live\n    made_to: dana-whitfeld\n", 0),
            "`promises[1].due` is missing, and due at `closed_won`",
        )
        .field("promises[1].due")
        .expected("`due` in here: a date, like 2026-03-02")
        .help("When they expect it."),
        Diagnostic::new(
            &rules::DUPLICATE_STAKEHOLDER,
            file,
            find("Dana Whitfield", 1),
            "two stakeholders are `dana-whitfield`",
        )
        .field("stakeholders[2].id")
        .related(file, find("Dana Whitfield", 0), "the first is here")
        .help("Join them, or give one of them an `id` of its own."),
        Diagnostic::new(&rules::SIMILAR_ACCOUNT, file, find("acme-robotics", 0), "two accounts with nearly one name")
            .related(FileId(0), Span::new(10, 23), "the other is here")
            .related(file, find("account", 0), "named here"),
    ];
    sort(&mut list, &sources());
    list
}

#[test]
fn for_people() {
    insta::assert_snapshot!(human(&diagnostics(), &sources(), &Paths::default(), false, 100));
}

#[test]
fn with_colours() {
    insta::assert_snapshot!(
        human(&diagnostics()[1..2], &sources(), &Paths::default(), true, 100).replace('\u{1b}', "␛")
    );
}

#[test]
fn in_short() {
    insta::assert_snapshot!(short(&diagnostics(), &sources(), &Paths::default()));
}

#[test]
fn for_scripts() {
    let sources = sources();
    let list = diagnostics();
    let views: Vec<_> = list.iter().map(|diagnostic| view(diagnostic, &sources, &Paths::default())).collect();
    insta::assert_snapshot!(serde_json::to_string_pretty(&views).expect("views are plain data"));
}

#[test]
fn for_github() {
    let out = github(&diagnostics(), &sources(), &Paths::default());
    insta::assert_snapshot!(out);
    assert_eq!(out.lines().count(), diagnostics().len(), "one line each, whatever the messages hold");
}

#[test]
fn for_code_scanning() {
    let log = sarif(&diagnostics()[..3], &sources(), &Paths::default());
    let mut log: serde_json::Value = serde_json::from_str(&log).expect("a log is JSON");
    for rule in log["runs"][0]["tool"]["driver"]["rules"].as_array_mut().expect("rules are a list") {
        let page = rule["help"].take();
        assert_eq!(page["text"], page["markdown"]);
        assert!(page["text"].as_str().is_some_and(|text| !text.is_empty()));
    }
    insta::assert_snapshot!(format!("{log:#}"));
}

#[test]
fn paths_lead_from_where_the_reader_stands() {
    use std::path::Path;
    let show =
        |root: &str, cwd: &str| Paths::new(Path::new(root), Path::new(cwd)).show("content/handoffs/a.md").into_owned();
    assert_eq!(show("/kb", "/kb"), "content/handoffs/a.md");
    assert_eq!(show("/kb", "/kb/content/handoffs"), "a.md");
    assert_eq!(show("/kb", "/kb/content/accounts"), "../handoffs/a.md");
    assert_eq!(show("/kb", "/kb/con"), "../content/handoffs/a.md");
    assert_eq!(show("/srv/kb", "/srv"), "kb/content/handoffs/a.md");
    assert_eq!(show("/srv/../kb", "/srv"), "../kb/content/handoffs/a.md");
    assert_eq!(show("/elsewhere", "/srv"), "/elsewhere/content/handoffs/a.md");
}

#[test]
fn a_line_of_a_megabyte_is_cut_around_its_place() {
    let text = format!("{}needle{}", "hay ".repeat(100_000), " hay".repeat(100_000));
    let at = text.find("needle").expect("it is in there");
    let sources = Sources::new(vec![Source::new("page.md", text)]);
    let one = Diagnostic::new(&rules::BROKEN_LINK, FileId(0), Span::new(at, at + 6), "no such page");
    let out = human(&[one], &sources, &Paths::default(), false, 80);
    assert!(out.contains("--> page.md:1:400001"), "{out}");
    assert!(out.contains("needle"), "{out}");
    assert!(out.len() < 1000, "{out}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "it measures")]
fn ten_thousands_are_printed_in_no_time() {
    let text = "key: value\n".repeat(50_000);
    let sources = Sources::new(vec![Source::new("content/handoffs/a.md", text)]);
    let list: Vec<_> = (0..50_000)
        .map(|at| {
            let span = Span::new(at * 11, at * 11 + 3);
            Diagnostic::new(&rules::UNKNOWN_KEY, FileId(0), span, "unknown key `key`").help("Take it out.")
        })
        .collect();
    let start = std::time::Instant::now();
    let out = human(&list, &sources, &Paths::default(), false, 100);
    assert!(out.contains("a.md:50000:1"));
    let taken = start.elapsed();
    // Generous, for a slow machine without optimisation; a scan of the file for each would take minutes.
    assert!(taken.as_secs() < 20, "{taken:?}");
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..Default::default() })]

    /// Whatever text and place they get: a renderer that panics would hide all other problems.
    #[test]
    fn no_place_brings_a_renderer_down(
        text in "([a-zäß漢\u{1f600}\u{301}\u{202e}\t\u{1b}%:,]|\r?\n){0,60}",
        start in 0_u32..80,
        length in 0_u32..80,
        other in 0_u32..80,
        message in ".{0,20}",
    ) {
        let sources = Sources::new(vec![Source::new("a.md", text)]);
        let span = Span { start, end: start + length };
        let one = Diagnostic::new(&rules::BROKEN_LINK, FileId(0), span, message.clone())
            .expected(message.clone())
            .suggest(span, message.clone())
            .related(FileId(0), Span { start: other, end: other.saturating_sub(3) }, message);
        let list = [one];
        let paths = Paths::default();
        for color in [true, false] {
            human(&list, &sources, &paths, color, 60);
        }
        proptest::prop_assert_eq!(short(&list, &sources, &paths).lines().count(), 1);
        proptest::prop_assert_eq!(github(&list, &sources, &paths).lines().count(), 1);
        sarif(&list, &sources, &paths);
        serde_json::to_string(&view(&list[0], &sources, &paths)).expect("views are plain data");
    }
}
