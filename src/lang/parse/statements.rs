//! Blocks and statements.

use crate::diagnostic::Diagnostic;
use crate::lang::ast::{Block, Expr, ExprKind, SelectArm, SelectArmKind, Statement, StatementKind, TextPart};
use crate::lang::parse::builder::{Builder, only, take};
use crate::lang::parse::foreign;
use crate::lang::parse::grammar::{Pair, Rule, parts};
use crate::lang::parse::sequence::{Context, Sequence};
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

    fn statement_kind(&mut self, pair: Pair, span: Span) -> Option<StatementKind> {
        let rule = pair.as_rule();
        let mut parts = parts(pair).peekable();
        let kind = match rule {
            Rule::binding => {
                let name = self.ident(&only(&mut parts));
                let value = self.expression(only(&mut parts))?;
                self.refuse_label(parts.next(), &value)?;
                StatementKind::Let { name, value }
            }
            Rule::assignment => {
                let name = self.ident(&only(&mut parts));
                let index = match take(&mut parts, Rule::index) {
                    Some(index) => Some(self.inner_expression(index)?),
                    None => None,
                };
                let value = self.expression(only(&mut parts))?;
                self.refuse_label(parts.next(), &value)?;
                StatementKind::Assign { name, index, value }
            }
            Rule::evaluation => return self.evaluation(only(&mut parts), parts.next(), span),
            Rule::work | Rule::hold => {
                let duration = self.expression(only(&mut parts));
                let label = self.label(parts.next())?;
                let duration = duration?;
                match rule {
                    Rule::work => StatementKind::Work { duration, label },
                    _ => StatementKind::Block { duration, label },
                }
            }
            Rule::condition => return self.condition(parts),
            Rule::while_loop => {
                let condition = self.expression(only(&mut parts));
                let body = self.block(only(&mut parts));
                StatementKind::While { condition: condition?, body }
            }
            Rule::endless_loop => StatementKind::Loop { body: self.block(only(&mut parts)) },
            Rule::for_loop => {
                let waits = take(&mut parts, Rule::for_await).is_some();
                let name = self.ident(&only(&mut parts));
                let over = self.iterable(only(&mut parts));
                let body = self.block(only(&mut parts));
                StatementKind::For { name, waits, over: over?, body }
            }
            Rule::break_loop => StatementKind::Break,
            Rule::continue_loop => StatementKind::Continue,
            Rule::give_back => match parts.next() {
                Some(value) => StatementKind::Return { value: Some(self.expression(value)?) },
                None => StatementKind::Return { value: None },
            },
            Rule::with => {
                let object = self.expression(only(&mut parts));
                let body = self.block(only(&mut parts));
                StatementKind::With { object: object?, body }
            }
            Rule::group => {
                let name = take(&mut parts, Rule::name).map(|name| self.ident(&name));
                StatementKind::Group { name, body: self.block(only(&mut parts)) }
            }
            Rule::timeout => {
                let duration = self.expression(only(&mut parts));
                let body = self.block(only(&mut parts));
                let otherwise = parts.next().map(|otherwise| self.inner_block(otherwise));
                StatementKind::Timeout { duration: duration?, body, otherwise }
            }
            Rule::select => self.select(parts),
            Rule::try_block => return self.try_block(parts, span),
            Rule::fail_cancelled => StatementKind::FailCancelled,
            Rule::fail => StatementKind::Fail { value: self.expression(only(&mut parts))? },
            Rule::log => StatementKind::Log { text: as_text(self.expression(only(&mut parts))?) },
            Rule::observe => {
                let metric = self.ident(&only(&mut parts));
                StatementKind::Observe { metric, value: self.expression(only(&mut parts))? }
            }
            _ => {
                let condition = self.expression(only(&mut parts));
                let message = match parts.next() {
                    Some(message) => Some(as_text(self.expression(message)?)),
                    None => None,
                };
                StatementKind::Assert { condition: condition?, message }
            }
        };
        Some(kind)
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

    fn evaluation(&mut self, value: Pair, label: Option<Pair>, span: Span) -> Option<StatementKind> {
        let place = label.as_ref().map(|label| (self.span(label), self.range(label).start));
        let stretch = value.as_span().start();
        let value = self.expression(value)?;
        self.refuse_print(&value, span)?;
        if let Some((place, start)) = place.filter(|_| !matches!(value.kind, ExprKind::Await(_))) {
            match (&value.kind, &label) {
                (ExprKind::Name(_), Some(label)) => {
                    self.trouble(Context::Statement, stretch..label.as_span().end(), Some(start));
                }
                _ => self.report(unexpected_label(&value, place)),
            }
            return None;
        }
        let label = self.label(label)?;
        Some(StatementKind::Expr { value, label })
    }

    /// `print("x")`, `console.log("x")`
    fn refuse_print(&mut self, value: &Expr, span: Span) -> Option<()> {
        let name = match &value.kind {
            ExprKind::Call { callee, .. } if foreign::PRINTERS.contains(&callee.name.as_str()) => {
                callee.name.clone()
            }
            ExprKind::Method { object, name, .. } => match &object.kind {
                ExprKind::Name(console) if console == "console" => format!("console.{}", name.name),
                _ => return Some(()),
            },
            _ => return Some(()),
        };
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

    fn condition<'i>(&mut self, parts: impl Iterator<Item = Pair<'i>>) -> Option<StatementKind> {
        let mut parts = parts;
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

    fn select<'i>(&mut self, parts: impl Iterator<Item = Pair<'i>>) -> StatementKind {
        let mut sequence = Sequence::new(Context::Arm);
        let mut arms = Vec::new();
        for part in parts {
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
        let problem = match &value.kind {
            ExprKind::Name(name) if !named && (name == "default" || name == "_") => {
                Diagnostic::error("E0030", value.span, format!("`select` has no `{name}`"))
                    .label("means nothing here")
                    .help("to go on at once if nothing is ready, write `after 0s => { … }`")
            }
            ExprKind::Await(inner) => {
                let word = Span { end: inner.span.start, ..value.span };
                Diagnostic::error("E0035", value.span, "the arms of a `select` are not awaited one by one")
                    .label("`select` itself waits, for all of them at once")
                    .suggest(word, "", "leave `await` out")
            }
            _ => return Some(()),
        };
        self.report(problem);
        None
    }

    fn try_block<'i>(&mut self, parts: impl Iterator<Item = Pair<'i>>, span: Span) -> Option<StatementKind> {
        let mut parts = parts;
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
