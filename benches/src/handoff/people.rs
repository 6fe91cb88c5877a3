//! Who they are, what they were told, and what might go wrong with them.

use super::Facts;
use crate::calendar::{TODAY, days_between, plus};
use crate::cast::Stage;
use crate::lexicon::slug;
use crate::voice::Voice;
use crate::yaml::Yaml;

pub(super) fn stakeholders(yaml: &mut Yaml, voice: &mut Voice<'_>, facts: &Facts) {
    let blocked = voice.random.chance(60);
    if !blocked {
        yaml.bare("no_known_blocker", true);
    }
    yaml.list("stakeholders", 0..voice.deal.people.len(), |yaml, index| {
        let person = voice.person(index);
        yaml.text("name", &person.name);
        if person.written {
            yaml.bare("id", &person.id);
        }
        yaml.text("title", &person.title);
        let roles: &[&str] = match (index, blocked) {
            (0, _) => &["economic_buyer", "decision_maker"],
            (1, _) => &["champion"],
            (2, _) => &["end_user"],
            (3, true) => &["blocker", "technical_buyer"],
            (3, false) => &["technical_buyer", "influencer"],
            _ => &["procurement"],
        };
        yaml.words("roles", roles);
        if !voice.is_due(Stage::ClosedWon) && voice.random.chance(50) {
            return;
        }
        yaml.bare("influence", voice.random.pick(&["high", "high", "medium", "low"]));
        let sentiment = match (index, blocked, facts.unhappy) {
            (0, _, true) | (3, true, _) => "negative",
            (0 | 1, ..) => voice.random.pick(&["positive", "positive", "neutral"]),
            _ => voice.random.pick(&["neutral", "positive", "negative", "neutral"]),
        };
        yaml.bare("sentiment", sentiment);
        yaml.text("cares_about", &voice.line("cares"));
        match index {
            1 => yaml.text("motivation", &voice.line("motivation")),
            2 => yaml.text("attitude", &voice.line("attitude")),
            3 => yaml.text("concerns", &voice.line("concerns")),
            _ => {}
        }
        yaml.bare("channel", voice.random.pick(&["email", "video", "phone", "chat", "in_person"]));
        yaml.text("cadence", &voice.phrase("cadence"));
        let account = voice.account();
        yaml.bare("email", format_args!("{}@{}.example", slug(&person.name).replace('-', "."), account.slug));
        if voice.random.chance(50) {
            let number = voice.random.below(10_000_000);
            yaml.text("phone", &format!("+49 30 {number:07}"));
        }
        if voice.random.chance(40) {
            yaml.bare("time_zone", voice.phrase("zone"));
        }
        if index > 0 && voice.random.chance(50) {
            yaml.bare("reports_to", &voice.person(0).id);
        }
        if voice.random.chance(25) {
            yaml.text("personal", &voice.line("personal"));
        }
    });
}

pub(super) fn promises(yaml: &mut Yaml, voice: &mut Voice<'_>, facts: &Facts) {
    if voice.random.chance(2) {
        yaml.bare("promises", "none");
        return;
    }
    let count = voice.random.between(2, 4);
    yaml.list("promises", 0..count, |yaml, index| {
        let due = voice.day_after_close(20, 320);
        yaml.text("what", &voice.line("promise_line"));
        let types = ["outcome", "feature", "roadmap", "timeline", "implementation", "support", "commercial", "legal"];
        yaml.bare("type", voice.random.pick(&types));
        yaml.bare("basis", voice.random.pick(&["contract", "written", "verbal"]));
        yaml.bare("made_by", &voice.cast.teammates[if index == 2 { voice.deal.se } else { voice.deal.ae }].id);
        let to = voice.random.below(voice.deal.people.len());
        yaml.bare("made_to", &voice.person(to).id);
        yaml.bare("made_on", plus(voice.deal.closed_on, -voice.random.whole(1, 60)));
        yaml.bare("due", due);
        yaml.bare("owner", &voice.cast.teammates[voice.deal.csm].id);
        // Two in a hundred of those that are past their day were forgotten.
        let status = if due < TODAY && !voice.random.chance(2) {
            voice.random.pick(&["delivered", "delivered", "delivered", "delivered", "renegotiated", "broken"])
        } else {
            voice.random.pick(&["not_started", "in_progress", "in_progress", "at_risk"])
        };
        yaml.bare("status", status);
        if facts.stretched && index == 0 {
            yaml.bare(voice.random.pick(&["stretch", "implied"]), true);
        }
        if voice.random.chance(60) {
            yaml.text("acceptance", &voice.line("acceptance"));
        }
        if voice.random.chance(40) {
            let number = voice.random.below(1 << 32);
            yaml.bare("evidence", format_args!("https://files.segue.example/e/{number:08x}"));
        }
    });
}

pub(super) fn risks(yaml: &mut Yaml, voice: &mut Voice<'_>, facts: &Facts) {
    let count = if voice.random.chance(10) { 4 } else { 3 };
    yaml.list("risks", 0..count, |yaml, index| {
        let (list, category) = match index {
            0 if facts.unhappy => ("risk_stakeholder", "stakeholder"),
            1 if facts.stretched => ("risk_expectations", "expectations"),
            _ => ("risk_line", voice.random.pick(&["implementation", "org_change", "budget", "technical", "other"])),
        };
        yaml.text("what", &voice.line(list));
        yaml.bare("category", category);
        yaml.bare("severity", voice.random.pick(&["low", "medium", "medium", "high", "critical"]));
        yaml.bare("likelihood", voice.random.pick(&["low", "medium", "high"]));
        let settled = days_between(voice.deal.closed_on, TODAY) > 250 && list == "risk_line";
        if settled {
            yaml.bare("status", voice.random.pick(&["closed", "accepted", "closed"]));
        } else if voice.random.chance(50) {
            yaml.bare("status", "open");
        }
        yaml.text("mitigation", &voice.line("mitigation"));
        yaml.bare("owner", &voice.cast.teammates[voice.deal.csm].id);
    });
}
