//! Edits as people make them, and the pages that show them.

use crate::corpus;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A way of editing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// Words in the text below the front matter.
    Text,
    /// The status of a promise.
    Status,
    /// What a stakeholder thinks of it.
    Sentiment,
    /// One more stakeholder.
    Stakeholder,
    /// The title, which lists and other pages show.
    Title,
    /// The account's name, which many pages show.
    Account,
    /// A new handoff.
    Handoff,
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Text, Self::Status, Self::Sentiment, Self::Stakeholder, Self::Title, Self::Account, Self::Handoff];

    /// What is edited, in a few words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "words in the text",
            Self::Status => "a promise’s status",
            Self::Sentiment => "a stakeholder’s sentiment",
            Self::Stakeholder => "one more stakeholder",
            Self::Title => "a handoff’s title",
            Self::Account => "an account’s name",
            Self::Handoff => "a new handoff",
        }
    }
}

/// What is to be written, and where it is to be seen.
pub(super) struct Edit {
    pub(super) file: PathBuf,
    pub(super) text: String,
    /// Words that pages show then and did not show before.
    pub(super) mark: String,
    /// The pages that show it.
    pub(super) pages: Vec<String>,
}

impl Edit {
    pub(super) fn is_shown(&self, answer: &str) -> bool {
        answer.starts_with("HTTP/1.1 200") && answer.contains(&self.mark)
    }
}

/// The `at`th edit: of a handoff's file, or of what belongs to it.
pub(super) fn make(root: &Path, handoff: &Path, way: Way, at: usize) -> io::Result<Edit> {
    let read = |path: &Path| fs::read_to_string(path).map_err(|error| corpus::at(path, &error));
    let text = read(handoff)?;
    let slug = handoff.file_stem().map_or(String::new(), |stem| stem.to_string_lossy().into_owned());
    let page = format!("/handoffs/{slug}/");
    let account = text.lines().find_map(|line| line.strip_prefix("account: ")).unwrap_or_default().to_owned();
    let account_page = format!("/accounts/{account}/");
    let mark = format!("Edit {at} of the bench");
    let edit = |text: String, pages: &[&str]| Edit {
        file: handoff.to_owned(),
        text,
        mark: mark.clone(),
        pages: pages.iter().map(|page| (*page).to_owned()).collect(),
    };
    Ok(match way {
        Way::Text => {
            let kept = text.split("\n\nEdit ").next().unwrap_or(&text).trim_end();
            edit(format!("{kept}\n\n{mark}.\n"), &[&page])
        }
        // The words beside the answer change with it, so that the page can be told from the one before.
        Way::Status => {
            let text = set(&text, "    status: ", if at.is_multiple_of(2) { "at_risk" } else { "open" });
            edit(set(&text, "  - what: ", &mark), &[&page, &account_page])
        }
        Way::Sentiment => {
            let text = set(&text, "    sentiment: ", if at.is_multiple_of(2) { "negative" } else { "positive" });
            edit(set(&text, "    cares_about: ", &mark), &[&page])
        }
        Way::Stakeholder => {
            let person = format!("/stakeholders/edit-{at}-of-the-bench/");
            // The one of an earlier round goes, as somebody goes who was entered by mistake.
            let entry = format!("stakeholders:\n  - name: {mark}\n    title: Analyst\n    roles: [end_user]\n");
            let text = match text.split_once("stakeholders:\n  - name: Edit ") {
                Some((before, rest)) => {
                    let after = rest.split_once("    roles: [end_user]\n").map_or("", |(_, after)| after);
                    format!("{before}{entry}{after}")
                }
                None => text.replacen("stakeholders:\n", &entry, 1),
            };
            edit(text, &[&page, &person, &account_page])
        }
        Way::Title => {
            let text = if text.lines().any(|line| line.starts_with("title: ")) {
                set(&text, "title: ", &mark)
            } else {
                text.replacen("---\n", &format!("---\ntitle: {mark}\n"), 1)
            };
            edit(text, &[&page, &account_page])
        }
        Way::Account => {
            let file = root.join("content/accounts").join(format!("{account}.md"));
            let text = set(&read(&file)?, "name: ", &mark);
            Edit { file, ..edit(text, &[&account_page, &page]) }
        }
        Way::Handoff => {
            let slug = format!("edit-{at}-of-the-bench");
            let file = root.join("content/handoffs").join(format!("{slug}.md"));
            let text = set(&text, "  opportunity_id: ", &format!("9000{at}"));
            let untitled: Vec<&str> = text.lines().filter(|line| !line.starts_with("title: ")).collect();
            let text = untitled.join("\n").replacen("---\n", &format!("---\ntitle: {mark}\n"), 1) + "\n";
            Edit { file, ..edit(text, &[&format!("/handoffs/{slug}/"), &account_page]) }
        }
    })
}

/// The text with another answer in the first line that begins so.
fn set(text: &str, begins: &str, answer: &str) -> String {
    let Some(at) = text.find(&format!("\n{begins}")).map(|at| at + 1 + begins.len()) else { return text.to_owned() };
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    format!("{}{answer}{}", &text[..at], &text[end..])
}
