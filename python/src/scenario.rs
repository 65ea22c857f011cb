//! A scenario as texts: they can be handed to other threads and sent to other machines, which programs cannot.

use std::collections::BTreeMap;
use std::path::Path;

use cosim::cli::args::shared::InputFormat;
use cosim::cli::input::{Input, read, read_file};
use cosim::diagnostic::{Diagnostic, Style, render};
use cosim::lang::parse::ParseLimits;
use cosim::scenario::{Experiment, Loaded, load, load_program};
use cosim::source::Sources;
use pyo3::prelude::*;

use crate::CosimError;

/// What a file says, and the files that it names.
#[pyclass(frozen, module = "cosim._cosim")]
#[derive(Debug, Clone)]
pub struct Scenario {
    name: String,
    text: String,
    /// Is it an experiment, or a program?
    experiment: bool,
    others: BTreeMap<String, String>,
}

#[pymethods]
impl Scenario {
    #[new]
    fn new(name: String, text: String, experiment: bool, others: BTreeMap<String, String>) -> Scenario {
        Scenario { name, text, experiment, others }
    }

    /// Reads a file, and what it names.
    #[staticmethod]
    fn read(path: &str) -> PyResult<Scenario> {
        let path = Path::new(path);
        let Input { name, text, format } = read(path, None).map_err(CosimError::new_err)?;
        let mut scenario =
            Scenario { name, text, experiment: format == InputFormat::Ron, others: BTreeMap::new() };
        let folder = path.parent().unwrap_or(Path::new(""));
        let mut others = BTreeMap::new();
        let (sources, loaded) = scenario.load_with(&mut |name| {
            let text = read_file(&folder.join(name))?;
            others.insert(name.to_string(), text.clone());
            Ok(text)
        });
        loaded.map_err(|problems| refused(&problems, &sources))?;
        scenario.others = others;
        Ok(scenario)
    }

    /// A text instead of a file: it can name no others.
    #[staticmethod]
    fn of(text: String) -> Scenario {
        let experiment = ["Experiment", "(", "#!"].iter().any(|start| first(&text).starts_with(start));
        Scenario { name: "<text>".to_string(), text, experiment, others: BTreeMap::new() }
    }

    /// For pickle.
    fn __reduce__<'py>(slf: &Bound<'py, Scenario>) -> PyResult<(Bound<'py, PyAny>, Parts)> {
        let Scenario { name, text, experiment, others } = slf.get().clone();
        Ok((slf.get_type().into_any(), (name, text, experiment, others)))
    }
}

type Parts = (String, String, bool, BTreeMap<String, String>);

/// The first line that is neither empty nor a comment.
fn first(text: &str) -> &str {
    let said = |line: &&str| !line.is_empty() && !line.starts_with("//");
    text.lines().map(str::trim).find(said).unwrap_or("")
}

impl Scenario {
    pub fn load(&self) -> (Sources, Result<Loaded, Vec<Diagnostic>>) {
        let missing = |name: &str| format!("{name}: there are no files beside a text");
        self.load_with(&mut |name| self.others.get(name).cloned().ok_or_else(|| missing(name)))
    }

    fn load_with(
        &self,
        neighbour: &mut dyn FnMut(&str) -> Result<String, String>,
    ) -> (Sources, Result<Loaded, Vec<Diagnostic>>) {
        let mut sources = Sources::default();
        let id = sources.add(self.name.as_str(), self.text.as_str());
        let limits = ParseLimits::default();
        let loaded = match self.experiment {
            true => load(&mut sources, id, &limits, neighbour),
            false => load_program(&mut sources, id, &limits),
        };
        (sources, loaded)
    }

    /// The experiment in it, with this done to it.
    pub fn changed(
        &self,
        change: impl FnOnce(&mut Experiment, &mut Sources) -> Result<(), Vec<Diagnostic>>,
    ) -> Result<(Experiment, Sources), String> {
        let (mut sources, loaded) = self.load();
        let changed = loaded.and_then(|Loaded { mut experiment, .. }| {
            change(&mut experiment, &mut sources)?;
            Ok(experiment)
        });
        match changed {
            Ok(experiment) => Ok((experiment, sources)),
            Err(problems) => Err(drawn(&problems, &sources)),
        }
    }
}

/// Mistakes as the command line draws them.
pub fn drawn(problems: &[Diagnostic], sources: &Sources) -> String {
    render(problems, sources, Style { color: false, unicode: true, width: 100 })
}

fn refused(problems: &[Diagnostic], sources: &Sources) -> PyErr {
    CosimError::new_err(drawn(problems, sources))
}
