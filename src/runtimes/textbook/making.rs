//! The shared objects of a run, made as the program declares them.

use crate::runtimes::runtime::{Kind, ObjectSpec};
use crate::runtimes::textbook::library::Textbook;
use crate::runtimes::textbook::object::{
    Barrier, Channel, Condition, Event, Future, Lock, Object, Semaphore,
};
use crate::runtimes::textbook::scheduler::Scheduler;
use crate::value::ObjectId;

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
}
