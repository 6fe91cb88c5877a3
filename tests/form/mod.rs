//! The form: what it is drawn from, what it writes, what it keeps.

mod browsing;
mod edits;
mod saving;
mod scripts;
