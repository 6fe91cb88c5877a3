//! Paths as the reader sees them.

use std::borrow::Cow;
use std::path::Path;

/// Turns paths from the project's root into paths from the working directory, so that an editor, a shell and GitHub
/// all find the file.
#[derive(Clone, Debug, Default)]
pub struct Paths {
    /// Stands before every path: the way from the working directory down (or over) to the root.
    prefix: String,
    /// The folders from the root down to the working directory.
    inside: Vec<String>,
}

impl Paths {
    /// For a reader who stands in `cwd`.
    pub fn new(root: &Path, cwd: &Path) -> Self {
        let parts = |path: &Path| -> Vec<String> {
            path.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect()
        };
        if let Ok(inside) = cwd.strip_prefix(root) {
            return Self { prefix: String::new(), inside: parts(inside) };
        }
        let mut prefix = match root.strip_prefix(cwd) {
            Ok(below) => parts(below).join("/"),
            Err(_) => root.to_string_lossy().replace('\\', "/"),
        };
        if !prefix.ends_with('/') {
            prefix.push('/');
        }
        Self { prefix, inside: Vec::new() }
    }

    /// A path from the root, seen from the working directory.
    pub fn show<'a>(&self, path: &'a str) -> Cow<'a, str> {
        if !self.prefix.is_empty() {
            return Cow::Owned(format!("{}{path}", self.prefix));
        }
        let mut rest = path;
        let mut common = 0;
        for folder in &self.inside {
            match rest.strip_prefix(folder.as_str()).and_then(|rest| rest.strip_prefix('/')) {
                Some(below) => rest = below,
                None => break,
            }
            common += 1;
        }
        match self.inside.len() - common {
            0 => Cow::Borrowed(rest),
            up => Cow::Owned("../".repeat(up) + rest),
        }
    }
}
