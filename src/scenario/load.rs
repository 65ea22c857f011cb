//! Text to experiment: the file, its program, its parameters and its expectations, with everything
//! that is wrong with any of them in one report.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

use crate::diagnostic::{Diagnostic, Severity};
use crate::lang::ast::{Expr, File};
use crate::lang::check::{check, check_rest};
use crate::lang::compile::compile;
use crate::lang::parse::{ParseLimits, parse, parse_expression};
use crate::lang::program::Program;
use crate::runtimes::asyncio::settings::Settings as AsyncioSettings;
use crate::runtimes::table::RuntimeSpec;
use crate::runtimes::threads::settings::Settings as ThreadsSettings;
use crate::scenario::expect::check::check as check_expectation;
use crate::scenario::expect::names::Scope;
use crate::scenario::expect::term::Expect;
use crate::scenario::experiment::{Experiment, Plan, add_new};
use crate::scenario::fields::{ParamField, TextField};
use crate::scenario::file::{self, ExperimentFile, ProgramField, RunField};
use crate::scenario::lesson::{Knob, KnobField, Lesson, LessonField, Question};
use crate::scenario::params;
use crate::source::{SourceId, Sources, Span};
use crate::value::Value;

/// An experiment that can be run, and what may be wrong with it all the same.
#[derive(Debug, Clone)]
pub struct Loaded {
    pub experiment: Experiment,
    pub warnings: Vec<Diagnostic>,
}

/// Reads the RON file `id`. `read` gives the text of `File("…")`, whose path is relative to the
/// RON file, or says in one sentence why it cannot.
pub fn load(
    sources: &mut Sources,
    id: SourceId,
    limits: &ParseLimits,
    read: &mut dyn FnMut(&str) -> Result<String, String>,
) -> Result<Loaded, Vec<Diagnostic>> {
    let text = sources.get(id).text.clone();
    let (mut shape, problems) = file::read(id, &text);
    let mut loader = Loader { sources, limits, problems, place: Span::default() };
    let program = shape.program.take().and_then(|program| loader.program(id, program, read));
    let file = program.and_then(|(source, text, base)| loader.parse(source, &text, base));
    loader.experiment(id, shape, file)
}

/// Reads the bare program `id`, to be run under the default comparison.
pub fn load_program(
    sources: &mut Sources,
    id: SourceId,
    limits: &ParseLimits,
) -> Result<Loaded, Vec<Diagnostic>> {
    let whole = 0..sources.get(id).text.len();
    load_part(sources, id, whole, limits)
}

/// Reads the bare program that lies in a part of `id`, as in a page that has programs among its words.
pub fn load_part(
    sources: &mut Sources,
    id: SourceId,
    part: Range<usize>,
    limits: &ParseLimits,
) -> Result<Loaded, Vec<Diagnostic>> {
    let (text, base) = (sources.get(id).text[part.clone()].to_string(), part.start);
    let mut loader = Loader { sources, limits, problems: Vec::new(), place: Span::default() };
    let file = loader.parse(id, &text, base);
    loader.experiment(id, ExperimentFile::default(), file)
}

/// What is compared if nobody says: one thread, a thread per task, one event loop.
pub fn default_runs() -> Vec<(&'static str, RuntimeSpec)> {
    let one = ThreadsSettings { workers: Some(1), ..ThreadsSettings::default() };
    vec![
        ("one thread", RuntimeSpec::Threads(one)),
        ("a thread per task", RuntimeSpec::Threads(ThreadsSettings::default())),
        ("one event loop", RuntimeSpec::Asyncio(AsyncioSettings::default())),
    ]
}

struct Loader<'a> {
    sources: &'a mut Sources,
    limits: &'a ParseLimits,
    problems: Vec<Diagnostic>,
    /// Where the text of the program lies.
    place: Span,
}

impl Loader<'_> {
    /// The source of the program, its text, and where in the source it begins.
    fn program(
        &mut self,
        id: SourceId,
        program: ProgramField,
        read: &mut dyn FnMut(&str) -> Result<String, String>,
    ) -> Option<(SourceId, String, usize)> {
        match program {
            ProgramField::File { path, span } => match read(&path) {
                Ok(text) => Some((self.sources.add(path, text.as_str()), text, 0)),
                Err(why) => {
                    let problem = Diagnostic::error("E0608", span, format!("`{path}` cannot be read"));
                    self.problems.push(problem.label(why).help("the path is relative to this file"));
                    None
                }
            },
            ProgramField::Inline(field) => {
                let (source, base) = self.place(id, &field, "program");
                Some((source, field.text, base))
            }
        }
    }

    /// Where the text of a string lies: in its file, or, if it is written with escapes, by itself.
    fn place(&mut self, id: SourceId, field: &TextField, what: &str) -> (SourceId, usize) {
        match field.base {
            Some(base) => (id, base as usize),
            None => {
                let name = format!("{}, {what}", self.sources.place(field.span));
                (self.sources.add(name, field.text.as_str()), 0)
            }
        }
    }

    /// The tree of a program without mistakes, and the program with its defaults.
    fn parse(&mut self, source: SourceId, text: &str, base: usize) -> Option<(File, Program)> {
        self.place = Span::new(source, base..base + text.len());
        let (file, problems) = parse(source, text, base, self.limits);
        let broken = has_errors(&problems);
        self.problems.extend(problems);
        if broken {
            // What else is said of a line that could not be read would be a guess.
            let line = |problem: &Diagnostic| self.sources.line_column(problem.labels[0].span).0;
            let told: BTreeSet<usize> = self.problems.iter().map(line).collect();
            let rest: Vec<Diagnostic> =
                check_rest(&file).into_iter().filter(|problem| !told.contains(&line(problem))).collect();
            self.problems.extend(rest);
            return None;
        }
        let problems = check(&file);
        let broken = has_errors(&problems);
        self.problems.extend(problems);
        if broken {
            return None;
        }
        match compile(&file, &BTreeMap::new()) {
            Ok(program) => Some((file, program)),
            Err(problems) => {
                self.problems.extend(problems);
                None
            }
        }
    }

    fn experiment(
        mut self,
        id: SourceId,
        shape: ExperimentFile,
        program: Option<(File, Program)>,
    ) -> Result<Loaded, Vec<Diagnostic>> {
        let expressions = self.expressions(id, &shape.expect);
        let experiment = program.and_then(|(file, program)| {
            let mut experiment = self.assemble(id, &shape, file, program)?;
            if !shape.runs_missing {
                experiment.expectations = self.expectations(&experiment, expressions);
                experiment.lesson = shape.lesson.map(|lesson| self.lesson(id, &experiment, lesson));
                experiment.expect_answers();
            }
            Some(experiment)
        });
        match experiment {
            Some(experiment) if !has_errors(&self.problems) => {
                Ok(Loaded { experiment, warnings: self.problems })
            }
            _wrong => Err(self.problems),
        }
    }

    fn assemble(
        &mut self,
        id: SourceId,
        shape: &ExperimentFile,
        file: File,
        program: Program,
    ) -> Option<Experiment> {
        let defaults = Rc::new(program);
        let before = self.problems.len();
        let params = self.params(&file, &defaults, &shape.params);
        let runs = match &shape.compare {
            Some(runs) => runs.iter().filter_map(|run| self.plan(&file, &defaults, run)).collect(),
            None => default_runs()
                .into_iter()
                .map(|(name, runtime)| Plan {
                    name: name.to_string(),
                    runtime,
                    seed: None,
                    params: BTreeMap::new(),
                    program: defaults.clone(),
                })
                .collect(),
        };
        let fine = self.problems.len() == before;
        let name = self.sources.get(id).name.clone();
        let mut experiment = Experiment {
            title: shape.title.clone().unwrap_or(name),
            story: shape.story.clone().unwrap_or_default(),
            seed: shape.seed.unwrap_or(DEFAULT_SEED),
            replications: shape.replications.unwrap_or(1),
            runs,
            expectations: Vec::new(),
            lesson: None,
            program: self.place,
            file: Rc::new(file),
            defaults,
            params,
        };
        if fine && let Err(problems) = experiment.compile() {
            for problem in problems {
                add_new(&mut self.problems, problem);
            }
        }
        Some(experiment)
    }

    fn plan(&mut self, file: &File, defaults: &Rc<Program>, run: &RunField) -> Option<Plan> {
        let params = self.params(file, defaults, &run.params);
        let runtime = run.runtime.clone()?;
        Some(Plan { name: run.name.clone(), runtime, seed: run.seed, params, program: defaults.clone() })
    }

    fn params(&mut self, file: &File, defaults: &Program, fields: &[ParamField]) -> BTreeMap<String, Value> {
        let mut params = BTreeMap::new();
        for field in fields {
            let default = params::default(file, defaults, &field.name, field.name_span);
            let value = default.and_then(|default| {
                params::fitting(&field.name, default, field.value.clone())
                    .map_err(|why| vec![why.at(field.value_span)])
            });
            match value {
                Ok(value) => {
                    params.insert(field.name.clone(), value);
                }
                Err(problems) => self.problems.extend(problems),
            }
        }
        params
    }

    /// The expectations as far as they are expressions.
    fn expressions(&mut self, id: SourceId, fields: &[TextField]) -> Vec<(String, Span, Expr)> {
        let mut expressions = Vec::new();
        for field in fields {
            let (source, base) = self.place(id, field, "expectation");
            match parse_expression(source, &field.text, base) {
                Ok(expr) => expressions.push((field.text.clone(), field.span, expr)),
                Err(problems) => self.problems.extend(problems),
            }
        }
        expressions
    }

    fn lesson(&mut self, id: SourceId, experiment: &Experiment, field: LessonField) -> Lesson {
        let runs: Vec<String> = experiment.runs.iter().map(|run| run.name.clone()).collect();
        let mut questions = Vec::new();
        for question in field.questions {
            let holds = question.holds.and_then(|holds| self.holds(id, experiment, &runs, &holds));
            questions.push(Question { ask: question.ask, answer: question.answer, holds });
        }
        Lesson {
            number: field.number,
            section: field.section,
            level: field.level,
            goal: field.goal.unwrap_or_default(),
            questions,
            knob: field.knob.map(|knob| self.knob(id, experiment, runs, knob)),
            not_modelled: field.not_modelled,
            sources: field.sources,
        }
    }

    fn knob(&mut self, id: SourceId, experiment: &Experiment, runs: Vec<String>, field: KnobField) -> Knob {
        let runs = field.runtime.as_ref().map_or(runs, |(name, _)| vec![name.clone()]);
        let holds = field.holds.and_then(|holds| self.holds(id, experiment, &runs, &holds));
        let params = self.params(&experiment.file, &experiment.defaults, &field.set);
        Knob { turn: field.turn, then: field.then, params, runtime: field.runtime, holds }
    }

    /// What a lesson says of runs with these names.
    fn holds(
        &mut self,
        id: SourceId,
        experiment: &Experiment,
        runs: &[String],
        field: &TextField,
    ) -> Option<Expect> {
        let (text, span, expr) = self.expressions(id, std::slice::from_ref(field)).pop()?;
        let scope = Scope { sources: self.sources, runs, program: &experiment.defaults };
        match check_expectation(&expr, &scope) {
            Ok(term) => Some(Expect { text, span, term }),
            Err(problems) => {
                self.problems.extend(problems);
                None
            }
        }
    }

    fn expectations(
        &mut self,
        experiment: &Experiment,
        expressions: Vec<(String, Span, Expr)>,
    ) -> Vec<Expect> {
        let runs: Vec<String> = experiment.runs.iter().map(|run| run.name.clone()).collect();
        let mut expectations = Vec::new();
        for (text, span, expr) in expressions {
            let scope = Scope { sources: self.sources, runs: &runs, program: &experiment.defaults };
            match check_expectation(&expr, &scope) {
                Ok(term) => expectations.push(Expect { text, span, term }),
                Err(problems) => self.problems.extend(problems),
            }
        }
        expectations
    }
}

/// The seed of an experiment that names none.
const DEFAULT_SEED: u64 = 42;

fn has_errors(problems: &[Diagnostic]) -> bool {
    problems.iter().any(|problem| problem.severity == Severity::Error)
}
