//! Writes a whole knowledge base to disk.

use std::fs;
use std::io;
use std::path::Path;

use rayon::prelude::*;

use crate::cast::Cast;
use crate::lexicon::Lexicon;
use crate::voice::Voice;
use crate::{body, companions, handoff};

/// What is to be made.
#[derive(Clone, Copy, Debug)]
pub struct Recipe {
    /// How many handoffs.
    pub handoffs: usize,
    /// The same seed gives the same bytes.
    pub seed: u64,
}

/// What was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Files under `content/`.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
}

const CONFIGURATION: &str = "[site]\ntitle = \"Segue benchmark\"\nbase_url = \"https://handoffs.segue.example\"\n";

/// Writes a knowledge base of `recipe.handoffs` handoffs to `root`, which must be empty or absent.
pub fn write(root: &Path, recipe: Recipe) -> io::Result<Written> {
    if root.exists() && fs::read_dir(root).map_err(|error| at(root, &error))?.next().is_some() {
        return Err(io::Error::other(format!("{}: is not empty", root.display())));
    }
    let (lexicon, cast) = (Lexicon::new(), &Cast::new(&Lexicon::new(), recipe.seed, recipe.handoffs));
    let voice = |deal, purpose| Voice::new(&lexicon, cast, deal, recipe.seed, purpose);
    let content = root.join("content");
    let kind = |folder: &str, name: &str| content.join(folder).join(format!("{name}.md"));

    // Folders first, so that the files can be written in any order.
    for folder in ["accounts", "team", "receipts", "stakeholders", "playbook"] {
        make(&content.join(folder))?;
    }
    let mut years: Vec<i16> = cast.deals.iter().map(|deal| deal.closed_on.year()).collect();
    years.sort_unstable();
    years.dedup();
    for year in years {
        make(&content.join("handoffs").join(year.to_string()))?;
    }
    put(&root.join("segue.toml"), CONFIGURATION)?;

    let handoffs = (0..cast.deals.len()).into_par_iter().map(|index| {
        let mut voice = voice(index, "handoff");
        let text = handoff::front_matter(&mut voice) + &body::handoff(&mut voice);
        let folder = format!("handoffs/{}", voice.deal.closed_on.year());
        put(&kind(&folder, &voice.deal.slug), &text)
    });
    let receipts = (0..cast.deals.len()).into_par_iter().map(|index| {
        let mut voice = voice(index, "receipt");
        companions::receipt(&mut voice)
            .map_or(Ok(Written::NOTHING), |text| put(&kind("receipts", &voice.deal.slug), &text))
    });
    let accounts = (0..cast.accounts.len()).into_par_iter().map(|index| {
        let account = &cast.accounts[index];
        let text = companions::account(&mut voice(account.deals[0], "account"), index);
        put(&kind("accounts", &account.slug), &text)
    });
    // Whoever moved has a file, and so has one person in thirty.
    let people = (0..cast.people.len())
        .into_par_iter()
        .filter(|&index| index % 30 == 0 || cast.people[index].moved_from.is_some())
        .map(|index| {
            let person = &cast.people[index];
            let deal = cast.accounts[person.account].deals[0];
            let text = companions::stakeholder(&mut voice(deal, "stakeholder"), person);
            put(&kind("stakeholders", &person.id), &text)
        });
    let team =
        cast.teammates.par_iter().map(|teammate| put(&kind("team", &teammate.id), &companions::teammate(teammate)));
    let pages = (0..(4 + recipe.handoffs / 200).min(cast.deals.len())).into_par_iter().map(|index| {
        let mut voice = voice(index, "page");
        let title = format!("{} {}", voice.line("page_topic"), index + 1);
        put(&kind("playbook", &format!("{:03}", index + 1)), &companions::page(&mut voice, &title, index))
    });
    handoffs
        .chain(receipts)
        .chain(accounts)
        .chain(people)
        .chain(team)
        .chain(pages)
        .try_reduce(|| Written::NOTHING, |a, b| Ok(a.and(b)))
}

impl Written {
    const NOTHING: Self = Self { files: 0, bytes: 0 };

    fn and(self, other: Self) -> Self {
        Self { files: self.files + other.files, bytes: self.bytes + other.bytes }
    }
}

fn make(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder).map_err(|error| at(folder, &error))
}

fn put(path: &Path, text: &str) -> io::Result<Written> {
    fs::write(path, text).map_err(|error| at(path, &error))?;
    Ok(Written { files: 1, bytes: text.len() as u64 })
}

pub(crate) fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
