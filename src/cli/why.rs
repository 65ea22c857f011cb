//! `cosim why`: runs an experiment and says why it took as long as it did.

use crate::cli::args::{InputArguments, WhyArguments};
use crate::cli::load::{Attempt, attempt, complain};
use crate::cli::output::Output;
use crate::cli::status::Status;
use crate::compare::blame::account::Account;
use crate::compare::comparison::Run;
use crate::diagnostic::Diagnostic;
use crate::report::why::json::json;
use crate::report::why::text::{Told, accounts, moment, numbers, runs, task};
use crate::scenario::run::RunOptions;
use crate::scenario::{self, Experiment};
use crate::source::Sources;
use crate::suggest::did_you_mean;
use crate::time::{Time, parse_nanos};

pub fn why(arguments: &WhyArguments, output: &Output) -> Status {
    let input = InputArguments {
        files: vec![arguments.file.clone()],
        format: arguments.format,
        max_nesting: None,
        max_bytes: None,
    };
    let Attempt { mut sources, result } = match attempt(&arguments.file, &input) {
        Ok(attempt) => attempt,
        Err(message) => return output.failed(&message),
    };
    let asked = match arguments.task.as_deref().map(asked).transpose() {
        Ok(asked) => asked,
        Err(message) => return output.failed(&message),
    };
    let adapted = result.and_then(|loaded| {
        let mut experiment = loaded.experiment;
        adapt(&mut experiment, arguments, &mut sources)?;
        Ok((experiment, loaded.warnings))
    });
    let (experiment, warnings) = match adapted {
        Ok(adapted) => adapted,
        Err(problems) => {
            complain(&problems, &sources, output);
            return Status::Found;
        }
    };
    complain(&warnings, &sources, output);
    let mut comparison = scenario::run(&experiment, &RunOptions::default(), &mut ());
    let named = arguments.run.as_ref().map_or(Ok(()), |name| only(&mut comparison.runs, name));
    if let Err(message) = named {
        return output.failed(&message);
    }
    let (kept, untold) = accounts(&comparison);
    for name in untold {
        output.complain(&format!("warning: run `{name}` has too many events to be explained\n"));
    }
    let told: Vec<Told<'_>> = kept.iter().map(|(run, account)| Told { run, account }).collect();
    answer(&told, asked.as_ref(), arguments, &sources, output)
}

/// A task, and a moment of it.
type Asked = (String, Option<Time>);

/// `load(4)@40min`
fn asked(text: &str) -> Result<Asked, String> {
    let Some((task, moment)) = text.rsplit_once('@') else { return Ok((text.trim().to_string(), None)) };
    match parse_nanos(moment.trim()).map(u64::try_from) {
        Some(Ok(nanos)) => Ok((task.trim().to_string(), Some(Time(nanos)))),
        _ => Err(format!(
            "`{moment}` is no moment of a run: write a task and a duration, such as `load(4)@40min`"
        )),
    }
}

fn adapt(
    experiment: &mut Experiment,
    arguments: &WhyArguments,
    sources: &mut Sources,
) -> Result<(), Vec<Diagnostic>> {
    if !arguments.runtime.is_empty() {
        experiment.set_runtimes(sources, &arguments.runtime)?;
    }
    for assignment in &arguments.set {
        experiment.set(sources, assignment)?;
    }
    if let Some(seed) = arguments.seed {
        experiment.seed = seed;
        experiment.runs.iter_mut().for_each(|run| run.seed = None);
    }
    experiment.replications = 1;
    Ok(())
}

fn only(runs: &mut Vec<Run>, name: &str) -> Result<(), String> {
    let names: Vec<String> = runs.iter().map(|run| run.name.clone()).collect();
    runs.retain(|run| run.name == name);
    if !runs.is_empty() {
        return Ok(());
    }
    let near = did_you_mean(name, names.iter().map(String::as_str));
    let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    Err(format!("no run is called `{name}`{near}; there are: {}", names.join(", ")))
}

fn answer(
    told: &[Told<'_>],
    asked: Option<&Asked>,
    arguments: &WhyArguments,
    sources: &Sources,
    output: &Output,
) -> Status {
    if told.is_empty() {
        return output.failed("there is nothing to explain");
    }
    if arguments.json {
        return output.print(&json(told, sources));
    }
    let Some((name, at)) = asked else { return output.print(&runs(told, output.style)) };
    if told.iter().all(|one| numbers(one, name).is_empty()) {
        return output.failed(&unknown(name, told));
    }
    match at {
        None => output.print(&task(told, name, sources, output.style)),
        Some(at) => output.print(&moment(told, name, *at, sources, output.style)),
    }
}

fn unknown(name: &str, told: &[Told<'_>]) -> String {
    let names = told.iter().flat_map(|one| names(one.account)).collect::<Vec<_>>();
    let near = did_you_mean(name, names.iter().map(String::as_str));
    let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    let mut some: Vec<String> = names.iter().take(10).cloned().collect();
    if names.len() > some.len() {
        some.push("…".to_string());
    }
    format!("no task is called `{name}`{near}; there are: {}", some.join(", "))
}

fn names(account: &Account) -> Vec<String> {
    account.names.tasks.iter().map(ToString::to_string).collect()
}
