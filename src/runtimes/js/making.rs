//! Objects are made, and asked who holds them.

use crate::runtimes::js::core::Core;
use crate::runtimes::js::objects::{
    Barrier, Channel, Condition, Event, Future, Lock, Object, RwLock, Semaphore, Waiters,
};
use crate::runtimes::js::records::Pool;
use crate::runtimes::runtime::{Kind, ObjectSpec};
use crate::runtimes::wait_info::WaitInfo;
use crate::value::{ObjectId, TaskId};

impl Core<'_> {
    pub fn create(&mut self, spec: ObjectSpec) -> ObjectId {
        let id = ObjectId(self.objects.len() as u32);
        let size = spec.size.unwrap_or(1);
        let semaphore = |size: Option<u64>, free| {
            Object::Semaphore(Semaphore { free, size, holders: Vec::new(), waiters: Waiters::default() })
        };
        let object = match spec.kind {
            Kind::Lock => Object::Lock(Lock::default()),
            Kind::Resource => semaphore(Some(size), size),
            Kind::Semaphore => semaphore(None, size),
            Kind::RwLock => Object::RwLock(RwLock::default()),
            Kind::Channel => Object::Channel(Channel::new(spec.size)),
            Kind::Event => Object::Event(Event::default()),
            Kind::Condition => {
                let Some(lock) = spec.lock else { unreachable!("a condition names a lock") };
                Object::Condition(Condition { lock, waiters: Waiters::default() })
            }
            Kind::Barrier => Object::Barrier(Barrier { parties: size, waiters: Waiters::default() }),
            Kind::Future => Object::Future(Future::default()),
            Kind::Workers => {
                let pool =
                    Pool { object: id, size, threads: Vec::new(), queue: Default::default(), spawned: 0 };
                self.pools.push(pool);
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
            Object::Lock(lock) => lock.owner.into_iter().collect(),
            Object::Semaphore(semaphore) => semaphore.holders.clone(),
            Object::RwLock(lock) => lock.writer.into_iter().chain(lock.readers.iter().copied()).collect(),
            Object::Workers(_) => info.holder.into_iter().collect(),
            Object::Channel(_)
            | Object::Event(_)
            | Object::Condition(_)
            | Object::Barrier(_)
            | Object::Future(_) => Vec::new(),
        }
    }
}
