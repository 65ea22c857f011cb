//! A study ready to run: the experiment with everything that is varied, and any one of its runs.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::compare::comparison::{Deadlock, Metrics, RunEnding};
use crate::compare::metrics::Meter;
use crate::diagnostic::Diagnostic;
use crate::lang::compile::compile;
use crate::lang::program::Program;
use crate::runtimes::drive::Ending;
use crate::scenario::expect::evaluate::{Facts, Warmup as Left};
use crate::scenario::expect::term::{Expect, Series};
use crate::scenario::expect::witness::Witness;
use crate::scenario::experiment::{Experiment, Plan, add_new};
use crate::scenario::run::{RunOptions, ending, record};
use crate::sim::kernel::{Limit, Pulse};
use crate::sim::trace::{Event, Kind, Sink};
use crate::source::Sources;
use crate::study::analytic::queues;
use crate::study::design::{Known, Study, Under, Warmup, hash};
use crate::study::grid::{Varied, assignment, axis};
use crate::study::question::{Answers, Questions};
use crate::study::ran::{End, Ran};
use crate::study::request::Request;
use crate::study::statistics::warmup::{Cut, settled, warmup};
use crate::time::Time;
use crate::value::Value;

pub struct Bench {
    pub study: Study,
    experiment: Experiment,
    axes: Vec<Varied>,
    questions: Questions,
    /// Of what a run must be watched for them.
    expects: Vec<Expect>,
    pulse: Option<Rc<dyn Pulse>>,
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
            title: title(&experiment, sources),
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
            theory: Vec::new(),
        };
        let options = RunOptions { limits: request.limits, keep_events: 0, ..RunOptions::default() };
        let expects = questions.expects();
        let (pulse, programs) = (None, RefCell::default());
        Ok(Bench { study, experiment, axes, questions, expects, pulse, options, programs })
    }

    /// Compiles every program, so that no run meets a mistake; and what theory knows of each is noted down.
    ///
    /// # Errors
    /// Values that the program does not take: a pool of no connections.
    pub fn check(&mut self) -> Result<(), Vec<Diagnostic>> {
        let mut problems = Vec::new();
        let mut theory: Vec<Known> = Vec::new();
        for point in 0..self.study.points() {
            for run in 0..self.study.runs.len() {
                match self.program(point, run) {
                    Ok(program) => {
                        // Runs whose parameters are the same have the same queues.
                        let here =
                            theory.iter().rposition(|known| known.point != point).map_or(0, |at| at + 1);
                        for queue in queues(&self.experiment.file, &program) {
                            if !theory[here..].iter().any(|known| known.queue == queue) {
                                theory.push(Known { point, queue });
                            }
                        }
                    }
                    Err(found) => found.into_iter().for_each(|problem| add_new(&mut problems, problem)),
                }
            }
        }
        self.study.theory = theory;
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

    /// Somebody who looks in on every run, and can stop it.
    pub fn watch(&mut self, pulse: Rc<dyn Pulse>) {
        self.pulse = Some(pulse);
    }

    /// One run; cells and replications count from 0. `None` if it was stopped.
    pub fn run(&self, cell: usize, replication: u32, pilot: Option<&Pilot>) -> Option<Ran> {
        if let Some(done) = pilot.and_then(|pilot| pilot.runs.get(replication as usize)) {
            return Some(done.clone());
        }
        let played = match self.play(cell, replication) {
            Ok(played) => played?,
            Err(problems) => return Some(self.refused(cell, replication, &problems)),
        };
        Some(self.ask(&played, cell, replication, pilot.map(|pilot| &pilot.cuts)))
    }

    /// Where the rule MSER-5 cuts the series of a cell; `None` if that is not asked for, or was stopped.
    ///
    /// The first replications of the cell decide, always the same number of them: so a run comes out the same
    /// in every shard, whoever makes it, and however many there are.
    pub fn pilot(&self, cell: usize) -> Option<Pilot> {
        if self.study.warmup != Warmup::Mser5 {
            return None;
        }
        let mut seen: BTreeMap<Series, Vec<Vec<f64>>> = BTreeMap::new();
        let mut all = Vec::new();
        for replication in 0..PILOTS {
            let Ok(played) = self.play(cell, replication) else { return Some(Pilot::default()) };
            let played = played?;
            let own: RefCell<BTreeMap<Series, Vec<f64>>> = RefCell::default();
            let note = |series: &Series, values: &[f64]| {
                own.borrow_mut().insert(series.clone(), values.to_vec());
                0
            };
            self.answer(&played, cell, Left::Values(&note));
            for (series, values) in own.into_inner() {
                seen.entry(series).or_default().push(values);
            }
            all.push(played);
        }
        let cuts = seen.into_iter().map(|(series, values)| (series, cut(&values))).collect();
        let ask = |(played, replication): (&Played, u32)| self.ask(played, cell, replication, Some(&cuts));
        let runs = all.iter().zip(0..).map(ask).collect();
        Some(Pilot { cuts, runs })
    }

    /// Plays a run to its end.
    fn play(&self, cell: usize, replication: u32) -> Result<Option<Played>, Vec<Diagnostic>> {
        let (point, run) = (cell / self.study.runs.len(), cell % self.study.runs.len());
        let program = self.program(point, run)?;
        let until = match self.study.warmup {
            Warmup::Until(end) => Some(Time(end)),
            Warmup::None | Warmup::Mser5 => None,
        };
        let watcher = Watcher {
            meter: Meter::new(&program),
            witness: Witness::new(&self.expects, 0),
            seen: until.map(|end| (end, vec![0; program.metrics.len()])),
        };
        let runtime = &self.experiment.runs[run].runtime;
        let seed = self.study.seed(run, replication);
        let (finished, watcher) = record(&program, runtime, seed, &self.options, watcher, self.pulse.clone());
        if finished.ending == Ending::Limit(Limit::Stopped) {
            return Ok(None);
        }
        Ok(Some(Played {
            ending: ending(&finished, |_| Deadlock { cycle: Vec::new(), stuck: Vec::new() }),
            metrics: watcher.meter.finish(finished.time),
            witness: watcher.witness,
            seen: watcher.seen,
        }))
    }

    fn answer(&self, played: &Played, cell: usize, warmup: Left<'_>) -> Answers {
        let Played { ending, metrics, witness, .. } = played;
        let name = &self.experiment.runs[cell % self.study.runs.len()].name;
        let facts = Facts { name, metrics, ending, witness, warmup };
        self.questions.answer(&facts, *ending == RunEnding::Completed)
    }

    fn ask(&self, played: &Played, cell: usize, replication: u32, cuts: Option<&Cuts>) -> Ran {
        let restless = Cell::new(false);
        let cut = |series: &Series, _: &[f64]| {
            let cut = cuts.and_then(|cuts| cuts.get(series));
            restless.set(restless.get() || cut.is_none_or(|cut| !cut.trusted));
            cut.map_or(0, |cut| cut.observations)
        };
        let warmup = match (cuts, &played.seen) {
            (Some(_), _) => Left::Values(&cut),
            (None, Some((end, seen))) => Left::Until(*end, seen),
            (None, None) => Left::Nothing,
        };
        let answers = self.answer(played, cell, warmup);
        let (end, why) = End::of(&played.ending);
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

/// Replications that decide where the series of a cell are cut.
pub const PILOTS: u32 = 10;

type Cuts = BTreeMap<Series, Cut>;

/// The first replications of a cell, and what they say of its warm-up.
#[derive(Debug, Default)]
pub struct Pilot {
    cuts: Cuts,
    runs: Vec<Ran>,
}

/// A run that is over.
struct Played {
    ending: RunEnding,
    metrics: Metrics,
    witness: Witness,
    /// When the warm-up ends, and how often each metric was observed before.
    seen: Option<(Time, Vec<usize>)>,
}

/// What the metrics need, and nothing else.
struct Watcher {
    meter: Meter,
    witness: Witness,
    seen: Option<(Time, Vec<usize>)>,
}

impl Sink for Watcher {
    fn event(&mut self, event: &Event) {
        self.meter.event(event);
        self.witness.event(event);
        if let Kind::Observe { metric, .. } = event.kind
            && let Some((end, seen)) = &mut self.seen
            && event.time < *end
            && let Some(seen) = seen.get_mut(metric as usize)
        {
            *seen += 1;
        }
    }
}

/// Where all of them are cut. What still rises or falls at the end has not come to rest, wherever it is cut.
fn cut(replications: &[Vec<f64>]) -> Cut {
    let cut = warmup(replications);
    Cut { trusted: cut.trusted && !settled(replications, SURE).excludes(0.0), ..cut }
}

/// So sure that even among a thousand cells hardly one is warned of without reason.
const SURE: f64 = 0.9999;

/// A program that has no title is called like its file, wherever that lies: shards are made in many places.
fn title(experiment: &Experiment, sources: &Sources) -> String {
    let name = sources.all().next().map_or("", |source| source.name.as_str());
    match experiment.title == name {
        true => name.rsplit(['/', '\\']).next().unwrap_or(name).to_string(),
        false => experiment.title.clone(),
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
