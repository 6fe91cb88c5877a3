//! Who and what a corpus is about: teammates, accounts, people and deals, before a line is written.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::calendar::{TODAY, plus, working};
use crate::lexicon::{Lexicon, NoFacts, slug};
use crate::random::Random;

/// Someone on our side.
#[derive(Debug)]
pub struct Teammate {
    /// First name and surname.
    pub name: String,
    /// The file's name.
    pub id: String,
    /// `ae`, `csm`, `se`, ...
    pub role: &'static str,
}

/// A customer.
#[derive(Debug)]
pub struct Account {
    /// The name with its legal form.
    pub name: String,
    /// What people call it: no other account's name is within one edit of it.
    pub short: String,
    /// The file's name.
    pub slug: String,
    /// The industry's name.
    pub industry: String,
    /// Who looks after it, as an index of [`Cast::teammates`].
    pub csm: usize,
    /// Its deals, oldest first, as indices of [`Cast::deals`].
    pub deals: Vec<usize>,
}

/// A customer's person.
#[derive(Debug)]
pub struct Person {
    /// First name and surname.
    pub name: String,
    /// The id: the slug of the name unless `written`.
    pub id: String,
    /// The id stands in the file, and is not made from the name.
    pub written: bool,
    /// No one else in the corpus has this name.
    pub unique: bool,
    /// What they do.
    pub title: String,
    /// Which part they play: 0 buys, 1 champions, 2 uses, 3 and 4 have another say.
    pub part: usize,
    /// Where they are now.
    pub account: usize,
    /// Where they were before.
    pub moved_from: Option<usize>,
}

/// How far a deal has come, in the order of the content contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// `draft`
    Draft,
    /// `verbal`
    Verbal,
    /// `closed_won`
    ClosedWon,
    /// `handed_off`
    HandedOff,
}

impl Stage {
    /// The word in the file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Verbal => "verbal",
            Self::ClosedWon => "closed_won",
            Self::HandedOff => "handed_off",
        }
    }
}

/// One handoff.
#[derive(Debug)]
pub struct Deal {
    /// The customer.
    pub account: usize,
    /// The file's name.
    pub slug: String,
    /// `deal.type`
    pub kind: &'static str,
    /// How far it is.
    pub stage: Stage,
    /// When it closed, or is thought to.
    pub closed_on: Date,
    /// The people of it by part; always four or five.
    pub people: Vec<usize>,
    /// Our account executive.
    pub ae: usize,
    /// Our customer success manager.
    pub csm: usize,
    /// Our engineer.
    pub se: usize,
}

/// Everybody and everything.
#[derive(Debug)]
pub struct Cast {
    /// Our side.
    pub teammates: Vec<Teammate>,
    /// The customers.
    pub accounts: Vec<Account>,
    /// Their people.
    pub people: Vec<Person>,
    /// What was sold to them.
    pub deals: Vec<Deal>,
}

impl Cast {
    /// Invents a company's customers with `handoffs` deals among them.
    pub fn new(lexicon: &Lexicon, seed: u64, handoffs: usize) -> Self {
        let mut cast = Self {
            teammates: Vec::new(),
            accounts: Vec::new(),
            people: Vec::new(),
            deals: Vec::with_capacity(handoffs),
        };
        let mut random = Random::new(seed, "cast", 0);
        let mut names = Names::default();
        let size = (handoffs / 45).clamp(12, 220);
        for index in 0..size {
            let (name, id) = names.fresh_person(lexicon, &mut random);
            // The first dozen make sure that no role is missing in a small corpus.
            let role =
                ["ae", "csm", "se", "ae", "csm", "implementation", "executive", "ae", "csm", "other"][index % 10];
            cast.teammates.push(Teammate { name, id, role });
        }
        while cast.deals.len() < handoffs {
            let left = i64::try_from(handoffs - cast.deals.len()).expect("fewer handoffs than 2^63");
            cast.add_account(lexicon, &mut random, &mut names, left);
        }
        for person in &mut cast.people {
            person.unique = names.people.get(&slug(&person.name)) == Some(&1);
        }
        cast
    }

    /// A teammate of a role.
    pub fn teammate(&self, role: &str, random: &mut Random) -> usize {
        loop {
            let index = random.below(self.teammates.len());
            if self.teammates[index].role == role {
                return index;
            }
        }
    }

    fn add_account(&mut self, lexicon: &Lexicon, random: &mut Random, names: &mut Names, left: i64) {
        let index = self.accounts.len();
        let (name, short) = names.fresh_account(lexicon, random);
        let deals = match random.below(100) {
            0..55 => 1,
            55..81 => 2,
            81..92 => 3,
            92..97 => 4,
            _ => random.whole(5, 8),
        }
        .min(left);
        self.accounts.push(Account {
            slug: slug(&short),
            name,
            short,
            industry: lexicon.any("sector", random, &NoFacts),
            csm: self.teammate("csm", random),
            deals: Vec::new(),
        });
        let mut ae = self.teammate("ae", random);
        let mut known: Vec<Vec<usize>> = vec![Vec::new(); 5];
        let open = random.chance(32);
        let mut closed_on = plus(TODAY, -(random.whole(40, 200) + 230 * (deals - 1)));
        for round in 0..deals {
            let stage = match random.below(100) {
                _ if round + 1 < deals || !open => Stage::HandedOff,
                0..15 => Stage::Draft,
                15..45 => Stage::Verbal,
                _ => Stage::ClosedWon,
            };
            let close = match stage {
                Stage::HandedOff => closed_on,
                Stage::ClosedWon => plus(TODAY, -random.whole(1, 4)),
                Stage::Draft | Stage::Verbal => plus(TODAY, random.whole(5, 90)),
            };
            closed_on = plus(closed_on, random.whole(120, 230));
            let kind =
                if round == 0 { "new_business" } else { random.pick(&["upsell", "renewal", "cross_sell", "renewal"]) };
            let mut people = Vec::new();
            for (part, known) in known.iter_mut().enumerate() {
                if part == 4 && !random.chance(15) {
                    continue;
                }
                if known.is_empty() || random.chance(50) {
                    known.push(self.add_person(lexicon, random, names, index, part));
                }
                people.extend(known.last());
            }
            if random.chance(15) {
                ae = self.teammate("ae", random);
            }
            let base = format!("{}-{}-{}", self.accounts[index].slug, kind.replace('_', "-"), close.year());
            let twins =
                self.accounts[index].deals.iter().filter(|&&deal| self.deals[deal].slug.starts_with(&base)).count();
            self.accounts[index].deals.push(self.deals.len());
            self.deals.push(Deal {
                account: index,
                slug: if twins == 0 { base } else { format!("{base}-{}", twins + 1) },
                kind,
                stage,
                closed_on: working(close),
                people,
                ae,
                csm: self.accounts[index].csm,
                se: self.teammate("se", random),
            });
        }
    }

    fn add_person(
        &mut self,
        lexicon: &Lexicon,
        random: &mut Random,
        names: &mut Names,
        account: usize,
        part: usize,
    ) -> usize {
        // A few come from another customer. The newer job is at the newer account, by our telling.
        if random.chance(4) && !self.people.is_empty() {
            let mover = random.below(self.people.len());
            let person = &mut self.people[mover];
            if person.moved_from.is_none() && person.account != account && person.part == part {
                person.moved_from = Some(person.account);
                person.account = account;
                person.written = true;
                return mover;
            }
        }
        let (name, id, written) = if random.chance(5) && !self.people.is_empty() {
            let namesake = self.people[random.below(self.people.len())].name.clone();
            let mut id = format!("{}-{}", slug(&namesake), self.accounts[account].slug);
            *names.people.entry(slug(&namesake)).or_default() += 1;
            while !names.ids.insert(id.clone()) {
                id.push_str("-2");
            }
            (namesake, id, true)
        } else {
            let (name, id) = names.fresh_person(lexicon, random);
            (name, id, random.chance(40))
        };
        let list = ["title_buyer", "title_champion", "title_user", "title_other", "title_other"][part];
        self.people.push(Person {
            name,
            id,
            written,
            unique: true,
            title: lexicon.any(list, random, &NoFacts),
            part,
            account,
            moved_from: None,
        });
        self.people.len() - 1
    }
}

/// The names that are taken.
#[derive(Default)]
struct Names {
    people: BTreeMap<String, usize>,
    ids: BTreeSet<String>,
    /// Folded account names, and each with one letter left out.
    near: BTreeSet<String>,
}

impl Names {
    fn fresh_person(&mut self, lexicon: &Lexicon, random: &mut Random) -> (String, String) {
        loop {
            let name = format!("{} {}", lexicon.any("first", random, &NoFacts), surname(lexicon, random));
            let id = slug(&name);
            if !self.people.contains_key(&id) && self.ids.insert(id.clone()) {
                self.people.insert(id.clone(), 1);
                return (name, id);
            }
        }
    }

    fn fresh_account(&mut self, lexicon: &Lexicon, random: &mut Random) -> (String, String) {
        loop {
            let mut say = |list: &str| lexicon.any(list, random, &NoFacts);
            let (stem, shape) = (say("company_head") + &say("company_tail"), say("company_adjective"));
            let pair = format!("{shape} {}", say("company_noun"));
            let sector = say("sector_word");
            let legal = say("legal");
            let short = match random.below(10) {
                0..4 => format!("{stem} {sector}"),
                4..6 => stem,
                6..9 => pair,
                _ => format!("{} & {}", surname(lexicon, random), surname(lexicon, random)),
            };
            let folded = slug(&short).replace('-', "");
            let nearby: Vec<String> = std::iter::once(folded.clone())
                .chain((0..folded.len()).map(|at| format!("{}{}", &folded[..at], &folded[at + 1..])))
                .collect();
            if nearby.iter().all(|near| !self.near.contains(near)) {
                self.near.extend(nearby);
                let name = if random.chance(60) { format!("{short} {legal}") } else { short.clone() };
                return (name, short);
            }
        }
    }
}

fn surname(lexicon: &Lexicon, random: &mut Random) -> String {
    if random.chance(25) {
        lexicon.any("surname", random, &NoFacts)
    } else {
        lexicon.any("surname_head", random, &NoFacts) + &lexicon.any("surname_tail", random, &NoFacts)
    }
}
