//! Priority inheritance: whoever holds a lock is as urgent as the most urgent who waits for it.

use crate::runtimes::textbook::library::Textbook;
use crate::runtimes::textbook::object::Object;
use crate::runtimes::textbook::records::On;
use crate::runtimes::textbook::scheduler::Scheduler;
use crate::value::{ObjectId, TaskId};

impl<S: Scheduler> Textbook<S> {
    /// A task has got a lock with inheritance.
    pub fn note_held(&self, task: TaskId, id: ObjectId) {
        let own = self.kernel().tasks().get(task).priority;
        let mut state = self.task(task);
        let extra = state.extra();
        if extra.held.is_empty() {
            extra.own_priority = own;
        }
        extra.held.push(id);
    }

    /// It has let go of it.
    pub fn note_let_go(&self, task: TaskId, id: ObjectId) {
        self.task(task).extra().held.retain(|&held| held != id);
        self.reconsider_urgency(task);
    }

    /// Whoever stands in the way of this task is as urgent as it is, and so on along the chain.
    /// Each step makes one task more urgent, so the chain ends even where it is a circle.
    pub fn lend_urgency(&self, waiter: TaskId, id: ObjectId) {
        let mut next = Some(id);
        while let Some(id) = next.take() {
            let Some(owner) = self.inheriting_owner(id) else { return };
            let urgency = self.kernel().tasks().get(waiter).priority;
            if self.kernel().tasks().get(owner).priority >= urgency {
                return;
            }
            self.set_urgency(owner, urgency);
            if let Some(On::Object(further)) = self.waits_on(owner) {
                next = Some(further);
            }
        }
    }

    fn inheriting_owner(&self, id: ObjectId) -> Option<TaskId> {
        let owner = match &self.objects()[id.0 as usize] {
            Object::Lock(lock) if lock.inherit => lock.owner?,
            _other_kind => return None,
        };
        (!self.kernel().ended(owner)).then_some(owner)
    }

    /// A task is as urgent as it is itself, or as the most urgent who waits for a lock it holds.
    pub fn reconsider_urgency(&self, task: TaskId) {
        let mut next = Some(task);
        // A circle of owners comes to rest after once round; this bounds it whatever happens.
        let mut left = self.kernel().tasks().live();
        while let Some(task) = next.take()
            && left > 0
        {
            left -= 1;
            let urgency = self.urgency(task);
            if self.kernel().tasks().get(task).priority == urgency {
                return;
            }
            self.set_urgency(task, urgency);
            if let Some(On::Object(id)) = self.waits_on(task) {
                next = self.inheriting_owner(id);
            }
        }
    }

    fn urgency(&self, task: TaskId) -> i32 {
        let (own, held) = {
            let mut state = self.task(task);
            let extra = state.extra();
            (extra.own_priority, extra.held.clone())
        };
        let mut urgency = own;
        let objects = self.objects();
        for id in held {
            let Object::Lock(lock) = &objects[id.0 as usize] else { continue };
            for waiter in lock.waiters.lasting(self.kernel()) {
                urgency = urgency.max(self.kernel().tasks().get(waiter.token.task).priority);
            }
        }
        urgency
    }

    fn set_urgency(&self, task: TaskId, urgency: i32) {
        self.scheduler().set_priority(task, urgency);
        self.kernel().tasks().get_mut(task).priority = urgency;
    }
}
