//! The builtin functions: how many arguments they take, and of which kinds.

use crate::diagnostic::Diagnostic;
use crate::lang::ast::{Argument, Expr};
use crate::lang::check::checker::Checker;
use crate::lang::functions;
use crate::lang::kind::Kind;
use crate::lang::program::Builtin;
use crate::lang::vocabulary::{FunctionWord, MethodWord};
use crate::source::Span;
use crate::value::Value;

impl<'a> Checker<'a> {
    /// Arguments that are values and nothing else; their places and kinds.
    pub fn values(&mut self, arguments: &'a [Argument]) -> Vec<(&'a Expr, Kind)> {
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            match argument {
                Argument::Value(value) => values.push((value, self.expr(value))),
                Argument::Named { name, value } => {
                    self.expr(value);
                    let text = format!("there is no argument called `{}` here", name.name);
                    let help = "only `as_completed(…, timeout: 5s)` takes one by name";
                    self.report(Diagnostic::error("E0405", name.span, text).help(help));
                }
                Argument::Each { value, name, over } => {
                    self.each(value, name, over);
                    let text = "`for` inside parentheses belongs to `gather` and the like";
                    let help = "write a loop, or `await gather(t(i) for i in 1..=10)`";
                    self.report(Diagnostic::error("E0405", name.span, text).help(help));
                }
            }
        }
        values
    }

    /// Is the number of arguments possible? Says so if it is not.
    pub fn arity(
        &mut self,
        name: &str,
        (least, most): (usize, usize),
        given: usize,
        span: Span,
        help: String,
    ) -> bool {
        if (least..=most).contains(&given) {
            return true;
        }
        let wanted = match (least, most) {
            (0, 0) => "no arguments".to_string(),
            (1, 1) => "1 argument".to_string(),
            (a, b) if a == b => format!("{a} arguments"),
            (a, usize::MAX) => format!("at least {a} argument{}", if a == 1 { "" } else { "s" }),
            (a, b) => format!("{a} to {b} arguments"),
        };
        let text = format!("`{name}` takes {wanted}, not {given}");
        self.report(Diagnostic::error("E0306", span, text).help(help));
        false
    }

    pub fn builtin(
        &mut self,
        word: &FunctionWord,
        builtin: Builtin,
        arguments: &'a [Argument],
        span: Span,
    ) -> Kind {
        let values = self.values(arguments);
        let usage = format!("write `{}`", word.usage);
        if values.len() != arguments.len()
            || !self.arity(word.name, word.arguments, values.len(), span, usage)
        {
            return word.gives;
        }
        let samples: Option<Vec<Value>> = values.iter().map(|(_, kind)| kind.sample()).collect();
        let has_lists = values.iter().any(|(_, kind)| matches!(kind, Kind::List | Kind::Objects(_)));
        if let Some(samples) = samples.filter(|_| !has_lists)
            && let Some(result) = functions::apply(builtin, &samples)
        {
            return self.pure(word, builtin, &values, result, span);
        }
        self.drawn(builtin, &values).unwrap_or(word.gives)
    }

    /// What a function makes of samples tells its kind, or that it cannot work.
    fn pure(
        &mut self,
        word: &FunctionWord,
        builtin: Builtin,
        values: &[(&'a Expr, Kind)],
        result: Result<Value, String>,
        span: Span,
    ) -> Kind {
        let same = values.windows(2).all(|pair| pair[0].1 == pair[1].1);
        match result {
            Ok(value) if matches!(builtin, Builtin::Abs) || word.gives == Kind::Unknown && same => {
                if builtin == Builtin::Pow { Kind::Unknown } else { Kind::of(&value) }
            }
            Ok(_) => word.gives,
            Err(text) => {
                let span = if let [(only, _)] = values { only.span } else { span };
                self.report(Diagnostic::error("E0303", span, text).help(format!("write `{}`", word.usage)));
                word.gives
            }
        }
    }

    /// Random numbers: those of a duration are durations.
    fn drawn(&mut self, builtin: Builtin, values: &[(&'a Expr, Kind)]) -> Option<Kind> {
        let second_like_first = match builtin {
            Builtin::Uniform | Builtin::Normal => true,
            Builtin::Exponential | Builtin::Lognormal | Builtin::Pareto => false,
            Builtin::Poisson => {
                self.number("the mean of `poisson`", values[0]);
                return None;
            }
            Builtin::Choice => {
                let (list, kind) = values[0];
                if !matches!(kind, Kind::List | Kind::Objects(_) | Kind::Unknown) {
                    let text = format!("`choice` takes a list, not {}", kind.words());
                    self.report(
                        Diagnostic::error("E0303", list.span, text).help("write `choice([a, b, c])`"),
                    );
                }
                return None;
            }
            Builtin::Now
            | Builtin::Min
            | Builtin::Max
            | Builtin::Abs
            | Builtin::Floor
            | Builtin::Ceil
            | Builtin::Round
            | Builtin::Len
            | Builtin::Range
            | Builtin::Str
            | Builtin::Int
            | Builtin::Float
            | Builtin::Ln
            | Builtin::Sqrt
            | Builtin::Pow
            | Builtin::Id
            | Builtin::CurrentTask
            | Builtin::Failed
            | Builtin::Cancelled
            | Builtin::Future
            | Builtin::Random => return None,
        };
        let (first, kind) = values[0];
        if kind != Kind::Duration {
            self.number("what is drawn", (first, kind));
        }
        let Some(&(second, other)) = values.get(1) else {
            return (kind == Kind::Duration).then_some(kind);
        };
        let is_duration = |kind| matches!(kind, Kind::Duration | Kind::Unknown);
        match (second_like_first, kind, other) {
            (true, Kind::Duration, other) if !is_duration(other) => {
                let text = format!("a duration and {} do not go together", other.words());
                self.report(Diagnostic::error("E0303", second.span, text).help("give both a unit"));
            }
            (true, Kind::Int | Kind::Float, Kind::Duration) => {
                let text = format!("{} and a duration do not go together", kind.words());
                self.report(Diagnostic::error("E0303", first.span, text).help("give both a unit"));
            }
            (true, _, Kind::Duration) => {}
            _ => self.number("the second argument", (second, other)),
        }
        (kind == Kind::Duration).then_some(kind)
    }

    fn number(&mut self, what: &str, (expr, kind): (&'a Expr, Kind)) {
        if !matches!(kind, Kind::Int | Kind::Float | Kind::Unknown) {
            self.error("E0303", expr.span, format!("{what} is a number, not {}", kind.words()));
        }
    }

    /// The arguments of a method that exists.
    pub fn method_arguments(&mut self, word: &MethodWord, arguments: &'a [Argument], span: Span) {
        let values = self.values(arguments);
        let help = format!("`{}`: {}", word.name, word.help);
        self.arity(word.name, word.arguments, arguments.len(), span, help);
        let [(value, kind)] = values[..] else { return };
        let wanted = match word.name {
            "notify" => Kind::Int,
            "fail" => Kind::Text,
            _ => return,
        };
        if kind != wanted && kind != Kind::Unknown {
            let text = format!("`{}` takes {}, not {}", word.name, wanted.words(), kind.words());
            self.error("E0303", value.span, text);
        }
    }
}
