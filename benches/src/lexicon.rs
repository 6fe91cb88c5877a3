//! Sentences and phrases with slots, from the text files in `lexicon/`.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

use crate::random::Random;

/// The lists of `lexicon/*.txt`, taken apart once.
#[derive(Debug)]
pub struct Lexicon {
    lists: Vec<List>,
    by_name: BTreeMap<String, usize>,
}

#[derive(Debug)]
struct List {
    entries: Vec<Vec<Piece>>,
    /// Sums of Zipf's weights: the entry of rank r is drawn in proportion to 1 / (r + 3).
    cumulative: Vec<u64>,
}

#[derive(Debug)]
enum Piece {
    Text(String),
    List(usize),
    Fact(String),
}

/// What fills the slots that no list fills: names, numbers and dates of the matter at hand.
pub trait Facts {
    /// Appends the fact called `name`.
    fn tell(&self, name: &str, random: &mut Random, lexicon: &Lexicon, out: &mut String);
}

impl Lexicon {
    /// Reads the lists that are compiled in.
    pub fn new() -> Self {
        let mut raw: Vec<(String, Vec<String>)> = Vec::new();
        for text in [
            include_str!("../lexicon/names.txt"),
            include_str!("../lexicon/phrases.txt"),
            include_str!("../lexicon/sentences.txt"),
        ] {
            read_lists(text, &mut raw);
        }
        let by_name: BTreeMap<String, usize> =
            raw.iter().enumerate().map(|(index, (name, _))| (name.clone(), index)).collect();
        let lists = raw
            .iter()
            .map(|(_, entries)| {
                let mut sum = 0;
                List {
                    entries: entries.iter().map(|entry| pieces(entry, &by_name)).collect(),
                    cumulative: (0..entries.len() as u64)
                        .map(|rank| {
                            sum += 1_000_000 / (rank + 3);
                            sum
                        })
                        .collect(),
                }
            })
            .collect();
        Self { lists, by_name }
    }

    /// Appends an entry of a list, the common ones more often than the rare.
    pub fn say(&self, list: &str, random: &mut Random, facts: &dyn Facts, out: &mut String) {
        self.expand(self.index(list), false, random, facts, out);
    }

    /// An entry of a list, all entries alike.
    pub fn any(&self, list: &str, random: &mut Random, facts: &dyn Facts) -> String {
        let mut out = String::new();
        self.expand(self.index(list), true, random, facts, &mut out);
        out
    }

    fn index(&self, list: &str) -> usize {
        *self.by_name.get(list).unwrap_or_else(|| panic!("the lexicon has no list [{list}]"))
    }

    fn expand(&self, list: usize, even: bool, random: &mut Random, facts: &dyn Facts, out: &mut String) {
        let list = &self.lists[list];
        let entry = if even { random.below(list.entries.len()) } else { random.weighted(&list.cumulative) };
        for piece in &list.entries[entry] {
            let start = out.len();
            match piece {
                Piece::Text(text) => {
                    out.push_str(text);
                    continue;
                }
                Piece::List(list) => self.expand(*list, false, random, facts, out),
                Piece::Fact(name) => facts.tell(name, random, self, out),
            }
            mend_joint(out, start);
        }
    }
}

impl Default for Lexicon {
    fn default() -> Self {
        Self::new()
    }
}

/// Where no fact is to be told.
#[derive(Debug)]
pub struct NoFacts;

impl Facts for NoFacts {
    fn tell(&self, name: &str, _: &mut Random, _: &Lexicon, _: &mut String) {
        panic!("the lexicon asks for {{{name}}} where nothing is known");
    }
}

/// Turns "a" into "an" before a vowel, and starts a sentence with a capital.
fn mend_joint(out: &mut String, start: usize) {
    let (before, after) = out.split_at(start);
    if before.ends_with(". ") {
        capitalise(out, start);
    } else if (before.ends_with(" a ") || before == "a ") && after.starts_with(['a', 'e', 'i', 'o']) {
        out.insert(start - 1, 'n');
    }
}

/// Makes the letter at `start` a capital.
pub fn capitalise(text: &mut String, start: usize) {
    if let Some(first) = text[start..].chars().next().filter(|first| first.is_lowercase()) {
        text.replace_range(start..start + first.len_utf8(), &first.to_uppercase().to_string());
    }
}

/// The slug of a name, as the content contract defines it.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.nfd().filter(|letter| !('\u{300}'..='\u{36f}').contains(letter)) {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

fn read_lists(text: &str, lists: &mut Vec<(String, Vec<String>)>) {
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            lists.push((name.to_owned(), Vec::new()));
            if name == "verb" {
                // A verb has three forms, and so three lists.
                lists.extend(["vb", "ving", "ved"].map(|form| (form.to_owned(), Vec::new())));
            }
        } else if let Some([vb, ving, ved]) = three_forms(line) {
            let count = lists.len();
            for ((_, list), form) in lists[count - 3..].iter_mut().zip([vb, ving, ved]) {
                list.push(form.to_owned());
            }
        } else if let Some((_, list)) = lists.last_mut() {
            // An empty line is an entry of [prefix] alone: most words have none.
            if !line.is_empty() || list.is_empty() {
                list.push(line.to_owned());
            }
        }
    }
}

fn three_forms(line: &str) -> Option<[&str; 3]> {
    let mut forms = line.split(" / ");
    Some([forms.next()?, forms.next()?, forms.next()?])
}

fn pieces(entry: &str, lists: &BTreeMap<String, usize>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = entry;
    while let Some((text, after)) = rest.split_once('{') {
        if !text.is_empty() {
            pieces.push(Piece::Text(text.to_owned()));
        }
        let (slot, after) = after.split_once('}').expect("a slot ends with }");
        pieces.push(match lists.get(slot) {
            Some(&list) => Piece::List(list),
            None => Piece::Fact(slot.to_owned()),
        });
        rest = after;
    }
    if !rest.is_empty() || pieces.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    pieces
}
