//! What the form's scripts write and count in a browser, held to what Segue writes and counts.

use crate::browser::chromium::chromium;
use crate::browser::server::Server;
use crate::kit::example_site;
use crate::write::{answers, read};
use segue::fields::{FORMS, Kind, Schema, Stage, form};
use segue::write::{Answer, Answers, plain_file};
use serde_json::{Value, json};

/// Generated answers of every kind and stage, some of them not good ones.
fn generated() -> Vec<(Kind, Stage, Answers)> {
    let schema = Schema::default();
    let mut all = Vec::new();
    for seed in 0..120_u64 {
        for kind in FORMS {
            let stage = Stage::ALL[(seed % 4) as usize];
            // Answers to less than what is due, so that something is missing.
            let answered = Stage::ALL[(seed / 4 % 4) as usize];
            let mut made = answers(schema.fields(kind), seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 8, answered);
            if kind == Kind::Handoff {
                made.put("stage", Answer::Scalar(stage.name().to_owned()));
            }
            all.push((kind, stage, made));
        }
    }
    let fields = schema.fields(Kind::Handoff);
    for text in TEXTS {
        let mut made = Answers::default();
        for path in [
            "title",
            "why.pain",
            "account",
            "deal.acv",
            "usage.use_cases[1].teams[1]",
            "usage.use_cases[1].teams[2]",
            "deal.products[1].name",
        ] {
            made.set(fields, path, text).expect(path);
        }
        all.push((Kind::Handoff, Stage::Draft, Answers::from_json(fields, &made.to_json()).expect("the same answers")));
    }
    all
}

/// Texts that are hard to write.
const TEXTS: &[&str] = &[
    "a: b",
    "a:",
    "a # b",
    "#a",
    "- a",
    "-",
    "--",
    "---",
    "...",
    "no",
    "Yes",
    "null",
    "~",
    "true",
    "2026-01-01",
    "12:30:45",
    "0x1F",
    "1e5",
    "1 000",
    ".5",
    "-5",
    "--5",
    "+5",
    "42",
    "00612",
    "12 doors",
    "12 ab",
    "a\nb",
    "a\n\nb\n",
    "a\n b",
    "a\nb \nc",
    "a\tb\nc",
    "\"a\"",
    "'a'",
    "it's \"so\"",
    "a\\b",
    "a\tb",
    "a\u{a0}",
    "\u{a0}a b",
    "🚀",
    "🚀 go",
    "[a]",
    "{a}",
    "a, b",
    "*a",
    "&a",
    "!a",
    "|",
    ">",
    "%a",
    "@a",
    "`a`",
    "a\r\nb",
    "a\u{85}b",
    "a\u{2028}b",
    "\u{feff}a",
    "a\u{1}b",
    "a\u{7f}b",
    "Müller & Söhne",
    "東京",
    "İstanbul",
    "none",
    "tbd",
    "lorem ipsum dolor",
    "=",
    "<<",
    "https://a.example/#b",
    "€48k",
    "a sentence that is longer than one hundred characters, so that it has to be folded into several lines of the file",
    "a sentence  with double  blanks that is longer than one hundred characters,  so that it  has to be folded into several lines",
    "averyveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryverylongword and more",
];

#[test]
fn the_scripts_write_and_count_as_segue_does() {
    let Some(mut browser) = chromium() else { return };
    let server = Server::start(example_site(), "");
    let mut tab = browser.tab();
    tab.visit(&format!("{}new/index.html", server.root()));
    let schema = Schema::default();
    let description = form(&schema, &[]);
    let _: bool = tab.ask(&format!("(() => {{ window.tested = {description}; return true; }})()"));
    let all = generated();
    for chunk in all.chunks(40) {
        let sent: Vec<Value> =
            chunk.iter().map(|(kind, _, answers)| json!({ "kind": kind, "answers": answers.to_json() })).collect();
        let made: Vec<(String, usize, usize, usize, Vec<String>)> = tab.ask(&format!(
            "{}.map(({{ kind, answers }}) => {{
                const {{ due, filled, asked, missing }} = segueForm.judge(tested, kind, answers, '2026-03-02');
                return [segueForm.write(tested, kind, answers, 'The body.'), due, filled, asked, missing];
            }})",
            Value::from(sent)
        ));
        for ((kind, stage, answers), (text, due, filled, asked, missing)) in chunk.iter().zip(made) {
            assert_eq!(text, plain_file(&schema, *kind, answers, "The body."), "{answers:#?}");
            let stage = if *kind == Kind::Handoff { *stage } else { Stage::Draft };
            let (_, _, found) = read(*kind, &text, stage);
            let paths: Vec<String> = found.missing.into_iter().map(|missing| missing.path).collect();
            assert_eq!((due, filled, asked, missing), (found.due, found.filled, found.asked, paths), "{text}");
        }
    }
    tab.assert_quiet(&server.root());
}

#[test]
fn people_of_the_account_and_of_the_form_complete_a_reference() {
    let Some(mut browser) = chromium() else { return };
    let server = Server::start(example_site(), "/kb");
    let mut tab = browser.tab();
    tab.visit(&format!("{}new/index.html", server.root()));
    let ids: Vec<String> = tab.ask(
        "segueForm.known('person', { account: () => 'saltmarsh-foods', stakeholders: () => [['new-one', 'New One', '']] })
            .then((list) => list.map(([id]) => id))",
    );
    assert!(ids.starts_with(&["new-one".to_owned()]) && ids.contains(&"gwen-pritchard".to_owned()), "{ids:?}");
    let nobody: Vec<String> =
        tab.ask("segueForm.known('person', { account: () => 'no-such-account', stakeholders: () => [] })");
    assert!(nobody.is_empty(), "{nobody:?}");
    let likely: Vec<(String, String)> =
        tab.ask("segueForm.known('account', {}).then((list) => segueForm.likely(list, 'TOLLIVER l'))");
    assert_eq!(likely, [("tolliver-logistics".to_owned(), "Tolliver Logistics".to_owned())]);
    tab.assert_quiet(&server.root());
}

#[test]
fn the_scripts_call_files_as_segue_does() {
    let Some(mut browser) = chromium() else { return };
    let server = Server::start(example_site(), "");
    let mut tab = browser.tab();
    tab.visit(&format!("{}new/index.html", server.root()));
    let schema = Schema::default();
    for (kind, _, answers) in generated().into_iter().step_by(7) {
        let name: String = tab.ask(&format!("segueForm.name('{kind}', {}, '2026-03-02')", answers.to_json()));
        assert_eq!(name, segue::write::name(kind, &answers, 2026).unwrap_or_default(), "{answers:#?}");
    }
    for text in TEXTS {
        let mut answers = Answers::default();
        answers.set(schema.fields(Kind::Account), "name", text).expect("a path");
        let name: String = tab.ask(&format!("segueForm.name('account', {}, '2026-03-02')", answers.to_json()));
        assert_eq!(name, segue::write::name(Kind::Account, &answers, 2026).unwrap_or_default(), "{text:?}");
    }
}
