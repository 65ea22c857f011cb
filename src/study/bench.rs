//! A study ready to run: the experiment with everything that is varied, and any one of its runs.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::compare::comparison::{Deadlock, RunEnding};
use crate::compare::metrics::Meter;
use crate::diagnostic::Diagnostic;
use crate::lang::compile::compile;
use crate::lang::program::Program;
use crate::scenario::expect::evaluate::{Facts, Warmup as Left};
use crate::scenario::expect::witness::Witness;
use crate::scenario::experiment::{Experiment, Plan, add_new};
use crate::scenario::run::{RunOptions, ending, record};
use crate::sim::trace::{Event, Kind, Sink};
use crate::source::Sources;
use crate::study::design::{Study, Under, Warmup, hash};
use crate::study::grid::{Varied, assignment, axis};
use crate::study::question::Questions;
use crate::study::ran::{End, Ran};
use crate::study::request::Request;
use crate::study::statistics::mser5;
use crate::time::Time;
use crate::value::Value;

pub struct Bench {
    pub study: Study,
    experiment: Experiment,
    axes: Vec<Varied>,
    questions: Questions,
    options: RunOptions,
    /// Programs of the last points, by point and run; runs without parameters of their own share one.
    programs: RefCell<BTreeMap<(usize, usize), Rc<Program>>>,
}

/// So many programs are kept.
const KEPT: usize = 1_000;

impl Bench {
    /// `sources` are those that the experiment was read from, and no more.
    ///
    /// # Errors
    /// Everything that is wrong with the request, in places of the texts that are added to `sources`.
    pub fn new(
        mut experiment: Experiment,
        sources: &mut Sources,
        request: &Request,
    ) -> Result<Bench, Vec<Diagnostic>> {
        let scenario = hash(sources.all().map(|source| source.text.as_str()));
        let (runtimes, varied) = runtimes_apart(sources, request)?;
        if !runtimes.is_empty() {
            experiment.set_runtimes(sources, &runtimes)?;
        }
        for assignment in &request.set {
            experiment.set(sources, assignment)?;
        }
        if let Some(seed) = request.seed {
            experiment.seed = seed;
            experiment.runs.iter_mut().for_each(|run| run.seed = None);
        }
        let axes = axes(&experiment, sources, &varied, request)?;
        let questions = Questions::new(sources, &experiment.defaults, &request.metrics, &request.assertions)?;
        let study = Study {
            title: experiment.title.clone(),
            scenario,
            set: request.set.iter().map(|set| set.trim().to_string()).collect(),
            axes: axes.iter().map(|varied| varied.axis.clone()).collect(),
            runs: experiment.runs.iter().map(under).collect(),
            seed: experiment.seed,
            replications: request.replications.unwrap_or(experiment.replications),
            precision: request.precision,
            level: request.level,
            warmup: request.warmup,
            metrics: questions.metrics.clone(),
            assertions: questions.assertions.clone(),
            limits: request.limits.into(),
        };
        let options = RunOptions { limits: request.limits, keep_events: 0, ..RunOptions::default() };
        Ok(Bench { study, experiment, axes, questions, options, programs: RefCell::default() })
    }

    /// Compiles every program, so that no run meets a mistake.
    ///
    /// # Errors
    /// Values that the program does not take: a pool of no connections.
    pub fn check(&self) -> Result<(), Vec<Diagnostic>> {
        let mut problems = Vec::new();
        for point in 0..self.study.points() {
            for run in 0..self.study.runs.len() {
                if let Err(found) = self.program(point, run) {
                    found.into_iter().for_each(|problem| add_new(&mut problems, problem));
                }
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    fn program(&self, point: usize, run: usize) -> Result<Rc<Program>, Vec<Diagnostic>> {
        let own = &self.experiment.runs[run].params;
        let key = (point, if own.is_empty() { usize::MAX } else { run });
        if let Some(program) = self.programs.borrow().get(&key) {
            return Ok(program.clone());
        }
        let mut params: BTreeMap<String, Value> = self.experiment.params.clone();
        params.extend(own.clone());
        for (varied, place) in self.axes.iter().zip(self.study.places(point)) {
            params.insert(varied.axis.name.clone(), varied.values[place].clone());
        }
        let program = Rc::new(compile(&self.experiment.file, &params)?);
        let mut programs = self.programs.borrow_mut();
        if programs.len() >= KEPT {
            programs.clear();
        }
        programs.insert(key, program.clone());
        Ok(program)
    }

    /// One run, from 0 each.
    pub fn run(&self, cell: usize, replication: u32) -> Ran {
        let (point, run) = (cell / self.study.runs.len(), cell % self.study.runs.len());
        let program = match self.program(point, run) {
            Ok(program) => program,
            Err(problems) => return self.refused(cell, replication, &problems),
        };
        let watcher = Watcher {
            meter: Meter::new(&program),
            witness: Witness::new(&self.questions.expects(), 0),
            seen: match self.study.warmup {
                Warmup::Until(_) => vec![0; program.metrics.len()],
                Warmup::None | Warmup::Mser5 => Vec::new(),
            },
            until: match self.study.warmup {
                Warmup::Until(end) => Time(end),
                Warmup::None | Warmup::Mser5 => Time::ZERO,
            },
        };
        let plan = &self.experiment.runs[run];
        let seed = self.study.seed(run, replication);
        let (finished, watcher) = record(&program, &plan.runtime, seed, &self.options, watcher);
        let ending = ending(&finished, |_| Deadlock { cycle: Vec::new(), stuck: Vec::new() });
        let restless = Cell::new(false);
        let cut = |series: &[f64]| {
            let cut = mser5(series);
            restless.set(restless.get() || !cut.trusted);
            cut.observations
        };
        let metrics = watcher.meter.finish(finished.time);
        let facts = Facts {
            name: &plan.name,
            metrics: &metrics,
            ending: &ending,
            witness: &watcher.witness,
            warmup: match self.study.warmup {
                Warmup::None => Left::Nothing,
                Warmup::Mser5 => Left::Values(&cut),
                Warmup::Until(end) => Left::Until(Time(end), &watcher.seen),
            },
        };
        let answers = self.questions.answer(&facts, ending == RunEnding::Completed);
        let (end, why) = End::of(&ending);
        let bits = answers.durations.iter().enumerate();
        Ran {
            cell,
            replication,
            end,
            values: answers.values,
            why: why.or(answers.why),
            restless: restless.get(),
            durations: bits.fold(0, |bits, (at, &duration)| bits | u64::from(duration) << at),
        }
    }

    /// [`Bench::check`] finds these before; a run is never a reason to panic.
    fn refused(&self, cell: usize, replication: u32, problems: &[Diagnostic]) -> Ran {
        Ran {
            cell,
            replication,
            end: End::Failed,
            values: vec![None; self.study.answers()],
            why: problems.first().map(|problem| problem.message.clone()),
            restless: false,
            durations: 0,
        }
    }
}

/// What the metrics need, and nothing else.
struct Watcher {
    meter: Meter,
    witness: Witness,
    /// How often each metric was observed before the warm-up ended.
    seen: Vec<usize>,
    until: Time,
}

impl Sink for Watcher {
    fn event(&mut self, event: &Event) {
        self.meter.event(event);
        self.witness.event(event);
        if let Kind::Observe { metric, .. } = event.kind
            && event.time < self.until
            && let Some(seen) = self.seen.get_mut(metric as usize)
        {
            *seen += 1;
        }
    }
}

fn under(plan: &Plan) -> Under {
    Under { name: plan.name.clone(), runtime: plan.runtime.to_string(), seed: plan.seed }
}

/// Runtimes, those of `--vary runtime=` too, and what else is varied.
fn runtimes_apart<'r>(
    sources: &mut Sources,
    request: &'r Request,
) -> Result<(Vec<String>, Vec<&'r String>), Vec<Diagnostic>> {
    let mut runtimes = request.runtimes.clone();
    let mut others = Vec::new();
    for text in &request.vary {
        let (name, values) = assignment(sources, text)?;
        if name.text == "runtime" {
            runtimes.extend(values.items().iter().map(|item| item.text.to_string()));
        } else {
            others.push(text);
        }
    }
    Ok((runtimes, others))
}

fn axes(
    experiment: &Experiment,
    sources: &mut Sources,
    varied: &[&String],
    request: &Request,
) -> Result<Vec<Varied>, Vec<Diagnostic>> {
    let mut axes: Vec<Varied> = Vec::new();
    let mut problems = Vec::new();
    for text in varied {
        let (name, values) = assignment(sources, text)?;
        if axes.iter().any(|other| other.axis.name == name.text) {
            let text = format!("`{}` is varied twice", name.text);
            problems.push(Diagnostic::error("E0901", name.span(), text).help("give all its values at once"));
            continue;
        }
        if let Some(run) = experiment.runs.iter().find(|run| run.params.contains_key(name.text)) {
            let text = format!("the run `{}` sets `{}` itself", run.name, name.text);
            let help = format!("say what to run it under instead: `--runtime '{}'`", run.runtime);
            problems.push(Diagnostic::error("E0901", name.span(), text).help(help));
            continue;
        }
        match axis(experiment, name, values, request.most_runs) {
            Ok(varied) => axes.push(varied),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(axes) } else { Err(problems) }
}
