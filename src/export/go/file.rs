//! A program as a Go file: what it says of itself, imports, declarations, tasks, `main`, helpers.

use std::collections::BTreeMap;

use crate::export::go::golang::{Frame, Golang, UNREAD, assigned, go_name};
use crate::export::go::helpers::{code, reserved, used};
use crate::export::go::needs::{Needs, Task};
use crate::export::go::values::{go_type, literal};
use crate::export::names::Names;
use crate::export::scenario::Scenario;
use crate::export::types::Type;
use crate::export::writer::Writer;
use crate::lang::ast::{Block, Ident, Item, ObjectArgument, ObjectItem, ObjectKind};
use crate::source::Span;
use crate::value::Value;

const RESERVED: &[&str] = &[
    "break",
    "case",
    "chan",
    "const",
    "continue",
    "default",
    "defer",
    "else",
    "fallthrough",
    "for",
    "func",
    "go",
    "goto",
    "if",
    "import",
    "interface",
    "map",
    "package",
    "range",
    "return",
    "select",
    "struct",
    "switch",
    "type",
    "var",
    "any",
    "append",
    "bool",
    "byte",
    "cap",
    "clear",
    "close",
    "comparable",
    "complex",
    "copy",
    "delete",
    "error",
    "false",
    "float64",
    "imag",
    "init",
    "int",
    "int64",
    "iota",
    "len",
    "main",
    "make",
    "max",
    "min",
    "new",
    "nil",
    "panic",
    "print",
    "println",
    "real",
    "recover",
    "rune",
    "string",
    "true",
    "uint64",
    "ctx",
    "err",
    "run",
    "cosim",
    "_",
];

/// Packages, by the name a program uses.
const PACKAGES: &[(&str, &str)] = &[
    ("context", "context"),
    ("errors", "errors"),
    ("fmt", "fmt"),
    ("math", "math"),
    ("rand", "math/rand/v2"),
    ("os", "os"),
    ("reflect", "reflect"),
    ("runtime", "runtime"),
    ("slices", "slices"),
    ("strconv", "strconv"),
    ("strings", "strings"),
    ("sync", "sync"),
    ("syscall", "syscall"),
    ("time", "time"),
    ("utf8", "unicode/utf8"),
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

    fn param(&mut self, name: &Ident) {
        let ty = self.scenario.facts.global(&name.name);
        let value = self.scenario.constants.values.get(&name.name).cloned().unwrap_or_default();
        let listed = matches!(value, Value::List(_) | Value::None);
        let word = if listed { "var" } else { "const" };
        let go = self.task_name(&name.name);
        let text = literal(&value, &ty);
        self.line(match (&value, &ty) {
            (Value::None, _) | (_, Type::Optional(_)) => format!("var {go} {} = {text}", go_type(&ty)),
            (Value::Duration(0), _) => format!("{word} {go} time.Duration = 0"),
            _ => format!("{word} {go} = {text}"),
        });
    }

    fn shared(&mut self, name: &Ident) {
        let ty = self.scenario.facts.global(&name.name);
        let found = self.scenario.constants.shared.iter().find(|(shared, _)| *shared == name.name);
        let value = found.map(|(_, value)| value.clone()).unwrap_or_default();
        let text = literal(&value, &ty);
        self.line(format!("var {} {} = {text}", self.task_name(&name.name), go_type(&ty)));
    }

    fn object(&mut self, item: &ObjectItem) {
        let go = self.task_name(&item.name.name);
        let ty = self.scenario.facts.global(&item.name.name);
        let (one, count) = match (&ty, &item.count) {
            (Type::List(one), Some(_)) => (one.as_ref().clone(), true),
            _ => (ty.clone(), false),
        };
        let declared = self.scenario.constants.values.get(&item.name.name).cloned();
        let ids: Vec<u32> = match &declared {
            Some(Value::Object(id)) => vec![id.0],
            Some(Value::List(items)) => items
                .iter()
                .filter_map(|item| match item {
                    Value::Object(id) => Some(id.0),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        let size = ids.first().and_then(|id| self.scenario.constants.objects.get(*id as usize));
        let size = size.and_then(|object| object.size);
        let new = self.new_object(item, &one, size);
        self.line(if count {
            let one = go_type(&one);
            format!("var {go} = array({}, func() {one} {{ return {new} }})", ids.len())
        } else {
            format!("var {go} = {new}")
        });
    }

    fn new_object(&self, item: &ObjectItem, ty: &Type, size: Option<u64>) -> String {
        let n = size.unwrap_or(1);
        match item.kind {
            ObjectKind::Lock => "new(sync.Mutex)".to_string(),
            ObjectKind::RwLock => "new(sync.RWMutex)".to_string(),
            ObjectKind::Resource => format!("newSemaphore({n}, 0)"),
            ObjectKind::Workers => {
                // Of processes or of threads: goroutines compute side by side in one process.
                format!("newSemaphore({n}, 0)")
            }
            ObjectKind::Semaphore => {
                format!("newSemaphore({n}, {})", if self.needs.releases { "1 << 12" } else { "0" })
            }
            ObjectKind::Channel => {
                let room = match (size, &item.argument) {
                    (Some(0), _) => String::new(),
                    (Some(n), _) => format!(", {n}"),
                    // Go has no channel without bounds.
                    (None, Some(ObjectArgument::Unbounded(_)) | None) => ", 1<<16".to_string(),
                    (None, Some(ObjectArgument::Value(_))) => String::new(),
                };
                format!("make({}{room})", go_type(ty))
            }
            ObjectKind::Event => "newEvent()".to_string(),
            ObjectKind::Condition => {
                let lock = match &item.argument {
                    Some(ObjectArgument::Value(lock)) => self.lock_of(lock),
                    Some(ObjectArgument::Unbounded(_)) | None => String::new(),
                };
                format!("sync.NewCond({lock})")
            }
            ObjectKind::Barrier => format!("newBarrier({n})"),
            ObjectKind::Future => match ty {
                Type::Future(of) => format!("newFuture[{}]()", go_type(of)),
                _ => "newFuture[none]()".to_string(),
            },
        }
    }

    /// The lock of a condition: a name, or an element of an array.
    fn lock_of(&self, lock: &crate::lang::ast::Expr) -> String {
        use crate::lang::ast::ExprKind;
        match &lock.kind {
            ExprKind::Name(name) => self.task_name(name),
            ExprKind::Index { object, index } => match (&object.kind, &index.kind) {
                (ExprKind::Name(name), ExprKind::Int(n)) => format!("{}[{n}]", self.task_name(name)),
                _ => String::new(),
            },
            _other => String::new(),
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
        let ended = crate::export::go::closures::ends_with_return(self.out.since(mark));
        if !ended && (task.fails || returns != Type::None) {
            self.give(None);
        }
        self.out.dedent();
        self.line("}");
    }

    fn main(&mut self, body: &Block) {
        let task = self.needs.main;
        self.assigned = assigned(body);
        let split = task.fails || crate::export::go::closures::Escapes::of(body).returns;
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

    // ── the whole ─────────────────────────────────────────────────────────

    fn finished(&mut self) -> String {
        let body = declarations_apart(&simpler(&self.resolved()));
        let helpers = used(&body, &self.needs, self.is_virtual());
        let mut out = String::new();
        let header = self.header();
        out.push_str(&header);
        let name = self.scenario.request.name;
        out.push_str(&if self.is_virtual() {
            format!("package {name}\n\n")
        } else {
            "package main\n\n".to_string()
        });
        let code = code(&format!("{body}\n{}", helpers.join("\n")));
        out.push_str(&self.imports(&code));
        if self.is_virtual() {
            out.push_str(&format!("func init() {{ harness.Register(\"{name}\", main) }}\n\n"));
        }
        out.push_str(body.trim_matches('\n'));
        out.push('\n');
        for helper in helpers {
            out.push('\n');
            out.push_str(&helper);
            out.push('\n');
        }
        out
    }

    fn header(&self) -> String {
        let request = self.scenario.request;
        let mut lines: Vec<String> = Vec::new();
        for text in [request.title, request.story] {
            lines.extend(text.lines().map(str::to_string));
        }
        lines.extend(self.scenario.story.header().iter().cloned());
        let lines: Vec<String> =
            lines.iter().map(|line| format!("// {line}").trim_end().to_string()).collect();
        if lines.is_empty() { String::new() } else { format!("{}\n\n", lines.join("\n")) }
    }

    fn imports(&self, code: &str) -> String {
        let uses = |name: &str| {
            code.match_indices(&format!("{name}."))
                .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.'))
        };
        let ours = |path: &str| {
            if self.is_virtual() && matches!(path, "time" | "context") {
                format!("cosim/{path}")
            } else {
                path.to_string()
            }
        };
        let mut paths: Vec<String> =
            PACKAGES.iter().filter(|(name, _)| uses(name)).map(|(_, path)| ours(path)).collect();
        if self.is_virtual() {
            paths.push("cosim/harness".to_string());
        }
        paths.sort();
        match paths.as_slice() {
            [] => String::new(),
            [one] => format!("import \"{one}\"\n\n"),
            several => {
                let lines: Vec<String> = several.iter().map(|path| format!("\t\"{path}\"\n")).collect();
                format!("import (\n{})\n\n", lines.concat())
            }
        }
    }

    /// The text with the lines that wait for it decided: is a variable read?
    fn resolved(&mut self) -> String {
        let out = std::mem::replace(&mut self.out, Writer::new("\t")).finish();
        let mut text = String::with_capacity(out.len());
        for line in out.lines() {
            match line.split_once(UNREAD) {
                None => text.push_str(line),
                Some((indent, number)) => {
                    let (name, read) = match number.parse::<usize>().ok().and_then(|n| self.read.get(n)) {
                        Some((name, read)) => (name.as_str(), *read),
                        None => continue,
                    };
                    if read || name == "_" {
                        continue;
                    }
                    text.push_str(indent);
                    text.push_str("_ = ");
                    text.push_str(name);
                }
            }
            text.push('\n');
        }
        text
    }
}

/// gofmt wants constants, variables and what has a comment apart.
fn declarations_apart(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut last = "";
    for line in text.lines() {
        let word = line.split(' ').next().unwrap_or("");
        let declares = |word: &str| matches!(word, "const" | "var");
        if declares(last) && (word == "//" || declares(word) && word != last) {
            out.push('\n');
        }
        last = if declares(word) { word } else { "" };
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// `if err := f(); err != nil { return err }` and `return nil` are `return f()`; a function around the
/// last block of another is that other one.
fn simpler(text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
    let mut at = 0;
    while at + 3 < lines.len() {
        let indent: String = lines[at].chars().take_while(|&c| c == '\t').collect();
        let tail = [format!("{indent}\treturn err"), format!("{indent}}}"), format!("{indent}return nil")];
        if lines[at + 1..at + 4] != tail {
            at += 1;
            continue;
        }
        let line = lines[at].trim_start_matches('\t').to_string();
        if let Some(call) =
            line.strip_prefix("if err := ").and_then(|line| line.strip_suffix("; err != nil {"))
        {
            lines.splice(at..at + 4, [format!("{indent}return {call}")]);
            at = at.saturating_sub(3);
        } else if line == "}(); err != nil {"
            && let Some(open) =
                lines[..at].iter().rposition(|line| *line == format!("{indent}if err := func() error {{"))
        {
            let inner: Vec<String> = lines[open + 1..at]
                .iter()
                .map(|line| line.strip_prefix('\t').unwrap_or(line).to_string())
                .collect();
            lines.splice(open..at + 4, inner);
            at = open.saturating_sub(3);
        } else if let Some(close) = line.strip_suffix("; err != nil {")
            && line.starts_with("})")
            && let Some(open) =
                lines[..at].iter().rposition(|line| line.starts_with(&format!("{indent}if err := ")))
            && lines[open].ends_with("error {")
        {
            let call = lines[open].replacen("if err := ", "return ", 1);
            lines[open] = call;
            lines.splice(at..at + 4, [format!("{indent}{close}")]);
            at += 1;
        } else {
            at += 1;
        }
    }
    lines.join("\n") + "\n"
}
