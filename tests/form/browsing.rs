//! The form as reps use it: in a browser, with the mouse and with the keyboard alone.

use crate::browser::chromium::chromium;
use crate::browser::server::Server;
use crate::browser::tab::{PHONE, Tab};
use crate::kit::{self, Folder, build, example_site};
use crate::serve::{Served, options, project};
use serde_json::{Value, json};
use std::fs;
use std::time::{Duration, Instant};

const HANDOFF: &str = "---\naccount: birch # a bakery\nstage: draft\ndeal:\n  type: renewal\n  # never said\n  acv: 10\nteam:\n  ae: mara\n---\nThey **bake**.\n";

fn served() -> Served {
    let folder = project();
    folder.write("content/team/mara.md", "---\nname: Mara Lind\n---\n").write("content/handoffs/birch.md", HANDOFF);
    Served::with(folder, options())
}

fn root(served: &Served) -> String {
    format!("http://{}/", served.address())
}

/// Waits until an expression holds in the page.
#[track_caller]
fn until(tab: &mut Tab<'_>, expression: &str) {
    let end = Instant::now() + Duration::from_secs(30);
    while !tab.ask::<bool>(&format!("!!({expression})")) {
        let shown = "document.querySelector('main')?.innerText ?? ''";
        assert!(Instant::now() < end, "it never came: {expression}\n{}", tab.ask::<String>(shown));
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The control of a label, within what a selector finds.
fn control(within: &str, label: &str) -> String {
    format!(
        "(() => {{ const label = [...document.querySelectorAll({} + ' label')].find((label) =>
            label.querySelector('span')?.textContent === {} || label.textContent === {1});
            return label.htmlFor ? document.getElementById(label.htmlFor) : label.querySelector('input'); }})()",
        Value::from(within),
        Value::from(label),
    )
}

/// Types into the control of a label, in the place of what is there.
#[track_caller]
fn fill(tab: &mut Tab<'_>, within: &str, label: &str, text: &str) {
    let control = control(within, label);
    let kind: String = tab.ask(&format!("(() => {{ const control = {control}; control.closest('details:not([open])')?.setAttribute('open', ''); control.focus(); control.select?.(); return control.type; }})()"));
    if kind == "select-one" || kind == "date" {
        let value = Value::from(text);
        let _: bool = tab.ask(&format!("(() => {{ const control = {control}; control.value = {value}; control.dispatchEvent(new Event('input', {{ bubbles: true }})); control.dispatchEvent(new Event('change', {{ bubbles: true }})); return true; }})()"));
    } else {
        tab.call("Input.insertText", json!({ "text": text }));
        let _: bool = tab.ask(&format!(
            "(() => {{ {control}.dispatchEvent(new Event('change', {{ bubbles: true }})); return true; }})()"
        ));
    }
}

fn click(tab: &mut Tab<'_>, selector: &str, text: &str) {
    let _: bool = tab.ask(&format!(
        "(() => {{ [...document.querySelectorAll({})].find((one) => one.textContent.includes({})).click(); return true; }})()",
        Value::from(selector),
        Value::from(text)
    ));
}

const READY: &str = "document.getElementById('_form')?.dataset.ready !== undefined";
const FAR: &str = "document.getElementById('_form-far')?.textContent";

#[test]
fn a_handoff_is_made_in_a_preview() {
    let Some(mut browser) = chromium() else { return };
    let served = served();
    let mut tab = browser.tab();
    tab.visit(&format!("{}new/", root(&served)));
    until(&mut tab, READY);
    until(&mut tab, &format!("{FAR}?.startsWith('1 of 4 fields due at draft')"));
    fill(&mut tab, "#_section-basics", "Account", "birch");
    fill(&mut tab, "#_section-basics", "Stage", "verbal");
    fill(&mut tab, "#_section-deal", "Type", "upsell");
    fill(&mut tab, "#_section-team", "AE", "mara");
    // What the stage asks for is there now, the rest is folded.
    until(
        &mut tab,
        "document.querySelector('#_section-why').open && !document.querySelector('#_section-kickoff').open",
    );
    fill(&mut tab, "#_section-why", "Pain", "Lorries wait: 73 minutes");
    click(&mut tab, "#_section-stakeholders button", "Add a stakeholder");
    fill(&mut tab, "#_section-stakeholders", "Name", "Dana Whitfield");
    click(&mut tab, "#_section-stakeholders .choice", "Champion");
    click(&mut tab, "#_section-why .wide:has(textarea) .form-way", "Don’t know yet");
    click(&mut tab, "#_section-why .form-way", "Don’t know yet");
    until(&mut tab, &format!("/of [0-9]+ fields due at verbal/.test({FAR})"));
    click(&mut tab, ".form-actions button", "Save");
    tab.wait_for(&format!("{}handoffs/birch-2026-upsell/", root(&served)));
    let text = fs::read_to_string(served.folder.join("content/handoffs/birch-2026-upsell.md")).expect("it was saved");
    insta::assert_snapshot!(text);
    tab.assert_quiet(&root(&served));
}

#[test]
fn an_edit_keeps_comments_and_a_conflict_is_shown() {
    let Some(mut browser) = chromium() else { return };
    let served = served();
    let mut tab = browser.tab();
    tab.visit(&format!("{}edit/birch/", root(&served)));
    until(&mut tab, READY);
    fill(&mut tab, "#_section-deal", "ACV", "12");
    // Somebody else writes meanwhile.
    let theirs = HANDOFF.replace("renewal", "upsell");
    served.folder.write("content/handoffs/birch.md", &theirs);
    let address = format!("{}_segue/form/save", root(&served));
    tab.expect_missing(&address);
    click(&mut tab, ".form-actions button", "Save");
    until(&mut tab, "document.querySelector('.form-diff .gone')?.textContent.includes('type: upsell')");
    let focused: bool = tab.ask("document.activeElement === document.querySelector('.form-summary')");
    assert!(focused, "the conflict has the focus");
    let path = served.folder.join("content/handoffs/birch.md");
    assert_eq!(fs::read_to_string(&path).expect("it is there"), theirs);
    // Both changes come together where they are about different fields.
    click(&mut tab, ".form-summary button", "Take over their changes");
    click(&mut tab, ".form-actions button", "Save");
    tab.wait_for(&format!("{}handoffs/birch/", root(&served)));
    assert_eq!(fs::read_to_string(&path).expect("it is there"), theirs.replace("acv: 10", "acv: 12"));
    tab.assert_quiet(&root(&served));
}

#[test]
fn what_is_wrong_is_said_beside_it_and_leads_there() {
    let Some(mut browser) = chromium() else { return };
    let served = served();
    let mut tab = browser.tab();
    tab.visit(&format!("{}edit/birch/", root(&served)));
    until(&mut tab, READY);
    fill(&mut tab, "#_section-deal", "ACV", "12k");
    let acv = control("#_section-deal", "ACV");
    until(&mut tab, &format!("{acv}.getAttribute('aria-invalid') === 'true'"));
    // The words are the checker's, and the control is described by them.
    let said: String = tab.ask(&format!(
        "{acv}.getAttribute('aria-describedby').split(' ').map((id) => document.getElementById(id).textContent).join(' ')"
    ));
    assert!(said.contains("12k is not a number") && said.contains("Annual contract value"), "{said}");
    click(&mut tab, ".form-actions button", "Save");
    until(&mut tab, "document.activeElement === document.querySelector('.form-summary')");
    assert_eq!(fs::read_to_string(served.folder.join("content/handoffs/birch.md")).expect("it is there"), HANDOFF);
    click(&mut tab, ".form-summary a", "deal.acv");
    let there: bool = tab.ask(&format!("document.activeElement === {acv}"));
    assert!(there, "the summary leads to the field");
    click(&mut tab, ".form-faults button", "Write 12000");
    until(&mut tab, &format!("{acv}.value === '12000' && {acv}.getAttribute('aria-invalid') === null"));
    tab.assert_quiet(&root(&served));
}

#[test]
fn the_keyboard_alone_is_enough() {
    let Some(mut browser) = chromium() else { return };
    let served = served();
    let mut tab = browser.tab();
    tab.visit(&format!("{}new/", root(&served)));
    until(&mut tab, READY);
    let mut stops = Vec::new();
    // From the top of the page, by Tab, to each field in turn.
    for _ in 0..120 {
        tab.press("Tab");
        let stop: String = tab.ask(
            "(() => { const one = document.activeElement;
                const label = one.labels?.[0]?.querySelector('span')?.textContent ?? one.labels?.[0]?.textContent ?? `${one.tagName} ${one.textContent.trim()}`;
                const box = one.getBoundingClientRect();
                return (box.width > 0 ? '' : 'unseen ') + label; })()",
        );
        let text = match &*stop {
            "Account" => "birch",
            "Stage" => "d",
            "Type" => "u",
            "AE" => "mara",
            _ => "",
        };
        if !text.is_empty() && !stops.contains(&stop) {
            for letter in text.chars() {
                let event = json!({ "type": "keyDown", "key": letter.to_string(), "text": letter.to_string() });
                tab.call("Input.dispatchKeyEvent", event);
                tab.call("Input.dispatchKeyEvent", json!({ "type": "keyUp", "key": letter.to_string() }));
            }
            // The judgement follows the last letter, and takes what is no longer missing out of the order.
            std::thread::sleep(Duration::from_millis(400));
        }
        let save = stop == "BUTTON Save";
        stops.push(stop);
        if save {
            break;
        }
    }
    for wanted in ["Account", "Stage", "Type", "AE", "Notes", "BUTTON Save"] {
        assert!(stops.iter().any(|stop| stop == wanted), "{wanted} is not reached: {stops:?}");
    }
    let unnamed: Vec<_> = stops.iter().filter(|stop| stop.ends_with(' ') || stop.starts_with("unseen")).collect();
    assert!(unnamed.is_empty(), "{stops:?}");
    tab.press_enter_to_leave();
    until(&mut tab, "document.querySelector('h1')?.textContent.includes('Birch')");
    let text = fs::read_to_string(served.folder.join("content/handoffs/birch-2026-upsell.md")).expect("it was saved");
    assert!(text.contains("account: birch\nstage: draft\n") && text.contains("ae: mara"), "{text}");
}

#[test]
fn every_control_has_a_name_and_nothing_is_wider_than_a_phone() {
    let Some(mut browser) = chromium() else { return };
    let server = Server::start(example_site(), "");
    let mut tab = browser.tab();
    for kind in ["handoff", "account", "stakeholder", "teammate", "receipt"] {
        tab.visit(&format!("{}new/index.html?kind={kind}", server.root()));
        until(&mut tab, READY);
        tab.window(PHONE);
        let _: bool = tab.ask("(() => { for (const one of document.querySelectorAll('#_form details')) one.open = true; for (const one of document.querySelectorAll('#_form button')) if (/^Add/.test(one.textContent)) one.click(); return true; })()");
        let nameless: Vec<String> = tab.ask(
            "[...document.querySelectorAll('#_form input, #_form select, #_form textarea, #_form-aside input')]
                .filter((one) => !one.labels?.length && !one.getAttribute('aria-label')).map((one) => one.outerHTML)",
        );
        assert!(nameless.is_empty(), "{kind}: {nameless:?}");
        let twice: Vec<String> = tab.ask(
            "(() => { const ids = [...document.querySelectorAll('[id]')].map((one) => one.id); return ids.filter((id, at) => ids.indexOf(id) !== at); })()",
        );
        assert!(twice.is_empty(), "{kind}: {twice:?}");
        let lost: Vec<String> = tab.ask(
            "[...document.querySelectorAll('[aria-describedby], [aria-labelledby]')].flatMap((one) => ['aria-describedby', 'aria-labelledby'].flatMap((name) => (one.getAttribute(name) ?? '').split(' ').filter(Boolean))).filter((id) => !document.getElementById(id))",
        );
        assert!(lost.is_empty(), "{kind}: {lost:?}");
        let wide: i64 = tab.ask("document.documentElement.scrollWidth - innerWidth");
        assert!(wide <= 0, "{kind} is {wide} pixels wider than a phone");
    }
    tab.assert_quiet(&server.root());
}

#[test]
fn a_published_form_makes_the_file_that_segue_would() {
    let Some(mut browser) = chromium() else { return };
    let folder = project();
    folder
        .write("segue.toml", "[site]\ntitle = \"Test\"\nrepository = \"https://github.com/acme/kb/tree/main/docs\"\n")
        .write("content/team/mara.md", "---\nname: Mara Lind\n---\n");
    let out = build(folder.path(), "form", &[]);
    let server = Server::start(&out, "/kb");
    let mut tab = browser.tab();
    tab.before_each_page(
        "window.made = []; window.open = (address) => { window.made.push(address); };
         Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.made.push(text); } } });",
    );
    tab.visit(&format!("{}new/index.html", server.root()));
    until(&mut tab, READY);
    fill(&mut tab, "#_section-basics", "Account", "Birch Foods");
    // A name that was typed stands for its id.
    until(&mut tab, &format!("{}.value === 'birch'", control("#_section-basics", "Account")));
    fill(&mut tab, "#_section-deal", "Type", "upsell");
    fill(&mut tab, "#_section-team", "AE", "mara");
    fill(&mut tab, "#_section-basics", "Title", "A title: of \"its\" own");
    until(&mut tab, &format!("{FAR} === '4 of 4 fields due at draft'"));
    click(&mut tab, ".form-actions button", "Copy");
    until(&mut tab, "window.made.length === 1");
    let text: String = tab.ask("window.made[0]");
    click(&mut tab, ".form-actions button", "Open on GitHub");
    until(&mut tab, "window.made.length === 2");
    let address: String = tab.ask("window.made[1]");
    let query =
        address.strip_prefix("https://github.com/acme/kb/new/main?").expect("the repository's page for new files");
    let parts: Vec<(String, String)> = query
        .split('&')
        .filter_map(|part| part.split_once('='))
        .map(|(key, value)| {
            (key.to_owned(), percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned())
        })
        .collect();
    assert_eq!(
        parts,
        [
            ("filename".to_owned(), "docs/content/handoffs/birch-2026-upsell.md".to_owned()),
            ("value".to_owned(), text.clone())
        ]
    );
    tab.assert_quiet(&server.root());
    // What is downloaded is the same.
    let downloads = Folder::new();
    let path = downloads.path().to_str().expect("a path in UTF-8");
    tab.call("Page.setDownloadBehavior", json!({ "behavior": "allow", "downloadPath": path }));
    click(&mut tab, ".form-actions button", "Download");
    let downloaded = downloads.join("birch-2026-upsell.md");
    let end = Instant::now() + Duration::from_secs(30);
    // It is there before all of it is.
    while !fs::read_to_string(&downloaded).is_ok_and(|downloaded| downloaded == text) {
        let got = fs::read_to_string(&downloaded);
        assert!(Instant::now() < end, "not what was copied: {got:?}, {:?}", kit::files(downloads.path()).keys());
        std::thread::sleep(Duration::from_millis(20));
    }
    // It is a good file of the project.
    folder.write("content/handoffs/birch-2026-upsell.md", &text);
    let run = kit::segue(folder.path(), &["check", "--today", "2026-11-23"]);
    assert_eq!(run.code, 0, "{}\n{text}", run.out);
    insta::assert_snapshot!(text);
}

#[test]
fn a_published_form_works_from_a_disk_and_says_what_to_do_without_scripts() {
    let Some(mut browser) = chromium() else { return };
    let copy = Folder::new();
    for (path, bytes) in kit::files(example_site()) {
        copy.write(&path, bytes);
    }
    let address = crate::browser::from_disk(copy.path());
    let mut tab = browser.tab();
    tab.visit(&format!("{address}new/index.html"));
    until(&mut tab, READY);
    fill(&mut tab, "#_section-basics", "Account", "Tolliver Logistics");
    until(&mut tab, &format!("{}.value === 'tolliver-logistics'", control("#_section-basics", "Account")));
    tab.assert_quiet(&address);
    drop(tab);
    let mut tab = browser.tab();
    tab.without_scripts();
    tab.visit(&format!("{address}new/index.html"));
    let text = fs::read_to_string(copy.join("new/index.html")).expect("a page");
    assert!(text.contains("segue new handoff") && text.contains("new/handoff.md"));
    assert!(fs::read_to_string(copy.join("new/handoff.md")).expect("a file to begin with").contains("# account:"));
}
