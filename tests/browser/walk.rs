//! From home to an account, its handoff, a stakeholder of it and back, and never a typed address.

use super::PAGES;
use super::chromium::chromium;
use super::from_disk;
use super::server::Server;
use super::tab::Tab;
use crate::kit::{Folder, build, example_site};

/// Links to a record of a kind, not to the list of all.
fn link(folder: &str) -> String {
    format!("main a[href*='{folder}/']:not([href*='{folder}/index.html']):not([href*='#'])")
}

/// Checks that the page is what its heading says, and gives the heading.
fn arrive(tab: &mut Tab<'_>, site: &str, path: &str) -> String {
    let heading: String = tab.ask("document.querySelector('h1').textContent.trim()");
    arrive_at(tab, site, path, &heading);
    heading
}

/// Checks that a page is where and what it should be: styled, quiet, of this title.
fn arrive_at(tab: &mut Tab<'_>, site: &str, path: &str, title: &str) {
    let address = tab.address();
    assert!(address.starts_with(&format!("{site}{path}")), "{address} is not {path}");
    assert_eq!(tab.ask::<String>("document.title"), format!("{title} · Berthwell handoffs"), "{address}");
    let styled: bool = tab.ask("getComputedStyle(document.querySelector('.shell')).display !== 'block'");
    assert!(styled, "{address} has no styles");
    tab.assert_quiet(site);
}

/// Walks the site whose root has this address.
fn walk(tab: &mut Tab<'_>, site: &str, home: &str) {
    tab.visit(&format!("{site}{home}"));
    assert_eq!(tab.ask::<String>("document.title"), "Berthwell handoffs");
    tab.assert_quiet(site);

    tab.follow(&link("accounts"));
    let account = arrive(tab, site, "accounts/");
    tab.follow(&link("handoffs"));
    let handoff = arrive(tab, site, "handoffs/");
    assert_ne!(account, handoff);
    tab.follow(&link("stakeholders"));
    let person = arrive(tab, site, "stakeholders/");
    assert_ne!(person, handoff);
    // The same way back: each page leads to the ones that lead to it.
    tab.follow(&link("handoffs"));
    arrive(tab, site, "handoffs/");
    tab.follow(&link("accounts"));
    arrive(tab, site, "accounts/");
    tab.follow("a.brand");
    assert_eq!(tab.ask::<String>("document.title"), "Berthwell handoffs");
    assert_eq!(tab.address(), format!("{site}index.html"));
    // Free pages and lists, over the navigation.
    tab.follow(".menu a[href*='playbook/']");
    arrive(tab, site, "playbook/");
    tab.follow(".menu a[href*='team/']");
    arrive(tab, site, "team/");
    tab.follow(&link("team"));
    arrive(tab, site, "team/");
    assert!(tab.requests().len() > 10, "{:?}", tab.requests());
}

#[test]
fn at_the_top_of_a_host() {
    let Some(mut browser) = chromium() else { return };
    let server = Server::start(example_site(), "");
    walk(&mut browser.tab(), &server.root(), "");
}

#[test]
fn under_a_path() {
    let Some(mut browser) = chromium() else { return };
    let server = Server::start(example_site(), "/teams/success/handoffs");
    walk(&mut browser.tab(), &server.root(), "");
}

#[test]
fn from_disk_in_a_folder_with_a_difficult_name() {
    let Some(mut browser) = chromium() else { return };
    let folder = Folder::new();
    let copy = folder.join("Übergabe #1 100% (neu)");
    for (path, bytes) in crate::kit::files(example_site()) {
        let to = copy.join(path);
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("folders can be made");
        std::fs::write(to, bytes).expect("a file can be written");
    }
    walk(&mut browser.tab(), &from_disk(&copy), "index.html");
}

#[test]
fn without_scripts() {
    let Some(mut browser) = chromium() else { return };
    let server = Server::start(example_site(), "");
    let mut tab = browser.tab();
    tab.without_scripts();
    walk(&mut tab, &server.root(), "");
}

#[test]
fn with_the_keyboard_alone() {
    let Some(mut browser) = chromium() else { return };
    let server = Server::start(example_site(), "");
    let mut tab = browser.tab();
    let site = server.root();
    tab.visit(&site);
    for folder in ["accounts", "handoffs", "stakeholders"] {
        tab.press("Tab");
        let first: String = tab.ask("document.activeElement.textContent");
        assert_eq!(first, "Skip to content", "the first stop");
        assert_visible_focus(&mut tab);
        tab.press("Enter");
        let main: bool = tab.ask("document.activeElement === document.querySelector('main')");
        assert!(main, "the skip link does not lead to the content");
        let goal = format!("document.activeElement.matches(\"{}\")", link(folder));
        let mut stops = 0;
        while !tab.ask::<bool>(&goal) {
            tab.press("Tab");
            assert_visible_focus(&mut tab);
            let inside: bool = tab.ask("!!document.activeElement.closest('main')");
            assert!(inside, "no link to {folder} in the content of {}", tab.address());
            stops += 1;
        }
        assert!(stops < 60, "{stops} stops before a link to {folder} at {}", tab.address());
        tab.press_enter_to_leave();
        arrive(&mut tab, &site, &format!("{folder}/"));
    }
}

/// Whether what has the focus can be seen, and that it has the focus, too.
#[track_caller]
fn assert_visible_focus(tab: &mut Tab<'_>) {
    let fault: Option<String> = tab.ask(
        "(() => {
            const at = document.activeElement, style = getComputedStyle(at);
            const boxes = [...at.getClientRects()];
            const seen = boxes.some((box) => box.width > 1 && box.height > 1
                && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth);
            const name = `${at.localName} “${at.textContent.trim().slice(0, 40)}”`;
            if (!seen) return `${name} has the focus and is not to be seen`;
            const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
            return ring ? null : `${name} does not show that it has the focus`;
        })()",
    );
    assert_eq!(fault, None, "at {}", tab.address());
}

#[test]
fn no_stop_of_the_keyboard_is_hidden_and_none_is_a_trap() {
    let Some(mut browser) = chromium() else { return };
    let server = Server::start(example_site(), "");
    let mut tab = browser.tab();
    for (name, path) in [PAGES[0], PAGES[1], PAGES[7]] {
        tab.visit(&format!("{}{path}", server.root()));
        let stops: usize = tab.ask("document.querySelectorAll('a[href], summary, button, input').length");
        assert!(stops > 10, "{name}");
        for _ in 0..stops.min(80) {
            tab.press("Tab");
            if tab.ask("document.activeElement === document.body") {
                break;
            }
            assert_visible_focus(&mut tab);
        }
    }
}

#[test]
fn what_is_not_there() {
    let Some(mut browser) = chromium() else { return };
    let server = Server::start(example_site(), "");
    let mut tab = browser.tab();
    let wrong = format!("{}no/such/page/", server.root());
    tab.expect_missing(&wrong);
    tab.visit(&wrong);
    arrive_at(&mut tab, &server.root(), "no/such/page/", "Not found");
    tab.follow("main a");
    tab.assert_quiet(&server.root());
    assert!(tab.ask::<bool>("!!document.querySelector('h1')"));
}

#[test]
fn what_is_not_there_under_the_path_of_base_url_and_an_old_address() {
    let Some(mut browser) = chromium() else { return };
    let folder = Folder::new();
    folder
        .write("segue.toml", "[site]\ntitle = \"Berthwell handoffs\"\nbase_url = \"https://example.com/kb\"\n")
        .write("content/accounts/acme.md", "---\nname: Acme\nredirect_from: [old-acme]\n---\n");
    let built = build(folder.path(), "below", &[]);
    let server = Server::start(&built, "/kb");
    let (mut tab, site) = (browser.tab(), server.root());
    let wrong = format!("{site}no/such/page");
    tab.expect_missing(&wrong);
    tab.visit(&wrong);
    arrive_at(&mut tab, &site, "no/such/page", "Not found");
    tab.follow("a.brand");
    assert_eq!(tab.address(), format!("{site}index.html"));
    tab.assert_quiet(&site);

    tab.visit(&format!("{site}accounts/old-acme/"));
    tab.wait_for(&format!("{site}accounts/acme/index.html"));
    arrive(&mut tab, &site, "accounts/acme/");
}
