//! The preview: what it answers, whom it turns away, and that no change is missed.

mod answers;
mod attacks;
mod changes;
pub mod client;

use crate::kit::Folder;
use segue::pipeline::Question;
use segue::serve::{Limits, Options, Preview};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

const ACCOUNT: &str = "---\nname: Birch Foods\n---\nThey bake.\n";

/// A small project, and its preview.
pub struct Served {
    pub folder: Folder,
    pub preview: Preview,
}

pub fn options() -> Options {
    let today = "2026-11-23".parse().expect("a date");
    Options {
        question: Question { today, at_least: None, audience: None },
        host: IpAddr::V4(Ipv4Addr::LOCALHOST),
        name: None,
        port: 0,
        poll: None,
        limits: Limits { request_time: Duration::from_secs(2), ..Limits::default() },
    }
}

pub fn project() -> Folder {
    let folder = Folder::new();
    folder
        .write("segue.toml", "[site]\ntitle = \"Test\"\n[rules]\nplaceholder = \"warning\"\n")
        .write("content/accounts/birch.md", ACCOUNT)
        .write("content/guide.md", "---\ntitle: Guide\n---\nFirst words.\n")
        .write("content/deep/page.md", "---\ntitle: Deep\n---\nDeep words.\n")
        .write("content/files/terms.pdf", "0123456789");
    folder
}

impl Served {
    fn new() -> Self {
        Self::with(project(), options())
    }

    pub fn with(folder: Folder, options: Options) -> Self {
        let preview = Preview::start(folder.path(), options).expect("the preview starts");
        Self { folder, preview }
    }

    pub fn address(&self) -> SocketAddr {
        self.preview.address()
    }

    pub fn get(&self, path: &str) -> client::Answer {
        client::get(self.address(), path)
    }

    /// Waits until a page has a text, or has it no longer.
    fn wait_for(&self, path: &str, text: &str, there: bool) -> Result<(), String> {
        let mut last = String::new();
        // Far more than it takes: the machine may have other things to do.
        for _ in 0..1000 {
            last = self.get(path).text();
            if last.contains(text) == there {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Err(format!("{path}: `{text}` {}; it is\n{last}", if there { "never came" } else { "never went" }))
    }
}
