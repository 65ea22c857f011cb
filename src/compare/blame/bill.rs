//! Who paid for whom: what others waited for a worker while one task had it.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::compare::blame::wait::Wait;
use crate::compare::blame::worker::Workers;
use crate::compare::comparison::Activity;
use crate::sim::trace::{Role, State};
use crate::time::{Duration, Time};

/// A stretch in which a task had a worker and others were ready for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bill {
    pub task: u32,
    pub worker: u32,
    pub from: Time,
    pub to: Time,
    /// It kept the worker without computing.
    pub held: bool,
    pub label: Option<Rc<str>>,
    /// Ready time of all others meanwhile, added up.
    pub paid: Duration,
    /// The most that were ready at once.
    pub ready: u32,
}

/// Every stretch for which somebody paid, in order of lanes and time.
pub fn bills(waits: &[Wait], workers: &Workers) -> Vec<Bill> {
    let mut crowds: BTreeMap<Group, Crowd> = BTreeMap::new();
    for wait in waits.iter().filter(|wait| wait.state == State::Ready) {
        crowds.entry(group(workers.role(wait))).or_default().add(wait);
    }
    let mut bills = Vec::new();
    for (group, crowd) in crowds {
        let steps = crowd.steps();
        let lanes =
            workers.lanes.iter().filter(|lane| lane.role.is_some_and(|role| self::group(role) == group));
        for segment in lanes.flat_map(|lane| lane.segments.iter().map(move |segment| (lane.number, segment)))
        {
            let (worker, segment) = segment;
            let (paid, ready) = paid(&steps, segment.from, segment.to);
            if paid > Duration::ZERO {
                let held = segment.what == Activity::Held;
                let (task, from, to, label) = (segment.task, segment.from, segment.to, segment.label.clone());
                bills.push(Bill { task, worker, from, to, held, label, paid, ready });
            }
        }
    }
    bills
}

/// Workers that do the same: all of the comparison's, the one of `main`, each pool's.
type Group = (u8, u32);

fn group(role: Role) -> Group {
    match role {
        Role::Worker => (0, 0),
        Role::Main => (1, 0),
        Role::Pool(pool) => (2, pool.0),
    }
}

/// When tasks became ready, and when they were no longer.
#[derive(Debug, Default)]
struct Crowd {
    changes: BTreeMap<Time, i64>,
}

/// How many are ready from a moment on, and what has been paid until then.
#[derive(Debug, Clone, Copy)]
struct StepOf {
    at: Time,
    ready: u32,
    paid: u64,
}

impl Crowd {
    fn add(&mut self, wait: &Wait) {
        *self.changes.entry(wait.from).or_default() += 1;
        *self.changes.entry(wait.to).or_default() -= 1;
    }

    fn steps(&self) -> Vec<StepOf> {
        let mut steps: Vec<StepOf> = Vec::with_capacity(self.changes.len());
        let mut ready = 0i64;
        for (&at, change) in &self.changes {
            let paid = steps.last().map_or(0, |last| last.until(at));
            ready += change;
            steps.push(StepOf { at, ready: u32::try_from(ready).unwrap_or(0), paid });
        }
        steps
    }
}

impl StepOf {
    fn until(&self, at: Time) -> u64 {
        self.paid.saturating_add(at.since(self.at).0.saturating_mul(u64::from(self.ready)))
    }
}

fn paid(steps: &[StepOf], from: Time, to: Time) -> (Duration, u32) {
    let last = |at: Time| steps.partition_point(|step| step.at <= at).checked_sub(1);
    let until = |at: Time| last(at).map_or(0, |index| steps[index].until(at));
    let first = last(from).unwrap_or(0);
    let within = steps[first..].iter().take_while(|step| step.at < to);
    let ready = within.map(|step| step.ready).max().unwrap_or(0);
    (Duration(until(to) - until(from)), ready)
}
