//! Builds that are killed, at any moment and inside the swap, and builds whose disk is full.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use segue::publish::{MARKER, Method, PublishError, Stage, Step, Summary, Target};
use segue::route::Route;

use crate::kit::{self, Folder};

/// Enough for a build to take a while in each of its parts.
const PAGES: usize = 150;

/// Publishes a site of which every page but each third one names the version.
fn build(project: &Path, version: &str, method: Method, reached: &dyn Fn(Step)) -> Result<Summary, PublishError> {
    let stage = Stage::begin(&Target::new(&project.join("public"), project, &[])?)?;
    (0..PAGES).into_par_iter().try_for_each(|page| {
        let route = Route::page(&format!("{}/{page}", page % 7)).unwrap();
        let version = if page % 3 == 0 { "any" } else { version };
        stage.write(&route, format!("{version} {}", "x".repeat(page * 16)).as_bytes()).map(drop)
    })?;
    stage.commit_by(method, reached)
}

/// The version of a site that is there, whole, and of one build.
fn version(project: &Path) -> String {
    let mut files = kit::files(&project.join("public"));
    assert!(files.remove(MARKER).is_some(), "no marker");
    assert_eq!(files.len(), PAGES);
    let mut versions: Vec<String> = files
        .iter()
        .map(|(path, bytes)| {
            let page: usize = path.split('/').nth(1).unwrap().parse().unwrap();
            let text = std::str::from_utf8(bytes).unwrap();
            let (version, rest) = text.split_once(' ').unwrap();
            assert_eq!(rest.len(), page * 16, "{path} is cut off");
            version.to_owned()
        })
        .filter(|version| version != "any")
        .collect();
    versions.sort();
    versions.dedup();
    assert_eq!(versions.len(), 1, "pages of several builds");
    versions.remove(0)
}

fn assert_clean(project: &Path) {
    for left in [".public.segue-stage", ".public.segue-old"] {
        assert!(!project.join(left).exists(), "{left} was left");
    }
}

/// A process of its own that builds, as [`child`] does.
fn command(project: &Path, version: &str, method: Method, stop_at: Option<Step>) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "publish_stopped::child", "--ignored", "--test-threads=1"])
        .env("STOPPED_PROJECT", project)
        .env("STOPPED_VERSION", version)
        .env("STOPPED_METHOD", format!("{method:?}"))
        .env("STOPPED_AT", stop_at.map_or(String::new(), |step| format!("{step:?}")))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

#[test]
#[ignore = "the process that other tests start and stop"]
fn child() {
    let variable = |name| std::env::var(name).unwrap();
    let project = variable("STOPPED_PROJECT");
    let method = if variable("STOPPED_METHOD") == "Best" { Method::Best } else { Method::TwoRenames };
    let stop_at = variable("STOPPED_AT");
    let reached = |step: Step| {
        if format!("{step:?}") == stop_at {
            std::process::abort();
        }
    };
    build(Path::new(&project), &variable("STOPPED_VERSION"), method, &reached).unwrap();
}

/// Runs a build and kills it after `delay`, unless it was faster.
fn kill_after(project: &Path, version: &str, method: Method, delay: Duration) -> ExitStatus {
    let mut child = command(project, version, method, None).spawn().unwrap();
    std::thread::sleep(delay);
    child.kill().unwrap();
    child.wait().unwrap()
}

#[test]
fn a_build_may_be_killed_at_any_moment() {
    const MOMENTS: u32 = 24;
    for method in [Method::Best, Method::TwoRenames] {
        let folder = Folder::new();
        let project = folder.path();
        build(project, "first", method, &|_| {}).unwrap();
        let mut last = "first".to_owned();

        let start = Instant::now();
        assert!(command(project, "measured", method, None).status().unwrap().success());
        let mut length = start.elapsed();
        last.replace_range(.., "measured");

        let mut killed = 0;
        for attempt in 0..10 * MOMENTS {
            let next = format!("v{attempt}");
            let status = kill_after(project, &next, method, length * killed / MOMENTS);
            if method == Method::TwoRenames && !project.join("public").exists() {
                // Between the renames; whoever begins next, even if nothing comes of it, puts the site back.
                drop(Stage::begin(&Target::new(&project.join("public"), project, &[]).unwrap()).unwrap());
            }
            let now = version(project);
            assert!(now == last || now == next, "{now} after a build of {next} over {last}");

            last = format!("w{attempt}");
            build(project, &last, method, &|_| {}).unwrap();
            assert_eq!(version(project), last);
            assert_clean(project);

            if status.success() {
                // It was over before: the disk was slower when we measured.
                length = length * 9 / 10;
            } else {
                killed += 1;
            }
            if killed == MOMENTS {
                break;
            }
        }
        assert_eq!(killed, MOMENTS, "builds ended before they could be killed");
    }
}

#[test]
fn a_build_may_be_killed_inside_the_swap() {
    for method in [Method::Best, Method::TwoRenames] {
        for step in [Step::Staged, Step::OldAside, Step::InPlace, Step::Cleaned] {
            let folder = Folder::new();
            let project = folder.path();
            build(project, "old", method, &|_| {}).unwrap();
            let status = command(project, "new", method, Some(step)).status().unwrap();
            let exchanges = cfg!(any(target_os = "linux", target_vendor = "apple"));
            if step == Step::OldAside && method == Method::Best && exchanges {
                assert!(status.success(), "a step that an exchange does not have");
                continue;
            }
            assert!(!status.success(), "{method:?} did not stop at {step:?}");

            let expected = if step == Step::Staged { "old" } else { "new" };
            if step == Step::OldAside {
                assert!(!project.join("public").exists());
            } else {
                assert_eq!(version(project), expected, "{method:?} {step:?}");
            }

            // A build that comes to nothing: the site is there again, and all else is gone.
            drop(Stage::begin(&Target::new(&project.join("public"), project, &[]).unwrap()).unwrap());
            let expected = if step == Step::OldAside { "old" } else { expected };
            assert_eq!(version(project), expected, "{method:?} {step:?}");
            assert_clean(project);

            build(project, "next", method, &|_| {}).unwrap();
            assert_eq!(version(project), "next");
            assert_clean(project);
        }
    }
}

#[test]
fn a_folder_made_again_between_the_renames_does_not_cost_the_site() {
    let folder = Folder::new();
    let project = folder.path();
    build(project, "old", Method::TwoRenames, &|_| {}).unwrap();
    let status = command(project, "new", Method::TwoRenames, Some(Step::OldAside)).status().unwrap();
    assert!(!status.success());
    fs::create_dir(project.join("public")).unwrap();
    drop(Stage::begin(&Target::new(&project.join("public"), project, &[]).unwrap()).unwrap());
    assert_eq!(version(project), "old");
}

#[test]
fn a_first_build_may_be_killed() {
    for step in [Step::Staged, Step::InPlace] {
        let folder = Folder::new();
        let project = folder.path();
        assert!(!command(project, "first", Method::Best, Some(step)).status().unwrap().success());
        assert_eq!(project.join("public").exists(), step == Step::InPlace);
        build(project, "second", Method::Best, &|_| {}).unwrap();
        assert_eq!(version(project), "second");
        assert_clean(project);
    }
}

/// A limit on the size of files stands in for a full disk: both fail in the midst of writing.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_last_site() {
    let folder = Folder::new();
    let project = folder.path();
    build(project, "old", Method::Best, &|_| {}).unwrap();
    let child = command(project, "new", Method::Best, None);
    let output = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$@\"", "sh"])
        .arg(child.get_program())
        .args(child.get_args())
        .arg("--nocapture")
        .envs(child.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains(".public.segue-stage"), "the error names no path: {said}");
    assert_eq!(version(project), "old");
    assert_clean(project);
}
