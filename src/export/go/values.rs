//! Types and plain values as Go writes them.

use crate::export::signs::is_hidden;
use crate::export::types::Type;
use crate::lang::ast::ObjectKind;
use crate::value::Value;

/// The type of a variable.
pub fn go_type(ty: &Type) -> String {
    match ty {
        Type::Unknown | Type::None => "none".to_string(),
        Type::Bool => "bool".to_string(),
        Type::Int => "int".to_string(),
        Type::Float => "float64".to_string(),
        Type::Duration => "time.Duration".to_string(),
        Type::Text => "string".to_string(),
        Type::Failure => "error".to_string(),
        Type::Group => "*group".to_string(),
        Type::Scope => "*scope".to_string(),
        Type::Object(kind) => object_type(*kind).to_string(),
        Type::List(inner) => format!("[]{}", go_type(inner)),
        Type::Task(inner) => format!("*handle[{}]", go_type(inner)),
        Type::Future(inner) => format!("*future[{}]", go_type(inner)),
        Type::Channel(inner) => format!("chan {}", go_type(inner)),
        Type::Results(inner) => format!("*results[{}]", go_type(inner)),
        Type::Outcome(inner) => format!("outcome[{}]", go_type(inner)),
        Type::Optional(inner) if is_nilable(inner) => go_type(inner),
        Type::Optional(inner) => format!("*{}", go_type(inner)),
    }
}

fn object_type(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Resource | ObjectKind::Semaphore | ObjectKind::Workers => "semaphore",
        ObjectKind::Lock => "*sync.Mutex",
        ObjectKind::RwLock => "*sync.RWMutex",
        ObjectKind::Event => "*event",
        ObjectKind::Condition => "*sync.Cond",
        ObjectKind::Barrier => "*barrier",
        ObjectKind::Channel | ObjectKind::Future => "none",
    }
}

/// Does the type have a `nil` of its own that can stand for `none`?
pub fn is_nilable(ty: &Type) -> bool {
    match ty {
        Type::Failure
        | Type::Group
        | Type::Scope
        | Type::Object(_)
        | Type::Task(_)
        | Type::Future(_)
        | Type::Channel(_)
        | Type::Results(_) => true,
        Type::Unknown
        | Type::None
        | Type::Bool
        | Type::Int
        | Type::Float
        | Type::Duration
        | Type::Text
        | Type::List(_)
        | Type::Outcome(_) => false,
        Type::Optional(_) => true,
    }
}

/// What stands for no value where a function fails.
pub fn zero(ty: &Type) -> String {
    match ty {
        Type::Unknown | Type::None => "none{}".to_string(),
        Type::Bool => "false".to_string(),
        Type::Int | Type::Float | Type::Duration => "0".to_string(),
        Type::Text => "\"\"".to_string(),
        Type::Outcome(_) => format!("{}{{}}", go_type(ty)),
        Type::Failure
        | Type::Group
        | Type::Scope
        | Type::Object(_)
        | Type::List(_)
        | Type::Task(_)
        | Type::Future(_)
        | Type::Channel(_)
        | Type::Results(_)
        | Type::Optional(_) => "nil".to_string(),
    }
}

/// An expression of one type where a value of another is wanted.
pub fn coerce(text: String, from: &Type, to: &Type) -> String {
    match (from, to) {
        (Type::Optional(inner), Type::Optional(_)) if !is_nilable(inner) => text,
        (Type::None, Type::Optional(_)) => "nil".to_string(),
        (_, Type::Optional(inner)) if !is_nilable(inner) && !matches!(from, Type::Optional(_)) => {
            format!("ptr({text})")
        }
        (Type::Optional(inner), to) if !is_nilable(inner) && !matches!(to, Type::Unknown | Type::None) => {
            format!("*{text}")
        }
        (Type::Int, Type::Float) => format!("float64({text})"),
        (Type::Outcome(_), Type::Outcome(_)) => text,
        (Type::Outcome(_), to) if !matches!(to, Type::Unknown | Type::None) => format!("{text}.value"),
        _ => text,
    }
}

/// A value that is known before the program runs.
pub fn literal(value: &Value, ty: &Type) -> String {
    match (value, ty) {
        (Value::None, _) => zero(ty),
        (_, Type::Optional(inner)) => coerce(literal(value, inner), inner, ty),
        (Value::Bool(b), _) => b.to_string(),
        (Value::Int(n), Type::Float) => format!("{n}.0"),
        (Value::Int(n), _) => n.to_string(),
        (Value::Float(x), _) => float(*x),
        (Value::Duration(d), _) => duration(*d),
        (Value::Text(text), _) => quoted(text),
        (Value::List(items), Type::List(inner)) => {
            let items: Vec<String> = items.iter().map(|item| literal(item, inner)).collect();
            format!("{}{{{}}}", go_type(ty), items.join(", "))
        }
        _ => zero(ty),
    }
}

pub fn float(x: f64) -> String {
    format!("{x:?}")
}

/// `5 * time.Millisecond`
pub fn duration(nanos: i64) -> String {
    const UNITS: [(&str, i64); 6] = [
        ("Hour", 3_600_000_000_000),
        ("Minute", 60_000_000_000),
        ("Second", 1_000_000_000),
        ("Millisecond", 1_000_000),
        ("Microsecond", 1_000),
        ("Nanosecond", 1),
    ];
    let fits = UNITS.into_iter().find(|(_, size)| nanos % size == 0 && nanos != 0);
    match fits {
        None => "0".to_string(),
        Some((unit, size)) if nanos == size => format!("time.{unit}"),
        Some((unit, size)) => format!("{} * time.{unit}", nanos / size),
    }
}

/// A string with Go's escapes.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() || is_hidden(c) => out.push_str(&format!("\\U{:08x}", c as u32)),
            c => out.push(c),
        }
    }
    out
}
