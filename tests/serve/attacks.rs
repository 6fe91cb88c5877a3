//! Whom the preview turns away. Loopback only, and bounded in count and time.

use super::{Served, client};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// The preview still does what it is for.
fn answers(served: &Served) {
    assert_eq!(served.get("/guide/").status, 200);
}

#[test]
fn nothing_outside_the_site_can_be_read() {
    let served = Served::new();
    served.folder.write("secret.txt", "top secret").write("content/.hidden.md", "top secret");
    let root = served.folder.path().display().to_string();
    let climbs = ["..", "%2e%2e", "%252e%252e", ".%2e", "%2e.", "..%00", "..;", "%c0%ae%c0%ae", "\u{2025}", "...."];
    let slashes = ["/", "%2f", "%252f", "\\", "%5c", "%255c", "//", "/./", "%c0%af"];
    let mut paths: Vec<String> = Vec::new();
    for climb in climbs {
        for slash in slashes {
            for depth in [1, 2, 3, 6] {
                for start in ["/", "/guide/", "/files/", "/_segue/", "/search/index/", "/assets/"] {
                    paths.push(format!("{start}{}secret.txt", format!("{climb}{slash}").repeat(depth)));
                }
            }
        }
    }
    for path in [
        "//etc/passwd",
        "///etc/passwd",
        "/%2fetc%2fpasswd",
        "/C:/Windows/win.ini",
        "/C%3a%5cWindows%5cwin.ini",
        "/file:///etc/passwd",
        "/content/guide.md",
        "/content/accounts/birch.md",
        "/segue.toml",
        "/.git/config",
        "/content/.hidden.md",
        "/.hidden",
        "/.hidden.md",
        "/nul",
        "/NUL",
        "/con",
        "/aux.txt",
        "/com1",
        "/lpt9.md",
        "/guide%00.html",
        "/guide/%00",
        "/guide/index.html%00.png",
        "/guide%0d%0aX-Bad:%20yes",
        "/guide::$DATA",
        "/guide/index.html::$DATA",
        "/secret.txt",
        "/guide/.",
        "/guide/..",
        "/%",
        "/%zz",
        "/%e0%a4%a",
        "/guide/index.html/",
        "/themes/default/templates/base.html",
        "/proc/self/environ",
        "/~root",
        "/dev/null",
        "/.env",
    ] {
        paths.push(path.to_owned());
    }
    paths.push(format!("/{root}/secret.txt"));
    paths.push(format!("{root}/secret.txt"));
    for path in &paths {
        // All on connections of their own; those that are no HTTP are refused as such.
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", served.address());
        let answer = client::raw(served.address(), request.as_bytes()).expect("an answer");
        assert!(matches!(answer.status, 302 | 400 | 404), "{path}: {}", answer.status);
        assert!(!answer.text().contains("top secret") && !answer.text().contains("root:"), "{path}");
        assert!(answer.header("x-bad").is_none(), "{path}");
        if let Some(to) = answer.header("location") {
            assert!(to.starts_with('/') && !to.starts_with("//"), "{path} leads to {to}");
        }
    }
    assert!(paths.len() > 1000);
    answers(&served);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_by_now_is_not_followed() {
    let served = Served::new();
    served.folder.write("outside.txt", "x");
    let elsewhere = crate::kit::Folder::new();
    elsewhere.write("secret.pdf", "top secret");
    let terms = served.folder.join("content/files/terms.pdf");
    fs::remove_file(&terms).expect("removed");
    std::os::unix::fs::symlink(elsewhere.join("secret.pdf"), &terms).expect("linked");
    for _ in 0..50 {
        assert!(!served.get("/files/terms.pdf").text().contains("top secret"));
        std::thread::sleep(Duration::from_millis(10));
    }
    answers(&served);
}

#[test]
fn requests_from_elsewhere_are_refused() {
    let served = Served::new();
    let address = served.address();
    let own = format!("http://{address}");
    let refused = |method: &str, path: &str, headers: &[(&str, &str)]| {
        let answer = client::ask(address, method, path, headers);
        assert_eq!(answer.status, 403, "{method} {path} {headers:?}");
        assert!(!answer.text().contains("words") && answer.header("access-control-allow-origin").is_none());
    };
    for path in [
        "/guide/",
        "/",
        "/_segue/status?page=/guide/",
        "/_segue/live?page=/guide/",
        "/_segue/preview.js",
        "/files/terms.pdf",
    ] {
        // A name that was made to point here.
        for host in
            ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1", ""]
        {
            refused("GET", path, &[("Host", host)]);
            refused("HEAD", path, &[("Host", host)]);
        }
        for origin in ["http://evil.example", "null", "https://localhost", "http://localhost:1", "file://", ""] {
            refused("GET", path, &[("Origin", origin)]);
        }
        // An image, a script or a frame of another site, which has no `Origin`.
        refused(
            "GET",
            path,
            &[("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Dest", "image")],
        );
        refused(
            "GET",
            path,
            &[("Sec-Fetch-Site", "same-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "iframe")],
        );
    }
    // Somebody follows a link that was sent to them.
    let link = [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")];
    assert_eq!(client::ask(address, "GET", "/guide/", &link).status, 200);
    assert_eq!(client::ask(address, "GET", "/guide/", &[("Origin", &own)]).status, 200);

    let token = served.preview.token();
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        refused(method, "/guide/", &[]);
        refused(method, "/guide/", &[("X-Segue-Token", "wrong"), ("Origin", &own)]);
        refused(method, "/guide/", &[("X-Segue-Token", token), ("Origin", "http://evil.example")]);
        refused(method, "/guide/", &[("X-Segue-Token", token), ("Host", "evil.example")]);
    }
    assert_eq!(client::ask(address, "POST", "/guide/", &[("X-Segue-Token", token), ("Origin", &own)]).status, 404);
    assert_eq!(client::ask(address, "DELETE", "/guide/", &[("X-Segue-Token", token)]).status, 405);
    let framed = served.get("/guide/");
    assert_eq!(framed.header("x-frame-options"), Some("DENY"));
    assert_eq!(framed.header("cross-origin-resource-policy"), Some("same-origin"));
    answers(&served);
}

#[test]
fn what_is_no_request_or_too_much_of_one_is_refused() {
    let served = Served::new();
    let (address, token) = (served.address(), served.preview.token());
    let status = |request: &str| client::raw(address, request.as_bytes()).map(|answer| answer.status);
    let host = format!("Host: {address}\r\n");
    assert_eq!(status("GET / HTTP/1.1\r\n\r\n"), Some(400), "no host");
    assert_eq!(status(&format!("GET / HTTP/1.1\r\n{host}{host}\r\n")), Some(400), "two hosts");
    assert_eq!(status(&format!("GET http://evil.example/ HTTP/1.1\r\n{host}\r\n")), Some(400));
    assert_eq!(status("\x16\x03\x01\x02\r\n\r\n"), Some(400));
    assert_eq!(status(&format!("GET / HTTP/1.1\r\n{host} folded: x\r\n\r\n")), Some(400));
    let long = "x".repeat(20 << 10);
    assert_eq!(status(&format!("GET /{long} HTTP/1.1\r\n{host}\r\n")), Some(431));
    assert_eq!(status(&format!("GET / HTTP/1.1\r\n{host}X: {long}")), Some(431), "not even ended");
    let many = "X-Again: y\r\n".repeat(200);
    assert_eq!(status(&format!("GET / HTTP/1.1\r\n{host}{many}\r\n")), Some(431));

    let post = format!("POST /x HTTP/1.1\r\n{host}X-Segue-Token: {token}\r\nConnection: close\r\n");
    let began = Instant::now();
    assert_eq!(status(&format!("{post}Content-Length: 1073741824\r\n\r\nsome")), Some(413), "a gigabyte is announced");
    assert_eq!(status(&format!("{post}Content-Length: 99999999999999999999999\r\n\r\n")), Some(413));
    assert_eq!(status(&format!("{post}Content-Length: -1\r\n\r\n")), Some(400));
    assert_eq!(status(&format!("{post}Content-Length: 1\r\nContent-Length: 2\r\n\r\n")), Some(400));
    assert_eq!(status(&format!("{post}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")), Some(411));
    assert_eq!(status(&format!("{post}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n")), Some(411));
    assert_eq!(status(&format!("{post}Content-Length: 4\r\n\r\nsome")), Some(404), "a sound one is read");
    assert!(began.elapsed() < Duration::from_secs(20), "nobody waited for what was announced");
    answers(&served);
}

#[test]
fn those_who_dawdle_keep_nobody_waiting() {
    let served = Served::new();
    let address = served.address();
    let began = Instant::now();
    let mut slow: Vec<TcpStream> = (0..20).map(|_| client::connect(address)).collect();
    // A byte now and then, never an end: whatever comes, the whole head has its time.
    while began.elapsed() < Duration::from_millis(2600) {
        for stream in &mut slow {
            // Fails once the preview has had enough, which is what is wanted.
            drop(stream.write_all(b"G"));
        }
        answers(&served);
        std::thread::sleep(Duration::from_millis(100));
    }
    for stream in &mut slow {
        let mut answer = Vec::new();
        drop(stream.read_to_end(&mut answer));
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
    }
    assert!(began.elapsed() < Duration::from_secs(25));

    // One who reads none of what was asked for.
    let stuck: Vec<TcpStream> = (0..20)
        .map(|_| {
            let mut stream = client::connect(address);
            let request = format!("GET /guide/ HTTP/1.1\r\nHost: {address}\r\n\r\n").repeat(40);
            drop(stream.write_all(request.as_bytes()));
            stream
        })
        .collect();
    answers(&served);
    drop(stuck);
}

#[test]
fn a_thousand_connections_keep_nobody_out() {
    let served = Served::new();
    let address = served.address();
    let mut open = Vec::new();
    for at in 0..1000 {
        match TcpStream::connect_timeout(&address, Duration::from_secs(5)) {
            Ok(mut stream) => {
                if at % 3 == 0 {
                    drop(stream.write_all(b"GET / HTT"));
                }
                open.push(stream);
            }
            Err(error) => panic!("connection {at}: {error}"),
        }
        if at % 200 == 199 {
            answers(&served);
        }
    }
    answers(&served);
    // So do open streams of events: the oldest give way.
    let streams: Vec<TcpStream> = (0..300).map(|_| client::listen(address, "/guide/", "x")).collect();
    answers(&served);
    drop((open, streams));
    answers(&served);
}

/// The preview's messages quote content, so it cannot promise to keep restricted fields from other machines.
#[test]
fn others_are_not_let_in_under_a_promise_it_cannot_keep() {
    let folder = crate::kit::Folder::new();
    folder.write("segue.toml", "[site]\ntitle = \"Handoffs\"\n");
    let refused = |arguments: &[&str]| {
        let run = crate::kit::segue(folder.path(), &[&["serve", "--host", "0.0.0.0"], arguments].concat());
        assert_eq!(run.code, 2, "{}", run.out);
        assert!(run.err.contains("segue build --audience company"), "{}", run.err);
    };
    refused(&["--audience", "company"]);
    // So where the project says it and not the command.
    folder.write("segue.toml", "[site]\ntitle = \"Handoffs\"\naudience = \"company\"\n");
    refused(&[]);
}
