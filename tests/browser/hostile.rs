//! A base that was written to attack its readers: nothing of it runs, with the pages' policy and without.

use super::chromium::chromium;
use super::server::Server;
use super::tab::Tab;
use crate::kit::{Folder, build, files};
use crate::site::filled::{filled, path};
use segue::fields::{Kind, Schema, Type};
use std::fmt::Write;
use std::path::Path;

/// What `hit` in these would tell is that the page ran them.
const ATTACKS: &[&str] = &[
    "<script>hit('script')</script>",
    "<img src=x onerror=hit('image')>",
    "\"><svg onload=hit('double')>",
    "'><svg/onload=hit('single')>",
    "\" autofocus onfocus=hit('focus') x=\"",
    "</title></style></textarea></script><script>hit('end')</script>",
    "--><script>hit('comment')</script><!--",
    "<a href=\"javascript:hit('link')\">x</a>",
    "<a href=\" &#106;ava\tscript:hit('entity')\">x</a>",
    "<iframe srcdoc=\"<script>parent.hit('frame')</script>\"></iframe>",
    "<iframe src=\"javascript:parent.hit('frame address')\"></iframe>",
    "<object data=\"javascript:hit('object')\"></object><embed src=\"javascript:hit('embed')\">",
    "<details open ontoggle=hit('toggle')><summary>x</summary></details>",
    "<form action=\"javascript:hit('form')\"><button autofocus onfocus=hit('button')>x</button></form>",
    "<style>@import 'http://evil.example/style'; * { background: url(http://evil.example/background) }</style>",
    "<p style=\"background: url(http://evil.example/style-attribute)\">x</p>",
    "<base href=\"http://evil.example/\">",
    "<meta http-equiv=\"refresh\" content=\"0; url=http://evil.example/refresh\">",
    "<link rel=\"stylesheet\" href=\"http://evil.example/sheet\">",
    "<svg><script>hit('svg script')</script><animate onbegin=hit('animate') attributeName=x dur=1s></svg>",
    "<svg><a xlink:href=\"javascript:hit('xlink')\"><text y=9>x</text></a></svg>",
    "<math><mtext></p><style><!--</style><img title=\"--&gt;&lt;img src onerror=hit('mutation')&gt;\">",
    "<noscript><p title=\"</noscript><img src onerror=hit('noscript')>\"></noscript>",
    "<video><source onerror=hit('source')></video><audio src onerror=hit('audio')></audio>",
    "<body onload=hit('body')><input onfocus=hit('input') autofocus>",
    "[x](javascript:hit('markdown'))",
    "![x](javascript:hit('picture'))",
    "<javascript:hit('auto')>",
    "![x](http://evil.example/picture.png)",
    "<img src=\"http://evil.example/raw.png\" srcset=\"//evil.example/set.png 1x\">",
    "[x](data:text/html,<script>hit('data')</script>)",
    "{{ hit }}{% raw %}{{ '<script>hit(1)</script>' | safe }}",
];

/// All of them in one text.
fn attack() -> String {
    ATTACKS.join(" ")
}

/// Markdown that has each of them everywhere that Markdown has a place.
fn body() -> String {
    let mut body = String::new();
    for attack in ATTACKS {
        let line = attack.replace('|', "\\|");
        writeln!(
            body,
            "\n{attack}\n\n## {attack}\n\ntext {attack} text `{attack}` **{attack}**\n\n- {attack}\n- [ ] {attack}\n\n\
             > {attack}\n\n| {line} | b |\n| --- | --- |\n| {line} | [[acme\\|{line}]] |\n\n[{attack}](../notes.md \"{attack}\")\n\n\
             [x](<{attack}>) ![{attack}](x.svg '{attack}')\n\n[[{attack}]] [[acme|{attack}]] [^a]\n\n```{attack}\n{attack}\n```\n",
        )
        .expect("a string takes all");
    }
    body + "\n[^a]: " + &attack() + "\n"
}

/// The base: every text of every kind of file attacks; in a second handoff so does every value, whatever its type.
fn base() -> Folder {
    let folder = Folder::new();
    // A string of JSON is one of TOML.
    let text = serde_json::Value::from(attack());
    folder.write(
        "segue.toml",
        format!(
            "[site]\ntitle = {text}\n\n[[fields]]\nkind = \"handoff\"\npath = \"why.own\"\ntype = \"enum\"\n\
             values = [{text}]\nlabel = {text}\nhelp = {text}\n"
        ),
    );
    let schema = Schema::default();
    for kind in Kind::ALL {
        let mut texts = |_: &str, _: &segue::fields::Field, ty: &Type| (*ty == Type::Text).then(|| attack().into());
        folder.write(&path(kind), filled(&schema, kind, &body(), &mut texts));
    }
    let mut all = |path: &str, _: &segue::fields::Field, ty: &Type| {
        let kept = matches!(ty, Type::List(_) | Type::Group(_)) || matches!(path, "account" | "stage" | "team.ae");
        (!kept).then(|| attack().into())
    };
    folder.write("content/handoffs/second.md", filled(&schema, Kind::Handoff, &body(), &mut all));
    folder
        .write("content/x.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>hit('picture file')</script></svg>");
    if cfg!(target_os = "linux") {
        folder.write("content/<img src=x onerror=hit('name')>.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    }
    folder
}

/// What of the attacks came through on the page that is shown: what ran, and what would run at a click.
const CAME_THROUGH: &str = "(() => {
    const found = hits.map((what) => `ran: ${what}`);
    for (const element of document.querySelectorAll('*')) {
        const name = element.localName;
        if (['iframe', 'object', 'embed', 'base', 'form', 'style', 'frame', 'portal'].includes(name)) found.push(`<${name}>`);
        if (name === 'script' && !String(element.src).startsWith(location.origin)) found.push('<script>');
        if (name === 'meta' && element.httpEquiv === 'refresh') found.push('<meta refresh>');
        for (const { name: attribute, value } of element.attributes) {
            if (attribute.startsWith('on') || attribute === 'style' || attribute === 'srcdoc') found.push(`${name} ${attribute}`);
            if (!['href', 'src', 'action', 'formaction', 'data', 'xlink:href', 'poster', 'background'].includes(attribute)) continue;
            let scheme;
            try { scheme = new URL(value, location).protocol; } catch { continue; }
            const safe = ['http:', 'https:', 'mailto:'].includes(scheme) || (name === 'img' && value.startsWith('data:image/'));
            if (!safe) found.push(`${name} ${attribute}=${value}`);
        }
    }
    return [...new Set(found)];
})()";

/// Looks at every page of a built site but those that lead on from old addresses.
fn came_through(tab: &mut Tab<'_>, site: &Path) -> Vec<String> {
    let server = Server::start(site, "");
    let root = server.root();
    let mut found = Vec::new();
    let files = files(site);
    for path in
        files.keys().filter(|path| Path::new(path).extension().is_some_and(|e| e == "html") && !path.contains("old-"))
    {
        tab.visit(&format!("{root}{path}"));
        let through: Vec<String> = tab.ask(CAME_THROUGH);
        found.extend(through.into_iter().map(|what| format!("{path}: {what}")));
        // Content may point at pictures that are not there, and that is all that it may do.
        let harmless = |problem: &String| problem.contains("answers 404") || problem.contains("status of 404");
        let problems = tab.problems();
        found.extend(problems.into_iter().filter(|problem| !harmless(problem)).map(|what| format!("{path}: {what}")));
    }
    let outside = tab.requests().iter().filter(|to| !to.starts_with(&root) && !to.starts_with("data:"));
    found.extend(outside.map(|to| format!("asked for {to}")));
    found
}

#[test]
fn nothing_that_is_written_runs() {
    let Some(mut browser) = chromium() else { return };
    let built = build(base().path(), "hostile", &["--allow-errors"]);
    for policy in [true, false] {
        let mut tab = browser.tab();
        tab.before_each_page("window.hits = []; window.hit = (what) => hits.push(what);");
        if !policy {
            tab.without_policy();
        }
        let found = came_through(&mut tab, &built);
        assert!(found.is_empty(), "{} with policy: {policy}:\n{}", found.len(), found.join("\n"));
    }
}

#[test]
fn attacks_that_come_through_are_seen() {
    let Some(mut browser) = chromium() else { return };
    let folder = Folder::new();
    // One leads away before it can be looked at.
    for (at, attack) in ATTACKS.iter().filter(|attack| !attack.contains("refresh")).enumerate() {
        folder.write(&format!("{at}.html"), format!("<!doctype html><title>x</title><body>{attack}"));
    }
    let mut tab = browser.tab();
    tab.before_each_page("window.hits = []; window.hit = (what) => hits.push(what);");
    let found = came_through(&mut tab, folder.path()).join("\n");
    for what in ["ran: script", "ran: image", "ran: double", "<iframe>", "javascript:hit('link')", "evil.example"] {
        assert!(found.contains(what), "`{what}` is not among\n{found}");
    }
}
