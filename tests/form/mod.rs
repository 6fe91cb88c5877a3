//! The form: what it is drawn from, what it writes, what it keeps.

mod browsing;
mod edits;
mod pages;
mod saving;
mod scripts;
