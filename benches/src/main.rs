//! `segue-bench corpus` makes a knowledge base of any size; `segue-bench run` measures Segue on such.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::{Parser, Subcommand};
use segue_bench::corpus::{self, Recipe};
use segue_bench::measure::{self, Plan};
use segue_bench::preview;

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
    /// Measures check and build, and prints a table.
    Run {
        /// The sizes of the corpora.
        #[arg(long, value_delimiter = ',', default_values_t = [1_000, 10_000])]
        handoffs: Vec<usize>,
        /// The program to measure.
        #[arg(long, default_value = if cfg!(windows) { "target/release/segue.exe" } else { "target/release/segue" })]
        segue: PathBuf,
        /// Where corpora and sites are made, and left.
        #[arg(long, default_value = "target/bench")]
        work: PathBuf,
        /// How often each time is taken; the median counts.
        #[arg(long, default_value_t = 3)]
        runs: usize,
    },
    /// Measures the preview: from a save to the new page, the first page, memory.
    Serve {
        /// The sizes of the corpora.
        #[arg(long, value_delimiter = ',', default_values_t = [1_000, 10_000])]
        handoffs: Vec<usize>,
        /// The program to measure.
        #[arg(long, default_value = if cfg!(windows) { "target/release/segue.exe" } else { "target/release/segue" })]
        segue: PathBuf,
        /// Where corpora are made, and left.
        #[arg(long, default_value = "target/bench")]
        work: PathBuf,
        /// How often files are edited.
        #[arg(long, default_value_t = 500)]
        edits: usize,
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
        Command::Run { handoffs, segue, work, runs } => measured(handoffs, &segue, &work, runs),
        Command::Serve { handoffs, segue, work, edits } => previewed(handoffs, &segue, &work, edits),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn measured(sizes: Vec<usize>, segue: &Path, work: &Path, runs: usize) -> io::Result<()> {
    let segue = program(segue)?;
    // Commands run inside the corpora: what was given relative to here is made absolute.
    let plan = Plan { segue, work: std::path::absolute(work)?, sizes, runs };
    let measured = measure::run(&plan, &|step| eprintln!("{step}"))?;
    print!("{}", measure::table(&measured));
    Ok(())
}

fn previewed(sizes: Vec<usize>, segue: &Path, work: &Path, edits: usize) -> io::Result<()> {
    let plan = preview::Plan { segue: program(segue)?, work: std::path::absolute(work)?, sizes, edits };
    let figures = preview::run(&plan, &|step| eprintln!("{step}"))?;
    print!("{}", preview::table(&figures));
    Ok(())
}

fn program(segue: &Path) -> io::Result<PathBuf> {
    segue.canonicalize().map_err(|error| {
        let hint = "build it with `cargo build --release`, or name it with --segue";
        io::Error::new(error.kind(), format!("{}: {error}; {hint}", segue.display()))
    })
}
