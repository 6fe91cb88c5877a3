//! Generated knowledge bases: whole ones, of which nothing may be said that is not so, and harmed ones, which may
//! bring nothing down.

use segue::diagnostic::Diagnostic;
use segue::pipeline::{self, Checked, Question};
use segue::source::{FileId, Span};
use segue_bench::calendar::TODAY;
use segue_bench::corpus::{self, Recipe};
use segue_bench::harm::harm;
use segue_bench::random::Random;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn check(root: &Path) -> Checked {
    pipeline::check(root, Question { today: TODAY, at_least: None, audience: None }, &|_, _| {}).expect("a project")
}

fn shown(checked: &Checked, found: &Diagnostic) -> String {
    let source = checked.base.sources.get(found.file);
    let at = source.position(found.span.start);
    let field = found.field.as_deref().unwrap_or("");
    format!("{}:{}:{}: {}: {field}: {}", source.path(), at.line, at.column, found.rule.code, found.message)
}

#[test]
fn a_generated_base_has_no_error_and_few_warnings() {
    let folder = tempfile::tempdir().expect("a folder");
    corpus::write(folder.path(), Recipe { handoffs: 400, seed: 11 }).expect("a corpus");
    let checked = check(folder.path());
    let mut codes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for found in &checked.diagnostics {
        codes.entry(found.rule.code).or_default().push(shown(&checked, found));
    }
    let counts: Vec<_> = codes.iter().map(|(code, all)| format!("{code} × {}: {}", all.len(), all[0])).collect();
    assert_eq!(checked.errors(), 0, "{counts:#?}");
    assert!(checked.diagnostics.len() < 400 / 5, "{counts:#?}");
    for natural in ["cold-introduction", "late-kickoff", "missing-receipt", "overdue-promise"] {
        assert!(codes.contains_key(natural), "no {natural} among {counts:#?}");
    }
}

#[test]
fn no_harm_to_files_brings_a_check_down_or_points_outside_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    for seed in 0..12 {
        let root = folder.path().join(seed.to_string());
        corpus::write(&root, Recipe { handoffs: 15, seed }).expect("a corpus");
        let mut random = Random::new(seed, "harm", 0);
        for path in files(&root.join("content")) {
            let whole = fs::read(&path).expect("a file");
            fs::write(&path, harm(&whole, &mut random)).expect("a file");
        }
        // What fails below is captured with this line, and can so be made again.
        eprintln!("seed {seed}: {}", root.display());
        let checked = check(&root);
        assert!(checked.errors() > 0);
        for found in &checked.diagnostics {
            inside(&checked, found.file, found.span, found);
            for related in &found.related {
                inside(&checked, related.file, related.span, found);
            }
            if let Some(suggestion) = &found.suggestion {
                inside(&checked, found.file, suggestion.span, found);
            }
        }
    }
}

#[test]
fn what_one_file_costs_grows_with_its_size_and_not_with_its_square() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = |body: String| format!("---\ntitle: Long\n---\n\n{body}\n");
    let keys: String = (0..30_000).flat_map(|number| [format!("k{number}"), ": v\n".to_owned()]).collect();
    let files = [
        ("headings.md", page("# Next\n\n".repeat(30_000))),
        ("links.md", page("[[nobody]] ".repeat(30_000))),
        ("handoffs/keys.md", format!("---\n{keys}---\n")),
        ("handoffs/people.md", format!("---\nstakeholders:\n{}---\n", "  - nmae: A\n    rolse: [x]\n".repeat(5_000))),
    ];
    fs::create_dir_all(folder.path().join("content/handoffs")).expect("a folder");
    fs::write(folder.path().join("segue.toml"), "[site]\ntitle = \"Long\"\n").expect("a file");
    for (name, text) in files {
        fs::write(folder.path().join("content").join(name), text).expect("a file");
    }
    let started = std::time::Instant::now();
    let checked = check(folder.path());
    let places: u64 = checked
        .diagnostics
        .iter()
        .map(|found| u64::from(checked.base.sources.get(found.file).position(found.span.start).column))
        .sum();
    assert!(checked.errors() > 70_000 && places > 0, "{} errors", checked.errors());
    // By the square it was minutes; so wide a bound holds on the busiest machine.
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

fn inside(checked: &Checked, file: FileId, span: Span, found: &Diagnostic) {
    let text = checked.base.sources.get(file).text();
    assert!(text.get(span.range()).is_some(), "{span:?} of {} bytes: {}", text.len(), shown(checked, found));
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}
