//! What statements say of their variables.

use crate::export::infer::inference::Infer;
use crate::export::infer::question::Question;
use crate::export::infer::shapes::{Place, Shape};
use crate::lang::ast::{
    Block, Expr, ExprKind, Ident, Iterable, SelectArm, SelectArmKind, Statement, StatementKind, compound,
};
use crate::lang::vocabulary::{Function, function};
use crate::lang::walk::{address, blocks};

impl<'a> Infer<'a> {
    pub fn block(&mut self, block: &'a Block) {
        let depth = self.sight.depth();
        for statement in &block.statements {
            self.at = statement.span;
            self.statement(statement);
        }
        while self.sight.depth() > depth {
            self.sight.pop();
        }
    }

    pub fn block_with(&mut self, name: Option<&'a Ident>, place: Place, block: &'a Block) {
        let depth = self.sight.depth();
        if let Some(name) = name {
            self.variable(name, place);
        }
        self.block(block);
        while self.sight.depth() > depth {
            self.sight.pop();
        }
    }

    pub fn variable(&mut self, name: &'a Ident, place: Place) {
        self.found.names.insert(address(name), place);
        self.sight.push(&name.name, place);
    }

    pub fn statement(&mut self, statement: &'a Statement) {
        match &statement.kind {
            StatementKind::Let { name, value } => {
                let given = self.expr(value);
                let place = self.free();
                self.flow(given, place);
                self.variable(name, place);
            }
            StatementKind::Assign { name, index, value } => self.assign(name, index.as_ref(), value),
            StatementKind::Work { duration, label } | StatementKind::Block { duration, label } => {
                self.duration(duration);
                self.each(label);
            }
            StatementKind::Expr { value, label } => {
                self.dropped(value);
                self.each(label);
            }
            StatementKind::Return { value } => match value {
                Some(value) => {
                    let given = self.expr(value);
                    self.flow(given, self.returns);
                }
                None => self.found.shapes.make_nullable(self.returns),
            },
            StatementKind::Fail { value }
            | StatementKind::Log { text: value }
            | StatementKind::Observe { value, .. } => {
                self.expr(value);
            }
            StatementKind::Assert { condition, message } => {
                self.condition(condition);
                self.each(message);
            }
            StatementKind::Break | StatementKind::Continue | StatementKind::FailCancelled => {}
            compound!() => self.compound(statement),
        }
    }

    pub fn compound(&mut self, statement: &'a Statement) {
        match &statement.kind {
            StatementKind::If { arms, otherwise } => {
                for (condition, body) in arms {
                    self.condition(condition);
                    self.block(body);
                }
                if let Some(otherwise) = otherwise {
                    self.block(otherwise);
                }
            }
            StatementKind::While { condition, body } => {
                self.condition(condition);
                self.block(body);
            }
            StatementKind::For { name, waits, over, body } => {
                let place = self.iterable(over, *waits);
                self.block_with(Some(name), place, body);
            }
            StatementKind::With { object, body } => {
                self.expr(object);
                self.block(body);
            }
            StatementKind::Group { name, body } => {
                let place = self.fresh(Shape::Group);
                self.block_with(name.as_ref(), place, body);
            }
            StatementKind::Timeout { duration, body, otherwise } => {
                self.duration(duration);
                self.block(body);
                if let Some(otherwise) = otherwise {
                    self.block(otherwise);
                }
            }
            StatementKind::Scope { name, body, otherwise } => {
                let place = self.fresh(Shape::Scope);
                self.block_with(Some(name), place, body);
                if let Some(otherwise) = otherwise {
                    self.block(otherwise);
                }
            }
            StatementKind::Select { arms } => arms.iter().for_each(|arm| self.arm(arm)),
            StatementKind::Try { body, failure, cancelled, finally } => {
                self.block(body);
                if let Some((name, block)) = failure {
                    let place = self.fresh(Shape::Failure);
                    self.block_with(Some(name), place, block);
                }
                for block in cancelled.iter().chain(finally) {
                    self.block(block);
                }
            }
            _loop => blocks(statement).into_iter().for_each(|block| self.block(block)),
        }
    }

    pub fn arm(&mut self, arm: &'a SelectArm) {
        self.at = arm.span;
        match &arm.kind {
            SelectArmKind::Await { name, value } => {
                let place = self.awaited(value);
                self.block_with(name.as_ref(), place, &arm.body);
            }
            SelectArmKind::After { duration } => {
                self.duration(duration);
                self.block(&arm.body);
            }
        }
    }

    pub fn assign(&mut self, name: &'a Ident, index: Option<&'a Expr>, value: &'a Expr) {
        let given = self.expr(value);
        let place = self.named(&name.name);
        self.found.names.insert(address(name), place);
        match index {
            None => self.flow(given, place),
            Some(index) => {
                let index = self.expr(index);
                self.be(index, Shape::Int);
                let of = self.free();
                self.be(place, Shape::List(of));
                if let Shape::List(of) = self.found.shapes.shape(place) {
                    self.flow(given, of);
                }
            }
        }
    }

    /// A statement's value that nobody wants: children of different kinds may be waited for together.
    pub fn dropped(&mut self, value: &'a Expr) {
        if let ExprKind::Await(inner) = &value.kind
            && let ExprKind::Call { callee, arguments } = &inner.kind
            && let Some(Function::Combinator(with)) = function(&callee.name).map(|word| word.means)
        {
            let place = self.combinator(with, arguments, false);
            self.found.exprs.insert(address(value), place);
            self.found.exprs.insert(address(&**inner), place);
            return;
        }
        self.expr(value);
    }

    pub fn iterable(&mut self, over: &'a Iterable, waits: bool) -> Place {
        match over {
            Iterable::Range { from, to, .. } => {
                for end in [from, to] {
                    let end = self.expr(end);
                    self.be(end, Shape::Int);
                }
                self.fresh(Shape::Int)
            }
            Iterable::Value(value) => {
                let (of, out) = (self.expr(value), self.free());
                self.ask(if waits { Question::Received { of, out } } else { Question::Elements { of, out } });
                out
            }
        }
    }

    pub fn condition(&mut self, expr: &'a Expr) {
        let place = self.expr(expr);
        self.be(place, Shape::Bool);
    }

    pub fn duration(&mut self, expr: &'a Expr) {
        let place = self.expr(expr);
        self.be(place, Shape::Duration);
    }

    pub fn each(&mut self, expr: &'a Option<Expr>) {
        if let Some(expr) = expr {
            self.expr(expr);
        }
    }
}
