//! Statements with blocks.

use crate::export::python::module::{Handler, Mode, Python};
use crate::export::python::words::Limit;
use crate::lang::ast::{Block, Ident, Iterable, SelectArm, SelectArmKind, Statement, StatementKind, simple};
use crate::source::Span;

impl<'a> Python<'_, 'a> {
    pub fn compound(&mut self, statement: &'a Statement) {
        if self.mode == Mode::Thread
            && let Some((span, what)) = awaits(statement)
        {
            self.refuse_in_thread(span, what);
        }
        match &statement.kind {
            StatementKind::If { arms, otherwise } => {
                for (n, (condition, body)) in arms.iter().enumerate() {
                    let condition = self.expr(condition, 0);
                    self.out.line(format!("{} {condition}:", if n == 0 { "if" } else { "elif" }));
                    self.body(body);
                }
                if let Some(otherwise) = otherwise {
                    self.out.line("else:");
                    self.body(otherwise);
                }
            }
            StatementKind::While { condition, body } => {
                let condition = self.expr(condition, 0);
                self.out.line(format!("while {condition}:"));
                self.body(body);
            }
            StatementKind::Loop { body } => {
                self.out.line("while True:");
                self.body(body);
            }
            StatementKind::For { name, waits: true, over: Iterable::Value(over), body } => {
                self.words.for_await(self, name, over, body);
            }
            StatementKind::For { name, over, body, .. } => self.for_each(name, over, body),
            StatementKind::With { object, body } => {
                let object = self.expr(object, 0);
                let header = self.words.with(self, &object);
                self.out.line(header);
                self.body(body);
            }
            StatementKind::Group { name, body } => {
                self.words.group(self, name.as_ref(), body);
            }
            StatementKind::Timeout { duration, body, otherwise } => {
                self.words.timeout(self, Limit::After(duration), body, otherwise.as_ref());
            }
            StatementKind::Scope { name, body, otherwise } => {
                self.words.timeout(self, Limit::Scope(name), body, otherwise.as_ref());
            }
            StatementKind::Select { arms } => {
                self.words.select(self, arms);
            }
            StatementKind::Try { body, failure, cancelled, finally } => {
                self.try_block(body, failure.as_ref(), cancelled.as_ref(), finally.as_ref());
            }
            simple!() => self.statement(statement),
        }
        let rest = self.scenario.story.beside(Span { start: statement.span.end, ..statement.span });
        self.comments(&rest);
    }

    fn for_each(&mut self, name: &'a Ident, over: &'a Iterable, body: &'a Block) {
        let iterable = self.iterable(over);
        let counts = self.counts_up(over);
        let depth = self.locals.depth();
        let name = self.declare(name, counts);
        self.out.line(format!("for {name} in {iterable}:"));
        self.body(body);
        self.forget(depth);
    }

    /// The block of a group that is opened by this line; it is called as the program does, or `group`.
    pub fn group_block(
        &mut self,
        name: Option<&'a Ident>,
        body: &'a Block,
        opened: impl FnOnce(&str) -> String,
    ) {
        let depth = self.locals.depth();
        let python = match name {
            Some(name) => self.declare(name, false),
            None => self.names.take("group"),
        };
        self.out.line(opened(&python));
        self.groups.push(python.clone());
        self.body(body);
        self.groups.pop();
        if name.is_none() {
            self.names.give_back(&python);
        }
        self.forget(depth);
    }

    /// The arms of a `select`, told apart by their number.
    pub fn arms(&mut self, header: String, arms: &'a [SelectArm]) {
        self.out.line(header);
        self.out.indent();
        for (n, arm) in arms.iter().enumerate() {
            let comments = self.scenario.story.before(arm.span.start);
            self.comments(&comments);
            let depth = self.locals.depth();
            let name = match &arm.kind {
                SelectArmKind::Await { name: Some(name), .. } => self.declare(name, false),
                SelectArmKind::Await { name: None, .. } | SelectArmKind::After { .. } => "_".to_string(),
            };
            self.out.line(format!("case {n}, {name}:"));
            self.body(&arm.body);
            self.forget(depth);
        }
        self.out.dedent();
    }

    fn try_block(
        &mut self,
        body: &'a Block,
        failure: Option<&'a (Ident, Block)>,
        cancelled: Option<&'a Block>,
        finally: Option<&'a Block>,
    ) {
        self.out.line("try:");
        self.body(body);
        if let Some((name, block)) = failure {
            let depth = self.locals.depth();
            let handler = Handler::Failure(name.name.clone());
            let unused = !says(block, &name.name);
            let python = self.declare(name, false);
            self.out.line(if unused {
                "except Exception:".to_string()
            } else {
                format!("except Exception as {python}:")
            });
            self.handled(handler, block);
            self.forget(depth);
        }
        match (cancelled, self.words.cancelled()) {
            (Some(block), Some(exception)) => {
                self.out.line(format!("except {exception}:"));
                self.handled(Handler::Cancelled, block);
            }
            (Some(block), None) => self.scenario.refuse(
                block.span,
                "`catch cancelled`",
                "nothing is raised there when a task is to stop",
                "ask for an event, and return",
            ),
            (None, _) => {}
        }
        if let Some(block) = finally {
            self.out.line("finally:");
            self.body(block);
        }
    }

    fn handled(&mut self, handler: Handler, block: &'a Block) {
        self.handled_by(Some(handler), |py| py.body(block));
    }

    /// Inside an `except`: a bare `raise` there means what is caught there.
    pub fn handled_by(&mut self, handler: Option<Handler>, write: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.handler, handler);
        write(self);
        self.handler = before;
    }
}

/// Is the name said anywhere in the block?
pub fn says(block: &Block, name: &str) -> bool {
    let mut found = false;
    crate::lang::walk::walk(block, &mut |node| {
        if let crate::lang::walk::Node::Expr(expr) = node
            && let crate::lang::ast::ExprKind::Name(said) = &expr.kind
        {
            found |= said == name;
        }
    });
    found
}

/// A block that waits, and where it says so.
fn awaits(statement: &Statement) -> Option<(Span, &'static str)> {
    match &statement.kind {
        StatementKind::For { waits: true, over: Iterable::Value(_), .. } => {
            Some((statement.span, "`for await`"))
        }
        StatementKind::With { object, .. } => Some((object.span, "`with`")),
        StatementKind::Group { .. } => Some((statement.span, "`group`")),
        StatementKind::Timeout { duration, .. } => Some((duration.span, "`timeout`")),
        StatementKind::Scope { name, .. } => Some((name.span, "`scope`")),
        StatementKind::Select { .. } => Some((statement.span, "`select`")),
        _other => None,
    }
}
