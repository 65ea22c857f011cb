//! What an expression is known to be before anything runs: enough to catch `sleep(5)` and `1s + 1`.

use crate::lang::ast::ObjectKind;
use crate::value::{ObjectId, ScopeId, TaskId, Value};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Unknown,
    None,
    Bool,
    Int,
    Float,
    Duration,
    Text,
    List,
    Task,
    Object(ObjectKind),
    /// The name of an array.
    Objects(ObjectKind),
    Group,
    Scope,
    Results,
}

impl Kind {
    pub fn of(value: &Value) -> Kind {
        match value {
            Value::None => Kind::None,
            Value::Bool(_) => Kind::Bool,
            Value::Int(_) => Kind::Int,
            Value::Float(_) => Kind::Float,
            Value::Duration(_) => Kind::Duration,
            Value::Text(_) => Kind::Text,
            Value::List(_) => Kind::List,
            Value::Task(_) => Kind::Task,
            Value::Group(_) => Kind::Group,
            Value::Scope(_) => Kind::Scope,
            Value::Results(_) => Kind::Results,
            Value::Object(_) | Value::Call(_) | Value::Failure(_) | Value::Cancelled => Kind::Unknown,
        }
    }

    /// Some value of this kind, on which an operator shows what it would make of all of them.
    pub fn sample(self) -> Option<Value> {
        Some(match self {
            Kind::Unknown => return None,
            Kind::None => Value::None,
            Kind::Bool => Value::Bool(true),
            Kind::Int => Value::Int(1),
            Kind::Float => Value::Float(1.0),
            Kind::Duration => Value::Duration(1),
            Kind::Text => Value::text("1"),
            Kind::List | Kind::Objects(_) => Value::list(vec![]),
            Kind::Task => Value::Task(TaskId { slot: 0, serial: 0 }),
            Kind::Object(_) => Value::Object(ObjectId(0)),
            Kind::Group => Value::Group(ScopeId { slot: 0, serial: 0 }),
            Kind::Scope => Value::Scope(ScopeId { slot: 0, serial: 0 }),
            Kind::Results => Value::Results(ScopeId { slot: 0, serial: 0 }),
        })
    }

    /// `an int`, `a lock`, as messages say it.
    pub fn words(self) -> &'static str {
        match self {
            Kind::Unknown => "a value",
            Kind::Object(kind) => with_article(kind),
            Kind::Objects(_) => "an array",
            Kind::None => "none",
            Kind::Bool => "a bool",
            Kind::Int => "an int",
            Kind::Float => "a float",
            Kind::Duration => "a duration",
            Kind::Text => "a string",
            Kind::List => "a list",
            Kind::Task => "a task handle",
            Kind::Group => "a group",
            Kind::Scope => "a scope",
            Kind::Results => "what `as_completed` gives",
        }
    }
}

/// The word that declares it.
pub fn word(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Resource => "resource",
        ObjectKind::Lock => "lock",
        ObjectKind::Semaphore => "semaphore",
        ObjectKind::RwLock => "rwlock",
        ObjectKind::Channel => "channel",
        ObjectKind::Event => "event",
        ObjectKind::Condition => "condition",
        ObjectKind::Barrier => "barrier",
        ObjectKind::Future => "future",
        ObjectKind::Workers => "workers",
    }
}

pub fn with_article(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Resource => "a resource",
        ObjectKind::Lock => "a lock",
        ObjectKind::Semaphore => "a semaphore",
        ObjectKind::RwLock => "an rwlock",
        ObjectKind::Channel => "a channel",
        ObjectKind::Event => "an event",
        ObjectKind::Condition => "a condition",
        ObjectKind::Barrier => "a barrier",
        ObjectKind::Future => "a future",
        ObjectKind::Workers => "a pool of workers",
    }
}
