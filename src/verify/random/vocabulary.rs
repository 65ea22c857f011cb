//! What random programs are made of: the constructs of the language, and those a target is exact for.

/// Something a random program may do. Logging, spawning and computing are always there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Construct {
    /// `work 2ms`
    Work,
    /// `block 2ms`
    Block,
    /// `await sleep(2ms)`
    Sleep,
    /// `await io(2ms)`
    Io,
    /// `await yield`
    Yield,
    /// Times that are no whole milliseconds.
    FineTimes,
    /// `spawn t()`
    Spawn,
    /// `spawn t() daemon`
    Daemon,
    /// `await h`
    Join,
    /// `h.done()`, `h.cancelled()`
    Ask,
    /// `await t()`
    Call,
    /// `for i in 0..3`, `while`
    Repeat,
    /// `if`, arithmetic, variables that all tasks share
    Compute,
    /// Handles in a list that all tasks share.
    SharedHandles,
    /// `random()` and its kin
    Draw,
    /// `with l { }`
    Lock,
    /// `l.acquire()`, `l.release()`
    Acquire,
    Resource,
    Semaphore,
    RwLock,
    /// `channel c(2)`, `send`, `recv`
    Channel,
    /// `channel c(0)`
    Rendezvous,
    /// `channel c(unbounded)`
    Unbounded,
    /// `try_send`, `try_recv`, `len`
    Try,
    Close,
    /// `for await v in c { }`
    ForAwait,
    Event,
    Condition,
    Barrier,
    /// `future f`
    Future,
    Gather,
    Settle,
    Race,
    AsCompleted,
    WaitFor,
    Shield,
    Offload,
    Timeout,
    /// `scope s { }`, `cancel s`
    Scope,
    Group,
    /// `cancel g`
    CancelGroup,
    /// `spawn t() in g`
    SpawnIn,
    Select,
    /// A `select` with an arm that sends.
    SelectSend,
    Cancel,
    /// `catch cancelled` that goes on as if nothing had happened.
    Swallow,
    /// `try { } catch e { }`
    Catch,
    /// `catch cancelled { …; fail cancelled }`
    CatchCancelled,
    Finally,
    /// `fail "why"`
    Fail,
    /// Mistakes that the runtime notices: division by zero, a future that is settled twice.
    Mistake,
    /// `call_soon(t())`
    CallSoon,
    /// `call_later(t(), 5ms)`
    CallLater,
    /// `next_tick(t())`
    NextTick,
    /// `immediate(t())`
    Immediate,
    /// `spawn t() priority 5`
    Priority,
    Observe,
    Assert,
    /// Lists that grow.
    Lists,
}

use Construct::*;

/// Every construct, with how often a program does it.
#[rustfmt::skip]
const WEIGHTS: &[(Construct, u32)] = &[
    (Work, 12), (Block, 4), (Sleep, 28), (Io, 6), (Yield, 18), (FineTimes, 0), (Spawn, 16), (Daemon, 0), (Join, 14), (Ask, 3),
    (Call, 5), (Repeat, 6), (Compute, 6), (SharedHandles, 0), (Draw, 3), (Lock, 14), (Acquire, 3), (Resource, 6),
    (Semaphore, 9), (RwLock, 6), (Channel, 20), (Rendezvous, 8), (Unbounded, 3), (Try, 6), (Close, 2), (ForAwait, 3),
    (Event, 18), (Condition, 11), (Barrier, 5), (Future, 9), (Gather, 9), (Settle, 6), (Race, 6), (AsCompleted, 6),
    (WaitFor, 8), (Shield, 5), (Offload, 5), (Timeout, 11), (Scope, 6), (Group, 9), (CancelGroup, 3), (SpawnIn, 3),
    (Select, 9), (SelectSend, 0), (Cancel, 12), (Swallow, 0), (Catch, 9), (CatchCancelled, 0), (Finally, 0), (Fail, 3),
    (Mistake, 2), (CallSoon, 5), (CallLater, 5), (NextTick, 5), (Immediate, 5), (Priority, 0),
    (Observe, 0), (Assert, 0), (Lists, 0),
];

/// The constructs a target is exact for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary {
    constructs: Vec<Construct>,
}

impl Vocabulary {
    pub fn of(constructs: &[Construct]) -> Vocabulary {
        Vocabulary::keep(|construct| constructs.contains(&construct))
    }

    /// The whole language, as far as random programs know it, without some constructs.
    pub fn without(constructs: &[Construct]) -> Vocabulary {
        Vocabulary::keep(|construct| !constructs.contains(&construct))
    }

    fn keep(wanted: impl Fn(Construct) -> bool) -> Vocabulary {
        let all = WEIGHTS.iter().map(|(construct, _)| *construct);
        Vocabulary { constructs: all.filter(|construct| wanted(*construct)).collect() }
    }

    pub fn has(&self, construct: Construct) -> bool {
        self.constructs.contains(&construct)
    }

    /// What a step can be, and how often.
    pub fn weights(&self) -> Vec<(Construct, u32)> {
        WEIGHTS.iter().filter(|(construct, weight)| *weight > 0 && self.has(*construct)).copied().collect()
    }
}
