//! `cosim merge`: shards become the study they are parts of.

use std::path::PathBuf;

use crate::cli::args::sweep::MergeArguments;
use crate::cli::input::read_file;
use crate::cli::output::Output;
use crate::cli::status::Status;
use crate::cli::sweep::files::{asked, possible, write};
use crate::cli::sweep::show::show;
use crate::study::Results;
use crate::study::shard;

pub fn merge(arguments: &MergeArguments, output: &Output) -> Status {
    let merged = asked(&arguments.output, None).and_then(|asked| {
        let results = joined(&arguments.files)?;
        possible(&asked, &results.study)?;
        write(&asked, &results, None)?;
        Ok(results)
    });
    match merged {
        Ok(results) => {
            let status = if results.held() { Status::Fine } else { Status::Found };
            show(&results, arguments.json, output).max(status)
        }
        Err(message) => output.failed(&message),
    }
}

fn joined(paths: &[PathBuf]) -> Result<Results, String> {
    let read = |path: &PathBuf| Ok((path.display().to_string(), read_file(path)?));
    let files: Vec<(String, String)> = paths.iter().map(read).collect::<Result<_, String>>()?;
    shard::merge(&files)
}
