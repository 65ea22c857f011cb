//! Objects are made, found and asked who holds them.

use crate::runtimes::errors::{error, wrong};
use crate::runtimes::runtime::{Kind, ObjectSpec};
use crate::runtimes::tokio::core::Core;
use crate::runtimes::tokio::objects::{
    Barrier, Condition, Event, MAX_READS, Object, Promise, Sync, SyncKind,
};
use crate::runtimes::tokio::records::WaitInfo;
use crate::sim::trace::Kind as EventKind;
use crate::value::{Mode, ObjectId, Raise, TaskId};

impl Core<'_> {
    pub fn create(&mut self, spec: ObjectSpec) -> ObjectId {
        let id = ObjectId(self.objects.len() as u32);
        let size = spec.size.unwrap_or(1);
        let object = match spec.kind {
            Kind::Lock => self.new_sync(SyncKind::Lock, 1),
            Kind::Resource => self.new_sync(SyncKind::Resource, size),
            Kind::Semaphore => self.new_sync(SyncKind::Semaphore, size),
            Kind::RwLock => self.new_sync(SyncKind::RwLock, MAX_READS),
            Kind::Channel => Object::Channel(self.new_channel(id, spec.size)),
            Kind::Event => Object::Event(Event::default()),
            Kind::Condition => {
                let lock = spec.lock.expect("a condition names a lock");
                Object::Condition(Condition { lock, waiters: Default::default() })
            }
            Kind::Barrier => Object::Barrier(Barrier::new(size)),
            Kind::Future => Object::Future(Promise::default()),
            Kind::Workers => Object::Workers(self.new_pool(id, size)),
        };
        self.objects.push(object);
        id
    }

    fn new_sync(&mut self, kind: SyncKind, permits: u64) -> Object {
        Object::Sync(Sync {
            kind,
            semaphore: self.new_semaphore(permits),
            holders: Vec::new(),
            lost: Vec::new(),
        })
    }

    pub fn sync(&mut self, id: ObjectId) -> Result<&mut Sync, Raise> {
        match &mut self.objects[id.0 as usize] {
            Object::Sync(sync) => Ok(sync),
            _ => Err(wrong("be acquired or released")),
        }
    }

    pub fn channel(&self, id: ObjectId) -> Result<usize, Raise> {
        match self.objects[id.0 as usize] {
            Object::Channel(n) => Ok(n),
            _ => Err(wrong("be sent to or received from: it is no channel")),
        }
    }

    pub fn promise(&mut self, id: ObjectId) -> Result<&mut Promise, Raise> {
        match &mut self.objects[id.0 as usize] {
            Object::Future(promise) => Ok(promise),
            _ => Err(wrong("be settled: it is no future")),
        }
    }

    /// The lock of a condition.
    pub fn lock_of(&self, id: ObjectId) -> Result<ObjectId, Raise> {
        match &self.objects[id.0 as usize] {
            Object::Condition(condition) => Ok(condition.lock),
            _ => Err(wrong("be notified: it is no condition")),
        }
    }

    /// Gives back what `task` took. A guard that is dropped with its task may have been given back
    /// before, by a `wait` on a condition.
    pub fn release(&mut self, id: ObjectId, mode: Mode, task: TaskId) -> Result<(), Raise> {
        let alive = self.alive(task);
        let sync = self.sync(id)?;
        let held = sync.holders.iter().rposition(|&(holder, how)| holder == task && how == mode);
        match held {
            Some(n) => {
                sync.holders.remove(n);
            }
            None if sync.kind == SyncKind::Semaphore => {}
            None if sync.lost.contains(&task) => {
                sync.lost.retain(|&other| other != task);
                return Ok(());
            }
            None if !alive => return Ok(()),
            None => {
                let what = if sync.kind == SyncKind::Resource { "resource" } else { "lock" };
                return Err(error(format!("this {what} is released but not held")));
            }
        }
        let (semaphore, permits) = (sync.semaphore, sync.permits(mode));
        self.trace(task, EventKind::Release { object: id });
        self.add_permits(semaphore, permits);
        Ok(())
    }

    /// Who could end a wait.
    pub fn holders(&self, info: &WaitInfo) -> Vec<TaskId> {
        let Some(id) = info.object else { return info.holder.into_iter().collect() };
        match &self.objects[id.0 as usize] {
            Object::Sync(sync) => sync.holders.iter().map(|&(holder, _)| holder).collect(),
            Object::Workers(_) => info.holder.into_iter().collect(),
            Object::Channel(_)
            | Object::Event(_)
            | Object::Condition(_)
            | Object::Barrier(_)
            | Object::Future(_) => Vec::new(),
        }
    }
}
