//! What the index knows of a word: its forms, what it may be the beginning of, what it may be a misspelling of.

use std::cmp::Reverse;
use std::io;

use tantivy::postings::TermInfo;

use crate::layer::Layer;
use crate::near::{LONGEST, Near};
use crate::schema::{AFTER_STEM, WordKey, Zone, read_word_key};

/// A form of a word that a layer holds, in one zone.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    /// Which layer.
    pub(crate) layer: usize,
    pub(crate) surface: String,
    pub(crate) zone: Zone,
    pub(crate) postings: TermInfo,
}

/// How much of the postings a word's completions may cost together: what is typed letter by letter is asked often.
const COMPLETION_BYTES: usize = 48 << 10;
/// Where what was typed is a word already: what else it may become is then the lesser guess.
const FURTHER_BYTES: usize = 12 << 10;
const COMPLETIONS: usize = 96;
/// A beginning of fewer bytes than this is looked for among names alone.
pub(crate) const SHORTEST_BEGINNING: usize = 2;
/// How many corrections of a word are searched for together.
const CORRECTIONS: usize = 12;

/// Every form of a stem.
pub(crate) fn forms(layers: &[Layer], stem: &str) -> io::Result<Vec<Form>> {
    let [from, to] = keys_of(stem);
    between(layers, &from, &to)
}

/// The keys between which the forms of a stem stand.
fn keys_of(stem: &str) -> [Vec<u8>; 2] {
    [format!("{stem}{AFTER_STEM}").into_bytes(), format!("{stem}\u{2}").into_bytes()]
}

/// Says that a word's forms are looked up next, and if it is `open` what it may be the beginning of.
pub(crate) fn ahead(layers: &[Layer], word: &str, stem: &str, open: bool) {
    let [from, to] = keys_of(stem);
    for layer in layers {
        layer.words.terms_ahead(&from, &to, None);
        if open && word.len() >= SHORTEST_BEGINNING {
            layer.words.terms_ahead(word.as_bytes(), &after(word), None);
        }
    }
}

/// The forms whose keys stand from one on and before another, layer by layer.
fn between(layers: &[Layer], from: &[u8], to: &[u8]) -> io::Result<Vec<Form>> {
    let mut forms = Vec::new();
    for (number, layer) in layers.iter().enumerate() {
        let mut stream = layer.words.terms().range().ge(from).lt(to).into_stream()?;
        while stream.advance() {
            forms.extend(form(number, stream.key(), stream.value()));
        }
    }
    Ok(forms)
}

fn form(layer: usize, key: &[u8], postings: &TermInfo) -> Option<Form> {
    let WordKey { zone, surface, .. } = read_word_key(key)?;
    Some(Form { layer, surface, zone, postings: postings.clone() })
}

/// The words that begin with `beginning`: those in titles and names first, then the most frequent. `known` are the forms
/// of the word that it is already, which are read anyway.
#[inline(never)]
pub(crate) fn completions(layers: &[Layer], beginning: &str, stem: &str, known: &[Form]) -> io::Result<Vec<Form>> {
    if beginning.len() < SHORTEST_BEGINNING {
        return Ok(Vec::new());
    }
    let mut found = between(layers, beginning.as_bytes(), &after(beginning))?;
    // "happy" begins words whose stem is "happi".
    if !stem.starts_with(beginning) {
        found.extend_from_slice(known);
    }
    found.retain(|form| form.surface.starts_with(beginning));
    let rank = |form: &Form| (form.zone != Zone::Title, Reverse(form.postings.doc_freq));
    found.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.surface.cmp(&b.surface)));
    let most = if known.is_empty() { COMPLETION_BYTES } else { FURTHER_BYTES };
    let mut bytes = 0;
    found.truncate(COMPLETIONS);
    found.retain(|form| {
        let free = known.iter().any(|known| known.layer == form.layer && known.postings == form.postings);
        let more = if free { 0 } else { form.postings.postings_range.len() };
        let taken = free || bytes + more <= most || (bytes == 0 && known.is_empty());
        bytes += if taken { more } else { most };
        taken
    });
    Ok(found)
}

/// The least string after every one that begins with `beginning`.
pub(crate) fn after(beginning: &str) -> Vec<u8> {
    let mut end = beginning.as_bytes().to_vec();
    // UTF-8 never holds 0xff, so the last byte has a successor.
    if let Some(last) = end.last_mut() {
        *last += 1;
    }
    end
}

/// How many edits a word may be away from what was meant: one, from eight letters on two. Words of three letters are
/// mostly acronyms, and near to too much; they and what holds a digit are taken as they are.
pub(crate) fn forgiven(word: &str) -> u8 {
    let letters = word.chars().count();
    if !(4..=LONGEST).contains(&letters) || word.chars().any(|character| !character.is_alphabetic()) {
        0
    } else if letters < 8 {
        1
    } else {
        2
    }
}

/// The words of the index nearest to one it doesn't know. `open`: it may be the beginning of one.
///
/// The first letter is rarely the wrong one, and words that begin alike stand together: they are looked through first,
/// then those that begin with the second letter (two letters swapped, one too many), and the whole dictionary only for
/// a word of which nothing else is known. Nearest by edits; then those that stand in titles and names; then the most
/// frequent.
#[inline(never)]
pub(crate) fn corrections(layers: &[Layer], word: &str, open: bool) -> io::Result<Vec<Form>> {
    let forgiven = forgiven(word);
    if forgiven == 0 {
        return Ok(Vec::new());
    }
    let mut letters = word.chars();
    let first = letters.next().map(String::from);
    let second = letters.next().map(String::from).filter(|second| first.as_ref() != Some(second));
    for (beginning, edits) in [(first, forgiven), (second, 1), (None, 1)] {
        let near = Near::to(word, edits, open);
        let mut found = Vec::new();
        for (number, layer) in layers.iter().enumerate() {
            let range = layer.words.terms().search(&near);
            let mut stream = match &beginning {
                Some(beginning) => range.ge(beginning).lt(after(beginning)).into_stream()?,
                None => range.into_stream()?,
            };
            while stream.advance() {
                let Some(form) = form(number, stream.key(), stream.value()) else { continue };
                if let Some(edits) = near.edits(&form.surface) {
                    found.push((edits, form));
                }
            }
        }
        if let Some(nearest) = found.iter().map(|(edits, _)| *edits).min() {
            found.retain(|(edits, _)| *edits == nearest);
            let rank = |form: &Form| (form.zone != Zone::Title, Reverse(form.postings.doc_freq));
            found.sort_by(|(_, a), (_, b)| rank(a).cmp(&rank(b)).then_with(|| a.surface.cmp(&b.surface)));
            found.truncate(CORRECTIONS);
            return Ok(found.into_iter().map(|(_, form)| form).collect());
        }
    }
    Ok(Vec::new())
}
