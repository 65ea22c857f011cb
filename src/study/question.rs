//! What is asked of every run: metrics, and what is asserted of them, in the language of expectations.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;
use crate::lang::ast::BinaryOp;
use crate::lang::kind::Kind;
use crate::lang::operators;
use crate::lang::parse::parse_expression;
use crate::lang::program::Program;
use crate::scenario::expect::check::check_one;
use crate::scenario::expect::evaluate::{Facts, value};
use crate::scenario::expect::names::Scope;
use crate::scenario::expect::term::{Expect, Measure, Term, What};
use crate::scenario::expect::vocabulary::{ObjectNumber, RunNumber};
use crate::source::{Sources, Span};
use crate::value::Value;

/// A number of a run, as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metric {
    pub text: String,
    /// It is 1 or 0: its mean is a share of the runs.
    pub share: bool,
    pub better: Better,
}

/// Which of two values people would rather have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Better {
    /// Time, waiting, cost.
    Less,
    /// Throughput, utilisation.
    More,
}

impl Better {
    fn of(term: &Term) -> Better {
        match &term.what {
            What::Measure(Measure::Run { number, .. }) => match number {
                RunNumber::Throughput | RunNumber::Completed | RunNumber::Utilisation => Better::More,
                RunNumber::Makespan
                | RunNumber::Workers
                | RunNumber::Cost
                | RunNumber::Busy
                | RunNumber::Held
                | RunNumber::Idle
                | RunNumber::Overhead
                | RunNumber::Occupied
                | RunNumber::Switches
                | RunNumber::Preemptions
                | RunNumber::PeakTasks
                | RunNumber::Tasks
                | RunNumber::Failed
                | RunNumber::Bound
                | RunNumber::Present
                | RunNumber::Saturation
                | RunNumber::Logs
                | RunNumber::Outcome => Better::Less,
            },
            What::Measure(Measure::Object { number: ObjectNumber::Utilisation, .. }) => Better::More,
            What::Measure(_)
            | What::Constant(_)
            | What::Function(..)
            | What::Unary(..)
            | What::Binary(..)
            | What::Logic { .. } => Better::Less,
        }
    }
}

/// What is to hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assertion {
    pub text: String,
    /// Which way the means of both sides are compared; `None` if it is to be true in every run.
    pub order: Option<Order>,
    /// The left side.
    pub left: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    #[serde(rename = "<")]
    Less,
    #[serde(rename = "<=")]
    LessEqual,
    #[serde(rename = ">")]
    Greater,
    #[serde(rename = ">=")]
    GreaterEqual,
}

/// All that is asked.
#[derive(Debug, Default)]
pub struct Questions {
    pub metrics: Vec<Metric>,
    pub assertions: Vec<Assertion>,
    asked: Vec<Asked>,
}

#[derive(Debug)]
enum Asked {
    /// One answer: the number.
    Number(Expect),
    /// Two: the left side, and what is left of it without the right side.
    Difference(Expect, Expect),
    /// One: 1 for true, 0 for false.
    Truth(Expect),
}

/// What was asked of one run; `None` where there is no number.
#[derive(Debug, Default)]
pub struct Answers {
    pub values: Vec<Option<f64>>,
    /// Which of them are durations, in nanoseconds.
    pub durations: Vec<bool>,
    /// Why the first that is missing is missing.
    pub why: Option<String>,
}

impl Questions {
    /// # Errors
    /// What is wrong with any of them.
    pub fn new(
        sources: &mut Sources,
        program: &Program,
        metrics: &[String],
        assertions: &[String],
    ) -> Result<Questions, Vec<Diagnostic>> {
        let mut questions = Questions::default();
        let mut problems = Vec::new();
        let mut seen = BTreeSet::new();
        let metrics = metrics.iter().filter(|text| seen.insert(text.trim())).map(|text| ("--metric", text));
        for (option, text) in metrics.chain(assertions.iter().map(|text| ("--assert", text))) {
            if questions.answers() + 2 > MOST {
                let place = Span::new(sources.add(option, text), 0..text.len());
                let said = format!("a run answers at most {MOST} questions, two for each assertion");
                return Err(vec![
                    Diagnostic::error("E0902", place, said).help("ask them in several studies"),
                ]);
            }
            let read = read(sources, program, option, text);
            let added = read.and_then(|read| match option {
                "--metric" => questions.metric(read),
                _assert => questions.assertion(read),
            });
            problems.extend(added.err().unwrap_or_default());
        }
        if problems.is_empty() { Ok(questions) } else { Err(problems) }
    }

    fn metric(&mut self, (expect, kind): (Expect, Kind)) -> Result<(), Vec<Diagnostic>> {
        if !matches!(kind, Kind::Int | Kind::Float | Kind::Duration | Kind::Bool | Kind::Unknown) {
            let text = format!("a metric is a number, this is {}", kind.words());
            let problem = Diagnostic::error("E0902", expect.span, text);
            return Err(vec![
                problem.help("`outcome == completed` is 1 or 0, and its mean a share of the runs"),
            ]);
        }
        self.metrics.push(Metric {
            text: expect.text.clone(),
            share: kind == Kind::Bool,
            better: Better::of(&expect.term),
        });
        self.asked.push(Asked::Number(expect));
        Ok(())
    }

    fn assertion(&mut self, (expect, kind): (Expect, Kind)) -> Result<(), Vec<Diagnostic>> {
        if kind != Kind::Bool {
            let text = format!("an assertion says yes or no, this is {}", kind.words());
            let problem = Diagnostic::error("E0705", expect.span, text);
            return Err(vec![problem.help("compare it with something: `p95(latency) < 250ms`")]);
        }
        let text = expect.text.clone();
        let (order, left, asked) = match &expect.term.what {
            What::Binary(op, left, right) if order(*op).is_some() => {
                let side =
                    |term: &Term| Expect { text: term.text.clone(), span: expect.span, term: term.clone() };
                (order(*op), left.text.clone(), Asked::Difference(side(left), side(right)))
            }
            _other => (None, text.clone(), Asked::Truth(expect)),
        };
        self.assertions.push(Assertion { text, order, left });
        self.asked.push(asked);
        Ok(())
    }

    /// How many numbers a run answers.
    fn answers(&self) -> usize {
        self.asked.iter().map(|asked| if matches!(asked, Asked::Difference(..)) { 2 } else { 1 }).sum()
    }

    /// Everything of which a run must be watched.
    pub fn expects(&self) -> Vec<Expect> {
        let each = self.asked.iter().flat_map(|asked| match asked {
            Asked::Number(one) | Asked::Truth(one) => vec![one.clone()],
            Asked::Difference(left, right) => vec![left.clone(), right.clone()],
        });
        each.collect()
    }

    /// What a run answers. One that did not complete says nothing but how it ended.
    pub fn answer(&self, facts: &Facts<'_>, completed: bool) -> Answers {
        let mut answers = Answers::default();
        for asked in &self.asked {
            match asked {
                Asked::Number(one) if completed || is_about_the_end(&one.term) => {
                    answers.take(ask(one, facts))
                }
                Asked::Number(_) => answers.add(None, false),
                Asked::Difference(left, right) if completed => {
                    let left = ask(left, facts);
                    let difference = left
                        .clone()
                        .and_then(|left| operators::binary(BinaryOp::Subtract, &left, &ask(right, facts)?));
                    answers.take(left);
                    answers.take(difference);
                }
                Asked::Difference(..) => (0..2).for_each(|_| answers.add(None, false)),
                Asked::Truth(one) => answers.take(ask(one, facts)),
            }
        }
        answers
    }
}

impl Answers {
    fn add(&mut self, value: Option<f64>, duration: bool) {
        self.values.push(value.filter(|value| value.is_finite()));
        self.durations.push(duration);
    }

    fn take(&mut self, answer: Result<Value, String>) {
        match answer {
            Ok(Value::Int(i)) => self.add(Some(i as f64), false),
            Ok(Value::Float(x)) => self.add(Some(x), false),
            Ok(Value::Bool(b)) => self.add(Some(f64::from(u8::from(b))), false),
            Ok(Value::Duration(d)) => self.add(Some(d as f64), true),
            Ok(other) => self.missing(format!("{other} is no number")),
            Err(why) => self.missing(why),
        }
    }

    fn missing(&mut self, why: String) {
        self.why.get_or_insert(why);
        self.add(None, false);
    }
}

/// A bit for each fits into a word.
const MOST: usize = 64;

/// The name a run has where it is the only one.
pub const RUN: &str = "run";

fn ask(expect: &Expect, facts: &Facts<'_>) -> Result<Value, String> {
    value(&expect.term, std::slice::from_ref(facts))
}

fn read(
    sources: &mut Sources,
    program: &Program,
    option: &str,
    text: &str,
) -> Result<(Expect, Kind), Vec<Diagnostic>> {
    let source = sources.add(option, text);
    let expr = parse_expression(source, text, 0)?;
    let scope = Scope { sources, runs: &[RUN.to_string()], program };
    let (term, kind) = check_one(&expr, &scope)?;
    Ok((Expect { text: text.trim().to_string(), span: expr.span, term }, kind))
}

fn order(op: BinaryOp) -> Option<Order> {
    match op {
        BinaryOp::Less => Some(Order::Less),
        BinaryOp::LessEqual => Some(Order::LessEqual),
        BinaryOp::Greater => Some(Order::Greater),
        BinaryOp::GreaterEqual => Some(Order::GreaterEqual),
        BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::Add
        | BinaryOp::Subtract
        | BinaryOp::Multiply
        | BinaryOp::Divide
        | BinaryOp::Remainder
        | BinaryOp::BitAnd
        | BinaryOp::BitOr
        | BinaryOp::BitXor
        | BinaryOp::ShiftLeft
        | BinaryOp::ShiftRight => None,
    }
}

/// Does it ask how the run ended? Then a run that did not end well has an answer, too.
fn is_about_the_end(term: &Term) -> bool {
    match &term.what {
        What::Measure(measure) => matches!(measure, Measure::Run { number: RunNumber::Outcome, .. }),
        What::Constant(_) => false,
        What::Function(_, arguments) => arguments.iter().any(is_about_the_end),
        What::Unary(_, inner) => is_about_the_end(inner),
        What::Binary(_, left, right) | What::Logic { left, right, .. } => {
            is_about_the_end(left) || is_about_the_end(right)
        }
    }
}
