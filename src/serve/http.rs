//! Requests and answers as values.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::net::TcpStream;

/// A request's line and headers.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// `GET`.
    pub method: String,
    /// The path as it was sent, percent-encoded.
    pub path: String,
    /// What follows `?`, as it was sent.
    pub query: String,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    /// Whether another request may follow.
    pub keep_alive: bool,
}

/// A request that was let through.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Its line and headers.
    pub head: Head,
    /// What it brings.
    pub body: Vec<u8>,
}

/// Why a request is not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is no HTTP.
    Malformed,
    /// From elsewhere, or without the right to write.
    Forbidden,
    /// A method that nothing here has.
    Method,
    /// It did not come to its end.
    TooSlow,
    /// A body of unknown length.
    LengthRequired,
    /// Too large a body.
    BodyTooLarge,
    /// Too long a head.
    HeadTooLarge,
    /// A bug of ours.
    Broken,
}

impl Refusal {
    /// What is answered instead.
    pub fn response(self) -> Response {
        let (status, text) = match self {
            Self::Malformed => (400, "This is no request that can be understood."),
            Self::Forbidden => (403, "Only pages of this preview may ask for this."),
            Self::Method => (405, "Only GET, HEAD and POST are answered."),
            Self::TooSlow => (408, "The request took too long to arrive."),
            Self::LengthRequired => (411, "Say how long the body is, with Content-Length."),
            Self::BodyTooLarge => (413, "The body is too large."),
            Self::HeadTooLarge => (431, "The request's head is too long."),
            Self::Broken => (500, "This page cannot be made because of a fault in Segue. The terminal says more."),
        };
        Response::text(status, text)
    }
}

/// The most headers a request may have.
const MOST_HEADERS: usize = 64;

impl Head {
    /// Reads a head that is there as a whole.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut request = httparse::Request::new(&mut headers);
        match request.parse(bytes) {
            Ok(httparse::Status::Complete(_)) => {}
            Err(httparse::Error::TooManyHeaders) => return Err(Refusal::HeadTooLarge),
            _ => return Err(Refusal::Malformed),
        }
        let (Some(method), Some(target), Some(version)) = (request.method, request.path, request.version) else {
            return Err(Refusal::Malformed);
        };
        // Neither another site's full address, as proxies are sent it, nor `*`.
        if !target.starts_with('/') {
            return Err(Refusal::Malformed);
        }
        let target = target.split('#').next().unwrap_or(target);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut head = Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: Vec::with_capacity(request.headers.len()),
            keep_alive: version == 1,
        };
        for header in request.headers.iter() {
            let value = std::str::from_utf8(header.value).map_err(|_| Refusal::Malformed)?;
            head.headers.push((header.name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        if head.all("connection").any(|value| value.to_ascii_lowercase().contains("close")) {
            head.keep_alive = false;
        }
        Ok(head)
    }

    /// All values of a header, named in lower case.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A value of the query, decoded.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.query.split('&').find_map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (key == name).then(|| percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned())
        })
    }
}

/// An answer.
pub struct Response {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Body,
}

enum Body {
    Bytes(Vec<u8>),
    /// Written as it comes, until the peer or the server goes.
    Stream(Writer),
}

/// Writes an answer as it comes.
type Writer = Box<dyn FnOnce(&mut TcpStream) -> io::Result<()> + Send>;

impl Response {
    /// An answer of bytes.
    pub fn bytes(status: u16, kind: &str, bytes: Vec<u8>) -> Self {
        Self { status, headers: vec![("content-type", kind.to_owned())], body: Body::Bytes(bytes) }
    }

    /// An answer in plain words.
    pub fn text(status: u16, text: &str) -> Self {
        Self::bytes(status, "text/plain; charset=utf-8", format!("{text}\n").into_bytes())
    }

    /// To another address of this server.
    pub fn redirect(to: String) -> Self {
        Self::text(302, "This page is elsewhere.").header("location", to)
    }

    /// Events, one after the other.
    pub fn stream(kind: &str, write: impl FnOnce(&mut TcpStream) -> io::Result<()> + Send + 'static) -> Self {
        Self { status: 200, headers: vec![("content-type", kind.to_owned())], body: Body::Stream(Box::new(write)) }
    }

    /// The same with one more header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Whether it has no end.
    pub fn is_stream(&self) -> bool {
        matches!(self.body, Body::Stream(_))
    }

    /// The part that a `Range` header asks for, of an answer that is whole; the whole where the header says nothing
    /// that is understood, or is about another state of the file.
    #[must_use]
    pub fn ranged(mut self, request: &Head, etag: &str) -> Self {
        self.headers.push(("accept-ranges", "bytes".to_owned()));
        let Body::Bytes(bytes) = &mut self.body else { return self };
        let Some(range) = request.header("range").and_then(|value| value.strip_prefix("bytes=")) else { return self };
        if self.status != 200 || request.header("if-range").is_some_and(|state| state != etag) {
            return self;
        }
        let length = bytes.len() as u64;
        match part(range, length) {
            Part::Whole => self,
            Part::Nothing => {
                Self::text(416, "The file is shorter.").header("content-range", format!("bytes */{length}"))
            }
            Part::Of(start, end) => {
                *bytes = bytes[start as usize..end as usize].to_vec();
                self.status = 206;
                self.headers.push(("content-range", format!("bytes {start}-{}/{length}", end - 1)));
                self
            }
        }
    }

    /// Writes it, without its body where the request is a `HEAD` or the status has none.
    pub fn write(self, stream: &mut TcpStream, request: &Head, keep: bool) -> io::Result<()> {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            // A value that would begin a header of its own comes from an address; nothing of that gets out.
            let value: String = value.chars().filter(|c| !c.is_control()).collect();
            head += &format!("{name}: {value}\r\n");
        }
        // Only this preview's own pages may use what it serves, and nobody may keep it.
        head += "cross-origin-resource-policy: same-origin\r\nx-content-type-options: nosniff\r\n\
                 x-frame-options: DENY\r\nreferrer-policy: no-referrer\r\n";
        if !self.headers.iter().any(|(name, _)| *name == "cache-control") {
            head += "cache-control: no-cache\r\n";
        }
        let silent = request.method == "HEAD";
        match self.body {
            Body::Bytes(bytes) => {
                if self.status != 304 {
                    write!(head, "content-length: {}\r\n", bytes.len()).map_err(io::Error::other)?;
                }
                head += if keep { "connection: keep-alive\r\n\r\n" } else { "connection: close\r\n\r\n" };
                let mut answer = head.into_bytes();
                if !silent && self.status != 304 {
                    answer.extend_from_slice(&bytes);
                }
                stream.write_all(&answer)
            }
            Body::Stream(write) => {
                head += "connection: close\r\n\r\n";
                stream.write_all(head.as_bytes())?;
                if silent { Ok(()) } else { write(stream) }
            }
        }
    }
}

enum Part {
    Whole,
    Nothing,
    Of(u64, u64),
}

/// One range of a file; several at once are answered with the whole.
fn part(range: &str, length: u64) -> Part {
    let number = |text: &str| {
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse::<u64>().ok() } else { None }
    };
    let Some((from, to)) = range.trim().split_once('-') else { return Part::Whole };
    let (start, end) = match (number(from), number(to)) {
        (Some(start), Some(last)) if start <= last => (start, last.saturating_add(1).min(length)),
        (Some(start), None) if to.is_empty() => (start, length),
        (None, Some(last)) if from.is_empty() => (length.saturating_sub(last), length),
        _ => return Part::Whole,
    };
    if start >= end { Part::Nothing } else { Part::Of(start, end) }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        206 => "Partial Content",
        302 => "Found",
        304 => "Not Modified",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        411 => "Length Required",
        413 => "Content Too Large",
        416 => "Range Not Satisfiable",
        422 => "Unprocessable Content",
        431 => "Request Header Fields Too Large",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    }
}

/// The content type of a file, by its name.
pub fn kind_of(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    match extension.as_str() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "pdf" => "application/pdf",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "mp3" => "audio/mpeg",
        "xml" => "application/xml",
        "csv" => "text/csv; charset=utf-8",
        "txt" | "md" | "yaml" | "yml" | "toml" => "text/plain; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_cut_to_what_is_there() {
        let shown = |range| match part(range, 10) {
            Part::Whole => "whole".to_owned(),
            Part::Nothing => "nothing".to_owned(),
            Part::Of(start, end) => format!("{start}..{end}"),
        };
        for (range, expected) in [
            ("0-3", "0..4"),
            ("4-", "4..10"),
            ("-3", "7..10"),
            ("-30", "0..10"),
            ("9-99", "9..10"),
            ("10-", "nothing"),
            ("-0", "nothing"),
            ("3-1", "whole"),
            ("0-1,4-5", "whole"),
            ("x-1", "whole"),
            ("+1-2", "whole"),
            ("99999999999999999999-", "whole"),
        ] {
            assert_eq!(shown(range), expected, "{range}");
        }
    }

    #[test]
    fn a_head_is_read_or_refused() {
        let head = Head::parse(b"GET /a%20b?x=1%2B&y HTTP/1.1\r\nHost: localhost\r\nHOST: b\r\n\r\n").expect("a head");
        assert_eq!((head.path.as_str(), head.parameter("x").as_deref()), ("/a%20b", Some("1+")));
        assert_eq!(head.all("host").collect::<Vec<_>>(), ["localhost", "b"]);
        for bad in ["GET http://evil/ HTTP/1.1\r\n\r\n", "GET * HTTP/1.1\r\n\r\n", "\0\r\n\r\n", "GET / HTTP/9\r\n\r\n"]
        {
            assert_eq!(Head::parse(bad.as_bytes()).err(), Some(Refusal::Malformed), "{bad:?}");
        }
    }
}
