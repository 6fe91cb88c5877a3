//! `segue fields`.

use super::args::{Fields, FieldsFormat};
use super::{Context, Failure, Outcome, print, print_note, terminal};
use crate::diagnostic::Severity;
use crate::fields::{Kind, Schema, json_schema, reference_markdown, reference_text};
use crate::project::Project;

/// Longer lines are no pleasure to read.
const WIDEST: usize = 100;

/// The order in which a reader meets the kinds: the handoff is what Segue is about.
const ORDER: [Kind; 6] = [Kind::Handoff, Kind::Account, Kind::Stakeholder, Kind::Teammate, Kind::Receipt, Kind::Page];

/// Prints the table of fields: the project's, where there is one, else the built-in one.
pub(super) fn run(args: &Fields, context: &Context) -> Result<Outcome, Failure> {
    let (schema, placeholders) = table(args, context)?;
    let kinds = args.kind.as_ref().map_or(&ORDER[..], std::slice::from_ref);
    print(&match args.format {
        FieldsFormat::Text => reference_text(&schema, kinds, terminal::width().min(WIDEST)),
        FieldsFormat::Markdown => reference_markdown(&schema, kinds),
        FieldsFormat::JsonSchema => {
            let document = json_schema(&schema, &placeholders, args.kind);
            format!("{document:#}\n")
        }
    })?;
    Ok(Outcome::Clean)
}

fn table(args: &Fields, context: &Context) -> Result<(Schema, Vec<String>), Failure> {
    let root = if args.built_in { None } else { context.found_root()? };
    let Some(root) = root else { return Ok((Schema::default(), Vec::new())) };
    let (project, content, diagnostics) =
        Project::read(&root, context.today).map_err(|error| Failure::new(error.to_string()))?;
    let mistakes = diagnostics
        .iter()
        .filter(|one| one.severity == Severity::Error && content.sources.get(one.file).path() == "segue.toml")
        .count();
    if mistakes > 0 {
        print_note(&format!(
            "{}: segue.toml has mistakes, which `segue check` shows; what they concern is left out\n",
            context.stderr().warning("warning")
        ));
    }
    Ok((project.schema, project.placeholders))
}
