//! Expressions: what is computed, in the order in which the program computes it.

use crate::export::go::golang::{Golang, Text, UNARY};
use crate::export::go::text::{binary, call, settled, strip};
use crate::export::go::values::{coerce, duration, float, go_type, is_nilable, zero};
use crate::export::types::Type;
use crate::lang::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use crate::lang::declarations::What;
use crate::lang::walk::walk_expr;

/// Does computing it do something, or depend on when it is done?
pub fn acts(expr: &Expr) -> bool {
    let mut found = false;
    walk_expr(expr, &mut |part| {
        found |= matches!(
            part.kind,
            ExprKind::Await(_)
                | ExprKind::Spawn(_)
                | ExprKind::Cancel(_)
                | ExprKind::Method { .. }
                | ExprKind::Call { .. }
        );
    });
    found
}

impl Golang<'_> {
    pub fn type_of(&self, expr: &Expr) -> Type {
        self.scenario.facts.expr(expr)
    }

    /// Can it be computed later just as well?
    pub fn is_steady(&self, expr: &Expr) -> bool {
        let mut steady = true;
        walk_expr(expr, &mut |part| {
            steady &= match &part.kind {
                ExprKind::Name(name) => match self.lookup(name) {
                    Some(variable) => variable.steady,
                    None => !matches!(
                        self.scenario.declarations.get(name).map(|declared| declared.what),
                        Some(What::Shared(_))
                    ),
                },
                ExprKind::Await(_)
                | ExprKind::Spawn(_)
                | ExprKind::Cancel(_)
                | ExprKind::Method { .. }
                | ExprKind::Call { .. } => false,
                _plain => true,
            };
        });
        steady
    }

    /// Keeps a value in a variable of its own.
    pub fn keep(&mut self, wanted: &str, text: &str) -> String {
        let name = self.fresh(wanted);
        let text = settled(text);
        self.line(format!("{name} := {text}"));
        name
    }

    /// Several expressions, from left to right: what a later one could change is kept.
    pub fn all(&mut self, exprs: &[&Expr]) -> Vec<Text> {
        let mut texts = Vec::with_capacity(exprs.len());
        for (n, expr) in exprs.iter().enumerate() {
            let text = self.expr(expr);
            let later = exprs[n + 1..].iter().any(|expr| acts(expr));
            let text =
                if later && !self.is_steady(expr) { Text::new(self.keep("value", &text.go)) } else { text };
            texts.push(text);
        }
        texts
    }

    /// An expression where a value of this type is wanted.
    pub fn wanted(&mut self, expr: &Expr, ty: &Type) -> Text {
        let text = self.expr(expr);
        let from = self.type_of(expr);
        self.fitted(text, &from, ty, expr)
    }

    pub fn fitted(&mut self, text: Text, from: &Type, to: &Type, expr: &Expr) -> Text {
        if let (ExprKind::List(items), Type::List(inner)) = (&expr.kind, to)
            && items.is_empty()
        {
            return Text::new(format!("[]{}{{}}", go_type(inner)));
        }
        if let (ExprKind::Int(n), Type::Float) = (&expr.kind, to) {
            return Text::new(format!("{n}.0"));
        }
        if go_type(from) == go_type(to) {
            return text;
        }
        let deref = matches!(from, Type::Optional(_)) && !matches!(to, Type::Optional(_));
        let inner = if deref { text.at(UNARY) } else { text.go };
        let fitted = coerce(inner, from, to);
        if fitted.starts_with('*') { Text { go: fitted, binds: UNARY } } else { Text::new(fitted) }
    }

    pub fn expr(&mut self, expr: &Expr) -> Text {
        match &expr.kind {
            ExprKind::None => Text::new(zero(&self.type_of(expr))),
            ExprKind::Bool(b) => Text::new(b.to_string()),
            ExprKind::Int(n) => Text::new(n.to_string()),
            ExprKind::Float(x) => Text::new(float(*x)),
            ExprKind::Duration(d) => {
                let text = duration(*d);
                match text.split_once(" * ") {
                    Some((n, unit)) => binary(Text::new(n), "*", 5, Text::new(unit)),
                    None => Text::new(text),
                }
            }
            ExprKind::Text(_) => self.string(expr),
            ExprKind::Name(name) => self.name(name, expr),
            ExprKind::List(items) => self.list(expr, items),
            ExprKind::Unary(op, inner) => {
                let text = self.expr(inner);
                let sign = match op {
                    UnaryOp::Negate => "-",
                    UnaryOp::Not => "!",
                };
                Text { go: format!("{sign}{}", text.at(UNARY)), binds: UNARY }
            }
            ExprKind::Binary(op, left, right) => self.binary(*op, left, right),
            ExprKind::Logic { and, left, right } => self.logic(*and, left, right),
            ExprKind::Index { object, index } => {
                let texts = self.all(&[object, index]);
                let [object, index] = <[Text; 2]>::try_from(texts).unwrap_or_else(|_| unreachable!());
                Text::new(format!("{}[{}]", object.at(UNARY + 1), strip(&index.go)))
            }
            ExprKind::Call { .. } | ExprKind::Method { .. } | ExprKind::Field { .. } => self.quick_call(expr),
            ExprKind::Await(inner) => self.awaited(inner, &self.type_of(expr), "value"),
            ExprKind::Yield => Text::new("none{}"),
            ExprKind::Spawn(spawn) => self.spawn(spawn),
            ExprKind::Cancel(target) => {
                let text = self.expr(target);
                Text::new(format!("{}.stop()", text.at(UNARY + 1)))
            }
        }
    }

    fn name(&mut self, name: &str, expr: &Expr) -> Text {
        if let Some(variable) = self.lookup(name).cloned() {
            self.read[variable.number].1 = true;
            return Text::new(variable.go);
        }
        let Some(go) = self.globals.get(name).cloned() else {
            return Text::new(zero(&self.type_of(expr)));
        };
        Text::new(go)
    }

    fn list(&mut self, expr: &Expr, items: &[Expr]) -> Text {
        let ty = self.type_of(expr);
        let Type::List(inner) = ty.some() else { return Text::new("nil") };
        let inner = inner.as_ref().clone();
        let all: Vec<&Expr> = items.iter().collect();
        let texts = self.all(&all);
        let items: Vec<String> = texts
            .into_iter()
            .zip(items)
            .map(|(text, item)| {
                let from = self.type_of(item);
                settled(&self.fitted(text, &from, &inner, item).go)
            })
            .collect();
        Text::new(format!("[]{}{{{}}}", go_type(&inner), items.join(", ")))
    }

    fn logic(&mut self, and: bool, left: &Expr, right: &Expr) -> Text {
        let left = self.expr(left);
        if acts(right) {
            let kept = self.keep("ok", &left.go);
            self.line(format!("if {}{kept} {{", if and { "" } else { "!" }));
            self.out.indent();
            let right = self.expr(right);
            self.line(format!("{kept} = {}", settled(&right.go)));
            self.out.dedent();
            self.line("}");
            return Text::new(kept);
        }
        let right = self.expr(right);
        let (op, binds) = if and { ("&&", 2) } else { ("||", 1) };
        binary(left, op, binds, right)
    }

    fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr) -> Text {
        let texts = self.all(&[left, right]);
        let [a, b] = <[Text; 2]>::try_from(texts).unwrap_or_else(|_| unreachable!());
        let (x, y) = (self.type_of(left), self.type_of(right));
        if matches!(op, BinaryOp::Equal | BinaryOp::NotEqual) {
            return self.equal(op == BinaryOp::Equal, (a, &x, left), (b, &y, right));
        }
        let a = self.fitted(a, &x, x.some(), left);
        let b = self.fitted(b, &y, y.some(), right);
        let (x, y) = (x.some().clone(), y.some().clone());
        match (&x, &y) {
            (Type::Duration, _) | (_, Type::Duration) => self.durations(op, (a, x, left), (b, y, right)),
            (Type::List(_), _) if op == BinaryOp::Add => Text::new(call("slices.Concat", &[a.go, b.go])),
            (Type::Int, Type::Float) => {
                let a = self.fitted(a, &x, &Type::Float, left);
                operator(op, a, b)
            }
            (Type::Float, Type::Int) => {
                let b = self.fitted(b, &y, &Type::Float, right);
                operator(op, a, b)
            }
            (Type::Float, Type::Float) if op == BinaryOp::Remainder => {
                Text::new(call("math.Mod", &[a.go, b.go]))
            }
            _ => operator(op, a, b),
        }
    }

    fn durations(&mut self, op: BinaryOp, left: (Text, Type, &Expr), right: (Text, Type, &Expr)) -> Text {
        let (a, x, left) = left;
        let (b, y, right) = right;
        let times = |text: Text, expr: &Expr| match expr.kind {
            ExprKind::Int(_) => text,
            _ => Text::new(call("time.Duration", &[text.go])),
        };
        match (op, &x, &y) {
            (BinaryOp::Divide, Type::Duration, Type::Duration) => {
                let (a, b) = (call("float64", &[a.go]), call("float64", &[b.go]));
                binary(Text::new(a), "/", 5, Text::new(b))
            }
            (BinaryOp::Multiply, Type::Duration, Type::Float) => Text::new(call("scaled", &[a.go, b.go])),
            (BinaryOp::Multiply, Type::Float, Type::Duration) => Text::new(call("scaled", &[b.go, a.go])),
            (BinaryOp::Divide, Type::Duration, Type::Float) => {
                let b = binary(Text::new("1"), "/", 5, b);
                Text::new(call("scaled", &[a.go, b.go]))
            }
            (BinaryOp::Multiply | BinaryOp::Divide, Type::Duration, Type::Int) => {
                operator(op, a, times(b, right))
            }
            (BinaryOp::Multiply, Type::Int, Type::Duration) => operator(op, times(a, left), b),
            _ => operator(op, a, b),
        }
    }

    fn equal(&mut self, same: bool, left: (Text, &Type, &Expr), right: (Text, &Type, &Expr)) -> Text {
        let ((a, x, left), (b, y, right)) = (left, right);
        let op = if same { "==" } else { "!=" };
        let none = |ty: &Type, expr: &Expr| matches!(expr.kind, ExprKind::None) || *ty == Type::None;
        if none(x, left) || none(y, right) {
            let (other, ty) = if none(x, left) { (b, y) } else { (a, x) };
            return match ty {
                Type::Optional(_) => binary(other, op, 3, Text::new("nil")),
                ty if is_nilable(ty) => binary(other, op, 3, Text::new("nil")),
                Type::None => Text::new(same.to_string()),
                // It is never `none`.
                _ => Text::new((!same).to_string()),
            };
        }
        let not =
            |text: String| if same { Text::new(text) } else { Text { go: format!("!{text}"), binds: UNARY } };
        match (x, y) {
            (Type::List(_) | Type::Outcome(_) | Type::Optional(_), _)
            | (_, Type::List(_) | Type::Outcome(_) | Type::Optional(_))
                if !is_nilable(x.some()) =>
            {
                not(call("same", &[a.go, b.go]))
            }
            (Type::Int, Type::Float) => {
                let a = self.fitted(a, x, y, left);
                binary(a, op, 3, b)
            }
            (Type::Float, Type::Int) => {
                let b = self.fitted(b, y, x, right);
                binary(a, op, 3, b)
            }
            _ => binary(a, op, 3, b),
        }
    }
}

fn operator(op: BinaryOp, left: Text, right: Text) -> Text {
    let (sign, binds) = match op {
        BinaryOp::Multiply => ("*", 5),
        BinaryOp::Divide => ("/", 5),
        BinaryOp::Remainder => ("%", 5),
        BinaryOp::ShiftLeft => ("<<", 5),
        BinaryOp::ShiftRight => (">>", 5),
        BinaryOp::BitAnd => ("&", 5),
        BinaryOp::Add => ("+", 4),
        BinaryOp::Subtract => ("-", 4),
        BinaryOp::BitOr => ("|", 4),
        BinaryOp::BitXor => ("^", 4),
        BinaryOp::Equal => ("==", 3),
        BinaryOp::NotEqual => ("!=", 3),
        BinaryOp::Less => ("<", 3),
        BinaryOp::LessEqual => ("<=", 3),
        BinaryOp::Greater => (">", 3),
        BinaryOp::GreaterEqual => (">=", 3),
    };
    binary(left, sign, binds, right)
}
