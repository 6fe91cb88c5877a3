//! Scalars as YAML: plain where that is certain to be read as text, quoted or as a block where not.

/// The longest text that stands in one line with its key.
const LINE: usize = 100;

/// A scalar: beside its key, or in lines below it.
pub(super) enum Scalar {
    Inline(String),
    Block { header: &'static str, lines: Vec<String> },
}

/// Text as a value in a mapping or list, whose lines may stand `indent` deep. Blanks around it say
/// nothing, nor does the way in which a system ends its lines.
pub(super) fn scalar(text: &str, indent: usize) -> Scalar {
    let text = &*text.trim().replace("\r\n", "\n");
    if text.contains('\n') {
        if let Some(lines) = literal(text) {
            return Scalar::Block { header: "|-", lines };
        }
    } else if text.chars().count() > LINE && text.chars().all(is_printable) {
        return Scalar::Block { header: ">-", lines: folded(text, (LINE + 10).saturating_sub(indent).max(40)) };
    }
    Scalar::Inline(inline(text, false))
}

/// Text as a scalar in one line; with `flow`, fit to stand between brackets.
pub fn inline(text: &str, flow: bool) -> String {
    if is_plain(text) && !(flow && text.contains([',', '[', ']', '{', '}', ':', '#'])) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// Whether every reader, of YAML 1.1 too, takes the bare text for text. Careful rather than exact: what is quoted
/// without need does no harm.
fn is_plain(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    // What begins with a digit may be a number, a date, a time; with words after it, it is none.
    let begins = first.is_alphabetic() || first.is_ascii_digit() && text.contains(' ') && has_word(text);
    let word = text.to_ascii_lowercase();
    begins
        && text.trim() == text
        && text.chars().all(is_printable)
        && !text.contains(": ")
        && !text.ends_with(':')
        && !text.contains(" #")
        && !["null", "true", "false", "yes", "no", "on", "off", "y", "n"].contains(&word.as_str())
}

/// Whether a word of three letters or more follows, which no date or time has.
fn has_word(text: &str) -> bool {
    text.split(|c: char| !c.is_alphabetic()).any(|word| word.chars().count() >= 3)
}

/// Whether a character may stand in YAML as it is. A tab may, but looks like blanks.
fn is_printable(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Text between double quotes, everything unprintable escaped.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if is_printable(c) => quoted.push(c),
            c => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
        }
    }
    quoted.push('"');
    quoted
}

/// Several lines as a literal block, if they come back from it as they are.
fn literal(text: &str) -> Option<Vec<String>> {
    // A first line that begins with a blank would set the indentation; blanks at the end of lines get lost in editors.
    let sound = !text.starts_with([' ', '\n'])
        && text.lines().all(|line| line.trim_end() == line && line.chars().all(is_printable));
    sound.then(|| text.split('\n').map(str::to_owned).collect())
}

/// One long line in several, broken at single blanks, where folding puts them back.
fn folded(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut rest = text;
    while !rest.is_empty() {
        // The next word, with all blanks before it if they are several.
        let blanks = rest.len() - rest.trim_start_matches(' ').len();
        let end = rest[blanks..].find(' ').map_or(rest.len(), |at| blanks + at);
        let (word, after) = rest.split_at(end);
        let line = lines.last_mut().expect("there is a first line");
        if blanks == 1 && line.chars().count() + word.chars().count() > width {
            lines.push(word[1..].to_owned());
        } else {
            line.push_str(word);
        }
        rest = after;
    }
    lines
}
