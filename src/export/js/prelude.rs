//! The helpers a program may need, in the order in which they are written.

/// A part of the prelude.
pub struct Helper {
    /// As programs ask for it.
    pub name: &'static str,
    pub needs: &'static [&'static str],
    pub text: &'static str,
    /// Under a virtual clock the harness has its own.
    pub harness: bool,
}

#[rustfmt::skip]
pub const HELPERS: &[Helper] = &[
    Helper { name: "sleep",         needs: &[],                     text: include_str!("prelude/sleep.js"),         harness: false },
    Helper { name: "Waiters",       needs: &[],                     text: include_str!("prelude/waiters.js"),       harness: false },
    Helper { name: "wait",          needs: &[],                     text: include_str!("prelude/wait.js"),          harness: false },
    Helper { name: "sleepUnless",   needs: &["wait"],               text: include_str!("prelude/sleep_signal.js"),  harness: false },
    Helper { name: "Lock",          needs: &["Waiters", "wait"],    text: include_str!("prelude/lock.js"),          harness: false },
    Helper { name: "Semaphore",     needs: &["Waiters", "wait"],    text: include_str!("prelude/semaphore.js"),     harness: false },
    Helper { name: "Resource",      needs: &["Semaphore"],          text: include_str!("prelude/resource.js"),      harness: false },
    Helper { name: "ReadWriteLock", needs: &["Waiters", "wait"],    text: include_str!("prelude/rwlock.js"),        harness: false },
    Helper { name: "Channel",       needs: &["Waiters", "wait"],    text: include_str!("prelude/channel.js"),       harness: false },
    Helper { name: "Event",         needs: &["Waiters", "wait"],    text: include_str!("prelude/event.js"),         harness: false },
    Helper { name: "Condition",     needs: &["Waiters", "wait"],    text: include_str!("prelude/condition.js"),     harness: false },
    Helper { name: "Barrier",       needs: &["Waiters", "wait"],    text: include_str!("prelude/barrier.js"),       harness: false },
    Helper { name: "Future",        needs: &["Waiters", "wait"],    text: include_str!("prelude/future.js"),        harness: false },
    Helper { name: "follow",        needs: &[],                     text: include_str!("prelude/follow.js"),        harness: false },
    Helper { name: "started",       needs: &[],                     text: include_str!("prelude/started.js"),       harness: true },
    Helper { name: "spawnPromise",  needs: &[],                     text: include_str!("prelude/spawn.js"),         harness: false },
    Helper { name: "spawnCounted",  needs: &["started"],            text: include_str!("prelude/spawn_counted.js"), harness: false },
    Helper { name: "Task",          needs: &["follow"],             text: include_str!("prelude/task.js"),          harness: false },
    Helper { name: "TaskCounted",   needs: &["follow", "started"],  text: include_str!("prelude/task_counted.js"),  harness: false },
    Helper { name: "spawnTask",     needs: &[],                     text: include_str!("prelude/spawn_task.js"),    harness: false },
    Helper { name: "spawnDaemon",   needs: &[],                     text: include_str!("prelude/spawn_daemon.js"),  harness: false },
    Helper { name: "Deadline",      needs: &["follow"],             text: include_str!("prelude/deadline.js"),      harness: false },
    Helper { name: "withTimeout",   needs: &["Deadline"],           text: include_str!("prelude/withTimeout.js"),   harness: false },
    Helper { name: "TaskGroup",     needs: &["follow"],             text: include_str!("prelude/group.js"),         harness: false },
    Helper { name: "race",          needs: &["follow"],             text: include_str!("prelude/race.js"),          harness: false },
    Helper { name: "shield",        needs: &["wait"],               text: include_str!("prelude/shield.js"),        harness: false },
    Helper { name: "Completed",     needs: &["Waiters", "wait"],    text: include_str!("prelude/completed.js"),     harness: false },
    Helper { name: "select",        needs: &["wait"],               text: include_str!("prelude/select.js"),        harness: false },
    Helper { name: "receiving",     needs: &[],                     text: include_str!("prelude/receiving.js"),     harness: false },
    Helper { name: "sending",       needs: &[],                     text: include_str!("prelude/sending.js"),       harness: false },
    Helper { name: "waitingFor",    needs: &[],                     text: include_str!("prelude/waitingFor.js"),    harness: false },
    Helper { name: "settling",      needs: &[],                     text: include_str!("prelude/settling.js"),      harness: false },
    Helper { name: "joining",       needs: &[],                     text: include_str!("prelude/joining.js"),       harness: false },
    Helper { name: "after",         needs: &[],                     text: include_str!("prelude/after.js"),         harness: false },
    Helper { name: "Pool",           needs: &["wait"],               text: include_str!("prelude/pool.js"),         harness: false },
    Helper { name: "work",          needs: &[],                     text: include_str!("prelude/work.js"),          harness: true },
    Helper { name: "block",         needs: &[],                     text: include_str!("prelude/block.js"),         harness: true },
    Helper { name: "log",           needs: &[],                     text: include_str!("prelude/log.js"),           harness: true },
    Helper { name: "now",           needs: &[],                     text: include_str!("prelude/now.js"),           harness: true },
    Helper { name: "show",          needs: &[],                     text: include_str!("prelude/show.js"),          harness: false },
    Helper { name: "showFloat",     needs: &["show"],               text: include_str!("prelude/showFloat.js"),     harness: false },
    Helper { name: "showTime",      needs: &["show"],               text: include_str!("prelude/showTime.js"),      harness: false },
    Helper { name: "failed",        needs: &[],                     text: include_str!("prelude/failed.js"),        harness: false },
    Helper { name: "cancelled",     needs: &[],                     text: include_str!("prelude/cancelled.js"),     harness: false },
    Helper { name: "failure",       needs: &["show"],               text: include_str!("prelude/failure.js"),       harness: false },
    Helper { name: "outcomes",      needs: &[],                     text: include_str!("prelude/outcomes.js"),      harness: false },
    Helper { name: "range",         needs: &[],                     text: include_str!("prelude/range.js"),         harness: false },
    Helper { name: "round",         needs: &[],                     text: include_str!("prelude/round.js"),         harness: false },
    Helper { name: "at",            needs: &[],                     text: include_str!("prelude/at.js"),            harness: false },
    Helper { name: "divide",        needs: &[],                     text: include_str!("prelude/divide.js"),        harness: false },
    Helper { name: "remainder",     needs: &[],                     text: include_str!("prelude/remainder.js"),     harness: false },
    Helper { name: "same",          needs: &[],                     text: include_str!("prelude/same.js"),          harness: false },
    Helper { name: "assert",        needs: &[],                     text: include_str!("prelude/assert.js"),        harness: false },
    Helper { name: "run",           needs: &["started"],            text: include_str!("prelude/run.js"),           harness: true },
    Helper { name: "random",        needs: &[],                     text: include_str!("prelude/random.js"),        harness: false },
    Helper { name: "uniformInt",    needs: &[],                     text: include_str!("prelude/uniformInt.js"),    harness: false },
    Helper { name: "uniform",       needs: &[],                     text: include_str!("prelude/uniform.js"),       harness: false },
    Helper { name: "exponential",   needs: &[],                     text: include_str!("prelude/exponential.js"),   harness: false },
    Helper { name: "normal",        needs: &[],                     text: include_str!("prelude/normal.js"),        harness: false },
    Helper { name: "lognormal",     needs: &["normal"],             text: include_str!("prelude/lognormal.js"),     harness: false },
    Helper { name: "pareto",        needs: &[],                     text: include_str!("prelude/pareto.js"),        harness: false },
    Helper { name: "poisson",       needs: &[],                     text: include_str!("prelude/poisson.js"),       harness: false },
    Helper { name: "choice",        needs: &[],                     text: include_str!("prelude/choice.js"),        harness: false },
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Parts of the prelude in which something waits: their source is a part of what `Js` promises.
    const LIBRARY: &[&str] = &[
        "wait",
        "Waiters",
        "sleepUnless",
        "Lock",
        "Semaphore",
        "Resource",
        "ReadWriteLock",
        "Channel",
        "Event",
        "Condition",
        "Barrier",
        "Future",
        "follow",
        "spawnPromise",
        "Task",
        "Deadline",
        "withTimeout",
        "TaskGroup",
        "race",
        "shield",
        "Completed",
        "select",
        "receiving",
        "sending",
        "waitingFor",
        "settling",
        "joining",
        "after",
    ];

    #[test]
    fn the_page_shows_the_library() {
        let page = include_str!("../../../docs/runtimes/js.md");
        for name in LIBRARY {
            let helper = HELPERS.iter().find(|helper| helper.name == *name);
            let text = helper.unwrap_or_else(|| panic!("{name} is no helper")).text;
            assert!(page.contains(text), "docs/runtimes/js.md does not show {name} as it is");
        }
    }

    #[test]
    fn helpers_need_helpers() {
        for helper in HELPERS {
            for name in helper.needs {
                assert!(HELPERS.iter().any(|helper| helper.name == *name), "{} needs {name}", helper.name);
            }
        }
    }
}
