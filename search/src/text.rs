//! Text to words: the same for what is indexed, what is asked, and what is marked.
//!
//! A word is a run of letters and digits in any script, folded: lower case, Latin and Greek accents dropped, ligatures
//! spelled out. Chinese, Japanese and Korean text has no spaces to go by, so its words are pairs of neighbouring
//! characters. Nothing here depends on a language; stems do, and stand in [`crate::stem`].

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// A word and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// Folded.
    pub(crate) text: String,
    /// Where in the source, in bytes.
    pub(crate) range: Range<usize>,
    /// Which word of the source it is, from 0.
    pub(crate) position: u32,
    /// Written in capitals alone: `IT`, which is not the pronoun.
    pub(crate) acronym: bool,
    /// A pair of (or a lone) Chinese, Japanese or Korean characters.
    pub(crate) pair: bool,
}

/// Longer "words" are no words: encoded data, rules made of dashes. Cut there.
const LONGEST: usize = 64;

/// The words of a text, in order.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::with_capacity(text.len() / 6);
    words.extend(each_word(text));
    words
}

/// The same, one by one.
pub(crate) fn each_word(text: &str) -> impl Iterator<Item = Word> {
    let mut position = 0;
    Places::of(text).filter_map(move |Place { range, pair }| {
        let (folded, acronym) = fold_word(&text[range.clone()])?;
        position += 1;
        Some(Word { text: folded, range, position: position - 1, acronym, pair })
    })
}

/// Where a word stands that is still to be folded.
pub(crate) struct Place {
    /// In bytes.
    pub(crate) range: Range<usize>,
    /// As in [`Word`].
    pub(crate) pair: bool,
}

/// The places of a text's words, in order.
pub(crate) struct Places<'a> {
    text: &'a str,
    at: usize,
    /// Whether the character at `at` was the second of a pair, and so needs none of its own.
    in_run: bool,
}

impl<'a> Places<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        Self { text, at: 0, in_run: false }
    }

    /// The character at `at`.
    fn character(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }
}

impl Iterator for Places<'_> {
    type Item = Place;

    fn next(&mut self) -> Option<Place> {
        loop {
            self.at += self.text.as_bytes()[self.at..].iter().take_while(|byte| is_gap(**byte)).count();
            let (start, first) = (self.at, self.character()?);
            if let Some(end) = plain_end(self.text, start) {
                self.at = end;
                return Some(Place { range: start..end, pair: false });
            }
            if is_unspaced(first) {
                self.at += first.len_utf8();
                let second = self.character().filter(|character| is_unspaced(*character));
                let alone = !std::mem::replace(&mut self.in_run, second.is_some());
                if second.is_some() || alone {
                    let end = self.at + second.map_or(0, char::len_utf8);
                    return Some(Place { range: start..end, pair: true });
                }
            } else if first.is_alphanumeric() {
                while let Some(character) = self.character() {
                    let joins = !is_unspaced(character)
                        && (character.is_alphanumeric()
                            || is_combining_mark(character)
                            || joins_around(self.text, self.at, character));
                    if !joins {
                        break;
                    }
                    self.at += character.len_utf8();
                }
                return Some(Place { range: start..self.at, pair: false });
            } else {
                self.at += first.len_utf8();
            }
        }
    }
}

/// Where a run of plain letters and digits from `start` ends, if it is one and nothing that could belong to the word
/// follows. Most words are such, and need no look at Unicode: this runs over all that is indexed.
fn plain_end(text: &str, start: usize) -> Option<usize> {
    let rest = &text.as_bytes()[start..];
    let length = rest.iter().take_while(|byte| is_plain(**byte)).count();
    let ends = rest.get(length).is_none_or(|next| next.is_ascii() && !matches!(next, b'\'' | b'.' | b','));
    (ends && length > 0).then_some(start + length)
}

/// Whether a byte is a plain letter or digit. Looked up, because every byte of what is indexed is asked for.
fn is_plain(byte: u8) -> bool {
    const PLAIN: [bool; 256] = {
        let mut plain = [false; 256];
        let mut byte = 0;
        while byte < 0x80 {
            plain[byte] = (byte as u8).is_ascii_alphanumeric();
            byte += 1;
        }
        plain
    };
    PLAIN[usize::from(byte)]
}

/// Whether a byte is a character that is part of no word.
fn is_gap(byte: u8) -> bool {
    byte < 0x80 && !is_plain(byte)
}

fn is_acronym(source: &str) -> bool {
    source.len() > 1 && source.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// A word, folded, and whether it is written in capitals alone; `None` where nothing is left of it.
pub(crate) fn fold_word(source: &str) -> Option<(String, bool)> {
    let mut folded = fold(source);
    if let Some(owner) = folded.strip_suffix("'s") {
        folded.truncate(owner.len());
    }
    folded.retain(|character| !matches!(character, '\'' | ','));
    if folded.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|end| folded.is_char_boundary(*end)).unwrap_or(0);
        folded.truncate(end);
    }
    (!folded.is_empty()).then(|| (folded, is_acronym(source)))
}

/// Scripts written without spaces between words, or (Korean) with particles grown onto them.
fn is_unspaced(character: char) -> bool {
    matches!(character,
        '\u{3041}'..='\u{30ff}' // hiragana, katakana
        | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' // han
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}'
        | '\u{1100}'..='\u{11ff}' // hangul
        | '\u{3130}'..='\u{318f}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{ff66}'..='\u{ff9f}') // half-width katakana
        && !matches!(character, '\u{30fb}' | '\u{30a0}')
}

/// An apostrophe between letters and a point or comma between digits belong to the word: O'Brien, 99.9, 1,200.
fn joins_around(text: &str, at: usize, character: char) -> bool {
    let before = text[..at].chars().next_back();
    let after = text[at + character.len_utf8()..].chars().next();
    let both = |test: fn(char) -> bool| before.is_some_and(test) && after.is_some_and(test);
    match character {
        '\'' | '\u{2019}' => both(char::is_alphabetic),
        '.' | ',' => both(|character| character.is_ascii_digit()),
        _ => false,
    }
}

/// Lower case without accents: `Zoë Łukasz` is `zoe lukasz`, `Straße` is `strasse`.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for character in text.nfkc().flat_map(char::to_lowercase) {
        match character {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'þ' => folded.push_str("th"),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            '\u{2019}' => folded.push('\''),
            _ if is_combining_mark(character) && folded.chars().next_back().is_none_or(loses_marks) => {}
            _ => {
                let mut base = character;
                let mut first = true;
                decompose_canonical(character, |part| {
                    if first {
                        base = part;
                        first = false;
                    }
                });
                folded.push(if loses_marks(base) { base } else { character });
            }
        }
    }
    folded
}

/// Whether a letter is the same letter without its accent. Not so in Cyrillic (`й` is not `и`), the scripts of India,
/// or Korean, whose syllables decompose too.
fn loses_marks(base: char) -> bool {
    matches!(base, 'a'..='z' | 'α'..='ω' | '\u{0250}'..='\u{02af}')
}

/// A text as search compares it: its words in lower case without accents, a space between them. Empty where it has none.
pub fn folded(text: &str) -> String {
    words(text).into_iter().map(|word| word.text).collect::<Vec<_>>().join(" ")
}

/// A value of a field as it is compared: `Dana Whitfield`, `dana-whitfield` and `dana_whitfield` are one.
pub(crate) fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    let mut gap = false;
    for character in fold(text).chars() {
        if character.is_alphanumeric() || is_combining_mark(character) {
            if gap && !slug.is_empty() {
                slug.push('-');
            }
            gap = false;
            slug.push(character);
        } else {
            gap = true;
        }
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn words_are_folded_runs_of_letters_and_digits() {
        assert_eq!(texts("Dana Whitfield's SSO (Okta, SAML-2.0)"), ["dana", "whitfield", "sso", "okta", "saml", "2.0"]);
        assert_eq!(texts("O’Brien paid 1,200.50 at_risk don't"), ["obrien", "paid", "1200.50", "at", "risk", "dont"]);
        assert_eq!(texts("  -- … !"), [""; 0]);
    }

    #[test]
    fn accents_go_where_they_are_only_accents() {
        assert_eq!(fold("Zoë Łukasz Müller Straße Ærø Ñandú"), "zoe lukasz muller strasse aero nandu");
        assert_eq!(fold("Zoe\u{308}"), "zoe");
        assert_eq!(fold("Андрей"), "андрей");
        assert_eq!(fold("Ελλάς"), "ελλασ");
        assert_eq!(fold("Ｆｕｌｌ"), "full");
    }

    #[test]
    fn unspaced_scripts_become_pairs() {
        assert_eq!(texts("東京都のSSO導入"), ["東京", "京都", "都の", "sso", "導入"]);
        assert_eq!(texts("한국어 지원"), ["한국", "국어", "지원"]);
        assert_eq!(texts("猫"), ["猫"]);
    }

    #[test]
    fn words_know_where_they_stand() {
        for text in ["Zoë paid €12, twice", "東京都 is big", "a'b c's d.e 1.2"] {
            for word in words(text) {
                assert_eq!(fold(&text[word.range.clone()]).replace(['\'', ','], "").replace("cs", "c"), word.text);
            }
        }
    }

    #[test]
    fn slugs_forgive_case_accents_and_separators() {
        assert_eq!(slug("Dána  Whitfield"), "dana-whitfield");
        assert_eq!(slug("at_risk"), slug("At risk"));
        assert_eq!(slug("…"), "");
    }
}
