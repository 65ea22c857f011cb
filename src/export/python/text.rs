//! Strings: quoted, filled in, and remarks.

use crate::export::python::module::Python;
use crate::export::signs::is_hidden;
use crate::export::types::Type;
use crate::lang::ast::{Expr, ExprKind, TextPart};

impl<'a> Python<'_, 'a> {
    /// A plain string.
    pub fn quoted(&self, text: &str, quote: char) -> String {
        format!("{quote}{}{quote}", escaped(text, quote, false))
    }

    /// A string with holes, as an f-string; or, where quotes would meet quotes, with `format`.
    /// `quote` is the sign around it: inside a hole it is another.
    pub fn filled(&mut self, parts: &'a [TextPart], quote: char) -> String {
        let inner = if quote == '"' { '\'' } else { '"' };
        let before = std::mem::replace(&mut self.quote, inner);
        let holes: Vec<Option<(String, &'static str)>> = parts
            .iter()
            .map(|part| match part {
                TextPart::Literal(_) => None,
                TextPart::Expr(expr) => Some(self.hole(expr)),
            })
            .collect();
        self.quote = before;
        if holes.iter().all(Option::is_none) {
            let text: String = parts.iter().map(literal).collect();
            return self.quoted(&text, quote);
        }
        if let [Some((hole, ""))] = &holes[..]
            && hole.starts_with("show(")
        {
            return hole.clone();
        }
        let clash = |hole: &str| hole.contains([quote, '\\', '\n', '{', '}']);
        let formatted = holes.iter().flatten().any(|(hole, _)| clash(hole));
        let mut out = String::new();
        let mut arguments = Vec::new();
        for (part, hole) in parts.iter().zip(holes) {
            match hole {
                None => out.push_str(&escaped(literal(part), quote, true)),
                Some((hole, spec)) if formatted => {
                    out.push('{');
                    out.push_str(spec.trim_end_matches('s'));
                    out.push('}');
                    out.push_str(if spec.ends_with('s') { "s" } else { "" });
                    arguments.push(hole);
                }
                Some((hole, spec)) => {
                    out.push('{');
                    out.push_str(&hole);
                    out.push_str(spec.trim_end_matches('s'));
                    out.push('}');
                    out.push_str(if spec.ends_with('s') { "s" } else { "" });
                }
            }
        }
        if formatted {
            return format!("{quote}{out}{quote}.format({})", arguments.join(", "));
        }
        format!("f{quote}{out}{quote}")
    }

    /// What stands in a hole, and how it is shown: as it is, or as so many seconds.
    fn hole(&mut self, expr: &'a Expr) -> (String, &'static str) {
        let kind = self.kind(expr);
        if kind == Type::Text {
            if let ExprKind::Call { callee, arguments } = &expr.kind
                && let ("str", [crate::lang::ast::Argument::Value(value)]) =
                    (callee.name.as_str(), &arguments[..])
            {
                return self.hole(value);
            }
            return (self.expr(expr, 0), "");
        }
        if self.is_virtual() {
            let text = self.expr(expr, 0);
            return match kind {
                Type::Int => (text, ""),
                _ => (format!("{}({text})", self.needs("show")), ""),
            };
        }
        let text = self.expr(expr, 0);
        match kind {
            Type::Duration => (text, ":gs"),
            Type::Failure | Type::Outcome(_) | Type::Unknown => {
                (format!("{}({text})", self.needs("show")), "")
            }
            Type::List(inner) if matches!(*inner, Type::Outcome(_) | Type::Failure | Type::Unknown) => {
                (format!("{}({text})", self.needs("show")), "")
            }
            _ => (text, ""),
        }
    }

    /// Any value as a string: what `log` and `str` show.
    pub fn shown(&mut self, expr: &'a Expr) -> String {
        if self.kind(expr) == Type::Text {
            return self.expr(expr, 0);
        }
        let (hole, spec) = self.hole(expr);
        match spec {
            "" if hole.starts_with("show(") => hole,
            "" => format!("str({hole})"),
            _ => {
                let quote = self.quote;
                format!("f{quote}{{{hole}:g}}s{quote}")
            }
        }
    }

    /// A label as a remark: its holes stay as they are written.
    pub fn label(&self, label: &Expr) -> String {
        let span = label.span.range();
        let text = self.scenario.request.text.get(span).unwrap_or("");
        let text = text.trim_matches(|sign| sign == '"' || sign == '\'');
        text.replace(['\n', '\r'], " ")
    }
}

fn literal(part: &TextPart) -> &str {
    match part {
        TextPart::Literal(text) => text,
        TextPart::Expr(_) => "",
    }
}

fn escaped(text: &str, quote: char, braces: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '{' | '}' if braces => {
                out.push(sign);
                out.push(sign);
            }
            _ if sign == quote => {
                out.push('\\');
                out.push(sign);
            }
            _ if sign.is_control() || is_hidden(sign) => {
                let code = u32::from(sign);
                out.push_str(&if code > 0xff { format!("\\u{code:04x}") } else { format!("\\x{code:02x}") });
            }
            _ => out.push(sign),
        }
    }
    out
}
