//! `cosim.run`: a comparison as the bytes of its outputs.

use std::rc::Rc;

use cosim::cli::png::png;
use cosim::compare::comparison::{Comparison, Run};
use cosim::report::outputs::{Request, named};
use cosim::report::style::{Color, Style};
use cosim::report::svg::palette::Ground;
use cosim::report::svg::picture;
use cosim::report::text::{Lanes, Options, text};
use cosim::scenario::run::{RunOptions, SharedSink, Watch};
use cosim::scenario::{self, Plan};
use cosim::sim::kernel::{Limits, Pulse};
use cosim::source::Sources;
use cosim::time::{Time, parse_nanos};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::CosimError;
use crate::scenario::Scenario;
use crate::watched::{Flag, watched};

/// What `cosim.run` is told.
#[derive(Debug, FromPyObject)]
pub struct Wanted {
    #[pyo3(item)]
    runtime: Vec<String>,
    #[pyo3(item)]
    set: Vec<String>,
    #[pyo3(item)]
    seed: Option<u64>,
    #[pyo3(item)]
    limits: Bounds,
    #[pyo3(item)]
    lanes: String,
    #[pyo3(item)]
    width: u32,
    /// The endings of the outputs.
    #[pyo3(item)]
    outputs: Vec<String>,
}

/// What stops a run that would not end by itself.
#[derive(Debug, FromPyObject)]
pub struct Bounds {
    #[pyo3(item)]
    max_tasks: Option<usize>,
    #[pyo3(item)]
    max_events: Option<u64>,
    #[pyo3(item)]
    max_steps: Option<u64>,
    /// As in `10h`.
    #[pyo3(item)]
    max_time: Option<String>,
}

impl Bounds {
    pub fn limits(&self) -> Result<Limits, String> {
        let defaults = Limits::default();
        let time = match &self.max_time {
            None => defaults.time,
            Some(text) => {
                let nanos = parse_nanos(text).and_then(|nanos| u64::try_from(nanos).ok());
                Time(nanos.ok_or_else(|| format!("max_time: `{text}` is no duration, as in 10h"))?)
            }
        };
        Ok(Limits {
            tasks: self.max_tasks.unwrap_or(defaults.tasks),
            events: self.max_events.unwrap_or(defaults.events),
            steps: self.max_steps.unwrap_or(defaults.steps),
            time,
        })
    }
}

/// What came of it, by name: the report as `text`, and a value of bytes for each output that was asked for.
#[pyfunction]
pub fn run<'py>(py: Python<'py>, scenario: &Scenario, wanted: Wanted) -> PyResult<Bound<'py, PyDict>> {
    let outputs = watched(py, |flag| make(scenario, &wanted, flag))?.map_err(CosimError::new_err)?;
    let found = PyDict::new(py);
    for (name, bytes) in outputs {
        found.set_item(name, PyBytes::new(py, &bytes))?;
    }
    Ok(found)
}

type Outputs = Vec<(String, Vec<u8>)>;

fn make(scenario: &Scenario, wanted: &Wanted, flag: &Flag) -> Result<Outputs, String> {
    let (experiment, sources) = scenario.changed(|experiment, sources| {
        if !wanted.runtime.is_empty() {
            experiment.set_runtimes(sources, &wanted.runtime)?;
        }
        for assignment in &wanted.set {
            experiment.set(sources, assignment)?;
        }
        if let Some(seed) = wanted.seed {
            experiment.seed = seed;
            experiment.runs.iter_mut().for_each(|run| run.seed = None);
        }
        Ok(())
    })?;
    let options = RunOptions { limits: wanted.limits.limits()?, ..RunOptions::default() };
    let comparison = scenario::run(&experiment, &options, &mut Stoppable(flag.clone()));
    // Nobody waits for it any more.
    if comparison.partial.is_some() {
        return Ok(Vec::new());
    }
    written(&comparison, &sources, wanted)
}

fn written(comparison: &Comparison, sources: &Sources, wanted: &Wanted) -> Result<Outputs, String> {
    let lanes = match wanted.lanes.as_str() {
        "worker" => Lanes::Workers,
        "task" => Lanes::Tasks,
        other => return Err(format!("lanes: `{other}` is neither `worker` nor `task`")),
    };
    let picture = picture::Options {
        width: wanted.width.clamp(320, 10_000),
        lanes,
        most: picture::LANES,
        ground: Ground::Light,
        salt: "cosim".to_string(),
    };
    let raster = |svg: &str| png(svg, 1);
    let request = Request { comparison, sources, picture: &picture, raster: &raster };
    let style = Style { color: Color::None, unicode: true, width: 100 };
    let report = text(comparison, sources, Options { style, lanes, most: 12, log: false });
    let mut outputs = vec![("text".to_string(), report.into_bytes())];
    for ending in &wanted.outputs {
        let bytes = (named(ending)?.write)(&request)?;
        outputs.push((ending.clone(), bytes));
    }
    Ok(outputs)
}

/// Looks after nothing but the flag.
struct Stoppable(Flag);

impl Watch for Stoppable {
    fn begin(&mut self, _plan: &Plan) -> Option<SharedSink> {
        None
    }

    fn end(&mut self, _run: &Run) {}

    fn pulse(&mut self) -> Option<Rc<dyn Pulse>> {
        Some(Rc::new(self.0.clone()))
    }

    fn goes_on(&mut self) -> bool {
        !self.0.is_up()
    }
}
