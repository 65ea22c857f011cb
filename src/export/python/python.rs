//! The module that is being written: its lines, its names, and which helpers it needs.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::export::names::Names;
use crate::export::python::words::Words;
use crate::export::scenario::Scenario;
use crate::export::target::Clock;
use crate::export::types::Type;
use crate::export::walk::{Node, walk};
use crate::export::writer::Writer;
use crate::lang::ast::{Block, Expr, Ident, StatementKind};
use crate::lang::sight::Sight;

/// A variable of the function that is written.
#[derive(Debug, Clone)]
pub struct Local {
    /// What it is called in Python.
    pub python: String,
    /// It is known never to be negative.
    pub counts: bool,
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
    /// Nobody wants the value of the expression that is written.
    pub dropped: bool,
    /// Channels are of a class of ours: some are closed, or have no room.
    pub own_channels: bool,
    /// Some group is cancelled.
    pub cancels_groups: bool,
    /// Some task is spawned `on` a pool.
    pub on_pools: bool,
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
            dropped: false,
            own_channels: false,
            cancels_groups: false,
            on_pools: false,
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
        self.locals.push(&name.name, Local { python: python.clone(), counts });
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
