//! A study as its reader sees it: means with intervals, who comes first, what was asserted.

use crate::report::lines::clean;
use crate::report::style::{Ink, Style};
use crate::report::sweep::asserted::assertions;
use crate::report::sweep::checks::checks;
use crate::report::sweep::figure::Scale;
use crate::report::sweep::point::{count, label, place};
use crate::report::sweep::ranks::ranks;
use crate::report::table::{Entry, Table};
use crate::study::Results;
use crate::study::findings::rankings;
use crate::study::ran::End;
use crate::study::results::Cell;

pub fn text(results: &Results, style: Style) -> String {
    let cells: Vec<Cell> = (0..results.study.cells()).map(|cell| results.cell(cell)).collect();
    let parts = [
        head(results, style),
        tables(results, &cells, style),
        notes(results, &cells),
        ranks(results, style),
        assertions(results, &cells, style),
        checks(results, style),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

/// `pool 5…50`: a number of points, of runs, of replications.
fn head(results: &Results, style: Style) -> String {
    let study = &results.study;
    let times = style.glyph("×", "x");
    let mut factors = Vec::new();
    if !study.axes.is_empty() {
        factors.push(count(study.points(), "point"));
    }
    if study.runs.len() > 1 {
        factors.push(count(study.runs.len(), "runtime"));
    }
    let fewest = (0..study.cells()).map(|cell| results.of(cell).len()).min().unwrap_or(0);
    let most = (0..study.cells()).map(|cell| results.of(cell).len()).max().unwrap_or(0);
    factors.push(match fewest == most {
        true => count(most, "replication"),
        false => format!("{fewest} to {most} replications"),
    });
    let last = study.seed.wrapping_add(most.saturating_sub(1) as u64);
    let seeds =
        if most > 1 { format!("seeds {} to {last}", study.seed) } else { format!("seed {}", study.seed) };
    let mut facts = vec![factors.join(&format!(" {times} ")), seeds];
    if most > 1 {
        facts.push(format!("intervals at {} %", Scale::Percent.plain(study.level)));
    }
    let facts = facts.join("; ");
    let mut out =
        format!("{}\n{}\n", style.paint(Ink::Strong, &clean(&study.title)), style.paint(Ink::Faint, &facts));
    if results.partial {
        let text = format!("interrupted after {} of {} runs", results.runs.len(), study.size());
        out.push_str(&format!("{}\n", style.paint(Ink::Bad, &text)));
    }
    out
}

/// Where runs are compared, a table for each metric, a column for each run; otherwise a column for each metric.
fn tables(results: &Results, cells: &[Cell], style: Style) -> String {
    let study = &results.study;
    let metrics = 0..study.metrics.len();
    let tables: Vec<(String, Table)> = if study.runs.len() == 1 {
        vec![(String::new(), by_metric(results, cells, style))]
    } else {
        metrics.map(|metric| (title(results, cells, metric), by_run(results, cells, metric, style))).collect()
    };
    let mut out = Vec::new();
    for (title, table) in tables {
        let heading =
            if title.is_empty() { title } else { format!("{}\n", style.paint(Ink::Strong, &title)) };
        let (beside, below) = (table.pages(style.width), table.transposed().pages(style.width));
        let pages = if below.len() < beside.len() { below } else { beside };
        let drawn: Vec<String> = pages.iter().map(|page| page.draw(style)).collect();
        out.push(format!("{heading}{}", drawn.join("\n")));
    }
    out.join("\n")
}

fn scale(results: &Results, cells: &[Cell], metric: usize) -> Scale {
    let means: Vec<f64> = cells.iter().map(|cell| cell.metrics[metric].interval.mean).collect();
    let means: Vec<f64> = means.into_iter().filter(|mean| mean.is_finite()).collect();
    Scale::of(results.is_duration(metric), results.study.metrics[metric].share, &means)
}

/// `p95(latency), ms`
fn title(results: &Results, cells: &[Cell], metric: usize) -> String {
    let unit = scale(results, cells, metric).name();
    let comma = if unit.is_empty() { "" } else { ", " };
    format!("{}{comma}{unit}", clean(&results.study.metrics[metric].text))
}

fn by_metric(results: &Results, cells: &[Cell], style: Style) -> Table {
    let metrics = 0..results.study.metrics.len();
    let row = |cell: &Cell| {
        let name = match label(&results.study, cell.point) {
            empty if empty.is_empty() => clean(&results.study.runs[cell.run].name),
            label => label,
        };
        let entry = |metric: usize| entry(results, cells, cell, metric, style);
        (name, metrics.clone().map(entry).collect())
    };
    Table {
        heads: metrics.clone().map(|metric| title(results, cells, metric)).collect(),
        rows: cells.iter().map(row).collect(),
    }
}

fn by_run(results: &Results, cells: &[Cell], metric: usize, style: Style) -> Table {
    let study = &results.study;
    let mut table = Table {
        heads: study.runs.iter().map(|run| clean(&run.name)).collect(),
        rows: cells
            .chunks(study.runs.len())
            .map(|row| {
                let entries = row.iter().map(|cell| entry(results, cells, cell, metric, style)).collect();
                (label(study, row[0].point), entries)
            })
            .collect(),
    };
    for ranking in rankings(results, metric) {
        if let Some(best) = ranking.best() {
            table.rows[ranking.point].1[best].best = true;
        }
    }
    if study.axes.is_empty() { table.transposed() } else { table }
}

fn entry(results: &Results, cells: &[Cell], cell: &Cell, metric: usize, style: Style) -> Entry {
    let interval = &cell.metrics[metric].interval;
    Entry::new(scale(results, cells, metric).show(interval, style.glyph("±", "+-")))
}

/// More cells than this are counted only.
const TOLD: usize = 12;

/// What is to be known before the numbers are believed.
fn notes(results: &Results, cells: &[Cell]) -> String {
    let notes: Vec<String> = cells.iter().flat_map(|cell| note(results, cell)).collect();
    let mut out: String = notes.iter().take(TOLD).map(|note| format!("{note}\n")).collect();
    if notes.len() > TOLD {
        out.push_str(&format!("… and {} more of this kind\n", notes.len() - TOLD));
    }
    out
}

fn note(results: &Results, cell: &Cell) -> Vec<String> {
    let study = &results.study;
    let place = place(study, cell);
    let of = |n: usize| format!("{n} of {}", count(cell.replications, "run"));
    let mut notes = Vec::new();
    for (end, (n, why)) in cell.ends.iter().filter(|(end, _)| **end != End::Completed) {
        let why = why.as_ref().map(|why| format!(" ({})", clean(why))).unwrap_or_default();
        let ended = match end {
            End::Completed => "completed",
            End::Failed => "failed",
            End::Deadlock => "got stuck",
            End::Limit => "met a limit",
        };
        notes.push(format!("{place}: {} {ended}{why}; the means are of the others", of(*n)));
    }
    if let Some(silent) = cell.metrics.iter().find(|summary| summary.why.is_some()) {
        let why = clean(silent.why.as_deref().unwrap_or_default());
        notes.push(format!("{place}: {} have no value: {why}", of(silent.missing)));
    }
    if cell.restless > 0 {
        notes.push(format!("{place}: the warm-up does not end: longer runs are needed"));
    }
    let target = study.precision.map_or(0.0, |target| target.relative);
    for (metric, asked) in study.metrics.iter().enumerate() {
        if !results.partial && !results.is_precise(study.cell(cell.point, cell.run), metric) {
            let (n, text) = (count(cell.replications, "replication"), clean(&asked.text));
            notes.push(format!("{place}: {n} did not bring {text} to {} %", Scale::Percent.plain(target)));
        }
    }
    notes
}
