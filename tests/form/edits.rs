//! Files that are edited and stay what they were elsewhere.

use crate::write::answers;
use proptest::prelude::*;
use segue::fields::{Kind, Schema, Stage};
use segue::write::{Answer, Answers, Unkept, body_start, edited, file, plain_file, with_body};

const HANDOFF: &str = include_str!("edited.md");

fn edit(text: &str, changes: &[(&str, &str)]) -> Result<String, Unkept> {
    let schema = Schema::default();
    let fields = schema.fields(Kind::Handoff);
    let mut wanted = given(text);
    for (path, value) in changes {
        if value.is_empty() {
            wanted.clear(path);
        } else {
            wanted.set(fields, path, value).expect(path);
        }
    }
    edited(fields, text, &wanted)
}

fn given(text: &str) -> Answers {
    let source = segue::source::Source::new("content/handoffs/a.md", text);
    let document = segue::document::parse(segue::source::FileId(0), &source, &mut Vec::new());
    let schema = Schema::default();
    Answers::given(schema.fields(Kind::Handoff), document.front.as_ref().expect("front matter"))
}

/// The lines that an edit takes away and adds.
fn changed(before: &str, after: &str) -> String {
    let diff = similar::TextDiff::from_lines(before, after);
    let lines = diff.iter_all_changes().filter(|change| change.tag() != similar::ChangeTag::Equal);
    lines.map(|change| change.tag().to_string() + change.value()).collect()
}

#[test]
fn what_is_not_changed_stays_to_the_byte() {
    assert_eq!(edit(HANDOFF, &[]).as_deref(), Ok(HANDOFF));
    let windows = HANDOFF.replace('\n', "\r\n");
    assert_eq!(edit(&windows, &[]).as_deref(), Ok(&*windows));
}

#[test]
fn an_edit_changes_the_lines_of_its_answers_and_no_others() {
    let mut said = String::new();
    for changes in [
        &[("deal.closed_on", "2026-03-05")][..],
        &[("title", "A title: of its own")],
        &[("title", "")],
        &[("deal.acv", "52000"), ("deal.currency", "EUR")],
        &[("deal.support_tier", "{unknown: {ask: mara, by: 2026-04-01}}")],
        &[("deal.tcv", "90000")],
        &[("deal.products[2].name", "Yard"), ("deal.products[1].quantity", "12")],
        &[("why.pain", "One line"), ("why.impact", "First\nSecond")],
        &[("stakeholders[1].roles", "champion, blocker"), ("stakeholders[2].title", "Foreman")],
        &[("stakeholders[3].name", "Third Person"), ("stakeholders[3].roles", "end_user")],
        &[("promises", "none")],
        &[("risks[1].what", "Nothing happens"), ("risks[1].category", "budget")],
        &[("competition.win_reason", "Best"), ("usage.rollout", "Slowly")],
        &[("intro_call.attendees[2]", "Another")],
        &[("team.csm", "")],
    ] {
        let after = edit(HANDOFF, changes).unwrap_or_else(|error| panic!("{changes:?}: {error}"));
        said += &format!("{changes:?}\n{}\n", changed(HANDOFF, &after));
        // The same in the line endings of another system.
        let windows = edit(&HANDOFF.replace('\n', "\r\n"), changes).expect("the same edit");
        assert_eq!(windows, after.replace('\n', "\r\n"), "{changes:?}");
    }
    insta::assert_snapshot!(said);
}

#[test]
fn what_no_field_has_is_not_lost() {
    let text = "---\nstage: draft\ndeal: {type: renewal, colour: red}\n---\n";
    assert_eq!(edit(text, &[("deal.acv", "1")]), Err(Unkept::Foreign("deal".to_owned())));
    assert!(edit(text, &[("deal.type", "upsell")]).is_ok_and(|text| text.contains("{type: upsell, colour: red}")));
    assert_eq!(edit("---\nstage: [\n---\n", &[("stage", "draft")]), Err(Unkept::Unreadable));
}

#[test]
fn quotes_that_make_text_of_a_number_go() {
    let text = "---\nstage: 'draft'\ndeal:\n  acv: \"48000\" # said Dana\n  auto_renew: {}\n  products:\n    - {name: Dock, quantity: '3'}\n---\n";
    let after = edit(text, &[]).expect("an edit");
    assert_eq!(after, text.replace("\"48000\"", "48000").replace("'3'", "3"));
}

#[test]
fn a_gap_that_segue_new_left_is_filled() {
    let schema = Schema::default();
    let mut few = Answers::default();
    few.set(schema.fields(Kind::Handoff), "stakeholders[1].name", "Dana").expect("a path");
    few.put("stage", Answer::Scalar("verbal".to_owned()));
    let text = file(&schema, Kind::Handoff, &few, Stage::Verbal, true);
    let after = edit(&text, &[("account", "acme"), ("stakeholders[1].title", "CFO"), ("why.pain", "Queues")]);
    insta::assert_snapshot!(changed(&text, &after.expect("an edit")));
}

#[test]
fn a_body_is_replaced_only_where_it_says_something_else() {
    let text = "---\r\nstage: draft\r\n---\r\nOne\r\n\r\ntwo.  \r\n";
    assert_eq!(with_body(text, "One\n\ntwo.\n"), text);
    assert_eq!(with_body(text, "One\ntwo"), "---\r\nstage: draft\r\n---\r\n\r\nOne\r\ntwo\r\n");
    assert_eq!(with_body("---\na: b\n---\nx\n", ""), "---\na: b\n---\n");
}

/// Puts comments between the fields, those of mappings in them too, and behind their values. Gives those at the top.
fn commented(text: &str) -> (String, Vec<String>) {
    let (mut lines, mut comments) = (Vec::new(), Vec::new());
    let mut block = usize::MAX;
    for (number, line) in text.lines().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let key = line.trim_start().split(':').next().unwrap_or_default();
        let is_key =
            indent <= block && line.contains(':') && key.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'_'));
        if !line.trim().is_empty() && indent <= block {
            block = usize::MAX;
        }
        if is_key {
            let comment = format!("{:indent$}# kept {number}", "");
            if indent == 0 {
                comments.push(comment.clone());
            }
            lines.push(comment);
        }
        let inline =
            is_key && number % 3 == 0 && !line.ends_with(['|', '>']) && !line.ends_with("|-") && !line.ends_with(">-");
        lines.push(if inline { format!("{line}  # beside {number}") } else { line.to_owned() });
        if line.ends_with("|-") || line.ends_with(">-") {
            block = indent;
        }
        if line == "---" && number > 0 {
            lines.extend(text.lines().skip(number + 1).map(str::to_owned));
            break;
        }
    }
    (lines.join("\n") + "\n", comments)
}

/// What a form writes, read back as a form reads it.
fn comes_back(kind: Kind, stage: Stage, answers: &Answers) {
    let schema = Schema::default();
    let text = plain_file(&schema, kind, answers, "The body.\n\nWith --- in it.");
    let source = segue::source::Source::new("content/a.md", text.as_str());
    let document = segue::document::parse(segue::source::FileId(0), &source, &mut Vec::new());
    let front = document.front.as_ref().expect("front matter");
    assert_eq!(&Answers::given(schema.fields(kind), front), answers, "{text}");
    assert_eq!(text[body_start(&text)..].trim(), "The body.\n\nWith --- in it.");
    // A browser sends them as JSON.
    assert_eq!(Answers::from_json(schema.fields(kind), &answers.to_json()).as_ref(), Ok(answers));
    let (_, diagnostics, _) = crate::write::read(kind, &text, stage);
    let faults = crate::write::faults(&diagnostics);
    assert!(faults.is_empty(), "{faults:#?}\n{text}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_a_form_writes_passes_and_reads_back_the_same(seed in any::<u64>(), kind in 0..6_usize, stage in 0..4_usize) {
        let (kind, stage) = (Kind::ALL[kind], Stage::ALL[stage]);
        let mut answers = answers(Schema::default().fields(kind), seed >> 8, stage);
        if kind == Kind::Handoff {
            answers.put("stage", Answer::Scalar(stage.name().to_owned()));
        }
        comes_back(kind, stage, &answers);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_answers_become_any_others(
        from in any::<u64>(), to in any::<u64>(), kind in 0..6_usize, stages in (0..4_usize, 0..4_usize), gaps in any::<bool>(),
    ) {
        let kind = Kind::ALL[kind];
        let schema = Schema::default();
        let fields = schema.fields(kind);
        let (before, stage) = (answers(fields, from >> 8, Stage::ALL[stages.0]), Stage::ALL[stages.0]);
        let wanted = answers(fields, to >> 8, Stage::ALL[stages.1]);
        let (text, comments) = commented(&file(&schema, kind, &before, stage, gaps));
        let same = edited(fields, &text, &before);
        prop_assert_eq!(same.as_deref(), Ok(&*text));
        let after = edited(fields, &text, &wanted);
        prop_assert!(after.is_ok(), "{:?}\n{}\n{:#?}", after, text, wanted);
        let after = after.expect("it was asserted");
        for comment in comments {
            prop_assert!(after.contains(&format!("{comment}\n")), "{} is gone\n{}", comment, after);
        }
        prop_assert_eq!(edited(fields, &after, &wanted), Ok(after.clone()));
    }
}
