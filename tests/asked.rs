//! What may be asked of a knowledge base's index: its fields, the project's own among them, and the words of its
//! `[search]` table. How a query is read and ranked is tested in `search/`.

use crate::kit::{Folder, segue};
use segue::pipeline::{self, Question};
use segue_search::{Request, Results, Searcher};

const CONFIG: &str = r#"
[site]
title = "Asked"

[search]
language = "german"
synonyms = [["SSO", "Single Sign-on", "SAML"]]

[[fields]]
kind = "handoff"
path = "technical.residency"
type = "enum"
values = ["eu", "us"]

[[fields]]
kind = "handoff"
path = "deal.sites"
type = "integer"

[[fields]]
kind = "handoff"
path = "deal.margin"
type = "number"

[[fields]]
kind = "handoff"
path = "go_live"
type = "date"

[[fields]]
kind = "handoff"
path = "pilot"
type = "bool"

[[fields]]
kind = "handoff"
path = "territory"
type = "text"

[[fields]]
kind = "handoff"
path = "modules"
type = "list of text"

[[fields]]
kind = "handoff"
path = "coach"
type = "ref teammate"

[[fields]]
kind = "account"
path = "dock_doors"
type = "integer"
"#;

const HANDOFF: &str = "---
account: acme
stage: closed_won
deal: {opportunity_id: OPP-77, closed_on: 2026-03-01, acv: 250000, currency: EUR, sites: 12, margin: 40.5}
team: {ae: ann, csm: dana}
technical: {residency: eu}
go_live: 2026-09-01
pilot: true
territory: Rhein-Main
modules: [Gate, Yard view]
coach: ann
stakeholders:
  - {name: Zoë Whitfield, roles: [champion]}
promises:
  - {what: Anmeldung über Single Sign-on für alle Häuser, made_by: ann, made_to: zoe-whitfield, due: 2026-12-30, owner: dana, status: at_risk}
  - {what: Kein Zuschlag am Wochenende, made_by: ann, made_to: zoe-whitfield, due: 2027-01-31, owner: dana}
---

## Hintergrund

Die Verträge wurden in 東京都 unterschrieben.
";

fn open() -> Searcher {
    let folder = Folder::new();
    folder
        .write("segue.toml", CONFIG)
        .write("content/accounts/acme.md", "---\nname: Acme Lager\nindustry: Logistics\ndock_doors: 80\n---\n")
        .write("content/team/ann.md", "---\nname: Ann Able\n---\n")
        .write("content/team/dana.md", "---\nname: Dana Brandt\n---\n")
        .write("content/handoffs/acme-2026.md", HANDOFF);
    let today = jiff::civil::date(2026, 3, 20);
    let checked = pipeline::check(folder.path(), Question { today, at_least: None, audience: None }, &|_, _| {})
        .expect("a project");
    Searcher::open(segue::index::build(&checked.base).expect("an index")).expect("an index that opens")
}

fn ask(searcher: &Searcher, query: &str) -> Results {
    searcher.search(&Request { typing: false, ..Request::new(query) }).expect("an answer")
}

#[test]
fn every_field_is_asked_for_by_its_name_and_a_projects_own_too() {
    let searcher = open();
    let handoff = "/handoffs/acme-2026/";
    let promise = "/handoffs/acme-2026/#promise-1";
    for (query, first) in [
        ("account:acme kind:handoff", handoff),
        ("csm:dana kind:handoff", handoff),
        ("ae:\"Ann Able\" kind:handoff", handoff),
        ("kind:promise status:at_risk", promise),
        ("kind:promise due:<2026-12-31", promise),
        ("kind:promise owner:dana status:not_started", "/handoffs/acme-2026/#promise-2"),
        ("role:champion", "/stakeholders/zoe-whitfield/"),
        ("stage:closed_won acv:>=250k", handoff),
        ("closed:2026-03", handoff),
        ("industry:logistics kind:account", "/accounts/acme/"),
        ("residency:eu", handoff),
        ("sites:>10", handoff),
        ("margin:40..41", handoff),
        ("go_live:2026-09", handoff),
        ("pilot:yes", handoff),
        ("territory:\"rhein main\"", handoff),
        ("modules:yard", handoff),
        ("coach:able", handoff),
        ("dock_doors:>=80", "/accounts/acme/"),
        ("opp-77", handoff),
    ] {
        let results = ask(&searcher, query);
        assert_eq!(results.hits.first().map(|hit| hit.url.as_str()), Some(first), "{query}: {results:#?}");
        assert_eq!(results.hint, None, "{query}");
    }
    for query in ["residency:us", "sites:<10", "pilot:no", "dock_doors:<80"] {
        assert_eq!(ask(&searcher, query).total, 0, "{query}");
    }
}

#[test]
fn the_projects_language_and_synonyms_are_followed() {
    let searcher = open();
    for query in ["SAML", "sso häuser", "single sign-on haus", "anmeldungen", "ANMELDUNG Häusern"] {
        let results = ask(&searcher, query);
        assert_eq!(results.hits.first().map(|hit| hit.url.as_str()), Some("/handoffs/acme-2026/#promise-1"), "{query}");
    }
    for query in ["Vertrag", "東京", "東京都"] {
        let results = ask(&searcher, query);
        assert_eq!(
            results.hits.first().map(|hit| hit.url.as_str()),
            Some("/handoffs/acme-2026/#hintergrund"),
            "{query}"
        );
    }
    assert_eq!(ask(&searcher, "Zoe Whitfeild").hits[0].url, "/stakeholders/zoe-whitfield/");
}

#[test]
fn the_terminal_asks_the_same_index() {
    let site = crate::kit::example_site();
    let run = |query: &[&str]| {
        let out = site.to_str().expect("a path in UTF-8");
        segue(std::path::Path::new(env!("CARGO_MANIFEST_DIR")), &[&["search", "--out", out], query].concat())
    };
    let found = run(&["calddera", "renewal"]);
    assert_eq!(found.code, 0, "{}", found.err);
    assert!(found.out.contains("did you mean caldera renewal?"), "{}", found.out);
    assert!(found.out.contains("caldera-building-supply-2026-renewal"), "{}", found.out);
    let none = run(&["kind:nonsense", "dock"]);
    assert!(none.out.contains("No record has `kind:nonsense`.") && none.out.contains("no hits"), "{}", none.out);
}
