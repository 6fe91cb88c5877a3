//! The handoff: the checklist as fields, in its order.

use super::Stage::{ClosedWon as W, Draft as D, HandedOff as H, Verbal as V};
use super::Type::{Bool, Currency, Date, Group, Integer, Money, Number, Ref, Slug, Stakeholder, Text, TimeZone, Url};
use super::{By, Field, Kind, choice, field, list};

/// Whole numbers from `min` up.
fn integer(min: i64) -> super::Type {
    Integer { min, max: i64::MAX }
}

/// All fields of a handoff.
pub(super) fn fields() -> Vec<Field> {
    vec![
        field("account", Ref(Kind::Account), "The account this deal belongs to: the name of its file in `content/accounts/`.")
            .at(D).closed().example("acme-robotics"),
        field("title", Text, "A title of its own; made from the account and the deal type where absent."),
        field("stage", choice(&["draft", "verbal", "closed_won", "handed_off"]), "How far the deal is. What is due grows with it.")
            .at(D).closed().example("verbal"),
        field("redirect_from", list(Slug), "Old slugs whose addresses lead here.").by(By::Anyone).closed(),
        field("deal", Group(deal()), "What was sold, for how much, from when to when.").at(D).closed(),
        field("team", Group(team()), "Who is on it on our side.").at(D).closed(),
        field("why", Group(why()), "Why they bought.").at(V).closed().label("Why they bought"),
        field("usage", Group(usage()), "How they will use it.").at(V).closed().label("How they will use it"),
        field("competition", Group(competition()), "What else they looked at, and why we won.").at(W).closed(),
        field("stakeholders", list(Group(stakeholder())),
            "The people on their side. At least an economic buyer and a champion at `verbal`; an end user and a blocker (or `no_known_blocker: true`) at `closed_won`.")
            .at(V),
        field("no_known_blocker", Bool, "We asked ourselves who could block this, and know of nobody.").label("No known blocker"),
        field("promises", list(Group(promise())), "Everything we said we would do, in a contract or over coffee. `none` if we promised nothing.")
            .at(W).or_none(),
        field("success", Group(success()), "What success is, measured and in their words.").at(V).closed().label("Success criteria"),
        field("risks", list(Group(risk())), "What could go wrong, as seen by those who sold it. `none` if you looked and found nothing.")
            .at(W).or_none(),
        field("technical", Group(technical()), "What must connect, where it runs, who must approve.").by(By::Se).closed(),
        field("intro_call", Group(vec![
            field("scheduled_for", Date, "The day AE, CSM and customer meet. Warm introductions happen before the close.").at(W).example("2026-03-02"),
            field("held_on", Date, "The day the call took place.").at(H),
            field("attendees", list(Text), "Who was there."),
        ]), "The warm introduction: the AE hands the relationship over in person.").at(W).closed().label("Introduction call"),
        field("kickoff", Group(vec![
            field("scheduled_for", Date, "The day of the kickoff; within 10 working days of the close.").with_parent().by(By::Csm),
            field("held_on", Date, "The day it took place.").by(By::Csm),
        ]), "The start of the implementation.").at(H).closed().by(By::Csm),
        field("next_steps", list(Group(next_step())),
            "What happens next. At `handed_off` there is one each of kickoff, implementation_plan, technical_requirements and training.")
            .at(H),
        field("expansion", list(Group(vec![
            field("what", Text, "What they may buy next.").with_parent(),
            field("who", Text, "Who would buy it."),
            field("when", Text, "When to raise it."),
        ])), "Where this account could grow.").label("Expansion"),
        field("links", list(Group(vec![
            field("label", Text, "What it is.").with_parent().example("Discovery call recording"),
            field("url", Url, "Where it is.").with_parent().label("URL"),
        ])), "Recordings, the order form, the proposal."),
    ]
}

fn deal() -> Vec<Field> {
    vec![
        field("type", choice(&["new_business", "upsell", "cross_sell", "renewal"]), "What kind of deal it is.")
            .at(D)
            .closed(),
        field("opportunity_id", Text, "The opportunity's id in the CRM; no two handoffs share one.")
            .at(V)
            .closed()
            .label("Opportunity id")
            .example("006-10482"),
        field("crm_url", Url, "The opportunity in the CRM.").label("CRM link"),
        field("closed_on", Date, "The day of signature.").at(W).example("2026-02-27"),
        field("currency", Currency, "The currency of all amounts, as an ISO 4217 code.").at(W).example("EUR"),
        field("acv", Money, "Annual contract value.").at(W).label("ACV").example("48000"),
        field("tcv", Money, "Total contract value.").label("TCV"),
        field("term_months", integer(1), "Length of the term in months.").at(W).label("Term in months").example("12"),
        field("starts_on", Date, "First day of the subscription.").at(W),
        field("renews_on", Date, "The day the next term would begin: the date everything leads up to.").at(W),
        field("auto_renew", Bool, "Whether it renews by itself.").label("Renews automatically"),
        field("notice_days", integer(0), "Days of notice to cancel.").label("Notice in days"),
        field("payment_terms", Text, "When and how they pay.").example("Net 30, yearly in advance"),
        field("support_tier", Text, "The level of support that was sold.").at(W).example("Premium"),
        field(
            "products",
            list(Group(vec![
                field("name", Text, "The product, as on the order form.").with_parent(),
                field("sku", Text, "Its number.").label("SKU"),
                field("quantity", Number, "How many."),
                field("unit", Text, "Of what.").example("seats"),
            ])),
            "What was sold.",
        )
        .at(W),
        field(
            "special_terms",
            list(Group(vec![
                field(
                    "type",
                    choice(&["sla", "security", "data_residency", "legal", "pricing", "other"]),
                    "What it is about.",
                )
                .with_parent(),
                field("summary", Text, "What was agreed, in a sentence.").with_parent(),
                field("clause", Text, "Where it stands in the contract."),
            ])),
            "Whatever deviates from the standard contract; `none` if nothing does.",
        )
        .at(W)
        .or_none(),
    ]
}

fn team() -> Vec<Field> {
    vec![
        field("ae", Ref(Kind::Teammate), "The account executive who sold it.").at(D).label("AE"),
        field("csm", Ref(Kind::Teammate), "The customer success manager who takes over.").at(V).label("CSM"),
        field("se", Ref(Kind::Teammate), "The solutions engineer.").label("SE"),
        field("implementation_lead", Ref(Kind::Teammate), "Who leads the implementation."),
        field("executive_sponsor", Ref(Kind::Teammate), "Our executive for this account."),
        field("partner", Text, "A partner who takes part."),
    ]
}

fn why() -> Vec<Field> {
    vec![
        field("pain", Text, "What hurts today, in their terms.").at(V),
        field("impact", Text, "What that costs them: money, time, people.").at(V),
        field("desired_outcome", Text, "What the world looks like once it is solved.").at(V),
        field(
            "critical_event",
            Group(vec![
                field("what", Text, "What happens that day.").with_parent(),
                field("date", Date, "When.").with_parent(),
            ]),
            "The event that sets the clock: an audit, a season, an expiring contract.",
        )
        .at(V),
    ]
}

fn usage() -> Vec<Field> {
    vec![
        field(
            "use_cases",
            list(Group(vec![
                field("description", Text, "What they will do with it.").with_parent(),
                field("teams", list(Text), "Which of their teams.").with_parent(),
                field("metric", Text, "What to measure."),
                field("baseline", Text, "Where it stands today."),
                field("target", Text, "Where it should be."),
            ])),
            "What they will do with it, team by team.",
        )
        .at(V),
        field("rollout", Text, "Who starts, who follows, by when."),
    ]
}

fn competition() -> Vec<Field> {
    vec![
        field(
            "alternatives",
            list(Group(vec![
                field("name", Text, "Who or what.").with_parent(),
                field(
                    "kind",
                    choice(&["competitor", "incumbent", "in_house", "do_nothing"]),
                    "What sort of alternative.",
                )
                .with_parent(),
                field("why_lost", Text, "Why they did not choose it."),
            ])),
            "What else was on the table; `none` if nothing was.",
        )
        .at(W)
        .or_none(),
        field("win_reason", Text, "Why they chose us. It is what we must not lose.").at(W),
        field("near_loss_reason", Text, "Why we nearly lost. It will come back.").at(W),
    ]
}

fn stakeholder() -> Vec<Field> {
    vec![
        field("name", Text, "First and last name.").at(V).closed().example("Dana Whitfield"),
        field("title", Text, "Their job.").at(V).example("VP Operations"),
        field(
            "id",
            Slug,
            "Tells people apart; made from the name where absent. The same id in two handoffs is the same person.",
        )
        .closed()
        .label("Id"),
        field(
            "roles",
            list(choice(&[
                "economic_buyer",
                "champion",
                "decision_maker",
                "technical_buyer",
                "influencer",
                "end_user",
                "coach",
                "executive_sponsor",
                "procurement",
                "legal",
                "gatekeeper",
                "blocker",
                "other",
            ])),
            "Their part in the deal; one person may have several.",
        )
        .at(V)
        .example("[champion, end_user]"),
        field("influence", choice(&["high", "medium", "low"]), "How much weight their word has.").at(W),
        field("sentiment", choice(&["positive", "neutral", "negative"]), "How they feel about us today.").at(W),
        field("cares_about", Text, "What they care about: what to lead with.").at(W),
        field("motivation", Text, "Why they pushed for it.").for_role(W, "champion"),
        field("attitude", Text, "How they take the change.").for_role(W, "end_user"),
        field("concerns", Text, "What worries them.").for_role(W, "blocker"),
        field("channel", choice(&["email", "phone", "video", "chat", "in_person"]), "How they like to be reached.")
            .at(W),
        field("cadence", Text, "How often they want to hear from us.").at(W).example("weekly"),
        field("email", Text, "Their address."),
        field("phone", Text, "Their number."),
        field("time_zone", TimeZone, "Where their clock stands.").example("Europe/Berlin"),
        field("reports_to", Stakeholder, "The id of the stakeholder they report to."),
        field("personal", Text, "Family, hobbies, what to ask about. Restricted: never leaves the team.").restricted(),
    ]
}

fn promise() -> Vec<Field> {
    vec![
        field("what", Text, "The promise, in the words it was made in.").at(W),
        field(
            "type",
            choice(&["outcome", "feature", "roadmap", "timeline", "implementation", "support", "commercial", "legal"]),
            "What it is about.",
        )
        .at(W),
        field("basis", choice(&["contract", "written", "verbal"]), "How it was given.").at(W),
        field("made_by", Ref(Kind::Teammate), "Who of us made it.").at(W),
        field("made_to", Stakeholder, "Which stakeholder heard it.").at(W),
        field("made_on", Date, "When it was made."),
        field("due", Date, "When they expect it.").at(W),
        field("owner", Ref(Kind::Teammate), "Who delivers it.").at(H),
        field(
            "status",
            choice(&["not_started", "in_progress", "at_risk", "delivered", "broken", "renegotiated"]),
            "Where it stands; `not_started` where absent.",
        )
        .by(By::Csm),
        field("stretch", Bool, "Sold, though we knew it was a stretch."),
        field("implied", Bool, "Never said outright, but they expect it."),
        field("acceptance", Text, "How they will know it is kept."),
        field("evidence", Url, "Where that can be seen.").by(By::Csm),
    ]
}

fn success() -> Vec<Field> {
    vec![
        field(
            "metrics",
            list(Group(vec![
                field("metric", Text, "What is measured.").with_parent(),
                field("baseline", Text, "Where it stands today.").with_parent(),
                field("target", Text, "Where it should be.").with_parent(),
                field("by", Date, "By when.").with_parent(),
                field("owner", Text, "Who measures it."),
            ])),
            "Numbers that will show success.",
        )
        .at(V),
        field("in_their_words", Text, "Success as they put it.").at(W),
        field("renew_if", Text, "They renew if…").at(W),
        field("reference_if", Text, "They would be a reference if…").at(W),
        field("regret_if", Text, "They would regret it if…").at(W),
    ]
}

fn risk() -> Vec<Field> {
    vec![
        field("what", Text, "What could go wrong.").with_parent(),
        field(
            "category",
            choice(&["implementation", "org_change", "stakeholder", "expectations", "budget", "technical", "other"]),
            "What it is about.",
        )
        .with_parent(),
        field("severity", choice(&["low", "medium", "high", "critical"]), "How bad it would be.").with_parent(),
        field("likelihood", choice(&["low", "medium", "high"]), "How likely it is.").with_parent(),
        field("status", choice(&["open", "mitigating", "accepted", "closed"]), "Where it stands; `open` where absent."),
        field("mitigation", Text, "What we do about it."),
        field("owner", Ref(Kind::Teammate), "Who watches it."),
    ]
}

fn technical() -> Vec<Field> {
    vec![
        field(
            "integrations",
            list(Group(vec![
                field("system", Text, "What it connects to.").with_parent(),
                field("kind", choice(&["standard", "custom"]), "A connector we have, or one to be made.").with_parent(),
                field("needed_by", Date, "By when."),
            ])),
            "What it must connect to.",
        )
        .with_parent()
        .by(By::Se),
        field("sso", Text, "How they sign in.").by(By::Se).label("Single sign-on"),
        field("hosting", Text, "Where it runs.").by(By::Se),
        field("data_migration", Text, "What data must come along.").by(By::Se),
        field(
            "it_approval",
            Group(vec![
                field("required", Bool, "Whether their IT must approve.").with_parent(),
                field("approver", Text, "Who gives it."),
                field("initiated_on", Date, "When it was asked for."),
            ]),
            "Their IT's approval.",
        )
        .by(By::Se)
        .label("IT approval"),
    ]
}

fn next_step() -> Vec<Field> {
    vec![
        field("what", Text, "What is to be done.").with_parent(),
        field(
            "kind",
            choice(&["kickoff", "implementation_plan", "technical_requirements", "training", "urgent", "other"]),
            "What sort of step.",
        )
        .with_parent(),
        field("owner", Text, "Who does it, ours or theirs."),
        field("due", Date, "By when."),
        field("status", choice(&["todo", "scheduled", "done", "not_needed"]), "Where it stands.").with_parent(),
    ]
}
