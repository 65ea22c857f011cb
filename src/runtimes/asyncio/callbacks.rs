//! `call_soon`, `call_later`: handles of the program's own (`base_events.py`, `events.py`, 3.12.1; A1, A4).

use crate::runtimes::asyncio::core::Core;
use crate::runtimes::asyncio::handles::Handle;
use crate::runtimes::runtime::When;
use crate::sim::task::NewTask;
use crate::sim::trace::{Cause, CauseKind, Kind as EventKind};
use crate::value::TaskId;

impl Core<'_> {
    /// A callback has a record, as a task has, to run on and to be seen by; but it is one handle
    /// among others, no future is made for who might wait for it, and `asyncio.run` does not
    /// know of it: one that is still to come when the run ends is never called.
    pub fn call_back(&mut self, by: TaskId, when: When, new: NewTask) {
        let new = NewTask { daemon: true, detached: true, ..new };
        let task = self.new_record(Some(by), &new, self.current_loop);
        self.tasks[task.slot as usize].callback = true;
        match when {
            // The loop has one queue and nothing that goes before or behind it.
            When::Soon | When::NextTick | When::Immediate => self.call_soon(Handle::Call(task)),
            When::After(d) => {
                self.tasks[task.slot as usize].waiting = true;
                let cause = Cause::new(CauseKind::Sleep);
                self.kernel.emit(Some(task), None, EventKind::Wait { cause, held: false });
                self.call_later(d, Handle::Call(task));
            }
        }
    }
}
