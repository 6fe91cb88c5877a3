//! Tells open pages what is new: server-sent events, and only to pages that show something else than before.

use super::page::{Page, Pages};
use super::workspace::Shown;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::net::TcpStream;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// How often a silent stream is written to: so a page that went is noticed.
const BEAT: Duration = Duration::from_secs(15);

/// The open pages.
pub struct Live {
    pages: Arc<Pages>,
    state: Mutex<State>,
    wake: Condvar,
}

#[derive(Default)]
struct State {
    listeners: Vec<Listener>,
    /// What they have not been told of yet.
    news: Option<Arc<Shown>>,
    /// What was told last.
    last: Option<Arc<Shown>>,
    closed: bool,
}

struct Listener {
    /// The path of its page, as in the address bar.
    path: String,
    /// What it shows.
    tag: String,
    /// Whether it shows that there is no such page.
    missing: bool,
    /// The style sheets it has.
    styles: String,
    events: Sender<String>,
}

impl Live {
    /// Begins to tell pages.
    pub fn start(pages: Arc<Pages>) -> io::Result<Arc<Self>> {
        let live = Arc::new(Self { pages, state: Mutex::default(), wake: Condvar::new() });
        let own = Arc::clone(&live);
        thread::Builder::new().name("segue-live".to_owned()).spawn(move || own.run())?;
        Ok(live)
    }

    /// Something else is shown.
    pub fn tell(&self, shown: Arc<Shown>) {
        let mut state = self.state();
        state.last = Some(Arc::clone(&shown));
        state.news = Some(shown);
        drop(state);
        self.wake.notify_all();
    }

    /// The search index is new.
    pub fn tell_index(&self) {
        self.state().listeners.retain(|listener| listener.events.send(event("index", "")).is_ok());
    }

    /// Ends all streams.
    pub fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        state.listeners.clear();
        self.wake.notify_all();
    }

    /// A page listens. It is told at once if it is old already, as after a laptop has slept.
    pub fn listen(&self, shown: &Shown, path: String, tag: String, missing: bool) -> Stream {
        let (events, stream) = mpsc::channel();
        let mut listener = Listener { path, tag, missing, styles: String::new(), events };
        let page = self.pages.find(shown, &listener.path);
        let styles = Pages::styles(shown);
        let status = event("status", &shown.version.to_string());
        let greeted = listener.update(shown, &page, &styles) && listener.events.send(status).is_ok();
        let mut state = self.state();
        if greeted && !state.closed {
            state.listeners.push(listener);
            // What was told while the page was greeted, it has not heard.
            if let Some(last) = state.last.clone().filter(|last| last.version > shown.version) {
                state.news = Some(last);
                self.wake.notify_all();
            }
        }
        Stream(stream)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        loop {
            let mut state = self.state();
            let shown = loop {
                if state.closed {
                    return;
                }
                match state.news.take() {
                    Some(shown) => break shown,
                    None => state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner),
                }
            };
            let mut listeners = std::mem::take(&mut state.listeners);
            drop(state);
            // Several tabs often show one page: it is made once.
            let mut made: BTreeMap<String, Page> = BTreeMap::new();
            let styles = Pages::styles(&shown);
            let status = event("status", &shown.version.to_string());
            listeners.retain_mut(|listener| {
                let page = made.entry(listener.path.clone()).or_insert_with(|| self.pages.find(&shown, &listener.path));
                listener.update(&shown, page, &styles) && listener.events.send(status.clone()).is_ok()
            });
            let mut state = self.state();
            if state.closed {
                return;
            }
            state.listeners.append(&mut listeners);
        }
    }
}

impl Listener {
    /// Tells it what concerns it; `false` where nobody listens any more.
    fn update(&mut self, shown: &Shown, page: &Page, styles: &str) -> bool {
        let mut told = true;
        if self.styles != styles {
            styles.clone_into(&mut self.styles);
            told = self.events.send(event("styles", styles)).is_ok();
        }
        if page.missing() && !self.missing {
            // Readers of a page that vanished are led to the nearest one above it, unless it comes back at once: an
            // editor that saves by way of a second file takes it away for a moment.
            if shown.settled {
                told = self.events.send(event("gone", &Pages::parent(shown, &self.path))).is_ok();
                self.missing = true;
            }
        } else if page.tag != self.tag {
            told = self.events.send(event("page", &page.tag)).is_ok();
            self.tag.clone_from(&page.tag);
            self.missing = page.missing();
        }
        told
    }
}

/// What a page is told, one event after the other.
pub struct Stream(Receiver<String>);

impl Stream {
    /// Writes events until the page or the preview goes.
    pub fn write(self, stream: &mut TcpStream) -> io::Result<()> {
        stream.write_all(b"retry: 500\n\n")?;
        loop {
            match self.0.recv_timeout(BEAT) {
                Ok(event) => stream.write_all(event.as_bytes())?,
                Err(RecvTimeoutError::Timeout) => stream.write_all(b": still here\n\n")?,
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
        }
    }
}

/// An event; `data` has no line break.
fn event(name: &str, data: &str) -> String {
    format!("event: {name}\ndata: {}\n\n", data.replace(['\n', '\r'], " "))
}
