//! The critical path: from the end of a run back to its start, without a gap; its length is the makespan.

use std::rc::Rc;

use crate::compare::blame::graph::{Graph, Link, Why};
use crate::sim::trace::State;
use crate::time::{Duration, Time};

/// A stretch of the path: one task in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub from: Time,
    pub to: Time,
    pub task: u32,
    pub state: State,
    /// It keeps its worker meanwhile, though it does not compute.
    pub held: bool,
    /// What it computes or waits for, where the program says so.
    pub label: Option<Rc<str>>,
    /// How the path comes to this task from the step before it, which is another's; `None` within a task.
    pub came: Option<Why>,
    /// Nothing in the trace says what it waited for.
    pub unexplained: bool,
}

/// Which way back is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Through {
    /// Over whoever had the worker: no step is a wait for a worker.
    Workers,
    /// Along the last task itself: waiting for a worker is a step of its own.
    Waits,
}

/// The path in order of time. Its steps follow each other without a gap from the start of the run to its end, so
/// that their lengths add up to the makespan. In a run that got stuck or was stopped the last step is that of the
/// task that came furthest without ending.
pub fn path(graph: &Graph<'_>, through: Through, end: Time) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let Some(mut at) = graph.last_step(end) else { return steps };
    steps.extend(rest(graph, at, end));
    while let Some((link, explained)) = back(graph, at, through) {
        if graph.time(link.from) < graph.time(at) {
            add(&mut steps, step(graph, link, at, !explained));
        }
        let crosses = matches!(link.why, Why::Woken | Why::Spawned | Why::Worker | Why::Moment);
        if let Some(later) = steps.last_mut().filter(|later| crosses && later.came.is_none()) {
            later.came = Some(link.why);
        }
        at = link.from;
    }
    steps.reverse();
    steps
}

/// What the task of the last event still does when the run is over.
fn rest(graph: &Graph<'_>, at: usize, end: Time) -> Option<Step> {
    let doing = graph.doing(at);
    (graph.time(at) < end).then(|| Step {
        from: graph.time(at),
        to: end,
        task: graph.trace[at].task.unwrap_or(0),
        state: graph.state(at).unwrap_or(State::Blocked),
        held: doing.held,
        label: doing.label,
        came: None,
        unexplained: false,
    })
}

/// The link that held this event up, and whether it explains it.
fn back(graph: &Graph<'_>, at: usize, through: Through) -> Option<(Link, bool)> {
    let own = graph.links(at).find(|link| matches!(link.why, Why::Own(_) | Why::Clock));
    if through == Through::Waits
        && let Some(link) = own.filter(|link| link.why == Why::Own(State::Ready))
    {
        return Some((link, true));
    }
    if let Some(link) = graph.links(at).find(|&link| graph.is_tight(at, link)) {
        return Some((link, true));
    }
    // A cause that came before the task began to wait explains nothing.
    let cause = |link: &Link| link.why == Why::Woken || link.why == Why::Spawned;
    let late = graph.links(at).find(|link| cause(link) && own.is_none_or(|own| own.from <= link.from));
    late.or(own).map(|link| (link, false))
}

fn step(graph: &Graph<'_>, link: Link, to: usize, unexplained: bool) -> Step {
    let state = match link.why {
        Why::Own(state) => state,
        Why::Clock | Why::Woken | Why::Spawned | Why::Worker | Why::Moment => State::Blocked,
    };
    let doing = graph.doing(link.from);
    Step {
        from: graph.time(link.from),
        to: graph.time(to),
        task: graph.trace[to].task.unwrap_or(0),
        state,
        held: doing.held,
        label: doing.label,
        came: None,
        unexplained,
    }
}

fn add(steps: &mut Vec<Step>, step: Step) {
    if let Some(later) = steps.last_mut()
        && later.came.is_none()
        && (later.task, later.state, later.held, &later.label, later.unexplained)
            == (step.task, step.state, step.held, &step.label, step.unexplained)
    {
        later.from = step.from;
        return;
    }
    steps.push(step);
}

/// The lengths of steps in each state, `held` apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Parts {
    pub running: Duration,
    pub held: Duration,
    pub ready: Duration,
    pub blocked: Duration,
    pub io: Duration,
    pub sleeping: Duration,
    pub overhead: Duration,
}

impl Parts {
    pub fn of(steps: &[Step]) -> Parts {
        let mut parts = Parts::default();
        for step in steps {
            *parts.part(step.state, step.held) += step.to.since(step.from);
        }
        parts
    }

    fn part(&mut self, state: State, held: bool) -> &mut Duration {
        match state {
            State::Io | State::Sleeping | State::Blocked if held => &mut self.held,
            State::Running => &mut self.running,
            State::Ready => &mut self.ready,
            State::Blocked => &mut self.blocked,
            State::Io => &mut self.io,
            State::Sleeping => &mut self.sleeping,
            State::Overhead => &mut self.overhead,
        }
    }

    /// Each with its word, in the order in which they are told.
    pub fn each(&self) -> [(&'static str, Duration); 7] {
        [
            ("running", self.running),
            ("held", self.held),
            ("ready", self.ready),
            ("blocked", self.blocked),
            ("io", self.io),
            ("sleeping", self.sleeping),
            ("overhead", self.overhead),
        ]
    }

    pub fn total(&self) -> Duration {
        self.each().into_iter().fold(Duration::ZERO, |sum, (_, part)| sum + part)
    }

    /// What makes this longer than `base`, part by part in nanoseconds; adds up to the difference of the totals.
    pub fn gap(&self, base: &Parts) -> Vec<(&'static str, i128)> {
        let pairs = self.each().into_iter().zip(base.each());
        pairs.map(|((state, a), (_, b))| (state, i128::from(a.0) - i128::from(b.0))).collect()
    }
}
