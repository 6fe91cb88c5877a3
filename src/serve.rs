//! The preview: the same site as `build` makes, a page at a time, when a browser asks, and always of what is on disk.
//!
//! ```text
//! watch ─► keeper ─► Shown ─► page ─► guard ─► browser
//!  hints    reads      the     made     lets      ▲
//!           joins      site    on       in        │
//!                        └────► live ── events ───┘
//! ```
//!
//! Nothing is written to disk. Everything under `/_segue/` is the preview's own and is never published.

#![allow(clippy::disallowed_methods, reason = "a long-lived process that watches files and the clock")]

mod admission;
mod background;
mod form;
mod guard;
mod http;
mod keeper;
mod live;
mod page;
mod search;
mod status;
mod watch;
mod workspace;

pub use admission::Hosts;
pub use guard::Limits;

use crate::pipeline::{INDEX, Question};
use crate::project::{self, Audience, ProjectError};
use guard::{Answer, Guard};
use http::{Request, Response, kind_of};
use keeper::Keeper;
use live::Live;
use page::{Pages, is_page, prefix};
use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use watch::Watch;
use workspace::Workspace;

/// How far from the wanted port a free one is looked for.
const MORE_PORTS: u16 = 64;

/// The script that pages get in the preview.
const SCRIPT: &str = include_str!("../themes/default/preview/preview.js");
/// What the script draws with.
const STYLE: &str = include_str!("../themes/default/preview/preview.css");

/// How to preview.
#[derive(Clone, Debug)]
pub struct Options {
    /// Today, and whom the site is for.
    pub question: Question,
    /// The address to listen on.
    pub host: IpAddr,
    /// The name under which this machine is asked, where that is none of its addresses.
    pub name: Option<String>,
    /// The port, or the first one after it that is free; 0 for any.
    pub port: u16,
    /// Look for changes this often, where the system's events cannot be had.
    pub poll: Option<Duration>,
    /// What a peer may cost.
    pub limits: Limits,
}

/// Why there is no preview.
#[derive(Debug)]
pub enum ServeError {
    /// The project cannot be read.
    Project(ProjectError),
    /// The site is for readers from whom restricted fields are kept, and others than this machine would reach it.
    Audience(IpAddr),
    /// No port could be had.
    Listen(SocketAddr, io::Error),
    /// The system gives no thread.
    Start(io::Error),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Project(error) => error.fmt(f),
            Self::Audience(host) => {
                write!(f, "the preview at {host} cannot keep restricted fields from those who reach it")
            }
            Self::Listen(address, error) => write!(f, "cannot listen on {address}: {error}"),
            Self::Start(error) => write!(f, "cannot start: {error}"),
        }
    }
}

impl std::error::Error for ServeError {}

/// A preview that runs until it is dropped.
pub struct Preview {
    address: SocketAddr,
    token: String,
    keeper: Arc<Keeper>,
    live: Arc<Live>,
    note: Option<String>,
    // Dropped in this order: no more changes, then no more requests.
    _watch: Watch,
    _guard: Guard,
}

impl Preview {
    /// Reads the project at `root`, and serves it.
    pub fn start(root: &Path, options: Options) -> Result<Self, ServeError> {
        // First, so that nobody else takes the port while everything is read.
        let listener = listen(options.host, options.port)?;
        let address = listener.local_addr().map_err(ServeError::Start)?;
        let workspace = Workspace::read(root, options.question).map_err(ServeError::Project)?;
        // It quotes content in its messages, so what is kept off the pages is not kept from whoever reaches it.
        if !address.ip().is_loopback() && workspace.audience() == Audience::Company {
            return Err(ServeError::Audience(address.ip()));
        }
        let root = workspace.root().to_owned();
        let (run, token) = (secret(), secret());
        let pages = Arc::new(Pages::new(root.clone(), run[..8].to_owned(), token.clone()));
        let live = Live::start(Arc::clone(&pages)).map_err(ServeError::Start)?;
        let keeper = Keeper::start(workspace, Arc::clone(&live)).map_err(ServeError::Start)?;
        let place = status::Place { root: root.clone(), checkout: project::checkout(&root) };
        let local = address.ip().is_loopback();
        let answer = Arc::new(Server { keeper: Arc::clone(&keeper), live: Arc::clone(&live), pages, place, local });
        let hosts = Hosts { bound: address.ip(), named: options.name };
        let guard = Guard::open(listener, options.limits, hosts, token.clone(), answer).map_err(ServeError::Start)?;
        let (watch, note) = Watch::start(&root, Arc::clone(&keeper), options.poll).map_err(ServeError::Start)?;
        Ok(Self { address, token, keeper, live, note, _watch: watch, _guard: guard })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of the home page, for a browser on this machine.
    pub fn home(&self) -> String {
        let host = match self.address.ip() {
            IpAddr::V6(ip) if !ip.is_unspecified() => format!("[{ip}]"),
            IpAddr::V4(ip) if !ip.is_unspecified() && !ip.is_loopback() => ip.to_string(),
            _ => "localhost".to_owned(),
        };
        format!("http://{host}:{}{}/", self.address.port(), prefix(&self.keeper.shown()))
    }

    /// What a request that writes has to bring.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// How many errors and warnings there are now.
    pub fn counts(&self) -> (usize, usize) {
        self.keeper.shown().counts()
    }

    /// Why the system's events cannot be had, where that is so: then changes are looked for.
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        self.live.close();
        self.keeper.close();
    }
}

/// Takes the wanted port or the next free one.
fn listen(host: IpAddr, port: u16) -> Result<TcpListener, ServeError> {
    let last = if port == 0 { 0 } else { port.saturating_add(MORE_PORTS) };
    let mut refused = None;
    for port in port..=last {
        match TcpListener::bind((host, port)) {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => refused = Some(error),
            Err(error) => return Err(ServeError::Listen((host, port).into(), error)),
        }
    }
    let error = refused.unwrap_or_else(|| io::ErrorKind::AddrInUse.into());
    Err(ServeError::Listen((host, port).into(), error))
}

/// Something that nobody can guess: what the system seeds hash tables with, made even.
fn secret() -> String {
    let mut seed = blake3::Hasher::new();
    for round in 0..8_u64 {
        let mut hasher = RandomState::new().build_hasher();
        hasher.write_u64(round);
        seed.update(&hasher.finish().to_le_bytes());
    }
    seed.finalize().to_hex()[..32].to_owned()
}

/// Answers what the guard let in.
struct Server {
    keeper: Arc<Keeper>,
    live: Arc<Live>,
    pages: Arc<Pages>,
    place: status::Place,
    /// Whether only this machine is answered.
    local: bool,
}

impl Answer for Server {
    fn answer(&self, request: &Request) -> Response {
        let head = &request.head;
        let shown = self.keeper.shown();
        let prefix = prefix(&shown);
        if !prefix.is_empty() && matches!(head.path.as_str(), "/" | "") {
            return Response::redirect(format!("{prefix}/"));
        }
        let own = head.path.strip_prefix(&prefix).and_then(|path| path.strip_prefix("/_segue/"));
        if let Some(own) = own {
            return self.own(own, request);
        }
        if head.method == "POST" {
            let sent = request.body.len();
            return Response::text(404, &format!("Nothing here takes the {sent} bytes that were sent."));
        }
        let index = head.path.strip_prefix(&prefix).and_then(|path| path.strip_prefix('/'));
        if let Some(name) = index.and_then(|path| path.strip_prefix(INDEX)).and_then(|path| path.strip_prefix('/'))
            && let Some(bytes) = self.keeper.indexed(name)
        {
            return self.cached(request, 200, name, bytes);
        }
        let page = self.pages.find(&shown, &head.path);
        if let Some(to) = page.redirect {
            let query = if head.query.is_empty() { String::new() } else { format!("?{}", head.query) };
            return Response::redirect(to + &query);
        }
        let bytes = if is_page(&page.name) {
            form::armed(self.pages.dressed(&shown, &page), &prefix, self.local)
        } else {
            page.bytes
        };
        self.cached(request, page.status, &page.name, bytes)
    }
}

impl Server {
    /// The preview's own part.
    fn own(&self, path: &str, request: &Request) -> Response {
        let head = &request.head;
        let page = || head.parameter("page").unwrap_or_else(|| "/".to_owned());
        match (head.method.as_str(), path) {
            (_, path) if path.starts_with("form/") => {
                let desk = form::Desk { keeper: &self.keeper, root: &self.place.root, local: self.local };
                let said = form::answer(&desk, &path["form/".len()..], request);
                let json = serde_json::to_vec(&said.1).expect("what is said is JSON");
                Response::bytes(said.0, "application/json", json).header("cache-control", "no-store")
            }
            ("GET" | "HEAD", "preview.js" | "preview.css" | "form.js") => {
                let text = match path {
                    "preview.js" => SCRIPT,
                    "form.js" => form::SCRIPT,
                    _ => STYLE,
                };
                self.cached(request, 200, path, text.as_bytes().to_vec())
            }
            ("GET" | "HEAD", "status") => {
                let status = status::status(&self.keeper.shown(), &self.pages, &self.place, &page());
                let json = serde_json::to_vec(&status).expect("a status is JSON");
                Response::bytes(200, "application/json", json).header("cache-control", "no-store")
            }
            ("GET", "live") => {
                let tag = head.parameter("tag").unwrap_or_default();
                let missing = head.parameter("missing").is_some();
                let stream = self.live.listen(&self.keeper.shown(), page(), tag, missing);
                Response::stream("text/event-stream", move |peer| stream.write(peer))
                    .header("cache-control", "no-store")
            }
            _ => Response::text(404, "The preview has nothing of this name."),
        }
    }

    fn cached(&self, request: &Request, status: u16, name: &str, bytes: Vec<u8>) -> Response {
        let etag = self.pages.etag(&bytes);
        let same = |known: &str| {
            let known = known.trim();
            known == "*" || known.strip_prefix("W/").unwrap_or(known) == etag
        };
        let known = request.head.header("if-none-match").is_some_and(|known| known.split(',').any(same));
        if known && status == 200 {
            return Response::bytes(304, kind_of(name), Vec::new()).header("etag", etag);
        }
        let response = Response::bytes(status, kind_of(name), bytes);
        if status == 200 { response.ranged(&request.head, &etag).header("etag", etag) } else { response }
    }
}
