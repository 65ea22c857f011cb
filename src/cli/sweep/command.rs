//! `cosim sweep`: reads what is wanted, makes the runs, shows and writes what came of them.

use std::num::NonZeroUsize;
use std::sync::OnceLock;
use std::thread;

use crate::cli::args::sweep::SweepArguments;
use crate::cli::interrupt;
use crate::cli::load::{complain, limits};
use crate::cli::output::Output;
use crate::cli::progress::Progress;
use crate::cli::status::Status;
use crate::cli::sweep::files::{Asked, asked, possible, write};
use crate::cli::sweep::show::show;
use crate::cli::sweep::texts::Texts;
use crate::cli::sweep::workers::{Pilots, run};
use crate::scenario::Loaded;
use crate::study::design::Target;
use crate::study::request::MOST_REPLICATIONS;
use crate::study::shard::Share;
use crate::study::statistics::precision::FEWEST;
use crate::study::{Bench, Request, Results, Study};

pub fn sweep(arguments: &SweepArguments, output: &Output) -> Status {
    let share = arguments.shard;
    let prepared = asked(&arguments.output, share).and_then(|asked| Ok((asked, request(arguments)?)));
    let (asked, request) = match prepared {
        Ok(prepared) => prepared,
        Err(message) => return output.failed(&message),
    };
    let (texts, study) = match prepare(arguments, &request, output) {
        Ok(prepared) => prepared,
        Err(status) => return status,
    };
    if study.size() > request.most_runs {
        let (runs, most) = (study.size(), request.most_runs);
        return output.failed(&format!(
            "this takes {runs} runs, and at most {most} are made: vary less, replicate less, or say `--max-runs {runs}`"
        ));
    }
    if let Err(message) = possible(&asked, &study) {
        return output.failed(&message);
    }
    match make(&texts, &request, study, share.unwrap_or(Share::ALL), arguments, output) {
        Ok(results) => finish(&results, &asked, share, arguments, output),
        Err(message) => output.failed(&message),
    }
}

/// What is wanted, as far as the options say.
fn request(arguments: &SweepArguments) -> Result<Request, String> {
    let defaults = Request::default();
    let precision = arguments
        .precision
        .map(|relative| Target { relative, most: arguments.max_replications.unwrap_or(MOST_REPLICATIONS) });
    if precision.is_some() && arguments.shard.is_some() {
        let text =
            "how many replications `--precision` takes is known only when all have been seen, not in a shard";
        return Err(format!("{text}: say `--replications N` instead"));
    }
    let least = if precision.is_some() { Some(FEWEST as u32) } else { None };
    let metrics = match arguments.metric.is_empty() {
        true => vec!["makespan".to_string()],
        false => arguments.metric.clone(),
    };
    Ok(Request {
        vary: arguments.vary.clone(),
        runtimes: arguments.experiment.runtime.clone(),
        set: arguments.experiment.values.set.clone(),
        metrics,
        assertions: arguments.assert.clone(),
        seed: arguments.experiment.values.seed,
        replications: arguments.replications.or(least),
        precision,
        level: arguments.level.unwrap_or(defaults.level),
        warmup: arguments.warmup.unwrap_or_default(),
        limits: limits(&arguments.limits),
        most_runs: arguments.max_runs.unwrap_or(defaults.most_runs),
    })
}

/// The texts for the threads, and the study; everything that is wrong is said here.
fn prepare(arguments: &SweepArguments, request: &Request, output: &Output) -> Result<(Texts, Study), Status> {
    let mut texts = Texts::new(&arguments.file, arguments.format).map_err(|why| output.failed(&why))?;
    let (mut sources, loaded) = texts.fetch(&arguments.file);
    let bench = loaded.and_then(|Loaded { experiment, warnings }| {
        let mut bench = Bench::new(experiment, &mut sources, request)?;
        if bench.study.size() <= request.most_runs {
            bench.check()?;
        }
        Ok((bench, warnings))
    });
    match bench {
        Ok((bench, warnings)) => {
            complain(&warnings, &sources, output);
            Ok((texts, bench.study))
        }
        Err(problems) => {
            complain(&problems, &sources, output);
            Err(Status::Found)
        }
    }
}

/// Round by round, until every interval is as narrow as it is to be; without `--precision` there is one round.
fn make(
    texts: &Texts,
    request: &Request,
    study: Study,
    share: Share,
    arguments: &SweepArguments,
    output: &Output,
) -> Result<Results, String> {
    interrupt::watch();
    let threads = arguments.threads.map_or_else(cores, NonZeroUsize::get);
    let mut wanted: Vec<(usize, u32)> = share.runs(&study).collect();
    let mut total = wanted.len();
    let progress = Progress::new(output, Some(total as u64), "runs");
    let pilots: Box<Pilots> = (0..study.cells()).map(|_| OnceLock::new()).collect();
    let mut results = Results::new(study, Vec::new(), false);
    loop {
        let made = run(texts, request, &wanted, threads, &pilots, &progress)
            .map_err(|error| format!("no thread to work on: {error}"))?;
        results.add(made);
        if results.runs.len() < total {
            results.partial = true;
            break;
        }
        wanted = results.wanted();
        if wanted.is_empty() {
            break;
        }
        total += wanted.len();
        progress.set_total(total as u64);
    }
    progress.finish();
    Ok(results)
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// Shows and writes what there is.
fn finish(
    results: &Results,
    asked: &[Asked<'_>],
    share: Option<Share>,
    arguments: &SweepArguments,
    output: &Output,
) -> Status {
    let written = match write(asked, results, share) {
        Ok(written) => written,
        Err(message) => return output.failed(&message),
    };
    let status = if results.held() || share.is_some() { Status::Fine } else { Status::Found };
    let shown = match share {
        Some(share) => output.print(&format!(
            "shard {} of {}: {} of {} runs\n",
            share.number,
            share.of,
            results.runs.len(),
            results.study.size(),
        )),
        None => show(results, arguments.json, output),
    };
    if !results.partial {
        return status.max(shown);
    }
    for path in written {
        output.complain(&format!("interrupted: what is done so far is in {}\n", path.display()));
    }
    Status::Interrupted
}
