//! What the worker calls, and what it is asked for.

use std::cell::RefCell;
use std::io;

use segue_search::{Error, Fetch, Found, Planned, Request, Results, Searcher};
use serde::Deserialize;

#[link(wasm_import_module = "segue")]
unsafe extern "C" {
    /// Fetches the file whose name lies at `name`. Returns how many bytes it has, or below nought why there are none.
    fn fetch(name: *const u8, length: usize) -> isize;
    /// Copies what was fetched last to `target`.
    fn take(target: *mut u8);
}

/// What `fetch` answers where there is no such file.
const MISSING: isize = -1;
/// What it answers where the host can't be reached: the reader is offline.
const OFFLINE: isize = -2;

struct Host;

impl Fetch for Host {
    fn ahead(&self, name: &str) {
        AHEAD.with_borrow_mut(|ahead| {
            if !ahead.iter().any(|known| known == name) {
                ahead.push(name.to_owned());
            }
        });
    }

    fn fetch(&self, name: &str) -> io::Result<Vec<u8>> {
        // SAFETY: the name is read while the call lasts; JavaScript keeps no pointer.
        let length = unsafe { fetch(name.as_ptr(), name.len()) };
        match length {
            MISSING => Err(io::Error::new(io::ErrorKind::NotFound, "the site does not have this file")),
            OFFLINE => Err(io::Error::new(io::ErrorKind::NotConnected, "the site could not be reached")),
            length => {
                let length = usize::try_from(length).map_err(|_| io::Error::other("the site did not answer"))?;
                let mut bytes = vec![0; length];
                // SAFETY: `take` writes as many bytes as `fetch` has announced, into as many that are ours.
                unsafe { take(bytes.as_mut_ptr()) };
                Ok(bytes)
            }
        }
    }
}

thread_local! {
    static SEARCHER: RefCell<Option<Searcher>> = const { RefCell::new(None) };
    /// How far the question that was asked last is answered.
    static STEP: RefCell<Option<Step>> = const { RefCell::new(None) };
    /// The files that are fetched next.
    static AHEAD: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    /// What JavaScript reads or writes next.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// What the page asks.
#[derive(Deserialize)]
#[serde(default)]
struct Question {
    query: String,
    limit: usize,
    offset: usize,
    typing: bool,
    filters: Vec<(String, String)>,
    count: Vec<String>,
}

impl Default for Question {
    fn default() -> Self {
        let Request { limit, offset, typing, filters, count, .. } = Request::new("");
        Self { query: String::new(), limit, offset, typing, filters, count }
    }
}

impl Question {
    fn request(&self) -> Request<'_> {
        let Self { query, limit, offset, typing, filters, count } = self;
        Request {
            query,
            limit: *limit,
            offset: *offset,
            typing: *typing,
            filters: filters.clone(),
            count: count.clone(),
        }
    }
}

/// Makes the buffer `length` bytes long and says where it is, for JavaScript to write a question into.
#[unsafe(no_mangle)]
pub extern "C" fn buffer(length: usize) -> *mut u8 {
    BUFFER.with_borrow_mut(|buffer| {
        buffer.clear();
        buffer.resize(length, 0);
        buffer.as_mut_ptr()
    })
}

/// Where the answer lies.
#[unsafe(no_mangle)]
pub extern "C" fn answer() -> *const u8 {
    BUFFER.with_borrow(|buffer| buffer.as_ptr())
}

/// Opens the index. Returns how long the answer is: `{"records": n}` or `{"error": "…"}`.
#[unsafe(no_mangle)]
pub extern "C" fn open() -> usize {
    match segue_search::open(Host) {
        Ok(searcher) => {
            let records = searcher.len();
            SEARCHER.set(Some(searcher));
            reply(&serde_json::json!({ "records": records }))
        }
        Err(error) => refuse(&error.to_string()),
    }
}

/// Does beforehand what the first question would: for a time when a file is waited for.
#[unsafe(no_mangle)]
pub extern "C" fn warm() {
    SEARCHER.with_borrow(|searcher| {
        // What is wrong with the index, whoever asks is told.
        let _told = searcher.as_ref().map(Searcher::warm);
    });
}

/// A question on its way to its answer.
enum Step {
    Asked(Question),
    LookedAhead(Question),
    Planned(Planned),
    Found(Found),
    Shown(Results),
}

impl Step {
    /// The next one.
    fn on(self, searcher: &Searcher) -> Result<Step, Error> {
        Ok(match self {
            Step::Asked(question) => {
                searcher.look_ahead(&question.request());
                Step::LookedAhead(question)
            }
            Step::LookedAhead(question) => Step::Planned(searcher.plan(&question.request())?),
            Step::Planned(planned) => Step::Found(searcher.find(planned)?),
            Step::Found(found) => Step::Shown(searcher.show(found)?),
            Step::Shown(results) => Step::Shown(results),
        })
    }
}

/// Asks the question in the buffer and goes as far as [`next`].
#[unsafe(no_mangle)]
pub extern "C" fn ask() -> usize {
    match BUFFER.with_borrow(|buffer| serde_json::from_slice::<Question>(buffer)) {
        Ok(question) => STEP.set(Some(Step::Asked(question))),
        Err(error) => return refuse(&error.to_string()),
    }
    next()
}

/// Goes on until the answer is there, or files had better be fetched first. Returns how long what it says is: results,
/// `{"ahead": […]}`, the names of those files, or `{"error": "…"}`.
#[unsafe(no_mangle)]
pub extern "C" fn next() -> usize {
    AHEAD.take();
    loop {
        let Some(step) = STEP.take() else { return refuse("nothing was asked") };
        let next = SEARCHER.with_borrow(|searcher| searcher.as_ref().map(|searcher| step.on(searcher)));
        match next {
            Some(Ok(Step::Shown(results))) => return reply(&results),
            Some(Ok(step)) => STEP.set(Some(step)),
            Some(Err(error)) => return refuse(&error.to_string()),
            None => return refuse("the index is not open"),
        }
        let ahead = AHEAD.take();
        if !ahead.is_empty() {
            return reply(&serde_json::json!({ "ahead": ahead }));
        }
    }
}

fn refuse(error: &str) -> usize {
    reply(&serde_json::json!({ "error": error }))
}

fn reply(answer: &impl serde::Serialize) -> usize {
    let bytes = serde_json::to_vec(answer).unwrap_or_else(|error| format!("{{\"error\":\"{error}\"}}").into_bytes());
    BUFFER.with_borrow_mut(|buffer| {
        *buffer = bytes;
        buffer.len()
    })
}

/// The page never writes an index, so nothing random is ever needed.
#[unsafe(no_mangle)]
unsafe extern "Rust" fn __getrandom_v03_custom(_: *mut u8, _: usize) -> Result<(), getrandom::Error> {
    Err(getrandom::Error::UNSUPPORTED)
}
