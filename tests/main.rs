//! One test binary: a module per concern.

mod json_schema;
