//! Search as its readers use it: the palette, the search page, the keyboard, and what is said when something is missing.
//!
//! A worker stands in for the engine here and answers what a test needs, so that the page is held to what it does with
//! answers, late ones and errors among them. The engine itself is at work in [`super::engine`].

use super::chromium::chromium;
use super::from_disk;
use super::server::Server;
use super::tab::{DESKTOP, PHONE, Tab};
use crate::kit::{Folder, build, example_site, files};
use serde_json::json;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Presses a key with modifiers: 2 is Ctrl.
pub(super) fn press(tab: &mut Tab<'_>, key: &str, modifiers: u32) {
    let code = match key {
        "Enter" => 13,
        "Escape" => 27,
        "End" => 35,
        "Home" => 36,
        "ArrowUp" => 38,
        "ArrowDown" => 40,
        key => u32::from(key.to_ascii_uppercase().as_bytes()[0]),
    };
    let mut event = json!({ "type": "keyDown", "key": key, "windowsVirtualKeyCode": code, "modifiers": modifiers });
    if modifiers == 0 && key.len() == 1 {
        event["text"] = key.into();
    } else if key == "Enter" {
        event["text"] = "\r".into();
    } else {
        event["type"] = "rawKeyDown".into();
    }
    tab.call("Input.dispatchKeyEvent", event);
    tab.call("Input.dispatchKeyEvent", json!({ "type": "keyUp", "key": key, "windowsVirtualKeyCode": code }));
}

pub(super) fn write(tab: &mut Tab<'_>, text: &str) {
    for letter in text.chars() {
        press(tab, &letter.to_string(), 0);
    }
}

/// Waits until an expression holds in the page.
#[track_caller]
pub(super) fn until(tab: &mut Tab<'_>, expression: &str) {
    let end = Instant::now() + Duration::from_secs(30);
    while !tab.ask::<bool>(&format!("!!({expression})")) {
        let shown = "(document.querySelector('.palette') ?? document.querySelector('main')).innerText";
        assert!(Instant::now() < end, "it never came: {expression}\n{}", tab.ask::<String>(shown));
        std::thread::sleep(Duration::from_millis(20));
    }
}

pub(super) const OPEN: &str = "document.querySelector('.palette')?.open";
pub(super) const CHOSEN: &str = "document.querySelector('[role=option][aria-selected=true]')";

/// What is typed by itself, and the first hit it must lead to.
pub(super) fn finds(tab: &mut Tab<'_>, text: &str, path: &str) {
    write(tab, text);
    until(tab, &format!("{CHOSEN}?.href.split('#')[0].endsWith('{path}')"));
}

/// A copy of the example's site without the files whose paths begin in one of these ways.
fn without(beginnings: &[&str]) -> Folder {
    let copy = Folder::new();
    for (path, bytes) in files(example_site()) {
        if !beginnings.iter().any(|beginning| path.starts_with(beginning)) {
            copy.write(&path, bytes);
        }
    }
    copy
}

#[test]
fn the_palette_opens_finds_and_gives_the_focus_back() {
    let Some(mut browser) = chromium() else { return };
    let server = Server::start(example_site(), "/teams/success");
    let mut tab = browser.tab();
    tab.visit(&format!("{}team/ben-holloway/index.html", server.root()));
    // What is typed before the palette is there is not lost.
    finds(&mut tab, "/caldera", "/teams/success/accounts/caldera-building-supply/index.html");
    assert_eq!(tab.ask::<String>("document.activeElement.value"), "caldera");
    let wired: bool = tab.ask(&format!(
        "(() => {{ const field = document.activeElement, list = document.getElementById(field.getAttribute('aria-controls'));
            return field.role === 'combobox' && field.ariaExpanded === 'true' && list.role === 'listbox'
                && field.getAttribute('aria-activedescendant') === {CHOSEN}.id && list.contains({CHOSEN}); }})()"
    ));
    assert!(wired, "the field and its list are no combobox");
    until(&mut tab, "/^[\\d,]+ hits?\\.$/.test(document.querySelector('.palette [role=status]').textContent)");
    press(&mut tab, "Escape", 0);
    until(&mut tab, &format!("!{OPEN}"));

    tab.ask::<()>("document.querySelector('.search-open').focus()");
    press(&mut tab, "k", 2);
    until(&mut tab, OPEN);
    press(&mut tab, "k", 2);
    until(&mut tab, &format!("!{OPEN} && document.activeElement.matches('.search-open')"));
    tab.assert_quiet(&server.root());

    press(&mut tab, "k", 2);
    until(&mut tab, OPEN);
    finds(&mut tab, "caldera", "/accounts/caldera-building-supply/index.html");
    tab.press_enter_to_leave();
    assert_eq!(tab.address(), format!("{}accounts/caldera-building-supply/index.html", server.root()));
    // It is remembered here, and forgotten when asked.
    press(&mut tab, "k", 2);
    until(&mut tab, "document.querySelector('[data-query=caldera]')");
    tab.ask::<()>("document.querySelector('.search-forget').click()");
    until(&mut tab, "!document.querySelector('[data-query=caldera]')");
    assert_eq!(tab.ask::<Vec<String>>("Object.values(localStorage)"), ["[]"]);
    tab.assert_quiet(&server.root());
}

#[test]
fn the_arrows_home_and_end_move_through_the_hits() {
    let Some(mut browser) = chromium() else { return };
    let server = Server::start(example_site(), "");
    let mut tab = browser.tab();
    tab.visit(&server.root());
    press(&mut tab, "/", 0);
    until(&mut tab, "document.querySelectorAll('.palette [role=option]').length > 3");
    let at = |tab: &mut Tab<'_>| -> i32 {
        tab.ask(&format!("[...document.querySelectorAll('.palette [role=option]')].indexOf({CHOSEN})"))
    };
    let last = tab.ask::<i32>("document.querySelectorAll('.palette [role=option]').length") - 1;
    for (key, place) in [
        ("ArrowDown", 0),
        ("ArrowDown", 1),
        ("ArrowUp", 0),
        ("ArrowUp", last),
        ("ArrowDown", 0),
        ("End", last),
        ("Home", 0),
    ] {
        press(&mut tab, key, 0);
        assert_eq!(at(&mut tab), place, "{key}");
    }
    tab.assert_quiet(&server.root());
}

#[test]
fn a_word_that_no_page_has_is_answered_with_the_nearest() {
    let Some(mut browser) = chromium() else { return };
    // By titles, so that it is the page's own answer.
    let site = without(&["search/index/"]);
    let server = Server::start(site.path(), "");
    let mut tab = browser.tab();
    tab.visit(&format!("{}search/index.html?q=xqzzy", server.root()));
    until(&mut tab, "document.querySelector('.search-said-title')?.textContent === 'No hits for “xqzzy”'");
    tab.ask::<()>("segue.page && document.getElementById('_q').select()");
    write(&mut tab, "calddera");
    until(&mut tab, "document.querySelector('.search-said .meant button')?.textContent === 'caldera'");
    tab.ask::<()>("document.querySelector('.search-said .meant button').click()");
    until(&mut tab, "document.querySelector('#_hits [role=option]')?.textContent.includes('Caldera')");
    until(&mut tab, "location.search === '?q=caldera'");
}

#[test]
fn without_scripts_nothing_dead_is_shown() {
    let Some(mut browser) = chromium() else { return };
    let server = Server::start(example_site(), "");
    let mut tab = browser.tab();
    tab.without_scripts();
    tab.visit(&format!("{}search/index.html", server.root()));
    let seen: Vec<String> = tab.ask(
        "[...document.querySelectorAll('.search-open, #_search, #_without')]
            .filter((at) => at.checkVisibility({ visibilityProperty: true })).map((at) => at.id || at.className)",
    );
    assert_eq!(seen, ["_without"]);
    tab.follow("#_without a[href$='accounts/index.html']");
    tab.assert_quiet(&server.root());
}

#[test]
fn from_a_disk_titles_are_searched() {
    let Some(mut browser) = chromium() else { return };
    let mut tab = browser.tab();
    let site = from_disk(example_site());
    tab.visit(&format!("{site}handoffs/index.html"));
    finds(&mut tab, "/pellworth", "/accounts/pellworth-drinks/index.html");
    until(&mut tab, "/titles/i.test(document.querySelector('.search-notes').textContent)");
    tab.assert_quiet(&site);
}

#[test]
fn where_its_files_are_missing_search_says_so_and_the_page_works() {
    let Some(mut browser) = chromium() else { return };
    let site = without(&["search/titles", "search/index/"]);
    let server = Server::start(site.path(), "");
    let mut tab = browser.tab();
    tab.visit(&format!("{}accounts/index.html", server.root()));
    write(&mut tab, "/acme");
    until(&mut tab, "document.querySelector('.search-said-title')?.textContent === 'Search cannot be read'");
    press(&mut tab, "Escape", 0);
    until(&mut tab, &format!("!{OPEN}"));
    tab.follow("main a[href*='accounts/']");
}

/// A site whose engine is a worker that answers as this script's `answer(question)` says.
fn with_engine(name: &str, answer: &str) -> PathBuf {
    let worker = format!(
        "{answer}\naddEventListener('message', async ({{ data }}) => {{
            if (data.open) return postMessage({{ open: {{ records: 1 }} }});
            const {{ id, ...question }} = data;
            try {{ postMessage({{ id, results: await answer(question) }}); }}
            catch (error) {{ postMessage({{ id, error: String(error) }}); }}
        }});"
    );
    let folder = Folder::new();
    folder
        .write("segue.toml", "[site]\ntitle = \"Small\"\n")
        .write("content/accounts/acme.md", "---\nname: Acme\n---\n")
        .write("content/team/ann.md", "---\nname: Ann Able\n---\n")
        .write(
            "content/handoffs/acme-first.md",
            "---\naccount: acme\nstage: draft\nteam: {ae: ann}\npromises:\n  - {what: One, owner: ann}\n  - {what: \
             Two, owner: ann}\n---\n",
        )
        .write("themes/default/static/search/worker.js", worker)
        .write("themes/default/static/search/engine.wasm", "none");
    build(folder.path(), name, &["--allow-errors"])
}

/// One promise, and counts where they are asked for.
const ONE_PROMISE: &str = "const answer = ({ query, filters = [], count = [] }) => {
    const open = !filters.length || filters.some(([field, id]) => field === 'status' && id === 'at_risk');
    const hits = query === 'two' && open ? [{ kind: 'promise', title: [{ text: 'Two', mark: true }], url: '/handoffs/acme-first/#promise-2',
        account: { id: 'acme', name: 'Acme' }, date: '2026-12-31', status: 'At risk', snippet: [{ text: '<b>not bold</b> ' }, { text: 'two', mark: true }], score: 1 }] : [];
    const facets = count.map((field) => ({ field, values: { status: [{ id: 'at_risk', name: 'At risk', hits: 1 }, { id: 'broken', name: 'Broken', hits: 3 }] }[field] ?? [] }));
    return { hits, total: hits.length, facets };
};";

#[test]
fn a_hit_leads_to_its_very_promise_which_is_marked() {
    let Some(mut browser) = chromium() else { return };
    let site = with_engine("search-promise", ONE_PROMISE);
    let server = Server::start(&site, "/kb");
    let mut tab = browser.tab();
    tab.visit(&format!("{}team/ann/index.html", server.root()));
    finds(&mut tab, "/two", "/kb/handoffs/acme-first/index.html");
    let row: String = tab.ask(&format!("{CHOSEN}.innerText.replace(/\\s+/g, ' ')"));
    assert_eq!(row, "Two PromiseHandoff First <b>not bold</b> two At risk 31 Dec 2026");
    assert_eq!(tab.ask::<String>("document.querySelector('.palette .hit-group').textContent"), "Acme");
    tab.press_enter_to_leave();
    assert_eq!(tab.address(), format!("{}handoffs/acme-first/index.html#promise-2", server.root()));
    let marked: bool = tab.ask(
        "(() => { const here = document.querySelector(':target');
            return here.id === 'promise-2' && here.getBoundingClientRect().top < innerHeight
                && getComputedStyle(here).backgroundColor !== getComputedStyle(document.getElementById('promise-1')).backgroundColor; })()",
    );
    assert!(marked, "the promise does not stand out");
    tab.assert_quiet(&server.root());
}

#[test]
fn filters_narrow_count_and_stand_in_the_address() {
    let Some(mut browser) = chromium() else { return };
    let site = with_engine("search-filters", ONE_PROMISE);
    let server = Server::start(&site, "");
    let mut tab = browser.tab();
    let page = format!("{}search/index.html", server.root());
    tab.visit(&format!("{page}?q=two"));
    until(&mut tab, "document.querySelector('#_filter-status-broken')");
    assert_eq!(
        tab.ask::<String>("document.querySelector('#_filters').innerText.replace(/\\s+/g, ' ')"),
        "Status At risk 1 Broken 3"
    );
    tab.ask::<()>("document.querySelector('#_filter-status-broken').click()");
    until(&mut tab, "document.querySelector('.search-said-title')?.textContent.includes('two')");
    assert_eq!(tab.address(), format!("{page}?q=two&status=broken"));
    // Back undoes the choice; so does what is said where nothing is found.
    tab.ask::<()>("history.back()");
    until(&mut tab, "document.querySelector('#_hits [role=option]')");
    assert_eq!(tab.address(), format!("{page}?q=two"));
    // An address that somebody sent says the same.
    tab.visit(&format!("{page}?q=two&status=broken"));
    until(&mut tab, "document.querySelector('#_chosen button')?.textContent === 'Status Broken ×'");
    tab.ask::<()>("[...document.querySelectorAll('.search-said button')].at(-1).click()");
    until(&mut tab, "document.querySelector('#_hits [role=option]')");
    tab.window(PHONE);
    let width: u32 = tab.ask("document.scrollingElement.scrollWidth");
    assert!(width <= PHONE.width, "{width}");
    tab.window(DESKTOP);
    tab.assert_quiet(&server.root());
}

#[test]
fn a_correction_is_shown_and_an_empty_field_says_what_can_be_asked() {
    let Some(mut browser) = chromium() else { return };
    let answer = "const answer = ({ query }) => query === 'none'
        ? { hits: [], total: 0, hint: 'No record has `kind:x`. There are `account`.', did_you_mean: 'nine' }
        : { hits: [{ kind: 'section', title: [{ text: 'T' }], url: '/playbook/hello-there/#t', snippet: [], score: 1 }], total: 1, did_you_mean: 'query' };";
    let site = with_engine("search-corrected", answer);
    let server = Server::start(&site, "");
    let mut tab = browser.tab();
    tab.visit(&format!("{}search/index.html", server.root()));
    // Examples of what can be asked; one is asked at a click, and stands in the address.
    until(&mut tab, "document.querySelectorAll('#_hits [data-query]').length >= 4");
    tab.ask::<()>("document.querySelector('#_hits [data-query=\"kind:risk severity:high\"]').click()");
    until(&mut tab, "document.querySelector('.hit-about')?.textContent === 'SectionHello there'");
    until(&mut tab, "location.search === '?q=kind%3Arisk+severity%3Ahigh'");
    until(&mut tab, "document.querySelector('#_notes').textContent === 'Showing hits for query.'");
    until(&mut tab, "document.querySelector('#_live').textContent === '1 hit for query.'");
    tab.ask::<()>("document.getElementById('_q').select()");
    write(&mut tab, "none");
    until(&mut tab, "document.querySelector('.search-said .meant')?.textContent === 'Did you mean nine?'");
    let said: String = tab.ask("document.querySelector('#_search .search-said').innerText");
    assert!(said.contains("No hits for “none”") && said.contains("There are `account`."), "{said}");
    assert!(tab.ask::<bool>("document.querySelector('#_notes').hidden"), "the hint is said twice");
    tab.assert_quiet(&server.root());
}

#[test]
fn a_late_answer_is_dropped_and_a_broken_index_is_told() {
    let Some(mut browser) = chromium() else { return };
    let slow = "const hit = (text) => ({ hits: [{ kind: 'page', title: [{ text }], url: '/', snippet: [], score: 1 }], total: 1, facets: [] });
        const answer = async ({ query }) => {
            if (query === 'acme') throw 'segment.idx: the site does not have this file';
            await new Promise((done) => setTimeout(done, query === 'a' ? 600 : 50));
            return hit(query);
        };";
    let site = with_engine("search-late", slow);
    let server = Server::start(&site, "");
    let mut tab = browser.tab();
    tab.visit(&server.root());
    press(&mut tab, "/", 0);
    until(&mut tab, OPEN);
    write(&mut tab, "ab");
    let first = "document.querySelector('.palette .hit-title').textContent";
    until(&mut tab, &format!("{first} === 'ab'"));
    std::thread::sleep(Duration::from_millis(800));
    assert_eq!(tab.ask::<String>(first), "ab");
    tab.ask::<()>("document.querySelector('.search-field').select()");
    finds(&mut tab, "acme", "/accounts/acme/index.html");
    until(&mut tab, "/could not be read/.test(document.querySelector('.search-notes').textContent)");
    tab.assert_quiet(&server.root());
}

#[test]
fn offline_it_says_so_and_comes_back() {
    let Some(mut browser) = chromium() else { return };
    let unreachable = "const answer = () => { throw 'index.json: the site could not be reached'; };";
    let site = with_engine("search-offline", unreachable);
    let server = Server::start(&site, "");
    let mut tab = browser.tab();
    let network = |tab: &mut Tab<'_>, offline: bool| {
        let conditions = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        tab.call("Network.emulateNetworkConditions", conditions);
    };
    tab.visit(&server.root());
    network(&mut tab, true);
    press(&mut tab, "/", 0);
    until(&mut tab, "document.querySelector('.search-failed')?.textContent === 'Search needs a connection to begin.'");
    network(&mut tab, false);
    press(&mut tab, "/", 0);
    until(&mut tab, OPEN);
    // The engine's files are out of reach, the titles are not.
    finds(&mut tab, "acme", "/accounts/acme/index.html");
    until(&mut tab, "document.querySelector('.search-notes').textContent.startsWith('You are offline')");
    // They stay at hand, and what is not at hand is not taken for nothing.
    network(&mut tab, true);
    tab.ask::<()>("document.querySelector('.search-field').select()");
    finds(&mut tab, "ann", "/team/ann/index.html");
}
