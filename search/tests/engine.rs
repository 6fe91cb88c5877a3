//! The engine from outside: records in, hits out.

use segue_search::{Analyser, Day, IndexBuilder, Language, Named, Options, Record, Request, Results, Searcher, build};

/// An account with a handoff, some of its parts, and its people.
fn account(slug: &str, name: &str, year: u16) -> Vec<Record> {
    let account = Named::new(slug, name);
    let dana = Named::new(format!("dana-{slug}"), format!("Dana {}", name.split(' ').next().unwrap()));
    let record = |kind: &'static str, title: &str, anchor: &str| {
        Record::new(kind, title, format!("/handoffs/{slug}/{anchor}"))
            .account(account.clone())
            .facet("csm", "priya-raman", "Priya Raman")
            .recency(Day::new(year, 3, 1))
            .settled(true)
    };
    vec![
        Record::new("account", name, format!("/accounts/{slug}/"))
            .account(account.clone())
            .name(slug)
            .body("Makes robots and arms.")
            .facet("industry", "manufacturing", "Manufacturing")
            .recency(Day::new(year, 3, 1))
            .settled(true),
        record("handoff", &format!("{name}: new business"), "").name(format!("OPP-{slug}-001")).facet(
            "stage",
            "handed_off",
            "Handed off",
        ),
        record("section", "Why they bought", "#why")
            .body("Planning took weeks; their plants were planned on paper. They integrate with Okta."),
        record("stakeholder", &dana.name, "#dana")
            .name(&dana.id)
            .facet("role", "champion", "Champion")
            .person(dana.clone()),
        record("promise", "Single sign-on with Okta", "#promise-1")
            .body("In writing, for all two hundred users of the plant.")
            .person(dana)
            .facet("status", "at_risk", "At risk")
            .date("due", Day::new(year, 12, 31)),
    ]
}

fn records() -> Vec<Record> {
    let mut records = account("northwind", "Northwind Robotics", 2026);
    records.extend(account("zoe-labs", "Zoë Laboratories", 2024));
    records.push(
        Record::new("page", "用語集", "/glossary/")
            .body("東京都の顧客はシングルサインオンを使います。 한국어 지원도 있습니다."),
    );
    records.push(
        Record::new("page", "Playbook", "/playbook/").body("How we hand over: the plan, planned. SAML for everyone."),
    );
    records
}

fn open_with(options: &Options) -> Searcher {
    Searcher::open(build(records(), options).unwrap()).unwrap()
}

fn open() -> Searcher {
    open_with(&Options::default())
}

fn ask(searcher: &Searcher, query: &str) -> Results {
    searcher.search(&Request { typing: false, ..Request::new(query) }).unwrap()
}

fn urls(results: &Results) -> Vec<&str> {
    results.hits.iter().map(|hit| hit.url.as_str()).collect()
}

fn first(searcher: &Searcher, query: &str) -> String {
    ask(searcher, query).hits.first().map_or_else(String::new, |hit| hit.url.clone())
}

#[test]
fn an_accounts_name_finds_the_account_first() {
    let searcher = open();
    for query in ["northwind", "Northwind Robotics", "NORTHWIND robotics", "robotics northwind"] {
        assert_eq!(first(&searcher, query), "/accounts/northwind/", "{query}");
    }
    assert_eq!(first(&searcher, "OPP-northwind-001"), "/handoffs/northwind/");
    assert_eq!(first(&searcher, "dana northwind"), "/handoffs/northwind/#dana");
}

#[test]
fn a_word_may_be_half_typed() {
    let searcher = open();
    for query in ["n", "no", "nor", "northw", "northwind ro", "northwind r"] {
        let results = searcher.search(&Request::new(query)).unwrap();
        assert_eq!(urls(&results).first(), Some(&"/accounts/northwind/"), "{query}");
    }
    assert!(ask(&searcher, "northw").did_you_mean.is_none(), "too far from northwind to be a typo");
    assert!(urls(&ask(&searcher, "northw")).is_empty());
}

#[test]
fn the_account_of_a_record_is_part_of_what_it_says() {
    let searcher = open();
    assert_eq!(first(&searcher, "northwind okta promise"), "/handoffs/northwind/#promise-1");
    assert_eq!(first(&searcher, "zoe single sign-on"), "/handoffs/zoe-labs/#promise-1");
}

#[test]
fn other_forms_are_found_below_the_form_asked_for() {
    let searcher = Searcher::open(
        build(
            [
                Record::new("page", "One", "/planned/").body("it was planned that way"),
                Record::new("page", "Two", "/planning/").body("the planning that way"),
            ],
            &Options::default(),
        )
        .unwrap(),
    )
    .unwrap();
    assert_eq!(urls(&ask(&searcher, "planning")), ["/planning/", "/planned/"]);
    assert_eq!(urls(&ask(&searcher, "planned")), ["/planned/", "/planning/"]);
    assert_eq!(urls(&ask(&searcher, "plans")).len(), 2);
}

#[test]
fn typos_are_forgiven_where_the_word_is_unknown() {
    let searcher = open();
    for (query, meant) in
        [("nortwind", "northwind"), ("norhtwind", "northwind"), ("laboratoreis", "laboratories"), ("otka", "okta")]
    {
        let results = ask(&searcher, query);
        assert_eq!(results.did_you_mean.as_deref(), Some(meant), "{query}");
        assert!(!results.hits.is_empty(), "{query}");
    }
    let results = ask(&searcher, "okta nortwind");
    assert_eq!(results.did_you_mean.as_deref(), Some("okta northwind"));
    assert_eq!(results.hits[0].account.as_ref().unwrap().id, "northwind");
    assert!(ask(&searcher, "okta").did_you_mean.is_none());
    let hint = ask(&searcher, "qqqqq okta").hint.unwrap();
    assert!(hint.contains("qqqqq"), "{hint}");
}

#[test]
fn an_exact_word_is_never_diluted_by_its_neighbours() {
    let searcher = open();
    let results = ask(&searcher, "plant");
    assert!(results.hits.iter().all(|hit| hit.snippet.render("[", "]").contains("[plant")), "{:?}", results.hits);
}

#[test]
fn phrases_hold_together() {
    let searcher = open();
    assert_eq!(ask(&searcher, "\"integrate with okta\"").total, 2);
    assert_eq!(ask(&searcher, "\"integrate okta\"").total, 0, "a function word keeps its place");
    assert_eq!(ask(&searcher, "\"okta integrate\"").total, 0);
    assert_eq!(ask(&searcher, "\"single sign-on\"").total, 2);
    assert_eq!(ask(&searcher, "\"plants were planned\"").total, 2);
    assert_eq!(ask(&searcher, "\"robotics single\"").total, 0, "no phrase runs from the context into the text");
}

#[test]
fn a_phrase_may_be_half_typed_or_mistyped() {
    let searcher = open();
    let typed = |query: &str| searcher.search(&Request::new(query)).unwrap();
    assert_eq!(typed("\"integrate with ok").total, 2);
    assert_eq!(typed("\"integrate with ok\"").total, 0, "its end is typed");
    let results = ask(&searcher, "northwind \"integrate with otka\"");
    assert_eq!(results.total, 2);
    assert_eq!(results.did_you_mean.as_deref(), Some("northwind \"integrate with okta\""));
}

#[test]
fn a_mistyped_value_is_taken_for_the_nearest_and_an_unknown_one_said() {
    let searcher = open();
    let results = ask(&searcher, "kind:promis csm:\"pryia ramann\"");
    assert_eq!(results.total, 2);
    let hint = results.hint.unwrap();
    assert!(hint.contains("`csm:pryia ramann`") && hint.contains("Priya Raman"), "{hint}");
    let results = ask(&searcher, "kind:zebra okta");
    assert_eq!(results.total, 0);
    let hint = results.hint.unwrap();
    assert!(hint.contains("`promise`") && hint.contains("`account`"), "{hint}");
    let chosen = Request { filters: vec![("csm".to_owned(), "pryia-raman".to_owned())], ..Request::new("okta") };
    assert_eq!(searcher.search(&chosen).unwrap().total, 0, "what was chosen is not guessed at");
}

#[test]
fn names_are_forgiven_their_typos() {
    let people = [("dana-whitfield", "Dana Whitfield"), ("zoe-okafor", "Zoë Okafor"), ("jo-whit", "Jo Whit")];
    let records = people.map(|(id, name)| Record::new("stakeholder", name, format!("/stakeholders/{id}/")).name(id));
    let searcher = Searcher::open(build(records, &Options::default()).unwrap()).unwrap();
    for query in ["Whitfeild", "dana whitfeild", "whitfiled dana", "Whitfild", "wihtfield"] {
        for typing in [true, false] {
            let results = searcher.search(&Request { typing, ..Request::new(query) }).unwrap();
            assert_eq!(urls(&results).first(), Some(&"/stakeholders/dana-whitfield/"), "{query}");
        }
    }
    assert_eq!(first(&searcher, "zoe okafro"), "/stakeholders/zoe-okafor/");
    assert_eq!(ask(&searcher, "okafro").total, 1, "one edit: two neighbours swapped");
    assert_eq!(ask(&searcher, "okfaro").total, 0, "two edits are too many for six letters");
    assert_eq!(ask(&searcher, "whixfxeld").total, 1, "two edits in nine letters");
}

/// The first hit for a query over two records that differ in one thing, whichever of them comes first.
#[track_caller]
fn prefers(query: &str, better: &Record, worse: &Record) {
    for records in [[better.clone(), worse.clone()], [worse.clone(), better.clone()]] {
        let searcher = Searcher::open(build(records, &Options::default()).unwrap()).unwrap();
        let results = ask(&searcher, query);
        assert_eq!(urls(&results).first(), Some(&better.url.as_str()), "{query}: {:?}", results.hits);
    }
}

#[test]
fn of_two_records_the_better_one_comes_first() {
    let record =
        |kind: &'static str, title: &str, body: &str| Record::new(kind, title, format!("/{kind}/{title}/")).body(body);
    prefers("okta", &record("section", "Okta", "for all"), &record("section", "Access", "okta for all"));
    prefers("acme", &record("account", "Acme", ""), &record("section", "Acme", "acme acme acme"));
    prefers("plans", &record("page", "A", "the plans of many"), &record("page", "B", "the planning of many"));
    prefers("planing", &record("page", "A", "the planing of many"), &record("page", "B", "the planning of many"));
    let settled = |record: Record, settled, year| record.settled(settled).recency(Day::new(year, 1, 1));
    let like = |name: &str| record("promise", name, "okta for all");
    prefers("okta", &settled(like("A"), true, 2026), &settled(like("B"), false, 2026));
    prefers("okta", &settled(like("A"), true, 2026), &settled(like("B"), true, 2024));
    // Two or three words: whatever holds them all, though another holds one of them in its title.
    prefers(
        "okta users",
        &record("section", "A", "all users, in okta at last"),
        &record("section", "Okta", "okta okta"),
    );
    // A question: not all words are needed, and more of them are better.
    let question = "how will the plant in Leeds let two hundred users sign in without passwords";
    let half = record("section", "A", "users at the plant sign in with okta");
    prefers(question, &half, &record("section", "B", "the plant was painted"));
}

#[test]
fn words_and_phrases_are_asked_away() {
    let searcher = open();
    let all = ask(&searcher, "okta").total;
    assert_eq!(all, 4);
    assert_eq!(ask(&searcher, "okta -single").total, 2);
    assert_eq!(ask(&searcher, "okta -\"single sign-on\"").total, 2);
    assert_eq!(ask(&searcher, "okta -kind:promise").total, 2);
    assert_eq!(ask(&searcher, "+okta northwind").total, 4);
}

#[test]
fn fields_narrow_and_their_values_widen() {
    let searcher = open();
    for (query, total) in [
        ("kind:promise", 2),
        ("kind:promises", 2),
        ("kind:promise kind:stakeholder", 4),
        ("kind:promise,stakeholder account:northwind", 2),
        ("account:\"Zoë Laboratories\"", 5),
        ("account:zoe-labs kind:promise", 1),
        ("account:laboratories kind:promise", 1),
        ("csm:priya status:at_risk", 2),
        ("status:\"at risk\"", 2),
        ("role:champion dana", 2),
        ("due:<2025-01-01", 1),
        ("due:2026-12", 1),
        ("due:>2024 due:<2026-12-31", 0),
        ("-due:2026 kind:promise", 1),
        ("csm:nobody okta", 0),
    ] {
        assert_eq!(ask(&searcher, query).total, total, "{query}");
    }
    assert!(ask(&searcher, "csm:nobody okta").hint.unwrap().contains("csm:nobody"));
    let open_value = searcher.search(&Request::new("okta csm:pri")).unwrap();
    assert_eq!(open_value.total, 4, "a value may be half typed");
    let chosen = Request { filters: vec![("kind".to_owned(), "promise".to_owned())], ..Request::new("okta") };
    assert_eq!(searcher.search(&chosen).unwrap().total, 2);
}

#[test]
fn hits_are_counted_by_every_field_but_their_own_filter() {
    let searcher = open();
    let count = ["kind", "account", "status", "nothing"].map(str::to_owned).to_vec();
    let request = Request { count, typing: false, ..Request::new("okta kind:promise") };
    let results = searcher.search(&request).unwrap();
    assert_eq!(results.total, 2);
    let counts = |field: &str| -> Vec<(String, usize)> {
        let facet = results.facets.iter().find(|facet| facet.field == field).unwrap();
        facet.values.iter().map(|count| (count.value.name.clone(), count.hits)).collect()
    };
    assert_eq!(counts("kind"), [("Section".to_owned(), 2), ("Promise".to_owned(), 2)]);
    assert_eq!(counts("account"), [("Northwind Robotics".to_owned(), 1), ("Zoë Laboratories".to_owned(), 1)]);
    assert_eq!(counts("status"), [("At risk".to_owned(), 2)]);
}

#[test]
fn accents_are_folded_on_both_sides() {
    let searcher = open();
    for query in ["zoe", "Zoë", "ZOË laboratories", "zoé"] {
        assert_eq!(first(&searcher, query), "/accounts/zoe-labs/", "{query}");
    }
}

#[test]
fn unspaced_scripts_are_found() {
    let searcher = open();
    for query in ["東京", "東京都", "顧客", "シングルサインオン", "用語集", "한국어", "지원", "用", "東京都 顧客"]
    {
        let results = searcher.search(&Request::new(query)).unwrap();
        assert_eq!(urls(&results).first(), Some(&"/glossary/"), "{query}");
    }
    assert_eq!(ask(&searcher, "大阪").total, 0);
    let hit = &ask(&searcher, "顧客").hits[0];
    assert!(hit.snippet.render("[", "]").contains("[顧客]"), "{:?}", hit.snippet);
}

#[test]
fn synonyms_stand_for_each_other() {
    let synonyms = vec![vec!["SSO".to_owned(), "single sign-on".to_owned(), "SAML".to_owned()]];
    let searcher = open_with(&Options { synonyms, ..Options::default() });
    for query in ["sso", "saml", "single sign-on", "single sign on"] {
        let results = ask(&searcher, query);
        assert_eq!(results.total, 3, "{query}: {:?}", urls(&results));
    }
    assert_eq!(first(&searcher, "saml"), "/playbook/", "as written before its synonyms");
    assert_eq!(first(&searcher, "northwind sso"), "/handoffs/northwind/#promise-1");
    assert_eq!(ask(&open(), "sso").total, 0);
}

#[test]
fn newer_and_settled_come_first_when_all_else_is_equal() {
    let searcher = open();
    let results = ask(&searcher, "kind:promise okta");
    assert_eq!(urls(&results), ["/handoffs/northwind/#promise-1", "/handoffs/zoe-labs/#promise-1"]);
    assert_eq!(urls(&ask(&searcher, "kind:promise")), urls(&results));
}

#[test]
fn hits_show_what_was_found() {
    let searcher = open();
    let hit = ask(&searcher, "northwind okta users").hits.remove(0);
    assert_eq!(hit.kind, "promise");
    assert_eq!(hit.title.render("[", "]"), "Single sign-on with [Okta]");
    assert_eq!(hit.snippet.render("[", "]"), "In writing, for all two hundred [users] of the plant.");
    assert_eq!(hit.account.unwrap().name, "Northwind Robotics");
    assert_eq!(hit.date, Some(Day::new(2026, 12, 31)));
    assert_eq!(hit.status.as_deref(), Some("At risk"));
}

#[test]
fn a_hit_that_cannot_show_what_was_found_says_where_it_is() {
    let long = "Something else is said first, and at some length. ".repeat(6);
    let records = [
        Record::new("section", "Volumes", "/far/").body(format!("{long}Overtime at weekends is paid for.")),
        Record::new("section", "Scope", "/of/").body("Nothing about it.").person(Named::new("kai", "Kai Moreau")),
        Record::new("page", "Alias", "/alias/").name("gondola"),
    ];
    let searcher = Searcher::open(build(records, &Options::default()).unwrap()).unwrap();
    let shown = |query: &str| ask(&searcher, query).hits[0].snippet.render("[", "]");
    let far = shown("overtime weekend");
    assert!(far.starts_with("Further on: [overtime], [weekend] · Something else"), "{far}");
    assert_eq!(shown("moreau"), "In its account, people or state: [moreau] · Nothing about it.");
    assert_eq!(shown("gondola"), "Among its names: [gondola]");
    assert_eq!(shown("nothing"), "[Nothing] about it.");
}

#[test]
fn pages_of_hits_are_cut_from_one_order() {
    let searcher = open();
    let all = ask(&searcher, "dana okta robotics plan");
    for offset in 0..all.hits.len() {
        let request = Request { offset, limit: 2, typing: false, ..Request::new("dana okta robotics plan") };
        let page = searcher.search(&request).unwrap();
        assert_eq!(urls(&page)[..], urls(&all)[offset..(offset + 2).min(all.hits.len())]);
        assert_eq!(page.total, all.total);
    }
}

#[test]
fn no_query_is_refused() {
    let searcher = open();
    for query in [
        "",
        " ",
        "\"",
        "-",
        "foo:bar",
        "due:<",
        "due:<soon ",
        "((a OR b) AND",
        "\u{0}\u{1}\u{2}",
        "*",
        "a:b:c:d",
        "-\"",
        "kind:",
    ] {
        for typing in [true, false] {
            searcher.search(&Request { typing, count: vec!["kind".to_owned()], ..Request::new(query) }).unwrap();
        }
    }
    assert!(ask(&searcher, "colour:red okta").hint.unwrap().contains("`colour:`"));
    assert_eq!(ask(&searcher, "colour:red okta").total, 4);
    assert_eq!(ask(&searcher, "").total, 0);
}

#[test]
fn an_empty_index_answers() {
    let searcher = Searcher::open(build([], &Options::default()).unwrap()).unwrap();
    assert!(searcher.is_empty());
    assert_eq!(
        searcher.search(&Request { count: vec!["kind".to_owned()], ..Request::new("anything kind:x") }).unwrap().total,
        0
    );
}

#[test]
fn the_same_records_give_the_same_bytes() {
    let once = build(records(), &Options::default()).unwrap();
    let mut builder = IndexBuilder::new(&Options::default()).unwrap();
    // Analysed apart, in another order, and added in order.
    let mut analysed: Vec<_> =
        records().iter().rev().map(|record| Analyser::new(&Options::default()).analyse(record)).collect();
    while let Some(record) = analysed.pop() {
        builder.add(record).unwrap();
    }
    let twice = builder.finish().unwrap();
    assert_eq!(once.files.keys().collect::<Vec<_>>(), twice.files.keys().collect::<Vec<_>>());
    for (name, bytes) in &once.files {
        assert!(*bytes == twice.files[name], "{name} differs");
    }
}

#[test]
fn a_dump_holds_every_word_and_nothing_else() {
    let dump = open().dump().unwrap();
    let all = dump.join("\n").to_lowercase();
    for word in ["northwind", "planning", "two hundred users", "priya raman", "at risk", "東京"] {
        assert!(all.contains(word), "{word}");
    }
    assert!(!all.contains("weekends"));
}

#[test]
fn languages_stem_by_their_own_rules() {
    let german = Options { language: Language::German, ..Options::default() };
    let record = Record::new("page", "Häuser", "/haus/").body("Die Verträge wurden unterschrieben");
    let searcher = Searcher::open(build([record], &german).unwrap()).unwrap();
    for query in ["haus", "Häuser", "vertrag", "VERTRÄGEN"] {
        assert_eq!(ask(&searcher, query).total, 1, "{query}");
    }
}

#[test]
fn a_damaged_index_is_an_error_that_names_the_file() {
    let mut index = build(records(), &Options::default()).unwrap();
    index.files.remove("search.json");
    let message = Searcher::open(index.clone()).err().unwrap().to_string();
    assert!(message.contains("search.json"), "{message}");
    index.files.insert("search.json".to_owned(), b"{\"version\":0}".to_vec());
    let message = Searcher::open(index).err().unwrap().to_string();
    assert!(message.contains("build it again"), "{message}");
}

#[test]
fn what_there_is_to_choose_from_is_counted_before_anything_is_asked() {
    let searcher = open();
    let results = searcher.search(&Request { count: vec!["kind".to_owned()], ..Request::new(" ") }).unwrap();
    assert_eq!((results.total, results.hits.len()), (0, 0));
    assert_eq!(results.facets[0].values.iter().map(|count| count.hits).sum::<usize>(), searcher.len());
    let results = searcher.search(&Request { count: vec!["kind".to_owned()], ..Request::new("zzzzzz") }).unwrap();
    assert!(results.facets[0].values.is_empty());
}
