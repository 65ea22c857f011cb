//! `select` of the library: what is ready at once, in order; else the first of those waited for takes all.

use crate::runtimes::errors::error;
use crate::runtimes::js::awaiting::Js;
use crate::runtimes::js::core::Core;
use crate::runtimes::js::objects::{Object, Waiter};
use crate::runtimes::js::promises::Reaction;
use crate::runtimes::js::timers::Action;
use crate::runtimes::runtime::{Arm, Me};
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::trace::CauseKind;
use crate::value::{Outcome, Raise, Value};

impl Core<'_> {
    /// `arm.now()`: its outcome, if it need not wait.
    fn arm_now(&mut self, me: Me<'_>, arm: &Arm) -> Result<Option<Outcome>, Raise> {
        match arm {
            Arm::Receive(id) => {
                let value = self.try_receive(*id, me.task)?;
                let closed = self.channel(*id)?.closed;
                Ok(value.or(closed.then_some(Value::None)).map(Ok))
            }
            Arm::Send(id, value) => {
                let sent = self.try_send(*id, me.task, value)?;
                Ok(sent.then_some(Ok(Value::None)))
            }
            Arm::Wait(id) => Ok(self.event(*id, "waited for")?.set.then_some(Ok(Value::None))),
            Arm::Join(Value::Task(task)) if self.kernel.ended(*task) => {
                let exists = self.kernel.tasks().exists(*task);
                Ok(if exists { self.kernel.outcome(*task) } else { None })
            }
            Arm::Join(Value::Object(id)) => Ok(self.future(*id)?.outcome.clone()),
            Arm::Join(Value::Task(_)) | Arm::After(_) => Ok(None),
            Arm::Join(other) => Err(error(format!("{} cannot be awaited", other.kind()))),
        }
    }

    /// `arm.later(callback)`
    fn arm_later(&mut self, arm: &Arm, n: u32, waiter: Waiter<()>) {
        let promise = waiter.promise;
        let waiter = Waiter { arm: Some(n), ..waiter };
        match arm {
            Arm::Receive(id) => self.add_receiver(*id, waiter),
            Arm::Send(id, value) => self.add_sender(*id, waiter, value.clone()),
            Arm::Wait(id) => {
                if let Object::Event(event) = &mut self.objects[id.0 as usize] {
                    event.waiters.add(waiter);
                }
            }
            Arm::Join(Value::Object(id)) => {
                if let Object::Future(future) = &mut self.objects[id.0 as usize] {
                    future.waiters.add(waiter);
                }
            }
            Arm::Join(Value::Task(task)) => {
                if self.kernel.tasks().exists(*task) {
                    let ended = self.task(*task).promise;
                    self.then(ended, Reaction::Arm(promise, n));
                }
            }
            Arm::Join(_other) => {}
            Arm::After(d) => self.set_timeout_for(promise, *d, Action::Arm(promise, n)),
        }
    }
}

impl Js<'_> {
    pub async fn first_arm(&self, me: Me<'_>, arms: Vec<Arm>) -> Result<(usize, Value), Raise> {
        if self.core().aborted(me.task) {
            return self.rejected(me, Raise::Cancelled).await;
        }
        for (n, arm) in arms.iter().enumerate() {
            let now = self.core().arm_now(me, arm);
            match now {
                Err(raise) => return self.rejected(me, raise).await,
                Ok(None) => {}
                Ok(Some(outcome)) => {
                    self.tick(me).await;
                    return outcome.map(|value| (n, value));
                }
            }
        }
        let register = |core: &mut Core<'_>, waiter: Waiter<()>| {
            for (n, arm) in arms.iter().enumerate() {
                core.arm_later(arm, n as u32, waiter.clone());
            }
        };
        let settled = self.wait_for_turn(me, WaitInfo::new(CauseKind::Select), None, register).await?;
        let arm = settled.arm.expect("every arm says which it is");
        settled.outcome.map(|value| (arm as usize, value))
    }
}
