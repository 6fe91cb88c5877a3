//! What a page is told about itself: what is wrong, how far its handoff is, where its file is edited.

use super::page::Pages;
use super::workspace::Shown;
use crate::diagnostic::render::{self, Paths, View};
use crate::diagnostic::{Diagnostic, Severity};
use crate::fields::{Kind, Stage};
use crate::knowledge::RecordId;
use crate::project::Checkout;
use crate::record::due;
use crate::source::{Source, Sources};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The most diagnostics a page is told in full.
const MOST: usize = 50;
/// What opens a file, unless `[serve] editor` says otherwise.
const EDITOR: &str = "vscode://file/{path}:{line}:{column}";
const ESCAPED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/').remove(b':');

/// Where the project is.
pub struct Place {
    /// Its root on disk.
    pub root: PathBuf,
    /// Its place in its repository.
    pub checkout: Option<Checkout>,
}

/// What the preview's own part of a page shows.
#[derive(Serialize)]
pub struct Status {
    version: u64,
    settled: bool,
    errors: usize,
    warnings: usize,
    /// What keeps the project from being read.
    trouble: Option<String>,
    page: Option<File>,
    handoff: Option<Progress>,
    /// Of files of which an older text is shown; then of this page's file; then others, errors first.
    diagnostics: Vec<Told>,
}

/// The file that a page is written in.
#[derive(Serialize)]
struct File {
    path: String,
    /// Opens it in an editor.
    edit: String,
    /// Edits it at the repository's host.
    hosted: Option<Hosted>,
    /// Edits it in the form.
    form: Option<String>,
    errors: usize,
    warnings: usize,
    /// Whether an older text of it is shown.
    held: bool,
}

#[derive(Serialize)]
struct Hosted {
    label: String,
    href: String,
}

/// How far a handoff is.
#[derive(Serialize)]
struct Progress {
    stage: &'static str,
    due: usize,
    filled: usize,
    missing: Vec<String>,
    next: Option<Next>,
}

/// What the next stage asks for that is not there.
#[derive(Serialize)]
struct Next {
    stage: &'static str,
    blocking: Vec<String>,
}

/// A diagnostic as its page shows it.
#[derive(Serialize)]
struct Told {
    /// Which page's business it is: `held`, `page`, `template` or `other`.
    about: &'static str,
    edit: String,
    /// The line it is on.
    excerpt: String,
    #[serde(flatten)]
    diagnostic: serde_json::Value,
}

/// What the page at a path is told.
pub fn status(shown: &Shown, pages: &Pages, place: &Place, path: &str) -> Status {
    let base = shown.site.base();
    let page = pages.find(shown, path);
    let record = page.route.as_ref().and_then(|route| shown.site.written_in(route));
    let own = record.map(|id| base.record(id).file);
    let (errors, warnings) = shown.counts();
    let teller = Teller { shown, place, paths: Paths::new(&place.root, &place.root) };
    let mut diagnostics = Vec::new();
    diagnostics.extend(shown.held.iter().flat_map(|held| {
        held.diagnostics
            .iter()
            .map(|found| (if Some(held.file) == own { "page" } else { "held" }, found, Some(&held.source)))
    }));
    let fault: Option<Diagnostic> = page.fault.as_ref().and_then(|fault| shown.site.diagnose(fault));
    diagnostics.extend(fault.iter().map(|found| ("template", found, None)));
    let is_template = |found: &Diagnostic| {
        let path = base.sources.get(found.file).path();
        path.starts_with("themes/") || path == "segue.toml"
    };
    let severities = [Severity::Error, Severity::Warning];
    for severity in severities {
        let found = shown.diagnostics.iter().filter(|found| found.severity == severity && is_template(found));
        diagnostics.extend(found.map(|found| ("template", found, None)));
    }
    for severity in severities {
        let found = shown.diagnostics.iter().filter(|found| found.severity == severity && Some(found.file) == own);
        diagnostics.extend(found.map(|found| ("page", found, None)));
    }
    for severity in severities {
        let found = shown
            .diagnostics
            .iter()
            .filter(|found| found.severity == severity && Some(found.file) != own && !is_template(found));
        // The list is cut below; there is no need to go through all of thousands.
        diagnostics.extend(found.take(MOST).map(|found| ("other", found, None)));
    }
    diagnostics.sort_by_key(|(about, found, _)| (*about == "other", found.severity));
    diagnostics.truncate(MOST);
    let diagnostics = diagnostics.into_iter().map(|(about, found, held)| teller.tell(about, found, held)).collect();
    Status {
        version: shown.version,
        settled: shown.settled,
        errors: errors + usize::from(fault.is_some()),
        warnings,
        trouble: shown.trouble.clone(),
        page: record.map(|id| file(shown, place, id)),
        handoff: record.and_then(|id| progress(shown, id)),
        diagnostics,
    }
}

fn file(shown: &Shown, place: &Place, id: RecordId) -> File {
    let base = shown.site.base();
    let record = base.record(id);
    let path = base.source(id).path().to_owned();
    let held = shown.held.iter().find(|held| held.file == record.file);
    let own = shown.diagnostics.iter().filter(|found| found.file == record.file);
    let own: Vec<&Diagnostic> = own.chain(held.iter().flat_map(|held| &held.diagnostics)).collect();
    let count = |severity| own.iter().filter(|found| found.severity == severity).count();
    File {
        edit: editor(shown, &place.root, &path, 1, 1),
        hosted: hosted(shown, place.checkout.as_ref(), &path),
        form: super::form::address(shown, id),
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        held: held.is_some(),
        path,
    }
}

/// The address that opens a place in an editor.
fn editor(shown: &Shown, root: &Path, path: &str, line: u32, column: u32) -> String {
    let template = shown.site.base().project.editor.as_deref().unwrap_or(EDITOR);
    let whole = root.join(path).to_string_lossy().replace('\\', "/");
    let whole = utf8_percent_encode(&whole, ESCAPED).to_string();
    template
        .replace("{path}", whole.trim_start_matches('/'))
        .replace("{line}", &line.to_string())
        .replace("{column}", &column.to_string())
}

/// The address that edits a file at the repository's host.
fn hosted(shown: &Shown, checkout: Option<&Checkout>, path: &str) -> Option<Hosted> {
    let repository = shown.site.base().project.repository.clone()?.at(checkout);
    Some(Hosted { label: format!("Edit on {}", repository.host()), href: repository.edit(path) })
}

fn progress(shown: &Shown, id: RecordId) -> Option<Progress> {
    let base = shown.site.base();
    let record = base.record(id);
    if record.kind != Kind::Handoff {
        return None;
    }
    let now = base.completeness[id.0 as usize].as_deref()?;
    let paths = |missing: &[crate::record::Missing]| missing.iter().map(|missing| missing.path.clone()).collect();
    let at = Stage::ALL.iter().position(|stage| *stage == now.stage)?;
    let next = Stage::ALL.get(at + 1).map(|stage| {
        // The project's rules say how much of this weighs; here only what is not there counts.
        let mut ignored = Vec::new();
        let found = due(record, base.source(id), &base.project.schema, *stage, base.project.today, &mut ignored);
        Next { stage: stage.name(), blocking: paths(&found.missing) }
    });
    Some(Progress { stage: now.stage.name(), due: now.due, filled: now.filled, missing: paths(&now.missing), next })
}

/// Tells diagnostics of what is shown.
struct Teller<'a> {
    shown: &'a Shown,
    place: &'a Place,
    paths: Paths,
}

impl Teller<'_> {
    fn tell(&self, about: &'static str, found: &Diagnostic, held: Option<&Arc<Source>>) -> Told {
        let shown = &self.shown.site.base().sources;
        let sources: Cow<'_, Sources> = match held {
            None => Cow::Borrowed(shown),
            Some(held) => {
                let mut sources = shown.clone();
                sources.replace(found.file, Arc::clone(held));
                Cow::Owned(sources)
            }
        };
        let source = sources.get(found.file);
        let position = source.position(found.span.start);
        let excerpt: String = source.slice(source.line(position.line)).chars().take(160).collect();
        let view: View<'_> = render::view(found, &sources, &self.paths);
        Told {
            about,
            edit: editor(self.shown, &self.place.root, source.path(), position.line, position.column),
            excerpt: render::harmless(&excerpt).into_owned(),
            diagnostic: serde_json::to_value(view).expect("a diagnostic is JSON"),
        }
    }
}
