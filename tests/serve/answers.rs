//! What a browser gets.

use super::{Served, client, options, project};
use std::fs;
use std::time::Duration;

#[test]
fn a_page_is_what_build_makes_with_the_previews_own_part_added() {
    let served = Served::new();
    let run = crate::kit::segue(served.folder.path(), &["build", "--today", "2026-11-23", "--allow-errors"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    for path in ["accounts/birch/index.html", "index.html", "guide/index.html", "accounts/index.html"] {
        let built = fs::read_to_string(served.folder.join("public").join(path)).expect("a built page");
        let page = served.get(&format!("/{path}"));
        let text = page.text();
        let own: Vec<&str> = text.lines().filter(|line| !line.contains("/_segue/")).collect();
        let built: Vec<&str> = built.lines().collect();
        assert_eq!(own, built, "{path}");
        assert_eq!(text.lines().count(), built.len() + 2, "{path}");
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    }
    let files = crate::kit::files(&served.folder.join("public"));
    assert!(files.keys().all(|path| !path.contains("preview") && !path.contains("_segue")), "{:?}", files.keys());
    assert!(files.values().all(|bytes| !String::from_utf8_lossy(bytes).contains("_segue")));
}

#[test]
fn http_is_spoken_as_browsers_expect() {
    let served = Served::new();
    let address = served.address();
    let page = served.get("/guide/");
    assert_eq!(page.status, 200);
    let etag = page.header("etag").expect("a state").to_owned();
    let again = client::ask(address, "GET", "/guide/", &[("If-None-Match", &etag)]);
    assert_eq!((again.status, again.body.len()), (304, 0));
    let head = client::ask(address, "HEAD", "/guide/", &[]);
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), Some(page.body.len().to_string().as_str()));

    let folder = served.get("/guide?q=1");
    assert_eq!((folder.status, folder.header("location")), (302, Some("/guide/?q=1")));
    assert_eq!(served.get("/guide/index.html").status, 200);
    let missing = served.get("/nothing/here/");
    assert_eq!(missing.status, 404);
    assert!(missing.text().contains("Not found") && missing.text().contains("data-missing"));

    let whole = served.get("/files/terms.pdf");
    assert_eq!(
        (whole.status, whole.header("content-type"), &*whole.text()),
        (200, Some("application/pdf"), "0123456789")
    );
    let part = client::ask(address, "GET", "/files/terms.pdf", &[("Range", "bytes=2-4")]);
    assert_eq!((part.status, &*part.text(), part.header("content-range")), (206, "234", Some("bytes 2-4/10")));
    let beyond = client::ask(address, "GET", "/files/terms.pdf", &[("Range", "bytes=20-")]);
    assert_eq!(beyond.status, 416);
    let other = client::ask(address, "GET", "/files/terms.pdf", &[("Range", "bytes=2-4"), ("If-Range", "\"x\"")]);
    assert_eq!((other.status, other.body.len()), (200, 10));

    // Two requests on one connection.
    let two = format!(
        "GET /guide/ HTTP/1.1\r\nHost: {address}\r\n\r\nGET /robots.txt HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    );
    let both = client::raw(address, two.as_bytes()).expect("answers").text();
    assert!(both.contains("First words") && both.ends_with("Disallow: /\n"), "{both}");
}

#[test]
fn a_site_below_a_path_is_previewed_below_that_path() {
    let folder = project();
    folder.write(
        "segue.toml",
        "[site]\ntitle = \"T\"\nbase_url = \"https://x.example/docs/cs\"\nrepository = \"https://github.com/x/y\"\n",
    );
    let served = Served::with(folder, options());
    assert_eq!(served.get("/").header("location"), Some("/docs/cs/"));
    assert!(served.get("/docs/cs/guide/").text().contains("src=\"/docs/cs/_segue/preview.js\""));
    assert_eq!(served.get("/docs/cs/_segue/preview.js").status, 200);
    assert_eq!(served.get("/guide/").status, 404);
    assert_eq!(served.get("/docs/cs/guide").header("location"), Some("/docs/cs/guide/"));
    let status = client::get(served.address(), "/docs/cs/_segue/status?page=/docs/cs/guide/").text();
    assert!(status.contains("https://github.com/x/y/edit/main/content/guide.md"), "{status}");
    assert!(status.contains("vscode://file/") && status.contains("/content/guide.md:1:1"), "{status}");
}

#[test]
fn pages_are_told_of_what_they_show_and_of_nothing_else() {
    let served = Served::new();
    let tag = |path: &str| {
        let text = served.get(path).text();
        text.split("data-tag=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a tag").to_owned()
    };
    let (mut guide, mut seen) = (client::listen(served.address(), "/guide/", &tag("/guide/")), String::new());
    let (mut other, mut seen_by_other) =
        (client::listen(served.address(), "/deep/page/", &tag("/deep/page/")), String::new());
    client::event(&mut guide, "status", &mut seen);
    client::event(&mut other, "status", &mut seen_by_other);
    served.folder.write("content/guide.md", "---\ntitle: Guide\n---\nSecond words.\n");
    let told = client::event(&mut guide, "page", &mut seen);
    assert!(served.get("/guide/").text().contains("Second words"));
    assert_eq!(told, tag("/guide/"));
    // The other page hears that something changed, and is not to be loaded again.
    let heard = client::events(&mut other, "status", &mut seen_by_other);
    assert!(heard.iter().all(|(name, _)| name != "page"), "{heard:?}");

    // A style sheet is swapped: pages that are open are told its address, and are not loaded again.
    served.folder.write("themes/default/static/style.css", "main { color: teal }\n");
    let heard = client::events(&mut guide, "styles", &mut seen);
    assert!(heard.iter().all(|(name, _)| name != "page"), "{heard:?}");
    let styles = &heard.last().expect("what was waited for").1;
    let href = styles.split('"').find(|part| part.contains("assets/style.")).expect("an address").to_owned();
    assert_eq!(served.get(&href).text(), "main { color: teal }\n");
    let heard = client::events(&mut guide, "status", &mut seen);
    assert!(heard.iter().all(|(name, _)| name != "page"), "{heard:?}");

    // Whoever reads a page that vanishes is led to the nearest one above it.
    fs::remove_file(served.folder.join("content/deep/page.md")).expect("removed");
    assert_eq!(client::event(&mut other, "gone", &mut seen_by_other), "/");
}

#[test]
fn a_broken_file_keeps_its_last_good_page_and_says_what_is_wrong() {
    let served = Served::new();
    let status = |path: &str| served.get(&format!("/_segue/status?page={path}")).text();
    served.folder.write("content/guide.md", "---\ntitle: [Guide <b>\nx: 'y\n---\nBroken words.\n");
    let mut told = String::new();
    for _ in 0..1000 {
        told = status("/guide/");
        if told.contains("\"held\":true") {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(told.contains("\"held\":true") && told.contains("\"code\":\"invalid-yaml\""), "{told}");
    assert!(served.get("/guide/").text().contains("First words"));
    assert!(status("/").contains("\"about\":\"held\""), "told wherever one looks");
    served.folder.write("content/guide.md", "---\ntitle: Guide\n---\nMended words.\n");
    served.wait_for("/guide/", "Mended words", true).expect("mended");
    assert!(!status("/guide/").contains("invalid-yaml"));

    // A template that cannot be compiled leaves the default one; one that cannot be rendered, the last good page.
    served.folder.write(
        "themes/default/templates/page.html",
        "{% extends \"base.html\" %}{% block main %}{{ nothing.at.all }}{% endblock %}",
    );
    for _ in 0..1000 {
        told = status("/guide/");
        if told.contains("template-error") {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(told.contains("template-error"), "{told}");
    assert!(served.get("/guide/").text().contains("Mended words"));

    // Broken configuration leaves the last one in force.
    served.folder.write("segue.toml", "[site\n");
    for _ in 0..1000 {
        told = status("/guide/");
        if told.contains("config-syntax") {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(told.contains("config-syntax"), "{told}");
    assert!(served.get("/guide/").text().contains("Test</title>"));
}

#[test]
fn the_next_free_port_is_taken() {
    let first = Served::new();
    let port = first.address().port();
    let second = Served::with(project(), segue::serve::Options { port, ..options() });
    assert!(second.address().port() > port);
    assert_eq!(second.get("/guide/").status, 200);
}

#[test]
fn the_search_index_is_served_from_memory() {
    let served = Served::new();
    for _ in 0..1000 {
        if served.get("/search/index/index.json").status == 200 {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("the index never came");
}
