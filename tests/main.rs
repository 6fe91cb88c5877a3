//! One test binary: a module per concern.

mod document;
mod fields;
mod json_schema;
