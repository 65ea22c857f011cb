//! Does who waits keep the worker? Asked of the runtimes themselves, by runs in which nothing else happens.

use crate::lang::parse::ParseLimits;
use crate::runtimes::table::RuntimeSpec;
use crate::scenario::experiment::Plan;
use crate::scenario::load::load_program;
use crate::scenario::run::{RunOptions, run};
use crate::sim::kernel::Limits;
use crate::source::Sources;

/// What a runtime does with a worker whose task does not compute.
#[derive(Debug, Clone, PartialEq)]
pub struct Habit {
    /// As the experiment calls the run.
    pub run: String,
    /// `Threads`
    pub runtime: &'static str,
    /// It is taken while its task waits at an `await`.
    pub held_by_await: bool,
    /// It is taken during `block`.
    pub held_by_block: bool,
}

const AWAITS: &str = "task one() { await sleep(1s) }\nmain { spawn one() }\n";
const BLOCKS: &str = "task one() { block 1s }\nmain { spawn one() }\n";

pub fn habit(name: &str, runtime: &RuntimeSpec) -> Habit {
    Habit {
        run: name.to_string(),
        runtime: runtime.about().name,
        held_by_await: holds(runtime, AWAITS),
        held_by_block: holds(runtime, BLOCKS),
    }
}

/// Was a worker occupied by a task that did not compute?
fn holds(runtime: &RuntimeSpec, text: &str) -> bool {
    let mut sources = Sources::default();
    let id = sources.add("one.cosim", text);
    let Ok(loaded) = load_program(&mut sources, id, &ParseLimits::default()) else { return false };
    let mut experiment = loaded.experiment;
    let program = experiment.defaults.clone();
    let name = "one".to_string();
    experiment.runs =
        vec![Plan { name, runtime: runtime.clone(), seed: None, params: Default::default(), program }];
    let limits = Limits { events: 10_000, steps: 10_000, ..Limits::default() };
    let options = RunOptions { limits, keep_events: 0, ..RunOptions::default() };
    run(&experiment, &options, &mut ()).runs.iter().any(|run| run.metrics.held.0 > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtimes::table::{ALL, ron};

    #[test]
    fn threads_keep_their_worker_and_event_loops_do_not() {
        let shown: Vec<String> = ALL
            .iter()
            .map(|about| {
                let spec = ron().from_str(&format!("{}()", about.name)).expect("defaults");
                let habit = habit("run", &spec);
                format!("{} {} {}", habit.runtime, habit.held_by_await, habit.held_by_block)
            })
            .collect();
        assert_eq!(
            shown,
            [
                "Threads true true",
                "Coroutines false true",
                "Asyncio false true",
                "Trio false true",
                "Js false true",
                "Go false false",
                "Tokio false true",
                "Uvloop false true",
                "Processes false true",
            ]
        );
    }

    #[test]
    fn settings_count() {
        let threads = |text: &str| habit("run", &ron().from_str(text).expect("a runtime")).held_by_await;
        assert!(threads("Threads(workers: 1)"));
        assert!(!threads("Threads(cores: 2)"));
    }
}
