//! What every event of a trace had to wait for: a graph whose longest path is the makespan.
//!
//! An event cannot come before its links allow: before the event it follows in its own task and the time
//! that takes, before what wakes its task, before whoever is on its worker has left. Everything else here
//! (critical path, slack, the gap between two runs) is read off these links.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::sim::trace::{Cause, Event, Kind, Role, State};
use crate::source::Span;
use crate::time::{Duration, Time};

/// `to` cannot come earlier than `lag` after `from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Index of the earlier event.
    pub from: usize,
    pub lag: Duration,
    pub why: Why,
}

/// What kind of link it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The task's own doing, or waiting, in this state.
    Own(State),
    /// A deadline that the task had set itself, or a cancellation's: time passed by the clock.
    Clock,
    /// Another task ended what it waited for.
    Woken,
    Spawned,
    /// Another task had its worker.
    Worker,
    /// Another task gave way at this instant; that it was in the way shows by nothing else. Threads that share
    /// cores, loops that notice an end when they come round to it.
    Moment,
}

/// The serial number of `main`.
const MAIN: u32 = 0;

/// At most one link of its own, one to whoever caused it, one to whoever was in the way.
type Links = [Option<Link>; 3];

/// What is known of one event.
#[derive(Debug, Default)]
struct Node {
    links: Links,
    said: Option<usize>,
    state: Option<State>,
}

#[derive(Debug)]
pub struct Graph<'a> {
    pub trace: &'a [Event],
    links: Vec<Links>,
    /// For each event, the one that says what its task does behind it: a `Work`, a `Hold` or a `Wait`.
    said: Vec<Option<usize>>,
    /// For each event, the state of its task behind it; `None` if it is nothing that its task does.
    states: Vec<Option<State>>,
    /// The main thread, where it is none of the workers: who keeps it keeps it from nobody.
    main: Option<u32>,
}

/// What a task does behind an event.
#[derive(Debug, Clone, Default)]
pub struct Doing {
    /// It keeps its worker and does not compute.
    pub held: bool,
    pub label: Option<Rc<str>>,
    pub cause: Option<Cause>,
    /// The statement.
    pub span: Option<Span>,
}

/// Where each task stands while the trace is gone through.
#[derive(Debug, Clone, Copy)]
struct Last {
    event: usize,
    state: State,
    /// The work it is in; kept when it is preempted, since it will go on with it.
    work: Option<usize>,
    /// What it waits for.
    wait: Option<usize>,
}

#[derive(Debug, Default)]
struct Builder {
    /// By serial number of the task.
    tasks: Vec<Option<Last>>,
    /// By number of the worker: the last event there.
    workers: Vec<Option<usize>>,
    /// The last two events, of two different tasks, at which a task let go of what it ran on.
    leaving: [Option<(usize, u32)>; 2],
    /// Tasks that have not ended and are no daemons.
    lasting: BTreeSet<u32>,
    /// The event with which the run was over: what is left is cancelled.
    over: Option<usize>,
}

impl<'a> Graph<'a> {
    pub fn new(trace: &'a [Event]) -> Graph<'a> {
        let mut builder = Builder::default();
        let main = trace.iter().find(|event| matches!(event.kind, Kind::Worker { role: Role::Main, .. }));
        let main = main.and_then(|event| event.worker);
        let mut graph = Graph { trace, links: Vec::new(), said: Vec::new(), states: Vec::new(), main };
        for at in 0..trace.len() {
            let node = builder.event(trace, at);
            graph.links.push(node.links);
            graph.said.push(node.said);
            graph.states.push(node.state);
        }
        graph
    }

    /// The state of the event's task behind it; `None` if the event is nothing that its task does.
    pub fn state(&self, event: usize) -> Option<State> {
        self.states[event]
    }

    /// What the task of this event does behind it.
    pub fn doing(&self, event: usize) -> Doing {
        let Some(said) = self.said[event].map(|at| &self.trace[at]) else { return Doing::default() };
        let (held, label, cause) = match &said.kind {
            Kind::Work { label, .. } => (false, label.clone(), None),
            Kind::Hold { label, .. } => (true, label.clone(), None),
            Kind::Wait { cause, held } => (*held, cause.label.clone(), Some(cause.clone())),
            _other => (false, None, None),
        };
        let held = held && (self.main.is_none() || said.worker != self.main);
        Doing { held, label, cause, span: said.span }
    }

    pub fn links(&self, event: usize) -> impl Iterator<Item = Link> + '_ {
        self.links[event].iter().flatten().copied()
    }

    pub fn time(&self, event: usize) -> Time {
        self.trace[event].time
    }

    /// Does this link leave no time at all between?
    pub fn is_tight(&self, to: usize, link: Link) -> bool {
        self.time(link.from) + link.lag == self.time(to)
    }

    /// The event after which nothing happens that matters: at which the last task ended or, where a run was over
    /// before all tasks were, the last step of one that had not ended.
    pub fn last_step(&self, end: Time) -> Option<usize> {
        let ended = self.trace.iter().rposition(ends);
        if ended.is_some_and(|at| self.time(at) == end) {
            return ended;
        }
        let mut seen = BTreeSet::new();
        let steps = (0..self.trace.len()).rev().filter(|&at| self.states[at].is_some());
        let mut last = steps.filter(|&at| seen.insert(self.trace[at].task));
        last.find(|&at| !ends(&self.trace[at])).or(ended)
    }
}

impl Builder {
    fn event(&mut self, trace: &[Event], at: usize) -> Node {
        let event = &trace[at];
        let Some(task) = event.task else { return Node::default() };
        let own = self.last(task);
        // What happens to a task that is not running, as when a lock is handed to it, is another's doing.
        if keeps_state(&event.kind) && own.is_none_or(|last| last.state != State::Running) {
            return Node::default();
        }
        let swept = self.swept_away(trace, at, own);
        let links = [
            own.map(|last| own_link(trace, at, last, swept.is_some())),
            swept.or_else(|| self.cause(trace, at, task)),
            self.obstacle(trace, at, task, own),
        ];
        self.note_end(event, at, task);
        let now = self.note(event, at, task, own);
        let said = match now.state {
            State::Running => now.work,
            State::Io | State::Sleeping | State::Blocked => now.wait,
            State::Ready | State::Overhead => None,
        };
        Node { links, said, state: Some(now.state) }
    }

    fn last(&self, task: u32) -> Option<Last> {
        self.tasks.get(task as usize).copied().flatten()
    }

    /// Who made it happen.
    fn cause(&self, trace: &[Event], at: usize, task: u32) -> Option<Link> {
        let (who, why) = match &trace[at].kind {
            Kind::Spawn { parent: Some(parent), .. } => (*parent, Why::Spawned),
            Kind::Wake { by: Some(by) } if *by != task => (*by, Why::Woken),
            _other => return None,
        };
        self.last(who).map(|last| Link { from: last.event, lag: Duration::ZERO, why })
    }

    /// A wait that is cut off because the run is over: whoever's end that was ended the wait, or whoever kept the
    /// loop from seeing to it until now.
    fn swept_away(&self, trace: &[Event], at: usize, own: Option<Last>) -> Option<Link> {
        let blocked = own.is_some_and(|last| last.state == State::Blocked);
        let over = self.over.filter(|_| blocked && matches!(trace[at].kind, Kind::Wake { by: None }))?;
        let now = |from: &usize| trace[*from].time == trace[at].time;
        if now(&over) {
            return Some(Link { from: over, lag: Duration::ZERO, why: Why::Woken });
        }
        let from = self.leaving.iter().flatten().map(|(from, _)| *from).find(now)?;
        Some(Link { from, lag: Duration::ZERO, why: Why::Moment })
    }

    /// A run is over when nobody is left but daemons, or when `main` has failed.
    fn note_end(&mut self, event: &Event, at: usize, task: u32) {
        match &event.kind {
            Kind::Spawn { daemon: false, .. } => {
                self.lasting.insert(task);
            }
            Kind::Done | Kind::Failed { .. } | Kind::Cancelled => {
                let last = self.lasting.remove(&task) && self.lasting.is_empty();
                let failed = task == MAIN && !matches!(event.kind, Kind::Done);
                if self.over.is_none() && (last || failed) {
                    self.over = Some(at);
                }
            }
            _other => {}
        }
    }

    /// Who was in the way until then.
    fn obstacle(&self, trace: &[Event], at: usize, task: u32, own: Option<Last>) -> Option<Link> {
        let event = &trace[at];
        let running = own.is_some_and(|last| last.state == State::Running);
        let comes = match &event.kind {
            Kind::Run | Kind::Switch { .. } => own.is_some_and(|last| last.state == State::Ready),
            // What is cancelled before its first turn ends without one.
            Kind::Done | Kind::Failed { .. } | Kind::Cancelled => !running,
            _other => false,
        };
        let here = event.worker.and_then(|worker| *self.workers.get(worker as usize)?);
        let here = here.filter(|&from| comes && trace[from].task != Some(task));
        let link = |from, why| Link { from, lag: Duration::ZERO, why };
        let now = |&from: &usize| trace[from].time == event.time;
        if let Some(from) = here.filter(now) {
            return Some(link(from, Why::Worker));
        }
        let others = self.leaving.iter().flatten().filter(|(_, other)| *other != task);
        let gave_way = others.map(|(from, _)| *from).find(now);
        let gave_way = gave_way.filter(|_| comes || matches!(event.kind, Kind::Wake { .. }));
        gave_way.map(|from| link(from, Why::Moment)).or(here.map(|from| link(from, Why::Worker)))
    }

    fn note(&mut self, event: &Event, at: usize, task: u32, own: Option<Last>) -> Last {
        let state = after(&event.kind, own.map_or(State::Ready, |last| last.state));
        let (mut work, mut wait) = own.map_or((None, None), |last| (last.work, last.wait));
        match &event.kind {
            Kind::Work { .. } => work = Some(at),
            Kind::Hold { .. } => wait = Some(at),
            Kind::Wait { .. } => (work, wait) = (None, Some(at)),
            Kind::Resume | Kind::Yield => work = None,
            _other => {}
        }
        let last = Last { event: at, state, work, wait };
        put(&mut self.tasks, task, last);
        if let Some(worker) = event.worker {
            put(&mut self.workers, worker, at);
        }
        if leaves(&event.kind) {
            if self.leaving[0].is_some_and(|(_, other)| other != task) {
                self.leaving[1] = self.leaving[0];
            }
            self.leaving[0] = Some((at, task));
        }
        last
    }
}

/// From the task's event before: what passes by itself takes its time, waiting need take none.
fn own_link(trace: &[Event], at: usize, last: Last, swept: bool) -> Link {
    let elapsed = trace[at].time.since(trace[last.event].time);
    let (lag, why) = match last.state {
        State::Running | State::Overhead | State::Io | State::Sleeping => (elapsed, Why::Own(last.state)),
        State::Ready => (Duration::ZERO, Why::Own(State::Ready)),
        State::Blocked if !swept && matches!(trace[at].kind, Kind::Wake { by: None }) => {
            (elapsed, Why::Clock)
        }
        State::Blocked => (Duration::ZERO, Why::Own(State::Blocked)),
    };
    Link { from: last.event, lag, why }
}

/// The state of a task behind an event.
fn after(kind: &Kind, before: State) -> State {
    match kind {
        Kind::Spawn { .. } | Kind::Preempt | Kind::Yield | Kind::Wake { .. } => State::Ready,
        Kind::Switch { .. } => State::Overhead,
        Kind::Run | Kind::Work { .. } | Kind::Resume => State::Running,
        Kind::Hold { .. } => State::Io,
        Kind::Wait { cause, .. } => cause.kind.state(),
        Kind::Done | Kind::Failed { .. } | Kind::Cancelled => before,
        Kind::Worker { .. }
        | Kind::CancelRequest { .. }
        | Kind::Acquire { .. }
        | Kind::Release { .. }
        | Kind::Send { .. }
        | Kind::Receive { .. }
        | Kind::Log { .. }
        | Kind::Observe { .. }
        | Kind::Decision { .. }
        | Kind::Queue { .. } => before,
    }
}

/// Does it leave its task in the state it is in?
fn keeps_state(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::CancelRequest { .. }
            | Kind::Acquire { .. }
            | Kind::Release { .. }
            | Kind::Send { .. }
            | Kind::Receive { .. }
            | Kind::Log { .. }
            | Kind::Observe { .. }
            | Kind::Decision { .. }
            | Kind::Queue { .. }
    )
}

/// Does the task let go of what it ran on?
fn leaves(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Wait { .. }
            | Kind::Hold { .. }
            | Kind::Preempt
            | Kind::Yield
            | Kind::Done
            | Kind::Failed { .. }
            | Kind::Cancelled
    )
}

pub fn ends(event: &Event) -> bool {
    matches!(event.kind, Kind::Done | Kind::Failed { .. } | Kind::Cancelled)
}

fn put<T: Copy>(items: &mut Vec<Option<T>>, number: u32, item: T) {
    let index = number as usize;
    if index >= items.len() {
        items.resize(index + 1, None);
    }
    items[index] = Some(item);
}
