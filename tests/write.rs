//! Answers written to files and read back.

use proptest::prelude::*;
use segue::diagnostic::{Diagnostic, Severity};
use segue::document;
use segue::fields::{Due, Field, Kind, PLACEHOLDERS, Schema, Stage, Type};
use segue::record::{self, Data, Record};
use segue::source::{FileId, Source};
use segue::write::{Answer, Answers, file};

/// What comes back from a file: its fields, what the checker says of them, and how far it is.
pub fn read(kind: Kind, text: &str, stage: Stage) -> (record::Group, Vec<Diagnostic>, record::Completeness) {
    let source = Source::new("content/test.md", text);
    let schema = Schema::default();
    let mut diagnostics = Vec::new();
    let document = document::parse(FileId(0), &source, &mut diagnostics);
    let front = document.front.as_ref().unwrap_or_else(|| panic!("no front matter in\n{text}"));
    let fields = record::decode(kind, front, FileId(0), &source, &schema, &[], &mut diagnostics);
    let opening = document.opening;
    let record = Record { file: FileId(0), kind, id: "test".to_owned(), fields, opening, whole: document.whole };
    let far = record::due(&record, &source, &schema, stage, jiff::civil::date(2026, 3, 2), &mut diagnostics);
    (record.fields, diagnostics, far)
}

pub fn faults(diagnostics: &[Diagnostic]) -> Vec<String> {
    let errors = diagnostics.iter().filter(|one| one.severity == Severity::Error);
    errors.map(|one| format!("{}: {}: {}", one.rule.code, one.field.as_deref().unwrap_or(""), one.message)).collect()
}

/// Text comes back from every place where text can stand, through Segue's reader and through another.
fn comes_back(text: &str) {
    let schema = Schema::default();
    let mut answers = Answers::default();
    let fields = schema.fields(Kind::Handoff);
    for path in
        ["title", "why.pain", "stakeholders[1].title", "usage.use_cases[1].teams[1]", "usage.use_cases[1].teams[2]"]
    {
        answers.set(fields, path, text).expect(path);
    }
    answers.set(fields, "stakeholders[1].cadence", "after it").expect("a path");
    let written = file(&schema, Kind::Handoff, &answers, Stage::Draft, false);
    // Blanks around text say nothing.
    let text = &*text.trim().replace("\r\n", "\n");
    let front = written.split("\n---\n").next().expect("front matter");
    let other: serde_json::Value =
        serde_saphyr::from_str(front).unwrap_or_else(|error| panic!("{text:?}: {error}\n{written}"));
    let (fields, diagnostics, _) = read(Kind::Handoff, &written, Stage::Draft);
    let syntax: Vec<_> =
        diagnostics.iter().filter(|one| one.rule.code.contains("yaml") || one.rule.code == "unknown-key").collect();
    assert!(syntax.is_empty(), "{text:?}: {syntax:?}\n{written}");
    let use_case = fields.items("usage.use_cases")[0].group().expect("a mapping");
    let stakeholder = fields.items("stakeholders")[0].group().expect("a mapping");
    assert_eq!(stakeholder.text("cadence"), Some("after it"), "{text:?}\n{written}");
    for (value, other) in [
        (fields.get("title"), other.pointer("/title")),
        (fields.get("why.pain"), other.pointer("/why/pain")),
        (stakeholder.get("title"), other.pointer("/stakeholders/0/title")),
        (use_case.items("teams").first(), other.pointer("/usage/use_cases/0/teams/0")),
        (use_case.items("teams").get(1), other.pointer("/usage/use_cases/0/teams/1")),
    ] {
        let value = value.unwrap_or_else(|| panic!("{text:?} is gone\n{written}"));
        match &value.data {
            Data::Placeholder(_) => assert!(PLACEHOLDERS.contains(&text.trim().to_lowercase().as_str()), "{text:?}"),
            data => assert_eq!(*data, Data::Text(text.into()), "\n{written}"),
        }
        assert_eq!(other, Some(&text.into()), "\n{written}");
    }
}

#[test]
fn hostile_text_comes_back_as_it_was() {
    let long = "word ".repeat(60) + "end";
    for text in [
        "a: b",
        "a : b",
        "a:",
        "a # b",
        "#a",
        "- a",
        "-",
        "--- a",
        "...",
        "no",
        "No",
        "yes",
        "on",
        "y",
        "null",
        "~",
        "true",
        "2026-01-01",
        "2026-01-01 10:00:00",
        "12:30:45",
        "0x1F",
        "0o17",
        "1e5",
        "1 000",
        ".inf",
        ".nan",
        "42",
        "00612",
        "12 doors",
        "a\nb",
        "a\n\nb\n",
        "\na",
        "a\n b",
        " a\nb",
        "a\n---\nb",
        "a\nb \nc",
        "\"a\"",
        "'a'",
        "a \"b\" c",
        "it's",
        "a\\b",
        "a\tb",
        "\ta",
        "a ",
        " a",
        "a\u{a0}",
        "🚀",
        "🚀 go",
        "[a]",
        "{a}",
        "a, b",
        "a [b]",
        "*a",
        "&a",
        "!a",
        "|",
        ">",
        "%a",
        "@a",
        "`a`",
        "? a",
        "a\r\nb",
        "a\u{85}b",
        "a\u{2028}b",
        "\u{feff}a",
        "a\u{0}b",
        "Müller & Söhne",
        "東京",
        "<!-- x -->",
        "{{ name }}",
        "key: [1, 2]",
        "=",
        "<<",
        "none of it",
        "£41,000 a month",
        "NO",
        "a\n\n\n",
        "a\n  b\nc",
        "https://a.example/#b",
        "C:\\temp",
        "# heading\n\n- item\n- item",
        &long,
        &long.replace("word word", "word  word"),
        &format!("{long}\n{long}"),
        &format!(" {long}"),
        &format!("{long}: {long} # {long}"),
    ] {
        comes_back(text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_comes_back_as_it_was(text in "[ \\-:#\"'\\[\\]{},a-z0-9\n\t|>&*!%@`~?\\PC]{1,160}") {
        prop_assume!(!text.trim().is_empty());
        comes_back(&text);
    }
}

/// A good answer of a type, told apart by `seed`.
fn answer(field: &Field, ty: &Type, seed: u64, stage: Stage) -> Answer {
    let pick = |count: usize| seed as usize % count;
    let texts =
        ["Lorries wait: 73 minutes", "- not a list", "no", "2026-01-01", "first\nsecond", "42", "it's \"so\" # really"];
    let scalar = |text: &str| Answer::Scalar(text.to_owned());
    match ty {
        _ if field.none && seed.is_multiple_of(5) => Answer::None,
        _ if field.open && seed.is_multiple_of(7) && matches!(field.due, Due::At(_)) => {
            Answer::Open { ask: "mara".to_owned(), by: "2026-03-02".to_owned() }
        }
        Type::Text => scalar(texts[pick(texts.len())]),
        Type::Integer { min, .. } => Answer::Scalar((min.max(&0) + i64::from(seed.is_multiple_of(3))).to_string()),
        Type::Number | Type::Money => scalar(["0", "48000", "12.5"][pick(3)]),
        Type::Date => scalar(["2026-02-27", "2024-02-29"][pick(2)]),
        Type::Bool => scalar(["true", "false"][pick(2)]),
        Type::Url => scalar(["https://crm.example/a?b=c#d", "mailto:a@b.example"][pick(2)]),
        Type::Currency => scalar(["EUR", "USD"][pick(2)]),
        Type::TimeZone => scalar("Europe/Berlin"),
        Type::Slug | Type::Ref(_) | Type::Stakeholder => scalar(["mara", "no", "3m", "0612"][pick(4)]),
        Type::Choice(values) => scalar(values[pick(values.len())]),
        Type::List(item) => {
            Answer::List((0..=seed % 3).map(|at| list_item(field, item, seed + at * 11, stage)).collect())
        }
        Type::Group(fields) => Answer::Group(answers(fields, seed, stage)),
    }
}

fn list_item(field: &Field, item: &Type, seed: u64, stage: Stage) -> Answer {
    let item_field = Field { none: false, open: false, ..field.clone() };
    match item {
        Type::Group(fields) => Answer::Group(answers(fields, seed, stage)),
        _ => answer(&item_field, item, seed, stage),
    }
}

/// Answers to all that may be due, and to some of the rest.
pub fn answers(fields: &[Field], seed: u64, stage: Stage) -> Answers {
    let mut answers = Answers::default();
    for (at, field) in fields.iter().enumerate() {
        let seed = seed.wrapping_mul(31).wrapping_add(at as u64) >> 1;
        let wanted = match field.due {
            Due::Optional => seed.is_multiple_of(3),
            Due::At(at) => at <= stage,
            Due::WithParent | Due::ForRole(..) => true,
        };
        if wanted {
            answers.put(field.name, answer(field, &field.ty, seed, stage));
        }
    }
    answers
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn good_answers_make_a_file_that_passes(seed in any::<u64>(), kind in 0..6_usize, stage in 0..4_usize) {
        let (kind, stage) = (Kind::ALL[kind], Stage::ALL[stage]);
        let schema = Schema::default();
        let mut answers = answers(schema.fields(kind), seed >> 8, stage);
        if kind == Kind::Handoff {
            answers.put("stage", Answer::Scalar(stage.name().to_owned()));
        }
        for gaps in [false, true] {
            let written = file(&schema, kind, &answers, stage, gaps);
            let (_, diagnostics, _) = read(kind, &written, stage);
            prop_assert!(faults(&diagnostics).is_empty(), "{:#?}\n{}", faults(&diagnostics), written);
        }
    }
}

#[test]
fn gaps_are_comments_that_become_answers_when_uncommented() {
    let schema = Schema::default();
    let mut answers = Answers::default();
    for (path, value) in [
        ("account", "acme"),
        ("stage", "closed_won"),
        ("deal.type", "renewal"),
        ("team.ae", "mara"),
        ("stakeholders[1].name", "Dana Whitfield"),
        ("stakeholders[1].roles", "champion"),
    ] {
        answers.set(schema.fields(Kind::Handoff), path, value).expect(path);
    }
    let written = file(&schema, Kind::Handoff, &answers, Stage::ClosedWon, true);
    insta::assert_snapshot!(written);
    let (_, diagnostics, _) = read(Kind::Handoff, &written, Stage::ClosedWon);
    assert!(diagnostics.iter().all(|one| one.rule.code == "missing-field"), "{:#?}", faults(&diagnostics));
    // Each gap that a person uncomments is understood by the reader as that very field.
    let open: String = written
        .lines()
        .filter(|line| !line.starts_with("# Due next"))
        .map(|line| {
            let gap = line.trim_start().starts_with("# ") && line.contains(':') && line.contains("  # ");
            (if gap { line.replacen("# ", "", 1) } else { line.to_owned() }) + "\n"
        })
        .collect();
    let (_, diagnostics, _) = read(Kind::Handoff, &open, Stage::ClosedWon);
    let others: Vec<_> = diagnostics.iter().filter(|one| one.rule.code != "missing-field").collect();
    assert!(others.is_empty(), "{others:#?}\n{open}");
}

#[test]
fn a_wrong_path_says_what_was_meant() {
    let schema = Schema::default();
    let fields = schema.fields(Kind::Handoff);
    let said = |path: &str, value: &str| {
        let error = Answers::default().set(fields, path, value).expect_err(path);
        format!("{error}; {}", error.help.as_deref().unwrap_or("-"))
    };
    insta::assert_snapshot!(
        [
            said("deal.avc", "1"),
            said("accuont", "x"),
            said("acv", "48000"),
            said("opportunity_id", "1"),
            said("nonsense", "1"),
            said("deal", "1"),
            said("stakeholders", "Dana"),
            said("stakeholders.name", "Dana"),
            said("stakeholders[0].name", "Dana"),
            said("stakeholders[x].name", "Dana"),
            said("stakeholders[99999].name", "Dana"),
            said("stakeholders[1]", "Dana"),
            said("stakeholders[1].nmae", "Dana"),
            said("deal[1].acv", "1"),
            said("deal.acv.amount", "1"),
            said("deal.acv", "{unknown: {ask: mara}}"),
            said("deal.acv.unknown.whom", "mara"),
            said("account.unknown.ask", "mara"),
        ]
        .join("\n")
    );
}

#[test]
fn lists_none_and_open_questions_are_set_as_people_write_them() {
    let schema = Schema::default();
    let mut answers = Answers::default();
    for (path, value) in [
        ("promises", "None"),
        ("stakeholders[2].roles", "[champion, end_user]"),
        ("stakeholders[1].roles", "blocker"),
        ("deal.acv", "{unknown: {ask: mara, by: 2026-03-01}}"),
        ("deal.tcv.unknown.ask", "mara"),
        ("deal.tcv.unknown.by", "2026-03-01"),
        ("why.critical_event", "{ unknown: { ask: mara, by: 2026-03-01 } }"),
        ("risks", "{unknown: {ask: mara, by: 2026-03-01}}"),
        ("title", "gone"),
        ("title", ""),
    ] {
        answers.set(schema.fields(Kind::Handoff), path, value).expect(path);
    }
    insta::assert_snapshot!(file(&schema, Kind::Handoff, &answers, Stage::HandedOff, false));
}
