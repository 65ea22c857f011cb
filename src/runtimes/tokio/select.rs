//! `tokio::select!` (`macros/select.rs`, 1.54.1; T24).
//!
//! All arms are polled, in the order in which they are written, from one that is drawn by lot; the
//! first that is ready wins, and the others are dropped before its block runs.

use std::task::Poll;

use crate::runtimes::errors::{error, wrong};
use crate::runtimes::runtime::Arm;
use crate::runtimes::tokio::core::Core;
use crate::runtimes::tokio::futures::{Fut, Select};
use crate::runtimes::tokio::mpsc::Send;
use crate::runtimes::tokio::objects::Object;
use crate::runtimes::tokio::records::Awaited;
use crate::runtimes::tokio::timers::Sleep;
use crate::value::{Outcome, Raise, TaskId, Value};

impl Core<'_> {
    /// The futures of all arms; deadlines begin to run here.
    pub fn new_select(&mut self, me: TaskId, arms: &[Arm]) -> Result<Select, Raise> {
        let arms = arms.iter().map(|arm| self.arm(me, arm)).collect::<Result<_, _>>()?;
        Ok(Select { arms, won: None })
    }

    fn arm(&mut self, me: TaskId, arm: &Arm) -> Result<Fut, Raise> {
        Ok(match arm {
            Arm::Receive(channel) => Fut::Receive(self.new_receive(self.channel(*channel)?)),
            Arm::Send(channel, value) => Fut::Send(Send::new(self.channel(*channel)?, value.clone())),
            Arm::Wait(event) => match self.objects[event.0 as usize] {
                Object::Event(_) => Fut::Event(*event, None),
                _ => return Err(wrong("be waited for in a `select`: it is no event")),
            },
            Arm::Join(Value::Task(task)) if *task == me => {
                return Err(error("a task cannot wait for itself"));
            }
            Arm::Join(Value::Task(task)) => Fut::Join(Awaited::Task(*task), None),
            Arm::Join(Value::Object(future)) => match self.objects[future.0 as usize] {
                Object::Future(_) => Fut::Join(Awaited::Future(*future), None),
                _ => return Err(wrong("be awaited: it is no future")),
            },
            Arm::Join(other) => {
                return Err(error(format!("{} cannot be awaited", other.kind())));
            }
            Arm::After(d) => Fut::Sleep(Sleep::until(self.kernel.now() + *d)),
        })
    }

    /// Where the lot falls matters only if several arms are ready.
    pub fn poll_select(&mut self, select: &mut Select, task: TaskId) -> Poll<Outcome> {
        let n = select.arms.len();
        let ready = select.arms.iter().filter(|arm| self.is_ready(arm)).count();
        let start = if ready > 1 { self.kernel.pick(Some(task), n as u32) as usize } else { 0 };
        for k in 0..n {
            let arm = (start + k) % n;
            if let Poll::Ready(outcome) = self.poll_future(&mut select.arms[arm], task) {
                select.won = Some(arm);
                self.drop_select(select, task);
                return Poll::Ready(outcome);
            }
        }
        Poll::Pending
    }

    /// Drops all arms that did not win.
    pub fn drop_select(&mut self, select: &Select, task: TaskId) {
        for (n, arm) in select.arms.iter().enumerate() {
            if select.won != Some(n) {
                self.drop_future(arm, task);
            }
        }
    }
}
