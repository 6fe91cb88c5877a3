//! Pictures of the site, for eyes: `SCREENSHOTS=folder cargo test --test segue browser::pictures -- --ignored`.

use super::PAGES;
use super::chromium::chromium;
use super::server::Server;
use super::tab::{DESKTOP, PHONE};
use crate::kit::example_site;
use std::path::PathBuf;

#[test]
#[ignore = "writes files for people to look at"]
fn screenshots() {
    let Some(mut browser) = chromium() else { return };
    let to = std::env::var_os("SCREENSHOTS").map(PathBuf::from).expect("SCREENSHOTS names a folder");
    std::fs::create_dir_all(&to).expect("the folder can be made");
    let server = Server::start(example_site(), "");
    let mut tab = browser.tab();
    let save = |name: String, picture: Vec<u8>| {
        assert!(picture.starts_with(b"\x89PNG"), "{name} is no picture");
        let file = to.join(format!("{name}.png"));
        std::fs::write(&file, picture).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    };
    for (name, path) in PAGES {
        tab.visit(&format!("{}{path}", server.root()));
        for (device, window) in [("desktop", DESKTOP), ("phone", PHONE)] {
            tab.window(window);
            for scheme in ["light", "dark"] {
                tab.media("screen", scheme);
                save(format!("{name}-{device}-{scheme}"), tab.picture(true));
            }
        }
        tab.window(DESKTOP);
        tab.media("print", "light");
        save(format!("{name}-print"), tab.picture(true));
        tab.media("screen", "light");
        // That of the account is the README's.
        tab.visit(&format!("{}{path}", server.root()));
        save(format!("{name}-window"), tab.picture(false));
    }
}
