//! Whatever a file holds: no panic, and every place inside the text.

use super::parse;
use proptest::prelude::*;
use segue::document::{Body, Document, Node, NodeKind, Rendering, Resolved, plain_text, render};
use segue::source::{Source, Span};

/// Text made of the pieces that front matter and Markdown are made of, and of anything.
fn text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "---\n",
        "---",
        "a: ",
        "b:\n",
        "  ",
        "- ",
        "\n",
        "\r\n",
        "\t",
        ": ",
        "\"",
        "'",
        "[",
        "]",
        "{",
        "}",
        "{{x}}",
        "|\n",
        ">",
        "&a ",
        "*a",
        "!!str ",
        "# ",
        "é",
        "日本",
        "x",
        "@",
        "%",
        "`",
        "[[",
        "]]",
        "<b>",
        "</b>",
        "<script>",
        "onerror=",
        "<img src=x onerror=alert(1)>",
        "javascript:",
        "[x](javascript:y)",
        "<a href=\"javascript:x\">",
        "\u{0}",
        "\u{feff}",
        "? ",
        "...\n",
        "[^1]",
        "[^1]: ",
        "| a |\n|---|\n",
        "![",
        "](",
        ")",
        "<!--",
        "-->",
        "<style>",
        "<svg onload=x>",
    ]);
    let piece = prop_oneof![10 => pieces.prop_map(str::to_owned), 1 => any::<String>()];
    (any::<bool>(), prop::collection::vec(piece, 0..60))
        .prop_map(|(fence, pieces)| format!("{}{}", if fence { "---\n" } else { "" }, pieces.concat()))
}

fn spans(node: &Node, found: &mut Vec<Span>) {
    found.push(node.span);
    match &node.kind {
        NodeKind::Sequence(items) => items.iter().for_each(|item| spans(item, found)),
        NodeKind::Mapping(entries) => entries.iter().for_each(|(key, value)| {
            found.push(key.span);
            spans(value, found);
        }),
        _ => {}
    }
}

fn places(document: &Document) -> Vec<Span> {
    let Body { span, headings, links, sections, paragraphs, .. } = &document.body;
    let mut found = vec![document.opening, *span];
    found.extend(headings.iter().map(|heading| heading.span));
    found.extend(links.iter().map(|link| link.span));
    found.extend(sections.iter().map(|section| section.span));
    found.extend(paragraphs.iter().map(|paragraph| paragraph.span));
    if let Some(front) = &document.front {
        spans(front, &mut found);
    }
    found
}

fn html(source: &Source, document: &Document) -> String {
    let links = |at: usize| Resolved::External(document.body.links[at].target.clone());
    render(&Rendering { text: source.text(), body: &document.body, links: &links, mentions: None, top_level: 2 })
}

/// What stands inside tags: a tag's text cannot hold `<` or `>`, since those are escaped in attributes too.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).map(|piece| piece.split('>').next().unwrap_or(""))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn parsing_never_fails(text in text()) {
        let source = Source::new("content/page.md", text.clone());
        let mut diagnostics = Vec::new();
        let document = segue::document::parse(segue::source::FileId(0), &source, &mut diagnostics);
        let reported = diagnostics.iter().flat_map(|diagnostic| {
            let suggested = diagnostic.suggestion.iter().map(|suggestion| suggestion.span);
            suggested.chain(diagnostic.related.iter().map(|related| related.span)).chain([diagnostic.span])
        });
        for span in places(&document).into_iter().chain(reported) {
            prop_assert!(source.text().get(span.range()).is_some(), "{:?} in {:?}", span, source.text());
        }
        prop_assert!(document.whole || !diagnostics.is_empty(), "a fault without a diagnostic in {:?}", text);
        plain_text(source.text(), document.body.span);
    }

    #[test]
    fn what_is_rendered_runs_nothing(text in text()) {
        let (source, document, _) = parse(&text);
        let html = html(&source, &document);
        for tag in tags(&html) {
            let tag = tag.to_ascii_lowercase();
            for bad in ["script", "style", "svg", "iframe", " on", "=\"javascript:"] {
                let named = tag.trim_start_matches('/').starts_with(bad) || bad.starts_with([' ', '=']) && tag.contains(bad);
                prop_assert!(!named || tag.contains("aria-label"), "<{}> from {:?}", tag, text);
            }
        }
    }
}
