//! The whole comparison as JSON, schema `cosim-comparison/1` (`docs/trace.md`).

use serde::Serialize;

use crate::compare::comparison::{
    Comparison, Deadlock, Expectation, Metrics, Partial, Run, RunEnding, Series, StuckTask, TaskEnding,
    TaskMetrics,
};
use crate::compare::fingerprint;
use crate::lang::kind::word;
use crate::report::terms::{cause_word, limit_word};
use crate::source::{Sources, Span};
use crate::time::{Duration, Time};

pub const SCHEMA: &str = "cosim-comparison/1";

/// Pretty, with a newline at the end.
pub fn json(comparison: &Comparison, sources: &Sources) -> String {
    let shape = Shape {
        schema: SCHEMA,
        cosim_version: env!("CARGO_PKG_VERSION"),
        title: &comparison.title,
        story: &comparison.story,
        seed: comparison.seed,
        partial: comparison.partial.map(|Partial { whole, wanted }| PartialShape { whole, wanted }),
        runs: comparison.runs.iter().map(|run| run_shape(run, sources)).collect(),
        expectations: comparison.expectations.iter().map(expectation).collect(),
    };
    pretty(&shape)
}

/// As all JSON is written that people may read.
pub fn pretty(shape: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(shape).expect("the shape has string keys and finite depth");
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Shape<'a> {
    schema: &'static str,
    cosim_version: &'static str,
    title: &'a str,
    story: &'a str,
    seed: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    partial: Option<PartialShape>,
    runs: Vec<RunShape<'a>>,
    expectations: Vec<ExpectationShape<'a>>,
}

/// Of so many runs wanted, so many came to their own end.
#[derive(Serialize)]
struct PartialShape {
    whole: usize,
    wanted: usize,
}

#[derive(Serialize)]
struct ExpectationShape<'a> {
    expect: &'a str,
    held: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<&'a str>,
}

#[derive(Serialize)]
struct RunShape<'a> {
    name: &'a str,
    runtime: String,
    seed: u64,
    fingerprint: String,
    outcome: OutcomeShape,
    metrics: MetricsShape,
    tasks: Vec<TaskShape<'a>>,
    observed: Vec<SeriesShape<'a>>,
    objects: Vec<ObjectShape<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    replications: Vec<ReplicationShape>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum OutcomeShape {
    Completed,
    Failed {
        text: String,
        at: Option<String>,
    },
    /// `cycle` is empty if nobody holds what is waited for: a lost wake-up.
    Deadlock {
        cycle: Vec<StuckShape>,
        stuck: Vec<StuckShape>,
    },
    Limit {
        limit: &'static str,
    },
}

#[derive(Serialize)]
struct StuckShape {
    task: u32,
    name: String,
    waits_for: Option<&'static str>,
    object: Option<String>,
    holders: Vec<u32>,
    holds: Vec<String>,
    at: Option<String>,
}

#[derive(Serialize)]
struct MetricsShape {
    makespan: Duration,
    workers: u32,
    cost: Duration,
    busy: Duration,
    held: Duration,
    idle: Duration,
    overhead: Duration,
    switches: u64,
    involuntary: u64,
    peak_tasks: u32,
    failed_tasks: u32,
}

#[derive(Serialize)]
struct TaskShape<'a> {
    task: u32,
    name: &'a str,
    ending: &'static str,
    arrival: Time,
    first_run: Option<Time>,
    completion: Option<Time>,
    turnaround: Option<Duration>,
    response: Option<Duration>,
    running: Duration,
    ready: Duration,
    blocked: Duration,
    io: Duration,
    sleeping: Duration,
    overhead: Duration,
}

#[derive(Serialize)]
struct SeriesShape<'a> {
    name: &'a str,
    unit: &'static str,
    values: &'a [f64],
}

#[derive(Serialize)]
struct ObjectShape<'a> {
    name: &'a str,
    kind: &'static str,
    capacity: Option<u64>,
    busy: Duration,
    peak: u64,
}

#[derive(Serialize)]
struct ReplicationShape {
    seed: u64,
    completed: bool,
    makespan: Duration,
}

fn expectation(expectation: &Expectation) -> ExpectationShape<'_> {
    let explanation = (!expectation.held).then_some(expectation.explanation.as_str());
    ExpectationShape { expect: &expectation.text, held: expectation.held, explanation }
}

fn run_shape<'a>(run: &'a Run, sources: &Sources) -> RunShape<'a> {
    let metrics = &run.metrics;
    let objects = metrics.objects.iter().map(|object| ObjectShape {
        name: &object.name,
        kind: word(object.kind),
        capacity: object.capacity,
        busy: object.busy,
        peak: object.peak,
    });
    let replications = run.replications.iter().map(|r| ReplicationShape {
        seed: r.seed,
        completed: r.completed,
        makespan: r.makespan,
    });
    RunShape {
        name: &run.name,
        runtime: run.runtime.to_string(),
        seed: run.seed,
        fingerprint: fingerprint::show(run.fingerprint),
        outcome: outcome(&run.ending, sources),
        metrics: metrics_shape(metrics),
        tasks: metrics.tasks.iter().map(task).collect(),
        observed: metrics.observed.iter().map(series).collect(),
        objects: objects.collect(),
        replications: replications.collect(),
    }
}

fn outcome(ending: &RunEnding, sources: &Sources) -> OutcomeShape {
    let all = |tasks: &[StuckTask]| tasks.iter().map(|task| stuck(task, sources)).collect();
    match ending {
        RunEnding::Completed => OutcomeShape::Completed,
        RunEnding::Failed { text, span } => {
            OutcomeShape::Failed { text: text.clone(), at: at(*span, sources) }
        }
        RunEnding::Deadlock(Deadlock { cycle, stuck }) => {
            OutcomeShape::Deadlock { cycle: all(cycle), stuck: all(stuck) }
        }
        RunEnding::Limit(limit) => OutcomeShape::Limit { limit: limit_word(*limit) },
    }
}

fn stuck(task: &StuckTask, sources: &Sources) -> StuckShape {
    StuckShape {
        task: task.task,
        name: task.name.clone(),
        waits_for: task.waits_for.map(cause_word),
        object: task.object.clone(),
        holders: task.holders.clone(),
        holds: task.holds.clone(),
        at: at(task.span, sources),
    }
}

fn at(span: Option<Span>, sources: &Sources) -> Option<String> {
    span.map(|span| sources.place(span))
}

fn metrics_shape(metrics: &Metrics) -> MetricsShape {
    MetricsShape {
        makespan: metrics.makespan,
        workers: metrics.workers,
        cost: metrics.paid(),
        busy: metrics.busy,
        held: metrics.held,
        idle: metrics.idle,
        overhead: metrics.overhead,
        switches: metrics.switches,
        involuntary: metrics.involuntary,
        peak_tasks: metrics.peak_tasks,
        failed_tasks: metrics.failed_tasks,
    }
}

fn task(task: &TaskMetrics) -> TaskShape<'_> {
    TaskShape {
        task: task.task,
        name: &task.name,
        ending: match task.ending {
            TaskEnding::Done => "done",
            TaskEnding::Failed => "failed",
            TaskEnding::Cancelled => "cancelled",
            TaskEnding::Unfinished => "unfinished",
        },
        arrival: task.arrival,
        first_run: task.first_run,
        completion: task.completion,
        turnaround: task.turnaround(),
        response: task.response(),
        running: task.running,
        ready: task.ready,
        blocked: task.blocked,
        io: task.io,
        sleeping: task.sleeping,
        overhead: task.overhead,
    }
}

fn series(series: &Series) -> SeriesShape<'_> {
    SeriesShape {
        name: &series.name,
        unit: if series.durations { "ns" } else { "1" },
        values: &series.values,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{laundry, sources};

    #[test]
    fn the_laundry() {
        let mut comparison = laundry();
        comparison.runs.truncate(1);
        comparison.runs[0].metrics.tasks.truncate(2);
        insta::assert_snapshot!(json(&comparison, &sources()));
    }
}
