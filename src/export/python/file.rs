//! A program as a Python module: what it says of itself, imports, helpers, declarations, tasks, `main`.

use std::collections::{BTreeMap, BTreeSet};

use crate::export::names::Names;
use crate::export::python::asyncio::Asyncio;
use crate::export::python::helpers::{Helper, MODULES, SHARED};
use crate::export::python::names::RESERVED;
use crate::export::python::python::{Mode, Python};
use crate::export::python::threads::Threads;
use crate::export::python::trio::Trio;
use crate::export::python::words::Words;
use crate::export::scenario::Scenario;
use crate::export::target::Target;
use crate::export::types::{TaskFacts, Type};
use crate::export::walk::{Node, walk};
use crate::export::writer::Writer;
use crate::lang::ast::{
    Argument, Block, Expr, ExprKind, Ident, Item, ObjectArgument, ObjectItem, ObjectKind, StatementKind,
};
use crate::lang::program::Combinator;
use crate::lang::vocabulary::{Function, function};

pub fn export(scenario: &Scenario) -> Vec<(String, String)> {
    let threads = Threads { asked: asked(scenario) };
    let trio = Trio::of(scenario);
    let words: &dyn Words = match scenario.target {
        Target::Threads => &threads,
        Target::Trio => &trio,
        Target::Asyncio | Target::Js | Target::Go | Target::Tokio => &Asyncio,
    };
    let mut py = Python::new(scenario, words, Names::new(RESERVED.iter().copied()));
    for problem in words.refused(&py) {
        scenario.refusals.add(problem);
    }
    py.look_around();
    py.items();
    let metrics = py.metrics();
    py.out.gap();
    py.out.gap();
    py.out.line("");
    words.run(&mut py, &metrics);
    let text = module(&py);
    vec![(format!("{}.py", scenario.request.name), text)]
}

/// Names of `concurrent.futures`.
const CONCURRENT: &[&str] = &[
    "FIRST_COMPLETED",
    "FIRST_EXCEPTION",
    "Future",
    "ProcessPoolExecutor",
    "ThreadPoolExecutor",
    "as_completed",
    "wait",
];

/// Have tasks to know who they are: is any of them cancelled, or asked for?
fn asked(scenario: &Scenario) -> bool {
    let mut found = scenario.facts.cancels;
    for body in bodies(&scenario.request.file.items) {
        walk(body, &mut |node| {
            found |= match node {
                Node::Statement(statement) => match &statement.kind {
                    StatementKind::Scope { .. } | StatementKind::FailCancelled => true,
                    StatementKind::Try { cancelled, .. } => cancelled.is_some(),
                    _other => false,
                },
                Node::Expr(expr) => match &expr.kind {
                    ExprKind::Call { callee, .. } => {
                        matches!(callee.name.as_str(), "current_task" | "id" | "cancelled")
                    }
                    ExprKind::Method { name, .. } => name.name == "cancelled",
                    _other => false,
                },
            };
        });
    }
    found
}

/// Puts the top above what was written.
fn module(py: &Python) -> String {
    let mut out = Writer::new("    ");
    out.line(docstring(py));
    let (mut modules, mut helpers, mut harness) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut concurrent: BTreeSet<&str> = BTreeSet::new();
    let mut todo: Vec<&str> = py.used().into_iter().collect();
    let all = || SHARED.iter().chain(py.words.helpers());
    while let Some(name) = todo.pop() {
        let helper: Option<&Helper> = all().find(|helper| helper.name == name);
        match helper {
            _ if py.is_virtual()
                && (name == "time" || name == "Duration" || name == "draw" || name == "run") =>
            {
                harness.insert(name);
            }
            Some(helper) if py.is_virtual() && helper.harness => {
                harness.insert(name);
            }
            Some(helper) if helpers.insert(name) => todo.extend(helper.needs),
            Some(_) => {}
            None if CONCURRENT.contains(&name) => {
                concurrent.insert(name);
            }
            None if MODULES.contains(&name) => {
                modules.insert(format!("import {name}"));
            }
            None => {}
        }
    }
    if !modules.is_empty() || !harness.is_empty() || !concurrent.is_empty() {
        out.gap();
    }
    modules.iter().for_each(|line: &String| out.line(line));
    if !concurrent.is_empty() {
        let names: Vec<&str> = concurrent.into_iter().collect();
        out.line(format!("from concurrent.futures import {}", names.join(", ")));
    }
    if !harness.is_empty() {
        let names: Vec<&str> = harness.into_iter().collect();
        out.line(format!("from harness import {}", names.join(", ")));
    }
    if helpers.contains("poisson") || py.used().contains("random") {
        out.gap();
        out.line(format!("random.seed({})", py.scenario.request.seed));
    }
    for helper in all().filter(|helper| helpers.contains(helper.name)) {
        out.gap();
        out.line("");
        out.line(helper.text.trim_end());
    }
    out.gap();
    out.line("");
    let body = py.out.clone().finish();
    format!("{}{}", out.finish(), body.trim_start_matches('\n'))
}

/// What the scenario says of itself.
fn docstring(py: &Python) -> String {
    let request = py.scenario.request;
    let mut parts: Vec<String> =
        [request.title, request.story].iter().map(|text| text.trim().to_string()).collect();
    parts.push(py.scenario.story.header().join("\n"));
    parts.retain(|part| !part.is_empty());
    parts.dedup();
    if parts.is_empty() {
        parts.push(request.name.to_string());
    }
    let text = parts.join("\n\n").replace('\\', "\\\\").replace('"', "\\\"");
    let text: String =
        text.chars().map(|sign| if sign.is_control() && sign != '\n' { ' ' } else { sign }).collect();
    let lines: Vec<String> = text.split('\n').flat_map(|line| wrapped(line, 100)).collect();
    match &lines[..] {
        [line] => format!("\"\"\"{line}\"\"\""),
        _ => format!("\"\"\"{}\n\"\"\"", lines.join("\n")),
    }
}

/// A line of text as lines that are not too long; what is set apart stays as it is.
fn wrapped(line: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in line.split_inclusive(' ') {
        let last = lines.last_mut().expect("there is always one");
        if last.chars().count() + word.trim_end().chars().count() > width && !last.is_empty() {
            lines.push(word.to_string());
        } else {
            last.push_str(word);
        }
    }
    lines.iter().map(|line| line.trim_end().to_string()).collect()
}

impl<'a> Python<'_, 'a> {
    /// What of the whole program has to be known before its first line is written.
    fn look_around(&mut self) {
        let file = self.scenario.request.file;
        let facts = &self.scenario.facts;
        let rendezvous = |object: &crate::lang::program::ObjectDecl| {
            object.kind == ObjectKind::Channel && object.size == Some(0)
        };
        self.own_channels = facts.closes || self.scenario.constants.objects.iter().any(rendezvous);
        for body in bodies(&file.items) {
            walk(body, &mut |node| match node {
                Node::Expr(expr) => match &expr.kind {
                    ExprKind::Cancel(target) => self.cancels_groups |= facts.expr(target) == Type::Group,
                    ExprKind::Spawn(spawn) => self.on_pools |= spawn.on.is_some(),
                    _other => {}
                },
                Node::Statement(statement) => {
                    if let StatementKind::Assign { name, index: Some(_), .. } = &statement.kind {
                        self.edited_globals.insert(&name.name);
                    }
                }
            });
        }
        let plain = plain_tasks(&file.items);
        for item in &file.items {
            let name = match item {
                Item::Param { name, .. } | Item::Shared { name, .. } | Item::Metric { name } => name,
                Item::Object(object) => &object.name,
                Item::Task { name, .. } => name,
                Item::Main { .. } => continue,
            };
            let python = self.names.take(&name.name);
            self.globals.insert(&name.name, python);
        }
        for (name, mode) in plain {
            let as_task = facts.task(name).is_some_and(is_awaited);
            let python = match as_task {
                true if mode == Mode::Thread => self.names.take(&format!("{name}_in_thread")),
                true => self.names.take(&format!("{name}_now")),
                false => self.globals.get(name).cloned().unwrap_or_default(),
            };
            self.plain.insert(name, (python, mode));
        }
    }

    fn metrics(&self) -> Vec<(String, String)> {
        let metrics = self.scenario.declarations.metrics();
        metrics.filter_map(|name| Some((name.to_string(), self.globals.get(name)?.clone()))).collect()
    }

    fn items(&mut self) {
        let file = self.scenario.request.file;
        let mut above = "";
        for item in ordered(&file.items) {
            let (start, kind) = match item {
                Item::Param { name, .. } => (name.span.start, "param"),
                Item::Shared { name, .. } => (name.span.start, "shared"),
                Item::Metric { name } => (name.span.start, "metric"),
                Item::Object(object) => (object.span.start, "object"),
                Item::Task { name, .. } => (name.span.start, "task"),
                Item::Main { span, .. } => (span.start, "main"),
            };
            if kind == "task" || kind == "main" {
                self.out.gap();
                self.out.line("");
            } else if kind != above {
                self.out.gap();
            }
            above = kind;
            let start = self.word_before(start, kind);
            let comments = self.scenario.story.before(start);
            self.comments(&comments);
            self.item(item);
        }
    }

    /// Where the declaration begins whose name begins here: at its word.
    fn word_before(&self, start: u32, kind: &str) -> u32 {
        let text = self.scenario.request.text.get(..start as usize).unwrap_or("");
        match kind {
            "object" | "main" => start,
            word => match text.trim_end().strip_suffix(word) {
                Some(rest) => rest.len() as u32,
                None => start,
            },
        }
    }

    fn item(&mut self, item: &'a Item) {
        match item {
            Item::Param { name, value } => {
                let text = match self.scenario.request.params.get(&name.name) {
                    Some(value) => self.constant(value),
                    None => self.expr(value, 0),
                };
                self.declaration(name, value.span, text);
            }
            Item::Shared { name, value } => {
                let text = self.expr(value, 0);
                self.declaration(name, value.span, text);
            }
            Item::Metric { name } => self.declaration(name, name.span, "[]".to_string()),
            Item::Object(object) => self.object(object),
            Item::Task { name, params, body } => {
                let facts = self.scenario.facts.task(&name.name);
                let plain = self.plain.get(name.name.as_str()).cloned();
                let as_task =
                    plain.is_none() || facts.is_some_and(|task| task.called || task.spawned || task.on_pool);
                if as_task {
                    let python = self.name(&name.name);
                    self.function(&python, params, body, Mode::Task);
                }
                if let Some((python, mode)) = plain {
                    if as_task {
                        self.out.gap();
                        self.out.line("");
                    }
                    self.function(&python, params, body, mode);
                }
            }
            Item::Main { body, .. } => self.function("main", &[], body, Mode::Task),
        }
    }

    fn declaration(&mut self, name: &'a Ident, span: crate::source::Span, text: String) {
        let name = self.name(&name.name);
        let remarks = self.scenario.story.beside(span);
        self.told(format!("{name} = {text}"), &remarks);
    }

    fn object(&mut self, item: &'a ObjectItem) {
        let made = self.made(item);
        let text = if self.words.is_late(item) { "None".to_string() } else { made };
        let name = self.name(&item.name.name);
        let mut remarks = Vec::new();
        if self.words.is_late(item) {
            remarks.push("made in main".to_string());
        }
        if item.inherit {
            remarks.push("priority inheritance: there is none here".to_string());
        }
        remarks.extend(self.scenario.story.beside(item.span));
        self.told(format!("{name} = {text}"), &remarks);
    }

    fn made(&mut self, item: &'a ObjectItem) -> String {
        let argument = match &item.argument {
            Some(ObjectArgument::Value(value)) => {
                let size = self.scenario.constants.objects.iter().find(|object| object.span == item.span);
                match size.and_then(|object| object.size) {
                    // Elsewhere no room is said by another word, or means no limit.
                    Some(0) => Some("0".to_string()),
                    _ => Some(self.expr(value, 0)),
                }
            }
            Some(ObjectArgument::Unbounded(_)) | None => None,
        };
        let one = self.words.object(self, item, argument);
        match &item.count {
            Some(count) => format!("[{one} for _ in range({})]", self.expr(count, 0)),
            None => one,
        }
    }

    /// A task, or the function that does not wait of one.
    fn function(&mut self, python: &str, params: &'a [Ident], body: &'a Block, mode: Mode) {
        self.enter(body);
        self.mode = mode;
        let depth = self.locals.depth();
        let params: Vec<(String, bool)> = params
            .iter()
            .map(|name| (self.declare(name, false), self.edited.contains(name.name.as_str())))
            .collect();
        let before = std::mem::replace(&mut self.out, Writer::new("    "));
        let late: Vec<(String, String)> = if python == "main" { self.late() } else { Vec::new() };
        let edited: Vec<String> =
            params.iter().filter(|(_, edited)| *edited).map(|(name, _)| name.clone()).collect();
        self.body_after(body, |py| {
            for (name, made) in &late {
                py.assigned.insert(name.clone());
                py.out.line(format!("{name} = {made}"));
            }
            for name in edited {
                py.out.line(format!("{name} = list({name})"));
            }
        });
        let written = std::mem::replace(&mut self.out, before).finish();
        let word = if self.words.is_async() && mode == Mode::Task { "async def" } else { "def" };
        let names: Vec<String> = params.into_iter().map(|(name, _)| name).collect();
        self.out.line(format!("{word} {python}({}):", names.join(", ")));
        if !self.assigned.is_empty() {
            let names: Vec<&str> = self.assigned.iter().map(String::as_str).collect();
            self.out.line(format!("    global {}", names.join(", ")));
        }
        self.out.line(written.trim_end_matches('\n'));
        self.forget(depth);
        self.mode = Mode::Task;
    }

    /// Objects that are made when the runtime is up.
    fn late(&mut self) -> Vec<(String, String)> {
        let file = self.scenario.request.file;
        let mut made = Vec::new();
        for item in &file.items {
            if let Item::Object(item) = item
                && self.words.is_late(item)
            {
                made.push((self.name(&item.name.name), self.made(item)));
            }
        }
        made
    }
}

fn bodies(items: &[Item]) -> impl Iterator<Item = &Block> {
    items.iter().filter_map(|item| match item {
        Item::Task { body, .. } | Item::Main { body, .. } => Some(body),
        Item::Param { .. } | Item::Shared { .. } | Item::Metric { .. } | Item::Object(_) => None,
    })
}

/// Conditions come behind their locks.
fn ordered(items: &[Item]) -> impl Iterator<Item = &Item> {
    let is_condition =
        |item: &&Item| matches!(item, Item::Object(object) if object.kind == ObjectKind::Condition);
    let is_body = |item: &&Item| matches!(item, Item::Task { .. } | Item::Main { .. });
    let early = items.iter().filter(move |item| !is_condition(item) && !is_body(item));
    let conditions = items.iter().filter(is_condition);
    early.chain(conditions).chain(items.iter().filter(is_body))
}

/// Is it written as a task?
fn is_awaited(task: &TaskFacts) -> bool {
    task.called || task.spawned || task.on_pool
}

/// Tasks that run where nothing can be awaited, and those they call.
fn plain_tasks(items: &[Item]) -> BTreeMap<&str, Mode> {
    let mut calls: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut todo: Vec<(&str, Mode)> = Vec::new();
    for item in items {
        let (name, body) = match item {
            Item::Task { name, body, .. } => (name.name.as_str(), body),
            Item::Main { body, .. } => ("", body),
            Item::Param { .. } | Item::Shared { .. } | Item::Metric { .. } | Item::Object(_) => continue,
        };
        walk(body, &mut |node| {
            let Node::Expr(expr) = node else { return };
            match &expr.kind {
                ExprKind::Await(inner) => calls.entry(name).or_default().extend(called(inner)),
                ExprKind::Call { callee, arguments } => todo.extend(job(callee, arguments)),
                _other => {}
            }
        });
    }
    let mut found: BTreeMap<&str, Mode> = BTreeMap::new();
    while let Some((name, mode)) = todo.pop() {
        // A thread can do less than a callback: what suits it suits both.
        let before = found.get(name).copied();
        if before.is_none() || (before == Some(Mode::Callback) && mode == Mode::Thread) {
            found.insert(name, mode);
            todo.extend(calls.get(name).into_iter().flatten().map(|callee| (*callee, mode)));
        }
    }
    found
}

fn called(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Call { callee, .. } if function(&callee.name).is_none() => Some(&callee.name),
        _other => None,
    }
}

/// The task that a pool or a callback is given.
fn job<'a>(callee: &Ident, arguments: &'a [Argument]) -> Option<(&'a str, Mode)> {
    let (at, mode) = match function(&callee.name).map(|word| word.means) {
        Some(Function::Combinator(Combinator::Offload)) => (1, Mode::Thread),
        Some(Function::Callback(_)) => (0, Mode::Callback),
        Some(Function::Sleep | Function::Io | Function::Builtin(_) | Function::Combinator(_)) | None => {
            return None;
        }
    };
    match arguments.get(at) {
        Some(Argument::Value(value)) => Some((called(value)?, mode)),
        _ => None,
    }
}
