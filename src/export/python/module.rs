//! The module that is being written: its lines, its names, which helpers it needs; and what differs
//! between Python's runtimes, a method a word.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Diagnostic;
use crate::export::names::Names;
use crate::export::python::helpers::Helper;
use crate::export::python::words::{Child, Limit, When};
use crate::export::scenario::Scenario;
use crate::export::target::Clock;
use crate::export::types::Type;
use crate::export::writer::Writer;
use crate::lang::ast::{Block, Expr, Ident, ObjectItem, SelectArm, Spawn, StatementKind};
use crate::lang::program::Combinator;
use crate::lang::sight::Sight;
use crate::lang::walk::{Node, walk};

/// A variable of the function that is written.
#[derive(Debug, Clone)]
pub struct Local {
    /// What it is called in Python.
    pub python: String,
    /// It is known never to be negative.
    pub counts: bool,
    /// It was worked out from what the clock said.
    pub reads_the_clock: bool,
}

/// Which exception is being handled where we are.
#[derive(Debug, Clone, PartialEq)]
pub enum Handler {
    Cancelled,
    /// `catch e`, by its name in the scenario.
    Failure(String),
}

/// What a function is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Task,
    /// It is called by the runtime, and cannot wait.
    Callback,
    /// It runs on a thread of a pool.
    Thread,
}

pub struct Python<'s, 'a> {
    pub scenario: &'s Scenario<'a>,
    pub words: &'s dyn Words,
    pub out: Writer,
    /// Modules and helpers that are used.
    used: RefCell<BTreeSet<&'static str>>,
    /// Names at the top of the module: of the scenario, and what they are in Python.
    pub globals: BTreeMap<&'a str, String>,
    /// Tasks as functions that do not wait: for callbacks, and for threads of a pool.
    pub plain: BTreeMap<&'a str, (String, Mode)>,
    /// Names that are taken where we are.
    pub names: Names,
    pub locals: Sight<'a, Local>,
    /// `shared` variables the function assigns.
    pub assigned: BTreeSet<String>,
    /// Variables of the function that are assigned after their `let`.
    pub changed: BTreeSet<&'a str>,
    /// Lists of which the function changes elements: they are its own.
    pub edited: BTreeSet<&'a str>,
    /// `shared` lists of which some task changes elements.
    pub edited_globals: BTreeSet<&'a str>,
    /// The pool of the `spawn` that is written.
    pub pool: Option<String>,
    /// It is one of processes.
    pub in_process: bool,
    /// Nobody wants the value of the expression that is written.
    pub dropped: bool,
    /// Channels are of a class of ours: some are closed, or have no room.
    pub own_channels: bool,
    /// Some group is cancelled.
    pub cancels_groups: bool,
    /// Pools on which tasks are spawned.
    pub loops: BTreeSet<&'a str>,
    /// The groups we are in, innermost last.
    pub groups: Vec<String>,
    pub handler: Option<Handler>,
    /// Blocks around us, of which Python allows twenty.
    pub nesting: usize,
    /// The sign around strings: another inside a hole.
    pub quote: char,
    /// What the function that is written is.
    pub mode: Mode,
}

impl<'s, 'a> Python<'s, 'a> {
    pub fn new(scenario: &'s Scenario<'a>, words: &'s dyn Words, names: Names) -> Python<'s, 'a> {
        Python {
            scenario,
            words,
            out: Writer::new("    "),
            used: RefCell::default(),
            globals: BTreeMap::new(),
            plain: BTreeMap::new(),
            names,
            locals: Sight::default(),
            assigned: BTreeSet::new(),
            changed: BTreeSet::new(),
            edited: BTreeSet::new(),
            edited_globals: BTreeSet::new(),
            pool: None,
            in_process: false,
            dropped: false,
            own_channels: false,
            cancels_groups: false,
            loops: BTreeSet::new(),
            groups: Vec::new(),
            handler: None,
            nesting: 0,
            quote: '"',
            mode: Mode::Task,
        }
    }

    /// The helper or module is needed; its name.
    pub fn needs(&self, name: &'static str) -> &'static str {
        self.used.borrow_mut().insert(name);
        name
    }

    pub fn used(&self) -> BTreeSet<&'static str> {
        self.used.borrow().clone()
    }

    pub fn is_virtual(&self) -> bool {
        self.scenario.clock == Clock::Virtual
    }

    /// `await x`, where that is written.
    pub fn awaited(&self, text: String) -> String {
        if self.words.is_async() && self.mode == Mode::Task { format!("await {text}") } else { text }
    }

    pub fn kind(&self, expr: &Expr) -> Type {
        self.scenario.facts.expr(expr)
    }

    // ── names ─────────────────────────────────────────────────────────────

    /// A variable is declared: by `let`, `for`, `catch`, as a parameter.
    pub fn declare(&mut self, name: &'a Ident, counts: bool) -> String {
        let python = self.names.take(&name.name);
        let counts = counts && !self.changed.contains(name.name.as_str());
        self.locals.push(&name.name, Local { python: python.clone(), counts, reads_the_clock: false });
        python
    }

    /// Forgets what was declared since `depth`.
    pub fn forget(&mut self, depth: usize) {
        while self.locals.depth() > depth {
            if let Some(local) = self.locals.pop() {
                self.names.give_back(&local.python);
            }
        }
    }

    /// What a name of the scenario is called here.
    pub fn name(&self, name: &str) -> String {
        match self.locals.get(name) {
            Some(local) => local.python.clone(),
            None => self.globals.get(name).cloned().unwrap_or_else(|| name.to_string()),
        }
    }

    /// Begins a function: which variables it changes is known from its body.
    pub fn enter(&mut self, body: &'a Block) {
        (self.changed, self.edited) = (BTreeSet::new(), BTreeSet::new());
        walk(body, &mut |node| {
            let Node::Statement(statement) = node else { return };
            if let StatementKind::Assign { name, index, .. } = &statement.kind {
                self.changed.insert(&name.name);
                if index.is_some() {
                    self.edited.insert(&name.name);
                }
            }
        });
        self.assigned = BTreeSet::new();
        self.groups = Vec::new();
        self.handler = None;
    }

    // ── comments ──────────────────────────────────────────────────────────

    pub fn comments(&mut self, lines: &[String]) {
        for line in lines {
            self.out.line(format!("# {line}").trim_end());
        }
    }

    /// Behind the last line, or if that becomes too long above it.
    pub fn told(&mut self, text: String, lines: &[String]) {
        let lines: Vec<&str> = lines.iter().map(String::as_str).filter(|line| !line.is_empty()).collect();
        let remark = lines.join("; ").replace(['\n', '\r'], " ");
        if remark.is_empty() {
            self.out.line(text);
        } else if text.chars().count() + remark.chars().count() > WIDTH || text.contains('\n') {
            self.out.line(format!("# {remark}"));
            self.out.line(text);
        } else {
            self.out.line(format!("{text}  # {remark}"));
        }
    }
}

/// Columns of a line and the remark behind it, indentation aside.
const WIDTH: usize = 84;

/// A runtime of Python. Methods that give a `String` give an expression that binds like a call, with
/// its `await` left to the caller (`Python::awaited`) unless they say otherwise.
pub trait Words {
    /// Is a task an `async def`, and is `await` written?
    fn is_async(&self) -> bool;

    /// The exception of a cancellation; `None` where there is none.
    fn cancelled(&self) -> Option<&'static str>;

    /// The helpers of this runtime; those all share are in `helpers.rs`.
    fn helpers(&self) -> &'static [Helper];

    /// What cannot be said at all, found before anything is written.
    fn refused(&self, _py: &Python) -> Vec<Diagnostic> {
        Vec::new()
    }

    /// `asyncio.Semaphore(10)`; `argument` is what stands in its parentheses.
    fn object(&self, py: &Python, item: &ObjectItem, argument: Option<String>) -> String;

    /// Has it to be made when the runtime is up, at the beginning of `main`?
    fn is_late(&self, item: &ObjectItem) -> bool;

    /// What is awaited: `asyncio.sleep(0.01)`.
    fn sleep(&self, py: &Python, d: &str) -> String;

    /// What is awaited: `asyncio.sleep(0)`.
    fn pause(&self, py: &Python) -> String;

    /// A value: the handle.
    fn spawn(&self, py: &Python, spawn: &Spawn, call: Child, group: Option<&str>) -> String;

    /// A value: what was awaited, `await` included where it is written.
    fn join(&self, py: &Python, handle: &str, kind: &Type) -> String;

    /// A value: was it taken?
    fn cancel(&self, py: &Python, target: &str, kind: &Type) -> String;

    /// All but `offload`; what is awaited, or for `as_completed` the value.
    fn combine(&self, py: &Python, with: Combinator, children: Vec<Child>, timeout: Option<&str>) -> String;

    /// What is awaited.
    fn offload(&self, py: &Python, pool: &str, call: Child) -> String;

    /// A method; what is awaited if it suspends.
    fn method(&self, py: &Python, object: &str, kind: &Type, name: &str, arguments: &[String]) -> String;

    fn current_task(&self, py: &Python) -> String;

    fn id(&self, py: &Python) -> String;

    /// `future()`
    fn future(&self, py: &Python) -> String;

    /// `failed(v)` and `cancelled(v)` of what `settle` gave.
    fn was_cancelled(&self, py: &Python, value: &str) -> String;

    fn call_back(&self, py: &Python, when: When, call: Child) -> String;

    /// `for await name in over { body }`
    fn for_await<'a>(&self, py: &mut Python<'_, 'a>, name: &'a Ident, over: &'a Expr, body: &'a Block);

    /// The header of `with x { }`.
    fn with(&self, py: &Python, object: &str) -> String;

    fn group<'a>(&self, py: &mut Python<'_, 'a>, name: Option<&'a Ident>, body: &'a Block);

    /// `timeout d { } else { }`, `scope s { } else { }`
    fn timeout<'a>(
        &self,
        py: &mut Python<'_, 'a>,
        limit: Limit<'a>,
        body: &'a Block,
        otherwise: Option<&'a Block>,
    );

    fn select<'a>(&self, py: &mut Python<'_, 'a>, arms: &'a [SelectArm]);

    /// The end of the module: runs `main`, and sums up the metrics: their names, and what they are called.
    fn run(&self, py: &mut Python<'_, '_>, metrics: &[(String, String)]);
}
