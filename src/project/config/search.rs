//! `[search]`: the language of the text, and the words that mean the same.

use super::{Project, Reader, Value, span};
use crate::diagnostic::{Diagnostic, nearest, rules};
use segue_search::{Language, folded};
use std::collections::BTreeMap;

impl Reader {
    pub(super) fn search(&mut self, value: Value<'_, '_>, project: &mut Project) {
        let Some(table) = self.table(value, "search") else { return };
        for (key, value) in table {
            match &**key.get_ref() {
                "language" => self.language(value, project),
                "synonyms" => self.synonyms(value, project),
                name => self.unknown_key(span(key), name, "search", &["language", "synonyms"]),
            }
        }
    }

    fn language(&mut self, value: Value<'_, '_>, project: &mut Project) {
        let Some(name) = self.text(value, "search.language") else { return };
        if let Some(language) = Language::from_name(name) {
            project.language = language;
            return;
        }
        let known: Vec<String> = Language::ALL.iter().map(|language| format!("`{}`", language.name())).collect();
        let message = format!("there is no stemming for `{name}`");
        let mut diagnostic = Diagnostic::new(&rules::CONFIG_VALUE, self.file, span(value), message)
            .field("search.language")
            .expected(format!("one of {}", known.join(", ")))
            .help("`none` leaves words as they are written. Chinese, Japanese and Korean are found in every language.");
        if let Some(near) = nearest(name, Language::ALL.iter().map(|language| language.name())) {
            diagnostic = diagnostic.suggest(span(value), format!("\"{near}\""));
        }
        self.diagnostics.push(diagnostic);
    }

    /// A word stands in one group and once: in two groups it would mean what either says, and the groups not each other.
    fn synonyms(&mut self, value: Value<'_, '_>, project: &mut Project) {
        const GROUP: &str = "a list of two or more, such as `[\"SSO\", \"single sign-on\", \"SAML\"]`";
        let path = "search.synonyms";
        let Some(groups) = value.get_ref().as_array() else {
            self.value(value, path, "a list of lists of words that mean the same: `[[\"SSO\", \"SAML\"]]`");
            return;
        };
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        for (number, group) in groups.iter().enumerate() {
            let Some(members) = group.get_ref().as_array() else {
                self.value(group, path, GROUP);
                continue;
            };
            let mut words: Vec<String> = Vec::new();
            for member in members {
                let Some(text) = self.text(member, path) else { continue };
                let same = folded(text);
                if same.is_empty() {
                    self.value(member, path, "a word or a phrase: something with a letter or a digit in it");
                } else if let Some(other) = known.insert(same, number) {
                    let (message, help) = if other == number {
                        (
                            format!("`{text}` stands in this group twice"),
                            "Case, accents and hyphens make no difference.",
                        )
                    } else {
                        (format!("`{text}` stands in two groups"), "Make one group of the two, or leave it out of one.")
                    };
                    self.diagnostics.push(
                        Diagnostic::new(&rules::CONFIG_VALUE, self.file, span(member), message).field(path).help(help),
                    );
                } else {
                    words.push(text.to_owned());
                }
            }
            if members.len() < 2 {
                self.report(&rules::CONFIG_VALUE, span(group), path, "a word alone has no synonym".to_owned(), GROUP);
            } else if words.len() > 1 {
                project.synonyms.push(words);
            }
        }
    }
}
