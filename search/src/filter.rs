//! Which records a query's fields let through.

use crate::columns::{FacetColumn, OrderedColumn};
use crate::dictionary::forgiven;
use crate::near::Near;
use crate::query::{AskedBound, AskedValue};
use crate::record::Named;
use crate::stem::Stems;
use crate::text::{self, slug};

/// The records that one field lets through.
pub(crate) struct Filter {
    pub(crate) field: String,
    pub(crate) lets: Vec<bool>,
}

/// What an index knows of a value that was asked for.
pub(crate) enum Value {
    /// It is there.
    Known,
    /// It is not; these are near, and were taken for it.
    Near(Vec<String>),
    /// There is nothing like it.
    Unknown,
}

/// Which records get through all filters, and which are barred whatever else they hold.
pub(crate) struct Filters {
    pub(crate) filters: Vec<Filter>,
    pub(crate) barred: Vec<bool>,
}

impl Filters {
    pub(crate) fn new(records: usize) -> Filters {
        Filters { filters: Vec::new(), barred: vec![false; records] }
    }

    /// Lets the records with a value through: values of one field widen, fields narrow. Where there is no
    /// such value, nothing gets through.
    #[inline(never)]
    pub(crate) fn add_value(
        &mut self,
        asked: &AskedValue,
        column: &FacetColumn,
        names: &[Named],
        stems: &mut Stems,
    ) -> Value {
        let mut values = values(asked, names, stems);
        let mut known = Value::Known;
        if !values.contains(&true) {
            let near = if asked.typed { nearest(asked, names) } else { vec![false; names.len()] };
            let chosen = names.iter().zip(&near).filter(|(_, near)| **near).map(|(named, _)| named.name.clone());
            known = if near.contains(&true) { Value::Near(chosen.collect()) } else { Value::Unknown };
            values = near;
        }
        let sets: Vec<bool> = column.sets.iter().map(|set| set.iter().any(|value| values[*value as usize])).collect();
        let target = if asked.negated { &mut self.barred } else { self.entry(&asked.field) };
        let mut start = 0;
        for (end, set) in &column.runs {
            if sets[*set as usize] {
                target[start..*end as usize].fill(true);
            }
            start = *end as usize;
        }
        known
    }

    /// Lets the records through whose value lies within a bound. Two bounds of one field narrow:
    /// `due:>2026-01-01 due:<2026-03-01`.
    #[inline(never)]
    pub(crate) fn add_bound(&mut self, bound: &AskedBound, column: &OrderedColumn) {
        let mut within = vec![false; self.barred.len()];
        let mut start = 0;
        for (end, value) in column {
            if value.is_some_and(|value| (bound.low..=bound.high).contains(&value)) {
                within[start..*end as usize].fill(true);
            }
            start = *end as usize;
        }
        if bound.negated {
            self.barred.iter_mut().zip(within).for_each(|(barred, within)| *barred |= within);
        } else if let Some(known) = self.filters.iter_mut().find(|filter| filter.field == bound.field) {
            known.lets.iter_mut().zip(within).for_each(|(lets, within)| *lets &= within);
        } else {
            self.filters.push(Filter { field: bound.field.clone(), lets: within });
        }
    }

    fn entry(&mut self, field: &str) -> &mut Vec<bool> {
        let at = self.filters.iter().position(|filter| filter.field == field).unwrap_or_else(|| {
            self.filters.push(Filter { field: field.to_owned(), lets: vec![false; self.barred.len()] });
            self.filters.len() - 1
        });
        &mut self.filters[at].lets
    }
}

/// Which of a field's values are meant: those whose id or name it is; else, while it is being typed, those that begin
/// with it; else those that hold its words.
fn values(asked: &AskedValue, names: &[Named], stems: &mut Stems) -> Vec<bool> {
    let wanted = slug(&asked.value);
    if wanted.is_empty() {
        return vec![false; names.len()];
    }
    let slugs: Vec<[String; 2]> = names.iter().map(|named| [slug(&named.id), slug(&named.name)]).collect();
    let exact: Vec<bool> = slugs.iter().map(|slugs| slugs.contains(&wanted)).collect();
    if exact.contains(&true) && !asked.open {
        return exact;
    }
    if asked.open {
        let begins: Vec<bool> =
            slugs.iter().map(|slugs| slugs.iter().any(|slug| slug.starts_with(wanted.as_str()))).collect();
        if begins.contains(&true) {
            return begins;
        }
    }
    let words: Vec<(Box<str>, String)> =
        text::words(&asked.value).into_iter().map(|word| (stems.of(&word.text).stem, word.text)).collect();
    let held = |named: &Named, stems: &mut Stems| {
        let own: Vec<String> =
            [&named.id, &named.name].into_iter().flat_map(|text| text::words(text)).map(|word| word.text).collect();
        words.iter().enumerate().all(|(at, (stem, word))| {
            let open = asked.open && at + 1 == words.len();
            own.iter().any(|own| stems.of(own).stem == *stem || (open && own.starts_with(word.as_str())))
        })
    };
    names.iter().map(|named| held(named, stems)).collect()
}

/// Which of a field's values a mistyped one may be: those near whose words all of its own are.
fn nearest(asked: &AskedValue, names: &[Named]) -> Vec<bool> {
    let words = text::words(&asked.value);
    let near: Vec<Near> = words
        .iter()
        .enumerate()
        .map(|(at, word)| Near::to(&word.text, forgiven(&word.text), asked.open && at + 1 == words.len()))
        .collect();
    let meant = |named: &Named| {
        let own: Vec<text::Word> = [&named.id, &named.name].into_iter().flat_map(|text| text::words(text)).collect();
        !near.is_empty() && near.iter().all(|near| own.iter().any(|own| near.edits(&own.text).is_some()))
    };
    names.iter().map(meant).collect()
}
