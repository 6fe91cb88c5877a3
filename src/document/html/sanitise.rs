//! The allow-list for raw HTML.

use super::super::markdown::{Body, Destination, destination};
use ammonia::{Builder, UrlRelative};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Takes everything out of `html` that is not on the allow-list, and balances its tags.
pub fn sanitise(html: &str, body: &Body) -> String {
    let anchors: BTreeSet<String> = body.headings.iter().map(|heading| heading.anchor.clone()).collect();
    // Anchors of our own are all that links inside the site are checked against.
    policy(move |id| anchors.contains(id) || id.starts_with("fn-") || id.starts_with("fnref-"))
        .link_rel(Some("noopener noreferrer"))
        .clean(html)
        .to_string()
}

#[cfg(test)]
mod tests;

/// What we write ourselves, and ammonia's own list of harmless tags.
fn policy(is_anchor: impl Fn(&str) -> bool + Send + Sync + 'static) -> Builder<'static> {
    let mut policy = Builder::default();
    policy
        .add_tags(["input", "section"])
        .add_generic_attributes(["class", "id", "role", "aria-label"])
        .add_tag_attributes("div", ["tabindex"])
        .add_tag_attributes("pre", ["tabindex"])
        .add_tag_attributes("img", ["loading"])
        .add_tag_attributes("th", ["scope"])
        .add_tag_attributes("input", ["checked", "disabled"])
        .set_tag_attribute_value("input", "disabled", "")
        .set_tag_attribute_value("input", "type", "checkbox")
        .url_schemes(["http", "https", "mailto"].into())
        .url_relative(UrlRelative::PassThrough)
        .attribute_filter(move |element, attribute, value| match (element, attribute) {
            (_, "id") => is_anchor(value).then_some(Cow::Borrowed(value)),
            // No page sends its reader's browser elsewhere by itself.
            ("img", "src") => matches!(destination(value), Destination::Local { .. }).then_some(Cow::Borrowed(value)),
            (_, "tabindex") => (value == "0").then_some(Cow::Borrowed(value)),
            _ => Some(Cow::Borrowed(value)),
        });
    policy
}
