//! What the checker knows while it walks through a task: names in sight, and where it is.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::lang::ast::Ident;
use crate::lang::constants::Constants;
use crate::lang::declarations::Declarations;
use crate::lang::kind::Kind;
use crate::lang::sight::Sight;
use crate::source::Span;

pub struct Checker<'a> {
    pub declarations: &'a Declarations<'a>,
    pub constants: &'a Constants,
    pub diagnostics: Vec<Diagnostic>,
    /// Declared names that are used somewhere.
    pub used: BTreeSet<&'a str>,
    pub locals: Sight<'a, Local<'a>>,
    /// Names the task assigns anywhere: their kind may change.
    pub assigned: BTreeSet<&'a str>,
    /// For each loop around, whether a `break` leaves it.
    pub loops: Vec<bool>,
    /// How many groups are around.
    pub groups: usize,
    /// The tasks that are used as callbacks, each where it first is.
    pub callbacks: Vec<&'a Ident>,
}

pub struct Local<'a> {
    pub name: &'a Ident,
    pub kind: Kind,
    pub role: Role,
    pub used: bool,
}

/// Where a variable comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Let,
    Parameter,
    /// Of a loop, a `catch`, a `select`: often there only to be named.
    Bound,
    /// `group g`: it cannot be assigned.
    Group,
    /// `scope s`: neither can it.
    Scope,
}

impl<'a> Checker<'a> {
    pub fn new(declarations: &'a Declarations<'a>, constants: &'a Constants) -> Checker<'a> {
        Checker {
            declarations,
            constants,
            diagnostics: Vec::new(),
            used: BTreeSet::new(),
            locals: Sight::default(),
            assigned: BTreeSet::new(),
            loops: Vec::new(),
            groups: 0,
            callbacks: Vec::new(),
        }
    }

    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    pub fn error(&mut self, code: &'static str, span: Span, text: impl Into<String>) {
        self.report(Diagnostic::error(code, span, text));
    }

    pub fn declare(&mut self, name: &'a Ident, kind: Kind, role: Role) {
        let kind = if self.assigned.contains(name.name.as_str()) { Kind::Unknown } else { kind };
        self.locals.push(&name.name, Local { name, kind, role, used: false });
    }

    /// Variables beyond the first `count` go out of sight.
    pub fn forget(&mut self, count: usize) {
        while self.locals.depth() > count
            && let Some(local) = self.locals.pop()
        {
            let name = &local.name.name;
            if local.used || name.starts_with('_') {
                continue;
            }
            let what = match local.role {
                Role::Let => "variable",
                Role::Parameter => "parameter",
                Role::Bound | Role::Group | Role::Scope => continue,
            };
            self.report(
                Diagnostic::warning("W0501", local.name.span, format!("the {what} `{name}` is never used"))
                    .help(format!("if that is meant, call it `_{name}`")),
            );
        }
    }
}
