//! A point of the grid in words and as data: which parameter has which value there.

use indexmap::IndexMap;
use serde_json::{Value, json};

use crate::report::lines::clean;
use crate::study::Study;
use crate::study::grid::{Measure, Setting};
use crate::study::results::Cell;

/// `pool 5, pause 10ms`; nothing where nothing is varied.
pub fn label(study: &Study, point: usize) -> String {
    label_without(study, point, None)
}

/// The same without one of the axes.
pub fn label_without(study: &Study, point: usize, left_out: Option<usize>) -> String {
    let parts = study.axes.iter().zip(study.settings(point)).enumerate();
    let parts = parts.filter(|(at, _)| Some(*at) != left_out);
    let texts: Vec<String> =
        parts.map(|(_, (axis, setting))| clean(&format!("{} {}", axis.name, setting.text))).collect();
    texts.join(", ")
}

/// The parameters by name; durations in nanoseconds.
pub fn settings(study: &Study, point: usize) -> IndexMap<String, Value> {
    let pairs = study.axes.iter().zip(study.settings(point));
    let value = |setting: &Setting| match setting.measure {
        Measure::Int | Measure::Duration => json!(setting.whole()),
        Measure::Float => json!(setting.number),
        Measure::Other => json!(setting.text),
    };
    pairs.map(|(axis, setting)| (axis.name.clone(), value(setting))).collect()
}

/// `pool 5, one loop`
pub fn place(study: &Study, cell: &Cell) -> String {
    let label = label(study, cell.point);
    let name = clean(&study.runs[cell.run].name);
    match (label.is_empty(), study.runs.len() == 1) {
        (true, _) => name,
        (false, true) => label,
        (false, false) => format!("{label}, {name}"),
    }
}

/// `1 point`, `12 points`
pub fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
