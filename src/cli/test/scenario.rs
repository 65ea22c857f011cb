//! One scenario: checked, run, held to its expectations and to its snapshot.

use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::cli::difference::unified;
use crate::cli::load::{Attempt, attempt};
use crate::cli::output::Output;
use crate::cli::test::outcome::{Failure, FailureKind, Outcome};
use crate::cli::test::snap::SnapFile;
use crate::compare::comparison::{Comparison, Partial, Run};
use crate::diagnostic::{Diagnostic, Severity, render};
use crate::lang::parse::ParseLimits;
use crate::report::snapshot::data::Snapshot;
use crate::report::snapshot::draw::{Look, draw};
use crate::report::snapshot::make::snapshot;
use crate::scenario::experiment::Plan;
use crate::scenario::run::{SharedSink, Watch};
use crate::scenario::{Experiment, RunOptions, run};
use crate::sim::kernel::{Limits, Pulse};
use crate::source::{Sources, Span};
use crate::time::Time;
use crate::verify::targets::rules_of;

/// What to do about snapshots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Snapshots {
    /// Compare, and put what is different beside the old.
    Propose,
    /// Compare, and write nothing: nobody is there to look at it.
    Compare,
    /// What comes out is right.
    Accept,
    /// There are none.
    None,
}

/// How scenarios are tested.
#[derive(Debug, Clone, Copy)]
pub struct Way {
    pub snapshots: Snapshots,
    /// What stops a run that would not end by itself.
    pub limits: Limits,
    /// How long a scenario may take by the clock.
    pub timeout: Duration,
}

/// Stops the runs of a scenario when its time is up.
struct UntilLate {
    deadline: Instant,
}

impl Pulse for UntilLate {
    fn beat(&self, _now: Time, _events: u64) -> bool {
        Instant::now() < self.deadline
    }
}

impl Watch for Rc<UntilLate> {
    fn begin(&mut self, _plan: &Plan) -> Option<SharedSink> {
        None
    }

    fn end(&mut self, _run: &Run) {}

    fn pulse(&mut self) -> Option<Rc<dyn Pulse>> {
        Some(self.clone())
    }

    fn goes_on(&mut self) -> bool {
        Instant::now() < self.deadline
    }
}

/// Tests one scenario.
pub fn test(path: &Path, way: Way, output: &Output) -> Outcome {
    let begun = Instant::now();
    let mut outcome = Outcome::of(&path.display().to_string());
    if let Err(message) = tested(path, way, output, &mut outcome) {
        outcome.trouble = Some(message);
    }
    outcome.seconds = begun.elapsed().as_secs_f64();
    outcome
}

fn tested(path: &Path, way: Way, output: &Output, outcome: &mut Outcome) -> Result<(), String> {
    let Attempt { sources, result } = attempt(path, None, &ParseLimits::default())?;
    let loaded = match result {
        Ok(loaded) => loaded,
        Err(problems) => {
            outcome.failures = problems.iter().filter_map(|p| mistake(p, &sources, output)).collect();
            return Ok(());
        }
    };
    if !loaded.warnings.is_empty() {
        outcome.warnings = render(&loaded.warnings, &sources, output.diagnostics());
    }
    let experiment = loaded.experiment;
    let options = RunOptions { limits: way.limits, ..RunOptions::default() };
    let deadline = Instant::now() + way.timeout;
    let comparison = run(&experiment, &options, &mut Rc::new(UntilLate { deadline }));
    outcome.runs = comparison.runs.len();
    outcome.expectations = comparison.expectations.len();
    if let Some(partial) = comparison.partial {
        return late(path, &comparison, (partial, way), (&experiment, &sources), output, outcome);
    }
    for (expect, expectation) in experiment.expectations.iter().zip(&comparison.expectations) {
        if !expectation.held {
            outcome.failures.push(Failure {
                kind: FailureKind::Expectation,
                message: expectation.explanation.clone(),
                detail: format!("expected: {}\n{}\n", expectation.text, expectation.explanation),
                place: place(expect.span, &sources),
            });
        }
    }
    if way.snapshots != Snapshots::None {
        let now = snapshot(&comparison);
        held(path, &now, way.snapshots, (&experiment, &sources), output, outcome)?;
    }
    Ok(())
}

/// It was stopped by the clock: how far it came, and where it had left what was accepted.
fn late(
    path: &Path,
    comparison: &Comparison,
    (partial, way): (Partial, Way),
    (experiment, sources): (&Experiment, &Sources),
    output: &Output,
    outcome: &mut Outcome,
) -> Result<(), String> {
    let (seconds, Partial { whole, wanted }) = (way.timeout.as_secs(), partial);
    let message = format!("not done in {seconds} s: {whole} of {wanted} runs");
    let mut detail = format!("{message}\n");
    let accepted = if way.snapshots == Snapshots::None { None } else { SnapFile::of(path).read()? };
    if let Some(old) = accepted {
        let mut old = Snapshot::read(&old);
        let now = snapshot(comparison);
        old.runs.retain(|run| now.runs.iter().any(|other| other.name == run.name));
        detail.push_str(&draw(&old, &now, look(sources, output)));
    }
    let place = at(path, experiment, sources, outcome);
    outcome.failures.push(Failure { kind: FailureKind::Timeout, message, detail, place });
    Ok(())
}

/// Holds what came out against what was accepted.
fn held(
    path: &Path,
    now: &Snapshot,
    snapshots: Snapshots,
    (experiment, sources): (&Experiment, &Sources),
    output: &Output,
    outcome: &mut Outcome,
) -> Result<(), String> {
    let file = SnapFile::of(path);
    let text = now.text();
    let accepted = file.read()?;
    if accepted.as_deref() == Some(text.trim_end()) {
        return file.settle();
    }
    if snapshots == Snapshots::Accept {
        outcome.accepted = true;
        return file.accept(&text);
    }
    let name = file.path.display().to_string();
    let (kind, message, detail) = match accepted {
        None => (FailureKind::NoSnapshot, format!("{name} is not there yet"), String::new()),
        Some(old) => {
            let message = format!("what comes out is not what {name} says");
            (FailureKind::Snapshot, message, shown(&old, now, sources, output))
        }
    };
    let further = match snapshots {
        Snapshots::Propose => {
            file.propose(&text)?;
            let review = "`cosim test --accept` accepts it; in a Rust project `cargo insta review` shows it";
            format!("now in {}: {review}\n", file.pending.display())
        }
        Snapshots::Compare | Snapshots::Accept | Snapshots::None => {
            "nothing is written where `CI` is set; `cosim test --accept` writes it elsewhere\n".to_string()
        }
    };
    let place = at(path, experiment, sources, outcome);
    let detail = format!("{message}\n{detail}{further}");
    outcome.failures.push(Failure { kind, message, detail, place });
    Ok(())
}

/// The beginning of a scenario.
fn at(path: &Path, experiment: &Experiment, sources: &Sources, outcome: &Outcome) -> (String, usize, usize) {
    match path.extension().is_some_and(|ending| ending == "ron") {
        true => (outcome.file.clone(), 1, 1),
        false => place(Span::new(experiment.program.source, 0..0), sources),
    }
}

/// From what was accepted to what is.
fn shown(old: &str, now: &Snapshot, sources: &Sources, output: &Output) -> String {
    let look = look(sources, output);
    match draw(&Snapshot::read(old), now, look) {
        drawn if drawn.is_empty() => {
            unified(look.names.0, look.names.1, old, now.text().trim_end(), look.style)
        }
        drawn => drawn,
    }
}

fn look<'a>(sources: &'a Sources, output: &Output) -> Look<'a> {
    let (names, style) = (("accepted", "now"), output.style);
    Look { names, style, everything: false, sources: Some(sources), rules: rules_of }
}

fn mistake(problem: &Diagnostic, sources: &Sources, output: &Output) -> Option<Failure> {
    let label = problem.labels.first()?;
    (problem.severity == Severity::Error).then(|| Failure {
        kind: FailureKind::Mistake,
        message: format!("{} ({})", problem.message, problem.code),
        detail: render(std::slice::from_ref(problem), sources, output.diagnostics()),
        place: place(label.span, sources),
    })
}

fn place(span: Span, sources: &Sources) -> (String, usize, usize) {
    let (line, column) = sources.line_column(span);
    (sources.get(span.source).name.clone(), line, column)
}
