//! The driving loop: it owns the bodies of the tasks and moves them as a runtime says.

use std::hint::black_box;

use crate::runtimes::costs::{Meter, Toll};
use crate::runtimes::runtime::{Next, Runtime, Wait};
use crate::sim::kernel::{Came, Limit};
use crate::sim::process::{Effect, Reply};
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

/// What tasks are made of, and how they are moved. Static: no boxes, no `dyn`.
pub trait Bodies {
    type Body;

    /// A task at its first instruction.
    fn start(&self, task: TaskId, start: Start) -> Self::Body;

    /// Moves a task to its next effect; `None` when it has ended, its outcome noted by
    /// [`Runtime::finish`]. The first reply a task gets says nothing.
    fn resume(&self, task: TaskId, body: &mut Self::Body, reply: Reply) -> Option<Effect>;

    /// Something of it: it is soon to be moved, and ought to be near.
    fn prefetch(_body: &Self::Body) -> u64 {
        0
    }
}

/// Runs `main` and all it spawns to the end. A task gets its body at its first resumption, so one
/// that is cancelled before never had one.
pub fn drive<R: Runtime, B: Bodies>(runtime: &R, main: NewTask, bodies: &B) -> Ending {
    let kernel = runtime.kernel();
    let mut running: Vec<Option<B::Body>> = Vec::new();
    let mut near = Vec::new();
    let mut meter = Meter::new(runtime.costs());
    runtime.begin(main);
    loop {
        if !kernel.count_event() {
            return ended_by_limit(runtime);
        }
        let (task, reply) = match runtime.next() {
            Next::Resume(task, reply) => (task, reply),
            Next::Advance => {
                kernel.set_place(None);
                let Some(came) = kernel.advance(|due| runtime.live(due)) else {
                    let limited = kernel.exhausted().is_some();
                    return if limited { ended_by_limit(runtime) } else { Ending::Stuck(runtime.waits()) };
                };
                kernel.prefetch(|soon| {
                    runtime.prefetch(soon, &mut near);
                    kernel.tasks().prefetch(&near);
                    let bodies = near.drain(..).filter_map(|slot| running.get(slot as usize)?.as_ref());
                    black_box(bodies.fold(0, |seen, body| seen ^ B::prefetch(body)));
                });
                let next = match came {
                    Came::Awake(task) => runtime.awake(task),
                    Came::Due(due) => {
                        runtime.due(due);
                        None
                    }
                };
                let Some(next) = next else { continue };
                if !kernel.count_event() {
                    return ended_by_limit(runtime);
                }
                next
            }
            Next::Over => return Ending::Completed,
        };
        let slot = task.slot as usize;
        if slot >= running.len() {
            running.resize_with(slot + 1, || None);
        }
        let body = running[slot].get_or_insert_with(|| {
            let start = kernel.take_start(task).expect("a task is started once");
            bodies.start(task, start)
        });
        let Some(reply) = pay(runtime, &mut meter, task, reply) else { continue };
        let effect = bodies.resume(task, body, reply);
        if let Some(meter) = &mut meter
            && matches!(effect, None | Some(Effect::Await))
        {
            meter.stepped(task, kernel.now());
        }
        match effect {
            Some(effect) => runtime.yielded(task, effect),
            None => {
                running[slot] = None;
                runtime.ended(task);
            }
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
