//! The items of a program in their order: declarations, tasks, `main`.

use std::collections::BTreeMap;

use crate::export::go::closures::{Escapes, ends_with_return};
use crate::export::go::golang::{Frame, Golang, assigned, go_name};
use crate::export::go::helpers::reserved;
use crate::export::go::needs::{Needs, Task};
use crate::export::go::values::go_type;
use crate::export::go::whole::PACKAGES;
use crate::export::names::Names;
use crate::export::scenario::Scenario;
use crate::export::types::Type;
use crate::export::writer::Writer;
use crate::lang::ast::{Block, Ident, Item};
use crate::source::Span;

#[rustfmt::skip]
const RESERVED: &[&str] = &[
    "break", "case", "chan", "const", "continue", "default", "defer", "else", "fallthrough", "for", "func",
    "go", "goto", "if", "import", "interface", "map", "package", "range", "return", "select", "struct",
    "switch", "type", "var", "any", "append", "bool", "byte", "cap", "clear", "close", "comparable",
    "complex", "copy", "delete", "error", "false", "float64", "imag", "init", "int", "int64", "iota", "len",
    "main", "make", "max", "min", "new", "nil", "panic", "print", "println", "real", "recover", "rune",
    "string", "true", "uint64", "ctx", "err", "run", "cosim", "_",
];

pub fn export(scenario: &Scenario) -> Vec<(String, String)> {
    scenario.refuse_conflicts();
    let taken = RESERVED.iter().copied().chain(reserved()).chain(PACKAGES.iter().map(|(name, _)| *name));
    let mut go = Golang {
        scenario,
        needs: Needs::of(scenario),
        out: Writer::new("\t"),
        names: Names::new(taken.chain(["harness"])),
        globals: BTreeMap::new(),
        scopes: Vec::new(),
        frames: Vec::new(),
        loops: Vec::new(),
        selects: 0,
        assigned: Vec::new(),
        read: Vec::new(),
        groups: Vec::new(),
    };
    go.globals();
    go.items();
    let text = go.finished();
    vec![(format!("{}.go", scenario.request.name), text)]
}

impl Golang<'_> {
    fn globals(&mut self) {
        let values = self.scenario.declarations.values().chain(self.scenario.declarations.tasks());
        let mut names: Vec<String> = values.map(str::to_string).collect();
        names.sort_by_key(|name| self.scenario.declarations.get(name).map(|d| d.name.span.start));
        for name in names {
            let go = self.names.take(&go_name(&name));
            self.globals.insert(name, go);
        }
    }

    pub fn task_name(&self, name: &str) -> String {
        self.globals.get(name).cloned().unwrap_or_default()
    }

    fn items(&mut self) {
        let file = self.scenario.request.file;
        let base = self.names.clone();
        for item in &file.items {
            match item {
                Item::Param { name, value } => {
                    self.above(name.span.start, value.span);
                    self.param(name);
                }
                Item::Shared { name, value } => {
                    self.above(name.span.start, value.span);
                    self.shared(name);
                }
                Item::Metric { .. } => {}
                Item::Object(object) => {
                    self.above(object.span.start, object.span);
                    self.object(object);
                }
                Item::Task { name, params, body } => {
                    self.names = base.clone();
                    self.out.gap();
                    self.comments_before(name.span.start.saturating_sub(5));
                    self.task(name, params, body);
                }
                Item::Main { span, body } => {
                    self.names = base.clone();
                    self.out.gap();
                    self.comments_before(span.start);
                    self.main(body);
                }
            }
        }
    }

    /// Comments above a declaration whose keyword stands before `place`.
    fn above(&mut self, place: u32, span: Span) {
        let text = self.scenario.request.text;
        let line = text.get(..place as usize).and_then(|text| text.rfind('\n')).map_or(0, |at| at + 1);
        let indent = text.get(line..).map_or(0, |rest| rest.len() - rest.trim_start().len());
        self.comments_before((line + indent) as u32);
        for line in self.scenario.story.beside(span) {
            self.line(format!("// {line}").trim_end());
        }
    }

    // ── tasks ─────────────────────────────────────────────────────────────

    fn task(&mut self, name: &Ident, params: &[Ident], body: &Block) {
        let facts = self.scenario.facts.task(&name.name).cloned();
        let types = facts.map(|facts| facts.params).unwrap_or_default();
        let returns = self.task_returns(&name.name);
        let task = self.needs.task(&name.name);
        self.assigned = assigned(body);
        self.scope();
        let mut list = Vec::new();
        if self.ctx() && task.waits {
            list.push(self.ctx_param().to_string());
        }
        for (n, param) in params.iter().enumerate() {
            let ty = types.get(n).cloned().unwrap_or(Type::Unknown);
            let variable = self.declare(param, ty.clone());
            list.push(format!("{} {}", variable.go, go_type(&ty)));
        }
        let gives = match (returns == Type::None, task.fails) {
            (true, false) => String::new(),
            (true, true) => " error".to_string(),
            (false, false) => format!(" {}", go_type(&returns)),
            (false, true) => format!(" ({}, error)", go_type(&returns)),
        };
        self.line(format!("func {}({}){gives} {{", self.task_name(&name.name), list.join(", ")));
        self.body(body, returns, task);
        self.leave_scope();
    }

    fn body(&mut self, body: &Block, returns: Type, task: Task) {
        self.frames = vec![Frame::Task { returns: returns.clone(), fails: task.fails }];
        self.out.indent();
        let mark = self.out.mark();
        self.block(body);
        let ended = ends_with_return(self.out.since(mark));
        if !ended && (task.fails || returns != Type::None) {
            self.give(None);
        }
        self.out.dedent();
        self.line("}");
    }

    fn main(&mut self, body: &Block) {
        let task = self.needs.main;
        self.assigned = assigned(body);
        let split = task.fails || Escapes::of(body).returns;
        let ctx = if self.ctx() { "context.Background()" } else { "" };
        if split {
            let fails = if task.fails { " error" } else { "" };
            self.line("func main() {");
            self.line(if task.fails {
                format!("\tif err := run({ctx}); err != nil {{\n\t\tfatal(err)\n\t}}")
            } else {
                format!("\trun({ctx})")
            });
            self.line("\ttasks.Wait()");
            self.line("}");
            self.out.gap();
            self.line(format!("func run({}){fails} {{", self.ctx_param()));
            return self.body(body, Type::None, task);
        }
        self.line("func main() {");
        self.frames = vec![Frame::Task { returns: Type::None, fails: false }];
        self.out.indent();
        self.block(body);
        self.line("tasks.Wait()");
        self.out.dedent();
        self.line("}");
    }
}
