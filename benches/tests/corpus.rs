//! What every corpus holds to, whatever its seed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use segue_bench::cast::{Cast, Stage};
use segue_bench::corpus::{self, Recipe};
use segue_bench::lexicon::Lexicon;

fn files(root: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).expect("below the root").display().to_string();
                found.insert(name, fs::read_to_string(&path).expect("a text"));
            }
        }
    }
    found
}

fn made(recipe: Recipe) -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().expect("a folder");
    corpus::write(folder.path(), recipe).expect("a corpus");
    files(folder.path())
}

#[test]
fn a_seed_gives_the_same_bytes_and_another_seed_does_not() {
    let recipe = Recipe { handoffs: 60, seed: 7 };
    let first = made(recipe);
    assert!(first == made(recipe), "two corpora of one seed differ");
    assert!(first != made(Recipe { seed: 8, ..recipe }), "two seeds give one corpus");
}

#[test]
fn handoffs_have_the_size_that_the_measurements_are_about() {
    let files = made(Recipe { handoffs: 300, seed: 1 });
    let sizes: Vec<usize> =
        files.iter().filter(|(name, _)| name.contains("handoffs")).map(|(_, text)| text.len()).collect();
    assert_eq!(sizes.len(), 300);
    let mean = sizes.iter().sum::<usize>() / sizes.len();
    assert!((11_000..13_500).contains(&mean), "a mean of {mean} bytes");
}

#[test]
fn ten_thousand_handoffs_have_the_people_and_accounts_of_a_real_company() {
    let cast = Cast::new(&Lexicon::new(), 1, 10_000);
    assert_eq!(cast.deals.len(), 10_000);
    assert!((5_000..6_200).contains(&cast.accounts.len()), "{} accounts", cast.accounts.len());
    assert!((28_000..34_000).contains(&cast.people.len()), "{} people", cast.people.len());
    let handed_off = cast.deals.iter().filter(|deal| deal.stage == Stage::HandedOff).count();
    assert!((7_500..9_000).contains(&handed_off), "{handed_off} handed off");
}

#[test]
fn ids_are_slugs_and_unique() {
    let cast = Cast::new(&Lexicon::new(), 3, 2_000);
    for ids in [
        cast.people.iter().map(|person| &person.id).collect::<Vec<_>>(),
        cast.accounts.iter().map(|account| &account.slug).collect(),
        cast.deals.iter().map(|deal| &deal.slug).collect(),
        cast.teammates.iter().map(|teammate| &teammate.id).collect(),
    ] {
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an id comes twice");
        for id in ids {
            let fine = id.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-');
            assert!(fine && !id.starts_with('-') && !id.ends_with('-') && !id.contains("--"), "{id}");
        }
    }
}

#[test]
fn nobody_without_a_written_id_is_met_at_two_accounts() {
    let cast = Cast::new(&Lexicon::new(), 5, 3_000);
    let mut accounts: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for deal in &cast.deals {
        let distinct: BTreeSet<_> = deal.people.iter().collect();
        assert_eq!(distinct.len(), deal.people.len(), "{}: someone comes twice", deal.slug);
        for &person in &deal.people {
            accounts.entry(person).or_default().insert(deal.account);
        }
    }
    let movers: Vec<_> = accounts.iter().filter(|(_, accounts)| accounts.len() > 1).collect();
    assert!(!movers.is_empty(), "nobody changes employer");
    for (&person, _) in movers {
        assert!(cast.people[person].written, "{} needs an explicit id", cast.people[person].name);
    }
}

#[test]
fn no_long_paragraph_is_told_of_two_accounts() {
    let files = made(Recipe { handoffs: 1_000, seed: 2 });
    let mut told: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, text) in files.iter().filter(|(name, _)| name.contains("handoffs")) {
        for paragraph in text.split("\n\n").filter(|text| text.split_whitespace().count() >= 40) {
            assert_eq!(told.insert(paragraph, name), None, "{name}");
        }
    }
}

#[test]
fn a_folder_that_holds_something_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("mine"), "").expect("a file");
    let error = corpus::write(folder.path(), Recipe { handoffs: 1, seed: 1 }).expect_err("a refusal");
    assert!(error.to_string().contains("is not empty"), "{error}");
    assert_eq!(files(folder.path()).len(), 1);
}
