//! `segue fields --format json-schema`, held against an independent validator.

use jsonschema::Validator;
use segue::diagnostic::Severity;
use segue::fields::{Due, Kind, Schema, Stage, json_schema};
use segue::pipeline::{self, Question};
use segue::project::{ContentFile, Project};
use segue::record::{self, Record};
use segue::source::Source;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

const COMPLETE: &str = include_str!("fixtures/complete.yaml");

fn validator(kind: Option<Kind>) -> Validator {
    let schema = json_schema(&Schema::default(), &["see crm".to_owned()], kind);
    jsonschema::options().should_validate_formats(true).build(&schema).expect("the schema itself is sound")
}

fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).expect("the fixture is YAML")
}

/// The complete handoff with one place changed: `None` takes it away.
fn changed(pointer: &str, value: Option<Value>) -> Value {
    let mut handoff = yaml(COMPLETE);
    let (parent, name) = pointer.rsplit_once('/').expect("a JSON pointer");
    match handoff.pointer_mut(parent).expect(pointer) {
        Value::Object(object) => {
            object.remove(name);
            object.extend(value.map(|value| (name.to_owned(), value)));
        }
        Value::Array(items) => {
            let at: usize = name.parse().expect("a place in a list");
            items.splice(at..(at + 1).min(items.len()), value);
        }
        other => panic!("{pointer}: nothing can be changed in {other}"),
    }
    handoff
}

#[test]
fn a_complete_handoff_passes_at_every_stage() {
    let (one, all) = (validator(Some(Kind::Handoff)), validator(None));
    for stage in ["draft", "verbal", "closed_won", "handed_off"] {
        let handoff = changed("/stage", Some(json!(stage)));
        let errors: Vec<String> =
            one.iter_errors(&handoff).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{stage}: {errors:#?}");
        assert!(all.is_valid(&handoff), "{stage}");
    }
}

#[test]
fn what_check_lets_pass_the_schema_lets_pass() {
    let schema = validator(Some(Kind::Handoff));
    let open = || json!({ "unknown": { "ask": "jonas-weber", "by": "2026-03-01" } });
    for (pointer, value) in [
        ("/stakeholders", Some(open())),
        ("/stakeholders/0/title", Some(open())),
        ("/promises", Some(json!("none"))),
        ("/risks", Some(json!("None"))),
        ("/next_steps", Some(open())),
        ("/why/critical_event", Some(open())),
        ("/no_known_blocker", Some(open())),
        ("/stakeholders/0/roles", Some(open())),
        ("/next_steps/0/kind", Some(open())),
        ("/intro_call/held_on", Some(open())),
        ("/deal/tcv", Some(json!(null))),
        ("/deal/payment_terms", Some(json!("tbd"))),
        ("/technical", Some(json!({}))),
        ("/technical", None),
        ("/links", Some(json!([]))),
        ("/why/pain", Some(json!(612))),
        ("/why/pain", Some(json!("There is none of that"))),
        ("/deal/crm_url", Some(json!("mailto:crm@acme.example"))),
    ] {
        let handoff = changed(pointer, value.clone());
        let errors: Vec<String> =
            schema.iter_errors(&handoff).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{pointer} = {value:?}: {errors:#?}");
    }
}

#[test]
fn each_fault_that_one_file_can_show_is_refused() {
    let schema = validator(Some(Kind::Handoff));
    let all = validator(None);
    for (pointer, value) in [
        // Keys.
        ("/accuont", Some(json!("acme-robotics"))),
        ("/deal/avc", Some(json!(1))),
        ("/stakeholders/0/role", Some(json!("champion"))),
        // Types and values.
        ("/stage", Some(json!("closed-won"))),
        ("/deal/type", Some(json!("new"))),
        ("/deal/acv", Some(json!(-1))),
        ("/deal/acv", Some(json!("48,000"))),
        ("/deal/acv", Some(json!("48000"))),
        ("/deal/term_months", Some(json!(0))),
        ("/deal/term_months", Some(json!(1.5))),
        ("/deal/currency", Some(json!("EUX"))),
        ("/deal/closed_on", Some(json!("27.02.2026"))),
        ("/deal/closed_on", Some(json!("2026-02-30"))),
        ("/deal/closed_on", Some(json!("2026-13-01"))),
        ("/deal/crm_url", Some(json!("javascript:alert(1)"))),
        ("/deal/crm_url", Some(json!("https://"))),
        ("/deal/auto_renew", Some(json!("yes"))),
        ("/deal/products", Some(json!("Dock"))),
        ("/deal/products", Some(json!({ "name": "Dock" }))),
        ("/deal", Some(json!([]))),
        ("/why/pain", Some(json!(["Lorries wait."]))),
        ("/why/pain", Some(json!({ "what": "Lorries wait." }))),
        ("/stakeholders/0/id", Some(json!("Dana Whitfield"))),
        ("/stakeholders/0/roles", Some(json!("champion"))),
        ("/stakeholders/0/roles/0", Some(json!("buyer"))),
        ("/risks/0/severity", Some(json!("huge"))),
        // Open questions.
        ("/account", Some(json!({ "unknown": { "ask": "jonas-weber", "by": "2026-03-01" } }))),
        ("/deal/tcv", Some(json!({ "unknown": { "ask": "jonas-weber" } }))),
        ("/deal/tcv", Some(json!({ "unknown": { "ask": "jonas-weber", "by": "soon" } }))),
        ("/deal/tcv", Some(json!({ "unknown": { "ask": "jonas-weber", "by": "2026-03-01", "why": "" } }))),
        // `none` where it is no answer.
        ("/stakeholders", Some(json!("none"))),
        ("/deal/products", Some(json!("none"))),
        // What is due.
        ("/account", None),
        ("/stage", None),
        ("/deal", None),
        ("/deal/type", None),
        ("/deal/acv", None),
        ("/deal/acv", Some(json!(null))),
        ("/deal/products", Some(json!([]))),
        ("/deal/products/0/name", None),
        ("/deal/special_terms", None),
        ("/team/csm", None),
        ("/why", None),
        ("/why", Some(json!({}))),
        ("/why/pain", Some(json!("  "))),
        ("/why/pain", Some(json!("TBD"))),
        ("/why/pain", Some(json!("n/A"))),
        ("/why/pain", Some(json!("..."))),
        ("/why/pain", Some(json!("See CRM"))),
        ("/why/pain", Some(json!("Lorem ipsum dolor sit amet"))),
        ("/why/critical_event/date", None),
        ("/usage/use_cases/0/teams", Some(json!(["tbd"]))),
        ("/stakeholders/0/cadence", None),
        ("/stakeholders/1/motivation", None),
        ("/stakeholders/1/attitude", Some(json!("?"))),
        ("/promises", None),
        ("/promises/0/owner", None),
        ("/promises/0/due", None),
        ("/success/metrics/0/by", None),
        ("/risks/0/likelihood", None),
        ("/technical/integrations", None),
        ("/intro_call/held_on", None),
        ("/kickoff/scheduled_for", None),
        ("/next_steps/0/status", None),
        // Rules over several fields.
        ("/no_known_blocker", None),
        ("/no_known_blocker", Some(json!(false))),
        ("/stakeholders/0/roles", Some(json!(["decision_maker"]))),
        ("/stakeholders/1/roles", Some(json!(["champion"]))),
        ("/stakeholders/1/roles", Some(json!(["end_user"]))),
        ("/stakeholders/0/roles", Some(json!(["economic_buyer", "blocker"]))),
        ("/next_steps/3", None),
    ] {
        let handoff = changed(pointer, value.clone());
        assert!(!schema.is_valid(&handoff), "{pointer} = {value:?} passes");
        assert!(!all.is_valid(&handoff), "{pointer} = {value:?} passes for some kind");
    }
}

#[test]
fn what_is_due_later_is_not_asked_for_earlier() {
    let schema = validator(Some(Kind::Handoff));
    let draft = yaml("{account: acme, stage: draft, deal: {type: renewal}, team: {ae: mara}}");
    assert!(schema.is_valid(&draft));
    for (pointer, stage, valid) in [
        ("/promises", "verbal", true),
        ("/promises", "closed_won", false),
        ("/kickoff", "closed_won", true),
        ("/kickoff", "handed_off", false),
        ("/why", "draft", true),
        ("/why", "verbal", false),
        ("/no_known_blocker", "verbal", true),
        ("/next_steps/3", "closed_won", true),
    ] {
        let mut handoff = changed(pointer, None);
        handoff["stage"] = json!(stage);
        assert_eq!(schema.is_valid(&handoff), valid, "without {pointer} at {stage}");
    }
}

#[test]
fn the_other_kinds_are_held_to_their_tables() {
    for (kind, text, valid) in [
        (Kind::Account, "{name: Acme, employees: 12, crm: {system: Hub, account_id: 0012}}", true),
        (Kind::Account, "{name: Acme, employees: many}", false),
        (Kind::Account, "{name: tbd}", false),
        (Kind::Account, "{name: Acme, crm: {system: Hub}}", false),
        (Kind::Account, "{}", false),
        (Kind::Stakeholder, "{name: Dana Whitfield, moved_from: [acme]}", true),
        (Kind::Stakeholder, "{name: Dana Whitfield, time_zone: 'Berlin time'}", false),
        (Kind::Teammate, "{name: Mara, role: ae}", true),
        (Kind::Teammate, "{name: Mara, role: seller}", false),
        (Kind::Page, "{title: Playbook, order: 3, tags: [a]}", true),
        (Kind::Page, "{order: 3}", false),
        (Kind::Receipt, "{handoff: a, reviewed_by: b, reviewed_on: 2026-03-01, decision: accepted}", true),
        (Kind::Receipt, "{handoff: a, reviewed_by: b, reviewed_on: 2026-03-01, decision: returned}", false),
        (
            Kind::Receipt,
            "{handoff: a, reviewed_by: b, reviewed_on: 2026-03-01, decision: returned, reasons: [bad_fit]}",
            true,
        ),
        (
            Kind::Receipt,
            "{handoff: a, reviewed_by: b, reviewed_on: 2026-03-01, decision: accepted, ratings: {context: 6}}",
            false,
        ),
    ] {
        assert_eq!(validator(Some(kind)).is_valid(&yaml(text)), valid, "{kind}: {text}");
    }
}

/// Whether a file is without errors as far as it can be judged by itself.
fn passes_check(project: &Project, file: &ContentFile, source: &Source) -> bool {
    let mut diagnostics = Vec::new();
    let document = segue::document::parse(file.file, source, &mut diagnostics);
    let Some(front) = &document.front else { return false };
    let (schema, words) = (&project.schema, &project.placeholders);
    let fields = record::decode(file.kind, front, file.file, source, schema, words, &mut diagnostics);
    let stage = fields.text("stage").and_then(Stage::named).unwrap_or(Stage::Draft);
    let opening = document.opening;
    let record =
        Record { file: file.file, kind: file.kind, id: file.id.clone(), fields, opening, whole: document.whole };
    record::due(&record, source, schema, stage, project.today, &mut diagnostics);
    diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error)
}

#[test]
fn every_file_of_the_example_that_passes_check_passes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (project, content, _) = Project::read(root, jiff::civil::date(2026, 11, 16)).expect("the example can be read");
    let mut seen = 0;
    for file in &content.files {
        let source = content.sources.get(file.file);
        if !passes_check(&project, file, source) {
            continue;
        }
        let schema = json_schema(&project.schema, &project.placeholders, Some(file.kind));
        let schema = jsonschema::options().should_validate_formats(true).build(&schema).expect("the schema is sound");
        let front = yaml(source.text().split("---\n").nth(1).expect("front matter"));
        let errors: Vec<String> =
            schema.iter_errors(&front).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", source.path());
        seen += 1;
    }
    assert!(seen >= 20, "only {seen} of {} files", content.files.len());
}

/// What a schema can say of one file.
const SAYABLE: [&str; 15] = [
    "unknown-key",
    "wrong-type",
    "invalid-value",
    "invalid-date",
    "invalid-number",
    "invalid-url",
    "invalid-currency",
    "invalid-time-zone",
    "invalid-slug",
    "invalid-open-question",
    "missing-field",
    "placeholder",
    "missing-role",
    "missing-next-step",
    "blocker-contradiction",
];

#[test]
fn of_the_literate_set_the_schema_refuses_what_check_refuses_and_nothing_else() {
    let mut wrong = String::new();
    let (mut refused, mut accepted) = (0, 0);
    let mut compiled: BTreeMap<String, Validator> = BTreeMap::new();
    for (name, folder) in crate::faults::folders() {
        let question = Question { today: crate::faults::today(), at_least: None, audience: None };
        let checked = pipeline::check(folder.path(), question, &|_, _| {}).expect("a project");
        let project = &checked.base.project;
        for record in checked.base.records.iter().filter(|record| record.whole) {
            let source = checked.base.sources.get(record.file);
            // What the reader of YAML objects to, another may read in its own way.
            let Some(front) = source.text().split("---").nth(1) else { continue };
            let Ok(front @ Value::Object(_)) = serde_saphyr::from_str::<Value>(front) else { continue };
            let own = || checked.diagnostics.iter().filter(|found| found.file == record.file);
            if own().any(|found| ["too-deep", "yaml-alias", "yaml-tag", "duplicate-key"].contains(&found.rule.code)) {
                continue;
            }
            let codes: Vec<&str> = own()
                .filter(|found| found.severity == Severity::Error && SAYABLE.contains(&found.rule.code))
                // What an account owes depends on its handoffs.
                .filter(|found| {
                    let path = found.field.as_deref().unwrap_or("");
                    let field = project.schema.field(record.kind, path);
                    record.kind != Kind::Account
                        || found.rule.code != "missing-field"
                        || field.is_none_or(|field| field.due == Due::WithParent || field.due == Due::At(Stage::Draft))
                })
                .map(|found| found.rule.code)
                .collect();
            // Most cases have the same fields, and compiling a schema takes longer than asking it.
            let schema = json_schema(&project.schema, &project.placeholders, Some(record.kind));
            let schema = compiled.entry(schema.to_string()).or_insert_with(|| {
                jsonschema::options().should_validate_formats(true).build(&schema).expect("a sound schema")
            });
            let errors: Vec<String> =
                schema.iter_errors(&front).map(|error| format!("{}: {error}", error.instance_path())).collect();
            if errors.is_empty() != codes.is_empty() {
                wrong += &format!("{name}: {}: check says {codes:?}, the schema {errors:?}\n", source.path());
            }
            if codes.is_empty() { accepted += 1 } else { refused += 1 }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(refused >= 25 && accepted >= 100, "{refused} refused, {accepted} accepted");
}
