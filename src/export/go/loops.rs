//! `while`, `loop`, `for`, and what `break` leaves.

use crate::export::go::expressions::acts;
use crate::export::go::golang::{Golang, Loop, PRIMARY, Text, UNARY};
use crate::export::go::text::{settled, strip};
use crate::export::go::waits::{Call, Gives};
use crate::export::types::Type;
use crate::lang::ast::{Block, Expr, Ident, Iterable, Statement, StatementKind};
use crate::lang::walk::blocks;

impl Golang<'_> {
    pub fn while_loop(&mut self, condition: &Expr, body: &Block) {
        self.enter_loop(body, |this| {
            if !acts(condition) {
                let text = settled(&this.expr(condition).go);
                return this.loop_line(format!("for {text} {{"));
            }
            this.loop_line("for {");
            this.out.indent();
            let text = this.expr(condition).at(UNARY);
            this.line(format!("if !{text} {{\n\tbreak\n}}"));
            this.out.dedent();
        });
        self.close_loop(body);
    }

    pub fn enter_loop(&mut self, body: &Block, head: impl FnOnce(&mut Self)) {
        let label = breaks_in_select(body).then(|| self.fresh("turns"));
        self.loops.push(Loop { label, frames: self.frames.len(), selects: self.selects });
        head(self);
    }

    /// The `for` itself, with its label right before it.
    pub fn loop_line(&mut self, text: impl AsRef<str>) {
        if let Some(Loop { label: Some(label), .. }) = self.loops.last().cloned() {
            self.out.dedent();
            self.line(format!("{label}:"));
            self.out.indent();
        }
        self.line(text);
    }

    pub fn close_loop(&mut self, body: &Block) {
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
                let to = if steady { texts[1].clone() } else { Text::new(self.keep("end", &texts[1].go)) };
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

    pub fn for_loop(&mut self, name: &Ident, waits: bool, over: &Iterable, body: &Block) {
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
            let call = Call { go: format!("{results}.next({ctx})"), gives: Gives::Value(of), fails };
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
        for block in blocks(statement) {
            todo.extend(block.statements.iter().map(|s| (s, selected)));
        }
    }
    false
}
