//! Pictures of the site, for eyes: `SCREENSHOTS=folder cargo test --test segue browser::pictures -- --ignored`.

use super::PAGES;
use super::chromium::chromium;
use super::search::{OPEN, press, until, write};
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
    for (name, path, typed) in SEARCHES {
        for (device, window) in [("desktop", DESKTOP), ("phone", PHONE)] {
            tab.window(window);
            for scheme in ["light", "dark"] {
                tab.visit(&format!("{}{path}", server.root()));
                tab.media("screen", scheme);
                if let Some(typed) = typed {
                    press(&mut tab, "/", 0);
                    until(&mut tab, OPEN);
                    write(&mut tab, typed);
                }
                // The answer to the last letter, and the filters that follow it.
                std::thread::sleep(std::time::Duration::from_secs(2));
                save(format!("{name}-{device}-{scheme}"), tab.picture(false));
            }
        }
    }
}

/// Search at work (the palette on a desktop is the picture in docs/search.md): what the pictures are called, the page, and what is typed into the palette over it.
const SEARCHES: [(&str, &str, Option<&str>); 8] = [
    ("palette", "accounts/saltmarsh-foods/index.html", Some("waiting fees")),
    ("palette-empty", "accounts/saltmarsh-foods/index.html", Some("")),
    ("palette-typo", "accounts/saltmarsh-foods/index.html", Some("tolivver sso")),
    ("palette-nothing", "accounts/saltmarsh-foods/index.html", Some("xqzzy")),
    ("search-empty", "search/index.html", None),
    ("search-hits", "search/index.html?q=driver", None),
    ("search-filtered", "search/index.html?q=driver&kind=promise&status=delivered", None),
    ("search-nothing", "search/index.html?q=driver&kind=page", None),
];
