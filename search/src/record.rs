//! What is searched for: one record is one place a hit can lead to.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A thing with an id and a name people know it by: an account, a person, a value of an enumeration.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Named {
    /// The slug or id, as in file names and front matter.
    pub id: String,
    /// What people read: `Northwind Robotics`, `At risk`.
    pub name: String,
}

impl Named {
    /// An id with its name.
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into() }
    }
}

/// A day, kept as the number `yyyymmdd` so that days compare as they should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(u32);

impl Day {
    /// A day of the calendar. Month and day are not checked against it: the caller's date type has done so.
    pub fn new(year: u16, month: u8, day: u8) -> Self {
        Self(u32::from(year) * 10_000 + u32::from(month) * 100 + u32::from(day))
    }

    /// The number `yyyymmdd`.
    pub fn number(self) -> u32 {
        self.0
    }

    /// The day of the number `yyyymmdd`.
    pub fn from_number(number: u32) -> Self {
        Self(number)
    }

    /// Days since the year 0, near enough to tell how far two days lie apart.
    pub(crate) fn ordinal(self) -> i64 {
        let (year, month, day) = (self.0 / 10_000, self.0 / 100 % 100, self.0 % 100);
        i64::from(year) * 365 + i64::from(year) / 4 + i64::from(month) * 61 / 2 + i64::from(day)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0 / 10_000, self.0 / 100 % 100, self.0 % 100)
    }
}

/// Reads `2026-12-31`, and `2026-12` or `2026` as their first day.
impl FromStr for Day {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('-');
        let mut next = |digits: usize, most: u32, otherwise: u32| match parts.next() {
            None => Ok(otherwise),
            Some(part) if part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()) => {
                part.parse().ok().filter(|number| *number <= most).ok_or(())
            }
            Some(_) => Err(()),
        };
        let number = next(4, 9999, 0)? * 10_000 + next(2, 12, 1)? * 100 + next(2, 31, 1)?;
        if parts.next().is_some() { Err(()) } else { Ok(Self(number)) }
    }
}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A value that hits are filtered and counted by: `csm:dana-whitfield`, `severity:high`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    /// The field's name as it is typed before the colon.
    pub field: Cow<'static, str>,
    /// The value: its id is compared, its name is compared too and shown.
    pub value: Named,
}

/// A value that is compared: before, after, between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ordered {
    /// A date.
    Day(Day),
    /// A whole number.
    Number(i64),
}

impl Ordered {
    pub(crate) fn number(self) -> i64 {
        match self {
            Ordered::Day(day) => i64::from(day.number()),
            Ordered::Number(number) => number,
        }
    }
}

/// One place a hit can lead to: an account, a section of a handoff, a person, a promise.
///
/// Only what is given here reaches the index, every word of it: leave out what the audience may not read.
///
/// ```
/// use segue_search::{Day, Named, Record};
///
/// Record::new("promise", "Single sign-on with Okta", "/handoffs/northwind-2026/#promise-1")
///     .body("To Dana Whitfield, in writing. Accepted when 200 users have signed in.")
///     .account(Named::new("northwind", "Northwind Robotics"))
///     .person(Named::new("dana-whitfield", "Dana Whitfield"))
///     .facet("csm", "priya-raman", "Priya Raman")
///     .facet("status", "at_risk", "At risk")
///     .date("due", Day::new(2026, 12, 31))
///     .recency(Day::new(2026, 9, 30))
///     .settled(true);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// What it is: `account`, `handoff`, `section`, `stakeholder`, `teammate`, `promise`, `risk`, `page` or any other
    /// lower-case word. `kind:` filters by it.
    pub kind: Cow<'static, str>,
    /// The heading of the hit; searched before the body.
    pub title: String,
    /// The text: what is searched, and from whose beginning the snippet is cut. Plain, without markup.
    pub body: String,
    /// Names, aliases and ids it is known by besides its title. Found by their words, and as a whole, first of all.
    pub names: Vec<String>,
    /// Where the hit leads, from the site's root, with its anchor: `/handoffs/northwind-2026/#promise-1`.
    pub url: String,
    /// The account it belongs to. Filtered and counted as the field `account`, shown with the hit.
    pub account: Option<Named>,
    /// The people it names: their names are searched as its text is.
    pub people: Vec<Named>,
    /// What it is filtered and counted by.
    pub facets: Vec<Facet>,
    /// Dates and whole numbers it is compared by, `due:<2026-12-31`.
    pub ordered: Vec<(Cow<'static, str>, Ordered)>,
    /// The date shown with the hit: when it is due, or was closed.
    pub date: Option<Day>,
    /// When it was last true: a newer one comes first at equal relevance.
    pub recency: Option<Day>,
    /// Handed off, as against a draft: comes first at equal relevance.
    pub settled: bool,
}

impl Record {
    /// A record of a kind, with its heading and where it leads.
    pub fn new(kind: impl Into<Cow<'static, str>>, title: impl Into<String>, url: impl Into<String>) -> Self {
        Self { kind: kind.into(), title: title.into(), url: url.into(), ..Self::default() }
    }

    /// Adds text; a second call adds a paragraph.
    #[must_use]
    pub fn body(mut self, text: impl AsRef<str>) -> Self {
        let text = text.as_ref().trim();
        if !self.body.is_empty() && !text.is_empty() {
            self.body.push('\n');
        }
        self.body.push_str(text);
        self
    }

    /// Adds a name, alias or id it is known by.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.names.push(name.into());
        self
    }

    /// Says which account it belongs to.
    #[must_use]
    pub fn account(mut self, account: Named) -> Self {
        self.account = Some(account);
        self
    }

    /// Adds a person it names.
    #[must_use]
    pub fn person(mut self, person: Named) -> Self {
        self.people.push(person);
        self
    }

    /// Adds a value to filter and count by. A field may have several: `.facet("role", …).facet("role", …)`.
    #[must_use]
    pub fn facet(
        mut self,
        field: impl Into<Cow<'static, str>>,
        id: impl Into<String>,
        name: impl Into<String>,
    ) -> Self {
        self.facets.push(Facet { field: field.into(), value: Named::new(id, name) });
        self
    }

    /// Adds a date to compare by, and shows it with the hit unless another came before.
    #[must_use]
    pub fn date(mut self, field: impl Into<Cow<'static, str>>, day: Day) -> Self {
        self.ordered.push((field.into(), Ordered::Day(day)));
        self.date.get_or_insert(day);
        self
    }

    /// Adds a whole number to compare by: `acv:>100000`.
    #[must_use]
    pub fn number(mut self, field: impl Into<Cow<'static, str>>, value: i64) -> Self {
        self.ordered.push((field.into(), Ordered::Number(value)));
        self
    }

    /// Says when it was last true.
    #[must_use]
    pub fn recency(mut self, day: Day) -> Self {
        self.recency = Some(day);
        self
    }

    /// Says whether it belongs to a deal that is handed off.
    #[must_use]
    pub fn settled(mut self, settled: bool) -> Self {
        self.settled = settled;
        self
    }
}
