//! From an address to the file of the site that stands there, with what the preview adds to pages.

use super::form;
use super::workspace::Shown;
use crate::render::RenderError;
use crate::route::Route;
use crate::site::Made;
use percent_encoding::percent_decode_str;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// How many pages are remembered as they last were, to be shown while a template is broken.
const REMEMBERED: usize = 64;

/// Makes pages as the preview shows them.
pub struct Pages {
    root: PathBuf,
    /// Differs from run to run, so that what a browser kept of another run is not used.
    run: String,
    token: String,
    last: Mutex<BTreeMap<Route, Vec<u8>>>,
}

/// What stands at an address.
pub struct Page {
    /// 200, 404 or 500.
    pub status: u16,
    /// The bytes of the site.
    pub bytes: Vec<u8>,
    /// The file's name, for its type.
    pub name: String,
    /// Tells what is shown from what was shown before; style sheets do not count.
    pub tag: String,
    /// Why an older page is shown, or none.
    pub fault: Option<RenderError>,
    /// Where the address should have led.
    pub redirect: Option<String>,
    /// What stands there, where something does.
    pub route: Option<Route>,
}

impl Page {
    /// Whether nothing stands at the address.
    pub fn missing(&self) -> bool {
        self.status == 404
    }
}

impl Pages {
    /// For the site of the project at `root`.
    pub fn new(root: PathBuf, run: String, token: String) -> Self {
        Self { root, run, token, last: Mutex::default() }
    }

    /// What stands at a path, percent-encoded as it was sent.
    pub fn find(&self, shown: &Shown, path: &str) -> Page {
        let Some(path) = path.strip_prefix(&prefix(shown)).and_then(plain) else { return self.not_found(shown) };
        if let Some(page) = form::edit_page(shown, self, &path) {
            return page;
        }
        let folder = path.is_empty() || path.ends_with('/');
        let route = if folder { Route::page(path.trim_end_matches('/')) } else { Route::file(path.as_str()) };
        let Ok(route) = route else { return self.not_found(shown) };
        if let Some(page) = self.make(shown, &route) {
            return page;
        }
        let mut page = self.not_found(shown);
        if !folder && let Some(index) = Route::page(&path).ok().filter(|index| shown.site.has(index)) {
            let href = index.href();
            page.redirect = Some(format!("{}/{}", prefix(shown), href.strip_suffix("index.html").unwrap_or(&href)));
        }
        page
    }

    fn make(&self, shown: &Shown, route: &Route) -> Option<Page> {
        let (status, bytes, fault) = match shown.site.render(route)? {
            Ok(Made::Bytes(bytes)) => {
                self.remember(route, &bytes);
                (200, bytes, None)
            }
            Ok(Made::File(disk)) => (200, confined(&self.root, disk)?, None),
            Err(error) => match self.remembered(route) {
                Some(bytes) => (200, bytes, Some(error)),
                None => (500, broken(&error), Some(error)),
            },
        };
        let tag = self.tag(shown, &bytes);
        let name = if status == 500 { "500.html" } else { route.name() }.to_owned();
        Some(Page { status, bytes, name, tag, fault, redirect: None, route: Some(route.clone()) })
    }

    /// A page that is the preview's own, and made with the theme.
    pub fn made(&self, shown: &Shown, made: Result<Vec<u8>, RenderError>) -> Page {
        let (status, bytes, fault) = match made {
            Ok(bytes) => (200, bytes, None),
            Err(error) => (500, broken(&error), Some(error)),
        };
        let (tag, name) = (self.tag(shown, &bytes), "index.html".to_owned());
        Page { status, bytes, name, tag, fault, redirect: None, route: None }
    }

    fn not_found(&self, shown: &Shown) -> Page {
        let route = Route::file("404.html").expect("a portable name");
        let mut page = self.make(shown, &route).expect("every site has a page that says so");
        page.status = 404;
        page.route = None;
        page
    }

    /// The address of the nearest page above a path.
    pub fn parent(shown: &Shown, path: &str) -> String {
        let prefix = prefix(shown);
        let path = path.strip_prefix(&prefix).and_then(plain).unwrap_or_default();
        let mut folder = path.trim_end_matches('/');
        while let Some((above, _)) = folder.rsplit_once('/') {
            folder = above;
            if let Some(route) = Route::page(folder).ok().filter(|route| shown.site.has(route)) {
                let href = route.href();
                return format!("{prefix}/{}", href.strip_suffix("index.html").unwrap_or(&href));
            }
        }
        format!("{prefix}/")
    }

    /// The theme's style sheets by name, as JSON.
    pub fn styles(shown: &Shown) -> String {
        let sheets: BTreeMap<&str, String> =
            sheets(shown).map(|(name, href)| (name, format!("{}/{href}", prefix(shown)))).collect();
        serde_json::to_string(&sheets).expect("texts are JSON")
    }

    /// The state of a file for caches.
    pub fn etag(&self, bytes: &[u8]) -> String {
        format!("\"{}-{}\"", short(bytes), self.run)
    }

    fn tag(&self, shown: &Shown, bytes: &[u8]) -> String {
        // A style sheet's name changes with what is in it, and is in every page: it is swapped, not reloaded.
        let mut text = String::from_utf8_lossy(bytes).into_owned();
        for (name, href) in sheets(shown) {
            text = text.replace(href, name);
        }
        format!("{}-{}", short(text.as_bytes()), self.run)
    }

    /// A page with what the preview adds to it.
    pub fn dressed(&self, shown: &Shown, page: &Page) -> Vec<u8> {
        let Some(at) = page.bytes.windows(7).position(|seven| seven == b"</head>") else { return page.bytes.clone() };
        let prefix = prefix(shown);
        let missing = if page.missing() { " data-missing" } else { "" };
        let more = format!(
            "<link rel=\"stylesheet\" href=\"{prefix}/_segue/preview.css\">\n\
             <script defer src=\"{prefix}/_segue/preview.js\" data-root=\"{prefix}\" data-tag=\"{}\" data-token=\"{}\"{missing}></script>\n",
            page.tag, self.token,
        );
        let mut bytes = Vec::with_capacity(page.bytes.len() + more.len());
        bytes.extend_from_slice(&page.bytes[..at]);
        bytes.extend_from_slice(more.as_bytes());
        bytes.extend_from_slice(&page.bytes[at..]);
        bytes
    }

    fn remember(&self, route: &Route, bytes: &[u8]) {
        if !is_page(route.name()) {
            return;
        }
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.len() >= REMEMBERED && !last.contains_key(route) {
            last.pop_first();
        }
        last.insert(route.clone(), bytes.to_vec());
    }

    fn remembered(&self, route: &Route) -> Option<Vec<u8>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).get(route).cloned()
    }
}

/// Whether a file of this name is a page.
pub fn is_page(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|end| end == "html")
}

/// The path of the site's address on its host: pages of a site below `/docs` are previewed below `/docs`.
pub fn prefix(shown: &Shown) -> String {
    let url = shown.site.base().project.base_url.as_deref();
    let rest = url.and_then(|url| url.split_once("://")).map_or("", |(_, rest)| rest);
    let path = rest.find('/').map_or("", |at| rest[at..].trim_end_matches('/'));
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte);
    if path.bytes().all(is_plain) && !path.contains("//") { path.to_owned() } else { String::new() }
}

fn sheets(shown: &Shown) -> impl Iterator<Item = (&str, &str)> {
    let files = shown.site.theme().files();
    files
        .filter(|(name, _)| Path::new(name).extension().is_some_and(|end| end == "css"))
        .map(|(name, file)| (name, file.href.as_str()))
}

/// A path from an address, decoded once, without its first slash; `None` where it is none that a page can have. What is
/// in it is looked up in the table of the site's files and never put together with a folder.
fn plain(path: &str) -> Option<String> {
    let path = path.strip_prefix('/')?;
    let path = percent_decode_str(path).decode_utf8().ok()?;
    let sound = !path.contains(['\\', '\0', ':']) && !path.chars().any(char::is_control);
    sound.then(|| path.into_owned())
}

/// The bytes of a file that is shown as it is, unless it leads out of the project by now.
pub fn confined(root: &Path, disk: &Path) -> Option<Vec<u8>> {
    let disk = fs::canonicalize(disk).ok().filter(|disk| disk.starts_with(root))?;
    crate::project::read_asset(&disk).ok()
}

/// A page that says why there is none.
fn broken(error: &RenderError) -> Vec<u8> {
    let mut text = String::new();
    escape(&error.to_string(), &mut text);
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Not made</title></head>\n\
         <body><main><h1>This page cannot be made</h1><pre>{text}</pre></main></body></html>\n"
    )
    .into_bytes()
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            c => out.push(c),
        }
    }
}

fn short(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex()[..20].to_owned()
}
