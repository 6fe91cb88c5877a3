//! What is stored of the records, a row each: what a hit must show.
//!
//! Records of one page and one account stand side by side, and a row says only what the one before it doesn't. Rows are
//! read in blocks, the first row of which says all. Where an index is published a block is a file, deflated after
//! [samples](Samples) of all rows, which every reader has: so a small block is deflated as well as a large one, and a
//! hit costs little.
//!
//! tantivy has a store of its own, but knows no compression for it that both keeps text small and runs in the page.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

use crate::record::{Day, Named, Record};
use crate::wire::{Wire, deflate, inflate, put_line, put_number};

/// Bytes of rows in a block, at least and at most. A hit costs one block: small ones keep a query's reading small, large
/// ones the files few.
const BLOCK: [usize; 2] = [13 << 10, 28 << 10];
/// Of so many rows about one ends a block that is long enough: what a row says decides it, so that one more row changes
/// the block it is in and not all that come after.
const ENDS: u8 = 20;

/// What is stored of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) kind: String,
    pub(crate) title: String,
    pub(crate) url: String,
    pub(crate) account: Option<Named>,
    pub(crate) date: Option<Day>,
    pub(crate) status: Option<String>,
    pub(crate) excerpt: String,
}

/// What a row has of the one before it, or lacks.
const SAME_PAGE: u64 = 1;
const NO_ANCHOR: u64 = 2;
const SAME_ACCOUNT: u64 = 4;
const NO_ACCOUNT: u64 = 8;

impl Row {
    pub(crate) fn of(record: &Record, excerpt: usize) -> Row {
        let status = record.facets.iter().find(|facet| facet.field == "status");
        Row {
            kind: record.kind.clone().into_owned(),
            title: record.title.clone(),
            url: record.url.clone(),
            account: record.account.clone(),
            date: record.date,
            status: status.map(|facet| facet.value.name.clone()),
            excerpt: beginning(&record.body, excerpt),
        }
    }

    fn page(&self) -> (&str, Option<&str>) {
        self.url.split_once('#').map_or((&self.url, None), |(page, anchor)| (page, Some(anchor)))
    }

    /// Writes what `before` doesn't say.
    fn write(&self, before: Option<&Row>, out: &mut Vec<u8>) {
        let (page, anchor) = self.page();
        let same_page = before.is_some_and(|before| before.page().0 == page);
        let same_account = self.account.is_some() && before.is_some_and(|before| before.account == self.account);
        let flags = [
            (SAME_PAGE, same_page),
            (NO_ANCHOR, anchor.is_none()),
            (SAME_ACCOUNT, same_account),
            (NO_ACCOUNT, self.account.is_none()),
        ];
        put_number(out, flags.iter().filter(|(_, is)| *is).map(|(flag, _)| flag).sum());
        if !same_page {
            put_line(out, page);
        }
        if let Some(anchor) = anchor {
            put_line(out, anchor);
        }
        if let Some(account) = self.account.as_ref().filter(|_| !same_account) {
            put_line(out, &account.id);
            put_line(out, &account.name);
        }
        put_line(out, &self.kind);
        put_line(out, self.status.as_deref().unwrap_or(""));
        put_number(out, self.date.map_or(0, |day| u64::from(day.number())));
        put_line(out, &self.title);
        put_line(out, &self.excerpt);
    }

    /// Reads a row of a block.
    pub(crate) fn read(block: &[u8], number: usize) -> io::Result<Row> {
        let mut wire = Wire(block);
        let (mut page, mut account) = ("", None);
        let mut at = 0;
        loop {
            let flags = wire.number()?;
            let is = |flag| flags & flag != 0;
            if !is(SAME_PAGE) {
                page = wire.line()?;
            }
            let anchor = if is(NO_ANCHOR) { None } else { Some(wire.line()?) };
            if is(NO_ACCOUNT) {
                account = None;
            } else if !is(SAME_ACCOUNT) {
                account = Some((wire.line()?, wire.line()?));
            }
            let (kind, status, date) = (wire.line()?, wire.line()?, wire.number()?);
            let (title, excerpt) = (wire.line()?, wire.line()?);
            if at == number {
                return Ok(Row {
                    kind: kind.to_owned(),
                    title: title.to_owned(),
                    url: anchor.map_or_else(|| page.to_owned(), |anchor| format!("{page}#{anchor}")),
                    account: account.map(|(id, name)| Named::new(id, name)),
                    date: (date != 0).then(|| Day::from_number(date as u32)),
                    status: Some(status.to_owned()).filter(|status| !status.is_empty()),
                    excerpt: excerpt.to_owned(),
                });
            }
            at += 1;
        }
    }
}

/// Gathers rows.
#[derive(Default)]
pub(crate) struct RowsBuilder {
    file: Vec<u8>,
    table: RowsTable,
    samples: Samples,
    before: Option<Row>,
    records: u32,
}

/// For every block, the record it ends before and the byte it ends before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RowsTable(Vec<(u32, u64)>);

impl RowsBuilder {
    pub(crate) fn add(&mut self, row: Row) {
        row.write(self.before.as_ref(), &mut self.file);
        self.records += 1;
        // What it says by itself, whatever comes before it.
        let mut own = Vec::new();
        row.write(Some(&row), &mut own);
        let hash = *blake3::hash(&own).as_bytes();
        self.before = Some(row);
        self.samples.offer(hash, own);
        let block = self.file.len() - self.table.0.last().map_or(0, |(_, end)| *end as usize);
        let [least, most] = BLOCK;
        if block >= most || (block >= least && hash[0].is_multiple_of(ENDS)) {
            self.end_block();
        }
    }

    fn end_block(&mut self) {
        if self.before.take().is_some() {
            self.table.0.push((self.records, self.file.len() as u64));
        }
    }

    /// The file, where in it each block stands, and the samples.
    pub(crate) fn finish(mut self) -> (Vec<u8>, RowsTable, Vec<u8>) {
        self.end_block();
        let samples = self.samples.finish(self.file.len());
        (self.file, self.table, samples)
    }
}

/// Some of the rows, for blocks to be deflated after. Those whose hash is least: which they are does not depend on the
/// others, so an edit rarely changes them, and with them all blocks.
#[derive(Default)]
struct Samples {
    least: BTreeMap<[u8; 32], Vec<u8>>,
    bytes: usize,
}

/// How many bytes of samples there are at most: every reader fetches them.
const SAMPLES: usize = 16 << 10;
/// Of fewer rows no more than one in so many is a sample.
const RARELY: usize = 24;

impl Samples {
    fn offer(&mut self, hash: [u8; 32], row: Vec<u8>) {
        let full = self.bytes >= SAMPLES;
        if full && self.least.last_key_value().is_some_and(|(most, _)| *most < hash) {
            return;
        }
        let bytes = row.len();
        if self.least.insert(hash, row).is_none() {
            self.bytes += bytes;
        }
        while let Some(most) = self.least.last_entry().filter(|most| self.bytes - most.get().len() >= SAMPLES) {
            self.bytes -= most.remove().len();
        }
    }

    fn finish(self, rows: usize) -> Vec<u8> {
        let most = SAMPLES.min(rows / RARELY);
        let mut bytes = 0;
        let samples = self.least.into_values().take_while(|sample| {
            bytes += sample.len();
            bytes <= most
        });
        samples.flatten().collect()
    }
}

impl RowsTable {
    pub(crate) fn pack(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut before = (0, 0);
        for (record, byte) in &self.0 {
            put_number(&mut out, u64::from(record - before.0));
            put_number(&mut out, byte - before.1);
            before = (*record, *byte);
        }
        deflate(&out)
    }

    pub(crate) fn read(bytes: &[u8]) -> io::Result<RowsTable> {
        let bytes = inflate(bytes)?;
        let mut wire = Wire(&bytes);
        let mut table = Vec::new();
        let mut end = (0, 0);
        while !wire.is_empty() {
            end = (end.0 + wire.number()? as u32, end.1 + wire.number()?);
            table.push(end);
        }
        Ok(RowsTable(table))
    }

    /// The byte that each block ends before.
    pub(crate) fn ends(&self) -> impl Iterator<Item = u64> {
        self.0.iter().map(|(_, end)| *end)
    }

    /// The block that a record's row is in: its bytes, and which of its rows it is.
    pub(crate) fn find(&self, record: u32) -> Option<(Range<u64>, usize)> {
        let block = self.0.partition_point(|(end, _)| *end <= record);
        let (_, end) = self.0.get(block)?;
        let (first, start) = if block == 0 { (0, 0) } else { self.0[block - 1] };
        Some((start..*end, (record - first) as usize))
    }
}

/// The beginning of a text, in whole words, white space made single spaces.
fn beginning(text: &str, bytes: usize) -> String {
    let mut out = String::new();
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        if out.len() + word.len() > bytes {
            // Text without spaces is cut between characters.
            let room = bytes.saturating_sub(out.len());
            let cut = (0..=room.min(word.len())).rev().find(|at| word.is_char_boundary(*at)).unwrap_or(0);
            if !word.is_ascii() || out.is_empty() {
                out.push_str(&word[..cut]);
            }
            let kept = out.trim_end().len();
            out.truncate(kept);
            out.push('…');
            break;
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u32) -> Row {
        let record = Record::new("promise", format!("Title {number}"), format!("/p/{}/#{number}", number / 7))
            .body("For  Dana\n\nby March ".repeat(number as usize % 40));
        let mut row = Row::of(&record, 100);
        row.account = (number % 30 > 2).then(|| Named::new(format!("a-{}", number / 10), "A"));
        row.date = number.is_multiple_of(2).then(|| Day::from_number(20_260_101 + number));
        row.status = number.is_multiple_of(3).then(|| "Open".to_owned());
        if number.is_multiple_of(7) {
            row.url = format!("/p/{}/", number / 7);
        }
        row
    }

    #[test]
    fn rows_are_found_in_their_blocks() {
        let mut builder = RowsBuilder::default();
        for number in 0..1_000 {
            builder.add(row(number));
        }
        let (file, table, _) = builder.finish();
        let table = RowsTable::read(&table.pack()).unwrap();
        assert!(table.ends().count() > 3);
        for record in 0..1_000 {
            let (range, at) = table.find(record).unwrap();
            assert_eq!(Row::read(&file[range.start as usize..range.end as usize], at).unwrap(), row(record));
        }
        assert!(table.find(1_000).is_none());
        assert!(RowsTable::default().find(0).is_none());
        assert!(Row::read(&[], 0).is_err());
    }

    #[test]
    fn samples_are_few_and_stay_where_rows_change() {
        let samples = |numbers: Range<u32>| {
            let mut builder = RowsBuilder::default();
            numbers.for_each(|number| builder.add(row(number)));
            builder.finish().2
        };
        let many = samples(0..5_000);
        assert!((SAMPLES / 2..=SAMPLES).contains(&many.len()), "{}", many.len());
        let after: Vec<_> = (5_000..5_012).map(|number| samples(0..number)).collect();
        let changed = after.windows(2).filter(|pair| pair[0] != pair[1]).count();
        assert!(changed <= 3, "{changed}");
        assert!(samples(0..10).len() < 100);
    }

    #[test]
    fn excerpts_end_between_words_and_characters() {
        assert_eq!(row(1).excerpt, "For Dana by March");
        assert_eq!(beginning("one two three", 8), "one two…");
        assert_eq!(beginning("東京都東京都", 10), "東京都…");
        assert_eq!(beginning("short", 8), "short");
    }
}
