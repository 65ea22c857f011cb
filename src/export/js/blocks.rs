//! Statements with blocks.

use crate::export::js::numbers::prec;
use crate::export::js::program::Js;
use crate::lang::ast::{
    Block, Expr, ExprKind, Ident, Iterable, SelectArm, SelectArmKind, Statement, StatementKind, simple,
};

impl<'a> Js<'_, 'a> {
    pub fn compound(&mut self, statement: &'a Statement) {
        match &statement.kind {
            StatementKind::If { arms, otherwise } => self.if_block(arms, otherwise.as_ref()),
            StatementKind::While { condition, body } => {
                let condition = self.expr(condition, 0);
                self.braces(&format!("while ({condition})"), body);
            }
            StatementKind::Loop { body } => self.braces("for (;;)", body),
            StatementKind::For { name, waits: true, over: Iterable::Value(over), body } => {
                self.for_await(name, over, body);
            }
            StatementKind::For { name, over, body, .. } => self.for_each(name, over, body),
            StatementKind::With { object, body } => self.with(object, body),
            StatementKind::Group { name, body } => self.group(name.as_ref(), body),
            StatementKind::Timeout { duration, body, otherwise } => {
                let d = self.expr(duration, 0);
                let limit = self.names.take("deadline");
                self.deadline(&limit, &d, body, otherwise.as_ref());
            }
            StatementKind::Scope { name, body, otherwise } => {
                let depth = self.locals.depth();
                let scope = self.declare(name, false);
                self.deadline(&scope, "null", body, otherwise.as_ref());
                self.forget_name(depth);
            }
            StatementKind::Select { arms } => self.select(arms),
            StatementKind::Try { body, failure, cancelled, finally } => {
                self.try_block(body, failure.as_ref(), cancelled.as_ref(), finally.as_ref());
            }
            simple!() => self.statement(statement),
        }
        let rest =
            self.scenario.story.beside(crate::source::Span { start: statement.span.end, ..statement.span });
        self.comments(&rest);
    }

    /// `head { … }`
    fn braces(&mut self, head: &str, body: &'a Block) {
        self.out.line(format!("{head} {{"));
        self.body(body);
        self.out.line("}");
    }

    /// A name that stays taken: its `const` lives in the block around.
    fn forget_name(&mut self, depth: usize) {
        while self.locals.depth() > depth {
            self.locals.pop();
        }
    }

    fn if_block(&mut self, arms: &'a [(Expr, Block)], otherwise: Option<&'a Block>) {
        for (n, (condition, body)) in arms.iter().enumerate() {
            let condition = self.expr(condition, 0);
            if n == 0 {
                self.out.line(format!("if ({condition}) {{"));
            } else {
                self.out.behind(&format!(" else if ({condition}) {{"));
            }
            self.body(body);
            self.out.line("}");
        }
        if let Some(otherwise) = otherwise {
            self.out.behind(" else {");
            self.body(otherwise);
            self.out.line("}");
        }
    }

    fn for_each(&mut self, name: &'a Ident, over: &'a Iterable, body: &'a Block) {
        let depth = self.locals.depth();
        let head = match over {
            Iterable::Range { from, to, inclusive } if self.steady(to, name) => {
                let (from, to) = (self.expr(from, 0), self.expr(to, prec::ADD));
                let name = self.declare(name, true);
                let sign = if *inclusive { "<=" } else { "<" };
                format!("for (let {name} = {from}; {name} {sign} {to}; {name}++)")
            }
            _other => {
                let iterable = self.iterable(over);
                let word = self.word(&name.name);
                let name = self.declare(name, false);
                format!("for ({word} {name} of {iterable})")
            }
        };
        self.braces(&head, body);
        self.forget(depth);
    }

    /// Can the end of a range be computed again and again?
    fn steady(&self, to: &Expr, name: &Ident) -> bool {
        if self.changed.contains(name.name.as_str()) {
            return false;
        }
        match &to.kind {
            ExprKind::Int(_) => true,
            ExprKind::Name(name) => match self.locals.get(name) {
                Some(_) => !self.changed.contains(name.as_str()),
                None => self.scenario.constants.params.iter().any(|(param, _)| param == name),
            },
            _other => false,
        }
    }

    fn for_await(&mut self, name: &'a Ident, over: &'a Expr, body: &'a Block) {
        let over = self.expr(over, prec::CALL);
        let depth = self.locals.depth();
        let word = self.word(&name.name);
        let name = self.declare(name, false);
        let signal = if self.signal { "signal" } else { "" };
        self.braces(&format!("for await ({word} {name} of {over}.values({signal}))"), body);
        self.forget(depth);
    }

    fn with(&mut self, object: &'a Expr, body: &'a Block) {
        let simple = match &object.kind {
            ExprKind::Name(name) => !self.changed.contains(name.as_str()),
            ExprKind::Field { object, .. } => matches!(object.kind, ExprKind::Name(_)),
            _other => false,
        };
        let mut held = self.expr(object, prec::CALL);
        if !simple {
            let name = self.names.take("held");
            self.out.line(format!("const {name} = {held};"));
            held = name;
        }
        let signal = if self.signal { "signal" } else { "" };
        self.out.line(format!("await {held}.acquire({signal});"));
        self.braces("try", body);
        self.out.behind(" finally {");
        self.out.indent();
        self.out.line(format!("{held}.release();"));
        self.out.dedent();
        self.out.line("}");
    }

    /// A block with a signal of its own.
    fn with_signal_of(&mut self, owner: &str, body: &'a Block) {
        let outer = std::mem::replace(&mut self.signal, true);
        self.out.line("try {");
        self.body_after(body, |js| js.out.line(format!("const {{ signal }} = {owner};")));
        self.signal = outer;
        self.out.line("} catch (error) {");
    }

    fn group(&mut self, name: Option<&'a Ident>, body: &'a Block) {
        let depth = self.locals.depth();
        let group = match name {
            Some(name) => self.declare(name, false),
            None => self.names.take("group"),
        };
        self.needs_task();
        let class = self.needs("TaskGroup");
        let signal = if self.signal { "signal" } else { "" };
        self.out.line(format!("const {group} = new {class}({signal});"));
        self.groups.push(group.clone());
        self.with_signal_of(&group, body);
        self.groups.pop();
        self.out.indent();
        self.out.line(format!("{group}.fail(error);"));
        self.out.dedent();
        self.out.line("} finally {");
        self.out.indent();
        self.out.line(format!("await {group}.close();"));
        self.out.dedent();
        self.out.line("}");
        self.forget_name(depth);
    }

    fn deadline(&mut self, limit: &str, d: &str, body: &'a Block, otherwise: Option<&'a Block>) {
        let class = self.needs("Deadline");
        let signal = if self.signal { ", signal" } else { "" };
        self.out.line(format!("const {limit} = new {class}({d}{signal});"));
        self.with_signal_of(limit, body);
        self.out.indent();
        self.out.line(format!("if (!{limit}.expired(error)) throw error;"));
        self.out.dedent();
        let caught = self.caught.take();
        if let Some(otherwise) = otherwise {
            self.body(otherwise);
        }
        self.caught = caught;
        self.out.line("} finally {");
        self.out.indent();
        self.out.line(format!("{limit}.clear();"));
        self.out.dedent();
        self.out.line("}");
    }

    fn select(&mut self, arms: &'a [SelectArm]) {
        let helper = self.needs("select");
        let signal = self.signal_or_none();
        let given: Vec<String> = arms.iter().map(|arm| self.arm(arm)).collect();
        let named = arms.iter().any(|arm| matches!(arm.kind, SelectArmKind::Await { name: Some(_), .. }));
        let (arm, came) = (self.names.take("which"), self.names.take("came"));
        let names = if named { format!("{arm}, {came}") } else { arm.clone() };
        self.out.line(format!("const [{names}] = await {helper}({signal}, {});", given.join(", ")));
        for (n, SelectArm { kind, body, .. }) in arms.iter().enumerate() {
            let head = format!("if ({arm} === {n}) {{");
            if n == 0 {
                self.out.line(head);
            } else {
                self.out.behind(&format!(" else {head}"));
            }
            let depth = self.locals.depth();
            self.body_after(body, |js| {
                if let SelectArmKind::Await { name: Some(name), .. } = kind {
                    let word = js.word(&name.name);
                    let name = js.declare(name, false);
                    js.out.line(format!("{word} {name} = {came};"));
                }
            });
            self.forget(depth);
            self.out.line("}");
        }
    }

    fn try_block(
        &mut self,
        body: &'a Block,
        failure: Option<&'a (Ident, Block)>,
        cancelled: Option<&'a Block>,
        finally: Option<&'a Block>,
    ) {
        self.braces("try", body);
        let outer = self.caught.take();
        match (failure, cancelled) {
            (None, None) => {}
            (Some((name, block)), None) => self.catch_failure(name, block),
            (None, Some(block)) => self.catch_cancelled(block, None),
            (failure, Some(block)) => self.catch_cancelled(block, failure),
        }
        self.caught = outer;
        if let Some(block) = finally {
            self.out.behind(" finally {");
            self.body(block);
            self.out.line("}");
        }
    }

    fn catch_failure(&mut self, name: &'a Ident, block: &'a Block) {
        let depth = self.locals.depth();
        let name = self.declare(name, false);
        self.out.behind(&format!(" catch ({name}) {{"));
        self.body_after(block, |js| js.out.line(format!("if ({name}.name === 'AbortError') throw {name};")));
        self.out.line("}");
        self.forget(depth);
    }

    fn catch_cancelled(&mut self, block: &'a Block, failure: Option<&'a (Ident, Block)>) {
        let error = self.names.take("reason");
        self.out.behind(&format!(" catch ({error}) {{"));
        let Some((name, failed)) = failure else {
            self.caught = Some(error.clone());
            let other = format!("if ({error}.name !== 'AbortError') throw {error};");
            self.body_after(block, |js| js.out.line(other));
            self.caught = None;
            self.names.give_back(&error);
            return self.out.line("}");
        };
        self.out.indent();
        self.out.line(format!("if ({error}.name === 'AbortError') {{"));
        self.caught = Some(error.clone());
        self.body(block);
        self.caught = None;
        self.out.line("} else {");
        let depth = self.locals.depth();
        let word = self.word(&name.name);
        self.body_after(failed, |js| {
            let name = js.declare(name, false);
            js.out.line(format!("{word} {name} = {error};"));
        });
        self.forget(depth);
        self.out.line("}");
        self.out.dedent();
        self.out.line("}");
        self.names.give_back(&error);
    }
}
