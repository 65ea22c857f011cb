//! Who had the workers while a task was ready.

use std::rc::Rc;

use crate::compare::blame::wait::{End, Wait};
use crate::compare::comparison::{Activity, Lane, Segment};
use crate::compare::timeline;
use crate::sim::trace::{Event, Role, State};
use crate::time::{Duration, Time};

/// The lanes of all workers, to be asked who was where.
#[derive(Debug)]
pub struct Workers {
    pub lanes: Vec<Lane>,
}

/// What one task did on workers while another was ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    pub task: u32,
    pub worked: Duration,
    /// It kept a worker without computing.
    pub held: Duration,
    /// The change to it cost so much.
    pub overhead: Duration,
    /// Of its work: the first.
    pub work: Option<Rc<str>>,
    /// Of what it kept the worker for: the first.
    pub wait: Option<Rc<str>>,
}

impl Share {
    pub fn time(&self) -> Duration {
        self.worked + self.held + self.overhead
    }
}

/// What a ready task waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needed {
    /// One of so many workers, all of which somebody had.
    Workers(usize),
    /// It had a worker of its own, and others computed: an interpreter's lock, cores.
    Turn,
}

impl Workers {
    pub fn of(trace: &[Event], end: Time) -> Workers {
        Workers { lanes: timeline::workers(trace, end).lanes }
    }

    /// Who had what this task needed, in the order in which they came to it.
    pub fn during(&self, wait: &Wait) -> (Needed, Vec<Share>) {
        let role = self.role(wait);
        let group: Vec<&Lane> = self.lanes.iter().filter(|lane| lane.role == Some(role)).collect();
        let ended_on = match wait.end {
            End::Worker(worker) => group.iter().find(|lane| lane.number == worker),
            End::Woken(_) | End::Clock | End::Ended | End::Never => None,
        };
        let contended = ended_on.is_none_or(|lane| lane_shares(lane, wait).next().is_some());
        let mut shares: Vec<Share> = Vec::new();
        for segment in group.iter().flat_map(|lane| lane_shares(lane, wait)) {
            if contended || segment.what == Activity::Task(State::Running) {
                share(segment, wait, &mut shares);
            }
        }
        let needed = if contended { Needed::Workers(group.len()) } else { Needed::Turn };
        (needed, shares)
    }

    /// What the worker is for on which it went on.
    pub fn role(&self, wait: &Wait) -> Role {
        let End::Worker(worker) = wait.end else { return Role::Worker };
        self.lanes.get(worker as usize).and_then(|lane| lane.role).unwrap_or(Role::Worker)
    }
}

/// What others did on this lane during a wait.
fn lane_shares<'a>(lane: &'a Lane, wait: &'a Wait) -> impl Iterator<Item = &'a Segment> {
    let first = lane.segments.partition_point(|segment| segment.to <= wait.from);
    let overlapping = lane.segments[first..].iter().take_while(|segment| segment.from < wait.to);
    overlapping.filter(|segment| segment.task != wait.task)
}

fn share(segment: &Segment, wait: &Wait, shares: &mut Vec<Share>) {
    let length = segment.to.min(wait.to).since(segment.from.max(wait.from));
    let at = shares.iter().position(|share| share.task == segment.task).unwrap_or_else(|| {
        let (worked, held, overhead) = Default::default();
        shares.push(Share { task: segment.task, worked, held, overhead, work: None, wait: None });
        shares.len() - 1
    });
    let share = &mut shares[at];
    match segment.what {
        Activity::Held => {
            share.held += length;
            share.wait = share.wait.take().or_else(|| segment.label.clone());
        }
        Activity::Task(State::Overhead) => share.overhead += length,
        Activity::Task(_running) => {
            share.worked += length;
            share.work = share.work.take().or_else(|| segment.label.clone());
        }
    }
}
