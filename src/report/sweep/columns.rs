//! The results of a study as columns, for tables of other tools: a row for each cell and metric, or for each run.

use crate::study::Results;
use crate::study::grid::Measure;
use crate::study::ran::{End, Ran};
use crate::study::results::Cell;

/// A name, and a value for each row.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub name: String,
    pub values: Values,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    Texts(Vec<String>),
    Counts(Vec<u64>),
    Ints(Vec<Option<i64>>),
    Numbers(Vec<Option<f64>>),
}

impl Values {
    /// One of them as text; nothing for none.
    pub fn show(&self, row: usize) -> String {
        match self {
            Values::Texts(texts) => texts[row].clone(),
            Values::Counts(counts) => counts[row].to_string(),
            Values::Ints(ints) => ints[row].map(|int| int.to_string()).unwrap_or_default(),
            Values::Numbers(numbers) => numbers[row].map(|number| number.to_string()).unwrap_or_default(),
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Values::Texts(texts) => texts.len(),
            Values::Counts(counts) => counts.len(),
            Values::Ints(ints) => ints.len(),
            Values::Numbers(numbers) => numbers.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Columns that every table has; a parameter of such a name gets another.
const TAKEN: [&str; 18] = [
    "run",
    "runtime",
    "replication",
    "seed",
    "outcome",
    "why",
    "runs",
    "completed",
    "failed",
    "deadlock",
    "limit",
    "metric",
    "unit",
    "n",
    "mean",
    "half",
    "low",
    "high",
];

/// A row for each metric of each cell: the mean, half the width of its interval, and how many runs that is.
pub fn cells(results: &Results) -> Vec<Column> {
    let study = &results.study;
    let cells: Vec<Cell> = (0..study.cells()).map(|cell| results.cell(cell)).collect();
    let metrics = 0..study.metrics.len();
    let rows: Vec<(&Cell, usize)> =
        cells.iter().flat_map(|cell| metrics.clone().map(move |metric| (cell, metric))).collect();
    let units: Vec<&str> =
        metrics.clone().map(|metric| if results.is_duration(metric) { "ns" } else { "" }).collect();
    let each = |of: &dyn Fn(&Cell, usize) -> u64| {
        Values::Counts(rows.iter().map(|&(cell, metric)| of(cell, metric)).collect())
    };
    let number = |of: &dyn Fn(&Cell, usize) -> f64| {
        let finite = |value: f64| value.is_finite().then_some(value);
        Values::Numbers(rows.iter().map(|&(cell, metric)| finite(of(cell, metric))).collect())
    };
    let text =
        |of: &dyn Fn(usize) -> String| Values::Texts(rows.iter().map(|&(_, metric)| of(metric)).collect());
    let ended = |cell: &Cell, end: End| cell.ends.get(&end).map_or(0, |(count, _)| *count as u64);
    let points: Vec<(usize, usize)> = rows.iter().map(|(cell, _)| (cell.point, cell.run)).collect();
    let mut columns = place(results, &points);
    let mut add = |name: &str, values: Values| columns.push(Column { name: name.to_string(), values });
    add("runs", each(&|cell, _| cell.replications as u64));
    for end in [End::Completed, End::Failed, End::Deadlock, End::Limit] {
        add(end.word(), each(&|cell, _| ended(cell, end)));
    }
    add("metric", text(&|metric| study.metrics[metric].text.clone()));
    add("unit", text(&|metric| units[metric].to_string()));
    add("n", each(&|cell, metric| cell.metrics[metric].interval.n as u64));
    add("mean", number(&|cell, metric| cell.metrics[metric].interval.mean));
    add("half", number(&|cell, metric| cell.metrics[metric].interval.half));
    add("low", number(&|cell, metric| cell.metrics[metric].interval.low()));
    add("high", number(&|cell, metric| cell.metrics[metric].interval.high()));
    columns
}

/// A row for each run: its seed, how it ended, and its metrics.
pub fn runs(results: &Results) -> Vec<Column> {
    let study = &results.study;
    let width = study.runs.len();
    let places: Vec<(usize, usize)> =
        results.runs.iter().map(|ran| (ran.cell / width, ran.cell % width)).collect();
    let mut columns = place(results, &places);
    let mut add = |name: String, values: Values| columns.push(Column { name, values });
    let counts = |of: &dyn Fn(usize) -> u64| Values::Counts((0..results.runs.len()).map(of).collect());
    add("replication".to_string(), counts(&|row| u64::from(results.runs[row].replication)));
    add("seed".to_string(), counts(&|row| study.seed(places[row].1, results.runs[row].replication)));
    let texts = |of: &dyn Fn(&Ran) -> String| Values::Texts(results.runs.iter().map(of).collect());
    add("outcome".to_string(), texts(&|ran| ran.end.word().to_string()));
    add("why".to_string(), texts(&|ran| ran.why.clone().unwrap_or_default()));
    for (at, metric) in study.metrics.iter().enumerate() {
        let unit = if results.is_duration(at) { "_ns" } else { "" };
        let values = results.runs.iter().map(|ran| ran.values[at]).collect();
        add(format!("{}{unit}", metric.text), Values::Numbers(values));
    }
    columns
}

/// Where each row belongs: the parameters that are varied, the run, its runtime.
fn place(results: &Results, rows: &[(usize, usize)]) -> Vec<Column> {
    let study = &results.study;
    let mut columns = Vec::new();
    for (at, axis) in study.axes.iter().enumerate() {
        let setting = |point: usize| &axis.values[study.places(point)[at]];
        let whole = || Values::Ints(rows.iter().map(|&(point, _)| setting(point).whole()).collect());
        let (unit, values) = match axis.measure() {
            Measure::Int => ("", whole()),
            Measure::Duration => ("_ns", whole()),
            Measure::Float => {
                ("", Values::Numbers(rows.iter().map(|&(point, _)| setting(point).number).collect()))
            }
            Measure::Other => {
                ("", Values::Texts(rows.iter().map(|&(point, _)| setting(point).text.clone()).collect()))
            }
        };
        let prefix = if TAKEN.contains(&axis.name.as_str()) { "param_" } else { "" };
        columns.push(Column { name: format!("{prefix}{}{unit}", axis.name), values });
    }
    let texts = |of: &dyn Fn(usize) -> String| Values::Texts(rows.iter().map(|&(_, run)| of(run)).collect());
    columns.push(Column { name: "run".to_string(), values: texts(&|run| study.runs[run].name.clone()) });
    columns
        .push(Column { name: "runtime".to_string(), values: texts(&|run| study.runs[run].runtime.clone()) });
    columns
}
