//! Segue turns handoffs written in Markdown into a checked, cross-linked knowledge base.

pub mod diagnostic;
pub mod source;
