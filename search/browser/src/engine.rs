//! What the worker calls, and what it is asked for.

use std::cell::RefCell;
use std::io;

use segue_search::{Fetch, Found, Request, Searcher};
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
        AHEAD.with_borrow_mut(|ahead| ahead.push(name.to_owned()));
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
    /// What is found and not shown yet.
    static FOUND: RefCell<Option<Found>> = const { RefCell::new(None) };
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
    reply(&match segue_search::open(Host) {
        Ok(searcher) => {
            let records = searcher.len();
            SEARCHER.set(Some(searcher));
            serde_json::json!({ "records": records })
        }
        Err(error) => serde_json::json!({ "error": error.to_string() }),
    })
}

/// Finds what answers the question in the buffer. Returns how long the answer is: the names of the files that [`show`]
/// needs, `{"ahead": […]}`, or `{"error": "…"}`.
#[unsafe(no_mangle)]
pub extern "C" fn find() -> usize {
    let question = BUFFER.with_borrow(|buffer| serde_json::from_slice::<Question>(buffer));
    let question = match question {
        Ok(question) => question,
        Err(error) => return reply(&serde_json::json!({ "error": error.to_string() })),
    };
    AHEAD.take();
    let Question { query, limit, offset, typing, filters, count } = question;
    let request = Request { query: &query, limit, offset, typing, filters, count };
    answering(|searcher| {
        FOUND.set(Some(searcher.find(&request)?));
        Ok(serde_json::json!({ "ahead": AHEAD.take() }))
    })
}

/// Shows what was found last. Returns how long the answer is: results, or `{"error": "…"}`.
#[unsafe(no_mangle)]
pub extern "C" fn show() -> usize {
    let Some(found) = FOUND.take() else { return reply(&serde_json::json!({ "error": "nothing was asked" })) };
    answering(|searcher| searcher.show(found))
}

fn answering<T: serde::Serialize>(answer: impl FnOnce(&Searcher) -> Result<T, segue_search::Error>) -> usize {
    SEARCHER.with_borrow(|searcher| match searcher.as_ref().map(answer) {
        Some(Ok(answer)) => reply(&answer),
        Some(Err(error)) => reply(&serde_json::json!({ "error": error.to_string() })),
        None => reply(&serde_json::json!({ "error": "the index is not open" })),
    })
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
