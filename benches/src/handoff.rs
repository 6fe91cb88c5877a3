//! The front matter of a handoff: every field that is due at its stage, and many that are not.

use jiff::civil::Date;

use crate::calendar::{TODAY, plus, plus_working, working};
use crate::cast::Stage;
use crate::voice::Voice;
use crate::yaml::Yaml;

mod people;

/// What is written once and asked about in several places.
struct Facts {
    /// A negative buyer or champion wants a risk, a stretched promise another.
    unhappy: bool,
    stretched: bool,
    metrics: Vec<(String, String, String)>,
}

/// The front matter of the deal that `voice` speaks of.
pub fn front_matter(voice: &mut Voice<'_>) -> String {
    let mut yaml = Yaml::new();
    let facts = Facts {
        unhappy: voice.random.chance(5),
        stretched: voice.random.chance(25),
        metrics: (0..voice.random.between(2, 3)).map(|_| metric(voice)).collect(),
    };
    yaml.bare("account", &voice.account().slug);
    if voice.random.chance(70) {
        let what = voice.deal.kind.replace('_', " ");
        let title = format!("{}: {what} of {}", voice.account().short, voice.phrase("product").to_lowercase());
        yaml.text("title", &title);
    }
    yaml.bare("stage", voice.deal.stage.word());
    deal(&mut yaml, voice);
    team(&mut yaml, voice);
    why(&mut yaml, voice);
    usage(&mut yaml, voice, &facts);
    if voice.is_due(Stage::ClosedWon) {
        competition(&mut yaml, voice);
    }
    people::stakeholders(&mut yaml, voice, &facts);
    if voice.is_due(Stage::ClosedWon) {
        people::promises(&mut yaml, voice, &facts);
    }
    success(&mut yaml, voice, &facts);
    if voice.is_due(Stage::ClosedWon) {
        people::risks(&mut yaml, voice, &facts);
        technical(&mut yaml, voice);
        meetings(&mut yaml, voice);
    }
    next_steps(&mut yaml, voice);
    if voice.random.chance(45) {
        let count = voice.random.between(1, 2);
        yaml.list("expansion", 0..count, |yaml, _| {
            yaml.text("what", &voice.line("expansion"));
            yaml.text("who", &voice.person(1).name);
            yaml.text("when", &voice.phrase("month"));
        });
    }
    yaml.list("links", ["Discovery call", "Order form", "Proposal"], |yaml, label| {
        yaml.text("label", label);
        let number = voice.random.below(1 << 40);
        yaml.bare("url", format_args!("https://files.segue.example/d/{number:010x}"));
    });
    yaml.finish()
}

fn deal(yaml: &mut Yaml, voice: &mut Voice<'_>) {
    let closed_on = voice.deal.closed_on;
    yaml.mapping("deal", |yaml| {
        yaml.bare("type", voice.deal.kind);
        if !voice.is_due(Stage::Verbal) {
            return;
        }
        // The factor shares no divisor with the modulus: no number comes twice.
        let index = voice.index;
        yaml.bare("opportunity_id", format_args!("{:08}", index * 7_919_993 % 99_999_989));
        yaml.bare("crm_url", format_args!("https://crm.segue.example/opportunity/{index}"));
        if !voice.is_due(Stage::ClosedWon) {
            return;
        }
        let acv = voice.random.whole(9, 480) * 500;
        let years = voice.random.pick(&["1", "1", "2", "3", "3"]).parse::<i64>().expect("a digit");
        let starts_on = plus(closed_on, voice.random.whole(0, 30));
        yaml.bare("closed_on", closed_on);
        yaml.bare("currency", voice.phrase("currency"));
        yaml.bare("acv", acv);
        yaml.bare("tcv", acv * years);
        yaml.bare("term_months", years * 12);
        yaml.bare("starts_on", starts_on);
        yaml.bare("renews_on", plus(starts_on, 365 * years));
        if voice.random.chance(60) {
            yaml.bare("auto_renew", voice.random.chance(70));
            yaml.bare("notice_days", voice.random.pick(&["30", "60", "90"]));
        }
        yaml.text("payment_terms", &voice.phrase("payment"));
        yaml.text("support_tier", &voice.phrase("tier"));
        let products = voice.random.between(1, 3);
        yaml.list("products", 0..products, |yaml, _| {
            yaml.text("name", &voice.phrase("product"));
            if voice.random.chance(50) {
                yaml.bare("sku", format_args!("SG-{:04}", voice.random.below(400)));
            }
            yaml.bare("quantity", voice.random.between(1, 90) * 5);
            yaml.text("unit", &voice.phrase("unit"));
        });
        if voice.random.chance(45) {
            yaml.bare("special_terms", "none");
        } else {
            yaml.list("special_terms", 0..1, |yaml, _| {
                yaml.bare(
                    "type",
                    voice.random.pick(&["sla", "security", "data_residency", "legal", "pricing", "other"]),
                );
                yaml.text("summary", &voice.line("special"));
                yaml.text("clause", &format!("{}.{}", voice.random.between(2, 19), voice.random.between(1, 9)));
            });
        }
    });
}

fn team(yaml: &mut Yaml, voice: &mut Voice<'_>) {
    let id = |index: usize| &voice.cast.teammates[index].id;
    let lead = voice.cast.teammate("implementation", &mut voice.random);
    let sponsor = voice.cast.teammate("executive", &mut voice.random);
    yaml.mapping("team", |yaml| {
        yaml.bare("ae", id(voice.deal.ae));
        yaml.bare("csm", id(voice.deal.csm));
        yaml.bare("se", id(voice.deal.se));
        if voice.random.chance(60) {
            yaml.bare("implementation_lead", id(lead));
        }
        if voice.random.chance(30) {
            yaml.bare("executive_sponsor", id(sponsor));
        }
    });
}

fn why(yaml: &mut Yaml, voice: &mut Voice<'_>) {
    yaml.mapping("why", |yaml| {
        yaml.text("pain", &voice.line("pain"));
        if voice.random.chance(3) {
            yaml.bare("impact", voice.open_question());
        } else {
            yaml.text("impact", &voice.line("impact"));
        }
        yaml.text("desired_outcome", &voice.line("outcome"));
        yaml.mapping("critical_event", |yaml| {
            yaml.text("what", &voice.line("event"));
            yaml.bare("date", voice.day_after_close(60, 300));
        });
    });
}

fn usage(yaml: &mut Yaml, voice: &mut Voice<'_>, facts: &Facts) {
    yaml.mapping("usage", |yaml| {
        yaml.list("use_cases", 0..facts.metrics.len(), |yaml, index| {
            yaml.text("description", &voice.line("use_case"));
            let mut teams = vec![voice.phrase("dept"), voice.phrase("dept")];
            teams.dedup();
            yaml.words("teams", &teams);
            let (metric, baseline, target) = &facts.metrics[index];
            yaml.text("metric", metric);
            if index == 0 {
                yaml.text("baseline", baseline);
                yaml.text("target", target);
            }
        });
        yaml.text("rollout", &voice.line("rollout"));
    });
}

fn competition(yaml: &mut Yaml, voice: &mut Voice<'_>) {
    yaml.mapping("competition", |yaml| {
        if voice.random.chance(8) {
            yaml.bare("alternatives", "none");
        } else {
            let count = voice.random.between(1, 2);
            yaml.list("alternatives", 0..count, |yaml, index| {
                let kinds = [["competitor", "incumbent"], ["in_house", "do_nothing"]][index];
                let kind = voice.random.pick(&kinds);
                let name = match kind {
                    "in_house" => format!("A solution built by {}", voice.phrase("dept")),
                    "do_nothing" => "Leaving things as they are".to_owned(),
                    _ => voice.phrase("competitor"),
                };
                yaml.text("name", &name);
                yaml.bare("kind", kind);
                yaml.text("why_lost", &voice.line("why_lost"));
            });
        }
        yaml.text("win_reason", &voice.sentence("win"));
        yaml.text("near_loss_reason", &voice.sentence("near_loss"));
    });
}

fn success(yaml: &mut Yaml, voice: &mut Voice<'_>, facts: &Facts) {
    yaml.mapping("success", |yaml| {
        yaml.list("metrics", &facts.metrics, |yaml, (metric, baseline, target)| {
            yaml.text("metric", metric);
            yaml.text("baseline", baseline);
            if voice.random.chance(2) {
                yaml.bare("target", voice.open_question());
            } else {
                yaml.text("target", target);
            }
            yaml.bare("by", voice.day_after_close(100, 360));
            let owner = voice.random.between(1, 2);
            yaml.text("owner", &voice.person(owner).name);
        });
        yaml.text("in_their_words", &voice.line("own_words"));
        yaml.text("renew_if", &voice.line("renew_if"));
        yaml.text("reference_if", &voice.line("reference_if"));
        yaml.text("regret_if", &voice.line("regret_if"));
    });
}

fn technical(yaml: &mut Yaml, voice: &mut Voice<'_>) {
    yaml.mapping("technical", |yaml| {
        yaml.list("integrations", 0..2, |yaml, index| {
            yaml.text("system", &voice.line("system"));
            yaml.bare("kind", ["standard", "custom"][index]);
            if index == 1 {
                yaml.bare("needed_by", voice.day_after_close(30, 120));
            }
        });
        yaml.text(
            "sso",
            voice.random.pick(&["SAML through their identity provider", "OpenID Connect", "Passwords at first"]),
        );
        yaml.text("hosting", voice.random.pick(&["EU region", "US region", "Their own cloud account"]));
        yaml.text("data_migration", &voice.sentence("technical"));
        yaml.mapping("it_approval", |yaml| {
            yaml.bare("required", true);
            yaml.text("approver", &voice.person(3).name);
            yaml.bare("initiated_on", working(plus(voice.deal.closed_on, -20)));
        });
    });
}

fn meetings(yaml: &mut Yaml, voice: &mut Voice<'_>) {
    let closed_on = voice.deal.closed_on;
    let handed_off = voice.is_due(Stage::HandedOff);
    yaml.mapping("intro_call", |yaml| {
        let scheduled = working(plus(closed_on, -voice.random.whole(1, 14)));
        yaml.bare("scheduled_for", scheduled);
        if handed_off {
            // Two in a hundred are introduced after the signature, which is worth a warning.
            let late = voice.random.chance(2);
            yaml.bare("held_on", if late { plus_working(closed_on, 2) } else { scheduled });
        }
        let attendees = [&voice.person(0).name, &voice.person(1).name, &voice.cast.teammates[voice.deal.csm].name];
        yaml.words("attendees", &attendees);
    });
    yaml.mapping("kickoff", |yaml| {
        let late = voice.random.chance(2);
        let wait = if late { voice.random.between(11, 18) } else { voice.random.between(2, 10) };
        let day = plus_working(closed_on, wait);
        yaml.bare("scheduled_for", day);
        if day < TODAY {
            yaml.bare("held_on", day);
        }
    });
}

fn next_steps(yaml: &mut Yaml, voice: &mut Voice<'_>) {
    let kinds = ["kickoff", "implementation_plan", "technical_requirements", "training", "other", "urgent"];
    let count = voice.random.between(4, 6);
    yaml.list("next_steps", &kinds[..count], |yaml, kind| {
        yaml.text("what", &voice.line("step"));
        yaml.bare("kind", kind);
        let owner = if voice.random.chance(70) {
            voice.cast.teammates[voice.deal.csm].name.clone()
        } else {
            format!("{}, theirs", voice.person(1).name)
        };
        yaml.text("owner", &owner);
        let due: Date = voice.day_after_close(3, 70);
        yaml.bare("due", due);
        let status = if due < TODAY {
            voice.random.pick(&["done", "done", "done", "not_needed"])
        } else {
            voice.random.pick(&["todo", "scheduled"])
        };
        yaml.bare("status", status);
    });
}

/// A measure with where it stands and where it should get to.
fn metric(voice: &mut Voice<'_>) -> (String, String, String) {
    let from = voice.random.between(12, 90);
    let to = from - voice.random.between(4, 11);
    let unit = voice.random.pick(&["days", "hours", "%", "a month", "per site", "points"]);
    (voice.line("measure"), format!("{from} {unit}"), format!("{to} {unit}"))
}
