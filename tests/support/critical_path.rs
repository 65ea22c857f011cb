//! The critical path of a trace: from the last end back to the start, without a gap.

use cosim::lang::program::{Combinator, Op, Program};
use cosim::sim::trace::{CauseKind, Event, Kind};

/// Walks back from the last event at which a task ended. Every step goes to what the event had to
/// wait for: a task's own time that passed (computing, a device, the clock, the cost of a switch), the
/// task that held the worker, the one that released it, the one that spawned it. Says which step
/// cannot be explained; otherwise the lengths of the steps add up to the makespan.
pub fn broken(program: &Program, trace: &[Event]) -> Option<String> {
    let deadlines = program.code.iter().any(sets_a_deadline);
    let ended = |event: &&Event| matches!(event.kind, Kind::Done | Kind::Failed { .. } | Kind::Cancelled);
    let mut at = trace.iter().rposition(|event| ended(&event))?;
    let mut length = 0;
    let end = trace[at].time.0;
    while let Some((before, owned)) = cause(trace, at, deadlines) {
        let gap = trace[at].time.0 - trace[before].time.0;
        if gap > 0 && !owned {
            return Some(format!("{:?} did not follow from {:?}", trace[at], trace[before]));
        }
        length += gap;
        at = before;
    }
    (length != end).then(|| {
        format!("the critical path is {length} ns long, the makespan {end} ns; it began at {:?}", trace[at])
    })
}

/// What an event had to wait for, and whether the time between passed in the task's own right.
fn cause(trace: &[Event], at: usize, deadlines: bool) -> Option<(usize, bool)> {
    let event = &trace[at];
    let task = event.task?;
    let last_of = |task: u32| trace[..at].iter().rposition(|e| e.task == Some(task) && !is_decision(e));
    match &event.kind {
        Kind::Spawn { parent: Some(parent), .. } => last_of(*parent).map(|n| (n, false)),
        Kind::Spawn { parent: None, .. } => None,
        // The end of a child may be noticed later, when the loop has done with somebody else.
        Kind::Wake { by: Some(by) } => {
            let by = last_of(*by)?;
            let busy =
                |e: &Event| e.time == event.time && e.task.is_some_and(|other| other != task) && leaves(e);
            if trace[by].time == event.time {
                return Some((by, false));
            }
            // What had ended long before is waited for no time at all.
            let own = last_of(task).filter(|&own| trace[own].time == event.time);
            Some((trace[..at].iter().rposition(busy).or(own).unwrap_or(by), false))
        }
        // The clock, a device, a deadline.
        Kind::Wake { by: None } => last_of(task).map(|n| (n, deadlines || passes_by_itself(&trace[n]))),
        Kind::Run | Kind::Switch { .. } => {
            let own = last_of(task)?;
            if trace[own].time == event.time || matches!(trace[own].kind, Kind::Switch { .. }) {
                return Some((own, true));
            }
            // It was ready and waited: for whoever was on the worker until this moment.
            let now = |e: &Event| e.time == event.time && e.task.is_some_and(|other| other != task);
            let here = |e: &Event| now(e) && e.worker == event.worker;
            // Pool threads share cores: the core may come from a task on another thread.
            let there = |e: &Event| now(e) && leaves(e);
            match trace[..at].iter().rposition(here).or_else(|| trace[..at].iter().rposition(there)) {
                Some(n) => Some((n, false)),
                None => Some((own, false)),
            }
        }
        _other => last_of(task).map(|n| (n, true)),
    }
}

fn is_decision(event: &Event) -> bool {
    matches!(event.kind, Kind::Decision { .. })
}

/// Does the task let go of what it ran on?
fn leaves(event: &Event) -> bool {
    matches!(
        event.kind,
        Kind::Wait { .. }
            | Kind::Hold { .. }
            | Kind::Preempt
            | Kind::Yield
            | Kind::Done
            | Kind::Failed { .. }
            | Kind::Cancelled
    )
}

/// A sleep or a device: nobody need do anything.
fn passes_by_itself(event: &Event) -> bool {
    match &event.kind {
        Kind::Wait { cause, .. } => matches!(cause.kind, CauseKind::Sleep | CauseKind::Io),
        Kind::Hold { .. } => true,
        _other => false,
    }
}

fn sets_a_deadline(op: &Op) -> bool {
    matches!(
        op,
        Op::TimeoutEnter { .. }
            | Op::Select { .. }
            | Op::Combine { with: Combinator::WaitFor | Combinator::AsCompleted, .. }
    )
}
