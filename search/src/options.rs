//! What a project decides about its search.

use serde::{Deserialize, Serialize};

/// How words are brought to their stem: the language the knowledge base is written in.
///
/// Only stemming and function words depend on it. Case, accents, Chinese, Japanese and Korean text are treated alike
/// in every language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the language it names")]
pub enum Language {
    Arabic,
    Danish,
    Dutch,
    #[default]
    English,
    Finnish,
    French,
    German,
    Greek,
    Hungarian,
    Italian,
    Norwegian,
    Portuguese,
    Romanian,
    Russian,
    Spanish,
    Swedish,
    Tamil,
    Turkish,
    /// Words as they are written.
    None,
}

impl Language {
    /// Every language, in the order of their names, [`Language::None`] last.
    pub const ALL: &'static [Language] = &[
        Language::Arabic,
        Language::Danish,
        Language::Dutch,
        Language::English,
        Language::Finnish,
        Language::French,
        Language::German,
        Language::Greek,
        Language::Hungarian,
        Language::Italian,
        Language::Norwegian,
        Language::Portuguese,
        Language::Romanian,
        Language::Russian,
        Language::Spanish,
        Language::Swedish,
        Language::Tamil,
        Language::Turkish,
        Language::None,
    ];

    /// The name used in configuration: `english`, …, `none`.
    pub fn name(self) -> &'static str {
        match self {
            Language::Arabic => "arabic",
            Language::Danish => "danish",
            Language::Dutch => "dutch",
            Language::English => "english",
            Language::Finnish => "finnish",
            Language::French => "french",
            Language::German => "german",
            Language::Greek => "greek",
            Language::Hungarian => "hungarian",
            Language::Italian => "italian",
            Language::Norwegian => "norwegian",
            Language::Portuguese => "portuguese",
            Language::Romanian => "romanian",
            Language::Russian => "russian",
            Language::Spanish => "spanish",
            Language::Swedish => "swedish",
            Language::Tamil => "tamil",
            Language::Turkish => "turkish",
            Language::None => "none",
        }
    }

    /// The language of that name, as written in configuration.
    pub fn from_name(name: &str) -> Option<Language> {
        Language::ALL.iter().copied().find(|language| language.name() == name)
    }
}

/// What a project decides about its search. Written into the index, so whoever asks it follows the same rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// The language of the text.
    pub language: Language,
    /// Groups of words or phrases that stand for each other: `["SSO", "single sign-on", "SAML"]`.
    pub synonyms: Vec<Vec<String>>,
    /// How much of a record's text is kept to show around a hit, in bytes. Longer keeps more of a match in sight and
    /// makes the index larger.
    pub excerpt: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { language: Language::English, synonyms: Vec::new(), excerpt: 140 }
    }
}
