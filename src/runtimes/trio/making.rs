//! Objects are made, found and asked who holds them.

use std::collections::BTreeSet;

use crate::runtimes::errors::wrong;
use crate::runtimes::runtime::{Kind, ObjectSpec};
use crate::runtimes::trio::core::Core;
use crate::runtimes::trio::objects::{
    Barrier, Condition, Event, Future, Limiter, Lock, Object, RwLock, Semaphore,
};
use crate::runtimes::trio::records::Pool;
use crate::runtimes::trio::traps::Trio;
use crate::runtimes::wait_info::WaitInfo;
use crate::value::{ObjectId, Raise, TaskId};

impl Core<'_> {
    pub fn create(&mut self, spec: ObjectSpec) -> ObjectId {
        let id = ObjectId(self.objects.len() as u32);
        let size = spec.size.unwrap_or(1);
        let object = match spec.kind {
            Kind::Lock => {
                let lot = self.new_lot();
                self.locks.push(Lock { owner: None, lot, broken: false, object: id });
                Object::Lock(self.locks.len() - 1)
            }
            Kind::Resource => Object::Limiter(self.new_limiter(id, size, Some(id))),
            Kind::Semaphore => {
                Object::Semaphore(Semaphore { value: size, lot: self.new_lot(), holders: Vec::new() })
            }
            Kind::RwLock => Object::RwLock(RwLock { readers: Vec::new(), writer: None, lot: self.new_lot() }),
            Kind::Channel => Object::Channel(self.new_channel(spec.size, Some(id))),
            Kind::Event => Object::Event(Event { set: false, lot: self.new_lot() }),
            Kind::Condition => {
                let lock = spec.lock.map(|lock| &self.objects[lock.0 as usize]);
                let Some(&Object::Lock(lock)) = lock else { unreachable!("a condition names a lock") };
                Object::Condition(Condition { lock, lot: self.new_lot() })
            }
            Kind::Barrier => Object::Barrier(Barrier { parties: size, waiting: 0, gate: self.new_lot() }),
            Kind::Future => Object::Future(Future { outcome: None, lot: self.new_lot() }),
            Kind::Workers => {
                let limiter = self.new_limiter(id, size, None);
                self.pools.push(Pool { object: id, limiter, idle: Vec::new(), started: 0 });
                Object::Workers(self.pools.len() - 1)
            }
        };
        self.objects.push(object);
        id
    }

    fn new_limiter(&mut self, object: ObjectId, total: u64, counted: Option<ObjectId>) -> usize {
        let lot = self.new_lot();
        self.limiters.push(Limiter { total, borrowers: BTreeSet::new(), lot, object, counted });
        self.limiters.len() - 1
    }

    /// Who could end a wait.
    pub fn holders(&self, info: WaitInfo) -> Vec<TaskId> {
        let Some(id) = info.object else { return info.holder.into_iter().collect() };
        match &self.objects[id.0 as usize] {
            Object::Lock(n) => self.locks[*n].owner.into_iter().collect(),
            Object::Semaphore(semaphore) => semaphore.holders.clone(),
            Object::Limiter(n) => self.limiters[*n].borrowers.iter().copied().collect(),
            Object::RwLock(rwlock) => {
                rwlock.writer.into_iter().chain(rwlock.readers.iter().copied()).collect()
            }
            Object::Workers(_) => info.holder.into_iter().collect(),
            Object::Channel(_)
            | Object::Event(_)
            | Object::Condition(_)
            | Object::Barrier(_)
            | Object::Future(_) => Vec::new(),
        }
    }

    pub fn channel(&self, id: ObjectId) -> Result<usize, Raise> {
        match self.objects[id.0 as usize] {
            Object::Channel(n) => Ok(n),
            _ => Err(wrong("be sent to or received from: it is no channel")),
        }
    }
}

impl Trio<'_> {
    pub fn pool(&self, id: ObjectId) -> Result<usize, Raise> {
        match self.core().objects.get(id.0 as usize) {
            Some(Object::Workers(n)) => Ok(*n),
            _ => Err(wrong("run a task: it is no `workers`")),
        }
    }

    pub fn channel(&self, id: ObjectId) -> Result<usize, Raise> {
        self.core().channel(id)
    }
}
