//! Statements with blocks inside.

use crate::export::go::closures::Escapes;
use crate::export::go::golang::{Golang, Loop, PRIMARY};
use crate::export::go::text::{settled, strip};
use crate::export::go::values::is_nilable;
use crate::export::go::waits::Gives;
use crate::export::types::Type;
use crate::lang::ast::{
    Block, Expr, ExprKind, Ident, Iterable, ObjectKind, SelectArm, SelectArmKind, Statement, StatementKind,
};

impl Golang<'_> {
    pub fn compound(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::If { arms, otherwise } => self.branches(arms, otherwise.as_ref()),
            StatementKind::While { condition, body } => {
                self.enter_loop(body, |this| {
                    if crate::export::go::expressions::acts(condition) {
                        this.loop_line("for {");
                        this.out.indent();
                        let text = this.expr(condition).at(crate::export::go::golang::UNARY);
                        this.line(format!("if !{text} {{\n\tbreak\n}}"));
                        this.out.dedent();
                    } else {
                        let text = settled(&this.expr(condition).go);
                        this.loop_line(format!("for {text} {{"));
                    }
                });
                self.close_loop(body);
            }
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
            _simple => {}
        }
    }

    fn branches(&mut self, arms: &[(Expr, Block)], otherwise: Option<&Block>) {
        let mut open = 0;
        for (n, (condition, body)) in arms.iter().enumerate() {
            let mark = self.out.mark();
            if n > 0 && crate::export::go::expressions::acts(condition) {
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

    // ── loops ─────────────────────────────────────────────────────────────

    fn enter_loop(&mut self, body: &Block, head: impl FnOnce(&mut Self)) {
        let label = breaks_in_select(body).then(|| self.fresh("turns"));
        self.loops.push(Loop { label, frames: self.frames.len(), selects: self.selects });
        head(self);
    }

    /// The `for` itself, with its label right before it.
    fn loop_line(&mut self, text: impl AsRef<str>) {
        if let Some(Loop { label: Some(label), .. }) = self.loops.last().cloned() {
            self.out.dedent();
            self.line(format!("{label}:"));
            self.out.indent();
        }
        self.line(text);
    }

    fn close_loop(&mut self, body: &Block) {
        self.out.indent();
        self.block(body);
        self.out.dedent();
        self.line("}");
        if let Some(Loop { label: Some(label), .. }) = self.loops.pop() {
            self.names.give_back(&label);
        }
    }

    /// The head of a `for`; its variable is declared in the innermost scope.
    pub fn for_head(&mut self, name: &Ident, over: &Iterable, ty: Type, label: bool) {
        let head = |this: &mut Self, text: String| if label { this.loop_line(text) } else { this.line(text) };
        match over {
            Iterable::Range { from, to, inclusive } => {
                let texts = self.all(&[from, to]);
                let steady = self.is_steady(to);
                let to = if steady {
                    texts[1].clone()
                } else {
                    crate::export::go::golang::Text::new(self.keep("end", &texts[1].go))
                };
                let from = settled(&texts[0].go);
                let variable = self.declare(name, ty);
                let i = variable.go;
                if !variable.steady {
                    let to = if *inclusive { format!("{}+1", to.at(5)) } else { strip(&to.go) };
                    head(self, format!("for _, {i} := range span({}, {to}) {{", strip(&from)));
                } else if from == "0" && !inclusive {
                    head(self, format!("for {i} := range {} {{", settled(&to.go)));
                } else {
                    let op = if *inclusive { "<=" } else { "<" };
                    head(self, format!("for {i} := {from}; {i} {op} {}; {i}++ {{", strip(&to.go)));
                }
            }
            Iterable::Value(value) => {
                let text = settled(&self.expr(value).go);
                let variable = self.declare(name, ty);
                head(self, format!("for _, {} := range {text} {{", variable.go));
            }
        }
    }

    fn for_loop(&mut self, name: &Ident, waits: bool, over: &Iterable, body: &Block) {
        self.scope();
        let ty = self.scenario.facts.variable(name);
        match (waits, over) {
            (true, Iterable::Value(value)) => self.for_await(name, value, body, ty),
            _ => {
                self.enter_loop(body, |this| this.for_head(name, over, ty, true));
                self.out.indent();
                if let Some(variable) = self.lookup(&name.name).cloned() {
                    self.unread(&variable);
                }
                self.out.dedent();
                self.close_loop(body);
            }
        }
        self.leave_scope();
    }

    fn for_await(&mut self, name: &Ident, value: &Expr, body: &Block, ty: Type) {
        let of = self.type_of(value);
        if let Type::Results(of) = of.some() {
            let of = of.as_ref().clone();
            let results = self.expr(value).go;
            let results = self.keep("results", &results);
            let ctx = self.only_ctx();
            let fails = self.needs.errors;
            self.enter_loop(body, |this| this.loop_line(format!("for {results}.more() {{")));
            self.out.indent();
            let call = crate::export::go::waits::Call {
                go: format!("{results}.next({ctx})"),
                gives: Gives::Value(of),
                fails,
            };
            let text = self.value_of(&call, &ty, &name.name).go;
            let variable = self.declare(name, ty);
            self.line(format!("{} := {text}", variable.go));
            self.unread(&variable);
            self.out.dedent();
            return self.close_loop(body);
        }
        let text = self.expr(value).at(PRIMARY);
        let channel = if self.is_steady(value) { text } else { self.keep("channel", &text) };
        if !self.ctx() {
            let variable = self.declare(name, ty);
            self.enter_loop(body, |this| {
                this.loop_line(format!("for {} := range {channel} {{", variable.go))
            });
            self.out.indent();
            self.unread(&variable);
            self.out.dedent();
            return self.close_loop(body);
        }
        self.enter_loop(body, |this| this.loop_line("for {"));
        self.out.indent();
        let variable = self.declare(name, ty);
        let ok = self.fresh("ok");
        self.line(format!("{}, {ok}, err := receive(ctx, {channel})", variable.go));
        self.check_err();
        self.line(format!("if !{ok} {{\n\tbreak\n}}"));
        self.unread(&variable);
        self.out.dedent();
        self.close_loop(body);
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
    fn after_function(&mut self, fails: bool, close: &str) {
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
        self.leave_scope();
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
        self.leave_scope();
        self.expired(&expired, &left, otherwise);
    }

    fn scoped_body(&mut self, left: &crate::export::go::closures::Left, body: &Block, close: &str) {
        self.inside(true, left, |this| {
            this.block(body);
        });
        self.line(close);
        self.check_err();
    }

    fn expired(
        &mut self,
        expired: &str,
        left: &crate::export::go::closures::Left,
        otherwise: Option<&Block>,
    ) {
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

    // ── select ────────────────────────────────────────────────────────────

    fn select(&mut self, arms: &[SelectArm]) {
        if self.ctx() {
            self.check("ctx.Err()");
        }
        // What the arms name is computed before any of them is waited for.
        let mut heads = Vec::with_capacity(arms.len());
        for arm in arms {
            heads.push(self.arm_head(arm));
        }
        self.line("select {");
        self.selects += 1;
        for (arm, head) in arms.iter().zip(heads) {
            self.scope();
            self.arm(arm, head);
            self.leave_scope();
        }
        self.selects -= 1;
        if self.ctx() {
            self.line("case <-ctx.Done():");
            self.out.indent();
            self.raise("ctx.Err()");
            self.out.dedent();
        }
        self.line("}");
    }

    /// A `select` that may send into a closed channel: what panics in Go is a failure here.
    fn guarded_select(&mut self, arms: &[SelectArm]) {
        let bodies: Vec<&Block> = arms.iter().map(|arm| &arm.body).collect();
        let left = self.escapes(&bodies);
        self.line("if err := func() (err error) {");
        self.inside(true, &left, |this| {
            this.line("defer recoverSend(&err)");
            this.select(arms);
        });
        self.after_function(true, "}()");
        self.go_on_leaving(&left);
    }

    fn arm_head(&mut self, arm: &SelectArm) -> Head {
        let value = match &arm.kind {
            SelectArmKind::After { duration } => {
                let d = settled(&self.wanted(duration, &Type::Duration).go);
                return Head::Plain(format!("<-time.After({d})"));
            }
            SelectArmKind::Await { value, .. } => value,
        };
        let ExprKind::Method { object, name, arguments } = &value.kind else {
            let text = self.expr(value).at(PRIMARY);
            return Head::Ended(text);
        };
        let target = self.expr(object).at(PRIMARY);
        let ty = self.type_of(object);
        match (ty.some(), name.name.as_str()) {
            (Type::Channel(of), "send") => {
                let of = of.as_ref().clone();
                let text = match arguments.first() {
                    Some(crate::lang::ast::Argument::Value(value)) => settled(&self.wanted(value, &of).go),
                    _ => "none{}".to_string(),
                };
                Head::Plain(format!("{target} <- {text}"))
            }
            (Type::Channel(of), _) => Head::Received(target, of.as_ref().clone()),
            _ => Head::Plain(format!("<-{target}.done()")),
        }
    }

    fn arm(&mut self, arm: &SelectArm, head: Head) {
        let name = match &arm.kind {
            SelectArmKind::Await { name, .. } => name.as_ref(),
            SelectArmKind::After { .. } => None,
        };
        match head {
            Head::Plain(text) => {
                self.line(format!("case {text}:"));
                self.out.indent();
            }
            Head::Ended(text) => {
                self.line(format!("case <-{text}.done:"));
                self.out.indent();
                self.ended(&text, arm, name);
            }
            Head::Received(channel, of) => self.received(&channel, &of, name),
        }
        self.block(&arm.body);
        self.out.dedent();
    }

    /// The value of a task or future that has ended, or its error.
    fn ended(&mut self, text: &str, arm: &SelectArm, name: Option<&Ident>) {
        let SelectArmKind::Await { value, .. } = &arm.kind else { return };
        let of = match self.type_of(value).some() {
            Type::Task(of) | Type::Future(of) => of.as_ref().clone(),
            _ => Type::None,
        };
        if self.needs.errors || self.needs.futures_fail {
            self.line(format!("if {text}.err != nil {{"));
            self.out.indent();
            self.raise(&format!("{text}.err"));
            self.out.dedent();
            self.line("}");
        }
        if let Some(name) = name {
            let ty = self.scenario.facts.variable(name);
            let nothing = Expr { kind: ExprKind::None, span: value.span, depth: 1 };
            let given = crate::export::go::golang::Text::new(format!("{text}.value"));
            let text = self.fitted(given, &of, &ty, &nothing).go;
            let variable = self.declare(name, ty);
            self.line(format!("{} := {text}", variable.go));
            self.unread(&variable);
        }
    }

    fn received(&mut self, channel: &str, of: &Type, name: Option<&Ident>) {
        let Some(name) = name else {
            self.line(format!("case <-{channel}:"));
            return self.out.indent();
        };
        let ty = self.scenario.facts.variable(name);
        let optional = matches!(ty, Type::Optional(_)) && !is_nilable(of);
        if !optional {
            let variable = self.declare(name, ty);
            self.line(format!("case {} := <-{channel}:", variable.go));
            self.out.indent();
            return self.unread(&variable);
        }
        let (value, ok) = (self.fresh("value"), self.fresh("ok"));
        self.line(format!("case {value}, {ok} := <-{channel}:"));
        self.out.indent();
        let variable = self.declare(name, ty);
        self.line(format!("{} := optional({value}, {ok})", variable.go));
        self.unread(&variable);
    }
}

/// What stands behind `case`.
enum Head {
    Plain(String),
    /// A handle or a future.
    Ended(String),
    Received(String, Type),
}

/// Is there a `break` of this loop inside a `select`, where Go's would leave the `select`?
fn breaks_in_select(body: &Block) -> bool {
    let mut todo: Vec<(&Statement, bool)> = body.statements.iter().map(|s| (s, false)).collect();
    while let Some((statement, selected)) = todo.pop() {
        match &statement.kind {
            StatementKind::Break if selected => return true,
            StatementKind::While { .. } | StatementKind::Loop { .. } | StatementKind::For { .. } => continue,
            _other => {}
        }
        let selected = selected || matches!(statement.kind, StatementKind::Select { .. });
        for block in crate::export::walk::blocks(statement) {
            todo.extend(block.statements.iter().map(|s| (s, selected)));
        }
    }
    false
}
