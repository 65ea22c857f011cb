//! The scheduler: who runs next, for how long, and what happens to a processor (proc.go; G4 to G10, G20, G21).

use crate::runtimes::go::core::Core;
use crate::runtimes::go::keys::GKey;
use crate::runtimes::go::processor::{P, Status};
use crate::runtimes::go::records::{Body, Fire, Place};
use crate::runtimes::keys::{due, of_timer};
use crate::runtimes::runtime::Next;
use crate::sim::agenda::{Class, Due};
use crate::sim::process::Reply;
use crate::sim::trace::{Cause, CauseKind, Kind as EventKind};
use crate::time::Duration;
use crate::value::TaskId;

/// Every so many dispatches the global queue is looked at first (G4).
const GLOBAL_TURN: u32 = 61;
/// As many come from the global queue at once as fill half a ring (G4).
const BATCH: usize = 128;

impl Core<'_> {
    /// A timer is due, a burst of work is over, or a system call returns.
    pub fn due(&mut self, due: Due) {
        match due {
            Due::Wake { .. } => {}
            Due::Timer { slot, serial } => {
                let timer = of_timer(slot, serial);
                if matches!(self.timers.get(timer), Some(Fire::Return(_))) {
                    if let Some(Fire::Return(g)) = self.timers.remove(timer) {
                        self.exit_syscall(g);
                    }
                } else if self.timers.contains_key(timer) {
                    self.expire(timer);
                }
            }
            Due::Worker { worker, epoch } => {
                let n = worker as usize;
                if self.ps[n].epoch == epoch && self.ps[n].status == Status::Working {
                    self.burst_over(n);
                }
            }
        }
    }

    /// Goes round the processors until a task is to be resumed, or nobody can run.
    pub fn run(&mut self) -> Next {
        loop {
            let mut moved = false;
            for _ in 0..self.ps.len() {
                if self.over {
                    return Next::Over;
                }
                match self.ps[self.this].status {
                    Status::Searching => {
                        self.schedule();
                        moved = true;
                    }
                    Status::Running => {
                        if let Some(task) = self.ps[self.this].current.and_then(|g| self.task_of(g)) {
                            return Next::Resume(task, Reply::Resumed);
                        }
                    }
                    Status::Idle | Status::Working => self.next_processor(),
                }
            }
            if !moved {
                return Next::Advance;
            }
        }
    }

    /// The processors take turns; with one of them there is nothing to decide.
    fn next_processor(&mut self) {
        self.this = (self.this + 1) % self.ps.len();
    }

    /// `schedule`: finds somebody to run, or the processor is idle (G4).
    fn schedule(&mut self) {
        self.check_timers();
        // A system call that has returned may have taken this processor meanwhile.
        if self.ps[self.this].status != Status::Searching {
            return;
        }
        match self.find_runnable() {
            Some((g, inherit)) => self.execute(g, inherit),
            None => self.ps[self.this].status = Status::Idle,
        }
    }

    fn find_runnable(&mut self) -> Option<(GKey, bool)> {
        if self.ps[self.this].schedtick.is_multiple_of(GLOBAL_TURN)
            && let Some(g) = self.global.pop_front()
        {
            return Some((g, false));
        }
        let p = &mut self.ps[self.this];
        if let Some(g) = p.runnext.take() {
            return Some((g, true));
        }
        if let Some(g) = p.ring.pop_front() {
            return Some((g, false));
        }
        let share = self.global.len() / self.ps.len() + 1;
        let n = self.global.len().min(share).min(BATCH);
        if n > 0 {
            let mut batch = self.global.drain(..n);
            let first = batch.next();
            self.ps[self.this].ring.extend(batch);
            return first.map(|g| (g, false));
        }
        self.steal().map(|g| (g, false))
    }

    /// Takes half of another processor's ring, or, if it has none and is at work, whom it would
    /// run next (`runqsteal`; G20). Whom it steals from is anybody's.
    fn steal(&mut self) -> Option<GKey> {
        let worth = |p: &P| !p.ring.is_empty() || (p.status == Status::Working && p.runnext.is_some());
        let victims: Vec<usize> = (0..self.ps.len()).filter(|&n| worth(&self.ps[n])).collect();
        if victims.is_empty() {
            return None;
        }
        let victim = victims[self.kernel.pick(None, victims.len() as u32) as usize];
        let half = self.ps[victim].ring.len().div_ceil(2);
        if half == 0 {
            return self.ps[victim].runnext.take();
        }
        let mut taken: Vec<GKey> = self.ps[victim].ring.drain(..half).collect();
        let last = taken.pop();
        self.ps[self.this].ring.extend(taken);
        last
    }

    /// `execute`: the tick moves on unless the goroutine inherits the slice (G5).
    fn execute(&mut self, g: GKey, inherit: bool) {
        let now = self.now();
        let p = &mut self.ps[self.this];
        if !inherit {
            p.schedtick = p.schedtick.wrapping_add(1);
            p.slice_start = now;
        }
        p.current = Some(g);
        p.status = Status::Running;
        match self.gs[g].body {
            Body::Task(task) => {
                if matches!(self.gs[g].place, Place::Wanted(_)) && !self.take_place(g, task) {
                    return;
                }
                self.running(task);
                if self.gs[g].work_left > Duration::ZERO {
                    self.work();
                }
            }
            Body::Exit => self.over = true,
            Body::Cancel(context) => {
                self.cancel_context(context);
                self.gs.remove(g);
                self.leave_processor();
            }
            Body::Forward { from, to, child } => {
                self.forward(g, from, to, child);
                self.leave_processor();
            }
        }
    }

    fn running(&mut self, task: TaskId) {
        let back = self.ps[self.this].current.is_some_and(|g| std::mem::take(&mut self.gs[g].away));
        if self.kernel.tracing() {
            self.kernel.set_place(None);
            self.kernel.emit(Some(task), Some(self.this as u32), EventKind::Run);
            if back {
                self.kernel.emit(Some(task), Some(self.this as u32), EventKind::Resume);
            }
        }
    }

    /// The goroutine that ran has parked, is in a queue again, or has ended (G10).
    pub fn leave_processor(&mut self) {
        let p = &mut self.ps[self.this];
        p.current = None;
        p.status = Status::Searching;
    }

    /// The goroutine of this processor computes until it is done or its slice is used up (G9).
    pub fn work(&mut self) {
        let n = self.this;
        let now = self.now();
        let Some(g) = self.ps[n].current else { return };
        let left = self.gs[g].work_left;
        if left == Duration::ZERO {
            self.ps[n].status = Status::Running;
            return;
        }
        let slice_end = self.slice.map(|slice| self.ps[n].slice_start + slice);
        if slice_end.is_some_and(|end| end <= now) {
            return self.preempt(g);
        }
        self.burst(slice_end.map_or(left, |end| left.min(end.since(now))));
    }

    /// It computes for so long, and nobody moves it aside.
    pub fn burst(&mut self, d: Duration) {
        let (n, now) = (self.this, self.now());
        let p = &mut self.ps[n];
        p.status = Status::Working;
        p.burst_start = now;
        p.epoch = p.epoch.wrapping_add(1);
        let due = Due::Worker { worker: n as u32, epoch: p.epoch };
        self.kernel.at(now + d, Class::Worker, due);
    }

    /// `goschedImpl`: to the end of the global queue (G7, G9).
    fn preempt(&mut self, g: GKey) {
        if let Some(task) = self.task_of(g) {
            self.kernel.emit(Some(task), Some(self.this as u32), EventKind::Preempt);
        }
        self.global.push_back(g);
        self.leave_processor();
        self.wakep();
    }

    fn burst_over(&mut self, n: usize) {
        let this = std::mem::replace(&mut self.this, n);
        let done = self.now().since(self.ps[n].burst_start);
        if let Some(g) = self.ps[n].current {
            let left = self.gs[g].work_left - done;
            self.gs[g].work_left = left;
            if left == Duration::ZERO
                && let Some(task) = self.task_of(g)
            {
                self.kernel.emit(Some(task), Some(n as u32), EventKind::Resume);
            }
            self.work();
        }
        self.this = this;
    }

    // ── system calls ──────────────────────────────────────────────────────

    /// `entersyscall`: the thread blocks, the processor goes to others (G21).
    pub fn enter_syscall(&mut self, g: GKey, d: Duration) {
        if d == Duration::ZERO {
            return;
        }
        if let Some(task) = self.task_of(g) {
            let cause = Cause::new(CauseKind::Io);
            self.kernel.emit(Some(task), Some(self.this as u32), EventKind::Wait { cause, held: false });
        }
        (self.gs[g].waiting, self.gs[g].away) = (true, true);
        let timer = self.timers.insert(Fire::Return(g));
        self.kernel.after(d, Class::External, due(timer));
        self.leave_processor();
    }

    /// `exitsyscall`: to the end of the global queue, where an idle processor finds it (G21).
    pub fn exit_syscall(&mut self, g: GKey) {
        self.ready_by(g, None);
        self.global.push_back(g);
        self.wakep();
    }
}
