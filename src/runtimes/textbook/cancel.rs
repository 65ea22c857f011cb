//! Requests to end: how they reach a task, now or at its next await point.

use crate::runtimes::textbook::library::Textbook;
use crate::runtimes::textbook::records::Request;
use crate::runtimes::textbook::scheduler::Scheduler;
use crate::sim::process::Reply;
use crate::sim::task::Token;
use crate::sim::trace::Kind;
use crate::value::{Raise, TaskId};

impl<S: Scheduler> Textbook<S> {
    /// Cancels a task from outside its timeouts and groups. False if it has ended, or has yet to
    /// see an earlier request.
    pub fn cancel_task(&self, task: TaskId, by: Option<TaskId>) -> bool {
        if self.kernel().ended(task) {
            return false;
        }
        if self.task(task).extra.as_ref().is_some_and(|extra| extra.foreign_pending) {
            return false;
        }
        self.interrupt(task, by);
        let mut state = self.task(task);
        let extra = state.extra();
        extra.foreign += 1;
        extra.foreign_pending = true;
        true
    }

    /// Interrupts the wait of a task, or leaves the request for its next await point.
    pub fn interrupt(&self, task: TaskId, by: Option<TaskId>) -> Request {
        let interrupts = self.scheduler().interrupts();
        let (token, fresh) = {
            let tasks = self.kernel().tasks();
            let record = tasks.get(task);
            (record.parked.then_some(Token { task, epoch: record.epoch }), record.is_ahead())
        };
        let mut state = self.task(task);
        if state.extra.as_ref().is_some_and(|extra| extra.interrupted) {
            return Request::Delivered;
        }
        let Some(token) = token.filter(|_| interrupts) else {
            if interrupts && fresh && state.pending() == 0 {
                self.lifespan().doom();
            }
            state.extra().pending += 1;
            self.lifespan().request();
            return Request::Pending(state.delivered());
        };
        state.extra().interrupted = true;
        state.deliver();
        self.kernel().unpark(token);
        self.kernel().emit(Some(task), None, Kind::Wake { by: by.map(|by| by.serial) });
        self.scheduler().wake(task, Reply::Interrupted);
        Request::Delivered
    }

    /// An await point: a request that has not been seen yet is seen here.
    #[inline(always)]
    pub fn checkpoint(&self, task: TaskId) -> Result<(), Raise> {
        if self.lifespan().any_requested() { self.look_for_request(task) } else { Ok(()) }
    }

    #[cold]
    fn look_for_request(&self, task: TaskId) -> Result<(), Raise> {
        let mut state = self.task(task);
        if state.pending() == 0 {
            return Ok(());
        }
        state.deliver();
        Err(Raise::Cancelled)
    }

    /// Was this request made without having reached the task so far?
    pub fn still_pending(&self, task: TaskId, request: Request) -> bool {
        request == Request::Pending(self.task(task).delivered())
    }

    /// Takes back a request of a block the task is leaving.
    pub fn withdraw(&self, task: TaskId, request: Option<Request>) {
        if let Some(request) = request
            && self.still_pending(task, request)
        {
            self.task(task).extra().pending -= 1;
        }
    }
}
