//! Checks expectations before anything runs: names, arguments, kinds.

use crate::diagnostic::Diagnostic;
use crate::lang::ast::{Argument, BinaryOp, Expr, ExprKind, Ident, UnaryOp};
use crate::lang::functions;
use crate::lang::kind::Kind;
use crate::lang::operators;
use crate::lang::program::Builtin;
use crate::scenario::expect::names::{Scope, nearest, plain};
use crate::scenario::expect::term::{Measure, Series, Term, What};
use crate::scenario::expect::vocabulary::{
    FUNCTIONS, Function, Means, OUTCOMES, RunNumber, SERIES, Statistic,
};
use crate::source::Span;
use crate::suggest::did_you_mean;
use crate::value::Value;

/// Checks one expectation: it is to say yes or no.
pub fn check(expr: &Expr, scope: &Scope<'_>) -> Result<Term, Vec<Diagnostic>> {
    let mut checker = Checker { scope, bare: false, outcomes: false, problems: Vec::new() };
    match checker.term(expr) {
        Some((term, Kind::Bool | Kind::Unknown)) if checker.problems.is_empty() => Ok(term),
        Some((_, kind)) if checker.problems.is_empty() => {
            let text = format!("an expectation says yes or no, this is {}", kind.words());
            let problem = Diagnostic::error("E0705", expr.span, text);
            Err(vec![problem.help("compare it with something: `makespan('a') < makespan('b')`")])
        }
        _wrong => Err(checker.problems),
    }
}

/// Checks what is asked of one run by itself: its name is left out, and `makespan` needs no brackets.
pub fn check_one(expr: &Expr, scope: &Scope<'_>) -> Result<(Term, Kind), Vec<Diagnostic>> {
    let mut checker = Checker { scope, bare: true, outcomes: false, problems: Vec::new() };
    match checker.term(expr) {
        Some(checked) if checker.problems.is_empty() => Ok(checked),
        _wrong => Err(checker.problems),
    }
}

struct Checker<'a> {
    scope: &'a Scope<'a>,
    /// May a number of the run be called without brackets?
    bare: bool,
    /// Is an outcome compared?
    outcomes: bool,
    problems: Vec<Diagnostic>,
}

/// A part with its kind; `None` if something is wrong with it, which has then been said.
type Checked = Option<(Term, Kind)>;

impl<'a> Checker<'a> {
    fn term(&mut self, expr: &Expr) -> Checked {
        let constant = |value: Value| {
            let kind = Kind::of(&value);
            (What::Constant(value), kind)
        };
        let (what, kind) = match &expr.kind {
            ExprKind::Bool(b) => constant(Value::Bool(*b)),
            ExprKind::Int(i) => constant(Value::Int(*i)),
            ExprKind::Float(x) => constant(Value::Float(*x)),
            ExprKind::Duration(d) => constant(Value::Duration(*d)),
            ExprKind::Text(parts) => match plain(parts) {
                Some(text) => constant(Value::text(text)),
                None => return self.refuse(expr.span, "strings here are plain, without `{…}`"),
            },
            ExprKind::Name(name) if self.bare && is_run_number(name) && !self.is_outcome(name) => {
                let callee = Ident { name: name.clone(), span: expr.span };
                self.call(&callee, &[], expr.span)?
            }
            ExprKind::Name(name) if self.bare && !self.is_series(name) && is_nearly_a_run_number(name) => {
                let callee = Ident { name: name.clone(), span: expr.span };
                self.function(&callee, &[])?;
                return None;
            }
            ExprKind::Name(name) => constant(self.scope.name(name, expr.span, &mut self.problems)?),
            ExprKind::Unary(op, inner) => self.unary(*op, inner, expr.span)?,
            ExprKind::Binary(op, left, right) => self.binary(*op, left, right, expr.span)?,
            ExprKind::Logic { and, left, right } => self.logic(*and, left, right)?,
            ExprKind::Call { callee, arguments } => self.call(callee, arguments, expr.span)?,
            ExprKind::None => return self.refuse(expr.span, "nothing here is ever `none`"),
            ExprKind::List(_) | ExprKind::Index { .. } => {
                return self.refuse(expr.span, "there are no lists here");
            }
            ExprKind::Method { .. }
            | ExprKind::Field { .. }
            | ExprKind::Await(_)
            | ExprKind::Yield
            | ExprKind::Spawn(_)
            | ExprKind::Cancel(_) => {
                return self.refuse(expr.span, "the runs are over, nothing happens any more");
            }
        };
        Some((Term { what, text: self.scope.sources.text(expr.span).to_string() }, kind))
    }

    fn is_series(&self, name: &str) -> bool {
        SERIES.iter().any(|(series, ..)| *series == name)
            || self.scope.program.metrics.iter().any(|metric| metric == name)
    }

    fn is_outcome(&self, name: &str) -> bool {
        self.outcomes && OUTCOMES.contains(&name)
    }

    fn refuse<T>(&mut self, span: Span, why: &str) -> Option<T> {
        let text = "this has no place in an expectation";
        let help =
            "expectations are made of functions like `makespan('x')`, of numbers, durations and operators";
        self.problems.push(Diagnostic::error("E0707", span, text).label(why).help(help));
        None
    }

    fn unary(&mut self, op: UnaryOp, inner: &Expr, span: Span) -> Option<(What, Kind)> {
        let (term, kind) = self.term(inner)?;
        let kind = match kind.sample() {
            Some(sample) => self.fits(operators::unary(op, &sample), span)?,
            None => Kind::Unknown,
        };
        Some((What::Unary(op, Box::new(term)), kind))
    }

    fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr, span: Span) -> Option<(What, Kind)> {
        // Beside `outcome` the words `completed` and `failed` are how a run ends, elsewhere how many tasks did.
        let before = self.outcomes;
        self.outcomes |= asks_outcome(left) || asks_outcome(right);
        let (left_term, right_term) = (self.term(left), self.term(right));
        self.outcomes = before;
        let ((left_term, left_kind), (right_term, right_kind)) = (left_term?, right_term?);
        self.outcome(&left_term, &right_term, right.span)?;
        self.outcome(&right_term, &left_term, left.span)?;
        let kind = match (left_kind.sample(), right_kind.sample()) {
            (Some(a), Some(b)) => {
                // Values of different kinds are different, always: nobody means to ask that.
                let equality = matches!(op, BinaryOp::Equal | BinaryOp::NotEqual) && left_kind != right_kind;
                let made = if equality {
                    operators::compare(&a, &b).map(|_| Value::Bool(true))
                } else {
                    operators::binary(op, &a, &b)
                };
                self.fits(made, span)?
            }
            _unknown => {
                if is_comparison(op) {
                    Kind::Bool
                } else {
                    Kind::Unknown
                }
            }
        };
        Some((What::Binary(op, Box::new(left_term), Box::new(right_term)), kind))
    }

    /// An outcome is compared with outcomes.
    fn outcome(&mut self, left: &Term, right: &Term, span: Span) -> Option<()> {
        let What::Measure(Measure::Run { number: RunNumber::Outcome, .. }) = left.what else {
            return Some(());
        };
        let What::Constant(Value::Text(text)) = &right.what else { return Some(()) };
        if OUTCOMES.contains(&text.as_str()) {
            return Some(());
        }
        let problem = Diagnostic::error("E0703", span, format!("there is no outcome `{text}`"));
        self.problems.push(nearest(problem, span, text, OUTCOMES.into_iter()));
        None
    }

    fn logic(&mut self, and: bool, left: &Expr, right: &Expr) -> Option<(What, Kind)> {
        let (left_term, right_term) = (self.term(left), self.term(right));
        let ((left_term, left_kind), (right_term, right_kind)) = (left_term?, right_term?);
        for (kind, span) in [(left_kind, left.span), (right_kind, right.span)] {
            if !matches!(kind, Kind::Bool | Kind::Unknown) {
                let word = if and { "and" } else { "or" };
                let text = format!("`{word}` joins yes and no, this is {}", kind.words());
                self.problems.push(Diagnostic::error("E0706", span, text));
            }
        }
        Some((What::Logic { and, left: Box::new(left_term), right: Box::new(right_term) }, Kind::Bool))
    }

    /// The kind of a result computed on samples.
    fn fits(&mut self, made: Result<Value, String>, span: Span) -> Option<Kind> {
        match made {
            Ok(value) => Some(Kind::of(&value)),
            Err(text) => {
                self.problems.push(Diagnostic::error("E0706", span, text));
                None
            }
        }
    }

    fn call(&mut self, callee: &Ident, arguments: &[Argument], span: Span) -> Option<(What, Kind)> {
        let mut positional = Vec::new();
        let mut of = None;
        for argument in arguments {
            match argument {
                Argument::Value(expr) => positional.push(expr),
                Argument::Named { name, value } if name.name == "of" => of = Some(value),
                Argument::Named { name, .. } => {
                    let text = format!("there is no argument called `{}`", name.name);
                    let problem = Diagnostic::error("E0704", name.span, text);
                    self.problems.push(
                        problem.help("a task is named with `of`: `mean(turnaround, 'x', of: \"wash\")`"),
                    );
                    return None;
                }
                Argument::Each { value, .. } => return self.refuse(value.span, "there are no loops here"),
            }
        }
        let function = self.function(callee, &positional)?;
        let call = Call { function, positional, of, span };
        let measure = match function.means {
            Means::Arithmetic(builtin) => return self.arithmetic(builtin, &call),
            Means::Run(number) => Measure::Run { number, run: self.run(&call, 0)? },
            Means::Speedup => {
                let [run, base] = self.two_runs(&call)?;
                Measure::Speedup { run, base }
            }
            Means::Object(number) => {
                let run = self.run(&call, 1)?;
                Measure::Object {
                    number,
                    object: self.scope.object(call.positional[0], &mut self.problems)?,
                    run,
                }
            }
            Means::Statistic(statistic) => self.statistic(statistic, &call)?,
            Means::Before => {
                let run = self.run(&call, 2)?;
                let first = self.scope.text(call.positional[0], &mut self.problems)?;
                Measure::Before {
                    first,
                    second: self.scope.text(call.positional[1], &mut self.problems)?,
                    run,
                }
            }
            Means::Logged => {
                let run = self.run(&call, 1)?;
                Measure::Logged { text: self.scope.text(call.positional[0], &mut self.problems)?, run }
            }
            Means::LogLine => {
                let run = self.run(&call, 1)?;
                let ExprKind::Int(number) = call.positional[0].kind else { return self.arguments(&call) };
                Measure::LogLine { number: number as u64, run }
            }
        };
        if let (Some(of), false) = (of, matches!(function.means, Means::Statistic(_))) {
            let text = format!("`{}` is a number of the whole run, not of some tasks", function.name);
            self.problems.push(Diagnostic::error("E0704", of.span, text));
            return None;
        }
        let kind = measure.kind();
        Some((What::Measure(measure), kind))
    }

    /// The function of this name; where there are two, the one whose first argument looks like this.
    fn function(&mut self, callee: &Ident, positional: &[&Expr]) -> Option<&'static Function> {
        let bare = |expr: &&Expr| matches!(expr.kind, ExprKind::Name(_) | ExprKind::Index { .. });
        let about_names = positional.first().is_some_and(bare);
        let mut found = FUNCTIONS.iter().filter(|function| function.name == callee.name).peekable();
        if found.peek().is_none() {
            let problem =
                Diagnostic::error("E0701", callee.span, format!("there is no function `{}`", callee.name));
            let names = FUNCTIONS.iter().map(|function| function.name);
            let problem = match did_you_mean(&callee.name, names) {
                Some(near) => problem.suggest(callee.span, near, format!("did you mean `{near}`?")),
                None => problem.help("`cosim explain E0701` lists them"),
            };
            self.problems.push(problem);
            return None;
        }
        let takes_names = |function: &&Function| {
            matches!(function.means, Means::Object(_) | Means::Statistic(_)) == about_names
        };
        let first = found.peek().copied();
        found.find(takes_names).or(first)
    }

    fn arithmetic(&mut self, builtin: Builtin, call: &Call<'_>) -> Option<(What, Kind)> {
        let least = if matches!(builtin, Builtin::Min | Builtin::Max) { 2 } else { 1 };
        let wrong = call.positional.len() < least || (least == 1 && call.positional.len() > 1);
        if wrong || call.of.is_some() {
            return self.arguments(call);
        }
        let checked: Vec<Checked> = call.positional.iter().map(|argument| self.term(argument)).collect();
        let checked: Vec<(Term, Kind)> = checked.into_iter().collect::<Option<_>>()?;
        let samples: Option<Vec<Value>> = checked.iter().map(|(_, kind)| kind.sample()).collect();
        let kind = match samples.and_then(|samples| functions::apply(builtin, &samples)) {
            Some(made) => self.fits(made, call.span)?,
            None => Kind::Unknown,
        };
        Some((What::Function(builtin, checked.into_iter().map(|(term, _)| term).collect()), kind))
    }

    fn statistic(&mut self, statistic: Statistic, call: &Call<'_>) -> Option<Measure> {
        let run = self.run(call, 1)?;
        let first = call.positional[0];
        let ExprKind::Name(name) = &first.kind else { return self.arguments(call) };
        let metrics = &self.scope.program.metrics;
        // What the program observes goes before what every task has.
        let series = if metrics.contains(name) {
            if let Some(of) = call.of {
                let text = format!("`{name}` was observed by the program, not task by task");
                self.problems.push(Diagnostic::error("E0704", of.span, text));
                return None;
            }
            Series::Observed(name.clone())
        } else {
            let quantity = self.scope.quantity(name, first.span, &mut self.problems)?;
            let task = match call.of {
                Some(of) => Some(self.scope.task(of, &mut self.problems)?),
                None => None,
            };
            Series::Tasks { quantity, task }
        };
        Some(Measure::Statistic { statistic, series, run })
    }

    /// The run named after `leading` other arguments.
    fn run(&mut self, call: &Call<'_>, leading: usize) -> Option<usize> {
        let given = call.positional.len();
        if given == leading + 1 {
            return self.scope.run_name(call.positional[leading], &mut self.problems);
        }
        if given == leading && self.scope.runs.len() == 1 {
            return Some(0);
        }
        self.arguments(call)
    }

    fn two_runs(&mut self, call: &Call<'_>) -> Option<[usize; 2]> {
        let [run, base] = call.positional[..] else { return self.arguments(call) };
        let run = self.scope.run_name(run, &mut self.problems);
        let base = self.scope.run_name(base, &mut self.problems);
        Some([run?, base?])
    }

    /// The arguments are not those the function takes.
    fn arguments<T>(&mut self, call: &Call<'_>) -> Option<T> {
        let text = format!("`{}` does not take these arguments", call.function.name);
        let mut problem = Diagnostic::error("E0704", call.span, text);
        problem = problem.help(format!("write `{}`", call.function.usage));
        if self.scope.runs.len() > 1 && call.function.usage.contains("'run'") {
            let runs: Vec<String> = self.scope.runs.iter().map(|run| format!("'{run}'")).collect();
            problem = problem.help(format!("the runs are {}", runs.join(", ")));
        }
        self.problems.push(problem);
        None
    }
}

/// A call that is being checked.
struct Call<'a> {
    function: &'static Function,
    positional: Vec<&'a Expr>,
    of: Option<&'a Expr>,
    span: Span,
}

fn asks_outcome(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Name(name) => name == "outcome",
        ExprKind::Call { callee, .. } => callee.name == "outcome",
        _other => false,
    }
}

/// Something that nobody declared and that looks like one.
fn is_nearly_a_run_number(name: &str) -> bool {
    let numbers = FUNCTIONS.iter().filter(|function| matches!(function.means, Means::Run(_)));
    let known = FUNCTIONS.iter().any(|function| function.name == name) || OUTCOMES.contains(&name);
    !known && did_you_mean(name, numbers.map(|function| function.name)).is_some()
}

fn is_run_number(name: &str) -> bool {
    FUNCTIONS.iter().any(|function| function.name == name && matches!(function.means, Means::Run(_)))
}

fn is_comparison(op: BinaryOp) -> bool {
    match op {
        BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::Less
        | BinaryOp::LessEqual
        | BinaryOp::Greater
        | BinaryOp::GreaterEqual => true,
        BinaryOp::Add
        | BinaryOp::Subtract
        | BinaryOp::Multiply
        | BinaryOp::Divide
        | BinaryOp::Remainder
        | BinaryOp::BitAnd
        | BinaryOp::BitOr
        | BinaryOp::BitXor
        | BinaryOp::ShiftLeft
        | BinaryOp::ShiftRight => false,
    }
}
