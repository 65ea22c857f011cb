//! `cosim step FILE`: runs an experiment and shows its runs to step through.

use std::path::Path;

use crate::cli::args::run::StepArguments;
use crate::cli::load;
use crate::cli::output::{Output, reason};
use crate::cli::status::Status;
use crate::cli::step::reel::Reel;
use crate::cli::step::stepper::Stepper;
use crate::cli::step::terminal::{refusal, show};
use crate::cli::why::named;
use crate::scenario;
use crate::scenario::run::RunOptions;

/// Events that are kept, all runs together: less than a gigabyte with what is known of each.
const KEPT: usize = 1_000_000;

pub fn step(arguments: &StepArguments, output: &Output) -> Status {
    if let Some(why) = refusal(arguments.file == Path::new("-")) {
        return output.failed(&format!(
            "{why}: `cosim step` needs one for its screen and its keys. `cosim run FILE` prints a report, and \
             `cosim run FILE -o steps.html` writes a page to step through"
        ));
    }
    let loaded = load::only(&arguments.file, arguments.format, &arguments.experiment, output);
    let (mut experiment, sources) = match loaded {
        Ok(loaded) => loaded,
        Err(status) => return status,
    };
    experiment.replications = 1;
    let options = RunOptions { keep_events: KEPT, ..RunOptions::default() };
    let comparison = scenario::run(&experiment, &options, &mut ());
    let first = match arguments.run.as_ref().map_or(Ok(0), |name| named(&comparison.runs, name)) {
        Ok(first) => first,
        Err(message) => return output.failed(&message),
    };
    let mut reels = Vec::new();
    for (number, run) in comparison.runs.into_iter().enumerate() {
        let name = run.name.clone();
        match Reel::of(run) {
            Some(reel) => reels.push((number, reel)),
            None => output.complain(&format!("warning: run `{name}` has too many events to step through\n")),
        }
    }
    let first = reels.iter().position(|(number, _)| *number == first).unwrap_or(0);
    let reels: Vec<Reel> = reels.into_iter().map(|(_, reel)| reel).collect();
    let Some(mut stepper) = Stepper::new(&comparison.title, &sources, &reels) else {
        return output.failed(
            "there is nothing to step through: take fewer events, with `--set`, or one run, with `--runtime`",
        );
    };
    stepper.show(first);
    match show(&mut stepper, output.style) {
        Ok(()) => Status::Fine,
        Err(error) => output.failed(&format!("the terminal cannot be used: {}", reason(&error))),
    }
}
