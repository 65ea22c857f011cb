//! Names and types as Rust writes them.

use crate::export::signs::is_hidden;
use crate::export::types::Type;
use crate::lang::ast::ObjectKind;

/// Words a variable cannot be called by: Rust's own, and those of the helpers and of tokio.
#[rustfmt::skip]
pub const RESERVED: &[&str] = &[
    "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern", "false", "fn", "for", "gen",
    "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "self", "Self", "static", "struct",
    "super", "trait", "true", "type", "unsafe", "use", "where", "while", "abstract", "become", "box", "do", "final", "macro",
    "override", "priv", "try", "typeof", "unsized", "virtual", "yield", "union", "std", "core", "tokio", "helpers", "log", "now",
    "write", "work", "block", "sleep", "io", "div", "rem", "at", "put", "one_of", "random", "uniform", "uniform_int",
    "exponential", "normal", "lognormal", "pareto", "poisson", "choice", "spawn", "daemon", "call_later", "all_ended", "gather",
    "settle", "race", "as_completed", "wait_for", "timeout", "defer", "on_abort", "offload", "observe", "show", "failure", "ns",
    "us", "ms", "secs", "mins", "hours", "select", "main", "story", "play", "draw", "vec", "format", "Ok", "Err", "Some", "None",
    "start", "yield_now",
];

/// What the objects of a program are in Rust, where there are several ways.
#[derive(Debug, Clone, Default)]
pub struct Ways {
    /// Locks are taken by hand somewhere, or belong to a condition.
    pub by_hand: bool,
    /// Tasks are spawned on named workers.
    pub dealt: bool,
    /// Of what there are channels, and what those are called.
    pub channels: Vec<(Type, &'static str)>,
}

impl Ways {
    /// What channels of this are called; several names if they are of several types.
    fn channels(&self, of: &Type) -> Vec<&'static str> {
        let mut names: Vec<&'static str> =
            self.channels.iter().filter(|(known, _)| known == of).map(|(_, name)| *name).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// May a value of this type be one of two types in Rust?
    pub fn is_mixed(&self, kind: &Type) -> bool {
        match kind {
            Type::Channel(of) => self.channels(of).len() > 1,
            Type::List(of) | Type::Optional(of) => self.is_mixed(of),
            _ => false,
        }
    }
}

/// What a channel with so much room is called.
pub fn channel_name(size: Option<u64>) -> &'static str {
    match size {
        None => "Unbounded",
        Some(0) => "Rendezvous",
        Some(_) => "Channel",
    }
}

/// The type of a value of this kind.
pub fn type_name(kind: &Type, ways: &Ways) -> String {
    let inner = |of: &Type| type_name(of, ways);
    match kind {
        Type::Unknown | Type::None => "()".to_string(),
        Type::Bool => "bool".to_string(),
        Type::Int => "i64".to_string(),
        Type::Float => "f64".to_string(),
        Type::Duration => "Nanos".to_string(),
        Type::Text => "String".to_string(),
        Type::Failure => "Error".to_string(),
        Type::Group => "Group".to_string(),
        Type::Scope => "Scope".to_string(),
        Type::Object(kind) => format!("&'static {}", object_type(*kind, ways)),
        Type::List(of) => format!("Vec<{}>", inner(of)),
        Type::Task(of) => format!("Task<{}>", inner(of)),
        Type::Future(of) => format!("Promise<{}>", inner(of)),
        Type::Channel(of) => {
            let name = ways.channels(of).first().copied().unwrap_or("Channel");
            format!("&'static {name}<{}>", inner(of))
        }
        Type::Results(of) => format!("Results<{}>", inner(of)),
        Type::Outcome(of) => format!("Result<{}>", inner(of)),
        Type::Optional(of) => format!("Option<{}>", inner(of)),
    }
}

pub fn object_type(kind: ObjectKind, ways: &Ways) -> &'static str {
    match kind {
        ObjectKind::Lock if ways.by_hand => "Lock",
        ObjectKind::Workers if ways.dealt => "Workers",
        ObjectKind::Lock => "Mutex<()>",
        ObjectKind::Resource | ObjectKind::Semaphore | ObjectKind::Workers => "Semaphore",
        ObjectKind::RwLock => "RwLock<()>",
        ObjectKind::Event => "Event",
        ObjectKind::Condition => "Condition",
        ObjectKind::Barrier => "Barrier",
        // These carry values, and have types of their own.
        ObjectKind::Channel | ObjectKind::Future => "()",
    }
}

/// Is a value of it copied when it is read?
pub fn is_copy(kind: &Type) -> bool {
    match kind {
        Type::Unknown
        | Type::None
        | Type::Bool
        | Type::Int
        | Type::Float
        | Type::Duration
        | Type::Object(_)
        | Type::Channel(_) => true,
        Type::Optional(of) => is_copy(of),
        Type::Text
        | Type::Failure
        | Type::Group
        | Type::Scope
        | Type::List(_)
        | Type::Task(_)
        | Type::Future(_)
        | Type::Results(_)
        | Type::Outcome(_) => false,
    }
}

/// Does `{}` show it as the log does?
pub fn shows_itself(kind: &Type) -> bool {
    matches!(kind, Type::Bool | Type::Int | Type::Duration | Type::Text | Type::Failure)
}

/// A text between quotes.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// What stands between the quotes of a text.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() || is_hidden(c) => out.push_str(&format!("\\u{{{:x}}}", c as u32)),
            c => out.push(c),
        }
    }
    out
}

/// The same inside a text with holes.
pub fn formatted(text: &str) -> String {
    escaped(&text.replace('{', "{{").replace('}', "}}"))
}

/// `ms(20)`
pub fn nanos(n: i64) -> String {
    let units = [
        ("hours", 3_600_000_000_000),
        ("mins", 60_000_000_000),
        ("secs", 1_000_000_000),
        ("ms", 1_000_000),
        ("us", 1_000),
    ];
    if n == 0 {
        return "secs(0)".to_string();
    }
    match units.into_iter().find(|(_, size)| n % size == 0) {
        Some((unit, size)) => format!("{unit}({})", n / size),
        None => format!("ns({n})"),
    }
}

/// A float that is one in Rust too.
pub fn float(x: f64) -> String {
    format!("{x:?}")
}
