//! `segue completions`.

use super::args::{Cli, Completions};
use super::{Failure, Outcome, print};
use clap::CommandFactory;

/// Prints the script for a shell.
pub(super) fn run(args: &Completions) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "segue", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Clean)
}
