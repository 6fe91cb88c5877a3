//! Stage: pages.
//!
//! What a page shows is a *view*: a small typed value made from the knowledge base and nothing else, one module per
//! kind of page under [`view`]. A [`Theme`] turns a view into HTML. Which pages there are is for [`crate::site`] to say.
//!
//! Links in views count from the top of the site and templates put `root` before them, so a view's parts are the same
//! wherever they are shown.

mod directory;
mod format;
mod html;
mod prose;
mod theme;
pub mod view;

pub use directory::{Directory, Item, Place, Places};
pub use theme::{RenderError, Theme, ThemeData, ThemeFile};
