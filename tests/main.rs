//! One test binary: a module per concern; what they share is in [`kit`].

#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "tests set the machine up")]

mod amended;
mod asked;
mod browser;
mod check;
mod cli;
mod document;
mod example;
mod explain;
mod faults;
mod fields;
mod form;
mod generated;
mod init;
mod json_schema;
mod kit;
mod layers;
mod new;
mod parity;
mod publish;
mod publish_stopped;
mod relevance;
mod serve;
mod site;
mod write;
