//! The files that stand beside the handoffs: accounts, people, receipts and pages.

use crate::body;
use crate::calendar::{TODAY, plus_working};
use crate::cast::{Person, Stage, Teammate};
use crate::lexicon::slug;
use crate::voice::Voice;
use crate::yaml::Yaml;

/// An account's file, told by one of its deals.
pub fn account(voice: &mut Voice<'_>, index: usize) -> String {
    let account = voice.account();
    let mut yaml = Yaml::new();
    yaml.text("name", &account.name);
    if account.name != account.short {
        yaml.words("aliases", &[&account.short]);
    }
    yaml.bare("domain", format_args!("{}.example", account.slug));
    yaml.text("description", &voice.line("about"));
    yaml.text("industry", &account.industry);
    yaml.bare("employees", voice.random.between(3, 900) * 10);
    yaml.text("growth_stage", &voice.phrase("growth"));
    yaml.bare("segment", voice.random.pick(&["smb", "mid_market", "mid_market", "enterprise", "strategic"]));
    yaml.text("region", &voice.phrase("region"));
    yaml.bare("time_zone", voice.phrase("zone"));
    yaml.bare("language", voice.phrase("language"));
    // A parent always comes earlier, so that no line of parents can close into a loop.
    if index > 0 && voice.random.chance(3) {
        let parent = voice.random.below(index);
        yaml.bare("parent", &voice.cast.accounts[parent].slug);
    }
    yaml.bare("csm", &voice.cast.teammates[account.csm].id);
    let stages = ["onboarding", "adoption", "adoption", "retention", "expansion", "advocacy", "churned"];
    yaml.bare("lifecycle", voice.random.pick(&stages));
    yaml.mapping("crm", |yaml| {
        yaml.text("system", "Ledgerline CRM");
        yaml.bare("account_id", format_args!("ACC-{index:06}"));
        yaml.bare("url", format_args!("https://crm.segue.example/accounts/{index}"));
    });
    let paragraphs = voice.random.between(1, 2);
    yaml.finish() + &body::notes(voice, &["background", "commercial", "technical"], paragraphs)
}

/// A person's file, told by a deal of the account they are at.
pub fn stakeholder(voice: &mut Voice<'_>, person: &Person) -> String {
    let mut yaml = Yaml::new();
    yaml.text("name", &person.name);
    yaml.text("title", &person.title);
    yaml.bare("account", &voice.cast.accounts[person.account].slug);
    if let Some(before) = person.moved_from {
        yaml.words("moved_from", &[&voice.cast.accounts[before].slug]);
    }
    yaml.bare("time_zone", voice.phrase("zone"));
    if voice.random.chance(30) {
        yaml.text("personal", &voice.line("personal"));
    }
    yaml.finish() + &body::notes(voice, &["people", "background"], 2)
}

/// A teammate's file.
pub fn teammate(teammate: &Teammate) -> String {
    let mut yaml = Yaml::new();
    yaml.text("name", &teammate.name);
    yaml.bare("role", teammate.role);
    yaml.bare("email", format_args!("{}@segue.example", slug(&teammate.name).replace('-', ".")));
    yaml.finish()
}

/// The answer to a handoff; one in fifty is still owed.
pub fn receipt(voice: &mut Voice<'_>) -> Option<String> {
    let deal = voice.deal;
    let wait = voice.random.between(1, 5);
    let reviewed_on = plus_working(deal.closed_on, wait);
    if deal.stage != Stage::HandedOff || reviewed_on > TODAY || voice.random.chance(2) {
        return None;
    }
    let returned = voice.random.chance(9);
    let mut yaml = Yaml::new();
    yaml.bare("handoff", &deal.slug);
    yaml.bare("reviewed_by", &voice.cast.teammates[deal.csm].id);
    yaml.bare("reviewed_on", reviewed_on);
    yaml.bare("decision", if returned { "returned" } else { "accepted" });
    if returned {
        let reasons =
            ["missing_field", "vague_success_criteria", "unclear_promise", "stakeholder_gap", "technical_unknown"];
        yaml.words("reasons", &[voice.random.pick(&reasons)]);
    }
    yaml.bare("first_contact_on", plus_working(reviewed_on, 2));
    let low = if returned { 1 } else { 3 };
    yaml.mapping("ratings", |yaml| {
        for rating in ["completeness", "promises", "stakeholders", "context", "sentiment"] {
            yaml.bare(rating, voice.random.between(low, low + 2));
        }
    });
    let questions = voice.random.between(usize::from(returned), 2);
    if questions > 0 {
        yaml.list("questions", 0..questions, |yaml, index| {
            yaml.bare("field", ["success.metrics", "technical.integrations"][index]);
            yaml.text("text", &voice.line("question"));
            yaml.bare("asked_on", reviewed_on);
            if voice.random.chance(80) {
                yaml.bare("answered_on", plus_working(reviewed_on, 1));
                yaml.text("answer", &voice.line("answer"));
            }
        });
    }
    let said = if voice.random.chance(60) { voice.paragraph(&["process", "people"], 2) + "\n" } else { String::new() };
    Some(yaml.finish() + &said)
}

/// A page of the playbook.
pub fn page(voice: &mut Voice<'_>, title: &str, order: usize) -> String {
    let mut yaml = Yaml::new();
    yaml.text("title", title);
    yaml.bare("order", order + 1);
    yaml.words("tags", &["playbook", &slug(&voice.phrase("dept"))]);
    yaml.finish() + &body::page(voice)
}
