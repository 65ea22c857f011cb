//! The event loop: queues drained between callbacks, and the phases timers, poll, check (libuv 1.46
//! `uv_run`, `lib/internal/timers.js`, `process/task_queues.js`; J14 to J19, J23 to J25, J40, J41).

use crate::runtimes::js::core::{Core, POLL};
use crate::runtimes::js::keys::{ListKey, TimerKey};
use crate::runtimes::js::promises::{Job, Reaction};
use crate::runtimes::js::records::{Loop, Stage};
use crate::runtimes::js::settings::Host;
use crate::runtimes::js::timers::{Action, Head, Timer};
use crate::runtimes::keys::of_timer;
use crate::runtimes::runtime::Next;
use crate::sim::agenda::{Class, Due};
use crate::sim::process::Reply;
use crate::sim::trace::{Kind as EventKind, Queue};
use crate::time::Time;
use crate::value::{TaskId, Value};

enum Turn {
    Step(TaskId),
    Again,
    /// The loop sleeps in its poll.
    Asleep,
}

impl Core<'_> {
    /// An entry of the agenda: a poll is to wake up, a timer's time has come, a burst of work is over.
    pub fn due(&mut self, due: Due) {
        match due {
            Due::Wake { .. } => {}
            Due::Timer { slot, .. } if slot & POLL != 0 => self.loops[(slot & !POLL) as usize].alarm = None,
            Due::Timer { slot, serial } => self.time_has_come(of_timer(slot, serial)),
            Due::Worker { worker, epoch } => {
                let this = &mut self.loops[worker as usize];
                if this.epoch == epoch {
                    this.resume = this.busy.take();
                    let (task, worker) = (this.resume, this.worker);
                    self.kernel.emit(task, Some(worker), EventKind::Resume);
                }
            }
        }
    }

    pub fn live(&self, due: Due) -> bool {
        match due {
            Due::Wake { .. } => false,
            Due::Worker { .. } => true,
            Due::Timer { slot, serial } if slot & POLL != 0 => {
                self.loops[(slot & !POLL) as usize].alarm.is_some_and(|(_, number)| number == serial)
            }
            Due::Timer { slot, serial } => self.loops[0].timers.get(of_timer(slot, serial)).is_some(),
        }
    }

    /// Whom the timer will wake is ready from now on, though the loop may notice later.
    fn time_has_come(&mut self, timer: TimerKey) {
        let waiter = match self.loops[0].timers.get(timer).map(|timer| timer.action) {
            Some(Action::Call(task)) => Some(task),
            Some(Action::Fulfil(promise)) => self.promises.get(promise).and_then(|promise| {
                promise.reactions.iter().find_map(|&(reaction, _)| match reaction {
                    Reaction::Resume(task) => Some(task),
                    _other => None,
                })
            }),
            Some(Action::Arm(..) | Action::Deadline(_) | Action::Results(_)) | None => None,
        };
        if let Some(task) = waiter
            && self.now_ready(task, None)
        {
            self.stands(task, Queue::Timers);
        }
    }

    /// Runs jobs until a task's code is to be run, or nothing can.
    pub fn run(&mut self) -> Next {
        loop {
            if self.over {
                return Next::Over;
            }
            match self.turn() {
                Turn::Step(task) => {
                    self.current = Some(task);
                    return Next::Resume(task, Reply::Resumed);
                }
                Turn::Again => {}
                Turn::Asleep => {
                    let idle = |this: &Loop| this.busy.is_none() && this.timers.next().is_none();
                    if self.outstanding == 0 && self.loops.iter().all(idle) {
                        return Next::Over;
                    }
                    return Next::Advance;
                }
            }
        }
    }

    fn turn(&mut self) -> Turn {
        for n in 0..self.loops.len() {
            if self.loops[n].busy.is_some() {
                continue;
            }
            self.current_loop = n;
            match self.progress(n) {
                Turn::Asleep => {}
                other => return other,
            }
        }
        // A loop later in line may have sent something to one that was passed already.
        let left = |n: &Loop| n.busy.is_none() && !n.inbox.is_empty();
        if self.loops.iter().any(left) { Turn::Again } else { Turn::Asleep }
    }

    /// One callback or job of a loop.
    fn progress(&mut self, n: usize) -> Turn {
        if let Some(task) = self.loops[n].resume.take() {
            return Turn::Step(task);
        }
        loop {
            let task = if let Stage::Called { list, frozen } = self.loops[n].stage {
                self.current = None;
                self.look_at(list, frozen, true)
            } else if let Some(job) = self.next_job() {
                self.run_job(job)
            } else {
                self.current = None;
                if self.fatal {
                    self.over = true;
                    return Turn::Again;
                }
                match self.stage() {
                    Turn::Step(task) => Some(task),
                    Turn::Again => None,
                    Turn::Asleep => return Turn::Asleep,
                }
            };
            if let Some(task) = task {
                self.began(task);
                return Turn::Step(task);
            }
            if self.over {
                return Turn::Again;
            }
        }
    }

    /// Ticks to empty, then promise jobs to empty, and again while there are any (J14).
    fn next_job(&mut self) -> Option<Job> {
        let this = self.here();
        if !this.draining {
            if let Some(job) = this.ticks.pop_front() {
                return Some(job);
            }
            this.draining = true;
        }
        if let Some(job) = this.jobs.pop_front() {
            return Some(job);
        }
        this.draining = false;
        this.ticks.pop_front()
    }

    /// The queues are empty: the loop goes on.
    fn stage(&mut self) -> Turn {
        let step = |task: Option<TaskId>| task.map_or(Turn::Again, Turn::Step);
        let stage = self.here().stage;
        match stage {
            Stage::Timers if self.host == Host::Browser => self.browser(),
            Stage::Timers => {
                let now = self.now();
                let frozen = self.here().timers.begin(now);
                step(self.look_at_top(frozen, false))
            }
            Stage::Called { .. } => unreachable!("what follows a callback does not wait for its jobs"),
            Stage::Timer { timer, list, frozen } => step(self.call(timer, list, frozen)),
            Stage::List { list, frozen } => step(self.look_at(list, frozen, false)),
            Stage::Passed => {
                // J23b: libuv before 1.48 looks at its heap again.
                let again = self.here().timers.again();
                self.here().stage = if again { Stage::Timers } else { Stage::Poll };
                Turn::Again
            }
            Stage::Poll => self.poll(),
            Stage::Check(0) => {
                self.here().stage = Stage::Timers;
                Turn::Again
            }
            Stage::Check(left) => {
                self.here().stage = Stage::Check(left - 1);
                let job = self.here().immediates.pop_front();
                step(job.and_then(|job| self.run_job(job)))
            }
        }
    }

    // ── the timers phase ──────────────────────────────────────────────────

    /// `processTimers`: lists in order of expiry and id, up to the time at which the phase began
    /// (J22, J23). Between two lists the queues are drained, but the next list is chosen before that.
    fn look_at_top(&mut self, frozen: u64, ran: bool) -> Option<TaskId> {
        match self.here().timers.top(frozen) {
            None => {
                self.here().timers.end();
                self.here().stage = Stage::Passed;
                None
            }
            Some(list) if ran => {
                self.here().stage = Stage::List { list, frozen };
                None
            }
            Some(list) => self.look_at(list, frozen, false),
        }
    }

    /// `listOnTimeout` (J24): the same for the timers of a list.
    fn look_at(&mut self, list: ListKey, frozen: u64, ran: bool) -> Option<TaskId> {
        match self.here().timers.head(list, frozen) {
            Head::Empty | Head::Early => self.look_at_top(frozen, true),
            Head::Due(timer) if ran => {
                self.here().stage = Stage::Timer { timer, list, frozen };
                None
            }
            Head::Due(timer) => self.call(timer, list, frozen),
        }
    }

    /// Calls a timer, unless a job has cleared it meanwhile (J28).
    fn call(&mut self, timer: TimerKey, list: ListKey, frozen: u64) -> Option<TaskId> {
        self.here().stage = Stage::Called { list, frozen };
        let timer = self.here().timers.take(timer)?;
        self.fire(timer)
    }

    fn fire(&mut self, timer: Timer) -> Option<TaskId> {
        self.here().nesting = timer.nesting;
        match timer.action {
            Action::Call(task) => {
                self.now_ready(task, None);
                return Some(task);
            }
            Action::Fulfil(promise) => self.settle(promise, Ok(Value::None)),
            Action::Arm(promise, arm) => self.settle_as(promise, Ok(Value::None), Some(arm)),
            Action::Deadline(deadline) => self.deadline_passed(deadline),
            Action::Results(results) => self.results_timeout(results),
        }
        None
    }

    // ── poll ──────────────────────────────────────────────────────────────

    /// Messages of other loops; then immediates, if there are any; else the loop sleeps until the
    /// first list expires (J16, J17).
    fn poll(&mut self) -> Turn {
        let now = self.now();
        let this = self.here();
        this.nesting = 0;
        if let Some(job) = this.inbox.pop_front() {
            return self.run_job(job).map_or(Turn::Again, Turn::Step);
        }
        if !this.immediates.is_empty() {
            this.stage = Stage::Check(this.immediates.len());
            return Turn::Again;
        }
        match this.timers.next() {
            Some(expiry) if expiry <= now => {
                this.stage = Stage::Timers;
                Turn::Again
            }
            Some(expiry) => {
                self.set_alarm(expiry.0);
                Turn::Asleep
            }
            None => Turn::Asleep,
        }
    }

    /// The agenda wakes the loop when its next timer is due.
    fn set_alarm(&mut self, expiry: u64) {
        let n = self.current_loop;
        let this = self.here();
        if this.alarm.is_some_and(|(time, _)| time == expiry) {
            return;
        }
        this.alarms += 1;
        this.alarm = Some((expiry, this.alarms));
        let due = Due::Timer { slot: POLL | n as u32, serial: this.alarms };
        self.kernel.at(Time(expiry), Class::Timer, due);
    }

    /// A browser: every timer is a task of its own, and the clock is read anew for each (J40, J41).
    fn browser(&mut self) -> Turn {
        let now = self.now();
        let this = self.here();
        this.nesting = 0;
        if let Some(timer) = this.timers.first_due(now)
            && let Some(timer) = this.timers.take(timer)
        {
            return self.fire(timer).map_or(Turn::Again, Turn::Step);
        }
        if let Some(job) = this.inbox.pop_front().or_else(|| this.immediates.pop_front()) {
            return self.run_job(job).map_or(Turn::Again, Turn::Step);
        }
        if let Some(expiry) = this.timers.next() {
            self.set_alarm(expiry.0);
        }
        Turn::Asleep
    }
}
