//! An experiment run from its text, for tests of other crates: what came out, and whether that was expected.

use std::error::Error;
use std::fmt;

use crate::compare::comparison::Comparison;
use crate::diagnostic::{self, Diagnostic, render};
use crate::lang::parse::ParseLimits;
use crate::report::snapshot::data::Snapshot;
use crate::report::snapshot::make::snapshot;
use crate::scenario::{Loaded, RunOptions, load, run};
use crate::source::Sources;

/// An experiment that was run. Shown, it is the text that `cosim test` keeps as a snapshot.
#[derive(Debug, Clone)]
pub struct Compared {
    pub comparison: Comparison,
    /// The texts in which its places lie.
    pub sources: Sources,
}

/// Why an experiment could not be run. Shown, it is what `cosim check` prints.
#[derive(Debug, Clone)]
pub struct Refused {
    pub problems: Vec<Diagnostic>,
    pub sources: Sources,
}

/// Runs an experiment: `name` is what messages call it, `text` what the RON file says, and `read` gives the text of
/// the file that it names with `File("…")`, or says why it cannot.
///
/// ```
/// let experiment = r#"Experiment(
///     program: File("two.cosim"),
///     compare: [(name: "loop", runtime: Asyncio())],
///     expect: ["makespan('loop') == 2s"],
/// )"#;
/// let program = "task nap() { await sleep(2s) }  main { await gather(nap(), nap()) }";
/// let compared = cosim::compare("two.ron", experiment, |_file| Ok(program.to_string()))?;
/// assert_eq!(compared.unexpected(), Vec::<&str>::new());
/// assert!(compared.to_string().contains("  makespan: 2s\n"));
/// # Ok::<(), cosim::report::snapshot::compared::Refused>(())
/// ```
///
/// # Errors
/// Everything that is wrong with the experiment or its program.
pub fn compare(
    name: &str,
    text: &str,
    mut read: impl FnMut(&str) -> Result<String, String>,
) -> Result<Compared, Refused> {
    let mut sources = Sources::default();
    let id = sources.add(name, text);
    match load(&mut sources, id, &ParseLimits::default(), &mut read) {
        Ok(Loaded { experiment, .. }) => {
            Ok(Compared { comparison: run(&experiment, &RunOptions::default(), &mut ()), sources })
        }
        Err(problems) => Err(Refused { problems, sources }),
    }
}

impl Compared {
    /// What was expected and did not come true, and what came instead.
    pub fn unexpected(&self) -> Vec<&str> {
        let failed = self.comparison.expectations.iter().filter(|expectation| !expectation.held);
        failed.map(|expectation| expectation.explanation.as_str()).collect()
    }

    pub fn snapshot(&self) -> Snapshot {
        snapshot(&self.comparison)
    }
}

impl fmt::Display for Compared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.snapshot().text())
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let style = diagnostic::Style { color: false, unicode: false, width: 100 };
        f.write_str(&render(&self.problems, &self.sources, style))
    }
}

impl Error for Refused {}
