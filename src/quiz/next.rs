//! "Who goes next?": a worker comes free, several tasks are ready.

use std::collections::BTreeSet;

use crate::compare::replay::moment::Stance;
use crate::compare::replay::view::View;
use crate::quiz::draws::Draws;
use crate::quiz::lab::{Lab, Seat};
use crate::quiz::options::Options;
use crate::quiz::paper::{Question, Subject};
use crate::report::why::words::and;
use crate::sim::trace::{Kind, State};

/// Ready tasks that are told by name.
const TOLD: usize = 6;

/// Every moment of which this can be asked.
pub fn subjects(lab: &Lab<'_>) -> Vec<Subject> {
    let mut all = Vec::new();
    for (run, seat) in lab.each().filter(|(_, seat)| seat.derivable) {
        all.extend(decisions(seat).into_iter().map(|event| Subject::Next { run, event }));
    }
    all
}

/// The events at which somebody comes to a worker while others are ready.
fn decisions(seat: &Seat) -> Vec<usize> {
    let mut ready: BTreeSet<u32> = BTreeSet::new();
    let mut found = Vec::new();
    for (at, moment) in seat.replay.moments.iter().enumerate() {
        if moment.decides && ready.len() > 1 && !raced(seat, at) {
            found.push(at);
        }
        for change in &moment.changes {
            match change.seen.stance {
                Stance::In(State::Ready) => ready.insert(change.task),
                Stance::In(_) | Stance::Absent | Stance::Done | Stance::Failed | Stance::Cancelled => {
                    ready.remove(&change.task)
                }
            };
        }
    }
    found
}

/// Does another worker take somebody at the same time? Then there is no telling who is next.
fn raced(seat: &Seat, at: usize) -> bool {
    let trace = &seat.run.trace;
    let (time, worker) = (trace[at].time, trace[at].worker);
    let other = |event: &crate::sim::trace::Event| {
        matches!(event.kind, Kind::Run | Kind::Switch { .. }) && event.worker != worker
    };
    let before = trace[..at].iter().rev().take_while(|event| event.time == time).any(other);
    before || trace[at + 1..].iter().take_while(|event| event.time == time).any(other)
}

pub fn question(lab: &Lab<'_>, run: usize, event: usize, draws: &mut Draws) -> Option<Question> {
    let seat = lab.seat(run)?;
    let mut view = View::new(&seat.account, &seat.replay);
    view.go(event);
    let chosen = seat.run.trace.get(event)?.task?;
    // In the order in which they became ready.
    let mut ready: Vec<u32> = (0..)
        .zip(view.tasks())
        .filter(|(_, seen)| seen.stance == Stance::In(State::Ready))
        .map(|(task, _)| task)
        .collect();
    ready.sort_by_key(|&task| view.tasks()[task as usize].since);
    let names: Vec<(u32, String)> = ready.iter().filter_map(|&task| Some((task, seat.name(task)?))).collect();
    if names.len() < ready.len() || names.len() < 2 {
        return None;
    }
    let mut options = Options::new(seat.name(chosen)?);
    let mut wrong: Vec<&(u32, String)> = names.iter().filter(|(task, _)| *task != chosen).collect();
    draws.shuffle(&mut wrong);
    // Those that another rule would take are the better ones.
    wrong.sort_by_key(|(task, _)| rule(*task, &ready).is_none());
    for (task, name) in wrong {
        let place = ready.iter().position(|other| other == task).map_or(0, |place| place + 1);
        let otherwise = format!("it is number {place} in the order in which they became ready");
        let note = rule(*task, &ready).map_or(otherwise, str::to_string);
        options.wrong(name, note, None);
    }
    let time = seat.run.trace[event].time;
    let since = seat.run.trace[view.tasks()[chosen as usize].since].time;
    let (options, right) = options.done(1, draws)?;
    let mut told: Vec<String> = names.iter().map(|(_, name)| name.clone()).collect();
    draws.shuffle(&mut told);
    let more = told.len().saturating_sub(TOLD);
    let listed = if more > 0 {
        format!("{} tasks are ready", told.len())
    } else {
        format!("{} are ready", and(&told))
    };
    let place = ready.iter().position(|&task| task == chosen).unwrap_or(0);
    Some(Question {
        subject: Subject::Next { run, event },
        text: format!("Under {}, at {time}, {listed}. Which of these runs next?", seat.title()),
        picture: None,
        options,
        right,
        because: vec![format!(
            "{} has been ready since {since}: number {} of {} in the order in which they became ready.",
            seat.name(chosen)?,
            place + 1,
            ready.len()
        )],
        rule: seat.rule(),
    })
}

/// Another rule by which this task would be the one.
fn rule(task: u32, ready: &[u32]) -> Option<&'static str> {
    if ready.first() == Some(&task) {
        return Some("it became ready first: so it would be if the first to come were always served first");
    }
    if ready.last() == Some(&task) {
        return Some("it became ready last: so it would be if the last to come were served first");
    }
    (ready.iter().min() == Some(&task))
        .then_some("it was started first: so it would be if the order of starting counted")
}
