//! What we write without raw HTML holds nothing that the allow-list for raw HTML would take out.

use super::policy;
use crate::document::{MentionMatcher, Mentions, Rendering, Resolved, render};
use crate::source::Span;
use proptest::prelude::*;

/// Pieces that meet in Markdown, the wicked ones among them.
fn markdown() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "# ",
        "## ",
        "- ",
        "1. ",
        "> ",
        "```js\n",
        "`",
        "*",
        "**",
        "~~",
        "[",
        "]",
        "(",
        ")",
        "[[",
        "]]",
        "|",
        "![",
        "[^1]",
        "[^1]: ",
        "| a | b |\n|:-:|--:|\n",
        "- [ ] ",
        "- [x] ",
        "\n",
        "\n\n",
        "    ",
        "\\",
        "&",
        "&lt;",
        "\"",
        "'",
        "=",
        "javascript:alert(1)",
        "(javascript:alert(1))",
        "(data:text/html,x)",
        "https://x.example/?a=b&c",
        "(https://x.example)",
        "onerror=",
        "word",
        "Acme Robotics",
        "Dana",
        "é",
        "日本",
        "[a]: /b \"c\"\n",
        "---\n",
        "***\n",
        "<https://a.example>",
    ]);
    prop::collection::vec(prop_oneof![8 => pieces.prop_map(str::to_owned), 1 => "[ -;=-~é日\u{0}\r]{0,6}"], 0..40)
        .prop_map(|pieces| pieces.concat())
}

fn resolved(at: usize) -> Resolved {
    match at % 6 {
        0 => Resolved::Page { href: "../a/index.html#b".into(), title: "A & \"B\" <c>".into() },
        1 => Resolved::External("https://x.example/\"><script>".into()),
        2 => Resolved::External("javascript:alert(1)".into()),
        3 => Resolved::File("a b.png".into()),
        4 => Resolved::Broken("nothing is called \"<x>\"".into()),
        _ => Resolved::Unsafe,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn our_own_html_is_on_the_allow_list(text in markdown()) {
        let body = crate::document::markdown::outline(&text, Span::new(0, text.len()));
        prop_assume!(!body.has_html);
        let matcher = MentionMatcher::new([("Acme Robotics", 0), ("Dana", 1)]);
        let html = render(&Rendering {
            text: &text,
            body: &body,
            links: &resolved,
            mentions: Some(Mentions { matcher: &matcher, href: &|at| (at == 0).then(|| "../acme/index.html".to_owned()) }),
            top_level: 2,
        });
        let cleaned = policy(|_| true).add_tag_attributes("a", ["rel"]).link_rel(None).clean(&html).to_string();
        prop_assert_eq!(normal(&cleaned), normal(&html), "from {:?}", text);
    }
}

/// HTML but for the freedom that a serialiser has: quotes in text, the order of attributes.
fn normal(html: &str) -> String {
    let html = html.replace("&quot;", "\"").replace("&nbsp;", "\u{a0}");
    let mut normal = String::new();
    for piece in html.split_inclusive('>') {
        let (text, tag) = piece.rfind('<').map_or((piece, ""), |at| piece.split_at(at));
        let mut attributes: Vec<&str> = tag.split(' ').map(|part| part.trim_end_matches('>')).collect();
        attributes.sort_unstable();
        normal.push_str(text);
        normal.push_str(&attributes.join(" "));
    }
    normal
}
