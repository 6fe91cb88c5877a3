//! The published folder: what a build does to it, and what it will not do.

use std::fs;
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, SystemTime};

use rayon::prelude::*;
use segue::publish::{MARKER, Method, PublishError, Refusal, Stage, Summary, Target, Written};
use segue::route::Route;

use crate::kit::{self, Folder};

/// A project with a folder for content; its site goes to `public`.
fn project() -> Folder {
    let folder = Folder::new();
    folder.write("segue.toml", "").write("content/a.md", "");
    folder
}

fn target(project: &Folder, out: &str) -> Result<Target, PublishError> {
    Target::new(&project.join(out), project.path(), &[&project.join("content")])
}

fn route(path: &str) -> Route {
    Route::file(path).unwrap()
}

fn publish(project: &Folder, files: &[(&str, &str)]) -> Result<Summary, PublishError> {
    publish_by(Method::Best, project, files)
}

fn publish_by(method: Method, project: &Folder, files: &[(&str, &str)]) -> Result<Summary, PublishError> {
    let stage = Stage::begin(&target(project, "public")?)?;
    files.par_iter().try_for_each(|(path, text)| stage.write(&route(path), text.as_bytes()).map(drop))?;
    stage.commit_by(method, &|_| {})
}

/// The paths of the published files but the marker, which must be there.
fn published(project: &Folder) -> Vec<String> {
    let mut files = kit::files(&project.join("public"));
    assert!(files.remove(MARKER).is_some(), "the marker is missing");
    files.into_keys().collect()
}

/// Nothing but the project and its site.
fn assert_nothing_beside(project: &Folder) {
    let mut beside: Vec<_> =
        fs::read_dir(project.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    // Where it cannot be removed safely the lock's file stays.
    beside.retain(|name| cfg!(unix) || name != ".public.segue-lock");
    beside.sort();
    assert!(beside == ["content", "public", "segue.toml"] || beside == ["content", "segue.toml"], "{beside:?}");
}

fn refusal(result: Result<impl Sized, PublishError>) -> Refusal {
    match result.map(drop) {
        Err(PublishError::Refused { why, .. }) => why,
        other => panic!("not refused: {other:?}"),
    }
}

fn age(path: &Path) -> SystemTime {
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    fs::File::options().write(true).open(path).unwrap().set_modified(long_ago).unwrap();
    long_ago
}

fn modified(path: &Path) -> SystemTime {
    fs::metadata(path).unwrap().modified().unwrap()
}

#[test]
fn a_site_is_replaced_whole() {
    for method in [Method::Best, Method::TwoRenames] {
        let project = project();
        let first = publish_by(method, &project, &[("index.html", "1"), ("a/index.html", "2"), ("b/c/d.txt", "3")]);
        let bytes = first.unwrap().bytes;
        assert_eq!(published(&project), ["a/index.html", "b/c/d.txt", "index.html"]);

        let second = publish_by(method, &project, &[("index.html", "1"), ("a/index.html", "two"), ("e", "")]).unwrap();
        assert_eq!(published(&project), ["a/index.html", "e", "index.html"]);
        assert_eq!(second, Summary { written: 2, unchanged: 2, removed: 1, bytes: bytes + 1 });
        assert_eq!(fs::read(project.join("public/a/index.html")).unwrap(), b"two");
        assert_nothing_beside(&project);
    }
}

#[test]
fn files_that_did_not_change_keep_their_time() {
    for method in [Method::Best, Method::TwoRenames] {
        let project = project();
        publish_by(method, &project, &[("same/index.html", "same"), ("other", "1")]).unwrap();
        let same = project.join("public/same/index.html");
        let marker = project.join("public").join(MARKER);
        let time = age(&same);
        age(&marker);
        age(&project.join("public/other"));

        publish_by(method, &project, &[("same/index.html", "same"), ("other", "2")]).unwrap();
        assert_eq!(modified(&same), time);
        assert_eq!(modified(&marker), time);
        assert!(modified(&project.join("public/other")) > time);
    }
}

#[cfg(unix)]
#[test]
fn a_build_that_changes_nothing_touches_nothing() {
    use std::os::unix::fs::MetadataExt;
    let project = project();
    let files = [("a/index.html", "1"), ("index.html", "2")];
    publish(&project, &files).unwrap();
    let node = |path: &str| fs::metadata(project.join(path)).unwrap().ino();
    let before = ["public", "public/a", "public/a/index.html"].map(node);

    let summary = publish(&project, &files).unwrap();
    assert_eq!((summary.written, summary.unchanged, summary.removed), (0, 3, 0));
    assert_eq!(["public", "public/a", "public/a/index.html"].map(node), before);
    assert_nothing_beside(&project);
}

#[test]
fn stale_files_go_though_nothing_else_changed() {
    let project = project();
    let files = [("index.html", "1")];
    publish(&project, &[("index.html", "1"), ("gone/index.html", "2")]).unwrap();
    assert_eq!(publish(&project, &files).unwrap().removed, 1);
    assert_eq!(published(&project), ["index.html"]);

    project.write("public/by/hand.txt", "");
    assert_eq!(publish(&project, &files).unwrap().removed, 1);
    assert_eq!(published(&project), ["index.html"]);
}

#[test]
fn an_edited_file_is_put_right() {
    let project = project();
    let files = [("index.html", "page one"), ("other", "x")];
    publish(&project, &files).unwrap();
    let time = age(&project.join("public/index.html"));
    // The same length and the same time: only the bytes tell.
    fs::write(project.join("public/index.html"), "page 0ne").unwrap();
    fs::File::options().write(true).open(project.join("public/index.html")).unwrap().set_modified(time).unwrap();

    assert_eq!(publish(&project, &files).unwrap().written, 1);
    assert_eq!(fs::read(project.join("public/index.html")).unwrap(), b"page one");
}

#[test]
fn nothing_is_written_through_a_hard_link() {
    let project = project();
    publish(&project, &[("index.html", "old"), ("other", "1")]).unwrap();
    // As a backup made with links holds it.
    let backup = Folder::new();
    fs::hard_link(project.join("public/index.html"), backup.join("index.html")).unwrap();
    publish(&project, &[("index.html", "old"), ("other", "2")]).unwrap();
    publish(&project, &[("index.html", "new"), ("other", "2")]).unwrap();
    assert_eq!(fs::read(backup.join("index.html")).unwrap(), b"old");
    assert_eq!(fs::read(project.join("public/index.html")).unwrap(), b"new");
}

#[test]
fn a_file_becomes_a_folder_and_back() {
    let project = project();
    for files in [[("a", "1")], [("a/index.html", "1")], [("a", "1")]] {
        publish(&project, &files).unwrap();
        assert_eq!(published(&project), [files[0].0]);
    }
}

#[cfg(unix)]
#[test]
fn links_put_into_the_site_are_removed_and_not_followed() {
    let project = project();
    let files = [("a/index.html", "text"), ("b/index.html", "text")];
    publish(&project, &files).unwrap();
    project.write("precious/index.html", "text");
    fs::remove_file(project.join("public/a/index.html")).unwrap();
    std::os::unix::fs::symlink(project.join("precious/index.html"), project.join("public/a/index.html")).unwrap();
    fs::remove_dir_all(project.join("public/b")).unwrap();
    std::os::unix::fs::symlink(project.join("precious"), project.join("public/b")).unwrap();
    std::os::unix::fs::symlink(project.join("precious"), project.join("public/c")).unwrap();

    publish(&project, &files).unwrap();
    assert_eq!(published(&project), ["a/index.html", "b/index.html"]);
    assert!(project.join("precious/index.html").exists());
}

#[test]
fn two_builds_of_one_input_are_the_same_bytes() {
    let (one, two) = (project(), project());
    let pages: Vec<(String, String)> = (0..300).map(|n| (format!("p/{n}/index.html"), "x".repeat(n))).collect();
    let pages: Vec<(&str, &str)> = pages.iter().map(|(path, text)| (&**path, &**text)).collect();
    publish(&one, &pages).unwrap();
    publish(&two, &pages[..100]).unwrap();
    publish(&two, &pages).unwrap();
    assert_eq!(kit::files(&one.join("public")), kit::files(&two.join("public")));
}

#[test]
fn a_build_that_is_given_up_leaves_the_last_site() {
    let project = project();
    publish(&project, &[("index.html", "1")]).unwrap();
    let before = kit::files(&project.join("public"));
    let stage = Stage::begin(&target(&project, "public").unwrap()).unwrap();
    stage.write(&route("index.html"), b"2").unwrap();
    stage.write(&route("a/b/c"), b"3").unwrap();
    drop(stage);
    assert_nothing_beside(&project);
    assert_eq!(kit::files(&project.join("public")), before);
}

#[test]
fn write_says_what_became_of_the_file() {
    let project = project();
    publish(&project, &[("a", "1"), ("b", "1")]).unwrap();
    let stage = Stage::begin(&target(&project, "public").unwrap()).unwrap();
    assert_eq!(stage.write(&route("a"), b"1").unwrap(), Written::Unchanged);
    assert_eq!(stage.write(&route("b"), b"2").unwrap(), Written::Changed);
    assert_eq!(stage.write(&route("c"), b"3").unwrap(), Written::Changed);
    for again in ["a", "b"] {
        assert!(matches!(stage.write(&route(again), b"1"), Err(PublishError::Twice(route)) if route.as_str() == again));
    }
}

#[test]
fn folders_are_made_for_the_site() {
    let project = project();
    let stage = Stage::begin(&target(&project, "build/out/site").unwrap()).unwrap();
    stage.write(&route("index.html"), b"1").unwrap();
    stage.commit().unwrap();
    assert!(project.join("build/out/site/index.html").exists());
}

#[test]
fn an_empty_folder_becomes_a_site_and_another_folder_does_not() {
    let project = project();
    fs::create_dir(project.join("public")).unwrap();
    publish(&project, &[("index.html", "1")]).unwrap();
    fs::remove_file(project.join("public").join(MARKER)).unwrap();
    let before = kit::files(&project.join("public"));
    assert_eq!(refusal(publish(&project, &[("index.html", "2")])), Refusal::Foreign);
    assert_eq!(kit::files(&project.join("public")), before);

    fs::remove_dir_all(project.join("public")).unwrap();
    project.write("public", "a file");
    assert_eq!(refusal(publish(&project, &[])), Refusal::NotAFolder);
}

#[test]
fn a_repository_is_not_swapped_away() {
    let project = project();
    publish(&project, &[("index.html", "1")]).unwrap();
    project.write("public/.git/HEAD", "ref: refs/heads/gh-pages\n");
    assert_eq!(refusal(publish(&project, &[("index.html", "2")])), Refusal::Repository(".git"));
    assert!(project.join("public/.git/HEAD").exists());
}

#[test]
fn folders_that_are_something_else_are_no_targets() {
    let project = project();
    project.write("content/deep/er/b.md", "");
    let refused = |out: &str| refusal(target(&project, out));
    for out in ["", ".", "..", "content/..", "content/../../"] {
        assert_eq!(refused(out), Refusal::Project, "{out:?}");
    }
    for out in ["content", "content/", "content/deep", "content/new/folder", "./public/../content"] {
        // `public` is not there, so a path through it is not either on some systems.
        if out.contains("public") {
            fs::create_dir_all(project.join("public")).unwrap();
        }
        assert_eq!(refused(out), Refusal::Input(project.join("content")), "{out:?}");
    }
    let top = project.path().ancestors().last().unwrap();
    assert_eq!(refusal(Target::new(top, project.path(), &[])), Refusal::Top);
    let elsewhere = Folder::new();
    assert_eq!(
        refusal(Target::new(&std::env::home_dir().unwrap(), elsewhere.path(), &[])),
        if std::env::home_dir().unwrap().parent().is_some() { Refusal::Home } else { Refusal::Top }
    );
    target(&project, "public").unwrap();
    target(&project, "contents").unwrap();
}

#[cfg(unix)]
#[test]
fn links_do_not_hide_what_a_target_is() {
    let project = project();
    let elsewhere = Folder::new();
    let link = elsewhere.join("link");
    std::os::unix::fs::symlink(project.path(), &link).unwrap();
    assert_eq!(refusal(Target::new(&link, project.path(), &[])), Refusal::Project);
    let content = project.join("content");
    assert_eq!(refusal(Target::new(&link.join("content/x"), project.path(), &[&content])), Refusal::Input(content));

    fs::create_dir(project.join("real")).unwrap();
    std::os::unix::fs::symlink("real", project.join("public")).unwrap();
    assert_eq!(refusal(publish(&project, &[("index.html", "1")])), Refusal::Link("real".into()));
    assert!(project.join("public").is_symlink());
}

#[test]
fn two_builds_at_once_do_not_mix() {
    let project = project();
    let target = target(&project, "public").unwrap();
    let first = Stage::begin(&target).unwrap();
    first.write(&route("index.html"), b"first").unwrap();

    let busy = Stage::begin(&target).unwrap_err();
    let PublishError::Busy { process, .. } = &busy else { panic!("{busy}") };
    if cfg!(unix) {
        assert_eq!(*process, Some(std::process::id()), "{busy}");
    }
    assert!(busy.to_string().contains("another build"), "{busy}");

    std::thread::scope(|scope| {
        let (say, hear) = mpsc::channel();
        let second = scope.spawn(|| {
            let stage = Stage::begin_after(&target, move |_| say.send(()).unwrap()).unwrap();
            assert_eq!(fs::read(project.join("public/index.html")).unwrap(), b"first");
            stage.write(&route("index.html"), b"second").unwrap();
            stage.commit().unwrap();
        });
        hear.recv().unwrap();
        first.commit().unwrap();
        second.join().unwrap();
    });
    assert_eq!(fs::read(project.join("public/index.html")).unwrap(), b"second");
    assert_nothing_beside(&project);
}

#[test]
fn many_builds_at_once_leave_one_whole_site() {
    let project = project();
    let target = target(&project, "public").unwrap();
    std::thread::scope(|scope| {
        for build in 0..8 {
            let target = &target;
            scope.spawn(move || {
                let stage = Stage::begin_after(target, |_| {}).unwrap();
                for page in 0..20 {
                    let text = if page % 2 == 0 { build.to_string() } else { "same".to_owned() };
                    stage.write(&route(&format!("{page}/index.html")), text.as_bytes()).unwrap();
                }
                stage.commit().unwrap();
            });
        }
    });
    let files = kit::files(&project.join("public"));
    assert_eq!(files.len(), 21);
    let builds: std::collections::BTreeSet<_> =
        (0..20).step_by(2).map(|n| &files[&format!("{n}/index.html")]).collect();
    assert_eq!(builds.len(), 1, "{builds:?}");
    assert_nothing_beside(&project);
}

#[test]
fn a_lock_file_left_by_a_crash_locks_nobody_out() {
    let project = project();
    project.write(".public.segue-lock", "4242\n");
    publish(&project, &[("index.html", "1")]).unwrap();
    assert_nothing_beside(&project);
}

#[test]
fn what_the_file_system_refuses_is_named() {
    let project = project();
    project.write("file", "");
    let error = target(&project, "file/public").and_then(|target| Stage::begin(&target)).unwrap_err().to_string();
    assert!(error.contains(&project.join("file").display().to_string()), "{error}");

    // A page and a folder of one name, which the site's map rules out.
    let stage = Stage::begin(&target(&project, "public").unwrap()).unwrap();
    stage.write(&route("a"), b"1").unwrap();
    stage.write(&route("a/index.html"), b"2").unwrap();
    let error = stage.commit().unwrap_err().to_string();
    assert!(error.starts_with("cannot create `") && error.contains("index.html"), "{error}");
    fs::remove_file(project.join("file")).unwrap();
    assert_nothing_beside(&project);
}

#[cfg(unix)]
#[test]
fn a_read_only_place_is_left_alone() {
    use std::os::unix::fs::PermissionsExt;
    let project = project();
    publish(&project, &[("index.html", "1")]).unwrap();
    fs::set_permissions(project.path(), fs::Permissions::from_mode(0o555)).unwrap();
    // The superuser may write there all the same.
    let privileged = fs::write(project.join("probe"), "").is_ok();
    let result = publish(&project, &[("index.html", "2")]);
    fs::set_permissions(project.path(), fs::Permissions::from_mode(0o755)).unwrap();
    if !privileged {
        let error = result.unwrap_err().to_string();
        assert!(error.contains(".public.segue-lock"), "{error}");
        assert_eq!(fs::read(project.join("public/index.html")).unwrap(), b"1");
    }
}

#[cfg(unix)]
#[test]
fn the_site_keeps_the_permissions_of_its_folder() {
    use std::os::unix::fs::PermissionsExt;
    let project = project();
    publish(&project, &[("index.html", "1")]).unwrap();
    fs::set_permissions(project.join("public"), fs::Permissions::from_mode(0o750)).unwrap();
    publish(&project, &[("index.html", "2")]).unwrap();
    assert_eq!(fs::metadata(project.join("public")).unwrap().permissions().mode() & 0o7777, 0o750);
}
