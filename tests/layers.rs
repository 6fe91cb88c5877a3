//! Lower floors never import higher ones.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The modules from the ground up. Those of one line may not know each other; every other may know those above it in
/// this list.
const FLOORS: [&[&str]; 14] = [
    &["source", "route"],
    &["diagnostic"],
    &["fields"],
    &["project"],
    &["document"],
    &["record", "write"],
    &["knowledge"],
    &["render", "index", "report", "export"],
    &["site"],
    &["publish"],
    &["pipeline"],
    &["serve"],
    &["cli"],
    &["main"],
];

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 6] = ["utils", "util", "types", "common", "helpers", "misc"];

fn sources() -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root(), &mut found);
    found.sort();
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The module at the top that a file belongs to: `publish` for `src/publish/lock.rs`.
fn module(file: &Path) -> String {
    let first = file.strip_prefix(root()).unwrap().components().next().unwrap();
    first.as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

/// The modules that a file names, by `use` or by a path in its code, each with its first line. Comments and a
/// module of tests do not count: documentation may point anywhere, and tests may set up what they need.
fn named(text: &str) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    let mut for_tests = false;
    for (number, line) in text.lines().enumerate() {
        let code = line.trim_start();
        if for_tests && code.starts_with("mod ") && code.ends_with('{') {
            break;
        }
        for_tests = code.starts_with("#[cfg(test)]");
        if code.starts_with("//") {
            continue;
        }
        for prefix in ["crate::", "segue::"] {
            for (at, _) in code.match_indices(prefix) {
                // `some_crate::` is another name.
                if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
                    continue;
                }
                let rest = &code[at + prefix.len()..];
                let names = match rest.strip_prefix('{') {
                    Some(list) => list.split('}').next().unwrap_or(list).split(',').collect(),
                    None => vec![rest],
                };
                for name in names {
                    let name: String =
                        name.trim().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                    found.entry(name).or_insert(number + 1);
                }
            }
        }
    }
    found
}

#[test]
fn lower_floors_do_not_import_higher_ones() {
    let floor = |module: &str| FLOORS.iter().position(|modules| modules.contains(&module));
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for file in sources() {
        let own = module(&file);
        if own == "lib" {
            continue;
        }
        let Some(own_floor) = floor(&own) else {
            wrong.push(format!("`{own}` has no floor: give it one in {}", file!()));
            continue;
        };
        seen.insert(own.clone());
        for (name, line) in named(&fs::read_to_string(&file).unwrap()) {
            // What is no module of ours is a macro, or a name from the crate's own top.
            let Some(their_floor) = floor(&name) else { continue };
            if name != own && their_floor >= own_floor {
                wrong.push(format!("{}:{line}: `{own}` may not know `{name}`", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    // Guards against a walk that finds nothing.
    assert!(seen.contains("source") && seen.contains("cli"), "{seen:?}");
}

/// `clippy.toml` forbids files, environment and clock; this says who may lift that.
#[test]
fn only_the_outermost_modules_touch_the_machine() {
    for file in sources() {
        let lifted = fs::read_to_string(&file).unwrap().contains("disallowed_m");
        let may = ["project.rs", "publish.rs", "serve.rs", "cli.rs", "main.rs"].map(|name| root().join(name));
        assert!(!lifted || may.contains(&file), "{}", file.display());
    }
}

#[test]
fn modules_are_named_for_what_they_hold() {
    for file in sources() {
        let name = file.file_stem().unwrap().to_str().unwrap();
        assert!(!EMPTY_NAMES.contains(&name), "{}", file.display());
    }
}

#[test]
fn imports_are_found_however_they_are_written() {
    let text = "use crate::a::B;\n    pub use crate::{b, c::D};\n//! crate::doc\nlet x = crate::e::f(other_crate::g());\n\
                segue::h::i();\n#[cfg(test)]\nmod tests;\nuse crate::j;\n\
                #[cfg(test)]\nmod tests {\n    use crate::late;\n}\n";
    let names: Vec<_> = named(text).into_iter().collect();
    let expected = [("a", 1), ("b", 2), ("c", 2), ("e", 4), ("h", 5), ("j", 8)];
    assert_eq!(names, expected.map(|(name, line)| (name.to_owned(), line)));
}
