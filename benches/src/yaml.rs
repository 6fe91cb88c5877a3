//! Writes front matter as a person would: plain where it can be, quoted where it must be, folded where it is long.

use std::fmt::{Display, Write};

/// Front matter in the making.
#[derive(Debug)]
pub struct Yaml {
    text: String,
    depth: usize,
    /// The next line opens an item of a list.
    dash: bool,
}

impl Yaml {
    /// An opened block.
    pub fn new() -> Self {
        Self { text: "---\n".to_owned(), depth: 0, dash: false }
    }

    /// Closes the block and gives the text, to which the body is appended.
    pub fn finish(mut self) -> String {
        self.text.push_str("---\n\n");
        self.text
    }

    /// A number, a date, a slug or a word of an enumeration: what never needs quotes.
    pub fn bare(&mut self, key: &str, value: impl Display) {
        self.key(key);
        writeln!(self.text, " {value}").expect("writing to a string");
    }

    /// A text.
    pub fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        if value.len() > 96 {
            self.text.push_str(" >-");
            let indent = "  ".repeat(self.depth + 1);
            let mut column = usize::MAX;
            for word in value.split(' ') {
                if column.saturating_add(word.len()) > 100 {
                    self.text.push('\n');
                    self.text.push_str(&indent);
                    column = 0;
                } else {
                    self.text.push(' ');
                }
                self.text.push_str(word);
                column += word.len() + 1;
            }
            self.text.push('\n');
        } else {
            self.text.push(' ');
            scalar(&mut self.text, value);
            self.text.push('\n');
        }
    }

    /// A list of short texts on one line.
    pub fn words<T: AsRef<str>>(&mut self, key: &str, values: &[T]) {
        self.key(key);
        self.text.push_str(" [");
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                self.text.push_str(", ");
            }
            if value.as_ref().contains([',', '[', ']', '{', '}']) {
                quoted(&mut self.text, value.as_ref());
            } else {
                scalar(&mut self.text, value.as_ref());
            }
        }
        self.text.push_str("]\n");
    }

    /// A mapping.
    pub fn mapping(&mut self, key: &str, fill: impl FnOnce(&mut Self)) {
        self.key(key);
        self.text.push('\n');
        self.depth += 1;
        fill(self);
        self.depth -= 1;
    }

    /// A list of mappings, one call of `fill` for each.
    pub fn list<T>(&mut self, key: &str, items: impl IntoIterator<Item = T>, mut fill: impl FnMut(&mut Self, T)) {
        self.key(key);
        self.text.push('\n');
        self.depth += 2;
        for item in items {
            self.dash = true;
            fill(self, item);
        }
        self.depth -= 2;
    }

    fn key(&mut self, key: &str) {
        if self.dash {
            self.dash = false;
            self.text.push_str(&"  ".repeat(self.depth - 1));
            self.text.push_str("- ");
        } else {
            self.text.push_str(&"  ".repeat(self.depth));
        }
        self.text.push_str(key);
        self.text.push(':');
    }
}

impl Default for Yaml {
    fn default() -> Self {
        Self::new()
    }
}

fn scalar(out: &mut String, value: &str) {
    let plain = value.starts_with(char::is_alphanumeric)
        && !value.contains(": ")
        && !value.contains(" #")
        && !value.ends_with(':')
        && !matches!(value, "true" | "false" | "null");
    if plain {
        out.push_str(value);
    } else {
        quoted(out, value);
    }
}

fn quoted(out: &mut String, value: &str) {
    out.push('"');
    for letter in value.chars() {
        if matches!(letter, '"' | '\\') {
            out.push('\\');
        }
        out.push(letter);
    }
    out.push('"');
}
