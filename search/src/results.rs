//! What is asked and what comes back.

use serde::Serialize;

use crate::record::{Day, Named};

/// A question to the index.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// What was typed: words, `"phrases"`, `-word`, `field:value`, `due:<2026-12-31`. Nothing is refused.
    pub query: &'a str,
    /// How many hits to return.
    pub limit: usize,
    /// How many hits to pass over.
    pub offset: usize,
    /// Somebody is still typing: the last word may be the beginning of one.
    pub typing: bool,
    /// Chosen filters, `("kind", "promise")`. Values of one field widen, fields narrow.
    pub filters: Vec<(String, String)>,
    /// The fields to count the hits by: `kind`, `account`, ….
    pub count: Vec<String>,
}

impl<'a> Request<'a> {
    /// The first ten hits for what is typed so far.
    pub fn new(query: &'a str) -> Self {
        Self { query, limit: 10, offset: 0, typing: true, filters: Vec::new(), count: Vec::new() }
    }
}

/// What the index answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Results {
    /// The hits asked for, best first.
    pub hits: Vec<Hit>,
    /// How many there are in all.
    pub total: usize,
    /// What could not be understood in the query, and what was searched instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The query with the words the index doesn't know replaced by the nearest it knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub did_you_mean: Option<String>,
    /// The hits counted by the fields that [`Request::count`] names, in its order. A field's own filter doesn't narrow
    /// its counts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facets: Vec<FacetCounts>,
}

/// A place that answers the question.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hit {
    /// What it is: `account`, `promise`, ….
    pub kind: String,
    /// Its heading, with what was found marked.
    pub title: Marked,
    /// Where it is, from the site's root.
    pub url: String,
    /// The account it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<Named>,
    /// When it is due, or was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Day>,
    /// Its status, as read by people: `At risk`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The text around what was found.
    pub snippet: Marked,
    /// How well it answers; comparable within one answer only.
    pub score: f32,
}

/// Text in pieces, some of them marked as found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Marked {
    /// The pieces; put together they are the text.
    pub pieces: Vec<Piece>,
}

/// A piece of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// The text itself, not escaped for anything.
    pub text: String,
    /// Whether it is what was looked for.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub mark: bool,
}

impl Marked {
    /// Whether any of it is marked.
    pub fn has_mark(&self) -> bool {
        self.pieces.iter().any(|piece| piece.mark)
    }

    /// The text without marks.
    pub fn text(&self) -> String {
        self.pieces.iter().map(|piece| piece.text.as_str()).collect()
    }

    /// The text with something before and after each mark, for a terminal or a test.
    pub fn render(&self, before: &str, after: &str) -> String {
        let mut out = String::new();
        for piece in &self.pieces {
            if piece.mark {
                out.push_str(before);
                out.push_str(&piece.text);
                out.push_str(after);
            } else {
                out.push_str(&piece.text);
            }
        }
        out
    }
}

/// The hits counted by the values of one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FacetCounts {
    /// The field: `kind`, `account`, `csm`, ….
    pub field: String,
    /// Its values among the hits, most frequent first.
    pub values: Vec<Count>,
}

/// How many hits have a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Count {
    /// The value.
    #[serde(flatten)]
    pub value: Named,
    /// How many of the hits have it.
    pub hits: usize,
}
