//! What came of testing one scenario: plain data, handed from thread to thread.

/// One scenario.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub file: String,
    pub runs: usize,
    pub expectations: usize,
    pub failures: Vec<Failure>,
    /// Its snapshot was written.
    pub accepted: bool,
    /// It could not be done: a file that could not be read or written.
    pub trouble: Option<String>,
    /// What is odd about it, as the terminal shows it.
    pub warnings: String,
    pub seconds: f64,
}

/// Something that is not as it is to be.
#[derive(Debug, Clone)]
pub struct Failure {
    pub kind: FailureKind,
    /// One line.
    pub message: String,
    /// Everything there is to say, as the terminal shows it.
    pub detail: String,
    /// Where in which file, from 1.
    pub place: (String, usize, usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// It cannot be read or checked.
    Mistake,
    /// It was not done in time.
    Timeout,
    /// Something expected did not come true.
    Expectation,
    /// It is not what was accepted.
    Snapshot,
    /// Nothing has been accepted yet.
    NoSnapshot,
}

impl FailureKind {
    pub fn word(self) -> &'static str {
        match self {
            FailureKind::Mistake => "mistake",
            FailureKind::Timeout => "timeout",
            FailureKind::Expectation => "expectation",
            FailureKind::Snapshot => "snapshot",
            FailureKind::NoSnapshot => "no snapshot",
        }
    }
}

impl Outcome {
    pub fn of(file: &str) -> Outcome {
        Outcome {
            file: file.to_string(),
            runs: 0,
            expectations: 0,
            failures: Vec::new(),
            accepted: false,
            trouble: None,
            warnings: String::new(),
            seconds: 0.0,
        }
    }

    pub fn passed(&self) -> bool {
        self.failures.is_empty() && self.trouble.is_none()
    }
}
