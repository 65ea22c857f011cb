//! Statements, one by one; those with blocks are in `blocks.rs`.

use crate::export::js::program::Js;
use crate::export::types::Type;
use crate::lang::ast::{Block, Expr, Ident, Statement, StatementKind, compound};

impl<'a> Js<'_, 'a> {
    /// The statements of a block, indented.
    pub fn body(&mut self, block: &'a Block) {
        self.body_after(block, |_| {});
    }

    /// The same, behind something else.
    pub fn body_after(&mut self, block: &'a Block, first: impl FnOnce(&mut Self)) {
        self.out.indent();
        let depth = self.locals.depth();
        let remarks = self.scenario.story.behind(block.span.start);
        self.comments(&remarks);
        first(self);
        for statement in &block.statements {
            let comments = self.scenario.story.before(statement.span.start);
            self.comments(&comments);
            self.statement(statement);
        }
        let comments = self.scenario.story.before(block.span.end.saturating_sub(1));
        self.comments(&comments);
        self.forget(depth);
        self.out.dedent();
    }

    fn say(&mut self, statement: &Statement, text: String, label: Option<&Expr>) {
        let mut lines: Vec<String> = label.map(|label| self.label(label)).into_iter().collect();
        lines.extend(self.scenario.story.beside(statement.span));
        self.told(format!("{text};"), &lines);
    }

    pub fn statement(&mut self, statement: &'a Statement) {
        match &statement.kind {
            StatementKind::Let { name, value } => {
                let value = self.own(value);
                let word = self.word(&name.name);
                let name = self.declare(name, false);
                self.say(statement, format!("{word} {name} = {value}"), None);
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
                let text = format!("{}({})", self.needs("block"), self.expr(duration, 0));
                self.say(statement, text, label.as_ref());
            }
            StatementKind::Expr { value, label } => {
                let text = self.expr(value, 0);
                self.say(statement, text, label.as_ref());
            }
            StatementKind::Return { value } => {
                let text = match value {
                    Some(value) => format!("return {}", self.own(value)),
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
            StatementKind::FailCancelled => {
                let text = match &self.caught {
                    Some(error) => format!("throw {error}"),
                    None => "throw new DOMException('cancelled', 'AbortError')".to_string(),
                };
                self.say(statement, text, None);
            }
            StatementKind::Log { text } => {
                let text = format!("{}({})", self.needs("log"), self.shown(text));
                self.say(statement, text, None);
            }
            StatementKind::Observe { metric, value } => {
                let text = format!("{}.push({})", self.name(&metric.name), self.expr(value, 0));
                self.say(statement, text, None);
            }
            StatementKind::Assert { condition, message } => {
                let condition = self.expr(condition, 0);
                let message = message.as_ref().map(|message| self.shown(message));
                let message = message.unwrap_or_else(|| "'assertion failed'".to_string());
                let text = format!("{}({condition}, {message})", self.needs("assert"));
                self.say(statement, text, None);
            }
            compound!() => self.compound(statement),
        }
    }

    fn assign(&mut self, name: &'a Ident, index: Option<&'a Expr>, value: &'a Expr) -> String {
        let value = self.own(value);
        let name = self.name(&name.name);
        match index {
            Some(index) => {
                let index = self.expr(index, 0);
                format!("{name}[{index}] = {value}")
            }
            None => format!("{name} = {value}"),
        }
    }

    fn fail(&mut self, value: &'a Expr) -> String {
        match self.kind(value) {
            Type::Text => format!("throw new Error({})", self.expr(value, 0)),
            Type::Failure => format!("throw {}", self.expr(value, 0)),
            _other => format!("throw {}({})", self.needs("failure"), self.expr(value, 0)),
        }
    }
}
