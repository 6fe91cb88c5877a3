//! Floor 0: what is wrong, as data.
//!
//! A [`Diagnostic`] says which rule is broken, where, what was expected and how to mend it. Printing for people, for
//! CI and for a browser are renderings of the same list: see [`render`].

mod codes;
pub mod render;

pub use codes::rules;
pub use codes::{ALL, Rule, rule};

use crate::source::{FileId, Span};
use serde::Serialize;
use std::fmt;

/// How much a diagnostic weighs. Errors make `check` exit with 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The content must change before it can be published.
    Error,
    /// Worth a look; stops nothing unless warnings are denied.
    Warning,
}

impl Severity {
    /// The word for it, as printed and as written in `[rules]`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One problem at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule that is broken.
    pub rule: &'static Rule,
    /// The rule's severity unless `[rules]` in `segue.toml` or the place says otherwise.
    pub severity: Severity,
    /// The file it is in.
    pub file: FileId,
    /// The place in it. Empty at the start of a file for faults of the file as a whole.
    pub span: Span,
    /// The field's whole path, list items counted from 1: `promises[2].due`.
    pub field: Option<String>,
    /// The headline: what is wrong, in one sentence without a full stop.
    pub message: String,
    /// A few words beside the marked place: what was expected there.
    pub expected: Option<String>,
    /// How to mend it, or why it matters; may be several sentences.
    pub help: Option<String>,
    /// A replacement that would mend it.
    pub suggestion: Option<Suggestion>,
    /// Other places that belong to the problem.
    pub related: Vec<Related>,
}

/// A replacement of text in the diagnostic's own file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What stands there now.
    pub span: Span,
    /// What should.
    pub replacement: String,
    /// Certain suggestions are applied by `check --fix`; the others are only shown ("did you mean").
    pub certain: bool,
}

/// Another place that belongs to a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The file.
    pub file: FileId,
    /// The place.
    pub span: Span,
    /// What it has to do with the problem.
    pub message: String,
}

impl Diagnostic {
    /// A diagnostic of `rule` at a place, with the rule's own severity.
    pub fn new(rule: &'static Rule, file: FileId, span: Span, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity: rule.severity,
            file,
            span,
            field: None,
            message: message.into(),
            expected: None,
            help: None,
            suggestion: None,
            related: Vec::new(),
        }
    }

    /// Names the field by its whole path.
    #[must_use]
    pub fn field(mut self, path: impl Into<String>) -> Self {
        self.field = Some(path.into());
        self
    }

    /// Says what was expected at the place.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// Says how to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Shows a replacement that may be meant ("did you mean").
    #[must_use]
    pub fn suggest(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.suggestion = Some(Suggestion { span, replacement: replacement.into(), certain: false });
        self
    }

    /// Offers a replacement that cannot be wrong; `check --fix` applies it.
    #[must_use]
    pub fn fix(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.suggestion = Some(Suggestion { span, replacement: replacement.into(), certain: true });
        self
    }

    /// Points at another place.
    #[must_use]
    pub fn related(mut self, file: FileId, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Related { file, span, message: message.into() });
        self
    }
}

/// The nearest of `candidates` to `word`, where one is near enough to be a slip of the fingers: within a third of its
/// length in edits (transpositions count once), or the same but for case, `_`, `-` and spaces.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let fold = |text: &str| -> String {
        text.chars().filter(|c| !matches!(c, '_' | '-' | ' ' | '.')).flat_map(char::to_lowercase).collect()
    };
    let folded = fold(word);
    let limit = (folded.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let other = fold(candidate);
            if other.chars().count().abs_diff(folded.chars().count()) > limit {
                return None;
            }
            let distance = strsim::osa_distance(&folded, &other);
            (distance <= limit).then_some((distance, candidate))
        })
        .min_by_key(|(distance, candidate)| (*distance, *candidate))
        .map(|(_, candidate)| candidate)
}
