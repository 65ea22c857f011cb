//! Goes through a program and says which places hold values of one shape.
//!
//! What an operator or an `await` gives depends on what it is given, which may be known only later:
//! such questions wait in a list that is gone through until nothing new is learned. What is still
//! open then is guessed, one guess at a time: a number nobody says more about is an int.

use std::collections::BTreeMap;

use crate::export::shapes::{Place, Shape, Shapes};
use crate::export::types::{Conflict, address};
use crate::lang::ast::{
    Argument, BinaryOp, Block, Expr, ExprKind, File, Ident, Item, Iterable, ObjectItem, ObjectKind,
    SelectArm, SelectArmKind, Spawn, Statement, StatementKind, TextPart, UnaryOp,
};
use crate::lang::declarations::{Declarations, What};
use crate::lang::program::{Builtin, Combinator};
use crate::lang::sight::Sight;
use crate::lang::vocabulary::{Function, function};
use crate::source::Span;
use crate::value::Value;

/// What was found out; `none` has not yet flowed.
pub struct Inferred<'a> {
    pub shapes: Shapes,
    pub exprs: BTreeMap<usize, Place>,
    pub names: BTreeMap<usize, Place>,
    pub globals: BTreeMap<&'a str, Place>,
    pub tasks: BTreeMap<&'a str, TaskPlaces>,
    pub conflicts: Vec<Conflict>,
    /// Some channel is closed somewhere.
    pub closes: bool,
}

#[derive(Debug, Clone)]
pub struct TaskPlaces {
    pub params: Vec<Place>,
    pub returns: Place,
}

pub fn infer<'a>(file: &'a File, params: &BTreeMap<String, Value>) -> Inferred<'a> {
    let mut infer = Infer {
        found: Inferred {
            shapes: Shapes::default(),
            exprs: BTreeMap::new(),
            names: BTreeMap::new(),
            globals: BTreeMap::new(),
            tasks: BTreeMap::new(),
            conflicts: Vec::new(),
            closes: closes(file),
        },
        declarations: Declarations::of(file),
        sight: Sight::default(),
        questions: Vec::new(),
        returns: 0,
        at: Span::default(),
    };
    infer.file(file, params);
    infer.answer();
    infer.found
}

fn closes(file: &File) -> bool {
    let mut found = false;
    for item in &file.items {
        let (Item::Task { body, .. } | Item::Main { body, .. }) = item else { continue };
        crate::export::walk::walk(body, &mut |node| {
            if let crate::export::walk::Node::Expr(expr) = node
                && let ExprKind::Method { name, .. } = &expr.kind
            {
                found |= name.name == "close";
            }
        });
    }
    found
}

struct Infer<'a> {
    found: Inferred<'a>,
    declarations: Declarations<'a>,
    sight: Sight<'a, Place>,
    questions: Vec<(Span, Question<'a>)>,
    /// What the task that is looked at returns.
    returns: Place,
    /// The statement that is looked at.
    at: Span,
}

/// Something that cannot be answered before more is known.
#[derive(Debug, Clone)]
enum Question<'a> {
    /// `left op right` gives `out`.
    Binary { op: BinaryOp, left: Place, right: Place, out: Place },
    /// Values that are compared are of one kind, or nothing else says what they are.
    Alike { left: Place, right: Place },
    /// `min(…)`: of the values, or of the elements of the only one.
    Extreme { values: Vec<Place>, out: Place },
    /// Of an int and an int, an int; of two durations, a duration; else a float.
    Like { values: Vec<Place>, out: Place },
    /// What lies in a list.
    Elements { of: Place, out: Place },
    /// `await h`
    Await { of: Place, out: Place },
    /// `for await v in x`
    Received { of: Place, out: Place },
    /// What a combinator is given: a handle, a list of handles.
    Children { of: Place, out: Place },
    /// `object.name(arguments)`
    Method { object: Place, name: &'a str, arguments: Vec<Place>, out: Place },
}

impl<'a> Infer<'a> {
    fn fresh(&mut self, shape: Shape) -> Place {
        self.found.shapes.fresh(shape)
    }

    fn free(&mut self) -> Place {
        self.fresh(Shape::Free)
    }

    fn flow(&mut self, from: Place, into: Place) {
        if let Err(shapes) = self.found.shapes.flow(from, into) {
            self.conflict(shapes);
        }
    }

    fn be(&mut self, place: Place, shape: Shape) {
        let other = self.fresh(shape);
        if let Err(shapes) = self.found.shapes.unify(place, other) {
            self.conflict(shapes);
        }
    }

    fn conflict(&mut self, (left, right): (Shape, Shape)) {
        let text = match (left, right) {
            (Shape::Int, Shape::Float) | (Shape::Float, Shape::Int) => {
                "the same thing is an int in one place and a float in another: write the int as `1.0`"
                    .to_string()
            }
            _ => format!("the same thing is {} in one place and {} in another", words(left), words(right)),
        };
        let span = self.at;
        self.found.conflicts.push(Conflict { span, text });
    }

    fn ask(&mut self, question: Question<'a>) {
        self.questions.push((self.at, question));
    }

    // ── declarations ──────────────────────────────────────────────────────

    fn file(&mut self, file: &'a File, params: &BTreeMap<String, Value>) {
        for item in &file.items {
            self.declare(item, params);
        }
        for item in &file.items {
            let (body, returns, given) = match item {
                Item::Task { name, params, body } => {
                    match self.found.tasks.get(name.name.as_str()).cloned() {
                        Some(places) => (body, places.returns, params.iter().zip(places.params).collect()),
                        None => continue,
                    }
                }
                Item::Main { body, .. } => (body, self.free(), Vec::new()),
                Item::Param { .. } | Item::Shared { .. } | Item::Metric { .. } | Item::Object(_) => continue,
            };
            self.returns = returns;
            for (name, place) in given {
                self.found.names.insert(address(name), place);
                self.sight.push(&name.name, place);
            }
            self.block(body);
            if !ends(body) {
                self.found.shapes.make_nullable(returns);
            }
            while self.sight.pop().is_some() {}
        }
    }

    fn declare(&mut self, item: &'a Item, params: &BTreeMap<String, Value>) {
        match item {
            Item::Param { name, value } | Item::Shared { name, value } => {
                self.at = value.span;
                let place = self.free();
                match params.get(&name.name) {
                    Some(value) => {
                        let given = self.value(value);
                        self.flow(given, place);
                    }
                    None => {
                        let given = self.expr(value);
                        self.flow(given, place);
                    }
                }
                self.found.globals.insert(&name.name, place);
            }
            Item::Object(object) => {
                let place = self.object(object);
                self.found.globals.insert(&object.name.name, place);
            }
            Item::Task { name, params, .. } => {
                let params = params.iter().map(|_| self.free()).collect();
                let returns = self.free();
                self.found.tasks.insert(&name.name, TaskPlaces { params, returns });
            }
            Item::Metric { .. } | Item::Main { .. } => {}
        }
    }

    fn object(&mut self, item: &'a ObjectItem) -> Place {
        let one = match item.kind {
            ObjectKind::Channel => {
                let of = self.free();
                self.fresh(Shape::Channel(of))
            }
            ObjectKind::Future => {
                let of = self.free();
                self.fresh(Shape::Future(of))
            }
            kind => self.fresh(Shape::Object(kind)),
        };
        if item.count.is_some() { self.fresh(Shape::List(one)) } else { one }
    }

    fn value(&mut self, value: &Value) -> Place {
        match value {
            Value::None => self.found.shapes.none(),
            Value::Bool(_) => self.fresh(Shape::Bool),
            Value::Int(_) => self.fresh(Shape::Int),
            Value::Float(_) => self.fresh(Shape::Float),
            Value::Duration(_) => self.fresh(Shape::Duration),
            Value::Text(_) => self.fresh(Shape::Text),
            Value::List(items) => {
                let of = self.free();
                for item in items.iter() {
                    let item = self.value(item);
                    self.flow(item, of);
                }
                self.fresh(Shape::List(of))
            }
            Value::Task(_)
            | Value::Object(_)
            | Value::Group(_)
            | Value::Scope(_)
            | Value::Results(_)
            | Value::Call(_)
            | Value::Failure(_)
            | Value::Cancelled => self.free(),
        }
    }

    // ── statements ────────────────────────────────────────────────────────

    fn block(&mut self, block: &'a Block) {
        let depth = self.sight.depth();
        for statement in &block.statements {
            self.at = statement.span;
            self.statement(statement);
        }
        while self.sight.depth() > depth {
            self.sight.pop();
        }
    }

    fn block_with(&mut self, name: Option<&'a Ident>, place: Place, block: &'a Block) {
        let depth = self.sight.depth();
        if let Some(name) = name {
            self.variable(name, place);
        }
        self.block(block);
        while self.sight.depth() > depth {
            self.sight.pop();
        }
    }

    fn variable(&mut self, name: &'a Ident, place: Place) {
        self.found.names.insert(address(name), place);
        self.sight.push(&name.name, place);
    }

    fn statement(&mut self, statement: &'a Statement) {
        match &statement.kind {
            StatementKind::Let { name, value } => {
                let given = self.expr(value);
                let place = self.free();
                self.flow(given, place);
                self.variable(name, place);
            }
            StatementKind::Assign { name, index, value } => self.assign(name, index.as_ref(), value),
            StatementKind::Work { duration, label } | StatementKind::Block { duration, label } => {
                self.duration(duration);
                self.each(label);
            }
            StatementKind::Expr { value, label } => {
                self.dropped(value);
                self.each(label);
            }
            StatementKind::Return { value } => match value {
                Some(value) => {
                    let given = self.expr(value);
                    self.flow(given, self.returns);
                }
                None => self.found.shapes.make_nullable(self.returns),
            },
            StatementKind::Fail { value }
            | StatementKind::Log { text: value }
            | StatementKind::Observe { value, .. } => {
                self.expr(value);
            }
            StatementKind::Assert { condition, message } => {
                self.condition(condition);
                self.each(message);
            }
            StatementKind::Break | StatementKind::Continue | StatementKind::FailCancelled => {}
            StatementKind::If { .. }
            | StatementKind::While { .. }
            | StatementKind::Loop { .. }
            | StatementKind::For { .. }
            | StatementKind::With { .. }
            | StatementKind::Group { .. }
            | StatementKind::Timeout { .. }
            | StatementKind::Scope { .. }
            | StatementKind::Select { .. }
            | StatementKind::Try { .. } => self.compound(statement),
        }
    }

    fn compound(&mut self, statement: &'a Statement) {
        match &statement.kind {
            StatementKind::If { arms, otherwise } => {
                for (condition, body) in arms {
                    self.condition(condition);
                    self.block(body);
                }
                if let Some(otherwise) = otherwise {
                    self.block(otherwise);
                }
            }
            StatementKind::While { condition, body } => {
                self.condition(condition);
                self.block(body);
            }
            StatementKind::For { name, waits, over, body } => {
                let place = self.iterable(over, *waits);
                self.block_with(Some(name), place, body);
            }
            StatementKind::With { object, body } => {
                self.expr(object);
                self.block(body);
            }
            StatementKind::Group { name, body } => {
                let place = self.fresh(Shape::Group);
                self.block_with(name.as_ref(), place, body);
            }
            StatementKind::Timeout { duration, body, otherwise } => {
                self.duration(duration);
                self.block(body);
                if let Some(otherwise) = otherwise {
                    self.block(otherwise);
                }
            }
            StatementKind::Scope { name, body, otherwise } => {
                let place = self.fresh(Shape::Scope);
                self.block_with(Some(name), place, body);
                if let Some(otherwise) = otherwise {
                    self.block(otherwise);
                }
            }
            StatementKind::Select { arms } => arms.iter().for_each(|arm| self.arm(arm)),
            StatementKind::Try { body, failure, cancelled, finally } => {
                self.block(body);
                if let Some((name, block)) = failure {
                    let place = self.fresh(Shape::Failure);
                    self.block_with(Some(name), place, block);
                }
                for block in cancelled.iter().chain(finally) {
                    self.block(block);
                }
            }
            _loop => crate::export::walk::blocks(statement).into_iter().for_each(|block| self.block(block)),
        }
    }

    fn arm(&mut self, arm: &'a SelectArm) {
        self.at = arm.span;
        match &arm.kind {
            SelectArmKind::Await { name, value } => {
                let place = self.awaited(value);
                self.block_with(name.as_ref(), place, &arm.body);
            }
            SelectArmKind::After { duration } => {
                self.duration(duration);
                self.block(&arm.body);
            }
        }
    }

    fn assign(&mut self, name: &'a Ident, index: Option<&'a Expr>, value: &'a Expr) {
        let given = self.expr(value);
        let place = self.named(&name.name);
        self.found.names.insert(address(name), place);
        match index {
            None => self.flow(given, place),
            Some(index) => {
                let index = self.expr(index);
                self.be(index, Shape::Int);
                let of = self.free();
                self.be(place, Shape::List(of));
                if let Shape::List(of) = self.found.shapes.shape(place) {
                    self.flow(given, of);
                }
            }
        }
    }

    /// A statement's value that nobody wants: children of different kinds may be waited for together.
    fn dropped(&mut self, value: &'a Expr) {
        if let ExprKind::Await(inner) = &value.kind
            && let ExprKind::Call { callee, arguments } = &inner.kind
            && let Some(Function::Combinator(with)) = function(&callee.name).map(|word| word.means)
        {
            let place = self.combinator(with, arguments, false);
            self.found.exprs.insert(address(value), place);
            self.found.exprs.insert(address(&**inner), place);
            return;
        }
        self.expr(value);
    }

    fn iterable(&mut self, over: &'a Iterable, waits: bool) -> Place {
        match over {
            Iterable::Range { from, to, .. } => {
                for end in [from, to] {
                    let end = self.expr(end);
                    self.be(end, Shape::Int);
                }
                self.fresh(Shape::Int)
            }
            Iterable::Value(value) => {
                let (of, out) = (self.expr(value), self.free());
                self.ask(if waits { Question::Received { of, out } } else { Question::Elements { of, out } });
                out
            }
        }
    }

    fn condition(&mut self, expr: &'a Expr) {
        let place = self.expr(expr);
        self.be(place, Shape::Bool);
    }

    fn duration(&mut self, expr: &'a Expr) {
        let place = self.expr(expr);
        self.be(place, Shape::Duration);
    }

    fn each(&mut self, expr: &'a Option<Expr>) {
        if let Some(expr) = expr {
            self.expr(expr);
        }
    }

    // ── expressions ───────────────────────────────────────────────────────

    fn named(&mut self, name: &str) -> Place {
        match self.sight.get(name).or_else(|| self.found.globals.get(name)) {
            Some(&place) => place,
            None => self.free(),
        }
    }

    fn expr(&mut self, expr: &'a Expr) -> Place {
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

    fn binary(&mut self, op: BinaryOp, left: &'a Expr, right: &'a Expr) -> Place {
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

    fn spawn(&mut self, spawn: &'a Spawn) -> Place {
        let returns = self.task(&spawn.callee.name, &spawn.arguments);
        for option in spawn.priority.iter().chain(&spawn.on).chain(&spawn.group) {
            self.expr(option);
        }
        self.fresh(Shape::Task(returns))
    }

    /// A task is started or called with these; the place of what it returns.
    fn task(&mut self, name: &str, arguments: &'a [Argument]) -> Place {
        let given: Vec<Place> = arguments.iter().map(|argument| self.argument(argument)).collect();
        let Some(places) = self.found.tasks.get(name).cloned() else { return self.free() };
        for (from, into) in given.into_iter().zip(places.params) {
            self.flow(from, into);
        }
        places.returns
    }

    fn argument(&mut self, argument: &'a Argument) -> Place {
        let (Argument::Value(value) | Argument::Named { value, .. } | Argument::Each { value, .. }) =
            argument;
        self.expr(value)
    }

    fn is_task(&self, name: &str) -> bool {
        matches!(self.declarations.get(name).map(|declared| declared.what), Some(What::Task(..)))
    }

    fn call(&mut self, callee: &'a Ident, arguments: &'a [Argument]) -> Place {
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

    fn builtin(&mut self, function: Builtin, given: Vec<Place>) -> Place {
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
    fn combinator(&mut self, with: Combinator, arguments: &'a [Argument], wanted: bool) -> Place {
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

    fn child(&mut self, value: &'a Expr, each: Place, wanted: bool) {
        let of = self.expr(value);
        let out = if wanted { each } else { self.free() };
        self.ask(Question::Children { of, out });
    }

    fn awaited(&mut self, inner: &'a Expr) -> Place {
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

    fn method(&mut self, object: &'a Expr, name: &'a str, arguments: &'a [Argument]) -> Place {
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

    // ── answers ───────────────────────────────────────────────────────────

    fn answer(&mut self) {
        let mut open = std::mem::take(&mut self.questions);
        let mut work = 0;
        while !open.is_empty() {
            let before = open.len();
            work += before;
            // In a text made to be hard all that is open is guessed at once.
            if work > MOST_WORK {
                let rest = self.round(open, 1);
                self.round(rest, 2);
                return;
            }
            open = self.round(open, 0);
            if open.len() == before && !self.guess(&mut open) {
                return;
            }
        }
    }

    /// Nothing more follows from what is known: one guess, the surest first.
    fn guess(&mut self, open: &mut Vec<(Span, Question<'a>)>) -> bool {
        [1, 2].into_iter().any(|daring| {
            let at = open.iter().position(|(span, question)| {
                self.at = *span;
                self.settled(question, daring)
            });
            at.map(|at| open.remove(at)).is_some()
        })
    }

    fn round(&mut self, open: Vec<(Span, Question<'a>)>, daring: u8) -> Vec<(Span, Question<'a>)> {
        let mut rest = Vec::new();
        for (span, question) in open {
            self.at = span;
            if !self.settled(&question, daring) {
                rest.push((span, question));
            }
        }
        rest
    }

    /// Tries to answer; with `daring` 1 it takes a hint for a fact, with 2 it guesses.
    fn settled(&mut self, question: &Question<'a>, daring: u8) -> bool {
        match question {
            Question::Binary { op, left, right, out } => self.operator(*op, *left, *right, *out, daring),
            Question::Alike { left, right } => self.alike(*left, *right, daring),
            Question::Extreme { values, out } => self.extreme(values, *out, daring),
            Question::Like { values, out } => self.like(values, *out, daring),
            Question::Elements { of, out } => match self.found.shapes.shape(*of) {
                Shape::List(inner) => {
                    self.flow(inner, *out);
                    true
                }
                Shape::Free if daring < 2 => false,
                _ => {
                    self.be(*of, Shape::List(*out));
                    true
                }
            },
            Question::Await { of, out } | Question::Children { of, out } => {
                self.handle(question, *of, *out, daring)
            }
            Question::Received { of, out } => match self.found.shapes.shape(*of) {
                Shape::Channel(inner) | Shape::Results(inner) => {
                    self.flow(inner, *out);
                    true
                }
                Shape::Free if daring < 2 => false,
                _ => {
                    self.be(*of, Shape::Channel(*out));
                    true
                }
            },
            Question::Method { object, name, arguments, out } => {
                self.answer_method(*object, name, arguments, *out, daring)
            }
        }
    }

    fn handle(&mut self, question: &Question<'a>, of: Place, out: Place, daring: u8) -> bool {
        match (self.found.shapes.shape(of), question) {
            (Shape::Task(inner) | Shape::Future(inner), _) => self.flow(inner, out),
            (Shape::List(inner), Question::Children { .. }) => {
                self.ask(Question::Children { of: inner, out });
                let more = std::mem::take(&mut self.questions);
                let rest = self.round(more, daring);
                return rest.is_empty();
            }
            (Shape::Free, _) if daring < 2 => return false,
            _ => self.be(of, Shape::Task(out)),
        }
        true
    }

    fn alike(&mut self, left: Place, right: Place, daring: u8) -> bool {
        match (self.found.shapes.shape(left), self.found.shapes.shape(right)) {
            (Shape::Free, Shape::Free) if daring < 2 => false,
            (Shape::Free, other) | (other, Shape::Free) => {
                if daring == 0 {
                    return false;
                }
                if other != Shape::Free {
                    let known = self.found.shapes.unify(left, right);
                    debug_assert!(known.is_ok(), "one of them was free");
                }
                true
            }
            _ => true,
        }
    }

    fn extreme(&mut self, values: &[Place], out: Place, daring: u8) -> bool {
        if let [only] = values {
            return match self.found.shapes.shape(*only) {
                Shape::List(inner) => {
                    self.flow(inner, out);
                    true
                }
                Shape::Free if daring < 2 => false,
                _ => {
                    self.be(*only, Shape::List(out));
                    true
                }
            };
        }
        self.like(values, out, daring)
    }

    /// All the same, or numbers of both kinds, of which comes a float.
    fn like(&mut self, values: &[Place], out: Place, daring: u8) -> bool {
        let shapes: Vec<Shape> = values.iter().map(|&place| self.found.shapes.shape(place)).collect();
        if shapes.contains(&Shape::Free) && daring < 2 {
            let known = shapes.iter().find(|&&shape| shape != Shape::Free).copied();
            if daring == 0 || known.is_none() {
                return false;
            }
        }
        let known = |shape: Shape| shapes.contains(&shape);
        let shape = if known(Shape::Duration) {
            Shape::Duration
        } else if known(Shape::Text) {
            Shape::Text
        } else if known(Shape::Float) {
            Shape::Float
        } else {
            Shape::Int
        };
        for (&place, &now) in values.iter().zip(&shapes) {
            if now == Shape::Free {
                self.be(place, shape);
            }
        }
        self.be(out, shape);
        true
    }

    fn operator(&mut self, op: BinaryOp, left: Place, right: Place, out: Place, daring: u8) -> bool {
        use BinaryOp::{Add, Divide, Multiply, Remainder, Subtract};
        let (l, r) = (self.found.shapes.shape(left), self.found.shapes.shape(right));
        let result = match (op, l, r) {
            (_, Shape::Int, Shape::Int) => Shape::Int,
            (_, Shape::Int | Shape::Float, Shape::Int | Shape::Float) => Shape::Float,
            (Divide, Shape::Duration, Shape::Duration) => Shape::Float,
            (Add | Subtract | Remainder, Shape::Duration, Shape::Duration) => Shape::Duration,
            (Multiply, Shape::Duration, Shape::Int | Shape::Float)
            | (Multiply, Shape::Int | Shape::Float, Shape::Duration)
            | (Divide, Shape::Duration, Shape::Int | Shape::Float) => Shape::Duration,
            (Add, Shape::Text, Shape::Text) => Shape::Text,
            (Add, Shape::List(a), Shape::List(b)) => {
                let of = self.free();
                self.flow(a, of);
                self.flow(b, of);
                Shape::List(of)
            }
            (Add, known @ (Shape::Text | Shape::List(_)), Shape::Free)
            | (Add, Shape::Free, known @ (Shape::Text | Shape::List(_)))
            | (Add | Subtract, known @ Shape::Duration, Shape::Free)
            | (Add | Subtract | Divide | Remainder, Shape::Free, known @ Shape::Duration)
            | (Remainder, known @ Shape::Duration, Shape::Free) => {
                self.be(left, known);
                self.be(right, known);
                return self.operator(op, left, right, out, daring);
            }
            (_, Shape::Free, Shape::Free) if daring < 2 => return false,
            (_, Shape::Free, _) | (_, _, Shape::Free) if daring == 0 => return false,
            (_, Shape::Free, known) => {
                self.be(left, if known == Shape::Float { Shape::Float } else { Shape::Int });
                return self.operator(op, left, right, out, daring);
            }
            (_, known, Shape::Free) => {
                self.be(right, if known == Shape::Float { Shape::Float } else { Shape::Int });
                return self.operator(op, left, right, out, daring);
            }
            (_, left, right) => {
                self.conflict((left, right));
                return true;
            }
        };
        self.be(out, result);
        true
    }

    fn answer_method(
        &mut self,
        object: Place,
        name: &str,
        arguments: &[Place],
        out: Place,
        daring: u8,
    ) -> bool {
        let first = arguments.first().copied();
        match (name, self.found.shapes.shape(object)) {
            ("send" | "try_send", Shape::Channel(of)) => {
                if let Some(value) = first {
                    self.flow(value, of);
                }
            }
            ("recv" | "try_recv", Shape::Channel(of)) => {
                self.flow(of, out);
                if name == "try_recv" || self.found.closes {
                    self.found.shapes.make_nullable(out);
                }
            }
            ("next", Shape::Results(of)) => self.flow(of, out),
            ("set", Shape::Future(of)) => match first {
                Some(value) => self.flow(value, of),
                None => self.found.shapes.make_nullable(of),
            },
            ("wait", Shape::Object(ObjectKind::Barrier)) => self.be(out, Shape::Int),
            ("wait", Shape::Object(_)) => self.found.shapes.make_nullable(out),
            (_, Shape::Free) => return self.guess_method(object, name, arguments, out, daring),
            _ => {}
        }
        true
    }

    /// The name of a method tells what it is called on.
    fn guess_method(
        &mut self,
        object: Place,
        name: &str,
        arguments: &[Place],
        out: Place,
        daring: u8,
    ) -> bool {
        let of = self.free();
        let shape = match name {
            "send" | "try_send" | "recv" | "try_recv" | "close" | "len" => Shape::Channel(of),
            "next" => Shape::Results(of),
            "fail" => Shape::Future(of),
            "is_set" | "clear" => Shape::Object(ObjectKind::Event),
            "notify" | "notify_all" => Shape::Object(ObjectKind::Condition),
            "set" if !arguments.is_empty() => Shape::Future(of),
            _ if daring < 2 => return false,
            "set" | "wait" => Shape::Object(ObjectKind::Event),
            "done" | "cancelled" => Shape::Task(of),
            _other => Shape::Object(ObjectKind::Lock),
        };
        self.be(object, shape);
        self.answer_method(object, name, arguments, out, daring)
    }
}

/// Questions that are asked again and again before everything is guessed.
const MOST_WORK: usize = 2_000_000;

/// Is the end of the block never reached?
pub fn ends(block: &Block) -> bool {
    block.statements.last().is_some_and(|last| match &last.kind {
        StatementKind::Return { .. } | StatementKind::Fail { .. } | StatementKind::FailCancelled => true,
        StatementKind::If { arms, otherwise } => {
            arms.iter().all(|(_, body)| ends(body)) && otherwise.as_ref().is_some_and(ends)
        }
        StatementKind::Loop { body } => !breaks(body),
        StatementKind::With { body, .. } | StatementKind::Group { name: None, body } => ends(body),
        StatementKind::Timeout { body, otherwise, .. } | StatementKind::Scope { body, otherwise, .. } => {
            ends(body) && otherwise.as_ref().is_some_and(ends)
        }
        StatementKind::Select { arms } => arms.iter().all(|arm| ends(&arm.body)),
        StatementKind::Try { body, failure, cancelled, finally } => {
            let failure = failure.as_ref().is_none_or(|(_, block)| ends(block));
            let cancelled = cancelled.as_ref().is_none_or(ends);
            (ends(body) && failure && cancelled) || finally.as_ref().is_some_and(ends)
        }
        _other => false,
    })
}

/// Is there a `break` that leaves the loop with this body?
pub fn breaks(body: &Block) -> bool {
    body.statements.iter().any(|statement| match &statement.kind {
        StatementKind::Break => true,
        StatementKind::Loop { .. } | StatementKind::While { .. } | StatementKind::For { .. } => false,
        _other => crate::export::walk::blocks(statement).into_iter().any(breaks),
    })
}

fn words(shape: Shape) -> &'static str {
    match shape {
        Shape::Free => "a value",
        Shape::Bool => "a bool",
        Shape::Int => "an int",
        Shape::Float => "a float",
        Shape::Duration => "a duration",
        Shape::Text => "a string",
        Shape::Failure => "a failure",
        Shape::Group => "a group",
        Shape::Scope => "a scope",
        Shape::Object(kind) => crate::lang::kind::with_article(kind),
        Shape::List(_) => "a list",
        Shape::Task(_) => "the handle of a task",
        Shape::Future(_) => "a future",
        Shape::Channel(_) => "a channel",
        Shape::Results(_) => "what `as_completed` gives",
        Shape::Outcome(_) => "an outcome of `settle`",
    }
}
