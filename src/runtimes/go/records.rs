//! What Go keeps of each goroutine, context, block and combinator: plain data, moved by the files above.

use std::collections::BTreeMap;

use crate::runtimes::go::hchan::ChanKey;
use crate::runtimes::go::keys::{ContextKey, GKey, GatherKey, GroupKey, ResultsKey, TimerKey};
use crate::runtimes::wait_info::WaitInfo;
use crate::time::{Duration, Time};
use crate::value::{ObjectId, Outcome, Raise, TaskId, Value};

/// A goroutine (`g`).
#[derive(Debug)]
pub struct G {
    pub body: Body,
    /// The context its code has in hand.
    pub context: Option<ContextKey>,
    /// The context it was started with.
    pub own: Option<ContextKey>,
    /// Closed when it ends; made for the first who waits.
    pub done: Option<ChanKey>,
    pub end: End,
    /// A place in a pool of workers it has to take before it begins, or has taken.
    pub place: Place,
    /// What is left of its `work` while others have the processor.
    pub work_left: Duration,
    /// Where it stands in queues.
    pub sudogs: Vec<Queued>,
    /// What ended its wait.
    pub woken: Option<Woken>,
    /// It was handed the semaphore itself.
    pub ticket: bool,
    /// In a wait, for the trace.
    pub waiting: bool,
    /// In a system call, without a processor.
    pub away: bool,
    /// What it waits for, for reports.
    pub wait: Option<WaitInfo>,
}

impl G {
    pub fn new(body: Body, context: Option<ContextKey>, end: End) -> G {
        G {
            body,
            context,
            own: context,
            done: None,
            end,
            place: Place::None,
            work_left: Duration::ZERO,
            sudogs: Vec::new(),
            woken: None,
            ticket: false,
            waiting: false,
            away: false,
            wait: None,
        }
    }
}

/// What a goroutine runs.
#[derive(Debug, Clone, Copy)]
pub enum Body {
    Task(TaskId),
    /// `main` after its last statement: `wg.Wait()`, then the program is over.
    Exit,
    /// What `context.WithTimeout` gives `time.AfterFunc`.
    Cancel(ContextKey),
    /// Waits for a task or future and passes its outcome on.
    Forward {
        from: Source,
        to: ResultsKey,
        child: usize,
    },
}

/// What is waited for when the wait is for its outcome.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    Task(TaskId),
    Future(ObjectId),
}

/// What a goroutine does when its task has ended.
#[derive(Debug, Clone, Copy)]
pub enum End {
    Main,
    /// `wg.Done()` of the group `main` waits for at its end.
    Root,
    /// Nothing: `main` does not wait for it.
    Daemon,
    Group(GroupKey),
    Gather(GatherKey, usize),
    Results(ResultsKey, usize),
}

/// A place in a pool of workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    None,
    Wanted(ObjectId),
    Taken(ObjectId),
}

/// A goroutine's entry in a queue.
#[derive(Debug, Clone, Copy)]
pub enum Queued {
    Receive(ChanKey, u64),
    Send(ChanKey, u64),
    Timer(TimerKey),
}

/// Which case of its `select` a goroutine was woken for, and what came of it.
#[derive(Debug, Clone)]
pub struct Woken {
    pub case: usize,
    pub got: Got,
}

#[derive(Debug, Clone)]
pub enum Got {
    Value(Value),
    /// Received from a closed channel, or sent into one.
    Closed,
    Sent,
    Time,
}

/// One case of a `select`; a plain operation is a `select` with one.
#[derive(Debug, Clone)]
pub enum Case {
    Receive(ChanKey),
    Send(ChanKey, Value),
    After(Duration),
}

/// `context.cancelCtx`, `timerCtx`
#[derive(Debug, Default)]
pub struct Context {
    pub parent: Option<ContextKey>,
    /// By serial number, so in order of making; in Go they lie in a map.
    pub children: BTreeMap<u64, ContextKey>,
    pub serial: u64,
    /// What `Done()` returns; made when somebody asks.
    pub done: Option<ChanKey>,
    pub cancelled: bool,
    pub deadline: Option<Time>,
    pub timer: Option<TimerKey>,
    /// Goroutines that were started with it.
    pub users: u32,
    /// Nobody but those who were started with it has hold of it.
    pub dropped: bool,
}

/// What happens when a timer fires (G14).
#[derive(Debug)]
pub enum Fire {
    /// A sleeper goes on, or a `select` with this case.
    Wake(GKey, usize),
    /// `go cancel()`
    Cancel(ContextKey),
    /// A system call returns (G21).
    Return(GKey),
    /// `time.AfterFunc(d, f)`: `go f()`
    Go(GKey),
}

/// `sync.WaitGroup` with the one goroutine that waits on it.
#[derive(Debug, Default)]
pub struct WaitGroup {
    pub count: usize,
    pub waiter: Option<GKey>,
}

/// `errgroup.Group` with its context.
#[derive(Debug)]
pub struct Group {
    pub context: ContextKey,
    /// The context outside.
    pub outside: Option<ContextKey>,
    pub wg: WaitGroup,
    /// The first failure.
    pub error: Option<Raise>,
}

/// A `timeout` block or a `scope`: a context and the one outside.
#[derive(Debug)]
pub struct Deadline {
    pub context: ContextKey,
    pub outside: Option<ContextKey>,
}

/// A `gather` or a `settle`: a slice of outcomes.
#[derive(Debug)]
pub struct Gather {
    pub wg: WaitGroup,
    pub outcomes: Vec<Option<Outcome>>,
    /// Who failed first.
    pub first: Option<usize>,
}

/// A `race` or an `as_completed`: a channel of results with room for all of them.
#[derive(Debug)]
pub struct Results {
    pub channel: ChanKey,
    pub outcomes: Vec<Option<Outcome>>,
    /// Results that were not taken.
    pub left: usize,
    /// Children that have not ended.
    pub running: usize,
    pub deadline: Option<ContextKey>,
    /// Nobody asks any more.
    pub dropped: bool,
}
