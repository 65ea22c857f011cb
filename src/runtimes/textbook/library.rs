//! A textbook runtime during one run: how its tasks wait and are woken, and how long the run lasts.

use std::cell::{Cell, RefCell, RefMut};
use std::rc::Rc;

use slotmap::{DefaultKey, SlotMap};

use crate::runtimes::runtime::{Me, Next};
use crate::runtimes::textbook::blocks::{Group, Timeout};
use crate::runtimes::textbook::children::Several;
use crate::runtimes::textbook::object::Object;
use crate::runtimes::textbook::scheduler::{Place, Scheduler};
use crate::runtimes::textbook::tasks::{On, TaskState};
use crate::runtimes::textbook::waiters::{ALONE, Waiter};
use crate::sim::agenda::{Class, Due};
use crate::sim::kernel::Kernel;
use crate::sim::process::Reply;
use crate::sim::task::{NewTask, Token};
use crate::sim::trace::{Cause, CauseKind, Kind};
use crate::time::Duration;
use crate::value::{Raise, ScopeId, TaskId, Value};

/// A textbook runtime during one run.
pub struct Textbook<S> {
    scheduler: S,
    tasks: RefCell<Vec<TaskState>>,
    /// What wakers hand to those they wake; as long as the highest slot that ever got something.
    mail: RefCell<Vec<Mail>>,
    objects: RefCell<Vec<Object>>,
    scopes: RefCell<SlotMap<ScopeKey, Scope>>,
    main: Cell<Option<TaskId>>,
    /// Tasks the run lasts for.
    outstanding: Cell<usize>,
    /// How many tasks were cancelled before their first step and have yet to be taken from the scheduler.
    doomed: Cell<usize>,
    /// Set when the run has come to its end: so many tasks still clean up.
    closing: Cell<Option<usize>>,
    main_raised: Cell<bool>,
}

pub type ScopeKey = DefaultKey;

/// Something open that is told when tasks end or deadlines pass.
#[derive(Debug)]
pub enum Scope {
    Timeout(Timeout),
    Group(Box<Group>),
    /// The children of a gather, race, …
    Several(Box<Several>),
}

/// How scopes travel through the program and the agenda.
pub mod scope_key {
    use slotmap::{Key, KeyData};

    use crate::runtimes::textbook::library::ScopeKey;
    use crate::value::ScopeId;

    pub fn to_id(key: ScopeKey) -> ScopeId {
        let bits = key.data().as_ffi();
        ScopeId { slot: bits as u32, serial: (bits >> 32) as u32 }
    }

    pub fn from_id(id: ScopeId) -> ScopeKey {
        KeyData::from_ffi(u64::from(id.slot) | u64::from(id.serial) << 32).into()
    }
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
            main: Cell::new(None),
            outstanding: Cell::new(0),
            doomed: Cell::new(0),
            closing: Cell::new(None),
            main_raised: Cell::new(false),
        }
    }

    pub fn kernel(&self) -> &Kernel {
        self.scheduler.kernel()
    }

    pub fn scheduler(&self) -> &S {
        &self.scheduler
    }

    pub fn objects(&self) -> RefMut<'_, Vec<Object>> {
        self.objects.borrow_mut()
    }

    pub fn scopes(&self) -> RefMut<'_, SlotMap<ScopeKey, Scope>> {
        self.scopes.borrow_mut()
    }

    pub fn task(&self, task: TaskId) -> RefMut<'_, TaskState> {
        RefMut::map(self.tasks.borrow_mut(), |tasks| &mut tasks[task.slot as usize])
    }

    /// Makes room for a task's state.
    pub fn enrol(&self, task: TaskId) {
        let mut tasks = self.tasks.borrow_mut();
        let slot = task.slot as usize;
        if slot >= tasks.len() {
            tasks.resize_with(slot + 1, TaskState::default);
        }
        tasks[slot] = TaskState::default();
    }

    pub fn trace(&self, task: TaskId, kind: Kind) {
        if self.kernel().tracing() {
            self.kernel().emit(Some(task), self.scheduler.worker(task), kind);
        }
    }

    // ── waiting and waking ────────────────────────────────────────────────

    /// Begins a wait. The caller sees to it that somebody wakes the task, then parks.
    pub fn suspend(&self, task: TaskId, kind: CauseKind, on: On, label: Option<Rc<str>>) -> Token {
        let token = self.kernel().park(task);
        self.task(task).wait = Some((kind, on));
        let held = self.scheduler.keeps_worker(task);
        if self.kernel().tracing() {
            let cause = Cause { label, ..self.cause(kind, on) };
            self.trace(task, Kind::Wait { cause, held });
        }
        token
    }

    /// The wait is over.
    pub fn resumed(&self, task: TaskId, reply: Reply) -> Result<(), Raise> {
        let mut state = self.task(task);
        state.wait = None;
        state.interrupted = false;
        match reply {
            Reply::Resumed => Ok(()),
            Reply::Interrupted => Err(Raise::Cancelled),
        }
    }

    pub fn waits_on(&self, task: TaskId) -> Option<On> {
        self.task(task).wait.map(|(_, on)| on)
    }

    /// A waiting task waits for something else from now on.
    pub fn now_waits_on(&self, task: TaskId, kind: CauseKind, on: On) {
        self.task(task).wait = Some((kind, on));
    }

    /// Wakes a task, if it still waits.
    pub fn wake(&self, token: Token, by: Option<TaskId>) -> bool {
        let woken = self.kernel().unpark(token);
        if woken {
            self.kernel().emit(Some(token.task), None, Kind::Wake { by: by.map(|by| by.serial) });
            self.scheduler.wake(token.task, Reply::Resumed);
        }
        woken
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
        mail[slot] = Mail { arm, note };
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

    pub async fn delay(
        &self,
        me: Me<'_>,
        d: Duration,
        kind: CauseKind,
        label: Option<Rc<str>>,
    ) -> Result<(), Raise> {
        self.checkpoint(me.task)?;
        if d == Duration::ZERO {
            self.scheduler.requeue(me.task);
            me.airlock.park().await;
            return if self.scheduler.interrupts() { self.checkpoint(me.task) } else { Ok(()) };
        }
        let token = self.suspend(me.task, kind, On::Time, label);
        self.kernel().after(d, Class::Timer, Due::Wake(token));
        let reply = me.airlock.park().await;
        self.resumed(me.task, reply)
    }

    // ── how long the run lasts ────────────────────────────────────────────

    /// The first task.
    pub fn start_main(&self, new: &NewTask) {
        let main = self.kernel().spawn(None, new);
        self.enrol(main);
        self.count_in(main);
        self.main.set(Some(main));
        self.scheduler.admit(main, Place::Default);
    }

    /// Who runs next.
    pub fn turn(&self) -> Next {
        loop {
            if self.is_over() {
                return Next::Over;
            }
            match self.scheduler.next() {
                Next::Resume(task, _) if self.doomed.get() > 0 && self.buried(task) => {}
                next => return next,
            }
        }
    }

    /// An entry of the agenda is due, and with it all others that are due at the same time: whoever
    /// they wake is ready before anybody runs.
    pub fn fall_due(&self, due: Due) {
        let mut next = Some(due);
        while let Some(due) = next {
            match due {
                Due::Wake(token) => {
                    self.wake(token, None);
                }
                Due::Worker { .. } if self.scheduler.live(due) => self.scheduler.due(due),
                Due::Worker { .. } => {}
                Due::Timer { slot, serial } => self.deadline(scope_key::from_id(ScopeId { slot, serial })),
            }
            next = if self.kernel().count_event() { self.kernel().due_now() } else { None };
        }
    }

    pub fn count_in(&self, task: TaskId) {
        self.task(task).counted = true;
        self.outstanding.set(self.outstanding.get() + 1);
    }

    pub fn count_out(&self, task: TaskId, state: &TaskState, raised: bool) {
        if state.counted {
            self.outstanding.set(self.outstanding.get() - 1);
        }
        if state.closing {
            self.closing.set(self.closing.get().map(|left| left - 1));
        }
        if raised && self.main.get() == Some(task) {
            self.main_raised.set(true);
        }
    }

    /// One more task is cancelled before its first step.
    pub fn doom(&self) {
        self.doomed.set(self.doomed.get() + 1);
    }

    fn is_over(&self) -> bool {
        if self.closing.get().is_none() {
            let main_ended_all = self.main_raised.get() && self.scheduler.main_ends_all();
            if self.outstanding.get() > 0 && !main_ended_all {
                return false;
            }
            self.close_down();
        }
        self.closing.get() == Some(0)
    }

    /// What is left is cancelled and cleans up, or is just gone; jobs on threads run to their end.
    fn close_down(&self) {
        let cleans_up = self.scheduler.daemons_clean_up();
        let mut closing = 0;
        let unfinished = self.kernel().tasks().unfinished();
        for &task in &unfinished {
            let mut state = self.task(task);
            if cleans_up || state.job {
                state.closing = true;
                closing += 1;
            }
        }
        self.closing.set(Some(closing));
        for task in unfinished {
            if cleans_up && !self.task(task).job {
                self.cancel_task(task, None);
            }
        }
    }

    /// Ends a task that was cancelled before its first step, when its turn has come.
    fn buried(&self, task: TaskId) -> bool {
        let unborn = self.task(task).pending > 0 && self.kernel().tasks().get(task).start.is_some();
        if unborn {
            self.kernel().take_start(task);
            self.doomed.set(self.doomed.get() - 1);
            self.end(task, Err(Raise::Cancelled));
            self.gone(task);
        }
        unborn
    }
}
