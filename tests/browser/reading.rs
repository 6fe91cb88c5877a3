//! Every type of page: quiet, readable in the light and in the dark, on a phone and on paper.

use super::PAGES;
use super::chromium::chromium;
use super::server::Server;
use super::tab::{DESKTOP, PHONE, Tab, Window};
use crate::kit::example_site;
use serde::Deserialize;

/// What `contrast.js` finds.
#[derive(Deserialize)]
struct Contrast {
    texts: usize,
    faint: Vec<String>,
    /// How light the page is behind its text: 0 to 1.
    ground: f64,
}

/// Does something with a page of each type.
fn on_each_page(what: impl Fn(&mut Tab<'_>, &str, &str)) {
    let Some(mut browser) = chromium() else { return };
    let server = Server::start(example_site(), "");
    let mut tab = browser.tab();
    for (name, path) in PAGES {
        tab.visit(&format!("{}{path}", server.root()));
        what(&mut tab, name, &server.root());
        tab.assert_quiet(&server.root());
    }
}

#[test]
fn text_stands_out_in_the_light_and_in_the_dark() {
    on_each_page(|tab, name, _| {
        for scheme in ["light", "dark"] {
            tab.media("screen", scheme);
            let Contrast { texts, faint, ground } = tab.ask(include_str!("contrast.js"));
            assert!(texts > 10, "{name}: only {texts} texts are seen");
            assert!(faint.is_empty(), "{name}, {scheme}:\n{}", faint.join("\n"));
            let right = if scheme == "dark" { ground < 0.05 } else { ground > 0.8 };
            assert!(right, "{name}: the ground of the {scheme} scheme is {ground} light");
        }
    });
}

#[test]
fn nothing_is_wider_than_a_phone() {
    on_each_page(|tab, name, _| {
        // The second is what is left of a laptop's window at a zoom of 400 %.
        for window in [PHONE, Window { width: 320, ..PHONE }] {
            tab.window(window);
            let width: u32 = tab.ask("document.scrollingElement.scrollWidth");
            let widest: String = tab.ask(
                "(() => { const limit = document.documentElement.clientWidth;
                    const wide = [...document.body.querySelectorAll('*')]
                        .filter((at) => at.getBoundingClientRect().right > limit + 1 && !at.closest('.scroll'));
                    return wide.map((at) => `${at.localName}.${at.className}`).slice(0, 5).join(' '); })()",
            );
            assert!(width <= window.width, "{name} is {width} px wide on {} px: {widest}", window.width);
            let size: f64 = tab.ask("parseFloat(getComputedStyle(document.querySelector('main')).fontSize)");
            assert!(size >= 12.0, "{name}: text of {size} px");
        }
        tab.window(DESKTOP);
    });
}

#[test]
fn paper_has_the_text_and_no_navigation() {
    on_each_page(|tab, name, _| {
        tab.media("print", "dark");
        let shown: Vec<String> = tab.ask(
            "[...document.querySelectorAll('nav, .skip')].filter((at) => at.checkVisibility())
                .map((at) => at.getAttribute('aria-label') ?? at.className)",
        );
        assert!(shown.is_empty(), "{name} prints its navigation: {shown:?}");
        assert!(tab.ask::<bool>("document.querySelector('h1').checkVisibility()"), "{name} prints no heading");
        let Contrast { faint, ground, .. } = tab.ask(include_str!("contrast.js"));
        assert!(ground > 0.95, "{name} is printed on a ground that is {ground} light");
        assert!(faint.is_empty(), "{name} on paper:\n{}", faint.join("\n"));
        tab.media("screen", "light");
    });
}

#[test]
fn every_page_has_a_policy_that_holds_and_is_kept_from_search_engines() {
    on_each_page(|tab, name, site| {
        let robots: String = tab.ask("document.querySelector('meta[name=robots]').content");
        assert!(robots.contains("noindex"), "{name}: {robots}");
        // The page tries what the policy forbids: a script of its own, and one from elsewhere.
        tab.assert_quiet(site);
        let ran: bool = tab.ask(
            "(() => { const script = document.createElement('script');
                script.textContent = 'window.ran = true';
                document.body.append(script); script.remove(); return window.ran === true; })()",
        );
        assert!(!ran, "{name} runs a script that stands in the page");
        let problems = tab.problems();
        assert!(problems.iter().any(|problem| problem.contains("Content Security Policy")), "{problems:?}");
    });
}
