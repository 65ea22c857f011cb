//! "What does the worker do then?"

use crate::compare::comparison::{Activity, Lane, Run, Segment};
use crate::compare::follow::Names;
use crate::compare::timeline::workers;
use crate::quiz::draws::Draws;
use crate::quiz::lab::Lab;
use crate::quiz::options::Options;
use crate::quiz::paper::{Question, Subject};
use crate::report::lines::clean;
use crate::report::why::words::name;
use crate::sim::trace::{Role, State};
use crate::time::{DAY, HOUR, MICROSECOND, MILLISECOND, MINUTE, NANOSECOND, SECOND, Time};

/// Stretches of one run that are looked at.
const STRETCHES: usize = 500;

/// A moment in every stretch of every worker that counts.
pub fn subjects(lab: &Lab<'_>) -> Vec<Subject> {
    let mut all = Vec::new();
    for (run, seat) in lab.each().filter(|(_, seat)| seat.derivable) {
        let mut found: Vec<Subject> = Vec::new();
        for lane in seat.account.workers.lanes.iter().filter(|lane| lane.role == Some(Role::Worker)) {
            for (from, to) in stretches(lane, Time(seat.run.metrics.makespan.0)) {
                let Some(at) = within(from, to).filter(|_| found.len() < STRETCHES) else { continue };
                found.push(Subject::Doing { run, worker: lane.number, at });
            }
        }
        all.extend(found);
    }
    all
}

/// The segments of a lane and what lies between them.
fn stretches(lane: &Lane, end: Time) -> Vec<(Time, Time)> {
    let mut all = Vec::new();
    let mut since = Time::ZERO;
    for segment in &lane.segments {
        all.push((since, segment.from));
        all.push((segment.from, segment.to));
        since = segment.to;
    }
    all.push((since, end));
    all.retain(|(from, to)| from < to);
    all
}

/// The roundest moment between two, strictly.
fn within(from: Time, to: Time) -> Option<Time> {
    let tens = |unit: i64| [100 * unit, 10 * unit, unit];
    let units = [DAY, HOUR, 10 * MINUTE, MINUTE, 10 * SECOND, SECOND];
    let small = [MILLISECOND, MICROSECOND, NANOSECOND].into_iter().flat_map(tens);
    units.into_iter().chain(small).find_map(|unit| {
        let unit = u64::try_from(unit).ok()?;
        let at = Time((from.0 / unit + 1).checked_mul(unit)?);
        (at < to).then_some(at)
    })
}

pub fn question(lab: &Lab<'_>, run: usize, worker: u32, at: Time, draws: &mut Draws) -> Option<Question> {
    let seat = lab.seat(run)?;
    let names = &seat.account.names;
    let lane = seat.account.workers.lanes.iter().find(|lane| lane.number == worker)?;
    let now = segment(lane, at);
    if let Some(segment) = now {
        seat.name(segment.task)?;
    }
    let mut options = Options::new(activity(now, names));
    // Which of several workers has which task is told by no rule.
    for other in lab.others(run, draws).filter(|_| seat.run.metrics.workers == 1) {
        options.other(believed(&other.run, at), &other);
    }
    options.wrong(activity(None, names), "there is somebody to work for, or somebody who keeps it", None);
    let near = lane.segments.iter().filter(|segment| seat.name(segment.task).is_some());
    let mut near: Vec<&Segment> = near.collect();
    near.sort_by_key(|segment| (segment.from.0.abs_diff(at.0), segment.from));
    for segment in near {
        let note = format!("that is what it does from {} to {}", segment.from, segment.to);
        options.wrong(activity(Some(segment), names), note, None);
    }
    let (options, right) = options.done(2, draws)?;
    let because = match now {
        Some(segment) => format!("That goes on from {} to {}.", segment.from, segment.to),
        None => "Nobody is ready then: everybody waits for something that needs no worker, or has ended."
            .to_string(),
    };
    Some(Question {
        subject: Subject::Doing { run, worker, at },
        text: format!("Under {}: what does the worker '{}' do at {at}?", seat.title(), clean(&lane.name)),
        picture: None,
        options,
        right,
        because: vec![because],
        rule: seat.rule(),
    })
}

/// What the only worker of another run does then.
fn believed(run: &Run, at: Time) -> Option<String> {
    let lanes = workers(&run.trace, Time(run.metrics.makespan.0)).lanes;
    let mut counted = lanes.iter().filter(|lane| lane.role == Some(Role::Worker));
    let lane = counted.next().filter(|_| counted.next().is_none())?;
    let mut names = Names::default();
    run.trace.iter().for_each(|event| names.event(event));
    (at < Time(run.metrics.makespan.0)).then(|| activity(segment(lane, at), &names))
}

fn segment(lane: &Lane, at: Time) -> Option<&Segment> {
    let next = lane.segments.partition_point(|segment| segment.to <= at);
    lane.segments.get(next).filter(|segment| segment.from <= at)
}

fn activity(segment: Option<&Segment>, names: &Names) -> String {
    let Some(segment) = segment else { return "nothing: it is free".to_string() };
    let who = name(names, segment.task);
    let label = segment.label.as_deref().map(|label| format!(" ({})", clean(label))).unwrap_or_default();
    match segment.what {
        Activity::Held => format!("it is held by {who}, which only waits{label}"),
        Activity::Task(State::Overhead) => format!("it changes to {who}"),
        Activity::Task(_running) => format!("it works for {who}{label}"),
    }
}
