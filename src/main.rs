//! `segue`: arguments in, exit code out. Everything else is in the library.

#![allow(clippy::disallowed_methods, reason = "hands on what was typed")]

use std::process::ExitCode;

/// Decoding and rendering make many small allocations on all cores at once; this one serves them faster than most
/// systems' own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    segue::cli::run(std::env::args_os())
}
