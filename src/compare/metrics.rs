//! The numbers of a run, added up while it happens (definitions: `docs/metrics.md`).

use crate::compare::comparison::{
    Activity, Metrics, ObjectMetrics, Segment, Series, TaskEnding, TaskMetrics,
};
use crate::compare::follow::{Follower, Watch};
use crate::lang::ast::ObjectKind;
use crate::lang::program::Program;
use crate::sim::trace::{Event, Kind, Observed, Role, Sink, State};
use crate::time::{Duration, Time};
use crate::value::ObjectId;

/// Adds up the events of one run. What it keeps grows with the tasks and with what is observed,
/// not with the events.
#[derive(Debug)]
pub struct Meter {
    follower: Follower,
    sums: Sums,
}

#[derive(Debug, Default)]
struct Sums {
    metrics: Metrics,
    /// What each worker is for.
    roles: Vec<Role>,
    in_flight: u32,
    /// Parallel to the declared objects; `None` for those that cannot be held or filled.
    uses: Vec<Option<Use>>,
    last_completion: Time,
    unfinished: u32,
}

/// How much of an object is taken.
#[derive(Debug)]
struct Use {
    metrics: ObjectMetrics,
    units: u64,
    since: Time,
}

impl Meter {
    pub fn new(program: &Program) -> Meter {
        let observed = program.metrics.iter().map(|name| Series {
            name: name.clone(),
            values: Vec::new(),
            durations: false,
        });
        let uses = program.objects.iter().map(|object| {
            let capacity = match object.kind {
                ObjectKind::Lock | ObjectKind::RwLock => Some(1),
                ObjectKind::Resource | ObjectKind::Semaphore | ObjectKind::Channel | ObjectKind::Workers => {
                    object.size
                }
                ObjectKind::Event | ObjectKind::Condition | ObjectKind::Barrier | ObjectKind::Future => {
                    return None;
                }
            };
            let name = object.name.clone();
            let metrics = ObjectMetrics { name, kind: object.kind, capacity, busy: Duration::ZERO, peak: 0 };
            Some(Use { metrics, units: 0, since: Time::ZERO })
        });
        let metrics = Metrics { observed: observed.collect(), ..Metrics::default() };
        let sums = Sums { metrics, uses: uses.collect(), ..Sums::default() };
        Meter { follower: Follower::default(), sums }
    }

    /// The numbers of the run; it stopped at `end`.
    pub fn finish(mut self, end: Time) -> Metrics {
        self.follower.finish(end, &mut self.sums);
        self.sums.finish(end)
    }
}

impl Sink for Meter {
    fn event(&mut self, event: &Event) {
        self.follower.event(event, &mut self.sums);
        self.sums.event(event);
    }
}

impl Sums {
    fn event(&mut self, event: &Event) {
        let now = event.time;
        match &event.kind {
            Kind::Worker { role, .. } => {
                let number = event.worker.unwrap_or(0) as usize;
                self.roles.resize(self.roles.len().max(number + 1), Role::Worker);
                self.roles[number] = *role;
            }
            Kind::Spawn { name, .. } => self.born(event.task, name, now),
            Kind::Run => {
                if let Some(task) = self.task(event.task) {
                    task.first_run.get_or_insert(now);
                }
            }
            Kind::Done => self.ended(event.task, TaskEnding::Done, now),
            Kind::Failed { .. } => self.ended(event.task, TaskEnding::Failed, now),
            Kind::Cancelled => self.ended(event.task, TaskEnding::Cancelled, now),
            Kind::Acquire { object } | Kind::Send { object } => self.used(*object, true, now),
            Kind::Release { object } | Kind::Receive { object } => self.used(*object, false, now),
            Kind::Observe { metric, value } => self.observed(*metric, *value),
            Kind::Switch { .. }
            | Kind::Work { .. }
            | Kind::Hold { .. }
            | Kind::Resume
            | Kind::Preempt
            | Kind::Yield
            | Kind::Wait { .. }
            | Kind::Wake { .. }
            | Kind::CancelRequest { .. }
            | Kind::Log { .. }
            | Kind::Decision { .. }
            | Kind::Queue { .. } => {}
        }
    }

    fn task(&mut self, task: Option<u32>) -> Option<&mut TaskMetrics> {
        self.metrics.tasks.get_mut(task? as usize)
    }

    fn born(&mut self, task: Option<u32>, name: &str, now: Time) {
        let Some(task) = task else { return };
        debug_assert_eq!(task as usize, self.metrics.tasks.len(), "serial numbers count up by one");
        self.metrics.tasks.push(TaskMetrics::new(task, name, now));
        self.unfinished += 1;
        if task != MAIN {
            self.in_flight += 1;
            self.metrics.peak_tasks = self.metrics.peak_tasks.max(self.in_flight);
        }
    }

    fn ended(&mut self, task: Option<u32>, ending: TaskEnding, now: Time) {
        let Some(record) = self.task(task) else { return };
        record.completion = Some(now);
        record.ending = ending;
        self.last_completion = now;
        self.unfinished -= 1;
        if task == Some(MAIN) {
            return;
        }
        self.in_flight -= 1;
        self.metrics.failed_tasks += u32::from(ending == TaskEnding::Failed);
    }

    fn used(&mut self, object: ObjectId, more: bool, now: Time) {
        if let Some(Some(object)) = self.uses.get_mut(object.0 as usize) {
            object.change(more, now);
        }
    }

    fn observed(&mut self, metric: u16, value: Observed) {
        let Some(series) = self.metrics.observed.get_mut(metric as usize) else { return };
        let (number, duration) = match value {
            Observed::Number(number) => (number, false),
            Observed::Duration(nanos) => (nanos as f64, true),
        };
        series.durations = duration && (series.durations || series.values.is_empty());
        series.values.push(number);
    }

    fn role(&self, worker: u32) -> Role {
        self.roles.get(worker as usize).copied().unwrap_or(Role::Worker)
    }

    fn finish(mut self, end: Time) -> Metrics {
        let mut metrics = self.metrics;
        let start = metrics.tasks.first().map_or(Time::ZERO, |main| main.arrival);
        let end = if self.unfinished == 0 { self.last_completion } else { end };
        metrics.makespan = end.since(start);
        metrics.workers = self.roles.iter().filter(|&&role| role == Role::Worker).count() as u32;
        metrics.idle = metrics.paid() - metrics.busy - metrics.held - metrics.overhead;
        for object in self.uses.iter_mut().flatten() {
            object.settle(end);
        }
        metrics.objects = self.uses.into_iter().flatten().map(|object| object.metrics).collect();
        metrics.tasks.retain(|task| task.task != MAIN);
        metrics
    }
}

/// The serial number of the task `main`: the first there is.
const MAIN: u32 = 0;

impl Watch for Sums {
    fn task(&mut self, segment: Segment) {
        let length = segment.to.since(segment.from);
        let Activity::Task(state) = segment.what else { return };
        if let Some(task) = self.metrics.tasks.get_mut(segment.task as usize) {
            *task.in_state_mut(state) += length;
        }
    }

    fn worker(&mut self, worker: u32, segment: Segment) {
        if self.role(worker) != Role::Worker {
            return;
        }
        let length = segment.to.since(segment.from);
        match segment.what {
            Activity::Held => self.metrics.held += length,
            Activity::Task(State::Overhead) => self.metrics.overhead += length,
            Activity::Task(_running) => self.metrics.busy += length,
        }
    }

    fn arrived(&mut self, worker: u32, now: Time) {
        if let Role::Pool(pool) = self.role(worker) {
            self.used(pool, true, now);
        }
    }

    fn left(&mut self, worker: u32, now: Time) {
        if let Role::Pool(pool) = self.role(worker) {
            self.used(pool, false, now);
        }
    }

    fn passed(&mut self, worker: u32, involuntary: bool) {
        if self.role(worker) == Role::Worker {
            self.metrics.switches += 1;
            self.metrics.involuntary += u64::from(involuntary);
        }
    }
}

impl Use {
    fn change(&mut self, more: bool, now: Time) {
        self.settle(now);
        self.units = if more { self.units + 1 } else { self.units.saturating_sub(1) };
        self.metrics.peak = self.metrics.peak.max(self.units);
    }

    /// Adds up what was taken until now.
    fn settle(&mut self, now: Time) {
        let length = now.since(std::mem::replace(&mut self.since, now)).0;
        // Many readers hold a rwlock once.
        let units = if self.metrics.kind == ObjectKind::RwLock { self.units.min(1) } else { self.units };
        self.metrics.busy += Duration(length.saturating_mul(units));
    }
}

impl TaskMetrics {
    fn new(task: u32, name: &str, arrival: Time) -> TaskMetrics {
        TaskMetrics {
            task,
            name: name.to_string(),
            arrival,
            first_run: None,
            completion: None,
            ending: TaskEnding::Unfinished,
            running: Duration::ZERO,
            ready: Duration::ZERO,
            blocked: Duration::ZERO,
            io: Duration::ZERO,
            sleeping: Duration::ZERO,
            overhead: Duration::ZERO,
        }
    }

    fn in_state_mut(&mut self, state: State) -> &mut Duration {
        match state {
            State::Ready => &mut self.ready,
            State::Running => &mut self.running,
            State::Blocked => &mut self.blocked,
            State::Io => &mut self.io,
            State::Sleeping => &mut self.sleeping,
            State::Overhead => &mut self.overhead,
        }
    }

    /// From arrival to completion; the sum of its states, exactly.
    pub fn turnaround(&self) -> Option<Duration> {
        Some(self.completion?.since(self.arrival))
    }

    /// From arrival to the first run.
    pub fn response(&self) -> Option<Duration> {
        Some(self.first_run?.since(self.arrival))
    }
}

impl Metrics {
    /// Workers × makespan: what the workers are paid for (the *cost*).
    pub fn paid(&self) -> Duration {
        Duration(self.makespan.0.saturating_mul(u64::from(self.workers)))
    }

    /// The part of the paid time in which workers computed. `None` if nothing was paid.
    pub fn utilisation(&self) -> Option<f64> {
        ratio(self.busy, self.paid())
    }

    /// The part of the paid time in which workers were busy, held or changing tasks.
    pub fn occupied(&self) -> Option<f64> {
        ratio(self.busy + self.held + self.overhead, self.paid())
    }

    /// Tasks that came to a normal end, `main` not counted.
    pub fn completed(&self) -> u64 {
        self.tasks.iter().filter(|task| task.ending == TaskEnding::Done).count() as u64
    }

    /// How many times faster than `base`.
    pub fn speedup(&self, base: &Metrics) -> Option<f64> {
        ratio(base.makespan, self.makespan)
    }

    /// The part of an object's capacity that was taken over the run: 1 when all of it was, always.
    pub fn utilisation_of(&self, object: &ObjectMetrics) -> Option<f64> {
        let whole = Duration(self.makespan.0.saturating_mul(object.capacity?));
        ratio(object.busy, whole)
    }
}

fn ratio(part: Duration, whole: Duration) -> Option<f64> {
    if whole == Duration::ZERO { None } else { Some(part.0 as f64 / whole.0 as f64) }
}
