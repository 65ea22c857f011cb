//! What is known while a program is written: where we are, which names are whose, which helpers are needed.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::export::names::Names;
use crate::export::rust::words::{RESERVED, Ways, channel_name, is_copy, type_name};
use crate::export::scenario::Scenario;
use crate::export::types::Type;
use crate::export::writer::Writer;
use crate::lang::ast::{Argument, Expr, ExprKind, Item, ObjectKind};
use crate::lang::declarations::What;
use crate::lang::walk::{Node, walk};
use crate::source::Span;

/// An async block, or the function itself: what `return` and `break` have to cross.
#[derive(Debug, Clone, Copy)]
pub struct Context {
    /// Loops that were opened in it.
    pub loops: usize,
    /// The function itself.
    pub outermost: bool,
}

pub struct Generator<'a> {
    pub scenario: &'a Scenario<'a>,
    pub out: Writer,
    pub needs: RefCell<BTreeSet<&'static str>>,
    /// Rust's names for the variables in sight, innermost last.
    pub locals: Vec<(String, String)>,
    /// Rust's names for what is declared at the top.
    pub globals: BTreeMap<String, String>,
    pub contexts: Vec<Context>,
    /// What the task that is written returns.
    pub returns: Type,
    /// The group whose braces we are in.
    pub groups: Vec<Option<String>>,
    /// Tasks that lead back to themselves: their futures are boxed.
    pub recursive: BTreeSet<String>,
    /// Tasks that are left out: nobody starts them, and nothing says what they would be given.
    pub idle: BTreeSet<String>,
    pub ways: Ways,
    temporaries: usize,
}

impl<'a> Generator<'a> {
    pub fn new(scenario: &'a Scenario<'a>) -> Generator<'a> {
        let mut names = Names::new(RESERVED.iter().copied());
        let mut globals = BTreeMap::new();
        for declared in scenario.declarations.iter() {
            let name = &declared.name.name;
            let wanted = match declared.what {
                What::Task(..) | What::Metric(_) => name.clone(),
                What::Param | What::Shared(_) | What::Object(_) => name.to_uppercase(),
            };
            let wanted = wanted.trim_start_matches('_').to_string();
            let wanted = if wanted.is_empty() { "UNNAMED".to_string() } else { wanted };
            globals.insert(name.clone(), names.take(&wanted));
        }
        let mut generator = Generator {
            scenario,
            out: Writer::new("    "),
            needs: RefCell::default(),
            locals: Vec::new(),
            globals,
            contexts: Vec::new(),
            returns: Type::None,
            groups: Vec::new(),
            recursive: recursive(scenario),
            idle: idle(scenario),
            ways: Ways::default(),
            temporaries: 0,
        };
        generator.ways = generator.ways();
        generator
    }

    pub fn need(&self, piece: &'static str) {
        self.needs.borrow_mut().insert(piece);
    }

    /// A name for something the program has no name for.
    pub fn temporary(&mut self, stem: &str) -> String {
        self.temporaries += 1;
        format!("{stem}_{}", self.temporaries)
    }

    pub fn type_of(&self, expr: &Expr) -> Type {
        self.scenario.facts.expr(expr)
    }

    pub fn type_name(&self, kind: &Type) -> String {
        match kind {
            Type::Results(_) => self.need("results"),
            Type::Group => self.need("group"),
            Type::Scope => self.need("scope"),
            Type::Future(_) => self.need("promise"),
            _ => {}
        }
        type_name(kind, &self.ways)
    }

    /// Declares a variable and gives its name in Rust.
    pub fn declare(&mut self, name: &str) -> String {
        let taken = RESERVED.contains(&name) || self.globals.values().any(|global| global == name);
        let rust = if taken { format!("{name}_") } else { name.to_string() };
        self.locals.push((name.to_string(), rust.clone()));
        rust
    }

    pub fn local(&self, name: &str) -> Option<&str> {
        self.locals.iter().rev().find(|(known, _)| known == name).map(|(_, rust)| rust.as_str())
    }

    pub fn refuse(&self, span: Span, what: &str, why: &str, way_out: &str) {
        self.scenario.refuse(span, what, why, way_out);
    }

    /// Comments of the program.
    pub fn comment(&mut self, lines: &[String]) {
        for line in lines {
            self.out.line(format!("// {line}").trim_end());
        }
    }

    /// Reads a place as a value of its own.
    pub fn read(&self, place: String, kind: &Type) -> String {
        if is_copy(kind) { place } else { format!("{place}.clone()") }
    }

    fn ways(&self) -> Ways {
        let mut ways = Ways { channels: self.channels(), ..Ways::default() };
        for item in &self.scenario.request.file.items {
            match item {
                Item::Object(object) => ways.by_hand |= object.kind == ObjectKind::Condition,
                Item::Task { body, .. } | Item::Main { body, .. } => walk(body, &mut |node| {
                    let Node::Expr(expr) = node else { return };
                    match &expr.kind {
                        ExprKind::Method { object, name, .. } => {
                            let lock = self.type_of(object) == Type::Object(ObjectKind::Lock);
                            let by_hand = matches!(name.name.as_str(), "acquire" | "release" | "locked");
                            ways.by_hand |= lock && by_hand;
                        }
                        ExprKind::Spawn(spawn) => ways.dealt |= spawn.on.is_some(),
                        _ => {}
                    }
                }),
                Item::Param { .. } | Item::Shared { .. } | Item::Metric { .. } => {}
            }
        }
        ways
    }

    /// The channels that are declared: of what, and what they are called.
    fn channels(&self) -> Vec<(Type, &'static str)> {
        let declared = self.scenario.constants.objects.iter();
        let channels = declared.filter(|decl| decl.kind == ObjectKind::Channel).filter_map(|decl| {
            let name = decl.name.split('[').next().unwrap_or_default();
            match self.scenario.facts.global(name) {
                Type::Channel(of) => Some(((*of).clone(), channel_name(decl.size))),
                Type::List(array) => match &*array {
                    Type::Channel(of) => Some(((**of).clone(), channel_name(decl.size))),
                    _ => None,
                },
                _ => None,
            }
        });
        channels.collect()
    }
}

/// The place of `main` among the names of tasks.
const MAIN: &str = "";

/// Whom each task, and `main`, calls or spawns.
fn leads<'s>(scenario: &'s Scenario<'_>) -> BTreeMap<&'s str, BTreeSet<&'s str>> {
    let mut leads: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for item in &scenario.request.file.items {
        let (name, body) = match item {
            Item::Task { name, body, .. } => (name.name.as_str(), body),
            Item::Main { body, .. } => (MAIN, body),
            Item::Param { .. } | Item::Shared { .. } | Item::Metric { .. } | Item::Object(_) => continue,
        };
        let to = leads.entry(name).or_default();
        walk(body, &mut |node| {
            let Node::Expr(expr) = node else { return };
            match &expr.kind {
                ExprKind::Call { callee, arguments } => {
                    to.insert(callee.name.as_str());
                    let named = arguments.iter().filter_map(|argument| match argument {
                        Argument::Value(value) | Argument::Each { value, .. } => Some(value),
                        Argument::Named { .. } => None,
                    });
                    to.extend(named.filter_map(|value| match &value.kind {
                        ExprKind::Call { callee, .. } => Some(callee.name.as_str()),
                        _ => None,
                    }));
                }
                ExprKind::Spawn(spawn) => {
                    to.insert(spawn.callee.name.as_str());
                }
                _ => {}
            }
        });
    }
    leads
}

/// All that calls and spawns lead to from here.
fn reached<'s>(leads: &BTreeMap<&'s str, BTreeSet<&'s str>>, start: &str) -> BTreeSet<&'s str> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut todo: Vec<&str> = leads.get(start).into_iter().flatten().copied().collect();
    while let Some(name) = todo.pop() {
        if seen.insert(name) {
            todo.extend(leads.get(name).into_iter().flatten());
        }
    }
    seen
}

/// Tasks from which calls and spawns lead back to themselves.
fn recursive(scenario: &Scenario<'_>) -> BTreeSet<String> {
    let leads = leads(scenario);
    let back = |name: &&&str| reached(&leads, name).contains(**name);
    leads.keys().filter(back).map(|name| (*name).to_string()).collect()
}

/// Tasks that nobody ever starts, if what they are given has no type for that reason.
fn idle(scenario: &Scenario<'_>) -> BTreeSet<String> {
    let leads = leads(scenario);
    let started = reached(&leads, MAIN);
    let idle: BTreeSet<String> = leads
        .keys()
        .filter(|name| **name != MAIN && !started.contains(**name))
        .map(|name| (*name).to_string())
        .collect();
    let untyped =
        |name: &String| scenario.facts.task(name).is_some_and(|task| task.params.contains(&Type::Unknown));
    if idle.iter().any(untyped) { idle } else { BTreeSet::new() }
}
