//! Statements that are a line or a loop.

use crate::export::rust::expressions::{ATOM, contains_await};
use crate::export::rust::generator::Generator;
use crate::export::rust::locals::{assigns, mentions_in};
use crate::export::types::Type;
use crate::lang::ast::{Block, Expr, ExprKind, Ident, Iterable, Statement, StatementKind, TextPart, simple};

impl<'a> Generator<'a> {
    /// The statements of a block, with their comments.
    pub fn block(&mut self, block: &'a Block) {
        let depth = self.locals.len();
        for (n, statement) in block.statements.iter().enumerate() {
            let before = self.scenario.story.before(statement.span.start);
            self.comment(&before);
            self.statement(statement, &block.statements[n + 1..]);
            if matches!(statement.kind, simple!()) {
                let beside = self.scenario.story.beside(statement.span);
                if !beside.is_empty() {
                    self.out.behind(&format!("  // {}", beside.join(" ")));
                }
            }
        }
        let last = self.scenario.story.before(block.span.end.saturating_sub(1));
        self.comment(&last);
        self.locals.truncate(depth);
    }

    pub fn indented(&mut self, block: &'a Block) {
        self.out.indent();
        let behind = self.scenario.story.behind(block.span.start);
        self.comment(&behind);
        self.block(block);
        self.out.dedent();
    }

    /// A statement behind which nothing of its block is looked at.
    pub fn only(&mut self, statement: &'a Statement) {
        self.statement(statement, &[]);
    }

    fn statement(&mut self, statement: &'a Statement, rest: &'a [Statement]) {
        match &statement.kind {
            StatementKind::Let { name, value } => self.let_(name, value, rest),
            StatementKind::Assign { name, index, value } => self.assign(name, index.as_ref(), value),
            StatementKind::Work { duration, label } => {
                self.need("work");
                let d = self.value(duration);
                self.labelled(format!("work({d});"), label.as_ref());
            }
            StatementKind::Block { duration, label } => {
                self.need("block");
                let d = self.value(duration);
                self.labelled(format!("block({d});"), label.as_ref());
            }
            StatementKind::Expr { value, label } => {
                let code = self.value(value);
                self.labelled(format!("{code};"), label.as_ref());
            }
            StatementKind::Return { value } => self.return_(value.as_ref()),
            StatementKind::Break => self.leave_loop("Break"),
            StatementKind::Continue => self.leave_loop("Continue"),
            StatementKind::Fail { value } => {
                let error = self.error(value);
                self.out.line(format!("return Err({error});"));
            }
            StatementKind::FailCancelled => self.out.line("return Err(Error::Cancelled);"),
            StatementKind::Log { text } => self.log(text),
            StatementKind::Observe { metric, value } => {
                self.need("observe");
                let place = self.place(value);
                self.out.line(format!("observe(\"{}\", &show(&{place}));", metric.name));
            }
            StatementKind::Assert { condition, message } => {
                let condition = self.code(condition).within(ATOM);
                let text =
                    message.as_ref().map_or("\"assertion failed\"".to_string(), |text| self.message(text));
                self.out.line(format!("if !{condition} {{"));
                self.out.indent();
                self.out.line(format!("return Err(failure({text}));"));
                self.out.dedent();
                self.out.line("}");
            }
            StatementKind::If { arms, otherwise } => self.if_(arms, otherwise.as_ref()),
            StatementKind::While { condition, body } => {
                let condition = self.value(condition);
                self.loop_(&format!("while {condition} {{"), body);
            }
            StatementKind::Loop { body } => self.loop_("loop {", body),
            StatementKind::For { name, waits, over, body } => self.for_(name, *waits, over, body),
            StatementKind::With { .. }
            | StatementKind::Group { .. }
            | StatementKind::Timeout { .. }
            | StatementKind::Scope { .. }
            | StatementKind::Select { .. }
            | StatementKind::Try { .. } => self.compound(statement),
        }
    }

    /// A label becomes a comment.
    fn labelled(&mut self, line: String, label: Option<&'a Expr>) {
        self.out.line(line);
        let Some(Expr { kind: ExprKind::Text(parts), .. }) = label else { return };
        let text: String = parts
            .iter()
            .map(|part| match part {
                TextPart::Literal(text) => text.replace(['\n', '\r'], " "),
                TextPart::Expr(_) => "…".to_string(),
            })
            .collect();
        self.out.behind(&format!("  // {text}"));
    }

    fn let_(&mut self, name: &'a Ident, value: &'a Expr, rest: &'a [Statement]) {
        let kind = self.scenario.facts.variable(name);
        let code = self.value_as(value, &kind);
        let changed = rest.iter().any(|statement| {
            let again = crate::lang::walk::blocks(statement).into_iter().any(|block| assigns(block, &name.name));
            let here = matches!(&statement.kind, StatementKind::Assign { name: assigned, .. } if assigned.name == name.name);
            again || here
        });
        let rust = self.declare(&name.name);
        let word = if changed || matches!(kind, Type::Results(_)) { "let mut" } else { "let" };
        let told = match (&kind, &value.kind) {
            (Type::Int, ExprKind::Int(_))
            | (Type::List(_), ExprKind::List(_))
            | (Type::Optional(_), ExprKind::None)
            | (Type::Future(_), _) => format!(": {}", self.type_name(&kind)),
            _ => String::new(),
        };
        self.out.line(format!("{word} {rust}{told} = {code};"));
    }

    fn assign(&mut self, name: &'a Ident, index: Option<&'a Expr>, value: &'a Expr) {
        let local = self.local(&name.name).map(str::to_string);
        let kind = match local {
            Some(_) => self.scenario.facts.variable(name),
            None => self.scenario.facts.global(&name.name),
        };
        let place = local.clone().or_else(|| self.globals.get(&name.name).cloned()).unwrap_or_default();
        let Some(index) = index else {
            let code = self.value_as(value, &kind);
            let line =
                if local.is_some() { format!("{place} = {code};") } else { format!("{place}.set({code});") };
            return self.out.line(line);
        };
        self.need("numbers");
        let of = match kind.some() {
            Type::List(of) => (**of).clone(),
            _ => Type::Unknown,
        };
        // Nobody may look at a list, or wait, while it is lent to be changed.
        let looks =
            [index, value].into_iter().any(|part| mentions_in(part, &name.name) || contains_await(part));
        let at = index;
        let (mut index, mut code) = (self.value(at), self.value_as(value, &of));
        if looks {
            index = self.kept("index", at, index);
            code = self.kept("value", value, code);
        }
        if local.is_some() {
            return self.out.line(format!("put(&mut {place}, {index}, {code})?;"));
        }
        let list = self.temporary("list");
        self.out.line(format!("let mut {list} = {place}.get();"));
        self.out.line(format!("put(&mut {list}, {index}, {code})?;"));
        self.out.line(format!("{place}.set({list});"));
    }

    /// What was computed, under a name of its own where it is more than a name or a number.
    fn kept(&mut self, stem: &str, expr: &Expr, code: String) -> String {
        if matches!(expr.kind, ExprKind::Int(_) | ExprKind::Name(_)) {
            return code;
        }
        let kept = self.temporary(stem);
        self.out.line(format!("let {kept} = {code};"));
        kept
    }

    /// What `fail` raises.
    fn error(&mut self, value: &'a Expr) -> String {
        match self.type_of(value) {
            Type::Failure => self.value(value),
            Type::Outcome(_) => {
                let place = self.place(value);
                format!("match {place} {{ Err(error) => error.clone(), Ok(value) => failure(show(&value)) }}")
            }
            _ => format!("failure({})", self.message(value)),
        }
    }

    fn log(&mut self, text: &'a Expr) {
        let ExprKind::Text(parts) = &text.kind else {
            let place = self.place(text);
            return self.out.line(format!("log!(\"{{}}\", show(&{place}));"));
        };
        let (lets, format) = self.format(parts);
        for line in lets {
            self.out.line(line);
        }
        self.out.line(format!("log!({format});"));
    }

    fn return_(&mut self, value: Option<&'a Expr>) {
        let wanted = self.returns.clone();
        let code = match (value, &wanted) {
            (Some(value), Type::None | Type::Unknown) if self.type_of(value) == Type::None => {
                let code = self.value(value);
                if code != "()" {
                    self.out.line(format!("{code};"));
                }
                "()".to_string()
            }
            (Some(value), wanted) => self.value_as(value, wanted),
            (None, Type::Optional(_)) => "None".to_string(),
            (None, _) => "()".to_string(),
        };
        let outermost = self.contexts.last().is_none_or(|context| context.outermost);
        self.out.line(match outermost {
            true => format!("return Ok({code});"),
            false => format!("return Ok(Flow::Return({code}));"),
        });
    }

    fn leave_loop(&mut self, how: &str) {
        let here = self.contexts.last().is_none_or(|context| context.loops > 0);
        self.out.line(match here {
            true => format!("{};", how.to_lowercase()),
            false => format!("return Ok(Flow::{how});"),
        });
    }

    fn if_(&mut self, arms: &'a [(Expr, Block)], otherwise: Option<&'a Block>) {
        for (n, (condition, body)) in arms.iter().enumerate() {
            let condition = self.value(condition);
            let word = if n == 0 { "if" } else { "} else if" };
            self.out.line(format!("{word} {condition} {{"));
            self.indented(body);
        }
        if let Some(otherwise) = otherwise {
            self.out.line("} else {");
            self.indented(otherwise);
        }
        self.out.line("}");
    }

    fn loop_(&mut self, head: &str, body: &'a Block) {
        self.out.line(head);
        self.in_loop(body);
        self.out.line("}");
    }

    fn in_loop(&mut self, body: &'a Block) {
        if let Some(context) = self.contexts.last_mut() {
            context.loops += 1;
        }
        self.indented(body);
        if let Some(context) = self.contexts.last_mut() {
            context.loops -= 1;
        }
    }

    fn for_(&mut self, name: &'a Ident, waits: bool, over: &'a Iterable, body: &'a Block) {
        let depth = self.locals.len();
        let changed = if assigns(body, &name.name) { "mut " } else { "" };
        let head = match (waits, over) {
            (true, Iterable::Value(value)) => {
                let channel = matches!(self.type_of(value), Type::Channel(_));
                let source = match &value.kind {
                    ExprKind::Name(_) => self.place(value),
                    _ if channel => self.code(value).within(ATOM),
                    _ => {
                        let (results, code) = (self.temporary("results"), self.value(value));
                        self.out.line(format!("let mut {results} = {code};"));
                        results
                    }
                };
                let rust = self.declare(&name.name);
                match channel {
                    true => format!("while let Some({changed}{rust}) = {source}.recv().await {{"),
                    false => format!("while let Some({changed}{rust}) = {source}.next().await? {{"),
                }
            }
            (_, over) => {
                let over = self.iterable(over);
                let rust = self.declare(&name.name);
                format!("for {changed}{rust} in {over} {{")
            }
        };
        self.loop_(&head, body);
        self.locals.truncate(depth);
    }
}
