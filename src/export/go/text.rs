//! Operators with gofmt's blanks, and strings with holes.

use crate::export::go::golang::{Golang, PRIMARY, Text};
use crate::export::go::values::escaped;
use crate::export::types::Type;
use crate::lang::ast::{Expr, ExprKind, TextPart};

/// Blanks around `+` and around `*`, until it is known whether gofmt wants them.
const SUM: char = '\u{2}';
const PRODUCT: char = '\u{3}';

/// `left op right`, as gofmt would write it at the top of a statement.
pub fn binary(left: Text, op: &str, binds: u8, right: Text) -> Text {
    let side = |text: Text, least: u8| {
        let inner = text.binds;
        let text = text.at(least);
        match (binds, inner) {
            (4, 5) => text.replace(PRODUCT, ""),
            (1..=3, 4 | 5) => strip(&text),
            _ => text,
        }
    };
    let (left, right) = (side(left, binds), side(right, binds + 1));
    let blank = match binds {
        4 => SUM,
        5 => PRODUCT,
        _ => ' ',
    };
    Text { go: format!("{left}{blank}{op}{blank}{right}"), binds }
}

/// Where gofmt is short of room: among several arguments, in an index.
pub fn strip(text: &str) -> String {
    text.replace([SUM, PRODUCT], "")
}

/// What stands by itself.
pub fn settled(text: &str) -> String {
    if text.contains(SUM) {
        return text.replace(SUM, " ").replace(PRODUCT, "");
    }
    text.replace(PRODUCT, " ")
}

/// `f(a, b)`
pub fn call(name: &str, arguments: &[String]) -> String {
    match arguments {
        [one] => format!("{name}({})", settled(one)),
        several => {
            let several: Vec<String> = several.iter().map(|argument| strip(argument)).collect();
            format!("{name}({})", several.join(", "))
        }
    }
}

/// A call with its arguments on lines of their own, if it would be long.
pub fn wide_call(name: &str, first: &str, arguments: &[String]) -> String {
    let mut all: Vec<String> = Vec::new();
    if !first.is_empty() {
        all.push(first.to_string());
    }
    all.extend(arguments.iter().cloned());
    let text = call(name, &all);
    if text.len() < 90 && !text.contains('\n') || arguments.is_empty() {
        return text;
    }
    let mut text = format!("{name}({first}");
    if !first.is_empty() {
        text.push(',');
    }
    for argument in arguments {
        text.push_str(&format!("\n\t{},", strip(argument).replace('\n', "\n\t")));
    }
    text.push_str("\n)");
    text
}

impl Golang<'_> {
    /// The format of a string with holes, and what goes into them.
    pub fn format(&mut self, expr: &Expr) -> (String, Vec<String>) {
        let ExprKind::Text(parts) = &expr.kind else {
            let text = self.expr(expr);
            let ty = self.type_of(expr);
            let (verb, text) = self.shown(text, &ty);
            return (verb.to_string(), vec![text]);
        };
        let holes: Vec<&Expr> = parts
            .iter()
            .filter_map(|part| match part {
                TextPart::Literal(_) => None,
                TextPart::Expr(expr) => Some(expr),
            })
            .collect();
        let mut filled = self.all(&holes).into_iter().zip(&holes);
        let (mut format, mut arguments) = (String::new(), Vec::new());
        for part in parts {
            match part {
                TextPart::Literal(text) => format.push_str(&escaped(text).replace('%', "%%")),
                TextPart::Expr(_) => {
                    let Some((text, hole)) = filled.next() else { continue };
                    let ty = self.type_of(hole);
                    let (verb, text) = self.shown(text, &ty);
                    format.push_str(verb);
                    arguments.push(text);
                }
            }
        }
        (format, arguments)
    }

    /// How a value is put into a text: `%d`, or by way of `str`.
    fn shown(&mut self, text: Text, ty: &Type) -> (&'static str, String) {
        match ty {
            Type::Int => ("%d", text.go),
            Type::Text => ("%s", text.go),
            Type::Bool => ("%t", text.go),
            _ => ("%s", call("str", &[text.go])),
        }
    }

    /// A string with holes as an expression.
    pub fn string(&mut self, expr: &Expr) -> Text {
        let (format, arguments) = self.format(expr);
        match arguments.as_slice() {
            [] => Text::new(format!("\"{}\"", format.replace("%%", "%"))),
            [one] if format == "%s" => Text { go: one.clone(), binds: PRIMARY },
            _ => {
                let mut all = vec![format!("\"{format}\"")];
                all.extend(arguments);
                Text::new(call("fmt.Sprintf", &all))
            }
        }
    }

    /// A function that takes a format, and its arguments.
    pub fn formatted(&mut self, function: &str, expr: &Expr) -> String {
        let (format, arguments) = self.format(expr);
        let mut all = vec![format!("\"{format}\"")];
        all.extend(arguments);
        call(function, &all)
    }

    /// An error with this text.
    pub fn error(&mut self, expr: &Expr) -> String {
        let (format, arguments) = self.format(expr);
        if arguments.is_empty() {
            return format!("errors.New(\"{}\")", format.replace("%%", "%"));
        }
        let mut all = vec![format!("\"{format}\"")];
        all.extend(arguments);
        call("fmt.Errorf", &all)
    }
}
