//! Stage: the site.
//!
//! A [`Site`] says which files are published and makes any one of them, at any time, from any thread: `build` makes all
//! of them, the preview the one that a browser asks for, and so the two cannot differ. No two files stand in each
//! other's way on any disk, whatever its case and Unicode form.

mod form;
mod frames;
mod pages;
mod titles;

use crate::diagnostic::{Diagnostic, Severity, rules};
use crate::fields::Kind;
use crate::knowledge::{Delta, KnowledgeBase, PersonId, RecordId, Target};
use crate::project::Audience;
use crate::render::view::Lens;
use crate::render::view::free::Folders;
use crate::render::view::list::address;
use crate::render::view::orders::{self, Orders};
use crate::render::{Directory, Place, Places, RenderError, Theme, ThemeData};
use crate::route::{Route, RouteMap};
use crate::source::{FileId, Span};
use ahash::AHashMap;
use frames::Frames;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// First parts of addresses that Segue keeps for itself.
pub const RESERVED: &[&str] = &["search", "new", "edit", "crm", "api", "assets"];

/// The kinds that have a list of their own.
const LISTED: [Kind; 4] = [Kind::Account, Kind::Handoff, Kind::Stakeholder, Kind::Teammate];

/// All files of the published folder but the search index, and what makes them. Immutable; a copy is cheap.
#[derive(Clone)]
pub struct Site {
    base: Arc<KnowledgeBase>,
    theme: Arc<Theme>,
    directory: Arc<Directory>,
    orders: Orders,
    folders: Arc<Folders>,
    /// The first page of each list.
    lists: [Place; 4],
    faults: Arc<AHashMap<FileId, Vec<Diagnostic>>>,
    /// Files of titles, for search without its engine: made when the first of them is wanted.
    titles: Arc<OnceLock<BTreeMap<Route, Vec<u8>>>>,
    routes: Arc<RouteMap<Maker>>,
    /// Pages that came since the routes were laid out.
    more: Arc<BTreeMap<Route, Maker>>,
    frames: Arc<Frames>,
}

/// What makes a file.
#[derive(Clone, Debug)]
enum Maker {
    Home,
    List(Kind, usize),
    Record(RecordId),
    Person(PersonId),
    NotFound,
    Search,
    /// The form for new files.
    Form,
    /// What the form needs, by its name below `new/`.
    FormPart(String),
    Robots,
    /// A static file of the theme, by its plain name.
    Theme(String),
    /// A file beside the content: an index into [`KnowledgeBase::assets`].
    Asset(usize),
    Redirect(Target),
}

/// A file's content.
#[derive(Debug)]
pub enum Made<'a> {
    /// Made here.
    Bytes(Vec<u8>),
    /// To be copied as it is.
    File(&'a Path),
}

impl Site {
    /// The site of a knowledge base. Errors among `faults` are shown on the pages of their files: they are published in
    /// spite of them. Addresses that cannot be are returned as diagnostics, and have no page.
    pub fn new(base: Arc<KnowledgeBase>, theme: Theme, faults: &[Diagnostic]) -> (Self, Vec<Diagnostic>) {
        let directory = Directory::new(&base);
        let mut by_file: AHashMap<FileId, Vec<Diagnostic>> = AHashMap::new();
        for fault in faults.iter().filter(|fault| fault.severity == Severity::Error) {
            by_file.entry(fault.file).or_default().push(fault.clone());
        }
        let lens = Lens { base: &base, directory: &directory, faults: &by_file, root: "", here: None };
        let ((orders, folders), table) =
            rayon::join(|| (Orders::new(&lens), Folders::new(&lens)), || Table::of(&base, directory.places(), &theme));
        let Table { routes, diagnostics, .. } = table;
        let lists = LISTED.map(|kind| Place {
            label: crate::render::view::list::title(kind).to_owned(),
            href: format!("{}/index.html", kind.folder()),
        });
        let site = Self {
            base,
            theme: Arc::new(theme),
            directory: Arc::new(directory),
            orders,
            folders: Arc::new(folders),
            lists,
            faults: Arc::new(by_file),
            titles: Arc::default(),
            routes: Arc::new(routes),
            more: Arc::default(),
            frames: Arc::default(),
        };
        (site, diagnostics)
    }

    /// Every file, in the order of its route.
    pub fn routes(&self) -> impl ExactSizeIterator<Item = &Route> {
        let laid_out = self.routes.iter().map(|(route, _)| route).chain(self.more.keys());
        let mut all: Vec<&Route> = laid_out.filter(|route| self.maker(route).is_some()).collect();
        all.extend(self.titles().keys());
        all.sort_unstable();
        all.dedup();
        all.into_iter()
    }

    /// Whether the site has a file at a route.
    pub fn has(&self, route: &Route) -> bool {
        self.maker(route).is_some() || self.title_file(route).is_some()
    }

    /// What makes the file at a route; of pages that went, nothing.
    fn maker(&self, route: &Route) -> Option<&Maker> {
        let maker = self.more.get(route).or_else(|| self.routes.get(route))?;
        let there = match maker {
            Maker::Person(id) => self.base.has(Target::Person(*id)),
            Maker::List(kind, number) => *number <= self.orders.pages(*kind),
            _ => true,
        };
        there.then_some(maker)
    }

    fn titles(&self) -> &BTreeMap<Route, Vec<u8>> {
        self.titles.get_or_init(|| {
            let files = titles::files(&self.base, &self.directory).into_iter();
            files.map(|(path, bytes)| (own(&path), bytes)).collect()
        })
    }

    fn title_file(&self, route: &Route) -> Option<&Vec<u8>> {
        // Under an address that is no page's, so that pages do not wait for all titles.
        route.as_str().starts_with("search/titles").then(|| self.titles().get(route)).flatten()
    }

    /// The knowledge base that the site shows.
    pub fn base(&self) -> &Arc<KnowledgeBase> {
        &self.base
    }

    /// The site of a base that [`KnowledgeBase::amended`] gave; `None` where routes have to be laid out anew.
    pub fn amended(&self, base: Arc<KnowledgeBase>, delta: &Delta) -> Option<Self> {
        let directory = Arc::new(self.directory.amended(&self.base, &base, delta));
        let mut site = Self { base, directory, ..self.clone() };
        if delta.is_text() {
            return Some(site);
        }
        let orders = self.orders.amended(&self.base, &site.lens("", None), delta);
        if delta.fields.iter().any(|id| site.base.record(*id).kind == Kind::Page) {
            site.folders = Arc::new(Folders::new(&site.lens("", None)));
        }
        site.titles = Arc::default();
        let mut new: Vec<(Route, Maker)> = Vec::new();
        for id in &delta.added {
            new.push((site.directory.route(Target::Record(*id)).clone(), Maker::Record(*id)));
        }
        for id in delta.people.iter().filter(|id| site.base.has(Target::Person(**id))) {
            new.push((site.directory.route(Target::Person(*id)).clone(), Maker::Person(*id)));
        }
        for kind in LISTED {
            let pages = self.orders.pages(kind) + 1..=orders.pages(kind);
            new.extend(
                pages.map(|number| (own(&format!("{}/index.html", address(kind, number))), Maker::List(kind, number))),
            );
        }
        site.orders = orders;
        for (route, maker) in new {
            let known = self.more.get(&route).or_else(|| self.routes.get(&route));
            match (known, &maker) {
                (Some(Maker::Person(old)), Maker::Person(new)) if old == new => continue,
                (Some(Maker::List(..)), Maker::List(..)) => continue,
                // The page of one who went is free for another of the same id.
                (Some(Maker::Person(old)), _) if !site.base.has(Target::Person(*old)) => {}
                (Some(_), _) => return None,
                (None, _)
                    if !self.routes.has_room(&route) || site.more.keys().any(|more| more.key() == route.key()) =>
                {
                    return None;
                }
                (None, _) => {}
            }
            Arc::make_mut(&mut site.more).insert(route, maker);
        }
        site.frames = Arc::default();
        Some(site)
    }

    /// The same site drawn by another theme.
    #[must_use]
    pub fn with_theme(self, theme: Theme) -> Self {
        let routes = Table::of(&self.base, self.directory.places(), &theme).routes;
        Self { theme: Arc::new(theme), routes: Arc::new(routes), more: Arc::default(), frames: Arc::default(), ..self }
    }

    /// The theme that draws the pages.
    pub fn theme(&self) -> &Theme {
        &self.theme
    }

    /// The record whose file a page is written in.
    pub fn written_in(&self, route: &Route) -> Option<RecordId> {
        match self.maker(route)? {
            Maker::Record(id) => Some(*id),
            Maker::Person(id) => self.base.person(*id).file,
            Maker::Home => self.base.find(Kind::Page, ""),
            _ => None,
        }
    }

    /// Makes a file; `None` where the site has none at this route.
    pub fn render(&self, route: &Route) -> Option<Result<Made<'_>, RenderError>> {
        if let Some(bytes) = self.title_file(route) {
            return Some(Ok(Made::Bytes(bytes.clone())));
        }
        let made = match self.maker(route)? {
            Maker::Asset(at) => Ok(Made::File(&self.base.assets[*at].disk)),
            Maker::Theme(name) => match &self.theme.files().find(|(known, _)| known == name)?.1.data {
                ThemeData::Bytes(bytes) => Ok(Made::Bytes(bytes.clone())),
                ThemeData::Disk(path) => Ok(Made::File(path)),
            },
            Maker::FormPart(name) => Ok(Made::Bytes(form::file(&self.base, name))),
            Maker::Robots => Ok(Made::Bytes(b"User-agent: *\nDisallow: /\n".to_vec())),
            maker => pages::render(self, route, maker).map(Made::Bytes),
        };
        Some(made)
    }

    /// The form that edits the file of a record, seen from a page whose way to the top of the site is `root`.
    pub fn form(&self, root: &str, about: RecordId) -> Result<Vec<u8>, RenderError> {
        pages::form(self, root, Some(about))
    }

    /// A failure to render as a diagnostic in the project's own template; `None` where the fault is not in one.
    pub fn diagnose(&self, error: &RenderError) -> Option<Diagnostic> {
        self.theme.diagnose(error, &self.base.sources)
    }

    fn lens<'a>(&'a self, root: &'a str, here: Option<Target>) -> Lens<'a> {
        Lens { base: &self.base, directory: &self.directory, faults: &self.faults, root, here }
    }

    fn list(&self, kind: Kind) -> &Place {
        let at = LISTED.iter().position(|listed| *listed == kind);
        &self.lists[at.expect("only kinds with a list are asked for")]
    }
}

/// The route of a file of Segue's own.
fn own(path: &str) -> Route {
    Route::file(path).expect("Segue's own addresses are fit for every system")
}

/// The route table while it is filled.
struct Table<'a> {
    base: &'a KnowledgeBase,
    routes: RouteMap<Maker>,
    /// Whose file a route is, to point at both where two want one.
    owners: AHashMap<Route, (FileId, Span)>,
    diagnostics: Vec<Diagnostic>,
}

/// What is wrong with the addresses that the pages of a knowledge base would have: two at one, or one that Segue keeps
/// for itself. The same that [`Site::new`] returns, for those who make no page.
pub fn addresses(base: &KnowledgeBase, theme: &Theme) -> Vec<Diagnostic> {
    Table::of(base, &Places::new(base), theme).diagnostics
}

impl<'a> Table<'a> {
    fn of(base: &'a KnowledgeBase, places: &Places, theme: &Theme) -> Self {
        let mut table = Self { base, routes: RouteMap::new(), owners: AHashMap::new(), diagnostics: Vec::new() };
        table.fill(places, theme);
        table
    }

    fn fill(&mut self, places: &Places, theme: &Theme) {
        self.own(own("index.html"), Maker::Home);
        self.own(own("404.html"), Maker::NotFound);
        self.own(own("search/index.html"), Maker::Search);
        self.own(own("robots.txt"), Maker::Robots);
        // Who may not read all of a file does not write it either.
        if self.base.project.audience == Audience::Internal {
            self.own(own("new/index.html"), Maker::Form);
            for name in form::names(self.base) {
                self.own(own(&format!("new/{name}")), Maker::FormPart(name));
            }
        }
        for (name, file) in theme.files() {
            self.theme_file(name, &file.href);
        }
        for kind in LISTED {
            let entries = match kind {
                Kind::Stakeholder => self.base.person_ids().count(),
                kind => self.base.of_kind(kind).count(),
            };
            for number in 1..=orders::pages(entries) {
                self.own(own(&format!("{}/index.html", address(kind, number))), Maker::List(kind, number));
            }
        }
        for kind in [Kind::Account, Kind::Handoff, Kind::Teammate, Kind::Page] {
            for id in self.base.of_kind(kind) {
                let route = places.route(Target::Record(id)).clone();
                // The text of `content/index.md` is part of the home page.
                if route.as_str() != "index.html" {
                    let place = (self.base.record(id).file, self.base.record(id).opening);
                    self.page(route, Maker::Record(id), place);
                }
            }
        }
        for id in self.base.person_ids() {
            let place = self.place_of(id);
            self.page(places.route(Target::Person(id)).clone(), Maker::Person(id), place);
        }
        for at in 0..self.base.assets.len() {
            self.asset(at);
        }
        for at in 0..self.base.records.len() as u32 {
            self.redirects(RecordId(at), places);
        }
    }

    /// Where a person comes from: their file, else their newest entry.
    fn place_of(&self, id: PersonId) -> (FileId, Span) {
        let person = self.base.person(id);
        if let Some(file) = person.file {
            return (self.base.record(file).file, self.base.record(file).opening);
        }
        let entry = person.appearances.first().and_then(|(handoff, at)| {
            Some((self.base.record(*handoff).file, self.base.appearance(*handoff, *at)?.span))
        });
        entry.unwrap_or((FileId(0), Span::at(0)))
    }

    /// Adds a file of Segue's own, before all others, so that nothing is in its way.
    fn own(&mut self, route: Route, maker: Maker) {
        if let Err(collision) = self.routes.insert(route, maker) {
            panic!("Segue's own files stand in each other's way: {collision}");
        }
    }

    fn page(&mut self, route: Route, maker: Maker, (file, span): (FileId, Span)) {
        let top = route.as_str().split('/').next().unwrap_or("");
        if let Some(reserved) = RESERVED.iter().find(|reserved| crate::route::folded(top) == **reserved) {
            self.diagnostics.push(
                Diagnostic::new(
                    &rules::RESERVED_ADDRESS,
                    file,
                    span,
                    format!("`{}` is an address that Segue keeps for itself", route.address()),
                )
                .help(format!("Give it another name than `{reserved}`, or put it into a folder.")),
            );
            return;
        }
        match self.routes.insert(route.clone(), maker) {
            Ok(()) => {
                self.owners.insert(route, (file, span));
            }
            Err(collision) => {
                let other = self.owners.get(&collision.first).copied();
                let what = if collision.first == collision.second {
                    format!("`{}` is the address of another page already", collision.second.address())
                } else {
                    collision.to_string()
                };
                let mut diagnostic =
                    Diagnostic::new(&rules::DUPLICATE_ADDRESS, file, span, what).help("Give one of them another name.");
                if let Some((file, span)) = other {
                    diagnostic = diagnostic.related(file, span, "the other one");
                }
                self.diagnostics.push(diagnostic);
            }
        }
    }

    /// A file beside the content stands at its own path.
    fn asset(&mut self, at: usize) {
        let path = self.base.assets[at].path.clone();
        let place = self.config();
        match Route::file(path) {
            Ok(route) => self.page(route, Maker::Asset(at), place),
            Err(error) => {
                let diagnostic = Diagnostic::new(
                    &rules::BAD_FILE_NAME,
                    place.0,
                    place.1,
                    format!("`content/{}`: {}", error.path, error.reason),
                );
                self.diagnostics.push(diagnostic.help("It is published beside the pages: rename it."));
            }
        }
    }

    fn theme_file(&mut self, name: &str, href: &str) {
        match Route::file(href) {
            Ok(route) => self.own(route, Maker::Theme(name.to_owned())),
            Err(error) => {
                let (file, span) = self.config();
                let message = format!("`themes/default/static/{name}`: {}", error.reason);
                self.diagnostics.push(Diagnostic::new(&rules::BAD_FILE_NAME, file, span, message));
            }
        }
    }

    /// The start of `segue.toml`: where faults of files that are no text are reported.
    fn config(&self) -> (FileId, Span) {
        let config = self.base.sources.iter().find(|(_, source)| source.path() == "segue.toml");
        (config.map_or(FileId(0), |(file, _)| file), Span::at(0))
    }

    /// Old slugs whose addresses lead to the new one.
    fn redirects(&mut self, id: RecordId, places: &Places) {
        let record = self.base.record(id);
        let target = match record.kind {
            Kind::Receipt => return,
            Kind::Stakeholder => match self.base.find_person(&record.id) {
                Some(person) => Target::Person(person),
                None => return,
            },
            _ => Target::Record(id),
        };
        let folder = match record.kind {
            Kind::Page => record.id.rsplit_once('/').map_or("", |(folder, _)| folder),
            kind => kind.folder(),
        };
        let route = places.route(target);
        for old in record.fields.items("redirect_from") {
            let Some(slug) = old.text() else { continue };
            let address = if folder.is_empty() { slug.to_owned() } else { format!("{folder}/{slug}") };
            match Route::page(&address) {
                Ok(from) if from == *route => {}
                Ok(from) => self.page(from, Maker::Redirect(target), (record.file, old.span)),
                Err(error) => self.diagnostics.push(
                    Diagnostic::new(&rules::INVALID_SLUG, record.file, old.span, format!("`{slug}`: {}", error.reason))
                        .field("redirect_from"),
                ),
            }
        }
    }
}
