//! What is known of one task's thread.

use crate::runtimes::threads::queue::Ticket;
use crate::sim::process::Reply;
use crate::time::{Duration, Time};
use crate::value::TaskId;

/// What a thread does once it has a core.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    /// Take the next step of its program.
    Step(Reply),
    /// Compute for so long; zero after a `block`, whose end needs a core.
    Burst(Duration),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// A job that waits for a thread of its pool.
    Queued,
    /// In the queue for a core, since then.
    Ready {
        aim: Aim,
        since: Time,
        ticket: Ticket,
    },
    /// It has a core that is still busy with the change of threads.
    Switching {
        core: u32,
        aim: Aim,
        until: Time,
    },
    /// It computes; the burst ends then, if it keeps its core.
    Working {
        core: u32,
        until: Time,
    },
    /// Its program goes on, now.
    Stepping {
        core: u32,
        reply: Reply,
    },
    /// In a `block`: asleep, without a core.
    Blocking,
    Waiting,
}

/// Which cores a thread runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The core of the main thread; under `gil` the interpreter.
    Main,
    /// The cores of all others.
    Others,
}

/// A thread while it serves a task. Kept by the task's slot.
#[derive(Debug)]
pub struct Thread {
    pub task: TaskId,
    /// Its number among all threads of the run: two jobs served by one thread share it.
    pub number: u32,
    /// Its own lane in the trace, unless the lanes are those of the cores.
    pub lane: Option<u32>,
    /// The pool whose thread it is, or is to be.
    pub pool: Option<usize>,
    pub side: Side,
    pub priority: i32,
    pub stage: Stage,
    /// Moved on whenever what is due of this thread becomes stale; never reset, so that the next
    /// task in this slot cannot be mistaken for this one.
    pub epoch: u32,
    /// When the entry of the agenda that is not stale is due.
    pub due: Option<Time>,
    /// What it is to spend on its core before it goes on: for having been started, or woken.
    pub owed: Duration,
    /// Woken before it could park.
    pub woken: Option<Reply>,
}

impl Thread {
    /// None yet: a task that is to have one.
    pub fn new(task: TaskId, priority: i32, epoch: u32) -> Thread {
        Thread {
            task,
            number: 0,
            lane: None,
            pool: None,
            side: Side::Main,
            priority,
            stage: Stage::Queued,
            epoch,
            due: None,
            owed: Duration::ZERO,
            woken: None,
        }
    }

    pub fn core(&self) -> Option<u32> {
        match self.stage {
            Stage::Switching { core, .. } | Stage::Working { core, .. } | Stage::Stepping { core, .. } => {
                Some(core)
            }
            Stage::Queued | Stage::Ready { .. } | Stage::Blocking | Stage::Waiting => None,
        }
    }
}
