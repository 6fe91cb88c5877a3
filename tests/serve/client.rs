//! A browser's worth of HTTP, byte by byte, so that tests can also send what no browser would.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// What came back.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (known, value) = line.split_once(':')?;
            known.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

pub fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("the preview accepts connections");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a time-out can be set");
    stream
}

pub fn get(address: SocketAddr, path: &str) -> Answer {
    ask(address, "GET", path, &[])
}

/// Asks with more headers; a `Host` among them takes the place of the right one.
pub fn ask(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
    if !headers.iter().any(|(name, _)| *name == "Host") {
        request += &format!("Host: {address}\r\n");
    }
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    raw(address, format!("{request}\r\n").as_bytes()).expect("an answer comes")
}

/// Sends JSON.
pub fn post(address: SocketAddr, path: &str, headers: &[(&str, &str)], payload: &serde_json::Value) -> Answer {
    let body = payload.to_string();
    let mut request = format!("POST {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    if !headers.iter().any(|(name, _)| *name == "Host") {
        request += &format!("Host: {address}\r\n");
    }
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    raw(address, format!("{request}\r\n{body}").as_bytes()).expect("an answer comes")
}

/// Sends bytes as they are; `None` where the connection was ended without an answer.
pub fn raw(address: SocketAddr, bytes: &[u8]) -> Option<Answer> {
    let mut stream = connect(address);
    // Whoever is turned away early may find the connection ended while it still sends.
    drop(stream.write_all(bytes));
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer));
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { status, head, body: answer[end..].to_vec() })
}

/// Reads a stream of events until one of this name comes: all that came, name and data, that one last.
pub fn events(stream: &mut TcpStream, name: &str, seen: &mut String) -> Vec<(String, String)> {
    let mut chunk = [0; 1024];
    let mut heard = Vec::new();
    loop {
        while let Some((event, rest)) = seen.split_once("\n\n").map(|(event, rest)| (event.to_owned(), rest.to_owned()))
        {
            *seen = rest;
            let field = |field: &str| event.lines().find_map(|line| line.strip_prefix(field)).map(str::to_owned);
            if let (Some(known), Some(data)) = (field("event: "), field("data: ")) {
                let last = known == name;
                heard.push((known, data));
                if last {
                    return heard;
                }
            }
        }
        let read = stream.read(&mut chunk).expect("events come");
        assert!(read > 0, "the stream ended before `{name}`: {heard:?} {seen}");
        seen.push_str(&String::from_utf8_lossy(&chunk[..read]));
    }
}

/// The data of the next event of a name.
pub fn event(stream: &mut TcpStream, name: &str, seen: &mut String) -> String {
    events(stream, name, seen).pop().expect("what was waited for").1
}

/// Opens the stream of events of a page.
pub fn listen(address: SocketAddr, page: &str, tag: &str) -> TcpStream {
    let mut stream = connect(address);
    write!(stream, "GET /_segue/live?page={page}&tag={tag} HTTP/1.1\r\nHost: {address}\r\n\r\n")
        .expect("a request is sent");
    stream
}
