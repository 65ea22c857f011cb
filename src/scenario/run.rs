//! Runs an experiment: every runtime, every replication, one after the other.

use std::cell::RefCell;
use std::rc::Rc;

use crate::compare::comparison::{Comparison, Replication, Run, RunEnding};
use crate::compare::deadlock::Standing;
use crate::compare::fingerprint::Fingerprint;
use crate::compare::metrics::Meter;
use crate::exec::execute::{Finished, execute};
use crate::lang::program::Program;
use crate::runtimes::drive::Ending;
use crate::scenario::expect::evaluate::{Facts, evaluate};
use crate::scenario::expect::witness::Witness;
use crate::scenario::experiment::{Experiment, Plan};
use crate::sim::choice::Policy;
use crate::sim::kernel::Limits;
use crate::sim::trace::{Event, Sink};
use crate::value::Raise;

/// How runs are run.
#[derive(Debug, Clone)]
pub struct RunOptions {
    pub limits: Limits,
    /// Who answers where a runtime is free to choose.
    pub policy: Policy,
    /// How many events are kept for timelines, all runs together; a run with more than are left keeps
    /// none. With 0 a run needs memory for its tasks only.
    pub keep_events: usize,
}

/// About half a gigabyte.
const KEEP_EVENTS: usize = 4_000_000;

impl Default for RunOptions {
    fn default() -> RunOptions {
        RunOptions { limits: Limits::default(), policy: Policy::Seeded, keep_events: KEEP_EVENTS }
    }
}

/// Takes the events of one run as they happen.
pub type SharedSink = Rc<RefCell<dyn Sink>>;

/// Sees runs while they happen; replications beyond the first are not seen.
pub trait Watch {
    /// A run begins: who takes its events?
    fn begin(&mut self, plan: &Plan) -> Option<SharedSink>;
    /// It is over.
    fn end(&mut self, run: &Run);
}

/// Watches nothing.
impl Watch for () {
    fn begin(&mut self, _plan: &Plan) -> Option<SharedSink> {
        None
    }

    fn end(&mut self, _run: &Run) {}
}

/// Runs everything and holds it against the expectations.
pub fn run(experiment: &Experiment, options: &RunOptions, watch: &mut dyn Watch) -> Comparison {
    let mut runs = Vec::new();
    let mut witnesses = Vec::new();
    let mut room = options.keep_events;
    for (number, plan) in experiment.runs.iter().enumerate() {
        let witness = Witness::new(&experiment.expectations, number);
        let kept = Kept { events: Vec::new(), room };
        let (run, witness) = run_one(experiment, plan, options, witness, kept, watch.begin(plan));
        room -= run.trace.len();
        watch.end(&run);
        runs.push(run);
        witnesses.push(witness);
    }
    let facts: Vec<Facts> = runs
        .iter()
        .zip(&witnesses)
        .map(|(run, witness)| Facts { name: &run.name, metrics: &run.metrics, ending: &run.ending, witness })
        .collect();
    let expectations = experiment.expectations.iter().map(|expect| evaluate(expect, &facts)).collect();
    Comparison {
        title: experiment.title.clone(),
        story: experiment.story.clone(),
        seed: experiment.seed,
        runs,
        expectations,
    }
}

fn run_one(
    experiment: &Experiment,
    plan: &Plan,
    options: &RunOptions,
    witness: Witness,
    kept: Kept,
    watcher: Option<SharedSink>,
) -> (Run, Witness) {
    let seed = plan.seed.unwrap_or(experiment.seed);
    let program = &plan.program;
    let recorder = Recorder {
        meter: Meter::new(program),
        standing: Standing::default(),
        fingerprint: Fingerprint::default(),
        witness,
        kept,
        watcher,
    };
    let (finished, recorder) = record(plan, seed, options, recorder);
    let metrics = recorder.meter.finish(finished.time);
    let ending = ending(&finished, &recorder.standing, program);
    let first = Replication { seed, completed: ending == RunEnding::Completed, makespan: metrics.makespan };
    let run = Run {
        name: plan.name.clone(),
        runtime: plan.runtime.clone(),
        seed,
        program: program.clone(),
        ending,
        trace: recorder.kept.events,
        metrics,
        choices: finished.choices,
        fingerprint: recorder.fingerprint.value(),
        replications: replications(experiment, plan, options, first),
    };
    (run, recorder.witness)
}

/// Runs once, with somebody who writes down what happens.
fn record<S: Sink + 'static>(plan: &Plan, seed: u64, options: &RunOptions, sink: S) -> (Finished, S) {
    let sink = Rc::new(RefCell::new(sink));
    let policy = options.policy.clone();
    let finished = execute(&plan.program, &plan.runtime, seed, policy, options.limits, Some(sink.clone()));
    let sink = Rc::into_inner(sink).expect("a run that is over has let go of its sink");
    (finished, sink.into_inner())
}

/// The same run under the seeds that follow; `first` is the run itself.
fn replications(
    experiment: &Experiment,
    plan: &Plan,
    options: &RunOptions,
    first: Replication,
) -> Vec<Replication> {
    if experiment.replications <= 1 {
        return Vec::new();
    }
    let others = (1..u64::from(experiment.replications)).map(|n| {
        let seed = first.seed.wrapping_add(n);
        let (finished, meter) = record(plan, seed, options, Meter::new(&plan.program));
        let completed = finished.ending == Ending::Completed && matches!(finished.main, Some(Ok(_)));
        Replication { seed, completed, makespan: meter.finish(finished.time).makespan }
    });
    std::iter::once(first).chain(others).collect()
}

fn ending(finished: &Finished, standing: &Standing, program: &Program) -> RunEnding {
    match (&finished.ending, &finished.main) {
        (Ending::Limit(limit), _) => RunEnding::Limit(*limit),
        (Ending::Stuck(waits), _) => RunEnding::Deadlock(standing.deadlock(waits, &program.objects)),
        (Ending::Completed, Some(Err(Raise::Failed(failure)))) => {
            RunEnding::Failed { text: failure.text.clone(), span: Some(failure.span) }
        }
        (Ending::Completed, Some(Err(Raise::Cancelled))) => {
            RunEnding::Failed { text: "main was cancelled".into(), span: None }
        }
        (Ending::Completed, Some(Ok(_)) | None) => RunEnding::Completed,
    }
}

/// All that is written down of a run.
struct Recorder {
    meter: Meter,
    standing: Standing,
    fingerprint: Fingerprint,
    witness: Witness,
    kept: Kept,
    watcher: Option<SharedSink>,
}

/// The events of a run, unless there are too many.
struct Kept {
    events: Vec<Event>,
    room: usize,
}

impl Sink for Kept {
    fn event(&mut self, event: &Event) {
        if self.events.len() < self.room {
            self.events.push(event.clone());
        } else {
            self.events = Vec::new();
            self.room = 0;
        }
    }
}

impl Sink for Recorder {
    fn event(&mut self, event: &Event) {
        self.meter.event(event);
        self.standing.event(event);
        self.fingerprint.event(event);
        self.witness.event(event);
        self.kept.event(event);
        if let Some(watcher) = &self.watcher {
            watcher.borrow_mut().event(event);
        }
    }
}
