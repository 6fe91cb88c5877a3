//! What was typed becomes what is asked. Nothing is refused: what makes no sense is taken as words, with a hint.

use std::ops::Range;

use crate::record::Day;
use crate::schema::ColumnContent;
use crate::stem::Stems;
use crate::text;

/// What is asked.
#[derive(Debug, Default)]
pub(crate) struct Query {
    /// Plain words, in order.
    pub(crate) words: Vec<Asked>,
    /// Phrases every hit holds.
    pub(crate) phrases: Vec<Vec<Asked>>,
    /// Words and phrases no hit holds.
    pub(crate) without: Vec<Vec<Asked>>,
    /// Values hits must have (or not have), by field.
    pub(crate) values: Vec<AskedValue>,
    /// Bounds hits must lie in (or not lie in), by field.
    pub(crate) bounds: Vec<AskedBound>,
    /// What could not be understood.
    pub(crate) hints: Vec<String>,
}

/// A word of the query.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "four independent marks of a word, not a state")]
pub(crate) struct Asked {
    pub(crate) text: String,
    pub(crate) stem: Box<str>,
    /// A function word among others that aren't: it may help, it is not needed.
    pub(crate) optional: bool,
    /// An aside or a function word among so much else that it is not looked for, except as part of a name.
    pub(crate) silent: bool,
    /// It may be the beginning of a word, since it is still being typed.
    pub(crate) open: bool,
    /// Written with a `+`: every hit holds it.
    pub(crate) required: bool,
    /// How many words after the first of its phrase it stands.
    pub(crate) offset: u32,
    /// Where it stands in the query.
    pub(crate) range: Range<usize>,
}

/// `field:value`.
#[derive(Clone, Debug)]
pub(crate) struct AskedValue {
    pub(crate) field: String,
    pub(crate) value: String,
    pub(crate) negated: bool,
    /// It may be the beginning of a value.
    pub(crate) open: bool,
    /// Typed, and so perhaps mistyped.
    pub(crate) typed: bool,
}

impl AskedValue {
    /// A value that was chosen, not typed.
    pub(crate) fn chosen(field: &str, value: &str) -> AskedValue {
        AskedValue { field: field.to_owned(), value: value.to_owned(), negated: false, open: false, typed: false }
    }
}

/// `field:<value`, inclusive on both ends.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct AskedBound {
    pub(crate) field: String,
    pub(crate) low: i64,
    pub(crate) high: i64,
    pub(crate) negated: bool,
}

/// The fields an index has.
pub(crate) type KnownFields<'a> = &'a [(String, ColumnContent)];

/// With this many telling words a query is a question: what it is about is clear without its asides and
/// function words.
const QUESTION: usize = 3;

/// Reads a query. `typing`: its last word may be incomplete.
#[inline(never)]
pub(crate) fn parse(source: &str, typing: bool, fields: KnownFields<'_>, stems: &mut Stems) -> Query {
    let mut parser = Parser { source, typing, fields, stems, query: Query::default() };
    for token in tokens(source) {
        parser.token(&token);
    }
    let mut query = parser.query;
    // Asides were read as silent; what is left says whether they are.
    let question = query.words.iter().filter(|word| !word.optional && !word.silent).count() >= QUESTION;
    for word in &mut query.words {
        word.silent = question && (word.silent || word.optional) && !word.required && !word.open;
    }
    if query.words.iter().all(|word| word.optional) {
        query.words.iter_mut().for_each(|word| word.optional = false);
    }
    query
}

/// A run of the query up to white space, quotes taken as a whole.
#[derive(Debug, Default, PartialEq, Eq)]
struct Token {
    /// `-` or `+`, where one stands before it.
    sign: Option<char>,
    /// What stands before the colon.
    field: Option<String>,
    text: Range<usize>,
    quoted: bool,
    /// Nothing comes after it, not even a space or a closing quote.
    last: bool,
}

const QUOTES: [char; 5] = ['"', '“', '”', '„', '«'];

fn tokens(source: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(start) = source[at..].find(|character: char| !character.is_whitespace()).map(|skipped| at + skipped)
    {
        let mut token = Token::default();
        at = start;
        let mut first = source[at..].chars().next().unwrap_or(' ');
        let signs = matches!(first, '-' | '+')
            && source[at + 1..].chars().next().is_some_and(|next| next.is_alphanumeric() || QUOTES.contains(&next));
        if signs {
            token.sign = Some(first);
            at += 1;
            first = source[at..].chars().next().unwrap_or(' ');
        }
        if !QUOTES.contains(&first) {
            let end =
                source[at..].find(|character: char| character.is_whitespace()).map_or(source.len(), |end| at + end);
            let colon = source[at..end].find(':').map(|colon| at + colon);
            let name = colon.map(|colon| &source[at..colon]).filter(|name| is_field_name(name));
            if let (Some(colon), Some(name)) = (colon, name) {
                token.field = Some(name.to_lowercase());
                at = colon + 1;
                first = source[at..].chars().next().unwrap_or(' ');
            }
        }
        if QUOTES.contains(&first) {
            at += first.len_utf8();
            let closing = |character: char| QUOTES.contains(&character) || character == '»';
            let end = source[at..].find(closing).map(|end| at + end);
            token.quoted = true;
            token.text = at..end.unwrap_or(source.len());
            token.last = end.is_none();
            at = token.text.end + source[token.text.end..].chars().next().map_or(0, char::len_utf8);
        } else {
            let end = source[at..]
                .find(|character: char| character.is_whitespace() || QUOTES.contains(&character))
                .map_or(source.len(), |end| at + end);
            token.text = at..end;
            token.last = end == source.len();
            at = end;
        }
        tokens.push(token);
    }
    tokens
}

/// What may stand before a colon as a field: no time of day, no address, no Windows path.
fn is_field_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(char::is_alphabetic)
        && name.len() > 1
        && chars.all(|character| character.is_alphanumeric() || matches!(character, '_' | '-' | '.'))
}

struct Parser<'a> {
    source: &'a str,
    typing: bool,
    fields: KnownFields<'a>,
    stems: &'a mut Stems,
    query: Query,
}

impl Parser<'_> {
    fn token(&mut self, token: &Token) {
        let text = &self.source[token.text.clone()];
        let Some(field) = &token.field else {
            return self.words(token, token.text.clone());
        };
        let content = self.fields.iter().find(|(name, _)| name == field).map(|(_, content)| *content);
        match content {
            None => {
                // An address is not a field that isn't known.
                if !text.starts_with('/') {
                    self.hint_fields(field);
                }
                let from = token.text.start - field.len() - 1;
                self.words(token, from..token.text.end);
            }
            Some(_) if text.trim().is_empty() => {
                self.query.hints.push(format!("`{field}:` waits for a value."));
            }
            Some(ColumnContent::Facet | ColumnContent::Internal) => {
                for (at, value) in text.split(',').enumerate().filter(|(_, value)| !value.trim().is_empty()) {
                    let last = at == text.matches(',').count();
                    self.query.values.push(AskedValue {
                        field: field.clone(),
                        value: value.trim().to_owned(),
                        negated: token.sign == Some('-'),
                        open: self.typing && token.last && last,
                        typed: true,
                    });
                }
            }
            Some(content) => match bounds(text, content == ColumnContent::Days) {
                Some((low, high)) => self.query.bounds.push(AskedBound {
                    field: field.clone(),
                    low,
                    high,
                    negated: token.sign == Some('-'),
                }),
                // Half a date is on its way to be one.
                None if self.typing && token.last => {}
                None => {
                    let example = if content == ColumnContent::Days { "2026-12-31" } else { "1000" };
                    self.query.hints.push(format!(
                        "`{field}:{text}` is not understood and was left out; try `{field}:<{example}` or `{field}:{example}..`."
                    ));
                }
            },
        }
    }

    fn hint_fields(&mut self, field: &str) {
        let known = self.fields.iter().filter(|(_, content)| *content != ColumnContent::Internal);
        let names: Vec<String> = known.map(|(name, _)| format!("`{name}:`")).collect();
        self.query.hints.push(format!(
            "There is no field `{field}:`, so it was searched for as words; there are {}.",
            names.join(", ")
        ));
    }

    fn words(&mut self, token: &Token, range: Range<usize>) {
        let words = text::words(&self.source[range.clone()]);
        let Some(first) = words.first().map(|word| word.position) else { return };
        let count = words.len();
        let open = self.typing && token.last && token.sign != Some('-');
        // A word that ends in something other than a letter is complete: `sso,`.
        let complete = words.last().is_some_and(|word| word.range.end < range.len());
        let asked: Vec<Asked> = words
            .into_iter()
            .enumerate()
            .map(|(at, word)| {
                let stemmed = self.stems.of(&word.text);
                Asked {
                    optional: stemmed.function && !word.acronym,
                    silent: stemmed.aside && !word.acronym,
                    stem: stemmed.stem,
                    open: open && at + 1 == count && !complete,
                    required: token.sign == Some('+'),
                    offset: word.position - first,
                    range: range.start + word.range.start..range.start + word.range.end,
                    text: word.text,
                }
            })
            .collect();
        match token.sign {
            Some('-') => self.query.without.push(asked),
            _ if token.quoted && count > 1 => self.query.phrases.push(asked),
            _ if token.quoted => {
                self.query.words.extend(asked.into_iter().map(|word| Asked { required: true, ..word }));
            }
            _ => self.query.words.extend(asked),
        }
    }
}

/// Reads `<2026-12-31`, `>=1000`, `2026-12`, `2026-01..2026-03`, `..5`.
fn bounds(text: &str, days: bool) -> Option<(i64, i64)> {
    let value = |text: &str| if days { day_range(text) } else { number(text).map(|number| (number, number)) };
    let text = text.trim();
    if let Some((low, high)) = text.split_once("..") {
        let low = if low.is_empty() { i64::MIN } else { value(low)?.0 };
        let high = if high.is_empty() { i64::MAX } else { value(high)?.1 };
        return Some((low, high));
    }
    for (sign, low_end, equal) in
        [("<=", true, true), (">=", false, true), ("<", true, false), (">", false, false), ("=", true, true)]
    {
        let Some(rest) = text.strip_prefix(sign) else { continue };
        let (low, high) = value(rest.trim())?;
        return Some(match (sign, low_end, equal) {
            ("=", ..) => (low, high),
            (_, true, true) => (i64::MIN, high),
            (_, true, false) => (i64::MIN, low - 1),
            (_, false, true) => (low, i64::MAX),
            (_, false, false) => (high + 1, i64::MAX),
        });
    }
    value(text)
}

/// The first and last day of a day, a month or a year.
fn day_range(text: &str) -> Option<(i64, i64)> {
    let first: Day = text.parse().ok()?;
    let first = i64::from(first.number());
    Some(match text.matches('-').count() {
        0 => (first, first + 11_30),
        1 => (first, first + 30),
        _ => (first, first),
    })
}

/// A whole number, perhaps with separators or in thousands: `250_000`, `250,000`, `250k`, `2m`.
fn number(text: &str) -> Option<i64> {
    let text = text.replace(['_', ','], "").to_lowercase();
    let (digits, factor) = match text.as_bytes().last()? {
        b'k' => (&text[..text.len() - 1], 1_000),
        b'm' => (&text[..text.len() - 1], 1_000_000),
        _ => (&*text, 1),
    };
    digits.parse::<i64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Language;

    fn parsed(source: &str) -> Query {
        let fields = [
            ("csm".to_owned(), ColumnContent::Facet),
            ("kind".to_owned(), ColumnContent::Facet),
            ("due".to_owned(), ColumnContent::Days),
            ("acv".to_owned(), ColumnContent::Numbers),
        ];
        parse(source, true, &fields, &mut Stems::new(Language::English))
    }

    fn texts(words: &[Asked]) -> Vec<&str> {
        words.iter().map(|word| word.text.as_str()).collect()
    }

    #[test]
    fn words_phrases_and_exclusions() {
        let query = parsed("sso \"data residency\" -okta +saml -\"on premise\" nort");
        assert_eq!(texts(&query.words), ["sso", "saml", "nort"]);
        assert!(query.words[1].required && query.words[2].open && !query.words[0].open);
        assert_eq!(texts(&query.phrases[0]), ["data", "residency"]);
        assert_eq!(
            query.without.iter().map(|words| texts(words)).collect::<Vec<_>>(),
            [vec!["okta"], vec!["on", "premise"]]
        );
        assert!(query.hints.is_empty());
    }

    #[test]
    fn the_last_word_is_open_until_something_follows() {
        for (source, open) in [
            ("sso", true),
            ("sso ", false),
            ("sso,", false),
            ("\"sso", true),
            ("\"sso\"", false),
            ("2.0", true),
            ("a-b", true),
        ] {
            assert_eq!(parsed(source).words.last().unwrap().open, open, "{source}");
        }
    }

    #[test]
    fn function_words_are_optional_unless_alone() {
        let query = parsed("what is the plan");
        assert_eq!(query.words.iter().map(|word| word.optional).collect::<Vec<_>>(), [true, true, true, false]);
        assert!(parsed("to be").words.iter().all(|word| !word.optional));
        assert!(!parsed("IT approval").words[0].optional);
    }

    #[test]
    fn asides_are_left_out_of_questions_alone() {
        let query = parsed("tell me all about the pilot sites in Leeds before winter ");
        let looked_for = query.words.iter().filter(|word| !word.silent).map(|word| word.text.as_str());
        assert_eq!(looked_for.collect::<Vec<_>>(), ["pilot", "sites", "leeds", "winter"]);
        assert!(parsed("all sites before winter ").words.iter().all(|word| !word.silent));
    }

    #[test]
    fn fields_take_values_lists_and_quotes() {
        let query = parsed("csm:dana,priya -kind:risk CSM:\"Dana Whitfield\" csm:da");
        let values: Vec<_> =
            query.values.iter().map(|value| (&*value.field, &*value.value, value.negated, value.open)).collect();
        let expected = [
            ("csm", "dana", false, false),
            ("csm", "priya", false, false),
            ("kind", "risk", true, false),
            ("csm", "Dana Whitfield", false, false),
            ("csm", "da", false, true),
        ];
        assert_eq!(values, expected);
    }

    #[test]
    #[expect(clippy::unreadable_literal, reason = "they are days: yyyymmdd")]
    fn bounds_are_read_in_every_form() {
        let bound = |source: &str| parsed(source).bounds.first().map(|bound| (bound.low, bound.high));
        assert_eq!(bound("due:<2026-12-31"), Some((i64::MIN, 20261230)));
        assert_eq!(bound("due:<=2026-12-31"), Some((i64::MIN, 20261231)));
        assert_eq!(bound("due:>2026"), Some((20261232, i64::MAX)));
        assert_eq!(bound("due:2026-12"), Some((20261201, 20261231)));
        assert_eq!(bound("due:2026-01..2026-03-15"), Some((20260101, 20260315)));
        assert_eq!(bound("acv:>=250k"), Some((250_000, i64::MAX)));
        assert_eq!(bound("acv:..-5"), Some((i64::MIN, -5)));
        assert_eq!(bound("due:soon"), None);
        assert_eq!(bound("acv:>9999999999999999999"), None);
    }

    #[test]
    fn what_makes_no_sense_is_searched_for_with_a_hint() {
        let query = parsed("color:red due:soon csm: http://x.example/a 10:30 c:\\x");
        assert_eq!(texts(&query.words), ["color", "red", "http", "x", "example", "a", "10", "30", "c", "x"]);
        assert_eq!(query.hints.len(), 3);
        assert!(query.hints[0].contains("`color:`") && query.hints[0].contains("`csm:`"), "{:?}", query.hints);
        for source in
            ["\"", "-", "- -", ":", "a:", "\"\"", "-\"", "csm:\"", "due:<", "::::", "+", "«»", "due:..", "acv:k"]
        {
            parsed(source);
        }
    }
}
