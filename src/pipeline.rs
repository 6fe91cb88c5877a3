//! The one place where the order of stages is written.

use crate::diagnostic::{Diagnostic, Severity};
use crate::document::{self, Document};
use crate::fields::{Kind, Stage};
use crate::knowledge::{Joining, KnowledgeBase};
use crate::project::{self, Content, ContentFile, Project, ProjectError};
use crate::record::{Group, Record, decode};
use crate::source::{Source, Span};
use jiff::civil::Date;
use rayon::prelude::*;
use std::path::Path;

/// What a check is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// The day that counts as today.
    pub today: Date,
    /// Each handoff is held to at least this stage: "what would block this?"
    pub at_least: Option<Stage>,
}

/// What a check answers.
#[derive(Debug)]
pub struct Checked {
    /// Everything that was read, joined, as far as it could be.
    pub base: KnowledgeBase,
    /// The project's own theme files: path under `themes/default/`, and their text.
    pub theme: Vec<(String, crate::source::FileId)>,
    /// The project's own theme files that are no text.
    pub theme_assets: Vec<project::Asset>,
    /// Every problem, weighed by `[rules]`, in the order of files and places.
    pub diagnostics: Vec<Diagnostic>,
}

impl Checked {
    /// How many of the problems are errors.
    pub fn errors(&self) -> usize {
        self.diagnostics.iter().filter(|found| found.severity == Severity::Error).count()
    }
}

/// Reads, decodes and joins the knowledge base at `root`. `progress` is told, now and then, how many of how many files
/// are done; it may be called from several threads.
pub fn check(
    root: &Path,
    question: Question,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Checked, ProjectError> {
    let (project, content, diagnostics) = Project::read(root, question.today)?;
    Ok(judge(project, content, diagnostics, question, progress))
}

/// The same with texts that are not on disk yet, each with its path from the root: what would they do to the base?
pub fn check_drafts(root: &Path, question: Question, drafts: &[(String, String)]) -> Result<Checked, ProjectError> {
    let (project, content, mut diagnostics) = Project::read(root, question.today)?;
    let content = drafts.iter().fold(content, |content, (path, text)| content.with_draft(path, text));
    // What was found in a text that a draft replaces is past.
    diagnostics.retain(|found| drafts.iter().all(|(path, _)| content.sources.get(found.file).path() != path));
    Ok(judge(project, content, diagnostics, question, &|_, _| {}))
}

/// Decodes and joins what was read.
fn judge(
    project: Project,
    content: Content,
    mut diagnostics: Vec<Diagnostic>,
    question: Question,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Checked {
    let Content { sources, files, assets, theme, theme_assets } = content;
    let done = std::sync::atomic::AtomicUsize::new(0);
    let parts: Vec<_> = files
        .par_iter()
        .map(|file| {
            let part = read(&project, file, sources.get(file.file));
            let done = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
            if done.is_multiple_of(64) {
                progress(done, files.len());
            }
            part
        })
        .collect();
    let mut records = Vec::with_capacity(parts.len());
    for (record, body, mut found) in parts {
        diagnostics.append(&mut found);
        records.push((record, body));
    }
    let returned = records
        .iter()
        .any(|(record, _)| record.kind == Kind::Receipt && record.fields.text("decision") == Some("returned"));
    let changed = if returned { project::changes(&project.root, question.today) } else { None };
    let joining = Joining { project, sources, assets, at_least: question.at_least, changed };
    let (base, mut found) = KnowledgeBase::join(records, joining);
    diagnostics.append(&mut found);
    weigh(&base, &mut diagnostics);
    Checked { base, theme, theme_assets, diagnostics }
}

/// One file: from text to a record.
fn read(project: &Project, file: &ContentFile, source: &Source) -> (Record, document::Body, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let record = |fields, opening, whole| Record {
        file: file.file,
        kind: file.kind,
        id: file.id.clone(),
        fields,
        opening,
        whole,
    };
    if !file.readable {
        return (record(Group::default(), Span::at(0), false), document::Body::default(), diagnostics);
    }
    let Document { opening, front, whole, body } = document::parse(file.file, source, &mut diagnostics);
    let fields = front.map(|front| {
        decode(file.kind, &front, file.file, source, &project.schema, &project.placeholders, &mut diagnostics)
    });
    (record(fields.unwrap_or_default(), opening, whole), body, diagnostics)
}

/// Gives each diagnostic the weight that the project gives its code, drops what it turned off, and puts them in order.
pub fn weigh(base: &KnowledgeBase, diagnostics: &mut Vec<Diagnostic>) {
    let weights = &base.project.weights;
    diagnostics.retain_mut(|found| match weights.get(found.rule.code) {
        None => true,
        Some(None) => false,
        Some(Some(severity)) => {
            found.severity = *severity;
            true
        }
    });
    // At one place they stay as they were found: in the checklist's order.
    diagnostics.sort_by_key(|found| (found.file, found.span));
}
