//! One event in words, and where it leaves its task.

use crate::compare::follow::Names;
use crate::compare::replay::moment::{Seen, Stance};
use crate::lang::program::Program;
use crate::report::lines::clean;
use crate::report::terms::queue_word;
use crate::report::why::wait::awaited;
use crate::report::why::words::{name, object};
use crate::sim::trace::{Cause, CauseKind, Event, Kind, Observed, State};
use crate::time::show_nanos;
use crate::value::ObjectId;

/// `load(1) has machine`, without a full stop.
pub fn tell(event: &Event, names: &Names, program: &Program) -> String {
    let who = event.task.map_or_else(|| "nobody".to_string(), |task| name(names, task));
    let thing = |id: ObjectId| object(program, Some(id)).unwrap_or_default();
    match &event.kind {
        Kind::Worker { name, .. } => format!("{} is there", clean(name)),
        Kind::Spawn { parent: Some(parent), .. } => format!("{} spawns {who}", name(names, *parent)),
        Kind::Spawn { parent: None, .. } => format!("{who} is there"),
        Kind::Switch { cost } => format!("{} changes to {who}, for {cost}", on(event, names)),
        Kind::Run => format!("{} runs {who}", on(event, names)),
        Kind::Work { duration, label } => {
            format!("{who} computes for {duration}{}", quoted(label.as_deref()))
        }
        Kind::Hold { duration, label } => {
            format!("{who} waits for {duration} and keeps its worker{}", quoted(label.as_deref()))
        }
        Kind::Resume => format!("{who} goes on"),
        Kind::Preempt => format!("{who} loses its worker"),
        Kind::Yield => format!("{who} lets others go first"),
        Kind::Wait { cause, held } => {
            let kept = if *held { " and keeps its worker" } else { "" };
            format!("{who} {}{kept}{}", waits(cause, program), quoted(cause.label.as_deref()))
        }
        Kind::Wake { by: Some(by) } => format!("{} wakes {who}", name(names, *by)),
        Kind::Wake { by: None } => format!("{who} is ready: its time has come"),
        Kind::Done => format!("{who} is done"),
        Kind::Failed { text } => format!("{who} fails: {}", clean(text)),
        Kind::Cancelled => format!("{who} is cancelled"),
        Kind::CancelRequest { target } => format!("{who} cancels {}", name(names, *target)),
        Kind::Acquire { object } => format!("{who} has {}", thing(*object)),
        Kind::Release { object } => format!("{who} gives back {}", thing(*object)),
        Kind::Send { object } => format!("{who} puts something into {}", thing(*object)),
        Kind::Receive { object } => format!("{who} takes something out of {}", thing(*object)),
        Kind::Log { text } => format!("{who} says: {}", clean(text)),
        Kind::Observe { metric, value } => {
            let metric = program.metrics.get(usize::from(*metric)).map_or("?", String::as_str);
            format!("{who} observes {}: {}", clean(metric), observed(*value))
        }
        Kind::Decision { options, chosen } => {
            format!("the runtime was free to choose: number {} of {options}", chosen.saturating_add(1))
        }
        Kind::Queue { queue } => format!("{who} stands in line: {}", queue_word(*queue)),
    }
}

/// What a task does at a moment, without a full stop.
pub fn stands(task: u32, seen: &Seen, names: &Names, program: &Program) -> String {
    let who = name(names, task);
    let label = quoted(seen.label.as_deref());
    let kept = if seen.held { " and keeps its worker" } else { "" };
    let thing = object(program, seen.object).map(|thing| format!(" for {thing}")).unwrap_or_default();
    match seen.stance {
        Stance::Absent => format!("{who} is not there yet"),
        Stance::In(State::Running) => format!("{who} computes{label}"),
        Stance::In(State::Overhead) => format!("a worker changes to {who}"),
        Stance::In(State::Ready) => match seen.queue {
            Some(queue) => format!("{who} is ready and stands in line: {}", queue_word(queue)),
            None => format!("{who} is ready and waits for its turn{kept}"),
        },
        Stance::In(State::Blocked) if thing.is_empty() => format!("{who} waits for others{kept}{label}"),
        Stance::In(State::Blocked) => format!("{who} waits{thing}{kept}{label}"),
        Stance::In(State::Io) if thing.is_empty() => format!("{who} waits for a device{kept}{label}"),
        Stance::In(State::Io) => format!("{who} waits{thing}{kept}{label}"),
        Stance::In(State::Sleeping) => format!("{who} sleeps{kept}{label}"),
        Stance::Done => format!("{who} is done"),
        Stance::Failed => format!("{who} has failed"),
        Stance::Cancelled => format!("{who} was cancelled"),
    }
}

fn waits(cause: &Cause, program: &Program) -> String {
    let thing = object(program, cause.object);
    match (cause.kind, thing) {
        (CauseKind::Sleep, None) => "sleeps".to_string(),
        (CauseKind::Io, None) => "waits for a device".to_string(),
        (kind, thing) => format!("waits for {}", awaited(Some(kind), thing.as_deref())),
    }
}

/// The worker of an event.
fn on(event: &Event, names: &Names) -> String {
    let worker = event.worker.and_then(|worker| names.workers.get(worker as usize));
    worker.map_or_else(|| "a worker".to_string(), |(name, _)| clean(name))
}

fn quoted(label: Option<&str>) -> String {
    label.map(|label| format!(": {}", clean(label))).unwrap_or_default()
}

fn observed(value: Observed) -> String {
    match value {
        Observed::Number(number) => number.to_string(),
        Observed::Duration(nanos) => show_nanos(nanos),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::laundry;

    #[test]
    fn events_are_told() {
        let comparison = laundry();
        let run = &comparison.runs[2];
        let mut names = Names::default();
        run.trace.iter().for_each(|event| names.event(event));
        let told: Vec<String> = run.trace.iter().map(|event| tell(event, &names, &run.program)).collect();
        insta::assert_snapshot!(told[..24].join("\n"));
    }
}
