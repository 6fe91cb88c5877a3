//! Words to stems, in the project's language.

use frostem::{Algorithm, Stemmer};
use rustc_hash::FxHashMap;

use crate::options::Language;

/// Function words of English. They carry no meaning alone, stand in every text, and are most of an index's bytes.
/// Words that are also names of things here (`who`, `us`) are left in.
const ENGLISH: &[&str] = &[
    "a", "also", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "could", "did", "do", "does", "for",
    "from", "had", "has", "have", "he", "her", "his", "how", "i", "if", "in", "into", "is", "it", "its", "may", "no",
    "not", "of", "on", "or", "our", "she", "should", "so", "such", "than", "that", "the", "their", "them", "then",
    "there", "these", "they", "this", "to", "was", "we", "were", "what", "when", "where", "which", "will", "with",
    "would", "you", "your",
];

/// What English questions are made of and seldom about. Indexed and found; left out of a query only where enough else is
/// asked: "what did we tell them about all the sites in Leeds before the pilot".
const ENGLISH_ASIDE: &[&str] = &[
    "able", "about", "across", "after", "all", "almost", "am", "among", "any", "anyone", "anything", "because",
    "before", "being", "between", "both", "cannot", "during", "each", "either", "else", "ever", "every", "get", "give",
    "given", "got", "however", "just", "least", "let", "like", "likely", "many", "me", "might", "more", "most", "much",
    "must", "my", "neither", "nor", "off", "often", "only", "other", "out", "over", "own", "rather", "said", "same",
    "say", "says", "shall", "since", "some", "tell", "through", "too", "until", "us", "using", "very", "want", "wants",
    "while", "who", "whom", "whose", "why", "within", "without", "yet",
];

/// How many words a [`Stems`] remembers before it works each out anew.
const REMEMBERED: usize = 1 << 16;

/// Brings words to their stem, and knows function words. Remembers what it worked out.
pub(crate) struct Stems {
    stemmer: Option<Stemmer>,
    function_words: &'static [&'static str],
    asides: &'static [&'static str],
    known: FxHashMap<Box<str>, Stemmed>,
}

/// What is known of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stemmed {
    /// Its stem, which is the word itself where the language has none for it.
    pub(crate) stem: Box<str>,
    /// Whether it is a function word.
    pub(crate) function: bool,
    /// Whether a question may hold it without being about it.
    pub(crate) aside: bool,
}

impl Stems {
    pub(crate) fn new(language: Language) -> Self {
        let english = language == Language::English;
        Self {
            stemmer: algorithm(language).map(Stemmer::new),
            function_words: if english { ENGLISH } else { &[] },
            asides: if english { ENGLISH_ASIDE } else { &[] },
            known: FxHashMap::default(),
        }
    }

    /// The stem of a folded word.
    pub(crate) fn of(&mut self, word: &str) -> Stemmed {
        if let Some(known) = self.known.get(word) {
            return known.clone();
        }
        let stemmed = self.work_out(word);
        if self.known.len() < REMEMBERED {
            self.known.insert(word.into(), stemmed.clone());
        }
        stemmed
    }

    fn work_out(&self, word: &str) -> Stemmed {
        let stem = match &self.stemmer {
            // Ids, numbers and versions have no stem.
            Some(stemmer) if !word.bytes().any(|byte| byte.is_ascii_digit()) => stemmer.stem(word).into(),
            _ => word.into(),
        };
        let among = |words: &[&str]| words.binary_search(&word).is_ok();
        Stemmed { stem, function: among(self.function_words), aside: among(self.asides) }
    }
}

fn algorithm(language: Language) -> Option<Algorithm> {
    Some(match language {
        Language::Arabic => Algorithm::Arabic,
        Language::Danish => Algorithm::Danish,
        Language::Dutch => Algorithm::Dutch,
        Language::English => Algorithm::English,
        Language::Finnish => Algorithm::Finnish,
        Language::French => Algorithm::French,
        Language::German => Algorithm::German,
        Language::Greek => Algorithm::Greek,
        Language::Hungarian => Algorithm::Hungarian,
        Language::Italian => Algorithm::Italian,
        Language::Norwegian => Algorithm::Norwegian,
        Language::Portuguese => Algorithm::Portuguese,
        Language::Romanian => Algorithm::Romanian,
        Language::Russian => Algorithm::Russian,
        Language::Spanish => Algorithm::Spanish,
        Language::Swedish => Algorithm::Swedish,
        Language::Tamil => Algorithm::Tamil,
        Language::Turkish => Algorithm::Turkish,
        Language::None => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn function_words_are_sorted_for_the_binary_search() {
        assert!(ENGLISH.is_sorted() && ENGLISH_ASIDE.is_sorted());
    }

    #[test]
    fn every_language_stems_or_leaves_alone() {
        for language in Language::ALL {
            let stem = Stems::new(*language).of("opp-00123").stem;
            assert_eq!(&*stem, "opp-00123", "{}", language.name());
        }
        assert_eq!(&*Stems::new(Language::English).of("integrations").stem, "integr");
        assert_eq!(&*Stems::new(Language::None).of("integrations").stem, "integrations");
    }
}
