//! What the site has of the form, and for whom.

use crate::kit::{build, files};
use crate::serve::project;

const CONFIG: &str = r#"[site]
title = "Test"
repository = "https://gitlab.com/acme/kb"

[[fields]]
kind = "handoff"
path = "technical.data_residency"
type = "enum"
values = ["eu", "moon"]
due = "verbal"
help = "Where must the data stay?"

[due]
"deal.notice_days" = "closed_won"

[values]
"risks[].category" = ["procurement"]

[placeholders]
words = ["see crm"]
"#;

/// The description of the fields, as the page gets it.
fn description(script: &[u8]) -> serde_json::Value {
    let text = std::str::from_utf8(script).expect("a script is text");
    let json = text.strip_prefix("segueForm.take(\"fields\",").and_then(|rest| rest.strip_suffix(");\n"));
    serde_json::from_str(json.expect("one call")).expect("JSON is a script, too")
}

fn field<'a>(fields: &'a serde_json::Value, name: &str) -> &'a serde_json::Value {
    fields.as_array().and_then(|fields| fields.iter().find(|field| field["name"] == name)).expect(name)
}

#[test]
fn what_a_project_adds_is_asked_for() {
    let folder = project();
    folder.write("segue.toml", CONFIG);
    let site = files(&build(folder.path(), "form-fields", &[]));
    let description = description(&site["new/fields.js"]);
    let handoff = &description["kinds"]["handoff"]["fields"];
    let residency = field(&field(handoff, "technical")["type"]["fields"], "data_residency");
    assert_eq!(residency["due"], "verbal");
    assert_eq!(residency["type"]["values"], serde_json::json!(["eu", "moon"]));
    assert_eq!(field(&field(handoff, "deal")["type"]["fields"], "notice_days")["due"], "closed_won");
    let category = field(&field(handoff, "risks")["type"]["item"]["fields"], "category");
    assert!(
        category["type"]["values"].as_array().is_some_and(|values| values.iter().any(|value| value == "procurement"))
    );
    assert!(description["placeholders"].as_array().is_some_and(|words| words.iter().any(|word| word == "see crm")));
    assert!(String::from_utf8_lossy(&site["new/handoff.md"]).contains("#   data_residency:"));
}

#[test]
fn pages_lead_to_where_they_are_edited_for_those_who_may_read_all_of_them() {
    let folder = project();
    folder.write("segue.toml", CONFIG);
    let team = files(&build(folder.path(), "form-team", &[]));
    let company = files(&build(folder.path(), "form-company", &["--audience", "company"]));
    let page = |site: &std::collections::BTreeMap<String, Vec<u8>>, path: &str| {
        String::from_utf8(site[path].clone()).expect("a page is text")
    };
    let link = "href=\"https:&#x2F;&#x2F;gitlab.com&#x2F;acme&#x2F;kb&#x2F;-&#x2F;edit&#x2F;main&#x2F;content&#x2F;accounts&#x2F;birch.md\"";
    let plain = link.replace("&#x2F;", "/");
    let account = page(&team, "accounts/birch/index.html");
    assert!(account.contains(link) || account.contains(&plain), "{account}");
    assert!(account.contains("Edit on GitLab") && account.contains("new/index.html"));
    assert!(!page(&company, "accounts/birch/index.html").contains("gitlab"));
    let left: Vec<_> = company.keys().filter(|path| path.starts_with("new/")).collect();
    assert!(left.is_empty(), "{left:?}");
    assert!(!page(&company, "index.html").contains("New handoff"));
}
