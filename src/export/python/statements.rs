//! Statements, one by one; those with blocks are in `blocks.rs`.

use crate::diagnostic::Diagnostic;
use crate::export::python::module::{Handler, Python};
use crate::export::python::numbers::prec;
use crate::export::types::Type;
use crate::lang::ast::{Block, Expr, ExprKind, Ident, Statement, StatementKind, compound};

/// So many loops and `with`s inside each other Python compiles.
const MOST_NESTED: usize = 18;

impl<'a> Python<'_, 'a> {
    /// The statements of a block, indented; `pass` if there are none.
    pub fn body(&mut self, block: &'a Block) {
        self.body_after(block, |_| {});
    }

    /// The same, behind something else.
    pub fn body_after(&mut self, block: &'a Block, first: impl FnOnce(&mut Self)) {
        self.out.indent();
        self.nesting += 1;
        if self.nesting == MOST_NESTED {
            let text = "blocks this deep cannot be exported to Python";
            let problem =
                Diagnostic::error("E0801", block.span, text).label("Python allows twenty inside each other");
            self.scenario.refusals.add(problem.help("move what is inside into a task, and `await` it"));
        }
        let mark = self.out.mark();
        let depth = self.locals.depth();
        let remarks = self.scenario.story.behind(block.span.start);
        self.comments(&remarks);
        first(self);
        let mut above = block.span.start;
        for statement in &block.statements {
            if self.scenario.story.is_apart(above, statement.span.start) && above > block.span.start {
                self.out.gap();
            }
            above = statement.span.end;
            let comments = self.scenario.story.before(statement.span.start);
            self.comments(&comments);
            self.statement(statement);
        }
        let comments = self.scenario.story.before(block.span.end.saturating_sub(1));
        self.comments(&comments);
        self.forget(depth);
        let empty = self.out.since(mark).lines().all(|line| line.trim_start().starts_with('#'));
        if empty {
            self.out.line("pass");
        }
        self.nesting -= 1;
        self.out.dedent();
    }

    fn say(&mut self, statement: &Statement, text: String, label: Option<&Expr>) {
        let mut lines: Vec<String> = label.map(|label| self.label(label)).into_iter().collect();
        lines.extend(self.scenario.story.beside(statement.span));
        self.told(text, &lines);
    }

    pub fn statement(&mut self, statement: &'a Statement) {
        match &statement.kind {
            StatementKind::Let { name, value } => {
                let value = self.first(&name.name, value);
                let name = self.declare_let(name, statement);
                self.say(statement, format!("{name} = {value}"), None);
            }
            StatementKind::Assign { name, index, value } => {
                let text = self.assign(name, index.as_ref(), value);
                self.say(statement, text, None);
            }
            StatementKind::Work { duration, label } => {
                let text = format!("{}({})", self.needs("work"), self.expr(duration, 0));
                self.say(statement, text, label.as_ref());
            }
            StatementKind::Block { duration, label } => {
                let text = format!("{}.sleep({})", self.needs("time"), self.expr(duration, 0));
                self.say(statement, text, label.as_ref());
            }
            StatementKind::Expr { value, label } => {
                self.dropped = matches!(value.kind, ExprKind::Spawn(_) | ExprKind::Cancel(_));
                let text = self.expr(value, 0);
                self.dropped = false;
                self.say(statement, text, label.as_ref());
            }
            StatementKind::Return { value } => {
                let text = match value {
                    Some(value) => format!("return {}", self.expr(value, 0)),
                    None => "return".to_string(),
                };
                self.say(statement, text, None);
            }
            StatementKind::Break => self.say(statement, "break".to_string(), None),
            StatementKind::Continue => self.say(statement, "continue".to_string(), None),
            StatementKind::Fail { value } => {
                let text = self.fail(value);
                self.say(statement, text, None);
            }
            StatementKind::FailCancelled => self.fail_cancelled(statement),
            StatementKind::Log { text } => {
                let text = format!("{}({})", self.needs("log"), self.shown(text));
                self.say(statement, text, None);
            }
            StatementKind::Observe { metric, value } => {
                let text = format!("{}.append({})", self.name(&metric.name), self.expr(value, 0));
                self.say(statement, text, None);
            }
            StatementKind::Assert { condition, message } => {
                let condition = self.expr(condition, prec::OR);
                let message = message.as_ref().map(|message| self.shown(message));
                let message = message.unwrap_or_else(|| "\"assertion failed\"".to_string());
                self.say(statement, format!("assert {condition}, {message}"), None);
            }
            compound!() => self.compound(statement),
        }
    }

    fn declare_let(&mut self, name: &'a Ident, statement: &'a Statement) -> String {
        let (counts, reads_the_clock) = match &statement.kind {
            StatementKind::Let { value, .. } => (self.counts(value), self.reads_the_clock(value)),
            _other => (false, false),
        };
        let python = self.declare(name, counts);
        if let Some(local) = self.locals.get_mut(&name.name) {
            local.reads_the_clock = reads_the_clock;
        }
        python
    }

    fn assign(&mut self, name: &'a Ident, index: Option<&'a Expr>, value: &'a Expr) -> String {
        if self.locals.get(&name.name).is_none() && index.is_none() {
            let global = self.name(&name.name);
            self.assigned.insert(global);
        }
        let value = self.first(&name.name, value);
        let name = self.name(&name.name);
        match index {
            Some(index) => format!("{name}[{}] = {value}", self.expr(index, 0)),
            None => format!("{name} = {value}"),
        }
    }

    fn fail(&mut self, value: &'a Expr) -> String {
        if let (ExprKind::Name(name), Some(Handler::Failure(caught))) = (&value.kind, &self.handler)
            && name == caught
        {
            return "raise".to_string();
        }
        match self.kind(value) {
            Type::Text => format!("raise {}({})", self.needs("Failure"), self.expr(value, 0)),
            Type::Failure => format!("raise {}", self.expr(value, 0)),
            _ => format!("raise {}({})", self.needs("failure"), self.expr(value, 0)),
        }
    }

    fn fail_cancelled(&mut self, statement: &'a Statement) {
        match self.words.cancelled() {
            _ if self.handler == Some(Handler::Cancelled) => self.say(statement, "raise".to_string(), None),
            Some(exception) => self.say(statement, format!("raise {exception}"), None),
            None => self.scenario.refuse(
                statement.span,
                "`fail cancelled`",
                "there is no cancellation there",
                "return, or fail with a word of your own",
            ),
        }
    }
}
