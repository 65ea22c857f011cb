//! Waits for time alone: `sleep`, `io`, and `yield`, which waits for no time at all.

use std::rc::Rc;

use crate::runtimes::runtime::Me;
use crate::runtimes::textbook::library::Textbook;
use crate::runtimes::textbook::records::On;
use crate::runtimes::textbook::scheduler::Scheduler;
use crate::sim::agenda::{Class, Due};
use crate::sim::trace::CauseKind;
use crate::time::Duration;
use crate::value::Raise;

impl<S: Scheduler> Textbook<S> {
    pub async fn delay(
        &self,
        me: Me<'_>,
        d: Duration,
        kind: CauseKind,
        label: Option<Rc<str>>,
    ) -> Result<(), Raise> {
        self.checkpoint(me.task)?;
        if d == Duration::ZERO {
            self.scheduler().requeue(me.task);
            me.airlock.park().await;
            return if self.scheduler().interrupts() { self.checkpoint(me.task) } else { Ok(()) };
        }
        let token = self.suspend(me.task, kind, On::Time, label);
        self.kernel().after(d, Class::Timer, Due::Wake(token));
        let reply = me.airlock.park().await;
        self.resumed(me.task, reply)
    }
}
