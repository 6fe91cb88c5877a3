//! What tests share: a folder that goes when the test ends, the program, and a look at files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A folder of its own for one test, removed at its end.
pub struct Folder {
    temporary: tempfile::TempDir,
}

impl Folder {
    /// An empty folder.
    pub fn new() -> Self {
        Self { temporary: tempfile::tempdir().expect("a temporary folder can be made") }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.temporary.path()
    }

    /// The path of something in it.
    pub fn join(&self, path: impl AsRef<Path>) -> PathBuf {
        self.path().join(path)
    }

    /// Writes a file, making the folders above it.
    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folders can be made");
        fs::write(path, bytes).expect("a file can be written");
        self
    }
}

/// What a run of the program gave.
pub struct Run {
    /// The exit code.
    pub code: i32,
    /// What it wrote to standard output.
    pub out: String,
    /// What it wrote to standard error.
    pub err: String,
}

/// Runs the program in `folder`, with nothing of the tester's own surroundings that could change what it says.
pub fn segue(folder: &Path, arguments: &[&str]) -> Run {
    let output = assert_cmd::Command::new(env!("CARGO_BIN_EXE_segue"))
        .current_dir(folder)
        .args(arguments)
        .env_remove("SOURCE_DATE_EPOCH")
        .env_remove("NO_COLOR")
        .output()
        .expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
    Run {
        code: output.status.code().expect("the program ends by itself"),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// Every file below `folder` by its path from there with forward slashes, and what is in it. Links and empty folders
/// are in it too, so that nothing goes unseen: `name ->` and `name/`.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, prefix: &str, found: &mut BTreeMap<String, Vec<u8>>) {
        let before = found.len();
        for entry in fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let entry = entry.expect("a folder can be read to its end");
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type().expect("an entry has a type");
            if kind.is_symlink() {
                found.insert(format!("{name} ->"), Vec::new());
            } else if kind.is_dir() {
                walk(&entry.path(), &format!("{name}/"), found);
            } else {
                let bytes = fs::read(entry.path()).unwrap_or_else(|e| panic!("{}: {e}", entry.path().display()));
                found.insert(name, bytes);
            }
        }
        if found.len() == before && !prefix.is_empty() {
            found.insert(prefix.to_owned(), Vec::new());
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, "", &mut found);
    found
}

/// The example's site, built once for all tests of a run: where it is.
pub fn example_site() -> &'static Path {
    static SITE: OnceLock<PathBuf> = OnceLock::new();
    SITE.get_or_init(|| build(Path::new(env!("CARGO_MANIFEST_DIR")), "example", &[]))
}

/// Builds the knowledge base in `folder` into a folder called `name` that stays after the tests, and gives its path.
pub fn build(folder: &Path, name: &str, more: &[&str]) -> PathBuf {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sites").join(name);
    fs::create_dir_all(out.parent().expect("a folder")).expect("folders can be made");
    let path = out.to_str().expect("a path in UTF-8");
    let run = segue(folder, &[&["build", "--today", "2026-11-23", "--out", path], more].concat());
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    out
}

/// Says that something was not tested, and why. Where all is tested, on a Linux machine that says `CI=true`, nothing
/// may be left out, so it fails there.
pub fn skip<T>(why: &str) -> Option<T> {
    let complete = cfg!(target_os = "linux") && std::env::var_os("CI").is_some_and(|value| value == "true");
    assert!(!complete, "nothing is left out where CI=true: {why}");
    eprintln!("skipped: {why}");
    None
}
