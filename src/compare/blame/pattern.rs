//! Patterns that have a name, where the trace shows them: convoy, starvation, a blocked loop, …

use std::collections::{BTreeMap, BTreeSet};

use crate::compare::blame::bill::Bill;
use crate::compare::blame::hold::{Hold, Levels, holds, levels};
use crate::compare::blame::wait::{End, Wait};
use crate::compare::blame::worker::Workers;
use crate::compare::comparison::{Run, RunEnding};
use crate::lang::ast::ObjectKind;
use crate::runtimes::table::RuntimeSpec;
use crate::sim::trace::{CauseKind, Kind, Role, State};
use crate::time::{Duration, Time};
use crate::value::ObjectId;

/// What is found, at most once for each object, and once for the workers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    pub name: Name,
    /// Who does it, or suffers it.
    pub task: Option<u32>,
    pub object: Option<ObjectId>,
    /// Who else is in it: the one in front, the one in between.
    pub other: Option<u32>,
    pub from: Time,
    pub time: Duration,
    /// How many there were: tasks in a queue, items in a channel, calls that blocked.
    pub count: u64,
}

/// The names under which `cosim explain` knows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    BlockedLoop,
    Convoy,
    Starvation,
    PriorityInversion,
    LostWakeUp,
    PoolExhausted,
    UnboundedQueue,
}

impl Name {
    pub fn word(self) -> &'static str {
        match self {
            Name::BlockedLoop => "blocked loop",
            Name::Convoy => "convoy",
            Name::Starvation => "starvation",
            Name::PriorityInversion => "priority inversion",
            Name::LostWakeUp => "lost wake-up",
            Name::PoolExhausted => "pool exhausted",
            Name::UnboundedQueue => "unbounded queue",
        }
    }
}

/// A queue is one from so many on.
const QUEUE: u32 = 3;
/// What is so many times the median is long.
const LONG: u64 = 4;
/// Whoever waits for so many times the median service, and is overtaken, starves.
const STARVED: u64 = 10;
/// So many items are a crowd.
const CROWD: u64 = 10;

/// What the patterns are looked for in.
pub struct Evidence<'a> {
    pub run: &'a Run,
    pub waits: &'a [Wait],
    pub bills: &'a [Bill],
    pub workers: &'a Workers,
    pub end: Time,
}

/// In the order of their names.
pub fn patterns(evidence: &Evidence<'_>) -> Vec<Pattern> {
    let holds = holds(&evidence.run.trace, evidence.end);
    let mut found = Vec::new();
    found.extend(blocked_loop(evidence));
    found.extend(convoys(evidence, &holds));
    found.extend(starvation(evidence));
    found.extend(inversion(evidence));
    found.extend(lost_wake_ups(evidence.run));
    found.extend(exhausted(evidence));
    found.extend(unbounded(evidence.run, evidence.end));
    found
}

/// A call blocks the only worker of those who wait, where an `await` would have let them go on.
fn blocked_loop(evidence: &Evidence<'_>) -> Option<Pattern> {
    // Where every wait keeps its thread, a call that does so is nothing special.
    let loops = !matches!(evidence.run.runtime, RuntimeSpec::Threads(_));
    let calls = evidence.waits.iter().filter(|wait| wait.held && wait.cause.is_none());
    let calls: BTreeSet<(u32, Time)> = calls.map(|wait| (wait.task, wait.from)).collect();
    let blocking = |bill: &&Bill| calls.contains(&(bill.task, bill.from));
    let held: Vec<&Bill> = evidence.bills.iter().filter(|bill| loops && bill.held).filter(blocking).collect();
    let worst = held.iter().max_by_key(|bill| (bill.paid, std::cmp::Reverse(bill.from)))?;
    let time = held.iter().fold(Duration::ZERO, |sum, bill| sum + bill.paid);
    Some(Pattern {
        name: Name::BlockedLoop,
        task: Some(worst.task),
        object: None,
        other: None,
        from: worst.from,
        time,
        count: held.len() as u64,
    })
}

/// Many queue behind one who has a lock much longer than others do.
fn convoys(evidence: &Evidence<'_>, holds: &BTreeMap<ObjectId, Vec<Hold>>) -> Vec<Pattern> {
    let mut found = Vec::new();
    for (&object, holds) in holds {
        let decl = evidence.run.program.objects.get(object.0 as usize);
        let exclusive = decl.is_some_and(|decl| {
            matches!(decl.kind, ObjectKind::Lock | ObjectKind::RwLock) || decl.size == Some(1)
        });
        let Some(usual) = median(holds.iter().map(Hold::length)).filter(|_| exclusive) else { continue };
        let queue: Vec<&Wait> = evidence.waits.iter().filter(|wait| waits_for(wait, object)).collect();
        let behind = |hold: &Hold| {
            queue.iter().filter(|wait| wait.from < hold.to && wait.to >= hold.to).count() as u32
        };
        let long = holds.iter().filter(|hold| hold.length().0 > usual.0.saturating_mul(LONG));
        let worst = long.map(|hold| (behind(hold), hold)).filter(|(count, _)| *count >= QUEUE);
        if let Some((count, hold)) = worst.max_by_key(|(count, hold)| (*count, hold.length())) {
            found.push(Pattern {
                name: Name::Convoy,
                task: Some(hold.task),
                object: Some(object),
                other: None,
                from: hold.from,
                time: hold.length(),
                count: u64::from(count),
            });
        }
    }
    found
}

/// Somebody is ready for very long and is overtaken meanwhile.
fn starvation(evidence: &Evidence<'_>) -> Option<Pattern> {
    let served = evidence.run.metrics.tasks.iter().map(|task| task.running);
    let usual = median(served.filter(|time| *time > Duration::ZERO))?;
    let ready = || evidence.waits.iter().filter(|wait| wait.state == State::Ready);
    let longest = ready().max_by_key(|wait| (wait.length(), std::cmp::Reverse((wait.from, wait.task))))?;
    if longest.length().0 <= usual.0.saturating_mul(STARVED) {
        return None;
    }
    let overtook = |wait: &&Wait| {
        let inside = wait.from > longest.from && wait.to < longest.to && wait.task != longest.task;
        inside
            && matches!(wait.end, End::Worker(_))
            && evidence.workers.role(wait) == evidence.workers.role(longest)
    };
    let mut overtakers: Vec<u32> = ready().filter(overtook).map(|wait| wait.task).collect();
    overtakers.sort_unstable();
    overtakers.dedup();
    let first = overtakers.first().copied()?;
    Some(Pattern {
        name: Name::Starvation,
        task: Some(longest.task),
        object: None,
        other: Some(first),
        from: longest.from,
        time: longest.length(),
        count: overtakers.len() as u64,
    })
}

/// Somebody urgent waits for a lock whose holder is kept from running by somebody in between.
fn inversion(evidence: &Evidence<'_>) -> Option<Pattern> {
    let mut priorities: BTreeMap<u32, i32> = BTreeMap::new();
    for event in &evidence.run.trace {
        if let (Kind::Spawn { priority, .. }, Some(task)) = (&event.kind, event.task) {
            priorities.insert(task, *priority);
        }
    }
    let priority = |task: u32| priorities.get(&task).copied().unwrap_or(0);
    for wait in evidence.waits.iter().filter(|wait| wait.state == State::Blocked) {
        let Some(holder) = wait.cause.as_ref().and_then(|cause| cause.holder) else { continue };
        if priority(holder) >= priority(wait.task) {
            continue;
        }
        let kept = evidence.waits.iter().filter(|kept| {
            kept.task == holder && kept.state == State::Ready && kept.from < wait.to && wait.from < kept.to
        });
        for kept in kept {
            let (_, shares) = evidence.workers.during(kept);
            let between =
                |task: u32| priority(task) > priority(holder) && priority(task) < priority(wait.task);
            if let Some(share) = shares.iter().find(|share| between(share.task)) {
                return Some(Pattern {
                    name: Name::PriorityInversion,
                    task: Some(wait.task),
                    object: wait.cause.as_ref().and_then(|cause| cause.object),
                    other: Some(share.task),
                    from: wait.from,
                    time: wait.length(),
                    count: 1,
                });
            }
        }
    }
    None
}

/// The run is stuck, and somebody waits for a notice that nobody is left to give.
fn lost_wake_ups(run: &Run) -> Vec<Pattern> {
    let RunEnding::Deadlock(deadlock) = &run.ending else { return Vec::new() };
    let notice = |kind| matches!(kind, Some(CauseKind::Condition | CauseKind::Event));
    let stuck = deadlock.stuck.iter().filter(|task| deadlock.cycle.is_empty() && notice(task.waits_for));
    let by_name = |name: &String| run.program.objects.iter().position(|object| object.name == *name);
    let mut found: Vec<Pattern> = Vec::new();
    for task in stuck {
        let object = task.object.as_ref().and_then(by_name).map(|at| ObjectId(at as u32));
        match found.iter_mut().find(|pattern| pattern.object == object) {
            Some(pattern) => pattern.count += 1,
            None => found.push(Pattern {
                name: Name::LostWakeUp,
                task: Some(task.task),
                object,
                other: None,
                from: Time::ZERO,
                time: Duration::ZERO,
                count: 1,
            }),
        }
    }
    found
}

/// As many wait for a place of a pool as there are places, and for a tenth of everybody's time.
fn exhausted(evidence: &Evidence<'_>) -> Vec<Pattern> {
    let tasks = &evidence.run.metrics.tasks;
    let all = tasks.iter().filter_map(|task| task.turnaround()).fold(Duration::ZERO, |sum, d| sum + d);
    let mut found = Vec::new();
    for (at, decl) in evidence.run.program.objects.iter().enumerate() {
        let object = ObjectId(at as u32);
        let pooled = matches!(decl.kind, ObjectKind::Resource | ObjectKind::Semaphore | ObjectKind::Workers);
        let Some(size) = decl.size.filter(|&size| pooled && (size > 1 || decl.kind == ObjectKind::Workers))
        else {
            continue;
        };
        let for_thread =
            |wait: &Wait| wait.state == State::Ready && evidence.workers.role(wait) == Role::Pool(object);
        let queue = || evidence.waits.iter().filter(|wait| waits_for(wait, object) || for_thread(wait));
        let (most, from) = most_at_once(queue());
        let time = queue().fold(Duration::ZERO, |sum, wait| sum + wait.length());
        if u64::from(most) >= size && time.0.saturating_mul(10) >= all.0 && time > Duration::ZERO {
            let worst = queue().max_by_key(|wait| (wait.length(), std::cmp::Reverse((wait.from, wait.task))));
            found.push(Pattern {
                name: Name::PoolExhausted,
                task: worst.map(|wait| wait.task),
                object: Some(object),
                other: None,
                from,
                time,
                count: u64::from(most),
            });
        }
    }
    found
}

/// A channel without a bound that grows and grows.
fn unbounded(run: &Run, end: Time) -> Vec<Pattern> {
    let mut found = Vec::new();
    for (object, Levels { levels, peak, peak_at }) in levels(&run.trace) {
        let decl = run.program.objects.get(object.0 as usize);
        let bounded = decl.is_none_or(|decl| decl.size.is_some() || decl.kind != ObjectKind::Channel);
        if bounded || peak < CROWD {
            continue;
        }
        let half = Time(end.0 / 2);
        let area = |from: Time, to: Time| {
            let spans = levels.iter().enumerate().map(|(at, (since, level))| {
                let until = levels.get(at + 1).map_or(end, |next| next.0);
                u128::from(until.min(to).since((*since).max(from)).0) * u128::from(*level)
            });
            spans.sum::<u128>()
        };
        if area(half, end) > 2 * area(Time::ZERO, half) {
            found.push(Pattern {
                name: Name::UnboundedQueue,
                task: None,
                object: Some(object),
                other: None,
                from: peak_at,
                time: Duration::ZERO,
                count: peak,
            });
        }
    }
    found
}

fn waits_for(wait: &Wait, object: ObjectId) -> bool {
    wait.state == State::Blocked && wait.cause.as_ref().is_some_and(|cause| cause.object == Some(object))
}

/// How many of these waits went on at once, at most, and from when.
fn most_at_once<'a>(waits: impl Iterator<Item = &'a Wait>) -> (u32, Time) {
    let mut changes: BTreeMap<Time, i64> = BTreeMap::new();
    for wait in waits {
        *changes.entry(wait.from).or_default() += 1;
        *changes.entry(wait.to).or_default() -= 1;
    }
    let (mut now, mut most) = (0, (0, Time::ZERO));
    for (at, change) in changes {
        now += change;
        if now > i64::from(most.0) {
            most = (u32::try_from(now).unwrap_or(u32::MAX), at);
        }
    }
    most
}

fn median(values: impl Iterator<Item = Duration>) -> Option<Duration> {
    let mut values: Vec<Duration> = values.collect();
    values.sort_unstable();
    values.get(values.len().checked_sub(1)? / 2).copied()
}
