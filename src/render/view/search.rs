//! The search page. What is found there a script adds; without one it leads to the lists.

use super::{Lens, Page};

/// The frame of the page.
pub fn view<'a>(lens: &Lens<'a>) -> Page<'a> {
    Page { section: "search", canonical: lens.canonical("search/index.html"), ..Page::plain("Search") }
}
