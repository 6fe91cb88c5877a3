//! The one place where the order of stages is written.

use crate::diagnostic::{Diagnostic, Severity};
use crate::document::{self, Document};
use crate::fields::{Kind, Stage};
use crate::index;
use crate::knowledge::{Amended, Joining, KnowledgeBase};
use crate::project::{self, Asset, Audience, Content, ContentFile, Project, ProjectError};
use crate::publish::{PublishError, Stage as Staged, Summary};
use crate::record::{Completeness, Group, Record, decode};
use crate::render::{RenderError, Theme};
use crate::route::{Route, RouteError};
use crate::site::{self, Made, Site};
use crate::source::{FileId, Source, Sources, Span};
use jiff::civil::Date;
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fmt, io};

/// What a check is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// The day that counts as today.
    pub today: Date,
    /// Each handoff is held to at least this stage: "what would block this?"
    pub at_least: Option<Stage>,
    /// Whom the site is for, where that is not left to `segue.toml`.
    pub audience: Option<Audience>,
}

/// What a check answers.
pub struct Checked {
    /// Everything that was read, joined, as far as it could be.
    pub base: KnowledgeBase,
    /// The templates, compiled: the project's own where it has some.
    pub theme: Theme,
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
    mut project: Project,
    content: Content,
    mut diagnostics: Vec<Diagnostic>,
    question: Question,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Checked {
    if let Some(audience) = question.audience {
        project.audience = audience;
    }
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
        records.push((Arc::new(record), Arc::new(body)));
    }
    let given = Given { project: Arc::new(project), sources, assets: Arc::new(assets), theme, theme_assets };
    let mut checked = join(records, given, question, diagnostics);
    let mut found = site::addresses(&checked.base, &checked.theme);
    weigh(&checked.base.project, &mut found);
    checked.diagnostics.append(&mut found);
    sort(&mut checked.diagnostics);
    checked
}

/// What a check would say of one content file if it held `text`, at `path` from the root: how far it is, and every
/// problem of its own. The base is there already, so nothing is joined anew.
pub fn draft(base: &KnowledgeBase, path: &str, text: &str) -> (Option<Completeness>, Vec<Diagnostic>) {
    let source = Arc::new(Source::new(path, text));
    let known = base.of_file(path).map(|id| base.record(id).file);
    let file = known.unwrap_or(FileId(base.sources.len() as u32));
    let mut diagnostics = Vec::new();
    let name = path.strip_prefix("content/").unwrap_or(path);
    let content = project::content_file(name, file, true, &mut diagnostics);
    let (record, body, mut found) = read(&base.project, &content, &source);
    diagnostics.append(&mut found);
    let (completeness, mut found) = base.draft(&Amended { record: Arc::new(record), body: Arc::new(body), source });
    diagnostics.append(&mut found);
    weigh(&base.project, &mut diagnostics);
    (completeness, diagnostics)
}

/// What is read beside the records.
pub struct Given {
    /// Configuration and table of fields.
    pub project: Arc<Project>,
    /// All texts.
    pub sources: Sources,
    /// Files beside the content.
    pub assets: Arc<Vec<Asset>>,
    /// The project's own theme files: their path under `themes/default/`.
    pub theme: Vec<(String, FileId)>,
    /// The theme's files that are no text.
    pub theme_assets: Vec<Asset>,
}

/// Joins decoded files into a base, and compiles the templates. `diagnostics` were found before. What is wrong with
/// addresses is for the site to say.
pub fn join(
    records: Vec<(Arc<Record>, Arc<document::Body>)>,
    given: Given,
    question: Question,
    mut diagnostics: Vec<Diagnostic>,
) -> Checked {
    let Given { project, sources, assets, theme, theme_assets } = given;
    let returned = records
        .iter()
        .any(|(record, _)| record.kind == Kind::Receipt && record.fields.text("decision") == Some("returned"));
    let changed = if returned { project::changes(&project.root, question.today) } else { None };
    let joining = Joining { project, sources, assets, at_least: question.at_least, changed };
    let (base, mut found) = KnowledgeBase::join(records, joining);
    diagnostics.append(&mut found);
    let (theme, mut found) = Theme::new(&theme, &theme_assets, &base.sources);
    diagnostics.append(&mut found);
    weigh(&base.project, &mut diagnostics);
    Checked { base, theme, diagnostics }
}

/// One file: from text to a record.
pub fn read(project: &Project, file: &ContentFile, source: &Source) -> (Record, document::Body, Vec<Diagnostic>) {
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
pub fn weigh(project: &Project, diagnostics: &mut Vec<Diagnostic>) {
    let weights = &project.weights;
    diagnostics.retain_mut(|found| match weights.get(found.rule.code) {
        None => true,
        Some(None) => false,
        Some(Some(severity)) => {
            found.severity = *severity;
            true
        }
    });
    sort(diagnostics);
}

/// Puts diagnostics in order.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    // At one place they stay as they were found: in the checklist's order.
    diagnostics.sort_by_key(|found| (found.file, found.span));
}

/// Where the search index is, from the top of the site.
pub const INDEX: &str = "search/index";

/// What a build did.
pub struct Built {
    /// What changed in the output folder.
    pub summary: Summary,
    /// How many pages there are.
    pub pages: usize,
    /// The index's size.
    pub index_bytes: usize,
    /// Every problem there is; errors only where they were allowed.
    pub diagnostics: Vec<Diagnostic>,
    /// What was published. Its texts are those that the problems point into.
    pub site: Site,
}

/// Why nothing was published. The last site is as it was.
#[derive(Debug)]
pub enum BuildError {
    /// The content, the configuration or the project's own templates have errors.
    Content {
        /// Every problem there is.
        diagnostics: Vec<Diagnostic>,
        /// The texts they point into.
        sources: Sources,
    },
    /// The output folder cannot be written.
    Publish(PublishError),
    /// A file that is to be copied cannot be read.
    Read(PathBuf, io::Error),
    /// A page of the default theme cannot be rendered.
    Render(Route, RenderError),
    /// A file has a name that cannot be published.
    Route(RouteError),
    /// The index cannot be made.
    Index(segue_search::Error),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Content { .. } => f.write_str("the content has errors"),
            Self::Publish(error) => error.fmt(f),
            Self::Read(path, error) => write!(f, "cannot read `{}`: {error}", path.display()),
            Self::Render(route, error) => write!(f, "cannot make `{route}`: {error}"),
            Self::Route(error) => error.fmt(f),
            Self::Index(error) => write!(f, "cannot make the search index: {error}"),
        }
    }
}

impl std::error::Error for BuildError {}

impl From<PublishError> for BuildError {
    fn from(error: PublishError) -> Self {
        Self::Publish(error)
    }
}

/// Publishes what was checked into a stage that was begun before it was read, so that of two builds at once the later
/// one publishes what it reads after the other is done. Errors stop it unless `allow_errors`; then the pages they are on say so. `progress` is
/// told, now and then, how many of how many files are made; it may be called from several threads.
pub fn build(
    checked: Checked,
    staged: Staged,
    allow_errors: bool,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Built, BuildError> {
    let Checked { base, theme, diagnostics } = checked;
    let base = Arc::new(base);
    // What is wrong with its addresses the check has said.
    let (site, _) = Site::new(Arc::clone(&base), theme, &diagnostics);
    let errors = diagnostics.iter().any(|found| found.severity == Severity::Error);
    if errors && !allow_errors {
        return Err(BuildError::Content { diagnostics, sources: base.sources.clone() });
    }
    let (pages, index) = rayon::join(|| pages(&site, &staged, progress), || publish_index(&base, &staged));
    let (pages, index_bytes) = match (pages, index) {
        (Ok(pages), Ok(bytes)) => (pages, bytes),
        (Err(BuildError::Render(route, error)), _) => {
            return Err(match site.diagnose(&error) {
                Some(diagnostic) => {
                    BuildError::Content { diagnostics: vec![diagnostic], sources: base.sources.clone() }
                }
                None => BuildError::Render(route, error),
            });
        }
        (Err(error), _) | (_, Err(error)) => return Err(error),
    };
    let summary = staged.commit()?;
    Ok(Built { summary, pages, index_bytes, diagnostics, site })
}

/// Makes every file of the site. Says how many of them are pages.
fn pages(site: &Site, staged: &Staged, progress: &(dyn Fn(usize, usize) + Sync)) -> Result<usize, BuildError> {
    let routes: Vec<_> = site.routes().collect();
    let done = std::sync::atomic::AtomicUsize::new(0);
    routes.par_iter().try_for_each(|route| {
        let made = site.render(route).expect("a site makes every file it lists");
        match made.map_err(|error| BuildError::Render((*route).clone(), error))? {
            Made::Bytes(bytes) => staged.write(route, bytes)?,
            Made::File(path) => {
                let bytes = project::read_asset(path).map_err(|error| BuildError::Read(path.to_owned(), error))?;
                staged.write(route, bytes)?
            }
        };
        let done = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        if done.is_multiple_of(64) {
            progress(done, routes.len());
        }
        Ok::<(), BuildError>(())
    })?;
    Ok(routes.iter().filter(|route| Path::new(route.name()).extension().is_some_and(|end| end == "html")).count())
}

/// Makes the index. Says how large it is.
fn publish_index(base: &KnowledgeBase, staged: &Staged) -> Result<usize, BuildError> {
    let files = index::files(base).map_err(BuildError::Index)?;
    let size = files.values().map(Vec::len).sum();
    for (name, bytes) in files {
        let route = Route::file(format!("{INDEX}/{name}")).map_err(BuildError::Route)?;
        staged.write(&route, bytes)?;
    }
    Ok(size)
}
