//! The site: which pages there are, what they link to, and what they keep to themselves.

mod elements;
pub mod filled;
mod links;
mod restricted;
mod validity;

use crate::kit::Folder;
use segue::diagnostic::{Diagnostic, rules};
use segue::pipeline::{Question, check};
use segue::project::Audience;
use segue::route::Route;
use segue::site::{Made, Site};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// The site of a folder for an audience, and what is wrong with its addresses and templates.
fn site_of(root: &Path, audience: Audience) -> (Site, Vec<Diagnostic>) {
    let today = "2026-11-23".parse().expect("a date");
    let question = Question { today, at_least: None, audience: Some(audience) };
    let checked = check(root, question, &|_, _| {}).expect("the folder can be read");
    let (site, addresses) = Site::new(Arc::new(checked.base), checked.theme, &checked.diagnostics);
    let mut found: Vec<_> =
        checked.diagnostics.into_iter().filter(|found| found.rule == &rules::TEMPLATE_ERROR).collect();
    found.extend(addresses);
    (site, found)
}

/// Every file of a site, made.
fn files(site: &Site) -> BTreeMap<String, Vec<u8>> {
    let made = site.routes().map(|route| {
        let made = site.render(route).expect("a route of the site").unwrap_or_else(|error| panic!("{route}: {error}"));
        let bytes = match made {
            Made::Bytes(bytes) => bytes,
            Made::File(path) => std::fs::read(path).expect("a published file can be read"),
        };
        (route.as_str().to_owned(), bytes)
    });
    made.collect()
}

fn pages(site: &Site) -> BTreeMap<String, String> {
    let html = files(site).into_iter().filter(|(route, _)| Path::new(route).extension().is_some_and(|e| e == "html"));
    html.map(|(route, bytes)| (route, String::from_utf8(bytes).expect("pages are UTF-8"))).collect()
}

fn page(site: &Site, route: &str) -> String {
    let route = Route::file(route).expect("a route");
    let made = site.render(&route).unwrap_or_else(|| panic!("there is no {route}")).expect("it renders");
    match made {
        Made::Bytes(bytes) => String::from_utf8(bytes).expect("pages are UTF-8"),
        Made::File(path) => panic!("{} is copied", path.display()),
    }
}

fn example() -> (Site, Vec<Diagnostic>) {
    site_of(Path::new(env!("CARGO_MANIFEST_DIR")), Audience::Internal)
}

/// The values of an attribute.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    html.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// A knowledge base of one deal, with whatever else a test wants.
fn small(more: &[(&str, &str)]) -> Folder {
    let folder = Folder::new();
    folder
        .write("segue.toml", "[site]\ntitle = \"Small\"\n")
        .write("content/accounts/acme.md", "---\nname: Acme\n---\n\nSee [[first]].\n")
        .write("content/team/ann.md", "---\nname: Ann Able\n---\n")
        .write(
            "content/handoffs/first.md",
            "---\naccount: acme\nstage: draft\ndeal: {type: new_business}\nteam: {ae: ann}\nstakeholders:\n  \
             - {name: Dana Whit, roles: [champion], personal: Collects owls}\npromises:\n  \
             - {what: A <b>bold</b> promise, owner: ann, made_to: dana-whit, due: 2026-11-01}\n---\n",
        );
    for (path, text) in more {
        folder.write(path, text);
    }
    folder
}

#[test]
fn pages_load_and_run_nothing_of_their_own() {
    let (site, _) = example();
    for (route, html) in pages(&site) {
        let policy = html.split("http-equiv=\"Content-Security-Policy\" content=\"default-src ").nth(1);
        assert!(policy.is_some_and(|policy| policy.contains("none")), "{route} has no policy");
        assert!(html.contains("name=\"robots\" content=\"noindex"), "{route} may be indexed");
        // The one script, and the form's, are files of the site's own and hold nothing themselves.
        let scripts: Vec<&str> = html.match_indices("<script").map(|(at, _)| &html[at..]).collect();
        let form = if html.contains("id=\"_form\"") { 8 } else { 0 };
        assert_eq!(scripts.len(), usize::from(!html.contains("http-equiv=\"refresh\"")) + form, "{route}");
        for script in scripts {
            let (opening, inside) = script.split_once('>').unwrap();
            assert!(
                opening.starts_with("<script defer src=\"") && inside.starts_with("</script>"),
                "{route}: {opening}"
            );
        }
        for forbidden in ["<style", " style=\"", " onclick", "javascript:"] {
            assert!(!html.contains(forbidden), "{route} holds `{forbidden}`");
        }
        let ids = attributes(&html, "id");
        let unique: BTreeSet<_> = ids.iter().collect();
        assert_eq!(ids.len(), unique.len(), "{route} has an id twice");
    }
}

#[test]
fn two_sites_of_one_base_are_the_same_bytes() {
    assert_eq!(files(&example().0), files(&example().0));
}

#[test]
fn what_is_restricted_stays_with_the_team() {
    let folder = small(&[]);
    let (team, _) = site_of(folder.path(), Audience::Internal);
    let (company, _) = site_of(folder.path(), Audience::Company);
    assert!(page(&team, "handoffs/first/index.html").contains("Collects owls"));
    assert!(page(&team, "stakeholders/dana-whit/index.html").contains("Collects owls"));
    for (route, bytes) in files(&company) {
        assert!(!String::from_utf8_lossy(&bytes).contains("owls"), "{route} tells what is restricted");
    }
}

#[test]
fn text_is_escaped() {
    let (site, _) = site_of(small(&[]).path(), Audience::Internal);
    for route in ["handoffs/first", "accounts/acme", "team/ann", "stakeholders/dana-whit"] {
        let html = page(&site, &format!("{route}/index.html"));
        assert!(html.contains("A &lt;b&gt;bold"), "{route} does not show the promise");
        assert!(!html.contains("<b>bold"), "{route} takes text for markup");
    }
}

#[test]
fn a_field_that_a_project_adds_is_shown_in_its_section() {
    let folder = small(&[
        (
            "segue.toml",
            "[site]\ntitle = \"Small\"\n\n[[fields]]\nkind = \"handoff\"\npath = \"usage.seats_live\"\ntype = \"integer\"\n\
             help = \"How many?\"\n\n[[fields]]\nkind = \"handoff\"\npath = \"promises[].ticket\"\ntype = \"text\"\nhelp = \"Which?\"\n",
        ),
        (
            "content/handoffs/second.md",
            "---\naccount: acme\nstage: draft\ndeal: {type: upsell}\nteam: {ae: ann}\nusage: {seats_live: 1250}\n\
             promises:\n  - {what: Faster, ticket: SEG-77}\n---\n",
        ),
    ]);
    let (site, _) = site_of(folder.path(), Audience::Internal);
    let html = page(&site, "handoffs/second/index.html");
    let usage = html.split("<h2 id=\"usage\"").nth(1).expect("a section `usage`");
    assert!(
        usage.split("</section>").next().is_some_and(|usage| usage.contains("Seats live") && usage.contains("1,250"))
    );
    let promise = html.split("<tr id=\"promise-1\"").nth(1).expect("a promise");
    assert!(promise.split("</tr>").next().is_some_and(|row| row.contains("SEG-77")));
}

#[test]
fn addresses_that_cannot_be_are_reported() {
    let folder = small(&[
        ("content/search.md", "---\ntitle: Search tips\n---\n"),
        ("content/First Call.md", "---\ntitle: One\n---\n"),
        ("content/first-call.md", "---\ntitle: Two\n---\n"),
        ("content/accounts/beta.md", "---\nname: Beta\nredirect_from: [acme]\n---\n"),
    ]);
    let (site, found) = site_of(folder.path(), Audience::Internal);
    let mut codes: Vec<_> =
        found.iter().map(|found| (found.rule.code, site.base().sources.get(found.file).path().to_owned())).collect();
    codes.sort();
    let reported = |code: &str, path: &str| codes.iter().any(|(known, at)| *known == code && at == path);
    assert!(reported("reserved-address", "content/search.md"), "{codes:?}");
    assert!(reported("duplicate-address", "content/accounts/beta.md"), "{codes:?}");
    assert!(!page(&site, "search/index.html").contains("<h1>Search tips"));
}

#[test]
fn a_page_published_in_spite_of_errors_says_so() {
    let folder = small(&[(
        "content/handoffs/second.md",
        "---\naccount: acme\nstage: draft\ndeal: {type: upsell, closed_on: 2026-02-30}\nteam: {ae: ann}\n---\n",
    )]);
    let (site, _) = site_of(folder.path(), Audience::Internal);
    let html = page(&site, "handoffs/second/index.html");
    assert!(html.contains("1 problem in this file") && html.contains("line 4, invalid-date"), "{html}");
    assert!(!page(&site, "handoffs/first/index.html").contains("in this file"));
}

#[test]
fn pages_say_where_they_are_mentioned_and_home_shows_the_index() {
    let folder = small(&[
        ("content/index.md", "---\ntitle: Welcome\n---\n\nRead the [[policy]] first.\n"),
        ("content/policy.md", "---\ntitle: Policy\n---\n\nDana Whit wrote it, with help from [[ann]].\n"),
    ]);
    let (site, found) = site_of(folder.path(), Audience::Internal);
    assert_eq!(found, []);
    let home = page(&site, "index.html");
    assert!(home.contains("<a href=\"policy/index.html\">Policy</a>"), "{home}");
    let policy = page(&site, "policy/index.html");
    assert!(policy.contains("<a class=\"mention\" href=\"../stakeholders/dana-whit/index.html\">Dana Whit</a>"));
    for route in ["stakeholders/dana-whit/index.html", "team/ann/index.html"] {
        let html = page(&site, route);
        let mentioned = html.split("id=\"_mentioned-in\"").nth(1);
        assert!(mentioned.is_some_and(|list| list.contains("policy/index.html")), "{route}");
    }
}

#[test]
fn names_that_no_disk_can_hold_have_a_page_all_the_same() {
    let long = "Wolfeschlegelsteinhausenbergerdorff ".repeat(12);
    let handoff = format!(
        "---\naccount: acme\nstage: draft\ndeal: {{type: upsell}}\nteam: {{ae: ann}}\nstakeholders:\n  - {{name: Con, roles: \
         [coach]}}\n  - {{name: {long}, roles: [champion]}}\n---\n"
    );
    let (site, _) = site_of(small(&[("content/handoffs/second.md", &handoff)]).path(), Audience::Internal);
    let people: Vec<_> = site.routes().filter(|route| route.as_str().starts_with("stakeholders/")).collect();
    assert!(people.iter().any(|route| route.as_str() == "stakeholders/con-/index.html"), "{people:?}");
    assert!(people.iter().any(|route| route.as_str().starts_with("stakeholders/wolfe")), "{people:?}");
    assert_eq!(people.len(), 4);
}

#[test]
fn old_addresses_lead_to_the_new_one() {
    let folder = small(&[("content/accounts/beta.md", "---\nname: Beta\nredirect_from: [old-beta]\n---\n")]);
    let (site, found) = site_of(folder.path(), Audience::Internal);
    assert_eq!(found, []);
    let html = page(&site, "accounts/old-beta/index.html");
    assert!(html.contains("content=\"0; url=../../accounts/beta/index.html\""), "{html}");
}

#[test]
fn a_broken_template_is_told_at_its_place_and_the_rest_still_renders() {
    let folder = small(&[
        (
            "themes/default/templates/404.html",
            "{% extends \"base.html\" %}\n{% block main %}{{ oops( }}{% endblock %}\n",
        ),
        ("themes/default/templates/teammate.html", "<p>{{ t.role | no_such_filter }}</p>\n"),
        ("themes/default/templates/page.html", "<p>{{ p.no_such_field }}</p>\n"),
        ("content/policy.md", "---\ntitle: Policy\n---\n"),
    ]);
    let (site, found) = site_of(folder.path(), Audience::Internal);
    let mut places: Vec<_> = found
        .iter()
        .map(|found| {
            let source = site.base().sources.get(found.file);
            (source.path(), source.position(found.span.start).line, found.rule.code)
        })
        .collect();
    places.sort_unstable();
    assert_eq!(
        places,
        [
            ("themes/default/templates/404.html", 2, "template-error"),
            ("themes/default/templates/teammate.html", 1, "template-error"),
        ]
    );
    assert!(page(&site, "team/ann/index.html").contains("Ann Able"));
    // What only shows when a page is made is told then, at its place as well.
    let error = site.render(&Route::page("policy").expect("a route")).expect("a page").expect_err("a broken template");
    let told = site.diagnose(&error).expect("it is the project's own template");
    assert_eq!(site.base().sources.get(told.file).path(), "themes/default/templates/page.html");
}

#[test]
fn an_override_replaces_one_file() {
    let folder = small(&[
        ("themes/default/templates/404.html", "{% extends \"base.html\" %}{% block main %}Lost, are we?{% endblock %}"),
        ("themes/default/static/style.css", "body { color: rebeccapurple }"),
    ]);
    let (site, found) = site_of(folder.path(), Audience::Internal);
    assert_eq!(found, []);
    let html = page(&site, "404.html");
    assert!(html.contains("Lost, are we?") && html.contains("Acme") || html.contains("Accounts"));
    let style = site.routes().find(|route| route.as_str().starts_with("assets/style.")).expect("a style sheet").clone();
    assert!(page(&site, style.as_str()).contains("rebeccapurple"));
}

#[test]
fn long_lists_have_pages_and_letters() {
    let names: Vec<(String, String)> = (0..230)
        .map(|at| {
            let letter = char::from(b'a' + (at % 26) as u8);
            (format!("content/accounts/{letter}{at}.md"), format!("---\nname: {letter}{at}\n---\n"))
        })
        .collect();
    let files: Vec<(&str, &str)> = names.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let (site, _) = site_of(small(&files).path(), Audience::Internal);
    let first = page(&site, "accounts/index.html");
    let last = page(&site, "accounts/page/3/index.html");
    assert_eq!(first.matches("<tr").count(), 101);
    assert!(first.contains("href=\"../accounts/page/2/index.html\" rel=\"next\""), "{first}");
    assert!(first.contains("href=\"../accounts/page/3/index.html#letter-z\""));
    assert!(last.contains("id=\"letter-z\"") && !last.contains("rel=\"next\""));
}

#[test]
fn the_page_for_what_is_not_there_links_from_the_top_of_the_host() {
    let folder = small(&[("segue.toml", "[site]\ntitle = \"Small\"\nbase_url = \"https://example.com/kb\"\n")]);
    let (site, _) = site_of(folder.path(), Audience::Internal);
    assert!(page(&site, "404.html").contains("href=\"/kb/accounts/index.html\""));
    assert!(
        page(&site, "accounts/acme/index.html")
            .contains("rel=\"canonical\" href=\"https://example.com/kb/accounts/acme/\"")
    );
}

/// The titles that search falls back on: the table, and the files it names.
fn titles(site: &Site) -> (String, String) {
    let table = page(site, "search/titles.js");
    let names = table.split('"').filter(|part| part.starts_with("titles."));
    let files = names.map(|name| page(site, &format!("search/{name}"))).collect();
    (table, files)
}

#[test]
fn every_page_is_found_by_the_words_of_its_title() {
    let (site, _) = example();
    let (table, files) = titles(&site);
    assert!(table.starts_with("segue.titles.table([["), "{table}");
    let mut seen = 0;
    for (route, html) in pages(&site) {
        let folder = route.split('/').next().unwrap();
        let record =
            route.matches('/').count() == 2 && ["accounts", "handoffs", "stakeholders", "team"].contains(&folder);
        if record && !html.contains("http-equiv=\"refresh\"") {
            assert!(files.contains(&format!("\"{route}\"")), "{route}");
            seen += 1;
        }
    }
    assert!(seen > 60, "{seen}");
    for word in ["[\"caldera\",[", "[\"yildirim\",[", "[\"etablissements\",["] {
        assert!(files.contains(word), "{word}");
    }
}

#[test]
fn titles_are_the_same_each_time_and_are_only_data() {
    let odd = ("content/accounts/odd.md", "---\nname: '</script><b>\"x'\naliases: [Peculiar]\n---\n");
    let folder = small(&[odd]);
    let (one, _) = site_of(folder.path(), Audience::Company);
    let (other, _) = site_of(folder.path(), Audience::Company);
    assert_eq!(titles(&one), titles(&other));
    let (_, files) = titles(&one);
    assert!(!files.contains('<'), "{files}");
    assert!(files.contains("[\"peculiar\",["), "{files}");
    assert!(!files.contains("owls"), "{files}");
}
