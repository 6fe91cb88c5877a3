//! `segue build`.

use super::args::Build;
use super::{Context, Failure, Outcome, Progress, print, print_note, terminal};
use crate::diagnostic::Severity;
use crate::diagnostic::render::{self, Paths};
use crate::pipeline::{self, BuildError, Built, Question};
use crate::publish::{PublishError, Stage, Target};
use std::time::Instant;

/// How many errors are printed whole before a build refuses; the rest is for `check`.
const SHOWN: usize = 20;

/// Checks, publishes, and says what came of it.
pub(super) fn run(args: &Build, context: &Context) -> Result<Outcome, Failure> {
    let started = Instant::now();
    let root = context.root()?;
    let out = args.out.as_ref().map_or_else(|| root.join("public"), |out| context.cwd.join(out));
    let (content, themes, config) = (root.join("content"), root.join("themes"), root.join("segue.toml"));
    let target = Target::new(&out, &root, &[&content, &themes, &config])?;

    let staged = Stage::begin_after(&target, |busy| print_note(&format!("{busy}; waiting for it\n")))?;
    let progress = Progress::start("Checking");
    let question = Question { today: context.today, at_least: None, audience: args.audience };
    let checked = pipeline::check(&root, question, &|done, all| progress.at(done, all))?;
    progress.next("Publishing");
    let built = pipeline::build(checked, staged, args.allow_errors, &|done, all| progress.at(done, all));
    drop(progress);

    let paint = context.stdout();
    let paths = Paths::new(&root, &context.cwd);
    match built {
        Ok(Built { summary, pages, diagnostics, site, index_bytes }) => {
            let count = |severity| diagnostics.iter().filter(|found| found.severity == severity).count();
            let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
            let mut line = format!(
                "{} {} in {:.2} s: {} changed, {} unchanged, {} removed; {} of search index\n",
                paint.good("published"),
                plural(pages, "page"),
                started.elapsed().as_secs_f64(),
                summary.written,
                summary.unchanged,
                summary.removed,
                size(index_bytes),
            );
            if errors > 0 {
                let errors = paint.error(plural(errors, "error"));
                line += &format!("{errors} published all the same; the pages they are on say so\n");
            }
            if warnings > 0 {
                line += &format!("{} (`segue check` shows them)\n", paint.warning(plural(warnings, "warning")));
            }
            if errors > 0 {
                let shown: Vec<_> =
                    diagnostics.iter().filter(|found| found.severity == Severity::Error).take(SHOWN).cloned().collect();
                print_note(&render::short(&shown, &site.base().sources, &paths));
            }
            // As after a check, all at once, by the end of the process.
            std::mem::forget(site);
            line += &format!("{}\n", paint.dim(target.path().join("index.html").display()));
            print(&line)?;
            Ok(Outcome::Clean)
        }
        Err(BuildError::Content { diagnostics, sources }) => {
            let errors: Vec<_> = diagnostics.into_iter().filter(|found| found.severity == Severity::Error).collect();
            let mut text =
                render::human(&errors[..errors.len().min(SHOWN)], &sources, &paths, paint.on, terminal::width());
            if errors.len() > SHOWN {
                text += &format!("… and {} more: `segue check` shows them all\n", errors.len() - SHOWN);
            }
            text += &format!(
                "{}: {} to mend first; {} is as it was (--allow-errors publishes all the same)\n",
                paint.error("not published"),
                plural(errors.len(), "error"),
                target.path().display(),
            );
            print(&text)?;
            Ok(Outcome::Faulty)
        }
        Err(error) => Err(Failure::new(error.to_string())),
    }
}

impl From<PublishError> for Failure {
    fn from(error: PublishError) -> Self {
        Self::new(error.to_string())
    }
}

fn plural(count: usize, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}

/// A size for people: `312 KB`, `4.1 MB`.
fn size(bytes: usize) -> String {
    if bytes < 1_000_000 { format!("{} KB", bytes.div_ceil(1000)) } else { format!("{:.1} MB", bytes as f64 / 1e6) }
}
