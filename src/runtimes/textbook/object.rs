//! The shared objects of a run, by number.

use std::cell::RefMut;

use crate::runtimes::runtime::{Kind, ObjectSpec};
use crate::runtimes::textbook::channel::Channel;
use crate::runtimes::textbook::event::{Barrier, Condition, Event, Future};
use crate::runtimes::textbook::library::Textbook;
use crate::runtimes::textbook::lock::{Lock, RwLock, Semaphore};
use crate::runtimes::textbook::scheduler::Scheduler;
use crate::source::Span;
use crate::value::{ObjectId, Raise, TaskId};

#[derive(Debug)]
pub enum Object {
    Lock(Lock),
    /// A `semaphore` or a `resource`.
    Semaphore(Semaphore),
    RwLock(Box<RwLock>),
    Channel(Box<Channel>),
    Event(Event),
    Condition(Condition),
    Barrier(Barrier),
    Future(Future),
    Workers,
}

/// An error of the program's: the interpreter adds the place.
pub fn error(text: &str) -> Raise {
    Raise::error(text, Span::default())
}

impl<S: Scheduler> Textbook<S> {
    pub fn create_object(&self, spec: ObjectSpec) -> ObjectId {
        let mut objects = self.objects();
        let id = ObjectId(objects.len() as u32);
        let size = spec.size.unwrap_or(1);
        objects.push(match spec.kind {
            Kind::Lock => Object::Lock(Lock::new(spec.inherit || self.scheduler().inherits())),
            Kind::Resource => Object::Semaphore(Semaphore::new(size, true)),
            Kind::Semaphore => Object::Semaphore(Semaphore::new(size, false)),
            Kind::RwLock => Object::RwLock(Box::default()),
            Kind::Channel => Object::Channel(Box::new(Channel::new(spec.size))),
            Kind::Event => Object::Event(Event::default()),
            Kind::Condition => {
                let lock = spec.lock.expect("a condition names its lock");
                Object::Condition(Condition::new(lock))
            }
            Kind::Barrier => Object::Barrier(Barrier::new(size)),
            Kind::Future => Object::Future(Future::default()),
            Kind::Workers => {
                let size = u32::try_from(size).unwrap_or(u32::MAX);
                self.scheduler().add_pool(id, size, spec.processes);
                Object::Workers
            }
        });
        id
    }

    /// One object, if it is of the kind that `pick` picks.
    pub fn object<T>(
        &self,
        id: ObjectId,
        refusal: &str,
        pick: impl FnOnce(&mut Object) -> Option<&mut T>,
    ) -> Result<RefMut<'_, T>, Raise> {
        RefMut::filter_map(self.objects(), |objects| pick(&mut objects[id.0 as usize]))
            .map_err(|_| error(refusal))
    }

    /// Who has an object, in the order in which they got it.
    pub fn owners(&self, id: ObjectId) -> Vec<TaskId> {
        let mut owners: Vec<TaskId> = match &self.objects()[id.0 as usize] {
            Object::Lock(lock) => lock.owner.into_iter().collect(),
            Object::Semaphore(semaphore) => semaphore.holders.iter().copied().collect(),
            Object::RwLock(rwlock) => {
                rwlock.writer.into_iter().chain(rwlock.readers.iter().copied()).collect()
            }
            Object::Channel(_)
            | Object::Event(_)
            | Object::Condition(_)
            | Object::Barrier(_)
            | Object::Future(_)
            | Object::Workers => Vec::new(),
        };
        owners.dedup();
        owners
    }
}
