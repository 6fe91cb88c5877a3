//! One test binary: a module per concern.

mod document;
mod json_schema;
