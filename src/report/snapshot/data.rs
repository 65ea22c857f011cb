//! A comparison as lines: what is compared, line by line, with another of its kind.

use crate::source::Span;

/// So many steps of a run are written out. Of what follows only marks are, by which a difference is still found.
pub const WRITTEN: usize = 240;

/// All runs of an experiment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Snapshot {
    pub title: String,
    pub runs: Vec<Outcome>,
}

/// One run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    pub name: String,
    /// With its settings, as experiments write it.
    pub runtime: String,
    /// Who goes next under this runtime, where that is known.
    pub rule: Option<&'static str>,
    /// What is counted and measured, by name.
    pub numbers: Vec<(String, String)>,
    /// What happened, as far as it was kept.
    pub steps: Vec<Step>,
    /// How many steps there were.
    pub count: usize,
    /// Behind every [`WRITTEN`] steps, and behind the last.
    pub marks: Vec<Mark>,
}

/// One thing that happened.
#[derive(Debug, Clone)]
pub struct Step {
    /// As it is shown: `2min`.
    pub time: String,
    /// `load(1) has machine`
    pub text: String,
    pub kind: StepKind,
    /// The statement, where that is known; it does not count when steps are compared.
    pub span: Option<Span>,
}

/// What kind of step may have parted two runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    /// A worker takes a task.
    Turn,
    /// The runtime was free to choose.
    Choice,
    Other,
}

impl PartialEq for Step {
    fn eq(&self, other: &Step) -> bool {
        self.time == other.time && self.text == other.text
    }
}

/// How everything up to here went, in eight characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Steps up to here.
    pub at: usize,
    pub time: String,
    pub hash: String,
}
