//! `select`: tasks for the arms and `asyncio.wait(FIRST_COMPLETED)`, as people write it.

use std::rc::Rc;

use crate::runtimes::asyncio::futures::FutureKey;
use crate::runtimes::asyncio::objects::QueueAt;
use crate::runtimes::asyncio::runners::Asyncio;
use crate::runtimes::runtime::{Arm, Child, Me, Runtime};
use crate::sim::task::{Native, NewTask, Start};
use crate::sim::trace::{CauseKind, Kind as EventKind};
use crate::value::{Raise, Value};

/// The task that waits for an arm.
fn arm_task(arm: &Arm) -> NewTask {
    let (native, name) = match arm {
        Arm::Receive(channel) => (Native::Receive(*channel), "recv"),
        Arm::Send(channel, value) => (Native::Send(*channel, value.clone()), "send"),
        Arm::Wait(event) => (Native::Wait(*event), "wait"),
        Arm::Join(value) => (Native::Join(value.clone()), "join"),
        Arm::After(d) => (Native::Sleep(d.0), "after"),
    };
    NewTask {
        start: Start::Native(Rc::new(native)),
        name: format!("select: {name}").into(),
        priority: 0,
        daemon: true,
        on: None,
        detached: false,
    }
}

impl Asyncio<'_> {
    /// The first arm that can go on without waiting.
    fn select_now(&self, me: Me<'_>, arms: &[Arm]) -> Result<Option<(usize, Value)>, Raise> {
        for (n, arm) in arms.iter().enumerate() {
            let value = match arm {
                Arm::Receive(channel) => self.try_receive(me, *channel)?,
                Arm::Send(channel, value) => {
                    self.try_send(me, *channel, value.clone())?.then_some(Value::None)
                }
                Arm::Wait(event) => self.is_set(*event)?.then_some(Value::None),
                Arm::Join(Value::Task(task)) if self.kernel.ended(*task) => {
                    let outcome = self.kernel.outcome(*task);
                    Some(outcome.unwrap_or(Ok(Value::None))?)
                }
                Arm::Join(Value::Object(future)) if self.settled(*future)? => {
                    let fut = self.future(*future)?;
                    Some(self.core().futures.result(fut)?)
                }
                Arm::Join(_) | Arm::After(_) => None,
            };
            if let Some(value) = value {
                return Ok(Some((n, value)));
            }
        }
        Ok(None)
    }

    /// What `asyncio.wait` is given for an arm.
    async fn arm_future(&self, me: Me<'_>, arm: &Arm) -> Result<FutureKey, Raise> {
        match arm {
            Arm::Join(Value::Task(task)) if self.kernel.tasks().exists(*task) => {
                Ok(self.core().tasks[task.slot as usize].future)
            }
            Arm::Join(Value::Object(future)) => self.future(*future),
            other => self.ensure_future(me, &Child::New(arm_task(other))).await,
        }
    }

    /// Cancels the arms that lost; `asyncio.wait` itself cancels nobody.
    pub async fn await_select(&self, me: Me<'_>, arms: Vec<Arm>) -> Result<(usize, Value), Raise> {
        if let Some(now) = self.select_now(me, &arms)? {
            return Ok(now);
        }
        let mut fs: Vec<FutureKey> = Vec::with_capacity(arms.len());
        for arm in &arms {
            fs.push(self.arm_future(me, arm).await?);
        }
        let waited = self.wait_first(me, &fs, CauseKind::Select).await;
        let mut core = self.core();
        let winner = fs.iter().position(|&f| core.futures.done(f));
        for (n, &f) in fs.iter().enumerate() {
            if !core.futures.done(f) {
                // A handle or future was the program's own: it is left alone.
                if !matches!(arms[n], Arm::Join(_)) {
                    core.cancel_future(f);
                }
            } else if Some(n) != winner || waited.is_err() {
                // Done in the extra iteration: what it received goes back where it came from.
                if let (&Arm::Receive(object), Ok(value)) = (&arms[n], core.futures.result(f)) {
                    let at = QueueAt::Object(object);
                    // Nothing came out of a channel that is closed.
                    if !(core.queue(at).closed && matches!(value, Value::None)) {
                        self.trace(me, EventKind::Send { object });
                        core.put_back(at, value);
                    }
                }
            }
        }
        waited?;
        let winner = winner.expect("one has ended");
        core.futures.result(fs[winner]).map(|value| (winner, value))
    }
}
