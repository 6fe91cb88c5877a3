//! `segue init`.

use crate::kit::{Folder, files};
use assert_cmd::Command;
use assert_cmd::assert::Assert;
use jiff::ToSpan;
use jiff::civil::date;

fn segue(folder: &Folder, arguments: &[&str]) -> Assert {
    let mut command = Command::cargo_bin("segue").expect("the binary");
    command.current_dir(folder.path()).env_remove("SOURCE_DATE_EPOCH").args(arguments).assert()
}

#[test]
fn a_new_knowledge_base_is_clean_on_any_day() {
    // Two weeks around the ends of a leap February and of a year hold every weekday.
    for start in [date(2024, 2, 22), date(2026, 12, 27)] {
        for days in 0..14 {
            let folder = Folder::new();
            let today = start.saturating_add(days.days()).to_string();
            segue(&folder, &["init", "--today", &today]).success();
            let checked = segue(&folder, &["check", "--deny-warnings", "--format", "short", "--today", &today]);
            let output = String::from_utf8_lossy(&checked.get_output().stdout).into_owned();
            assert_eq!(output, "", "on {today}");
            checked.success();
        }
    }
}

#[test]
fn a_new_knowledge_base_can_be_built() {
    let folder = Folder::new();
    segue(&folder, &["init"]).success();
    segue(&folder, &["build"]).success();
    let page = std::fs::read_to_string(folder.join("public/handoffs/larkspur-bakeries-new-business/index.html"));
    assert!(page.expect("the example's page").contains("Priya Nair"));
}

#[test]
fn every_kind_has_its_example_and_nothing_is_overwritten() {
    let folder = Folder::new();
    segue(&folder, &["init", "new/base"]).success();
    let made = files(&folder.join("new/base"));
    for folder in ["handoffs", "accounts", "stakeholders", "team", "receipts", "playbook"] {
        assert!(made.keys().any(|path| path.starts_with(&format!("content/{folder}"))), "{folder}");
    }
    segue(&folder, &["init", "new/base"]).code(2);
    assert_eq!(files(&folder.join("new/base")), made);
}

#[test]
fn what_is_in_the_way_is_listed_and_left_alone() {
    let folder = Folder::new();
    folder.write("README.md", "mine").write("content/team", "a file, not a folder").write("notes.txt", "mine too");
    let before = files(folder.path());
    let refused = segue(&folder, &["init"]).code(2);
    let said = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
    assert!(said.contains("README.md") && said.contains("content/team/alex-moreau.md"), "{said}");
    assert!(!said.contains("segue.toml\n") && !said.contains("notes.txt"), "{said}");
    assert_eq!(files(folder.path()), before);
}
