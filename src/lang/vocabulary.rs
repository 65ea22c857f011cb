//! The words that are not keywords: functions, combinators and methods, one line each.
//!
//! The checker, the compiler and the help of the editor all read these tables.

use crate::lang::ast::ObjectKind;
use crate::lang::kind::Kind;
use crate::lang::program::{Builtin, Callback, Combinator, Method};

/// Something that is called by its name alone: `sleep(1s)`, `min(a, b)`, `gather(…)`.
#[derive(Debug)]
pub struct FunctionWord {
    pub name: &'static str,
    pub means: Function,
    /// Fewest and most arguments.
    pub arguments: (usize, usize),
    pub gives: Kind,
    /// For the reader: how it is written, what it does.
    pub usage: &'static str,
    pub help: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// `sleep(d)`: suspends.
    Sleep,
    /// `io(d)`: suspends.
    Io,
    Builtin(Builtin),
    /// Starts or joins tasks; all but `as_completed` suspend.
    Combinator(Combinator),
    /// Has a task called later, which must not suspend.
    Callback(Callback),
}

impl Function {
    pub fn suspends(self) -> bool {
        match self {
            Function::Sleep | Function::Io => true,
            Function::Builtin(_) | Function::Callback(_) => false,
            Function::Combinator(combinator) => combinator != Combinator::AsCompleted,
        }
    }
}

const MANY: usize = usize::MAX;

const fn builtin(
    name: &'static str,
    function: Builtin,
    arguments: (usize, usize),
    gives: Kind,
    usage: &'static str,
    help: &'static str,
) -> FunctionWord {
    FunctionWord { name, means: Function::Builtin(function), arguments, gives, usage, help }
}

const fn combinator(
    name: &'static str,
    combinator: Combinator,
    arguments: (usize, usize),
    gives: Kind,
    usage: &'static str,
    help: &'static str,
) -> FunctionWord {
    FunctionWord { name, means: Function::Combinator(combinator), arguments, gives, usage, help }
}

const fn callback(
    name: &'static str,
    callback: Callback,
    arguments: usize,
    usage: &'static str,
    help: &'static str,
) -> FunctionWord {
    let means = Function::Callback(callback);
    FunctionWord { name, means, arguments: (arguments, arguments), gives: Kind::None, usage, help }
}

/// Every function, in the order of the reference.
#[rustfmt::skip]
pub static FUNCTIONS: &[FunctionWord] = &[
    FunctionWord { name: "sleep", means: Function::Sleep, arguments: (1, 1), gives: Kind::None, usage: "await sleep(5ms)", help: "wait; the worker is free meanwhile" },
    FunctionWord { name: "io", means: Function::Io, arguments: (1, 1), gives: Kind::None, usage: "await io(5ms)", help: "wait for a device; the worker is free meanwhile" },

    combinator("gather", Combinator::Gather, (0, MANY), Kind::List, "await gather(t(1), t(2))", "start all, wait for all; the list of their values"),
    combinator("settle", Combinator::Settle, (0, MANY), Kind::List, "await settle(t(1), t(2))", "as gather, but failures are values in the list"),
    combinator("race", Combinator::Race, (1, MANY), Kind::Unknown, "await race(t(1), t(2))", "the first to finish wins, the others are cancelled"),
    combinator("as_completed", Combinator::AsCompleted, (0, MANY), Kind::Results, "for await v in as_completed(t(1), t(2)) { … }", "start all; their results in the order in which they finish"),
    combinator("shield", Combinator::Shield, (1, 1), Kind::Unknown, "await shield(t(1))", "wait for it, but do not hand a cancellation on to it"),
    combinator("offload", Combinator::Offload, (2, 2), Kind::Unknown, "await offload(cpu, t(a))", "run a task on a pool and wait for it"),
    combinator("wait_for", Combinator::WaitFor, (2, 2), Kind::Unknown, "await wait_for(t(1), 5s)", "wait, but fail with a timeout at the deadline"),

    callback("call_soon", Callback::Soon, 1, "call_soon(t(1))", "call it behind what is ready; it cannot wait"),
    callback("call_later", Callback::Later, 2, "call_later(t(1), 5s)", "call it after a while; it cannot wait"),
    callback("next_tick", Callback::NextTick, 1, "next_tick(t(1))", "call it before what is ready, where there is such a queue"),
    callback("immediate", Callback::Immediate, 1, "immediate(t(1))", "call it when what is ready has run, where there is such a phase"),

    builtin("now", Builtin::Now, (0, 0), Kind::Duration, "now()", "the time since the start of the run"),
    builtin("id", Builtin::Id, (0, 0), Kind::Int, "id()", "the serial number of this task"),
    builtin("current_task", Builtin::CurrentTask, (0, 0), Kind::Task, "current_task()", "the handle of this task"),
    builtin("future", Builtin::Future, (0, 0), Kind::Object(ObjectKind::Future), "let f = future()", "a new future"),
    builtin("failed", Builtin::Failed, (1, 1), Kind::Bool, "failed(v)", "is it a failure?"),
    builtin("cancelled", Builtin::Cancelled, (1, 1), Kind::Bool, "cancelled(v)", "is it a cancellation?"),

    builtin("min", Builtin::Min, (1, MANY), Kind::Unknown, "min(a, b)", "the least of several values or of a list"),
    builtin("max", Builtin::Max, (1, MANY), Kind::Unknown, "max(a, b)", "the greatest of several values or of a list"),
    builtin("abs", Builtin::Abs, (1, 1), Kind::Unknown, "abs(x)", "without its sign"),
    builtin("floor", Builtin::Floor, (1, 1), Kind::Int, "floor(x)", "the next int below"),
    builtin("ceil", Builtin::Ceil, (1, 1), Kind::Int, "ceil(x)", "the next int above"),
    builtin("round", Builtin::Round, (1, 1), Kind::Int, "round(x)", "the nearest int, halves away from zero"),
    builtin("len", Builtin::Len, (1, 1), Kind::Int, "len(xs)", "elements of a list, characters of a string"),
    builtin("range", Builtin::Range, (1, 3), Kind::List, "range(a, b)", "the list of the ints from a to b, b excluded"),
    builtin("str", Builtin::Str, (1, 1), Kind::Text, "str(v)", "as text"),
    builtin("int", Builtin::Int, (1, 1), Kind::Int, "int(x)", "a float cut off, a string read"),
    builtin("float", Builtin::Float, (1, 1), Kind::Float, "float(x)", "an int as a float, a string read"),
    builtin("ln", Builtin::Ln, (1, 1), Kind::Float, "ln(x)", "the natural logarithm"),
    builtin("sqrt", Builtin::Sqrt, (1, 1), Kind::Float, "sqrt(x)", "the square root"),
    builtin("pow", Builtin::Pow, (2, 2), Kind::Unknown, "pow(x, y)", "x to the power of y"),

    builtin("random", Builtin::Random, (0, 0), Kind::Float, "random()", "drawn from 0 to 1"),
    builtin("uniform", Builtin::Uniform, (2, 2), Kind::Unknown, "uniform(a, b)", "drawn evenly from a to b"),
    builtin("exponential", Builtin::Exponential, (1, 1), Kind::Unknown, "exponential(mean)", "drawn from an exponential distribution"),
    builtin("normal", Builtin::Normal, (2, 2), Kind::Unknown, "normal(mean, sd)", "drawn from a normal distribution"),
    builtin("lognormal", Builtin::Lognormal, (2, 2), Kind::Unknown, "lognormal(median, sigma)", "drawn from a lognormal distribution"),
    builtin("pareto", Builtin::Pareto, (2, 2), Kind::Unknown, "pareto(scale, shape)", "drawn from a Pareto distribution"),
    builtin("choice", Builtin::Choice, (1, 1), Kind::Unknown, "choice(list)", "one of the list"),
    builtin("poisson", Builtin::Poisson, (1, 1), Kind::Int, "poisson(mean)", "drawn from a Poisson distribution"),
];

pub fn function(name: &str) -> Option<&'static FunctionWord> {
    FUNCTIONS.iter().find(|word| word.name == name)
}

/// Is it drawn from the random stream of the task?
pub fn is_random(function: Builtin) -> bool {
    match function {
        Builtin::Random
        | Builtin::Uniform
        | Builtin::Exponential
        | Builtin::Normal
        | Builtin::Lognormal
        | Builtin::Pareto
        | Builtin::Choice
        | Builtin::Poisson => true,
        Builtin::Now
        | Builtin::Min
        | Builtin::Max
        | Builtin::Abs
        | Builtin::Floor
        | Builtin::Ceil
        | Builtin::Round
        | Builtin::Len
        | Builtin::Range
        | Builtin::Str
        | Builtin::Int
        | Builtin::Float
        | Builtin::Ln
        | Builtin::Sqrt
        | Builtin::Pow
        | Builtin::Id
        | Builtin::CurrentTask
        | Builtin::Failed
        | Builtin::Cancelled
        | Builtin::Future => false,
    }
}

/// Something that is called on an object: `orders.send(x)`.
#[derive(Debug)]
pub struct MethodWord {
    pub name: &'static str,
    pub means: Means,
    /// What has it.
    pub on: &'static [Kind],
    pub arguments: (usize, usize),
    pub suspends: bool,
    pub gives: Kind,
    pub help: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    Acquire,
    Release,
    Method(Method),
}

const LOCK: Kind = Kind::Object(ObjectKind::Lock);
const RESOURCE: Kind = Kind::Object(ObjectKind::Resource);
const SEMAPHORE: Kind = Kind::Object(ObjectKind::Semaphore);
const RWLOCK: Kind = Kind::Object(ObjectKind::RwLock);
const CHANNEL: Kind = Kind::Object(ObjectKind::Channel);
const EVENT: Kind = Kind::Object(ObjectKind::Event);
const CONDITION: Kind = Kind::Object(ObjectKind::Condition);
const BARRIER: Kind = Kind::Object(ObjectKind::Barrier);
const FUTURE: Kind = Kind::Object(ObjectKind::Future);

const fn method(
    name: &'static str,
    method: Method,
    on: &'static [Kind],
    arguments: (usize, usize),
    gives: Kind,
    help: &'static str,
) -> MethodWord {
    let suspends = matches!(method, Method::Send | Method::Recv | Method::Wait | Method::Next);
    MethodWord { name, means: Means::Method(method), on, arguments, suspends, gives, help }
}

/// Every method. `acquire` and `release` of an rwlock go through `table.read` and `table.write`.
#[rustfmt::skip]
pub static METHODS: &[MethodWord] = &[
    MethodWord { name: "acquire", means: Means::Acquire, on: &[LOCK, RESOURCE, SEMAPHORE, RWLOCK], arguments: (0, 0), suspends: true, gives: Kind::None, help: "wait until it can be had, and hold it" },
    MethodWord { name: "release", means: Means::Release, on: &[LOCK, RESOURCE, SEMAPHORE, RWLOCK], arguments: (0, 0), suspends: false, gives: Kind::None, help: "give it back" },
    method("locked", Method::Locked, &[LOCK, RESOURCE, SEMAPHORE], (0, 0), Kind::Bool, "would `acquire` wait?"),

    method("send", Method::Send, &[CHANNEL], (1, 1), Kind::None, "wait for room, and put a value in"),
    method("recv", Method::Recv, &[CHANNEL], (0, 0), Kind::Unknown, "wait for a value; none once it is closed and empty"),
    method("try_send", Method::TrySend, &[CHANNEL], (1, 1), Kind::Bool, "put a value in if there is room; was there?"),
    method("try_recv", Method::TryRecv, &[CHANNEL], (0, 0), Kind::Unknown, "a value, or none"),
    method("close", Method::Close, &[CHANNEL], (0, 0), Kind::None, "nothing more will be sent"),
    method("len", Method::Len, &[CHANNEL], (0, 0), Kind::Int, "how many values lie in it"),

    method("wait", Method::Wait, &[EVENT, CONDITION, BARRIER], (0, 0), Kind::Unknown, "wait until it happens"),
    method("set", Method::Set, &[EVENT], (0, 0), Kind::None, "let all who wait go on, and all who come later"),
    method("clear", Method::Clear, &[EVENT], (0, 0), Kind::None, "not set any more"),
    method("is_set", Method::IsSet, &[EVENT], (0, 0), Kind::Bool, "has it happened?"),
    method("notify", Method::Notify, &[CONDITION], (0, 1), Kind::None, "wake one who waits, or n"),
    method("notify_all", Method::NotifyAll, &[CONDITION], (0, 0), Kind::None, "wake all who wait"),

    method("set", Method::Settle, &[FUTURE], (0, 1), Kind::None, "settle it with a value"),
    method("fail", Method::Fail, &[FUTURE], (1, 1), Kind::None, "settle it with a failure"),
    method("done", Method::Done, &[FUTURE, Kind::Task], (0, 0), Kind::Bool, "has it ended?"),
    method("cancelled", Method::WasCancelled, &[Kind::Task], (0, 0), Kind::Bool, "was it cancelled?"),
    method("next", Method::Next, &[Kind::Results], (0, 0), Kind::Unknown, "wait for the next result"),
];

/// All methods of this name: `set` is one of events and one of futures.
pub fn methods(name: &str) -> impl Iterator<Item = &'static MethodWord> {
    METHODS.iter().filter(move |word| word.name == name)
}

/// The method a call means, as far as can be known before it runs.
pub fn method_for(name: &str, on: Kind, arguments: usize) -> Option<&'static MethodWord> {
    let fits = |word: &&MethodWord| (word.arguments.0..=word.arguments.1).contains(&arguments);
    let known = methods(name).find(|word| word.on.contains(&on));
    known.or_else(|| methods(name).find(fits)).or_else(|| methods(name).next())
}
