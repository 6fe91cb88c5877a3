//! `[site] repository`: where files are changed at the repository's host.

use super::Checkout;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stays as it is in an address's path.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// A repository at a host that lets people edit files in the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    home: String,
    gitlab: bool,
    branch: Option<String>,
    /// The knowledge base's folder in it: nothing, or a path with a slash at its end.
    folder: String,
}

impl Repository {
    /// Reads the address of a repository, as it is cloned from or looked at in a browser: with
    /// `/tree/<branch>/<folder>` it says where in it the knowledge base is.
    pub fn parse(address: &str) -> Option<Self> {
        let (scheme, rest) = address.split_once("://").filter(|(scheme, _)| matches!(*scheme, "https" | "http"))?;
        let rest = rest.trim_end_matches('/');
        let host = rest.split('/').next()?;
        let gitlab = host.contains("gitlab");
        let (home, place) = match rest.split_once(if gitlab { "/-/tree/" } else { "/tree/" }) {
            Some((home, place)) => (home, Some(place)),
            None => (rest.strip_suffix(".git").unwrap_or(rest), None),
        };
        // A host alone has no files.
        home.split_once('/').filter(|(_, path)| path.contains('/'))?;
        let (branch, folder) = match place.map(|place| place.split_once('/').unwrap_or((place, ""))) {
            Some((branch, folder)) => (Some(branch.to_owned()), folder),
            None => (None, ""),
        };
        let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        Some(Self { home: format!("{scheme}://{home}"), gitlab, branch, folder })
    }

    /// The same, with what the checkout on disk tells of branch and folder where the address says nothing.
    #[must_use]
    pub fn at(mut self, checkout: Option<&Checkout>) -> Self {
        if let (None, Some(checkout)) = (&self.branch, checkout) {
            self.branch = Some(utf8_percent_encode(&checkout.branch, PLAIN).to_string());
            self.folder = utf8_percent_encode(&checkout.prefix, PLAIN).to_string();
        }
        self
    }

    /// The host's name.
    pub fn host(&self) -> &'static str {
        if self.gitlab { "GitLab" } else { "GitHub" }
    }

    /// The address that edits the file at a path from the root.
    pub fn edit(&self, path: &str) -> String {
        let path = utf8_percent_encode(path, PLAIN);
        format!("{}/edit/{}/{}{path}", self.actions(), self.branch(), self.folder)
    }

    /// The address that begins a new file; the name and the text of the file are to be put behind it.
    pub fn begin(&self) -> Begin {
        // As GitLab's view of a new file reads them (`app/views/projects/blob/_editor.html.haml`), and GitHub's.
        let (name, text) = if self.gitlab { ("file_name", "content") } else { ("filename", "value") };
        Begin { page: format!("{}/new/{}", self.actions(), self.branch()), folder: self.folder.clone(), name, text }
    }

    fn actions(&self) -> String {
        if self.gitlab { format!("{}/-", self.home) } else { self.home.clone() }
    }

    fn branch(&self) -> &str {
        self.branch.as_deref().unwrap_or("main")
    }
}

/// How a new file is begun at the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begin {
    /// The page.
    pub page: String,
    /// What comes before the path.
    pub folder: String,
    /// The name of the parameter with the path.
    pub name: &'static str,
    /// The name of the parameter with the text.
    pub text: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_where_files_are_edited() {
        let edit = |address: &str| Repository::parse(address).map(|repository| repository.edit("content/a b.md"));
        for (address, expected) in [
            ("https://github.com/acme/kb", Some("https://github.com/acme/kb/edit/main/content/a%20b.md")),
            ("https://github.com/acme/kb.git", Some("https://github.com/acme/kb/edit/main/content/a%20b.md")),
            ("https://github.com/acme/kb/tree/trunk", Some("https://github.com/acme/kb/edit/trunk/content/a%20b.md")),
            (
                "https://github.com/acme/kb/tree/x/docs/kb",
                Some("https://github.com/acme/kb/edit/x/docs/kb/content/a%20b.md"),
            ),
            (
                "https://gitlab.acme.example/a/b/kb/",
                Some("https://gitlab.acme.example/a/b/kb/-/edit/main/content/a%20b.md"),
            ),
            ("https://gitlab.com/a/kb/-/tree/dev/kb", Some("https://gitlab.com/a/kb/-/edit/dev/kb/content/a%20b.md")),
            ("https://github.com", None),
            ("git@github.com:acme/kb", None),
        ] {
            assert_eq!(edit(address).as_deref(), expected, "{address}");
        }
        let checkout = Checkout { branch: "a/b".to_owned(), prefix: "kb/".to_owned() };
        let at = Repository::parse("https://github.com/acme/kb").map(|found| found.at(Some(&checkout)).edit("x.md"));
        assert_eq!(at.as_deref(), Some("https://github.com/acme/kb/edit/a/b/kb/x.md"));
    }
}
