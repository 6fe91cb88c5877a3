//! The theme: templates and static files, embedded in the program and overridden file by file by a project's own.

use crate::diagnostic::{Diagnostic, rules};
use crate::project::Asset;
use crate::source::{FileId, Source, Sources, Span};
use include_dir::{Dir, include_dir};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use tera::{Context, ErrorKind, Kwargs, State, Tera, Value};

static DEFAULT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// The search engine in the page, which is built and kept beside its source.
const ENGINE: [(&str, &[u8]); 2] = [
    ("static/search/engine.wasm", include_bytes!("../../search/browser/engine.wasm")),
    ("static/search/worker.js", include_bytes!("../../search/browser/worker.js")),
];

const TEMPLATES: &str = "templates/";
const STATIC: &str = "static/";

/// Templates that compile, and the files that pages refer to. Immutable; used from many threads.
pub struct Theme {
    tera: Tera,
    /// By the name that templates use, such as `style.css`.
    files: BTreeMap<String, ThemeFile>,
    /// The project's own templates by name.
    own: BTreeMap<String, FileId>,
}

/// A static file of the theme.
#[derive(Clone, Debug)]
pub struct ThemeFile {
    /// Its address from the top of the site: `assets/style.0f3a….css`.
    pub href: String,
    /// What is in it.
    pub data: ThemeData,
}

/// Where a static file's bytes are.
#[derive(Clone, Debug)]
pub enum ThemeData {
    /// Here.
    Bytes(Vec<u8>),
    /// On disk, to be copied.
    Disk(PathBuf),
}

/// A template that could not be rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderError {
    /// The template's name, such as `handoff.html`.
    pub template: String,
    /// What is wrong.
    pub message: String,
    /// Its place: the first line and column, then the last, lines from 1 and columns from 0.
    pub place: Option<[usize; 4]>,
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "themes/default/templates/{}", self.template)?;
        if let Some([line, column, ..]) = self.place {
            write!(f, ":{line}:{}", column + 1)?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for RenderError {}

impl RenderError {
    fn new(error: &tera::Error, template: &str) -> Self {
        let plain = |template: &str, message: String| Self { template: template.to_owned(), message, place: None };
        match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
                let span = report.span();
                Self {
                    template: report.filename().to_owned(),
                    message: report.message().to_owned(),
                    place: Some([span.start_line, span.start_col, span.end_line, span.end_col]),
                }
            }
            ErrorKind::CircularExtend { tpl, .. } | ErrorKind::CircularInclude { tpl, .. } => {
                plain(tpl, error.to_string())
            }
            ErrorKind::MissingParent { current, parent } => {
                plain(current, format!("there is no template `{parent}` to extend"))
            }
            _ => plain(template, error.to_string()),
        }
    }
}

impl Theme {
    /// The default theme with a project's own files in the place of its own: `own` and `own_files` by their path under
    /// `themes/default/`. A template that does not compile is reported and left out.
    pub fn new(own: &[(String, FileId)], own_files: &[Asset], sources: &Sources) -> (Self, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let mut overrides: BTreeMap<String, FileId> = BTreeMap::new();
        let mut texts: BTreeMap<String, &[u8]> = BTreeMap::new();
        let embedded = embedded();
        for (path, bytes) in &embedded {
            if let Some(name) = path.strip_prefix(STATIC) {
                texts.insert(name.to_owned(), bytes);
            }
        }
        for (path, file) in own {
            if let Some(name) = path.strip_prefix(TEMPLATES) {
                overrides.insert(name.to_owned(), *file);
            } else if let Some(name) = path.strip_prefix(STATIC) {
                texts.insert(name.to_owned(), sources.get(*file).text().as_bytes());
            }
        }
        let tera = loop {
            match compile(&embedded, &overrides, sources) {
                Ok(tera) => break tera,
                Err(error) => {
                    let Some((name, file)) = blame(&error, &embedded, &overrides, sources) else {
                        panic!("the default theme does not compile: {error}");
                    };
                    diagnostics.push(diagnostic(&error, &name, file, sources));
                    overrides.remove(&name);
                }
            }
        };
        let mut files = BTreeMap::new();
        for asset in own_files {
            if let Some(name) = asset.path.strip_prefix(STATIC) {
                texts.remove(name);
                let file = ThemeFile { href: format!("assets/{name}"), data: ThemeData::Disk(asset.disk.clone()) };
                files.insert(name.to_owned(), file);
            }
        }
        hashed(texts, &mut files);
        (Self { tera, files, own: overrides }, diagnostics)
    }

    /// The static files, in the order of their names.
    pub fn files(&self) -> impl Iterator<Item = (&str, &ThemeFile)> {
        self.files.iter().map(|(name, file)| (name.as_str(), file))
    }

    /// The address of a static file from the top of the site.
    pub fn href(&self, name: &str) -> Option<&str> {
        self.files.get(name).map(|file| file.href.as_str())
    }

    /// Renders a template.
    pub fn render(&self, template: &str, context: &Context) -> Result<Vec<u8>, RenderError> {
        let mut page = Vec::with_capacity(16 << 10);
        match self.tera.render_to(template, context, &mut page) {
            Ok(()) => Ok(page),
            Err(error) => Err(RenderError::new(&error, template)),
        }
    }

    /// A failure to render as a diagnostic at its place in the project's own template; `None` where the fault is not in
    /// one.
    pub fn diagnose(&self, error: &RenderError, sources: &Sources) -> Option<Diagnostic> {
        self.own.get(&error.template).map(|file| diagnostic(error, &error.template, *file, sources))
    }
}

/// The embedded files by their path, in order.
fn embedded() -> BTreeMap<String, &'static [u8]> {
    fn down(dir: &'static Dir<'static>, found: &mut BTreeMap<String, &'static [u8]>) {
        for file in dir.files() {
            found.insert(slashed(file.path()), file.contents());
        }
        for dir in dir.dirs() {
            down(dir, found);
        }
    }
    let mut found = BTreeMap::new();
    down(&DEFAULT, &mut found);
    found.extend(ENGINE.map(|(path, bytes)| (path.to_owned(), bytes)));
    found
}

/// A path with forward slashes on every system.
fn slashed(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn compile(
    embedded: &BTreeMap<String, &'static [u8]>,
    overrides: &BTreeMap<String, FileId>,
    sources: &Sources,
) -> Result<Tera, RenderError> {
    let default = embedded.iter().filter_map(|(path, bytes)| {
        let name = path.strip_prefix(TEMPLATES)?;
        let text = std::str::from_utf8(bytes).expect("the default theme is UTF-8");
        (!overrides.contains_key(name)).then_some((name, text))
    });
    let own = overrides.iter().map(|(name, file)| (name.as_str(), sources.get(*file).text()));
    let mut tera = Tera::new();
    // As tera's own, but without a copy of what is long: the prose of every page passes through it.
    tera.register_filter("safe", |value: Value, _: Kwargs, _: &State<'_>| value.mark_safe());
    tera.add_raw_templates(default.chain(own)).map_err(|error| RenderError::new(&error, ""))?;
    Ok(tera)
}

/// The override that a compile error is to be laid to: the one it is in, or else the first one without which the theme
/// compiles, as when one takes away a component that the default templates use.
fn blame(
    error: &RenderError,
    embedded: &BTreeMap<String, &'static [u8]>,
    overrides: &BTreeMap<String, FileId>,
    sources: &Sources,
) -> Option<(String, FileId)> {
    if let Some(file) = overrides.get(&error.template) {
        return Some((error.template.clone(), *file));
    }
    let alone = |name: &String, file: &FileId| BTreeMap::from([(name.clone(), *file)]);
    let guilty = overrides.iter().find(|(name, file)| compile(embedded, &alone(name, file), sources).is_err());
    guilty.or_else(|| overrides.iter().next()).map(|(name, file)| (name.clone(), *file))
}

fn diagnostic(error: &RenderError, name: &str, file: FileId, sources: &Sources) -> Diagnostic {
    let own = error.template == name;
    let span = match error.place {
        Some(place) if own => span_of(sources.get(file), place),
        _ => Span::at(0),
    };
    let mut message = error.message.clone();
    if !own && !error.template.is_empty() {
        message = format!("the template `{}` no longer works with this one: {message}", error.template);
    }
    Diagnostic::new(&rules::TEMPLATE_ERROR, file, span, message)
}

/// A template's lines and columns as a span of its text.
fn span_of(source: &Source, [line, column, end_line, end_column]: [usize; 4]) -> Span {
    let offset = |line: usize, column: usize| {
        let text = source.text();
        let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
        let rest = &text[start..];
        start + rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at)
    };
    let start = offset(line, column);
    Span::new(start, offset(end_line, end_column).max(start))
}

/// Static files under names that change with what is in them, so that they can be cached for ever. Style sheets name
/// other files by their plain names, in `url("mark.svg")`, and are hashed after those.
fn hashed(texts: BTreeMap<String, &[u8]>, files: &mut BTreeMap<String, ThemeFile>) {
    let (sheets, others): (Vec<_>, Vec<_>) = texts
        .into_iter()
        .partition(|(name, _)| Path::new(name).extension().is_some_and(|extension| extension == "css"));
    for (name, bytes) in others {
        files.insert(name.clone(), hashed_file(&name, bytes.to_vec()));
    }
    for (name, bytes) in sheets {
        let mut css = String::from_utf8_lossy(bytes).into_owned();
        for (other, file) in &*files {
            let from_sheet = "../".repeat(name.matches('/').count());
            let href = file.href.strip_prefix("assets/").unwrap_or(&file.href);
            css = css.replace(&format!("url(\"{other}\")"), &format!("url(\"{from_sheet}{href}\")"));
        }
        let file = hashed_file(&name, css.into_bytes());
        files.insert(name, file);
    }
}

fn hashed_file(name: &str, bytes: Vec<u8>) -> ThemeFile {
    let hash = blake3::hash(&bytes).to_hex();
    let hash = &hash[..12];
    let href = match name.rsplit_once('.') {
        Some((stem, extension)) => format!("assets/{stem}.{hash}.{extension}"),
        None => format!("assets/{name}.{hash}"),
    };
    ThemeFile { href, data: ThemeData::Bytes(bytes) }
}
