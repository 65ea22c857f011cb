//! Follows every task and every worker through a trace: who is in which state, since when.

use std::rc::Rc;

use crate::compare::comparison::{Activity, Segment};
use crate::sim::trace::{Cause, Event, Kind, Role, State};
use crate::time::Time;

/// Is told what a trace says, as soon as it is certain.
pub trait Watch {
    /// A task was in one state, doing one thing. Never for no time.
    fn task(&mut self, segment: Segment);
    /// A worker was occupied by one task in one way. Never for no time.
    fn worker(&mut self, worker: u32, segment: Segment);
    /// A task comes to a worker.
    fn arrived(&mut self, _worker: u32, _now: Time) {}
    /// A task leaves a worker.
    fn left(&mut self, _worker: u32, _now: Time) {}
    /// A worker passed from one task to another without being idle between, or was paid for the change.
    fn passed(&mut self, _worker: u32, _involuntary: bool) {}
}

/// Where every task and every worker stands.
#[derive(Debug, Default)]
pub struct Follower {
    tasks: Vec<Task>,
    workers: Vec<Worker>,
}

#[derive(Debug, Clone, Default)]
struct Task {
    /// `None` before its birth and after its end.
    state: Option<State>,
    since: Time,
    worker: Option<u32>,
    /// What it computes; kept when it is preempted, since it will go on with it.
    work: Option<Rc<str>>,
    /// What it waits for or is held by.
    wait: Option<Rc<str>>,
    cause: Option<Cause>,
}

#[derive(Debug, Default)]
struct Worker {
    occupant: Option<Occupant>,
    last: Option<Left>,
}

#[derive(Debug)]
struct Occupant {
    task: u32,
    what: Activity,
    since: Time,
    label: Option<Rc<str>>,
}

/// The last task that left a worker.
#[derive(Debug, Clone, Copy)]
struct Left {
    task: u32,
    at: Time,
    involuntary: bool,
}

impl Follower {
    pub fn event(&mut self, event: &Event, watch: &mut impl Watch) {
        let now = event.time;
        let Some(task) = event.task else { return };
        match &event.kind {
            Kind::Spawn { .. } => self.enter(task, State::Ready, now, watch),
            Kind::Switch { .. } => {
                self.arrive(task, event.worker, true, now, watch);
                self.enter(task, State::Overhead, now, watch);
                self.occupy(task, Activity::Task(State::Overhead), now, watch);
            }
            Kind::Run => {
                self.arrive(task, event.worker, false, now, watch);
                self.run(task, now, watch);
            }
            Kind::Work { label, .. } => {
                self.flush_task(task, now, watch);
                self.task(task).work = label.clone();
                self.occupy(task, Activity::Task(State::Running), now, watch);
            }
            Kind::Hold { label, .. } => {
                self.enter(task, State::Io, now, watch);
                self.task(task).wait = label.clone();
                self.occupy(task, Activity::Held, now, watch);
            }
            Kind::Resume => {
                self.flush_task(task, now, watch);
                self.task(task).work = None;
                self.run(task, now, watch);
            }
            Kind::Preempt => {
                self.enter(task, State::Ready, now, watch);
                self.leave(task, true, now, watch);
            }
            Kind::Yield => {
                self.enter(task, State::Ready, now, watch);
                self.task(task).work = None;
                self.leave(task, false, now, watch);
            }
            Kind::Wait { cause, held } => {
                self.enter(task, cause.kind.state(), now, watch);
                let record = self.task(task);
                record.work = None;
                record.wait = cause.label.clone();
                record.cause = Some(cause.clone());
                if *held {
                    self.occupy(task, Activity::Held, now, watch);
                } else {
                    self.leave(task, false, now, watch);
                }
            }
            // A worker held through the wait stays held until its task runs again.
            Kind::Wake { .. } => self.enter(task, State::Ready, now, watch),
            Kind::Done | Kind::Failed { .. } | Kind::Cancelled => {
                self.flush_task(task, now, watch);
                self.task(task).state = None;
                self.leave(task, false, now, watch);
            }
            Kind::Worker { .. }
            | Kind::CancelRequest { .. }
            | Kind::Acquire { .. }
            | Kind::Release { .. }
            | Kind::Send { .. }
            | Kind::Receive { .. }
            | Kind::Log { .. }
            | Kind::Observe { .. }
            | Kind::Decision { .. }
            | Kind::Queue { .. } => {}
        }
    }

    /// The trace is over: whatever still goes on lasted until `end`.
    pub fn finish(&mut self, end: Time, watch: &mut impl Watch) {
        for task in 0..self.tasks.len() as u32 {
            self.flush_task(task, end, watch);
        }
        for worker in 0..self.workers.len() as u32 {
            self.flush_worker(worker, end, watch);
        }
    }

    fn task(&mut self, task: u32) -> &mut Task {
        at(&mut self.tasks, task)
    }

    fn run(&mut self, task: u32, now: Time, watch: &mut impl Watch) {
        self.enter(task, State::Running, now, watch);
        self.occupy(task, Activity::Task(State::Running), now, watch);
    }

    fn enter(&mut self, task: u32, state: State, now: Time, watch: &mut impl Watch) {
        self.flush_task(task, now, watch);
        let record = self.task(task);
        record.state = Some(state);
        record.wait = None;
        record.cause = None;
    }

    /// Ends the current segment of a task; the next begins now.
    fn flush_task(&mut self, task: u32, now: Time, watch: &mut impl Watch) {
        let record = self.task(task);
        let from = std::mem::replace(&mut record.since, now);
        let Some(state) = record.state else { return };
        if from >= now {
            return;
        }
        let label = match state {
            State::Running => record.work.clone(),
            State::Blocked | State::Io | State::Sleeping => record.wait.clone(),
            State::Ready | State::Overhead => None,
        };
        let cause = record.cause.clone();
        watch.task(Segment { from, to: now, what: Activity::Task(state), task, label, cause });
    }

    /// A task comes to a worker, if it is not there already; `paid` if the change costs something.
    fn arrive(&mut self, task: u32, worker: Option<u32>, paid: bool, now: Time, watch: &mut impl Watch) {
        let Some(worker) = worker else { return };
        let record = at(&mut self.workers, worker);
        if let Some(occupant) = &record.occupant {
            if occupant.task == task {
                return;
            }
            let other = occupant.task;
            self.leave(other, false, now, watch);
        }
        let record = at(&mut self.workers, worker);
        let from = record.last.filter(|last| last.at == now && last.task != task);
        if from.is_some() || paid {
            watch.passed(worker, from.is_some_and(|last| last.involuntary));
        }
        let what = Activity::Task(State::Running);
        record.occupant = Some(Occupant { task, what, since: now, label: None });
        self.task(task).worker = Some(worker);
        watch.arrived(worker, now);
    }

    /// The task on a worker goes on in another way.
    fn occupy(&mut self, task: u32, what: Activity, now: Time, watch: &mut impl Watch) {
        let record = self.task(task);
        let label = match what {
            Activity::Task(_) => record.work.clone(),
            Activity::Held => record.wait.clone(),
        };
        let Some(worker) = record.worker else { return };
        self.flush_worker(worker, now, watch);
        if let Some(occupant) = &mut at(&mut self.workers, worker).occupant {
            occupant.what = what;
            occupant.label = label;
        }
    }

    fn leave(&mut self, task: u32, involuntary: bool, now: Time, watch: &mut impl Watch) {
        let Some(worker) = self.task(task).worker.take() else { return };
        self.flush_worker(worker, now, watch);
        let record = at(&mut self.workers, worker);
        record.occupant = None;
        record.last = Some(Left { task, at: now, involuntary });
        watch.left(worker, now);
    }

    fn flush_worker(&mut self, worker: u32, now: Time, watch: &mut impl Watch) {
        let Some(occupant) = &mut at(&mut self.workers, worker).occupant else { return };
        let from = std::mem::replace(&mut occupant.since, now);
        if from >= now {
            return;
        }
        let (task, what, label) = (occupant.task, occupant.what, occupant.label.clone());
        let cause = match what {
            Activity::Held => self.task(task).cause.clone(),
            Activity::Task(_) => None,
        };
        watch.worker(worker, Segment { from, to: now, what, task, label, cause });
    }
}

/// The record of a number; numbers count up from zero.
fn at<T: Default>(records: &mut Vec<T>, number: u32) -> &mut T {
    let index = number as usize;
    if index >= records.len() {
        records.resize_with(index + 1, T::default);
    }
    &mut records[index]
}

/// What the lanes of a trace are called.
#[derive(Debug, Default)]
pub struct Names {
    pub tasks: Vec<Rc<str>>,
    pub workers: Vec<(Rc<str>, Role)>,
}

impl Names {
    pub fn event(&mut self, event: &Event) {
        match (&event.kind, event.task, event.worker) {
            (Kind::Spawn { name, .. }, Some(task), _) => {
                put(&mut self.tasks, task, name.clone(), || "".into())
            }
            (Kind::Worker { name, role }, _, Some(worker)) => {
                put(&mut self.workers, worker, (name.clone(), *role), || ("".into(), Role::Worker));
            }
            _other => {}
        }
    }

    /// The name of a task; `task 3` where nobody told it.
    pub fn task(&self, task: u32) -> String {
        match self.tasks.get(task as usize) {
            Some(name) if !name.is_empty() => name.to_string(),
            Some(_) | None => format!("task {task}"),
        }
    }
}

fn put<T>(items: &mut Vec<T>, number: u32, item: T, empty: impl Fn() -> T) {
    let index = number as usize;
    if index >= items.len() {
        items.resize_with(index + 1, empty);
    }
    items[index] = item;
}
