//! Stage: the project.
//!
//! Finds the root, reads `segue.toml` and the sources. The only reader of content, and the only one that changes it.

#![allow(clippy::disallowed_methods, reason = "the only reader of content")]

mod config;
mod history;
mod read;
mod repository;
mod save;

pub use config::{Weights, read as configure};
pub use history::{Change, Checkout, changes, checkout};
pub use read::{Asset, Content, ContentFile, Found, ProjectError, content_file, read_asset, survey};
pub use repository::{Begin, Repository};
pub use save::{SaveError, make, rewrite};

use crate::fields::Schema;
use jiff::civil::Date;
use std::path::PathBuf;

/// Whom the site is published for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Audience {
    /// The team: restricted fields are published.
    #[default]
    Internal,
    /// The company: restricted fields are left out everywhere.
    Company,
}

/// What `segue.toml`, the command line and the table of fields say, put together.
#[derive(Clone, Debug)]
pub struct Project {
    /// The folder that holds `segue.toml`.
    pub root: PathBuf,
    /// `[site] title`.
    pub title: String,
    /// `[site] base_url`, without a slash at its end.
    pub base_url: Option<String>,
    /// `[site] repository`.
    pub repository: Option<Repository>,
    /// `[serve] editor`: the address that opens a file in an editor, with `{path}` and `{line}` in it.
    pub editor: Option<String>,
    /// Whom the site is for.
    pub audience: Audience,
    /// The table of fields with the project's own.
    pub schema: Schema,
    /// The day that counts as today.
    pub today: Date,
    /// Words that are placeholders beyond the built-in ones, in lower case.
    pub placeholders: Vec<String>,
    /// What `[rules]` says of codes: another severity, or `None` for "off".
    pub weights: Weights,
    /// `[search] language`: whose stemming the index uses.
    pub language: segue_search::Language,
    /// `[search] synonyms`: groups of words and phrases that mean the same.
    pub synonyms: Vec<Vec<String>>,
}
