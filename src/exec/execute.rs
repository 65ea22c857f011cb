//! One run of a program: picks the runtime and drives it to the end.

use std::cell::RefCell;
use std::rc::Rc;

use crate::lang::program::Program;
use crate::runtimes::drive::Ending;
use crate::runtimes::table::RuntimeSpec;
use crate::sim::choice::{Choice, Policy};
use crate::sim::kernel::Limits;
use crate::sim::trace::Sink;
use crate::time::Time;
use crate::value::Outcome;

/// What is known of a run besides its trace.
#[derive(Debug, Clone)]
pub struct Finished {
    pub ending: Ending,
    /// How `main` ended, if it did.
    pub main: Option<Outcome>,
    /// Where the clock stopped.
    pub time: Time,
    pub events: u64,
    pub peak_tasks: usize,
    pub choices: Vec<Choice>,
}

/// Runs `program` once. Events go to `sink` as they happen; without one none are made.
pub fn execute(
    _program: &Program,
    _spec: &RuntimeSpec,
    _seed: u64,
    _policy: Policy,
    _limits: Limits,
    _sink: Option<Rc<RefCell<dyn Sink>>>,
) -> Finished {
    todo!()
}
