//! Keeps the record of what `engine.wasm` was made from.
//!
//! ```text
//! cargo run -p segue-search-browser --example engine -- check   refuses an engine that is older than its sources
//! cargo run -p segue-search-browser --example engine -- seal TOOLS    writes the record, after a build with these tools
//! ```
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a tool beside the crate: it reads, writes, prints"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The crate whose dependencies, all the way down, the engine is made from.
const CRATE: &str = "segue-search-browser";
/// Files and folders whose content decides what the engine is.
const SOURCES: &[&str] =
    &["search/Cargo.toml", "search/src", "search/browser/Cargo.toml", "search/browser/build", "search/browser/src"];
/// Begins the line that names the tools: it says what may be compared, not whether the engine is old.
const TOOLS: &str = "built with ";

fn main() -> ExitCode {
    // As cargo says when it runs this, not when it compiled it: a build may have come from another folder.
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("search/browser"), PathBuf::from);
    let record = here.join("engine.txt");
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = made_from(&here).and_then(|now| match &*arguments {
        [command, tools] if command == "seal" => {
            fs::write(&record, format!("{TOOLS}{tools}\n{now}")).map_err(|cause| at(&record, &cause))
        }
        [command] if command == "check" => {
            let then = fs::read_to_string(&record).map_err(|cause| at(&record, &cause))?;
            let then: BTreeSet<&str> = then.lines().filter(|line| !line.starts_with(TOOLS)).collect();
            let now: BTreeSet<&str> = now.lines().collect();
            let changed = now.symmetric_difference(&then).filter_map(|line| line.split_once("  "));
            let changed: BTreeSet<&str> = changed.map(|(_, what)| what).collect();
            if changed.is_empty() {
                return Ok(());
            }
            Err(io::Error::other(format!(
                "engine.wasm is older than what it is made from: {}; run search/browser/build",
                changed.into_iter().collect::<Vec<_>>().join(", ")
            )))
        }
        _ => Err(io::Error::other("usage: engine check | seal TOOLS")),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A line for the engine, each of its sources and each crate that is locked for it: a hash and what it is of.
fn made_from(here: &Path) -> io::Result<String> {
    let root = here.join("../..");
    let mut files = BTreeSet::new();
    for source in SOURCES {
        gather(&root.join(source), &mut files)?;
    }
    files.insert(here.join("engine.wasm"));
    let mut record = String::new();
    let mut line = |hash: &str, what: &str| writeln!(record, "{hash}  {what}").map_err(io::Error::other);
    for file in files {
        let bytes = fs::read(&file).map_err(|cause| at(&file, &cause))?;
        let name = file.strip_prefix(&root).or_else(|_| file.strip_prefix(here)).unwrap_or(&file);
        let name = name.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
        // A checkout may have turned line ends.
        let text = name.rsplit('.').next() != Some("wasm");
        let bytes = if text { bytes.into_iter().filter(|byte| *byte != b'\r').collect() } else { bytes };
        line(&blake3::hash(&bytes).to_hex()[..16], &name)?;
    }
    let lock = root.join("Cargo.lock");
    let lock = fs::read_to_string(&lock).map_err(|cause| at(&lock, &cause))?;
    for (package, version) in locked(&lock) {
        line(&version, &package)?;
    }
    Ok(record)
}

fn gather(path: &Path, files: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path).map_err(|cause| at(path, &cause))? {
            gather(&entry.map_err(|cause| at(path, &cause))?.path(), files)?;
        }
    } else {
        files.insert(path.to_owned());
    }
    Ok(())
}

/// The packages that the engine's crate depends on, and their versions, from `Cargo.lock`.
fn locked(lock: &str) -> BTreeMap<String, String> {
    let mut packages: BTreeMap<&str, (&str, Vec<&str>)> = BTreeMap::new();
    for package in lock.split("[[package]]").skip(1) {
        let value =
            |key: &str| package.lines().find_map(|line| line.strip_prefix(key)).map(|value| value.trim_matches('"'));
        let (Some(name), Some(version)) = (value("name = "), value("version = ")) else { continue };
        let needs = package.split_once("dependencies = [").and_then(|(_, rest)| rest.split_once(']'));
        let needs = needs.map_or("", |(needs, _)| needs).split(',');
        // "name", or "name version" where there are several.
        let needs = needs.map(|need| need.trim().trim_matches('"')).filter(|need| !need.is_empty());
        let entry = packages.entry(name).or_default();
        entry.0 = version;
        entry.1.extend(needs.filter_map(|need| need.split(' ').next()));
    }
    let mut found = BTreeMap::new();
    let mut open = vec![CRATE];
    while let Some(name) = open.pop() {
        let Some((version, needs)) = packages.get(name) else { continue };
        if found.insert(name.to_owned(), (*version).to_owned()).is_none() {
            open.extend(needs);
        }
    }
    found
}

fn at(path: &Path, cause: &io::Error) -> io::Error {
    io::Error::new(cause.kind(), format!("{}: {cause}", path.display()))
}
