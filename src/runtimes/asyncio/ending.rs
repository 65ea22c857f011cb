//! How a run ends: `main` waits for what was spawned, then `asyncio.run` cleans up (A8, A30).
//!
//! The program ends as the exported one does:
//!
//! ```python
//! async def everything():
//!     await main()
//!     while tasks:                    # spawned, not daemons; each discards itself by a callback
//!         await asyncio.wait(tasks)
//!
//! asyncio.run(everything())
//! ```

use crate::runtimes::asyncio::core::{Core, End, Phase};
use crate::runtimes::asyncio::futures::{Callback, FutureKey};
use crate::runtimes::asyncio::handles::{Handle, Policy};
use crate::value::{TaskId, Value};

/// `shutdown_asyncgens` and `shutdown_default_executor`, a `run_until_complete` each.
const CLOSERS: u32 = 2;

impl Core<'_> {
    /// `await main()` is over: a failure ends the run, otherwise the spawned tasks are waited for.
    pub fn main_ended(&mut self, raised: bool) {
        if raised {
            return self.add_done_callback(self.main, Callback::Stop);
        }
        self.wait_for_everything();
    }

    /// `while tasks: await asyncio.wait(tasks)`, and the end of the run when there are none.
    pub fn wait_for_everything(&mut self) {
        if self.end.phase != Phase::Running {
            return;
        }
        if self.end.outstanding == 0 {
            return self.add_done_callback(self.main, Callback::Stop);
        }
        self.end.waits = self.end.outstanding;
        let is_root = |key: &FutureKey| {
            self.futures.get(*key).is_some_and(|future| future.callbacks().any(|one| one == Callback::Root))
        };
        let unfinished = self.kernel.tasks().unfinished();
        let running = unfinished.into_iter().map(|task| self.tasks[task.slot as usize].future);
        let running: Vec<FutureKey> = running.filter(is_root).collect();
        for &key in &running {
            self.add_done_callback(key, Callback::Everything);
        }
        // Some have ended, and have not been discarded yet: their callbacks are scheduled at once.
        for _ in running.len()..self.end.outstanding as usize {
            self.add_done_callback(self.main, Callback::Everything);
        }
    }

    /// `tasks.discard`
    pub fn discard_root(&mut self) {
        if self.end.phase == Phase::Running {
            self.end.outstanding -= 1;
        }
    }

    /// `_wait.<locals>._on_completion`: the last one settles the waiter.
    pub fn one_of_everything(&mut self) {
        if self.end.phase != Phase::Running {
            return;
        }
        self.end.waits -= 1;
        if self.end.waits == 0 {
            self.loops[0].ready.push_back(Handle::Everything);
        }
    }

    /// `loop.stop()`; uvloop's takes one iteration more (U5).
    pub fn stop(&mut self) {
        match self.policy {
            Policy::Selector => self.end.stopping = true,
            Policy::Uv => self.call_soon(Handle::Stop),
        }
    }

    /// What `run_until_complete` waited for is over: its callback stops the loop one iteration later.
    pub fn run_until_complete_over(&mut self) {
        let over = self.create_future();
        self.add_done_callback(over, Callback::Stop);
        self.set_done(over, Ok(Value::None));
    }

    /// The loop has stopped: what `asyncio.run` does next (A30).
    pub fn stopped(&mut self) {
        match self.end.phase {
            Phase::Running => {
                let left = self.left_over();
                if left.is_empty() {
                    return self.close(CLOSERS);
                }
                self.end = End {
                    phase: Phase::Cancelling,
                    outstanding: left.len() as u32,
                    waits: 0,
                    stopping: false,
                };
                for &task in &left {
                    self.cancel_task(task);
                }
                for task in left {
                    let key = self.tasks[task.slot as usize].future;
                    self.add_done_callback(key, Callback::LeftOver);
                }
            }
            Phase::Cancelling => self.close(CLOSERS),
            Phase::Closing(left) => self.close(left),
            Phase::Threads | Phase::Over => {}
        }
    }

    /// So many closers are still to run: each takes two iterations, in which others run too.
    fn close(&mut self, left: u32) {
        if left == 0 {
            return self.join_threads();
        }
        self.end.phase = Phase::Closing(left - 1);
        self.loops[0].ready.push_back(Handle::Closer);
    }

    /// All unfinished tasks of event loops, in the order of their creation. The loops of named workers
    /// are daemon threads: nobody cancels what is left there.
    fn left_over(&self) -> Vec<TaskId> {
        let is_task = |task: &TaskId| !self.tasks[task.slot as usize].callback && !self.spot(*task).pooled;
        self.kernel.tasks().unfinished().into_iter().filter(is_task).collect()
    }

    /// The gather of the tasks left over: when all have ended its future is done.
    pub fn left_over_done(&mut self) {
        self.end.outstanding -= 1;
        if self.end.outstanding == 0 {
            self.run_until_complete_over();
        }
    }

    pub fn join_threads(&mut self) {
        self.end.phase = if self.threads_busy() { Phase::Threads } else { Phase::Over };
    }
}
