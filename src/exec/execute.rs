//! One run of a program: picks the runtime and drives it to the end.

use std::cell::RefCell;
use std::rc::Rc;

use crate::exec::interpret::interpret;
use crate::exec::machine::Machine;
use crate::lang::ast::ObjectKind;
use crate::lang::program::{ObjectDecl, Program};
use crate::runtimes::asyncio::Asyncio;
use crate::runtimes::coroutines::Coroutines;
use crate::runtimes::drive::{Ending, drive};
use crate::runtimes::runtime::{Kind, ObjectSpec, Runtime};
use crate::runtimes::table::RuntimeSpec;
use crate::runtimes::threads::Threads;
use crate::sim::choice::{Choice, Policy};
use crate::sim::kernel::{Kernel, Limits};
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
    let kernel = Kernel::new(seed, policy, limits, sink);
    let ending = match spec {
        RuntimeSpec::Threads(settings) => under(program, &Threads::new(&kernel, settings)),
        RuntimeSpec::Coroutines(settings) => under(program, &Coroutines::new(&kernel, settings)),
        RuntimeSpec::Asyncio(settings) => under(program, &Asyncio::new(&kernel, settings)),
    };
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

fn under<R: Runtime>(program: &Program, runtime: &R) -> Ending {
    let machine = Machine::new(program, runtime);
    for (n, decl) in program.objects.iter().enumerate() {
        let id = runtime.create(spec(decl));
        debug_assert_eq!(id.0 as usize, n, "objects are numbered in order of declaration");
    }
    let main = machine.new_task(&Rc::new(Call { function: program.main, arguments: Vec::new() }));
    let machine = &machine;
    drive(runtime, main, |task, start, airlock| interpret(machine, task, start, airlock))
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
