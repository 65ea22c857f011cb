//! Numbers that go up and down during a run: tasks that are ready, tasks that are there, what is in use.

use std::collections::BTreeMap;

use crate::compare::comparison::Run;
use crate::lang::ast::ObjectKind;
use crate::report::viewers::drawing::Drawing;
use crate::sim::trace::{Kind, Role, State};
use crate::time::Time;
use crate::value::ObjectId;

/// One number over time.
#[derive(Debug, PartialEq, Eq)]
pub struct Level {
    /// `ready_queue`, `in_flight`, `pool_in_use/machine`.
    pub name: String,
    /// What it counts.
    pub unit: &'static str,
    /// From this moment on, so many. The first is at the begin of the run, the last, at its end, is 0.
    pub steps: Vec<(Time, u64)>,
}

/// By how much a number goes up or down at a moment.
type Changes = BTreeMap<Time, i64>;

pub fn levels(run: &Run, drawing: &Drawing) -> Vec<Level> {
    let (mut ready, mut alive) = (Changes::new(), Changes::new());
    let mut used: BTreeMap<ObjectId, Changes> = BTreeMap::new();
    for piece in drawing.lanes.iter().flat_map(|lane| &lane.pieces) {
        if piece.state == State::Ready {
            stretch(&mut ready, piece.from, piece.to);
        }
        let role = piece.worker.and_then(|worker| drawing.names.workers.get(worker as usize));
        if let Some((_, Role::Pool(pool))) = role {
            stretch(used.entry(*pool).or_default(), piece.from, piece.to);
        }
    }
    for task in &run.metrics.tasks {
        stretch(&mut alive, task.arrival, task.completion.unwrap_or(drawing.end));
    }
    for event in &run.trace {
        let (object, change) = match &event.kind {
            Kind::Acquire { object } | Kind::Send { object } => (*object, 1),
            Kind::Release { object } | Kind::Receive { object } => (*object, -1),
            _other => continue,
        };
        *used.entry(object).or_default().entry(event.time).or_default() += change;
    }
    let end = drawing.end;
    let mut all = vec![level("ready_queue".to_string(), "tasks", &ready, end)];
    all.push(level("in_flight".to_string(), "tasks", &alive, end));
    for (decl, number) in run.program.objects.iter().zip(0..) {
        let Some(unit) = unit(decl.kind) else { continue };
        let changes = used.remove(&ObjectId(number)).unwrap_or_default();
        all.push(level(format!("pool_in_use/{}", decl.name), unit, &changes, end));
    }
    all
}

/// What of an object is in use; `None` if nobody can have a part of it.
fn unit(kind: ObjectKind) -> Option<&'static str> {
    match kind {
        ObjectKind::Resource | ObjectKind::Semaphore => Some("units"),
        ObjectKind::Lock | ObjectKind::RwLock => Some("holders"),
        ObjectKind::Channel => Some("items"),
        ObjectKind::Workers => Some("workers"),
        ObjectKind::Event | ObjectKind::Condition | ObjectKind::Barrier | ObjectKind::Future => None,
    }
}

fn stretch(changes: &mut Changes, from: Time, to: Time) {
    *changes.entry(from).or_default() += 1;
    *changes.entry(to).or_default() -= 1;
}

fn level(name: String, unit: &'static str, changes: &Changes, end: Time) -> Level {
    let mut steps: Vec<(Time, u64)> = vec![(Time::ZERO, 0)];
    let mut now: i64 = 0;
    for (&at, change) in changes.iter().filter(|(at, _)| **at < end) {
        now += change;
        let shown = u64::try_from(now).unwrap_or(0);
        match steps.last_mut() {
            Some(last) if last.0 == at => last.1 = shown,
            Some(last) if last.1 == shown => {}
            Some(_) | None => steps.push((at, shown)),
        }
    }
    if end > Time::ZERO {
        steps.push((end, 0));
    }
    Level { name, unit, steps }
}
