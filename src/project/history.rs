//! When files were last changed, as git tells it.

use ahash::AHashMap;
use jiff::civil::Date;
use std::path::Path;
use std::process::Command;

/// The last change of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its day.
    pub day: Date,
    /// Its place among all changes: greater is later.
    pub order: usize,
}

/// The last change of every file under `content/handoffs` and `content/receipts`, by path from the root. `None` where
/// there is no git, no repository or a shallow one: then nothing can be said. What is not committed changes today.
pub fn changes(root: &Path, today: Date) -> Option<AHashMap<String, Change>> {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").arg("-C").arg(root).args(arguments).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    if git(&["rev-parse", "--is-shallow-repository"])?.trim() != "false" {
        return None;
    }
    let folders = ["--", "content/handoffs", "content/receipts"];
    let quiet = ["-c", "core.quotePath=false"];
    let log = git(&[&quiet[..], &["log", "--relative", "--name-only", "--format=%x01%cs"], &folders].concat())?;
    let status = git(&[&quiet[..], &["status", "--porcelain", "-uall"], &folders].concat())?;
    let prefix = git(&["rev-parse", "--show-prefix"])?;
    let mut changes = AHashMap::new();
    for line in status.lines() {
        let path = line.get(3..)?.rsplit(" -> ").next()?.trim_matches('"');
        let path = path.strip_prefix(prefix.trim_end_matches('\n')).unwrap_or(path);
        changes.insert(path.to_owned(), Change { day: today, order: usize::MAX });
    }
    let (mut day, mut order) = (today, usize::MAX);
    for line in log.lines() {
        if let Some(date) = line.strip_prefix('\u{1}') {
            day = date.parse().ok()?;
            order -= 1;
        } else if !line.is_empty() {
            // Newest first: what is known already is later.
            changes.entry(line.to_owned()).or_insert(Change { day, order });
        }
    }
    Some(changes)
}

/// Where a knowledge base stands in its git repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkout {
    /// The branch that is checked out.
    pub branch: String,
    /// The way from the repository's top to the root: nothing, or a path with a slash at its end.
    pub prefix: String,
}

/// Where `root` stands in its repository; `None` where there is none, or no branch is checked out.
pub fn checkout(root: &Path) -> Option<Checkout> {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").arg("-C").arg(root).args(arguments).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    Some(Checkout {
        branch: git(&["symbolic-ref", "--quiet", "--short", "HEAD"])?,
        prefix: git(&["rev-parse", "--show-prefix"])?,
    })
}
