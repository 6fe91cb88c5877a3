//! `segue check`.

use super::args::{Check, Format};
use super::gate::{self, Gate};
use super::scope::Scope;
use super::{Context, Failure, Outcome, Progress, fix, print, print_note, terminal};
use crate::diagnostic::render::{self, Paths};
use crate::diagnostic::{Diagnostic, Severity};
use crate::pipeline::{self, Checked, Question};
use serde::Serialize;
use std::path::Path;
use std::time::{Duration, Instant};

/// How often `--fix` goes over the content: what one fix brings to light, the next may mend.
const ROUNDS: usize = 5;

/// Checks, mends if asked to, and prints what is left.
pub(super) fn run(args: &Check, context: &Context) -> Result<Outcome, Failure> {
    let started = Instant::now();
    let root = context.root()?;
    let paths = Paths::new(&root, &context.cwd);
    let scope = Scope::new(&args.paths, &root, context)?;
    let mut checked = look(&root, args, context)?;
    let mut fixed = 0;
    for _ in 0..if args.fix { ROUNDS } else { 0 } {
        let reported: Vec<_> = checked.diagnostics.iter().filter(|found| in_scope(found, &checked, &scope)).collect();
        let count = fix::apply(&root, &checked.base.sources, &reported)?;
        if count == 0 {
            break;
        }
        fixed += count;
        checked = look(&root, args, context)?;
    }
    let mut diagnostics = std::mem::take(&mut checked.diagnostics);
    diagnostics.retain(|found| in_scope(found, &checked, &scope));
    render::sort(&mut diagnostics, &checked.base.sources);
    let summary = Summary {
        files: checked.base.sources.iter().filter(|(_, source)| scope.holds(source.path())).count(),
        errors: count(&diagnostics, Severity::Error),
        warnings: count(&diagnostics, Severity::Warning),
        fixed,
    };
    let gates = gate::gates(&checked.base, &diagnostics, |path| scope.holds(path));
    show(args, context, &Report { checked: &checked, diagnostics: &diagnostics, gates, paths, summary }, started)?;
    let failed = summary.errors > 0 || args.deny_warnings && summary.warnings > 0;
    // Millions of small values would be given back one by one; the process ends here, and the system takes all at once.
    std::mem::forget(checked);
    Ok(if failed { Outcome::Faulty } else { Outcome::Clean })
}

fn look(root: &Path, args: &Check, context: &Context) -> Result<Checked, Failure> {
    let progress = Progress::start("Checking");
    let question = Question { today: context.today, at_least: args.stage, audience: None };
    Ok(pipeline::check(root, question, &|done, all| progress.at(done, all))?)
}

fn in_scope(found: &Diagnostic, checked: &Checked, scope: &Scope) -> bool {
    scope.holds(checked.base.sources.get(found.file).path())
}

fn count(diagnostics: &[Diagnostic], severity: Severity) -> usize {
    diagnostics.iter().filter(|found| found.severity == severity).count()
}

/// How many problems `--fix` would mend; nothing where there is none.
fn mendable(diagnostics: &[Diagnostic]) -> String {
    let certain = |found: &&Diagnostic| found.suggestion.as_ref().is_some_and(|suggestion| suggestion.certain);
    match diagnostics.iter().filter(certain).count() {
        0 => String::new(),
        1 => "one of them is mended by `segue check --fix`\n".to_owned(),
        many => format!("{many} of them are mended by `segue check --fix`\n"),
    }
}

/// What a check found, ready to be printed.
struct Report<'a> {
    checked: &'a Checked,
    diagnostics: &'a [Diagnostic],
    gates: Vec<Gate<'a>>,
    paths: Paths,
    summary: Summary,
}

/// The result in numbers.
#[derive(Clone, Copy, Serialize)]
struct Summary {
    files: usize,
    errors: usize,
    warnings: usize,
    fixed: usize,
}

fn show(args: &Check, context: &Context, report: &Report<'_>, started: Instant) -> Result<(), Failure> {
    let Report { checked, diagnostics, gates, paths, summary } = report;
    let sources = &checked.base.sources;
    let note = |paint| print_note(&summary.line(started.elapsed(), paint));
    match args.format {
        Format::Human => {
            let paint = context.stdout();
            let width = terminal::width();
            let mut out = if args.stage.is_some() {
                let framed = |found: &&Diagnostic| !gate::is_listed(found, &checked.base);
                let framed: Vec<_> = diagnostics.iter().filter(framed).cloned().collect();
                render::human(&framed, sources, paths, paint.on, width) + &gate::blocked(gates, paths, paint)
            } else {
                let far = gate::progress(gates, paths, paint);
                let space = if far.is_empty() { "" } else { "\n" };
                render::human(diagnostics, sources, paths, paint.on, width) + &far + space
            };
            out += &summary.line(started.elapsed(), paint);
            out += &mendable(diagnostics);
            print(&out)
        }
        Format::Short => {
            print(&render::short(diagnostics, sources, paths))?;
            note(context.stderr());
            Ok(())
        }
        Format::Github => {
            print(&render::github(diagnostics, sources, paths))?;
            note(context.stderr());
            Ok(())
        }
        Format::Sarif => print(&render::sarif(diagnostics, sources, paths)),
        Format::Json => {
            #[derive(Serialize)]
            struct Document<'a> {
                diagnostics: Vec<render::View<'a>>,
                handoffs: Vec<gate::View<'a>>,
                summary: Summary,
            }
            let document = Document {
                diagnostics: diagnostics.iter().map(|found| render::view(found, sources, paths)).collect(),
                handoffs: gates.iter().map(|gate| gate.view(paths)).collect(),
                summary: *summary,
            };
            let text = serde_json::to_string_pretty(&document)
                .map_err(|error| Failure::new(format!("the result cannot be written as JSON: {error}")))?;
            print(&(text + "\n"))
        }
    }
}

impl Summary {
    /// `checked 31 files: 2 errors, 1 warning in 0.03 s`.
    fn line(self, taken: Duration, paint: super::Painter) -> String {
        let plural = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
        let mut line = String::new();
        if self.fixed > 0 {
            line += &format!("{}\n", paint.good(format!("fixed {}", plural(self.fixed, "problem"))));
        }
        line += &format!("checked {}: ", plural(self.files, "file"));
        line += &match (self.errors, self.warnings) {
            (0, 0) => paint.good("no problems"),
            (0, warnings) => paint.warning(plural(warnings, "warning")),
            (errors, 0) => paint.error(plural(errors, "error")),
            (errors, warnings) => {
                format!("{}, {}", paint.error(plural(errors, "error")), paint.warning(plural(warnings, "warning")))
            }
        };
        line += &format!(" in {:.2} s\n", taken.as_secs_f64());
        line
    }
}
