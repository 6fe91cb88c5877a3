//! Markdown as HTML.

use segue::document::{
    MentionMatcher, Mentions, Rendering, Resolved, block_text, find_mentions, inline_text, markdown, render,
};
use segue::source::Span;

fn outline(text: &str) -> markdown::Body {
    markdown::outline(text, Span::new(0, text.len()))
}

/// Renders with links resolved by their form.
fn html(text: &str) -> String {
    let body = outline(text);
    let links = |at: usize| match body.links[at].target.as_str() {
        "acme" => Resolved::Page { href: "../accounts/acme/index.html".into(), title: "Acme & Sons".into() },
        "gone" => Resolved::Broken("nothing is called `gone`".into()),
        target if target.starts_with("https:") => Resolved::External(target.into()),
        target if target.contains(':') => Resolved::Unsafe,
        target => Resolved::File(target.into()),
    };
    render(&Rendering { text, body: &body, links: &links, mentions: None, top_level: 2 })
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(html(text).trim_end(), expected);
}

#[test]
fn links_by_what_they_lead_to() {
    check("[[acme]]", "<p><a href=\"../accounts/acme/index.html\">Acme &amp; Sons</a></p>");
    check("[[acme|them]]", "<p><a href=\"../accounts/acme/index.html\">them</a></p>");
    check("[[acme|]]", "<p><a href=\"../accounts/acme/index.html\">Acme &amp; Sons</a></p>");
    check("[*it*](acme)", "<p><a href=\"../accounts/acme/index.html\"><em>it</em></a></p>");
    check("[[gone]]", "<p><span class=\"broken-link\" title=\"nothing is called `gone`\">gone</span></p>");
    check(
        "<https://x.example/?a&b>",
        "<p><a class=\"external\" href=\"https://x.example/?a&amp;b\" rel=\"noopener noreferrer\">https://x.example/?a&amp;b</a></p>",
    );
    check("[x](javascript:alert)", "<p><span class=\"broken-link\" title=\"This address is not allowed\">x</span></p>");
    check(
        "See https://x.example/a_(b)), or (http://y.example).",
        "<p>See <a class=\"external\" href=\"https://x.example/a_(b)\" rel=\"noopener noreferrer\">https://x.example/a_(b)</a>), \
         or (<a class=\"external\" href=\"http://y.example\" rel=\"noopener noreferrer\">http://y.example</a>).</p>",
    );
}

#[test]
fn a_resolver_cannot_let_an_unsafe_address_through() {
    for resolved in [
        Resolved::External("java\nscript:x".into()),
        Resolved::File("javascript:x".into()),
        Resolved::Page { href: "//evil.example".into(), title: "x".into() },
    ] {
        let text = "[a](b) ![c](d)";
        let body = outline(text);
        let html = render(&Rendering { text, body: &body, links: &|_| resolved.clone(), mentions: None, top_level: 2 });
        assert!(!html.contains("href") && !html.contains("src"), "{html}");
    }
}

#[test]
fn images_are_of_the_site_or_links() {
    check("![a \"b\"](c d.png)", "<p>![a &quot;b&quot;](c d.png)</p>");
    check("![a \"b\"](<c d.png>)", "<p><img src=\"c%20d.png\" alt=\"a &quot;b&quot;\" loading=\"lazy\"></p>");
    check("![[c.png]]", "<p><img src=\"c.png\" alt=\"\" loading=\"lazy\"></p>");
    check(
        "![chart](https://x.example/c.png)",
        "<p><a class=\"external\" href=\"https://x.example/c.png\" rel=\"noopener noreferrer\">chart</a></p>",
    );
    check("![](gone)", "<p><span class=\"broken-link\" title=\"nothing is called `gone`\">image</span></p>");
}

#[test]
fn headings_begin_below_the_pages_title() {
    check(
        "# A\n\n## B *c*",
        "<h2 id=\"a\">A <a class=\"anchor\" href=\"#a\" aria-label=\"Link to this heading\">#</a></h2>\n\
         <h3 id=\"b-c\">B <em>c</em> <a class=\"anchor\" href=\"#b-c\" aria-label=\"Link to this heading\">#</a></h3>",
    );
    assert!(html("### Deep\n").starts_with("<h2 id=\"deep\">"));
}

#[test]
fn tables_scroll_and_say_what_they_are() {
    check(
        "# Price\n\n| a | b |\n|---|--:|\n| c | `d` |",
        "<h2 id=\"price\">Price <a class=\"anchor\" href=\"#price\" aria-label=\"Link to this heading\">#</a></h2>\n\
         <div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table 1: Price\"><table>\n<thead>\n\
         <tr><th scope=\"col\">a</th><th scope=\"col\" class=\"right\">b</th></tr>\n</thead>\n<tbody>\n\
         <tr><td>c</td><td class=\"right\"><code>d</code></td></tr>\n</tbody>\n</table></div>",
    );
}

#[test]
fn lists_tasks_quotes_and_code() {
    check("3. a\n4. b", "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>");
    check(
        "- [x] ~~a~~\n- [ ] b",
        "<ul>\n<li><input disabled=\"\" type=\"checkbox\" checked=\"\" aria-label=\"Done\"> <del>a</del></li>\n\
         <li><input disabled=\"\" type=\"checkbox\" aria-label=\"To do\"> b</li>\n</ul>",
    );
    check("> a  \n> b", "<blockquote>\n<p>a<br>\nb</p>\n</blockquote>");
    check("```c++ x\na < b\n```", "<pre tabindex=\"0\"><code class=\"language-c++\">a &lt; b\n</code></pre>");
    check("a\u{0}b\u{1}", "<p>a\u{fffd}b\u{fffd}</p>");
}

#[test]
fn footnotes_lead_both_ways() {
    check(
        "[^b]: Said.\n\na[^b] c[^b] d[^none]\n\n[^unused]: Not shown.",
        "<p>a<sup><a class=\"footnote-mention\" href=\"#fn-1\" id=\"fnref-1-1\" role=\"doc-noteref\" aria-label=\"Footnote 1\">1</a></sup> \
         c<sup><a class=\"footnote-mention\" href=\"#fn-1\" id=\"fnref-1-2\" role=\"doc-noteref\" aria-label=\"Footnote 1\">1</a></sup> \
         d[^none]</p>\n<section class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"Footnotes\">\n<ol>\n<li id=\"fn-1\"><p>Said. \
         <a class=\"footnote-back\" href=\"#fnref-1-1\" role=\"doc-backlink\" aria-label=\"Back to the text\">↩</a> \
         <a class=\"footnote-back\" href=\"#fnref-1-2\" role=\"doc-backlink\" aria-label=\"Back to the text\">↩</a></p></li>\n</ol>\n</section>",
    );
}

#[test]
fn raw_html_is_sanitised() {
    let html = html(
        "# Mine\n\n<div onclick=\"x()\" style=\"color: red\" id=\"search\">a <b>b</b> [[acme]]</div>\n\n<script>alert(1)</script>\n\n\
         <img src=x onerror=alert(1)> <img src=\"https://x.example/t.png\" alt=\"t\"> <a href=\"javascript:x\">c</a> \
         <input type=\"text\"> <iframe src=\"https://x.example\"></iframe>\n\n- [x] done\n\n<details><summary>S</summary>\n\ntext\n\n",
    );
    for gone in ["onclick", "style=", "search", "script", "onerror", "t.png", "type=\"text\"", "iframe"] {
        assert!(!html.contains(gone), "{gone} in {html}");
    }
    for kept in ["<b>b</b>", "id=\"mine\"", "<details><summary>S</summary>", "type=\"checkbox\"", "</details>"] {
        assert!(html.contains(kept), "no {kept} in {html}");
    }
}

const NAMES: [(&str, usize); 8] = [
    ("Acme", 0),
    ("Acme Robotics", 1),
    ("Dana Whitfield", 2),
    ("Zoë", 3),
    ("Smith", 4),
    ("Smith", 5),
    ("Box", 6),
    ("Acme Rob", 7),
];

fn mentioned(text: &str) -> String {
    let matcher = MentionMatcher::new(NAMES);
    let body = outline(text);
    let href = |at: usize| (at != 6).then(|| format!("#{at}"));
    let html = render(&Rendering {
        text,
        body: &body,
        links: &|_| Resolved::File("f".into()),
        mentions: Some(Mentions { matcher: &matcher, href: &href }),
        top_level: 2,
    });
    html.replace("<a class=\"mention\" href=\"#", "{").replace("</a>", "}").replace("\">", ":").trim_end().to_owned()
}

#[test]
fn names_in_prose_become_links() {
    for (text, expected) in [
        ("Acme Robotics, Acme.", "<p>{1:Acme Robotics}, {0:Acme}.</p>"),
        ("Acme Robots and Acme\nRobotics", "<p>{0:Acme} Robots and {1:Acme\nRobotics}</p>"),
        ("Acme Acme\n\nAcme", "<p>{0:Acme} Acme</p>\n<p>Acme</p>"),
        ("Zoë's, Zoëlle, AcmeX, acme, xAcme", "<p>{3:Zoë}'s, Zoëlle, AcmeX, acme, xAcme</p>"),
        ("Smith and Box", "<p>Smith and Box</p>"),
        ("dana@Acme.example x/Acme Acme.com Acme-led", "<p>dana@Acme.example x/Acme Acme.com {0:Acme}-led</p>"),
        ("`Acme` **Dana Whitfield**", "<p><code>Acme</code> <strong>{2:Dana Whitfield}</strong></p>"),
        ("<a href=\"x\">Acme</a>", "<p><a href=\"x\" rel=\"noopener noreferrer:Acme}</p>"),
    ] {
        assert_eq!(mentioned(text), expected, "{text}");
    }
    assert_eq!(mentioned("[Acme](x)"), "<p><a href=\"f:Acme}</p>");
    assert!(mentioned("# Acme\n\nAcme\n\n# B\n\nAcme\n").matches("{0:").count() == 2);
}

#[test]
fn mentions_are_found_without_rendering() {
    let text = "# Dana Whitfield\n\nAcme Robotics, [Acme](x), `Zoë`\n\n- Box\n- Acme Robotics\n";
    assert_eq!(find_mentions(text, &outline(text), &MentionMatcher::new(NAMES)), [1, 6]);
}

#[test]
fn text_of_fields_keeps_its_lines() {
    assert_eq!(inline_text(" a <b>\n \"c\" ", None), "a &lt;b&gt;<br>&quot;c&quot;");
    assert_eq!(block_text("a\nb\r\n\n\nc *d*\n", None), "<p>a<br>b</p>\n<p>c *d*</p>\n");
    assert_eq!(block_text(" \n", None), "");
    let matcher = MentionMatcher::new(NAMES);
    let mentions = Mentions { matcher: &matcher, href: &|at| Some(format!("#{at}")) };
    assert_eq!(inline_text("for Acme", Some(mentions)), "for <a class=\"mention\" href=\"#0\">Acme</a>");
}

#[test]
fn no_level_of_heading_is_skipped() {
    let html = html("### A\n\n# B\n\n##### C\n\n##### D\n\n## E\n\n# F\n");
    let levels: String = html.split("<h").skip(1).filter_map(|rest| rest.chars().next()).collect();
    assert_eq!(levels, "223332", "{html}");
}
