//! Every link of a built site leads somewhere: files and anchors inside, safe schemes outside.

use super::elements::Page;
use crate::kit::{Folder, build, example_site, files};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What was looked at, and what was wrong.
#[derive(Default, Debug)]
struct Found {
    inside: usize,
    anchors: usize,
    outside: usize,
    broken: Vec<String>,
}

/// Looks at every link of a site. `top` is the path that the site has on its host, with a slash at both ends: pages
/// that do not know where they are shown link from there.
fn check(site: &BTreeMap<String, Vec<u8>>, top: &str) -> Found {
    let pages = Page::all(site);
    let ids: BTreeMap<&str, BTreeSet<&str>> =
        pages.iter().map(|(path, page)| (*path, page.attributes("id").collect())).collect();
    let mut found = Found::default();
    for (path, page) in &pages {
        for link in links(page) {
            if let Err(fault) = follow(&mut found, site, &ids, path, &link, top) {
                found.broken.push(format!("{path}: `{link}` {fault}"));
            }
        }
    }
    for (path, bytes) in site.iter().filter(|(path, _)| Path::new(path).extension().is_some_and(|e| e == "css")) {
        let css = std::str::from_utf8(bytes).unwrap_or_else(|e| panic!("{path}: {e}"));
        for link in css.split("url(").skip(1).filter_map(|rest| rest.split(')').next()) {
            let link = link.trim_matches(['"', '\'']);
            // Pictures in the style sheet itself have brackets in them, and lead nowhere.
            if link.starts_with("data:image/") {
                continue;
            }
            if let Err(fault) = follow(&mut found, site, &ids, path, link, top) {
                found.broken.push(format!("{path}: `{link}` {fault}"));
            }
        }
    }
    found
}

/// Everything on a page that leads somewhere or loads something.
fn links(page: &Page) -> Vec<String> {
    let mut links = Vec::new();
    for element in &page.elements {
        for (name, value) in &element.attributes {
            match &**name {
                "href" | "src" | "action" | "formaction" | "poster" | "data" | "cite" => links.push(value.clone()),
                "srcset" => {
                    let sources = value.split(',').filter_map(|source| source.split_whitespace().next());
                    links.extend(sources.map(str::to_owned));
                }
                "content" if element.attribute("http-equiv") == Some("refresh") => {
                    let to = value.split_once("url=").map(|(_, to)| to.to_owned());
                    links.push(to.unwrap_or_else(|| panic!("a page leads on to nowhere: {value}")));
                }
                _ => {}
            }
        }
    }
    links
}

fn follow(
    found: &mut Found,
    site: &BTreeMap<String, Vec<u8>>,
    ids: &BTreeMap<&str, BTreeSet<&str>>,
    from: &str,
    link: &str,
    top: &str,
) -> Result<(), &'static str> {
    let plain = |text: &str| {
        percent_encoding::percent_decode_str(text).decode_utf8().map(Cow::into_owned).map_err(|_| "is not UTF-8")
    };
    if link.is_empty() || link.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
        return Err("is not written as an address is");
    }
    let scheme = link.split_once(':').map(|(scheme, _)| scheme).filter(|scheme| !scheme.contains(['/', '?', '#']));
    if let Some(scheme) = scheme {
        found.outside += 1;
        return if ["https", "http", "mailto"].contains(&scheme) {
            Ok(())
        } else {
            Err("has a scheme that is not safe")
        };
    }
    let (address, anchor) = link.split_once('#').map_or((link, None), |(address, anchor)| (address, Some(anchor)));
    let address = address.split_once('?').map_or(address, |(address, _)| address);
    let mut parts: Vec<String> = from.split('/').map(str::to_owned).collect();
    if address.starts_with("//") {
        return Err("leaves the site for whichever host it names");
    } else if address.starts_with('/') {
        if from != "404.html" {
            return Err("leaves a site that is not at the top of its host");
        }
        let below = address.strip_prefix(top).ok_or("leaves the site's path")?;
        parts = below.split('/').map(plain).collect::<Result<_, _>>()?;
    } else if !address.is_empty() {
        if from == "404.html" {
            return Err("leads elsewhere from each address that is not there");
        }
        parts.pop();
        for part in address.split('/') {
            match part {
                "." => {}
                ".." => drop(parts.pop().ok_or("climbs out of the site")?),
                part => parts.push(plain(part)?),
            }
        }
    }
    let to = parts.join("/");
    found.inside += 1;
    if !site.contains_key(&to) {
        return Err("leads to no file");
    }
    if let Some(anchor) = anchor {
        found.anchors += 1;
        let anchor = plain(anchor)?;
        if !ids.get(to.as_str()).is_some_and(|ids| ids.contains(anchor.as_str())) {
            return Err("leads to no place on its page");
        }
    }
    Ok(())
}

#[test]
fn every_link_of_the_example_leads_somewhere() {
    let found = check(&files(example_site()), "/");
    assert!(found.broken.is_empty(), "{} broken:\n{}", found.broken.len(), found.broken.join("\n"));
    let enough = found.inside > 3000 && found.anchors > 500 && found.outside > 50;
    assert!(enough, "{found:?} is too little to have looked at everything");
}

/// Names as they are found on people's disks.
fn difficult() -> Folder {
    let folder = Folder::new();
    folder
        .write("segue.toml", "[site]\ntitle = \"Names\"\nbase_url = \"https://example.com/a/b\"\n")
        .write(
            "content/accounts/acme.md",
            "---\nname: Ácmé & Söhne\nredirect_from: [acme-old, acme-older]\n---\n\n## Größe\n",
        )
        .write("content/team/ann.md", "---\nname: Ann “A.” Able\n---\n")
        .write(
            "content/handoffs/2026/q4/acme.md",
            "---\naccount: acme\nstage: draft\ndeal: {type: new_business}\nteam: {ae: ann}\nredirect_from: [first]\n---\n\
             ## Überblick & Ziele\n\nSee [[acme]], [[Ácmé & Söhne#Größe]] and [the plan](../../../docs/Der%20Plan.md#schritt-1).\n",
        )
        .write("content/docs/Der Plan.md", "---\ntitle: Der Plan\n---\n\n## Schritt 1\n\n![Bild](<Bild 1 (neu).svg>)\n")
        .write("content/docs/Bild 1 (neu).svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>")
        .write("content/docs/50% & mehr.csv", "a,b\n")
        .write(
            "content/docs/tief/tiefer/am tiefsten/Straße.md",
            "---\ntitle: Straße\n---\n\n## Größe\n\n## Größe\n\n[hinauf](../../../Der%20Plan.md), \
             [Daten](<../../../50% & mehr.csv>), [日本](../../../../%C3%9Cn%C3%AFcode%20日本.md), [zweite](#gro-e-1), [[Straße#Größe]]\n",
        )
        .write("content/Ünïcode 日本.md", "---\ntitle: 日本語\n---\n\n[道](<docs/tief/tiefer/am tiefsten/Straße.md>)\n");
    folder
}

#[test]
fn difficult_names_lead_somewhere_too() {
    let built = build(difficult().path(), "difficult", &[]);
    let found = check(&files(&built), "/a/b/");
    assert!(found.broken.is_empty(), "{}", found.broken.join("\n"));
    assert!(found.inside > 60 && found.anchors > 5, "{found:?}");
}

#[test]
fn broken_links_are_found() {
    let page = |body: &str| format!("<!doctype html><body id=\"here\">{body}").into_bytes();
    let site = BTreeMap::from([
        ("404.html".to_owned(), page("<a href=\"/kb/a/index.html\"></a> <a href=\"a/index.html\"></a>")),
        (
            "a/index.html".to_owned(),
            page(
                "<a href=\"#here\"></a> <a href=\"../b.html#here\"></a> <a href='../%62.html'></a> <a href=#gone></a>
                 <a href=\"../../b.html\"></a> <a href=\"/b.html\"></a> <a href=\"//host/b\"></a> <a href=\"../b\"></a>
                 <a href=\"javascript:alert(1)\"></a> <a href=\"JAVASCRIPT:alert(1)\"></a> <a href=\"\"></a>
                 <img src=\"no.png\" srcset=\"../b.html 1x, no2.png 2x\"> <a href=\"https://example.com\"></a>
                 <meta http-equiv=\"refresh\" content=\"0; url=gone.html\">",
            ),
        ),
        ("b.html".to_owned(), page("")),
        ("b.css".to_owned(), b"a { background: url(data:image/svg+xml,x) } b { background: url(\"no.svg\") }".to_vec()),
    ]);
    let found = check(&site, "/kb/");
    let named: Vec<_> = found.broken.iter().filter_map(|fault| fault.split('`').nth(1)).collect();
    assert_eq!(
        named,
        [
            "a/index.html",
            "#gone",
            "../../b.html",
            "/b.html",
            "//host/b",
            "../b",
            "javascript:alert(1)",
            "JAVASCRIPT:alert(1)",
            "",
            "no.png",
            "no2.png",
            "gone.html",
            "no.svg",
        ]
    );
}
