//! The events of all runs: as the trace that `--trace` writes, and as a table with a row for each.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::compare::comparison::{Comparison, Run};
use crate::compare::follow::Names;
use crate::report::tables::record;
use crate::report::trace::{Encoder, Format, Header};
use crate::report::viewers::drawing::kept;
use crate::source::Sources;
use crate::time::Time;

/// The columns behind `run`, and the field of the trace that each holds.
const COLUMNS: [(&str, &str); 27] = [
    ("seq", "seq"),
    ("t_ns", "t"),
    ("kind", "kind"),
    ("task", "task"),
    ("task_name", ""),
    ("worker", "worker"),
    ("line", "line"),
    ("duration_ns", "duration"),
    ("label", "label"),
    ("cause", "cause"),
    ("object", "object"),
    ("holder", "holder"),
    ("held", "held"),
    ("by", "by"),
    ("name", "name"),
    ("role", "role"),
    ("parent", "parent"),
    ("priority", "priority"),
    ("daemon", "daemon"),
    ("target", "target"),
    ("text", "text"),
    ("metric", "metric"),
    ("value", "value"),
    ("value_ns", "nanos"),
    ("options", "options"),
    ("chosen", "chosen"),
    ("queue", "queue"),
];

/// The trace, `cosim-trace/1`, as `--trace` writes it.
///
/// # Errors
/// The events were not kept.
pub fn jsonl(comparison: &Comparison, sources: &Sources) -> Result<String, String> {
    let mut encoder = Encoder::new(Format::JsonLines);
    let mut out = Vec::new();
    for run in &comparison.runs {
        kept(run)?;
        begin(&mut encoder, comparison, run, sources, &mut out);
        run.trace.iter().for_each(|event| encoder.event(event, &mut out));
        let last = run.trace.last().map_or(Time::ZERO, |event| event.time);
        encoder.footer(&run.ending, last, run.fingerprint, &mut out);
    }
    Ok(String::from_utf8(out).expect("records are text"))
}

/// A row for each event (RFC 4180); what there is not is empty.
///
/// # Errors
/// The events were not kept.
pub fn csv(comparison: &Comparison, sources: &Sources) -> Result<String, String> {
    let heads = COLUMNS.iter().map(|(column, _)| (*column).to_string());
    let mut out = record(&std::iter::once("run".to_string()).chain(heads).collect::<Vec<_>>());
    let mut encoder = Encoder::new(Format::JsonLines);
    for run in &comparison.runs {
        kept(run)?;
        begin(&mut encoder, comparison, run, sources, &mut Vec::new());
        let mut names = Names::default();
        for event in &run.trace {
            names.event(event);
            let mut line = Vec::new();
            encoder.event(event, &mut line);
            let fields: BTreeMap<String, Value> =
                serde_json::from_slice(&line).expect("a record is an object");
            let name = event.task.map(|task| names.task(task)).unwrap_or_default();
            out.push_str(&row(&run.name, &name, &fields));
        }
    }
    Ok(out)
}

fn begin(encoder: &mut Encoder, comparison: &Comparison, run: &Run, sources: &Sources, out: &mut Vec<u8>) {
    let runtime = run.runtime.to_string();
    let header = Header { title: &comparison.title, run: &run.name, runtime: &runtime, seed: run.seed };
    encoder.header(header, &run.program, sources, out);
}

fn row(run: &str, task: &str, fields: &BTreeMap<String, Value>) -> String {
    let cell = |field: &str| match fields.get(field) {
        None => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let cells = COLUMNS.iter().map(|(column, field)| match *column {
        "task_name" => task.to_string(),
        _field => cell(field),
    });
    record(&std::iter::once(run.to_string()).chain(cells).collect::<Vec<_>>())
}
