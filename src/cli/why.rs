//! `cosim why`: runs an experiment and says why it took as long as it did.

use crate::cli::args::run::WhyArguments;
use crate::cli::load;
use crate::cli::output::Output;
use crate::cli::status::Status;
use crate::compare::comparison::Run;
use crate::report::why::json::json;
use crate::report::why::text::{Told, accounts, moment, numbers, runs, task};
use crate::scenario;
use crate::scenario::run::RunOptions;
use crate::source::Sources;
use crate::suggest::did_you_mean_or_stop;
use crate::time::{Time, parse_nanos};

/// How many names of tasks are told to who misses one.
const SHOWN: usize = 10;

pub fn why(arguments: &WhyArguments, output: &Output) -> Status {
    let asked = match arguments.task.as_deref().map(asked).transpose() {
        Ok(asked) => asked,
        Err(message) => return output.failed(&message),
    };
    let loaded = load::only(&arguments.file, arguments.format, &arguments.experiment, output);
    let (mut experiment, sources) = match loaded {
        Ok(loaded) => loaded,
        Err(status) => return status,
    };
    // What is told is told of one run of each.
    experiment.replications = 1;
    let mut comparison = scenario::run(&experiment, &RunOptions::default(), &mut ());
    match arguments.run.as_ref().map(|name| named(&comparison.runs, name)) {
        None => {}
        Some(Ok(run)) => comparison.runs = vec![comparison.runs.swap_remove(run)],
        Some(Err(message)) => return output.failed(&message),
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

/// `wash(4)@40min`
fn asked(text: &str) -> Result<Asked, String> {
    let Some((task, moment)) = text.rsplit_once('@') else { return Ok((text.trim().to_string(), None)) };
    match parse_nanos(moment.trim()).map(u64::try_from) {
        Some(Ok(nanos)) => Ok((task.trim().to_string(), Some(Time(nanos)))),
        _ => Err(format!(
            "`{moment}` is no moment of a run: write a task and a duration, such as `wash(4)@40min`"
        )),
    }
}

/// The place of the run that has this name.
///
/// # Errors
/// There is none.
pub fn named(runs: &[Run], name: &str) -> Result<usize, String> {
    let names: Vec<&str> = runs.iter().map(|run| run.name.as_str()).collect();
    names.iter().position(|known| *known == name).ok_or_else(|| {
        let near = did_you_mean_or_stop(name, names.iter().copied());
        format!("no run is called `{name}`{near} There are: {}", names.join(", "))
    })
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
    let Some((name, at)) = asked else { return output.print(&runs(told, sources, output.style)) };
    if told.iter().all(|one| numbers(one, name).is_empty()) {
        return output.failed(&unknown(name, told));
    }
    match at {
        None => output.print(&task(told, name, sources, output.style)),
        Some(at) => output.print(&moment(told, name, *at, sources, output.style)),
    }
}

fn unknown(name: &str, told: &[Told<'_>]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for one in told {
        names.extend(one.account.names.tasks.iter().map(AsRef::as_ref));
    }
    let near = did_you_mean_or_stop(name, names.iter().copied());
    let mut some: Vec<&str> = Vec::new();
    for name in names {
        if some.len() == SHOWN {
            some.push("…");
            break;
        }
        if !some.contains(&name) {
            some.push(name);
        }
    }
    format!("no task is called `{name}`{near} There are: {}", some.join(", "))
}
