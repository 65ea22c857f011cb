//! Locks, semaphores, resources and rwlocks: first come, first served, handed over directly.

use std::cell::RefMut;
use std::collections::VecDeque;

use crate::runtimes::errors::error;
use crate::runtimes::runtime::{Me, Said};
use crate::runtimes::textbook::library::Textbook;
use crate::runtimes::textbook::object::{Lock, Object, RwLock, Semaphore};
use crate::runtimes::textbook::records::On;
use crate::runtimes::textbook::scheduler::Scheduler;
use crate::runtimes::textbook::waiters::Waiter;
use crate::sim::process::Reply;
use crate::sim::trace::{CauseKind, Kind};
use crate::value::{Mode, ObjectId, Raise, TaskId};

fn not_held(what: &str) -> Raise {
    error(format!("this {what} is released but not held by this task"))
}

fn remove(tasks: &mut VecDeque<TaskId>, task: TaskId) -> bool {
    if tasks.front() == Some(&task) {
        return tasks.pop_front().is_some();
    }
    let at = tasks.iter().position(|&other| other == task);
    at.and_then(|at| tasks.remove(at)).is_some()
}

impl<S: Scheduler> Textbook<S> {
    pub fn take(&self, task: TaskId, id: ObjectId, mode: Mode, reply: Option<Reply>) -> Result<Said, Raise> {
        if let Some(reply) = reply {
            if let Err(raise) = self.resumed(task, reply) {
                self.left_queue(task, id);
                return Err(raise);
            }
            if self.was_given(task, id) {
                return Ok(Said::from(()));
            }
        } else {
            self.checkpoint(task)?;
        }
        if self.try_take(task, id, mode)? {
            return Ok(Said::from(()));
        }
        self.queue_up(task, id, mode);
        Ok(Said::Parked)
    }

    /// Was a task that was woken handed what it waits for, or is it to look again?
    fn was_given(&self, task: TaskId, id: ObjectId) -> bool {
        if !self.scheduler().barges() {
            return true;
        }
        match &mut self.objects()[id.0 as usize] {
            Object::Lock(lock) => {
                let given = lock.owner == Some(task);
                if given {
                    lock.given = None;
                }
                given
            }
            Object::Semaphore(_) => false,
            Object::RwLock(_)
            | Object::Channel(_)
            | Object::Event(_)
            | Object::Condition(_)
            | Object::Barrier(_)
            | Object::Future(_)
            | Object::Workers => true,
        }
    }

    /// Does a task get hold of a lock that was given to another at this very instant? That one is
    /// woken by the system and takes it as soon as it can: a race (T15).
    fn beats(&self, task: TaskId, lock: &Lock) -> bool {
        lock.given.is_some_and(|(to, at)| to != task && at == self.kernel().now())
            && self.kernel().pick(Some(task), 2) == 1
    }

    /// Takes it if nobody is in the way.
    fn try_take(&self, task: TaskId, id: ObjectId, mode: Mode) -> Result<bool, Raise> {
        let mut beaten = None;
        let mut inherits = false;
        let taken = match &mut self.objects()[id.0 as usize] {
            Object::Lock(lock) => match lock.owner {
                Some(_) if !self.beats(task, lock) => false,
                before => {
                    beaten = before;
                    lock.given = None;
                    lock.owner = Some(task);
                    inherits = lock.inherit;
                    true
                }
            },
            Object::Semaphore(semaphore) => {
                let taken = semaphore.free > 0;
                if taken {
                    semaphore.free -= 1;
                    semaphore.holders.push_back(task);
                }
                taken
            }
            Object::RwLock(rwlock) => {
                let taken = rwlock.admits(mode) && rwlock.waiters.first(self.kernel()).is_none();
                if taken {
                    rwlock.enter(mode, task);
                }
                taken
            }
            Object::Channel(_)
            | Object::Event(_)
            | Object::Condition(_)
            | Object::Barrier(_)
            | Object::Future(_)
            | Object::Workers => return Err(error("this object cannot be acquired")),
        };
        if let Some(other) = beaten {
            self.trace(other, Kind::Release { object: id });
            if inherits {
                self.note_let_go(other, id);
            }
        }
        if taken {
            self.trace(task, Kind::Acquire { object: id });
            if inherits {
                self.note_held(task, id);
            }
        }
        Ok(taken)
    }

    fn queue_up(&self, task: TaskId, id: ObjectId, mode: Mode) {
        let cause = match (&self.objects()[id.0 as usize], mode) {
            (Object::Lock(_), _) => CauseKind::Lock,
            (Object::Semaphore(semaphore), _) if semaphore.owned => CauseKind::Resource,
            (Object::Semaphore(_), _) => CauseKind::Semaphore,
            (_, Mode::Read) => CauseKind::Read,
            (_, Mode::Plain | Mode::Write) => CauseKind::Write,
        };
        let waiter = Waiter::alone(self.suspend(task, cause, On::Object(id), None));
        let inherits = match &mut self.objects()[id.0 as usize] {
            Object::Lock(lock) => {
                lock.waiters.push(self.kernel(), waiter, ());
                lock.inherit
            }
            Object::Semaphore(semaphore) => {
                semaphore.waiters.push(self.kernel(), waiter, ());
                false
            }
            Object::RwLock(rwlock) => {
                rwlock.waiters.push(self.kernel(), waiter, mode);
                false
            }
            other => unreachable!("{other:?} was not acquired"),
        };
        if inherits {
            self.lend_urgency(task, id);
        }
    }

    /// A waiter was cancelled: those behind it may have waited for nothing else.
    fn left_queue(&self, task: TaskId, id: ObjectId) {
        let owner = match &mut self.objects()[id.0 as usize] {
            Object::RwLock(rwlock) => {
                self.admit_to(rwlock, id, task);
                None
            }
            Object::Lock(lock) if lock.inherit => lock.owner,
            _without_inheritance => None,
        };
        if let Some(owner) = owner {
            self.reconsider_urgency(owner);
        }
    }

    pub fn give_back(&self, task: TaskId, id: ObjectId, mode: Mode) -> Result<(), Raise> {
        match &mut self.objects()[id.0 as usize] {
            Object::Lock(lock) => {
                if lock.owner != Some(task) {
                    return Err(not_held("lock"));
                }
                self.trace(task, Kind::Release { object: id });
                if !lock.inherit {
                    self.hand_on(lock, id, task);
                    return Ok(());
                }
            }
            Object::Semaphore(semaphore) => return self.give_back_one(semaphore, id, task),
            Object::RwLock(rwlock) => return self.leave(rwlock, id, task, mode),
            Object::Channel(_)
            | Object::Event(_)
            | Object::Condition(_)
            | Object::Barrier(_)
            | Object::Future(_)
            | Object::Workers => return Err(error("this object cannot be released")),
        }
        self.hand_on_by_urgency(task, id)
    }

    fn give_back_one(&self, semaphore: &mut Semaphore, id: ObjectId, task: TaskId) -> Result<(), Raise> {
        if !remove(&mut semaphore.holders, task) {
            if semaphore.owned {
                return Err(not_held("resource"));
            }
            // Somebody else's permit, or one more than there were.
            semaphore.holders.pop_front();
        }
        self.trace(task, Kind::Release { object: id });
        while let Some((waiter, ())) = semaphore.waiters.pop() {
            if self.wake(waiter.token, Some(task)) {
                if self.scheduler().barges() {
                    break;
                }
                semaphore.holders.push_back(waiter.token.task);
                self.trace(waiter.token.task, Kind::Acquire { object: id });
                return Ok(());
            }
        }
        semaphore.free += 1;
        Ok(())
    }

    fn leave(&self, rwlock: &mut RwLock, id: ObjectId, task: TaskId, mode: Mode) -> Result<(), Raise> {
        match mode {
            Mode::Read if remove(&mut rwlock.readers, task) => {}
            Mode::Plain | Mode::Write if rwlock.writer == Some(task) => rwlock.writer = None,
            Mode::Read | Mode::Plain | Mode::Write => return Err(not_held("rwlock")),
        }
        self.trace(task, Kind::Release { object: id });
        self.admit_to(rwlock, id, task);
        Ok(())
    }

    /// Lets in as many from the front of the queue as fit.
    fn admit_to(&self, rwlock: &mut RwLock, id: ObjectId, by: TaskId) {
        while let Some(&mode) = rwlock.waiters.first(self.kernel()) {
            if !rwlock.admits(mode) {
                return;
            }
            let Some((waiter, mode)) = rwlock.waiters.pop() else { return };
            if self.wake(waiter.token, Some(by)) {
                rwlock.enter(mode, waiter.token.task);
                self.trace(waiter.token.task, Kind::Acquire { object: id });
            }
        }
    }

    pub fn is_taken(&self, id: ObjectId) -> Result<bool, Raise> {
        match &self.objects()[id.0 as usize] {
            Object::Lock(lock) => Ok(lock.owner.is_some()),
            Object::Semaphore(semaphore) => Ok(semaphore.free == 0),
            Object::RwLock(rwlock) => Ok(rwlock.writer.is_some() || !rwlock.readers.is_empty()),
            Object::Channel(_)
            | Object::Event(_)
            | Object::Condition(_)
            | Object::Barrier(_)
            | Object::Future(_)
            | Object::Workers => Err(error("this object cannot be locked")),
        }
    }

    // ── plain locks, as conditions use them ───────────────────────────────

    fn lock(&self, id: ObjectId) -> Result<RefMut<'_, Lock>, Raise> {
        self.object(id, "this object is no lock", |object| {
            if let Object::Lock(lock) = object { Some(lock) } else { None }
        })
    }

    pub fn lock_is_free(&self, id: ObjectId) -> Result<bool, Raise> {
        Ok(self.lock(id)?.owner.is_none())
    }

    pub fn try_take_lock(&self, task: TaskId, id: ObjectId) -> Result<bool, Raise> {
        self.try_take(task, id, Mode::Plain)
    }

    /// Takes a lock and does not give up.
    pub async fn take_lock(&self, me: Me<'_>, id: ObjectId) -> Result<(), Raise> {
        while !self.try_take_lock(me.task, id)? {
            let token = self.suspend(me.task, CauseKind::Lock, On::Object(id), None);
            self.queue_for_lock(Waiter::alone(token), id)?;
            let reply = me.airlock.park().await;
            if self.resumed(me.task, reply).is_ok() && self.was_given(me.task, id) {
                break;
            }
        }
        Ok(())
    }

    pub fn queue_for_lock(&self, waiter: Waiter, id: ObjectId) -> Result<(), Raise> {
        self.lock(id)?.waiters.push(self.kernel(), waiter, ());
        self.lend_urgency(waiter.token.task, id);
        Ok(())
    }

    pub fn must_hold(&self, task: TaskId, lock: ObjectId, what: &str) -> Result<(), Raise> {
        if self.lock(lock)?.owner == Some(task) {
            return Ok(());
        }
        Err(error(format!("a condition can be {what} only by a task that holds its lock")))
    }

    /// The owner lets go: the first in the queue has it from now on.
    pub fn pass_lock_on(&self, from: TaskId, id: ObjectId) -> Result<(), Raise> {
        {
            let mut lock = self.lock(id)?;
            if !lock.inherit {
                self.hand_on(&mut lock, id, from);
                return Ok(());
            }
        }
        self.hand_on_by_urgency(from, id)
    }

    /// A lock without inheritance has a new owner, if anybody waits for it.
    fn hand_on(&self, lock: &mut Lock, id: ObjectId, from: TaskId) {
        (lock.owner, lock.given) = (None, None);
        while let Some((waiter, ())) = lock.waiters.pop() {
            if self.hand_over(lock, waiter, id, from) {
                return;
            }
        }
    }

    /// A lock with inheritance: its owner is less urgent from now on, perhaps, and the most urgent has it.
    fn hand_on_by_urgency(&self, from: TaskId, id: ObjectId) -> Result<(), Raise> {
        {
            let mut lock = self.lock(id)?;
            (lock.owner, lock.given) = (None, None);
        }
        self.note_let_go(from, id);
        loop {
            let Some((waiter, ())) = self.lock(id)?.waiters.pop_most_urgent(self.kernel()) else {
                return Ok(());
            };
            if self.hand_lock_to(waiter, id, from)? {
                return Ok(());
            }
        }
    }

    /// Hands a lock over to one who waits for it; false if the wait is over.
    pub fn hand_lock_to(&self, waiter: Waiter, id: ObjectId, by: TaskId) -> Result<bool, Raise> {
        let (handed, inherits) = {
            let mut lock = self.lock(id)?;
            (self.hand_over(&mut lock, waiter, id, by), lock.inherit)
        };
        if handed && inherits {
            self.note_held(waiter.token.task, id);
        }
        Ok(handed)
    }

    fn hand_over(&self, lock: &mut Lock, waiter: Waiter, id: ObjectId, by: TaskId) -> bool {
        let task = waiter.token.task;
        if !self.wake(waiter.token, Some(by)) {
            return false;
        }
        lock.owner = Some(task);
        lock.given = self.scheduler().barges().then(|| (task, self.kernel().now()));
        self.trace(task, Kind::Acquire { object: id });
        true
    }
}
