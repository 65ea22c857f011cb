//! The values a scenario computes with and hands from task to task.
//!
//! Two words wide. Strings, lists and failures are shared and never change in place,
//! so handing one over costs a counter.

use std::fmt;
use std::rc::Rc;

use crate::source::Span;
use crate::time::show_nanos;

/// A task of a run: where its record lies, and its serial number in spawn order.
///
/// Records are reused; the serial number never is, so a stale handle is noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId {
    pub slot: u32,
    pub serial: u32,
}

/// A lock, channel, event, … of a run, declared or made by `future()`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(pub u32);

/// How a `with` or `acquire` takes its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Locks, resources, semaphores.
    Plain,
    /// `table.read`
    Read,
    /// `table.write`
    Write,
}

/// An open `group`, `timeout`, `scope` or `as_completed(…)`; only the runtime that made it can read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeId {
    pub slot: u32,
    pub serial: u32,
}

/// Its tag is as wide as what it carries, so that it is moved in two whole words.
#[derive(Debug, Clone, Default)]
#[repr(u64)]
pub enum Value {
    #[default]
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    /// Nanoseconds; may be negative, but no statement takes a negative time.
    Duration(i64),
    Text(Rc<String>),
    List(Rc<Vec<Value>>),
    /// A handle.
    Task(TaskId),
    Object(ObjectId),
    /// `group g`, held to be cancelled or spawned into.
    Group(ScopeId),
    /// `scope s`, held to be cancelled.
    Scope(ScopeId),
    /// What `as_completed(…)` gives.
    Results(ScopeId),
    /// `t(a)` not yet started: what `gather`, `race`, `offload` are given.
    Call(Rc<Call>),
    /// A failure as a value: what `catch e` binds and `settle` lists.
    Failure(Rc<Failure>),
    /// A cancellation as a value, in the list of a `settle`.
    Cancelled,
}

/// A task to be: which one, with which arguments.
#[derive(Debug, Clone)]
pub struct Call {
    /// Index into the program's functions.
    pub function: u16,
    pub arguments: Vec<Value>,
}

/// Why something failed.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    pub kind: FailureKind,
    pub text: String,
    /// The statement that failed.
    pub span: Span,
    /// The failures of the children, if a group failed.
    pub children: Vec<Rc<Failure>>,
}

/// Bytes of a group's text; each level of nesting takes seven of them.
pub const LONGEST_GROUP: usize = 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// `fail "why"`
    User,
    /// A deadline passed (`wait_for`).
    Timeout,
    /// Several children of a group failed (asyncio's and trio's ExceptionGroup).
    Group,
    /// A run-time error: division by zero, releasing what is not held, …
    Error,
}

impl Failure {
    pub fn new(kind: FailureKind, text: impl Into<String>, span: Span) -> Rc<Failure> {
        Rc::new(Failure { kind, text: text.into(), span, children: Vec::new() })
    }

    /// `group(first, second)`, in the order in which the children ended.
    ///
    /// A text longer than [`LONGEST_GROUP`] is cut, and its children are not kept: groups that
    /// fail inside each other in a loop stay small.
    pub fn group(children: Vec<Rc<Failure>>, span: Span) -> Rc<Failure> {
        let names: Vec<&str> = children.iter().map(|c| c.text.as_str()).collect();
        let mut text = format!("group({})", names.join(","));
        if text.len() <= LONGEST_GROUP {
            return Rc::new(Failure { kind: FailureKind::Group, text, span, children });
        }
        let cut = (0..=LONGEST_GROUP).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        text.replace_range(cut.., "…)");
        Failure::new(FailureKind::Group, text, span)
    }
}

/// What interrupts the flow of a task and travels to whoever awaits it.
#[derive(Debug, Clone)]
pub enum Raise {
    Failed(Rc<Failure>),
    Cancelled,
}

impl Raise {
    pub fn error(text: impl Into<String>, span: Span) -> Raise {
        Raise::Failed(Failure::new(FailureKind::Error, text, span))
    }

    /// What a handler has caught in its register.
    pub fn caught(value: Value) -> Raise {
        match value {
            Value::Failure(failure) => Raise::Failed(failure),
            _ => Raise::Cancelled,
        }
    }

    pub fn into_value(self) -> Value {
        match self {
            Raise::Failed(failure) => Value::Failure(failure),
            Raise::Cancelled => Value::Cancelled,
        }
    }
}

/// How a statement or a task ended.
pub type Outcome = Result<Value, Raise>;

impl Value {
    pub fn text(text: impl Into<String>) -> Value {
        Value::Text(Rc::new(text.into()))
    }

    pub fn list(items: Vec<Value>) -> Value {
        Value::List(Rc::new(items))
    }

    /// Drops it. Most values own nothing, and where it is known which it is, nothing is left of this.
    #[inline(always)]
    pub fn dismiss(self) {
        if !matches!(self, Value::Text(_) | Value::List(_) | Value::Call(_) | Value::Failure(_)) {
            std::mem::forget(self);
        }
    }

    /// The word for this kind of value in messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::None => "none",
            Value::Bool(_) => "a bool",
            Value::Int(_) => "an int",
            Value::Float(_) => "a float",
            Value::Duration(_) => "a duration",
            Value::Text(_) => "a string",
            Value::List(_) => "a list",
            Value::Task(_) => "a task handle",
            Value::Object(_) => "a shared object",
            Value::Group(_) => "a group",
            Value::Scope(_) => "a scope",
            Value::Results(_) => "as_completed(…)",
            Value::Call(_) => "a task that was not started",
            Value::Failure(_) => "a failure",
            Value::Cancelled => "a cancellation",
        }
    }
}

/// As `log`, labels and `str` show it.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::None => f.write_str("none"),
            Value::Bool(b) => write!(f, "{b}"),
            Value::Int(i) => write!(f, "{i}"),
            Value::Float(x) => f.write_str(&show_float(*x)),
            Value::Duration(d) => f.write_str(&show_nanos(*d)),
            Value::Text(s) => f.write_str(s),
            Value::List(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        f.write_str(", ")?;
                    }
                    write!(f, "{item}")?;
                }
                f.write_str("]")
            }
            Value::Task(id) => write!(f, "task {}", id.serial),
            Value::Object(id) => write!(f, "object {}", id.0),
            Value::Group(_) => f.write_str("group"),
            Value::Scope(_) => f.write_str("scope"),
            Value::Results(_) => f.write_str("as_completed"),
            Value::Call(_) => f.write_str("call"),
            Value::Failure(failure) => f.write_str(&failure.text),
            Value::Cancelled => f.write_str("cancelled"),
        }
    }
}

/// The shortest text that reads back to the same number, always with a point or an exponent.
pub fn show_float(x: f64) -> String {
    if x.is_finite() && x == x.trunc() && x.abs() < 1e15 { format!("{x:.1}") } else { format!("{x}") }
}
