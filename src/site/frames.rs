//! What pages have in common, made once.
//!
//! Half of a person's page is what every page loads and the way to the others. It differs by section and depth alone.

use super::Site;
use crate::render::view::Page;
use crate::render::{RenderError, Theme};
use ahash::AHashMap;
use std::sync::{OnceLock, PoisonError, RwLock};
use tera::{Context, Value};

/// Made when the first page wants them; of one site, whose pages never change.
#[derive(Debug, Default)]
pub(super) struct Frames {
    shared: OnceLock<Value>,
    known: RwLock<AHashMap<Key, Frame>>,
}

/// The way to the top, the section, and how its entry is marked.
type Key = (Box<str>, Box<str>, &'static str);

/// The parts of `base.html` around a page.
#[derive(Clone, Debug)]
struct Frame {
    head: Value,
    side: Value,
}

impl Frames {
    /// Tells a page's template what all pages share, and what it stands in.
    pub(super) fn insert(
        &self,
        context: &mut Context,
        site: &Site,
        root: &str,
        page: &Page<'_>,
    ) -> Result<(), RenderError> {
        let shared = self.shared.get_or_init(|| site.shared());
        context.insert_value("site", shared.clone());
        let Frame { head, side } = self.frame(&site.theme, shared, root, page)?;
        context.insert_value("head", head);
        context.insert_value("side", side);
        Ok(())
    }

    fn frame(&self, theme: &Theme, shared: &Value, root: &str, page: &Page<'_>) -> Result<Frame, RenderError> {
        let key: Key = (root.into(), page.section.into(), page.current);
        // A thread that panicked left the map as it was before or after an insertion, both of which are sound.
        if let Some(frame) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(frame.clone());
        }
        let mut context = Context::new();
        context.insert_value("site", shared.clone());
        context.insert("root", root);
        context.insert("section", page.section);
        context.insert("current", page.current);
        let render = |template| {
            let html = theme.render(template, &context)?;
            Ok(Value::safe_string(&String::from_utf8_lossy(&html)))
        };
        let frame = Frame { head: render("head.html")?, side: render("side.html")? };
        self.known.write().unwrap_or_else(PoisonError::into_inner).insert(key, frame.clone());
        Ok(frame)
    }
}
