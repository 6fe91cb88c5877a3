//! What was found is marked, in the title and in the text around it.

use crate::results::{Marked, Piece};
use crate::schema::Zone;
use crate::stem::Stems;
use crate::text;

/// How long a snippet is, in bytes, give or take a word.
const LONG: usize = 180;

/// What to mark.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    /// Words of these stems.
    pub(crate) stems: Vec<Box<str>>,
    /// Function words of phrases: marked only right after a word that is.
    pub(crate) after: Vec<String>,
    /// Words as written: corrections and completions.
    pub(crate) words: Vec<String>,
    /// Words that begin with this.
    pub(crate) beginning: Option<String>,
}

impl Marks {
    /// Where in a text the words stand that are to be marked, and which of them each is.
    fn find(&self, text: &str, stems: &mut Stems) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        let mut marked = None;
        for word in text::words(text) {
            if marked.is_some_and(|last: u32| last + 1 == word.position) && self.after.contains(&word.text) {
                found.extend(found.last().map(|last| last.which).map(|which| Found::of(&word.range, which)));
                continue;
            }
            let stem = stems.of(&word.text).stem;
            let which = self.stems.iter().position(|known| *known == stem).or_else(|| {
                let among = |known: &String| *known == word.text;
                let begins = self.beginning.as_ref().is_some_and(|beginning| word.text.starts_with(beginning.as_str()));
                (begins || self.words.iter().any(among)).then_some(usize::MAX)
            });
            let Some(which) = which else { continue };
            marked = Some(word.position);
            match found.last_mut() {
                // Pairs of characters overlap: one mark over both.
                Some(last) if word.range.start < last.end => last.end = word.range.end,
                _ => found.push(Found::of(&word.range, which)),
            }
        }
        found
    }
}

struct Found {
    start: usize,
    end: usize,
    which: usize,
}

impl Found {
    fn of(range: &std::ops::Range<usize>, which: usize) -> Found {
        Found { start: range.start, end: range.end, which }
    }
}

/// A whole text, marked.
pub(crate) fn mark(text: &str, marks: &Marks, stems: &mut Stems) -> Marked {
    pieces(text, 0..text.len(), &marks.find(text, stems))
}

/// The part of a text that shows most of what was looked for, marked.
pub(crate) fn snippet(text: &str, marks: &Marks, stems: &mut Stems) -> Marked {
    let found = marks.find(text, stems);
    if text.len() <= LONG + LONG / 4 {
        return pieces(text, 0..text.len(), &found);
    }
    let best = (0..found.len()).max_by_key(|first| {
        let mut seen = Vec::new();
        let end = found[*first].start + LONG * 2 / 3;
        for at in found[*first..].iter().take_while(|at| at.end <= end) {
            if !seen.contains(&at.which) {
                seen.push(at.which);
            }
        }
        // Of equal windows the first.
        (seen.len(), usize::MAX - first)
    });
    let wanted = best.map_or(0, |first| found[first].start.saturating_sub(LONG / 3));
    let start = if wanted == 0 { 0 } else { word_start(text, wanted) };
    let end = if start + LONG >= text.len() { text.len() } else { word_end(text, start + LONG) };
    pieces(text, start..end, &found)
}

/// Says before a snippet that shows nothing of what was found where that stands: an index keeps but the beginning of a
/// text.
pub(crate) fn say_where<'a>(snippet: &mut Marked, zone: Zone, found: impl Iterator<Item = &'a String>) {
    let mut before = match zone {
        Zone::Body => "Further on: ",
        Zone::Title => "Among its names: ",
        Zone::Context => "In its account, people or state: ",
    };
    let text = std::mem::take(&mut snippet.pieces);
    for found in found {
        snippet.pieces.push(Piece { text: std::mem::replace(&mut before, ", ").to_owned(), mark: false });
        snippet.pieces.push(Piece { text: found.clone(), mark: true });
    }
    if !text.is_empty() && !snippet.pieces.is_empty() {
        snippet.pieces.push(Piece { text: " · ".to_owned(), mark: false });
    }
    snippet.pieces.extend(text);
}

/// The first beginning of a word at or after a place.
fn word_start(text: &str, at: usize) -> usize {
    let at = (at..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    match text[at..].char_indices().take(40).find(|(_, character)| character.is_whitespace()) {
        Some((space, character)) => at + space + character.len_utf8(),
        None => at,
    }
}

/// The last end of a word at or before a place.
fn word_end(text: &str, at: usize) -> usize {
    let at = (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    match text[..at].char_indices().rev().take(40).find(|(_, character)| character.is_whitespace()) {
        Some((space, _)) => space,
        None => at,
    }
}

fn pieces(text: &str, range: std::ops::Range<usize>, found: &[Found]) -> Marked {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut push = |text: &str, mark: bool| {
        if !text.is_empty() {
            pieces.push(Piece { text: text.to_owned(), mark });
        }
    };
    push(if range.start > 0 { "… " } else { "" }, false);
    let mut at = range.start;
    for mark in found.iter().filter(|mark| mark.start >= range.start && mark.end <= range.end) {
        push(&text[at..mark.start], false);
        push(&text[mark.start..mark.end], true);
        at = mark.end;
    }
    push(&text[at..range.end], false);
    push(if range.end < text.len() { " …" } else { "" }, false);
    Marked { pieces }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Language;

    fn marks(words: &[&str]) -> (Marks, Stems) {
        let mut stems = Stems::new(Language::English);
        let marks = Marks { stems: words.iter().map(|word| stems.of(word).stem).collect(), ..Marks::default() };
        (marks, stems)
    }

    #[test]
    fn words_of_a_stem_are_marked() {
        let (marks, mut stems) = marks(&["integration"]);
        let marked = mark("Integrations, integrated; integer", &marks, &mut stems);
        assert_eq!(marked.render("[", "]"), "[Integrations], [integrated]; integer");
        assert_eq!(marked.text(), "Integrations, integrated; integer");
    }

    #[test]
    fn function_words_are_marked_inside_phrases_alone() {
        let (mut marks, mut stems) = marks(&["single", "sign"]);
        marks.after.push("on".to_owned());
        let marked = mark("Single sign-on, and on we go", &marks, &mut stems);
        assert_eq!(marked.render("[", "]"), "[Single] [sign]-[on], and on we go");
    }

    #[test]
    fn overlapping_pairs_are_one_mark() {
        let (marks, mut stems) = marks(&["東京", "京都"]);
        assert_eq!(mark("今日は東京都です", &marks, &mut stems).render("[", "]"), "今日は[東京都]です");
    }

    #[test]
    fn a_snippet_shows_where_most_words_stand() {
        let filler = "Something else entirely is said here, at length. ".repeat(8);
        let text = format!("An okta mention. {filler}Then okta with saml for all. {filler}");
        let (marks, mut stems) = marks(&["okta", "saml"]);
        let shown = snippet(&text, &marks, &mut stems).render("[", "]");
        assert!(shown.contains("[okta] with [saml]"), "{shown}");
        assert!(shown.starts_with("… ") && shown.ends_with(" …"), "{shown}");
        assert!(shown.len() < LONG + 40, "{shown}");
    }

    #[test]
    fn a_text_without_a_match_shows_its_beginning() {
        let (marks, mut stems) = marks(&["nothing"]);
        let text = "word ".repeat(100);
        assert!(snippet(&text, &marks, &mut stems).text().starts_with("word word"));
        let unspaced = "東京".repeat(200);
        assert!(snippet(&unspaced, &marks, &mut stems).text().len() <= LONG + 8);
    }
}
