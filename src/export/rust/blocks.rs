//! Blocks that clean up, end early or choose: guards, async blocks, `select!`.
//!
//! A body that can be dropped is an async block; a `return` or `break` in it cannot leave the function,
//! so the block gives a `Flow` that says what is to be done behind it.

use crate::export::rust::generator::{Context, Generator};
use crate::export::rust::locals::{assigns, exits, mentions, waits};
use crate::export::types::Type;
use crate::export::writer::Writer;
use crate::lang::ast::{Block, Expr, ExprKind, Ident, SelectArm, SelectArmKind, Statement, StatementKind};
use crate::lang::walk::{Node, walk};

impl<'a> Generator<'a> {
    pub fn compound(&mut self, statement: &'a Statement) {
        match &statement.kind {
            StatementKind::With { object, body } => {
                let guard = self.guard(object);
                self.out.line("{");
                self.out.indent();
                self.out.line(format!("let _held = {guard};"));
                let behind = self.scenario.story.behind(body.span.start);
                self.comment(&behind);
                self.block(body);
                self.out.dedent();
                self.out.line("}");
            }
            StatementKind::Group { name, body } => self.group(name.as_ref(), body),
            StatementKind::Timeout { duration, body, otherwise } => {
                self.need("timeout");
                let d = self.value(duration);
                self.limited(&format!("match timeout({d}, "), "Ok(done)", "Err(_)", body, otherwise.as_ref());
            }
            StatementKind::Scope { name, body, otherwise } => {
                self.need("scope");
                let depth = self.locals.len();
                let rust = self.declare(&name.name);
                self.out.line(format!("let {rust} = Scope::new();"));
                self.limited(&format!("match {rust}.run("), "Some(done)", "None", body, otherwise.as_ref());
                self.locals.truncate(depth);
            }
            StatementKind::Select { arms } => self.select(arms),
            StatementKind::Try { body, failure, cancelled, finally } => {
                let clauses = (failure.as_ref(), cancelled.as_ref(), finally.as_ref());
                self.try_(statement, body, clauses);
            }
            _line => {}
        }
    }

    /// `async { … }`, as the end of a line that was begun and the beginning of one that goes on.
    /// Does it give a `Flow`?
    fn async_block(&mut self, before: &str, body: &'a Block, after: &str) -> bool {
        let flows = exits(body);
        self.out.line(format!("{before}async {{"));
        self.contexts.push(Context { loops: 0, outermost: false });
        self.indented(body);
        self.contexts.pop();
        self.out.indent();
        if flows {
            self.need("flow");
            let returns = self.returns.clone();
            let returns = self.type_name(&returns);
            self.out.line(format!("Ok::<Flow<{returns}>, Error>(Flow::Next)"));
        } else {
            self.out.line("Ok::<(), Error>(())");
        }
        self.out.dedent();
        self.out.line(format!("}}{after}"));
        flows
    }

    /// Goes on as a block was left: its error, or what its `Flow` says.
    fn go_on(&mut self, done: &str, flows: bool) {
        if !flows {
            return self.out.line(format!("{done};"));
        }
        let (outermost, loops) =
            self.contexts.last().map_or((true, false), |context| (context.outermost, context.loops > 0));
        let wrap = |how: &str| match (how, outermost, loops) {
            ("Return(value)", true, _) => "return Ok(value)".to_string(),
            ("Return(value)", false, _) => "return Ok(Flow::Return(value))".to_string(),
            (_, _, true) => how.to_lowercase(),
            (_, false, false) => format!("return Ok(Flow::{how})"),
            (_, true, false) => "unreachable!()".to_string(),
        };
        self.out.line(format!("match {done} {{"));
        self.out.indent();
        self.out.line("Flow::Next => {}");
        for how in ["Break", "Continue", "Return(value)"] {
            self.out.line(format!("Flow::{how} => {},", wrap(how)));
        }
        self.out.dedent();
        self.out.line("}");
    }

    /// `timeout`, `scope`: a body, and what to do if it was dropped.
    fn limited(
        &mut self,
        before: &str,
        done: &str,
        dropped: &str,
        body: &'a Block,
        otherwise: Option<&'a Block>,
    ) {
        let flows = self.async_block(before, body, ").await {");
        self.out.indent();
        self.out.line(format!("{done} => {{"));
        self.out.indent();
        self.go_on("done?", flows);
        self.out.dedent();
        self.out.line("}");
        match otherwise {
            Some(otherwise) => {
                self.out.line(format!("{dropped} => {{"));
                self.indented(otherwise);
                self.out.line("}");
            }
            None => self.out.line(format!("{dropped} => {{}}")),
        }
        self.out.dedent();
        self.out.line("}");
    }

    fn group(&mut self, name: Option<&'a Ident>, body: &'a Block) {
        self.need("group");
        let depth = self.locals.len();
        let rust = match name {
            Some(name) => self.declare(&name.name),
            None => self.temporary("group"),
        };
        self.out.line(format!("let {rust} = Group::new();"));
        self.groups.push(Some(rust.clone()));
        if exits(body) {
            self.async_block(&format!("let done = {rust}.run("), body, ").await?;");
            self.out.line("if let Some(done) = done {");
            self.out.indent();
            self.go_on("done", true);
            self.out.dedent();
            self.out.line("}");
        } else {
            self.async_block(&format!("{rust}.run("), body, ").await?;");
        }
        self.groups.pop();
        self.locals.truncate(depth);
    }

    // ── select ────────────────────────────────────────────────────────────

    fn select(&mut self, arms: &'a [SelectArm]) {
        self.out.line("select! {");
        self.out.indent();
        for arm in arms {
            let depth = self.locals.len();
            let (name, value) = match &arm.kind {
                SelectArmKind::Await { name, value } => (name.as_ref(), Some(value)),
                SelectArmKind::After { .. } => (None, None),
            };
            let future = match &arm.kind {
                SelectArmKind::After { duration } => {
                    self.need("sleep");
                    format!("sleep({})", self.value(duration))
                }
                SelectArmKind::Await { value, .. } => self.arm_future(value),
            };
            let pattern = if value.is_some() { "it" } else { "_" };
            self.out.line(format!("{pattern} = {future} => {{"));
            self.out.indent();
            if let Some(value) = value {
                let taken = self.taken(value);
                match name {
                    Some(name) => {
                        let rust = self.declare(&name.name);
                        self.out.line(format!("let {rust} = {taken};"));
                    }
                    None => self.out.line(format!("let _ = {taken};")),
                }
            }
            self.out.dedent();
            self.indented(&arm.body);
            self.out.line("}");
            self.locals.truncate(depth);
        }
        self.out.dedent();
        self.out.line("}");
    }

    /// What an arm waits for, without its `await`.
    fn arm_future(&mut self, value: &'a Expr) -> String {
        let ExprKind::Method { object, name, arguments } = &value.kind else { return self.future(value) };
        let code = self.method(object, name, arguments, true).text;
        match code.split_once(".await") {
            Some((future, _)) if !future.contains('?') => future.to_string(),
            Some((future, _)) => format!("async {{ {future}.await }}"),
            None => code,
        }
    }

    /// What an arm's `it` comes to.
    fn taken(&self, value: &Expr) -> &'static str {
        match &value.kind {
            ExprKind::Method { object, name, .. } => match (name.name.as_str(), self.type_of(object)) {
                ("recv", _) if !self.scenario.facts.closes => "it.unwrap()",
                ("send", _) | ("wait", Type::Object(crate::lang::ast::ObjectKind::Condition)) => "it?",
                _ => "it",
            },
            _ => "it?",
        }
    }

    // ── try ───────────────────────────────────────────────────────────────

    fn try_(
        &mut self,
        statement: &'a Statement,
        body: &'a Block,
        (failure, cancelled, finally): (Option<&'a (Ident, Block)>, Option<&'a Block>, Option<&'a Block>),
    ) {
        if let Some(block) = cancelled.filter(|block| guards(block)) {
            self.check_guard(statement, body, block);
        }
        if let Some(block) = finally {
            self.check_guard(statement, body, block);
        }
        if let Some(finally) = finally {
            self.need("defer");
            self.out.line("{");
            self.out.indent();
            let run = self.closure(finally);
            self.out.line(format!("let _finally = defer({run});"));
        }
        match (failure, cancelled) {
            (None, None) => self.block(body),
            clauses => self.caught(body, clauses),
        }
        if finally.is_some() {
            self.out.dedent();
            self.out.line("}");
        }
    }

    fn caught(
        &mut self,
        body: &'a Block,
        (failure, cancelled): (Option<&'a (Ident, Block)>, Option<&'a Block>),
    ) {
        let guard = cancelled.filter(|block| guards(block)).map(|block| {
            self.need("on_abort");
            let (guard, run) = (self.temporary("aborted"), self.closure(block));
            self.out.line(format!("let {guard} = on_abort({run});"));
            guard
        });
        let outcome = self.temporary("outcome");
        let flows = self.async_block(&format!("let {outcome} = "), body, ".await;");
        if let Some(guard) = guard {
            self.out.line(format!("{guard}.passed();"));
        }
        self.out.line(format!("match {outcome} {{"));
        self.out.indent();
        if flows {
            self.out.line("Ok(done) => {");
            self.out.indent();
            self.go_on("done", true);
            self.out.dedent();
            self.out.line("}");
        } else {
            self.out.line("Ok(()) => {}");
        }
        if let Some(block) = cancelled {
            self.out.line("Err(Error::Cancelled) => {");
            self.indented(block);
            self.out.line("}");
        }
        match failure {
            Some((name, block)) => {
                let depth = self.locals.len();
                let rust = self.declare(&name.name);
                let used = mentions(block, &name.name);
                let pattern = match (used, cancelled.is_some()) {
                    (false, _) => "Err(Error::Failed(_))".to_string(),
                    (true, true) => format!("Err({rust})"),
                    (true, false) => format!("Err({rust} @ Error::Failed(_))"),
                };
                self.out.line(format!("{pattern} => {{"));
                self.indented(block);
                self.out.line("}");
                self.locals.truncate(depth);
                if cancelled.is_none() {
                    self.out.line("Err(error) => return Err(error),");
                }
            }
            None => self.out.line("Err(error) => return Err(error),"),
        }
        self.out.dedent();
        self.out.line("}");
    }

    /// Refuses what no destructor can do.
    fn check_guard(&self, statement: &Statement, body: &Block, block: &Block) {
        if waits(block) {
            self.refuse(
                statement.span,
                "an `await` in the clean-up of a cancellation",
                "a future that is dropped runs destructors only, and those cannot wait",
                "do what waits behind the block, or in a task of its own",
            );
        }
        for name in self.locals.iter().map(|(name, _)| name) {
            if mentions(block, name) && (assigns(body, name) || assigns(block, name)) {
                self.refuse(
                    statement.span,
                    "clean-up that reads a variable which the block assigns",
                    "a destructor borrows the variable for as long as the block runs",
                    "keep it in a `shared` variable",
                );
            }
        }
    }

    /// Clean-up as a closure.
    fn closure(&mut self, block: &'a Block) -> String {
        let outer = std::mem::replace(&mut self.out, Writer::new("    "));
        self.contexts.push(Context { loops: 0, outermost: true });
        self.out.indent();
        for statement in &block.statements {
            if !matches!(statement.kind, StatementKind::FailCancelled) {
                self.only(statement);
            }
        }
        self.contexts.pop();
        let text = std::mem::replace(&mut self.out, outer).finish();
        if text.contains('?') || text.contains("return ") {
            return format!(
                "|| {{\n    let _ = (|| -> Result<()> {{\n{}        Ok(())\n    }})();\n}}",
                shifted(&text)
            );
        }
        format!("|| {{\n{text}}}")
    }
}

fn shifted(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

/// Does `catch cancelled` pass the cancellation on, so that a destructor can say the same?
fn guards(block: &Block) -> bool {
    let mut swallows =
        !matches!(block.statements.last().map(|last| &last.kind), Some(StatementKind::FailCancelled));
    walk(block, &mut |node| {
        if let Node::Statement(statement) = node {
            swallows |= matches!(
                statement.kind,
                StatementKind::Return { .. } | StatementKind::Break | StatementKind::Continue
            );
        }
    });
    !swallows
}
