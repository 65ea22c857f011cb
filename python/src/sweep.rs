//! `cosim.sweep`: a study on all cores, or a shard of it, which somebody else merges.

use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::rc::Rc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use cosim::cli::sweep::files::bytes;
use cosim::report::style::{Color, Style};
use cosim::report::sweep::text::text;
use cosim::scenario::Loaded;
use cosim::source::Sources;
use cosim::study::bench::Pilot;
use cosim::study::design::{Target, Warmup};
use cosim::study::ran::Ran;
use cosim::study::request::MOST_REPLICATIONS;
use cosim::study::shard::{Share, merge as joined, write as shard_text};
use cosim::study::statistics::precision::FEWEST;
use cosim::study::{Bench, Request, Results, Study};
use cosim::time::parse_nanos;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::CosimError;
use crate::run::Bounds;
use crate::scenario::{Scenario, drawn};
use crate::watched::{Flag, STACK, watched};

/// What `cosim.sweep` is told.
#[derive(Debug, FromPyObject)]
pub struct Wanted {
    #[pyo3(item)]
    vary: Vec<String>,
    #[pyo3(item)]
    runtime: Vec<String>,
    #[pyo3(item)]
    set: Vec<String>,
    #[pyo3(item)]
    metrics: Vec<String>,
    #[pyo3(item)]
    assertions: Vec<String>,
    #[pyo3(item)]
    seed: Option<u64>,
    #[pyo3(item)]
    replications: Option<u32>,
    #[pyo3(item)]
    precision: Option<f64>,
    #[pyo3(item)]
    max_replications: Option<u32>,
    #[pyo3(item)]
    level: Option<f64>,
    #[pyo3(item)]
    warmup: Option<String>,
    #[pyo3(item)]
    limits: Bounds,
    #[pyo3(item)]
    max_runs: Option<u64>,
}

impl Wanted {
    fn request(&self) -> Result<Request, String> {
        let defaults = Request::default();
        let part = |name: &str, value: Option<f64>| match value {
            Some(part) if !(part > 0.0 && part < 1.0) => {
                Err(format!("{name}: {part} is no part of the whole, as in 0.05"))
            }
            part => Ok(part),
        };
        let precision = part("precision", self.precision)?
            .map(|relative| Target { relative, most: self.max_replications.unwrap_or(MOST_REPLICATIONS) });
        let least = precision.is_some().then_some(FEWEST as u32);
        if self.replications == Some(0) {
            return Err("replications: at least one is needed".to_string());
        }
        Ok(Request {
            vary: self.vary.clone(),
            runtimes: self.runtime.clone(),
            set: self.set.clone(),
            metrics: self.metrics.clone(),
            assertions: self.assertions.clone(),
            seed: self.seed,
            replications: self.replications.or(least),
            precision,
            level: part("level", self.level)?.unwrap_or(defaults.level),
            warmup: self.warmup.as_deref().map_or(Ok(defaults.warmup), warmup)?,
            limits: self.limits.limits()?,
            most_runs: self.max_runs.unwrap_or(defaults.most_runs),
        })
    }
}

fn warmup(text: &str) -> Result<Warmup, String> {
    let time = || parse_nanos(text).and_then(|nanos| u64::try_from(nanos).ok());
    match text {
        "none" => Ok(Warmup::None),
        "mser5" => Ok(Warmup::Mser5),
        _ => time()
            .map(Warmup::Until)
            .ok_or_else(|| format!("warmup: `{text}` is neither none, mser5 nor a time")),
    }
}

/// How many runs there will be; everything that is wrong with what is wanted is said.
#[pyfunction]
pub fn size(py: Python<'_>, scenario: &Scenario, wanted: Wanted) -> PyResult<u64> {
    let checked = watched(py, |_flag| -> Result<u64, String> {
        let request = wanted.request()?;
        Ok(checked(scenario, &request)?.size())
    })?;
    checked.map_err(CosimError::new_err)
}

/// All of it, on so many threads or on all cores; what came of it by name, as [`merge`] has it.
#[pyfunction]
pub fn sweep<'py>(
    py: Python<'py>,
    scenario: &Scenario,
    wanted: Wanted,
    threads: Option<NonZeroUsize>,
) -> PyResult<Bound<'py, PyDict>> {
    let made = watched(py, |flag| {
        let request = wanted.request()?;
        let results = make(scenario, &request, Share::ALL, threads, flag)?;
        written(&results)
    })?;
    found(py, made.map_err(CosimError::new_err)?)
}

/// One of the shards, counted from 1, as the text of its file.
#[pyfunction]
pub fn shard(
    py: Python<'_>,
    scenario: &Scenario,
    wanted: Wanted,
    number: u32,
    of: u32,
    threads: Option<NonZeroUsize>,
) -> PyResult<String> {
    if !(1..=of).contains(&number) {
        return Err(CosimError::new_err(format!("there is no shard {number} of {of}")));
    }
    let share = Share { number, of };
    let made = watched(py, |flag| -> Result<String, String> {
        let request = wanted.request()?;
        Ok(shard_text(&make(scenario, &request, share, threads, flag)?, share))
    })?;
    made.map_err(CosimError::new_err)
}

/// Shards, each with a name and its text, become the whole, whatever their order.
#[pyfunction]
pub fn merge(py: Python<'_>, shards: Vec<(String, String)>) -> PyResult<Bound<'_, PyDict>> {
    let merged = watched(py, |_flag| written(&joined(&shards)?))?;
    found(py, merged.map_err(CosimError::new_err)?)
}

fn found(py: Python<'_>, written: Written) -> PyResult<Bound<'_, PyDict>> {
    let found = PyDict::new(py);
    found.set_item("text", written.text)?;
    found.set_item("held", written.held)?;
    for (ending, bytes) in written.outputs {
        found.set_item(ending, PyBytes::new(py, &bytes))?;
    }
    Ok(found)
}

struct Written {
    text: String,
    /// Did everything that was asserted hold?
    held: bool,
    outputs: Vec<(&'static str, Vec<u8>)>,
}

const OUTPUTS: [&str; 3] = [".json", ".parquet", ".runs.parquet"];

fn written(results: &Results) -> Result<Written, String> {
    let style = Style { color: Color::None, unicode: true, width: 100 };
    let write = |ending| Ok((ending, bytes(ending, results)?));
    let mut outputs = OUTPUTS.into_iter().map(write).collect::<Result<Vec<_>, String>>()?;
    // Where nothing is varied there is nothing to draw.
    outputs.extend(write(".svg"));
    Ok(Written { text: text(results, style), held: results.held(), outputs })
}

fn opened(scenario: &Scenario, request: &Request) -> Result<(Bench, Sources), String> {
    let (mut sources, loaded) = scenario.load();
    let bench = loaded.and_then(|Loaded { experiment, .. }| Bench::new(experiment, &mut sources, request));
    match bench {
        Ok(bench) => Ok((bench, sources)),
        Err(problems) => Err(drawn(&problems, &sources)),
    }
}

/// The study, after everything was compiled once.
fn checked(scenario: &Scenario, request: &Request) -> Result<Study, String> {
    let (mut bench, sources) = opened(scenario, request)?;
    let (runs, most) = (bench.study.size(), request.most_runs);
    if runs > most {
        return Err(format!(
            "this takes {runs} runs, and at most {most} are made: vary less, replicate less, or say max_runs={runs}"
        ));
    }
    bench.check().map_err(|problems| drawn(&problems, &sources))?;
    Ok(bench.study)
}

/// Round by round, until every interval is as narrow as it is to be; without a precision there is one round.
fn make(
    scenario: &Scenario,
    request: &Request,
    share: Share,
    threads: Option<NonZeroUsize>,
    flag: &Flag,
) -> Result<Results, String> {
    if request.precision.is_some() && share != Share::ALL {
        return Err("how many replications `precision` takes is known only when all have been seen, not in a shard: say \
                    replications=N instead"
            .to_string());
    }
    let study = checked(scenario, request)?;
    let threads = threads.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
    let mut wanted: Vec<(usize, u32)> = share.runs(&study).collect();
    let pilots: Vec<OnceLock<Option<Pilot>>> = (0..study.cells()).map(|_| OnceLock::new()).collect();
    let mut results = Results::new(study, Vec::new(), false);
    while !wanted.is_empty() && !flag.is_up() {
        results.add(round(scenario, request, &wanted, threads, &pilots, flag)?);
        wanted = results.wanted();
    }
    Ok(results)
}

/// Threads that take one run after the other.
fn round(
    scenario: &Scenario,
    request: &Request,
    wanted: &[(usize, u32)],
    threads: usize,
    pilots: &[OnceLock<Option<Pilot>>],
    flag: &Flag,
) -> Result<Vec<Ran>, String> {
    let next = AtomicUsize::new(0);
    let work = || {
        let (mut bench, _) = opened(scenario, request)?;
        bench.watch(Rc::new(flag.clone()));
        let mut done = Vec::new();
        while let Some(&(cell, replication)) = wanted.get(next.fetch_add(1, Ordering::Relaxed)) {
            let pilot = pilots[cell].get_or_init(|| bench.pilot(cell));
            // A pilot that was stopped says nothing.
            if flag.is_up() {
                break;
            }
            let Some(ran) = bench.run(cell, replication, pilot.as_ref()) else { break };
            done.push(ran);
        }
        Ok(done)
    };
    thread::scope(|scope| {
        let start = |_number| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        let started: Result<Vec<_>, _> = (0..threads.min(wanted.len()).max(1)).map(start).collect();
        let mut all = Vec::with_capacity(wanted.len());
        for worker in started.map_err(|error| format!("no thread to work on: {error}"))? {
            let done: Result<Vec<Ran>, String> = worker.join().unwrap_or_else(|panic| resume_unwind(panic));
            all.extend(done?);
        }
        Ok(all)
    })
}
