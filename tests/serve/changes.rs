//! Every way in which editors and people change files is noticed.

use super::{ACCOUNT, Served, client, options, project};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// A way of changing `content/guide.md` so that its page says `words`, or of changing something else.
type Way = (&'static str, fn(&Served, &str));

fn text(words: &str) -> String {
    format!("---\ntitle: Guide\n---\n{words}\n")
}

fn put(path: &Path, text: &str) {
    fs::write(path, text).expect("written");
}

fn git(folder: &Path, arguments: &[&str]) {
    let run = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["-c", "user.name=T", "-c", "user.email=t@t.example", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .output()
        .expect("git runs");
    assert!(run.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&run.stderr));
}

const WAYS: &[Way] = &[
    ("written over", |s, w| put(&s.folder.join("content/guide.md"), &text(w))),
    ("truncated, then written", |s, w| {
        let path = s.folder.join("content/guide.md");
        put(&path, "");
        std::thread::sleep(Duration::from_millis(15));
        put(&path, &text(w));
    }),
    ("written in pieces", |s, w| {
        use std::io::Write;
        let mut file = fs::File::create(s.folder.join("content/guide.md")).expect("created");
        for piece in text(w).as_bytes().chunks(7) {
            file.write_all(piece).expect("written");
            file.flush().expect("flushed");
            std::thread::sleep(Duration::from_millis(2));
        }
    }),
    ("a new file renamed over it", |s, w| {
        put(&s.folder.join("content/.guide.md.tmp"), &text(w));
        fs::rename(s.folder.join("content/.guide.md.tmp"), s.folder.join("content/guide.md")).expect("renamed");
    }),
    ("moved to a backup, then written anew", |s, w| {
        let path = s.folder.join("content/guide.md");
        fs::rename(&path, s.folder.join("content/guide.md~")).expect("renamed");
        put(&path, &text(w));
    }),
    ("with a swap file beside it", |s, w| {
        put(&s.folder.join("content/.guide.md.swp"), "b0VIM");
        put(&s.folder.join("content/4913"), "");
        fs::remove_file(s.folder.join("content/4913")).expect("removed");
        put(&s.folder.join("content/guide.md"), &text(w));
        fs::remove_file(s.folder.join("content/.guide.md.swp")).expect("removed");
    }),
    ("removed, then written", |s, w| {
        fs::remove_file(s.folder.join("content/guide.md")).expect("removed");
        std::thread::sleep(Duration::from_millis(20));
        put(&s.folder.join("content/guide.md"), &text(w));
    }),
    ("moved in from outside the project", |s, w| {
        put(&s.folder.join("draft.md"), &text(w));
        fs::rename(s.folder.join("draft.md"), s.folder.join("content/guide.md")).expect("renamed");
    }),
    ("the same length, the same time", |s, w| {
        let path = s.folder.join("content/guide.md");
        let time = fs::metadata(&path).and_then(|metadata| metadata.modified()).expect("a time");
        put(&path, &text(w));
        let file = fs::File::options().write(true).open(&path).expect("opened");
        file.set_times(fs::FileTimes::new().set_modified(time)).expect("set");
    }),
    ("its folder renamed away and back", |s, w| {
        fs::rename(s.folder.join("content"), s.folder.join("elsewhere")).expect("renamed");
        put(&s.folder.join("elsewhere/guide.md"), &text(w));
        std::thread::sleep(Duration::from_millis(20));
        fs::rename(s.folder.join("elsewhere"), s.folder.join("content")).expect("renamed");
    }),
    ("the whole folder removed and made anew", |s, w| {
        fs::remove_dir_all(s.folder.join("content")).expect("removed");
        std::thread::sleep(Duration::from_millis(5));
        s.folder.write("content/accounts/birch.md", ACCOUNT).write("content/guide.md", text(w));
    }),
    ("another branch checked out", |s, w| {
        let root = s.folder.path();
        if !root.join(".git").exists() {
            git(root, &["init", "-q"]);
        }
        git(root, &["add", "-A"]);
        git(root, &["commit", "-q", "--allow-empty", "-m", "one"]);
        put(&s.folder.join("content/guide.md"), &text(w));
        git(root, &["stash", "-q"]);
        std::thread::sleep(Duration::from_millis(10));
        git(root, &["stash", "pop", "-q"]);
    }),
    ("its folder renamed, and the file's page with it", |s, w| {
        s.folder.write("content/before/moved.md", text(w));
        s.wait_for("/before/moved/", w, true).expect("a page");
        fs::rename(s.folder.join("content/before"), s.folder.join("content/after")).expect("renamed");
        s.wait_for("/after/moved/", w, true).expect("the page moved");
        assert_eq!(s.get("/before/moved/").status, 404);
        fs::remove_dir_all(s.folder.join("content/after")).expect("removed");
        s.wait_for("/after/moved/", w, false).expect("the page went");
        put(&s.folder.join("content/guide.md"), &text(w));
    }),
    ("removed for good, then made anew", |s, w| {
        fs::remove_file(s.folder.join("content/guide.md")).expect("removed");
        s.wait_for("/guide/", "Guide</h1>", false).expect("the page went");
        put(&s.folder.join("content/guide.md"), &text(w));
    }),
    #[cfg(unix)]
    ("a symbolic link within the project", |s, w| {
        let path = s.folder.join("content/guide.md");
        s.folder.write("drafts/guide.md", text("Not these."));
        if !path.is_symlink() {
            fs::remove_file(&path).expect("removed");
            std::os::unix::fs::symlink("../drafts/guide.md", &path).expect("linked");
        }
        s.wait_for("/guide/", "Not these.", true).expect("the link's text");
        // The folder the link leads to is watched once the link is known.
        std::thread::sleep(Duration::from_millis(700));
        put(&s.folder.join("drafts/guide.md"), &text(w));
    }),
];

fn every_way(served: &Served, times: usize) {
    let mut missed = Vec::new();
    for (name, change) in WAYS {
        for time in 0..times {
            let words = format!("Words-{}-{time:03}.", name.len());
            change(served, &words);
            if let Err(why) = served.wait_for("/guide/", &words, true) {
                missed.push(format!("{name}, time {time}: {why}"));
                break;
            }
            // No second guide, no backup, has become a page.
            assert_eq!(served.get("/4913/").status, 404);
        }
        #[cfg(unix)]
        if served.folder.join("content/guide.md").is_symlink() {
            fs::remove_file(served.folder.join("content/guide.md")).expect("removed");
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn every_way_of_saving_is_noticed() {
    every_way(&Served::new(), 2);
}

#[test]
#[ignore = "takes minutes; run before a release"]
fn every_way_of_saving_is_noticed_fifty_times() {
    every_way(&Served::new(), 50);
}

#[test]
#[ignore = "takes minutes; run before a release"]
fn every_way_of_saving_is_found_by_looking_fifty_times() {
    every_way(&looking(), 50);
}

fn looking() -> Served {
    Served::with(project(), segue::serve::Options { poll: Some(Duration::from_millis(50)), ..options() })
}

#[test]
fn looking_finds_what_no_event_tells_of() {
    let served = looking();
    for words in ["Third words.", "Fourth words.", "Fifths words."] {
        put(&served.folder.join("content/guide.md"), &text(words));
        served.wait_for("/guide/", words, true).expect("seen");
    }
}

#[test]
fn what_comes_and_goes_does_so_everywhere() {
    let served = Served::new();
    served.folder.write("content/accounts/alder.md", "---\nname: Alder Mills\n---\n");
    served.wait_for("/accounts/", "Alder Mills", true).expect("in the list");
    served.wait_for("/accounts/alder/", "Alder Mills", true).expect("a page");
    served.folder.write("content/guide.md", text("We know [[alder]] well."));
    served.wait_for("/accounts/alder/", "Guide", true).expect("mentioned by");
    fs::rename(served.folder.join("content/accounts/alder.md"), served.folder.join("content/accounts/elm.md"))
        .expect("renamed");
    served
        .wait_for("/accounts/", "accounts/elm/", true)
        .or_else(|_| served.wait_for("/accounts/", "elm/index.html", true))
        .expect("renamed");
    assert_eq!(served.get("/accounts/alder/").status, 404);
    fs::remove_file(served.folder.join("content/accounts/elm.md")).expect("removed");
    served.wait_for("/accounts/", "Alder Mills", false).expect("gone from the list");
    served.folder.write("segue.toml", "[site]\ntitle = \"Renamed\"\n");
    served.wait_for("/accounts/", "Renamed", true).expect("a new title");
    served
        .folder
        .write("themes/default/templates/404.html", "{% extends \"base.html\" %}{% block main %}Lost?{% endblock %}");
    served.wait_for("/nowhere/", "Lost?", true).expect("a new template");
}

#[test]
fn a_page_that_begins_to_listen_while_something_changes_is_told() {
    let served = Served::new();
    for time in 0..40 {
        let page = served.get("/guide/").text();
        let tag = page.split("data-tag=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a tag").to_owned();
        let path = served.folder.join("content/guide.md");
        let write = std::thread::spawn(move || put(&path, &text(&format!("Time {time}."))));
        // Sooner or later after the write, so that some begin to listen just when it is told of.
        std::thread::sleep(Duration::from_millis(time % 20));
        let mut stream = client::listen(served.address(), "/guide/", &tag);
        let mut seen = String::new();
        assert_ne!(client::event(&mut stream, "page", &mut seen), tag);
        write.join().expect("written");
        served.wait_for("/guide/", &format!("Time {time}."), true).expect("shown");
    }
}
