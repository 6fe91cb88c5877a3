//! The published site as its readers use it: in a browser, with the mouse, with the keyboard, on a phone, on paper.

pub mod chromium;
mod engine;
mod hostile;
mod pictures;
mod preview;
mod reading;
mod search;
pub mod server;
pub mod tab;
mod walk;
mod weighing;

use std::path::Path;

/// A page of each type in the example's site, by its path.
const PAGES: [(&str, &str); 14] = [
    ("home", "index.html"),
    ("accounts", "accounts/index.html"),
    ("account", "accounts/tolliver-logistics/index.html"),
    ("handoffs", "handoffs/index.html"),
    ("handoff", "handoffs/saltmarsh-foods-2026-new/index.html"),
    ("draft", "handoffs/kestrel-aggregates-2027-new/index.html"),
    ("stakeholders", "stakeholders/index.html"),
    ("stakeholder", "stakeholders/mette-aagaard/index.html"),
    ("team", "team/index.html"),
    ("teammate", "team/ben-holloway/index.html"),
    ("page", "playbook/integrations/index.html"),
    ("search", "search/index.html"),
    ("form", "new/index.html"),
    ("missing", "404.html"),
];

/// The address of a folder on disk, with a slash at its end.
pub fn from_disk(folder: &Path) -> String {
    use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
    const PLAIN: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'?').add(b'`');
    let path = folder.to_str().expect("a path in UTF-8");
    format!("file://{}/", utf8_percent_encode(path, PLAIN))
}
