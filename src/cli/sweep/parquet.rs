//! Columns as a Parquet file; the only file that knows parquet.

use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::Result;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;

use crate::report::sweep::columns::{Column, Values};
use crate::study::design::VERSION;

/// The bytes of the file, the same on every machine. `facts` stand in its footer, names and values.
///
/// # Errors
/// A sentence of the library's.
pub fn parquet(columns: &[Column], facts: &[(&str, String)]) -> std::result::Result<Vec<u8>, String> {
    write(columns, facts).map_err(|error| error.to_string())
}

fn write(columns: &[Column], facts: &[(&str, String)]) -> Result<Vec<u8>> {
    let fields: Vec<Arc<Type>> =
        columns.iter().map(|column| field(column).map(Arc::new)).collect::<Result<_>>()?;
    let schema = Type::group_type_builder("sweep").with_fields(fields).build()?;
    let facts = facts.iter().map(|(name, value)| KeyValue::new((*name).to_string(), value.clone()));
    let properties = WriterProperties::builder()
        .set_created_by(format!("cosim version {VERSION}"))
        .set_key_value_metadata(Some(facts.collect()))
        .build();
    let mut bytes = Vec::new();
    let mut file = SerializedFileWriter::new(&mut bytes, Arc::new(schema), Arc::new(properties))?;
    let mut group = file.next_row_group()?;
    for column in columns {
        if let Some(mut writer) = group.next_column()? {
            fill(&mut writer, &column.values)?;
            writer.close()?;
        }
    }
    group.close()?;
    file.close()?;
    Ok(bytes)
}

fn field(column: &Column) -> Result<Type> {
    let (physical, logical, repetition) = match column.values {
        Values::Texts(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String), Repetition::REQUIRED),
        Values::Counts(_) => (Physical::INT64, Some(LogicalType::integer(64, false)), Repetition::REQUIRED),
        Values::Ints(_) => (Physical::INT64, None, Repetition::OPTIONAL),
        Values::Numbers(_) => (Physical::DOUBLE, None, Repetition::OPTIONAL),
    };
    let builder = Type::primitive_type_builder(&column.name, physical);
    builder.with_repetition(repetition).with_logical_type(logical).build()
}

fn fill(writer: &mut SerializedColumnWriter<'_>, values: &Values) -> Result<()> {
    match (values, writer.untyped()) {
        (Values::Texts(texts), ColumnWriter::ByteArrayColumnWriter(writer)) => {
            let texts: Vec<ByteArray> = texts.iter().map(|text| text.as_str().into()).collect();
            writer.write_batch(&texts, None, None)?;
        }
        (Values::Counts(counts), ColumnWriter::Int64ColumnWriter(writer)) => {
            let counts: Vec<i64> = counts.iter().map(|count| count.cast_signed()).collect();
            writer.write_batch(&counts, None, None)?;
        }
        (Values::Ints(ints), ColumnWriter::Int64ColumnWriter(writer)) => {
            let there: Vec<i64> = ints.iter().copied().flatten().collect();
            writer.write_batch(&there, Some(&levels(ints)), None)?;
        }
        (Values::Numbers(numbers), ColumnWriter::DoubleColumnWriter(writer)) => {
            let there: Vec<f64> = numbers.iter().copied().flatten().collect();
            writer.write_batch(&there, Some(&levels(numbers)), None)?;
        }
        (_values, _other) => unreachable!("a column has the writer of its own field"),
    }
    Ok(())
}

/// 1 where there is a value, 0 where there is none.
fn levels<T>(values: &[Option<T>]) -> Vec<i16> {
    values.iter().map(|value| i16::from(value.is_some())).collect()
}
