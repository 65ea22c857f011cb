//! One run of a program: picks the runtime and drives it to the end.

use std::cell::RefCell;
use std::rc::Rc;

use crate::exec::body::bodies;
use crate::exec::machine::Machine;
use crate::lang::ast::ObjectKind;
use crate::lang::program::{ObjectDecl, Program};
use crate::runtimes::drive::{Ending, drive};
use crate::runtimes::runtime::{Kind, ObjectSpec, Runtime};
use crate::runtimes::table::{RuntimeSpec, Visit};
use crate::sim::choice::{Choice, Policy};
use crate::sim::kernel::{Kernel, Limits, Pulse};
use crate::sim::random::Drawn;
use crate::sim::trace::Sink;
use crate::time::Time;
use crate::value::{Call, Outcome, TaskId};

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
    program: &Program,
    spec: &RuntimeSpec,
    seed: u64,
    policy: Policy,
    limits: Limits,
    sink: Option<Rc<RefCell<dyn Sink>>>,
) -> Finished {
    execute_watched(program, spec, seed, policy, limits, sink, None)
}

/// The same, with somebody who looks in on the run now and then.
pub fn execute_watched(
    program: &Program,
    spec: &RuntimeSpec,
    seed: u64,
    policy: Policy,
    limits: Limits,
    sink: Option<Rc<RefCell<dyn Sink>>>,
    pulse: Option<Rc<dyn Pulse>>,
) -> Finished {
    let mut kernel = Kernel::new(seed, policy, limits, sink);
    kernel.watch(pulse);
    play(program, spec, &kernel)
}

/// The same as [`execute`], and the draws of the program in the order in which they were made.
pub fn execute_noting_draws(
    program: &Program,
    spec: &RuntimeSpec,
    seed: u64,
    policy: Policy,
    limits: Limits,
    sink: Option<Rc<RefCell<dyn Sink>>>,
) -> (Finished, Vec<Drawn>) {
    let kernel = Kernel::new(seed, policy, limits, sink);
    kernel.note_draws();
    let finished = play(program, spec, &kernel);
    (finished, kernel.noted_draws())
}

fn play(program: &Program, spec: &RuntimeSpec, kernel: &Kernel) -> Finished {
    let ending = spec.make(kernel, Play { program });
    let main = TaskId { slot: 0, serial: 0 };
    Finished {
        ending,
        main: kernel.outcome(main),
        time: kernel.now(),
        events: kernel.events(),
        peak_tasks: kernel.tasks().peak(),
        choices: kernel.choices(),
    }
}

/// Runs a program under whatever runtime it is given.
struct Play<'a> {
    program: &'a Program,
}

impl Visit for Play<'_> {
    type Output = Ending;

    fn visit<R: Runtime>(self, runtime: &R) -> Ending {
        perform(&Machine::new(self.program, runtime))
    }
}

/// Plays a program to its end.
pub(crate) fn perform<R: Runtime>(machine: &Machine<'_, R>) -> Ending {
    for (n, decl) in machine.program.objects.iter().enumerate() {
        let id = machine.runtime.create(spec(decl));
        debug_assert_eq!(id.0 as usize, n, "objects are numbered in order of declaration");
    }
    let main = machine.new_task(&Rc::new(Call { function: machine.program.main, arguments: Vec::new() }));
    drive(machine.runtime, main, &bodies(machine))
}

fn spec(decl: &ObjectDecl) -> ObjectSpec {
    let kind = match decl.kind {
        ObjectKind::Resource => Kind::Resource,
        ObjectKind::Lock => Kind::Lock,
        ObjectKind::Semaphore => Kind::Semaphore,
        ObjectKind::RwLock => Kind::RwLock,
        ObjectKind::Channel => Kind::Channel,
        ObjectKind::Event => Kind::Event,
        ObjectKind::Condition => Kind::Condition,
        ObjectKind::Barrier => Kind::Barrier,
        ObjectKind::Future => Kind::Future,
        ObjectKind::Workers => Kind::Workers,
    };
    ObjectSpec { kind, size: decl.size, lock: decl.lock, inherit: decl.inherit, processes: decl.processes }
}
