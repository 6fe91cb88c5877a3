//! The search engine in the page: the example's index, read by the engine that is published with it.
//!
//! The server knows no ranges and lets nothing be kept, so whatever is found here is found on the plainest host.

use super::chromium::chromium;
use super::search::{CHOSEN, OPEN, press, until, write};
use super::server::Server;
use super::tab::Tab;
use crate::kit::{Folder, build, example_site, files};

const TITLES: &str = "[...document.querySelectorAll('[role=option] .hit-title')].map((at) => at.textContent)";
const NOTES: &str = "document.querySelector('.palette .search-notes').textContent";

/// Opens the palette and types.
fn ask(tab: &mut Tab<'_>, text: &str) {
    if !tab.ask::<bool>(&format!("!!{OPEN}")) {
        press(tab, "/", 0);
        until(tab, OPEN);
    }
    tab.ask::<()>("document.querySelector('.palette .search-field').select()");
    write(tab, text);
}

/// Waits until the row that Enter would open leads to an address that ends like this.
#[track_caller]
fn first(tab: &mut Tab<'_>, end: &str) {
    until(tab, &format!("{CHOSEN}?.href.endsWith('{end}')"));
}

/// A copy of the example's site with its files changed, or left out.
fn changed(change: impl Fn(&str, Vec<u8>) -> Option<Vec<u8>>) -> Folder {
    let copy = Folder::new();
    for (path, bytes) in files(example_site()) {
        if let Some(bytes) = change(&path, bytes) {
            copy.write(&path, bytes);
        }
    }
    copy
}

#[test]
fn words_phrases_fields_and_typos_find_as_they_are_typed() {
    let Some(mut browser) = chromium() else { return };
    let server = Server::start(example_site(), "/teams/success");
    let mut tab = browser.tab();
    tab.visit(&format!("{}team/ben-holloway/index.html", server.root()));
    for (text, end) in [
        ("waiting fe", "/handoffs/saltmarsh-foods-2026-new/index.html#promise-4"),
        ("\"fall by half", "/handoffs/saltmarsh-foods-2026-new/index.html#promise-4"),
        ("kowalcz", "/stakeholders/renata-kowalczyk/index.html"),
        ("kjaergaard", "/stakeholders/soren-kjaergaard/index.html"),
        ("night account:tolliver kind:promise", "/handoffs/tolliver-logistics-2025-new/index.html#promise-4"),
        ("tolivver logistics", "/accounts/tolliver-logistics/index.html"),
    ] {
        ask(&mut tab, text);
        first(&mut tab, end);
    }
    until(&mut tab, &format!("{NOTES} === 'Showing hits for tolliver logistics.'"));
    // Found in the text and not in a title: it was the engine, and it shows where.
    ask(&mut tab, "nightly export");
    first(&mut tab, "/handoffs/tolliver-logistics-2025-new/index.html#promise-3");
    assert_eq!(tab.ask::<String>("document.querySelector('.palette .hit-group').textContent"), "Tolliver Logistics");
    assert!(tab.ask::<bool>("[...document.querySelectorAll('.hit-title mark, .hit-snippet mark')].length > 1"));
    // What no record holds is asked away.
    ask(&mut tab, "\"half by fall\"");
    until(&mut tab, "document.querySelector('.palette .search-said-title')?.textContent.startsWith('No hits for')");
    ask(&mut tab, "kind:promis status:broken -night");
    until(&mut tab, &format!("{NOTES}.includes('taken for Promise')"));
    // The note was there before the last word was typed.
    let states = "[...document.querySelectorAll('.palette [data-kind=promise] .state')]";
    until(
        &mut tab,
        &format!(
            "{states}.length && {states}.every((at) => at.textContent === 'Broken') && !{TITLES}.some((title) => title.includes('night'))"
        ),
    );
    tab.assert_quiet(&server.root());
}

#[test]
fn the_keyboard_leads_to_the_very_promise() {
    let Some(mut browser) = chromium() else { return };
    let server = Server::start(example_site(), "");
    let mut tab = browser.tab();
    tab.visit(&server.root());
    ask(&mut tab, "waiting fees");
    first(&mut tab, "#promise-4");
    press(&mut tab, "ArrowDown", 0);
    press(&mut tab, "ArrowUp", 0);
    first(&mut tab, "#promise-4");
    tab.press_enter_to_leave();
    assert_eq!(tab.address(), format!("{}handoffs/saltmarsh-foods-2026-new/index.html#promise-4", server.root()));
    let seen = "(() => { const { top, bottom } = document.querySelector(':target').getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight; })()";
    assert!(tab.ask::<bool>(seen), "the promise is out of sight");
    tab.assert_quiet(&server.root());
}

#[test]
fn before_anything_is_asked_there_are_filters_to_begin_with() {
    let Some(mut browser) = chromium() else { return };
    let server = Server::start(example_site(), "");
    let mut tab = browser.tab();
    tab.visit(&format!("{}search/index.html", server.root()));
    until(&mut tab, "document.querySelectorAll('#_filters fieldset').length >= 5");
    let promises: String =
        tab.ask("document.querySelector('#_filter-kind-promise').closest('label').querySelector('.count').textContent");
    assert!(tab.ask::<bool>("document.querySelector('#_tally').textContent === ''"), "nothing was asked");
    tab.ask::<()>("document.querySelector('#_filter-kind-promise').click()");
    until(&mut tab, &format!("document.querySelector('#_tally').textContent === '{promises} hits'"));
    tab.assert_quiet(&server.root());
}

#[test]
fn filters_count_what_they_would_leave() {
    let Some(mut browser) = chromium() else { return };
    let server = Server::start(example_site(), "");
    let mut tab = browser.tab();
    tab.visit(&format!("{}search/index.html?q=driver", server.root()));
    until(&mut tab, "document.querySelectorAll('#_filters fieldset').length >= 5");
    let legends: Vec<String> =
        tab.ask("[...document.querySelectorAll('#_filters legend')].map((at) => at.textContent)");
    for legend in ["Kind", "Account", "CSM", "AE", "Status"] {
        assert!(legends.iter().any(|known| known == legend), "no {legend} in {legends:?}");
    }
    let counted: u32 = tab.ask(
        "Number(document.querySelector('#_filter-kind-promise').closest('label').querySelector('.count').textContent)",
    );
    tab.ask::<()>("document.querySelector('#_filter-kind-promise').click()");
    until(&mut tab, &format!("document.querySelector('#_tally').textContent === '{counted} hits'"));
    let kinds: Vec<String> =
        tab.ask("[...new Set([...document.querySelectorAll('#_hits [role=option]')].map((at) => at.dataset.kind))]");
    assert_eq!(kinds, ["promise"]);
    assert!(tab.address().ends_with("?q=driver&kind=promise"), "{}", tab.address());
    tab.assert_quiet(&server.root());
}

#[test]
fn offline_what_was_read_still_answers() {
    let Some(mut browser) = chromium() else { return };
    let server = Server::start(example_site(), "");
    let mut tab = browser.tab();
    tab.visit(&server.root());
    ask(&mut tab, "waiting fees");
    first(&mut tab, "#promise-4");
    drop(server);
    ask(&mut tab, "fees");
    until(&mut tab, "document.querySelectorAll('.palette [role=option]').length > 3");
    ask(&mut tab, "waiting fees");
    first(&mut tab, "#promise-4");
    assert_eq!(tab.ask::<String>(NOTES), "", "what was read answers as before");
}

#[test]
fn a_broken_or_missing_part_is_told_and_titles_answer() {
    let Some(mut browser) = chromium() else { return };
    let part = |path: &str| path.starts_with("search/index/") && path != "search/index/index.json";
    let broken = changed(|path, bytes| Some(if part(path) { vec![7; bytes.len()] } else { bytes }));
    let missing = changed(|path, bytes| (!part(path)).then_some(bytes));
    for site in [broken.path(), missing.path()] {
        let server = Server::start(site, "");
        let mut tab = browser.tab();
        tab.visit(&server.root());
        ask(&mut tab, "caldera");
        first(&mut tab, "/accounts/caldera-building-supply/index.html");
        until(&mut tab, &format!("{NOTES}.includes('could not be read, so only titles are searched')"));
        press(&mut tab, "Escape", 0);
        until(&mut tab, &format!("!{OPEN}"));
        tab.follow(".side a[href$='accounts/index.html']");
    }
}

#[test]
fn under_a_policy_that_forbids_the_engine_titles_answer() {
    let Some(mut browser) = chromium() else { return };
    let policy = "Content-Security-Policy: default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                  img-src 'self' data:";
    let server = Server::with_header(example_site(), "", policy);
    let mut tab = browser.tab();
    tab.visit(&server.root());
    ask(&mut tab, "caldera");
    first(&mut tab, "/accounts/caldera-building-supply/index.html");
    until(&mut tab, &format!("{NOTES}.includes('does not run the search engine')"));
}

#[test]
fn under_a_strict_policy_the_engine_runs() {
    let Some(mut browser) = chromium() else { return };
    let policy = "Content-Security-Policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
                  connect-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; \
                  base-uri 'none'; form-action 'self'";
    let server = Server::with_header(example_site(), "/teams/cs", policy);
    let mut tab = browser.tab();
    tab.visit(&format!("{}team/index.html", server.root()));
    ask(&mut tab, "waiting fees");
    first(&mut tab, "#promise-4");
    assert_eq!(tab.ask::<String>(NOTES), "", "the engine answers");
    tab.assert_quiet(&server.root());
}

#[test]
fn without_webassembly_titles_answer() {
    let Some(mut browser) = chromium() else { return };
    let server = Server::start(example_site(), "");
    let mut tab = browser.tab();
    tab.before_each_page("delete window.WebAssembly");
    tab.visit(&server.root());
    ask(&mut tab, "caldera");
    first(&mut tab, "/accounts/caldera-building-supply/index.html");
    until(&mut tab, &format!("{NOTES}.includes('does not run the search engine')"));
    tab.assert_quiet(&server.root());
}

#[test]
fn a_site_that_is_published_anew_is_read_anew() {
    let Some(mut browser) = chromium() else { return };
    let copy = changed(|_, bytes| Some(bytes));
    let server = Server::start(copy.path(), "");
    let mut tab = browser.tab();
    tab.visit(&server.root());
    ask(&mut tab, "caldera");
    first(&mut tab, "/accounts/caldera-building-supply/index.html");
    // Another base, whose index shares no file with this one.
    let folder = Folder::new();
    folder.write("segue.toml", "[site]\ntitle = \"New\"\n").write(
        "content/quillons.md",
        "---\ntitle: Quillons\n---\n\nA quillon is what waits at the crossing of a hilt.\n",
    );
    let site = build(folder.path(), "published-anew", &[]);
    std::fs::remove_dir_all(copy.join("search/index")).expect("the index can go");
    for (path, bytes) in files(&site) {
        if path.starts_with("search/index/") {
            copy.write(&path, bytes);
        }
    }
    ask(&mut tab, "quillon");
    first(&mut tab, "/quillons/index.html");
    assert_eq!(tab.ask::<String>(NOTES), "", "the engine answers");
}
