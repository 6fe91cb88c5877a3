//! What a file is called, from what it answers.

use super::Answers;
use crate::fields::Kind;
use crate::route;

/// The name of a new file without `.md`, if one can be made from the answers. `year` stands in for that of a deal which
/// is not closed.
pub fn name(kind: Kind, answers: &Answers, year: i16) -> Option<String> {
    match kind {
        Kind::Receipt => answers.scalar("handoff").map(str::to_owned),
        Kind::Handoff => {
            let year = match answers.scalar("deal.closed_on").and_then(|day| day.get(..4)) {
                Some(year) if year.bytes().all(|byte| byte.is_ascii_digit()) => year.to_owned(),
                _ => year.to_string(),
            };
            let deal = answers.scalar("deal.type").unwrap_or("").replace("new_business", "new");
            route::slug(&format!("{} {year} {deal}", answers.scalar("account")?))
        }
        _ => route::slug(answers.scalar("name").or_else(|| answers.scalar("title"))?),
    }
}

/// A name that is not taken: deals and pages get a number, people and accounts none, since a second one of the same name is
/// more likely the same one. `others` is how many files there are.
pub fn free_name(kind: Kind, name: String, others: usize, is_free: impl Fn(&str) -> bool) -> String {
    if is_free(&name) || !matches!(kind, Kind::Handoff | Kind::Page) {
        return name;
    }
    // One more than there are files is free.
    let numbered = (2..=others + 2).map(|number| format!("{name}-{number}")).find(|name| is_free(name));
    numbered.unwrap_or(name)
}
