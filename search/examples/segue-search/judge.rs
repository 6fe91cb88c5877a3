//! How good a ranking is: mean reciprocal rank and normalised discounted cumulative gain, both over the first ten hits,
//! averaged over every judged query.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::{Outcome, folder};

/// How far down a reader looks.
const CUT: usize = 10;

/// Grades by query and document.
type Judgements = BTreeMap<String, BTreeMap<String, f64>>;

/// Judges a run and prints the figures.
pub fn print(judgements: &Path, run: &Path) -> Outcome<()> {
    let judgements = read_judgements(judgements)?;
    let run = read_run(run)?;
    let mut gain = 0.0;
    let mut reciprocal = 0.0;
    for (query, grades) in &judgements {
        let ranked: &[String] = run.get(query).map_or(&[], Vec::as_slice);
        gain += ndcg(ranked, grades);
        reciprocal += reciprocal_rank(ranked, grades);
    }
    let queries = judgements.len().max(1) as f64;
    println!("queries  {}", judgements.len());
    println!("nDCG@10  {:.4}", gain / queries);
    println!("MRR@10   {:.4}", reciprocal / queries);
    Ok(())
}

/// Lines of `query 0 document grade`; grades of nought and less are left out, and queries without any other.
fn read_judgements(path: &Path) -> Outcome<Judgements> {
    let text = fs::read_to_string(path).map_err(|cause| folder::naming(&cause, path))?;
    let mut judgements = Judgements::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
    {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let &[query, _, document, grade] = &*fields else {
            return Err(format!("{}:{}: not `query 0 document grade`", path.display(), number + 1).into());
        };
        let grade: f64 = grade.parse().map_err(|cause| format!("{}:{}: {cause}", path.display(), number + 1))?;
        if grade > 0.0 {
            judgements.entry(query.to_owned()).or_default().insert(document.to_owned(), grade);
        }
    }
    Ok(judgements)
}

/// Lines of `query Q0 document rank score tag`, in the order of their ranks.
fn read_run(path: &Path) -> Outcome<BTreeMap<String, Vec<String>>> {
    let text = fs::read_to_string(path).map_err(|cause| folder::naming(&cause, path))?;
    let mut run: BTreeMap<String, Vec<(u32, String)>> = BTreeMap::new();
    for (number, line) in text.lines().enumerate() {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let &[query, _, document, rank, ..] = &*fields else {
            return Err(format!("{}:{}: not a line of a TREC run", path.display(), number + 1).into());
        };
        let rank = rank.parse().map_err(|cause| format!("{}:{}: {cause}", path.display(), number + 1))?;
        run.entry(query.to_owned()).or_default().push((rank, document.to_owned()));
    }
    let sorted = run.into_iter().map(|(query, mut ranked)| {
        ranked.sort();
        (query, ranked.into_iter().map(|(_, document)| document).collect())
    });
    Ok(sorted.collect())
}

fn reciprocal_rank(ranked: &[String], grades: &BTreeMap<String, f64>) -> f64 {
    let first = ranked.iter().take(CUT).position(|document| grades.contains_key(document));
    first.map_or(0.0, |at| 1.0 / (at + 1) as f64)
}

fn ndcg(ranked: &[String], grades: &BTreeMap<String, f64>) -> f64 {
    let discounted = |grades: &mut dyn Iterator<Item = f64>| -> f64 {
        grades.take(CUT).enumerate().map(|(at, grade)| grade / ((at + 2) as f64).log2()).sum()
    };
    let mut ideal: Vec<f64> = grades.values().copied().collect();
    ideal.sort_by(|a, b| b.total_cmp(a));
    let best = discounted(&mut ideal.into_iter());
    let found = discounted(&mut ranked.iter().map(|document| grades.get(document).copied().unwrap_or(0.0)));
    if best > 0.0 { found / best } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_those_of_the_textbook() {
        let grades = BTreeMap::from([("a".to_owned(), 3.0), ("b".to_owned(), 1.0)]);
        let ranked = |documents: &str| documents.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert!((ndcg(&ranked("a b"), &grades) - 1.0).abs() < 1e-9);
        let expected = (1.0 + 3.0 / 3.0_f64.log2()) / (3.0 + 1.0 / 3.0_f64.log2());
        assert!((ndcg(&ranked("b a"), &grades) - expected).abs() < 1e-9);
        assert!((reciprocal_rank(&ranked("x y b"), &grades) - 1.0 / 3.0).abs() < 1e-9);
        assert!(reciprocal_rank(&ranked("1 2 3 4 5 6 7 8 9 10 a"), &grades) < 1e-9);
    }
}
