//! The module that is being written: its lines, its names, and which helpers it needs.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::export::js::names::RESERVED;
use crate::export::names::Names;
use crate::export::scenario::Scenario;
use crate::export::signs::is_hidden;
use crate::export::target::Clock;
use crate::export::types::Type;
use crate::export::writer::Writer;
use crate::lang::ast::{
    Argument, Block, Expr, ExprKind, Ident, Item, SelectArm, SelectArmKind, StatementKind,
};
use crate::lang::sight::Sight;
use crate::lang::walk::{Node, walk};

/// Columns of a line and the remark behind it, indentation aside.
const WIDTH: usize = 90;

/// A variable of the function that is written.
#[derive(Debug, Clone)]
pub struct Local {
    pub js: String,
    /// It counts up, from 0 or more: an index that is there.
    pub counts: bool,
}

pub struct Js<'s, 'a> {
    pub scenario: &'s Scenario<'a>,
    pub out: Writer,
    used: RefCell<BTreeSet<&'static str>>,
    /// Names at the top of the module: of the scenario, and what they are here.
    pub globals: BTreeMap<&'a str, String>,
    /// Names that are taken where we are.
    pub names: Names,
    pub locals: Sight<'a, Local>,
    /// Variables of the function that are assigned after their `let`.
    pub changed: BTreeSet<&'a str>,
    /// Lists of which an element is changed somewhere.
    pub edited: BTreeSet<&'a str>,
    /// Something is aborted somewhere: waits take signals.
    pub signals: bool,
    /// A handle is more than a promise: it is cancelled or asked.
    pub handles: bool,
    pub daemons: bool,
    /// A `signal` is in sight where we are.
    pub signal: bool,
    /// The groups we are in, innermost last.
    pub groups: Vec<String>,
    /// What is run on threads.
    pub offloaded: BTreeSet<String>,
    /// The error of the `catch cancelled` we are in.
    pub caught: Option<String>,
}

impl<'s, 'a> Js<'s, 'a> {
    pub fn new(scenario: &'s Scenario<'a>) -> Js<'s, 'a> {
        let mut js = Js {
            scenario,
            out: Writer::new("  "),
            used: RefCell::default(),
            globals: BTreeMap::new(),
            names: Names::new(RESERVED.iter().copied()),
            locals: Sight::default(),
            changed: BTreeSet::new(),
            edited: BTreeSet::new(),
            signals: false,
            handles: false,
            daemons: false,
            signal: false,
            groups: Vec::new(),
            offloaded: BTreeSet::new(),
            caught: None,
        };
        js.look_around();
        js
    }

    /// What of the whole program has to be known before its first line is written.
    fn look_around(&mut self) {
        let file = self.scenario.request.file;
        for item in &file.items {
            let (Item::Task { body, .. } | Item::Main { body, .. }) = item else { continue };
            walk(body, &mut |node| match node {
                Node::Statement(statement) => match &statement.kind {
                    StatementKind::Timeout { .. }
                    | StatementKind::Scope { .. }
                    | StatementKind::Group { .. } => self.signals = true,
                    StatementKind::Assign { name, index: Some(_), .. } => {
                        self.edited.insert(&name.name);
                    }
                    // A handle in a `select` is asked whether it has ended.
                    StatementKind::Select { arms } => self.handles |= arms.iter().any(is_join),
                    _other => {}
                },
                Node::Expr(expr) => self.look_at(expr),
            });
        }
        self.handles |= self.signals || self.daemons;
        for item in &file.items {
            let name = match item {
                Item::Param { name, .. } | Item::Shared { name, .. } | Item::Metric { name } => name,
                Item::Object(object) => &object.name,
                Item::Task { name, .. } => name,
                Item::Main { .. } => continue,
            };
            let js = self.names.take(&name.name);
            self.globals.insert(&name.name, js);
        }
    }

    fn look_at(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Cancel(_) => self.signals = true,
            ExprKind::Call { callee, .. } => {
                self.signals |= matches!(callee.name.as_str(), "race" | "wait_for");
            }
            ExprKind::Method { object, name, .. } => {
                let asks = matches!(name.name.as_str(), "done" | "cancelled");
                let future = matches!(self.kind(object).some(), Type::Future(_));
                self.handles |= asks && !future;
            }
            ExprKind::Spawn(spawn) => self.daemons |= spawn.daemon,
            _other => {}
        }
    }

    /// The helper is needed; its name.
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

    pub fn kind(&self, expr: &Expr) -> Type {
        self.scenario.facts.expr(expr)
    }

    /// Does a task take a signal?
    pub fn takes_signal(&self, task: &str) -> bool {
        self.signals && self.scenario.facts.task(task).is_some_and(|task| task.suspends)
    }

    /// The arguments of a call, with the signal where there is one.
    pub fn with_signal(&self, mut given: Vec<String>) -> String {
        if self.signal {
            given.push("signal".to_string());
        }
        given.join(", ")
    }

    /// `signal`, or what stands for none.
    pub fn signal_or_none(&self) -> &'static str {
        if self.signal { "signal" } else { "undefined" }
    }

    // ── names ─────────────────────────────────────────────────────────────

    /// A variable is declared: by `let`, `for`, `catch`, as a parameter.
    pub fn declare(&mut self, name: &'a Ident, counts: bool) -> String {
        let js = self.names.take(&name.name);
        let counts = counts && !self.changed.contains(name.name.as_str());
        self.locals.push(&name.name, Local { js: js.clone(), counts });
        js
    }

    /// Forgets what was declared since `depth`.
    pub fn forget(&mut self, depth: usize) {
        while self.locals.depth() > depth {
            if let Some(local) = self.locals.pop() {
                self.names.give_back(&local.js);
            }
        }
    }

    /// What a name of the scenario is called here.
    pub fn name(&self, name: &str) -> String {
        match self.locals.get(name) {
            Some(local) => local.js.clone(),
            None => self.globals.get(name).cloned().unwrap_or_else(|| name.to_string()),
        }
    }

    /// Begins a function: which variables it changes is known from its body.
    pub fn enter(&mut self, body: &'a Block) {
        self.changed = BTreeSet::new();
        walk(body, &mut |node| {
            let Node::Statement(statement) = node else { return };
            if let StatementKind::Assign { name, index: None, .. } = &statement.kind {
                self.changed.insert(&name.name);
            }
        });
        self.groups = Vec::new();
        self.caught = None;
    }

    /// `const`, or `let` for a variable that is assigned again.
    pub fn word(&self, name: &str) -> &'static str {
        if self.changed.contains(name) { "let" } else { "const" }
    }

    // ── comments ──────────────────────────────────────────────────────────

    pub fn comments(&mut self, lines: &[String]) {
        for line in lines {
            self.out.line(format!("// {line}").trim_end());
        }
    }

    /// Behind the last line, or if that becomes too long above it.
    pub fn told(&mut self, text: String, lines: &[String]) {
        let lines: Vec<&str> = lines.iter().map(String::as_str).filter(|line| !line.is_empty()).collect();
        let remark = lines.join("; ").replace(|sign| sign == '\n' || sign == '\r' || is_hidden(sign), " ");
        if remark.is_empty() {
            self.out.line(text);
        } else if text.chars().count() + remark.chars().count() > WIDTH || text.contains('\n') {
            self.out.line(format!("// {remark}"));
            self.out.line(text);
        } else {
            self.out.line(format!("{text} // {remark}"));
        }
    }
}

/// The value of an argument, however it is written.
pub fn value(argument: &Argument) -> &Expr {
    let (Argument::Value(value) | Argument::Named { value, .. } | Argument::Each { value, .. }) = argument;
    value
}

fn is_join(arm: &SelectArm) -> bool {
    match &arm.kind {
        SelectArmKind::Await { value, .. } => !matches!(value.kind, ExprKind::Method { .. }),
        SelectArmKind::After { .. } => false,
    }
}
