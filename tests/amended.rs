//! A site that was amended, edit by edit, is the site that a fresh start would make of the same files, and finds the same.

use segue::index::{self, Indexed};
use segue::knowledge::{Amended, KnowledgeBase};
use segue::pipeline::{self, Question};
use segue::project;
use segue::render::Theme;
use segue::site::{Made, Site};
use segue::source::{FileId, Source};
use segue_bench::calendar::TODAY;
use segue_bench::corpus::{self, Recipe};
use segue_bench::random::Random;
use segue_search::{Fetch, Request, Searcher};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn question() -> Question {
    Question { today: TODAY, at_least: None, audience: None }
}

fn fresh(root: &Path) -> Site {
    let checked = pipeline::check(root, question(), &|_, _| {}).expect("a project");
    let theme: Theme = checked.theme;
    Site::new(Arc::new(checked.base), theme, &[]).0
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

fn all(root: &Path, folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    files(&root.join("content").join(folder), &mut found);
    found.sort();
    found
}

/// Every file of a site by its address.
fn rendered(site: &Site) -> BTreeMap<String, Vec<u8>> {
    let made = |route: &segue::route::Route| match site.render(route).expect("listed").expect("rendered") {
        Made::Bytes(bytes) => bytes,
        Made::File(path) => fs::read(path).expect("a file"),
    };
    site.routes().map(|route| (route.as_str().to_owned(), made(route))).collect()
}

/// The first line of one that is another in the other.
fn difference(one: &[u8], other: &[u8]) -> String {
    let (one, other) = (String::from_utf8_lossy(one), String::from_utf8_lossy(other));
    let lines = one.lines().zip(other.lines()).find(|(one, other)| one != other);
    lines.map_or_else(|| "one is longer".to_owned(), |(one, other)| format!("amended:\n{one}\nfresh:\n{other}"))
}

fn amend(site: &Site, root: &Path, path: &Path, next: &mut u32) -> Option<Site> {
    let name = path.strip_prefix(root).expect("in the project").to_str().expect("UTF-8").replace('\\', "/");
    let base: &KnowledgeBase = site.base();
    let file = base.of_file(&name).map_or(FileId(*next), |id| base.record(id).file);
    if file.0 == *next {
        *next += 1;
    }
    let source = Source::new(name.as_str(), fs::read_to_string(path).expect("a text"));
    let content = project::content_file(name.strip_prefix("content/").expect("content"), file, true, &mut Vec::new());
    let (record, body, _) = pipeline::read(&base.project, &content, &source);
    let amended = Amended { record: Arc::new(record), body: Arc::new(body), source: Arc::new(source) };
    let (base, delta, _) = base.amended(&[amended], None)?;
    site.amended(Arc::new(base), &delta)
}

/// Replaces what stands after one of the lines that begin with `key`.
fn set(text: &str, random: &mut Random, key: &str, value: &str) -> String {
    let places: Vec<usize> = text.match_indices(key).map(|(at, _)| at + key.len()).collect();
    if places.is_empty() {
        return text.to_owned();
    }
    let at = places[random.below(places.len())];
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    format!("{}{value}{}", &text[..at], &text[end..])
}

/// Changes a file as people do, or adds one.
fn edit(root: &Path, random: &mut Random, round: usize) -> (PathBuf, &'static str) {
    let handoffs = all(root, "handoffs");
    let accounts = all(root, "accounts");
    let slug = |path: &Path| path.file_stem().expect("a name").to_str().expect("UTF-8").to_owned();
    let handoff = handoffs[random.below(handoffs.len())].clone();
    let account = accounts[random.below(accounts.len())].clone();
    let text = fs::read_to_string(&handoff).expect("a text");
    let name_in = |path: &Path, random: &mut Random| {
        let text = fs::read_to_string(path).expect("a text");
        let names: Vec<&str> =
            text.lines().filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("name: ")).collect();
        if names.is_empty() { "Nobody".to_owned() } else { names[random.below(names.len())].to_owned() }
    };
    let other = handoffs[random.below(handoffs.len())].clone();
    let (path, text, what) = match random.below(18) {
        0 => {
            let (one, two) = (name_in(&other, random), name_in(&account, random));
            (handoff, format!("{text}\nRound {round}: {one} knows {two}.\n"), "names in the text")
        }
        1 => {
            let (one, two) = (slug(&other), slug(&account));
            (handoff, format!("{text}\nSee [[{one}]], [[{two}]] and [[new-{round}]].\n"), "links")
        }
        2 => {
            let status = random.pick(&["open", "at_risk", "broken", "delivered"]).to_owned();
            (handoff, set(&text, random, "    status: ", &status), "a status")
        }
        3 => {
            let sentiment = random.pick(&["positive", "neutral", "negative"]).to_owned();
            (handoff, set(&text, random, "    sentiment: ", &sentiment), "a sentiment")
        }
        4 => (handoff, set(&text, random, "  - name: ", &format!("Renate Neu {round}")), "a stakeholder's name"),
        5 => {
            let name = if random.chance(50) { format!("Nora Added {round}") } else { name_in(&other, random) };
            let more =
                format!("stakeholders:\n  - name: {name}\n    roles: [end_user]\n    reports_to: renate-neu-{round}\n");
            (handoff, text.replacen("stakeholders:\n", &more, 1), "another stakeholder")
        }
        6 | 7 => {
            let text = fs::read_to_string(&account).expect("a text");
            let name = if random.chance(70) { format!("Account {round} Works") } else { name_in(&accounts[0], random) };
            let what = if random.chance(30) { "aliases: " } else { "name: " };
            let value = if what == "name: " { name } else { format!("[Alias {round}, {}]", name_in(&other, random)) };
            (account, set(&text, random, what, &value), "an account's name")
        }
        8 => {
            let path = handoff.with_file_name(format!("new-{round}.md"));
            (path, set(&text, random, "opportunity_id: ", &format!("9{round}")), "a new handoff")
        }
        9 => {
            let day = format!("2026-0{}-11", 1 + random.below(9));
            (handoff, set(&text, random, "  closed_on: ", &day), "a day")
        }
        10 => (handoff, set(&text, random, "account: ", &slug(&account)), "another account"),
        11 => {
            (handoff, set(&text, random, "    made_to: ", &format!("nora-added-{}", round / 2)), "whom it was promised")
        }
        12 => (
            handoff,
            format!(
                "---\ntitle: Title {round}\n{}",
                text.trim_start_matches("---\n").trim_start_matches("title: Title")
            ),
            "a title",
        ),
        13 => {
            let people = all(root, "stakeholders");
            let path = people[random.below(people.len())].clone();
            let text = fs::read_to_string(&path).expect("a text");
            (path, set(&text, random, "account: ", &slug(&account)), "where somebody works")
        }
        14 => {
            let receipts = all(root, "receipts");
            let path = receipts[random.below(receipts.len())].clone();
            let text = fs::read_to_string(&path).expect("a text");
            (path, format!("{text}\n\n## A heading\n\n{} said so.\n", name_in(&other, random)), "a receipt")
        }
        15 => {
            let team = all(root, "team");
            let path = team[random.below(team.len())].clone();
            let text = fs::read_to_string(&path).expect("a text");
            let what = if random.chance(60) { "name: " } else { "role: " };
            let value = if what == "name: " { format!("Toni Team {round}") } else { "csm".to_owned() };
            (path, set(&text, random, what, &value), "a colleague")
        }
        16 => {
            let pages = all(root, "playbook");
            let path = pages[random.below(pages.len())].clone();
            let text = fs::read_to_string(&path).expect("a text");
            let what = if random.chance(60) { "title: " } else { "tags: " };
            let value = if what == "title: " { name_in(&other, random) } else { format!("[tag-{round}, pilot]") };
            (path, set(&text, random, what, &value), "a page")
        }
        _ => {
            // A whole entry goes: the lines from one name to the next.
            let names: Vec<usize> = text.match_indices("  - name: ").map(|(at, _)| at).collect();
            let at = random.below(names.len().max(2) - 1);
            let text = match names.get(at..at + 2) {
                Some([from, to]) => format!("{}{}", &text[..*from], &text[*to..]),
                _ => text.clone(),
            };
            (handoff, text, "an entry that went")
        }
    };
    fs::write(&path, text).expect("written");
    (path, what)
}

/// A published index's files.
struct Files(BTreeMap<String, Vec<u8>>);

impl Fetch for Files {
    fn fetch(&self, name: &str) -> std::io::Result<Vec<u8>> {
        self.0.get(name).cloned().ok_or_else(|| std::io::ErrorKind::NotFound.into())
    }
}

/// Everything that an index finds for some questions, whatever its order, and what it counts.
fn found(searcher: &Searcher) -> BTreeMap<&'static str, BTreeSet<String>> {
    let kinds = ["kind:account", "kind:handoff", "kind:stakeholder", "kind:promise", "kind:risk", "kind:section"];
    let words = ["kind:question", "kind:teammate", "status:open", "edited", "security", "champion", "analyst"];
    let questions = kinds.into_iter().chain(words);
    let answers = questions.map(|question| {
        let count = ["account", "csm", "stage", "status", "role", "industry"].map(str::to_owned).to_vec();
        let request = Request { limit: 10_000, count, ..Request::new(question) };
        let results = searcher.search(&request).expect("an answer");
        let hits = results.hits.iter().map(|hit| {
            let (title, text) = (hit.title.text(), hit.snippet.text());
            format!("{} {title} {text} {:?} {:?} {:?}", hit.url, hit.account, hit.date, hit.status)
        });
        let counts = results.facets.iter().flat_map(|facet| {
            facet.values.iter().map(|count| format!("{} {:?} {}", facet.field, count.value, count.hits))
        });
        (question, hits.chain(counts).collect())
    });
    answers.collect()
}

fn a_series_of_edits(seed: u64, rounds: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().canonicalize().expect("a folder");
    corpus::write(&root, Recipe { handoffs: 12, seed }).expect("a corpus");
    let mut random = Random::new(seed, "amended", 0);
    let mut site = fresh(&root);
    let mut next = site.base().sources.len() as u32;
    let mut joined = BTreeSet::new();
    let mut series = Vec::new();
    let mut indexed = Indexed::of(Arc::clone(site.base())).expect("an index");
    for round in 0..rounds {
        let (path, what) = edit(&root, &mut random, round);
        series.push(format!("{what} in {}", path.display()));
        let truth = fresh(&root);
        if let Some(amended) = amend(&site, &root, &path, &mut next) {
            let (one, other) = (rendered(&amended), rendered(&truth));
            for (route, bytes) in &one {
                let expected =
                    other.get(route).unwrap_or_else(|| panic!("seed {seed}: {route} has no page: {series:#?}"));
                assert!(bytes == expected, "seed {seed}, {route}: {}\n{series:#?}", difference(bytes, expected));
            }
            let missing: Vec<_> = other.keys().filter(|route| !one.contains_key(*route)).collect();
            assert!(missing.is_empty(), "seed {seed}: {missing:?} are missing: {series:#?}");
            let mut files = indexed.files().clone();
            if let Some(upon) = indexed.upon(amended.base()).expect("an index") {
                files.extend(upon);
            } else {
                // A colleague's name stands with every deal of theirs.
                assert_eq!(what, "a colleague", "seed {seed}: {series:#?}");
                indexed = Indexed::of(Arc::clone(amended.base())).expect("an index");
                files.clone_from(indexed.files());
            }
            let upon = found(&segue_search::open(Files(files)).expect("a published index"));
            let whole = found(&Searcher::open(index::build(truth.base()).expect("an index")).expect("an index"));
            for (question, whole) in whole {
                let differ: Vec<_> = upon[question].symmetric_difference(&whole).collect();
                assert!(differ.is_empty(), "seed {seed}, `{question}`: {differ:#?}\n{series:#?}");
            }
            site = amended;
        } else {
            joined.insert(what);
            site = truth;
            next = site.base().sources.len() as u32;
            series.clear();
        }
    }
    let theme = root.join("themes/default");
    fs::create_dir_all(theme.join("templates")).expect("a folder");
    fs::create_dir_all(theme.join("static")).expect("a folder");
    fs::write(theme.join("static/own.css"), "main { color: teal }").expect("written");
    let lost = "{% extends \"base.html\" %}{% block main %}Lost?{% endblock %}";
    fs::write(theme.join("templates/404.html"), lost).expect("written");
    let checked = pipeline::check(&root, question(), &|_, _| {}).expect("a project");
    assert!(rendered(&site.with_theme(checked.theme)) == rendered(&fresh(&root)), "seed {seed}: another theme");
    // Edits that people wait for need no join.
    assert!(joined.is_empty(), "seed {seed}: joined for {joined:?}");
}

#[test]
fn an_amended_site_is_the_one_that_a_fresh_start_makes() {
    for seed in 0..2 {
        a_series_of_edits(seed, 10);
    }
}

#[test]
#[ignore = "takes minutes; run it when amending changes"]
fn an_amended_site_is_the_one_that_a_fresh_start_makes_at_length() {
    for seed in 100..106 {
        a_series_of_edits(seed, 40);
    }
}
