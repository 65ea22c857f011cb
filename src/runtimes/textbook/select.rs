//! `select`: one wait for several things; the first that can go on does, and the others see a wait that is over.

use crate::runtimes::errors::error;
use crate::runtimes::runtime::{Arm, Me};
use crate::runtimes::textbook::channel::{Got, closed};
use crate::runtimes::textbook::library::{Note, Textbook};
use crate::runtimes::textbook::records::{On, Watcher};
use crate::runtimes::textbook::scheduler::Scheduler;
use crate::runtimes::textbook::waiters::Waiter;
use crate::sim::agenda::{Class, Due};
use crate::sim::task::Token;
use crate::sim::trace::CauseKind;
use crate::value::{Outcome, Raise, TaskId, Value};

impl<S: Scheduler> Textbook<S> {
    pub async fn select_first(&self, me: Me<'_>, arms: Vec<Arm>) -> Result<(usize, Value), Raise> {
        self.checkpoint(me.task)?;
        for (n, arm) in arms.iter().enumerate() {
            if let Some(outcome) = self.ready(me.task, arm)? {
                return outcome.map(|value| (n, value));
            }
        }
        let token = self.suspend(me.task, CauseKind::Select, On::Arms, None);
        for (n, arm) in arms.iter().enumerate() {
            self.wait_at(token, n, arm)?;
        }
        let reply = me.airlock.park().await;
        self.resumed(me.task, reply)?;
        let (arm, note) = self.collect(me.task);
        match arm {
            Some(n) => self.gone_on(&arms[n], note).map(|value| (n, value)),
            None => {
                let n = soonest(&arms).expect("nobody else wakes a task without saying which arm it is for");
                Ok((n, Value::None))
            }
        }
    }

    /// What an arm comes to, if it can go on without waiting.
    fn ready(&self, task: TaskId, arm: &Arm) -> Result<Option<Outcome>, Raise> {
        Ok(match arm {
            Arm::Receive(channel) => match self.take_item(task, *channel)? {
                Got::Item(value) => Some(Ok(value)),
                Got::Closed => Some(Ok(Value::None)),
                Got::Nothing => None,
            },
            Arm::Send(channel, value) => {
                self.put(task, *channel, value.clone())?.is_none().then_some(Ok(Value::None))
            }
            Arm::Wait(event) => self.event(*event)?.set.then_some(Ok(Value::None)),
            Arm::Join(Value::Task(other)) if *other == task => {
                return Err(error("a task cannot wait for itself"));
            }
            Arm::Join(Value::Task(other)) => self.kernel().ended(*other).then(|| self.outcome(*other)),
            Arm::Join(Value::Object(future)) => self.future(*future)?.outcome.clone(),
            Arm::Join(other) => return Err(error(format!("{} cannot be awaited", other.kind()))),
            Arm::After(_) => None,
        })
    }

    fn wait_at(&self, token: Token, n: usize, arm: &Arm) -> Result<(), Raise> {
        let waiter = Waiter { token, arm: n as u32 };
        match arm {
            Arm::Receive(channel) => self.channel(*channel)?.receivers.push(self.kernel(), waiter, ()),
            Arm::Send(channel, value) => {
                self.channel(*channel)?.senders.push(self.kernel(), waiter, value.clone());
            }
            Arm::Wait(event) => self.event(*event)?.waiters.push(self.kernel(), waiter, ()),
            Arm::Join(Value::Object(future)) => self.future(*future)?.waiters.push(self.kernel(), waiter, ()),
            Arm::Join(Value::Task(task)) => self.watch(*task, Watcher::Joins(waiter)),
            Arm::Join(_) => {}
            Arm::After(d) => self.kernel().after(*d, Class::Timer, Due::wake(token)),
        }
        Ok(())
    }

    /// What the arm that was woken for comes to.
    fn gone_on(&self, arm: &Arm, note: Note) -> Outcome {
        match (arm, note) {
            (Arm::Send(..), Note::Closed) => Err(closed()),
            (Arm::Receive(_), Note::Item(value)) => Ok(value),
            (Arm::Join(Value::Task(task)), _) => self.outcome(*task),
            (Arm::Join(Value::Object(future)), _) => {
                self.future(*future)?.outcome.clone().unwrap_or(Ok(Value::None))
            }
            (Arm::Send(..) | Arm::Receive(_) | Arm::Wait(_) | Arm::Join(_) | Arm::After(_), _) => {
                Ok(Value::None)
            }
        }
    }
}

/// The arm of the shortest `after`.
fn soonest(arms: &[Arm]) -> Option<usize> {
    let after = arms.iter().enumerate().filter_map(|(n, arm)| match arm {
        Arm::After(d) => Some((*d, n)),
        Arm::Receive(_) | Arm::Send(..) | Arm::Wait(_) | Arm::Join(_) => None,
    });
    after.min().map(|(_, n)| n)
}
