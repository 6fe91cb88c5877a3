//! The form in the preview: its page for a file that is there, what the checker says while it is filled, and saving.
//!
//! A form sends answers and never text or a path: the file's name is made of its kind and id, and its text is written
//! here. What it started from is told by a hash, so that a file which changed meanwhile is never overwritten.

use super::http::Request;
use super::keeper::{Hint, Keeper};
use super::page::{self, Pages};
use super::workspace::Shown;
use crate::diagnostic::{Diagnostic, Severity};
use crate::fields::{FORMS, Kind, Stage};
use crate::knowledge::{KnowledgeBase, RecordId};
use crate::pipeline;
use crate::project::{self, SaveError};
use crate::record::Completeness;
use crate::route::{self, Route};
use crate::source::{FileId, Source};
use crate::write::{self, Answers};
use serde::Serialize;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

/// How long an answer to a save waits for the page of what was saved.
const PATIENCE: Duration = Duration::from_secs(5);
/// The script that lets the form ask and save here.
pub const SCRIPT: &str = include_str!("../../themes/default/preview/form.js");
/// One save at a time: what is compared and what is replaced is the same then.
static SAVING: Mutex<()> = Mutex::new(());

/// The form's page for a file that is there: `edit/<handoff>/`, or `edit/<folder>/<id>/` for another kind.
pub fn edit_page(shown: &Shown, pages: &Pages, path: &str) -> Option<page::Page> {
    let named = path.strip_prefix("edit/")?.strip_suffix('/')?;
    let (kind, id) = match named.split_once('/') {
        None => (Kind::Handoff, named),
        Some((folder, id)) => (FORMS.into_iter().find(|kind| kind.folder() == folder)?, id),
    };
    let base = shown.site.base();
    let about = base.find(kind, id).filter(|_| has_form(base))?;
    let root = "../".repeat(path.matches('/').count());
    Some(pages.made(shown, shown.site.form(&root, about)))
}

/// Where the file of a record is edited in the form, if it can be.
pub fn address(shown: &Shown, id: RecordId) -> Option<String> {
    let base = shown.site.base();
    let record = base.record(id);
    let folder = match record.kind {
        Kind::Handoff => String::new(),
        kind => format!("{}/", kind.folder()),
    };
    (has_form(base) && FORMS.contains(&record.kind))
        .then(|| format!("{}/edit/{folder}{}/", page::prefix(shown), record.id))
}

/// Whether files are written in forms: restricted fields would be lost to whoever cannot see them.
fn has_form(base: &KnowledgeBase) -> bool {
    base.project.audience == project::Audience::Internal
}

/// A page with the form in it gets the script that saves.
pub fn armed(bytes: Vec<u8>, prefix: &str, local: bool) -> Vec<u8> {
    let has = |what: &[u8]| bytes.windows(what.len()).position(|window| window == what);
    let (Some(_), Some(at)) = (has(b"id=\"_form\""), has(b"</head>")) else { return bytes };
    let saves = if local { " data-saves" } else { "" };
    let script = format!("<script defer src=\"{prefix}/_segue/form.js\"{saves}></script>\n");
    [&bytes[..at], script.as_bytes(), &bytes[at..]].concat()
}

/// What a form is answered with.
pub struct Desk<'a> {
    /// What is shown.
    pub keeper: &'a Keeper,
    /// The project's root.
    pub root: &'a Path,
    /// Whether only this machine is answered. Whoever else reads the preview also gets what a save has to bring, so then
    /// nothing is saved.
    pub local: bool,
}

/// What is said to a form: a status and JSON.
pub struct Said(pub u16, pub Value);

/// Why a form gets nothing of what it asked for.
type Refused = Said;

/// A fault of the request itself, in words for people.
fn refused(status: u16, message: impl Into<String>) -> Said {
    Said(status, json!({ "message": message.into() }))
}

/// Answers a form.
pub fn answer(desk: &Desk<'_>, path: &str, request: &Request) -> Said {
    let Desk { keeper, root, local } = *desk;
    let shown = keeper.shown();
    let base = &**shown.site.base();
    if !has_form(base) {
        return refused(404, "There is no form in the company's edition.");
    }
    let done = match (request.head.method.as_str(), path) {
        ("GET", "start") => {
            let kind = request.head.parameter("kind").unwrap_or_default();
            let id = request.head.parameter("id").unwrap_or_default();
            start(base, root, &kind, &id)
        }
        ("POST", "check") => Sent::read(base, root, &request.body).and_then(|sent| sent.check(base)),
        ("POST", "save") if !local => {
            Err(refused(403, "This preview is not only for its own machine, so it saves nothing."))
        }
        ("POST", "save") => Sent::read(base, root, &request.body).and_then(|sent| sent.save(base, root, keeper)),
        _ => Err(refused(404, "The form has nothing of this name.")),
    };
    done.unwrap_or_else(|refused| refused)
}

/// What a form for a file that is there begins with.
fn start(base: &KnowledgeBase, root: &Path, kind: &str, id: &str) -> Result<Said, Refused> {
    let kind = kind_of(kind)?;
    let record = base.find(kind, id).ok_or_else(|| refused(404, format!("There is no {kind} `{id}`.")))?;
    let path = base.source(record).path();
    let text = read(root, path).ok_or_else(|| refused(404, format!("`{path}` cannot be read.")))?;
    let start = begin(base, kind, path, &text).ok_or_else(|| {
        refused(422, format!("The fields of `{path}` cannot be read as a whole: mend the file itself."))
    })?;
    Ok(Said(200, start))
}

/// A text as a form begins with it.
fn begin(base: &KnowledgeBase, kind: Kind, path: &str, text: &str) -> Option<Value> {
    let source = Source::new(path, text);
    let document = crate::document::parse(FileId(0), &source, &mut Vec::new());
    let front = document.front.filter(|_| document.whole)?;
    let answers = Answers::given(base.project.schema.fields(kind), &front);
    Some(json!({
        "path": path,
        "base": hash(text),
        "answers": answers.to_json(),
        "body": source.text()[write::body_start(source.text())..].trim(),
    }))
}

fn hash(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

fn kind_of(name: &str) -> Result<Kind, Refused> {
    FORMS.into_iter().find(|kind| kind.name() == name).ok_or_else(|| refused(422, "There is no form of this kind."))
}

/// A file's text, if it is one of the project's.
fn read(root: &Path, path: &str) -> Option<String> {
    String::from_utf8(page::confined(root, &root.join(path))?).ok()
}

/// What a form sent.
struct Sent {
    kind: Kind,
    answers: Answers,
    body: String,
    /// The name that was typed for a new file, or nothing.
    name: String,
    /// The file that is edited, and the hash of the text that the form began with.
    edits: Option<(String, String)>,
    /// What is on disk now, of a file that is edited.
    disk: Option<String>,
}

impl Sent {
    fn read(base: &KnowledgeBase, root: &Path, body: &[u8]) -> Result<Self, Refused> {
        let sent: Value = serde_json::from_slice(body).map_err(|_| refused(400, "This is no form's answers."))?;
        let text = |name: &str| sent.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let kind = kind_of(&text("kind"))?;
        let answers = Answers::from_json(base.project.schema.fields(kind), &sent["answers"])
            .map_err(|path| refused(422, format!("`{path}` does not fit the table of fields: load the form again.")))?;
        let id = text("id");
        let edits = if id.is_empty() {
            None
        } else {
            let record = base.find(kind, &id).ok_or_else(|| refused(404, format!("There is no {kind} `{id}`.")))?;
            Some((base.source(record).path().to_owned(), text("base")))
        };
        let disk = edits.as_ref().and_then(|(path, _)| read(root, path));
        Ok(Self { kind, answers, body: text("body"), name: text("name"), edits, disk })
    }

    /// The text that a file would have.
    fn text(&self, base: &KnowledgeBase) -> Result<String, Refused> {
        let schema = &base.project.schema;
        let Some((path, _)) = &self.edits else {
            let body = if self.body.trim().is_empty() { write::body(self.kind) } else { &self.body };
            return Ok(write::plain_file(schema, self.kind, &self.answers, body));
        };
        let disk = self.disk.as_deref().unwrap_or_default();
        let (mark, text) = disk.strip_prefix('\u{feff}').map_or(("", disk), |text| ("\u{feff}", text));
        let edited = write::edited(schema.fields(self.kind), text, &self.answers).map_err(|why| {
            refused(422, format!("`{path}` cannot be changed in the form: {why}. Edit the file itself."))
        })?;
        Ok(format!("{mark}{}", write::with_body(&edited, &self.body)))
    }

    /// Where it is or would be, and what is wrong with that name.
    fn path(&self, base: &KnowledgeBase) -> (String, Option<String>) {
        if let Some((path, _)) = &self.edits {
            return (path.clone(), None);
        }
        let typed = self.name.trim();
        let made = write::name(self.kind, &self.answers, base.project.today.year());
        let name = if typed.is_empty() {
            made.map(|name| {
                write::free_name(self.kind, name, base.records.len(), |name| base.find(self.kind, name).is_none())
            })
        } else {
            Some(typed.to_owned())
        };
        let fault = match &name {
            None => Some("The file's name is made of the account, the year and the type of the deal, or of a name: they are not there yet.".to_owned()),
            Some(name) if !route::is_slug(name) => {
                Some(format!("`{name}` cannot be a file's name: lower-case letters, digits, `-`, `.` and `_` can."))
            }
            Some(name) if base.find(self.kind, name).is_some() => Some(format!("There is a {} `{name}` already.", self.kind)),
            Some(_) => None,
        };
        let name = name.unwrap_or_default();
        (format!("content/{}/{name}.md", self.kind.folder()), fault)
    }

    /// Whether the file is another by now than the one that the form began with.
    fn is_stale(&self) -> bool {
        self.edits.as_ref().is_some_and(|(_, began)| self.disk.as_deref().map(hash).as_ref() != Some(began))
    }

    fn check(&self, base: &KnowledgeBase) -> Result<Said, Refused> {
        let (path, fault) = self.path(base);
        let judged = self.judge(base, &path, &self.text(base)?);
        Ok(Said(200, json!({ "path": path, "name": fault, "stale": self.is_stale(), "judged": judged })))
    }

    fn judge(&self, base: &KnowledgeBase, path: &str, text: &str) -> Judged {
        // A name that cannot be one is said beside it, and its file is judged as that of another name.
        let named = if self.path(base).1.is_none() { path } else { "content/handoffs/unnamed.md" };
        let named = named.replace("content/handoffs/", &format!("content/{}/", self.kind.folder()));
        let (completeness, found) = pipeline::draft(base, &named, text);
        Judged::new(completeness, &found, text)
    }

    fn save(&self, base: &KnowledgeBase, root: &Path, keeper: &Keeper) -> Result<Said, Refused> {
        let _one = SAVING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (path, fault) = self.path(base);
        if let Some(fault) = fault {
            return Err(Said(422, json!({ "name": fault })));
        }
        if self.edits.is_some() && self.disk.is_none() {
            return Err(self.conflict(base, &path, None, ""));
        }
        let text = match self.text(base) {
            Err(Said(_, why)) if self.is_stale() => return Err(Said(409, why)),
            text => text?,
        };
        if self.is_stale() {
            return Err(self.conflict(base, &path, self.disk.as_deref(), &text));
        }
        let saved = match &self.disk {
            _ if self.edits.is_none() => project::make(root, &path, &text),
            Some(disk) => {
                let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
                project::rewrite(root, "content", &Source::new(path.as_str(), disk.as_str()), text)
            }
            None => Err(SaveError::Changed(None)),
        };
        match saved {
            Ok(()) => {}
            Err(SaveError::Changed(now)) => {
                let now = now.map(|now| String::from_utf8_lossy(&now).into_owned());
                return Err(self.conflict(base, &path, now.as_deref(), &text));
            }
            Err(SaveError::There) => {
                return Err(Said(422, json!({ "name": format!("There is a file `{path}` already.") })));
            }
            Err(error) => return Err(refused(500, format!("`{path}` cannot be written: {error}."))),
        }
        keeper.hear(&Hint::Paths(vec![root.join(&path)]));
        let judged = self.judge(base, &path, &text);
        let href = self.wait_for_page(keeper, &path);
        Ok(Said(200, json!({ "path": path, "href": href, "judged": judged })))
    }

    /// The file is another by now: what differs, and what to begin with anew.
    fn conflict(&self, base: &KnowledgeBase, path: &str, now: Option<&str>, mine: &str) -> Said {
        let diff = similar::TextDiff::from_lines(now.unwrap_or_default(), mine);
        let lines: Vec<Value> = diff
            .unified_diff()
            .context_radius(2)
            .iter_hunks()
            .flat_map(|hunk| {
                let lines = hunk.iter_changes().map(|change| json!([change.tag().to_string(), change.value()]));
                std::iter::once(json!(["@", ""])).chain(lines).collect::<Vec<_>>()
            })
            .collect();
        let start = now.and_then(|now| begin(base, self.kind, path, now));
        let message = match now {
            Some(_) => format!("`{path}` was changed on disk while this form was open. Nothing was written."),
            None => format!("`{path}` is gone. Nothing was written."),
        };
        Said(409, json!({ "message": message, "diff": lines, "start": start }))
    }

    /// The address of the page of what was saved, once the preview shows it.
    fn wait_for_page(&self, keeper: &Keeper, path: &str) -> Option<String> {
        let began = Instant::now();
        loop {
            let shown = keeper.shown();
            let base = shown.site.base();
            let id = base.of_file(path).map(|id| base.record(id).id.as_str());
            let route = id.and_then(|id| match self.kind {
                Kind::Receipt => Route::page(&format!("handoffs/{id}")).ok(),
                kind => Route::page(&format!("{}/{id}", kind.folder())).ok(),
            });
            if let Some(route) = route.filter(|route| shown.site.has(route)) {
                return Some(format!("{}/{}", page::prefix(&shown), route.address().trim_start_matches('/')));
            }
            if began.elapsed() > PATIENCE {
                return None;
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

/// What the checker says of a draft.
#[derive(Serialize)]
struct Judged {
    stage: Option<&'static str>,
    due: usize,
    filled: usize,
    asked: usize,
    missing: Vec<String>,
    problems: Vec<Problem>,
}

#[derive(Serialize)]
struct Problem {
    code: &'static str,
    severity: Severity,
    field: Option<String>,
    message: String,
    expected: Option<String>,
    help: Option<String>,
    /// What to write instead.
    suggestion: Option<String>,
    line: u32,
}

impl Judged {
    fn new(completeness: Option<Completeness>, found: &[Diagnostic], text: &str) -> Self {
        let source = Source::new("", text);
        let stage: Option<Stage> = completeness.as_ref().map(|completeness| completeness.stage);
        let problem = |found: &Diagnostic| Problem {
            code: found.rule.code,
            severity: found.severity,
            field: found.field.clone(),
            message: found.message.clone(),
            expected: found.expected.clone(),
            help: found.help.clone(),
            suggestion: found.suggestion.as_ref().map(|suggestion| suggestion.replacement.clone()),
            line: source.position(found.span.start).line,
        };
        let problems = found.iter().map(problem).collect();
        let Some(Completeness { due, filled, asked, missing, .. }) = completeness else {
            return Self { stage: None, due: 0, filled: 0, asked: 0, missing: Vec::new(), problems };
        };
        let missing = missing.into_iter().map(|missing| missing.path).collect();
        Self { stage: stage.map(Stage::name), due, filled, asked, missing, problems }
    }
}
