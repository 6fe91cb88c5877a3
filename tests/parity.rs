//! One engine: the page's build of it answers every question as the native one does, byte for byte. It runs in Node.

use crate::kit::{self, Folder, build, example_site};
use segue::pipeline::INDEX;
use segue_bench::corpus::{self, Recipe};
use segue_search::{Fetch, Request, Searcher};
use serde_json::json;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const COUNTED: [&str; 8] = ["kind", "account", "csm", "ae", "stage", "industry", "severity", "status"];

struct Files(PathBuf);

impl Fetch for Files {
    fn fetch(&self, name: &str) -> io::Result<Vec<u8>> {
        std::fs::read(self.0.join(name))
    }
}

/// A question as it is typed, and whether it may go on.
struct Question {
    query: String,
    typing: bool,
    filters: Vec<(String, String)>,
}

impl Question {
    fn new(query: impl Into<String>, typing: bool) -> Self {
        Self { query: query.into(), typing, filters: Vec::new() }
    }
}

/// What the native engine answers, a line of JSON each.
fn native(searcher: &Searcher, questions: &[Question]) -> Vec<String> {
    let answer = |Question { query, typing, filters }: &Question| {
        let count = COUNTED.map(str::to_owned).to_vec();
        let request = Request { typing: *typing, filters: filters.clone(), count, ..Request::new(query) };
        let results = searcher.search(&request).unwrap_or_else(|error| panic!("{query}: {error}"));
        serde_json::to_string(&results).expect("results are JSON")
    };
    questions.iter().map(answer).collect()
}

/// What the page's engine answers; nothing where there is no Node.
fn paged(index: &Path, questions: &[Question]) -> Option<Vec<String>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("search/browser/ask.mjs");
    let child = Command::new("node").arg(script).arg(index).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = child else { return kit::skip("no Node was found to run the page's engine in") };
    let mut lines = String::new();
    for Question { query, typing, filters } in questions {
        let question = json!({ "query": query, "typing": typing, "filters": filters, "count": COUNTED, "limit": 10 });
        lines += &format!("{question}\n");
    }
    let mut input = child.stdin.take().expect("a pipe");
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child.wait_with_output().expect("Node ends");
    writer.join().expect("no panic").expect("Node reads all questions");
    assert!(output.status.success(), "Node ends with {}", output.status);
    let answers = String::from_utf8(output.stdout).expect("answers are UTF-8");
    Some(answers.lines().map(str::to_owned).collect())
}

/// Swaps two letters in the middle.
fn slip(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let middle = letters.len() / 2;
    letters.swap(middle - 1, middle);
    letters.into_iter().collect()
}

/// Questions of every kind, from the index's own words, `words` of them.
fn questions(searcher: &Searcher, words: usize) -> Vec<Question> {
    let terms: BTreeSet<String> = searcher.dump().expect("the index is sound").into_iter().collect();
    let plain = |term: &&String| (3..=16).contains(&term.chars().count()) && term.chars().all(char::is_alphanumeric);
    let plain: Vec<&String> = terms.iter().filter(plain).collect();
    let texts: Vec<&String> = terms.iter().filter(|text| text.matches(' ').count() > 3).collect();
    let mut questions = Vec::new();
    for at in 0..words {
        let word = plain[at * plain.len() / words].as_str();
        let other = plain[(at * 7_919 + 13) % plain.len()].as_str();
        let text: Vec<&str> = texts[at * texts.len() / words].split(' ').collect();
        let letters = word.chars().count();
        let begun: String = word.chars().take((letters * 2 / 3).max(2)).collect();
        questions.push(Question::new(word, at % 2 == 0));
        questions.push(Question::new(begun, true));
        questions.push(Question::new(format!("{word} {other}"), at % 3 == 0));
        questions.push(Question::new(format!("\"{} {}\"", text[0], text[1]), false));
        questions.push(Question::new(format!("{} {} -{word}", text[1], text[2]), false));
        if letters > 4 {
            questions.push(Question::new(slip(word), at % 2 == 1));
        }
        questions.push(Question::new(text.join(" "), true));
    }
    // Every value of every field that hits are counted by, typed and chosen.
    let all = Request { limit: 0, count: COUNTED.map(str::to_owned).to_vec(), ..Request::new("a") };
    for facet in searcher.search(&all).expect("an answer").facets {
        for value in facet.values.iter().take(4) {
            let typed = format!("{}:\"{}\" the", facet.field, value.value.name);
            questions.push(Question::new(typed, false));
            let chosen = vec![(facet.field.clone(), value.value.id.clone())];
            questions.push(Question { filters: chosen, ..Question::new("customer plan", true) });
        }
    }
    let odd = [
        "",
        " ",
        "-",
        "\"",
        ":",
        "a",
        "the",
        "and the of",
        "customer",
        "plan",
        "promise",
        "account",
        "handoff",
        "team",
        "due:<2026-12-31",
        "due:2027 kind:promise",
        "due:2026-01..2026-06 -status:kept",
        "acv:>100k",
        "acv:..-5",
        "nothing:here",
        "kind:",
        "kind:pro",
        "-kind:risk okta",
        "sso",
        "single sign-on",
        "SAML 2.0",
        "+okta sso",
        "whitfeild",
        "kowalcyzk",
        "zoe",
        "Zoë",
        "qqqzzz",
        "what did we promise about the migration of their data",
        "東京",
        "顧客",
        "シングル",
        "サインオン",
        "东京",
        "数据迁移",
        "통합",
        "한국어",
        "東京都 sso",
        "データ",
        "\u{301}",
        "🦀",
    ];
    questions.extend(odd.iter().map(|query| Question::new(*query, true)));
    questions
}

/// A generated base with a page in three scripts that have no spaces between words, or few.
fn generated() -> PathBuf {
    let folder = Folder::new();
    corpus::write(folder.path(), Recipe { handoffs: 40, seed: 5 }).expect("a corpus");
    let page = "---\ntitle: 用語集\n---\n\n東京都の顧客はシングルサインオンを使います。データの移行は三月です。\n\n\
                数据迁移在东京完成。客户使用单点登录。\n\n한국어 고객은 통합 로그인을 씁니다.\n";
    folder.write("content/glossary-cjk.md", page);
    build(folder.path(), "parity", &["--allow-errors"])
}

#[test]
fn the_page_finds_what_the_command_line_finds() {
    for (site, words, least) in [(example_site().to_owned(), 60, 400), (generated(), 40, 250)] {
        let index = site.join(INDEX);
        let searcher = segue_search::open(Files(index.clone())).expect("the index opens");
        let questions = questions(&searcher, words);
        assert!(questions.len() >= least, "{} questions", questions.len());
        let ours = native(&searcher, &questions);
        let Some(theirs) = paged(&index, &questions) else { return };
        assert_eq!(theirs.len(), ours.len());
        for ((question, ours), theirs) in questions.iter().zip(&ours).zip(&theirs) {
            assert_eq!(ours, theirs, "`{}`", question.query);
        }
        // A test of answers that hold nothing would always pass.
        let found = ours.iter().filter(|answer| !answer.contains("\"total\":0")).count();
        assert!(found * 4 > questions.len() * 3, "only {found} of {} find anything", questions.len());
        println!("{} questions, {found} of them with hits: the same bytes", questions.len());
    }
}
