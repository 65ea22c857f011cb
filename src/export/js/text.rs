//! Strings: quoted, filled in, and remarks.

use crate::export::js::numbers::prec;
use crate::export::js::program::{Js, value};
use crate::export::signs::is_hidden;
use crate::export::types::Type;
use crate::lang::ast::{Expr, ExprKind, TextPart};

impl<'a> Js<'_, 'a> {
    /// A plain string.
    pub fn quoted(&self, text: &str) -> String {
        let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
        format!("{quote}{}{quote}", escaped(text, quote))
    }

    /// A string with holes, as a template.
    pub fn filled(&mut self, parts: &'a [TextPart]) -> String {
        if parts.iter().all(|part| matches!(part, TextPart::Literal(_))) {
            let text: String = parts.iter().map(literal).collect();
            return self.quoted(&text);
        }
        let mut out = String::from("`");
        for part in parts {
            match part {
                TextPart::Literal(text) => out.push_str(&escaped(text, '`').replace("${", "\\${")),
                TextPart::Expr(expr) => {
                    let hole = self.hole(expr);
                    out.push_str(&format!("${{{hole}}}"));
                }
            }
        }
        out.push('`');
        out
    }

    /// What stands in a hole of a template.
    fn hole(&mut self, expr: &'a Expr) -> String {
        let kind = self.kind(expr);
        if let (Type::Text, ExprKind::Call { callee, arguments }) = (&kind, &expr.kind)
            && callee.name == "str"
            && let [argument] = &arguments[..]
        {
            return self.hole(value(argument));
        }
        let text = self.expr(expr, 0);
        match &kind {
            Type::Text | Type::Int | Type::Bool => text,
            Type::Failure => format!("{}.message", self.expr(expr, prec::CALL)),
            other => self.shown_as(text, other),
        }
    }

    fn shown_as(&self, text: String, kind: &Type) -> String {
        match kind.some() {
            Type::Float => format!("{}({text})", self.needs("showFloat")),
            Type::Duration => format!("{}({text})", self.needs("showTime")),
            Type::List(inner) if matches!(inner.some(), Type::Float | Type::Duration) => {
                let each = if *inner.some() == Type::Float { "showFloat" } else { "showTime" };
                format!("{}({text}.map({}))", self.needs("show"), self.needs(each))
            }
            _other => format!("{}({text})", self.needs("show")),
        }
    }

    /// Any value as a string: what `log` and `str` show.
    pub fn shown(&mut self, expr: &'a Expr) -> String {
        let kind = self.kind(expr);
        match &kind {
            Type::Text => self.expr(expr, 0),
            Type::Int | Type::Bool => format!("String({})", self.expr(expr, 0)),
            other => {
                let text = self.expr(expr, 0);
                self.shown_as(text, other)
            }
        }
    }

    /// A label as a remark: its holes stay as they are written.
    pub fn label(&self, label: &Expr) -> String {
        let text = self.scenario.request.text.get(label.span.range()).unwrap_or("");
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

fn escaped(text: &str, quote: char) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if sign == quote => {
                out.push('\\');
                out.push(sign);
            }
            _ if sign.is_control() || is_hidden(sign) => {
                out.push_str(&format!("\\u{{{:x}}}", u32::from(sign)))
            }
            _ => out.push(sign),
        }
    }
    out
}
