//! What is kept in mind while a program is written: names, where control goes, what was used.

use std::collections::BTreeMap;

use crate::export::go::needs::Needs;
use crate::export::go::values::{coerce, zero};
use crate::export::names::Names;
use crate::export::scenario::Scenario;
use crate::export::target::Clock;
use crate::export::types::Type;
use crate::export::writer::Writer;
use crate::lang::ast::{Block, Ident, StatementKind};

/// A variable of the program.
#[derive(Debug, Clone)]
pub struct Variable {
    pub go: String,
    pub ty: Type,
    /// It never gets another value.
    pub steady: bool,
    /// Its number among [`Golang::read`].
    pub number: usize,
}

/// What the innermost function is, and how it is left.
#[derive(Debug, Clone)]
pub enum Frame {
    /// A task: what it returns, and whether an error beside it.
    Task { returns: Type, fails: bool },
    /// A function around a block: it gives an error, and these variables say how else it was left.
    Block { fails: bool, leave: String, result: String },
}

#[derive(Debug, Clone)]
pub struct Loop {
    pub label: Option<String>,
    /// How many frames there were around it.
    pub frames: usize,
    /// How many `select`s there were.
    pub selects: usize,
}

/// A Go expression, and how tightly its outermost operator binds.
#[derive(Debug, Clone)]
pub struct Text {
    pub go: String,
    pub binds: u8,
}

pub const PRIMARY: u8 = 7;
pub const UNARY: u8 = 6;

impl Text {
    pub fn new(go: impl Into<String>) -> Text {
        Text { go: go.into(), binds: PRIMARY }
    }

    /// In brackets if it binds less than that.
    pub fn at(self, binds: u8) -> String {
        if self.binds < binds { format!("({})", self.go) } else { self.go }
    }
}

/// Stands in a line until it is known whether a variable is read; then the line says `_ = x`, or goes.
pub const UNREAD: char = '\u{1}';

pub struct Golang<'a> {
    pub scenario: &'a Scenario<'a>,
    pub needs: Needs,
    pub out: Writer,
    pub names: Names,
    pub globals: BTreeMap<String, String>,
    pub scopes: Vec<BTreeMap<String, Variable>>,
    pub frames: Vec<Frame>,
    pub loops: Vec<Loop>,
    pub selects: usize,
    /// Names that get another value somewhere in this task.
    pub assigned: Vec<String>,
    /// Which variables are read, by number; with their names.
    pub read: Vec<(String, bool)>,
    /// The innermost group, as Go calls it.
    pub groups: Vec<String>,
}

impl<'a> Golang<'a> {
    pub fn ctx(&self) -> bool {
        self.needs.contexts
    }

    pub fn is_virtual(&self) -> bool {
        self.scenario.clock == Clock::Virtual
    }

    /// `ctx, ` in front of other arguments.
    pub fn with_ctx(&self) -> &'static str {
        if self.ctx() { "ctx, " } else { "" }
    }

    pub fn only_ctx(&self) -> &'static str {
        if self.ctx() { "ctx" } else { "" }
    }

    /// The parameter list of a function that may take a context.
    pub fn ctx_param(&self) -> &'static str {
        if self.ctx() { "ctx context.Context" } else { "" }
    }

    pub fn line(&mut self, text: impl AsRef<str>) {
        self.out.line(text);
    }

    // ── names ─────────────────────────────────────────────────────────────

    pub fn lookup(&self, name: &str) -> Option<&Variable> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name))
    }

    /// A name nothing else has, for something the program does not name.
    pub fn fresh(&mut self, wanted: &str) -> String {
        self.names.take(&go_name(wanted))
    }

    /// Declares a variable; the line behind its declaration has to be [`Golang::unread`].
    pub fn declare(&mut self, name: &Ident, ty: Type) -> Variable {
        let go = self.fresh(&name.name);
        let steady = !self.assigned.contains(&name.name);
        self.read.push((go.clone(), false));
        let variable = Variable { go, ty, steady, number: self.read.len() - 1 };
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name.name.clone(), variable.clone());
        }
        variable
    }

    /// Says that a variable is used, should nobody read it: Go wants that.
    pub fn unread(&mut self, variable: &Variable) {
        self.line(format!("{UNREAD}{}", variable.number));
    }

    pub fn scope(&mut self) {
        self.scopes.push(BTreeMap::new());
    }

    pub fn leave_scope(&mut self) {
        for variable in self.scopes.pop().unwrap_or_default().into_values() {
            self.names.give_back(&variable.go);
        }
    }

    /// Leaves a scope that is none in Go: its names stay taken there.
    pub fn leave_names(&mut self) {
        self.scopes.pop();
    }

    // ── leaving ───────────────────────────────────────────────────────────

    /// Returns an error from the innermost function.
    pub fn raise(&mut self, error: &str) {
        let text = match self.frames.last() {
            Some(Frame::Task { returns, fails: true }) if *returns != Type::None => {
                format!("return {}, {error}", zero(returns))
            }
            Some(Frame::Task { fails: true, .. } | Frame::Block { fails: true, .. }) => {
                format!("return {error}")
            }
            Some(Frame::Task { fails: false, .. } | Frame::Block { fails: false, .. }) | None => {
                format!("panic({error})")
            }
        };
        self.line(text);
    }

    /// `if err := …; err != nil { return err }`
    pub fn check(&mut self, call: &str) {
        self.line(format!("if err := {call}; err != nil {{"));
        self.out.indent();
        self.raise("err");
        self.out.dedent();
        self.line("}");
    }

    /// `x, err := …`, and out with the error.
    pub fn check_value(&mut self, wanted: &str, call: &str) -> String {
        let name = self.fresh(wanted);
        self.line(format!("{name}, err := {call}"));
        self.check_err();
        name
    }

    pub fn check_err(&mut self) {
        self.line("if err != nil {");
        self.out.indent();
        self.raise("err");
        self.out.dedent();
        self.line("}");
    }

    /// `return v` of the program.
    pub fn give(&mut self, value: Option<(String, Type)>) {
        match self.frames.last().cloned() {
            Some(Frame::Task { returns, fails }) => {
                let value = match (&returns, value) {
                    (Type::None, Some((text, _))) if text.contains('(') => {
                        self.line(format!("_ = {text}"));
                        None
                    }
                    (Type::None, _) => None,
                    (_, Some((text, ty))) => Some(coerce(text, &ty, &returns)),
                    (_, None) => Some(zero(&returns)),
                };
                self.line(match (value, fails) {
                    (None, false) => "return".to_string(),
                    (None, true) => "return nil".to_string(),
                    (Some(value), false) => format!("return {value}"),
                    (Some(value), true) => format!("return {value}, nil"),
                });
            }
            Some(Frame::Block { fails, leave, result }) => {
                let returns = self.returns();
                if let Some((text, ty)) = value
                    && returns != Type::None
                {
                    let text = coerce(text, &ty, &returns);
                    self.line(format!("{result} = {text}"));
                }
                self.line(format!("{leave} = \"return\""));
                self.line(if fails { "return nil" } else { "return" });
            }
            None => self.line("return"),
        }
    }

    /// What the task returns that is being written.
    pub fn returns(&self) -> Type {
        match self.frames.first() {
            Some(Frame::Task { returns, .. }) => returns.clone(),
            Some(Frame::Block { .. }) | None => Type::None,
        }
    }

    /// `break` or `continue` of the program.
    pub fn leave_loop(&mut self, word: &str) {
        let frames = self.frames.len();
        match (self.loops.last(), self.frames.last()) {
            (Some(inner), Some(Frame::Block { fails, leave, .. })) if inner.frames < frames => {
                let (set, back) =
                    (format!("{leave} = \"{word}\""), if *fails { "return nil" } else { "return" });
                self.line(set);
                self.line(back);
            }
            (Some(Loop { label: Some(label), selects, .. }), _)
                if *selects < self.selects && word == "break" =>
            {
                let text = format!("break {label}");
                self.line(text);
            }
            _ => self.line(word),
        }
    }
}

/// `my_task` becomes `myTask`.
pub fn go_name(name: &str) -> String {
    let mut out = String::new();
    let mut up = false;
    for (n, c) in name.chars().enumerate() {
        if c == '_' && n > 0 && !out.ends_with('_') {
            up = true;
        } else if up {
            out.extend(c.to_uppercase());
            up = false;
        } else {
            out.push(c);
        }
    }
    if out.chars().all(|c| c == '_') { format!("{out}x") } else { out }
}

/// Names that get another value in a block.
pub fn assigned(block: &Block) -> Vec<String> {
    let mut found = Vec::new();
    crate::lang::walk::walk(block, &mut |node| {
        if let crate::lang::walk::Node::Statement(statement) = node
            && let StatementKind::Assign { name, .. } = &statement.kind
            && !found.contains(&name.name)
        {
            found.push(name.name.clone());
        }
    });
    found
}
