//! Waits for time alone: `sleep`, `io`, and `yield`, which waits for no time at all.

use std::rc::Rc;

use crate::runtimes::runtime::Said;
use crate::runtimes::textbook::library::Textbook;
use crate::runtimes::textbook::records::On;
use crate::runtimes::textbook::scheduler::Scheduler;
use crate::sim::agenda::{Class, Due};
use crate::sim::process::Reply;
use crate::sim::trace::CauseKind;
use crate::time::Duration;
use crate::value::{Raise, TaskId};

impl<S: Scheduler> Textbook<S> {
    #[inline(always)]
    pub fn delay(
        &self,
        task: TaskId,
        d: Duration,
        (kind, label): (CauseKind, Option<&Rc<str>>),
        reply: Option<Reply>,
    ) -> Result<Said, Raise> {
        match reply {
            None => {
                self.checkpoint(task)?;
                if d == Duration::ZERO {
                    self.scheduler().requeue(task);
                } else {
                    let token = self.suspend(task, kind, On::Time, label);
                    self.kernel().after(d, Class::Timer, Due::wake(token));
                }
                Ok(Said::Parked)
            }
            Some(reply) if d > Duration::ZERO => self.resumed(task, reply).map(Said::from),
            Some(_) if self.scheduler().interrupts() => self.checkpoint(task).map(Said::from),
            Some(_) => Ok(Said::from(())),
        }
    }
}
