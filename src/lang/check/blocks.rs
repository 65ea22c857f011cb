//! Blocks: their variables, what they iterate over, and what in them is never reached.

use crate::diagnostic::Diagnostic;
use crate::lang::ast::{
    Block, Expr, Ident, Iterable, ObjectKind, SelectArm, Statement, StatementKind, compound, simple,
};
use crate::lang::check::checker::{Checker, Role};
use crate::lang::kind::Kind;
use crate::source::Span;

impl<'a> Checker<'a> {
    /// True if its end is never reached.
    pub fn block(&mut self, block: &'a Block) -> bool {
        let before = self.locals.depth();
        let mut ended: Option<&Statement> = None;
        let mut reported = false;
        for statement in &block.statements {
            if let Some(last) = ended
                && !std::mem::replace(&mut reported, true)
            {
                let rest = block.statements.last().map_or(statement.span, |end| statement.span.to(end.span));
                self.report(
                    Diagnostic::warning("W0503", rest, "this is never reached")
                        .related(end_of(last), "nothing goes on from here"),
                );
            }
            if self.statement(statement) {
                ended.get_or_insert(statement);
            }
        }
        self.forget(before);
        ended.is_some()
    }

    fn block_with(&mut self, name: &'a Ident, kind: Kind, role: Role, block: &'a Block) -> bool {
        let before = self.locals.depth();
        self.declare(name, kind, role);
        let ended = self.block(block);
        self.forget(before);
        ended
    }

    /// A statement with blocks; true if nothing behind it is reached.
    pub fn compound(&mut self, statement: &'a Statement) -> bool {
        match &statement.kind {
            StatementKind::If { arms, otherwise } => self.branches(arms, otherwise.as_ref()),
            StatementKind::While { condition, body } => {
                self.condition(condition, "`while`");
                self.in_loop(|checker| checker.block(body));
                false
            }
            StatementKind::Loop { body } => !self.in_loop(|checker| checker.block(body)),
            StatementKind::For { name, waits, over, body } => {
                let kind = self.iterable(over, *waits);
                self.in_loop(|checker| checker.block_with(name, kind, Role::Bound, body));
                false
            }
            StatementKind::With { object, body } => {
                self.held(object);
                self.block(body)
            }
            StatementKind::Group { name, body } => {
                self.groups += 1;
                let ended = match name {
                    Some(name) => self.block_with(name, Kind::Group, Role::Group, body),
                    None => self.block(body),
                };
                self.groups -= 1;
                // `cancel g` ends the body at any await, and what follows the group goes on.
                ended && name.is_none()
            }
            StatementKind::Timeout { duration, body, otherwise } => {
                self.duration(duration, "`timeout`");
                let ended = self.block(body);
                let otherwise_ended = otherwise.as_ref().is_some_and(|block| self.block(block));
                ended && otherwise_ended
            }
            StatementKind::Scope { name, body, otherwise } => {
                let ended = self.block_with(name, Kind::Scope, Role::Scope, body);
                let otherwise_ended = otherwise.as_ref().is_some_and(|block| self.block(block));
                ended && otherwise_ended
            }
            StatementKind::Select { arms } => self.select(arms, statement.span),
            StatementKind::Try { body, failure, cancelled, finally } => {
                let mut ended = self.block(body);
                if let Some((name, block)) = failure {
                    ended &= self.block_with(name, Kind::Unknown, Role::Bound, block);
                }
                if let Some(block) = cancelled {
                    ended &= self.block(block);
                }
                finally.as_ref().is_some_and(|block| self.block(block)) || ended
            }
            simple!() => unreachable!("statements without blocks are checked elsewhere"),
        }
    }

    fn select(&mut self, arms: &'a [SelectArm], span: Span) -> bool {
        if arms.is_empty() {
            let diagnostic = Diagnostic::error("E0407", span, "a `select` without arms waits for ever");
            self.report(diagnostic.help("an arm looks like `v = orders.recv() => { … }`"));
        }
        let mut ended = !arms.is_empty();
        for arm in arms {
            let before = self.locals.depth();
            self.select_arm(&arm.kind);
            ended &= self.block(&arm.body);
            self.forget(before);
        }
        ended
    }

    fn branches(&mut self, arms: &'a [(Expr, Block)], otherwise: Option<&'a Block>) -> bool {
        let mut ended = otherwise.is_some();
        for (condition, body) in arms {
            self.condition(condition, "`if`");
            ended &= self.block(body);
        }
        otherwise.is_some_and(|block| self.block(block)) && ended
    }

    /// True if a `break` leaves the loop.
    fn in_loop(&mut self, body: impl FnOnce(&mut Self) -> bool) -> bool {
        self.loops.push(false);
        body(self);
        self.loops.pop().unwrap_or(false)
    }

    /// What a loop runs over; the kind of its variable.
    pub fn iterable(&mut self, over: &'a Iterable, waits: bool) -> Kind {
        let value = match over {
            Iterable::Range { from, to, .. } => {
                self.of_kind(from, Kind::Int, "the start of a range");
                self.of_kind(to, Kind::Int, "the end of a range");
                if waits {
                    let span = from.span.to(to.span);
                    let diagnostic = Diagnostic::error("E0313", span, "a range does not wait");
                    self.report(diagnostic.help("leave out `await`"));
                }
                return Kind::Int;
            }
            Iterable::Value(value) => value,
        };
        let kind = self.expr(value);
        let help = match (kind, waits) {
            (Kind::Unknown, _) | (Kind::Object(ObjectKind::Channel) | Kind::Results, true) => {
                return Kind::Unknown;
            }
            (Kind::List, false) => return Kind::Unknown,
            (Kind::Objects(kind), false) => return Kind::Object(kind),
            (Kind::Object(ObjectKind::Channel) | Kind::Results, false) => {
                "each step waits for the next value: write `for await x in …`"
            }
            (Kind::List | Kind::Objects(_), true) => {
                "a list is there at once: leave out `await`, or wait for handles with `as_completed(list)`"
            }
            (Kind::Int, _) => "to count write `for i in 0..n`",
            (_, true) => "`for await` takes a channel or `as_completed(…)`",
            (_, false) => "`for` takes a list or a range such as `0..n`",
        };
        let text =
            format!("a loop cannot run over {} {}", kind.words(), if waits { "with `await`" } else { "" });
        self.report(Diagnostic::error("E0313", value.span, text.trim_end()).help(help));
        Kind::Unknown
    }
}

/// Where a statement is left: all of it, or the closing brace of its last block.
fn end_of(statement: &Statement) -> Span {
    match statement.kind {
        simple!() => statement.span,
        compound!() => Span { start: statement.span.end - 1, ..statement.span },
    }
}
