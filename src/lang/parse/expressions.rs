//! Expressions: a flat chain of operators and operands is weighed into a tree.

use crate::diagnostic::Diagnostic;
use crate::lang::ast::{Argument, BinaryOp, Expr, ExprKind, Iterable, Spawn, UnaryOp};
use crate::lang::parse::builder::{Builder, only, take};
use crate::lang::parse::grammar::{Pair, Rule, parts};
use crate::lang::parse::limits::MAX_DEPTH;
use crate::source::Span;

/// An operator waiting for what stands to its right.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Operator {
    Binary(BinaryOp),
    And,
    Or,
    Unary(UnaryOp),
    Await,
    Cancel,
}

impl Operator {
    /// `-` before an operand is another operator than `-` behind one.
    fn read(text: &str, prefix: bool) -> Operator {
        match text {
            "-" if prefix => Operator::Unary(UnaryOp::Negate),
            "not" => Operator::Unary(UnaryOp::Not),
            "await" => Operator::Await,
            "cancel" => Operator::Cancel,
            "or" => Operator::Or,
            "and" => Operator::And,
            "==" => Operator::Binary(BinaryOp::Equal),
            "!=" => Operator::Binary(BinaryOp::NotEqual),
            "<" => Operator::Binary(BinaryOp::Less),
            "<=" => Operator::Binary(BinaryOp::LessEqual),
            ">" => Operator::Binary(BinaryOp::Greater),
            ">=" => Operator::Binary(BinaryOp::GreaterEqual),
            "|" => Operator::Binary(BinaryOp::BitOr),
            "^" => Operator::Binary(BinaryOp::BitXor),
            "&" => Operator::Binary(BinaryOp::BitAnd),
            "<<" => Operator::Binary(BinaryOp::ShiftLeft),
            ">>" => Operator::Binary(BinaryOp::ShiftRight),
            "+" => Operator::Binary(BinaryOp::Add),
            "-" => Operator::Binary(BinaryOp::Subtract),
            "*" => Operator::Binary(BinaryOp::Multiply),
            "/" => Operator::Binary(BinaryOp::Divide),
            "%" => Operator::Binary(BinaryOp::Remainder),
            _ => unreachable!("the grammar has no operator {text}"),
        }
    }

    /// The tighter it binds, the larger.
    fn strength(self) -> u8 {
        match self {
            Operator::Or => 1,
            Operator::And => 2,
            Operator::Unary(UnaryOp::Not) => 3,
            Operator::Binary(op) => match op {
                BinaryOp::Equal | BinaryOp::NotEqual => 4,
                BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual => 4,
                BinaryOp::BitOr => 5,
                BinaryOp::BitXor => 6,
                BinaryOp::BitAnd => 7,
                BinaryOp::ShiftLeft | BinaryOp::ShiftRight => 8,
                BinaryOp::Add | BinaryOp::Subtract => 9,
                BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Remainder => 10,
            },
            Operator::Unary(UnaryOp::Negate) | Operator::Await | Operator::Cancel => 11,
        }
    }

    fn is_prefix(self) -> bool {
        matches!(self, Operator::Unary(_) | Operator::Await | Operator::Cancel)
    }

    fn is_comparison(self) -> bool {
        self.strength() == 4
    }
}

/// The two stacks of the classic method: operands seen, operators waiting.
#[derive(Default)]
struct Weighing {
    operands: Vec<Expr>,
    waiting: Vec<(Operator, Span)>,
}

/// The smallest int without its sign, with which alone it is an int.
const SMALLEST: &str = "9223372036854775808";

impl Weighing {
    fn ends_in_minus(&self) -> bool {
        self.waiting.last().is_some_and(|(operator, _)| *operator == Operator::Unary(UnaryOp::Negate))
    }
}

impl Builder<'_> {
    /// `expression` or `option`.
    pub fn expression(&mut self, pair: Pair) -> Option<Expr> {
        if self.depth >= MAX_DEPTH {
            self.too_deep(self.span(&pair));
            return None;
        }
        self.depth += 1;
        let expr = self.weigh(pair);
        self.depth -= 1;
        expr
    }

    fn weigh(&mut self, pair: Pair) -> Option<Expr> {
        let mut weighing = Weighing::default();
        for part in pair.into_inner() {
            let span = self.span(&part);
            match part.as_rule() {
                Rule::prefix | Rule::sign => {
                    weighing.waiting.push((Operator::read(part.as_str(), true), span));
                }
                Rule::operator | Rule::arithmetic => {
                    let operator = Operator::read(part.as_str(), false);
                    self.apply_tighter(&mut weighing, operator)?;
                    self.refuse_chain(&weighing, operator, span)?;
                    weighing.waiting.push((operator, span));
                }
                Rule::spawn => weighing.operands.push(self.spawn(part)?),
                _ if part.as_str() == SMALLEST && weighing.ends_in_minus() => {
                    let minus = weighing.waiting.pop().map_or(span, |(_, minus)| minus);
                    weighing.operands.push(self.node(ExprKind::Int(i64::MIN), minus.to(span), 0)?);
                }
                _ => weighing.operands.push(self.operand(part)?),
            }
        }
        while !weighing.waiting.is_empty() {
            self.apply(&mut weighing)?;
        }
        weighing.operands.pop()
    }

    fn apply_tighter(&mut self, weighing: &mut Weighing, next: Operator) -> Option<()> {
        while let Some((top, _)) = weighing.waiting.last()
            && (top.strength() > next.strength()
                || top.strength() == next.strength() && !next.is_comparison())
        {
            self.apply(weighing)?;
        }
        Some(())
    }

    /// `a < b < c` means something else in every language; here it means nothing.
    fn refuse_chain(&mut self, weighing: &Weighing, next: Operator, span: Span) -> Option<()> {
        let Some((top, first)) = weighing.waiting.last().filter(|(top, _)| top.is_comparison()) else {
            return Some(());
        };
        if !next.is_comparison() {
            return Some(());
        }
        debug_assert!(!top.is_prefix());
        let problem = Diagnostic::error("E0029", span, "comparisons cannot be chained")
            .label("a second comparison")
            .related(*first, "the first is here")
            .help("compare twice: `a < b and b < c`; to compare two truths, write parentheses");
        self.report(problem);
        None
    }

    fn apply(&mut self, weighing: &mut Weighing) -> Option<()> {
        let (operator, span) = weighing.waiting.pop()?;
        let right = weighing.operands.pop()?;
        let depth = right.depth;
        if operator.is_prefix() {
            let span = span.to(right.span);
            let kind = match operator {
                Operator::Await => ExprKind::Await(Box::new(right)),
                Operator::Cancel => ExprKind::Cancel(Box::new(right)),
                Operator::Unary(op) => ExprKind::Unary(op, Box::new(right)),
                Operator::Binary(_) | Operator::And | Operator::Or => unreachable!("not a prefix"),
            };
            weighing.operands.push(self.node(kind, span, depth)?);
            return Some(());
        }
        let left = weighing.operands.pop()?;
        let (span, depth) = (left.span.to(right.span), depth.max(left.depth));
        let (left, right) = (Box::new(left), Box::new(right));
        let kind = match operator {
            Operator::Binary(op) => ExprKind::Binary(op, left, right),
            Operator::And | Operator::Or => ExprKind::Logic { and: operator == Operator::And, left, right },
            Operator::Unary(_) | Operator::Await | Operator::Cancel => unreachable!("a prefix"),
        };
        weighing.operands.push(self.node(kind, span, depth)?);
        Some(())
    }

    /// A value with what hangs on it: `fork[i]`, `orders.recv()`, `table.read`.
    fn operand(&mut self, pair: Pair) -> Option<Expr> {
        let mut parts = parts(pair);
        let mut expr = self.primary(only(&mut parts))?;
        for part in parts {
            let span = expr.span.to(self.span(&part));
            let depth = expr.depth;
            let object = Box::new(expr);
            expr = match part.as_rule() {
                Rule::index => {
                    let index = Box::new(self.inner_expression(part)?);
                    let depth = depth.max(index.depth);
                    self.node(ExprKind::Index { object, index }, span, depth)?
                }
                _ => self.member(part, object, span, depth)?,
            };
        }
        Some(expr)
    }

    fn member(&mut self, pair: Pair, object: Box<Expr>, span: Span, depth: u16) -> Option<Expr> {
        let mut parts = parts(pair).peekable();
        let word = only(&mut parts);
        let name = self.ident(&word);
        if name.name == "await" {
            let problem = Diagnostic::error("E0030", name.span, "`await` stands before what is awaited")
                .label("not behind it")
                .help("write `await x.recv()`, not `x.recv().await`");
            self.report(problem);
            return None;
        }
        let Some(list) = parts.next() else {
            return self.node(ExprKind::Field { object, name }, span, depth);
        };
        let (arguments, below) = self.arguments(list)?;
        self.node(ExprKind::Method { object, name, arguments }, span, depth.max(below))
    }

    /// One line each: what nests has a function of its own, so that the frames stay small.
    fn primary(&mut self, pair: Pair) -> Option<Expr> {
        match pair.as_rule() {
            Rule::number => self.number(&pair),
            Rule::string => self.string(pair),
            Rule::plain_string => self.plain_string(pair),
            Rule::constant => self.constant(&pair),
            Rule::call => self.call(pair),
            Rule::list => self.list(pair),
            Rule::parenthesised => self.parenthesised(pair),
            _ => self.node(ExprKind::Name(pair.as_str().to_string()), self.span(&pair), 0),
        }
    }

    fn constant(&mut self, pair: &Pair) -> Option<Expr> {
        let kind = match pair.as_str() {
            "true" => ExprKind::Bool(true),
            "false" => ExprKind::Bool(false),
            "yield" => ExprKind::Yield,
            _ => ExprKind::None,
        };
        self.node(kind, self.span(pair), 0)
    }

    fn call(&mut self, pair: Pair) -> Option<Expr> {
        let span = self.span(&pair);
        let mut parts = parts(pair);
        let callee = self.ident(&only(&mut parts));
        let (arguments, depth) = self.arguments(only(&mut parts))?;
        self.node(ExprKind::Call { callee, arguments }, span, depth)
    }

    fn list(&mut self, pair: Pair) -> Option<Expr> {
        let span = self.span(&pair);
        let mut items = Vec::new();
        let mut complete = true;
        for part in parts(pair) {
            let item = self.expression(part);
            complete &= item.is_some();
            items.extend(item);
        }
        let depth = items.iter().map(|item| item.depth).max().unwrap_or(0);
        complete.then_some(())?;
        self.node(ExprKind::List(items), span, depth)
    }

    fn parenthesised(&mut self, pair: Pair) -> Option<Expr> {
        let span = self.span(&pair);
        let mut inner = self.inner_expression(pair)?;
        inner.span = span;
        Some(inner)
    }

    /// The expression in a rule that has one and nothing else: `[i]`, `(a + b)`, `priority 5`.
    pub fn inner_expression(&mut self, pair: Pair) -> Option<Expr> {
        self.expression(only(parts(pair)))
    }

    /// Arguments, and how deep the deepest is.
    fn arguments(&mut self, pair: Pair) -> Option<(Vec<Argument>, u16)> {
        let mut arguments = Vec::new();
        let mut depth = 0;
        let mut complete = true;
        for part in parts(pair) {
            match self.argument(part) {
                Some((argument, below)) => {
                    depth = depth.max(below);
                    arguments.push(argument);
                }
                None => complete = false,
            }
        }
        complete.then_some((arguments, depth))
    }

    fn argument(&mut self, pair: Pair) -> Option<(Argument, u16)> {
        let span = self.span(&pair);
        let mut parts = parts(pair).peekable();
        let name = take(&mut parts, Rule::argument_name).map(|name| self.ident(&only(name.into_inner())));
        let value = self.expression(only(&mut parts))?;
        let depth = value.depth;
        match (name, parts.next()) {
            (None, None) => Some((Argument::Value(value), depth)),
            (Some(name), None) => Some((Argument::Named { name, value }, depth)),
            (None, Some(each)) => self.each(each, value),
            (Some(name), Some(_)) => {
                let problem = Diagnostic::error("E0031", name.span, "a named argument cannot be `for` each");
                self.report(problem.label("named").related(span, "one for each value"));
                None
            }
        }
    }

    /// `… for i in 1..=10`
    fn each(&mut self, pair: Pair, value: Expr) -> Option<(Argument, u16)> {
        let mut parts = parts(pair);
        let name = self.ident(&only(&mut parts));
        let over = self.iterable(only(&mut parts))?;
        let depth = value.depth.max(depth_of(&over));
        Some((Argument::Each { value, name, over }, depth))
    }

    pub fn iterable(&mut self, pair: Pair) -> Option<Iterable> {
        let mut parts = parts(pair);
        let from = self.expression(only(&mut parts));
        let Some(range) = parts.next() else { return from.map(Iterable::Value) };
        let inclusive = range.as_str() == "..=";
        let to = self.expression(only(&mut parts));
        Some(Iterable::Range { from: from?, to: to?, inclusive })
    }

    fn spawn(&mut self, pair: Pair) -> Option<Expr> {
        let span = self.span(&pair);
        let mut parts = parts(pair);
        let callee = self.ident(&only(&mut parts));
        let (arguments, mut depth) = self.arguments(only(&mut parts))?;
        let mut spawn = Spawn { callee, arguments, priority: None, daemon: false, on: None, group: None };
        for part in parts {
            depth = depth.max(self.spawn_option(part, &mut spawn)?);
        }
        self.node(ExprKind::Spawn(Box::new(spawn)), span, depth)
    }

    /// `priority 5`, `daemon`, `on cook`, `in g`; gives the depth of its value.
    fn spawn_option(&mut self, pair: Pair, spawn: &mut Spawn) -> Option<u16> {
        let (rule, span) = (pair.as_rule(), self.span(&pair));
        let mut depth = 0;
        let twice = if rule == Rule::spawn_daemon {
            std::mem::replace(&mut spawn.daemon, true)
        } else {
            let value = self.inner_expression(pair)?;
            depth = value.depth;
            let slot = match rule {
                Rule::spawn_priority => &mut spawn.priority,
                Rule::spawn_on => &mut spawn.on,
                _ => &mut spawn.group,
            };
            slot.replace(value).is_some()
        };
        if twice {
            let problem = Diagnostic::error("E0031", span, "this is said twice of one `spawn`")
                .label("said before")
                .help("`spawn t(a) priority 5 on cook in g daemon`: each at most once");
            self.report(problem);
        }
        Some(depth)
    }
}

fn depth_of(over: &Iterable) -> u16 {
    match over {
        Iterable::Range { from, to, .. } => from.depth.max(to.depth),
        Iterable::Value(value) => value.depth,
    }
}
