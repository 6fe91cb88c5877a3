//! Several layers read as one index: their columns joined, their records numbered one after the other.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;
use tantivy::DocId;

use crate::columns::{FacetColumn, OrderedColumn};
use crate::error::Error;
use crate::layer::Layer;
use crate::record::Named;
use crate::rows::Row;
use crate::schema::ColumnContent;

/// The layers of an index.
pub(crate) struct Layers {
    all: Vec<Layer>,
    /// The fields of all of them.
    fields: Vec<(String, ColumnContent)>,
    // By the fields' numbers.
    facets: Vec<OnceLock<Arc<FacetColumn>>>,
    values: Vec<OnceLock<Arc<Values>>>,
    ordered: Vec<OnceLock<Arc<OrderedColumn>>>,
}

/// A field's values, those of all layers.
#[derive(Default)]
pub(crate) struct Values {
    pub(crate) names: Vec<Named>,
    /// For every layer, which of them its values are.
    numbers: Vec<Vec<u32>>,
}

impl Layers {
    /// Those, in this order; there is at least one.
    pub(crate) fn new(layers: Vec<Layer>) -> Self {
        let mut fields: Vec<(String, ColumnContent)> = Vec::new();
        for column in layers.iter().flat_map(|layer| &layer.settings.columns) {
            if !fields.iter().any(|(name, _)| *name == column.name) {
                fields.push((column.name.clone(), column.content));
            }
        }
        // In the order that one index has them in, so that hints name them alike.
        fields.sort_by(|(one, of), (other, as_well)| {
            let rank = |content: &ColumnContent| match content {
                ColumnContent::Internal => 0,
                ColumnContent::Facet => 1,
                ColumnContent::Days | ColumnContent::Numbers => 2,
            };
            let key = |name: &str, content| (rank(content), name != "kind");
            key(one, of).cmp(&key(other, as_well)).then_with(|| one.cmp(other))
        });
        Self {
            facets: fields.iter().map(|_| OnceLock::new()).collect(),
            values: fields.iter().map(|_| OnceLock::new()).collect(),
            ordered: fields.iter().map(|_| OnceLock::new()).collect(),
            all: layers,
            fields,
        }
    }

    /// All of them.
    pub(crate) fn all(&self) -> &[Layer] {
        &self.all
    }

    /// The one that is always there.
    pub(crate) fn first(&self) -> &Layer {
        &self.all[0]
    }

    /// The fields, and what they hold.
    pub(crate) fn fields(&self) -> &[(String, ColumnContent)] {
        &self.fields
    }

    /// How many records all layers hold, those that are gone among them.
    pub(crate) fn records(&self) -> u32 {
        self.all.iter().map(Layer::records).sum()
    }

    /// The row of a record.
    pub(crate) fn row(&self, record: DocId) -> Result<Row, Error> {
        let layer = &self.all[self.all.partition_point(|layer| layer.first <= record) - 1];
        layer.row(record - layer.first)
    }

    /// Says that the rows of these records are read next.
    pub(crate) fn rows_ahead(&self, records: &[DocId]) -> Result<(), Error> {
        for layer in &self.all {
            let own = layer.first..layer.first + layer.records();
            layer
                .rows_ahead(records.iter().filter(|record| own.contains(record)).map(|record| record - layer.first))?;
        }
        Ok(())
    }

    /// The number of a field.
    fn field(&self, field: &str) -> Option<usize> {
        self.fields.iter().position(|(name, _)| name == field)
    }

    /// A facet's column, where there is such a field.
    pub(crate) fn facet_column(&self, field: &str) -> Result<Option<Arc<FacetColumn>>, Error> {
        let Some(at) = self.field(field) else { return Ok(None) };
        if let Some(column) = self.facets[at].get() {
            return Ok(Some(Arc::clone(column)));
        }
        let mut column = self.all[0].facet(field)?;
        for (number, layer) in self.all.iter().enumerate().skip(1) {
            column.follow(&layer.facet(field)?, &self.values(field)?.numbers[number]);
        }
        Ok(Some(Arc::clone(self.facets[at].get_or_init(|| Arc::new(column)))))
    }

    /// A field's numbers or days.
    pub(crate) fn ordered_column(&self, field: &str) -> Result<Arc<OrderedColumn>, Error> {
        let Some(at) = self.field(field) else { return Ok(Arc::default()) };
        if let Some(column) = self.ordered[at].get() {
            return Ok(Arc::clone(column));
        }
        let mut column = OrderedColumn::new();
        for layer in &self.all {
            column.extend(layer.ordered(field)?.into_iter().map(|(end, value)| (layer.first + end, value)));
        }
        Ok(Arc::clone(self.ordered[at].get_or_init(|| Arc::new(column))))
    }

    /// What a field's values are called.
    pub(crate) fn values(&self, field: &str) -> Result<Arc<Values>, Error> {
        let Some(at) = self.field(field) else { return Ok(Arc::default()) };
        if let Some(values) = self.values[at].get() {
            return Ok(Arc::clone(values));
        }
        let mut values = Values { names: self.all[0].values(field)?, numbers: vec![Vec::new()] };
        for layer in &self.all[1..] {
            values.follow(layer.values(field)?);
        }
        Ok(Arc::clone(self.values[at].get_or_init(|| Arc::new(values))))
    }
}

impl Values {
    /// Takes in the values of a further layer. What one is called by now is what the last layer says.
    fn follow(&mut self, more: Vec<Named>) {
        let known: FxHashMap<&str, u32> =
            self.names.iter().enumerate().map(|(number, named)| (&*named.id, number as u32)).collect();
        let mut next = self.names.len() as u32;
        let numbers: Vec<u32> = more
            .iter()
            .map(|named| {
                known.get(&*named.id).copied().unwrap_or_else(|| {
                    next += 1;
                    next - 1
                })
            })
            .collect();
        for (number, named) in numbers.iter().zip(more) {
            match self.names.get_mut(*number as usize) {
                Some(known) => *known = named,
                None => self.names.push(named),
            }
        }
        self.numbers.push(numbers);
    }
}
