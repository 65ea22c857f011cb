//! From a comparison to its snapshot.

use crate::compare::comparison::{Comparison, Metrics, Run, RunEnding, TaskMetrics};
use crate::compare::fingerprint::{self, Fingerprint};
use crate::compare::follow::Names;
use crate::report::ending;
use crate::report::happening::tell;
use crate::report::lines::clean;
use crate::report::snapshot::data::{Mark, Outcome, Snapshot, Step, StepKind, WRITTEN};
use crate::sim::trace::{Event, Kind};
use crate::time::Duration;

/// Everything that is to stay the same.
pub fn snapshot(comparison: &Comparison) -> Snapshot {
    Snapshot { title: title(&comparison.title), runs: comparison.runs.iter().map(outcome).collect() }
}

fn outcome(run: &Run) -> Outcome {
    let steps = steps(run);
    Outcome {
        name: named(&run.name),
        runtime: run.runtime.to_string(),
        rule: Some(run.runtime.about().next),
        numbers: numbers(run),
        count: steps.len(),
        marks: marks(&steps),
        steps,
    }
}

/// An experiment without a title goes by the name of its file, wherever that lies.
fn title(text: &str) -> String {
    let is_file = text.ends_with(".ron") || text.ends_with(".cosim");
    named(if is_file { text.rsplit(['/', '\\', ':']).next().unwrap_or(text) } else { text })
}

/// What a line can begin with.
fn named(text: &str) -> String {
    let text = clean(text).trim().to_string();
    if text.is_empty() { "-".to_string() } else { text }
}

fn steps(run: &Run) -> Vec<Step> {
    let mut names = Names::default();
    let step = |event: &Event| {
        names.event(event);
        if matches!(event.kind, Kind::Worker { .. }) {
            return None;
        }
        let kind = match &event.kind {
            Kind::Run => StepKind::Turn,
            Kind::Decision { .. } => StepKind::Choice,
            _other => StepKind::Other,
        };
        let text = tell(event, &names, &run.program);
        Some(Step { time: event.time.to_string(), text, kind, span: event.span })
    };
    run.trace.iter().filter_map(step).collect()
}

/// A mark every so many steps, and one at the end.
pub fn marks(steps: &[Step]) -> Vec<Mark> {
    let mut lines = Fingerprint::default();
    let mut marks = Vec::new();
    for (n, step) in steps.iter().enumerate() {
        lines.text(&step.time);
        lines.text(&step.text);
        let at = n + 1;
        if at.is_multiple_of(WRITTEN) || at == steps.len() {
            marks.push(Mark { at, time: step.time.clone(), hash: fingerprint::show(lines.value()) });
        }
    }
    marks
}

/// Whole numbers and whole nanoseconds only: nothing here is rounded.
fn numbers(run: &Run) -> Vec<(String, String)> {
    let metrics = &run.metrics;
    let mut rows =
        vec![("seed".to_string(), run.seed.to_string()), ("outcome".to_string(), outcome_words(&run.ending))];
    let mut add = |name: &str, value: String| rows.push((name.to_string(), value));
    add("makespan", metrics.makespan.to_string());
    for (name, value) in durations(metrics) {
        add(name, value.to_string());
    }
    for (name, value) in counts(metrics) {
        add(name, value.to_string());
    }
    for series in &metrics.observed {
        let sum: f64 = series.values.iter().sum();
        add(
            &format!("observed {}", clean(&series.name)),
            format!("{} times, together {sum}", series.values.len()),
        );
    }
    for object in &metrics.objects {
        add(&format!("{} in use", clean(&object.name)), object.busy.to_string());
    }
    if !run.replications.is_empty() {
        let all: Vec<String> = run.replications.iter().map(|r| r.makespan.to_string()).collect();
        add("replications", all.join(", "));
    }
    add("fingerprint", fingerprint::show(run.fingerprint));
    rows
}

fn outcome_words(ending: &RunEnding) -> String {
    match ending {
        RunEnding::Failed { text, .. } => format!("{}: {}", ending::word(ending), clean(text)),
        RunEnding::Completed | RunEnding::Deadlock(_) | RunEnding::Limit(_) => {
            ending::word(ending).to_string()
        }
    }
}

fn durations(metrics: &Metrics) -> [(&'static str, Duration); 7] {
    let sum = |part: fn(&TaskMetrics) -> Duration| {
        Duration(metrics.tasks.iter().map(|task| part(task).0).fold(0, u64::saturating_add))
    };
    [
        ("cost", metrics.paid()),
        ("busy", metrics.busy),
        ("held", metrics.held),
        ("idle", metrics.idle),
        ("overhead", metrics.overhead),
        ("ready wait", sum(|task| task.ready)),
        ("blocked", sum(|task| task.blocked)),
    ]
}

fn counts(metrics: &Metrics) -> [(&'static str, u64); 6] {
    [
        ("workers", u64::from(metrics.workers)),
        ("tasks", metrics.tasks.len() as u64),
        ("peak tasks", u64::from(metrics.peak_tasks)),
        ("failed tasks", u64::from(metrics.failed_tasks)),
        ("switches", metrics.switches),
        ("involuntary", metrics.involuntary),
    ]
}
