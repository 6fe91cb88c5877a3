//! The interview, with somebody else than a terminal to ask.

use super::*;
use crate::cli::args::{ColorChoice, Global};
use crate::pipeline::Question as Ask;
use jiff::civil::date;
use prompter::Check;
use std::collections::{BTreeMap, VecDeque};
use std::fs;
use tempfile::TempDir;

/// A knowledge base of three files.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in [
        ("segue.toml", "[site]\ntitle = \"T\"\n"),
        ("content/team/mara.md", "---\nname: Mara Lindqvist\nrole: ae\n---\n"),
        ("content/team/jonas.md", "---\nname: Jonas Weber\nrole: csm\n---\n"),
        (
            "content/accounts/acme.md",
            "---\nname: Acme\ndescription: Makes robots.\nindustry: Machines\nemployees: 120\ngrowth_stage: Grows\n---\n",
        ),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn context(folder: &TempDir) -> Context {
    let root = Some(folder.path().to_owned());
    Context::new(&Global { root, today: Some(date(2026, 3, 2)), color: ColorChoice::Never }).expect("a context")
}

fn args(kind: Kind) -> New {
    New {
        kind,
        set: Vec::new(),
        slug: None,
        stage: None,
        account: None,
        handoff: None,
        deal_type: None,
        ae: None,
        csm: None,
        title: None,
        name: None,
        no_input: false,
        allow_missing: false,
    }
}

fn read(folder: &TempDir, path: &str) -> String {
    fs::read_to_string(folder.path().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn errors(folder: &TempDir) -> Vec<String> {
    let question = Ask { today: date(2026, 3, 2), at_least: None, audience: None };
    let checked = pipeline::check(folder.path(), question, &|_, _| {}).expect("it can be checked");
    let errors = checked.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    errors.map(|found| format!("{}: {}", found.rule.code, found.message)).collect()
}

/// Answers each question by its path, in the order of the replies given for it; anything unforeseen is a failure.
struct Script {
    replies: BTreeMap<&'static str, VecDeque<&'static str>>,
    refused: Vec<String>,
    said: String,
}

impl Script {
    fn new(replies: &[(&'static str, &'static str)]) -> Self {
        let mut script = Self { replies: BTreeMap::new(), refused: Vec::new(), said: String::new() };
        for (path, reply) in replies {
            script.replies.entry(path).or_default().push_back(reply);
        }
        script
    }

    fn next(&mut self, question: Question<'_>) -> &'static str {
        let reply = self.replies.get_mut(question.path).and_then(VecDeque::pop_front);
        reply.unwrap_or_else(|| panic!("nobody foresaw the question {question:?}"))
    }

    fn pick(&mut self, question: Question<'_>, options: &[String]) -> Vec<usize> {
        let reply = self.next(question);
        let find = |wanted: &str| options.iter().position(|option| option.starts_with(wanted));
        let wanted = reply.split(", ");
        wanted.map(|wanted| find(wanted).unwrap_or_else(|| panic!("{wanted} is none of {options:?}"))).collect()
    }

    fn left(&self) -> Vec<&str> {
        self.replies.iter().filter(|(_, replies)| !replies.is_empty()).map(|(path, _)| *path).collect()
    }
}

impl Prompter for Script {
    fn say(&mut self, text: &str) {
        self.said += text;
    }
    fn text(&mut self, question: Question<'_>, default: Option<&str>, check: Check<'_>) -> Result<String, Stop> {
        loop {
            let reply = self.next(question);
            if let ("", Some(default)) = (reply, default) {
                return Ok(default.to_owned());
            }
            match check(reply) {
                Ok(()) => return Ok(reply.to_owned()),
                Err(message) => self.refused.push(format!("{}: {message}", question.path)),
            }
        }
    }
    fn select(&mut self, question: Question<'_>, options: &[String], _: usize) -> Result<usize, Stop> {
        Ok(self.pick(question, options)[0])
    }
    fn several(&mut self, question: Question<'_>, options: &[String]) -> Result<Vec<usize>, Stop> {
        Ok(self.pick(question, options))
    }
    fn confirm(&mut self, question: Question<'_>, default: bool) -> Result<bool, Stop> {
        match self.next(question) {
            "" => Ok(default),
            reply => Ok(reply == "yes"),
        }
    }
}

fn written(args: &New, folder: &TempDir, prompter: &mut dyn Prompter) -> String {
    match make(args, &context(folder), Some(prompter)) {
        Ok(Made::Written(text)) => text,
        Ok(Made::Refused(text)) => panic!("refused: {text}"),
        Err(failure) => panic!("{failure}"),
    }
}

#[test]
fn a_draft_asks_for_little() {
    let folder = folder();
    let mut script = Script::new(&[
        ("stage", "draft"),
        ("account", "Acme"),
        ("deal.type", "renewal"),
        ("team.ae", "Mara"),
        ("slug", ""),
    ]);
    written(&args(Kind::Handoff), &folder, &mut script);
    assert_eq!(script.left(), Vec::<&str>::new());
    let text = read(&folder, "content/handoffs/acme-2026-renewal.md");
    assert!(text.contains("account: acme\nstage: draft\n") && text.contains("  ae: mara\n"), "{text}");
    assert_eq!(errors(&folder), Vec::<String>::new());
}

#[test]
fn what_is_given_is_not_asked_and_what_is_missing_is_made_on_the_way() {
    let folder = folder();
    let mut args = args(Kind::Handoff);
    args.stage = Some(Stage::Verbal);
    args.deal_type = Some("new_business".to_owned());
    args.slug = Some("new-deal".to_owned());
    args.set = vec![
        ("stakeholders[1].name".to_owned(), "Dana Whitfield".to_owned()),
        ("why.pain".to_owned(), "Lorries wait: 73 minutes".to_owned()),
    ];
    let mut script = Script::new(&[
        ("account", "+ a new account"),
        ("name", "Larkspur"),
        ("description", "Bakes."),
        ("industry", "tbd"),
        ("industry", "Food"),
        ("employees", "about 300"),
        ("employees", "300"),
        ("deal.opportunity_id", "006-1"),
        ("team.ae", "+ a new teammate"),
        ("name", "Alex Moreau"),
        ("team.csm", "Jonas"),
        ("why.impact", "?"),
        ("why.impact.unknown.ask", "Alex"),
        ("why.impact", "soon"),
        ("why.impact", "2026-03-20"),
        ("why.desired_outcome", "Out: within the hour"),
        ("why.critical_event", "I don't know"),
        ("why.critical_event.unknown.ask", "Jonas"),
        ("why.critical_event", ""),
        ("usage.use_cases", "Add"),
        ("usage.use_cases[1].description", "Book a door"),
        ("usage.use_cases[1].teams", "Planning, Drivers"),
        ("usage.use_cases", "no"),
        ("stakeholders[1].title", "VP Operations"),
        ("stakeholders[1].roles", "economic_buyer"),
        ("stakeholders", ""),
        ("stakeholders[2].name", "Tom Ellery"),
        ("stakeholders[2].title", "I"),
        ("stakeholders[2].roles", "champion, influencer"),
        ("stakeholders", "no"),
        ("success.metrics", "Add"),
        ("success.metrics[1].metric", "Waiting"),
        ("success.metrics[1].baseline", "73"),
        ("success.metrics[1].target", "35"),
        ("success.metrics[1].by", "2026-13-01"),
        ("success.metrics[1].by", "2026-12-01"),
        ("success.metrics", "no"),
    ]);
    let said = written(&args, &folder, &mut script);
    assert_eq!(script.left(), Vec::<&str>::new());
    assert_eq!(
        script.refused,
        [
            "industry: `tbd` stands for an answer, and is none.",
            "employees: `about 300` is not a whole number; expected a whole number of at least 0.",
            "why.impact: Expected a date in the form YYYY-MM-DD.",
            "success.metrics[1].by: `2026-13-01` is not a real day: there is no month 13; expected a date in the form `YYYY-MM-DD`.",
        ]
    );
    for path in ["content/accounts/larkspur.md", "content/team/alex-moreau.md", "content/handoffs/new-deal.md"] {
        assert!(said.contains(path), "{said}");
    }
    insta::assert_snapshot!(read(&folder, "content/handoffs/new-deal.md"));
    assert_eq!(errors(&folder), Vec::<String>::new());
}

/// Takes the first of everything, and of texts the first that passes.
struct Willing;

impl Prompter for Willing {
    fn say(&mut self, _: &str) {}
    fn text(&mut self, question: Question<'_>, default: Option<&str>, check: Check<'_>) -> Result<String, Stop> {
        let likely =
            ["What they said: \"it's - so\" # really", "2026-02-27", "12", "EUR", "https://a.example", "a-slug"];
        let answer = default.into_iter().chain(likely).find(|text| check(text).is_ok());
        Ok(answer.unwrap_or_else(|| panic!("nothing passes for {question:?}")).to_owned())
    }
    fn select(&mut self, _: Question<'_>, _: &[String], start: usize) -> Result<usize, Stop> {
        Ok(start)
    }
    fn several(&mut self, _: Question<'_>, options: &[String]) -> Result<Vec<usize>, Stop> {
        Ok((0..options.len()).filter(|at| options[*at] != "blocker").collect())
    }
    fn confirm(&mut self, _: Question<'_>, default: bool) -> Result<bool, Stop> {
        Ok(default)
    }
}

#[test]
fn what_is_asked_suffices_at_every_stage_and_for_every_kind() {
    for stage in Stage::ALL {
        let folder = folder();
        for kind in [Kind::Handoff, Kind::Account, Kind::Stakeholder, Kind::Teammate, Kind::Page, Kind::Receipt] {
            let mut args = args(kind);
            args.stage = matches!(kind, Kind::Handoff | Kind::Account).then_some(stage);
            args.slug = (kind != Kind::Receipt).then(|| format!("the-{kind}"));
            written(&args, &folder, &mut Willing);
            assert_eq!(errors(&folder), Vec::<String>::new(), "{kind} at {stage}");
        }
    }
}

/// Somebody who answers as they like, within reason: no two people of one name, and what is still needed is added.
struct Whimsical {
    seed: u64,
    asked: usize,
    said: String,
}

impl Whimsical {
    fn below(&mut self, count: usize) -> usize {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.asked += 1;
        ((self.seed >> 33) as usize) % count
    }
}

impl Prompter for Whimsical {
    fn say(&mut self, text: &str) {
        text.clone_into(&mut self.said);
    }
    fn text(&mut self, question: Question<'_>, default: Option<&str>, check: Check<'_>) -> Result<String, Stop> {
        if let Some(default) = default {
            return Ok(default.to_owned());
        }
        if question.path.ends_with("name") {
            const NAMES: [&str; 5] = ["Zoë: Brandt", "O'Neil \"Lee\"", "No", "2026-01-01 Corp", "Ana - Maria"];
            return Ok(format!("{} {}", NAMES[self.below(5)], self.asked));
        }
        let texts = ["?", "- a: b # c", "no", "2026-03-05", "12", "EUR", "https://a.example/#b", "[x], {y}", "null"];
        let start = self.below(texts.len());
        let mut in_turn = texts.iter().cycle().skip(start).take(texts.len());
        Ok((*in_turn.find(|text| check(text).is_ok()).unwrap_or_else(|| panic!("nothing passes for {question:?}")))
            .to_owned())
    }
    fn select(&mut self, question: Question<'_>, options: &[String], _: usize) -> Result<usize, Stop> {
        assert!(!question.path.is_empty(), "something was wrong with the answers: {}", self.said);
        Ok(self.below(options.len()))
    }
    fn several(&mut self, _: Question<'_>, options: &[String]) -> Result<Vec<usize>, Stop> {
        let first = self.below(options.len());
        Ok((0..options.len()).filter(|at| *at == first || self.below(3) == 0).collect())
    }
    fn confirm(&mut self, _: Question<'_>, default: bool) -> Result<bool, Stop> {
        // More than is needed, now and then.
        Ok(default || self.below(4) == 0)
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 60, failure_persistence: None, ..Default::default() })]

    #[test]
    fn whatever_is_answered_passes_check(seed: u64, stage in 0..4_usize) {
        let folder = folder();
        let mut handoff = args(Kind::Handoff);
        (handoff.stage, handoff.slug) = (Some(Stage::ALL[stage]), Some("deal".to_owned()));
        written(&handoff, &folder, &mut Whimsical { seed, asked: 0, said: String::new() });
        proptest::prop_assert_eq!(errors(&folder), Vec::<String>::new(), "{}", read(&folder, "content/handoffs/deal.md"));
    }
}

#[test]
fn who_returns_a_handoff_is_asked_why() {
    let folder = folder();
    let mut handoff = args(Kind::Handoff);
    (handoff.stage, handoff.slug) = (Some(Stage::Draft), Some("deal".to_owned()));
    written(&handoff, &folder, &mut Willing);
    let mut script = Script::new(&[
        ("handoff", "Acme"),
        ("reviewed_by", "Jonas"),
        ("reviewed_on", ""),
        ("decision", "returned"),
        ("reasons", "unclear_promise, bad_fit"),
    ]);
    written(&args(Kind::Receipt), &folder, &mut script);
    assert_eq!(script.left(), Vec::<&str>::new());
    let text = read(&folder, "content/receipts/deal.md");
    assert!(
        text.contains("reviewed_on: 2026-03-02\ndecision: returned\nreasons: [unclear_promise, bad_fit]\n"),
        "{text}"
    );
    assert_eq!(errors(&folder), Vec::<String>::new());
}

#[test]
fn a_contradiction_is_shown_and_asked_again() {
    let folder = folder();
    let mut args = args(Kind::Receipt);
    for (path, value) in [("reviewed_by", "jonas"), ("reviewed_on", "2026-03-01"), ("decision", "accepted")] {
        args.set.push((path.to_owned(), value.to_owned()));
    }
    args.handoff = Some("nowhere".to_owned());
    let mut script = Script::new(&[("", "Write nothing")]);
    assert!(make(&args, &context(&folder), Some(&mut script)).is_err());
    assert!(script.said.contains("nowhere"), "{}", script.said);
    assert!(!folder.path().join("content/receipts").exists());

    let mut script =
        Script::new(&[("stage", "draft"), ("account", "Acme"), ("", "Answer"), ("deal.type", "upsell"), ("slug", "")]);
    let mut args = self::args(Kind::Handoff);
    args.ae = Some("mara".to_owned());
    args.deal_type = Some("upsel".to_owned());
    written(&args, &folder, &mut script);
    assert_eq!(script.left(), Vec::<&str>::new());
    assert!(script.said.contains("did you mean `upsell`?"), "{}", script.said);
}

#[test]
fn who_has_had_enough_leaves_nothing_behind() {
    struct Tired(usize);
    impl Prompter for Tired {
        fn say(&mut self, _: &str) {}
        fn text(&mut self, question: Question<'_>, default: Option<&str>, check: Check<'_>) -> Result<String, Stop> {
            self.confirm(question, true)?;
            Willing.text(question, default, check)
        }
        fn select(&mut self, question: Question<'_>, options: &[String], _: usize) -> Result<usize, Stop> {
            self.confirm(question, true)?;
            // Everything new: the more is made on the way, the more could be left behind.
            Ok(options.iter().position(|option| option.starts_with('+')).unwrap_or(0))
        }
        fn several(&mut self, question: Question<'_>, options: &[String]) -> Result<Vec<usize>, Stop> {
            Willing.several(question, options)
        }
        fn confirm(&mut self, _: Question<'_>, default: bool) -> Result<bool, Stop> {
            self.0 = self.0.checked_sub(1).ok_or(Stop::Cancelled)?;
            Ok(default)
        }
    }
    let folder = folder();
    let before = errors(&folder);
    for patience in 0..7 {
        assert!(make(&args(Kind::Handoff), &context(&folder), Some(&mut Tired(patience))).is_err());
        assert!(!folder.path().join("content/handoffs").exists(), "after {patience} answers");
        assert_eq!(fs::read_dir(folder.path().join("content/team")).expect("a folder").count(), 2);
    }
    assert_eq!(errors(&folder), before);
}
