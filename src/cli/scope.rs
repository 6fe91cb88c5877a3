//! What `PATH` arguments mean: the part of a knowledge base that is reported on.

use super::{Context, Failure};
use crate::diagnostic::nearest;
use std::path::{Component, Path, PathBuf};

/// The files and folders that were asked for, as paths from the root. None of them: everything.
#[derive(Debug)]
pub(super) struct Scope(Vec<String>);

impl Scope {
    /// Finds each path. One that does not exist is a slip worth naming, not an empty result that looks clean.
    pub(super) fn new(paths: &[PathBuf], root: &Path, context: &Context) -> Result<Self, Failure> {
        let mut found = Vec::new();
        let named = plain(root);
        for path in paths {
            let full = plain(&context.cwd.join(path));
            if !full.exists() {
                let failure = Failure::new(format!("{} does not exist", path.display()));
                return Err(match neighbour(&full, path) {
                    Some(near) => failure.help(format!("did you mean {}?", near.display())),
                    None => failure.help("paths are files and folders, seen from the working directory"),
                });
            }
            let inside = full.strip_prefix(&named).map(Path::to_path_buf).or_else(|_| {
                // Reached over a symbolic link, perhaps.
                let real = |path: &Path| {
                    path.canonicalize().map_err(|error| Failure::new(format!("{}: {error}", path.display())))
                };
                real(&full)?.strip_prefix(real(root)?).map(Path::to_path_buf).map_err(|_| {
                    Failure::new(format!("{} is outside the knowledge base", path.display()))
                        .help(format!("its root is {}", root.display()))
                })
            })?;
            let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
            if parts.is_empty() {
                return Ok(Self(Vec::new()));
            }
            found.push(parts.join("/"));
        }
        Ok(Self(found))
    }

    /// Whether the file at a path from the root is reported on.
    pub(super) fn holds(&self, path: &str) -> bool {
        let below = |asked: &String| {
            path.strip_prefix(asked.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.0.is_empty() || self.0.iter().any(below)
    }
}

/// The path without `.` and `..`. Symbolic links stay: a linked file is reported under the name it was asked for.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// What stands beside a path that does not exist and has nearly its name.
fn neighbour(full: &Path, typed: &Path) -> Option<PathBuf> {
    let name = full.file_name()?.to_str()?;
    let entries = full.parent()?.read_dir().ok()?;
    let names: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    let near = nearest(name, names.iter().map(String::as_str))?;
    Some(typed.with_file_name(near))
}
