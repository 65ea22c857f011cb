//! Cores and the ready queue before them: which core is whose, since when, and until when.

use std::collections::BTreeSet;

use crate::runtimes::threads::queue::Queue;
use crate::time::{Duration, Time};
use crate::value::TaskId;

/// When a thread loses its core to another that is ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slicing {
    /// Never.
    None,
    /// At multiples of the quantum since it got the core.
    Quantum(Duration),
    /// At once, if the other is more urgent.
    Urgency,
    /// When the head of the queue has waited so long for this thread to let go (the GIL).
    Interval(Duration),
}

#[derive(Debug, Default)]
struct Core {
    task: Option<TaskId>,
    /// When its thread began to run.
    slice: Time,
    /// The thread that had it before, and when it left.
    before: Option<(u32, Time)>,
}

#[derive(Debug)]
pub struct Cores {
    pub slicing: Slicing,
    pub queue: Queue,
    /// The lane of the first core in the trace, if the cores are the lanes.
    pub first_lane: Option<u32>,
    /// Do the slices of all busy cores end on time, since others are ready?
    pub watched: bool,
    /// `None`: as many as are wanted.
    limit: Option<u32>,
    list: Vec<Core>,
    /// Those of `list` that are nobody's.
    idle: BTreeSet<u32>,
    /// The busy ones, least urgent first; kept where urgency decides.
    ranks: BTreeSet<(i32, u32)>,
}

impl Cores {
    pub fn new(limit: Option<u32>, slicing: Slicing, first_lane: Option<u32>) -> Cores {
        Cores {
            slicing,
            queue: Queue::default(),
            first_lane,
            watched: false,
            limit,
            list: Vec::new(),
            idle: BTreeSet::new(),
            ranks: BTreeSet::new(),
        }
    }

    /// What a priority counts for here.
    pub fn urgency(&self, priority: i32) -> i32 {
        match self.slicing {
            Slicing::Urgency => priority,
            Slicing::None | Slicing::Quantum(_) | Slicing::Interval(_) => 0,
        }
    }

    /// How many more threads could run now; `None`: any number.
    fn free(&self) -> Option<usize> {
        self.limit.map(|limit| limit as usize - self.list.len() + self.idle.len())
    }

    pub fn any_free(&self) -> bool {
        self.free() != Some(0)
    }

    /// Are more threads ready than there are free cores?
    pub fn contended(&self) -> bool {
        self.free().is_some_and(|free| self.queue.len() > free)
    }

    /// Gives the free core of the lowest number to a thread.
    pub fn take(&mut self, task: TaskId, priority: i32) -> u32 {
        debug_assert!(self.any_free(), "a core is taken only if one is free");
        let core = self.idle.pop_first().unwrap_or_else(|| {
            self.list.push(Core::default());
            (self.list.len() - 1) as u32
        });
        self.list[core as usize].task = Some(task);
        if self.slicing == Slicing::Urgency {
            self.ranks.insert((priority, core));
        }
        core
    }

    /// Frees a core that thread `number` leaves.
    pub fn release(&mut self, core: u32, number: u32, priority: i32, now: Time) {
        self.list[core as usize].task = None;
        self.list[core as usize].before = Some((number, now));
        self.idle.insert(core);
        self.ranks.remove(&(priority, core));
    }

    /// Does the core pass to thread `number` from another, with no idle time between? Where cores
    /// are not limited each thread has its own, and none ever passes.
    pub fn passes(&self, core: u32, number: u32, now: Time) -> bool {
        self.limit.is_some()
            && self.list[core as usize].before.is_some_and(|(other, left)| other != number && left == now)
    }

    pub fn begin_slice(&mut self, core: u32, now: Time) {
        self.list[core as usize].slice = now;
    }

    /// When the slice on this core ends next, not before `now`, if others are ready and the first
    /// of them since `head`.
    pub fn boundary(&self, core: u32, head: Time, now: Time) -> Option<Time> {
        let start = self.list[core as usize].slice;
        match self.slicing {
            Slicing::None | Slicing::Urgency => None,
            Slicing::Quantum(quantum) => {
                let whole = now.since(start).0.div_ceil(quantum.0).max(1);
                Some(start + Duration(whole.saturating_mul(quantum.0)))
            }
            Slicing::Interval(interval) => Some((start.max(head) + interval).max(now)),
        }
    }

    /// Who is on a core, lowest core first.
    pub fn occupants(&self) -> Vec<TaskId> {
        self.list.iter().filter_map(|core| core.task).collect()
    }

    /// The least urgent occupant, if the head of the queue is more urgent.
    pub fn lesser(&self) -> Option<TaskId> {
        let &(least, core) = self.ranks.first()?;
        if self.any_free() || self.queue.urgency()? <= least {
            return None;
        }
        self.list[core as usize].task
    }

    pub fn rerank(&mut self, core: u32, from: i32, to: i32) {
        if self.ranks.remove(&(from, core)) {
            self.ranks.insert((to, core));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(slicing: Slicing) -> Cores {
        let mut cores = Cores::new(Some(1), slicing, None);
        let core = cores.take(TaskId { slot: 0, serial: 0 }, 0);
        cores.begin_slice(core, Time(100));
        cores
    }

    #[test]
    fn slices_end_at_whole_quanta_since_their_start() {
        let cores = held(Slicing::Quantum(Duration(10)));
        let end = |now| cores.boundary(0, Time(0), Time(now)).map(|time| time.0);
        assert_eq!(
            [end(100), end(101), end(110), end(111), end(120)],
            [Some(110), Some(110), Some(110), Some(120), Some(120)]
        );
    }

    #[test]
    fn the_interpreter_is_asked_for_after_an_interval_of_waiting() {
        let cores = held(Slicing::Interval(Duration(5)));
        let end = |head, now| cores.boundary(0, Time(head), Time(now)).map(|time| time.0);
        assert_eq!([end(90, 101), end(103, 103), end(103, 110)], [Some(105), Some(108), Some(110)]);
    }

    #[test]
    fn a_core_passes_only_without_idle_time_and_between_different_threads() {
        let mut cores = held(Slicing::None);
        cores.release(0, 7, 0, Time(200));
        assert!(cores.passes(0, 8, Time(200)));
        assert!(!cores.passes(0, 7, Time(200)));
        assert!(!cores.passes(0, 8, Time(201)));
    }
}
