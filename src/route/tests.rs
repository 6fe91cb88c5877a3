use super::*;
use proptest::prelude::*;

fn route(path: &str) -> Route {
    Route::file(path).unwrap()
}

#[test]
fn paths_that_some_system_cannot_hold_are_refused() {
    let reason = |path: &str| Route::file(path).unwrap_err().reason;
    for path in ["", "/a", "a/", "a//b"] {
        assert_eq!(reason(path), Unportable::Empty, "{path:?}");
    }
    for path in [".", "..", "a/../b", "./a"] {
        assert_eq!(reason(path), Unportable::Dots, "{path:?}");
    }
    for c in ['<', '>', ':', '"', '|', '?', '*', '\\', '\0', '\n', '\u{7f}', '\u{85}'] {
        assert_eq!(reason(&format!("a/b{c}c")), Unportable::Character(c));
    }
    assert_eq!(reason("a./b"), Unportable::Trailing('.'));
    assert_eq!(reason("a/b "), Unportable::Trailing(' '));
    let devices = ["con", "NUL", "a/Aux.html", "com1", "LPT9.tar.gz", "com0", "COM³", "prn .txt", "CONIN$"];
    for path in devices {
        assert_eq!(reason(path), Unportable::Reserved, "{path:?}");
    }
    assert_eq!(reason(&"x".repeat(256)), Unportable::TooLong);
    assert_eq!(reason(&"ü".repeat(128)), Unportable::TooLong);
}

#[test]
fn ordinary_paths_are_taken() {
    for path in [
        "index.html",
        "accounts/acme/index.html",
        ".nojekyll",
        "a b/Übersicht (1).png",
        "console",
        "com10",
        "comet",
        "nullable",
        "com",
        "a...b",
    ] {
        assert_eq!(route(path).as_str(), path);
    }
    assert!(Route::file("x".repeat(255)).is_ok());
}

#[test]
fn a_page_is_the_index_of_its_folder() {
    assert_eq!(Route::page("").unwrap().as_str(), "index.html");
    assert_eq!(Route::page("accounts/acme").unwrap().as_str(), "accounts/acme/index.html");
    assert_eq!(Route::page("").unwrap().address(), "/");
    assert_eq!(Route::page("accounts/acme").unwrap().address(), "/accounts/acme/");
    assert_eq!(route("assets/a.css").address(), "/assets/a.css");
    assert_eq!(route("assets/a.css").folder(), "assets");
    assert_eq!(route("a.css").folder(), "");
    assert!(Route::page("con").is_err() && Route::page("a/").is_err());
}

#[test]
fn links_are_relative_and_name_the_file() {
    for (from, to, link) in [
        ("index.html", "index.html", "index.html"),
        ("index.html", "accounts/acme/index.html", "accounts/acme/index.html"),
        ("accounts/acme/index.html", "index.html", "../../index.html"),
        ("accounts/acme/index.html", "handoffs/x/index.html", "../../handoffs/x/index.html"),
        ("accounts/acme/index.html", "accounts/index.html", "../index.html"),
        ("accounts/index.html", "accounts/acme/index.html", "acme/index.html"),
        ("accounts/acme/index.html", "accounts/acme/logo.png", "logo.png"),
        // The target's file has the name of a folder of the page.
        ("a/b/index.html", "a/b", "../b"),
        ("index.html", "a b/ü&'%.png", "a%20b/%C3%BC%26%27%25.png"),
    ] {
        assert_eq!(route(from).relative(&route(to)), link, "{from} → {to}");
    }
    assert_eq!(route("a b/c#d.png").href(), "a%20b/c%23d.png");
}

#[test]
fn a_map_holds_no_two_files_that_a_disk_takes_for_one() {
    let mut map = RouteMap::new();
    map.insert(route("a/Ünï.png"), 1).unwrap();
    map.insert(route("b"), 2).unwrap();
    map.insert(route("a/straße"), 3).unwrap();
    map.insert(route("a/strasse"), 4).unwrap();
    map.insert(route("A/other"), 5).unwrap();
    for path in ["a/Ünï.png", "A/u\u{308}ni\u{308}.PNG", "a", "A", "b/c", "B/c/d"] {
        let collision = map.insert(route(path), 0).unwrap_err();
        assert_eq!(collision.second.as_str(), path);
        assert!(collision.to_string().contains(path), "{collision}");
    }
    let order: Vec<&str> = map.iter().map(|(route, _)| route.as_str()).collect();
    assert_eq!(order, ["A/other", "a/strasse", "a/straße", "a/Ünï.png", "b"]);
    assert_eq!((map.len(), map.get(&route("b")), map.get(&route("B"))), (5, Some(&2), None));
}

#[test]
fn a_refused_file_leaves_no_trace_in_the_map() {
    let mut map = RouteMap::new();
    map.insert(route("a/b"), ()).unwrap();
    assert!(map.insert(route("a/b/c/d"), ()).is_err());
    map.insert(route("a/c"), ()).unwrap();
    assert_eq!(map.len(), 2);
}

#[test]
fn slugs_are_made_from_names() {
    for (name, expected) in [
        ("Acme Robotics", "acme-robotics"),
        ("  Müller & Söhne, Inc. ", "muller-sohne-inc"),
        ("Mu\u{308}ller", "muller"),
        ("İstanbul", "istanbul"),
        ("--a__b--c--", "a-b-c"),
        ("v1.2", "v1-2"),
        ("Œuvre 3", "uvre-3"),
    ] {
        assert_eq!(slug(name).as_deref(), Some(expected), "{name:?}");
    }
    for name in ["", " ", "!?", "東京", "\u{301}", "---"] {
        assert_eq!(slug(name), None, "{name:?}");
    }
}

#[test]
fn slugs_are_told_from_other_text() {
    for text in ["acme", "acme-2.1_b", "0", "-a", "_a"] {
        assert!(is_slug(text), "{text:?}");
    }
    for text in ["", "Acme", "a b", "ä", ".", "..", ".a", "a.", "a/b", "nul", "com1.x"] {
        assert!(!is_slug(text), "{text:?}");
    }
}

fn any_route() -> impl Strategy<Value = Route> {
    proptest::collection::vec("[ab&é %]{1,3}", 1..5)
        .prop_map(|names| names.join("/"))
        .prop_filter_map("portable", |path| Route::file(path).ok())
}

proptest! {
    #[test]
    fn a_slug_of_a_name_is_a_slug_of_itself(name in any::<String>()) {
        if let Some(made) = slug(&name) {
            prop_assert_eq!(slug(&made), Some(made.clone()));
            prop_assert!(is_slug(&made) || is_device(&made) || made.len() > LONGEST_NAME, "{made}");
        }
    }

    #[test]
    fn a_relative_link_leads_to_its_target(from in any_route(), to in any_route()) {
        let link = from.relative(&to);
        let mut place: Vec<String> = from.folder().split('/').filter(|n| !n.is_empty()).map(Into::into).collect();
        for step in link.split('/') {
            if step == ".." {
                prop_assert!(place.pop().is_some(), "climbs out of the site");
            } else {
                place.push(percent_encoding::percent_decode_str(step).decode_utf8().unwrap().into_owned());
            }
        }
        prop_assert_eq!(place.join("/"), to.as_str());
    }

    #[test]
    fn whatever_the_path_a_route_stays_inside(path in any::<String>()) {
        if let Ok(route) = Route::file(path) {
            let inside = std::path::Path::new(route.as_str()).components()
                .all(|part| matches!(part, std::path::Component::Normal(_)));
            prop_assert!(inside);
        }
    }

    #[test]
    fn folding_forgets_case_and_form(text in any::<String>()) {
        let key = folded(&text).into_owned();
        prop_assert_eq!(folded(&text.nfd().collect::<String>()).into_owned(), key.as_str());
        prop_assert_eq!(folded(&text.nfc().collect::<String>()).into_owned(), key.as_str());
        prop_assert_eq!(folded(&key), key.as_str());
    }
}
