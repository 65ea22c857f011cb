//! One run made ready to be stepped through: everything that does not change while stepping.

use crate::compare::blame::account::Account;
use crate::compare::comparison::{Lane, Run, Timeline};
use crate::compare::replay::tape::Replay;
use crate::compare::timeline;
use crate::report::text::Lanes;
use crate::sim::trace::Role;
use crate::time::Time;

#[derive(Debug)]
pub struct Reel {
    pub run: Run,
    pub account: Account,
    pub replay: Replay,
    workers: Timeline,
    tasks: Timeline,
}

impl Reel {
    /// `None` if the trace was not kept.
    pub fn of(run: Run) -> Option<Reel> {
        let account = Account::of(&run)?;
        let replay = Replay::of(&run, &account);
        let end = run.trace.last()?.time;
        let mut workers = timeline::workers(&run.trace, end);
        // A worker that never works is worth seeing; a main thread or a pool that does nothing is not.
        workers.lanes.retain(|lane| lane.role == Some(Role::Worker) || !lane.segments.is_empty());
        let tasks = timeline::tasks(&run.trace, end);
        Some(Reel { run, account, replay, workers, tasks })
    }

    pub fn lanes(&self, lanes: Lanes) -> &[Lane] {
        match lanes {
            Lanes::Workers => &self.workers.lanes,
            Lanes::Tasks => &self.tasks.lanes,
        }
    }

    /// Where the clock stopped.
    pub fn end(&self) -> Time {
        self.tasks.end
    }
}
