//! Segue turns handoffs written in Markdown into a checked, cross-linked knowledge base.

pub mod cli;
pub mod diagnostic;
pub mod document;
pub mod fields;
pub mod index;
pub mod knowledge;
pub mod pipeline;
pub mod project;
pub mod publish;
pub mod record;
pub mod render;
pub mod route;
pub mod serve;
pub mod site;
pub mod source;
pub mod write;
