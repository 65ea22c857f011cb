//! Runs an experiment: every runtime, every replication, one after the other.

use std::cell::RefCell;
use std::rc::Rc;

use crate::compare::comparison::{Comparison, Deadlock, Expectation, Partial, Replication, Run, RunEnding};
use crate::compare::deadlock::Standing;
use crate::compare::fingerprint::Fingerprint;
use crate::compare::metrics::Meter;
use crate::exec::execute::{Finished, execute_watched};
use crate::lang::program::Program;
use crate::runtimes::drive::Ending;
use crate::runtimes::runtime::Wait;
use crate::runtimes::table::RuntimeSpec;
use crate::scenario::expect::evaluate::{Facts, Warmup, evaluate};
use crate::scenario::expect::witness::Witness;
use crate::scenario::experiment::{Experiment, Plan};
use crate::sim::choice::Policy;
use crate::sim::kernel::{Limit, Limits, Pulse};
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
    /// Who looks in on the next run, a replication too?
    fn pulse(&mut self) -> Option<Rc<dyn Pulse>> {
        None
    }
    /// False where no more runs are to be made: what there is by then is the comparison, marked as partial.
    fn goes_on(&mut self) -> bool {
        true
    }
}

/// Watches nothing.
impl Watch for () {
    fn begin(&mut self, _plan: &Plan) -> Option<SharedSink> {
        None
    }

    fn end(&mut self, _run: &Run) {}
}

/// Runs everything and holds it against the expectations, in every replication.
pub fn run(experiment: &Experiment, options: &RunOptions, watch: &mut dyn Watch) -> Comparison {
    let mut first: Vec<(Run, Witness)> = Vec::new();
    let mut room = options.keep_events;
    for (number, plan) in experiment.runs.iter().enumerate() {
        if first.last().is_some_and(|(run, _)| stopped(run) || !watch.goes_on()) {
            break;
        }
        let witness = Witness::new(&experiment.expectations, number);
        let kept = Kept { events: Vec::new(), room };
        let (sink, pulse) = (watch.begin(plan), watch.pulse());
        let seen = run_one(plan, seed(experiment, plan, 0), options, witness, Seen { kept, sink, pulse });
        room -= seen.0.trace.len();
        watch.end(&seen.0);
        first.push(seen);
    }
    let mut whole = first.iter().filter(|(run, _)| !stopped(run)).count();
    let mut comparison = Comparison {
        title: experiment.title.clone(),
        story: experiment.story.clone(),
        seed: experiment.seed,
        runs: Vec::new(),
        expectations: Vec::new(),
        partial: None,
    };
    // What was expected may be about runs that are not there.
    if whole == experiment.runs.len() {
        let facts = facts(&first);
        comparison.expectations =
            experiment.expectations.iter().map(|expect| evaluate(expect, &facts)).collect();
    }
    comparison.runs = first.into_iter().map(|(run, _)| run).collect();
    if experiment.replications > 1 {
        comparison
            .runs
            .iter_mut()
            .filter(|run| !stopped(run))
            .for_each(|run| run.replications.push(replication(run)));
    }
    let wanted = experiment.runs.len() * experiment.replications.max(1) as usize;
    if whole == experiment.runs.len() {
        whole += (1..experiment.replications)
            .map_while(|n| replicate(experiment, options, n, &mut comparison, watch))
            .sum::<usize>();
    }
    if whole < wanted {
        comparison.title = format!("{} (partial: {whole} of {wanted} runs)", comparison.title);
        comparison.partial = Some(Partial { whole, wanted });
    }
    comparison
}

/// Somebody asked for its end.
fn stopped(run: &Run) -> bool {
    run.ending == RunEnding::Limit(Limit::Stopped)
}

/// Runs everything once more under other seeds, and says how many runs that were. What was expected is to come out
/// again. Nothing where it was stopped: then this replication is as if it had never begun.
fn replicate(
    experiment: &Experiment,
    options: &RunOptions,
    n: u32,
    comparison: &mut Comparison,
    watch: &mut dyn Watch,
) -> Option<usize> {
    let mut again = Vec::new();
    for (number, plan) in experiment.runs.iter().enumerate() {
        if !watch.goes_on() {
            return None;
        }
        let witness = Witness::new(&experiment.expectations, number);
        let kept = Kept { events: Vec::new(), room: 0 };
        let unseen = Seen { kept, sink: None, pulse: watch.pulse() };
        again.push(run_one(plan, seed(experiment, plan, n), options, witness, unseen));
        if again.last().is_some_and(|(run, _)| stopped(run)) {
            return None;
        }
    }
    for (run, (seen, _)) in comparison.runs.iter_mut().zip(&again) {
        run.replications.push(replication(seen));
    }
    let facts = facts(&again);
    for (expect, expectation) in experiment.expectations.iter().zip(&mut comparison.expectations) {
        if !expectation.held {
            continue;
        }
        let now = evaluate(expect, &facts);
        if !now.held {
            let seed = experiment.seed.wrapping_add(u64::from(n));
            let explanation = format!("with seed {seed}: {}", now.explanation);
            *expectation = Expectation { explanation, ..now };
        }
    }
    Some(again.len())
}

/// The seed of a run in the `n`-th replication, counted from 0.
fn seed(experiment: &Experiment, plan: &Plan, n: u32) -> u64 {
    plan.seed.unwrap_or(experiment.seed).wrapping_add(u64::from(n))
}

fn replication(run: &Run) -> Replication {
    let completed = run.ending == RunEnding::Completed;
    Replication { seed: run.seed, completed, makespan: run.metrics.makespan }
}

fn facts<'a>(runs: &'a [(Run, Witness)]) -> Vec<Facts<'a>> {
    let fact = |(run, witness): &'a (Run, Witness)| Facts {
        name: &run.name,
        metrics: &run.metrics,
        ending: &run.ending,
        witness,
        warmup: Warmup::Nothing,
    };
    runs.iter().map(fact).collect()
}

fn run_one(plan: &Plan, seed: u64, options: &RunOptions, witness: Witness, seen: Seen) -> (Run, Witness) {
    let Seen { kept, sink: watcher, pulse } = seen;
    let program = &plan.program;
    let recorder = Recorder {
        meter: Meter::new(program),
        standing: Standing::default(),
        fingerprint: Fingerprint::default(),
        witness,
        kept,
        watcher,
    };
    let (finished, recorder) = record(program, &plan.runtime, seed, options, recorder, pulse);
    let run = Run {
        name: plan.name.clone(),
        runtime: plan.runtime.clone(),
        seed,
        program: program.clone(),
        ending: ending(&finished, |waits| recorder.standing.deadlock(waits, &program.objects)),
        trace: recorder.kept.events,
        metrics: recorder.meter.finish(finished.time),
        choices: finished.choices,
        fingerprint: recorder.fingerprint.value(),
        replications: Vec::new(),
    };
    (run, recorder.witness)
}

/// Runs once, with somebody who writes down what happens.
pub fn record<S: Sink + 'static>(
    program: &Program,
    runtime: &RuntimeSpec,
    seed: u64,
    options: &RunOptions,
    sink: S,
    pulse: Option<Rc<dyn Pulse>>,
) -> (Finished, S) {
    let sink = Rc::new(RefCell::new(sink));
    let (policy, limits) = (options.policy.clone(), options.limits);
    let finished = execute_watched(program, runtime, seed, policy, limits, Some(sink.clone()), pulse);
    let sink = Rc::into_inner(sink).expect("a run that is over has let go of its sink");
    (finished, sink.into_inner())
}

/// How a run ended; `stuck` says who waits for whom where nobody can go on.
pub fn ending(finished: &Finished, stuck: impl FnOnce(&[Wait]) -> Deadlock) -> RunEnding {
    match (&finished.ending, &finished.main) {
        (Ending::Limit(limit), _) => RunEnding::Limit(*limit),
        (Ending::Stuck(waits), _) => RunEnding::Deadlock(stuck(waits)),
        (Ending::Completed, Some(Err(Raise::Failed(failure)))) => {
            RunEnding::Failed { text: failure.text.clone(), span: Some(failure.span) }
        }
        (Ending::Completed, Some(Err(Raise::Cancelled))) => {
            RunEnding::Failed { text: "main was cancelled".into(), span: None }
        }
        (Ending::Completed, Some(Ok(_)) | None) => RunEnding::Completed,
    }
}

/// Who sees a run.
struct Seen {
    kept: Kept,
    sink: Option<SharedSink>,
    pulse: Option<Rc<dyn Pulse>>,
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
