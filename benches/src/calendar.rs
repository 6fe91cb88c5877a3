//! Days and working days.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

/// The day on which every corpus is looked at: pass it as `--today`.
pub const TODAY: Date = date(2026, 11, 23);

/// The day so many days later (or earlier).
pub fn plus(day: Date, days: i64) -> Date {
    day.saturating_add(days.days())
}

/// The day so many working days later.
pub fn plus_working(mut day: Date, mut days: usize) -> Date {
    while days > 0 {
        day = plus(day, 1);
        if !is_weekend(day) {
            days -= 1;
        }
    }
    day
}

/// The day itself, or the Friday before it.
pub fn working(mut day: Date) -> Date {
    while is_weekend(day) {
        day = plus(day, -1);
    }
    day
}

/// How many days from one day to another.
pub fn days_between(from: Date, to: Date) -> i64 {
    i64::from((to - from).get_days())
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}
