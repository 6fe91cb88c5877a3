//! What a Markdown link's target is, by its form.

/// A Markdown link's or image's target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination<'a> {
    /// An address outside: `https`, `http` or `mailto`.
    External(&'a str),
    /// A scheme that no browser should follow from here (`javascript:`, `data:`), or `//host`.
    Unsafe,
    /// A file of the project, perhaps with a fragment; the path is empty for a link into the same page.
    Local {
        /// The path, without the fragment, as written (percent escapes and all).
        path: &'a str,
        /// What stands after `#`.
        fragment: Option<&'a str>,
    },
}

/// Tells what `target` is.
pub fn destination(target: &str) -> Destination<'_> {
    // Browsers drop control characters and spaces from addresses before they look for the scheme.
    let bare: String = target.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
    if let Some(at) = bare.find([':', '/', '\\', '?', '#']).filter(|at| bare[*at..].starts_with(':')) {
        let allowed = ["https", "http", "mailto"].iter().any(|scheme| bare[..at].eq_ignore_ascii_case(scheme));
        return if allowed { Destination::External(target) } else { Destination::Unsafe };
    }
    if bare.starts_with(['/', '\\']) && bare[1..].starts_with(['/', '\\']) {
        return Destination::Unsafe;
    }
    match target.split_once('#') {
        Some((path, fragment)) => Destination::Local { path, fragment: Some(fragment) },
        None => Destination::Local { path: target, fragment: None },
    }
}
