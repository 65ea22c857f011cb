//! Statements with blocks inside.

use crate::export::go::closures::{Escapes, Left};
use crate::export::go::expressions::acts;
use crate::export::go::golang::{Golang, PRIMARY};
use crate::export::go::text::{settled, strip};
use crate::export::types::Type;
use crate::lang::ast::{Block, Expr, ExprKind, Ident, ObjectKind, Statement, StatementKind, simple};

impl Golang<'_> {
    pub fn compound(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::If { arms, otherwise } => self.branches(arms, otherwise.as_ref()),
            StatementKind::While { condition, body } => self.while_loop(condition, body),
            StatementKind::Loop { body } => {
                self.enter_loop(body, |this| this.loop_line("for {"));
                self.close_loop(body);
            }
            StatementKind::For { name, waits, over, body } => self.for_loop(name, *waits, over, body),
            StatementKind::With { object, body } => self.with(object, body),
            StatementKind::Group { name, body } => self.group(name.as_ref(), body),
            StatementKind::Timeout { duration, body, otherwise } => {
                self.timeout(duration, body, otherwise.as_ref());
            }
            StatementKind::Scope { name, body, otherwise } => {
                self.cancel_scope(name, body, otherwise.as_ref())
            }
            StatementKind::Select { arms } if self.needs.may_send_into_closed(arms) => {
                self.guarded_select(arms);
            }
            StatementKind::Select { arms } => self.select(arms),
            StatementKind::Try { body, failure, cancelled, finally } => {
                self.protected(body, failure.as_ref(), cancelled.as_ref(), finally.as_ref());
            }
            simple!() => {}
        }
    }

    fn branches(&mut self, arms: &[(Expr, Block)], otherwise: Option<&Block>) {
        let mut open = 0;
        for (n, (condition, body)) in arms.iter().enumerate() {
            let mark = self.out.mark();
            if n > 0 && acts(condition) {
                self.line("} else {");
                self.out.indent();
                open += 1;
            }
            let text = settled(&self.expr(condition).go);
            let nested = self.out.since(mark).contains("else");
            self.line(if n > 0 && !nested {
                format!("}} else if {text} {{")
            } else {
                format!("if {text} {{")
            });
            self.out.indent();
            self.block(body);
            self.out.dedent();
        }
        if let Some(otherwise) = otherwise {
            self.line("} else {");
            self.out.indent();
            self.block(otherwise);
            self.out.dedent();
        }
        self.line("}");
        for _ in 0..open {
            self.out.dedent();
            self.line("}");
        }
    }

    // ── blocks with something behind them ─────────────────────────────────

    fn with(&mut self, object: &Expr, body: &Block) {
        let (take, give) = match &object.kind {
            ExprKind::Field { object, name } => {
                let table = self.expr(object).at(PRIMARY);
                let r = if name.name == "read" { "R" } else { "" };
                (format!("{table}.{r}Lock()"), format!("{table}.{r}Unlock()"))
            }
            _ => {
                let text = self.expr(object).at(PRIMARY);
                let text = if self.is_steady(object) { text } else { self.keep("held", &text) };
                match self.type_of(object).some() {
                    Type::Object(ObjectKind::Lock) => (format!("{text}.Lock()"), format!("{text}.Unlock()")),
                    _ => (format!("{text}.acquire({})", self.only_ctx()), format!("{text}.release()")),
                }
            }
        };
        let fallible = take.contains(".acquire(ctx)");
        let fails = fallible || self.needs.block_fails(body);
        if !fails && !Escapes::of(body).any() {
            self.line(take);
            self.line("");
            self.block(body);
            self.line("");
            return self.line(give);
        }
        let left = self.escapes(&[body]);
        self.line(if fails { "if err := func() error {" } else { "func() {" });
        self.inside(fails, &left, |this| {
            if fallible {
                this.check(&take);
            } else {
                this.line(take);
            }
            this.line(format!("defer {give}"));
            this.block(body);
        });
        self.after_function(fails, "}()");
        self.go_on_leaving(&left);
    }

    /// Closes `if err := func() error {` and the like.
    pub fn after_function(&mut self, fails: bool, close: &str) {
        if !fails {
            return self.line(close);
        }
        self.line(format!("{close}; err != nil {{"));
        self.out.indent();
        self.raise("err");
        self.out.dedent();
        self.line("}");
    }

    fn group(&mut self, name: Option<&Ident>, body: &Block) {
        self.scope();
        let go = match name {
            Some(name) => {
                let variable = self.declare(name, Type::Group);
                variable.go
            }
            None => self.fresh("g"),
        };
        self.line(format!("{go} := newGroup(ctx)"));
        let left = self.escapes(&[body]);
        self.line(format!("if err := {go}.run(func(ctx context.Context) error {{"));
        self.groups.push(go.clone());
        self.inside(true, &left, |this| {
            this.block(body);
        });
        self.groups.pop();
        self.after_function(true, "})");
        self.go_on_leaving(&left);
        self.leave_names();
    }

    fn timeout(&mut self, duration: &Expr, body: &Block, otherwise: Option<&Block>) {
        let d = strip(&self.wanted(duration, &Type::Duration).go);
        let left = self.escapes(&[body]);
        let expired = self.fresh("expired");
        self.line(format!("{expired}, err := within(ctx, {d}, func(ctx context.Context) error {{"));
        self.scoped_body(&left, body, "})");
        self.expired(&expired, &left, otherwise);
    }

    fn cancel_scope(&mut self, name: &Ident, body: &Block, otherwise: Option<&Block>) {
        self.scope();
        let variable = self.declare(name, Type::Scope);
        let go = variable.go.clone();
        self.line(format!("{go} := newScope(ctx)"));
        let left = self.escapes(&[body]);
        let expired = self.fresh("cancelled");
        self.line(format!("{expired}, err := {go}.run(func(ctx context.Context) error {{"));
        self.scoped_body(&left, body, "})");
        self.leave_names();
        self.expired(&expired, &left, otherwise);
    }

    fn scoped_body(&mut self, left: &Left, body: &Block, close: &str) {
        self.inside(true, left, |this| {
            this.block(body);
        });
        self.line(close);
        self.check_err();
    }

    fn expired(&mut self, expired: &str, left: &Left, otherwise: Option<&Block>) {
        match otherwise {
            Some(otherwise) if !otherwise.statements.is_empty() => {
                self.line(format!("if {expired} {{"));
                self.out.indent();
                self.block(otherwise);
                self.out.dedent();
                self.line("}");
            }
            Some(_) | None => self.line(format!("_ = {expired}")),
        }
        self.go_on_leaving(left);
    }

    // ── try ───────────────────────────────────────────────────────────────

    fn protected(
        &mut self,
        body: &Block,
        failure: Option<&(Ident, Block)>,
        cancelled: Option<&Block>,
        finally: Option<&Block>,
    ) {
        let Some(finally) = finally else { return self.caught(body, failure, cancelled) };
        let mut inside = vec![body];
        inside.extend(failure.iter().map(|(_, block)| block));
        inside.extend(cancelled);
        let left = self.escapes(&inside);
        let err = self.fresh("problem");
        self.line(format!("{err} := func() error {{"));
        self.inside(true, &left, |this| {
            if failure.is_none() && cancelled.is_none() {
                this.block(body);
            } else {
                this.caught(body, failure, cancelled);
            }
        });
        self.line("}()");
        self.block(finally);
        self.line(format!("if {err} != nil {{"));
        self.out.indent();
        self.raise(&err);
        self.out.dedent();
        self.line("}");
        self.go_on_leaving(&left);
    }

    fn caught(&mut self, body: &Block, failure: Option<&(Ident, Block)>, cancelled: Option<&Block>) {
        let left = self.escapes(&[body]);
        let cancels = self.needs.cancellations;
        self.scope();
        let variable = failure.map(|(name, _)| self.declare(name, Type::Failure));
        let err = variable.as_ref().map_or_else(|| "err".to_string(), |variable| variable.go.clone());
        self.line(format!("if {err} := func() error {{"));
        self.inside(true, &left, |this| this.block(body));
        let mut condition = match (cancelled, failure) {
            (Some(_), _) if cancels => format!("isCancelled({err})"),
            (_, Some(_)) if cancels => format!("{err} != nil && !isCancelled({err})"),
            _ => format!("{err} != nil"),
        };
        let mut first = true;
        let mut arm = |this: &mut Self, condition: &str, block: &mut dyn FnMut(&mut Self)| {
            this.line(if std::mem::take(&mut first) {
                format!("}}(); {condition} {{")
            } else {
                format!("}} else if {condition} {{")
            });
            this.out.indent();
            block(this);
            this.out.dedent();
        };
        if let Some(cancelled) = cancelled
            && cancels
        {
            arm(self, &condition, &mut |this| this.block(cancelled));
            condition = format!("{err} != nil");
        }
        if let Some((_, handler)) = failure {
            arm(self, &condition, &mut |this| this.block(handler));
            condition = format!("{err} != nil");
        }
        if failure.is_none() || (cancels && cancelled.is_none()) {
            arm(self, &condition, &mut |this| this.raise(&err));
        }
        self.line("}");
        self.leave_scope();
        self.go_on_leaving(&left);
    }
}
