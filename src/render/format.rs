//! How values are written for people.

use jiff::civil::Date;
use serde::Serialize;
use std::borrow::Cow;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Values that are abbreviations.
const CAPITALS: &[&str] =
    &["ae", "csm", "se", "sla", "smb", "eu", "us", "uk", "it", "api", "sso", "emea", "apac", "dach"];

/// A day, and what is to be said of it today.
#[derive(Clone, Debug, Serialize)]
pub struct On {
    /// `2026-11-23`, for machines.
    pub iso: String,
    /// `23 Nov 2026`.
    pub text: String,
    /// How urgent it is: a class of the style sheet, or nothing.
    pub tone: &'static str,
    /// How near it is, where that matters.
    pub note: String,
}

impl On {
    /// A day of which nothing more is to be said.
    pub fn new(date: Date) -> Self {
        Self { iso: iso(date), text: day(date), tone: "", note: String::new() }
    }

    /// A day by which something must be done, as seen from `today`; `late` is the word for having missed it.
    pub fn due(date: Date, today: Date, late: &str) -> Self {
        let days = days_between(today, date);
        let (tone, note) = match days {
            ..0 => ("bad", format!("{} {late}", count(days.unsigned_abs() as usize, "day"))),
            0 => ("warn", "today".to_owned()),
            1 => ("warn", "tomorrow".to_owned()),
            2..=14 => ("warn", format!("in {days} days")),
            15..=120 => ("", format!("in {days} days")),
            _ => ("", String::new()),
        };
        Self { tone, note, ..Self::new(date) }
    }

    /// A day ahead and how far away it is, without any urgency.
    pub fn ahead(date: Date, today: Date) -> Self {
        let note = match days_between(today, date) {
            ..0 => String::new(),
            0 => "today".to_owned(),
            1 => "tomorrow".to_owned(),
            days @ 2..365 => format!("in {days} days"),
            days @ 365..730 => format!("in {} months", days * 12 / 365),
            days => format!("in {} years", days / 365),
        };
        Self { note, ..Self::new(date) }
    }
}

/// Days from one date to another; negative if the other is earlier.
pub fn days_between(from: Date, to: Date) -> i64 {
    i64::from((to - from).get_days())
}

/// `2026-11-23`.
pub fn iso(date: Date) -> String {
    date.to_string()
}

/// `23 Nov 2026`.
pub fn day(date: Date) -> String {
    format!("{} {} {}", date.day(), MONTHS[usize::from(date.month().unsigned_abs()) - 1], date.year())
}

/// `1 promise`, `2 promises`.
pub fn count(number: usize, thing: &str) -> String {
    format!("{} {thing}{}", grouped(number as u64), if number == 1 { "" } else { "s" })
}

/// `1,234,567`.
pub fn thousands(number: i64) -> String {
    let text = grouped(number.unsigned_abs());
    if number < 0 { format!("−{text}") } else { text }
}

/// The same of a number of things.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1,234.5`: as many decimals as were written.
pub fn number(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        return thousands(number as i64);
    }
    let text = number.to_string();
    match text.split_once('.') {
        Some((whole, decimals)) => match whole.parse() {
            Ok(whole) if number >= 0.0 => format!("{}.{decimals}", thousands(whole)),
            _ => text,
        },
        None => text,
    }
}

/// `€148,000`, `CHF 148,000`, `148,000` where no currency is known.
pub fn money(amount: f64, currency: Option<&str>) -> String {
    let amount = if amount.fract() == 0.0 { number(amount) } else { cents(amount) };
    match currency {
        None => amount,
        Some("EUR") => format!("€{amount}"),
        Some("USD") => format!("${amount}"),
        Some("GBP") => format!("£{amount}"),
        Some("JPY") => format!("¥{amount}"),
        Some("INR") => format!("₹{amount}"),
        Some(code) => format!("{code}\u{a0}{amount}"),
    }
}

fn cents(amount: f64) -> String {
    let text = format!("{amount:.2}");
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, "00"));
    whole.parse().map_or_else(|_| text.clone(), |whole| format!("{}.{decimals}", thousands(whole)))
}

/// The value of an enumeration for people: `closed_won` is “Closed won”.
pub fn label(value: &str) -> Cow<'_, str> {
    if CAPITALS.contains(&value) {
        return Cow::Owned(value.to_ascii_uppercase());
    }
    let mut text = value.replace(['_', '-'], " ");
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    Cow::Owned(text)
}

/// The letters that stand for a person.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    first.into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn amounts_are_grouped_and_bear_their_currency() {
        assert_eq!(money(148_000.0, Some("EUR")), "€148,000");
        assert_eq!(money(999.5, Some("CHF")), "CHF\u{a0}999.50");
        assert_eq!(money(1_234_567.0, None), "1,234,567");
        assert_eq!(number(12.5), "12.5");
        assert_eq!(thousands(-1_000), "−1,000");
    }

    #[test]
    fn days_say_how_near_they_are() {
        let today = date(2026, 11, 23);
        assert_eq!(On::due(date(2026, 11, 11), today, "overdue").note, "12 days overdue");
        assert_eq!(On::due(date(2026, 11, 22), today, "late").note, "1 day late");
        assert_eq!(On::due(date(2026, 11, 24), today, "overdue").note, "tomorrow");
        assert_eq!(On::due(date(2028, 1, 1), today, "overdue").note, "");
        assert_eq!(On::new(date(2026, 2, 3)).text, "3 Feb 2026");
    }

    #[test]
    fn values_become_words() {
        assert_eq!(label("economic_buyer"), "Economic buyer");
        assert_eq!(label("sla"), "SLA");
        assert_eq!(label("low"), "Low");
        assert_eq!(initials("Dana van der Whitfield"), "DW");
        assert_eq!(initials("Cher"), "C");
    }
}
