//! The driving loop: it owns the generators and moves them as a runtime says.

use std::future::Future;

use crate::runtimes::costs::{Meter, Toll};
use crate::runtimes::runtime::{Next, Runtime, Wait};
use crate::sim::kernel::Limit;
use crate::sim::process::{Airlock, Effect, Process, Reply};
use crate::sim::task::{NewTask, Start};
use crate::sim::trace::Kind;
use crate::value::TaskId;

/// Why a run stopped.
#[derive(Debug, Clone, PartialEq)]
pub enum Ending {
    /// Everything that was to end has ended.
    Completed,
    /// Nobody can run, nothing is due, and these tasks have not ended.
    Stuck(Vec<Wait>),
    Limit(Limit),
}

/// Runs `main` and all it spawns to the end. `make` builds the process of a task; it is called at
/// the task's first resumption, so a task that is cancelled before never had one.
///
/// Generic over the process's future, which has no name: no boxes, no `dyn`.
pub fn drive<R, F>(runtime: &R, main: NewTask, make: impl Fn(TaskId, Start, Airlock) -> F) -> Ending
where
    R: Runtime,
    F: Future<Output = ()>,
{
    let kernel = runtime.kernel();
    let mut processes: Vec<Option<Process<F>>> = Vec::new();
    let mut meter = Meter::new(runtime.costs());
    runtime.begin(main);
    loop {
        if !kernel.count_event() {
            return ended_by_limit(runtime);
        }
        match runtime.next() {
            Next::Resume(task, reply) => {
                let slot = task.slot as usize;
                if slot >= processes.len() {
                    processes.resize_with(slot + 1, || None);
                }
                let process = processes[slot].get_or_insert_with(|| {
                    let start = kernel.take_start(task).expect("a task is started once");
                    Process::new(|airlock| make(task, start, airlock))
                });
                let reply = match pay(runtime, &mut meter, task, reply) {
                    Some(reply) => reply,
                    None => continue,
                };
                let effect = process.resume(reply);
                if let Some(meter) = &mut meter
                    && matches!(effect, None | Some(Effect::Await))
                {
                    meter.stepped(task, kernel.now());
                }
                match effect {
                    Some(effect) => runtime.yielded(task, effect),
                    None => {
                        processes[slot] = None;
                        runtime.ended(task);
                    }
                }
            }
            Next::Advance => {
                kernel.set_place(None);
                match kernel.advance(|due| runtime.live(due)) {
                    Some(due) => runtime.due(due),
                    None if kernel.exhausted().is_some() => return ended_by_limit(runtime),
                    None => return Ending::Stuck(runtime.waits()),
                }
            }
            Next::Over => return Ending::Completed,
        }
    }
}

/// What a task is resumed with, or `None` if it has to pay for its step first.
fn pay<R: Runtime>(runtime: &R, meter: &mut Option<Meter>, task: TaskId, reply: Reply) -> Option<Reply> {
    let Some(meter) = meter else { return Some(reply) };
    let kernel = runtime.kernel();
    match meter.resumed(task, || runtime.spot(task), kernel.now(), reply) {
        Toll::Paid(reply) => Some(reply),
        Toll::Due { worker, cost } => {
            kernel.emit(Some(task), Some(worker), Kind::Switch { cost });
            runtime.charged(task, cost);
            None
        }
    }
}

fn ended_by_limit<R: Runtime>(runtime: &R) -> Ending {
    let limit = runtime.kernel().exhausted().expect("only called when a limit was reached");
    Ending::Limit(limit)
}
