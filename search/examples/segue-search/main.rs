//! Measures the engine on any collection: how fast it indexes, how well it ranks.
//!
//! ```text
//! segue-search index DOCUMENTS.jsonl DIR       one {"id", "title", "text"} a line; writes an index
//! segue-search run DIR QUERIES.tsv [--typos]   one "id<TAB>query" a line; prints a TREC run, the URL of each hit its id
//! segue-search ask DIR QUERIES.tsv             prints each query's whole answer as a line of JSON
//! segue-search judge JUDGEMENTS RUN            prints MRR@10 and nDCG@10 of a run against TREC judgements
//! ```
//!
//! DIR may as well be the index of a published site, to judge it by the addresses of its pages.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a tool beside the crate: it reads collections, writes indexes and prints"
)]

mod folder;
mod judge;
mod typo;

use std::fs;
use std::io::{self, BufRead, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use segue_search::{Options, Record, Request, build};
use serde::Deserialize;

/// How many hits a run holds for each query.
const DEPTH: usize = 100;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match *arguments {
        ["index", documents, dir] => index(Path::new(documents), Path::new(dir)),
        ["run", dir, queries] => run(Path::new(dir), Path::new(queries), false, io::stdout().lock()),
        ["run", dir, queries, "--typos"] => run(Path::new(dir), Path::new(queries), true, io::stdout().lock()),
        ["ask", dir, queries] => ask(Path::new(dir), Path::new(queries)),
        ["judge", judgements, run] => judge(Path::new(judgements), Path::new(run)),
        _ => {
            Err("usage: segue-search index DOCUMENTS.jsonl DIR | run DIR QUERIES.tsv [--typos] | ask DIR QUERIES.tsv | judge JUDGEMENTS RUN"
                .into())
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// A line of a collection.
#[derive(Deserialize)]
struct Document {
    id: String,
    #[serde(default)]
    title: String,
    text: String,
}

fn index(documents: &Path, dir: &Path) -> Outcome<()> {
    let file = fs::File::open(documents).map_err(|cause| folder::naming(&cause, documents))?;
    let mut records = Vec::new();
    let mut bytes = 0;
    for (number, line) in io::BufReader::new(file).lines().enumerate() {
        let line = line.map_err(|cause| folder::naming(&cause, documents))?;
        if line.trim().is_empty() {
            continue;
        }
        let document: Document =
            serde_json::from_str(&line).map_err(|cause| format!("{}:{}: {cause}", documents.display(), number + 1))?;
        bytes += document.title.len() + document.text.len();
        records.push(Record::new("document", document.title, document.id).body(document.text));
    }
    let count = records.len();
    let started = Instant::now();
    let index = build(records, &Options::default())?;
    eprintln!(
        "{count} documents, {:.1} MB of text: an index of {:.1} MB in {:.2} s",
        bytes as f64 / 1e6,
        index.size() as f64 / 1e6,
        started.elapsed().as_secs_f64(),
    );
    for (name, bytes) in &index.files {
        eprintln!("{:>12}  {name}", bytes.len());
    }
    folder::write(dir, index)
}

fn run(dir: &Path, queries: &Path, typos: bool, out: impl Write) -> Outcome<()> {
    let searcher = folder::open(dir)?;
    let text = read(queries)?;
    let mut out = BufWriter::new(out);
    let mut times = Vec::new();
    for (id, query) in judge::read_queries(&text).map_err(|cause| about(queries, &cause))? {
        let query = if typos { typo::put_into(query) } else { query.to_owned() };
        let started = Instant::now();
        let results = searcher.search(&Request { limit: DEPTH, typing: false, ..Request::new(&query) })?;
        times.push(started.elapsed());
        for (rank, hit) in results.hits.iter().enumerate() {
            writeln!(out, "{id} Q0 {} {} {} segue", hit.url, rank + 1, hit.score)?;
        }
    }
    out.flush()?;
    times.sort_unstable();
    if let (Some(median), Some(late)) = (times.get(times.len() / 2), times.get(times.len() * 95 / 100)) {
        eprintln!("{} queries; median {median:.1?}, 95th percentile {late:.1?}, {DEPTH} hits each", times.len());
    }
    Ok(())
}

/// Judges a run and prints the figures.
fn judge(judgements: &Path, run: &Path) -> Outcome<()> {
    let judged = judge::read_judgements(&read(judgements)?).map_err(|cause| about(judgements, &cause))?;
    let ranked = judge::read_run(&read(run)?).map_err(|cause| about(run, &cause))?;
    println!("{}", judge::Figures::of(&judged, &ranked));
    Ok(())
}

fn read(path: &Path) -> io::Result<String> {
    fs::read_to_string(path).map_err(|cause| folder::naming(&cause, path))
}

/// Says of an error which file it is about.
fn about(path: &Path, cause: &str) -> String {
    format!("{}: {cause}", path.display())
}

/// The answers as the page gets them, to be compared with those of the engine in the page.
fn ask(dir: &Path, queries: &Path) -> Outcome<()> {
    let searcher = folder::open(dir)?;
    let text = read(queries)?;
    let mut out = BufWriter::new(io::stdout().lock());
    for (_, query) in judge::read_queries(&text).map_err(|cause| about(queries, &cause))? {
        let count = ["kind", "account", "csm", "ae", "stage", "industry", "severity", "status"];
        let request = Request { count: count.map(str::to_owned).to_vec(), ..Request::new(query) };
        serde_json::to_writer(&mut out, &searcher.search(&request)?)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small collection of abstracts, the shape of the public ones.
    const DOCUMENTS: &str = r#"
{"id": "184", "title": "scale models for thermo-aeroelastic research", "text": "similarity laws for scale models of heated aircraft structures at high speed"}
{"id": "13", "title": "similarity laws for stressing heated wings", "text": "the stresses in a wing that is heated are scaled by laws of their own"}
{"id": "51", "title": "theory of aircraft structural models", "text": "a model of a structure under load, cold and slow"}
{"id": "900", "text": "the boundary layer on a cone in supersonic flow was measured in a tunnel"}
"#;

    #[test]
    fn a_collection_is_indexed_asked_and_judged() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).expect("a file");
            path
        };
        let documents = at("documents.jsonl", DOCUMENTS);
        let queries = "1\twhat similarity laws must be obeyed when constructing aeroelastic models of heated high \
                       speed aircraft which nobody has built before\n2\tboundary layer\n3\tnothing alike\n";
        let queries = at("queries.tsv", queries);
        let dir = folder.path().join("index");
        index(&documents, &dir).expect("an index");
        for typos in [false, true] {
            let mut out = Vec::new();
            run(&dir, &queries, typos, &mut out).expect("a run");
            let text = String::from_utf8(out).expect("UTF-8");
            let ranked = judge::read_run(&text).expect("a TREC run");
            // Not every word is needed, and what holds more of them comes first.
            assert_eq!(ranked["1"], ["184", "13", "51"], "{text}");
            assert_eq!(ranked["2"], ["900"], "{text}");
            assert!(!ranked.contains_key("3"), "{text}");
        }
        let broken = at("broken.jsonl", "{\"id\": 7}\n");
        let error = index(&broken, &dir).expect_err("an id that is no text").to_string();
        assert!(error.contains("broken.jsonl:1"), "{error}");
    }
}
