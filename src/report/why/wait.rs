//! One wait as a sentence: who, since when, for what, because of whom.

use std::rc::Rc;

use crate::compare::blame::account::Account;
use crate::compare::blame::wait::{Became, End, Wait};
use crate::compare::blame::worker::{Needed, Share};
use crate::compare::comparison::Run;
use crate::report::lines::clean;
use crate::report::why::words::{list, name, object};
use crate::sim::trace::{CauseKind, State};
use crate::time::{Duration, Time};

/// A sentence, or two, with a full stop.
pub fn tell(wait: &Wait, account: &Account, run: &Run) -> String {
    match wait.state {
        State::Ready => ready(wait, account),
        State::Overhead => format!("{} while its worker changed to it.", head("waited", wait, account)),
        State::Sleeping => format!("{}{}.", head("slept", wait, account), kept(wait)),
        State::Io => device(wait, account, run),
        State::Blocked => blocked(wait, account, run),
        State::Running => format!("{}.", head("computed", wait, account)),
    }
}

fn head(verb: &str, wait: &Wait, account: &Account) -> String {
    let until = match wait.end {
        End::Never => "the end of the run".to_string(),
        End::Woken(_) | End::Clock | End::Worker(_) | End::Ended => wait.to.to_string(),
    };
    format!("{} {verb} from {} to {until}", name(&account.names, wait.task), wait.from)
}

fn kept(wait: &Wait) -> &'static str {
    if wait.held { " and kept its worker" } else { "" }
}

fn device(wait: &Wait, account: &Account, run: &Run) -> String {
    let cause = wait.cause.as_ref();
    let what = object(&run.program, cause.and_then(|cause| cause.object));
    let what = what.or(wait.label.as_deref().map(clean));
    let verb = match (what, cause) {
        (Some(what), _) => format!("waited for {what}"),
        (None, Some(_)) => "waited for a device".to_string(),
        (None, None) => "blocked".to_string(),
    };
    let takes = match wait.end {
        End::Never => String::new(),
        End::Woken(_) | End::Clock | End::Worker(_) | End::Ended => format!(": that takes {}", wait.length()),
    };
    format!("{}{}{takes}.", head(&verb, wait, account), kept(wait))
}

fn ready(wait: &Wait, account: &Account) -> String {
    let (needed, shares) = account.workers.during(wait);
    let head = head("was ready", wait, account);
    let how = match wait.became {
        Became::Preempted => ", put off its worker",
        Became::Yielded => ", having let others go first",
        Became::Unknown | Became::Spawned | Became::Woken => "",
    };
    if shares.is_empty() {
        let why = match wait.end {
            End::Never => "",
            End::Woken(_) | End::Clock | End::Worker(_) | End::Ended => {
                ": nobody had its worker; starting it, or a message to it, took that long"
            }
        };
        return format!("{head}{how}{why}.");
    }
    let who = match needed {
        Needed::Workers(1) => "the only worker ".to_string(),
        Needed::Workers(n) => format!("all {n} workers were taken; they "),
        Needed::Turn => "it had a worker, but not the turn; meanwhile others ".to_string(),
    };
    let did = occupied(&shares, &needed, account);
    let free = match (wait.became, needed) {
        (_, Needed::Turn) => String::new(),
        (Became::Spawned, _) => format!(" A free worker would have started it at {}.", wait.from),
        _ => format!(" With a worker free it would have gone on at {}.", wait.from),
    };
    format!("{head}{how}: {who}{did}.{free}")
}

/// `worked for a and b for 9ms`, `was held by c for 30ms (query)`.
fn occupied(shares: &[Share], needed: &Needed, account: &Account) -> String {
    let several = !matches!(needed, Needed::Workers(1));
    let part = |of: fn(&Share) -> Duration| {
        let with: Vec<&Share> = shares.iter().filter(|share| of(share) > Duration::ZERO).collect();
        let time = with.iter().fold(Duration::ZERO, |sum, share| sum + of(share));
        let tasks: Vec<u32> = with.iter().map(|share| share.task).collect();
        (list(&account.names, &tasks), time)
    };
    let first = |of: fn(&Share) -> &Option<Rc<str>>| {
        let label = shares.iter().find_map(|share| of(share).as_deref());
        label.map(|label| format!(" ({})", clean(label))).unwrap_or_default()
    };
    let mut parts = Vec::new();
    let (tasks, time) = part(|share| share.held);
    if time > Duration::ZERO {
        let label = first(|share| &share.wait);
        let were = if several { "were" } else { "was" };
        parts.push(format!("{were} held by {tasks}{label} for {time}"));
    }
    let (tasks, time) = part(|share| share.worked);
    if time > Duration::ZERO {
        let label = first(|share| &share.work);
        parts.push(match needed {
            Needed::Turn => format!("computed: {tasks}{label}, {time} in all"),
            Needed::Workers(_) => format!("worked for {tasks}{label} for {time}"),
        });
    }
    let (_, time) = part(|share| share.overhead);
    if time > Duration::ZERO {
        parts.push(format!("changed tasks for {time}"));
    }
    crate::report::why::words::and(&parts)
}

fn blocked(wait: &Wait, account: &Account, run: &Run) -> String {
    let names = &account.names;
    let cause = wait.cause.as_ref();
    let kind = cause.map(|cause| cause.kind);
    let by = match wait.end {
        End::Woken(by) => Some(by),
        End::Worker(_) | End::Clock | End::Ended | End::Never => None,
    };
    let thing = object(&run.program, cause.and_then(|cause| cause.object));
    let what = awaited(kind, thing.as_deref());
    let head = format!("{}{}", head(&format!("waited for {what}"), wait, account), kept(wait));
    let holder = cause.and_then(|cause| cause.holder).filter(|_| kind.is_some_and(is_held));
    if wait.end == End::Never {
        let held = holder.map(|holder| format!(": {} had it when it came", name(names, holder)));
        return format!("{head}{}.", held.unwrap_or_default());
    }
    let ended = match (wait.end, by.map(|by| name(names, by))) {
        (_, Some(by)) => done(kind, &by, wait.to),
        (End::Clock, None) => format!("until its time was up at {}", wait.to),
        (_, None) => format!("until {}, when it was called off", wait.to),
    };
    let held = match holder {
        Some(holder) if Some(holder) == by => format!("{} had it, ", name(names, holder)),
        Some(holder) => format!("{} had it when it came; ", name(names, holder)),
        None => String::new(),
    };
    let ended = if holder.is_some() && holder == by {
        ended.replacen(&name(names, holder.unwrap_or(0)), "and", 1)
    } else {
        ended
    };
    let why =
        by.and_then(|by| meanwhile(by, wait, account, run)).map(|why| format!(" {why}")).unwrap_or_default();
    format!("{head}: {held}{ended}.{why}")
}

/// What is waited for, if it is another task that has to do something.
pub fn awaited(kind: Option<CauseKind>, thing: Option<&str>) -> String {
    let thing = |otherwise: &str| thing.map_or(otherwise.to_string(), str::to_string);
    match kind {
        None | Some(CauseKind::Sleep | CauseKind::Io) => thing("something"),
        Some(CauseKind::Lock | CauseKind::Resource | CauseKind::Semaphore) => thing("a lock"),
        Some(CauseKind::Read) => format!("reading {}", thing("a lock")),
        Some(CauseKind::Write) => format!("writing {}", thing("a lock")),
        Some(CauseKind::Send) => format!("room in {}", thing("a channel")),
        Some(CauseKind::Receive) => format!("something in {}", thing("a channel")),
        Some(CauseKind::Event) => thing("an event"),
        Some(CauseKind::Condition) => format!("a notice of {}", thing("a condition")),
        Some(CauseKind::Barrier) => format!("the others at {}", thing("a barrier")),
        Some(CauseKind::Future) => thing("a future"),
        Some(CauseKind::Join) => "a task to end".to_string(),
        Some(CauseKind::Children) => "its tasks to end".to_string(),
        Some(CauseKind::Select) => "one of several things".to_string(),
        Some(CauseKind::Offload) => format!("a job on {}", thing("a pool")),
    }
}

fn is_held(kind: CauseKind) -> bool {
    matches!(
        kind,
        CauseKind::Lock | CauseKind::Resource | CauseKind::Semaphore | CauseKind::Read | CauseKind::Write
    )
}

/// What the one did who ended the wait.
fn done(kind: Option<CauseKind>, by: &str, at: Time) -> String {
    match kind {
        Some(
            CauseKind::Lock | CauseKind::Resource | CauseKind::Semaphore | CauseKind::Read | CauseKind::Write,
        ) => {
            format!("{by} gave it back at {at}")
        }
        Some(CauseKind::Send) => format!("{by} took something out at {at}"),
        Some(CauseKind::Receive) => format!("{by} sent it at {at}"),
        Some(CauseKind::Event) => format!("{by} set it at {at}"),
        Some(CauseKind::Condition) => format!("{by} gave notice at {at}"),
        Some(CauseKind::Barrier) => format!("{by} came last, at {at}"),
        Some(CauseKind::Future) => format!("{by} settled it at {at}"),
        Some(CauseKind::Join | CauseKind::Offload) => format!("{by} ended at {at}"),
        Some(CauseKind::Children) => format!("{by} was the one it had to wait for, and ended at {at}"),
        Some(CauseKind::Select | CauseKind::Sleep | CauseKind::Io) | None => {
            format!("{by} ended the wait at {at}")
        }
    }
}

/// What kept the one who ended the wait from ending it earlier: its longest wait meanwhile.
fn meanwhile(by: u32, wait: &Wait, account: &Account, run: &Run) -> Option<String> {
    let overlap = |other: &Wait| other.to.min(wait.to).since(other.from.max(wait.from));
    let own = account.waits.iter().filter(|other| other.task == by && overlap(other) > Duration::ZERO);
    let longest = own.max_by_key(|other| (overlap(other), std::cmp::Reverse(other.from)))?;
    if overlap(longest).0.saturating_mul(4) < wait.length().0 {
        return None;
    }
    let thing = object(&run.program, longest.cause.as_ref().and_then(|cause| cause.object));
    let thing = thing.or(longest.label.as_deref().map(clean));
    let did = match (longest.state, thing) {
        (State::Ready, _) => "was ready and waited for a worker".to_string(),
        (State::Sleeping, _) => "slept".to_string(),
        (State::Overhead, _) => "waited for the change of tasks".to_string(),
        (State::Io, Some(thing)) => format!("waited for {thing}"),
        (State::Io, None) => "waited for a device".to_string(),
        (State::Blocked | State::Running, _) => {
            let kind = longest.cause.as_ref().map(|cause| cause.kind);
            format!(
                "waited for {} itself",
                awaited(kind, object(&run.program, longest.cause.as_ref().and_then(|c| c.object)).as_deref())
            )
        }
    };
    Some(format!("Of that time, {} {did} for {}.", name(&account.names, by), overlap(longest)))
}
