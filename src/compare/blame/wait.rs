//! Every wait of every task: in which state, why, since when, who ended it.

use std::rc::Rc;

use crate::compare::blame::graph::{Graph, ends};
use crate::sim::trace::{Cause, Kind, State};
use crate::source::Span;
use crate::time::{Duration, Time};

/// A stretch in which a task did not compute. Of no length only if the run was over at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Wait {
    pub task: u32,
    /// Anything but `Running`.
    pub state: State,
    pub from: Time,
    pub to: Time,
    /// It kept its worker: `block`, or a wait where waiting keeps the thread.
    pub held: bool,
    /// Of what it waits for, where the program has words for it.
    pub label: Option<Rc<str>>,
    /// While it is blocked, waits for a device or sleeps in an `await`.
    pub cause: Option<Cause>,
    /// The statement at which it waits.
    pub span: Option<Span>,
    /// How it came to be ready, while it is.
    pub became: Became,
    pub end: End,
    /// Index of the event that ended it.
    pub last: Option<usize>,
}

/// What made a task ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    /// It is not ready, or nothing says.
    Unknown,
    Spawned,
    Woken,
    Preempted,
    Yielded,
}

/// What ended a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// This task did what it waited for.
    Woken(u32),
    /// Time passed: the clock, a device, a deadline.
    Clock,
    /// A worker came free: this one.
    Worker(u32),
    /// It ended without a turn.
    Ended,
    /// The run was over first.
    Never,
}

impl Wait {
    pub fn length(&self) -> Duration {
        self.to.since(self.from)
    }
}

/// All waits, in the order in which they began.
pub fn waits(graph: &Graph<'_>, end: Time) -> Vec<Wait> {
    let mut open: Vec<Option<Wait>> = Vec::new();
    let mut all = Vec::new();
    for (at, event) in graph.trace.iter().enumerate() {
        let Some(task) = event.task else { continue };
        let Some(state) = graph.state(at) else { continue };
        let index = task as usize;
        if index >= open.len() {
            open.resize(index + 1, None);
        }
        if let Some(mut wait) = open[index].take() {
            wait.last = Some(at);
            close(wait, event.time, ended(&event.kind, event.worker), &mut all);
        }
        if state != State::Running && !ends(event) {
            open[index] = Some(begin(graph, at, task, state));
        }
    }
    for wait in open.into_iter().flatten() {
        close(wait, end, End::Never, &mut all);
    }
    all.sort_by_key(|wait| (wait.from, wait.task));
    all
}

fn begin(graph: &Graph<'_>, at: usize, task: u32, state: State) -> Wait {
    let event = &graph.trace[at];
    let doing = graph.doing(at);
    let became = match &event.kind {
        Kind::Spawn { .. } => Became::Spawned,
        Kind::Wake { .. } => Became::Woken,
        Kind::Preempt => Became::Preempted,
        Kind::Yield => Became::Yielded,
        _other => Became::Unknown,
    };
    Wait {
        task,
        state,
        from: event.time,
        to: event.time,
        held: doing.held,
        label: doing.label,
        cause: doing.cause,
        span: doing.span.or(event.span),
        became,
        end: End::Never,
        last: None,
    }
}

fn close(mut wait: Wait, to: Time, end: End, all: &mut Vec<Wait>) {
    if wait.from < to || end == End::Never {
        (wait.to, wait.end) = (to, end);
        all.push(wait);
    }
}

fn ended(kind: &Kind, worker: Option<u32>) -> End {
    match (kind, worker) {
        (Kind::Wake { by: Some(by) }, _) => End::Woken(*by),
        (Kind::Wake { by: None } | Kind::Resume, _) => End::Clock,
        (Kind::Run | Kind::Switch { .. }, Some(worker)) => End::Worker(worker),
        (Kind::Done | Kind::Failed { .. } | Kind::Cancelled, _) => End::Ended,
        _other => End::Clock,
    }
}
