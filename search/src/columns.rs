//! What hits are counted, compared and ranked by: one value a record and field, kept by column.
//!
//! Records of one account and one handoff stand side by side, so most columns are long runs of one value: run lengths,
//! deflated, bring a column over 160,000 records to some ten kilobytes, read whole when first needed.
//!
//! tantivy has columns too, but packs every record's value into its own bits: an account a record would be 280 KB.

use std::io;

use rustc_hash::FxHashMap;

use crate::record::{Day, Named, Ordered};
use crate::rows::RowsTable;
use crate::schema::{ColumnContent, ColumnPlace};
use crate::wire::{Wire, deflate, inflate, put_number, put_signed, put_text};

/// The engine's own columns: how long a record is, how fresh, and where its row stands.
pub(crate) const LENGTH: &str = "#length";
pub(crate) const ROWS: &str = "#rows";
pub(crate) const FRESH: &str = "#fresh";

/// The values of one field of one record.
pub(crate) struct Values(pub(crate) Vec<Named>);

/// How many words a record has, in sixteen steps: enough for the ranking, and four bits a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Length(u8);

/// The words a step stands for: each two fifths more than the one before.
const LENGTHS: [u16; 16] = [4, 6, 8, 11, 16, 22, 31, 43, 60, 84, 118, 165, 231, 324, 453, 635];

impl Length {
    pub(crate) fn of(words: usize) -> Length {
        Length(LENGTHS[1..].partition_point(|step| usize::from(*step) <= words + words / 6) as u8)
    }

    /// How many there are.
    pub(crate) const STEPS: usize = LENGTHS.len();

    /// All of them, by their step.
    pub(crate) fn all() -> [Length; Length::STEPS] {
        std::array::from_fn(|step| Length(step as u8))
    }

    pub(crate) fn step(self) -> usize {
        usize::from(self.0)
    }

    pub(crate) fn words(self) -> f32 {
        f32::from(LENGTHS[usize::from(self.0)])
    }
}

/// How fresh a record is: 0 to 15 by its age against the newest, and whether it is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fresh(u8);

impl Fresh {
    fn of(recency: Option<Day>, newest: Option<Day>, settled: bool) -> Fresh {
        let age = newest.zip(recency).map(|(newest, day)| newest.ordinal() - day.ordinal());
        let step = age.map_or(0, |days| 15 - (days / 61).clamp(0, 15));
        Fresh(step as u8 | u8::from(settled) << 4)
    }

    /// From 0, old, to 1, new.
    pub(crate) fn recency(self) -> f32 {
        f32::from(self.0 & 15) / 15.0
    }

    pub(crate) fn settled(self) -> bool {
        self.0 & 16 != 0
    }
}

/// Gathers columns, record by record.
#[derive(Default)]
pub(crate) struct ColumnsBuilder {
    records: u32,
    words: u64,
    lengths: Vec<Length>,
    freshness: Vec<(Option<Day>, bool)>,
    facets: Vec<(Box<str>, FacetBuilder)>,
    ordered: Vec<(Box<str>, OrderedBuilder)>,
}

#[derive(Default)]
struct OrderedBuilder {
    /// Whether its values are days. A field is of one type; where it is not, the numbers of days are numbers too.
    days: bool,
    runs: Runs<Option<i64>>,
}

#[derive(Default)]
struct FacetBuilder {
    names: Vec<Named>,
    by_id: FxHashMap<String, u32>,
    /// Sets of values that occur together; the first is the empty one.
    sets: Vec<Vec<u32>>,
    by_set: FxHashMap<Vec<u32>, u32>,
    runs: Runs<u32>,
}

/// Values in runs.
struct Runs<T>(Vec<(u32, T)>, u32);

impl<T> Default for Runs<T> {
    fn default() -> Self {
        Runs(Vec::new(), 0)
    }
}

impl<T: PartialEq + Copy> Runs<T> {
    /// Sets the value of `record`, and `otherwise` for those passed over.
    fn put(&mut self, record: u32, value: T, otherwise: T) {
        self.extend(record - self.1, otherwise);
        self.extend(1, value);
    }

    fn extend(&mut self, records: u32, value: T) {
        match self.0.last_mut() {
            _ if records == 0 => {}
            Some((length, last)) if *last == value => *length += records,
            _ => self.0.push((records, value)),
        }
        self.1 += records;
    }
}

impl ColumnsBuilder {
    pub(crate) fn add(
        &mut self,
        length: Length,
        recency: (Option<Day>, bool),
        facets: Vec<(Box<str>, Values)>,
        ordered: Vec<(Box<str>, Ordered)>,
    ) {
        let record = self.records;
        self.records += 1;
        self.words += length.words() as u64;
        self.lengths.push(length);
        self.freshness.push(recency);
        for (field, values) in facets {
            let column = entry(&mut self.facets, field);
            let set = column.set(values);
            column.runs.put(record, set, 0);
        }
        for (field, value) in ordered {
            let column = entry(&mut self.ordered, field);
            column.days = matches!(value, Ordered::Day(_));
            // The first value of a field counts where a record has several.
            if column.runs.1 <= record {
                column.runs.put(record, Some(value.number()), None);
            }
        }
    }

    pub(crate) fn records(&self) -> u32 {
        self.records
    }

    pub(crate) fn average_length(&self) -> f32 {
        self.words as f32 / self.records.max(1) as f32
    }

    /// The columns' file, and where in it each column stands.
    pub(crate) fn finish(mut self, rows: &RowsTable) -> (Vec<u8>, Vec<ColumnPlace>) {
        let mut file = Vec::new();
        let mut places = Vec::new();
        let mut place = |name: &str, content, runs: Vec<u8>, values: Vec<u8>| {
            let mut put = |part: Vec<u8>| {
                let from = file.len() as u64;
                file.extend_from_slice(&part);
                (from, part.len() as u64)
            };
            places.push(ColumnPlace { name: name.to_owned(), content, runs: put(runs), values: put(values) });
        };

        let lengths = self.lengths.chunks(2).map(|pair| pair[0].0 | pair.get(1).map_or(0, |length| length.0 << 4));
        place(LENGTH, ColumnContent::Internal, deflate(&lengths.collect::<Vec<_>>()), Vec::new());
        place(ROWS, ColumnContent::Internal, rows.pack(), Vec::new());
        let newest = self.freshness.iter().filter_map(|(recency, _)| *recency).max();
        let mut fresh = Runs::default();
        for (recency, settled) in &self.freshness {
            fresh.extend(1, u64::from(Fresh::of(*recency, newest, *settled).0));
        }
        place(FRESH, ColumnContent::Internal, pack(&fresh, put_number), Vec::new());

        self.facets.sort_by(|(a, _), (b, _)| (&**a != "kind", a).cmp(&(&**b != "kind", b)));
        for (name, column) in &mut self.facets {
            let rest = self.records - column.runs.1;
            column.runs.extend(rest, 0);
            place(name, ColumnContent::Facet, column.pack(), column.pack_names());
        }
        self.ordered.sort_by(|(a, _), (b, _)| a.cmp(b));
        for (name, column) in &mut self.ordered {
            let rest = self.records - column.runs.1;
            column.runs.extend(rest, None);
            let runs = pack(&column.runs, |out, value| match value {
                None => put_number(out, 0),
                Some(value) => {
                    put_number(out, 1);
                    put_signed(out, value);
                }
            });
            let content = if column.days { ColumnContent::Days } else { ColumnContent::Numbers };
            place(name, content, runs, Vec::new());
        }
        (file, places)
    }
}

/// The entry of a name; there are few enough to look through.
fn entry<T: Default>(entries: &mut Vec<(Box<str>, T)>, name: Box<str>) -> &mut T {
    let at = entries.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
        entries.push((name, T::default()));
        entries.len() - 1
    });
    &mut entries[at].1
}

impl FacetBuilder {
    fn set(&mut self, Values(values): Values) -> u32 {
        if self.sets.is_empty() {
            self.sets.push(Vec::new());
        }
        let set: Vec<u32> = values.into_iter().map(|value| self.value(value)).collect();
        if let Some(known) = self.by_set.get(&set) {
            return *known;
        }
        let number = self.sets.len() as u32;
        self.sets.push(set.clone());
        self.by_set.insert(set, number);
        number
    }

    fn value(&mut self, value: Named) -> u32 {
        if let Some(known) = self.by_id.get(&value.id) {
            return *known;
        }
        let number = self.names.len() as u32;
        self.by_id.insert(value.id.clone(), number);
        self.names.push(value);
        number
    }

    fn pack(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_number(&mut out, self.sets.len() as u64);
        for set in &self.sets {
            put_number(&mut out, set.len() as u64);
            for value in set {
                put_number(&mut out, u64::from(*value));
            }
        }
        pack_after(out, &self.runs, |out, set| put_number(out, u64::from(set)))
    }

    fn pack_names(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for name in &self.names {
            put_text(&mut out, &name.id);
            put_text(&mut out, &name.name);
        }
        deflate(&out)
    }
}

fn pack<T: Copy>(runs: &Runs<T>, put: impl Fn(&mut Vec<u8>, T)) -> Vec<u8> {
    pack_after(Vec::new(), runs, put)
}

fn pack_after<T: Copy>(mut out: Vec<u8>, runs: &Runs<T>, put: impl Fn(&mut Vec<u8>, T)) -> Vec<u8> {
    for (length, value) in &runs.0 {
        put_number(&mut out, u64::from(*length));
        put(&mut out, *value);
    }
    deflate(&out)
}

/// Takes a column's runs apart: `value` reads one value, `each` gets it with the records it holds for.
fn unpack<T: Copy>(
    mut wire: Wire<'_>,
    value: impl Fn(&mut Wire<'_>) -> io::Result<T>,
    records: u32,
) -> io::Result<Vec<(u32, T)>> {
    let mut runs = Vec::new();
    let mut end = 0_u64;
    while !wire.is_empty() {
        end += wire.number()?;
        runs.push((end as u32, value(&mut wire)?));
    }
    if end == u64::from(records) { Ok(runs) } else { Err(invalid("runs and records don't match")) }
}

fn invalid(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason.to_owned())
}

/// A facet's column, read: for every run of records, where it ends and which set of values it has.
pub(crate) struct FacetColumn {
    pub(crate) sets: Vec<Vec<u32>>,
    pub(crate) runs: Vec<(u32, u32)>,
}

impl FacetColumn {
    pub(crate) fn read(bytes: &[u8], records: u32) -> io::Result<FacetColumn> {
        let bytes = inflate(bytes)?;
        let mut wire = Wire(&bytes);
        let sets = (0..wire.number()?)
            .map(|_| (0..wire.number()?).map(|_| Ok(wire.number()? as u32)).collect())
            .collect::<io::Result<Vec<Vec<u32>>>>()?;
        let runs = unpack(wire, |wire| Ok(wire.number()? as u32), records)?;
        if runs.iter().any(|(_, set)| *set as usize >= sets.len()) {
            return Err(invalid("a run of a set that is not there"));
        }
        Ok(FacetColumn { sets, runs })
    }

    /// A column of records that have no value.
    pub(crate) fn empty(records: u32) -> FacetColumn {
        FacetColumn { sets: vec![Vec::new()], runs: vec![(records, 0)] }
    }

    /// Takes in the column of the records that follow; `numbers` says which values here are its values.
    pub(crate) fn follow(&mut self, next: &FacetColumn, numbers: &[u32]) {
        let (records, sets) = (self.runs.last().map_or(0, |(end, _)| *end), self.sets.len() as u32);
        let number = |value: &u32| numbers[*value as usize];
        self.sets.extend(next.sets.iter().map(|set| set.iter().map(number).collect()));
        self.runs.extend(next.runs.iter().map(|(end, set)| (records + end, sets + set)));
    }

    /// How many values there are.
    pub(crate) fn values(&self) -> u32 {
        self.sets.iter().flatten().max().map_or(0, |most| most + 1)
    }
}

/// A column of numbers, read: for every run of records, where it ends and its value.
pub(crate) type OrderedColumn = Vec<(u32, Option<i64>)>;

pub(crate) fn read_ordered(bytes: &[u8], records: u32) -> io::Result<OrderedColumn> {
    let bytes = inflate(bytes)?;
    let value = |wire: &mut Wire<'_>| if wire.number()? == 0 { Ok(None) } else { wire.signed().map(Some) };
    unpack(Wire(&bytes), value, records)
}

/// Every record's length.
pub(crate) fn read_lengths(bytes: &[u8], records: u32) -> io::Result<Vec<Length>> {
    let packed = inflate(bytes)?;
    if packed.len() * 2 < records as usize {
        return Err(invalid("fewer lengths than records"));
    }
    let mut lengths = vec![Length(0); packed.len() * 2];
    for (pair, byte) in lengths.chunks_exact_mut(2).zip(packed) {
        pair.copy_from_slice(&[Length(byte & 15), Length(byte >> 4)]);
    }
    lengths.truncate(records as usize);
    Ok(lengths)
}

/// Every record's freshness.
pub(crate) fn read_freshness(bytes: &[u8], records: u32) -> io::Result<Vec<Fresh>> {
    let bytes = inflate(bytes)?;
    let mut freshness = Vec::with_capacity(records as usize);
    #[expect(clippy::redundant_closure_for_method_calls, reason = "the method is not general enough in its lifetime")]
    let runs = unpack(Wire(&bytes), |wire| wire.number(), records)?;
    for (end, fresh) in runs {
        freshness.resize(end as usize, Fresh(fresh as u8));
    }
    Ok(freshness)
}

/// The names of a field's values, by their numbers.
pub(crate) fn read_names(bytes: &[u8]) -> io::Result<Vec<Named>> {
    let bytes = inflate(bytes)?;
    let mut wire = Wire(&bytes);
    let mut names = Vec::new();
    while !wire.is_empty() {
        names.push(Named::new(wire.text()?, wire.text()?));
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_near_enough() {
        for words in 4..600 {
            let kept = Length::of(words).words();
            assert!((0.8..1.25).contains(&(kept / words as f32)), "{words} became {kept}");
        }
        assert_eq!(Length::of(0), Length(0));
        assert_eq!(Length::of(100_000), Length(15));
    }

    #[test]
    fn columns_read_back() {
        let mut builder = ColumnsBuilder::default();
        let named = |id: usize| Named::new(format!("a-{id}"), format!("Account {id}"));
        for record in 0..1000_u16 {
            let mut facets: Vec<(Box<str>, Values)> =
                vec![("account".into(), Values(vec![named(usize::from(record) / 7)]))];
            if record % 10 == 3 {
                facets.push(("role".into(), Values(vec![Named::new("x", "X"), Named::new("y", "Y")])));
            }
            let ordered = if record % 5 == 0 {
                vec![("due".into(), Ordered::Number(i64::from(record) - 500))]
            } else {
                Vec::new()
            };
            builder.add(Length::of(record.into()), (Some(Day::new(2026, 1, 1)), record % 2 == 0), facets, ordered);
        }
        let (file, places) = builder.finish(&RowsTable::default());
        let find = |name: &str| places.iter().find(|place| place.name == name).unwrap();
        let part = |(from, length): (u64, u64)| &file[from as usize..(from + length) as usize];

        let account = FacetColumn::read(part(find("account").runs), 1000).unwrap();
        let mut record = 0;
        for (end, set) in &account.runs {
            for record in record..*end {
                assert_eq!(account.sets[*set as usize], [record / 7]);
            }
            record = *end;
        }
        assert_eq!(record, 1000);
        let role = FacetColumn::read(part(find("role").runs), 1000).unwrap();
        assert_eq!(role.sets, [vec![], vec![0, 1]]);

        let names = read_names(part(find("account").values)).unwrap();
        assert_eq!((names.len(), &names[142]), (143, &named(142)));

        let due = read_ordered(part(find("due").runs), 1000).unwrap();
        assert_eq!(due[..3], [(1, Some(-500)), (5, None), (6, Some(-495))]);
        let lengths = read_lengths(part(find(LENGTH).runs), 1000).unwrap();
        assert!((0..1000).all(|record| lengths[record] == Length::of(record)));
        let fresh = read_freshness(part(find(FRESH).runs), 1000).unwrap();
        assert!(fresh[0].settled() && !fresh[1].settled() && fresh[1].recency() > 0.99);
        assert!(read_ordered(part(find("due").runs), 999).is_err());
    }
}
