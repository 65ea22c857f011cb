//! Files to experiments, and what is wrong with them to the standard error.

use std::path::{Path, PathBuf};

use crate::cli::args::learn::QuizArguments;
use crate::cli::args::shared::{
    ExperimentArguments, InputArguments, InputFormat, LimitArguments, ValueArguments,
};
use crate::cli::input::{Input, read, read_named};
use crate::cli::output::Output;
use crate::cli::status::Status;
use crate::diagnostic::{Diagnostic, render};
use crate::lang::parse::ParseLimits;
use crate::scenario::{Experiment, Loaded, load, load_program};
use crate::sim::kernel::Limits;
use crate::source::Sources;
use crate::time::Time;

/// What came of one file.
pub struct Attempt {
    pub sources: Sources,
    pub result: Result<Loaded, Vec<Diagnostic>>,
}

/// Reads one file and loads the experiment in it. The error says why it could not even be read.
pub fn attempt(path: &Path, format: Option<InputFormat>, limits: &ParseLimits) -> Result<Attempt, String> {
    let Input { name, text, format } = read(path, format)?;
    let mut sources = Sources::default();
    let id = sources.add(name, text);
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut neighbour = |name: &str| read_named(&folder.join(name));
    let result = match format {
        InputFormat::Ron => load(&mut sources, id, limits, &mut neighbour),
        InputFormat::Cosim => load_program(&mut sources, id, limits),
    };
    Ok(Attempt { sources, result })
}

/// What goes before what a file says.
pub trait Change {
    /// # Errors
    /// What is wrong with it.
    fn change(&self, experiment: &mut Experiment, sources: &mut Sources) -> Result<(), Vec<Diagnostic>>;
}

impl Change for ExperimentArguments {
    fn change(&self, experiment: &mut Experiment, sources: &mut Sources) -> Result<(), Vec<Diagnostic>> {
        if !self.runtime.is_empty() {
            experiment.set_runtimes(sources, &self.runtime)?;
        }
        self.values.change(experiment, sources)
    }
}

/// The seed of a quiz is that of the paper.
impl Change for QuizArguments {
    fn change(&self, experiment: &mut Experiment, sources: &mut Sources) -> Result<(), Vec<Diagnostic>> {
        if !self.runtime.is_empty() {
            experiment.set_runtimes(sources, &self.runtime)?;
        }
        self.set.iter().try_for_each(|assignment| experiment.set(sources, assignment))
    }
}

impl Change for ValueArguments {
    fn change(&self, experiment: &mut Experiment, sources: &mut Sources) -> Result<(), Vec<Diagnostic>> {
        for assignment in &self.set {
            experiment.set(sources, assignment)?;
        }
        if let Some(seed) = self.seed {
            experiment.seed = seed;
            experiment.runs.iter_mut().for_each(|run| run.seed = None);
        }
        Ok(())
    }
}

/// The experiment as the command line wants it. What is wrong with it, and what is odd, is said.
pub fn changed(
    attempt: Attempt,
    change: &impl Change,
    output: &Output,
) -> Result<(Experiment, Sources), Status> {
    let Attempt { mut sources, result } = attempt;
    let changed = result.and_then(|Loaded { mut experiment, warnings }| {
        change.change(&mut experiment, &mut sources)?;
        Ok((experiment, warnings))
    });
    match changed {
        Ok((experiment, warnings)) => {
            complain(&warnings, &sources, output);
            Ok((experiment, sources))
        }
        Err(problems) => {
            complain(&problems, &sources, output);
            Err(Status::Found)
        }
    }
}

/// The same for the one file of a command that takes no more.
pub fn only(
    path: &Path,
    format: Option<InputFormat>,
    change: &impl Change,
    output: &Output,
) -> Result<(Experiment, Sources), Status> {
    let attempt =
        attempt(path, format, &ParseLimits::default()).map_err(|message| output.failed(&message))?;
    changed(attempt, change, output)
}

/// Shows mistakes and warnings.
pub fn complain(diagnostics: &[Diagnostic], sources: &Sources, output: &Output) {
    if !diagnostics.is_empty() {
        output.complain(&render(diagnostics, sources, output.diagnostics()));
    }
}

/// Does something with every file; the worst end counts.
pub fn each(arguments: &InputArguments, output: &Output, mut act: impl FnMut(Attempt) -> Status) -> Status {
    let defaults = ParseLimits::default();
    let limits = ParseLimits {
        max_nesting: arguments.max_nesting.unwrap_or(defaults.max_nesting),
        max_bytes: arguments.max_bytes.unwrap_or(defaults.max_bytes),
    };
    let one = |path: &PathBuf| match attempt(path, arguments.format, &limits) {
        Ok(attempt) => act(attempt),
        Err(message) => output.failed(&message),
    };
    arguments.files.iter().map(one).max().unwrap_or(Status::Fine)
}

/// What stops a run that would not end by itself.
pub fn limits(given: &LimitArguments) -> Limits {
    let defaults = Limits::default();
    Limits {
        tasks: given.max_tasks.unwrap_or(defaults.tasks),
        events: given.max_events.unwrap_or(defaults.events),
        steps: given.max_steps.unwrap_or(defaults.steps),
        time: given.max_time.map_or(defaults.time, |d| Time(d.0)),
    }
}
