//! Names of known people and accounts in running text.

use super::markdown::{Body, DIALECT};
use ahash::AHashMap;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

/// Finds known names in text, as whole words.
///
/// Text has far more words than names, so names are looked up by their first two words: a hash or two a word, whatever
/// the number of names, while an automaton over tens of thousands of names would have to be built at every run. A name
/// may be broken over two lines; its case must be right, since many names are words too.
#[derive(Clone, Debug)]
pub struct MentionMatcher {
    /// All names, by the first word. Shared with the matchers that were made from this one.
    names: AHashMap<Box<str>, Arc<Beginning>>,
    /// The first bytes of all names: most words of prose begin with a small letter, most names do not.
    begins: [bool; 256],
}

/// The names that begin with one word, the longest first.
#[derive(Clone, Debug, Default)]
struct Beginning {
    /// Those of this word alone.
    alone: Vec<(Box<str>, usize)>,
    /// The others, by the second word: thousands of people share a first name.
    longer: AHashMap<Box<str>, Vec<(Box<str>, usize)>>,
}

/// A name found in text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Its place in the text that was searched.
    pub range: Range<usize>,
    /// What it names, as the matcher was told.
    pub target: usize,
}

impl MentionMatcher {
    /// A matcher for names, each with what it names. A name of two targets is left out, and so is one too short to be
    /// told from a word.
    pub fn new<'a>(names: impl IntoIterator<Item = (&'a str, usize)>) -> Self {
        let mut targets: AHashMap<String, Option<usize>> = AHashMap::new();
        for (name, target) in names {
            targets
                .entry(plain(name))
                .and_modify(|known| *known = known.filter(|known| *known == target))
                .or_insert(Some(target));
        }
        let mut names: AHashMap<Box<str>, Beginning> = AHashMap::new();
        for (name, target) in targets {
            let (Some(target), Some((first, second))) = (target, beginning(&name)) else { continue };
            let list = names.entry(first.into()).or_default().list(second);
            list.push((name.into(), target));
        }
        for Beginning { alone, longer } in names.values_mut() {
            longer.values_mut().chain([alone]).for_each(|names| sort(names));
        }
        let mut begins = [false; 256];
        for word in names.keys() {
            begins[usize::from(word.as_bytes()[0])] = true;
        }
        Self { names: names.into_iter().map(|(word, names)| (word, Arc::new(names))).collect(), begins }
    }

    /// The same matcher, but for some names, of which each names something else by now, or nothing or too much.
    #[must_use]
    pub fn amended<'a>(&self, names: impl IntoIterator<Item = (&'a str, Option<usize>)>) -> Self {
        let mut matcher = self.clone();
        for (name, target) in names {
            let name = plain(name);
            let Some((first, second)) = beginning(&name) else { continue };
            matcher.begins[usize::from(first.as_bytes()[0])] = true;
            let list = Arc::make_mut(matcher.names.entry(first.into()).or_default()).list(second);
            list.retain(|(known, _)| **known != *name);
            list.extend(target.map(|target| (Box::from(&*name), target)));
            sort(list);
        }
        matcher
    }

    /// Whether it knows no name.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The names in `text`, in order, the longest at each place, none inside another, an address or a longer word.
    pub fn find<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Mention> + 'a {
        let mut at = 0;
        std::iter::from_fn(move || {
            loop {
                let rest = text.as_bytes().get(at..)?;
                let start = at + rest.iter().position(|byte| self.begins[usize::from(*byte)])?;
                at = start + 1;
                if !begins_word(text, start) {
                    continue;
                }
                let word = Words { text, at: start }.next()?;
                at = word.end;
                let Some(beginning) = self.names.get(&text[word.clone()]) else { continue };
                if text[..word.start].ends_with(['@', '/', '_', '#']) {
                    continue;
                }
                let second = Words { text, at: word.end }.next();
                let longer = second.and_then(|second| beginning.longer.get(&text[second]));
                let mut candidates = longer.into_iter().chain([&beginning.alone]).flatten();
                let found = candidates.find_map(|(name, target)| {
                    let end = word.start + prefix(&text[word.start..], name)?;
                    ends_word(&text[end..]).then_some(Mention { range: word.start..end, target: *target })
                });
                if let Some(mention) = found {
                    at = mention.range.end;
                    return Some(mention);
                }
            }
        })
    }
}

impl Beginning {
    fn list(&mut self, second: Option<&str>) -> &mut Vec<(Box<str>, usize)> {
        match second {
            None => &mut self.alone,
            Some(second) => self.longer.entry(second.into()).or_default(),
        }
    }
}

/// A name with one space between words.
fn plain(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first two words of a name; `None` of one that is not to be found, or is too short to be told from a word.
fn beginning(name: &str) -> Option<(&str, Option<&str>)> {
    let mut words = Words { text: name, at: 0 };
    let first = words.next().filter(|word| word.start == 0)?;
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    (letters >= 2).then(|| (&name[first], words.next().map(|second| &name[second])))
}

fn sort(names: &mut [(Box<str>, usize)]) {
    names.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
}

/// The length of `name` at the start of `text`, where any white space stands for a space.
fn prefix(text: &str, name: &str) -> Option<usize> {
    let mut rest = text;
    for (at, word) in name.split(' ').enumerate() {
        if at > 0 {
            let trimmed = rest.trim_start();
            if trimmed.len() == rest.len() {
                return None;
            }
            rest = trimmed;
        }
        rest = rest.strip_prefix(word)?;
    }
    Some(text.len() - rest.len())
}

/// Whether a run of letters and digits begins at `start`, where a character does.
fn begins_word(text: &str, start: usize) -> bool {
    let inside = match start.checked_sub(1).map(|before| CLASSES[usize::from(text.as_bytes()[before])]) {
        None => false,
        Some(Some(inside)) => inside,
        Some(None) => text[..start].ends_with(char::is_alphanumeric),
    };
    !inside && text[start..].starts_with(char::is_alphanumeric)
}

/// Whether a name can end before `rest`: no letter follows, nor the rest of an address (`Box.com`).
fn ends_word(rest: &str) -> bool {
    let mut rest = rest.chars();
    match rest.next() {
        Some(c) if c.is_alphanumeric() => false,
        Some('.' | '@' | '_' | '/') => !rest.next().is_some_and(char::is_alphanumeric),
        _ => true,
    }
}

/// Runs of letters and digits.
struct Words<'a> {
    text: &'a str,
    at: usize,
}

impl Iterator for Words<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.seek(self.at, true)?;
        self.at = self.seek(start, false).unwrap_or(self.text.len());
        Some(start..self.at)
    }
}

impl Words<'_> {
    /// The next place from `at` where a character is a letter or digit, or is none. By a table as far as it goes.
    fn seek(&self, mut at: usize, wanted: bool) -> Option<usize> {
        let bytes = self.text.as_bytes();
        loop {
            let rest = bytes.get(at..)?;
            let length = rest.iter().position(|byte| CLASSES[usize::from(*byte)] != Some(!wanted))?;
            at += length;
            if bytes[at].is_ascii() {
                return Some(at);
            }
            let c = self.text[at..].chars().next()?;
            if c.is_alphanumeric() == wanted {
                return Some(at);
            }
            at += c.len_utf8();
        }
    }
}

/// Whether a byte is a letter or digit; nothing of those that are only a part of a character.
const CLASSES: [Option<bool>; 256] = {
    let mut classes = [None; 256];
    let mut byte = 0;
    while byte < 128 {
        classes[byte as usize] = Some((byte as u8).is_ascii_alphanumeric());
        byte += 1;
    }
    classes
};

/// Tells, event by event, where in a document a name may become a link: not in links, images, code and headings.
#[derive(Debug, Default)]
pub(super) struct Quiet {
    depth: u32,
    raw_link: bool,
}

impl Quiet {
    pub(super) fn see(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::Heading { .. } | Tag::CodeBlock(_)) => {
                self.depth += 1;
            }
            Event::End(TagEnd::Link | TagEnd::Image | TagEnd::Heading(_) | TagEnd::CodeBlock) => self.depth -= 1,
            Event::InlineHtml(html) | Event::Html(html) => {
                let html = html.to_ascii_lowercase();
                match (html.rfind("<a"), html.rfind("</a")) {
                    (open, close) if open > close => self.raw_link = true,
                    (_, Some(_)) => self.raw_link = false,
                    _ => {}
                }
            }
            _ => {}
        }
    }

    pub(super) fn allows(&self) -> bool {
        self.depth == 0 && !self.raw_link
    }
}

/// What the body of `text` mentions without a link, each target once, in order of first mention.
pub fn find_mentions(text: &str, body: &Body, matcher: &MentionMatcher) -> Vec<usize> {
    if matcher.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut quiet = Quiet::default();
    let mut run = String::new();
    let mut search = |run: &mut String| {
        found.extend(matcher.find(run).map(|mention| mention.target).filter(|target| seen.insert(*target)));
        run.clear();
    };
    for event in Parser::new_ext(&text[body.span.range()], DIALECT) {
        match &event {
            Event::Text(text) if quiet.allows() => run.push_str(text),
            Event::SoftBreak if quiet.allows() => run.push('\n'),
            event => {
                search(&mut run);
                quiet.see(event);
            }
        }
    }
    search(&mut run);
    found
}
