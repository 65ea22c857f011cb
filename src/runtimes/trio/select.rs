//! `select`: what can go on at once, in order; else a nursery with a task an arm, as people write it.

use crate::runtimes::runtime::{Arm, Me, Runtime};
use crate::runtimes::trio::tasks::native;
use crate::runtimes::trio::traps::Trio;
use crate::sim::task::{Native, NewTask};
use crate::value::{Outcome, Raise, Value};

/// The task that waits for an arm.
fn arm_task(arm: &Arm) -> NewTask {
    match arm {
        Arm::Receive(channel) => native("select: recv", Native::Receive(*channel)),
        Arm::Send(channel, value) => native("select: send", Native::Send(*channel, value.clone())),
        Arm::Wait(event) => native("select: wait", Native::Wait(*event)),
        Arm::Join(value) => native("select: join", Native::Join(value.clone())),
        Arm::After(d) => native("select: after", Native::Sleep(d.0)),
    }
}

impl Trio<'_> {
    /// The first arm that can go on without waiting.
    fn select_now(&self, me: Me<'_>, arms: &[Arm]) -> Result<Option<(usize, Outcome)>, Raise> {
        for (n, arm) in arms.iter().enumerate() {
            let outcome = match arm {
                Arm::Receive(channel) => self.receive_now(me, *channel)?.map(Ok),
                Arm::Send(channel, value) => {
                    self.try_send(me, *channel, value.clone())?.then_some(Ok(Value::None))
                }
                Arm::Wait(event) => self.is_set(*event)?.then_some(Ok(Value::None)),
                Arm::Join(Value::Task(task)) => self.kernel.ended(*task).then(|| self.outcome(*task)),
                Arm::Join(Value::Object(future)) => self.core().future(*future)?.outcome.clone(),
                Arm::Join(_) | Arm::After(_) => None,
            };
            if let Some(outcome) = outcome {
                return Ok(Some((n, outcome)));
            }
        }
        Ok(None)
    }

    pub async fn await_select(&self, me: Me<'_>, arms: Vec<Arm>) -> Result<(usize, Value), Raise> {
        self.checkpoint_if_cancelled(me).await?;
        let (winner, outcome) = match self.select_now(me, &arms)? {
            Some(now) => {
                self.cancel_shielded_checkpoint(me).await;
                now
            }
            None => {
                let receives = arms.iter().map(|arm| match arm {
                    Arm::Receive(channel) => Some(*channel),
                    Arm::Send(..) | Arm::Wait(_) | Arm::Join(_) | Arm::After(_) => None,
                });
                let tasks: Vec<NewTask> = arms.iter().map(arm_task).collect();
                self.first_of(me, &tasks, receives.collect()).await?
            }
        };
        outcome.map(|value| (winner, value))
    }
}
