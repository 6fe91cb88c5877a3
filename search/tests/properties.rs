//! What holds for every knowledge base and every query.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use proptest::collection::vec;
use proptest::prelude::*;
use segue_search::{
    Day, ENTRY, Fetch, Named, Options, Record, Request, Results, Searcher, build, publish, publish_upon,
};

/// A word of some script.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[a-z]{2,9}",
        2 => "[A-Z][a-zéüßøł]{2,8}",
        1 => "[0-9]{1,4}",
        1 => "[а-яй]{3,8}",
        1 => "[ぁ-ん一-龥]{1,6}",
        1 => "[가-힣]{1,4}",
    ]
}

fn text(words: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    vec(word(), words).prop_map(|words| words.join(" "))
}

fn record() -> impl Strategy<Value = Record> {
    let kind = prop_oneof![Just("account"), Just("promise"), Just("section"), Just("page")];
    let account = prop::option::of(("[a-z]{3,6}", text(1..3)));
    (kind, text(1..5), text(0..40), account, prop::option::of(2020_u16..2030)).prop_map(
        |(kind, title, body, account, year)| {
            let mut record = Record::new(kind, title, String::new()).body(body);
            if let Some((id, name)) = account {
                record = record.account(Named::new(id, name));
            }
            if let Some(year) = year {
                record = record.date("due", Day::new(year, 6, 1)).recency(Day::new(year, 6, 1)).settled(year % 2 == 0);
            }
            record
        },
    )
}

fn records() -> impl Strategy<Value = Vec<Record>> {
    vec(record(), 1..30).prop_map(|mut records| {
        for (at, record) in records.iter_mut().enumerate() {
            record.url = format!("/{at}/");
        }
        records
    })
}

/// Anything that may be typed: words, operators, nonsense.
fn query() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => word(),
        1 => text(1..4).prop_map(|words| format!("\"{words}\"")),
        1 => word().prop_map(|word| format!("-{word}")),
        1 => word().prop_map(|word| format!("kind:{word}")),
        1 => "(kind|account|due|nothing):[<>=.a-z0-9-]{0,12}",
        1 => "\\PC{0,8}",
    ];
    vec(part, 0..6).prop_map(|parts| parts.join(" "))
}

fn open(records: Vec<Record>) -> Searcher {
    Searcher::open(build(records, &Options::default()).unwrap()).unwrap()
}

/// Published files.
struct Files(BTreeMap<String, Vec<u8>>);

impl Fetch for Files {
    fn fetch(&self, name: &str) -> io::Result<Vec<u8>> {
        self.0.get(name).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// An index of `older` with one of `newer` upon it, and without the records that are `gone`.
fn open_upon(older: &[Record], newer: &[Record], gone: Vec<u32>) -> Searcher {
    let index = |records: &[Record]| build(records.to_vec(), &Options::default()).unwrap();
    let mut files = publish(index(older)).unwrap();
    let upon = publish_upon(&files[ENTRY], index(newer), gone).unwrap();
    files.extend(upon);
    segue_search::open(Files(files)).unwrap()
}

fn all(searcher: &Searcher, query: &str) -> Results {
    let count = vec!["kind".to_owned(), "account".to_owned()];
    searcher.search(&Request { limit: 1000, count, ..Request::new(query) }).unwrap()
}

fn urls(results: &Results) -> BTreeSet<&str> {
    results.hits.iter().map(|hit| hit.url.as_str()).collect()
}

fn counts(results: &Results) -> BTreeSet<(&str, &str, usize)> {
    let of = |facet: &'static str| results.facets.iter().filter(move |counts| counts.field == facet);
    let values = ["kind", "account"].into_iter().flat_map(|facet| of(facet).map(move |counts| (facet, counts)));
    values
        .flat_map(|(facet, counts)| counts.values.iter().map(move |count| (facet, &*count.value.id, count.hits)))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_records_give_the_same_bytes(records in records()) {
        let options = Options::default();
        prop_assert_eq!(build(records.clone(), &options).unwrap(), build(records, &options).unwrap());
    }

    #[test]
    fn every_word_of_a_record_finds_it(records in records(), pick in any::<prop::sample::Index>(), at in any::<prop::sample::Index>()) {
        let record = &records[pick.index(records.len())];
        let words: Vec<&str> = record.title.split(' ').chain(record.body.split_whitespace()).collect();
        let word = words[at.index(words.len())].to_owned();
        let url = record.url.clone();
        let searcher = open(records);
        for typing in [true, false] {
            let request = Request { typing, limit: 100, ..Request::new(&word) };
            let results = searcher.search(&request).unwrap();
            // A function word stands in no text's index, and a letter that is being typed begins names alone.
            let kept = typing && word.len() < 2 || FUNCTION_WORDS.contains(&word.as_str());
            prop_assert!(kept || results.hits.iter().any(|hit| hit.url == url), "{word} in {:?}", results.hits);
        }
    }

    #[test]
    fn any_query_is_answered_within_bounds(records in records(), query in query(), typing: bool, limit in 0_usize..5, offset in 0_usize..5) {
        let count = records.len();
        let searcher = open(records);
        let request = Request { typing, limit, offset, count: vec!["kind".to_owned()], ..Request::new(&query) };
        let results = searcher.search(&request).unwrap();
        prop_assert!(results.total <= count);
        prop_assert_eq!(results.hits.len(), results.total.saturating_sub(offset).min(limit));
        prop_assert!(results.hits.is_sorted_by(|a, b| a.score >= b.score));
        let counted: usize = results.facets.iter().flat_map(|facet| &facet.values).map(|value| value.hits).sum();
        prop_assert!(counted >= results.total);
        prop_assert_eq!(searcher.search(&request).unwrap(), results);
    }

    #[test]
    fn what_is_asked_away_is_away(records in records(), word in "[a-z]{2,9}", other in "[a-z]{2,9}") {
        let searcher = open(records);
        let ask = |query: &str| {
            let results = searcher.search(&Request { typing: false, limit: 100, ..Request::new(query) }).unwrap();
            results.hits.into_iter().map(|hit| hit.url).collect::<Vec<_>>()
        };
        let (away, without) = (ask(&format!("+{other}")), ask(&format!("{word} -{other}")));
        let corrected = searcher.search(&Request { typing: false, ..Request::new(&other) }).unwrap().did_you_mean.is_some();
        prop_assert!(corrected || without.iter().all(|url| !away.contains(url)));
    }

    #[test]
    fn two_layers_answer_as_one_index(records in records(), at in any::<prop::sample::Index>(), query in query()) {
        let (older, newer) = records.split_at(at.index(records.len() + 1));
        let (both, one) = (open_upon(older, newer, Vec::new()), open(records.clone()));
        prop_assert_eq!(both.len(), one.len());
        let (both, one) = (all(&both, &query), all(&one, &query));
        prop_assert_eq!(both.total, one.total);
        prop_assert_eq!(urls(&both), urls(&one));
        prop_assert_eq!(counts(&both), counts(&one));
        prop_assert_eq!(both.hint, one.hint);
    }

    #[test]
    fn a_newer_record_takes_the_place_of_the_older(records in records(), pick in any::<prop::sample::Index>(), title in "[a-z]{4,9}", query in query()) {
        let at = pick.index(records.len());
        let newer = Record { title: title.clone(), ..records[at].clone() };
        let both = open_upon(&records, std::slice::from_ref(&newer), vec![at as u32]);
        prop_assert_eq!(both.len(), records.len());
        let found = all(&both, &title);
        let hits: Vec<_> = found.hits.iter().filter(|hit| hit.url == newer.url).collect();
        prop_assert_eq!(hits.len(), 1);
        prop_assert_eq!(hits[0].title.text(), title);
        let asked = all(&both, &query);
        prop_assert!(asked.hits.iter().filter(|hit| hit.url == newer.url).count() <= 1);
        let without = open_upon(&records, &[], vec![at as u32]);
        prop_assert!(all(&without, &query).hits.iter().all(|hit| hit.url != newer.url));
    }
}

const FUNCTION_WORDS: &[&str] = &[
    "a", "also", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "could", "did", "do", "does", "for",
    "from", "had", "has", "have", "he", "her", "his", "how", "i", "if", "in", "into", "is", "it", "its", "may", "no",
    "not", "of", "on", "or", "our", "she", "should", "so", "such", "than", "that", "the", "their", "them", "then",
    "there", "these", "they", "this", "to", "was", "we", "were", "what", "when", "where", "which", "will", "with",
    "would", "you", "your",
];
