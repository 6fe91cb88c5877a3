//! Content files from answers: the way back from the table of fields to front matter.
//!
//! Pure, and the same for whoever asks: [`Answers`] are collected from flags, prompts or a form, and [`file()`] writes
//! them in the table's order, [`edited`] into a file that is there. Whether they are good answers is for the checker to say, about the file as written.

mod align;
mod answers;
mod edit;
mod given;
mod json;
mod layout;
mod name;
mod yaml;

pub use answers::{Answer, Answers, SetError, is_due};
pub use edit::{Unkept, body_start, edited, with_body};
pub use layout::{body, file, plain_file};
pub use name::{free_name, name};
pub use yaml::inline;
