//! A query's words become parts to satisfy, each in one of several ways: as written, in another form, completed,
//! corrected, or by a synonym.

use std::io;

use tantivy::postings::TermInfo;

use crate::dictionary::{self, Form};
use crate::layer::Layer;
use crate::options::Options;
use crate::query::{Asked, Query};
use crate::rank::{Alternative, Means, weighed};
use crate::schema::Zone;
use crate::snippet::Marks;
use crate::stem::Stems;
use crate::text;

/// What a word that only begins as asked weighs, while it is being typed.
const COMPLETED: f32 = 0.7;
/// What a corrected word weighs.
const CORRECTED: f32 = 0.6;
/// What a function word weighs. Only titles keep them, so where one stands says little, however rare that is.
const FUNCTION_WORD: f32 = 0.3;
/// What a synonym weighs.
const SYNONYM: f32 = 0.75;
/// What the words of a synonym weigh where they stand apart.
const APART: f32 = 0.5;

/// How many names that begin with what was typed are looked up.
const NAMES: u64 = 48;

/// What is looked for.
#[derive(Default)]
pub(crate) struct Plan {
    pub(crate) parts: Vec<Part>,
    pub(crate) without: Vec<Vec<Alternative>>,
    pub(crate) marks: Marks,
    pub(crate) hints: Vec<String>,
    /// The plain words as one name, corrected.
    pub(crate) name: Option<String>,
    /// The last word of the name is still being typed.
    pub(crate) open: bool,
    corrected: Vec<(std::ops::Range<usize>, String)>,
}

/// A whole name, or the beginning of one, that was typed.
pub(crate) struct KnownName {
    pub(crate) layer: usize,
    pub(crate) postings: TermInfo,
    /// How much of the name that is.
    pub(crate) share: f32,
}

/// A part of the query.
pub(crate) struct Part {
    pub(crate) alternatives: Vec<Alternative>,
    pub(crate) optional: bool,
    pub(crate) required: bool,
    /// How it is read to whoever asked.
    pub(crate) asked: String,
}

impl Plan {
    /// Looks for one thing that is nowhere.
    pub(crate) fn of_nothing() -> Plan {
        let nothing = Part { alternatives: Vec::new(), optional: false, required: false, asked: String::new() };
        Plan { parts: vec![nothing], ..Plan::default() }
    }

    /// Nothing to look for.
    pub(crate) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The names that the query is, or begins.
    pub(crate) fn names(&self, layers: &[Layer]) -> io::Result<Vec<KnownName>> {
        let Some(name) = &self.name else { return Ok(Vec::new()) };
        let key = name.as_str();
        // "Dana" begins "Dana Whitfield", and while it is being typed "Danaos Freight" as well.
        let beginning = if self.open { key.to_owned() } else { format!("{key} ") };
        let mut found = Vec::new();
        for (layer, Layer { names, .. }) in layers.iter().enumerate() {
            found.extend(names.terms().get(key)?.map(|postings| KnownName { layer, postings, share: 1.0 }));
            let range = names.terms().range();
            let mut stream = range.ge(&beginning).lt(dictionary::after(&beginning)).limit(NAMES).into_stream()?;
            let mut taken = 0;
            while taken < NAMES && stream.advance() {
                let share = 0.7 * (key.len() as f32 / stream.key().len() as f32);
                if stream.key() != key.as_bytes() {
                    found.push(KnownName { layer, postings: stream.value().clone(), share });
                }
                taken += 1;
            }
        }
        Ok(found)
    }

    /// Says which postings of a layer, the `number`th, are read to answer.
    pub(crate) fn postings_ahead(&self, layer: &Layer, number: usize) {
        let alternatives = self.parts.iter().map(|part| &part.alternatives).chain(&self.without).flatten();
        let (mut forms, mut placed) = (Vec::new(), Vec::new());
        for Alternative { means, .. } in alternatives {
            match means {
                Means::Forms(weighed) => forms.extend(weighed.iter().map(|(_, form)| form)),
                Means::All(words) => forms.extend(words.iter().flatten()),
                Means::Phrase(words) => {
                    placed.extend(words.iter().flat_map(|(_, forms)| forms).filter(|form| form.zone != Zone::Context));
                }
            }
        }
        for (forms, positions) in [(forms, false), (placed, true)] {
            let own = forms.into_iter().filter(|form: &&Form| form.layer == number).map(|form| &form.postings);
            layer.words.postings_ahead(own, positions);
        }
    }

    /// The query with its corrections, where there are any.
    pub(crate) fn did_you_mean(&self, query: &str) -> Option<String> {
        let mut out = String::new();
        let mut at = 0;
        for (range, word) in &self.corrected {
            out.push_str(query.get(at..range.start)?);
            out.push_str(word);
            at = range.end;
        }
        out.push_str(query.get(at..)?);
        (!self.corrected.is_empty()).then_some(out)
    }
}

/// Looks a query's words up and decides what each may stand for.
#[inline(never)]
pub(crate) fn plan(layers: &[Layer], query: &Query, options: &Options, stems: &mut Stems) -> io::Result<Plan> {
    let mut planner = Planner { layers, stems, plan: Plan::default() };
    let synonyms = Synonyms::of(options, planner.stems);
    let mut name = Vec::new();
    let mut at = 0;
    while at < query.words.len() {
        let rest = &query.words[at..];
        if let Some((words, others)) = synonyms.of_words(rest) {
            planner.synonyms(&rest[..words], &others)?;
            name.extend(rest[..words].iter().map(|word| word.text.clone()));
            at += words;
        } else {
            let word = &rest[0];
            name.push(if word.silent { word.text.clone() } else { planner.word(word)? });
            at += 1;
        }
    }
    for words in &query.phrases {
        let phrase = planner.asked_phrase(words)?;
        planner.mark(words);
        planner.plan.parts.push(Part {
            alternatives: vec![Alternative { factor: words.len() as f32, means: phrase }],
            optional: false,
            required: true,
            asked: joined(words),
        });
    }
    for words in &query.without {
        let means = if let [word] = &**words {
            weighed(dictionary::forms(layers, &word.stem)?, &word.text)
        } else {
            planner.phrase(words)?
        };
        planner.plan.without.push(vec![Alternative { factor: 1.0, means }]);
    }
    let mut plan = planner.plan;
    plan.open = query.words.last().is_some_and(|word| word.open);
    plan.corrected.sort_by_key(|(range, _)| range.start);
    plan.name = Some(name.join(" ")).filter(|name| !name.is_empty());
    Ok(plan)
}

/// Says which words [`plan`] will look up, and which names.
#[inline(never)]
pub(crate) fn ahead(layers: &[Layer], query: &Query, options: &Options, stems: &mut Stems) {
    let asked = query.words.iter().chain(query.phrases.iter().chain(&query.without).flatten());
    for word in asked.filter(|word| !word.silent) {
        dictionary::ahead(layers, &word.text, &word.stem, word.open);
    }
    let synonyms = Synonyms::of(options, stems);
    for at in 0..query.words.len() {
        let (_, others) = synonyms.of_words(&query.words[at..]).unwrap_or_default();
        for word in others.iter().flatten() {
            dictionary::ahead(layers, &word.text, &word.stem, false);
        }
    }
    let name = joined(&query.words);
    if !name.is_empty() {
        for layer in layers {
            layer.names.terms_ahead(name.as_bytes(), &dictionary::after(&name), Some(NAMES));
        }
    }
}

struct Planner<'a> {
    layers: &'a [Layer],
    stems: &'a mut Stems,
    plan: Plan,
}

impl Planner<'_> {
    /// Adds a word, and says how it is best written.
    #[inline(never)]
    fn word(&mut self, word: &Asked) -> io::Result<String> {
        let mut written = word.text.clone();
        let mut alternatives: Vec<Alternative> = Vec::new();
        // The first letter of a name to come is not the initial of another.
        let begun = word.open && word.text.len() < dictionary::SHORTEST_BEGINNING;
        let forms = if begun { Vec::new() } else { dictionary::forms(self.layers, &word.stem)? };
        let completions = self.completions(word, &forms)?;
        if !forms.is_empty() {
            self.plan.marks.stems.push(word.stem.clone());
            alternatives.push(Alternative { factor: 1.0, means: weighed(forms, &word.text) });
        }
        if word.open {
            if word.text.len() >= dictionary::SHORTEST_BEGINNING {
                self.plan.marks.beginning = Some(word.text.clone());
            }
            if !completions.is_empty() {
                alternatives.push(Alternative { factor: COMPLETED, means: equal(completions) });
            }
        }
        if alternatives.is_empty() {
            let corrections = self.corrections(word)?;
            if let Some(best) = corrections.first() {
                written.clone_from(&best.surface);
                alternatives.push(Alternative { factor: CORRECTED, means: equal(corrections) });
            }
        }
        if word.optional {
            for alternative in &mut alternatives {
                alternative.factor *= FUNCTION_WORD;
            }
        }
        // A lone letter that is being typed completes to names only, which are looked up apart.
        let (optional, required, asked) = (word.optional, word.required, written.clone());
        self.plan.parts.push(Part { alternatives, optional, required, asked });
        Ok(written)
    }

    /// What a word that is being typed may be the beginning of; `forms` are those of the word that it is already.
    fn completions(&self, word: &Asked, forms: &[Form]) -> io::Result<Vec<Form>> {
        // A function word among others is most likely meant as it stands.
        if word.open && (!word.optional || forms.is_empty()) {
            dictionary::completions(self.layers, &word.text, &word.stem, forms)
        } else {
            Ok(Vec::new())
        }
    }

    /// What a word that the index doesn't know is taken for; says so, or that there is nothing.
    fn corrections(&mut self, word: &Asked) -> io::Result<Vec<Form>> {
        let corrections = dictionary::corrections(self.layers, &word.text, word.open)?;
        if let Some(best) = corrections.first() {
            // Half a word is not put right before it is whole.
            if !word.open || best.surface.chars().count() <= word.text.chars().count() + 1 {
                self.plan.corrected.push((word.range.clone(), best.surface.clone()));
            }
            self.plan.marks.words.extend(corrections.iter().map(|form| form.surface.clone()));
        } else if !word.open || word.text.len() >= dictionary::SHORTEST_BEGINNING {
            self.plan.hints.push(format!("Nothing holds “{}”.", word.text));
        }
        Ok(corrections)
    }

    /// Adds words that stand for others.
    #[inline(never)]
    fn synonyms(&mut self, asked: &[Asked], others: &[Vec<SynonymWord>]) -> io::Result<()> {
        let mut alternatives = Vec::new();
        if let [word] = asked {
            let forms = dictionary::forms(self.layers, &word.stem)?;
            let completions = self.completions(word, &forms)?;
            alternatives.push(Alternative { factor: 1.0, means: weighed(forms, &word.text) });
            if word.open {
                alternatives.push(Alternative { factor: COMPLETED, means: equal(completions) });
                self.plan.marks.beginning = Some(word.text.clone());
            }
        } else {
            alternatives.push(Alternative { factor: 1.0, means: self.phrase(asked)? });
            alternatives.push(Alternative { factor: APART, means: self.all(asked.iter().map(|word| &*word.stem))? });
        }
        self.mark(asked);
        for other in others {
            if let [word] = &**other {
                let forms = dictionary::forms(self.layers, &word.stem)?;
                alternatives.push(Alternative { factor: SYNONYM, means: weighed(forms, &word.text) });
            } else {
                let words = other.iter().map(|word| (word.offset, &*word.stem, word.function));
                alternatives.push(Alternative { factor: SYNONYM, means: self.phrase_of(words)? });
            }
            for word in other {
                self.mark_word(&word.text, &word.stem, word.function);
            }
        }
        let required = asked.iter().any(|word| word.required);
        self.plan.parts.push(Part { alternatives, optional: false, required, asked: joined(asked) });
        Ok(())
    }

    fn mark(&mut self, words: &[Asked]) {
        for word in words {
            self.mark_word(&word.text, &word.stem, word.optional);
        }
    }

    fn mark_word(&mut self, text: &str, stem: &str, function: bool) {
        if function {
            self.plan.marks.after.push(text.to_owned());
        } else {
            self.plan.marks.stems.push(stem.into());
        }
    }

    /// A phrase as it was asked for: its last word completed while it is being typed, unknown words corrected.
    #[inline(never)]
    fn asked_phrase(&mut self, words: &[Asked]) -> io::Result<Means> {
        let telling = words.iter().any(|word| !word.optional);
        let mut parts = Vec::new();
        for word in words.iter().filter(|word| word.open || !(telling && word.optional)) {
            let mut forms = dictionary::forms(self.layers, &word.stem)?;
            if word.open {
                forms.extend(self.completions(word, &forms)?);
                self.plan.marks.beginning = Some(word.text.clone());
            }
            if forms.is_empty() {
                forms = self.corrections(word)?;
            }
            parts.push((word.offset, forms));
        }
        Ok(Means::Phrase(parts))
    }

    fn phrase(&self, words: &[Asked]) -> io::Result<Means> {
        let first = words.first().map_or(0, |word| word.offset);
        self.phrase_of(words.iter().map(|word| (word.offset.saturating_sub(first), &*word.stem, word.optional)))
    }

    /// A phrase; function words hold their place in it and are not looked up, since texts don't keep them.
    fn phrase_of<'w>(&self, words: impl Iterator<Item = (u32, &'w str, bool)>) -> io::Result<Means> {
        let words: Vec<_> = words.collect();
        let telling = words.iter().any(|(.., function)| !function);
        let mut parts = Vec::new();
        for (offset, stem, _) in words.into_iter().filter(|(.., function)| !(telling && *function)) {
            parts.push((offset, dictionary::forms(self.layers, stem)?));
        }
        Ok(Means::Phrase(parts))
    }

    fn all<'w>(&self, stems: impl Iterator<Item = &'w str>) -> io::Result<Means> {
        stems.map(|stem| dictionary::forms(self.layers, stem)).collect::<io::Result<_>>().map(Means::All)
    }
}

fn joined(words: &[Asked]) -> String {
    let words: Vec<&str> = words.iter().map(|word| &*word.text).collect();
    words.join(" ")
}

/// Forms that all weigh the same.
fn equal(forms: Vec<Form>) -> Means {
    Means::Forms(forms.into_iter().map(|form| (1.0, form)).collect())
}

/// The project's synonyms, stemmed.
struct Synonyms(Vec<Vec<Vec<SynonymWord>>>);

#[derive(Clone)]
struct SynonymWord {
    text: String,
    stem: Box<str>,
    function: bool,
    offset: u32,
}

impl Synonyms {
    fn of(options: &Options, stems: &mut Stems) -> Synonyms {
        let mut member = |text: &String| -> Vec<SynonymWord> {
            let word = |word: text::Word| {
                let stemmed = stems.of(&word.text);
                SynonymWord { stem: stemmed.stem, function: stemmed.function, offset: word.position, text: word.text }
            };
            text::words(text).into_iter().map(word).collect()
        };
        let groups = options.synonyms.iter();
        Synonyms(
            groups.map(|group| group.iter().map(&mut member).filter(|words| !words.is_empty()).collect()).collect(),
        )
    }

    /// The longest member of a group that the words begin with: how many words it has, and what else is in its groups.
    fn of_words(&self, words: &[Asked]) -> Option<(usize, Vec<Vec<SynonymWord>>)> {
        let begins = |member: &&Vec<SynonymWord>| {
            member.len() <= words.len() && member.iter().zip(words).all(|(member, word)| member.stem == word.stem)
        };
        let length = self.0.iter().flatten().filter(begins).map(Vec::len).max()?;
        let is_it = |member: &Vec<SynonymWord>| member.len() == length && begins(&member);
        let groups = self.0.iter().filter(|group| group.iter().any(is_it));
        let others = groups.flatten().filter(|member| !is_it(member)).cloned().collect();
        Some((length, others))
    }
}
