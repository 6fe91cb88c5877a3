//! How good a ranking is: mean reciprocal rank and normalised discounted cumulative gain, both over the first ten hits,
//! averaged over every judged query.

use std::collections::BTreeMap;
use std::fmt;

/// How far down a reader looks.
pub const CUT: usize = 10;

/// Grades by query and document.
pub type Judgements = BTreeMap<String, BTreeMap<String, f64>>;
/// Documents by query, best first.
pub type Run = BTreeMap<String, Vec<String>>;

/// What a run is worth.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    pub queries: usize,
    pub ndcg: f64,
    pub mrr: f64,
}

impl Figures {
    /// The figures of a run. A judged query that is not in it found nothing.
    pub fn of(judgements: &Judgements, run: &Run) -> Figures {
        let (mut ndcg, mut mrr) = (0.0, 0.0);
        for (query, grades) in judgements {
            let ranked: &[String] = run.get(query).map_or(&[], Vec::as_slice);
            ndcg += gain(ranked, grades);
            mrr += reciprocal_rank(ranked, grades);
        }
        let queries = judgements.len().max(1) as f64;
        Figures { queries: judgements.len(), ndcg: ndcg / queries, mrr: mrr / queries }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} queries, nDCG@{CUT} {:.3}, MRR@{CUT} {:.3}", self.queries, self.ndcg, self.mrr)
    }
}

/// Reads lines of `query 0 document grade`; grades of nought and less are left out, and queries without any other.
pub fn read_judgements(text: &str) -> Result<Judgements, String> {
    let mut judgements = Judgements::new();
    for (number, line) in lines(text) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let &[query, _, document, grade] = &*fields else {
            return Err(format!("line {number}: not `query 0 document grade`"));
        };
        let grade: f64 = grade.parse().map_err(|cause| format!("line {number}: {cause}"))?;
        if grade > 0.0 {
            judgements.entry(query.to_owned()).or_default().insert(document.to_owned(), grade);
        }
    }
    Ok(judgements)
}

/// Reads lines of `query Q0 document rank score tag`, in the order of their ranks.
pub fn read_run(text: &str) -> Result<Run, String> {
    let mut run: BTreeMap<String, Vec<(u32, String)>> = BTreeMap::new();
    for (number, line) in lines(text) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let &[query, _, document, rank, ..] = &*fields else {
            return Err(format!("line {number}: not a line of a TREC run"));
        };
        let rank = rank.parse().map_err(|cause| format!("line {number}: {cause}"))?;
        run.entry(query.to_owned()).or_default().push((rank, document.to_owned()));
    }
    let sorted = run.into_iter().map(|(query, mut ranked)| {
        ranked.sort();
        (query, ranked.into_iter().map(|(_, document)| document).collect())
    });
    Ok(sorted.collect())
}

/// Reads lines of `id<TAB>query`.
pub fn read_queries(text: &str) -> Result<Vec<(&str, &str)>, String> {
    lines(text)
        .map(|(number, line)| line.split_once('\t').ok_or(format!("line {number}: no tab after the id")))
        .collect()
}

/// The lines that say something, with their numbers.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let numbered = text.lines().enumerate().map(|(at, line)| (at + 1, line));
    numbered.filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
}

fn reciprocal_rank(ranked: &[String], grades: &BTreeMap<String, f64>) -> f64 {
    let first = ranked.iter().take(CUT).position(|document| grades.contains_key(document));
    first.map_or(0.0, |at| 1.0 / (at + 1) as f64)
}

fn gain(ranked: &[String], grades: &BTreeMap<String, f64>) -> f64 {
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
        assert!((gain(&ranked("a b"), &grades) - 1.0).abs() < 1e-9);
        let expected = (1.0 + 3.0 / 3.0_f64.log2()) / (3.0 + 1.0 / 3.0_f64.log2());
        assert!((gain(&ranked("b a"), &grades) - expected).abs() < 1e-9);
        assert!((reciprocal_rank(&ranked("x y b"), &grades) - 1.0 / 3.0).abs() < 1e-9);
        assert!(reciprocal_rank(&ranked("1 2 3 4 5 6 7 8 9 10 a"), &grades) < 1e-9);
    }

    #[test]
    fn a_run_is_judged_by_its_ranks_and_a_missing_query_counts() {
        let judgements = read_judgements("1 0 a 3\n1 0 b 0\n2 0 c 1\n").expect("judgements");
        let run = read_run("1 Q0 b 1 9.0 segue\n1 Q0 a 2 8.5 segue\n").expect("a run");
        let figures = Figures::of(&judgements, &run);
        assert_eq!(figures.queries, 2);
        assert!((figures.mrr - 0.25).abs() < 1e-9, "{figures}");
        assert!(read_judgements("1 a 3").is_err() && read_run("1 Q0").is_err() && read_queries("no tab").is_err());
    }
}
