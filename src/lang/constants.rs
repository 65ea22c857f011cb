//! What is computed before anything runs: parameters, first values of shared variables, sizes of objects.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::lang::ast::{
    Argument, BinaryOp, Expr, ExprKind, File, Ident, Item, ObjectArgument, ObjectItem, ObjectKind, TextPart,
};
use crate::lang::declarations::{Declarations, What};
use crate::lang::kind::{Kind, with_article, word};
use crate::lang::program::ObjectDecl;
use crate::lang::vocabulary::{Function, function, is_random};
use crate::lang::{functions, operators};
use crate::source::Span;
use crate::value::{ObjectId, Value};

/// All objects of a program, arrays spread out.
const MAX_OBJECTS: usize = 100_000;
/// Threads of one pool.
const MAX_WORKERS: i64 = 10_000;

#[derive(Debug, Default)]
pub struct Constants {
    /// Parameters and objects by name; an array is a list of objects.
    pub values: BTreeMap<String, Value>,
    pub params: Vec<(String, Value)>,
    pub shared: Vec<(String, Value)>,
    pub objects: Vec<ObjectDecl>,
}

/// Computes the constants of a file, and says everything that is wrong with them.
pub fn evaluate(
    file: &File,
    declarations: &Declarations,
    overrides: &BTreeMap<String, Value>,
) -> (Constants, Vec<Diagnostic>) {
    let constants = Constants::default();
    let mut evaluator = Evaluator { declarations, constants, diagnostics: Vec::new() };
    for item in &file.items {
        match item {
            Item::Param { name, value } => evaluator.param(name, value, overrides.get(&name.name)),
            Item::Shared { name, value } => {
                let value = evaluator.value(value).unwrap_or_default();
                evaluator.constants.shared.push((name.name.clone(), value));
            }
            Item::Object(object) => evaluator.object(object),
            Item::Metric { .. } | Item::Task { .. } | Item::Main { .. } => {}
        }
    }
    (evaluator.constants, evaluator.diagnostics)
}

struct Evaluator<'a> {
    declarations: &'a Declarations<'a>,
    constants: Constants,
    diagnostics: Vec<Diagnostic>,
}

impl Evaluator<'_> {
    fn param(&mut self, name: &Ident, default: &Expr, other: Option<&Value>) {
        let Some(default_value) = self.value(default) else { return };
        let value = match other {
            None => default_value,
            Some(other) => match overriding(&default_value, other) {
                Some(value) => value,
                None => {
                    let (wanted, given) = (Kind::of(&default_value).words(), Kind::of(other).words());
                    let text = format!("the parameter `{}` is {wanted}, not {given}", name.name);
                    let diagnostic = Diagnostic::error("E0312", name.span, text);
                    self.diagnostics.push(diagnostic.label(format!("`{default_value}` by default")));
                    return;
                }
            },
        };
        if !self.constants.values.contains_key(&name.name) {
            self.constants.params.push((name.name.clone(), value.clone()));
            self.constants.values.insert(name.name.clone(), value);
        }
    }

    /// `None` if something is wrong with it, which has then been said.
    fn value(&mut self, expr: &Expr) -> Option<Value> {
        let computed = match &expr.kind {
            ExprKind::None => Ok(Value::None),
            ExprKind::Bool(b) => Ok(Value::Bool(*b)),
            ExprKind::Int(i) => Ok(Value::Int(*i)),
            ExprKind::Float(x) => Ok(Value::Float(*x)),
            ExprKind::Duration(d) => Ok(Value::Duration(*d)),
            ExprKind::Text(parts) => self.text(parts)?,
            ExprKind::Name(name) => return self.name(name, expr.span),
            ExprKind::List(items) => operators::list(self.all(items.iter())?),
            ExprKind::Unary(op, inner) => operators::unary(*op, &self.value(inner)?),
            ExprKind::Binary(op, left, right) => {
                let (left, right) = (self.value(left), self.value(right));
                return self.binary(*op, left?, right?, expr.span);
            }
            ExprKind::Logic { and, left, right } => return self.logic(*and, left, right),
            ExprKind::Index { object, index } => {
                let (list, index) = (self.value(object), self.value(index));
                operators::index(&list?, &index?)
            }
            ExprKind::Call { callee, arguments } => return self.call(callee, arguments, expr.span),
            ExprKind::Method { .. } | ExprKind::Field { .. } => {
                return self.refuse(expr.span, "an object can be used only while the program runs");
            }
            ExprKind::Await(_) | ExprKind::Yield => {
                return self.refuse(expr.span, "nothing can wait before the run has begun");
            }
            ExprKind::Spawn(_) | ExprKind::Cancel(_) => {
                return self.refuse(expr.span, "there are no tasks before the run has begun");
            }
        };
        self.computed(computed, expr.span)
    }

    fn computed(&mut self, result: Result<Value, String>, span: Span) -> Option<Value> {
        match result {
            Ok(value) => Some(value),
            Err(text) => {
                self.diagnostics.push(Diagnostic::error("E0309", span, text));
                None
            }
        }
    }

    /// Operands of the wrong kind are the same mistake here as in a task.
    fn binary(&mut self, op: BinaryOp, left: Value, right: Value, span: Span) -> Option<Value> {
        let samples = (Kind::of(&left).sample(), Kind::of(&right).sample());
        if let (Some(a), Some(b)) = samples
            && let Err(text) = operators::binary(op, &a, &b)
        {
            self.diagnostics.push(Diagnostic::error("E0301", span, text));
            return None;
        }
        self.computed(operators::binary(op, &left, &right), span)
    }

    fn logic(&mut self, and: bool, left: &Expr, right: &Expr) -> Option<Value> {
        let first = self.value(left)?;
        match first {
            Value::Bool(decided) if decided != and => Some(first),
            Value::Bool(_) => self.value(right),
            other => {
                let text = format!("`{}` takes bools, not {}", if and { "and" } else { "or" }, other.kind());
                self.diagnostics.push(Diagnostic::error("E0304", left.span, text));
                None
            }
        }
    }

    fn all<'e>(&mut self, items: impl Iterator<Item = &'e Expr>) -> Option<Vec<Value>> {
        let values: Vec<Option<Value>> = items.map(|item| self.value(item)).collect();
        values.into_iter().collect()
    }

    fn text(&mut self, parts: &[TextPart]) -> Option<Result<Value, String>> {
        let mut out = String::new();
        for part in parts {
            match part {
                TextPart::Literal(text) => out.push_str(text),
                TextPart::Expr(expr) => {
                    let value = self.value(expr)?;
                    match functions::show(&value) {
                        Ok(text) => out.push_str(&text),
                        Err(text) => return Some(Err(text)),
                    }
                }
            }
        }
        Some(operators::text_fits(out.len()).map(|()| Value::text(out)))
    }

    fn name(&mut self, name: &str, span: Span) -> Option<Value> {
        let declared = self.declarations.get(name);
        match declared.map(|d| d.what) {
            Some(What::Param) => {}
            Some(what) => {
                let text = format!("`{name}` is {}: it has no value before the run has begun", what.words());
                return self.refuse(span, text);
            }
            None => {
                let diagnostic = Diagnostic::error("E0101", span, format!("nothing is called `{name}`"));
                let params = self.constants.params.iter().map(|(name, _)| name.as_str());
                let diagnostic = self.declarations.with_nearest(diagnostic, name, span, params);
                self.diagnostics.push(diagnostic);
                return None;
            }
        }
        if let Some(value) = self.constants.values.get(name) {
            return Some(value.clone());
        }
        let place = declared.map(|d| d.name.span).filter(|place| place.start > span.start)?;
        let diagnostic = Diagnostic::error("E0305", span, format!("`{name}` is declared further down"));
        self.diagnostics.push(
            diagnostic
                .related(place, "here")
                .help(format!("constants are computed from top to bottom: move `param {name}` up")),
        );
        None
    }

    fn call(&mut self, callee: &Ident, arguments: &[Argument], span: Span) -> Option<Value> {
        let Some(word) = function(&callee.name) else {
            if self.declarations.get(&callee.name).is_some() {
                return self.refuse(span, "there are no tasks before the run has begun");
            }
            let text = format!("there is no function `{}`", callee.name);
            let names = crate::lang::vocabulary::FUNCTIONS.iter().map(|word| word.name);
            let diagnostic = Diagnostic::error("E0102", callee.span, text);
            let diagnostic = self.declarations.with_nearest(diagnostic, &callee.name, callee.span, names);
            self.diagnostics.push(diagnostic);
            return None;
        };
        let Function::Builtin(builtin) = word.means else {
            return self.refuse(span, "nothing can wait before the run has begun");
        };
        if is_random(builtin) {
            return self.refuse(span, "random numbers are drawn by tasks, each from a stream of its own");
        }
        let mut values = Vec::new();
        for argument in arguments {
            match argument {
                Argument::Value(expr) => values.push(self.value(expr)?),
                Argument::Named { value, .. } | Argument::Each { value, .. } => {
                    return self.refuse(value.span, "this form of argument belongs to `gather` and the like");
                }
            }
        }
        if !(word.arguments.0..=word.arguments.1).contains(&values.len()) {
            let text = format!("`{}` does not take {} arguments", word.name, values.len());
            self.diagnostics
                .push(Diagnostic::error("E0306", span, text).help(format!("write `{}`", word.usage)));
            return None;
        }
        match functions::apply(builtin, &values) {
            Some(result) => self.computed(result, span),
            None => self.refuse(span, "this is known only while the program runs"),
        }
    }

    fn refuse<T>(&mut self, span: Span, why: impl Into<String>) -> Option<T> {
        let text = "this has to be a constant";
        self.diagnostics.push(Diagnostic::error("E0305", span, text).label(why).help(
            "constants are made of literals, earlier parameters, operators and functions like `min` and `round`",
        ));
        None
    }

    fn object(&mut self, item: &ObjectItem) {
        let count = match &item.count {
            None => Some(None),
            Some(count) => self.int(count, 0, MAX_OBJECTS as i64, "the length of an array").map(Some),
        };
        let size = self.size(item);
        let (Some(count), Some((size, lock))) = (count, size) else { return };
        let many = count.unwrap_or(1) as usize;
        if self.constants.objects.len() + many > MAX_OBJECTS {
            let text = format!("more than {MAX_OBJECTS} objects");
            self.diagnostics.push(Diagnostic::error("E0308", item.span, text));
            return;
        }
        let first = self.constants.objects.len() as u32;
        for i in 0..many {
            let name = match count {
                None => item.name.name.clone(),
                Some(_) => format!("{}[{i}]", item.name.name),
            };
            let (inherit, processes) = (item.inherit, item.processes);
            let span = item.span;
            self.constants.objects.push(ObjectDecl {
                kind: item.kind,
                name,
                size,
                lock,
                inherit,
                processes,
                span,
            });
        }
        let object = |i: usize| Value::Object(ObjectId(first + i as u32));
        let value = match count {
            None => object(0),
            Some(_) => Value::list((0..many).map(object).collect()),
        };
        self.constants.values.insert(item.name.name.clone(), value);
    }

    /// The size of an object, and the lock of a condition.
    fn size(&mut self, item: &ObjectItem) -> Option<(Option<u64>, Option<ObjectId>)> {
        let (least, most, noun, example) = match item.kind {
            ObjectKind::Resource => (1, i64::MAX, "size", "(3)"),
            ObjectKind::Semaphore => (0, i64::MAX, "number of permits", "(3)"),
            ObjectKind::Channel => (0, i64::MAX, "capacity", "(5)"),
            ObjectKind::Barrier => (1, i64::MAX, "number of parties", "(4)"),
            ObjectKind::Workers => (1, MAX_WORKERS, "size", "(2)"),
            ObjectKind::Condition => return self.lock(item).map(|lock| (None, Some(lock))),
            ObjectKind::Lock | ObjectKind::RwLock | ObjectKind::Event | ObjectKind::Future => {
                return self.no_argument(item);
            }
        };
        let whose = with_article(item.kind);
        match &item.argument {
            Some(ObjectArgument::Value(expr)) => {
                let size = self.int(expr, least, most, &format!("the {noun} of {whose}"));
                size.map(|size| (Some(size as u64), None))
            }
            // The parser refuses it for anything but a channel.
            Some(ObjectArgument::Unbounded(_)) => Some((None, None)),
            None => {
                let (kind, name) = (word(item.kind), &item.name.name);
                let mut diagnostic =
                    Diagnostic::error("E0308", item.name.span, format!("{whose} needs a {noun}"))
                        .help(format!("write `{kind} {name}{example}`"));
                if item.kind == ObjectKind::Channel {
                    let text = "with 0 every `send` waits for its `recv`, with `unbounded` none ever waits";
                    diagnostic = diagnostic.help(text);
                }
                self.diagnostics.push(diagnostic);
                None
            }
        }
    }

    fn no_argument(&mut self, item: &ObjectItem) -> Option<(Option<u64>, Option<ObjectId>)> {
        let Some(argument) = &item.argument else { return Some((Some(1), None)) };
        let text = format!("{} takes nothing in parentheses", with_article(item.kind));
        let diagnostic = Diagnostic::error("E0308", argument_span(argument), text);
        self.diagnostics.push(diagnostic.help(format!("write `{} {}`", word(item.kind), item.name.name)));
        None
    }

    fn lock(&mut self, item: &ObjectItem) -> Option<ObjectId> {
        let name = &item.name.name;
        let Some(ObjectArgument::Value(expr)) = &item.argument else {
            let span = item.argument.as_ref().map_or(item.name.span, argument_span);
            self.diagnostics.push(
                Diagnostic::error("E0308", span, "a condition has to name the lock it belongs to")
                    .help(format!("write `lock door` above it, and `condition {name}(door)`")),
            );
            return None;
        };
        let found = match &expr.kind {
            ExprKind::Name(lock) => self.constants.values.get(lock).cloned(),
            ExprKind::Index { object, index } => match &object.kind {
                ExprKind::Name(array) => {
                    let list = self.constants.values.get(array).cloned();
                    let index = self.value(index)?;
                    list.and_then(|list| operators::index(&list, &index).ok())
                }
                _ => None,
            },
            _ => None,
        };
        match found {
            Some(Value::Object(id)) if self.constants.objects[id.0 as usize].kind == ObjectKind::Lock => {
                Some(id)
            }
            _ => {
                let text = "a condition belongs to a lock that is declared above it";
                self.diagnostics.push(
                    Diagnostic::error("E0308", expr.span, text)
                        .label(match &expr.kind {
                            ExprKind::Name(name) if self.is_lock(name) => "declare this lock further up",
                            _ => "this is no lock",
                        })
                        .help(format!("write `lock door` above it, and `condition {name}(door)`")),
                );
                None
            }
        }
    }

    fn is_lock(&self, name: &str) -> bool {
        self.declarations.get(name).is_some_and(|d| d.what.kind() == Kind::Object(ObjectKind::Lock))
    }

    fn int(&mut self, expr: &Expr, least: i64, most: i64, what: &str) -> Option<i64> {
        let text = match self.value(expr)? {
            Value::Int(i) if i < least && least == 0 => format!("{what} cannot be negative"),
            Value::Int(i) if i < least => format!("{what} cannot be less than {least}"),
            Value::Int(i) if i > most => format!("{what} cannot be more than {most}"),
            Value::Int(i) => return Some(i),
            other => format!("{what} is an int, not {}", other.kind()),
        };
        self.diagnostics.push(Diagnostic::error("E0308", expr.span, text));
        None
    }
}

/// The value a parameter takes when its default is replaced, if the kinds agree.
fn overriding(default: &Value, other: &Value) -> Option<Value> {
    match (default, other) {
        (Value::None, _) => Some(other.clone()),
        (Value::Float(_), Value::Int(i)) => Some(Value::Float(*i as f64)),
        _ => (Kind::of(default) == Kind::of(other)).then(|| other.clone()),
    }
}

fn argument_span(argument: &ObjectArgument) -> Span {
    match argument {
        ObjectArgument::Value(expr) => expr.span,
        ObjectArgument::Unbounded(span) => *span,
    }
}
