//! One test binary: a module per concern; what they share is in [`kit`].

mod document;
mod fields;
mod generated;
mod json_schema;
mod kit;
mod layers;
mod publish;
mod publish_stopped;
mod write;
