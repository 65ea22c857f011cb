//! What expressions say of their parts, and what they ask.

use crate::export::infer::inference::Infer;
use crate::export::infer::question::Question;
use crate::export::infer::shapes::{Place, Shape};
use crate::lang::ast::{Argument, BinaryOp, Expr, ExprKind, Ident, Spawn, TextPart, UnaryOp};
use crate::lang::declarations::What;
use crate::lang::program::{Builtin, Combinator};
use crate::lang::vocabulary::{Function, function};
use crate::lang::walk::address;

impl<'a> Infer<'a> {
    pub fn named(&mut self, name: &str) -> Place {
        match self.sight.get(name).or_else(|| self.found.globals.get(name)) {
            Some(&place) => place,
            None => self.free(),
        }
    }

    pub fn expr(&mut self, expr: &'a Expr) -> Place {
        let place = match &expr.kind {
            ExprKind::None => self.found.shapes.none(),
            ExprKind::Bool(_) => self.fresh(Shape::Bool),
            ExprKind::Int(_) => self.fresh(Shape::Int),
            ExprKind::Float(_) => self.fresh(Shape::Float),
            ExprKind::Duration(_) => self.fresh(Shape::Duration),
            ExprKind::Text(parts) => {
                for part in parts {
                    if let TextPart::Expr(expr) = part {
                        self.expr(expr);
                    }
                }
                self.fresh(Shape::Text)
            }
            ExprKind::Name(name) => self.named(name),
            ExprKind::List(items) => {
                let of = self.free();
                for item in items {
                    let item = self.expr(item);
                    self.flow(item, of);
                }
                self.fresh(Shape::List(of))
            }
            ExprKind::Unary(UnaryOp::Not, inner) => {
                self.condition(inner);
                self.fresh(Shape::Bool)
            }
            ExprKind::Unary(UnaryOp::Negate, inner) => self.expr(inner),
            ExprKind::Binary(op, left, right) => self.binary(*op, left, right),
            ExprKind::Logic { left, right, .. } => {
                self.condition(left);
                self.condition(right);
                self.fresh(Shape::Bool)
            }
            ExprKind::Call { callee, arguments } => self.call(callee, arguments),
            ExprKind::Method { object, name, arguments } => self.method(object, &name.name, arguments),
            ExprKind::Field { object, .. } => self.expr(object),
            ExprKind::Index { object, index } => {
                let (of, index) = (self.expr(object), self.expr(index));
                self.be(index, Shape::Int);
                let out = self.free();
                self.ask(Question::Elements { of, out });
                out
            }
            ExprKind::Await(inner) => self.awaited(inner),
            ExprKind::Yield => self.found.shapes.none(),
            ExprKind::Spawn(spawn) => self.spawn(spawn),
            ExprKind::Cancel(inner) => {
                self.expr(inner);
                self.fresh(Shape::Bool)
            }
        };
        self.found.exprs.insert(address(expr), place);
        place
    }

    pub fn binary(&mut self, op: BinaryOp, left: &'a Expr, right: &'a Expr) -> Place {
        let (left, right) = (self.expr(left), self.expr(right));
        match op {
            BinaryOp::Equal
            | BinaryOp::NotEqual
            | BinaryOp::Less
            | BinaryOp::LessEqual
            | BinaryOp::Greater
            | BinaryOp::GreaterEqual => {
                self.ask(Question::Alike { left, right });
                self.fresh(Shape::Bool)
            }
            BinaryOp::BitAnd
            | BinaryOp::BitOr
            | BinaryOp::BitXor
            | BinaryOp::ShiftLeft
            | BinaryOp::ShiftRight => {
                self.be(left, Shape::Int);
                self.be(right, Shape::Int);
                self.fresh(Shape::Int)
            }
            BinaryOp::Add
            | BinaryOp::Subtract
            | BinaryOp::Multiply
            | BinaryOp::Divide
            | BinaryOp::Remainder => {
                let out = self.free();
                self.ask(Question::Binary { op, left, right, out });
                out
            }
        }
    }

    pub fn spawn(&mut self, spawn: &'a Spawn) -> Place {
        let returns = self.task(&spawn.callee.name, &spawn.arguments);
        for option in spawn.priority.iter().chain(&spawn.on).chain(&spawn.group) {
            self.expr(option);
        }
        self.fresh(Shape::Task(returns))
    }

    /// A task is started or called with these; the place of what it returns.
    pub fn task(&mut self, name: &str, arguments: &'a [Argument]) -> Place {
        let given: Vec<Place> = arguments.iter().map(|argument| self.argument(argument)).collect();
        let Some(places) = self.found.tasks.get(name).cloned() else { return self.free() };
        for (from, into) in given.into_iter().zip(places.params) {
            self.flow(from, into);
        }
        places.returns
    }

    pub fn argument(&mut self, argument: &'a Argument) -> Place {
        let (Argument::Value(value) | Argument::Named { value, .. } | Argument::Each { value, .. }) =
            argument;
        self.expr(value)
    }

    pub fn is_task(&self, name: &str) -> bool {
        matches!(self.declarations.get(name).map(|declared| declared.what), Some(What::Task(..)))
    }

    pub fn call(&mut self, callee: &'a Ident, arguments: &'a [Argument]) -> Place {
        if self.is_task(&callee.name) {
            let returns = self.task(&callee.name, arguments);
            return self.fresh(Shape::Task(returns));
        }
        match function(&callee.name).map(|word| word.means) {
            Some(Function::Combinator(with)) => self.combinator(with, arguments, true),
            Some(Function::Callback(_)) => {
                for argument in arguments {
                    self.argument(argument);
                }
                self.found.shapes.none()
            }
            Some(Function::Builtin(function)) => {
                let given: Vec<Place> = arguments.iter().map(|argument| self.argument(argument)).collect();
                self.builtin(function, given)
            }
            Some(Function::Sleep | Function::Io) => {
                for argument in arguments {
                    let place = self.argument(argument);
                    self.be(place, Shape::Duration);
                }
                self.found.shapes.none()
            }
            None => self.free(),
        }
    }

    pub fn builtin(&mut self, function: Builtin, given: Vec<Place>) -> Place {
        let out = match function {
            Builtin::Now => Shape::Duration,
            Builtin::Failed | Builtin::Cancelled => Shape::Bool,
            Builtin::Floor
            | Builtin::Ceil
            | Builtin::Round
            | Builtin::Len
            | Builtin::Int
            | Builtin::Id
            | Builtin::Poisson => Shape::Int,
            Builtin::Str => Shape::Text,
            Builtin::Float | Builtin::Ln | Builtin::Sqrt | Builtin::Random => Shape::Float,
            Builtin::Future => Shape::Future(self.free()),
            Builtin::CurrentTask => Shape::Task(self.free()),
            Builtin::Range => {
                given.iter().for_each(|&place| self.be(place, Shape::Int));
                Shape::List(self.fresh(Shape::Int))
            }
            Builtin::Abs => return given.first().copied().unwrap_or_else(|| self.free()),
            Builtin::Min | Builtin::Max => {
                let out = self.free();
                self.ask(Question::Extreme { values: given, out });
                return out;
            }
            Builtin::Choice => {
                let (of, out) = (given.first().copied().unwrap_or_else(|| self.free()), self.free());
                self.ask(Question::Elements { of, out });
                return out;
            }
            Builtin::Uniform | Builtin::Pow => {
                let out = self.free();
                self.ask(Question::Like { values: given, out });
                return out;
            }
            Builtin::Exponential | Builtin::Normal | Builtin::Lognormal | Builtin::Pareto => {
                let out = self.free();
                let float = self.fresh(Shape::Float);
                // Of a duration a duration is drawn, of any number a float.
                let values = vec![given.first().copied().unwrap_or(float), float];
                self.ask(Question::Like { values, out });
                return out;
            }
        };
        self.fresh(out)
    }

    /// What it gives; `wanted` unless nobody looks at it.
    pub fn combinator(&mut self, with: Combinator, arguments: &'a [Argument], wanted: bool) -> Place {
        let each = self.free();
        for (n, argument) in arguments.iter().enumerate() {
            match argument {
                Argument::Named { value, .. } => self.duration(value),
                Argument::Value(value) if with == Combinator::WaitFor && n == 1 => self.duration(value),
                Argument::Value(value) if with == Combinator::Offload && n == 0 => {
                    self.expr(value);
                }
                Argument::Value(value) => self.child(value, each, wanted),
                Argument::Each { value, name, over } => {
                    let place = self.iterable(over, false);
                    let depth = self.sight.depth();
                    self.variable(name, place);
                    self.child(value, each, wanted);
                    while self.sight.depth() > depth {
                        self.sight.pop();
                    }
                }
            }
        }
        match with {
            Combinator::Gather => self.fresh(Shape::List(each)),
            Combinator::Settle => {
                let outcome = self.fresh(Shape::Outcome(each));
                self.fresh(Shape::List(outcome))
            }
            Combinator::AsCompleted => self.fresh(Shape::Results(each)),
            Combinator::Race | Combinator::Shield | Combinator::Offload | Combinator::WaitFor => each,
        }
    }

    pub fn child(&mut self, value: &'a Expr, each: Place, wanted: bool) {
        let of = self.expr(value);
        let out = if wanted { each } else { self.free() };
        self.ask(Question::Children { of, out });
    }

    pub fn awaited(&mut self, inner: &'a Expr) -> Place {
        let place = match &inner.kind {
            ExprKind::Call { callee, arguments } if self.is_task(&callee.name) => {
                self.task(&callee.name, arguments)
            }
            ExprKind::Call { callee, .. }
                if matches!(
                    function(&callee.name).map(|word| word.means),
                    Some(Function::Combinator(_) | Function::Sleep | Function::Io)
                ) =>
            {
                return self.expr(inner);
            }
            ExprKind::Method { name, .. }
                if matches!(name.name.as_str(), "send" | "recv" | "wait" | "next" | "acquire") =>
            {
                return self.expr(inner);
            }
            ExprKind::Yield => return self.expr(inner),
            _handle => {
                let (of, out) = (self.expr(inner), self.free());
                self.ask(Question::Await { of, out });
                return out;
            }
        };
        self.found.exprs.insert(address(inner), place);
        place
    }

    pub fn method(&mut self, object: &'a Expr, name: &'a str, arguments: &'a [Argument]) -> Place {
        let object = self.expr(object);
        let arguments: Vec<Place> = arguments.iter().map(|argument| self.argument(argument)).collect();
        let out = match name {
            "send" | "acquire" | "release" | "close" | "set" | "clear" | "notify" | "notify_all" | "fail" => {
                self.found.shapes.none()
            }
            "try_send" | "is_set" | "locked" | "done" | "cancelled" => self.fresh(Shape::Bool),
            "len" => self.fresh(Shape::Int),
            _other => self.free(),
        };
        self.ask(Question::Method { object, name, arguments, out });
        out
    }
}
