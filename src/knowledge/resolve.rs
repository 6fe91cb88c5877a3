//! Where links lead.

use super::{KnowledgeBase, RecordId, Target};
use crate::diagnostic::{Diagnostic, rules};
use crate::document::{Link, LinkKind};
use crate::fields::Kind;
use crate::route;
use percent_encoding::percent_decode_str;

/// What a link leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// A page of the site, perhaps a place on it.
    Page(Target, Option<String>),
    /// A place on the page the link stands on.
    Here(String),
    /// A list or the home page: its address from the site's root, such as `accounts`, perhaps a place on it.
    List(&'static str, Option<String>),
    /// A file beside the content: an index into [`KnowledgeBase::assets`].
    Asset(usize),
    /// Another site, or a mail address.
    External,
    /// A scheme that is not allowed.
    Unsafe,
    /// A name that several pages have.
    Ambiguous(Vec<Target>),
    /// Nothing.
    Broken,
}

impl KnowledgeBase {
    /// Where a link on the page of `from` leads.
    pub fn resolve(&self, from: RecordId, link: &Link) -> Resolution {
        match link.kind {
            LinkKind::Wiki => self.resolve_wiki(from, &link.target),
            LinkKind::Markdown | LinkKind::Image => self.resolve_path(from, &link.target),
        }
    }

    fn resolve_wiki(&self, from: RecordId, target: &str) -> Resolution {
        let (name, heading) = target.split_once('#').map_or((target, None), |(name, heading)| (name, Some(heading)));
        let name = name.trim().trim_end_matches(".md");
        let heading = heading.map(|heading| route::slug(heading).unwrap_or_default());
        if name.is_empty() {
            return heading.filter(|heading| !heading.is_empty()).map_or(Resolution::Broken, Resolution::Here);
        }
        let by_id = |kind, id: &str| match kind {
            Kind::Stakeholder => self.find_person(id).map(Target::Person),
            // Receipts are no targets: they are shown on their handoff.
            Kind::Receipt => None,
            _ => self.find(kind, id).map(Target::Record),
        };
        let qualified = name.split_once('/').and_then(|(prefix, id)| {
            let kind = Kind::ALL.into_iter().find(|kind| kind.name() == prefix || kind.folder() == prefix)?;
            by_id(kind, id)
        });
        let bare = || {
            [Kind::Account, Kind::Handoff, Kind::Stakeholder, Kind::Teammate, Kind::Page]
                .into_iter()
                .find_map(|kind| by_id(kind, name))
        };
        if let Some(target) = qualified.or_else(bare) {
            return Resolution::Page(target, heading);
        }
        let named = match self.names.pages(name) {
            Some(pages) => pages,
            None => self.names.get(name),
        };
        match named {
            [] => match LISTS.iter().find(|list| **list == name) {
                Some(list) => Resolution::List(list, heading),
                None => Resolution::Broken,
            },
            [only] => Resolution::Page(*only, heading),
            several => {
                // A page that speaks of a name it bears itself means itself.
                let own = several.iter().find(|target| **target == Target::Record(from));
                own.map_or_else(|| Resolution::Ambiguous(several.to_vec()), |own| Resolution::Page(*own, heading))
            }
        }
    }

    fn resolve_path(&self, from: RecordId, target: &str) -> Resolution {
        if let Some((scheme, _)) = target.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) {
            let scheme = scheme.to_ascii_lowercase();
            let safe = ["https", "http", "mailto"].contains(&scheme.as_str());
            return if safe { Resolution::External } else { Resolution::Unsafe };
        }
        if target.starts_with("//") || target.contains('\\') {
            return Resolution::Unsafe;
        }
        let (path, fragment) = target.split_once('#').map_or((target, None), |(path, rest)| (path, Some(rest)));
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let fragment = fragment.filter(|fragment| !fragment.is_empty()).map(decoded);
        let path = decoded(path.split('?').next().unwrap_or(path));
        if path.is_empty() {
            return fragment.map_or(Resolution::Broken, Resolution::Here);
        }
        let own = self.source(from).path().strip_prefix("content/").unwrap_or("");
        let folder = own.rsplit_once('/').map_or("", |(folder, _)| folder);
        let Some(path) = within(folder, &path) else { return Resolution::Broken };
        let file = self.paths.get(&path).copied().or_else(|| {
            // A folder stands for its index, and an address for its page.
            ["index.md", "README.md"].iter().find_map(|index| self.paths.get(&join(&path, index)).copied())
        });
        if let Some(record) = file {
            return match self.record(record).kind {
                Kind::Receipt => Resolution::Broken,
                Kind::Stakeholder => {
                    let person = self.find_person(&self.record(record).id).map(Target::Person);
                    person.map_or(Resolution::Broken, |person| Resolution::Page(person, fragment))
                }
                _ => Resolution::Page(Target::Record(record), fragment),
            };
        }
        if let Ok(at) = self.assets.binary_search_by(|asset| asset.path.as_str().cmp(&path)) {
            return Resolution::Asset(at);
        }
        self.address(&path, fragment)
    }

    /// What is at an address of the site.
    fn address(&self, path: &str, fragment: Option<String>) -> Resolution {
        let path = path.trim_end_matches("index.html").trim_end_matches('/');
        if let Some(list) = LISTS.iter().find(|list| **list == path) {
            return Resolution::List(list, fragment);
        }
        let target = match path.split_once('/') {
            Some(("accounts", id)) => self.find(Kind::Account, id).map(Target::Record),
            Some(("handoffs", id)) => self.find(Kind::Handoff, id).map(Target::Record),
            Some(("team", id)) => self.find(Kind::Teammate, id).map(Target::Record),
            Some(("stakeholders", id)) => self.find_person(id).map(Target::Person),
            _ => None,
        };
        let target = target.or_else(|| self.find(Kind::Page, path).map(Target::Record));
        target.map_or(Resolution::Broken, |target| Resolution::Page(target, fragment))
    }

    /// Whether a target's page has this anchor: a heading of its own, or one that its fields give it.
    fn has_anchor(&self, target: Target, anchor: &str) -> bool {
        let record = match target {
            Target::Record(id) => Some(id),
            Target::Person(id) => self.person(id).file,
        };
        let Some(record) = record else { return false };
        if self.body(record).headings.iter().any(|heading| heading.anchor == anchor) {
            return true;
        }
        let fields = self.fields(record);
        let (name, item) = match anchor.rsplit_once('-') {
            Some((name, number)) if number.parse::<usize>().is_ok() => (name, number.parse::<usize>().unwrap_or(0)),
            _ => (anchor, 0),
        };
        fields.entries.iter().any(|entry| {
            let whole = entry.name.replace('_', "-");
            whole == anchor || item > 0 && singular(&whole) == name && item <= fields.items(entry.name).len()
        })
    }

    /// Reports links that lead nowhere.
    pub(super) fn check_links(&self, id: RecordId, diagnostics: &mut Vec<Diagnostic>) {
        let file = self.record(id).file;
        for link in &self.body(id).links {
            let fault = |rule, message: String| Diagnostic::new(rule, file, link.span, message);
            match self.resolve(id, link) {
                Resolution::Broken => diagnostics.push(self.broken(id, link)),
                Resolution::Unsafe => diagnostics.push(
                    fault(&rules::UNSAFE_LINK, format!("`{}` is no safe link", link.target))
                        .expected("`https:`, `http:`, `mailto:` or a path to another file"),
                ),
                Resolution::Ambiguous(targets) => {
                    let ids: Vec<_> =
                        targets.iter().take(6).map(|target| format!("`[[{}]]`", self.qualified(*target))).collect();
                    diagnostics.push(
                        fault(
                            &rules::AMBIGUOUS_LINK,
                            format!("several pages are called `{}`, so this is no link", link.target),
                        )
                        .help(format!("Say which is meant: {}.", ids.join(" or "))),
                    );
                }
                Resolution::Page(target, Some(anchor)) if !self.has_anchor(target, &anchor) => {
                    diagnostics.push(self.no_anchor(
                        target,
                        &anchor,
                        fault(&rules::BROKEN_ANCHOR, format!("`{}` has no heading `{anchor}`", self.name_of(target))),
                    ));
                }
                Resolution::Here(anchor) if !self.has_anchor(Target::Record(id), &anchor) => {
                    diagnostics.push(self.no_anchor(
                        Target::Record(id),
                        &anchor,
                        fault(&rules::BROKEN_ANCHOR, format!("this page has no heading `{anchor}`")),
                    ));
                }
                _ => {}
            }
        }
    }

    fn no_anchor(&self, target: Target, anchor: &str, diagnostic: Diagnostic) -> Diagnostic {
        let record = match target {
            Target::Record(id) => Some(id),
            Target::Person(id) => self.person(id).file,
        };
        let headings = record.map_or(&[][..], |id| &self.body(id).headings);
        match crate::diagnostic::nearest(anchor, headings.iter().map(|heading| heading.anchor.as_str())) {
            Some(near) => diagnostic.help(format!("Did you mean `#{near}`?")),
            None if headings.is_empty() => diagnostic.help("It has no headings at all."),
            None => {
                let some: Vec<_> = headings.iter().take(6).map(|heading| format!("`#{}`", heading.anchor)).collect();
                diagnostic.help(format!("It has {}.", some.join(", ")))
            }
        }
    }

    fn broken(&self, id: RecordId, link: &Link) -> Diagnostic {
        let file = self.record(id).file;
        let bare = link.target.split('#').next().unwrap_or(&link.target).trim();
        let message = match link.kind {
            LinkKind::Wiki | LinkKind::Markdown if bare.is_empty() => "this link is empty".to_owned(),
            LinkKind::Wiki => format!("nothing is called `{bare}`"),
            LinkKind::Image => format!("there is no image `{bare}`"),
            LinkKind::Markdown => format!("there is no file `{bare}`"),
        };
        let diagnostic = Diagnostic::new(&rules::BROKEN_LINK, file, link.span, message);
        if self.find(Kind::Receipt, bare.trim_start_matches("receipts/").trim_start_matches("receipt/")).is_some()
            || bare.contains("receipts/")
        {
            return diagnostic.help("Receipts have no page of their own: link to their handoff.");
        }
        match link.kind {
            LinkKind::Wiki => {
                let slug = route::slug(bare).unwrap_or_default();
                match self.speller.nearest_of_all(bare).or_else(|| self.speller.nearest_of_all(&slug)) {
                    Some(near) => diagnostic.help(format!("Did you mean `[[{near}]]`?")),
                    None => diagnostic.help(
                        "A wikilink leads to a slug, or to the name or alias of an account, person, teammate or page.",
                    ),
                }
            }
            _ => diagnostic.help("Paths count from the file's own folder, or with a `/` before them from `content/`."),
        }
    }

    /// A target as a wikilink that is not ambiguous.
    fn qualified(&self, target: Target) -> String {
        match target {
            Target::Record(id) => format!("{}/{}", self.record(id).kind, self.record(id).id),
            Target::Person(id) => format!("stakeholder/{}", self.person(id).id),
        }
    }
}

/// The lists that the site has: addresses without slashes at the ends.
const LISTS: &[&str] = &["", "accounts", "handoffs", "stakeholders", "team"];

/// The anchor of one item of a list field: `promises`, 2 → `promise-2`.
pub fn item_anchor(field: &str, number: usize) -> String {
    format!("{}-{number}", singular(&field.replace('_', "-")))
}

/// `promises` → `promise`, `expansion` as it is.
fn singular(name: &str) -> &str {
    name.strip_suffix('s').unwrap_or(name)
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{}/{name}", folder.trim_end_matches('/')) }
}

/// `path` seen from `folder`, both under `content/`; `None` where it leads out.
fn within(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = match path.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => folder.split('/').filter(|part| !part.is_empty()).collect(),
    };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
