//! What the library keeps of each task, and of what they are inside of: plain data, moved by the files above.

use std::collections::VecDeque;
use std::rc::Rc;

use slotmap::DefaultKey;

use crate::runtimes::keys;
use crate::runtimes::textbook::scheduler::Place;
use crate::runtimes::textbook::waiters::{Waiter, lasts};
use crate::sim::kernel::Kernel;
use crate::sim::task::Token;
use crate::sim::trace::CauseKind;
use crate::time::Time;
use crate::value::{Failure, ObjectId, Outcome, ScopeId, TaskId};

/// What the library notes about a task, beside the kernel's record. A run may have millions: it is half a line of the
/// processor's cache, and lies in one.
#[derive(Debug, Default)]
#[repr(align(32))]
pub struct TaskState {
    /// The group, gather, … it was started in, as which of its children: the first to be told when it ends.
    pub child_of: Option<(ScopeKey, u32)>,
    /// Why it waits, or waited last.
    waits: Option<CauseKind>,
    /// What for.
    on: What,
    which: [u32; 2],
    /// The run lasts until it has ended.
    pub counted: bool,
    /// It runs on a pool's thread from start to end.
    pub job: bool,
    pub extra: Option<Box<Extra>>,
}

/// What only some tasks need.
#[derive(Debug, Default)]
pub struct Extra {
    /// Requests to cancel it that it has not seen yet.
    pub pending: u32,
    /// It has yet to see the last of them.
    pub foreign_pending: bool,
    /// An interruption is on its way: it was woken by it and has not run yet.
    pub interrupted: bool,
    /// It was cancelled when the run came to its end, which waits for its clean-up.
    pub closing: bool,
    /// To be told after that, in this order.
    pub watchers: Vec<Watcher>,
    /// The timeouts and groups its body is inside of, outermost first.
    pub scopes: Vec<ScopeKey>,
    /// The locks with priority inheritance it holds.
    pub held: Vec<ObjectId>,
    /// How often requests to cancel it have reached it.
    pub delivered: u32,
    /// Such requests by others than the timeouts and groups it is inside of.
    pub foreign: u32,
    /// How urgent it was before anybody lent it urgency.
    pub own_priority: i32,
}

/// What a wait is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    Time,
    Object(ObjectId),
    Task(TaskId),
    /// The tasks of a group, a gather, …
    Scope(ScopeKey),
    /// Several things at once.
    Arms,
}

/// The kind of an [`On`]; which one it is stands aside, in two words.
#[derive(Debug, Clone, Copy, Default)]
enum What {
    #[default]
    Time,
    Object,
    Task,
    Scope,
    Arms,
}

#[derive(Debug, Clone, Copy)]
pub enum Watcher {
    Joins(Waiter),
    /// It is a child of this scope, the one with this number.
    Child(ScopeKey, u32),
}

impl TaskState {
    /// Why it waits, or waited last, and what for.
    pub fn wait(&self) -> Option<(CauseKind, On)> {
        let [first, second] = self.which;
        let on = match self.on {
            What::Time => On::Time,
            What::Object => On::Object(ObjectId(first)),
            What::Task => On::Task(TaskId { slot: first, serial: second }),
            What::Scope => On::Scope(keys::of_scope(ScopeId { slot: first, serial: second })),
            What::Arms => On::Arms,
        };
        self.waits.map(|kind| (kind, on))
    }

    #[inline(always)]
    pub fn waits_for(&mut self, kind: CauseKind, on: On) {
        self.waits = Some(kind);
        self.on = match on {
            On::Time => What::Time,
            On::Arms => What::Arms,
            On::Object(ObjectId(object)) => {
                self.which = [object, 0];
                What::Object
            }
            On::Task(task) => {
                self.which = [task.slot, task.serial];
                What::Task
            }
            On::Scope(scope) => {
                let ScopeId { slot, serial } = keys::scope(scope);
                self.which = [slot, serial];
                What::Scope
            }
        };
    }

    /// It goes on with the interruption that has ended its wait.
    pub fn interruption_seen(&mut self) {
        let extra = self.extra();
        extra.interrupted = false;
        extra.foreign_pending = false;
    }

    pub fn extra(&mut self) -> &mut Extra {
        self.extra.get_or_insert_default()
    }

    /// All requests made so far reach it now.
    pub fn deliver(&mut self) {
        let extra = self.extra();
        extra.pending = 0;
        extra.foreign_pending = false;
        extra.delivered = extra.delivered.wrapping_add(1);
    }

    /// Requests to cancel it that it has not seen yet.
    #[inline]
    pub fn pending(&self) -> u32 {
        self.extra.as_ref().map_or(0, |extra| extra.pending)
    }

    /// How often requests have reached it.
    pub fn delivered(&self) -> u32 {
        self.extra.as_ref().map_or(0, |extra| extra.delivered)
    }

    /// How many were made by others than the timeouts and groups it is inside of.
    pub fn foreign(&self) -> u32 {
        self.extra.as_ref().map_or(0, |extra| extra.foreign)
    }

    /// The timeouts and groups it is inside of.
    pub fn scopes(&self) -> &[ScopeKey] {
        self.extra.as_ref().map_or(&[], |extra| &extra.scopes)
    }
}

impl Extra {
    pub fn watch(&mut self, kernel: &Kernel, watcher: Watcher) {
        // A `select` in a loop must not fill the list of a task that goes on for long.
        if self.watchers.len() >= 64 && self.watchers.len().is_power_of_two() {
            self.watchers.retain(|watcher| match watcher {
                Watcher::Joins(waiter) => lasts(kernel, waiter.token),
                Watcher::Child(..) => true,
            });
        }
        self.watchers.push(watcher);
    }
}

/// A request a timeout or a group has made to the task whose block it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// It has reached the task.
    Delivered,
    /// It has not, as long as the task has been reached by no more than so many.
    Pending(u32),
}

pub type ScopeKey = DefaultKey;

/// Something open that is told when tasks end or deadlines pass.
#[derive(Debug)]
pub enum Scope {
    Timeout(Timeout),
    Group(Box<Group>),
    /// The children of a gather, race, …
    Several(Box<Several>),
    /// A callback that waits for its time, and where it is to run.
    Later(TaskId, Place),
}

impl Scope {
    pub fn children(&self) -> Vec<TaskId> {
        match self {
            Scope::Several(several) => several.children.clone(),
            Scope::Group(group) => group.children.clone(),
            Scope::Timeout(_) | Scope::Later(..) => Vec::new(),
        }
    }

    /// The pool an offloaded task runs on.
    pub fn pool(&self) -> Option<ObjectId> {
        match self {
            Scope::Several(several) => several.pool,
            Scope::Group(_) | Scope::Timeout(_) | Scope::Later(..) => None,
        }
    }
}

#[derive(Debug)]
pub struct Timeout {
    pub task: TaskId,
    /// Set at the deadline.
    pub request: Option<Request>,
    /// The requests from elsewhere the task had had when it entered.
    pub foreign: u32,
}

#[derive(Debug)]
pub struct Group {
    /// The task whose block it is.
    pub body: TaskId,
    pub children: Vec<TaskId>,
    pub left: usize,
    /// In the order in which they happened.
    pub failures: Vec<Rc<Failure>>,
    /// Everything inside has been cancelled: nothing more may start.
    pub aborting: bool,
    /// The body has been left.
    pub exiting: bool,
    /// Whoever left it was cancelled.
    pub cancelled: bool,
    /// Made to the body when something else failed.
    pub request: Option<Request>,
    pub foreign: u32,
    pub waiter: Option<Token>,
}

/// When is it enough?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// When all have ended, or one has failed.
    All,
    /// When all have ended.
    Settled,
    /// When any has.
    Any,
}

#[derive(Debug)]
pub struct Several {
    pub rule: Rule,
    pub children: Vec<TaskId>,
    pub outcomes: Vec<Option<Outcome>>,
    /// Those that have ended and whose outcome nobody has taken, in that order.
    pub ended: VecDeque<usize>,
    pub left: usize,
    /// The first to fail.
    pub failed: Option<usize>,
    pub waiter: Option<Token>,
    /// Of `as_completed`.
    pub deadline: Option<Time>,
    /// Of `offload`.
    pub pool: Option<ObjectId>,
}

impl Several {
    pub fn new(rule: Rule) -> Several {
        Several {
            rule,
            children: Vec::new(),
            outcomes: Vec::new(),
            ended: VecDeque::new(),
            left: 0,
            failed: None,
            waiter: None,
            deadline: None,
            pool: None,
        }
    }

    pub fn is_enough(&self) -> bool {
        match self.rule {
            Rule::All => self.left == 0 || self.failed.is_some(),
            Rule::Settled => self.left == 0,
            Rule::Any => self.left == 0 || !self.ended.is_empty(),
        }
    }

    /// Notes how a child ended; whoever is to be woken for it.
    pub fn child_ended(&mut self, n: usize, outcome: &Outcome) -> Option<Token> {
        self.outcomes[n] = Some(outcome.clone());
        self.ended.push_back(n);
        self.left -= 1;
        if outcome.is_err() && self.failed.is_none() {
            self.failed = Some(n);
        }
        if self.is_enough() { self.waiter.take() } else { None }
    }

    /// The outcome of the first to have ended, of those not taken yet.
    pub fn take_first(&mut self) -> Option<Outcome> {
        self.ended.pop_front().and_then(|n| self.outcomes[n].take())
    }
}
