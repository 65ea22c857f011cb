//! The programs named on the command line, made ready to be verified.

use std::collections::BTreeMap;
use std::path::Path;

use crate::cli::args::learn::VerifyArguments;
use crate::cli::args::shared::ValueArguments;
use crate::cli::load;
use crate::cli::output::Output;
use crate::cli::status::Status;
use crate::scenario::Experiment;
use crate::source::Sources;
use crate::value::Value;
use crate::verify::prepare::Script;

/// Each once for each set of parameters its runs have.
///
/// # Errors
/// What is wrong with them has been said.
pub fn scripts(arguments: &VerifyArguments, output: &Output) -> Result<Vec<Script>, Status> {
    let values = ValueArguments { set: arguments.set.clone(), seed: arguments.program_seed };
    let mut all = Vec::new();
    let mut worst = Status::Fine;
    for path in &arguments.files {
        match load::only(path, None, &values, output) {
            Ok((experiment, sources)) => all.extend(of(path, &experiment, &sources)),
            Err(status) => worst = worst.max(status),
        }
    }
    if worst == Status::Fine { Ok(all) } else { Err(worst) }
}

fn of(path: &Path, experiment: &Experiment, sources: &Sources) -> Vec<Script> {
    let name = path
        .file_name()
        .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let text = &sources.get(experiment.program.source).text;
    let mut sets: Vec<(String, BTreeMap<String, Value>)> = Vec::new();
    for run in &experiment.runs {
        let mut params = experiment.params.clone();
        params.extend(run.params.clone());
        let shown: Vec<String> = params.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let shown = shown.join(", ");
        if !sets.iter().any(|(other, _)| *other == shown) {
            sets.push((shown, params));
        }
    }
    let several = sets.len() > 1;
    let script = |(shown, params): (String, BTreeMap<String, Value>)| Script {
        title: if several && !shown.is_empty() { format!("{name} ({shown})") } else { name.clone() },
        text: text.to_string(),
        program: experiment.program.range(),
        file: (*experiment.file).clone(),
        params,
        seed: experiment.seed,
    };
    sets.into_iter().map(script).collect()
}
