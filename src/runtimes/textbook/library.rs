//! A textbook runtime during one run: its state, and how its tasks wait and are woken.

use std::cell::{RefCell, RefMut};
use std::hint::black_box;
use std::rc::Rc;

use slotmap::SlotMap;

use crate::runtimes::errors::error;
use crate::runtimes::runtime::Wait;
use crate::runtimes::textbook::lifespan::Lifespan;
use crate::runtimes::textbook::object::Object;
use crate::runtimes::textbook::records::{On, Scope, ScopeKey, TaskState};
use crate::runtimes::textbook::scheduler::Scheduler;
use crate::runtimes::textbook::waiters::{ALONE, Waiter};
use crate::sim::agenda::Due;
use crate::sim::kernel::Kernel;
use crate::sim::process::Reply;
use crate::sim::task::Token;
use crate::sim::trace::{Cause, CauseKind, Kind};
use crate::value::{ObjectId, Raise, TaskId, Value};

/// A textbook runtime during one run.
pub struct Textbook<S> {
    scheduler: S,
    tasks: RefCell<Vec<TaskState>>,
    /// What wakers hand to those they wake; as long as the highest slot that ever got something.
    mail: RefCell<Vec<Mail>>,
    objects: RefCell<Vec<Object>>,
    scopes: RefCell<SlotMap<ScopeKey, Scope>>,
    lifespan: Lifespan,
}

/// What a waker leaves for the task it wakes.
#[derive(Debug, Default)]
pub enum Note {
    #[default]
    Nothing,
    Item(Value),
    /// The channel was closed.
    Closed,
}

#[derive(Debug, Default)]
struct Mail {
    /// Which arm of its `select` the task was woken for.
    arm: Option<u32>,
    note: Note,
}

impl<S: Scheduler> Textbook<S> {
    pub fn over(scheduler: S) -> Textbook<S> {
        Textbook {
            scheduler,
            tasks: RefCell::default(),
            mail: RefCell::default(),
            objects: RefCell::default(),
            scopes: RefCell::default(),
            lifespan: Lifespan::default(),
        }
    }

    pub fn kernel(&self) -> &Kernel {
        self.scheduler.kernel()
    }

    pub fn scheduler(&self) -> &S {
        &self.scheduler
    }

    pub fn lifespan(&self) -> &Lifespan {
        &self.lifespan
    }

    pub fn objects(&self) -> RefMut<'_, Vec<Object>> {
        self.objects.borrow_mut()
    }

    /// One object, if it is of the kind that `pick` picks.
    #[inline(always)]
    pub fn object<T>(
        &self,
        id: ObjectId,
        refusal: &str,
        pick: impl FnOnce(&mut Object) -> Option<&mut T>,
    ) -> Result<RefMut<'_, T>, Raise> {
        RefMut::filter_map(self.objects(), |objects| pick(&mut objects[id.0 as usize]))
            .map_err(|_| error(refusal))
    }

    pub fn scopes(&self) -> RefMut<'_, SlotMap<ScopeKey, Scope>> {
        self.scopes.borrow_mut()
    }

    /// The states of all tasks, by slot.
    #[inline]
    pub fn states(&self) -> RefMut<'_, Vec<TaskState>> {
        self.tasks.borrow_mut()
    }

    pub fn task(&self, task: TaskId) -> RefMut<'_, TaskState> {
        RefMut::map(self.states(), |tasks| &mut tasks[task.slot as usize])
    }

    /// Makes room for a task's state.
    #[inline(always)]
    pub fn enrol(&self, task: TaskId) {
        let mut tasks = self.tasks.borrow_mut();
        let slot = task.slot as usize;
        if slot >= tasks.len() {
            tasks.resize_with(slot + 1, TaskState::default);
        }
        tasks[slot] = TaskState::default();
    }

    /// Has what is kept of the tasks fetched that are soon to be woken.
    pub fn prefetch_tasks(&self, soon: &[Due], wakes: &mut Vec<u32>) {
        wakes.extend(soon.iter().filter_map(|due| match due {
            Due::Wake { slot, .. } => Some(slot),
            Due::Worker { .. } | Due::Timer { .. } => None,
        }));
        let tasks = self.tasks.borrow();
        let all = wakes.iter().filter_map(|&slot| tasks.get(slot as usize));
        black_box(all.fold(0, |seen, state| seen ^ u32::from(state.counted)));
    }

    #[inline(always)]
    pub fn trace(&self, task: TaskId, kind: Kind) {
        if self.kernel().tracing() {
            self.kernel().emit(Some(task), self.scheduler.worker(task), kind);
        } else {
            kind.dismiss();
        }
    }

    // ── waiting and waking ────────────────────────────────────────────────

    /// Begins a wait. The caller sees to it that somebody wakes the task, then parks.
    ///
    /// Always inlined: the caller knows what it waits for, and writes that where it belongs.
    #[inline(always)]
    pub fn suspend(&self, task: TaskId, kind: CauseKind, on: On, label: Option<&Rc<str>>) -> Token {
        let token = self.kernel().park(task);
        self.states()[task.slot as usize].waits_for(kind, on);
        if self.kernel().tracing() {
            self.tell_wait(task, kind, on, label);
        }
        token
    }

    /// What it tells is written where it is read, and not moved there in whole lines.
    #[inline(never)]
    fn tell_wait(&self, task: TaskId, kind: CauseKind, on: On, label: Option<&Rc<str>>) {
        let held = self.scheduler.keeps_worker(task);
        let worker = self.scheduler.worker(task);
        let (object, holder) = self.about(on);
        let label = label.cloned();
        self.kernel().emit(
            Some(task),
            worker,
            Kind::Wait { cause: Cause { kind, object, holder, label }, held },
        );
    }

    /// The wait is over.
    #[inline(always)]
    pub fn resumed(&self, task: TaskId, reply: Reply) -> Result<(), Raise> {
        match reply {
            Reply::Resumed => Ok(()),
            Reply::Interrupted => {
                self.task(task).interruption_seen();
                Err(Raise::Cancelled)
            }
        }
    }

    /// Why a task waits, and what for, if it does.
    pub fn why_waits(&self, task: TaskId) -> Option<(CauseKind, On)> {
        let parked = self.kernel().tasks().get(task).parked;
        parked.then(|| self.task(task).wait()).flatten()
    }

    pub fn waits_on(&self, task: TaskId) -> Option<On> {
        self.why_waits(task).map(|(_, on)| on)
    }

    /// A waiting task waits for something else from now on.
    pub fn now_waits_on(&self, task: TaskId, kind: CauseKind, on: On) {
        self.task(task).waits_for(kind, on);
    }

    /// Wakes a task, if it still waits.
    #[inline(never)]
    pub fn wake(&self, token: Token, by: Option<TaskId>) -> bool {
        let woken = self.kernel().unpark(token);
        if woken {
            self.woken(token.task, by);
        }
        woken
    }

    /// A task waits no longer.
    #[inline(always)]
    pub fn woken(&self, task: TaskId, by: Option<TaskId>) {
        self.tell_wake(task, by);
        self.scheduler.wake(task, Reply::Resumed);
    }

    #[inline(always)]
    pub fn tell_wake(&self, task: TaskId, by: Option<TaskId>) {
        self.kernel().emit(Some(task), None, Kind::Wake { by: by.map(|by| by.serial) });
    }

    /// Leaves a note for a task that was just woken.
    pub fn post(&self, waiter: Waiter, note: Note) {
        let arm = (waiter.arm != ALONE).then_some(waiter.arm);
        if arm.is_none() && matches!(note, Note::Nothing) {
            return;
        }
        let mut mail = self.mail.borrow_mut();
        let slot = waiter.token.task.slot as usize;
        if slot >= mail.len() {
            mail.resize_with(slot + 1, Mail::default);
        }
        let Mail { arm: to, note: what } = &mut mail[slot];
        (*to, *what) = (arm, note);
    }

    /// Takes the note that was left, and for which arm of a `select` it is.
    pub fn collect(&self, task: TaskId) -> (Option<usize>, Note) {
        match self.mail.borrow_mut().get_mut(task.slot as usize) {
            Some(mail) => {
                let Mail { arm, note } = std::mem::take(mail);
                (arm.map(|arm| arm as usize), note)
            }
            None => (None, Note::Nothing),
        }
    }

    // ── what each task waits for ──────────────────────────────────────────

    /// What every unfinished task waits for.
    pub fn all_waits(&self) -> Vec<Wait> {
        let unfinished = self.kernel().tasks().unfinished();
        unfinished.into_iter().map(|task| self.wait_of(task)).collect()
    }

    fn wait_of(&self, task: TaskId) -> Wait {
        let Some((kind, on)) = self.why_waits(task) else {
            return Wait { task, cause: None, holders: self.scheduler().blocked_by(task) };
        };
        let mut holders = match on {
            On::Time | On::Arms => Vec::new(),
            On::Object(object) => self.owners(object),
            On::Task(other) => vec![other],
            On::Scope(scope) => self.scopes().get(scope).map_or(Vec::new(), Scope::children),
        };
        holders.retain(|&holder| !self.kernel().ended(holder));
        Wait { task, cause: Some(self.cause(kind, on)), holders }
    }

    fn owners(&self, object: ObjectId) -> Vec<TaskId> {
        self.objects()[object.0 as usize].owners()
    }

    fn cause(&self, kind: CauseKind, on: On) -> Cause {
        let (object, holder) = self.about(on);
        Cause { kind, object, holder, label: None }
    }

    /// The object a wait is for, and the serial number of who has it, or is to do it.
    #[inline(always)]
    fn about(&self, on: On) -> (Option<ObjectId>, Option<u32>) {
        match on {
            On::Time | On::Arms => (None, None),
            On::Scope(scope) => (self.scopes().get(scope).and_then(Scope::pool), None),
            On::Object(object) => {
                let owner = self.objects()[object.0 as usize].first_owner();
                (Some(object), owner.map(|owner| owner.serial))
            }
            On::Task(task) => (None, Some(task.serial)),
        }
    }
}
