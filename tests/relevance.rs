//! How well search ranks: the judged queries of `search/relevance`, as written and with a slip of the finger in each.
//!
//! `cargo test --test segue relevance -- --nocapture` prints the figures. A change that takes one below its floor fails;
//! a change for the better raises the floor.

#[path = "../search/examples/segue-search/judge.rs"]
mod judge;
#[path = "../search/examples/segue-search/typo.rs"]
mod typo;

use judge::{CUT, Figures, Run};
use segue::pipeline::{self, Question};
use segue_bench::calendar::TODAY;
use segue_bench::corpus::{self, Recipe};
use segue_search::{Request, Searcher};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// A set of judged queries, and the least that its ranking must be worth.
struct Set {
    name: &'static str,
    /// nDCG@10 and MRR@10 of the queries as written.
    clean: (f64, f64),
    /// The same with a typo in each.
    slipped: (f64, f64),
}

/// The index over a knowledge base.
fn searcher(root: &Path) -> Searcher {
    let question = Question { today: TODAY, at_least: None, audience: None };
    let checked = pipeline::check(root, question, &|_, _| {}).expect("a project");
    Searcher::open(segue::index::build(&checked.base).expect("an index")).expect("an index that opens")
}

fn ranked(searcher: &Searcher, query: &str, limit: usize) -> Vec<String> {
    let results = searcher.search(&Request { limit, typing: false, ..Request::new(query) }).expect("an answer");
    results.hits.into_iter().map(|hit| hit.url).collect()
}

/// Judges a set, and says where it falls short of its floors.
fn judged(set: &Set, searcher: &Searcher) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("search/relevance").join(set.name);
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect("a file of the set");
    let (queries, judgements) = (read("queries.tsv"), read("judgements.qrels"));
    let queries = judge::read_queries(&queries).expect("queries");
    let judgements = judge::read_judgements(&judgements).expect("judgements");
    assert!(queries.len() >= 60 && queries.len() == judgements.len(), "{}: a query is not judged", set.name);
    let known: BTreeSet<String> = searcher.dump().expect("a sound index").into_iter().collect();
    let gone: Vec<&String> =
        judgements.values().flat_map(|grades| grades.keys()).filter(|at| !known.contains(*at)).collect();
    assert!(gone.is_empty(), "{}: judged, but nowhere in the index: {gone:?}", set.name);
    let mut short = Vec::new();
    for (slips, floor) in [(false, set.clean), (true, set.slipped)] {
        let asked = |query: &str| if slips { typo::put_into(query) } else { query.to_owned() };
        let run: Run = queries.iter().map(|(id, q)| ((*id).to_owned(), ranked(searcher, &asked(q), CUT))).collect();
        let figures = Figures::of(&judgements, &run);
        let name = format!("{}{}", set.name, if slips { ", a typo in each" } else { "" });
        eprintln!("{name}: {figures}");
        if figures.ndcg < floor.0 || figures.mrr < floor.1 {
            let mut worst = format!("{name}: {figures}, below {floor:?}; not first:\n");
            for (id, query) in &queries {
                let (hits, grades) = (&run[*id], &judgements[*id]);
                if !hits.first().is_some_and(|first| grades.contains_key(first)) {
                    let _ = writeln!(worst, "  {id} {}: {:?}", asked(query), hits.iter().take(3).collect::<Vec<_>>());
                }
            }
            short.push(worst);
        }
    }
    short
}

#[test]
fn the_example_is_ranked_well() {
    let set = Set { name: "example", clean: (0.97, 0.98), slipped: (0.96, 0.965) };
    let short = judged(&set, &searcher(Path::new(env!("CARGO_MANIFEST_DIR"))));
    assert!(short.is_empty(), "{}", short.concat());
}

#[test]
fn a_generated_base_is_ranked_well() {
    let set = Set { name: "generated", clean: (0.985, 0.985), slipped: (0.985, 0.985) };
    let folder = tempfile::tempdir().expect("a folder");
    corpus::write(folder.path(), Recipe { handoffs: 240, seed: 7 }).expect("a corpus");
    let short = judged(&set, &searcher(folder.path()));
    assert!(short.is_empty(), "{}", short.concat());
}
