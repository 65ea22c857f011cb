//! `select`, and what its cases receive.

use crate::export::go::golang::{Golang, PRIMARY, Text};
use crate::export::go::text::settled;
use crate::export::go::values::is_nilable;
use crate::export::types::Type;
use crate::lang::ast::{Argument, Block, Expr, ExprKind, Ident, SelectArm, SelectArmKind};

impl Golang<'_> {
    pub fn select(&mut self, arms: &[SelectArm]) {
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
    pub fn guarded_select(&mut self, arms: &[SelectArm]) {
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
                    Some(Argument::Value(value)) => settled(&self.wanted(value, &of).go),
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
            let given = Text::new(format!("{text}.value"));
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
