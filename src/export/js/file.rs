//! A program as a module of Node: what it says of itself, helpers, declarations, tasks, `main`.

use std::collections::BTreeSet;

use crate::export::items::{beginning, ordered, word};
use crate::export::js::prelude::{HELPERS, Helper};
use crate::export::js::program::Js;
use crate::export::scenario::Scenario;
use crate::export::signs::is_hidden;
use crate::export::writer::Writer;
use crate::lang::ast::{Block, Ident, Item, ObjectArgument, ObjectItem, ObjectKind};

pub fn export(scenario: &Scenario) -> Vec<(String, String)> {
    let mut js = Js::new(scenario);
    js.items();
    let run = if js.is_virtual() || js.daemons {
        format!("{}(main);", js.needs("run"))
    } else {
        "main();".to_string()
    };
    js.out.gap();
    if js.offloaded.is_empty() {
        js.out.line(run);
    } else {
        let functions: Vec<String> = js.offloaded.iter().cloned().collect();
        js.out.line(format!("if (isMainThread) {run}"));
        js.out.line(format!("else serve({{ {} }});", functions.join(", ")));
    }
    let text = module(&js);
    vec![(format!("{}.js", scenario.request.name), text)]
}

/// Puts the top above what was written.
fn module(js: &Js) -> String {
    let mut out = Writer::new("  ");
    header(js, &mut out);
    out.line("'use strict';");
    let (mut wanted, mut harness) = (BTreeSet::new(), BTreeSet::new());
    let mut todo: Vec<&str> = js.used().into_iter().collect();
    while let Some(name) = todo.pop() {
        let helper: Option<&Helper> = HELPERS.iter().find(|helper| helper.name == name);
        match helper {
            Some(helper) if helper.harness && js.is_virtual() => {
                harness.insert(name);
            }
            Some(helper) if wanted.insert(name) => todo.extend(helper.needs),
            Some(_) => {}
            // What only a harness has: the draws.
            None => {
                harness.insert(name);
            }
        }
    }
    if !harness.is_empty() {
        out.gap();
        let names: Vec<&str> = harness.into_iter().collect();
        out.line(format!("const {{ {} }} = require('./harness.js');", names.join(", ")));
    }
    for helper in HELPERS.iter().filter(|helper| wanted.contains(helper.name)) {
        out.gap();
        out.line(helper.text.trim_end());
    }
    out.gap();
    let body = js.out.clone().finish();
    format!("{}{}", out.finish(), body.trim_start_matches('\n'))
}

/// What the scenario says of itself.
fn header(js: &Js, out: &mut Writer) {
    let request = js.scenario.request;
    let mut parts: Vec<String> =
        [request.title, request.story].iter().map(|text| text.trim().to_string()).collect();
    parts.push(js.scenario.story.header().join("\n"));
    parts.retain(|part| !part.is_empty());
    parts.dedup();
    let text = parts.join("\n\n");
    for line in text.lines() {
        let clean: String =
            line.chars().map(|sign| if sign.is_control() || is_hidden(sign) { ' ' } else { sign }).collect();
        out.line(format!("// {clean}").trim_end());
    }
    out.gap();
}

impl<'a> Js<'_, 'a> {
    fn items(&mut self) {
        let file = self.scenario.request.file;
        let mut above = "";
        for item in ordered(&file.items) {
            let kind = word(item);
            if kind == "task" || kind == "main" || kind != above {
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
                self.declaration("const", name, value.span, text);
            }
            Item::Shared { name, value } => {
                let text = self.expr(value, 0);
                self.declaration("let", name, value.span, text);
            }
            Item::Metric { name } => self.declaration("const", name, name.span, "[]".to_string()),
            Item::Object(object) => self.object(object),
            Item::Task { name, params, body } => {
                let signal = self.takes_signal(&name.name);
                let name = self.name(&name.name);
                self.function(&name, params, body, signal);
            }
            Item::Main { body, .. } => self.function("main", &[], body, false),
        }
    }

    fn declaration(&mut self, word: &str, name: &'a Ident, span: crate::source::Span, text: String) {
        let name = self.name(&name.name);
        let remarks = self.scenario.story.beside(span);
        self.told(format!("{word} {name} = {text};"), &remarks);
    }

    fn object(&mut self, item: &'a ObjectItem) {
        let one = self.made(item);
        let text = match &item.count {
            Some(count) => format!("Array.from({{ length: {} }}, () => {one})", self.expr(count, 0)),
            None => one,
        };
        let name = self.name(&item.name.name);
        let mut remarks = Vec::new();
        if item.processes {
            remarks.push("threads, which share nothing either".to_string());
        }
        if item.inherit {
            remarks.push("priority inheritance: there is none here".to_string());
        }
        remarks.extend(self.scenario.story.beside(item.span));
        self.told(format!("const {name} = {text};"), &remarks);
    }

    fn made(&mut self, item: &'a ObjectItem) -> String {
        let argument = match &item.argument {
            Some(ObjectArgument::Value(value)) => self.expr(value, 0),
            Some(ObjectArgument::Unbounded(_)) | None => String::new(),
        };
        let class = match item.kind {
            ObjectKind::Resource => {
                self.needs("Semaphore");
                "Resource"
            }
            ObjectKind::Lock => "Lock",
            ObjectKind::Semaphore => "Semaphore",
            ObjectKind::RwLock => "ReadWriteLock",
            ObjectKind::Channel => "Channel",
            ObjectKind::Event => "Event",
            ObjectKind::Condition => "Condition",
            ObjectKind::Barrier => "Barrier",
            ObjectKind::Future => "Future",
            ObjectKind::Workers => "Pool",
        };
        format!("new {}({argument})", self.needs(class))
    }

    /// An async function.
    fn function(&mut self, name: &str, params: &'a [Ident], body: &'a Block, signal: bool) {
        self.enter(body);
        let depth = self.locals.depth();
        let mut names: Vec<String> = params.iter().map(|param| self.declare(param, false)).collect();
        if signal {
            names.push("signal".to_string());
        }
        self.signal = signal;
        self.out.line(format!("async function {name}({}) {{", names.join(", ")));
        let before = self.names.clone();
        self.body(body);
        self.names = before;
        self.out.line("}");
        self.forget(depth);
        self.signal = false;
    }
}
