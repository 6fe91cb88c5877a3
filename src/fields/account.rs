//! The account: what lasts beyond one deal.

use super::Stage::{ClosedWon as W, Draft as D, Verbal as V};
use super::Type::{Group, Integer, Ref, Slug, Text, TimeZone, Url};
use super::{By, Field, Kind, choice, field, list};

/// All fields of an account. Its stage is the furthest of its handoffs'.
pub(super) fn fields() -> Vec<Field> {
    vec![
        field("name", Text, "The company's name.").at(D).closed().example("Acme Robotics"),
        field("aliases", list(Text), "Other names it goes by; mentions of them become links too."),
        field("domain", Text, "Its domain.").example("acme.example"),
        field("description", Text, "What the company does, in two sentences.").at(V),
        field("industry", Text, "Its industry.").at(V).example("Logistics"),
        field("employees", Integer { min: 0, max: i64::MAX }, "How many people work there.").at(V).example("1200"),
        field("growth_stage", Text, "Where the company stands in its life.")
            .at(W)
            .example("Series C, doubling headcount"),
        field("segment", choice(&["smb", "mid_market", "enterprise", "strategic"]), "Our segment."),
        field("region", Text, "Where they are.").example("DACH"),
        field("time_zone", TimeZone, "Where their clock stands.").example("Europe/Berlin"),
        field("language", Text, "The language they work in.").example("German"),
        field("parent", Ref(Kind::Account), "The account it belongs to."),
        field("csm", Ref(Kind::Teammate), "The CSM who looks after it today.").label("CSM"),
        field(
            "lifecycle",
            choice(&["onboarding", "adoption", "retention", "expansion", "advocacy", "churned"]),
            "Where the relationship stands.",
        )
        .by(By::Csm),
        field(
            "crm",
            Group(vec![
                field("system", Text, "Which CRM.").with_parent(),
                field("account_id", Text, "Its id there.").with_parent().label("Account id"),
                field("url", Url, "Its address there.").label("URL"),
            ]),
            "The account in the CRM.",
        )
        .label("CRM"),
        field("redirect_from", list(Slug), "Old slugs whose addresses lead here.").closed(),
    ]
    .into_iter()
    .map(|field| if field.by == By::Ae { field.by(By::Anyone) } else { field })
    .collect()
}
