//! What a reading of the Markdown finds, and where.

use super::parse;
use segue::document::{Body, Destination, LinkKind, destination, plain_text};
use segue::source::{Source, Span};

fn body(markdown: &str) -> (Source, Body) {
    let (source, document, diagnostics) = parse(&format!("---\n---\n{markdown}"));
    assert_eq!(diagnostics, [""; 0]);
    (source, document.body)
}

#[test]
fn links_of_every_kind_with_their_places() {
    let (source, body) = body(
        "Ünder [[acme]], [[team/dana|Dana *W*]], [a](b.md#c \"t\"), [r][ref], ![i](x.png), <https://x.example>, \
         <a@b.example>\n\n[ref]: other.md\n\n`[[code]]`\n\n| a | b |\n|---|---|\n| [[x\\|y]] | [[Acme\nRobotics]] |\n",
    );
    let found: Vec<_> =
        body.links.iter().map(|link| (source.slice(link.span), link.target.as_str(), link.kind)).collect();
    assert_eq!(
        found,
        [
            ("[[acme]]", "acme", LinkKind::Wiki),
            ("[[team/dana|Dana *W*]]", "team/dana", LinkKind::Wiki),
            ("[a](b.md#c \"t\")", "b.md#c", LinkKind::Markdown),
            ("[r][ref]", "other.md", LinkKind::Markdown),
            ("![i](x.png)", "x.png", LinkKind::Image),
            ("<https://x.example>", "https://x.example", LinkKind::Markdown),
            ("<a@b.example>", "mailto:a@b.example", LinkKind::Markdown),
            ("[[x\\|y]]", "x", LinkKind::Wiki),
        ]
    );
    let (_, body) = self::body("[[Acme\nRobotics]]\n");
    assert_eq!(body.links[0].target, "Acme Robotics");
}

#[test]
fn headings_have_anchors_of_their_own() {
    let (source, body) =
        body("# Next *steps*\n\nText\n\nNext steps\n---\n\n> ## Next `steps`!\n\n### 日本\n\n# 東京 #\n");
    let found: Vec<_> = body
        .headings
        .iter()
        .map(|heading| (heading.level, heading.text.as_str(), heading.anchor.as_str(), source.slice(heading.span)))
        .collect();
    assert_eq!(
        found,
        [
            (1, "Next steps", "next-steps", "# Next *steps*"),
            (2, "Next steps", "next-steps-1", "Next steps\n---"),
            (2, "Next steps!", "next-steps-2", "## Next `steps`!"),
            (3, "日本", "section", "### 日本"),
            (1, "東京", "section-1", "# 東京 #"),
        ]
    );
    assert_eq!(body.heading("Next steps").map(|heading| heading.span), Some(body.headings[0].span));
    assert_eq!(body.heading("next-steps-1"), Some(&body.headings[1]));
    assert_eq!(body.heading("elsewhere"), None);
}

#[test]
fn sections_are_what_stands_between_headings() {
    let (source, body) = body("\nBefore.\n\n# One\n\nText **b**\n\n- item\n\n  # Inner\n\n# Empty\n# Two\nEnd\n");
    let sections: Vec<_> =
        body.sections.iter().map(|section| (body.anchor(section), source.slice(section.span))).collect();
    assert_eq!(sections, [(None, "Before."), (Some("one"), "Text **b**\n\n- item\n\n  # Inner"), (Some("two"), "End")]);
    assert_eq!(body.words, 9);
}

#[test]
fn copied_paragraphs_share_a_hash() {
    let words: Vec<String> = (0..40).map(|at| format!("Wörd{at}")).collect();
    let plain = words.join(" ");
    let (source, body) = body(&format!(
        "{plain}\n\n> **{}**,\n> {}.\n\n- {plain}\n  - short\n\n{}\n",
        words[..20].join("  "),
        words[20..].join("\n> ").to_uppercase(),
        words[1..].join(" "),
    ));
    let [first, second, third] = body.paragraphs.as_slice() else { panic!("{:#?}", body.paragraphs) };
    assert_eq!(first.hash, third.hash);
    assert_eq!(first.hash, second.hash);
    assert_eq!(source.slice(first.span), plain);
    assert_eq!(source.slice(third.span), plain);
}

#[test]
fn raw_html_is_noticed() {
    assert!(body("a <b>c</b>\n").1.has_html);
    assert!(body("<div>\n").1.has_html);
    assert!(!body("a < b, `<b>`, &lt;b>\n\n    <b>\n").1.has_html);
}

#[test]
fn plain_text_has_no_markup() {
    let text = "# Title\n\nSome *text* with [a link](x), [[acme|Acme]]\nand `code`.[^1]\n\n- one\n- two\n\n| a | b |\n\
                |---|---|\n| c | d |\n\n<div>raw</div>\n\n[^1]: Note &amp; more\n";
    assert_eq!(
        plain_text(text, Span::new(0, text.len())),
        "Title\nSome text with a link, Acme and code.\none\ntwo\na b\nc d\nNote & more"
    );
}

#[test]
fn destinations_by_their_form() {
    let local = |path, fragment| Destination::Local { path, fragment };
    for (target, expected) in [
        ("https://x.example/a", Destination::External("https://x.example/a")),
        ("MAILTO:a@b.example", Destination::External("MAILTO:a@b.example")),
        ("javascript:alert(1)", Destination::Unsafe),
        (" java\nscript\t:alert(1)", Destination::Unsafe),
        ("data:text/html,x", Destination::Unsafe),
        ("//host/x", Destination::Unsafe),
        ("/\\host", Destination::Unsafe),
        ("../a b.md#c", local("../a b.md", Some("c"))),
        ("#c", local("", Some("c"))),
        ("a/b:c", local("a/b:c", None)),
    ] {
        assert_eq!(destination(target), expected, "{target:?}");
    }
}
