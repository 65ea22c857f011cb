//! A checked expectation: every name resolved, every kind known to fit.

use crate::lang::ast::{BinaryOp, UnaryOp};
use crate::lang::kind::Kind;
use crate::lang::program::Builtin;
use crate::scenario::expect::vocabulary::{ObjectNumber, Quantity, RunNumber, Statistic};
use crate::source::Span;
use crate::value::Value;

/// One line of `expect`, ready to be held against the runs.
#[derive(Debug, Clone)]
pub struct Expect {
    pub text: String,
    pub span: Span,
    pub term: Term,
}

/// A part of an expectation, with the words it was written in.
#[derive(Debug, Clone)]
pub struct Term {
    pub what: What,
    pub text: String,
}

impl Term {
    /// What is claimed side by side, joined by `and`, each in its words with single blanks.
    pub fn claims(&self) -> Vec<String> {
        match &self.what {
            What::Logic { and: true, left, right } => {
                let mut claims = left.claims();
                claims.extend(right.claims());
                claims
            }
            What::Logic { and: false, .. }
            | What::Constant(_)
            | What::Measure(_)
            | What::Function(..)
            | What::Unary(..)
            | What::Binary(..) => vec![self.text.split_whitespace().collect::<Vec<_>>().join(" ")],
        }
    }
}

#[derive(Debug, Clone)]
pub enum What {
    Constant(Value),
    Measure(Measure),
    Function(Builtin, Vec<Term>),
    Unary(UnaryOp, Box<Term>),
    Binary(BinaryOp, Box<Term>, Box<Term>),
    Logic { and: bool, left: Box<Term>, right: Box<Term> },
}

/// What is taken from a run; runs are named by their place in the comparison.
#[derive(Debug, Clone)]
pub enum Measure {
    Run { number: RunNumber, run: usize },
    Speedup { run: usize, base: usize },
    Object { number: ObjectNumber, object: Which, run: usize },
    Statistic { statistic: Statistic, series: Series, run: usize },
    Before { first: String, second: String, run: usize },
    Logged { text: String, run: usize },
    LogLine { number: u64, run: usize },
}

/// An object, or an array of them.
#[derive(Debug, Clone)]
pub enum Which {
    /// `fork[2]`, `machine`
    One(String),
    /// `fork`
    Array(String),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Series {
    Tasks {
        quantity: Quantity,
        /// `of: "wash"`, `of: "wash(3)"`
        task: Option<String>,
    },
    /// Of the metric with this name.
    Observed(String),
}

impl Which {
    /// Does an object of this name belong to it?
    pub fn includes(&self, name: &str) -> bool {
        match self {
            Which::One(one) => one == name,
            Which::Array(array) => {
                name.strip_prefix(array.as_str()).is_some_and(|rest| rest.starts_with('['))
            }
        }
    }
}

impl Measure {
    pub fn kind(&self) -> Kind {
        match self {
            Measure::Run { number, .. } => match number {
                RunNumber::Makespan
                | RunNumber::Cost
                | RunNumber::Busy
                | RunNumber::Held
                | RunNumber::Idle
                | RunNumber::Overhead
                | RunNumber::Bound => Kind::Duration,
                RunNumber::Utilisation
                | RunNumber::Occupied
                | RunNumber::Throughput
                | RunNumber::Present
                | RunNumber::Saturation => Kind::Float,
                RunNumber::Workers
                | RunNumber::Switches
                | RunNumber::Preemptions
                | RunNumber::PeakTasks
                | RunNumber::Tasks
                | RunNumber::Completed
                | RunNumber::Failed
                | RunNumber::Logs => Kind::Int,
                RunNumber::Outcome => Kind::Text,
            },
            Measure::Speedup { .. } => Kind::Float,
            Measure::Object { number: ObjectNumber::Utilisation, .. } => Kind::Float,
            Measure::Object { number: ObjectNumber::Peak, .. } => Kind::Int,
            Measure::Statistic { statistic: Statistic::Count, .. } => Kind::Int,
            Measure::Statistic { series: Series::Tasks { .. }, .. } => Kind::Duration,
            // Whether a metric collects durations or numbers is known when it has been observed.
            Measure::Statistic { series: Series::Observed(_), .. } => Kind::Unknown,
            Measure::Before { .. } => Kind::Bool,
            Measure::Logged { .. } => Kind::Int,
            Measure::LogLine { .. } => Kind::Text,
        }
    }
}
