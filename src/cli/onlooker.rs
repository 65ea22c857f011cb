//! Looks in on the runs of a command: says how far they are, and stops them on Ctrl-C.

use std::cell::Cell;

use crate::cli::interrupt::asked;
use crate::cli::output::Output;
use crate::cli::progress::Progress;
use crate::sim::kernel::Pulse;
use crate::time::Time;

/// From so many runs on, runs are counted, and not their events.
const MANY: u64 = 20;

/// Follows all runs of an experiment, one after the other.
#[derive(Debug)]
pub struct Onlooker {
    progress: Progress,
    /// How many runs there will be.
    runs: u64,
    /// No run gets farther than this, if somebody has said so.
    until: Option<Time>,
    /// Runs that are over, and their events.
    over: Cell<u64>,
    before: Cell<u64>,
    /// Events of the run that is on, if one is.
    on: Cell<Option<u64>>,
}

impl Onlooker {
    pub fn new(output: &Output, runs: u64, until: Option<Time>) -> Onlooker {
        let progress = match runs {
            MANY.. => Progress::new(output, Some(runs), "runs"),
            _ => Progress::new(output, None, "events"),
        };
        let (over, before, on) = (Cell::new(0), Cell::new(0), Cell::new(None));
        Onlooker { progress, runs, until, over, before, on }
    }

    /// The run that was on is over, and the next one begins.
    pub fn next(&self) {
        let Some(events) = self.on.replace(Some(0)) else { return };
        self.over.set(self.over.get() + 1);
        self.before.set(self.before.get() + events);
        if self.runs >= MANY {
            self.progress.set(self.over.get());
        }
    }

    /// How many events there will be, where there is something to tell it by: how far runs may go, or runs that are
    /// over already.
    fn expected(&self, now: Time, events: u64) -> Option<u64> {
        let (over, before) = (self.over.get(), self.before.get());
        let each = match self.until {
            Some(until) if now.0 > 0 => u128::from(events) * u128::from(until.0) / u128::from(now.0),
            Some(_) | None => u128::from(before.checked_div(over).filter(|&each| each > 0)?),
        };
        let rest = each.max(u128::from(events)) + each * u128::from(self.runs.saturating_sub(over + 1));
        u64::try_from(rest).ok()?.checked_add(before)
    }
}

impl Pulse for Onlooker {
    fn beat(&self, now: Time, events: u64) -> bool {
        self.on.set(Some(events));
        if self.runs >= MANY {
            self.progress.set(self.over.get());
            return !asked();
        }
        self.progress.set(self.before.get() + events);
        if let Some(expected) = self.expected(now, events) {
            self.progress.expect(expected);
        }
        !asked()
    }
}
