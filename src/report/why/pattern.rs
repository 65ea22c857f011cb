//! A pattern that was found, as a sentence with its name.

use crate::compare::blame::account::Account;
use crate::compare::blame::pattern::{Name, Pattern};
use crate::compare::comparison::Run;
use crate::report::why::words::{count, name, object};

/// `convoy: …`
pub fn tell(pattern: &Pattern, account: &Account, run: &Run) -> String {
    let who = |task: Option<u32>| task.map_or("somebody".to_string(), |task| name(&account.names, task));
    let thing = object(&run.program, pattern.object).unwrap_or_else(|| "it".to_string());
    let (task, other) = (who(pattern.task), who(pattern.other));
    let Pattern { from, time, count: n, .. } = *pattern;
    let what = match pattern.name {
        Name::BlockedLoop if n == 1 => format!(
            "the `block` of {task} at {from} kept the loop from others who were ready, for {time} in all. \
             `await`, or `offload` to a pool, would have let them go on",
        ),
        Name::BlockedLoop => format!(
            "{n} calls of `block` kept the loop from others who were ready, for {time} in all; the worst is \
             that of {task} at {from}. `await`, or `offload` to a pool, would have let them go on",
        ),
        Name::Convoy => format!(
            "{} queued behind {task}, which had {thing} for {time} from {from} on, much longer than others have it",
            count(n, "task"),
        ),
        Name::Starvation => format!(
            "{task} was ready for {time} from {from} on, while {} came later and went first, {other} among them",
            count(n, "task"),
        ),
        Name::PriorityInversion => format!(
            "{task} waited {time} for {thing}, whose holder is less urgent and could not run because {other} did",
        ),
        Name::LostWakeUp if n == 1 => {
            format!("{task} still waits for {thing}, and nobody is left to wake it")
        }
        Name::LostWakeUp => format!("{n} tasks still wait for {thing}, and nobody is left to wake them"),
        Name::PoolExhausted => {
            format!("{n} waited at once for a place of {thing}, {time} in all; {task} waited longest",)
        }
        Name::UnboundedQueue => format!("{thing} has no bound and grew to {n} items at {from}"),
    };
    format!("{}: {what}.", pattern.name.word())
}
