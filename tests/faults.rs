//! The literate set of faults: each case in `faults/` is a knowledge base with something wrong in it, and says what
//! `check` must find, where, and that it finds nothing else.
//!
//! A case is a section of a Markdown file. It starts from the sound knowledge base in `faults/base`, on 2026-03-20, and
//! its fenced blocks change that: the word after the language says how.
//!
//! - `file=PATH` writes a file. A line of carets, `^^^ code field`, expects a diagnostic under the place above it; the
//!   line itself is not written, and the field may be left out. `over=PATH` starts from that file of the base, and each
//!   top-level key in the block takes the place of the one there.
//! - `bytes=PATH` writes a file with `\xNN` for bytes that are no text, `link=PATH` a symbolic link to what the block
//!   says, `size=PATH` a file of so many bytes. `commit=DATE` commits everything written so far.
//!
//! Where there is no line to write carets under, `> path:line:column code` expects a diagnostic.

use crate::kit::{Folder, files};
use segue::diagnostic::{ALL, Diagnostic};
use segue::pipeline::{self, Checked, Question};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const TODAY: &str = "2026-03-20";

/// A diagnostic that must be found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Expected {
    path: String,
    line: usize,
    column: usize,
    code: String,
    field: Option<String>,
}

struct Case {
    name: String,
    blocks: Vec<Block>,
    expected: Vec<Expected>,
}

struct Block {
    /// The words after the language, as `key=value`.
    options: Vec<(String, String)>,
    text: String,
}

impl Block {
    fn option(&self, key: &str) -> Option<&str> {
        self.options.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }
}

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults")
}

/// All cases of a Markdown file: a section each.
fn cases(path: &Path) -> Vec<Case> {
    let text = fs::read_to_string(path).expect("a case can be read");
    let file = path.file_name().expect("a name").to_string_lossy().into_owned();
    let mut cases: Vec<Case> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(title) = line.strip_prefix("# ").or_else(|| line.strip_prefix("## ")) {
            cases.push(Case { name: format!("{file}: {title}"), blocks: Vec::new(), expected: Vec::new() });
        } else if let Some(expected) = line.strip_prefix("> ") {
            let case = cases.last_mut().expect("a case begins with a heading");
            case.expected.push(place(expected).unwrap_or_else(|| panic!("{file}: {line}")));
        } else if let Some(info) = line.strip_prefix("```").filter(|info| info.contains('=')) {
            let inside: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let options = info.split(' ').filter_map(|word| word.split_once('='));
            let block = Block {
                options: options.map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
                text: inside.join("\n") + if inside.is_empty() { "" } else { "\n" },
            };
            cases.last_mut().expect("a case begins with a heading").blocks.push(block);
        }
    }
    cases.retain(|case| !case.blocks.is_empty());
    cases
}

/// `path:line:column code field`.
fn place(text: &str) -> Option<Expected> {
    let mut words = text.split(' ');
    let mut place = words.next()?.rsplitn(3, ':');
    let (column, line) = (place.next()?.parse().ok()?, place.next()?.parse().ok()?);
    let path = place.next()?.to_owned();
    Some(Expected { path, line, column, code: words.next()?.to_owned(), field: words.next().map(str::to_owned) })
}

/// A line of carets: its column, the code and perhaps the field.
fn carets(line: &str) -> Option<(usize, &str, Option<&str>)> {
    let rest = line.trim_start();
    let column = line.chars().count() - rest.chars().count() + 1;
    let mut words = rest.strip_prefix('^')?.trim_start_matches('^').split_whitespace();
    Some((column, words.next()?, words.next()))
}

/// The base's file with each top-level key that `fragment` has put in the place of the one there.
fn laid_over(base: &str, fragment: &str) -> String {
    let blocks = |text: &str| {
        let mut blocks: Vec<String> = Vec::new();
        for line in text.lines() {
            let opens = line.chars().next().is_some_and(|first| first.is_ascii_alphabetic());
            if opens || blocks.is_empty() {
                blocks.push(String::new());
            }
            let block = blocks.last_mut().expect("one was pushed");
            block.push_str(line);
            block.push('\n');
        }
        blocks
    };
    let key = |block: &str| block.split(':').next().unwrap_or("").to_owned();
    let front = base.strip_prefix("---\n").expect("the base has front matter");
    let (front, body) = front.split_once("---\n").expect("the base's front matter ends");
    let mut all = blocks(front);
    for block in blocks(fragment) {
        match all.iter_mut().find(|other| key(other) == key(&block)) {
            Some(other) => *other = block,
            None => all.push(block),
        }
    }
    format!("---\n{}---\n{body}", all.concat())
}

/// Makes the knowledge base of a case, and says all that must be found in it. `None` where this system cannot.
fn make(case: &Case, folder: &Folder) -> Option<Vec<Expected>> {
    for (path, bytes) in files(&sources().join("base")) {
        folder.write(&path, bytes);
    }
    let mut expected = case.expected.clone();
    for block in &case.blocks {
        if let Some(path) = block.option("file") {
            let text = match block.option("over") {
                Some(base) => {
                    laid_over(&fs::read_to_string(folder.join(base)).expect("a file of the base"), &block.text)
                }
                None => block.text.clone(),
            };
            let mut written = String::new();
            let mut number = 0;
            for line in text.lines() {
                if let Some((column, code, field)) = carets(line) {
                    let field = field.map(str::to_owned);
                    expected.push(Expected {
                        path: path.to_owned(),
                        line: number,
                        column,
                        code: code.to_owned(),
                        field,
                    });
                } else {
                    number += 1;
                    written.push_str(line);
                    written.push('\n');
                }
            }
            folder.write(path, written);
        } else if let Some(path) = block.option("bytes") {
            folder.write(path, unescaped(&block.text));
        } else if let Some(path) = block.option("size") {
            folder.write(path, vec![b'x'; block.text.trim().parse().expect("a number of bytes")]);
        } else if let Some(path) = block.option("link") {
            folder.write(path, "");
            fs::remove_file(folder.join(path)).expect("a file can be removed");
            if !link(block.text.trim(), &folder.join(path)) {
                return None;
            }
        } else if let Some(date) = block.option("commit") {
            commit(folder.path(), date);
        }
    }
    expected.sort();
    Some(expected)
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut parts = text.split("\\x");
    let mut bytes = parts.next().unwrap_or("").as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).expect("two hexadecimal digits"));
        bytes.extend(&part.as_bytes()[2..]);
    }
    bytes
}

/// Whether this system made the link.
#[cfg(unix)]
fn link(target: &str, path: &Path) -> bool {
    std::os::unix::fs::symlink(target, path).expect("a link can be made");
    true
}

#[cfg(not(unix))]
fn link(_: &str, _: &Path) -> bool {
    false
}

fn commit(folder: &Path, date: &str) {
    let moment = format!("{date}T12:00:00Z");
    for arguments in [&["init", "-q"][..], &["add", "-A"], &["commit", "-qm", "As it stands"]] {
        let output = Command::new("git")
            .args(["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"])
            .args(arguments)
            .current_dir(folder)
            .env("GIT_AUTHOR_DATE", &moment)
            .env("GIT_COMMITTER_DATE", &moment)
            .env("GIT_CONFIG_GLOBAL", folder.join("no-such-file"))
            .output()
            .expect("git runs");
        assert!(output.status.success(), "git {arguments:?}: {output:?}");
    }
}

fn found(checked: &Checked, diagnostic: &Diagnostic) -> Expected {
    let source = checked.base.sources.get(diagnostic.file);
    let at = source.position(diagnostic.span.start);
    Expected {
        path: source.path().to_owned(),
        line: at.line as usize,
        column: at.column as usize,
        code: diagnostic.rule.code.to_owned(),
        field: diagnostic.field.clone(),
    }
}

/// Runs a case; says what was expected and not found, and the other way round.
fn run(case: &Case) -> Result<Vec<Expected>, String> {
    let folder = Folder::new();
    let Some(expected) = make(case, &folder) else { return Ok(Vec::new()) };
    let question = Question { today: TODAY.parse().expect("a date"), at_least: None, audience: None };
    let checked = pipeline::check(folder.path(), question, &|_, _| {}).expect("a project");
    let mut rest: Vec<_> =
        checked.diagnostics.iter().map(|diagnostic| (found(&checked, diagnostic), &diagnostic.message)).collect();
    let mut wrong = String::new();
    for want in &expected {
        let same = |(found, _): &(Expected, _)| {
            let field = want.field.is_none() || want.field == found.field;
            field
                && (&found.path, found.line, found.column, &found.code)
                    == (&want.path, want.line, want.column, &want.code)
        };
        match rest.iter().position(same) {
            Some(at) => drop(rest.remove(at)),
            None => wrong += &format!("  not found:    {}\n", shown(want)),
        }
    }
    for (other, message) in rest {
        wrong += &format!("  not expected: {} ({message})\n", shown(&other));
    }
    if wrong.is_empty() { Ok(expected) } else { Err(format!("{}\n{wrong}", case.name)) }
}

fn shown(place: &Expected) -> String {
    let Expected { path, line, column, code, field } = place;
    format!("{path}:{line}:{column} {code} {}", field.as_deref().unwrap_or(""))
}

fn all() -> Vec<PathBuf> {
    let entries = fs::read_dir(sources()).expect("the cases are there");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    paths
}

#[test]
fn each_fault_is_found_where_it_is_and_nothing_else() {
    let wrong: Vec<_> = all().iter().flat_map(|path| cases(path)).filter_map(|case| run(&case).err()).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_base_is_sound() {
    let case = Case { name: "base".to_owned(), blocks: Vec::new(), expected: Vec::new() };
    assert_eq!(run(&case), Ok(Vec::new()));
}

#[test]
fn every_code_has_a_case() {
    for rule in ALL {
        let path = sources().join(rule.code).with_extension("md");
        assert!(path.exists(), "{} has no case", rule.code);
        let expected = cases(&path).iter().filter_map(|case| make(case, &Folder::new())).flatten().collect::<Vec<_>>();
        let codes: BTreeSet<_> = expected.iter().map(|one| one.code.as_str()).collect();
        assert!(cfg!(not(unix)) || codes.contains(rule.code), "{} is not expected in its own case", rule.code);
    }
}

/// The folder in which nearly everything is wrong.
pub fn many() -> Folder {
    let folder = Folder::new();
    make(&cases(&sources().join("many.md"))[0], &folder).expect("it needs nothing that a system may lack");
    folder
}

/// Every case by its name, as a folder; those that this system cannot have are left out.
pub fn folders() -> impl Iterator<Item = (String, Folder)> {
    all().into_iter().flat_map(|path| cases(&path)).filter_map(|case| {
        let folder = Folder::new();
        make(&case, &folder).map(|_| (case.name, folder))
    })
}

/// The day on which they are wrong.
pub fn today() -> jiff::civil::Date {
    TODAY.parse().expect("a date")
}

#[test]
fn sixty_faults_in_one_run_and_fifteen_in_one_file() {
    let path = sources().join("many.md");
    let expected = run(&cases(&path)[0]).expect("all are found, and no other");
    assert!(expected.len() >= 60, "{} faults", expected.len());
    let codes: BTreeSet<_> = expected.iter().map(|one| &one.code).collect();
    assert!(codes.len() >= 30, "{} codes", codes.len());
    let most = expected.chunk_by(|one, other| one.path == other.path).map(<[_]>::len).max();
    assert!(most >= Some(15), "{most:?} in one file");
}
