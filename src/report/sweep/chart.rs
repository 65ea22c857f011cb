//! A study as a line chart: a panel for each metric, a line for each run, over the first parameter that is a number.

use crate::report::chart::{Chart, Look, Mark, Panel, Point, Quantity, Series, line_chart};
use crate::report::sweep::figure::Scale;
use crate::report::sweep::point::{count, label_without};
use crate::study::findings::{Change, changes};
use crate::study::grid::Measure;
use crate::study::question::Better;
use crate::study::{Results, Study};

/// More lines than this cannot be told apart.
const LINES: usize = 12;

/// The axis along which lines are drawn.
///
/// # Errors
/// There is none.
pub fn along(study: &Study) -> Result<usize, String> {
    let found = study.axes.iter().position(|axis| axis.measure() != Measure::Other && axis.values.len() > 1);
    found.ok_or_else(|| {
        "a line chart needs a parameter that is varied and a number: `--vary pool=5..50`".to_string()
    })
}

/// # Errors
/// There is nothing along which a line could be drawn.
pub fn chart(results: &Results) -> Result<String, String> {
    let study = &results.study;
    let axis = along(study)?;
    let lines = lines(study, axis);
    let panels = (0..study.metrics.len()).map(|metric| panel(results, metric, axis, &lines)).collect();
    let chart = Chart {
        title: study.title.clone(),
        x: study.axes[axis].name.clone(),
        quantity: quantity(study.axes[axis].measure() == Measure::Duration),
        panels,
        note: note(results, lines.len()),
    };
    Ok(line_chart(&chart, &Look::default()))
}

fn quantity(duration: bool) -> Quantity {
    if duration { Quantity::Duration } else { Quantity::Number }
}

/// A run, and the point at which its line begins.
struct Line {
    name: String,
    run: usize,
    start: usize,
}

fn lines(study: &Study, axis: usize) -> Vec<Line> {
    let starts = (0..study.points()).filter(|&point| study.places(point)[axis] == 0);
    let line = |start: usize, run: usize| {
        let others = label_without(study, start, Some(axis));
        let name = study.runs[run].name.as_str();
        let name = match (others.is_empty(), study.runs.len()) {
            (true, _) => name.to_string(),
            (false, 1) => others,
            (false, _) => format!("{name}, {others}"),
        };
        Line { name, run, start }
    };
    starts.flat_map(|start| (0..study.runs.len()).map(move |run| line(start, run))).collect()
}

fn panel(results: &Results, metric: usize, axis: usize, lines: &[Line]) -> Panel {
    let study = &results.study;
    let step: usize = study.axes[axis + 1..].iter().map(|axis| axis.values.len()).product();
    let series = lines.iter().take(LINES).map(|line| {
        let points = study.axes[axis].values.iter().enumerate().filter_map(|(at, setting)| {
            let cell = results.cell(study.cell(line.start + at * step, line.run));
            let interval = cell.metrics[metric].interval;
            Some(Point { x: setting.number?, y: interval.mean, half: interval.half })
        });
        let mut points: Vec<Point> = points.collect();
        points.sort_by(|a, b| a.x.total_cmp(&b.x));
        Series { name: line.name.clone(), points }
    });
    let mut marks = Vec::new();
    if lines.len() == study.runs.len() {
        marks.extend(changes(results, metric).iter().map(|change| mark(study, metric, change)));
    }
    Panel {
        name: study.metrics[metric].text.clone(),
        quantity: quantity(results.is_duration(metric)),
        series: series.collect(),
        marks,
    }
}

fn mark(study: &Study, metric: usize, change: &Change) -> Mark {
    let (winner, word) = match study.metrics[metric].better {
        Better::Less => (change.second, "less"),
        Better::More => (change.first, "more"),
    };
    let crossing = change.crossing;
    let text = format!("{} has {word} from here", study.runs[winner].name);
    Mark { at: crossing.at, low: crossing.low, high: crossing.high, text }
}

fn note(results: &Results, lines: usize) -> String {
    let study = &results.study;
    let most = (0..study.cells()).map(|cell| results.of(cell).len()).max().unwrap_or(0);
    let level = Scale::Percent.plain(study.level);
    let mut note = match most {
        0 | 1 => count(most, "replication"),
        _ => format!("Means of {}; bands are their intervals at {level} %", count(most, "replication")),
    };
    if lines > LINES {
        note.push_str(&format!("; {} are not drawn", count(lines - LINES, "line")));
    }
    if results.partial {
        note.push_str("; interrupted");
    }
    note
}
