//! Content files from answers: the way back from the table of fields to front matter.
//!
//! Pure, and the same for whoever asks: [`Answers`] are collected from flags, prompts or a form, and [`file()`] writes
//! them in the table's order. Whether they are good answers is for the checker to say, about the file as written.

mod answers;
mod layout;
mod yaml;

pub use answers::{Answer, Answers, SetError, is_due};
pub use layout::file;
pub use yaml::inline;
