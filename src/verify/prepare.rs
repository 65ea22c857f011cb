//! One program made ready to be verified: probes put in, simulated, said in the language of the target.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::diagnostic::{Diagnostic, Severity};
use crate::export::types::{Facts, Type};
use crate::export::{Clock, Request, export};
use crate::lang::ast::File;
use crate::lang::check::check;
use crate::lang::compile::compile;
use crate::lang::parse::{ParseLimits, parse};
use crate::runtimes::table::RuntimeSpec;
use crate::sim::choice::Policy;
use crate::sim::kernel::Limits;
use crate::source::{SourceId, Span};
use crate::time::Time;
use crate::value::Value;
use crate::verify::plan::{Case, Target};
use crate::verify::probe::probed;
use crate::verify::seen::{Simulated, simulate};

/// A run that takes more is not verified.
pub const LIMITS: Limits =
    Limits { tasks: 100_000, events: 2_000_000, steps: 50_000_000, time: Time(u64::MAX / 4) };

/// A program, and under what it is run.
#[derive(Debug, Clone)]
pub struct Script {
    /// What reports call it.
    pub title: String,
    /// The text its spans refer to.
    pub text: String,
    /// Where in it the program lies.
    pub program: Range<usize>,
    pub file: File,
    pub params: BTreeMap<String, Value>,
    pub seed: u64,
}

/// A program that can be run by the real thing.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub title: String,
    pub text: String,
    pub simulated: Simulated,
    pub case: Case,
}

impl Script {
    /// A script from the text of a program.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(title: &str, text: &str, seed: u64) -> Result<Script, Vec<Diagnostic>> {
        let (file, mut problems) = parse(SourceId(0), text, 0, &ParseLimits::default());
        problems.extend(check(&file));
        problems.retain(|problem| problem.severity == Severity::Error);
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Script {
            title: title.to_string(),
            text: text.to_string(),
            program: 0..text.len(),
            file,
            params: BTreeMap::new(),
            seed,
        })
    }

    /// Puts the probes in, simulates and exports.
    ///
    /// # Errors
    /// Why the target cannot run it.
    pub fn prepare(
        self,
        target: &Target,
        spec: &RuntimeSpec,
        number: usize,
    ) -> Result<Prepared, Vec<Diagnostic>> {
        let file = self.probed(target);
        let program = compile(&file, &self.params)?;
        let name = format!("p{number}");
        let request = Request {
            name: &name,
            title: "",
            story: "",
            text: &self.text,
            program: 0..0,
            file: &file,
            params: &self.params,
            seed: self.seed,
            clock: Clock::Virtual,
        };
        let files = export(&request, target.export)?.files;
        let simulated = simulate(&program, spec, self.seed, policy(spec), LIMITS);
        let case = Case { number, files, draws: simulated.draws.clone(), choices: simulated.choices.clone() };
        Ok(Prepared { title: self.title, text: self.text, simulated, case })
    }

    /// The program as a text of its own, every statement in the line in which it was.
    pub fn alone(&self) -> String {
        let before = self.text.get(..self.program.start).unwrap_or_default();
        let program = self.text.get(self.program.clone()).unwrap_or_default();
        "\n".repeat(before.matches('\n').count()) + program
    }

    /// The program with its probes.
    pub fn probed(&self, target: &Target) -> File {
        let facts = Facts::of(&self.file, &self.params);
        let plain = |task: &str, n: usize| {
            let kind = facts.task(task).and_then(|facts| facts.params.get(n));
            matches!(kind, Some(Type::Bool | Type::Int | Type::Float | Type::Duration | Type::Text))
        };
        probed(&self.file, target.probes, &plain, &|span| line(&self.text, span))
    }
}

impl Prepared {
    /// A place in the program, for readers: its line, and the statement.
    pub fn statement(&self, span: Span) -> (usize, String) {
        let number = line(&self.text, span);
        let text = self.text.lines().nth(number - 1).unwrap_or_default();
        (number, text.trim().trim_end_matches('{').trim_end().to_string())
    }
}

/// Who answers where the runtime is free to choose: somebody whom its harness can follow.
pub fn policy(spec: &RuntimeSpec) -> Policy {
    match spec {
        RuntimeSpec::Trio(_) => Policy::Seeded,
        _pinned => Policy::First,
    }
}

/// The line of a place, from 1.
pub fn line(text: &str, span: Span) -> usize {
    let before = text.get(..span.start as usize).unwrap_or(text);
    before.matches('\n').count() + 1
}

/// What was wrong, in a sentence with its line.
pub fn reason(problems: &[Diagnostic], text: &str) -> String {
    let Some(problem) = problems.first() else { return "it cannot be exported".to_string() };
    let label = problem.labels.first();
    let why = label.map(|label| label.text.as_str()).filter(|why| !why.is_empty());
    let place = label.map(|label| format!(" (line {})", line(text, label.span))).unwrap_or_default();
    match why {
        Some(why) => format!("{}{place}: {why}", problem.message),
        None => format!("{}{place}", problem.message),
    }
}
