//! An experiment, checked and ready to run: a program, the runs that are compared, what is expected of them.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::diagnostic::{Diagnostic, Severity};
use crate::lang::ast::{Expr, ExprKind, File, TextPart, UnaryOp};
use crate::lang::compile::compile;
use crate::lang::operators;
use crate::lang::parse::parse_expression;
use crate::lang::program::Program;
use crate::runtimes::table::RuntimeSpec;
use crate::scenario::expect::term::Expect;
use crate::scenario::file::read_runtime;
use crate::scenario::lesson::Lesson;
use crate::scenario::params;
use crate::source::{SourceId, Sources, Span};
use crate::value::Value;

#[derive(Debug, Clone)]
pub struct Experiment {
    pub title: String,
    pub story: String,
    pub seed: u64,
    /// How often each run is repeated under another seed, itself counted: at least 1.
    pub replications: u32,
    pub runs: Vec<Plan>,
    /// What the author expects, and the answers to the questions of the lesson.
    pub expectations: Vec<Expect>,
    pub lesson: Option<Lesson>,
    /// Where the text of the program lies.
    pub program: Span,
    /// The program before its parameters are known.
    pub file: Rc<File>,
    /// The program with the defaults of its parameters.
    pub defaults: Rc<Program>,
    /// Parameters of all runs.
    pub params: BTreeMap<String, Value>,
}

/// One run of a comparison.
#[derive(Debug, Clone)]
pub struct Plan {
    pub name: String,
    pub runtime: RuntimeSpec,
    /// Instead of the experiment's.
    pub seed: Option<u64>,
    /// Parameters of this run only; they go before the experiment's.
    pub params: BTreeMap<String, Value>,
    pub program: Rc<Program>,
}

impl Experiment {
    /// `--set n=20`: a parameter of all runs, whatever the file says.
    pub fn set(&mut self, sources: &mut Sources, assignment: &str) -> Result<(), Vec<Diagnostic>> {
        let source = sources.add("--set", assignment);
        let (name, text) = assignment.split_once('=').unwrap_or((assignment, ""));
        let base = assignment.len() - text.len();
        let name_span = Span::new(source, 0..name.len());
        if text.trim().is_empty() {
            let problem =
                Diagnostic::error("E0610", Span::new(source, 0..assignment.len()), "a value is missing");
            return Err(vec![problem.help("write `--set loads=20`")]);
        }
        let default = self.default(name.trim(), name_span)?;
        let value = self.value_of(name.trim(), default, source, text, base)?;
        self.params.insert(name.trim().to_string(), value);
        for run in &mut self.runs {
            run.params.remove(name.trim());
        }
        self.compile()
    }

    /// What a parameter is unless somebody sets it.
    pub fn default(&self, name: &str, span: Span) -> Result<&Value, Vec<Diagnostic>> {
        params::default(&self.file, &self.defaults, name, span)
    }

    /// The value that `text`, which begins at `base` of its source, is for a parameter with this default.
    pub fn value_of(
        &self,
        name: &str,
        default: &Value,
        source: SourceId,
        text: &str,
        base: usize,
    ) -> Result<Value, Vec<Diagnostic>> {
        let expr = parse_expression(source, text, base);
        let given = match (expr.as_ref().ok().and_then(literal), default, expr) {
            (Some(value), ..) => value,
            // Words need no quotation marks where nothing else can be meant.
            (None, Value::Text(_), _) => Value::text(text.trim()),
            (None, _, Err(problems)) => return Err(problems),
            (None, _, Ok(expr)) => {
                let problem = Diagnostic::error("E0610", expr.span, "a parameter is set to a plain value");
                return Err(vec![
                    problem.help("write a number, a duration, a string, a bool or a list of these"),
                ]);
            }
        };
        let span = Span::new(source, base..base + text.len());
        params::fitting(name, default, given).map_err(|why| vec![why.at(span)])
    }

    /// `--runtime 'Threads(workers: 2)'`, any number of them, instead of the file's runs. What the
    /// author expects speaks of runs that are no longer there, and goes with them.
    pub fn set_runtimes(&mut self, sources: &mut Sources, texts: &[String]) -> Result<(), Vec<Diagnostic>> {
        let mut problems = Vec::new();
        let mut runs: Vec<Plan> = Vec::new();
        for text in texts {
            let source = sources.add("--runtime", text.as_str());
            match read_runtime(source, text) {
                Ok(_) if runs.iter().any(|run| run.name == text.trim()) => {}
                Ok(runtime) => runs.push(Plan {
                    name: text.trim().to_string(),
                    runtime,
                    seed: None,
                    params: BTreeMap::new(),
                    program: self.defaults.clone(),
                }),
                Err(found) => problems.extend(found),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        self.runs = runs;
        self.expectations.clear();
        self.compile()
    }

    /// Expects what the lesson says, unless the author does so already in the same words.
    pub fn expect_answers(&mut self) {
        let questions = self.lesson.iter().flat_map(|lesson| &lesson.questions);
        let answers: Vec<Expect> = questions.filter_map(|question| question.holds.clone()).collect();
        for answer in answers {
            let said: Vec<String> =
                self.expectations.iter().flat_map(|expect| expect.term.claims()).collect();
            if !answer.term.claims().iter().all(|claim| said.contains(claim)) {
                self.expectations.push(answer);
            }
        }
    }

    /// The experiment after the knob of its lesson was turned, which is then expected to hold what the knob says.
    /// Nothing where there is no knob that can be turned from outside.
    pub fn turned(&self) -> Result<Option<Experiment>, Vec<Diagnostic>> {
        let Some(knob) = self.lesson.as_ref().and_then(|lesson| lesson.knob.as_ref()) else {
            return Ok(None);
        };
        if knob.params.is_empty() && knob.runtime.is_none() {
            return Ok(None);
        }
        let mut turned = self.clone();
        if let Some((name, runtime)) = &knob.runtime {
            turned.runs = vec![Plan {
                name: name.clone(),
                runtime: runtime.clone(),
                seed: None,
                params: BTreeMap::new(),
                program: self.defaults.clone(),
            }];
        }
        for (name, value) in &knob.params {
            turned.params.insert(name.clone(), value.clone());
            turned.runs.iter_mut().for_each(|run| {
                run.params.remove(name);
            });
        }
        turned.expectations = knob.holds.iter().cloned().collect();
        turned.compile()?;
        Ok(Some(turned))
    }

    /// Makes the program of every run, with its parameters.
    pub fn compile(&mut self) -> Result<(), Vec<Diagnostic>> {
        let mut problems: Vec<Diagnostic> = Vec::new();
        let mut made: Vec<(BTreeMap<String, Value>, Rc<Program>)> = Vec::new();
        for run in &mut self.runs {
            let mut params = self.params.clone();
            params.extend(run.params.clone());
            if params.is_empty() {
                run.program = self.defaults.clone();
                continue;
            }
            if let Some((_, program)) = made.iter().find(|(other, _)| same(other, &params)) {
                run.program = program.clone();
                continue;
            }
            match compile(&self.file, &params) {
                Ok(program) => {
                    run.program = Rc::new(program);
                    made.push((params, run.program.clone()));
                }
                Err(found) => {
                    for problem in found {
                        add_new(&mut problems, problem);
                    }
                }
            }
        }
        problems.retain(|problem| problem.severity == Severity::Error);
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }
}

/// The same parameters make the same program.
fn same(left: &BTreeMap<String, Value>, right: &BTreeMap<String, Value>) -> bool {
    left.len() == right.len()
        && left.iter().zip(right).all(|((a, x), (b, y))| {
            // 1 equals 1.0, but makes another program.
            a == b
                && x.kind() == y.kind()
                && operators::equal(x, y) == Ok(true)
                && !matches!(x, Value::List(_))
        })
}

/// Two runs of one program have the same mistakes: one is enough.
pub fn add_new(problems: &mut Vec<Diagnostic>, problem: Diagnostic) {
    let place = |problem: &Diagnostic| problem.labels.first().map(|label| label.span);
    let known = |other: &Diagnostic| {
        (other.code, &other.message, place(other)) == (problem.code, &problem.message, place(&problem))
    };
    if !problems.iter().any(known) {
        problems.push(problem);
    }
}

/// The value of an expression that is one already.
fn literal(expr: &Expr) -> Option<Value> {
    Some(match &expr.kind {
        ExprKind::Bool(b) => Value::Bool(*b),
        ExprKind::Int(i) => Value::Int(*i),
        ExprKind::Float(x) => Value::Float(*x),
        ExprKind::Duration(d) => Value::Duration(*d),
        ExprKind::Text(parts) => match &parts[..] {
            [] => Value::text(""),
            [TextPart::Literal(text)] => Value::text(text.as_str()),
            _holes => return None,
        },
        ExprKind::List(items) => Value::list(items.iter().map(literal).collect::<Option<_>>()?),
        ExprKind::Unary(UnaryOp::Negate, inner) => {
            operators::unary(UnaryOp::Negate, &literal(inner)?).ok()?
        }
        _other => return None,
    })
}
