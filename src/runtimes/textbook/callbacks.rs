//! Callbacks: tasks nobody waits for but the run, started now or when their time has come.

use crate::runtimes::keys;
use crate::runtimes::runtime::When;
use crate::runtimes::textbook::library::Textbook;
use crate::runtimes::textbook::records::{Scope, ScopeKey};
use crate::runtimes::textbook::scheduler::{Place, Scheduler};
use crate::sim::agenda::{Class, Due};
use crate::sim::task::NewTask;
use crate::sim::trace::{Cause, CauseKind, Kind};
use crate::value::TaskId;

impl<S: Scheduler> Textbook<S> {
    /// `call_soon(t())` and its kin. Textbooks know one queue; the run lasts until the callback has
    /// been called, as it lasts for a `threading.Timer`.
    pub fn call(&self, by: TaskId, when: When, new: NewTask) {
        let new = NewTask { detached: true, ..new };
        let task = self.kernel().spawn(Some(by), new);
        self.enrol(task);
        self.count_in(task);
        match when {
            When::Soon | When::NextTick | When::Immediate => self.scheduler().admit(task, Place::Default),
            When::After(d) => {
                let cause = Cause::new(CauseKind::Sleep);
                self.kernel().emit(Some(task), None, Kind::Wait { cause, held: false });
                let key = self.scopes().insert(Scope::Later(task, self.scheduler().here()));
                let scope = keys::scope(key);
                self.kernel().after(d, Class::Timer, Due::Timer { slot: scope.slot, serial: scope.serial });
            }
        }
    }

    /// The time of a callback has come; false if this is none.
    pub fn call_due(&self, key: ScopeKey) -> bool {
        let Some(&Scope::Later(task, place)) = self.scopes().get(key) else { return false };
        self.scopes().remove(key);
        self.kernel().emit(Some(task), None, Kind::Wake { by: None });
        self.scheduler().admit(task, place);
        true
    }

    /// The run ends early: the callbacks still to come are cancelled with the tasks, before their first step.
    pub fn call_all(&self) {
        let later = |(key, scope): (ScopeKey, &Scope)| matches!(scope, Scope::Later(..)).then_some(key);
        let keys: Vec<ScopeKey> = self.scopes().iter().filter_map(later).collect();
        for key in keys {
            self.call_due(key);
        }
    }
}
