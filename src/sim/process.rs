//! A suspended computation and the three things it can say; the only file that knows genawaiter.

use std::future::Future;

use genawaiter::GeneratorState;
use genawaiter::rc::{Co, Gen};

use crate::time::Duration;

/// What a process yields. Nothing else crosses the boundary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Compute: the CPU is busy for so long.
    Work(Duration),
    /// Wait without letting go of the worker: the CPU is idle, the worker held.
    Block(Duration),
    /// Wait until somebody wakes this task; whoever does was told before.
    Await,
}

/// What a process is resumed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// Go on: the work is done, or what was awaited has happened.
    Resumed,
    /// A cancellation is to be raised at this await point.
    Interrupted,
}

/// The process's end of the boundary: by this its code works, blocks and awaits.
pub struct Airlock(Co<Effect, Reply>);

impl Airlock {
    pub async fn work(&self, d: Duration) {
        self.0.yield_(Effect::Work(d)).await;
    }

    pub async fn block(&self, d: Duration) {
        self.0.yield_(Effect::Block(d)).await;
    }

    /// Suspends until woken. The caller has arranged before by whom.
    pub async fn park(&self) -> Reply {
        self.0.yield_(Effect::Await).await
    }
}

/// A coroutine between two resumes.
pub struct Process<F: Future<Output = ()>>(Gen<Effect, Reply, F>);

impl<F: Future<Output = ()>> Process<F> {
    pub fn new(make: impl FnOnce(Airlock) -> F) -> Process<F> {
        Process(Gen::new(|co| make(Airlock(co))))
    }

    /// Runs to the next effect; `None` when the process has ended. The reply to the first resume is ignored.
    pub fn resume(&mut self, reply: Reply) -> Option<Effect> {
        match self.0.resume_with(reply) {
            GeneratorState::Yielded(effect) => Some(effect),
            GeneratorState::Complete(()) => None,
        }
    }
}
