//! Knowledge bases of any size, invented from a seed: to measure Segue, and to test it on more than a handful of files.
//!
//! [`cast`] decides who and what there is, [`voice`] speaks about one deal with the sentences of [`lexicon`],
//! [`handoff`], [`companions`] and [`body`] write the files, [`corpus`] puts them on disk, [`measure`] runs Segue over
//! them, [`preview`] edits files under a running preview. Nothing but the seed decides
//! what comes out: no clock, no hash order, no floating point.

pub mod body;
pub mod calendar;
pub mod cast;
pub mod companions;
pub mod corpus;
pub mod handoff;
pub mod harm;
pub mod lexicon;
pub mod measure;
pub mod preview;
pub mod random;
pub mod voice;
pub mod yaml;
