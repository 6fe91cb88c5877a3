//! The command line: the only place that talks to the terminal and decides exit codes.
//!
//! [`args`] holds what was typed; each command turns that into what it means, calls the library and prints. Exit codes:
//! 0 clean, 1 the content has errors, 2 the command or its surroundings are at fault.

#![allow(clippy::disallowed_methods, reason = "where the program meets the machine it runs on")]

pub mod args;
mod build;
mod check;
mod completions;
mod context;
mod create;
mod explain;
mod failure;
mod fields;
mod fix;
mod gate;
mod init;
mod markdown;
mod new;
mod scope;
mod search;
mod serve;
mod terminal;

pub use context::Context;
use create::create;
pub use failure::Failure;
pub use terminal::{Painter, Progress, print, print_failure, print_note};

use args::{Cli, Command};
use clap::Parser;
use std::ffi::OsString;
use std::process::ExitCode;

/// How a command that ran to its end found the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing to complain about.
    Clean,
    /// The content has errors.
    Faulty,
}

/// Runs what was typed and says how it went.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are "errors" to clap as well; it knows which stream and code each deserves. Where even
            // that stream is closed there is nobody left to tell.
            return match error.print() {
                Ok(()) => ExitCode::from(error.exit_code() as u8),
                Err(_) => ExitCode::from(2),
            };
        }
    };
    let color = cli.global.color;
    match dispatch(cli) {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Faulty) => ExitCode::from(1),
        Err(failure) => {
            print_failure(&failure, Painter::stderr(color));
            ExitCode::from(2)
        }
    }
}

fn dispatch(cli: Cli) -> Result<Outcome, Failure> {
    let context = Context::new(&cli.global)?;
    match cli.command {
        Command::Check(args) => check::run(&args, &context),
        Command::Init(args) => init::run(&args, &context),
        Command::New(args) => new::run(&args, &context),
        Command::Fields(args) => fields::run(&args, &context),
        Command::Explain(args) => explain::run(&args, &context),
        Command::Build(args) => build::run(&args, &context),
        Command::Serve(args) => serve::run(&args, &context),
        Command::Search(args) => search::run(&args, &context),
        Command::Completions(args) => completions::run(&args),
    }
}
