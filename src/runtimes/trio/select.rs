//! `select`: what can go on at once, in order; else a nursery with a task an arm, as people write it.

use crate::runtimes::runtime::{Arm, Me, Runtime};
use crate::runtimes::trio::tasks::native;
use crate::runtimes::trio::traps::Trio;
use crate::sim::task::{Native, NewTask};
use crate::value::{ObjectId, Raise, Value};

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
    fn select_now(&self, me: Me<'_>, arms: &[Arm]) -> Result<Option<(usize, Value)>, Raise> {
        for (n, arm) in arms.iter().enumerate() {
            let value = match arm {
                Arm::Receive(channel) => self.receive_or_end(me, *channel)?,
                Arm::Send(channel, value) => {
                    self.try_send(me, *channel, value.clone())?.then_some(Value::None)
                }
                Arm::Wait(event) => self.is_set(*event)?.then_some(Value::None),
                Arm::Join(Value::Task(task)) if self.kernel.ended(*task) => Some(self.outcome(*task)?),
                Arm::Join(Value::Object(future)) => {
                    self.core().future(*future)?.outcome.clone().transpose()?
                }
                Arm::Join(_) | Arm::After(_) => None,
            };
            if let Some(value) = value {
                return Ok(Some((n, value)));
            }
        }
        Ok(None)
    }

    /// A value, or none at the end of the channel; not if it has to be waited for.
    fn receive_or_end(&self, me: Me<'_>, channel: ObjectId) -> Result<Option<Value>, Raise> {
        let value = self.receive_now(me, channel)?;
        let n = self.channel(channel)?;
        Ok(value.or_else(|| self.core().channels[n].closed.then_some(Value::None)))
    }

    pub async fn await_select(&self, me: Me<'_>, arms: Vec<Arm>) -> Result<(usize, Value), Raise> {
        self.checkpoint_if_cancelled(me).await?;
        if let Some(now) = self.select_now(me, &arms)? {
            self.cancel_shielded_checkpoint(me).await;
            return Ok(now);
        }
        let receives = arms.iter().map(|arm| match arm {
            Arm::Receive(channel) => Some(*channel),
            Arm::Send(..) | Arm::Wait(_) | Arm::Join(_) | Arm::After(_) => None,
        });
        let tasks: Vec<NewTask> = arms.iter().map(arm_task).collect();
        let (winner, outcome) = self.first_of(me, &tasks, receives.collect()).await?;
        outcome.map(|value| (winner, value))
    }
}
