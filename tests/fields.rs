//! `segue fields`.

use assert_cmd::Command;
use segue::fields::{Kind, Schema};
use std::path::Path;

fn fields(arguments: &[&str]) -> String {
    let output =
        Command::cargo_bin("segue").expect("the binary").arg("fields").args(arguments).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn the_field_reference_in_docs_is_what_the_table_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/fields.md");
    let written = std::fs::read_to_string(&path).expect("docs/fields.md");
    assert!(
        written == fields(&["--built-in", "--format", "markdown"]),
        "docs/fields.md is out of date: segue fields --built-in --format markdown > docs/fields.md"
    );
}

#[test]
fn each_kind_is_printed_alone_or_with_the_others() {
    let all = fields(&["--built-in"]);
    for kind in Kind::ALL {
        let one = fields(&["--built-in", "--kind", kind.name()]);
        for (path, field) in Schema::default().walk(kind) {
            assert!(
                one.contains(&format!("  {path} ")) && all.contains(&field.help[..20.min(field.help.len())]),
                "{path}"
            );
        }
    }
    assert!(!fields(&["--kind", "page"]).contains("deal.acv"));
}

#[test]
fn a_project_adds_its_own_fields_and_values() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(
        folder.path().join("segue.toml"),
        "[site]\ntitle = \"T\"\n[[fields]]\nkind = \"handoff\"\npath = \"technical.residency\"\ntype = \"enum\"\n\
         values = [\"eu\", \"us\"]\ndue = \"verbal\"\nhelp = \"Where?\"\n[values]\n\"risks[].category\" = [\"seasonality\"]\n",
    )
    .expect("segue.toml");
    let root = folder.path().to_str().expect("UTF-8");
    for format in ["text", "markdown", "json-schema"] {
        let own = fields(&["--root", root, "--format", format]);
        assert!(own.contains("residency") && own.contains("seasonality"), "{format}");
        assert!(!fields(&["--root", root, "--built-in", "--format", format]).contains("seasonality"), "{format}");
    }
    let schema: serde_json::Value =
        serde_json::from_str(&fields(&["--root", root, "--kind", "handoff", "--format", "json-schema"])).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a sound schema");
    let mut handoff: serde_json::Value = serde_saphyr::from_str(include_str!("fixtures/complete.yaml")).expect("YAML");
    assert!(!schema.is_valid(&handoff), "the project's own field is due");
    handoff["technical"]["residency"] = "eu".into();
    assert!(schema.is_valid(&handoff));
}
