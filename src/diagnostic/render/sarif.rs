//! SARIF 2.1.0, the format that code scanning reads.

use super::{Paths, expectation, proposal};
use crate::diagnostic::{self, Diagnostic, Rule, Severity};
use crate::source::{Source, Sources, Span};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What may stand in a relative address as it is.
const PATH: AsciiSet = NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b'~');

/// A whole log with one run. Rules carry their explanation, results their place, related places and fix.
pub fn sarif(diagnostics: &[Diagnostic], sources: &Sources, paths: &Paths) -> String {
    let mut used: BTreeMap<&str, usize> = BTreeMap::new();
    let rules: Vec<&Rule> = diagnostic::ALL
        .iter()
        .copied()
        .filter(|rule| diagnostics.iter().any(|diagnostic| std::ptr::eq(diagnostic.rule, *rule)))
        .collect();
    used.extend(rules.iter().enumerate().map(|(at, rule)| (rule.code, at)));
    let results: Vec<Value> =
        diagnostics.iter().map(|diagnostic| result(diagnostic, used[diagnostic.rule.code], sources, paths)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "segue",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": rules.into_iter().map(descriptor).collect::<Vec<_>>(),
                },
            },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn descriptor(rule: &Rule) -> Value {
    json!({
        "id": rule.code,
        "shortDescription": { "text": format!("{}.", rule.summary) },
        "help": { "text": rule.explanation, "markdown": rule.explanation },
        "defaultConfiguration": { "level": level(rule.severity) },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn result(diagnostic: &Diagnostic, rule: usize, sources: &Sources, paths: &Paths) -> Value {
    let source = sources.get(diagnostic.file);
    let mut text = format!("{}.", diagnostic.message);
    for more in [expectation(diagnostic), diagnostic.help.clone()].into_iter().flatten() {
        text += &format!("\n{more}");
    }
    let mut result = json!({
        "ruleId": diagnostic.rule.code,
        "ruleIndex": rule,
        "level": level(diagnostic.severity),
        "message": { "text": text },
        "locations": [location(source, diagnostic.span, paths, diagnostic.field.as_deref())],
    });
    if !diagnostic.related.is_empty() {
        let related = diagnostic.related.iter().map(|other| {
            let mut place = location(sources.get(other.file), other.span, paths, None);
            place["message"] = json!({ "text": other.message });
            place
        });
        result["relatedLocations"] = related.collect();
    }
    if let Some(suggestion) = &diagnostic.suggestion {
        result["fixes"] = json!([{
            "description": { "text": proposal(suggestion, source.slice(suggestion.span)) },
            "artifactChanges": [{
                "artifactLocation": { "uri": uri(source, paths) },
                "replacements": [{
                    "deletedRegion": region(source, suggestion.span),
                    "insertedContent": { "text": suggestion.replacement },
                }],
            }],
        }]);
    }
    result
}

fn location(source: &Source, span: Span, paths: &Paths, field: Option<&str>) -> Value {
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(source, paths) },
            "region": region(source, span),
        },
    });
    if let Some(field) = field {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": field, "kind": "member" }]);
    }
    location
}

fn region(source: &Source, span: Span) -> Value {
    let (start, end) = (source.position(span.start), source.position(span.end.max(span.start)));
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

fn uri(source: &Source, paths: &Paths) -> String {
    utf8_percent_encode(&paths.show(source.path()), &PATH).to_string()
}
