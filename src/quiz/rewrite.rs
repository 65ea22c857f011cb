//! Programs as somebody who misunderstands a word would read them: the tree of a program, changed in one respect.

use crate::lang::ast::{
    Argument, Block, Expr, ExprKind, File, Ident, Item, Statement, StatementKind, simple,
};
use crate::lang::vocabulary::FUNCTIONS;

/// What becomes of the statements of a block; counts what it changes.
type Change = fn(Vec<Statement>, &mut usize) -> Vec<Statement>;

/// Every `block d` as `await sleep(d)`; `None` if there is none.
pub fn block_sleeps(file: &File) -> Option<File> {
    everywhere(file, |statements, changed| statements.into_iter().map(|one| sleeping(one, changed)).collect())
}

/// Every `await sleep(d)` and `await io(d)` as `block d`.
pub fn await_blocks(file: &File) -> Option<File> {
    everywhere(file, |statements, changed| statements.into_iter().map(|one| blocking(one, changed)).collect())
}

/// An `await yield` before every call that is awaited.
pub fn calls_yield(file: &File) -> Option<File> {
    everywhere(file, |statements, changed| {
        let mut out = Vec::new();
        for statement in statements {
            if awaited_call(&statement).is_some() {
                let place = Expr { kind: ExprKind::Yield, span: statement.span, depth: 1 };
                out.push(bare(awaited(place), None));
                *changed += 1;
            }
            out.push(statement);
        }
        out
    })
}

/// Calls that are awaited one after the other as one `gather`.
pub fn awaits_gather(file: &File) -> Option<File> {
    everywhere(file, |statements, changed| {
        let mut out = Vec::new();
        let mut together: Vec<Statement> = Vec::new();
        for statement in statements {
            if awaited_call(&statement).is_some() {
                together.push(statement);
                continue;
            }
            flush(&mut together, &mut out, changed);
            out.push(statement);
        }
        flush(&mut together, &mut out, changed);
        out
    })
}

/// Every `await gather(a(), b())` as `await a()` and then `await b()`.
pub fn gathers_in_turn(file: &File) -> Option<File> {
    everywhere(file, |statements, changed| {
        let mut out = Vec::new();
        for statement in statements {
            match gathered(&statement) {
                Some(calls) => {
                    *changed += 1;
                    out.extend(calls.into_iter().map(|call| bare(awaited(call), None)));
                }
                None => out.push(statement),
            }
        }
        out
    })
}

/// The file changed in every block; `None` if nothing was to be changed.
fn everywhere(file: &File, change: Change) -> Option<File> {
    let (mut file, mut changed) = (file.clone(), 0);
    for item in &mut file.items {
        match item {
            Item::Task { body, .. } | Item::Main { body, .. } => within(body, change, &mut changed),
            Item::Param { .. } | Item::Shared { .. } | Item::Metric { .. } | Item::Object(_) => {}
        }
    }
    (changed > 0).then_some(file)
}

/// How deep blocks nest is bounded by the parser.
fn within(block: &mut Block, change: Change, changed: &mut usize) {
    for statement in &mut block.statements {
        blocks(&mut statement.kind).into_iter().for_each(|inner| within(inner, change, changed));
    }
    block.statements = change(std::mem::take(&mut block.statements), changed);
}

/// As [`crate::lang::walk::blocks`], to be changed.
fn blocks(kind: &mut StatementKind) -> Vec<&mut Block> {
    match kind {
        simple!() => Vec::new(),
        StatementKind::If { arms, otherwise } => {
            arms.iter_mut().map(|(_, block)| block).chain(otherwise).collect()
        }
        StatementKind::While { body, .. }
        | StatementKind::Loop { body }
        | StatementKind::For { body, .. }
        | StatementKind::With { body, .. }
        | StatementKind::Group { body, .. } => vec![body],
        StatementKind::Timeout { body, otherwise, .. } | StatementKind::Scope { body, otherwise, .. } => {
            std::iter::once(body).chain(otherwise).collect()
        }
        StatementKind::Select { arms } => arms.iter_mut().map(|arm| &mut arm.body).collect(),
        StatementKind::Try { body, failure, cancelled, finally } => {
            let failure = failure.as_mut().map(|(_, block)| block);
            std::iter::once(body).chain(failure).chain(cancelled).chain(finally).collect()
        }
    }
}

fn sleeping(statement: Statement, changed: &mut usize) -> Statement {
    let StatementKind::Block { duration, label } = statement.kind else { return statement };
    *changed += 1;
    let callee = Ident { name: "sleep".to_string(), span: statement.span };
    let depth = duration.depth.saturating_add(1);
    let call = ExprKind::Call { callee, arguments: vec![Argument::Value(duration)] };
    Statement {
        span: statement.span,
        ..bare(awaited(Expr { kind: call, span: statement.span, depth }), label)
    }
}

fn blocking(statement: Statement, changed: &mut usize) -> Statement {
    let Some(call) = awaited_of(&statement) else { return statement };
    let ExprKind::Call { callee, arguments } = &call.kind else { return statement };
    let ([Argument::Value(duration)], "sleep" | "io") = (&arguments[..], callee.name.as_str()) else {
        return statement;
    };
    let StatementKind::Expr { label, .. } = &statement.kind else { return statement };
    *changed += 1;
    let kind = StatementKind::Block { duration: duration.clone(), label: label.clone() };
    Statement { kind, span: statement.span }
}

/// The calls of a `gather` whose value nobody takes and which names its calls one by one.
fn gathered(statement: &Statement) -> Option<Vec<Expr>> {
    let ExprKind::Call { callee, arguments } = &awaited_of(statement)?.kind else { return None };
    let calls: Option<Vec<Expr>> = arguments
        .iter()
        .map(|argument| match argument {
            Argument::Value(value) if matches!(value.kind, ExprKind::Call { .. }) => Some(value.clone()),
            Argument::Value(_) | Argument::Named { .. } | Argument::Each { .. } => None,
        })
        .collect();
    calls.filter(|_| callee.name == "gather")
}

/// Two or more calls as one `gather`; one alone as it is.
fn flush(together: &mut Vec<Statement>, out: &mut Vec<Statement>, changed: &mut usize) {
    if together.len() < 2 {
        out.append(together);
        return;
    }
    *changed += 1;
    let span = together[0].span.to(together[together.len() - 1].span);
    let calls = together.iter().filter_map(|statement| awaited_call(statement).cloned());
    let arguments: Vec<Argument> = calls.map(Argument::Value).collect();
    let callee = Ident { name: "gather".to_string(), span };
    let call = Expr { kind: ExprKind::Call { callee, arguments }, span, depth: 3 };
    out.push(bare(awaited(call), None));
    together.clear();
}

/// What a statement that is nothing but an `await` awaits.
fn awaited_of(statement: &Statement) -> Option<&Expr> {
    let StatementKind::Expr { value, .. } = &statement.kind else { return None };
    match &value.kind {
        ExprKind::Await(inner) => Some(inner),
        _other => None,
    }
}

/// The call of a task of the program, where a statement is nothing but an `await` of one.
fn awaited_call(statement: &Statement) -> Option<&Expr> {
    let call = awaited_of(statement)?;
    let ExprKind::Call { callee, arguments } = &call.kind else { return None };
    let built_in = FUNCTIONS.iter().any(|word| word.name == callee.name);
    let plain = arguments.iter().all(|argument| matches!(argument, Argument::Value(_)));
    (!built_in && plain).then_some(call)
}

fn bare(value: Expr, label: Option<Expr>) -> Statement {
    Statement { span: value.span, kind: StatementKind::Expr { value, label } }
}

fn awaited(inner: Expr) -> Expr {
    Expr { span: inner.span, depth: inner.depth.saturating_add(1), kind: ExprKind::Await(Box::new(inner)) }
}
