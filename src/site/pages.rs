//! What makes the HTML of each kind of page.

use super::{LISTED, Maker, Site};
use crate::fields::Kind;
use crate::knowledge::{RecordId, Target};
use crate::project::Audience;
use crate::render::view::{self, Page, account, form as asked, free, handoff, home, list, person, search, teammate};
use crate::render::{Place, RenderError};
use crate::route::Route;
use serde::Serialize;
use std::borrow::Cow;
use tera::Context;

/// Nothing is loaded, run or sent but the site's own files.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
     script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; manifest-src 'self'; \
     base-uri 'none'; form-action 'none'";

/// How many entries the navigation has for free pages.
const MOST_PAGES: usize = 14;

/// What every template knows as `site`.
#[derive(Serialize)]
struct Shared<'a> {
    title: &'a str,
    csp: &'a str,
    style: &'a str,
    icon: &'a str,
    /// Where the titles are that search falls back on.
    titles: &'a str,
    /// The theme's static files by name.
    assets: std::collections::BTreeMap<&'a str, &'a str>,
    /// Whether restricted fields are left out.
    company: bool,
    /// Whether there is a form for new files.
    form: bool,
    today: Today,
    nav: Vec<Item<'a>>,
    pages: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Today {
    iso: String,
    text: String,
}

/// An entry of the navigation.
#[derive(Serialize)]
struct Item<'a> {
    key: &'a str,
    label: Cow<'a, str>,
    href: &'a str,
    count: Option<String>,
}

impl Site {
    /// What is the same on all pages, for the templates.
    pub(super) fn shared(&self) -> tera::Value {
        let project = &self.base.project;
        let lens = self.lens("", None);
        let count = |kind| Some(view::thousands(self.orders.len(kind)));
        let mut nav = vec![Item { key: "home", label: Cow::Borrowed("Home"), href: "index.html", count: None }];
        for (kind, place) in LISTED.iter().zip(&self.lists) {
            let label = Cow::Borrowed(place.label.as_str());
            nav.push(Item { key: kind.folder(), label, href: &place.href, count: count(*kind) });
        }
        let tops = self.folders.pages("").iter().map(|id| Item {
            key: &self.base.record(*id).id,
            label: Cow::Borrowed(self.directory.record(*id).label.as_str()),
            href: &self.directory.record(*id).href,
            count: None,
        });
        // A folder without a page of its own is entered by its first one.
        let bare = self.folders.bare(&lens).into_iter().filter_map(|folder| {
            let first = self.folders.first(folder)?;
            let href = &self.directory.record(first).href;
            Some(Item { key: folder, label: Cow::Owned(view::label(folder)), href, count: None })
        });
        let pages: Vec<Item<'_>> = bare.chain(tops).take(MOST_PAGES).collect();
        let shared = Shared {
            title: &project.title,
            csp: POLICY,
            style: self.theme.href("style.css").unwrap_or(""),
            icon: self.theme.href("mark.svg").unwrap_or(""),
            titles: super::titles::TABLE,
            assets: self.theme.files().map(|(name, file)| (name, file.href.as_str())).collect(),
            company: project.audience == Audience::Company,
            form: project.audience == Audience::Internal,
            today: Today { iso: project.today.to_string(), text: view::day(project.today) },
            nav,
            pages,
        };
        tera::Value::from_serializable(&shared)
    }
}

/// The way from a page to the top of the site: `../../`.
fn root_of(route: &Route) -> String {
    "../".repeat(route.as_str().matches('/').count())
}

/// Makes a page.
pub(super) fn render(site: &Site, route: &Route, maker: &Maker) -> Result<Vec<u8>, RenderError> {
    let root = match maker {
        // It is shown at any address, so its links count from the host's top.
        Maker::NotFound => format!("{}/", base_path(site.base.project.base_url.as_deref())),
        _ => root_of(route),
    };
    let here = match maker {
        Maker::Record(id) => Some(Target::Record(*id)),
        Maker::Person(id) => Some(Target::Person(*id)),
        _ => None,
    };
    let lens = site.lens(&root, here);
    let start = |page: &Page<'_>| start(site, &root, page);
    let (template, context) = match maker {
        Maker::Home => {
            let (page, home) = home::view(&lens, &site.orders);
            ("home.html", with(start(&page)?, "home", &home))
        }
        Maker::List(kind, number) => {
            let (page, list) = list::view(&lens, &site.orders, *kind, *number, site.list(*kind));
            ("list.html", with(start(&page)?, "list", &list))
        }
        Maker::Person(id) => {
            let (page, person) = person::view(&lens, *id, site.list(Kind::Stakeholder));
            ("stakeholder.html", with(start(&page)?, "p", &person))
        }
        Maker::Record(id) => match site.base.record(*id).kind {
            Kind::Account => {
                let (page, account) = account::view(&lens, *id, site.list(Kind::Account));
                ("account.html", with(start(&page)?, "a", &account))
            }
            Kind::Handoff => {
                let (page, handoff) = handoff::view(&lens, *id, site.list(Kind::Handoff));
                ("handoff.html", with(start(&page)?, "h", &handoff))
            }
            Kind::Teammate => {
                let (page, teammate) = teammate::view(&lens, *id, site.list(Kind::Teammate));
                ("teammate.html", with(start(&page)?, "t", &teammate))
            }
            _ => {
                let (page, free) = free::view(&lens, &site.folders, *id);
                ("page.html", with(start(&page)?, "p", &free))
            }
        },
        Maker::Redirect(target) => {
            let place: &Place = site.directory.place(*target);
            let mut context = Context::new();
            context.insert("to", &format!("{root}{}", place.href));
            context.insert("title", &place.label);
            context.insert("canonical", &lens.canonical(&place.href));
            ("redirect.html", context)
        }
        Maker::NotFound => ("404.html", start(&Page::plain("Not found"))?),
        Maker::Search => ("search.html", start(&search::view(&lens))?),
        Maker::Form => return form(site, &root, None),
        Maker::FormPart(_) | Maker::Robots | Maker::Theme(_) | Maker::Asset(_) => {
            unreachable!("no page: made elsewhere")
        }
    };
    site.theme.render(template, &context)
}

/// Makes the page of the form, for a new file or for that of a record.
pub(super) fn form(site: &Site, root: &str, about: Option<RecordId>) -> Result<Vec<u8>, RenderError> {
    let (page, form) = asked::view(&site.lens(root, None), about);
    site.theme.render("form.html", &with(start(site, root, &page)?, "form", &form))
}

/// What the templates of all pages know.
fn start(site: &Site, root: &str, page: &Page<'_>) -> Result<Context, RenderError> {
    let mut context = Context::new();
    context.insert("root", root);
    site.frames.insert(&mut context, site, root, page)?;
    context.insert("page", page);
    Ok(context)
}

fn with(mut context: Context, name: &'static str, view: &impl Serialize) -> Context {
    context.insert(name, view);
    context
}

/// The path of the site's address on its host, without a slash at its end.
fn base_path(base_url: Option<&str>) -> &str {
    let Some((_, rest)) = base_url.and_then(|url| url.split_once("://")) else { return "" };
    rest.find('/').map_or("", |at| rest[at..].trim_end_matches('/'))
}
