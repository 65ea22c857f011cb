//! Objects are made, found and asked who holds them.

use crate::runtimes::asyncio::core::Core;
use crate::runtimes::asyncio::futures::FutureKey;
use crate::runtimes::asyncio::objects::{
    Barrier, Condition, Event, Lock, Object, Queue, QueueAt, RwLock, Semaphore,
};
use crate::runtimes::asyncio::records::Pool;
use crate::runtimes::asyncio::runners::Asyncio;
use crate::runtimes::errors::wrong;
use crate::runtimes::runtime::{Kind, ObjectSpec};
use crate::runtimes::wait_info::WaitInfo;
use crate::value::{ObjectId, Raise, TaskId};

impl Core<'_> {
    pub fn create(&mut self, spec: ObjectSpec) -> ObjectId {
        let id = ObjectId(self.objects.len() as u32);
        let size = spec.size.unwrap_or(1);
        let object = match spec.kind {
            Kind::Lock => {
                self.locks.push(Lock { object: Some(id), ..Lock::default() });
                Object::Lock(self.locks.len() - 1)
            }
            Kind::Resource => Object::Semaphore(Semaphore::new(size, true)),
            Kind::Semaphore => Object::Semaphore(Semaphore::new(size, false)),
            Kind::RwLock => Object::RwLock(RwLock::default()),
            Kind::Channel => Object::Queue(Queue::new(spec.size)),
            Kind::Event => Object::Event(Event::default()),
            Kind::Condition => {
                let lock = spec.lock.map(|lock| &self.objects[lock.0 as usize]);
                let Some(&Object::Lock(lock)) = lock else { unreachable!("a condition names a lock") };
                self.conditions.push(Condition::new(lock));
                Object::Condition(self.conditions.len() - 1)
            }
            Kind::Barrier => {
                self.locks.push(Lock::default());
                let lock = self.locks.len() - 1;
                self.conditions.push(Condition::new(lock));
                Object::Barrier(Barrier::new(self.conditions.len() - 1, size))
            }
            Kind::Future => Object::Future(self.create_future()),
            Kind::Workers => {
                self.pools.push(Pool::new(id, size));
                Object::Workers(self.pools.len() - 1)
            }
        };
        self.objects.push(object);
        id
    }

    /// Who could end a wait.
    pub fn holders(&self, info: WaitInfo) -> Vec<TaskId> {
        let Some(id) = info.object else { return info.holder.into_iter().collect() };
        match &self.objects[id.0 as usize] {
            Object::Lock(n) => self.locks[*n].owner.into_iter().collect(),
            Object::Semaphore(semaphore) => semaphore.holders.clone(),
            Object::RwLock(rwlock) => {
                rwlock.writer.into_iter().chain(rwlock.readers.iter().copied()).collect()
            }
            Object::Workers(_) => info.holder.into_iter().collect(),
            Object::Queue(_)
            | Object::Event(_)
            | Object::Condition(_)
            | Object::Barrier(_)
            | Object::Future(_) => Vec::new(),
        }
    }
}

impl Asyncio<'_> {
    pub fn pool(&self, id: ObjectId) -> Result<usize, Raise> {
        match self.core().objects.get(id.0 as usize) {
            Some(Object::Workers(n)) => Ok(*n),
            _ => Err(wrong("run a task: it is no `workers`")),
        }
    }

    pub fn queue(&self, id: ObjectId) -> Result<QueueAt, Raise> {
        match self.core().objects[id.0 as usize] {
            Object::Queue(_) => Ok(QueueAt::Object(id)),
            _ => Err(wrong("be sent to or received from: it is no channel")),
        }
    }

    pub fn future(&self, id: ObjectId) -> Result<FutureKey, Raise> {
        match self.core().objects[id.0 as usize] {
            Object::Future(fut) => Ok(fut),
            _ => Err(wrong("be settled: it is no future")),
        }
    }
}
