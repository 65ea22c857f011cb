//! A program as a Python module: what it says of itself, imports, helpers, declarations, tasks, `main`.

use crate::export::items::{beginning, ordered, word};
use crate::export::names::Names;
use crate::export::python::asyncio::Asyncio;
use crate::export::python::module::{Mode, Python, Words};
use crate::export::python::names::RESERVED;
use crate::export::python::plain::{is_awaited, plain_tasks};
use crate::export::python::threads::Threads;
use crate::export::python::top::module;
use crate::export::python::trio::Trio;
use crate::export::scenario::Scenario;
use crate::export::target::Target;
use crate::export::types::Type;
use crate::export::writer::Writer;
use crate::lang::ast::{Block, ExprKind, Ident, Item, ObjectArgument, ObjectItem, ObjectKind, StatementKind};
use crate::lang::walk::{Node, walk};

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
    if scenario.target != Target::Threads {
        scenario.refuse_mixed_blocks();
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
                    ExprKind::Spawn(spawn) => match spawn.on.as_ref().map(|on| &on.kind) {
                        Some(ExprKind::Name(name)) => drop(self.loops.insert(name)),
                        // It may be any of them.
                        Some(_) => self.loops.extend(self.scenario.declarations.values()),
                        None => {}
                    },
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
            let kind = word(item);
            if kind == "task" || kind == "main" {
                self.out.gap();
                self.out.line("");
            } else if kind != above {
                self.out.gap();
            }
            above = kind;
            let comments = self.scenario.story.before(beginning(item, self.scenario.request.text));
            self.comments(&comments);
            self.item(item);
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
