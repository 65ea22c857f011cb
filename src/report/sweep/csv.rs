//! Columns as comma-separated values (RFC 4180).

use crate::report::sweep::columns::Column;
use crate::report::tables::record;

pub fn csv(columns: &[Column]) -> String {
    let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    let mut out = record(&names);
    for row in 0..columns.first().map_or(0, |column| column.values.len()) {
        let fields: Vec<String> = columns.iter().map(|column| column.values.show(row)).collect();
        out.push_str(&record(&fields));
    }
    out
}
