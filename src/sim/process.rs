//! A coroutine and the three things it can say; the only file that knows genawaiter.

use std::future::Future;

use genawaiter::GeneratorState;
use genawaiter::rc::{Co, Gen};

use crate::time::Duration;

/// What a task asks of whoever drives it. Nothing else crosses the boundary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Compute: the CPU is busy for so long.
    Work(Duration),
    /// Wait without letting go of the worker: the CPU is idle, the worker held.
    Block(Duration),
    /// Wait until somebody wakes this task; whoever does was told before.
    Await,
}

/// What a task is resumed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// Go on: the work is done, or what was awaited has happened.
    Resumed,
    /// A cancellation is to be raised at this await point.
    Interrupted,
}

/// The coroutine's end of the boundary: by this its code works, blocks and awaits.
pub struct Airlock(Option<Co<Effect, Reply>>);

impl Airlock {
    /// What is said without a coroutine around it, and so never suspends, is said through this.
    pub fn shut() -> Airlock {
        Airlock(None)
    }

    async fn pass(&self, effect: Effect) -> Reply {
        let co = self.0.as_ref().expect("only a word that is a coroutine suspends");
        co.yield_(effect).await
    }

    pub async fn work(&self, d: Duration) {
        self.pass(Effect::Work(d)).await;
    }

    pub async fn block(&self, d: Duration) {
        self.pass(Effect::Block(d)).await;
    }

    /// Suspends until woken. The caller has arranged before by whom.
    pub async fn park(&self) -> Reply {
        self.pass(Effect::Await).await
    }
}

/// A coroutine between two resumes.
pub struct Coroutine<F: Future>(Gen<Effect, Reply, F>);

/// Where a coroutine has come to.
pub enum At<T> {
    Effect(Effect),
    End(T),
}

impl<F: Future> Coroutine<F> {
    pub fn new(make: impl FnOnce(Airlock) -> F) -> Coroutine<F> {
        Coroutine(Gen::new(|co| make(Airlock(Some(co)))))
    }

    /// Runs to the next effect, or to the end. The reply to the first resume is ignored.
    pub fn resume(&mut self, reply: Reply) -> At<F::Output> {
        match self.0.resume_with(reply) {
            GeneratorState::Yielded(effect) => At::Effect(effect),
            GeneratorState::Complete(output) => At::End(output),
        }
    }
}
