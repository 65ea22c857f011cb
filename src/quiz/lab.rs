//! What a quiz is made from: the runs of an experiment, what is known of them, and how they would go if a belief were true.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::compare::blame::account::Account;
use crate::compare::comparison::RunEnding;
use crate::compare::comparison::{Comparison, Run};
use crate::compare::replay::tape::Replay;
use crate::lang::compile::compile;
use crate::lang::program::{Builtin, Op};
use crate::quiz::belief::Belief;
use crate::quiz::draws::Draws;
use crate::report::lines::clean;
use crate::scenario::experiment::{Experiment, Plan};
use crate::scenario::run::{RunOptions, run};
use crate::sim::kernel::{Limit, Limits};
use crate::sim::trace::Kind;

/// Nothing is asked about runs of more events than this: nobody could answer, and looking takes long.
pub const MOST_EVENTS: usize = 30_000;

/// The runs of an experiment.
pub struct Lab<'a> {
    experiment: &'a Experiment,
    /// As the comparison has them; `None` where a run was too long or was stopped.
    pub seats: Vec<Option<Seat>>,
    believed: RefCell<BTreeMap<(usize, Belief), Believed>>,
}

/// A run as somebody believes it goes; `None` if that is no different, or cannot be run.
type Believed = Option<Rc<Run>>;

/// One run, and what is known of it.
pub struct Seat {
    pub run: Rc<Run>,
    pub account: Account,
    pub replay: Replay,
    /// Names that more than one task has.
    shared: Vec<String>,
    /// Whoever knows the rules can say what comes: no coin is tossed and no time is drawn.
    pub derivable: bool,
}

/// A run with which another is compared.
pub struct Other {
    pub run: Rc<Run>,
    pub note: String,
    pub belief: Option<Belief>,
}

/// How the runs of a quiz are run.
pub fn options() -> RunOptions {
    let limits = Limits { events: MOST_EVENTS as u64, steps: 10_000_000, ..Limits::default() };
    RunOptions { limits, ..RunOptions::default() }
}

impl<'a> Lab<'a> {
    pub fn new(experiment: &'a Experiment, comparison: Comparison) -> Lab<'a> {
        let seats = comparison.runs.into_iter().map(Seat::of).collect();
        Lab { experiment, seats, believed: RefCell::default() }
    }

    /// The runs that can be asked about, with their places in the comparison.
    pub fn each(&self) -> impl Iterator<Item = (usize, &Seat)> {
        self.seats.iter().enumerate().filter_map(|(number, seat)| Some((number, seat.as_ref()?)))
    }

    pub fn seat(&self, run: usize) -> Option<&Seat> {
        self.seats.get(run)?.as_ref()
    }

    /// How the run would go under every belief, in an order of the draws, and then how the other runs go.
    pub fn others(&self, number: usize, draws: &mut Draws) -> impl Iterator<Item = Other> {
        let mut beliefs = Belief::ALL;
        draws.shuffle(&mut beliefs);
        let believed = beliefs.into_iter().filter_map(move |belief| {
            let run = self.believed(number, belief)?;
            Some(Other { run, note: belief.note().to_string(), belief: Some(belief) })
        });
        let runs = self.each().filter(move |(other, _)| *other != number).map(|(_, seat)| {
            let note = format!("that is how it goes under {}", title(&seat.run));
            Other { run: seat.run.clone(), note, belief: None }
        });
        believed.chain(runs)
    }

    /// Each is run once.
    fn believed(&self, number: usize, belief: Belief) -> Believed {
        if let Some(known) = self.believed.borrow().get(&(number, belief)) {
            return known.clone();
        }
        let made = self.believe(number, belief).map(Rc::new);
        self.believed.borrow_mut().insert((number, belief), made.clone());
        made
    }

    fn believe(&self, number: usize, belief: Belief) -> Option<Run> {
        let plan = self.experiment.runs.get(number)?;
        let (file, runtime) = (belief.program(&self.experiment.file), belief.runtime(&plan.runtime));
        if file.is_none() && runtime.is_none() {
            return None;
        }
        let program = match file {
            None => plan.program.clone(),
            Some(file) => {
                let mut params = self.experiment.params.clone();
                params.extend(plan.params.clone());
                Rc::new(compile(&file, &params).ok()?)
            }
        };
        let runtime = runtime.unwrap_or_else(|| plan.runtime.clone());
        let alone = Experiment {
            runs: vec![Plan { program, runtime, ..plan.clone() }],
            expectations: Vec::new(),
            replications: 1,
            ..self.experiment.clone()
        };
        let made = run(&alone, &options(), &mut ()).runs.pop()?;
        readable(&made).then_some(made)
    }
}

/// It is all there, and not too long.
fn readable(run: &Run) -> bool {
    let stopped =
        matches!(run.ending, RunEnding::Limit(Limit::Events | Limit::Steps | Limit::Tasks | Limit::Stopped));
    !run.trace.is_empty() && run.trace.len() <= MOST_EVENTS && !stopped
}

impl Seat {
    fn of(run: Run) -> Option<Seat> {
        if !readable(&run) {
            return None;
        }
        let account = Account::of(&run)?;
        let replay = Replay::of(&run, &account);
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for event in &run.trace {
            if let Kind::Spawn { name, .. } = &event.kind {
                *seen.entry(clean(name)).or_default() += 1;
            }
        }
        let shared = seen.into_iter().filter(|(_, count)| *count > 1).map(|(name, _)| name).collect();
        let derivable = run.choices.is_empty() && !run.program.code.iter().any(draws);
        Some(Seat { run: Rc::new(run), account, replay, shared, derivable })
    }

    /// What a task is called, if no other is called so.
    pub fn name(&self, task: u32) -> Option<String> {
        let name = clean(&self.account.names.task(task));
        (!self.shared.contains(&name)).then_some(name)
    }

    /// `'one event loop', Asyncio(version: "3.12")`
    pub fn title(&self) -> String {
        title(&self.run)
    }

    /// Who goes next, and by which rule of the real thing.
    pub fn rule(&self) -> Option<&'static str> {
        Some(self.run.runtime.about().next)
    }
}

/// The one task of a run that is called so.
pub fn called(run: &Run, name: &str) -> Option<u32> {
    let mut found = run.trace.iter().filter_map(|event| match &event.kind {
        Kind::Spawn { name: other, .. } if clean(other) == name => event.task,
        _others => None,
    });
    found.next().filter(|_| found.next().is_none())
}

/// A run as it is called in questions.
pub fn title(run: &Run) -> String {
    let (name, settings) = (clean(&run.name), run.runtime.to_string());
    if name == settings { settings } else { format!("'{name}', {settings}") }
}

/// Does the instruction draw a random number?
fn draws(op: &Op) -> bool {
    let Op::Builtin { function, .. } = op else { return false };
    matches!(
        function,
        Builtin::Random
            | Builtin::Uniform
            | Builtin::Exponential
            | Builtin::Normal
            | Builtin::Lognormal
            | Builtin::Pareto
            | Builtin::Choice
            | Builtin::Poisson
    )
}
