//! The page of the form. What is asked there a script draws, from the table of fields.

use super::{Lens, Page};
use crate::fields::{FORMS, Kind};
use crate::knowledge::{RecordId, Target};
use serde::Serialize;
use std::borrow::Cow;

/// What a form is about.
#[derive(Debug, Serialize)]
pub struct Form<'a> {
    /// The kind of file.
    kind: &'static str,
    /// The file that is edited; nothing for a new one.
    id: &'a str,
    /// Where its page is, from the top of the site.
    href: Option<&'a str>,
    /// The kinds of which there may be a new one.
    kinds: Vec<&'static str>,
}

/// A form for a new file, or for the file of a record.
pub fn view<'a>(lens: &Lens<'a>, about: Option<RecordId>) -> (Page<'a>, Form<'a>) {
    let kinds = FORMS.map(Kind::name).to_vec();
    let Some(id) = about else {
        let page = Page { section: "new", canonical: lens.canonical("new/index.html"), ..Page::plain("New handoff") };
        return (page, Form { kind: FORMS[0].name(), id: "", href: None, kinds });
    };
    let record = lens.base.record(id);
    let place = match record.kind {
        Kind::Receipt => lens.base.find(Kind::Handoff, &record.id).map(|handoff| lens.directory.record(handoff)),
        Kind::Stakeholder => lens.base.find_person(&record.id).map(|id| lens.directory.place(Target::Person(id))),
        _ => Some(lens.directory.record(id)),
    };
    let title = format!("Edit {}", place.map_or(record.id.as_str(), |place| place.label.as_str()));
    let page = Page {
        title: Cow::Owned(title),
        section: record.kind.folder(),
        crumbs: place.into_iter().collect(),
        ..Page::plain("Edit")
    };
    (page, Form { kind: record.kind.name(), id: &record.id, href: place.map(|place| place.href.as_str()), kinds })
}
