//! Every page by the words of its title: what search falls back on where the engine cannot run.
//!
//! The words stand in order and are cut into files of about the same size, so that a reader loads the one or two that
//! hold what is typed and never all of them; a table says with which word each file begins. The files are scripts and
//! not JSON, because a page that is opened from a disk may run a script beside it but may fetch nothing.

use crate::fields::Kind;
use crate::knowledge::{KnowledgeBase, RecordId, Target};
use crate::project::Audience;
use crate::record::Value;
use crate::render::Directory;
use ahash::AHashMap;
use serde::Serialize;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Where the table is, from the top of the site: the one name that stays while its content changes.
pub const TABLE: &str = "search/titles.js";

/// About how many bytes a file has.
const LENGTH: usize = 40 << 10;

/// Of how many pages a word says that they have it. A word that many titles share tells little, and with another one
/// beside it the other's pages are looked through.
const MOST: usize = 60;

/// Letters that are typed as others but are not made of them and a mark.
const LETTERS: [(char, &str); 7] =
    [('ı', "i"), ('ø', "o"), ('ł', "l"), ('đ', "d"), ('ß', "ss"), ('æ', "ae"), ('œ', "oe")];

/// The kinds in the order in which titles are shown.
const ORDER: [Kind; 4] = [Kind::Account, Kind::Handoff, Kind::Teammate, Kind::Page];

/// A page as it stands in a file: kind, title, address, account, other names.
#[derive(Serialize)]
struct Entry<'a>(&'static str, &'a str, &'a str, Option<&'a Account>, Vec<&'a str>);

/// An account's id and name.
#[derive(Serialize)]
struct Account(String, String);

/// A word, the pages that have it as places in the file's list, and how many there are in all.
#[derive(Serialize)]
struct Word<'a>(&'a str, Vec<usize>, usize);

#[derive(Serialize)]
struct File<'a> {
    pages: Vec<&'a Entry<'a>>,
    words: Vec<Word<'a>>,
}

/// The files: address from the top of the site, and content. The table is the first.
pub fn files(base: &KnowledgeBase, directory: &Directory) -> Vec<(String, Vec<u8>)> {
    let accounts: AHashMap<RecordId, Account> =
        base.of_kind(Kind::Account).map(|id| (id, Account(base.record(id).id.clone(), base.title(id)))).collect();
    let account = |id: Option<RecordId>| accounts.get(&id?);
    let entries = entries(base, directory, account);
    let words = words(&entries);
    let mut table = Vec::new();
    let mut files = vec![(TABLE.to_owned(), Vec::new())];
    let mut rest = words.as_slice();
    while !rest.is_empty() {
        let (file, first, taken) = file(&entries, rest);
        rest = &rest[taken..];
        let text = json(&file);
        let hash = blake3::hash(text.as_bytes()).to_hex();
        let name = format!("titles.{}.js", &hash[..12]);
        files.push((format!("search/{name}"), format!("segue.titles.take(\"{name}\",{text});\n").into_bytes()));
        table.push((first, name));
    }
    files[0].1 = format!("segue.titles.table({});\n", json(&table)).into_bytes();
    files
}

/// JSON that is also a script: `<` cannot end the element that a careless host might put it into.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("strings and numbers can be written as JSON").replace('<', "\\u003c")
}

fn entries<'a>(
    base: &'a KnowledgeBase,
    directory: &'a Directory,
    account: impl Fn(Option<RecordId>) -> Option<&'a Account>,
) -> Vec<Entry<'a>> {
    let mut entries = Vec::with_capacity(base.records.len() + base.people.len());
    let mut add = |kind: Kind, target: Target, of: Option<RecordId>, named: Option<RecordId>| {
        let place = directory.place(target);
        let aliases = named.filter(|_| may_read_aliases(base, kind));
        let aliases = aliases.map_or(&[][..], |id| base.fields(id).items("aliases"));
        let aliases = aliases.iter().filter_map(Value::text).collect();
        entries.push(Entry(kind.name(), &place.label, &place.href, account(of), aliases));
    };
    for kind in ORDER {
        for id in base.of_kind(kind) {
            let of = match kind {
                Kind::Account => Some(id),
                Kind::Handoff => base.account_of(id),
                _ => None,
            };
            add(kind, Target::Record(id), of, Some(id));
        }
        // After the accounts and their deals, before those who only work on them.
        if kind == Kind::Handoff {
            for id in base.person_ids() {
                let person = base.person(id);
                add(Kind::Stakeholder, Target::Person(id), person.accounts.first().copied(), person.file);
            }
        }
    }
    entries
}

fn may_read_aliases(base: &KnowledgeBase, kind: Kind) -> bool {
    let restricted = base.project.schema.field(kind, "aliases").is_some_and(|field| field.restricted);
    !(restricted && base.project.audience == Audience::Company)
}

/// Each word with the entries that have it, in the order in which a browser compares strings. Where two words beside each
/// other are both shortened, as a common first and a common last name are, the two of them count as a word as well.
fn words(entries: &[Entry<'_>]) -> Vec<(String, Vec<usize>)> {
    let mut pairs: Vec<(String, usize)> = Vec::new();
    let mut counts: AHashMap<String, usize> = AHashMap::new();
    let titles: Vec<(usize, Vec<String>)> = entries
        .iter()
        .enumerate()
        .flat_map(|(at, Entry(_, title, _, _, aliases))| {
            std::iter::once(title).chain(aliases).map(move |text| (at, split(text)))
        })
        .collect();
    for (_, title) in &titles {
        for word in title {
            *counts.entry(word.clone()).or_default() += 1;
        }
    }
    for (at, title) in titles {
        let common = |word: &String| counts[word] > MOST;
        pairs.extend(
            title.windows(2).filter(|two| two.iter().all(common)).map(|two| (format!("{} {}", two[0], two[1]), at)),
        );
        pairs.extend(title.into_iter().map(|word| (word, at)));
    }
    pairs.sort_unstable_by(|(a, at), (b, bt)| a.encode_utf16().cmp(b.encode_utf16()).then(at.cmp(bt)));
    pairs.dedup();
    let mut words: Vec<(String, Vec<usize>)> = Vec::new();
    for (word, at) in pairs {
        match words.last_mut() {
            Some((last, entries)) if *last == word => entries.push(at),
            _ => words.push((word, vec![at])),
        }
    }
    words
}

/// A file that begins with the first of the words, that word, and how many it took.
fn file<'a>(entries: &'a [Entry<'a>], words: &'a [(String, Vec<usize>)]) -> (File<'a>, &'a str, usize) {
    let mut places = AHashMap::new();
    let mut file = File { pages: Vec::new(), words: Vec::new() };
    let mut length = 0;
    for (word, all) in words {
        if length > LENGTH {
            break;
        }
        let shown = &all[..all.len().min(MOST)];
        let pages = shown.iter().map(|at| {
            *places.entry(*at).or_insert_with(|| {
                let entry = &entries[*at];
                length += entry.1.len() + entry.2.len() + entry.3.map_or(0, |of| of.0.len() + of.1.len()) + 32;
                file.pages.push(entry);
                file.pages.len() - 1
            })
        });
        let pages: Vec<usize> = pages.collect();
        length += word.len() + 12 + 4 * pages.len();
        file.words.push(Word(word, pages, all.len()));
    }
    let taken = file.words.len();
    (file, &words[0].0, taken)
}

/// The words of a title without case and accents. `titles.js` of the theme takes what is typed apart in the same way.
fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    // What looks like several letters is taken apart first: only then is each of them a capital or not.
    let plain = text.nfkd().collect::<String>().to_lowercase();
    for c in plain.chars().filter(|c| !is_combining_mark(*c)) {
        let alone = stands_alone(c);
        if (alone || !c.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if alone {
            words.push(c.to_string());
        } else if c.is_alphanumeric() {
            match LETTERS.iter().find(|(letter, _)| *letter == c) {
                Some((_, plain)) => word.push_str(plain),
                None => word.push(c),
            }
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

/// Whether a character is looked for by itself, because no spaces stand between the words of its language.
fn stands_alone(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_case_and_accents() {
        assert_eq!(split("Zoë Müller-Lüdenscheidt & Söhne"), ["zoe", "muller", "ludenscheidt", "sohne"]);
        assert_eq!(split("Yıldırım Straße Ørsted"), ["yildirim", "strasse", "orsted"]);
        assert_eq!(split("ﬁnance İzmir №5"), ["finance", "izmir", "no5"]);
        assert_eq!(split("東京ガスABC"), ["東", "京", "カ", "ス", "abc"]);
        assert_eq!(split(" — "), [""; 0]);
    }

    #[test]
    fn a_large_list_is_cut_and_a_word_of_many_is_shortened() {
        let titles: Vec<String> = (0..3000).map(|at| format!("Renewal with company number{at:04}")).collect();
        let entries: Vec<Entry<'_>> =
            titles.iter().map(|title| Entry("handoff", title, "handoffs/x/index.html", None, Vec::new())).collect();
        let words = words(&entries);
        let mut rest = words.as_slice();
        let mut firsts = Vec::new();
        while !rest.is_empty() {
            let (file, first, taken) = file(&entries, rest);
            assert!(json(&file).len() < 2 * LENGTH);
            for Word(word, pages, all) in &file.words {
                assert!(pages.len() <= MOST);
                assert_eq!(*all, if word.starts_with("number") { 1 } else { 3000 }, "{word}");
            }
            firsts.push(first.to_owned());
            rest = &rest[taken..];
        }
        let words: Vec<&str> =
            words.iter().map(|(word, _)| &**word).filter(|word| !word.starts_with("number")).collect();
        assert_eq!(words, ["company", "renewal", "renewal with", "with", "with company"]);
        assert!(firsts.len() > 3);
        assert!(firsts.is_sorted());
    }

    #[test]
    fn a_title_cannot_end_the_script_it_stands_in() {
        assert_eq!(json(&"</script>"), "\"\\u003c/script>\"");
    }
}
