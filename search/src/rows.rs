//! What is stored of the records, a row each, in blocks that are read one at a time.
//!
//! tantivy has a store of its own, but knows no compression for it that both keeps text small and runs in the page.

use std::io;

use crate::wire::{Wire, deflate, inflate, put_number};

/// Bytes of rows in a block before it is compressed. A hit costs one block: small ones keep a query's reading small,
/// large ones the index.
const BLOCK: usize = 26 << 10;

/// Gathers rows.
#[derive(Default)]
pub(crate) struct RowsBuilder {
    file: Vec<u8>,
    table: RowsTable,
    block: Vec<u8>,
    records: u32,
}

/// For every block, the record it ends before and the byte it ends before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RowsTable(Vec<(u32, u64)>);

impl RowsBuilder {
    pub(crate) fn add(&mut self, row: &[u8]) {
        put_number(&mut self.block, row.len() as u64);
        self.block.extend_from_slice(row);
        self.records += 1;
        if self.block.len() >= BLOCK {
            self.end_block();
        }
    }

    fn end_block(&mut self) {
        if !self.block.is_empty() {
            self.file.extend_from_slice(&deflate(&self.block));
            self.table.0.push((self.records, self.file.len() as u64));
            self.block.clear();
        }
    }

    /// The file, and where in it each block stands.
    pub(crate) fn finish(mut self) -> (Vec<u8>, RowsTable) {
        self.end_block();
        (self.file, self.table)
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

    /// The block that a record's row is in: its number, its bytes, and which of its rows it is.
    pub(crate) fn find(&self, record: u32) -> Option<(usize, std::ops::Range<u64>, usize)> {
        let block = self.0.partition_point(|(end, _)| *end <= record);
        let (_, end) = self.0.get(block)?;
        let (first, start) = if block == 0 { (0, 0) } else { self.0[block - 1] };
        Some((block, start..*end, (record - first) as usize))
    }
}

/// The rows of a block.
pub(crate) fn read_block(bytes: &[u8]) -> io::Result<Vec<Box<[u8]>>> {
    let bytes = inflate(bytes)?;
    let mut wire = Wire(&bytes);
    let mut rows = Vec::new();
    while !wire.is_empty() {
        let length = wire.number()? as usize;
        rows.push(wire.bytes(length)?.into());
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_in_their_blocks() {
        let row = |record: u32| format!("row {record} ").repeat(record as usize % 40);
        let mut builder = RowsBuilder::default();
        for record in 0..1_000 {
            builder.add(row(record).as_bytes());
        }
        let (file, table) = builder.finish();
        let table = RowsTable::read(&table.pack()).unwrap();
        for record in [0, 1, 39, 500, 998, 999] {
            let (_, range, at) = table.find(record).unwrap();
            let rows = read_block(&file[range.start as usize..range.end as usize]).unwrap();
            assert_eq!(&*rows[at], row(record).as_bytes());
        }
        assert!(table.find(1_000).is_none());
        assert!(RowsTable::default().find(0).is_none());
    }
}
