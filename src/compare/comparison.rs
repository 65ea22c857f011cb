//! A comparison as plain data: what every report is made from.

use std::rc::Rc;

use crate::lang::ast::ObjectKind;
use crate::lang::program::Program;
use crate::runtimes::table::RuntimeSpec;
use crate::sim::choice::Choice;
use crate::sim::kernel::Limit;
use crate::sim::trace::{Cause, CauseKind, Event, Role, State};
use crate::source::Span;
use crate::time::{Duration, Time};

/// All runs of an experiment, and what its author expected of them.
#[derive(Debug, Clone)]
pub struct Comparison {
    pub title: String,
    pub story: String,
    pub seed: u64,
    pub runs: Vec<Run>,
    /// Empty where the runs they are about were not all made.
    pub expectations: Vec<Expectation>,
    /// Somebody asked for the end before it was all done; the title says so too.
    pub partial: Option<Partial>,
}

/// How much of a comparison there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partial {
    /// Runs that came to their own end, replications among them.
    pub whole: usize,
    /// Runs there would have been.
    pub wanted: usize,
}

/// One run: an experiment under one runtime with one seed.
#[derive(Debug, Clone)]
pub struct Run {
    pub name: String,
    pub runtime: RuntimeSpec,
    pub seed: u64,
    pub program: Rc<Program>,
    pub ending: RunEnding,
    /// Empty if the trace was not kept.
    pub trace: Vec<Event>,
    pub metrics: Metrics,
    /// The free decisions of the runtime, in order: replaying them gives the same run.
    pub choices: Vec<Choice>,
    /// A hash of the whole trace: equal traces, equal fingerprint. Shown by
    /// [`crate::compare::fingerprint::show`].
    pub fingerprint: u64,
    /// The same run under seed, seed + 1, …, this run first; empty unless the experiment asks for several.
    pub replications: Vec<Replication>,
}

/// What is kept of a run that was repeated under another seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replication {
    pub seed: u64,
    pub completed: bool,
    pub makespan: Duration,
}

/// The outcome of a run: data, not an error.
#[derive(Debug, Clone, PartialEq)]
pub enum RunEnding {
    Completed,
    /// `main` failed or was cancelled; the text says why.
    Failed {
        text: String,
        span: Option<Span>,
    },
    Deadlock(Deadlock),
    Limit(Limit),
}

/// Everybody waits for somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Deadlock {
    /// A cycle of waits, each for the next, the last for the first; empty if there is none
    /// (a lost wake-up: nobody is left to do what is waited for).
    pub cycle: Vec<StuckTask>,
    /// All tasks that had not ended.
    pub stuck: Vec<StuckTask>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct StuckTask {
    pub task: u32,
    pub name: String,
    /// `None` if it waits for a worker.
    pub waits_for: Option<CauseKind>,
    /// The object's name.
    pub object: Option<String>,
    /// The tasks that hold it.
    pub holders: Vec<u32>,
    /// What it holds itself.
    pub holds: Vec<String>,
    /// The statement at which it waits.
    pub span: Option<Span>,
}

/// The numbers of one run (definitions: `docs/metrics.md`).
#[derive(Debug, Clone, Default)]
pub struct Metrics {
    /// From the first arrival to the last completion.
    pub makespan: Duration,
    /// Workers the comparison counts, without `main` and named pools.
    pub workers: u32,
    /// Workers computing, summed over workers.
    pub busy: Duration,
    /// Workers occupied by a task that does not compute.
    pub held: Duration,
    pub idle: Duration,
    /// Cost of context switches.
    pub overhead: Duration,
    /// A worker passed from one task to another without being idle between, or was paid for the change.
    pub switches: u64,
    /// Switches because a slice ended or somebody more urgent came.
    pub involuntary: u64,
    pub peak_tasks: u32,
    pub failed_tasks: u32,
    /// All tasks but `main`, in spawn order.
    pub tasks: Vec<TaskMetrics>,
    /// What `observe` collected, in order of declaration.
    pub observed: Vec<Series>,
    /// Declared objects that can be held or filled: resources, locks, semaphores, rwlocks,
    /// channels and pools, in order of declaration.
    pub objects: Vec<ObjectMetrics>,
}

#[derive(Debug, Clone)]
pub struct TaskMetrics {
    pub task: u32,
    pub name: String,
    pub arrival: Time,
    pub first_run: Option<Time>,
    /// `None` if it had not ended when the run stopped.
    pub completion: Option<Time>,
    pub ending: TaskEnding,
    pub running: Duration,
    pub ready: Duration,
    pub blocked: Duration,
    pub io: Duration,
    pub sleeping: Duration,
    pub overhead: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskEnding {
    Done,
    Failed,
    Cancelled,
    Unfinished,
}

#[derive(Debug, Clone)]
pub struct Series {
    pub name: String,
    /// In the order observed.
    pub values: Vec<f64>,
    /// The values are durations in nanoseconds.
    pub durations: bool,
}

#[derive(Debug, Clone)]
pub struct ObjectMetrics {
    pub name: String,
    pub kind: ObjectKind,
    /// `None` = unbounded.
    pub capacity: Option<u64>,
    /// Summed over its units: places of a resource that were taken, items that lay in a channel,
    /// threads of a pool that had a task.
    pub busy: Duration,
    /// The most units taken at once.
    pub peak: u64,
}

/// One line of `expect`.
#[derive(Debug, Clone)]
pub struct Expectation {
    pub text: String,
    pub held: bool,
    /// What came out instead: `makespan('x') was 82min`.
    pub explanation: String,
}

/// A run as lanes over time.
#[derive(Debug, Clone)]
pub struct Timeline {
    pub lanes: Vec<Lane>,
    pub end: Time,
}

#[derive(Debug, Clone)]
pub struct Lane {
    pub name: String,
    /// The number of the worker, or the serial number of the task.
    pub number: u32,
    /// Set for the lane of a worker.
    pub role: Option<Role>,
    /// In order, not overlapping; gaps are idle (worker) or not yet there (task).
    pub segments: Vec<Segment>,
}

#[derive(Debug, Clone)]
pub struct Segment {
    pub from: Time,
    pub to: Time,
    pub what: Activity,
    pub task: u32,
    pub label: Option<Rc<str>>,
    /// What the task waits for, while it is blocked, waits for a device or sleeps.
    pub cause: Option<Cause>,
}

/// What a lane shows at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// A task lane: the state of the task. A worker lane: only `Running` and `Overhead`.
    Task(State),
    /// A worker held by a task that waits.
    Held,
}
