//! `segue-bench corpus` makes a knowledge base of any size; `segue-bench run` measures Segue on such.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::{Parser, Subcommand};
use segue_bench::corpus::{self, Recipe};

/// Makes knowledge bases of any size and measures Segue on them.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Writes an invented knowledge base; the same seed gives the same bytes.
    Corpus {
        /// Where to: an empty or absent folder.
        dir: PathBuf,
        /// How many handoffs.
        #[arg(long, default_value_t = 1_000)]
        handoffs: usize,
        /// Another seed gives another corpus.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

fn main() -> ExitCode {
    let Arguments { command } = Arguments::parse();
    let outcome = match command {
        Command::Corpus { dir, handoffs, seed } => {
            let started = Instant::now();
            corpus::write(&dir, Recipe { handoffs, seed }).map(|written| {
                println!(
                    "{} files, {:.1} MB, in {:.1} s; look at them with --today {}",
                    written.files,
                    written.bytes as f64 / 1e6,
                    started.elapsed().as_secs_f64(),
                    segue_bench::calendar::TODAY,
                );
            })
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
