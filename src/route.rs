//! Floor 0: where an output file goes, and how one page links to another.
//!
//! A [`Route`] is a file's path inside the published folder, `accounts/acme/index.html`. It is made only by checking
//! that every system and every bucket can hold that name, so nothing later has to ask. Two routes that a
//! case-insensitive or Unicode-normalising disk would take for one are a [`Collision`] in a [`RouteMap`], wherever
//! Segue happens to run.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The file that a web server shows for its folder.
const INDEX: &str = "index.html";

/// The longest name that common file systems take, in bytes.
const LONGEST_NAME: usize = 255;

/// Everything but RFC 3986's unreserved characters: such a link needs no further escaping in HTML, XML or JSON.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A file's path inside the published folder: relative, with forward slashes, every part a name that Linux, macOS and
/// Windows can all hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Route(Box<str>);

/// Why a path cannot be a [`Route`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteError {
    /// The path that was asked for.
    pub path: String,
    /// What is wrong with it.
    pub reason: Unportable,
}

/// What makes a name unfit for publishing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unportable {
    /// No name at all: an empty path, or two slashes in a row, or one at an end.
    Empty,
    /// `.` or `..`.
    Dots,
    /// A character that some system cannot hold in a name.
    Character(char),
    /// A dot or space at the end, which Windows drops.
    Trailing(char),
    /// A name that Windows keeps for a device, such as `nul` or `com1.txt`.
    Reserved,
    /// More than 255 bytes in one name.
    TooLong,
}

impl fmt::Display for Unportable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("a name in it is empty"),
            Self::Dots => f.write_str("`.` and `..` are not names"),
            Self::Character(c) => write!(f, "{c:?} cannot stand in a file's name on every system"),
            Self::Trailing(c) => write!(f, "a name that ends with {c:?} cannot be stored on Windows"),
            Self::Reserved => f.write_str("Windows keeps that name for a device"),
            Self::TooLong => write!(f, "a name in it is longer than {LONGEST_NAME} bytes"),
        }
    }
}

impl fmt::Display for RouteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` cannot be published: {}", self.path, self.reason)
    }
}

impl std::error::Error for RouteError {}

impl Route {
    /// The route of a file at `path`, such as `assets/style.css`.
    pub fn file(path: impl Into<String>) -> Result<Self, RouteError> {
        let path = path.into();
        match path.split('/').find_map(|name| portable(name).err()) {
            None => Ok(Self(path.into())),
            Some(reason) => Err(RouteError { path, reason }),
        }
    }

    /// The route of the page whose address is `folder`: `accounts/acme` gives `accounts/acme/index.html`, and the
    /// empty string the home page.
    pub fn page(folder: &str) -> Result<Self, RouteError> {
        if folder.is_empty() { Ok(Self(INDEX.into())) } else { Self::file(format!("{folder}/{INDEX}")) }
    }

    /// The path, with forward slashes.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder that holds the file, without a slash at its end; empty at the top.
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The file's own name.
    pub fn name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&self.0, |(_, name)| name)
    }

    /// The address as people write it: `/accounts/acme/` for a page, `/assets/style.css` for any other file.
    pub fn address(&self) -> String {
        let shown = if self.name() == INDEX { &self.0[..self.0.len() - INDEX.len()] } else { &*self.0 };
        format!("/{shown}")
    }

    /// The link from the published folder's top, percent-encoded: `accounts/acme/index.html`.
    pub fn href(&self) -> String {
        encoded(self.0.split('/'))
    }

    /// The link to `to` from the page at this route, percent-encoded: `../../handoffs/x/index.html`.
    ///
    /// It names the file and not its folder, so that it leads there from a disk, at a domain's root and under a
    /// sub-path alike.
    pub fn relative(&self, to: &Self) -> String {
        let mut from: Vec<&str> = self.0.split('/').collect();
        // The page's own name is no folder to climb out of.
        from.pop();
        let to: Vec<&str> = to.0.split('/').collect();
        let shared = from.iter().zip(&to[..to.len() - 1]).take_while(|(a, b)| a == b).count();
        let mut link = "../".repeat(from.len() - shared);
        link.push_str(&encoded(to[shared..].iter().copied()));
        link
    }

    /// What two routes have in common when some disk would take them for one: folded by case and Unicode form.
    pub fn key(&self) -> RouteKey {
        RouteKey(folded(&self.0).into())
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<std::path::Path> for Route {
    /// Forward slashes separate on Windows too.
    fn as_ref(&self) -> &std::path::Path {
        std::path::Path::new(&*self.0)
    }
}

/// A [`Route`] without its case and Unicode form; see [`Route::key`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RouteKey(Box<str>);

/// Two files that cannot both be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collision {
    /// The route that was there first.
    pub first: Route,
    /// The route that has no room beside it.
    pub second: Route,
}

impl fmt::Display for Collision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, second } = self;
        if first == second {
            write!(f, "two files would be published at `{first}`")
        } else if first.key() == second.key() {
            write!(f, "`{first}` and `{second}` are one file where case or Unicode form does not count")
        } else {
            write!(f, "`{first}` and `{second}` cannot both be published: one is a file where the other needs a folder")
        }
    }
}

impl std::error::Error for Collision {}

/// A map from routes, sorted, of which no two are one file (or a file and a folder) on any disk.
#[derive(Clone, Debug)]
pub struct RouteMap<T> {
    entries: BTreeMap<Route, T>,
    /// The files by key, and the folders above them with one file each that needs them.
    taken: HashMap<RouteKey, Taken>,
}

#[derive(Clone, Debug)]
struct Taken {
    by: Route,
    is_folder: bool,
}

impl<T> Default for RouteMap<T> {
    fn default() -> Self {
        Self { entries: BTreeMap::new(), taken: HashMap::new() }
    }
}

impl<T> RouteMap<T> {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file, unless another stands in its way.
    pub fn insert(&mut self, route: Route, value: T) -> Result<(), Collision> {
        let key = route.key();
        let collision = |taken: &Taken| Collision { first: taken.by.clone(), second: route.clone() };
        if let Some(taken) = self.taken.get(&key) {
            return Err(collision(taken));
        }
        let folders = key.0.match_indices('/').map(|(end, _)| RouteKey(key.0[..end].into()));
        let mut new = Vec::new();
        for folder in folders {
            match self.taken.get(&folder) {
                Some(taken) if !taken.is_folder => return Err(collision(taken)),
                Some(_) => {}
                None => new.push(folder),
            }
        }
        for folder in new {
            self.taken.insert(folder, Taken { by: route.clone(), is_folder: true });
        }
        self.taken.insert(key, Taken { by: route.clone(), is_folder: false });
        self.entries.insert(route, value);
        Ok(())
    }

    /// Whether a file could be added at this route.
    pub fn has_room(&self, route: &Route) -> bool {
        let key = route.key();
        let mut folders = key.0.match_indices('/').map(|(end, _)| RouteKey(key.0[..end].into()));
        !self.taken.contains_key(&key)
            && folders.all(|folder| self.taken.get(&folder).is_none_or(|taken| taken.is_folder))
    }

    /// What stands at exactly this route.
    pub fn get(&self, route: &Route) -> Option<&T> {
        self.entries.get(route)
    }

    /// Everything, in the order of the routes.
    pub fn iter(&self) -> std::collections::btree_map::Iter<'_, Route, T> {
        self.entries.iter()
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<'a, T> IntoIterator for &'a RouteMap<T> {
    type Item = (&'a Route, &'a T);
    type IntoIter = std::collections::btree_map::Iter<'a, Route, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The slug of a name: decomposed, marks dropped, lower case, every run of other characters one `-`, none at the ends.
/// `None` where nothing is left, as of a name without any Latin letter or digit.
///
/// ```
/// assert_eq!(segue::route::slug("Müller & Söhne, Inc."), Some("muller-sohne-inc".to_owned()));
/// assert_eq!(segue::route::slug("東京"), None);
/// ```
pub fn slug(name: &str) -> Option<String> {
    let mut slug = String::with_capacity(name.len());
    let mut gap = false;
    // A capital can decompose into a letter and a mark only once it is lower case (`İ`), so marks go last.
    for c in name.nfd().flat_map(char::to_lowercase).filter(|c| !is_combining_mark(*c)) {
        if c.is_ascii_alphanumeric() {
            if gap && !slug.is_empty() {
                slug.push('-');
            }
            gap = false;
            slug.push(c);
        } else {
            gap = true;
        }
    }
    if slug.is_empty() { None } else { Some(slug) }
}

/// Whether `text` may be a slug or id: lower-case letters, digits, `-`, `.` and `_`, and fit to name a published
/// folder, so no dot at either end and no name that Windows keeps for a device.
pub fn is_slug(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_'))
        && !text.starts_with('.')
        && portable(text).is_ok()
}

/// Text without its case and Unicode form, as the most forgetful of common disks compare names.
///
/// By simple mappings, character by character, because that is what NTFS and APFS do: `ß` and `ss` stay two names.
pub fn folded(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return if text.bytes().any(|b| b.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        };
    }
    Cow::Owned(text.nfd().map(|c| single(single(c, char::to_uppercase), char::to_lowercase)).nfc().collect())
}

/// `c` mapped to another single character, or itself where it would become several.
fn single<I: Iterator<Item = char>>(c: char, map: impl Fn(char) -> I) -> char {
    let mut mapped = map(c);
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

fn encoded<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut link = String::new();
    for name in names {
        if !link.is_empty() {
            link.push('/');
        }
        link.extend(utf8_percent_encode(name, ESCAPED));
    }
    link
}

/// Whether every system can hold a file or folder of this name.
fn portable(name: &str) -> Result<(), Unportable> {
    if name.is_empty() {
        return Err(Unportable::Empty);
    }
    if name == "." || name == ".." {
        return Err(Unportable::Dots);
    }
    if let Some(c) = name.chars().find(|c| c.is_control() || r#"<>:"|?*\/"#.contains(*c)) {
        return Err(Unportable::Character(c));
    }
    if let Some(c) = name.chars().next_back().filter(|c| matches!(c, '.' | ' ')) {
        return Err(Unportable::Trailing(c));
    }
    if is_device(name) {
        return Err(Unportable::Reserved);
    }
    if name.len() > LONGEST_NAME {
        return Err(Unportable::TooLong);
    }
    Ok(())
}

/// Windows takes these names for devices in every folder, whatever follows the first dot.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end_matches(' ');
    if ["con", "prn", "aux", "nul", "conin$", "conout$"].iter().any(|device| stem.eq_ignore_ascii_case(device)) {
        return true;
    }
    let mut chars = stem.chars();
    let port: String = chars.by_ref().take(3).collect();
    (port.eq_ignore_ascii_case("com") || port.eq_ignore_ascii_case("lpt"))
        && matches!((chars.next(), chars.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
}

#[cfg(test)]
mod tests;
