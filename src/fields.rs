//! Floor 1: the table of fields.
//!
//! What a rep is asked, what `check` enforces, what a form shows, what the reference lists and what completeness
//! counts is written once, here, as data. A project's own fields and values join the same table (see
//! [`crate::project`]), so everything that reads it treats them alike.

mod account;
mod form;
mod handoff;
mod json_schema;
mod others;
mod reference;
mod schema;
mod words;

pub use form::{FORMS, form};
pub use json_schema::json_schema;
pub use reference::{reference_markdown, reference_text};
pub use schema::{FieldPath, Schema, Step};
pub use words::{CURRENCIES, PLACEHOLDERS};

use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Mutex;

/// The kinds of file, in the order in which a bare wikilink prefers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A customer: what lasts beyond one deal.
    Account,
    /// One closed or closing deal.
    Handoff,
    /// A person on the customer's side.
    Stakeholder,
    /// A person on our side.
    Teammate,
    /// A free page.
    Page,
    /// The CSM's answer to a handoff.
    Receipt,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Account, Self::Handoff, Self::Stakeholder, Self::Teammate, Self::Page, Self::Receipt];

    /// The word for one, as typed and printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Handoff => "handoff",
            Self::Stakeholder => "stakeholder",
            Self::Teammate => "teammate",
            Self::Page => "page",
            Self::Receipt => "receipt",
        }
    }

    /// The kind that `name` names.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The folder under `content/` and, but for receipts and pages, the first part of the address. Empty for pages.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Account => "accounts",
            Self::Handoff => "handoffs",
            Self::Stakeholder => "stakeholders",
            Self::Teammate => "team",
            Self::Page => "",
            Self::Receipt => "receipts",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How far a deal is; fields become due along the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Being written.
    Draft,
    /// Agreed by word.
    Verbal,
    /// Signed.
    ClosedWon,
    /// With customer success.
    HandedOff,
}

impl Stage {
    /// All of them in order.
    pub const ALL: [Self; 4] = [Self::Draft, Self::Verbal, Self::ClosedWon, Self::HandedOff];

    /// The value as written in front matter.
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Verbal => "verbal",
            Self::ClosedWon => "closed_won",
            Self::HandedOff => "handed_off",
        }
    }

    /// The stage that `name` names.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.name() == name)
    }

    /// The one after it.
    pub fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| *stage > self)
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// When a field must be filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// Never.
    Optional,
    /// At this stage and every later one. Kinds without stages count as `Draft`.
    At(Stage),
    /// Whenever the mapping it stands in is there.
    WithParent,
    /// At this stage, for a stakeholder who has this role.
    ForRole(Stage, &'static str),
}

/// Who supplies a field's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// The account executive.
    Ae,
    /// The solutions engineer.
    Se,
    /// The customer success manager.
    Csm,
    /// Whoever knows.
    Anyone,
}

/// The roles of which a handoff has a stakeholder each, from a stage on. In place of a `blocker` it may say
/// `no_known_blocker: true`.
pub const ROLES_DUE: [(Stage, &str); 4] = [
    (Stage::Verbal, "economic_buyer"),
    (Stage::Verbal, "champion"),
    (Stage::ClosedWon, "end_user"),
    (Stage::ClosedWon, "blocker"),
];

/// The kinds of next step of which a handoff has one each, from a stage on.
pub const STEPS_DUE: [(Stage, &str); 4] = [
    (Stage::HandedOff, "kickoff"),
    (Stage::HandedOff, "implementation_plan"),
    (Stage::HandedOff, "technical_requirements"),
    (Stage::HandedOff, "training"),
];

/// What a field holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// One or more lines of text.
    Text,
    /// A whole number within bounds, both included.
    Integer {
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
    },
    /// Any finite number.
    Number,
    /// A number of at least 0, in `deal.currency`.
    Money,
    /// `YYYY-MM-DD`.
    Date,
    /// `true` or `false`.
    Bool,
    /// An address with the scheme `https`, `http` or `mailto`.
    Url,
    /// An ISO 4217 code.
    Currency,
    /// An IANA time zone.
    TimeZone,
    /// A slug or id.
    Slug,
    /// One of these values.
    Choice(Vec<&'static str>),
    /// The id of another file.
    Ref(Kind),
    /// The id of a stakeholder of this handoff or its account.
    Stakeholder,
    /// Any number of one type.
    List(Box<Type>),
    /// A mapping of fields.
    Group(Vec<Field>),
}

/// One field of the contract.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "four independent marks of a table's row, not a state")]
pub struct Field {
    /// The key.
    pub name: &'static str,
    /// The key for people: "Opportunity id".
    pub label: String,
    /// What it holds.
    pub ty: Type,
    /// When it must be filled.
    pub due: Due,
    /// Who supplies it.
    pub by: By,
    /// What to write and why it is asked: one or two sentences.
    pub help: String,
    /// A good answer, as YAML in one line; empty where help is enough.
    pub example: &'static str,
    /// Left out of what the audience `company` gets.
    pub restricted: bool,
    /// Whether `none` is an answer.
    pub none: bool,
    /// Whether an open question may stand in for it.
    pub open: bool,
    /// Whether the project added it.
    pub custom: bool,
}

/// A field of type `ty`, optional until said otherwise.
fn field(name: &'static str, ty: Type, help: &str) -> Field {
    let mut label = name.replace('_', " ");
    label[..1].make_ascii_uppercase();
    Field {
        name,
        label,
        ty,
        due: Due::Optional,
        by: By::Ae,
        help: help.to_owned(),
        example: "",
        restricted: false,
        none: false,
        open: true,
        custom: false,
    }
}

impl Field {
    /// A field that a project adds in `[[fields]]`.
    pub fn of_project(
        name: &'static str,
        ty: Type,
        due: Due,
        label: Option<&str>,
        help: &str,
        restricted: bool,
    ) -> Self {
        let mut added = field(name, ty, if help.is_empty() { "A field of this project's own." } else { help });
        added.due = due;
        added.restricted = restricted;
        added.custom = true;
        if let Some(label) = label {
            label.clone_into(&mut added.label);
        }
        added
    }

    /// Moves when it is due.
    pub fn set_due(&mut self, due: Due) {
        self.due = due;
    }
}

/// The builder that the tables are written with.
impl Field {
    fn at(mut self, stage: Stage) -> Self {
        self.due = Due::At(stage);
        self
    }
    fn with_parent(mut self) -> Self {
        self.due = Due::WithParent;
        self
    }
    fn for_role(mut self, stage: Stage, role: &'static str) -> Self {
        self.due = Due::ForRole(stage, role);
        self
    }
    fn by(mut self, by: By) -> Self {
        self.by = by;
        self
    }
    fn label(mut self, label: &str) -> Self {
        label.clone_into(&mut self.label);
        self
    }
    fn example(mut self, example: &'static str) -> Self {
        self.example = example;
        self
    }
    fn restricted(mut self) -> Self {
        self.restricted = true;
        self
    }
    /// `none` is an answer: "we asked, there is none".
    fn or_none(mut self) -> Self {
        self.none = true;
        self
    }
    /// No open question may stand in for it.
    fn closed(mut self) -> Self {
        self.open = false;
        self
    }
}

/// A name that lives as long as the program.
///
/// Names of fields and values do, so that they cost nothing to copy or compare: there are few, and a configuration seldom changes.
pub fn name(text: &str) -> &'static str {
    static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut names = NAMES.lock().expect("nobody panics while holding it");
    names.get(text).copied().unwrap_or_else(|| {
        let name: &'static str = Box::leak(text.to_owned().into_boxed_str());
        names.insert(name);
        name
    })
}

fn choice(values: &[&'static str]) -> Type {
    Type::Choice(values.to_vec())
}

fn list(ty: Type) -> Type {
    Type::List(Box::new(ty))
}
