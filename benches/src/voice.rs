//! Speaks of one deal: the lexicon's sentences with this deal's names, dates and numbers in them.

use std::fmt::Write;

use jiff::civil::Date;

use crate::calendar::{TODAY, plus, working};
use crate::cast::{Account, Cast, Deal, Person, Stage};
use crate::lexicon::{Facts, Lexicon, NoFacts, capitalise};
use crate::random::Random;

/// The lexicon, a deal, and a stream of chance.
#[derive(Debug)]
pub struct Voice<'a> {
    /// Everybody.
    pub cast: &'a Cast,
    /// The deal that is spoken of.
    pub deal: &'a Deal,
    /// Its index in [`Cast::deals`].
    pub index: usize,
    /// Where choices come from.
    pub random: Random,
    lexicon: &'a Lexicon,
}

impl<'a> Voice<'a> {
    /// Speaks of `deal` for one `purpose`: the kind of file.
    pub fn new(lexicon: &'a Lexicon, cast: &'a Cast, deal: usize, seed: u64, purpose: &str) -> Self {
        Self { cast, deal: &cast.deals[deal], index: deal, random: Random::new(seed, purpose, deal), lexicon }
    }

    /// The deal's account.
    pub fn account(&self) -> &'a Account {
        &self.cast.accounts[self.deal.account]
    }

    /// The person who plays a part in the deal.
    pub fn person(&self, part: usize) -> &'a Person {
        &self.cast.people[self.deal.people[part]]
    }

    /// An entry of a list as it stands.
    pub fn phrase(&mut self, list: &str) -> String {
        let mut out = String::new();
        let facts = DealFacts { cast: self.cast, deal: self.deal };
        self.lexicon.say(list, &mut self.random, &facts, &mut out);
        out
    }

    /// An entry of a list with all entries alike, starting with a capital.
    pub fn line(&mut self, list: &str) -> String {
        let facts = DealFacts { cast: self.cast, deal: self.deal };
        let mut line = self.lexicon.any(list, &mut self.random, &facts);
        capitalise(&mut line, 0);
        line
    }

    /// A whole sentence from a list.
    pub fn sentence(&mut self, list: &str) -> String {
        let facts = DealFacts { cast: self.cast, deal: self.deal };
        let mut sentence = self.lexicon.any(list, &mut self.random, &facts);
        match self.random.below(10) {
            0 => sentence = format!("{} {sentence}", self.phrase("opener")),
            1..4 => {
                sentence.push_str(", ");
                sentence.push_str(&self.phrase("tail"));
            }
            _ => {}
        }
        capitalise(&mut sentence, 0);
        if !sentence.ends_with(['.', '?', '"']) {
            sentence.push('.');
        }
        sentence
    }

    /// Sentences from the lists in turn.
    pub fn paragraph(&mut self, lists: &[&str], sentences: usize) -> String {
        let mut paragraph = String::new();
        for index in 0..sentences {
            if index > 0 {
                paragraph.push(' ');
            }
            paragraph.push_str(&self.sentence(lists[index % lists.len()]));
        }
        paragraph
    }

    /// A working day between so many days after the close.
    pub fn day_after_close(&mut self, from: i64, to: i64) -> Date {
        working(plus(self.deal.closed_on, self.random.whole(from, to)))
    }

    /// What is due at `stage` is there from `stage` on.
    pub fn is_due(&self, stage: Stage) -> bool {
        self.deal.stage >= stage
    }

    /// `{unknown: {ask, by}}` with a day that is still to come.
    pub fn open_question(&mut self) -> String {
        let ask = &self.cast.teammates[self.deal.ae].id;
        let by = plus(TODAY, self.random.whole(2, 40));
        format!("{{unknown: {{ask: {ask}, by: {by}}}}}")
    }
}

struct DealFacts<'a> {
    cast: &'a Cast,
    deal: &'a Deal,
}

impl DealFacts<'_> {
    fn person(&self, part: usize) -> &Person {
        &self.cast.people[self.deal.people[part]]
    }

    /// Some other deal: half of the time a well-known one, since some customers are everybody's example.
    fn other_deal(&self, random: &mut Random) -> &Deal {
        let deals = &self.cast.deals;
        let known = if random.chance(50) { deals.len().min(60) } else { deals.len() };
        &deals[random.below(known)]
    }
}

impl Facts for DealFacts<'_> {
    fn tell(&self, name: &str, random: &mut Random, lexicon: &Lexicon, out: &mut String) {
        let account = &self.cast.accounts[self.deal.account];
        match name {
            "company" => out.push_str(&account.short),
            "company_formal" => out.push_str(&account.name),
            "sector_lower" => out.push_str(&account.industry.to_lowercase()),
            "buyer" => out.push_str(short_name(self.person(0), random)),
            "champion" => out.push_str(short_name(self.person(1), random)),
            "user" => out.push_str(short_name(self.person(2), random)),
            "fourth" => out.push_str(short_name(self.person(3), random)),
            "person_short" => out.push_str(surname_of(&self.person(1).name)),
            "person_link" => {
                let other = self.other_deal(random);
                let person = &self.cast.people[other.people[random.below(4)]];
                if person.unique && random.chance(40) {
                    put(out, format_args!("[[{}]]", person.name));
                } else {
                    put(out, format_args!("[[stakeholders/{}|{}]]", person.id, person.name));
                }
            }
            "other" | "other_name" => {
                out.push_str(&self.cast.accounts[self.other_deal(random).account].short);
            }
            "other_link" => {
                let other = &self.cast.accounts[self.other_deal(random).account];
                match random.below(3) {
                    0 => put(out, format_args!("[[{}]]", other.slug)),
                    1 => put(out, format_args!("[[{}]]", other.name)),
                    _ => put(out, format_args!("[[accounts/{}|{}]]", other.slug, other.short)),
                }
            }
            // Paths from the content folder: these words stand in files of every depth.
            "account_link" => put(out, format_args!("[{}](/accounts/{}.md)", account.short, account.slug)),
            "handoff_link" => {
                let other = self.other_deal(random);
                let label = &self.cast.accounts[other.account].short;
                let (year, slug) = (other.closed_on.year(), &other.slug);
                match random.below(3) {
                    0 => put(out, format_args!("[[handoffs/{slug}#background|what {label} bought]]")),
                    1 => put(out, format_args!("[[{slug}|the deal with {label}]]")),
                    _ => put(out, format_args!("[the notes on {label}](/handoffs/{year}/{slug}.md)")),
                }
            }
            "ae" => out.push_str(&self.cast.teammates[self.deal.ae].name),
            "csm" => out.push_str(&self.cast.teammates[self.deal.csm].name),
            _ => any_fact(name, random, lexicon, out),
        }
    }
}

/// Numbers, dates and made-up words: the rare terms that any real text is full of.
fn any_fact(name: &str, random: &mut Random, lexicon: &Lexicon, out: &mut String) {
    let mut say = |list: &str| lexicon.say(list, random, &NoFacts, out);
    match name {
        "rare" => {
            say("prefix");
            say("root");
            say("suffix");
        }
        "place" => {
            say("place_head");
            say("place_mid");
            say("place_tail");
        }
        "project" => {
            say("company_adjective");
            out.push(' ');
            lexicon.say("company_noun", random, &NoFacts, out);
        }
        "dept_cap" => {
            let start = out.len();
            lexicon.say("dept", random, &NoFacts, out);
            capitalise(out, start);
        }
        "n" => put(out, format_args!("{}", random.between(2, 12))),
        "big" => {
            let (figure, scale) = (random.between(11, 99), random.pick(&["0", "00", ",000"]));
            if scale == "00" {
                put(out, format_args!("{},{}00", figure / 10, figure % 10));
            } else {
                put(out, format_args!("{figure}{scale}"));
            }
        }
        "pct" => put(out, format_args!("{} %", random.between(3, 60))),
        "amount" => {
            let sign = random.pick(&["€", "$", "£"]);
            put(out, format_args!("{sign}{},{:03}", random.between(8, 900), random.below(20) * 50));
        }
        "year" => put(out, format_args!("{}", random.between(2008, 2024))),
        "date" => put(out, format_args!("{}", plus(TODAY, random.whole(-410, 90)))),
        "ticket" => {
            let queue = random.pick(&["INT", "OPS", "DATA", "SEC"]);
            put(out, format_args!("{queue}-{}", random.between(100, 99_999)));
        }
        "code" => {
            let letters = random.pick(&["QX", "ab", "zk", "EU", "tmp", "LV", "node", "db"]);
            put(out, format_args!("{letters}-{:04}-{:x}", random.below(10_000), random.below(4096)));
        }
        _ => panic!("the lexicon has a slot {{{name}}} that nothing fills"),
    }
}

fn short_name<'a>(person: &'a Person, random: &mut Random) -> &'a str {
    match random.below(10) {
        0..3 => &person.name,
        3..8 => person.name.split(' ').next().unwrap_or(&person.name),
        _ => surname_of(&person.name),
    }
}

fn surname_of(name: &str) -> &str {
    name.split_once(' ').map_or(name, |(_, surname)| surname)
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("writing to a string");
}
