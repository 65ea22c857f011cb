//! Pools: threads that serve jobs to completion, first come, first served.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::value::TaskId;

/// Threads are known by their numbers among all threads of the run.
#[derive(Debug)]
pub struct Pool {
    first: u32,
    /// The lane of its first thread in the trace; the others follow.
    first_lane: u32,
    /// Processes have an interpreter of their own.
    pub processes: bool,
    idle: BTreeSet<u32>,
    /// Who is served, by thread; a job keeps its thread while it waits.
    served: BTreeMap<u32, TaskId>,
    jobs: VecDeque<TaskId>,
    /// Threads that have begun: they do so with their first job.
    begun: BTreeSet<u32>,
}

impl Pool {
    pub fn new(size: u32, first: u32, first_lane: u32, processes: bool) -> Pool {
        let idle = (first..first + size).collect();
        Pool {
            first,
            first_lane,
            processes,
            idle,
            served: BTreeMap::new(),
            jobs: VecDeque::new(),
            begun: BTreeSet::new(),
        }
    }

    pub fn lane(&self, thread: u32) -> u32 {
        self.first_lane + (thread - self.first)
    }

    /// A new job: the first idle thread takes it, or it queues.
    pub fn submit(&mut self, job: TaskId) -> Option<u32> {
        let Some(thread) = self.idle.pop_first() else {
            self.jobs.push_back(job);
            return None;
        };
        self.served.insert(thread, job);
        Some(thread)
    }

    /// Is this the first job of a thread?
    pub fn begins(&mut self, thread: u32) -> bool {
        self.begun.insert(thread)
    }

    /// A thread has done its job; the next job it takes, if there is one.
    pub fn done(&mut self, thread: u32) -> Option<TaskId> {
        self.served.remove(&thread);
        let Some(job) = self.jobs.pop_front() else {
            self.idle.insert(thread);
            return None;
        };
        self.served.insert(thread, job);
        Some(job)
    }

    /// The jobs being served, by thread.
    pub fn served(&self) -> Vec<TaskId> {
        self.served.values().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_are_served_in_order_by_the_first_idle_thread() {
        let job = |n| TaskId { slot: n, serial: n };
        let mut pool = Pool::new(2, 5, 20, false);
        assert_eq!([0, 1, 2, 3].map(|n| pool.submit(job(n))), [Some(5), Some(6), None, None]);
        assert_eq!(pool.done(6), Some(job(2)));
        assert_eq!(pool.served(), [job(0), job(2)]);
        assert_eq!([pool.done(5), pool.done(6), pool.done(5)], [Some(job(3)), None, None]);
        assert_eq!((pool.submit(job(4)), pool.lane(6)), (Some(5), 21));
    }
}
