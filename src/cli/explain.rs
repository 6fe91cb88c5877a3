//! `segue explain`.

use super::args::Explain;
use super::{Context, Failure, Outcome, Painter, markdown, print};
use crate::diagnostic::{self, Rule, Severity};

/// Prints one page, or the list of all.
pub(super) fn run(args: &Explain, context: &Context) -> Result<Outcome, Failure> {
    let paint = context.stdout();
    match &args.code {
        None => print(&list(paint))?,
        Some(code) => print(&page(find(code)?, paint))?,
    }
    Ok(Outcome::Clean)
}

/// The rule that was asked for. Codes are copied from messages, so `error[missing-field]` is understood too.
fn find(asked: &str) -> Result<&'static Rule, Failure> {
    let code = asked.trim();
    let code = code.split_once('[').map_or(code, |(_, rest)| rest.trim_end_matches(':').trim_end_matches(']'));
    let code = code.to_lowercase().replace('_', "-");
    diagnostic::rule(&code).ok_or_else(|| {
        let failure = Failure::new(format!("there is no code `{asked}`"));
        match diagnostic::nearest(&code, diagnostic::ALL.iter().map(|rule| rule.code)) {
            Some(near) => failure.help(format!("did you mean `{near}`? `segue explain` lists them all")),
            None => failure.help("`segue explain` lists them all"),
        }
    })
}

fn page(rule: &Rule, paint: Painter) -> String {
    let label = severity(rule.severity, format!("{}[{}]", rule.severity, rule.code), paint);
    format!("{label}: {}\n\n{}", paint.bold(rule.summary), markdown::render(rule.explanation, paint))
}

fn list(paint: Painter) -> String {
    let width = diagnostic::ALL.iter().map(|rule| rule.code.len()).max().unwrap_or(0);
    let mut out = String::new();
    for rule in diagnostic::ALL {
        let padding = " ".repeat(width - rule.code.len());
        let level = severity(rule.severity, format!("{:7}", rule.severity.name()), paint);
        out += &format!("{}{padding}  {level}  {}\n", paint.bold(rule.code), rule.summary);
    }
    out += "\n`segue explain CODE` says more. `[rules]` in segue.toml sets any code to error, warning or off.\n";
    out
}

fn severity(severity: Severity, text: String, paint: Painter) -> String {
    match severity {
        Severity::Error => paint.error(text),
        Severity::Warning => paint.warning(text),
    }
}
