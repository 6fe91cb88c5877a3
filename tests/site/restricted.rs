//! What is restricted never reaches the company's edition: not its pages, not its files, not its search index.

use super::filled::{filled, path};
use crate::kit::{Folder, build, files};
use segue::fields::{Kind, Type};
use segue::pipeline::{INDEX, Question, check};
use segue_search::Fetch;
use serde_json::json;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// Restricted fields of a project's own, of every type and at every depth: kind, path, type.
const OWN: &[(&str, &str, &str)] = &[
    ("account", "own_text", "text"),
    ("account", "crm.own_text", "text"),
    ("handoff", "own_text", "text"),
    ("handoff", "own_list", "list of text"),
    ("handoff", "own_number", "integer"),
    ("handoff", "own_amount", "money"),
    ("handoff", "own_date", "date"),
    ("handoff", "own_address", "url"),
    ("handoff", "own_choice", "enum"),
    ("handoff", "own_group.own_text", "text"),
    ("handoff", "competition.own_text", "text"),
    ("handoff", "competition.alternatives[].own_text", "text"),
    ("handoff", "deal.own_text", "text"),
    ("handoff", "deal.products[].own_text", "text"),
    ("handoff", "deal.special_terms[].own_text", "text"),
    ("handoff", "expansion[].own_text", "text"),
    ("handoff", "intro_call.own_text", "text"),
    ("handoff", "kickoff.own_text", "text"),
    ("handoff", "links[].own_text", "text"),
    ("handoff", "next_steps[].own_text", "text"),
    ("handoff", "promises[].own_text", "text"),
    ("handoff", "promises[].own_choice", "enum"),
    ("handoff", "risks[].own_text", "text"),
    ("handoff", "stakeholders[].own_text", "text"),
    ("handoff", "success.metrics[].own_text", "text"),
    ("handoff", "success.own_text", "text"),
    ("handoff", "team.own_text", "text"),
    ("handoff", "technical.integrations[].own_text", "text"),
    ("handoff", "technical.it_approval.own_text", "text"),
    ("handoff", "usage.use_cases[].own_text", "text"),
    ("handoff", "usage.own_text", "text"),
    ("handoff", "why.critical_event.own_text", "text"),
    ("handoff", "why.own_text", "text"),
    ("page", "own_text", "text"),
    ("receipt", "own_text", "text"),
    ("receipt", "questions[].own_text", "text"),
    ("receipt", "ratings.own_text", "text"),
    ("stakeholder", "own_text", "text"),
    ("teammate", "own_text", "text"),
];

/// A base in which every restricted field holds something that stands nowhere else: for each the field's path and how
/// its value may be written on a page.
fn base() -> (Folder, BTreeMap<String, Vec<String>>) {
    let folder = Folder::new();
    let mut config = "[site]\ntitle = \"Secrets\"\n".to_owned();
    for (kind, path, ty) in OWN {
        config += &format!(
            "\n[[fields]]\nkind = \"{kind}\"\npath = \"{path}\"\ntype = \"{ty}\"\nhelp = \"Ours.\"\nrestricted = true\n"
        );
        if *ty == "enum" {
            config += "values = [\"zqchoice\"]\n";
        }
    }
    folder.write("segue.toml", config);
    let schema = checked(folder.path()).base.project.schema.clone();

    let mut hidden = BTreeMap::new();
    let mut count = 0;
    for kind in Kind::ALL {
        let mut secret = |path: &str, field: &segue::fields::Field, ty: &Type| {
            if !field.restricted {
                return None;
            }
            count += 1;
            let (value, written) = match ty {
                // With a link to a page that says who links to it, and a word that is a page's name.
                Type::Text => {
                    let word = format!("zqsecret{count}x");
                    (json!(format!("{word} about [[acme]] and Dana")), vec![word])
                }
                Type::Integer { .. } => (json!(918_273), vec!["918273".to_owned(), "918,273".to_owned()]),
                Type::Money => (json!(645_546), vec!["645546".to_owned(), "645,546".to_owned()]),
                Type::Date => (json!("2031-07-19"), vec!["2031-07-19".to_owned(), "19 jul 2031".to_owned()]),
                Type::Url => (json!("https://zqhost.example/"), vec!["zqhost".to_owned()]),
                Type::Choice(_) => (json!("zqchoice"), vec!["zqchoice".to_owned()]),
                _ => return None,
            };
            hidden.insert(format!("{kind} {path}"), written);
            Some(value)
        };
        folder.write(&path(kind), filled(&schema, kind, "", &mut secret));
    }
    // What is wrong in a restricted field is told without its value.
    folder.write(
        "content/handoffs/second.md",
        "---\naccount: acme\nstage: draft\ndeal: {type: upsell}\nteam: {ae: ann}\nown_number: zqwrong1\n\
         own_choice: zqwrong2\nown_date: zqwrong3\nown_group: zqwrong4\nstakeholders:\n  \
         - {name: Uma Bell, personal: [zqwrong5]}\n---\n",
    );
    (folder, hidden)
}

fn checked(root: &Path) -> segue::pipeline::Checked {
    let today = "2026-11-23".parse().expect("a date");
    let question = Question { today, at_least: None, audience: None };
    check(root, question, &|_, _| {}).expect("the folder can be read")
}

/// A published index's files by name.
struct Index(BTreeMap<String, Vec<u8>>);

impl Fetch for Index {
    fn fetch(&self, name: &str) -> io::Result<Vec<u8>> {
        self.0.get(name).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// The site for an audience: its files, and all terms and stored texts of its index.
fn published(root: &Path, audience: &str) -> (BTreeMap<String, Vec<u8>>, String) {
    let built = build(root, &format!("restricted-{audience}"), &["--audience", audience, "--allow-errors"]);
    let files = files(&built);
    let folder = format!("{INDEX}/");
    let index = files.iter().filter_map(|(path, bytes)| Some((path.strip_prefix(&folder)?.to_owned(), bytes.clone())));
    let searcher = segue_search::open(Index(index.collect())).expect("the index is published");
    let index = searcher.dump().expect("the index is sound").join("\n").to_lowercase();
    (files, index)
}

/// In which files a text stands, whatever its case.
fn holding<'a>(files: &'a BTreeMap<String, Vec<u8>>, text: &str) -> Vec<&'a str> {
    let holds = |bytes: &[u8]| String::from_utf8_lossy(bytes).to_lowercase().contains(text);
    files.iter().filter(|(_, bytes)| holds(bytes)).map(|(path, _)| path.as_str()).collect()
}

#[test]
fn the_company_gets_nothing_that_is_restricted() {
    let (folder, hidden) = base();
    let (team, team_index) = published(folder.path(), "internal");
    let (company, company_index) = published(folder.path(), "company");
    // The index can be read at all, in both.
    for index in [&team_index, &company_index] {
        assert!(index.contains("the pain of this handoff"), "{index}");
    }
    let mut unseen = Vec::new();
    for (field, written) in &hidden {
        for text in written {
            let found = holding(&company, text);
            assert!(found.is_empty(), "{field}, which is restricted, is in {found:?}");
            assert!(!company_index.contains(text), "{field}, which is restricted, is in the company's index");
        }
        // A test that looks for what is nowhere would always pass.
        if written.iter().all(|text| holding(&team, text).is_empty()) {
            unseen.push(field);
        }
        let searched = ["text", "personal"].iter().any(|name| field.ends_with(name));
        if searched && !written.iter().any(|text| team_index.contains(text)) {
            unseen.push(field);
        }
    }
    // Numbers and dates are written in columns, each under its field's name: without the column there is no value.
    for column in ["own_number", "own_amount", "own_date", "own_choice"] {
        let has = |index: &str| index.lines().any(|line| line == column);
        assert!(has(&team_index), "the team cannot ask for {column}");
        assert!(!has(&company_index), "{column} is a column of the company's index");
    }
    assert!(unseen.is_empty(), "the team does not see or find {unseen:?}");
    assert!(hidden.len() >= OWN.len() + 2, "{hidden:?}");

    for word in ["zqwrong1", "zqwrong2", "zqwrong3", "zqwrong4", "zqwrong5"] {
        assert!(holding(&company, word).is_empty(), "{word} is in {:?}", holding(&company, word));
        assert!(!company_index.contains(word), "{word}");
    }
    assert!(!holding(&team, "zqwrong1").is_empty(), "the team is told what is wrong");
}
