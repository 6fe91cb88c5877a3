//! What the form writes in a preview, and what it never touches.

use crate::kit::{self, Folder};
use crate::serve::{Served, client, options};
use serde_json::{Value, json};
use std::fs;

const TEAM: &str = "---\nname: Mara Lind\n---\n";
const HANDOFF: &str = "---\naccount: birch # a bakery\nstage: draft\ndeal:\n  type: renewal\n  # never said\n  acv: 10\nteam:\n  ae: mara\n---\nThey **bake**.\n";

fn served() -> Served {
    let folder = crate::serve::project();
    folder.write("content/team/mara.md", TEAM).write("content/handoffs/birch.md", HANDOFF);
    Served::with(folder, options())
}

/// Asks the form's part of a preview, with the token.
fn post(served: &Served, what: &str, payload: &Value) -> (u16, Value) {
    let answer = client::post(
        served.address(),
        &format!("/_segue/form/{what}"),
        &[("X-Segue-Token", served.preview.token())],
        payload,
    );
    (answer.status, serde_json::from_slice(&answer.body).unwrap_or(Value::Null))
}

fn start(served: &Served, id: &str) -> Value {
    let answer = served.get(&format!("/_segue/form/start?kind=handoff&id={id}"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    serde_json::from_slice(&answer.body).expect("JSON")
}

fn new_handoff() -> Value {
    json!({ "account": "birch", "stage": "draft", "deal": { "type": "upsell" }, "team": { "ae": "mara" } })
}

#[test]
fn a_new_file_is_made_once() {
    let served = served();
    let payload = json!({ "kind": "handoff", "answers": new_handoff(), "body": "They *like* it." });
    let (status, said) = post(&served, "save", &payload);
    assert_eq!((status, &said["path"]), (200, &json!("content/handoffs/birch-2026-upsell.md")), "{said}");
    let path = served.folder.join("content/handoffs/birch-2026-upsell.md");
    let text = fs::read_to_string(&path).expect("the file is there");
    insta::assert_snapshot!(text);
    // The page is there when the answer is.
    assert_eq!(served.get(said["href"].as_str().expect("an address")).status, 200);
    // The next one of the same deal gets a name of its own; one that is asked for by name is refused.
    let (status, said) = post(&served, "save", &payload);
    assert_eq!((status, &said["path"]), (200, &json!("content/handoffs/birch-2026-upsell-2.md")), "{said}");
    let mut named = payload.clone();
    named["name"] = json!("birch-2026-upsell");
    let (status, said) = post(&served, "save", &named);
    assert_eq!(status, 422, "{said}");
    assert!(said["name"].as_str().is_some_and(|fault| fault.contains("already")), "{said}");
    assert_eq!(fs::read_to_string(&path).expect("it is there"), text);
}

#[test]
fn an_edit_keeps_comments_order_and_the_body() {
    let served = served();
    let began = start(&served, "birch");
    assert_eq!(began["answers"]["deal"], json!({ "type": "renewal", "acv": "10" }));
    let mut answers = began["answers"].clone();
    answers["deal"]["acv"] = json!("12");
    answers["deal"]["currency"] = json!("EUR");
    let payload =
        json!({ "kind": "handoff", "id": "birch", "base": began["base"], "answers": answers, "body": began["body"] });
    let (status, said) = post(&served, "save", &payload);
    assert_eq!(status, 200, "{said}");
    let text = fs::read_to_string(served.folder.join("content/handoffs/birch.md")).expect("it is there");
    let expected = HANDOFF.replace("  # never said\n  acv: 10\n", "  currency: EUR\n  # never said\n  acv: 12\n");
    assert_eq!(text, expected);
}

#[test]
fn a_file_that_changed_meanwhile_is_never_overwritten() {
    let served = served();
    let began = start(&served, "birch");
    let mut answers = began["answers"].clone();
    answers["deal"]["acv"] = json!("12");
    let theirs = HANDOFF.replace("renewal", "upsell");
    served.folder.write("content/handoffs/birch.md", &theirs);
    let mut payload =
        json!({ "kind": "handoff", "id": "birch", "base": began["base"], "answers": answers, "body": began["body"] });
    let (status, said) = post(&served, "save", &payload);
    assert_eq!(status, 409, "{said}");
    let diff: Vec<String> = said["diff"]
        .as_array()
        .expect("lines")
        .iter()
        .map(|line| format!("{}{}", line[0].as_str().unwrap_or(""), line[1].as_str().unwrap_or("")))
        .collect();
    assert!(diff.contains(&"-  type: upsell\n".to_owned()) && diff.contains(&"+  acv: 12\n".to_owned()), "{diff:?}");
    assert_eq!(said["start"]["answers"]["deal"]["type"], "upsell");
    let path = served.folder.join("content/handoffs/birch.md");
    assert_eq!(fs::read_to_string(&path).expect("it is there"), theirs);
    // With what is there now it goes on from that.
    payload["base"] = said["start"]["base"].clone();
    payload["answers"]["deal"]["type"] = json!("upsell");
    assert_eq!(post(&served, "save", &payload).0, 200);
    assert_eq!(fs::read_to_string(&path).expect("it is there"), theirs.replace("acv: 10", "acv: 12"));
    // A file that is gone stays gone.
    fs::remove_file(&path).expect("it can be removed");
    let (status, said) = post(&served, "save", &payload);
    assert!(status == 409 || status == 404, "{status} {said}");
    assert!(!path.exists());
}

#[test]
fn a_draft_is_judged_as_check_judges_it() {
    let served = served();
    let mut answers = new_handoff();
    answers["account"] = json!("brich");
    answers["stage"] = json!("verbal");
    answers["deal"]["acv"] = json!("12k");
    answers["stakeholders"] =
        json!([{ "name": "Dana Whitfield", "roles": ["champion"] }, { "name": "Joe", "reports_to": "dana-whitfield" }]);
    let payload = json!({ "kind": "handoff", "answers": answers, "name": "draft" });
    let (status, said) = post(&served, "check", &payload);
    assert_eq!(status, 200, "{said}");
    assert!(!served.folder.join("content/handoffs/draft.md").exists());
    let words = |said: &Value| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
        said.as_array().expect("a list").iter().map(|one| (text(&one["field"]), text(&one["message"]))).collect()
    };
    let told = words(&said["judged"]["problems"]);
    assert!(told.iter().any(|(field, message)| field == "account" && message.contains("brich")), "{told:?}");
    // The same file on disk, as the command line tells of it.
    let (status, saved) = post(&served, "save", &payload);
    assert_eq!(status, 200, "{saved}");
    let run = kit::segue(
        served.folder.path(),
        &["check", "--today", "2026-11-23", "--format", "json", "content/handoffs/draft.md"],
    );
    let checked: Value = serde_json::from_str(&run.out).expect("JSON");
    let mut checked = words(checked.get("diagnostics").unwrap_or(&checked));
    let mut told = told;
    checked.sort();
    told.sort();
    assert_eq!(told, checked);
}

#[test]
fn nothing_is_written_without_the_token_or_from_elsewhere() {
    let served = served();
    let before = kit::files(served.folder.path());
    let payload = json!({ "kind": "handoff", "answers": new_handoff() });
    let token = served.preview.token();
    for headers in [
        &[][..],
        &[("X-Segue-Token", "")],
        &[("X-Segue-Token", "0123456789abcdef0123456789abcdef")],
        &[("X-Segue-Token", token), ("Origin", "https://evil.example")],
        &[("X-Segue-Token", token), ("Host", "evil.example")],
        &[("X-Segue-Token", token), ("Sec-Fetch-Site", "cross-site")],
    ] {
        let answer = client::post(served.address(), "/_segue/form/save", headers, &payload);
        assert_eq!(answer.status, 403, "{headers:?}");
        assert!(answer.header("access-control-allow-origin").is_none());
    }
    assert!(before == kit::files(served.folder.path()));
}

#[test]
fn no_name_leads_out_of_the_content() {
    let served = served();
    let before = kit::files(served.folder.path());
    for name in [
        "../x",
        "..",
        ".",
        "a/b",
        "a\\b",
        "/etc/x",
        "C:\\x",
        "a\u{0}b",
        ".hidden",
        "x.md/",
        "con",
        "a:b",
        "Ä",
        "%2e%2e%2fx",
        "..%5cx",
        "x ",
        "-/../../x",
    ] {
        let payload = json!({ "kind": "handoff", "name": name, "answers": new_handoff() });
        let (status, said) = post(&served, "save", &payload);
        // Blanks around a name say nothing.
        if name == "x " {
            assert_eq!(status, 200, "{said}");
            fs::remove_file(served.folder.join("content/handoffs/x.md")).expect("it was made");
            continue;
        }
        assert_eq!(status, 422, "{name:?}: {said}");
        assert!(said["name"].is_string(), "{name:?}: {said}");
        for field in ["id", "kind"] {
            let mut payload = json!({ "kind": "handoff", "answers": new_handoff() });
            payload[field] = json!(name);
            let (status, said) = post(&served, "save", &payload);
            assert!(status == 404 || status == 422, "{field} {name:?}: {status} {said}");
        }
    }
    for path in [
        "/edit/../segue.toml/",
        "/edit/%2e%2e/segue/",
        "/edit/..%2f..%2fsegue.toml/",
        "/edit/..%5c..%5csegue/",
        "/edit/birch%00/",
        "/edit//birch/",
        "/edit/accounts/../handoffs/birch/",
        "/edit/",
        "/_segue/form/start?kind=handoff&id=../team/mara",
        "/_segue/form/start?kind=handoff&id=%2e%2e%2fteam%2fmara",
        "/_segue/form/start?kind=page&id=guide",
        "/_segue/form/../form/start",
    ] {
        let answer = served.get(path);
        assert!((400..500).contains(&answer.status), "{path}: {}", answer.status);
    }
    assert!(before == kit::files(served.folder.path()));
    assert_eq!(served.get("/edit/birch/").status, 200);
    assert_eq!(served.get("/edit/accounts/birch/").status, 200);
}

#[cfg(unix)]
#[test]
fn no_link_leads_out_of_the_content() {
    use std::os::unix::fs::symlink;
    let outside = Folder::new();
    outside.write("there.md", HANDOFF);
    let served = served();
    let began = start(&served, "birch");
    let path = served.folder.join("content/handoffs/birch.md");
    fs::remove_file(&path).expect("it can be removed");
    symlink(outside.join("there.md"), &path).expect("a link can be made");
    let mut answers = began["answers"].clone();
    answers["deal"]["acv"] = json!("12");
    let payload = json!({ "kind": "handoff", "id": "birch", "base": began["base"], "answers": answers, "body": "" });
    let (status, said) = post(&served, "save", &payload);
    assert!(status == 409 || status == 404, "{status} {said}");
    // A folder that is a link takes no new file.
    fs::remove_dir_all(served.folder.join("content/handoffs")).expect("it can be removed");
    symlink(outside.path(), served.folder.join("content/handoffs")).expect("a link can be made");
    let (status, said) = post(&served, "save", &json!({ "kind": "handoff", "name": "new", "answers": new_handoff() }));
    assert_eq!(status, 500, "{said}");
    assert_eq!(kit::files(outside.path()).keys().collect::<Vec<_>>(), ["there.md"]);
    assert_eq!(fs::read_to_string(outside.join("there.md")).expect("it is there"), HANDOFF);
}

#[test]
fn a_preview_for_other_machines_saves_nothing() {
    let folder = crate::serve::project();
    folder.write("content/team/mara.md", TEAM);
    let served = Served::with(folder, segue::serve::Options { host: [0, 0, 0, 0].into(), ..options() });
    let before = kit::files(served.folder.path());
    let payload = json!({ "kind": "handoff", "answers": new_handoff() });
    assert_eq!(post(&served, "save", &payload).0, 403);
    assert_eq!(post(&served, "check", &payload).0, 200);
    assert!(!served.get("/new/").text().contains("data-saves"));
    assert!(before == kit::files(served.folder.path()));
}

#[test]
fn a_site_below_a_path_has_its_form_there() {
    let folder = crate::serve::project();
    folder
        .write("segue.toml", "[site]\ntitle = \"T\"\nbase_url = \"https://x.example/docs/cs\"\n")
        .write("content/team/mara.md", TEAM)
        .write("content/handoffs/birch.md", HANDOFF);
    let served = Served::with(folder, options());
    for path in ["/docs/cs/new/", "/docs/cs/edit/birch/"] {
        let answer = served.get(path);
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.text().contains("src=\"/docs/cs/_segue/form.js\" data-saves"), "{path}");
    }
    let path = "/docs/cs/_segue/form/save";
    let payload = json!({ "kind": "handoff", "answers": new_handoff() });
    let answer = client::post(served.address(), path, &[("X-Segue-Token", served.preview.token())], &payload);
    let said: Value = serde_json::from_slice(&answer.body).expect("JSON");
    assert_eq!(said["href"], "/docs/cs/handoffs/birch-2026-upsell/", "{said}");
}

#[test]
fn pages_of_files_lead_to_their_form() {
    let served = served();
    for (page, form) in [
        ("/handoffs/birch/", json!("/edit/birch/")),
        ("/accounts/birch/", json!("/edit/accounts/birch/")),
        ("/team/mara/", json!("/edit/team/mara/")),
        ("/guide/", Value::Null),
        ("/", Value::Null),
    ] {
        let status: Value =
            serde_json::from_slice(&served.get(&format!("/_segue/status?page={page}")).body).expect("JSON");
        assert_eq!(status["page"].get("form").unwrap_or(&Value::Null), &form, "{page}");
        if let Some(form) = form.as_str() {
            assert_eq!(served.get(form).status, 200, "{form}");
        }
    }
}

#[test]
fn the_company_has_no_form() {
    let options = segue::serve::Options {
        question: segue::pipeline::Question { audience: Some(segue::project::Audience::Company), ..options().question },
        ..options()
    };
    let folder = crate::serve::project();
    folder.write("content/team/mara.md", TEAM).write("content/handoffs/birch.md", HANDOFF);
    let served = Served::with(folder, options);
    for path in ["/new/", "/edit/birch/", "/_segue/form/start?kind=handoff&id=birch"] {
        assert_eq!(served.get(path).status, 404, "{path}");
    }
    assert_eq!(post(&served, "save", &json!({ "kind": "handoff", "answers": new_handoff() })).0, 404);
}
