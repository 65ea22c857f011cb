//! A study as data: `cosim-sweep/1`.

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value;

use crate::report::json::pretty;
use crate::report::sweep::point::settings;
use crate::study::design::VERSION;
use crate::study::findings::{Change, Ranking, changes, rankings};
use crate::study::question::Better;
use crate::study::ran::End;
use crate::study::results::{Cell, Check, Summary};
use crate::study::statistics::{Crossing, Interval};
use crate::study::{Results, Study};

pub const SCHEMA: &str = "cosim-sweep/1";

#[derive(Serialize)]
struct Whole<'a> {
    schema: &'static str,
    cosim: &'static str,
    hash: String,
    partial: bool,
    runs: usize,
    held: bool,
    study: &'a Study,
    cells: Vec<CellShape<'a>>,
    findings: Vec<FindingShape<'a>>,
}

#[derive(Serialize)]
struct CellShape<'a> {
    point: IndexMap<String, Value>,
    run: &'a str,
    runtime: &'a str,
    runs: usize,
    outcomes: IndexMap<&'static str, usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    why: Vec<String>,
    /// Runs in which the warm-up could not be told from the rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    restless: Option<usize>,
    metrics: IndexMap<&'a str, MetricShape>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    assertions: IndexMap<&'a str, CheckShape>,
}

/// What is infinite or no number is `null`.
#[derive(Serialize)]
struct MetricShape {
    unit: Option<&'static str>,
    mean: f64,
    half: f64,
    n: usize,
    missing: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

#[derive(Serialize)]
#[serde(tag = "result", rename_all = "lowercase")]
enum CheckShape {
    Held,
    Broken { left: IntervalShape, difference: IntervalShape },
    Undecided { left: IntervalShape, difference: IntervalShape },
    Sometimes { held: usize, of: usize },
    Missing { runs: usize, why: Option<String> },
}

#[derive(Serialize)]
struct IntervalShape {
    mean: f64,
    half: f64,
    n: usize,
}

#[derive(Serialize)]
struct FindingShape<'a> {
    metric: &'a str,
    better: Better,
    points: Vec<RankingShape<'a>>,
    crossings: Vec<CrossingShape<'a>>,
}

#[derive(Serialize)]
struct RankingShape<'a> {
    point: IndexMap<String, Value>,
    /// From the best to the worst; those of one group are not told apart.
    groups: Vec<Vec<&'a str>>,
    best: Option<&'a str>,
}

#[derive(Serialize)]
struct CrossingShape<'a> {
    parameter: &'a str,
    point: IndexMap<String, Value>,
    at: f64,
    half: f64,
    low: f64,
    high: f64,
    less_before: &'a str,
    less_behind: &'a str,
}

pub fn json(results: &Results) -> String {
    let study = &results.study;
    let whole = Whole {
        schema: SCHEMA,
        cosim: VERSION,
        hash: study.hash(),
        partial: results.partial,
        runs: results.runs.len(),
        held: results.held(),
        study,
        cells: (0..study.cells()).map(|cell| cell_shape(results, results.cell(cell))).collect(),
        findings: (0..study.metrics.len()).map(|metric| findings(results, metric)).collect(),
    };
    pretty(&whole)
}

fn cell_shape(results: &Results, cell: Cell) -> CellShape<'_> {
    let study = &results.study;
    let metric = |(at, summary): (usize, Summary)| {
        let Interval { mean, half, n, .. } = summary.interval;
        let unit = results.is_duration(at).then_some("ns");
        let shape = MetricShape { unit, mean, half, n, missing: summary.missing, why: summary.why };
        (study.metrics[at].text.as_str(), shape)
    };
    let broken = cell.ends.iter().filter(|(end, _)| **end != End::Completed);
    let checks = study.assertions.iter().zip(cell.checks);
    CellShape {
        point: settings(study, cell.point),
        run: &study.runs[cell.run].name,
        runtime: &study.runs[cell.run].runtime,
        runs: cell.replications,
        why: broken.filter_map(|(_, (_, why))| why.clone()).collect(),
        outcomes: cell.ends.iter().map(|(end, (count, _))| (end.word(), *count)).collect(),
        restless: (cell.restless > 0).then_some(cell.restless),
        metrics: cell.metrics.into_iter().enumerate().map(metric).collect(),
        assertions: checks.map(|(assertion, check)| (assertion.text.as_str(), check_shape(check))).collect(),
    }
}

fn check_shape(check: Check) -> CheckShape {
    let shape = |Interval { mean, half, n, .. }: Interval| IntervalShape { mean, half, n };
    match check {
        Check::Held => CheckShape::Held,
        Check::Broken { left, difference } => {
            CheckShape::Broken { left: shape(left), difference: shape(difference) }
        }
        Check::Undecided { left, difference } => {
            CheckShape::Undecided { left: shape(left), difference: shape(difference) }
        }
        Check::NotAlways { held, of } => CheckShape::Sometimes { held, of },
        Check::Missing { runs, why } => CheckShape::Missing { runs, why },
        Check::Nothing => CheckShape::Missing { runs: 0, why: None },
    }
}

/// Who comes first at each point, and where two change places.
fn findings(results: &Results, metric: usize) -> FindingShape<'_> {
    let study = &results.study;
    let name = |run: usize| study.runs[run].name.as_str();
    let ranking = |ranking: &Ranking| RankingShape {
        point: settings(study, ranking.point),
        groups: ranking.groups.iter().map(|group| group.iter().map(|&run| name(run)).collect()).collect(),
        best: ranking.best().map(name),
    };
    let crossing = |change: &Change| {
        let parameter = study.axes[change.axis].name.as_str();
        let mut point = settings(study, change.point);
        point.shift_remove(parameter);
        let Crossing { at, half, low, high, .. } = change.crossing;
        let (less_before, less_behind) = (name(change.first), name(change.second));
        CrossingShape { parameter, point, at, half, low, high, less_before, less_behind }
    };
    FindingShape {
        metric: &study.metrics[metric].text,
        better: study.metrics[metric].better,
        points: rankings(results, metric).iter().map(ranking).collect(),
        crossings: changes(results, metric).iter().map(crossing).collect(),
    }
}
