//! Blocks and statements.

use crate::diagnostic::Diagnostic;
use crate::lang::ast::{Block, Expr, ExprKind, SelectArm, SelectArmKind, Statement, StatementKind, TextPart};
use crate::lang::parse::builder::{Builder, only, take};
use crate::lang::parse::foreign;
use crate::lang::parse::grammar::{Pair, Rule, parts};
use crate::lang::parse::sequence::Sequence;
use crate::lang::parse::trouble::Context;
use crate::source::Span;

impl Builder<'_> {
    pub fn block(&mut self, pair: Pair) -> Block {
        let span = self.span(&pair);
        let mut sequence = Sequence::new(Context::Statement);
        let mut statements = Vec::new();
        for part in parts(pair) {
            self.entry(&mut sequence, &part);
            if part.as_rule() == Rule::statement {
                statements.extend(self.statement(part));
            }
        }
        Block { statements, span }
    }

    fn statement(&mut self, pair: Pair) -> Option<Statement> {
        let pair = only(pair.into_inner());
        let span = self.span(&pair);
        let kind = self.statement_kind(pair, span)?;
        Some(Statement { kind, span })
    }

    /// One line a statement; what nests has a function of its own, so that the frames of deeply
    /// nested blocks stay small.
    fn statement_kind(&mut self, pair: Pair, span: Span) -> Option<StatementKind> {
        match pair.as_rule() {
            Rule::binding => self.binding(pair),
            Rule::assignment => self.assignment(pair),
            Rule::evaluation => self.evaluation(pair, span),
            Rule::work => self.timed(pair).map(|(duration, label)| StatementKind::Work { duration, label }),
            Rule::hold => self.timed(pair).map(|(duration, label)| StatementKind::Block { duration, label }),
            Rule::condition => self.condition(pair),
            Rule::while_loop => {
                self.headed(pair).map(|(condition, body)| StatementKind::While { condition, body })
            }
            Rule::endless_loop => Some(StatementKind::Loop { body: self.inner_block(pair) }),
            Rule::for_loop => self.for_loop(pair),
            Rule::break_loop => Some(StatementKind::Break),
            Rule::continue_loop => Some(StatementKind::Continue),
            Rule::give_back => self.give_back(pair),
            Rule::with => self.headed(pair).map(|(object, body)| StatementKind::With { object, body }),
            Rule::group => self.group(pair),
            Rule::timeout => self.timeout(pair),
            Rule::scope => Some(self.scope(pair)),
            Rule::select => Some(self.select(pair)),
            Rule::try_block => self.try_block(pair, span),
            Rule::fail_cancelled => Some(StatementKind::FailCancelled),
            Rule::fail => self.inner_expression(pair).map(|value| StatementKind::Fail { value }),
            Rule::log => self.inner_expression(pair).map(|text| StatementKind::Log { text: as_text(text) }),
            Rule::observe => self.observe(pair),
            _ => self.check(pair),
        }
    }

    fn binding(&mut self, pair: Pair) -> Option<StatementKind> {
        let mut parts = parts(pair);
        let name = self.ident(&only(&mut parts));
        let value = self.expression(only(&mut parts))?;
        self.refuse_label(parts.next(), &value)?;
        Some(StatementKind::Let { name, value })
    }

    fn assignment(&mut self, pair: Pair) -> Option<StatementKind> {
        let mut parts = parts(pair).peekable();
        let name = self.ident(&only(&mut parts));
        let index = match take(&mut parts, Rule::index) {
            Some(index) => Some(self.inner_expression(index)?),
            None => None,
        };
        let value = self.expression(only(&mut parts))?;
        self.refuse_label(parts.next(), &value)?;
        Some(StatementKind::Assign { name, index, value })
    }

    /// `work d "label"`, `block d "label"`
    fn timed(&mut self, pair: Pair) -> Option<(Expr, Option<Expr>)> {
        let mut parts = parts(pair);
        let duration = self.expression(only(&mut parts));
        let label = self.label(parts.next())?;
        Some((duration?, label))
    }

    /// A word, an expression, a block: `while c { … }`, `with x { … }`.
    fn headed(&mut self, pair: Pair) -> Option<(Expr, Block)> {
        let mut parts = parts(pair);
        let head = self.expression(only(&mut parts));
        let body = self.block(only(&mut parts));
        Some((head?, body))
    }

    fn for_loop(&mut self, pair: Pair) -> Option<StatementKind> {
        let mut parts = parts(pair).peekable();
        let waits = take(&mut parts, Rule::for_await).is_some();
        let name = self.ident(&only(&mut parts));
        let over = self.iterable(only(&mut parts));
        let body = self.block(only(&mut parts));
        Some(StatementKind::For { name, waits, over: over?, body })
    }

    fn give_back(&mut self, pair: Pair) -> Option<StatementKind> {
        match parts(pair).next() {
            Some(value) => self.expression(value).map(|value| StatementKind::Return { value: Some(value) }),
            None => Some(StatementKind::Return { value: None }),
        }
    }

    fn group(&mut self, pair: Pair) -> Option<StatementKind> {
        let mut parts = parts(pair).peekable();
        let name = take(&mut parts, Rule::name).map(|name| self.ident(&name));
        Some(StatementKind::Group { name, body: self.block(only(&mut parts)) })
    }

    fn timeout(&mut self, pair: Pair) -> Option<StatementKind> {
        let mut parts = parts(pair);
        let duration = self.expression(only(&mut parts));
        let body = self.block(only(&mut parts));
        let otherwise = parts.next().map(|otherwise| self.inner_block(otherwise));
        Some(StatementKind::Timeout { duration: duration?, body, otherwise })
    }

    fn scope(&mut self, pair: Pair) -> StatementKind {
        let mut parts = parts(pair);
        let name = self.ident(&only(&mut parts));
        let body = self.block(only(&mut parts));
        let otherwise = parts.next().map(|otherwise| self.inner_block(otherwise));
        StatementKind::Scope { name, body, otherwise }
    }

    fn observe(&mut self, pair: Pair) -> Option<StatementKind> {
        let mut parts = parts(pair);
        let metric = self.ident(&only(&mut parts));
        let value = self.expression(only(&mut parts))?;
        Some(StatementKind::Observe { metric, value })
    }

    /// `assert c, "message"`
    fn check(&mut self, pair: Pair) -> Option<StatementKind> {
        let mut parts = parts(pair);
        let condition = self.expression(only(&mut parts));
        let message = match parts.next() {
            Some(message) => Some(as_text(self.expression(message)?)),
            None => None,
        };
        Some(StatementKind::Assert { condition: condition?, message })
    }

    fn inner_block(&mut self, pair: Pair) -> Block {
        self.block(only(parts(pair)))
    }

    /// The string behind a statement. The outer `None` means it could not be read.
    fn label(&mut self, pair: Option<Pair>) -> Option<Option<Expr>> {
        match pair {
            Some(pair) => self.string(pair).map(Some),
            None => Some(None),
        }
    }

    /// `let v = await io(3ms) "read"`: a label belongs to what takes time, not to the binding.
    fn refuse_label(&mut self, label: Option<Pair>, value: &Expr) -> Option<()> {
        let Some(label) = label else { return Some(()) };
        let span = self.span(&label);
        let mut problem = Diagnostic::error("E0032", span, "a value that is kept cannot have a label")
            .label("this label has no statement of its own")
            .help("labels follow `work`, `block` and a bare `await …`");
        if matches!(value.kind, ExprKind::Await(_)) {
            problem = problem.help("to mark this moment on the timeline, `log` it on a line of its own");
        }
        self.report(problem);
        None
    }

    fn evaluation(&mut self, pair: Pair, span: Span) -> Option<StatementKind> {
        let pair_span = pair.as_span();
        let mut parts = parts(pair);
        let stretch = (pair_span.start(), pair_span.end());
        let (value, label) = (only(&mut parts), parts.next());
        let place = label.as_ref().map(|label| (self.span(label), self.range(label).start));
        let value = self.expression(value)?;
        self.refuse_print(&value, span)?;
        if let Some((place, start)) = place.filter(|_| !matches!(value.kind, ExprKind::Await(_))) {
            if matches!(value.kind, ExprKind::Name(_)) {
                self.trouble(Context::Statement, stretch.0..stretch.1, Some(start));
            } else {
                self.report(unexpected_label(&value, place));
            }
            return None;
        }
        let label = self.label(label)?;
        Some(StatementKind::Expr { value, label })
    }

    /// `print("x")`, `console.log("x")`
    fn refuse_print(&mut self, value: &Expr, span: Span) -> Option<()> {
        let Some(name) = printer(value) else { return Some(()) };
        let range = span.start as usize - self.place.base..value.span.end as usize - self.place.base;
        let written = &self.text[range];
        let inside = written.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or_default();
        let problem = Diagnostic::error("E0025", value.span, format!("`{name}` is written `log`"))
            .label("not a function of this language");
        let text = match inside {
            _ if inside.starts_with('"') && inside.ends_with('"') && inside.matches('"').count() == 2 => {
                inside
            }
            _ if inside.contains(['"', ',', '\'']) || inside.is_empty() => {
                self.report(problem.help("write a line into the trace with `log \"x = {x}, y = {y}\"`"));
                return None;
            }
            _ => &format!("\"{{{inside}}}\""),
        };
        self.report(problem.suggest(
            value.span,
            format!("log {text}"),
            "write a line into the trace with `log`",
        ));
        None
    }

    fn condition(&mut self, pair: Pair) -> Option<StatementKind> {
        let mut parts = parts(pair);
        let first = self.expression(only(&mut parts));
        let body = self.block(only(&mut parts));
        let mut complete = first.is_some();
        let mut arms: Vec<(Expr, Block)> = first.map(|condition| (condition, body)).into_iter().collect();
        let mut otherwise = None;
        for part in parts {
            if part.as_rule() == Rule::otherwise {
                otherwise = Some(self.inner_block(part));
                continue;
            }
            let mut inner = crate::lang::parse::grammar::parts(part);
            let condition = self.expression(only(&mut inner));
            let body = self.block(only(&mut inner));
            complete &= condition.is_some();
            arms.extend(condition.map(|condition| (condition, body)));
        }
        complete.then_some(StatementKind::If { arms, otherwise })
    }

    fn select(&mut self, pair: Pair) -> StatementKind {
        let mut sequence = Sequence::new(Context::Arm);
        let mut arms = Vec::new();
        for part in parts(pair) {
            self.entry(&mut sequence, &part);
            if part.as_rule() == Rule::arm {
                arms.extend(self.arm(part));
            }
        }
        StatementKind::Select { arms }
    }

    fn arm(&mut self, pair: Pair) -> Option<SelectArm> {
        let span = self.span(&pair);
        let mut inner = parts(pair);
        let head = only(&mut inner);
        let after = head.as_rule() == Rule::arm_after;
        let mut head = parts(head).peekable();
        let name = take(&mut head, Rule::name).map(|name| self.ident(&name));
        let value = self.expression(only(&mut head));
        let body = self.block(only(&mut inner));
        let value = value?;
        self.refuse_arm(&value, name.is_some())?;
        let kind = match after {
            true => SelectArmKind::After { duration: value },
            false => SelectArmKind::Await { name, value },
        };
        Some(SelectArm { kind, body, span })
    }

    /// `default => { … }`, `await c.recv() => { … }`
    fn refuse_arm(&mut self, value: &Expr, named: bool) -> Option<()> {
        let problem = if let ExprKind::Await(inner) = &value.kind {
            let word = Span { end: inner.span.start, ..value.span };
            Diagnostic::error("E0035", value.span, "the arms of a `select` are not awaited one by one")
                .label("`select` itself waits, for all of them at once")
                .suggest(word, "", "leave `await` out")
        } else if let ExprKind::Name(name) = &value.kind
            && !named
            && (name == "default" || name == "_")
        {
            Diagnostic::error("E0030", value.span, format!("`select` has no `{name}`"))
                .label("means nothing here")
                .help("to go on at once if nothing is ready, write `after 0s => { … }`")
        } else {
            return Some(());
        };
        self.report(problem);
        None
    }

    fn try_block(&mut self, pair: Pair, span: Span) -> Option<StatementKind> {
        let mut parts = parts(pair);
        let body = self.block(only(&mut parts));
        let (mut failure, mut cancelled, mut finally) = (None, None, None);
        let mut last: Option<Span> = None;
        let mut clauses = 0;
        for part in parts {
            clauses += 1;
            let (rule, place) = (part.as_rule(), self.span(&part));
            let mut inner = crate::lang::parse::grammar::parts(part).peekable();
            let name = take(&mut inner, Rule::name).map(|name| self.ident(&name));
            let block = self.block(only(&mut inner));
            let twice = match (rule, name) {
                (Rule::catch, Some(name)) => failure.replace((name, block)).is_some(),
                (Rule::catch_cancelled, _) => cancelled.replace(block).is_some(),
                _ => finally.replace(block).is_some(),
            };
            let head = self.head_of(place);
            if twice {
                let problem = Diagnostic::error("E0033", head, "this `try` has that clause already")
                    .label("the second of its kind")
                    .help("one `catch e` takes every failure, one `catch cancelled` takes a cancellation");
                self.report(problem);
            } else if let Some(finally) = last.filter(|_| rule != Rule::finally) {
                let problem = Diagnostic::error("E0033", head, "`finally` comes last")
                    .label("this clause follows it")
                    .related(finally, "`finally` is here");
                self.report(problem);
            }
            last = if rule == Rule::finally { Some(head) } else { last };
        }
        let rest = self.text[span.end as usize - self.place.base..].trim_start();
        if clauses == 0 && !rest.starts_with("catch") && !rest.starts_with("finally") {
            let problem = Diagnostic::error("E0033", self.head_of(span), "this `try` has no clause")
                .label("nothing is caught")
                .help("add `catch e { … }`, `catch cancelled { … }` or `finally { … }` behind its block");
            self.report(problem);
        }
        Some(StatementKind::Try { body, failure, cancelled, finally })
    }

    /// The first word of a place.
    fn head_of(&self, place: Span) -> Span {
        let text = &self.text[place.start as usize - self.place.base..];
        let length = text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
        Span { end: place.start + length as u32, ..place }
    }
}

/// What other languages print with, if this is a call of it.
fn printer(value: &Expr) -> Option<String> {
    if let ExprKind::Call { callee, .. } = &value.kind {
        return foreign::PRINTERS.contains(&callee.name.as_str()).then(|| callee.name.clone());
    }
    let ExprKind::Method { object, name, .. } = &value.kind else { return None };
    let ExprKind::Name(console) = &object.kind else { return None };
    (console == "console").then(|| format!("console.{}", name.name))
}

/// `x.set() "text"`: what does not wait has no label.
fn unexpected_label(value: &Expr, label: Span) -> Diagnostic {
    Diagnostic::error("E0032", label, "only what takes time has a label")
        .label("this belongs to no `work`, `block` or `await`")
        .related(value.span, "takes no time by itself")
        .help("to write a line into the trace, use `log \"…\"`")
}

/// `log x` is `log "{x}"`.
fn as_text(value: Expr) -> Expr {
    if matches!(value.kind, ExprKind::Text(_)) {
        return value;
    }
    let (span, depth) = (value.span, value.depth);
    Expr { kind: ExprKind::Text(vec![TextPart::Expr(value)]), span, depth }
}
