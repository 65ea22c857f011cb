//! The numbers of all runs side by side: which rows there are, in which unit, and who is best.

use crate::compare::comparison::{Comparison, Metrics, Run, RunEnding, Series, TaskMetrics};
use crate::compare::statistics::{mean, nearest_rank};
use crate::lang::ast::ObjectKind;
use crate::report::ending;
use crate::report::lines::clean;
use crate::report::style::Style;
use crate::report::table::{Entry, Table};
use crate::report::unit::{Unit, decimals};
use crate::study::statistics::interval::interval;
use crate::time::Duration;

/// One quantity for each run; `None` where a run has none.
struct Row {
    name: String,
    values: Vec<Option<f64>>,
    form: Form,
    better: Better,
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Duration,
    Percent,
    Times,
    Number,
}

#[derive(Clone, Copy, PartialEq)]
enum Better {
    Less,
    More,
    /// A fact, not a merit.
    Neither,
}

/// How many resources and pools get a row of their own.
const OBJECTS: usize = 4;

/// The comparison as a table: a row for each metric, a column for each run.
pub fn table(comparison: &Comparison, style: Style) -> Table {
    let runs = &comparison.runs;
    let mut table = Table { heads: runs.iter().map(|run| clean(&run.name)).collect(), rows: Vec::new() };
    let completed = |run: &Run| run.ending == RunEnding::Completed;
    if !runs.iter().all(completed) {
        let outcomes = runs.iter().map(|run| Entry::new(ending::word(&run.ending))).collect();
        table.rows.push(("outcome".to_string(), outcomes));
    }
    let eligible: Vec<bool> = runs.iter().map(completed).collect();
    for row in rows(runs) {
        table.rows.push((row.name.clone(), entries(&row, &eligible, style)));
    }
    table
}

fn rows(runs: &[Run]) -> Vec<Row> {
    let mut rows = times(runs);
    rows.extend(shares(runs));
    rows.extend(waits(runs));
    rows.extend(observed(runs));
    rows.extend(objects(runs));
    rows.retain(|row| row.values.iter().any(Option::is_some));
    rows
}

fn row(name: &str, form: Form, better: Better, runs: &[Run], value: impl Fn(&Run) -> Option<f64>) -> Row {
    Row { name: name.to_string(), values: runs.iter().map(value).collect(), form, better }
}

fn times(runs: &[Run]) -> Vec<Row> {
    let finished = |run: &Run| (run.ending == RunEnding::Completed).then_some(run.metrics.makespan.0 as f64);
    let mut rows = vec![row("makespan", Form::Duration, Better::Less, runs, finished)];
    if let (Some(first), true) = (runs.first().and_then(finished), runs.len() > 1) {
        let speedup = |run: &Run| finished(run).filter(|&m| m > 0.0).map(|makespan| first / makespan);
        rows.push(row("speed-up", Form::Times, Better::More, runs, speedup));
    }
    let seeds = runs.iter().map(|run| run.replications.len()).max().unwrap_or(0);
    if seeds > 1 {
        let makespans = |run: &Run| -> Vec<f64> {
            run.replications.iter().filter(|r| r.completed).map(|r| r.makespan.0 as f64).collect()
        };
        let named = |what: &str| format!("{what} of {seeds} seeds");
        rows.push(row(&named("mean"), Form::Duration, Better::Less, runs, |run| mean(&makespans(run))));
        let half = |run: &Run| Some(interval(&makespans(run), 0.95).half).filter(|half| half.is_finite());
        rows.push(row(&named("95 % ±"), Form::Duration, Better::Neither, runs, half));
        let least = |run: &Run| makespans(run).into_iter().reduce(f64::min);
        let most = |run: &Run| makespans(run).into_iter().reduce(f64::max);
        rows.push(row(&named("least"), Form::Duration, Better::Less, runs, least));
        rows.push(row(&named("most"), Form::Duration, Better::Less, runs, most));
    }
    if runs.iter().any(|run| run.metrics.workers != runs[0].metrics.workers) {
        let cost = |run: &Run| finished(run).map(|_| run.metrics.paid().0 as f64);
        rows.push(row("workers", Form::Number, Better::Neither, runs, |r| {
            Some(f64::from(r.metrics.workers))
        }));
        rows.push(row("cost", Form::Duration, Better::Less, runs, cost));
    }
    rows
}

fn shares(runs: &[Run]) -> Vec<Row> {
    let share = |part: fn(&Metrics) -> Duration| {
        move |run: &Run| {
            let whole = run.metrics.paid().0 as f64;
            (whole > 0.0).then(|| 100.0 * part(&run.metrics).0 as f64 / whole)
        }
    };
    let mut rows = vec![row("busy", Form::Percent, Better::More, runs, share(|m| m.busy))];
    if runs.iter().any(|run| run.metrics.held > Duration::ZERO) {
        rows.push(row("held", Form::Percent, Better::Less, runs, share(|m| m.held)));
    }
    rows.push(row("idle", Form::Percent, Better::Neither, runs, share(|m| m.idle)));
    if runs.iter().any(|run| run.metrics.overhead > Duration::ZERO) {
        rows.push(row("overhead", Form::Percent, Better::Less, runs, share(|m| m.overhead)));
    }
    rows
}

fn waits(runs: &[Run]) -> Vec<Row> {
    let mut rows =
        vec![row("switches", Form::Number, Better::Less, runs, |run| Some(run.metrics.switches as f64))];
    if runs.iter().any(|run| run.metrics.involuntary > 0) {
        let forced = |run: &Run| Some(run.metrics.involuntary as f64);
        rows.push(row("involuntary", Form::Number, Better::Less, runs, forced));
    }
    let ready = |run: &Run| Some(run.metrics.tasks.iter().fold(0.0, |sum, task| sum + task.ready.0 as f64));
    rows.push(row("ready wait", Form::Duration, Better::Less, runs, ready));
    rows.push(row("peak tasks", Form::Number, Better::Neither, runs, |r| {
        Some(f64::from(r.metrics.peak_tasks))
    }));
    if runs.iter().any(|run| run.metrics.failed_tasks > 0) {
        let failed = |run: &Run| Some(f64::from(run.metrics.failed_tasks));
        rows.push(row("failed tasks", Form::Number, Better::Less, runs, failed));
    }
    let turnaround = |t: &TaskMetrics| t.turnaround().map(|d| d.0 as f64);
    let response = |t: &TaskMetrics| t.response().map(|d| d.0 as f64);
    let all = |run: &Run, of: &dyn Fn(&TaskMetrics) -> Option<f64>| -> Vec<f64> {
        run.metrics.tasks.iter().filter_map(of).collect()
    };
    if runs.iter().any(|run| !run.metrics.tasks.is_empty()) {
        let duration = |name: &str, value: &dyn Fn(&Run) -> Option<f64>| {
            row(name, Form::Duration, Better::Less, runs, value)
        };
        rows.push(duration("turnaround mean", &|run| mean(&all(run, &turnaround))));
        rows.push(duration("turnaround p95", &|run| p95(all(run, &turnaround))));
        rows.push(duration("response mean", &|run| mean(&all(run, &response))));
    }
    rows
}

fn observed(runs: &[Run]) -> Vec<Row> {
    let mut rows = Vec::new();
    for (at, series) in
        runs.first().map(|run| &run.metrics.observed[..]).unwrap_or_default().iter().enumerate()
    {
        let of = |run: &Run| run.metrics.observed.get(at).map_or(Vec::new(), |s: &Series| s.values.clone());
        let durations = runs.iter().any(|run| run.metrics.observed.get(at).is_some_and(|s| s.durations));
        let form = if durations { Form::Duration } else { Form::Number };
        let better = if durations { Better::Less } else { Better::Neither };
        let name = clean(&series.name);
        rows.push(row(&format!("{name} mean"), form, better, runs, |run| mean(&of(run))));
        rows.push(row(&format!("{name} p95"), form, better, runs, |run| p95(of(run))));
    }
    rows
}

fn objects(runs: &[Run]) -> Vec<Row> {
    let Some(first) = runs.first() else { return Vec::new() };
    let told = |kind: ObjectKind| matches!(kind, ObjectKind::Resource | ObjectKind::Workers);
    let all = first.metrics.objects.iter().enumerate();
    all.filter(|(_, object)| told(object.kind))
        .take(OBJECTS)
        .map(|(at, object)| {
            let used = |run: &Run| Some(100.0 * run.metrics.utilisation_of(run.metrics.objects.get(at)?)?);
            row(&format!("{} in use", clean(&object.name)), Form::Percent, Better::Neither, runs, used)
        })
        .collect()
}

fn p95(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    nearest_rank(&values, 95)
}

fn entries(row: &Row, eligible: &[bool], style: Style) -> Vec<Entry> {
    let texts = shown(row, style);
    let rivals = || row.values.iter().zip(eligible).filter(|&(_, &e)| e).filter_map(|(v, _)| *v);
    let best = match row.better {
        Better::Less => rivals().reduce(f64::min),
        Better::More => rivals().reduce(f64::max),
        Better::Neither => None,
    };
    let contested = best.is_some_and(|best| rivals().any(|v| v != best));
    let mark = |at: usize| contested && eligible[at] && row.values[at] == best;
    texts.into_iter().enumerate().map(|(at, text)| Entry { text, best: mark(at) }).collect()
}

/// The values in one unit with as many decimals as the row needs.
fn shown(row: &Row, style: Style) -> Vec<String> {
    let values = || row.values.iter().flatten().copied();
    let unit = Unit::of(&values().collect::<Vec<f64>>());
    let places = match row.form {
        Form::Duration => values().map(|v| unit.decimals(v)).max().unwrap_or(0),
        Form::Percent => 1,
        Form::Times => 2,
        Form::Number => values().map(decimals).max().unwrap_or(0),
    };
    let show = |value: f64| match row.form {
        Form::Duration => format!("{}{}", unit.show(value, places), unit.name),
        Form::Percent => format!("{value:.places$} %"),
        Form::Times => format!("{value:.places$}{}", style.glyph("×", "x")),
        Form::Number => format!("{value:.places$}"),
    };
    row.values.iter().map(|value| value.map_or(style.glyph("–", "-").to_string(), show)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::comparison::Replication;
    use crate::report::fixture;

    /// Four makespans of 30, 34, 38 and 34 minutes: s = 3.266, t = 3.182, 34 ± 5.2.
    #[test]
    fn replications_come_with_their_interval() {
        let mut comparison = fixture::laundry();
        let minutes = |(minutes, seed): (u64, u64)| Replication {
            seed,
            completed: true,
            makespan: Duration(minutes * 60_000_000_000),
        };
        comparison.runs.truncate(1);
        comparison.runs[0].replications = [30, 34, 38, 34].into_iter().zip(1..).map(minutes).collect();
        let row = |name: &str| {
            let table = table(&comparison, Style::plain(80));
            let row = table.rows.into_iter().find(|(row, _)| row.contains(name)).map(|(_, entries)| entries);
            row.map(|entries| entries[0].text.clone())
        };
        assert!(row("mean of 4 seeds").is_some_and(|mean| mean.starts_with("34")));
        assert!(row("95 % ± of 4 seeds").is_some_and(|half| half.starts_with("5.2")));
    }
}
