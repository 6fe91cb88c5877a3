//! The preview as somebody sees it who writes: the page beside the editor.

use super::chromium::chromium;
use super::tab::{DESKTOP, PHONE, Tab};
use crate::kit::Folder;
use segue::pipeline::Question;
use segue::serve::{Limits, Options, Preview};
use serde_json::json;
use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::time::{Duration, Instant};

/// The example's knowledge base in a folder of its own, and its preview.
struct Desk {
    folder: Folder,
    preview: Option<Preview>,
    port: u16,
}

const DRAFT: &str = "content/handoffs/kestrel-aggregates-2027-new.md";

impl Desk {
    fn new() -> Self {
        let folder = Folder::new();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        copy(&root.join("content"), &folder.join("content"));
        fs::copy(root.join("segue.toml"), folder.join("segue.toml")).expect("copied");
        let mut desk = Self { folder, preview: None, port: 0 };
        desk.start();
        desk
    }

    fn start(&mut self) {
        let options = Options {
            question: Question { today: "2026-11-23".parse().expect("a date"), at_least: None, audience: None },
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            name: None,
            port: self.port,
            poll: None,
            limits: Limits::default(),
        };
        let preview = Preview::start(self.folder.path(), options).expect("the preview starts");
        self.port = preview.address().port();
        self.preview = Some(preview);
    }

    fn at(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.folder.join(path)).expect("a text")
    }

    fn replace(&self, path: &str, old: &str, new: &str) {
        let text = self.read(path);
        assert!(text.contains(old), "{path} has no `{old}`");
        self.folder.write(path, text.replacen(old, new, 1));
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let to = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).expect("copied");
        }
    }
}

/// Waits until an expression holds in the page, over as many reloads as it takes.
#[track_caller]
fn until(tab: &mut Tab<'_>, expression: &str) {
    let end = Instant::now() + Duration::from_secs(30);
    while !tab.holds(expression) {
        assert!(Instant::now() < end, "it never came: {expression}\n{}", tab.ask::<String>("document.body.innerText"));
        std::thread::sleep(Duration::from_millis(15));
    }
}

fn says(text: &str) -> String {
    format!("document.querySelector('main').innerText.includes({text:?})")
}

const STATUS: &str = "document.querySelector('.segue-pill button')";
const OVERLAY: &str = "document.querySelector('.segue-panel[role=alert]:not([hidden])')";

#[test]
fn an_open_search_finds_what_was_just_written() {
    let Some(mut browser) = chromium() else { return };
    let desk = Desk::new();
    let mut tab = browser.tab();
    tab.visit(&desk.at("search/?q=zephyrine"));
    until(&mut tab, &says("zephyrine"));
    tab.ask::<bool>("(window.opened = true)");
    desk.folder.write(DRAFT, desk.read(DRAFT) + "\nThey call the plant Zephyrine.\n");
    let hit = "document.querySelector('main [role=option][href*=\"kestrel-aggregates-2027-new\"]')";
    until(&mut tab, hit);
    desk.replace(DRAFT, "Zephyrine", "Boreal");
    until(&mut tab, &format!("!{hit}"));
    assert!(tab.holds("window.opened"), "the page was loaded again");
}

#[test]
fn an_edit_is_seen_where_the_reader_was() {
    let Some(mut browser) = chromium() else { return };
    let desk = Desk::new();
    let mut tab = browser.tab();
    tab.window(PHONE);
    // Held to the last stage, it has a list of what is missing, which can be opened.
    let stage = desk.read(DRAFT).lines().find(|line| line.starts_with("stage:")).expect("a stage").to_owned();
    desk.replace(DRAFT, &stage, "stage: handed_off");
    tab.visit(&desk.at("handoffs/kestrel-aggregates-2027-new/"));
    until(&mut tab, &format!("{STATUS} && document.querySelector('main details')"));
    tab.ask::<bool>("(document.querySelector('main details').open = true, scrollTo(0, 700), scrollY > 600)");
    let before: f64 = tab.ask("scrollY");
    desk.folder.write(DRAFT, desk.read(DRAFT) + "\nWords that nobody had written before.\n");
    until(&mut tab, &says("Words that nobody had written before."));
    until(&mut tab, "document.readyState === 'complete' && document.querySelector('main details').open");
    let after: f64 = tab.ask("scrollY");
    assert!((after - before).abs() < 2.0, "it was at {before}, and is at {after}");
    // An edit that does not show here leaves the page alone.
    tab.ask::<bool>("globalThis.marked = true");
    desk.replace("content/accounts/caldera-building-supply.md", "name:", "aliases: [Calderas]\nname:");
    desk.folder.write(DRAFT, desk.read(DRAFT) + "\nAnd more of them.\n");
    until(&mut tab, &says("And more of them."));
    assert!(!tab.holds("globalThis.marked"), "the page was loaded again for its own edit");
    tab.ask::<bool>("globalThis.marked = true");
    desk.folder.write("content/playbook/of-its-own.md", "---\ntitle: Of its own\n---\nElsewhere.\n");
    tab.expect_missing(&desk.at("playbook/of-its-own/"));
    until(&mut tab, "fetch('/playbook/of-its-own/').then((answer) => answer.ok)");
    assert!(tab.holds("globalThis.marked"), "the page was loaded again for another's sake");
    tab.assert_quiet(&desk.at(""));
}

#[test]
fn a_style_sheet_is_swapped_and_the_page_stays() {
    let Some(mut browser) = chromium() else { return };
    let desk = Desk::new();
    let mut tab = browser.tab();
    tab.visit(&desk.at("accounts/"));
    until(&mut tab, STATUS);
    tab.ask::<bool>("globalThis.marked = true");
    let sheet = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/default/static/style.css"));
    let sheet = sheet.expect("the default theme");
    for width in ["7px", "9px"] {
        let own = format!("{sheet}\nmain {{ outline: {width} solid; }}\n");
        desk.folder.write("themes/default/static/style.css", own);
        until(&mut tab, &format!("getComputedStyle(document.querySelector('main')).outlineWidth === '{width}'"));
        until(&mut tab, "document.querySelectorAll('link[rel=stylesheet][href*=style]').length === 1");
    }
    assert!(tab.holds("globalThis.marked"), "the page was loaded again");
    tab.assert_quiet(&desk.at(""));
}

#[test]
fn a_fault_is_laid_over_the_last_good_page_and_goes_when_it_is_mended() {
    let Some(mut browser) = chromium() else { return };
    let desk = Desk::new();
    let mut tab = browser.tab();
    tab.visit(&desk.at("handoffs/kestrel-aggregates-2027-new/"));
    until(&mut tab, STATUS);
    assert!(!tab.holds(OVERLAY));
    let good = desk.read(DRAFT);
    let shown: String = tab.ask("document.querySelector('main').innerText");
    // A broken front matter: the page does not go blank.
    desk.folder.write(DRAFT, good.replacen("---\n", "---\n\tteam: [<b>bold</b>\n", 1));
    until(&mut tab, &format!("{OVERLAY}?.innerText.includes('The last good text is shown')"));
    assert_eq!(tab.ask::<String>("document.querySelector('main').innerText"), shown);
    assert!(tab.holds(&format!("!{OVERLAY}.querySelector('b')")), "what the file says is text, not markup");
    assert!(tab.holds(&format!("{OVERLAY}.innerText.includes('kestrel-aggregates-2027-new.md:2:')")));
    assert!(tab.holds(&format!("{OVERLAY}.innerText.includes('help:')")));
    desk.folder.write(DRAFT, &good);
    until(&mut tab, &format!("!{OVERLAY}"));
    // A value that cannot be: the new text is shown, with what is wrong with it, on another page too.
    desk.folder.write(DRAFT, good.replacen("stage:", "stage: nearly #", 1));
    until(&mut tab, &format!("{OVERLAY}?.innerText.includes('nearly')"));
    tab.visit(&desk.at("accounts/"));
    until(&mut tab, &format!("{STATUS}?.innerText.includes('error')"));
    assert!(!tab.holds(OVERLAY), "another file's fault lies over no page");
    desk.folder.write(DRAFT, &good);
    until(&mut tab, &format!("!{STATUS}?.innerText.includes('error')"));
    tab.assert_quiet(&desk.at(""));
}

#[test]
fn two_tabs_show_two_pages_of_one_edit() {
    let Some(mut browser) = chromium() else { return };
    let desk = Desk::new();
    let mut tab = browser.tab();
    tab.visit(&desk.at("accounts/caldera-building-supply/"));
    until(&mut tab, STATUS);
    assert!(tab.holds("globalThis.other = open('/accounts/')"), "a second tab opens");
    let other = "other.document.querySelector('main')";
    until(&mut tab, &format!("other.document.querySelector('.segue-pill button') && {other}"));
    let name = desk.read("content/accounts/caldera-building-supply.md");
    let name = name.lines().find_map(|line| line.strip_prefix("name: ")).expect("a name").to_owned();
    desk.replace("content/accounts/caldera-building-supply.md", &name, "Renamed Supply");
    until(&mut tab, &format!("{other}?.innerText.includes('Renamed Supply')"));
    // The one that lies behind is told when somebody looks at it again.
    tab.call("Page.bringToFront", json!({}));
    until(&mut tab, &says("Renamed Supply"));
}

#[test]
fn a_server_that_comes_back_is_found_again() {
    let Some(mut browser) = chromium() else { return };
    let mut desk = Desk::new();
    let mut tab = browser.tab();
    tab.visit(&desk.at("handoffs/kestrel-aggregates-2027-new/"));
    until(&mut tab, STATUS);
    desk.preview = None;
    until(&mut tab, "document.querySelector('.segue-pill').innerText.includes('Preview stopped')");
    desk.folder.write(DRAFT, desk.read(DRAFT) + "\nWritten while nobody served.\n");
    desk.start();
    until(&mut tab, &says("Written while nobody served."));
    until(&mut tab, "!document.querySelector('.segue-pill').innerText.includes('Preview stopped')");
    // And changes are heard of again.
    desk.folder.write(DRAFT, desk.read(DRAFT) + "\nAnd after it came back.\n");
    until(&mut tab, &says("And after it came back."));
}

#[test]
fn readers_of_a_page_that_vanished_are_led_to_the_nearest_above_it() {
    let Some(mut browser) = chromium() else { return };
    let desk = Desk::new();
    let mut tab = browser.tab();
    desk.folder.write("content/playbook/of-its-own.md", "---\ntitle: Of its own\n---\nElsewhere.\n");
    for (page, file, above) in [
        ("playbook/of-its-own/", "content/playbook/of-its-own.md", "/playbook/"),
        ("handoffs/kestrel-aggregates-2027-new/", DRAFT, "/handoffs/"),
    ] {
        tab.visit(&desk.at(page));
        until(&mut tab, STATUS);
        fs::remove_file(desk.folder.join(file)).expect("removed");
        until(&mut tab, &format!("location.pathname === '{above}' && document.readyState === 'complete'"));
    }
}

#[test]
fn every_page_tells_how_it_stands() {
    let Some(mut browser) = chromium() else { return };
    let desk = Desk::new();
    let mut tab = browser.tab();
    desk.folder.write("content/accounts/faulty.md", "---\nname: Faulty\ncsm: nobody-of-ours\n---\n");
    for page in ["", "accounts/", "accounts/faulty/", "team/", "stakeholders/mette-aagaard/", "search/", "nowhere/"] {
        tab.expect_missing(&desk.at("nowhere/"));
        tab.visit(&desk.at(page));
        until(&mut tab, &format!("{STATUS}?.innerText.includes('1 error')"));
        assert_eq!(tab.holds(OVERLAY), page == "accounts/faulty/", "{page}");
    }
    tab.visit(&desk.at("handoffs/kestrel-aggregates-2027-new/"));
    let pill = "document.querySelector('.segue-pill').innerText";
    until(&mut tab, &format!("/\\d+ of \\d+ filled · \\d+ more for /.test({pill})"));
    assert!(tab.holds(&format!("{pill}.includes('Edit this file')")));
    // The list of what the next stage asks for is behind it.
    tab.ask::<bool>(&format!("({STATUS}.click(), true)"));
    until(&mut tab, "/still asks for/.test(document.querySelector('.segue-panel:not([hidden])')?.innerText)");
    fs::remove_file(desk.folder.join("content/accounts/faulty.md")).expect("removed");
    until(&mut tab, &format!("!{STATUS}.innerText.includes('error')"));
    tab.assert_quiet(&desk.at(""));
}

/// Pictures of the status and the overlay, for people to look at.
#[test]
#[ignore = "makes pictures: SCREENSHOTS names the folder they go to"]
fn pictures_of_the_preview() {
    let Some(mut browser) = chromium() else { return };
    let folder = std::env::var("SCREENSHOTS").expect("SCREENSHOTS names a folder");
    fs::create_dir_all(&folder).expect("a folder");
    let desk = Desk::new();
    let good = desk.read(DRAFT);
    for scheme in ["light", "dark"] {
        for (name, window) in [("desktop", DESKTOP), ("phone", PHONE)] {
            let mut tab = browser.tab();
            tab.window(window);
            tab.visit(&desk.at("handoffs/kestrel-aggregates-2027-new/"));
            tab.media("screen", scheme);
            until(&mut tab, STATUS);
            let picture = |tab: &mut Tab<'_>, what: &str| {
                std::thread::sleep(Duration::from_millis(200));
                fs::write(Path::new(&folder).join(format!("{what}-{name}-{scheme}.png")), tab.picture(false))
                    .expect("written");
            };
            picture(&mut tab, "status");
            tab.ask::<bool>(&format!("({STATUS}.click(), true)"));
            picture(&mut tab, "asked");
            tab.ask::<bool>(&format!("({STATUS}.click(), true)"));
            desk.folder.write(DRAFT, good.replacen("---\n", "---\nteam: [unfinished\n", 1));
            until(&mut tab, OVERLAY);
            picture(&mut tab, "held");
            desk.folder.write(DRAFT, good.replacen("stage:", "stage: nearly #", 1));
            until(&mut tab, &format!("{OVERLAY}?.innerText.includes('nearly')"));
            picture(&mut tab, "faulty");
            desk.folder.write(DRAFT, &good);
            until(&mut tab, &format!("!{OVERLAY}"));
        }
    }
}
