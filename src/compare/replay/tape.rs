//! All moments of a run, in order.

use std::collections::BTreeMap;

use crate::compare::blame::account::Account;
use crate::compare::comparison::Run;
use crate::compare::follow::Names;
use crate::compare::replay::moment::{Change, Moment, Seen, Share, Stance};
use crate::lang::program::Program;
use crate::sim::trace::{Event, Kind, State};
use crate::source::Span;
use crate::value::ObjectId;

/// A run as moments, one for each event of its trace.
#[derive(Debug)]
pub struct Replay {
    pub moments: Vec<Moment>,
    pub names: Names,
    /// How many tasks there are in the end.
    pub tasks: usize,
}

impl Replay {
    /// Of a run whose trace was kept, and what is known about its waits.
    pub fn of(run: &Run, account: &Account) -> Replay {
        let mut tape = Tape::new(&run.program);
        let mut names = Names::default();
        for (at, event) in run.trace.iter().enumerate() {
            names.event(event);
            tape.event(at, event);
        }
        for (number, wait) in account.waits.iter().enumerate() {
            let last = match wait.last {
                Some(ended) => tape.moments[ended].of(wait.task).and_then(|change| change.earlier),
                None => tape.last(wait.task),
            };
            mark(&mut tape.moments, wait.task, last, number);
        }
        Replay { tasks: tape.tasks.len(), moments: tape.moments, names }
    }

    /// Where a task stands after an event that changed that; `None`: not born yet.
    pub fn seen(&self, task: u32, event: Option<usize>) -> Seen {
        let change = event.and_then(|at| self.moments[at].of(task));
        change.map_or(Seen::NOTHING, |change| change.seen.clone())
    }
}

/// The moments of a wait, from its last one back to its first.
fn mark(moments: &mut [Moment], task: u32, last: Option<usize>, wait: usize) {
    let mut next = last;
    while let Some(at) = next {
        let change = moments[at].changes.iter_mut().find(|change| change.task == task);
        let Some(Change { seen, earlier, .. }) = change else { return };
        seen.wait = Some(wait);
        next = earlier.filter(|_| seen.since < at);
    }
}

struct Tape<'a> {
    moments: Vec<Moment>,
    /// By task: where it stands, and the event that changed that last.
    tasks: Vec<(Seen, Option<usize>)>,
    holders: BTreeMap<ObjectId, Vec<u32>>,
    /// Where the text of each function begins.
    functions: BTreeMap<&'a str, Span>,
}

impl<'a> Tape<'a> {
    fn new(program: &'a Program) -> Tape<'a> {
        let functions = program.functions.iter().map(|function| (function.name.as_str(), function.span));
        Tape {
            moments: Vec::new(),
            tasks: Vec::new(),
            holders: BTreeMap::new(),
            functions: functions.collect(),
        }
    }

    fn last(&self, task: u32) -> Option<usize> {
        self.tasks.get(task as usize).and_then(|(_, last)| *last)
    }

    fn event(&mut self, at: usize, event: &Event) {
        let mut changes = Vec::new();
        let mut decides = false;
        if let Some(task) = event.task {
            let before = self.tasks.get(task as usize).map_or(Seen::NOTHING, |(seen, _)| seen.clone());
            let ready = before.stance == Stance::In(State::Ready);
            decides = ready && matches!(event.kind, Kind::Run | Kind::Switch { .. });
            changes.push(self.change(at, task, after(at, event, before, &self.functions)));
        }
        // Whoever spawns, spawns where it is.
        if let Kind::Spawn { parent: Some(parent), .. } = event.kind
            && let Some((seen, _)) = self.tasks.get(parent as usize).cloned()
        {
            let seen = Seen { span: event.span.or(seen.span), ..seen };
            changes.push(self.change(at, parent, seen));
        }
        let shared = event.task.and_then(|task| self.share(&event.kind, task));
        self.moments.push(Moment { time: event.time, changes, shared, decides });
    }

    fn change(&mut self, at: usize, task: u32, seen: Seen) -> Change {
        let index = task as usize;
        if index >= self.tasks.len() {
            self.tasks.resize(index + 1, (Seen::NOTHING, None));
        }
        let earlier = std::mem::replace(&mut self.tasks[index], (seen.clone(), Some(at))).1;
        Change { task, seen, earlier }
    }

    fn share(&mut self, kind: &Kind, task: u32) -> Option<(ObjectId, Share)> {
        match kind {
            &Kind::Acquire { object } => {
                self.holders.entry(object).or_default().push(task);
                Some((object, Share::Taken(task)))
            }
            &Kind::Release { object } => {
                // A semaphore may be given back by somebody else than who took it.
                let holders = self.holders.entry(object).or_default();
                let own = holders.iter().rposition(|&holder| holder == task);
                let place = own.or(holders.len().checked_sub(1))?;
                Some((object, Share::Returned(holders.remove(place))))
            }
            &Kind::Send { object } => Some((object, Share::In)),
            &Kind::Receive { object } => Some((object, Share::Out)),
            _others => None,
        }
    }
}

/// Where a task stands after an event of its own.
fn after(at: usize, event: &Event, before: Seen, functions: &BTreeMap<&str, Span>) -> Seen {
    let mut seen = before;
    if does(&event.kind) {
        seen.span = event.span.or(seen.span);
    }
    let stance = match &event.kind {
        Kind::Spawn { name, .. } => {
            let function = name.split('(').next().unwrap_or(name);
            seen.span = functions.get(function).copied();
            Stance::In(State::Ready)
        }
        Kind::Preempt | Kind::Yield | Kind::Wake { .. } => Stance::In(State::Ready),
        Kind::Switch { .. } => Stance::In(State::Overhead),
        Kind::Run | Kind::Work { .. } | Kind::Resume => Stance::In(State::Running),
        Kind::Hold { .. } => Stance::In(State::Io),
        Kind::Wait { cause, .. } => Stance::In(cause.kind.state()),
        Kind::Done => Stance::Done,
        Kind::Failed { .. } => Stance::Failed,
        Kind::Cancelled => Stance::Cancelled,
        Kind::Queue { queue } => {
            seen.queue = Some(*queue);
            return seen;
        }
        Kind::Worker { .. }
        | Kind::CancelRequest { .. }
        | Kind::Acquire { .. }
        | Kind::Release { .. }
        | Kind::Send { .. }
        | Kind::Receive { .. }
        | Kind::Log { .. }
        | Kind::Observe { .. }
        | Kind::Decision { .. } => return seen,
    };
    // A worker that is held through a wait stays held until its task runs again.
    let woken = matches!(event.kind, Kind::Wake { .. }) && seen.held;
    seen = Seen { stance, since: at, queue: None, object: None, held: woken, wait: None, ..seen };
    match &event.kind {
        Kind::Work { label, .. } => seen.label.clone_from(label),
        Kind::Hold { label, .. } => {
            seen.label.clone_from(label);
            seen.held = true;
        }
        Kind::Wait { cause, held } => {
            seen.label.clone_from(&cause.label);
            seen.object = cause.object;
            seen.held = *held;
        }
        // What it was computing it will go on with.
        Kind::Preempt | Kind::Switch { .. } | Kind::Run => {}
        _others => seen.label = None,
    }
    seen.worker = match stance {
        Stance::In(State::Running | State::Overhead) => event.worker.or(seen.worker),
        Stance::In(_) if seen.held => seen.worker,
        Stance::Absent | Stance::In(_) | Stance::Done | Stance::Failed | Stance::Cancelled => None,
    };
    seen
}

/// Is the event a statement of its task, so that its place is the task's?
fn does(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Work { .. }
            | Kind::Hold { .. }
            | Kind::Wait { .. }
            | Kind::Yield
            | Kind::CancelRequest { .. }
            | Kind::Send { .. }
            | Kind::Release { .. }
            | Kind::Log { .. }
            | Kind::Observe { .. }
            | Kind::Failed { .. }
    )
}
