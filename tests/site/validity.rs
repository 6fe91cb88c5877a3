//! Every page is sound HTML, and says what a screen reader needs to hear.

use super::elements::Page;
use crate::kit::{Folder, build, example_site, files, skip};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// What is wrong with a page.
fn faults(page: &Page) -> Vec<String> {
    let mut faults = page.faults.clone();
    let ids: Vec<&str> = page.attributes("id").collect();
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    if unique.len() < ids.len() {
        faults.push("has an id twice".to_owned());
    }
    let lang = page.named("html").next().and_then(|html| html.attribute("lang"));
    if lang.is_none_or(str::is_empty) {
        faults.push("names no language".to_owned());
    }
    let titles: Vec<&str> = page.named("title").map(|title| title.text.trim()).collect();
    if titles.len() != 1 || titles[0].is_empty() {
        faults.push(format!("has the titles {titles:?}"));
    }
    let mut before = 0;
    for element in &page.elements {
        let name = element.name.as_str();
        let mut fault = |what: &str| faults.push(format!("<{name}> “{}” {what}", element.text.trim()));
        if let Some(level @ 1..=6) = name.strip_prefix('h').and_then(|level| level.parse::<u32>().ok()) {
            if level > before + 1 {
                fault(&format!("follows a heading of level {before}"));
            }
            if element.text.trim().is_empty() {
                fault("is a heading without words");
            }
            before = level;
        }
        if name == "img" && element.attribute("alt").is_none() {
            fault("has no alt");
        }
        if name == "th" && element.attribute("scope").is_none() {
            fault("has no scope");
        }
        let spoken = || element.attribute("aria-label").is_some_and(|label| !label.trim().is_empty());
        if name == "a"
            && element.attribute("href").is_some()
            && element.text.trim().is_empty()
            && !spoken()
            && !holds_picture(page, element)
        {
            fault("is a link without words");
        }
        for name in ["aria-labelledby", "aria-describedby", "aria-controls", "for", "headers"] {
            for id in element.attribute(name).unwrap_or_default().split_whitespace() {
                if !unique.contains(id) {
                    fault(&format!("names `{id}` in {name}, and there is no such id"));
                }
            }
        }
        // Several of a kind are told apart by their names alone.
        let unnamed = !spoken() && element.attribute("aria-labelledby").is_none();
        if (name == "nav" || name == "section" || name == "aside") && unnamed {
            fault("has no name");
        }
        if element.attribute("tabindex").is_some_and(|at| at.parse::<i32>().is_ok_and(|at| at > 0)) {
            fault("jumps the queue of the keyboard");
        }
    }
    if page.named("h1").count() != 1 {
        faults.push(format!("has {} headings of level 1", page.named("h1").count()));
    }
    if page.named("main").count() != 1 {
        faults.push("has no main, or several".to_owned());
    }
    faults
}

/// Whether a picture with a text of its own stands in the page right after a link's tag.
fn holds_picture(page: &Page, link: &super::elements::Element) -> bool {
    let at = page.elements.iter().position(|element| std::ptr::eq(element, link)).unwrap_or_default();
    page.elements.get(at + 1).is_some_and(|inner| inner.attribute("alt").is_some_and(|alt| !alt.is_empty()))
}

#[track_caller]
fn assert_sound(site: &Path) {
    let files = files(site);
    let mut found = Vec::new();
    let pages = Page::all(&files);
    for (path, page) in &pages {
        // A page that leads on is one line of text.
        if page.attributes("http-equiv").any(|what| what == "refresh") {
            continue;
        }
        found.extend(faults(page).into_iter().map(|fault| format!("{path}: {fault}")));
    }
    assert!(!pages.is_empty() && found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
}

#[test]
fn pages_of_the_example_are_sound() {
    assert_sound(example_site());
}

/// A base with hardly anything in it, and one whose Markdown goes everywhere that HTML is particular.
fn corners() -> &'static [PathBuf; 2] {
    static SITES: OnceLock<[PathBuf; 2]> = OnceLock::new();
    SITES.get_or_init(build_corners)
}

fn build_corners() -> [PathBuf; 2] {
    let empty = Folder::new();
    empty
        .write("segue.toml", "[site]\ntitle = \"Nothing yet\"\n")
        .write("content/accounts/a.md", "---\nname: A\n---\n");
    let full = Folder::new();
    full.write("segue.toml", "[site]\ntitle = \"<Corners> & “quotes”\"\n")
        .write("content/accounts/acme.md", "---\nname: Acme\nredirect_from: [old]\n---\n\n# Acme\n\n#### Deep\n")
        .write("content/p.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>")
        .write("content/corners.md", include_str!("corners.md"));
    [build(empty.path(), "empty", &[]), build(full.path(), "corners", &[])]
}

#[test]
fn pages_of_corner_cases_are_sound() {
    for site in corners() {
        assert_sound(site);
    }
}

#[test]
fn faults_are_found() {
    let page = Page::read(
        "<!doctype html><html><title> </title><main><h1>A</h1><h3 id=x>B</h3><h1 id=x></h1><img src=a>
         <table><tr><th>C</table><a href=x></a><nav aria-labelledby=gone></nav><section></section><p class=a class=b>&nope",
    );
    let found = faults(&page).join("\n");
    for fault in [
        "an id twice",
        "names no language",
        "the titles",
        "follows a heading of level 1",
        "without words",
        "no alt",
        "no scope",
        "a link without words",
        "names `gone`",
        "has no name",
        "2 headings of level 1",
        "never closed",
        "</table> where",
        "an attribute twice",
    ] {
        assert!(found.contains(fault), "`{fault}` is not among\n{found}");
    }
}

/// Where the Nu HTML checker is: `VNU_JAR`, or where `.ci/run` puts it.
fn checker() -> Option<PathBuf> {
    let named = std::env::var_os("VNU_JAR").map(PathBuf::from);
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/node_modules/vnu-jar/build/dist/vnu.jar");
    let Some(jar) = named.or(Some(installed)).filter(|jar| jar.is_file()) else {
        return skip("no Nu HTML checker was found (VNU_JAR can name its vnu.jar)");
    };
    match Command::new("java").arg("-version").output() {
        Ok(output) if output.status.success() => Some(jar),
        _ => skip("no Java to run the Nu HTML checker with"),
    }
}

#[test]
fn pages_are_valid_html() {
    let Some(jar) = checker() else { return };
    let output = Command::new("java")
        .args(["-Xss8m", "-jar"])
        .arg(jar)
        .args(["--skip-non-html", "--format", "gnu", "--exit-zero-always"])
        .arg(example_site())
        .args(corners())
        .output()
        .expect("Java runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    // The checker does not know where a page stands, so 'self' is nothing to it; the browser's tests hold the policy.
    let is_policy = |line: &&str| line.contains("Resource violates Content Security Policy (meta tag)");
    let (policy, found): (Vec<&str>, Vec<&str>) = told.lines().partition(is_policy);
    // Each page has a style sheet, so this says that the pages were looked at.
    assert!(policy.len() > 80, "only {} pages were checked: {told}", policy.len());
    assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
}
