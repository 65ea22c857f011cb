//! Objects are made, found and asked who holds them.

use crate::runtimes::errors::{error, wrong};
use crate::runtimes::go::core::Core;
use crate::runtimes::go::hchan::{ChanKey, Hchan};
use crate::runtimes::go::objects::{Barrier, Cond, Event, Future, Object, RwMutex, Semaphore, not_held};
use crate::runtimes::go::run::Go;
use crate::runtimes::runtime::{Kind, ObjectSpec};
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::trace::Kind as EventKind;
use crate::value::{ObjectId, Outcome, Raise, TaskId, Value};

impl Core<'_> {
    pub fn create(&mut self, spec: ObjectSpec) -> ObjectId {
        let id = ObjectId(self.objects.len() as u32);
        let size = spec.size.unwrap_or(1);
        let object = match spec.kind {
            Kind::Lock => Object::Mutex(self.new_mutex(Some(id))),
            Kind::Resource => self.new_semaphore(size, true),
            Kind::Semaphore => self.new_semaphore(size, false),
            Kind::RwLock => Object::RwMutex(self.new_rwmutex()),
            Kind::Channel => {
                let channel = self.make(spec.size);
                self.chans[channel].object = Some(id);
                Object::Channel(channel)
            }
            Kind::Event => Object::Event(Event { channel: self.make(Some(0)), set: false }),
            Kind::Condition => {
                let lock = spec.lock.map(|lock| &self.objects[lock.0 as usize]);
                let Some(&Object::Mutex(mutex)) = lock else { unreachable!("a condition names a lock") };
                Object::Cond(Cond { mutex, tickets: Default::default() })
            }
            Kind::Barrier => Object::Barrier(Barrier { parties: size, count: 0, gate: self.make(Some(0)) }),
            Kind::Future => Object::Future(Future { done: self.make(Some(0)), outcome: None }),
            Kind::Workers => Object::Pool(self.chans.insert(Hchan::tokens(size))),
        };
        self.objects.push(object);
        id
    }

    fn new_semaphore(&mut self, size: u64, owned: bool) -> Object {
        let tokens = self.chans.insert(Hchan::tokens(size));
        Object::Semaphore(Semaphore { tokens, holders: Vec::new(), owned })
    }

    fn new_rwmutex(&mut self) -> RwMutex {
        RwMutex {
            w: self.new_mutex(None),
            readers: 0,
            writer: false,
            leaving: 0,
            writer_sema: self.new_sema(),
            reader_sema: self.new_sema(),
            inside: Vec::new(),
            owner: None,
        }
    }

    /// Who could end a wait.
    pub fn holders(&self, info: WaitInfo) -> Vec<TaskId> {
        let Some(id) = info.object else { return info.holder.into_iter().collect() };
        match &self.objects[id.0 as usize] {
            Object::Mutex(n) => self.mutexes[*n].owner.into_iter().collect(),
            Object::Semaphore(semaphore) => semaphore.holders.clone(),
            Object::RwMutex(rw) => rw.owner.into_iter().chain(rw.inside.iter().copied()).collect(),
            Object::Pool(_)
            | Object::Channel(_)
            | Object::Event(_)
            | Object::Cond(_)
            | Object::Barrier(_)
            | Object::Future(_) => info.holder.into_iter().collect(),
        }
    }

    /// A token goes back into its channel.
    pub fn give_token_back(&mut self, id: ObjectId, task: TaskId) -> Result<(), Raise> {
        let Object::Semaphore(semaphore) = &mut self.objects[id.0 as usize] else {
            return Err(wrong("be released"));
        };
        match semaphore.holders.iter().position(|&holder| holder == task) {
            Some(at) => {
                semaphore.holders.remove(at);
            }
            None if semaphore.owned => return Err(not_held("resource")),
            None => {}
        }
        let tokens = semaphore.tokens;
        self.send_now(tokens, Value::None, None)?;
        self.emit(task, EventKind::Release { object: id });
        Ok(())
    }

    /// The last to arrive opens the gate and goes through; the others wait at it.
    pub fn arrive(&mut self, barrier: ObjectId) -> (u64, Option<ChanKey>) {
        let Object::Barrier(this) = &mut self.objects[barrier.0 as usize] else { return (0, None) };
        let place = this.count;
        this.count += 1;
        let gate = this.gate;
        if this.count < this.parties {
            return (place, Some(gate));
        }
        this.count = 0;
        let next = self.make(Some(0));
        if let Object::Barrier(this) = &mut self.objects[barrier.0 as usize] {
            this.gate = next;
        }
        self.close(gate);
        self.chans.remove(gate);
        (place, None)
    }

    /// One who waited at this gate was cancelled.
    pub fn turn_back(&mut self, barrier: ObjectId, gate: ChanKey) {
        if let Object::Barrier(this) = &mut self.objects[barrier.0 as usize]
            && this.gate == gate
        {
            this.count -= 1;
        }
    }

    pub fn set_event(&mut self, id: ObjectId) -> Result<(), Raise> {
        let Object::Event(event) = &mut self.objects[id.0 as usize] else {
            return Err(wrong("be set: it is no event"));
        };
        let channel = event.channel;
        if !std::mem::replace(&mut event.set, true) {
            self.close(channel);
        }
        Ok(())
    }

    /// A new channel takes the place of the closed one.
    pub fn clear_event(&mut self, id: ObjectId) -> Result<(), Raise> {
        let fresh = self.make(Some(0));
        let Object::Event(event) = &mut self.objects[id.0 as usize] else {
            self.chans.remove(fresh);
            return Err(wrong("be cleared: it is no event"));
        };
        if !event.set {
            self.chans.remove(fresh);
            return Ok(());
        }
        event.set = false;
        let old = std::mem::replace(&mut event.channel, fresh);
        self.chans.remove(old);
        Ok(())
    }

    pub fn settle_future(&mut self, id: ObjectId, outcome: Outcome) -> Result<(), Raise> {
        let Object::Future(future) = &mut self.objects[id.0 as usize] else {
            return Err(wrong("be settled: it is no future"));
        };
        if future.outcome.is_some() {
            return Err(error("this future is settled already"));
        }
        future.outcome = Some(outcome);
        let done = future.done;
        self.close(done);
        Ok(())
    }
}

impl Go<'_> {
    pub fn channel(&self, id: ObjectId) -> Result<ChanKey, Raise> {
        let Object::Channel(channel) = self.core().objects[id.0 as usize] else {
            return Err(wrong("be sent to or received from: it is no channel"));
        };
        Ok(channel)
    }
}
