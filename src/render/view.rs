//! Views: what templates see, one module per kind of page.
//!
//! Plain values without behaviour; nothing in them knows how it is drawn. `html` fields are made by
//! [`super::html`] or by the Markdown renderer and are safe; everything else is escaped by the template.

pub mod account;
pub mod fields;
pub mod form;
pub mod free;
pub mod handoff;
pub mod home;
pub mod lines;
pub mod list;
pub mod orders;
pub mod people;
pub mod person;
pub mod promise;
pub mod receipt;
pub mod rows;
pub mod search;
pub mod sections;
pub mod teammate;
pub mod terms;
pub mod timeline;

use super::directory::{Directory, Place};
use super::format::{self, On};
use super::html::Writer;
use crate::diagnostic::Diagnostic;
use crate::fields::Kind;
use crate::knowledge::{KnowledgeBase, RecordId, Target};
use crate::project::Audience;
use crate::record::Group;
use crate::source::FileId;
use ahash::AHashMap;
use jiff::civil::Date;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What views are made from.
#[derive(Clone, Copy)]
pub struct Lens<'a> {
    /// Everything.
    pub base: &'a KnowledgeBase,
    /// Names, addresses and duties.
    pub directory: &'a Directory,
    /// Faults that the site is published in spite of.
    pub faults: &'a AHashMap<FileId, Vec<Diagnostic>>,
    /// From the page to the top of the site: `../../`.
    pub root: &'a str,
    /// What the page is about: its own name in a text is no link.
    pub here: Option<Target>,
}

/// What surrounds the content of every page.
#[derive(Debug, Serialize)]
pub struct Page<'a> {
    /// Its title, escaped by the template.
    pub title: Cow<'a, str>,
    /// The entry of the main navigation it belongs to.
    pub section: &'a str,
    /// The value of that entry's `aria-current`: `page` if the entry leads here, `true` if above it.
    pub current: &'static str,
    /// Its own address, where the site's is known.
    pub canonical: Option<String>,
    /// What it is about, in a sentence.
    pub description: Option<String>,
    /// The pages above it.
    pub crumbs: Vec<&'a Place>,
    /// Its sections.
    pub toc: Vec<Entry>,
    /// Faults of its file that were published.
    pub faults: Vec<Fault>,
    /// Pages that mention it, the first [`MOST_BACKLINKS`] of them.
    pub backlinks: Vec<Backlink<'a>>,
    /// How many there are.
    pub mentioned: usize,
    /// Where its file is edited at the repository's host.
    pub edit: Option<Edit>,
}

/// A link to where a file is edited.
#[derive(Debug, Serialize)]
pub struct Edit {
    /// "Edit on GitHub".
    pub label: String,
    /// The address.
    pub href: String,
}

/// A glossary may be mentioned everywhere.
const MOST_BACKLINKS: usize = 100;

/// A line of a table of contents.
#[derive(Debug, Serialize)]
pub struct Entry {
    /// The anchor.
    pub id: String,
    /// The heading.
    pub label: String,
    /// Whether it stands below another one.
    pub deep: bool,
}

/// A fault that a page was published in spite of.
#[derive(Debug, Serialize)]
pub struct Fault {
    /// What is wrong.
    pub message: String,
    /// `line 12`.
    pub place: String,
    /// The rule.
    pub code: &'static str,
}

/// A page that mentions this one.
#[derive(Debug, Serialize)]
pub struct Backlink<'a> {
    /// What it is called.
    pub label: &'a str,
    /// Where it is.
    pub href: &'a str,
    /// What it is.
    pub kind: Cow<'a, str>,
}

/// A value of an enumeration: its name for people, and a class of the style sheet for its tone.
#[derive(Clone, Debug, Serialize)]
pub struct State {
    /// As written in front matter.
    pub value: &'static str,
    /// For people.
    pub label: Cow<'static, str>,
    /// `good`, `warn`, `bad`, `info`, `idle` or nothing.
    pub tone: &'static str,
}

/// A number that stands out.
#[derive(Debug, Serialize)]
pub struct Figure {
    /// What it counts.
    pub label: &'static str,
    /// How much, as HTML.
    pub html: String,
    /// What to know about it.
    pub note: String,
    /// The tone of the note.
    pub tone: &'static str,
}

impl Figure {
    fn new(label: &'static str, html: impl Into<String>) -> Self {
        Self { label, html: html.into(), note: String::new(), tone: "" }
    }

    fn note(mut self, tone: &'static str, note: impl Into<String>) -> Self {
        self.note = note.into();
        self.tone = tone;
        self
    }
}

/// An open question, as lists show it.
#[derive(Debug, Serialize)]
pub struct Question<'a> {
    /// What is asked: the field as people call it.
    pub what: &'a str,
    /// Where it stands.
    pub href: String,
    /// The handoff or account, where the list is about several.
    pub handoff: Option<&'a Place>,
    /// Whom to ask.
    pub ask: Option<&'a Place>,
    /// By when.
    pub by: On,
}

impl Page<'_> {
    /// A page about nothing in particular.
    pub fn plain(title: &'static str) -> Self {
        Self {
            title: Cow::Borrowed(title),
            section: "",
            current: "true",
            canonical: None,
            description: None,
            crumbs: Vec::new(),
            toc: Vec::new(),
            faults: Vec::new(),
            backlinks: Vec::new(),
            mentioned: 0,
            edit: None,
        }
    }
}

/// `1,234`.
pub fn thousands(number: usize) -> String {
    format::grouped(number as u64)
}

/// `23 Nov 2026`.
pub fn day(date: Date) -> String {
    format::day(date)
}

/// A word of the contract for people: `next_steps` is “Next steps”.
pub fn label(value: &str) -> String {
    format::label(value).into_owned()
}

impl State {
    /// A value and the tone it has wherever it stands.
    pub fn of(value: &'static str) -> Self {
        let tone = match value {
            "delivered" | "positive" | "accepted" | "handed_off" | "done" | "advocacy" | "champion" => "good",
            "at_risk" | "medium" | "verbal" | "onboarding" | "renegotiated" => "warn",
            "broken" | "negative" | "returned" | "high" | "critical" | "churned" | "blocker" => "bad",
            "in_progress" | "closed_won" | "scheduled" | "adoption" | "retention" | "expansion" | "economic_buyer" => {
                "info"
            }
            _ => "idle",
        };
        Self { value, label: format::label(value), tone }
    }
}

impl<'a> Lens<'a> {
    /// The day that counts as today.
    pub fn today(&self) -> Date {
        self.base.project.today
    }

    /// Writes values of a record, with the amounts in its currency.
    pub fn writer(&self, fields: &'a Group) -> Writer<'a> {
        Writer { lens: *self, currency: fields.text("deal.currency") }
    }

    /// A teammate by id, where there is one.
    pub fn teammate(&self, id: Option<&str>) -> Option<&'a Place> {
        self.base.find(Kind::Teammate, id?).map(|id| self.directory.record(id))
    }

    /// A person by id, where there is one.
    pub fn person(&self, id: Option<&str>) -> Option<&'a Place> {
        self.base.find_person(id?).map(|id| self.directory.place(Target::Person(id)))
    }

    /// A choice as a state.
    pub fn state(&self, fields: &Group, path: &str) -> Option<State> {
        match fields.get(path)?.data {
            crate::record::Data::Choice(value) => Some(State::of(value)),
            _ => None,
        }
    }

    /// The body of a record as HTML; nothing where there is none.
    pub fn prose(&self, id: RecordId) -> Option<String> {
        super::prose::body(self, id)
    }

    /// The frame of a page about a record.
    pub fn page(&self, target: Target, section: &'a str, above: &[&'a Place]) -> Page<'a> {
        let place = self.directory.place(target);
        let record = match target {
            Target::Record(id) => Some(id),
            Target::Person(id) => self.base.person(id).file,
        };
        Page {
            title: Cow::Borrowed(&place.label),
            section,
            current: "true",
            canonical: self.canonical(&place.href),
            description: None,
            crumbs: above.to_vec(),
            toc: Vec::new(),
            faults: record.map_or_else(Vec::new, |id| self.faults_of(id)),
            backlinks: self.backlinks(target),
            mentioned: self.directory.mentions(target).len(),
            edit: record.and_then(|id| self.edit(id)),
        }
    }

    /// The full address of a page, where the site's is known.
    pub fn canonical(&self, href: &str) -> Option<String> {
        let base = self.base.project.base_url.as_deref()?;
        let address = href.strip_suffix("index.html").unwrap_or(href);
        Some(format!("{base}/{address}"))
    }

    /// Where a record's file is edited, for those who may read all that is in it.
    fn edit(&self, id: RecordId) -> Option<Edit> {
        let project = &self.base.project;
        let repository = project.repository.as_ref().filter(|_| project.audience == Audience::Internal)?;
        let label = format!("Edit on {}", repository.host());
        Some(Edit { label, href: repository.edit(self.base.source(id).path()) })
    }

    fn faults_of(&self, id: RecordId) -> Vec<Fault> {
        let file = self.base.record(id).file;
        let source = self.base.sources.get(file);
        // Messages quote values, and a value may be restricted.
        let quotes = self.base.project.audience == Audience::Internal;
        let faults = self.faults.get(&file).map_or(&[][..], Vec::as_slice).iter();
        faults
            .map(|fault| Fault {
                message: if quotes { fault.message.clone() } else { fault.rule.summary.to_owned() },
                place: format!("line {}", source.position(fault.span.start).line),
                code: fault.rule.code,
            })
            .collect()
    }

    fn backlinks(&self, target: Target) -> Vec<Backlink<'a>> {
        let from = self.directory.mentions(target).iter().take(MOST_BACKLINKS);
        from.map(|id| {
            let place = self.directory.record(*id);
            let kind = format::label(self.base.record(*id).kind.name());
            Backlink { label: &place.label, href: &place.href, kind }
        })
        .collect()
    }

    /// Open questions as a list shows them; with the page they stand on where `named`.
    pub fn questions(
        &self,
        questions: impl IntoIterator<Item = &'a super::directory::Question>,
        named: bool,
    ) -> Vec<Question<'a>> {
        questions
            .into_iter()
            .map(|question| {
                let place = self.directory.record(question.record);
                let section = question.path.split(['.', '[']).next().unwrap_or("").replace('_', "-");
                Question {
                    what: &question.what,
                    href: format!("{}#{section}", place.href),
                    handoff: named.then_some(place),
                    ask: self.teammate(Some(&question.ask)),
                    by: On::due(question.by, self.today(), "late"),
                }
            })
            .collect()
    }
}

/// Anchors of a page's own sections by name, `next-steps` under `next_steps`.
pub type Ids = BTreeMap<String, String>;

impl Lens<'_> {
    /// The anchor of one of the page's own sections. Headings that people wrote keep theirs, so where one has it
    /// already, the section's gets a mark that no heading's has.
    pub fn anchor(&self, id: RecordId, section: &str) -> String {
        let taken = self.base.body(id).headings.iter().any(|heading| heading.anchor == section);
        if taken { format!("_{section}") } else { section.to_owned() }
    }

    fn ids(&self, id: RecordId, sections: &[&str]) -> Ids {
        sections.iter().map(|section| (section.replace('-', "_"), self.anchor(id, section))).collect()
    }
}

impl Entry {
    /// A section of a page.
    pub fn new(id: impl Into<String>, label: impl Into<String>) -> Self {
        Self { id: id.into(), label: label.into(), deep: false }
    }
}
