//! What the changes from task to task cost (`docs/costs.md`), and the meter that sees to it that it is paid.
//!
//! `Threads` charges by itself, since its cores are shared; `Processes` has costs of its own besides
//! those of what runs inside. Every other runtime says what it has been told ([`Runtime::costs`]) and
//! where a task is ([`Runtime::spot`]), and the driving loop charges: to the runtime it looks as if
//! the task began its step with a piece of work.
//!
//! [`Runtime::costs`]: crate::runtimes::runtime::Runtime::costs
//! [`Runtime::spot`]: crate::runtimes::runtime::Runtime::spot

use std::collections::BTreeMap;

use crate::sim::process::Reply;
use crate::time::{Duration, Time};
use crate::value::TaskId;

/// What things cost in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Costs {
    /// A worker goes on to another step or another task.
    pub switch: Duration,
    /// A worker that had nothing to do, or a thread that waited, goes on.
    pub wake: Duration,
    /// A thread begins.
    pub start: Duration,
}

impl Costs {
    /// What is written, else what the preset says, else nothing.
    pub fn written(
        preset: Option<impl Into<Costs>>,
        switch: Option<Duration>,
        wake: Option<Duration>,
        start: Option<Duration>,
    ) -> Costs {
        let preset = preset.map(Into::into).unwrap_or_default();
        Costs {
            switch: switch.unwrap_or(preset.switch),
            wake: wake.unwrap_or(preset.wake),
            start: start.unwrap_or(preset.start),
        }
    }

    pub const fn nanos(switch: u64, wake: u64, start: u64) -> Costs {
        Costs { switch: Duration(switch), wake: Duration(wake), start: Duration(start) }
    }
}

/// Where a task takes a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spot {
    /// The worker's number in the trace.
    pub worker: u32,
    /// One of a pool of named workers, started when it is needed first.
    pub pooled: bool,
}

/// Whether the task that is to be resumed has to pay first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toll {
    Due {
        worker: u32,
        cost: Duration,
    },
    /// Nothing, or it has; and what it is resumed with.
    Paid(Reply),
}

/// Knows of each task whether it begins a step, and of each worker since when it is idle.
#[derive(Debug)]
pub struct Meter {
    costs: Costs,
    /// By the slot of the task.
    steps: Vec<Step>,
    /// When the last step on a worker ended.
    last: BTreeMap<u32, Time>,
}

/// Where a task stands between two resumptions.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// It waits, or was never run.
    Ahead,
    /// It pays, and will be resumed with this.
    Paying(Spot, Reply),
    /// It is at it, and computes or blocks.
    Amid(Spot),
}

impl Meter {
    /// `None` where nothing costs anything.
    pub fn new(costs: Costs) -> Option<Meter> {
        (costs != Costs::default()).then(|| Meter { costs, steps: Vec::new(), last: BTreeMap::new() })
    }

    fn step(&mut self, task: TaskId) -> &mut Step {
        let slot = task.slot as usize;
        if slot >= self.steps.len() {
            self.steps.resize(slot + 1, Step::Ahead);
        }
        &mut self.steps[slot]
    }

    /// The runtime wants a task resumed.
    pub fn resumed(&mut self, task: TaskId, spot: impl FnOnce() -> Spot, now: Time, reply: Reply) -> Toll {
        match *self.step(task) {
            Step::Amid(_) => Toll::Paid(reply),
            Step::Paying(spot, kept) => {
                *self.step(task) = Step::Amid(spot);
                Toll::Paid(kept)
            }
            Step::Ahead => {
                let spot = spot();
                let cost = self.price(spot, now);
                if cost == Duration::ZERO {
                    *self.step(task) = Step::Amid(spot);
                    return Toll::Paid(reply);
                }
                *self.step(task) = Step::Paying(spot, reply);
                Toll::Due { worker: spot.worker, cost }
            }
        }
    }

    fn price(&self, spot: Spot, now: Time) -> Duration {
        let Costs { switch, wake, start } = self.costs;
        let before = match self.last.get(&spot.worker) {
            None if spot.pooled => start,
            None if now > Time::ZERO => wake,
            Some(&last) if now > last => wake,
            None | Some(_) => Duration::ZERO,
        };
        before + switch
    }

    /// The task waits, or has ended.
    pub fn stepped(&mut self, task: TaskId, now: Time) {
        if let Step::Amid(spot) = std::mem::replace(self.step(task), Step::Ahead) {
            self.last.insert(spot.worker, now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOP: Spot = Spot { worker: 0, pooled: false };
    const THREAD: Spot = Spot { worker: 1, pooled: true };

    fn cost(meter: &mut Meter, slot: u32, spot: Spot, now: u64) -> Duration {
        let task = TaskId { slot, serial: slot };
        let cost = match meter.resumed(task, || spot, Time(now), Reply::Interrupted) {
            Toll::Paid(_) => return Duration::ZERO,
            Toll::Due { worker, cost } => {
                assert_eq!(worker, spot.worker);
                cost
            }
        };
        let end = Time(now) + cost;
        let paid = meter.resumed(task, || unreachable!("it is there"), end, Reply::Resumed);
        assert_eq!(paid, Toll::Paid(Reply::Interrupted), "what it was to be resumed with is kept");
        let amid = meter.resumed(task, || unreachable!("it is there"), end, Reply::Resumed);
        assert_eq!(amid, Toll::Paid(Reply::Resumed), "work is no new step");
        meter.stepped(task, end);
        cost
    }

    #[test]
    fn steps_cost_and_idle_workers_are_woken() {
        let mut meter = Meter::new(Costs::nanos(3, 20, 100)).expect("something costs something");
        assert_eq!(cost(&mut meter, 0, LOOP, 0), Duration(3), "nobody slept");
        assert_eq!(cost(&mut meter, 1, LOOP, 3), Duration(3), "it goes on at once");
        assert_eq!(cost(&mut meter, 0, LOOP, 7), Duration(23), "it was idle for a nanosecond");
        assert_eq!(cost(&mut meter, 2, THREAD, 8), Duration(103), "a thread begins");
        assert_eq!(cost(&mut meter, 2, THREAD, 500), Duration(23), "and is kept");
    }

    #[test]
    fn nothing_costs_nothing() {
        assert!(Meter::new(Costs::default()).is_none());
        let mut meter = Meter::new(Costs::nanos(0, 20, 0)).expect("something costs something");
        assert_eq!(cost(&mut meter, 0, LOOP, 0), Duration::ZERO);
    }

    #[test]
    fn what_is_written_goes_first() {
        let preset = Costs::nanos(1, 2, 3);
        let written = Costs::written(Some(preset), None, Some(Duration(5)), None);
        assert_eq!(written, Costs::nanos(1, 5, 3));
        assert_eq!(Costs::written(None::<Costs>, None, None, None), Costs::default());
    }
}
