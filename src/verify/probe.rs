//! Makes every decision of a scheduler visible: a `log` behind each statement that waits, starts or takes time.
//!
//! The program with probes is both simulated and exported, so that what is compared is one log against
//! another. A probe says who logs (the task and those of its arguments that are plain values) and the
//! line; that a task begins, ends, fails or is cancelled is logged too. Probes wait for nothing and
//! take no time.

use std::collections::BTreeSet;

use crate::lang::ast::{
    Argument, Block, Expr, ExprKind, File, Ident, Item, Iterable, SelectArmKind, Statement, StatementKind,
    TextPart, simple,
};
use crate::lang::walk::{Node, walk, walk_expr};
use crate::source::Span;

/// What a target's programs can be asked to log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Probes {
    /// That a task was cancelled: where code can run then.
    pub cancelled: bool,
    /// That a task failed.
    pub failed: bool,
}

/// Which parameters of a task are numbers, strings and the like, whose text is the same everywhere.
pub type Plain<'a> = &'a dyn Fn(&str, usize) -> bool;

/// The program with probes. `line` tells in which line a place is.
pub fn probed(file: &File, probes: Probes, plain: Plain<'_>, line: &dyn Fn(Span) -> usize) -> File {
    let bare = called_back(file);
    let mut items = file.items.clone();
    for item in &mut items {
        match item {
            Item::Task { name, params, body } => {
                let shown = params.iter().enumerate().filter(|(n, param)| {
                    plain(&name.name, *n) && !rebound(body, &param.name) && !param.name.starts_with('_')
                });
                let shown: Vec<&str> = shown.map(|(_, param)| param.name.as_str()).collect();
                let prober = Prober { who: who(&name.name, &shown), line };
                let wrap = Probes { cancelled: probes.cancelled && !bare.contains(&name.name), ..probes };
                prober.task(body, wrap, name.span);
            }
            Item::Main { span, body } => {
                let prober = Prober { who: who("main", &[]), line };
                prober.task(body, probes, *span);
            }
            Item::Param { .. } | Item::Shared { .. } | Item::Metric { .. } | Item::Object(_) => {}
        }
    }
    File { items }
}

/// Tasks that run where there is nothing to cancel: callbacks, jobs of a pool.
fn called_back(file: &File) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut see = |expr: &Expr| {
        let ExprKind::Call { callee, arguments } = &expr.kind else { return };
        let job = match callee.name.as_str() {
            "call_soon" | "call_later" | "next_tick" | "immediate" => arguments.first(),
            "offload" => arguments.get(1),
            _ => None,
        };
        if let Some(Argument::Value(Expr { kind: ExprKind::Call { callee, .. }, .. })) = job {
            found.insert(callee.name.clone());
        }
    };
    for item in &file.items {
        if let Item::Task { body, .. } | Item::Main { body, .. } = item {
            walk(body, &mut |node| {
                if let Node::Expr(expr) = node {
                    see(expr);
                }
            });
        }
    }
    found
}

/// Is the name given another meaning, or another value, somewhere inside?
fn rebound(body: &Block, name: &str) -> bool {
    let mut found = false;
    walk(body, &mut |node| {
        if let Node::Statement(statement) = node {
            found |= bound(statement).iter().any(|bound| bound.name == name);
        }
    });
    found
}

/// The names a statement gives a meaning or a value.
fn bound(statement: &Statement) -> Vec<&Ident> {
    match &statement.kind {
        StatementKind::Let { name, .. }
        | StatementKind::Assign { name, .. }
        | StatementKind::For { name, .. }
        | StatementKind::Scope { name, .. } => vec![name],
        StatementKind::Group { name, .. } => name.iter().collect(),
        StatementKind::Try { failure, .. } => failure.iter().map(|(name, _)| name).collect(),
        StatementKind::Select { arms } => arms
            .iter()
            .filter_map(|arm| match &arm.kind {
                SelectArmKind::Await { name, .. } => name.as_ref(),
                SelectArmKind::After { .. } => None,
            })
            .collect(),
        StatementKind::Work { .. }
        | StatementKind::Block { .. }
        | StatementKind::Expr { .. }
        | StatementKind::If { .. }
        | StatementKind::While { .. }
        | StatementKind::Loop { .. }
        | StatementKind::Break
        | StatementKind::Continue
        | StatementKind::Return { .. }
        | StatementKind::With { .. }
        | StatementKind::Timeout { .. }
        | StatementKind::Fail { .. }
        | StatementKind::FailCancelled
        | StatementKind::Log { .. }
        | StatementKind::Observe { .. }
        | StatementKind::Assert { .. } => Vec::new(),
    }
}

/// `wash({load})`, as parts of a text.
fn who(task: &str, shown: &[&str]) -> Vec<TextPart> {
    if shown.is_empty() {
        return vec![TextPart::Literal(task.to_string())];
    }
    let mut parts = vec![TextPart::Literal(format!("{task}("))];
    for (n, name) in shown.iter().enumerate() {
        if n > 0 {
            parts.push(TextPart::Literal(", ".to_string()));
        }
        parts.push(TextPart::Expr(leaf(ExprKind::Name((*name).to_string()), Span::default())));
    }
    parts.push(TextPart::Literal(")".to_string()));
    parts
}

fn leaf(kind: ExprKind, span: Span) -> Expr {
    Expr { kind, span, depth: 1 }
}

struct Prober<'a> {
    who: Vec<TextPart>,
    line: &'a dyn Fn(Span) -> usize,
}

impl Prober<'_> {
    /// A `log` at this place.
    fn log(&self, span: Span, more: Vec<TextPart>) -> Statement {
        let mut parts = self.who.clone();
        for part in &mut parts {
            if let TextPart::Expr(expr) = part {
                expr.span = span;
            }
        }
        for part in more {
            match (parts.last_mut(), part) {
                (Some(TextPart::Literal(before)), TextPart::Literal(text)) => before.push_str(&text),
                (_, part) => parts.push(part),
            }
        }
        let text = Expr { kind: ExprKind::Text(parts), span, depth: 2 };
        Statement { kind: StatementKind::Log { text }, span }
    }

    fn says(&self, span: Span, what: &str) -> Statement {
        self.log(span, vec![TextPart::Literal(format!(" {what}"))])
    }

    fn at(&self, span: Span, mark: &str) -> Statement {
        let line = (self.line)(span);
        self.says(span, &format!("{line}{mark}"))
    }

    /// The body of a task, from its beginning to all its ends.
    fn task(&self, body: &mut Block, probes: Probes, span: Span) {
        self.block(body);
        body.statements.insert(0, self.says(span, "begins"));
        if !leaves(body) {
            body.statements.push(self.says(body.span, "ends"));
        }
        if !probes.failed && !probes.cancelled {
            return;
        }
        let inner = std::mem::replace(body, Block { statements: Vec::new(), span: body.span });
        let statement = |kind| Statement { kind, span };
        let block = |statements| Block { statements, span };
        let failure = probes.failed.then(|| {
            let name = Ident { name: "failure_".to_string(), span };
            let value = || leaf(ExprKind::Name(name.name.clone()), span);
            let text = vec![TextPart::Literal(" fails: ".to_string()), TextPart::Expr(value())];
            (
                name.clone(),
                block(vec![self.log(span, text), statement(StatementKind::Fail { value: value() })]),
            )
        });
        let cancelled = probes
            .cancelled
            .then(|| block(vec![self.says(span, "is cancelled"), statement(StatementKind::FailCancelled)]));
        body.statements.push(statement(StatementKind::Try {
            body: inner,
            failure,
            cancelled,
            finally: None,
        }));
    }

    fn block(&self, block: &mut Block) {
        let old = std::mem::take(&mut block.statements);
        for mut statement in old {
            let span = statement.span;
            self.inside(&mut statement);
            if let StatementKind::Return { value } = &mut statement.kind {
                self.returning(value, span, &mut block.statements);
                block.statements.push(statement);
                continue;
            }
            let after = shows(&statement);
            block.statements.push(statement);
            if after {
                block.statements.push(self.at(span, ""));
            }
        }
    }

    /// The value is there first, then the task says that it ends, then it ends.
    fn returning(&self, value: &mut Option<Expr>, span: Span, out: &mut Vec<Statement>) {
        if let Some(computed) = value.take_if(|value| waits(value)) {
            let name = Ident { name: "result_".to_string(), span };
            *value = Some(leaf(ExprKind::Name(name.name.clone()), span));
            out.push(Statement { kind: StatementKind::Let { name, value: computed }, span });
        }
        out.push(self.at(span, " ends"));
    }

    /// The blocks inside a statement; those that can be entered by somebody's decision say so.
    fn inside(&self, statement: &mut Statement) {
        match &mut statement.kind {
            StatementKind::If { arms, otherwise } => {
                let all = arms.iter_mut().map(|(_, block)| block).chain(otherwise);
                all.for_each(|block| self.block(block));
            }
            StatementKind::While { body, .. } | StatementKind::Loop { body } => self.block(body),
            StatementKind::For { body, waits, .. } => self.entered(body, *waits),
            StatementKind::With { body, .. } | StatementKind::Group { body, .. } => self.entered(body, true),
            StatementKind::Timeout { body, otherwise, .. } | StatementKind::Scope { body, otherwise, .. } => {
                self.block(body);
                otherwise.iter_mut().for_each(|block| self.entered(block, true));
            }
            StatementKind::Select { arms } => {
                arms.iter_mut().for_each(|arm| self.entered(&mut arm.body, true))
            }
            StatementKind::Try { body, failure, cancelled, finally } => {
                self.block(body);
                let handlers = failure.iter_mut().map(|(_, block)| block).chain(cancelled).chain(finally);
                handlers.for_each(|block| self.entered(block, true));
            }
            simple!() => {}
        }
    }

    fn entered(&self, block: &mut Block, says: bool) {
        self.block(block);
        if says {
            let first = self.at(block.span, " {");
            block.statements.insert(0, first);
        }
    }
}

/// Does a block end in a statement behind which nothing runs?
fn leaves(block: &Block) -> bool {
    let last = block.statements.last().map(|statement| &statement.kind);
    matches!(
        last,
        Some(
            StatementKind::Return { .. }
                | StatementKind::Fail { .. }
                | StatementKind::FailCancelled
                | StatementKind::Loop { .. }
        )
    )
}

/// Is the moment behind this statement worth a probe?
fn shows(statement: &Statement) -> bool {
    match &statement.kind {
        StatementKind::Work { .. }
        | StatementKind::Block { .. }
        | StatementKind::With { .. }
        | StatementKind::Group { .. }
        | StatementKind::Timeout { .. }
        | StatementKind::Scope { .. }
        | StatementKind::Select { .. } => true,
        StatementKind::For { waits: true, .. } => true,
        StatementKind::Expr { value, .. }
        | StatementKind::Let { value, .. }
        | StatementKind::Assign { value, .. }
        | StatementKind::Observe { value, .. }
        | StatementKind::Assert { condition: value, .. }
        | StatementKind::For { over: Iterable::Value(value), .. } => waits(value),
        StatementKind::For { over: Iterable::Range { .. }, .. }
        | StatementKind::If { .. }
        | StatementKind::While { .. }
        | StatementKind::Loop { .. }
        | StatementKind::Try { .. }
        | StatementKind::Break
        | StatementKind::Continue
        | StatementKind::Return { .. }
        | StatementKind::Fail { .. }
        | StatementKind::FailCancelled
        | StatementKind::Log { .. } => false,
    }
}

/// Is there an `await`, a `spawn` or a `cancel` in it?
fn waits(expr: &Expr) -> bool {
    let mut found = false;
    walk_expr(expr, &mut |part| {
        found |= matches!(part.kind, ExprKind::Await(_) | ExprKind::Spawn(_) | ExprKind::Cancel(_));
    });
    found
}
