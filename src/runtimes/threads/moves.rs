//! Every move of a thread: ready, on a core, off it again; and what the driving loop asks.

use crate::runtimes::runtime::Next;
use crate::runtimes::threads::cores::Slicing;
use crate::runtimes::threads::machine::Machine;
use crate::runtimes::threads::thread::{Aim, Side, Stage};
use crate::sim::agenda::{Class, Due};
use crate::sim::process::{Effect, Reply};
use crate::sim::trace::{Cause, CauseKind, Kind};
use crate::time::{Duration, Time};
use crate::value::TaskId;

impl Machine<'_> {
    /// What was due of this thread, or about to be stepped, is so no more.
    pub fn stale(&mut self, slot: usize) {
        let thread = &mut self.threads[slot];
        thread.epoch = thread.epoch.wrapping_add(1);
        thread.due = None;
    }

    fn schedule(&mut self, slot: usize, time: Time, class: Class) {
        self.stale(slot);
        let thread = &mut self.threads[slot];
        thread.due = Some(time);
        self.kernel.at(time, class, Due::Worker { worker: slot as u32, epoch: thread.epoch });
    }

    pub fn ready(&mut self, slot: usize, aim: Aim, front: bool) {
        self.stale(slot);
        let thread = &mut self.threads[slot];
        let cores = &mut self.cores[thread.side as usize];
        let urgency = cores.urgency(thread.priority);
        let ticket = if front {
            cores.queue.push_front(thread.task, urgency)
        } else {
            cores.queue.push_back(thread.task, urgency)
        };
        thread.stage = Stage::Ready { aim, since: self.kernel.now(), ticket };
    }

    pub fn leave_core(&mut self, slot: usize) {
        let thread = &self.threads[slot];
        if let Some(core) = thread.core() {
            let cores = &mut self.cores[thread.side as usize];
            cores.release(core, thread.number, thread.priority, self.kernel.now());
        }
    }

    fn give_core(&mut self, task: TaskId) {
        let slot = task.slot as usize;
        let now = self.kernel.now();
        let thread = &mut self.threads[slot];
        let Stage::Ready { aim, .. } = thread.stage else { unreachable!("only ready threads are queued") };
        let cores = &mut self.cores[thread.side as usize];
        let core = cores.take(task, thread.priority);
        let switch = if cores.passes(core, thread.number, now) { self.costs.switch } else { Duration::ZERO };
        let cost = std::mem::take(&mut thread.owed) + switch;
        if cost == Duration::ZERO {
            return self.run(slot, core, aim);
        }
        let until = now + cost;
        thread.stage = Stage::Switching { core, aim, until };
        self.kernel.emit(Some(task), self.worker(task), Kind::Switch { cost });
        self.schedule(slot, until, Class::Worker);
    }

    /// A slice begins.
    fn run(&mut self, slot: usize, core: u32, aim: Aim) {
        let thread = &mut self.threads[slot];
        let task = thread.task;
        self.cores[thread.side as usize].begin_slice(core, self.kernel.now());
        thread.stage = Stage::Stepping { core, reply: Reply::Resumed };
        self.kernel.emit(Some(task), self.worker(task), Kind::Run);
        match aim {
            Aim::Step(reply) => self.step(slot, core, reply),
            Aim::Burst(d) => self.compute(slot, core, d),
        }
    }

    fn step(&mut self, slot: usize, core: u32, reply: Reply) {
        self.stale(slot);
        self.threads[slot].stage = Stage::Stepping { core, reply };
        self.steps.push_back((slot as u32, self.threads[slot].epoch));
    }

    /// Computes, unless its slice is over just now.
    fn compute(&mut self, slot: usize, core: u32, d: Duration) {
        if d == Duration::ZERO {
            return self.burst_over(slot, core);
        }
        let now = self.kernel.now();
        let until = now + d;
        self.threads[slot].stage = Stage::Working { core, until };
        let end = self.slice_end(slot, core);
        if end == Some(now) {
            return self.preempt(slot);
        }
        if end.is_none() {
            // Its slice has no end: should others begin to wait before the cores are dealt out
            // again, it is to be looked at.
            self.cores[self.threads[slot].side as usize].watched = false;
        }
        self.schedule(slot, end.map_or(until, |end| end.min(until)), Class::Worker);
    }

    fn burst_over(&mut self, slot: usize, core: u32) {
        let task = self.threads[slot].task;
        self.kernel.emit(Some(task), self.worker(task), Kind::Resume);
        self.step(slot, core, Reply::Resumed);
    }

    /// When the thread on this core is to make way, if others are ready and no core is free.
    fn slice_end(&self, slot: usize, core: u32) -> Option<Time> {
        let cores = &self.cores[self.threads[slot].side as usize];
        if !cores.contended() {
            return None;
        }
        let head = cores.queue.head()?;
        let Stage::Ready { since, .. } = self.threads[head.slot as usize].stage else { return None };
        cores.boundary(core, since, self.kernel.now())
    }

    /// Takes the core from a thread, which is ready again: behind its equals when its time is
    /// over, before them when somebody more urgent came.
    fn preempt(&mut self, slot: usize) {
        let thread = &self.threads[slot];
        let aim = match thread.stage {
            Stage::Working { until, .. } => Aim::Burst(until.since(self.kernel.now())),
            Stage::Stepping { reply, .. } => Aim::Step(reply),
            Stage::Switching { aim, .. } => aim,
            Stage::Queued | Stage::Ready { .. } | Stage::Blocking | Stage::Waiting => {
                unreachable!("only a thread on a core is preempted")
            }
        };
        let front = self.cores[thread.side as usize].slicing == Slicing::Urgency;
        let task = thread.task;
        self.kernel.emit(Some(task), self.worker(task), Kind::Preempt);
        self.leave_core(slot);
        self.ready(slot, aim, front);
    }

    // ── the driving loop ──────────────────────────────────────────────────

    pub fn yielded(&mut self, task: TaskId, effect: Effect) {
        let slot = task.slot as usize;
        let core = self.threads[slot].core().expect("only a thread on a core takes steps");
        match effect {
            Effect::Work(d) => self.compute(slot, core, d),
            Effect::Block(d) => {
                if !self.has_own_lane(task) {
                    // The lane is the core's, and the core is free meanwhile.
                    let cause = Cause::new(CauseKind::Io);
                    self.kernel.emit(Some(task), self.worker(task), Kind::Wait { cause, held: false });
                }
                self.leave_core(slot);
                self.threads[slot].stage = Stage::Blocking;
                self.schedule(slot, self.kernel.now() + d, Class::Timer);
            }
            Effect::Await => {
                self.leave_core(slot);
                self.stale(slot);
                self.threads[slot].stage = Stage::Waiting;
                if let Some(reply) = self.threads[slot].woken.take() {
                    self.ready(slot, Aim::Step(reply), false);
                }
            }
        }
    }

    pub fn due(&mut self, due: Due) {
        let Due::Worker { worker, .. } = due else { return };
        let slot = worker as usize;
        let now = self.kernel.now();
        let thread = &mut self.threads[slot];
        thread.due = None;
        match thread.stage {
            Stage::Blocking => {
                thread.owed = self.costs.wake;
                self.kernel.emit(Some(thread.task), thread.lane, Kind::Wake { by: None });
                self.ready(slot, Aim::Burst(Duration::ZERO), false);
            }
            Stage::Switching { core, aim, .. } => self.run(slot, core, aim),
            Stage::Working { core, until } if until <= now => self.burst_over(slot, core),
            Stage::Working { core, until } => match self.slice_end(slot, core) {
                Some(end) if end <= now => self.preempt(slot),
                end => self.schedule(slot, end.map_or(until, |end| end.min(until)), Class::Worker),
            },
            Stage::Queued | Stage::Ready { .. } | Stage::Stepping { .. } | Stage::Waiting => {
                debug_assert!(false, "nothing is due of a thread at rest");
            }
        }
    }

    pub fn live(&self, due: Due) -> bool {
        match due {
            Due::Worker { worker, epoch } => {
                self.threads.get(worker as usize).is_some_and(|t| t.epoch == epoch && t.due.is_some())
            }
            Due::Wake { .. } | Due::Timer { .. } => false,
        }
    }

    /// Who runs next.
    pub fn turn(&mut self) -> Next {
        self.dispatch(Side::Main);
        self.dispatch(Side::Others);
        while let Some((slot, epoch)) = self.steps.pop_front() {
            let thread = &self.threads[slot as usize];
            if let Stage::Stepping { reply, .. } = thread.stage
                && thread.epoch == epoch
            {
                return Next::Resume(thread.task, reply);
            }
        }
        Next::Advance
    }

    /// Free cores go to the threads at the head of the queue; then those on cores may have to make way.
    fn dispatch(&mut self, side: Side) {
        loop {
            while self.cores[side as usize].any_free()
                && let Some(task) = self.cores[side as usize].queue.pop()
            {
                self.give_core(task);
            }
            let Some(victim) = self.cores[side as usize].lesser() else { break };
            // No core changes hands for ever, be the queue in whatever order.
            if !self.kernel.count_steps(1) {
                break;
            }
            self.preempt(victim.slot as usize);
        }
        self.watch(side);
    }

    /// Once others begin to wait for a core, every slice has an end.
    fn watch(&mut self, side: Side) {
        let cores = &mut self.cores[side as usize];
        let wanted = !cores.queue.is_empty();
        let before = std::mem::replace(&mut cores.watched, wanted);
        if !wanted || before || matches!(cores.slicing, Slicing::None | Slicing::Urgency) {
            return;
        }
        let occupants = cores.occupants();
        self.kernel.count_steps(occupants.len() as u64);
        for task in occupants {
            let slot = task.slot as usize;
            let Stage::Working { core, .. } = self.threads[slot].stage else { continue };
            let Some(end) = self.slice_end(slot, core) else { continue };
            if self.threads[slot].due.is_none_or(|due| end < due) {
                self.schedule(slot, end, Class::Worker);
            }
        }
    }
}
