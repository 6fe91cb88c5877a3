//! The prose under the front matter: five sections of paragraphs, lists and the odd table or block of code.

use std::fmt::Write;

use crate::calendar::TODAY;
use crate::voice::Voice;

/// Five sections of notes on the deal that `voice` speaks of.
pub fn handoff(voice: &mut Voice<'_>) -> String {
    let mut body = String::new();
    // This heading alone has a fixed name: other handoffs link to it.
    heading(&mut body, "Background");
    blocks(&mut body, voice, &["background", "background", "commercial"], 2);
    table_or_quote(&mut body, voice);
    let title = voice.phrase("heading_people");
    heading(&mut body, &title);
    blocks(&mut body, voice, &["people", "people", "background"], 1);
    people_list(&mut body, voice);
    let title = voice.phrase("heading_promise");
    heading(&mut body, &title);
    blocks(&mut body, voice, &["promise", "commercial", "promise"], 2);
    let title = voice.phrase("heading_risk");
    heading(&mut body, &title);
    blocks(&mut body, voice, &["risk", "technical", "people"], 2);
    if voice.random.chance(8) {
        code(&mut body, voice);
    }
    let title = voice.phrase("heading_adoption");
    heading(&mut body, &title);
    blocks(&mut body, voice, &["adoption", "process", "adoption", "technical"], 1);
    tasks(&mut body, voice);
    paragraph(&mut body, voice, &["process"], 2);
    body
}

/// A page of a playbook.
pub fn page(voice: &mut Voice<'_>) -> String {
    let mut body = String::new();
    for topics in [["process", "adoption"], ["risk", "people"], ["promise", "commercial"]] {
        let title = voice.line("use_case");
        heading(&mut body, &title);
        blocks(&mut body, voice, &topics, 3);
    }
    body
}

/// A few words about an account or a person.
pub fn notes(voice: &mut Voice<'_>, topics: &[&str], paragraphs: usize) -> String {
    let mut body = String::new();
    for _ in 0..paragraphs {
        paragraph(&mut body, voice, topics, 3);
    }
    body
}

fn heading(body: &mut String, title: &str) {
    put(body, format_args!("## {title}\n\n"));
}

fn paragraph(body: &mut String, voice: &mut Voice<'_>, topics: &[&str], sentences: usize) {
    let text = voice.paragraph(topics, sentences);
    put(body, format_args!("{text}\n\n"));
}

fn blocks(body: &mut String, voice: &mut Voice<'_>, topics: &[&str], count: usize) {
    for _ in 0..count {
        let sentences = voice.random.between(3, 5);
        paragraph(body, voice, topics, sentences);
    }
    if voice.random.chance(40) {
        let items = voice.random.between(2, 4);
        for index in 0..items {
            let sentence = voice.sentence(topics[index % topics.len()]);
            if voice.random.chance(30) {
                put(body, format_args!("- **{}**: {sentence}\n", voice.line("noun")));
            } else {
                put(body, format_args!("- {sentence}\n"));
            }
        }
        body.push('\n');
    }
}

fn table_or_quote(body: &mut String, voice: &mut Voice<'_>) {
    match voice.random.below(10) {
        0..3 => {
            body.push_str("| Site | People | What they do there |\n| --- | ---: | --- |\n");
            for _ in 0..voice.random.between(2, 4) {
                let (place, work) = (voice.phrase("region"), voice.phrase("use_case"));
                put(body, format_args!("| {place} | {} | {work} |\n", voice.random.between(4, 400)));
            }
            body.push('\n');
        }
        3..5 => put(body, format_args!("> {}\n\n", voice.line("own_words"))),
        _ => {}
    }
}

fn people_list(body: &mut String, voice: &mut Voice<'_>) {
    for part in 0..voice.deal.people.len() {
        let sentence = voice.sentence("people");
        let person = voice.person(part);
        match voice.random.below(4) {
            0 => put(body, format_args!("- [[stakeholders/{}|{}]]: {sentence}\n", person.id, person.name)),
            1 => put(body, format_args!("- **{}** ({}): {sentence}\n", person.name, person.title)),
            _ => put(body, format_args!("- {}, {}. {sentence}\n", person.name, person.title)),
        }
    }
    body.push('\n');
}

fn tasks(body: &mut String, voice: &mut Voice<'_>) {
    for _ in 0..voice.random.between(3, 5) {
        let mark = if voice.deal.closed_on < TODAY && voice.random.chance(70) { 'x' } else { ' ' };
        put(body, format_args!("- [{mark}] {}\n", voice.line("step")));
    }
    body.push('\n');
}

fn code(body: &mut String, voice: &mut Voice<'_>) {
    body.push_str("```json\n{\n");
    for key in ["source", "mapping", "owner"] {
        put(body, format_args!("  \"{key}\": \"{}\",\n", voice.phrase("noun")));
    }
    put(body, format_args!("  \"batch\": {}\n}}\n```\n\n", voice.random.between(10, 5_000)));
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("writing to a string");
}
