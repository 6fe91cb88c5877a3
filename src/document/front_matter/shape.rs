//! What a line of YAML looks like, by its first characters: enough to find where a part begins when the whole cannot
//! be parsed.

/// Where a line's key ends and its value begins, as offsets into the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyShape {
    /// The end of the key, quotes included.
    pub key_end: usize,
    /// The start of the value, or the end of the line.
    pub value: usize,
}

/// The key that `line` begins with, if it looks like `key: value`.
pub fn key(line: &str) -> Option<KeyShape> {
    let line = line.trim_end();
    let quote = line.chars().next().filter(|c| matches!(c, '"' | '\''));
    let key_end = if let Some(quote) = quote {
        1 + line[1..].find(quote)? + 1
    } else if line.starts_with([' ', '\t', '#', ',', '[', ']', '{', '}', '&', '*', '!', '|', '>', '%', '@', '`'])
        || is_item(line)
    {
        return None;
    } else {
        let end = line
            .match_indices(':')
            .map(|(at, _)| at)
            .find(|at| line[at + 1..].is_empty() || line[at + 1..].starts_with([' ', '\t']))?;
        line[..end].trim_end().len()
    };
    let after = line[key_end..].trim_start();
    let colon = line.len() - after.len();
    let value = after.strip_prefix(':')?;
    if key_end == 0 || line[..key_end].contains(" #") || !(value.is_empty() || value.starts_with([' ', '\t'])) {
        return None;
    }
    Some(KeyShape { key_end, value: colon + 1 + (value.len() - value.trim_start().len()) })
}

/// Whether `line` begins a list's item.
pub fn is_item(line: &str) -> bool {
    line.strip_prefix('-').is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}

/// Whether a line says nothing.
pub fn is_blank(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

/// The offset of the value in a line: after its indentation, its dashes and its key.
pub fn value(line: &str) -> usize {
    let mut at = line.len() - line.trim_start().len();
    while is_item(&line[at..]) {
        at += 1;
        at += line[at..].len() - line[at..].trim_start().len();
    }
    at + key(&line[at..]).map_or(0, |shape| shape.value)
}
