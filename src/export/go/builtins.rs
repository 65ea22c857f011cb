//! Functions of the language: numbers, texts, lists, draws.

use crate::export::go::golang::{Golang, PRIMARY, Text, UNARY};
use crate::export::go::text::{binary, call};
use crate::export::go::values::go_type;
use crate::export::types::Type;
use crate::lang::ast::Expr;
use crate::lang::program::Builtin;

impl Golang<'_> {
    pub fn builtin(&mut self, builtin: Builtin, arguments: &[&Expr], expr: &Expr) -> Text {
        let texts = self.all(arguments);
        let types: Vec<Type> = arguments.iter().map(|expr| self.type_of(expr)).collect();
        let gives = self.type_of(expr);
        let first = types.first().map(|ty| ty.some().clone()).unwrap_or(Type::None);
        let plain: Vec<String> = texts.iter().map(|text| text.go.clone()).collect();
        let only = texts.first().cloned();
        let whole = |name: &str| Text::new(call("int", &[call(name, &plain)]));
        match builtin {
            Builtin::Id => self.nameless(expr, "`id()`"),
            Builtin::CurrentTask => self.nameless(expr, "`current_task()`"),
            Builtin::Future => {
                let of = match gives {
                    Type::Future(of) => go_type(&of),
                    _ => "none".to_string(),
                };
                Text::new(format!("newFuture[{of}]()"))
            }
            Builtin::Failed => ended(only, &first, "failed"),
            Builtin::Cancelled => ended(only, &first, "cancelled"),
            Builtin::Min => self.extreme("min", "slices.Min", (texts, &types, arguments), &gives),
            Builtin::Max => self.extreme("max", "slices.Max", (texts, &types, arguments), &gives),
            Builtin::Abs => Text::new(call("abs", &plain)),
            Builtin::Floor | Builtin::Ceil | Builtin::Round if first == Type::Int => {
                only.unwrap_or(Text::new("0"))
            }
            Builtin::Floor => whole("math.Floor"),
            Builtin::Ceil => whole("math.Ceil"),
            Builtin::Round => whole("math.Round"),
            Builtin::Len if first == Type::Text => Text::new(call("utf8.RuneCountInString", &plain)),
            Builtin::Len => Text::new(call("len", &plain)),
            Builtin::Range => Text::new(call("span", &plain)),
            Builtin::Str => {
                converted(only, &plain, &first, &Type::Text, [(Type::Int, "strconv.Itoa")], "str")
            }
            Builtin::Int => converted(only, &plain, &first, &Type::Int, [(Type::Text, "parsedInt")], "int"),
            Builtin::Float => {
                converted(only, &plain, &first, &Type::Float, [(Type::Text, "parsedFloat")], "float64")
            }
            Builtin::Ln => self.mathematics("math.Log", texts, &types, arguments, &gives),
            Builtin::Sqrt => self.mathematics("math.Sqrt", texts, &types, arguments, &gives),
            Builtin::Pow => self.mathematics("math.Pow", texts, &types, arguments, &gives),
            Builtin::Now => Text::new("now()"),
            Builtin::Random => self.draw("random", texts, &types, arguments, &gives),
            Builtin::Uniform if gives == Type::Float => {
                self.draw("uniformFloat", texts, &types, arguments, &gives)
            }
            Builtin::Uniform => self.draw("uniform", texts, &types, arguments, &gives),
            Builtin::Exponential => self.draw("exponential", texts, &types, arguments, &gives),
            Builtin::Normal => self.draw("normal", texts, &types, arguments, &gives),
            Builtin::Lognormal => self.draw("lognormal", texts, &types, arguments, &gives),
            Builtin::Pareto => self.draw("pareto", texts, &types, arguments, &gives),
            // Its argument is a mean.
            Builtin::Poisson => self.draw("poisson", texts, &types, arguments, &Type::Float),
            Builtin::Choice => {
                let text = Text::new(call("choice", &plain));
                if self.is_virtual() { Text { binds: UNARY + 1, ..text } } else { text }
            }
        }
    }

    /// What asks a goroutine for itself.
    fn nameless(&mut self, expr: &Expr, what: &str) -> Text {
        let why = "a goroutine has neither a number nor a handle of itself";
        self.scenario.refuse(expr.span, what, why, "pass on what the task is to know of itself");
        Text::new("none{}")
    }

    fn extreme(
        &mut self,
        name: &str,
        of_list: &str,
        (texts, types, arguments): (Vec<Text>, &[Type], &[&Expr]),
        gives: &Type,
    ) -> Text {
        if let Some(Type::List(_)) = types.first().map(Type::some) {
            let plain: Vec<String> = texts.into_iter().map(|text| text.go).collect();
            return Text::new(call(of_list, &plain));
        }
        let plain = match gives {
            Type::Float => self.floats(texts, types, arguments),
            _ => texts.into_iter().map(|text| text.go).collect(),
        };
        Text::new(call(name, &plain))
    }

    fn floats(&mut self, texts: Vec<Text>, types: &[Type], arguments: &[&Expr]) -> Vec<String> {
        let mut out = Vec::with_capacity(texts.len());
        for ((text, ty), expr) in texts.into_iter().zip(types).zip(arguments) {
            out.push(self.fitted(text, ty, &Type::Float, expr).go);
        }
        out
    }

    fn mathematics(
        &mut self,
        name: &str,
        texts: Vec<Text>,
        types: &[Type],
        arguments: &[&Expr],
        gives: &Type,
    ) -> Text {
        let text = call(name, &self.floats(texts, types, arguments));
        Text::new(if *gives == Type::Int { call("int", &[text]) } else { text })
    }

    fn draw(
        &mut self,
        name: &str,
        texts: Vec<Text>,
        types: &[Type],
        arguments: &[&Expr],
        gives: &Type,
    ) -> Text {
        let mut plain: Vec<String> = texts.iter().map(|text| text.go.clone()).collect();
        let measured = matches!(gives, Type::Float | Type::Duration);
        for (n, expr) in arguments.iter().enumerate() {
            if measured && *types[n].some() != Type::Duration {
                plain[n] = self.fitted(texts[n].clone(), &types[n], &Type::Float, expr).go;
            }
        }
        Text::new(call(name, &plain))
    }
}

/// `failed(x)`, `cancelled(x)`: asked of an outcome, or of an error.
fn ended(text: Option<Text>, of: &Type, word: &str) -> Text {
    match (of, text) {
        (Type::Outcome(_), Some(text)) => Text::new(format!("{}.{word}()", text.at(PRIMARY))),
        (Type::Failure, Some(text)) if word == "failed" => binary(text, "!=", 3, Text::new("nil")),
        (_, Some(_) | None) => Text::new("false"),
    }
}

/// A value as one of another type: it may be one, have a function of its own, or takes the general one.
fn converted(
    text: Option<Text>,
    plain: &[String],
    from: &Type,
    to: &Type,
    [(special, function)]: [(Type, &str); 1],
    general: &str,
) -> Text {
    match text {
        Some(text) if from == to => text,
        Some(_) | None if *from == special => Text::new(call(function, plain)),
        Some(_) | None => Text::new(call(general, plain)),
    }
}
