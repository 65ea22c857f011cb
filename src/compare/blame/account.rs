//! All that can be said about the time of one run.

use crate::compare::blame::bill::{Bill, bills};
use crate::compare::blame::graph::Graph;
use crate::compare::blame::path::{Parts, Step, Through, path};
use crate::compare::blame::pattern::{Evidence, Pattern, patterns};
use crate::compare::blame::slack::slack;
use crate::compare::blame::total::{Total, totals};
use crate::compare::blame::wait::{End, Wait, waits};
use crate::compare::blame::worker::Workers;
use crate::compare::comparison::Run;
use crate::compare::follow::Names;
use crate::time::{Duration, Time};

#[derive(Debug)]
pub struct Account {
    pub names: Names,
    pub waits: Vec<Wait>,
    /// For each wait, how much longer it could have been without moving the end.
    pub slack: Vec<Duration>,
    /// The critical path over the workers.
    pub path: Vec<Step>,
    /// The states along the path of the last task itself: they add up to the makespan.
    pub parts: Parts,
    pub totals: Vec<Total>,
    pub bills: Vec<Bill>,
    pub patterns: Vec<Pattern>,
    pub workers: Workers,
}

impl Account {
    /// `None` if the trace was not kept.
    pub fn of(run: &Run) -> Option<Account> {
        // A run that got stuck may have gone on for a while without events.
        let makespan = Time(run.metrics.makespan.0);
        let end = run.trace.last()?.time.max(makespan);
        let graph = Graph::new(&run.trace);
        let mut names = Names::default();
        run.trace.iter().for_each(|event| names.event(event));
        let waits = waits(&graph, end);
        let workers = Workers::of(&run.trace, end);
        let bills = bills(&waits, &workers);
        let evidence = Evidence { run, waits: &waits, bills: &bills, workers: &workers, end };
        let patterns = patterns(&evidence);
        let slack = slack(&graph);
        Some(Account {
            names,
            slack: waits.iter().map(|wait| wait.last.map_or(Duration::ZERO, |at| slack[at])).collect(),
            path: path(&graph, Through::Workers, makespan),
            parts: Parts::of(&path(&graph, Through::Waits, makespan)),
            totals: totals(&waits),
            bills,
            patterns,
            workers,
            waits,
        })
    }

    /// The wait of a task at a moment.
    pub fn wait_at(&self, task: u32, at: Time) -> Option<usize> {
        let lasts = |wait: &Wait| at < wait.to || wait.end == End::Never;
        self.waits.iter().position(|wait| wait.task == task && wait.from <= at && lasts(wait))
    }
}
