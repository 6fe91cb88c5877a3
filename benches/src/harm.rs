//! Does harm to files, as editors, merges and hurried people do, and worse: what reads them must stand it.

use crate::random::Random;

/// Pieces that mean something to YAML, to Markdown, or to those who decode text.
const PIECES: [&str; 62] = [
    ": ",
    "- ",
    "? ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "\"",
    "'",
    "|",
    ">-",
    "&a ",
    "*a",
    "<<: *a",
    "!!binary ",
    "!x ",
    "#",
    " #",
    "%",
    "@",
    "`",
    "---",
    "\n---\n",
    "...",
    "\n...\n",
    "\t",
    "\r",
    "\r\n",
    "\u{feff}",
    "\0",
    "\u{2028}",
    "\u{85}",
    "é",
    "e\u{301}",
    "😀",
    "\u{202e}",
    "[[",
    "]]",
    "[[|]]",
    "[[#x]]",
    "[[a|b|c]]",
    "![[x]]",
    "](",
    "[x]: <",
    "<!--",
    "<script>",
    "</p>",
    "&amp;",
    "```",
    "~~~\n",
    "$$",
    "**",
    "_",
    "~~",
    "[^1]",
    "\n[^1]: ",
    "\n| a |\n| - |\n",
    "\n- [ ] ",
    "\\",
    "\n\n    ",
    "{{ x }}",
];

/// Values that are wrong nearly everywhere.
const VALUES: [&str; 40] = [
    "",
    "~",
    "null",
    "true",
    "no",
    "[]",
    "{}",
    "[[]]",
    "[a, [b, {c: d}]]",
    "{a: {b: [c]}}",
    "0",
    "-1",
    "1e999",
    ".nan",
    "0x1F",
    "0o17",
    "99999999999999999999999999",
    "1.5",
    "2026-02-30",
    "2026-13-01",
    "0000-00-00",
    "-9999-01-01",
    "9999-12-31",
    "2026-11-23T10:00:00Z",
    "tbd",
    "N/A",
    "none",
    "...",
    "lorem ipsum dolor",
    "javascript:alert(1)",
    "https://",
    "//x",
    "{unknown: {ask: nobody, by: 2026-12-01}}",
    "{unknown: {ask: , by: soon}}",
    "{unknown: x}",
    "&a [*a, *a]",
    "*nowhere",
    "|\n  two\n lines",
    ">+9\n x",
    "\"\\ud800 \\x\"",
];

/// One to four kinds of harm to `text`. What comes out may not even be UTF-8.
pub fn harm(text: &[u8], random: &mut Random) -> Vec<u8> {
    let mut text = text.to_vec();
    for _ in 0..random.between(1, 4) {
        once(&mut text, random);
    }
    text
}

fn once(text: &mut Vec<u8>, random: &mut Random) {
    let at = random.below(text.len() + 1);
    match random.below(16) {
        0 => text.truncate(at),
        1 => drop(text.drain(..at)),
        2 => {
            if let Some(byte) = text.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
        }
        3..6 => insert(text, at, random.pick(&PIECES).as_bytes()),
        6..9 => line(text, at, random, |line, random| {
            let key = line.iter().position(|&byte| byte == b':').map_or(line.len(), |colon| colon + 1);
            [&line[..key], b" ", random.pick(&VALUES).as_bytes()].concat()
        }),
        9 => line(text, at, random, |_, _| Vec::new()),
        10 => line(text, at, random, |line, _| [line, b"\n", line].concat()),
        11 => line(text, at, random, |line, random| [&b"            "[..random.between(1, 12)], line].concat()),
        12 => line(text, at, random, |line, _| line.trim_ascii_start().to_vec()),
        13 => line(text, at, random, |line, random| {
            // A slip of the fingers: two neighbours change places.
            let mut line = line.to_vec();
            if line.len() > 1 {
                let slip = random.below(line.len() - 1);
                line.swap(slip, slip + 1);
            }
            line
        }),
        14 => {
            *text = text.iter().flat_map(|&byte| if byte == b'\n' { vec![b'\r', b'\n'] } else { vec![byte] }).collect();
        }
        _ => {
            let many = random
                .pick(&["[", "{a: ", "- ", "> ", "*", "[[", "(", "<b>", "  ", "`", "| ", "![", "# ", "&a ", "\u{301}"]);
            let times = random.between(2, 3_000);
            insert(text, at, many.repeat(times).as_bytes());
        }
    }
}

fn insert(text: &mut Vec<u8>, at: usize, piece: &[u8]) {
    text.splice(at..at, piece.iter().copied());
}

/// Changes the line around `at`.
fn line(text: &mut Vec<u8>, at: usize, random: &mut Random, change: impl FnOnce(&[u8], &mut Random) -> Vec<u8>) {
    let start = text[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
    let end = text[at..].iter().position(|&byte| byte == b'\n').map_or(text.len(), |length| at + length);
    let changed = change(&text[start..end], random);
    text.splice(start..end, changed);
}
