//! Headless Chromium, driven over its debugging pipe: messages in JSON, each ended by a zero byte.
//!
//! A pipe, not a port: nothing listens, nothing has to be found out or agreed on, and a browser whose tests are gone
//! reads the end of its pipe and ends.

use super::tab::Tab;
use crate::kit;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

/// How long anything may take. A machine that is busy with other work is slow, not broken.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the browser is started with: nothing of the tester's own, and no way to anything but this machine.
const FLAGS: &[&str] = &[
    "--headless",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--lang=en",
    "--password-store=basic",
    "--use-mock-keychain",
];

/// One browser for all tests: to start one takes longer than most of them.
static BROWSER: OnceLock<Option<Mutex<Chromium>>> = OnceLock::new();

/// A running browser.
pub struct Chromium {
    to: ChildStdin,
    from: Receiver<Value>,
    /// The number of the last command.
    last: u64,
}

/// The browser, for one test at a time; `None`, with a note why, where this machine has none.
pub fn chromium() -> Option<MutexGuard<'static, Chromium>> {
    let browser = BROWSER.get_or_init(|| match program() {
        Some(program) if cfg!(unix) => Some(Mutex::new(Chromium::start(&program))),
        Some(_) => kit::skip("the browser's tests need a Unix shell to hand Chromium its pipe"),
        None => kit::skip("no Chromium was found (CHROME can name one)"),
    });
    // A test that failed leaves its tab, which is in no other test's way.
    browser.as_ref().map(|browser| browser.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Where the browser is.
fn program() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("CHROME") {
        return Some(named.into());
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let on_path = std::env::split_paths(&folders).flat_map(|folder| names.map(|name| folder.join(name)));
    let on_mac = Path::new("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome").to_owned();
    on_path.chain([on_mac]).find(|path| path.is_file())
}

impl Chromium {
    /// Starts the browser. The shell moves the pipe to where Chromium looks for it, and takes its profile away after
    /// it, even if these tests are no longer there.
    fn start(program: &Path) -> Self {
        let script = r#"
            profile=$(mktemp -d) || exit 1
            "$0" --user-data-dir="$profile" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1
            rm -rf "$profile"
        "#;
        let mut child = Command::new("sh")
            .args(["-c", script])
            .arg(program)
            .args(FLAGS)
            // Where a profile goes whose shell was killed, too.
            .env("TMPDIR", env!("CARGO_TARGET_TMPDIR"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell runs");
        let to = child.stdin.take().expect("a pipe");
        let from = BufReader::new(child.stdout.take().expect("a pipe"));
        let (send, receive) = mpsc::channel();
        std::thread::spawn(move || {
            for message in from.split(0) {
                let message = message.expect("the browser's pipe can be read");
                let message = serde_json::from_slice(&message).expect("the browser speaks JSON");
                if send.send(message).is_err() {
                    break;
                }
            }
            child.wait().expect("the browser ends");
        });
        Self { to, from: receive, last: 0 }
    }

    /// A tab with nothing of any other's: its own cookies, its own cache.
    pub fn tab(&mut self) -> Tab<'_> {
        Tab::open(self)
    }

    /// Sends a command and gives its number.
    pub(super) fn send(&mut self, session: Option<&str>, method: &str, parameters: &Value) -> u64 {
        self.last += 1;
        let mut message = json!({ "id": self.last, "method": method, "params": parameters });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.to.write_all(&bytes).and_then(|()| self.to.flush()).unwrap_or_else(|e| panic!("{method}: {e}"));
        self.last
    }

    /// The next message.
    pub(super) fn next(&self, awaited: &str) -> Value {
        self.from.recv_timeout(PATIENCE).unwrap_or_else(|e| panic!("waited for {awaited} in the browser: {e}"))
    }

    /// Asks the browser itself, outside any tab.
    #[expect(clippy::needless_pass_by_value, reason = "parameters are written where they are sent")]
    pub(super) fn ask(&mut self, method: &str, parameters: Value) -> Value {
        let id = self.send(None, method, &parameters);
        loop {
            let message = self.next(method);
            if message["id"] == id {
                assert!(message["error"].is_null(), "{method}: {}", message["error"]);
                return message["result"].clone();
            }
        }
    }
}
