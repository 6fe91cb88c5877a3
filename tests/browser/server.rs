//! A web server as simple as the ones that a site is put on: files of a folder, `index.html` for a folder, `404.html`
//! for what is not there.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// How many connections are answered at a time; a browser opens six to a host.
const CONNECTIONS: usize = 32;
/// The longest request that is read.
const LONGEST: u64 = 16 << 10;

/// A folder on the loopback interface, until it is dropped.
pub struct Server {
    address: SocketAddr,
    prefix: String,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    answered: Arc<Mutex<Vec<(String, usize)>>>,
}

impl Server {
    /// Serves `folder` under `prefix`: empty for the top of the host, or `/some/path`.
    pub fn start(folder: &Path, prefix: &str) -> Self {
        Self::with_header(folder, prefix, "")
    }

    /// The same with a line in the head of each answer: `Name: value`.
    pub fn with_header(folder: &Path, prefix: &str, header: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let stopped = Arc::new(AtomicBool::new(false));
        let open = Arc::new(AtomicUsize::new(0));
        let answered = Arc::default();
        let site = Arc::new(Site {
            folder: folder.to_owned(),
            prefix: prefix.to_owned(),
            header: header.to_owned(),
            answered: Arc::clone(&answered),
        });
        let stop = Arc::clone(&stopped);
        let thread = std::thread::spawn(move || {
            for connection in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                let Ok(connection) = connection else { continue };
                if open.fetch_add(1, Ordering::SeqCst) >= CONNECTIONS {
                    open.fetch_sub(1, Ordering::SeqCst);
                    continue;
                }
                let (site, open) = (Arc::clone(&site), Arc::clone(&open));
                std::thread::spawn(move || {
                    // The browser may hang up whenever it likes; what it misses, it reports.
                    let _gone = site.answer(&connection);
                    open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { address, prefix: prefix.to_owned(), stopped, thread: Some(thread), answered }
    }

    /// What was asked for since this was asked last, and how many bytes each answer had.
    pub fn answered(&self) -> Vec<(String, usize)> {
        std::mem::take(&mut *self.answered.lock().expect("nobody panics with it"))
    }

    /// The address of the site's root, with a slash at its end.
    pub fn root(&self) -> String {
        format!("http://{}{}/", self.address, self.prefix)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for connections.
        if TcpStream::connect(self.address).is_ok()
            && let Some(thread) = self.thread.take()
        {
            thread.join().expect("the server does not panic");
        }
    }
}

struct Site {
    folder: PathBuf,
    prefix: String,
    header: String,
    answered: Arc<Mutex<Vec<(String, usize)>>>,
}

impl Site {
    fn answer(&self, connection: &TcpStream) -> io::Result<()> {
        connection.set_read_timeout(Some(Duration::from_secs(20)))?;
        let mut lines = BufReader::new(connection.take(LONGEST)).lines();
        let request = lines.next().transpose()?.unwrap_or_default();
        while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
        let target = request.split(' ').nth(1).unwrap_or("/");
        let path = target.split(['?', '#']).next().unwrap_or("/");
        let (status, kind, body) = self.file(path);
        self.answered.lock().expect("nobody panics with it").push((path.to_owned(), body.len()));
        let mut head = format!(
            "HTTP/1.1 {status}\r\nContent-Length: {}\r\nCache-Control: no-store\r\nConnection: close\r\n",
            body.len()
        );
        if status.starts_with("301") {
            head += &format!("Location: {path}/\r\n");
        }
        if !self.header.is_empty() {
            head += &format!("{}\r\n", self.header);
        }
        head += &format!("Content-Type: {kind}\r\nX-Content-Type-Options: nosniff\r\n\r\n");
        let mut connection = connection;
        connection.write_all(head.as_bytes())?;
        connection.write_all(&body)
    }

    fn file(&self, path: &str) -> (&'static str, &'static str, Vec<u8>) {
        let decoded = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
        let below = decoded.strip_prefix(&self.prefix).filter(|rest| rest.starts_with('/'));
        let sound = below.filter(|rest| rest.split('/').all(|part| part != ".." && !part.contains('\\')));
        let Some(rest) = sound else { return self.missing() };
        let mut file = self.folder.join(rest.trim_start_matches('/'));
        if file.is_dir() {
            if !rest.ends_with('/') {
                return ("301 Moved Permanently", "text/plain", Vec::new());
            }
            file.push("index.html");
        }
        match std::fs::read(&file) {
            Ok(body) => ("200 OK", media_type(&file), body),
            Err(_) => self.missing(),
        }
    }

    fn missing(&self) -> (&'static str, &'static str, Vec<u8>) {
        let body = std::fs::read(self.folder.join("404.html")).unwrap_or_else(|_| b"nothing here".to_vec());
        ("404 Not Found", "text/html; charset=utf-8", body)
    }
}

/// What a file's name says that it is.
fn media_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "csv" => "text/csv; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
