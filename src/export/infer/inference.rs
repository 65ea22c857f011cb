//! Goes through a program and says which places hold values of one shape.
//!
//! What an operator or an `await` gives depends on what it is given, which may be known only later:
//! such questions wait in a list that is gone through until nothing new is learned. What is still
//! open then is guessed, one guess at a time: a number nobody says more about is an int.

use std::collections::BTreeMap;

use crate::export::infer::question::Question;
use crate::export::infer::shapes::{Place, Shape, Shapes};
use crate::export::infer::ways::ends;
use crate::lang::ast::{ExprKind, File, Item, ObjectItem, ObjectKind};
use crate::lang::declarations::Declarations;
use crate::lang::sight::Sight;
use crate::lang::walk::{Node, address, walk};
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

/// Why a program has no consistent type.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    pub span: Span,
    pub text: String,
    /// One of the two is a group or a scope: what is said to it is said in another way.
    pub is_block: bool,
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
        walk(body, &mut |node| {
            if let Node::Expr(expr) = node
                && let ExprKind::Method { name, .. } = &expr.kind
            {
                found |= name.name == "close";
            }
        });
    }
    found
}
pub struct Infer<'a> {
    pub found: Inferred<'a>,
    pub declarations: Declarations<'a>,
    pub sight: Sight<'a, Place>,
    pub questions: Vec<(Span, Question<'a>)>,
    /// What the task that is looked at returns.
    pub returns: Place,
    /// The statement that is looked at.
    pub at: Span,
}

impl<'a> Infer<'a> {
    pub fn fresh(&mut self, shape: Shape) -> Place {
        self.found.shapes.fresh(shape)
    }

    pub fn free(&mut self) -> Place {
        self.fresh(Shape::Free)
    }

    pub fn flow(&mut self, from: Place, into: Place) {
        if let Err(shapes) = self.found.shapes.flow(from, into) {
            self.conflict(shapes);
        }
    }

    pub fn be(&mut self, place: Place, shape: Shape) {
        let other = self.fresh(shape);
        if let Err(shapes) = self.found.shapes.unify(place, other) {
            self.conflict(shapes);
        }
    }

    pub fn conflict(&mut self, (left, right): (Shape, Shape)) {
        let text = match (left, right) {
            (Shape::Int, Shape::Float) | (Shape::Float, Shape::Int) => {
                "the same thing is an int in one place and a float in another: write the int as `1.0`"
                    .to_string()
            }
            _ => format!("the same thing is {} in one place and {} in another", words(left), words(right)),
        };
        let span = self.at;
        let is_block = [left, right].iter().any(|shape| matches!(shape, Shape::Group | Shape::Scope));
        self.found.conflicts.push(Conflict { span, text, is_block });
    }

    pub fn ask(&mut self, question: Question<'a>) {
        self.questions.push((self.at, question));
    }

    // ── declarations ──────────────────────────────────────────────────────

    pub fn file(&mut self, file: &'a File, params: &BTreeMap<String, Value>) {
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

    pub fn declare(&mut self, item: &'a Item, params: &BTreeMap<String, Value>) {
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

    pub fn object(&mut self, item: &'a ObjectItem) -> Place {
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

    pub fn value(&mut self, value: &Value) -> Place {
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
