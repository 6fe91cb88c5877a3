//! The form: what it is drawn from, what it writes, what it keeps.

mod edits;
mod saving;
