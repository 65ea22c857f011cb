//! What can be asked of a block: what it assigns, whether it waits, how it is left.

use crate::lang::ast::{Block, Expr, ExprKind, StatementKind};
use crate::lang::walk::{Node, blocks, walk, walk_expr};

/// Does a block assign this variable somewhere?
pub fn assigns(block: &Block, name: &str) -> bool {
    let mut found = false;
    walk(block, &mut |node| {
        if let Node::Statement(statement) = node
            && let StatementKind::Assign { name: assigned, .. } = &statement.kind
        {
            found |= assigned.name == name;
        }
    });
    found
}

/// The names a block mentions.
pub fn mentions(block: &Block, name: &str) -> bool {
    let mut found = false;
    walk(block, &mut |node| {
        found |= match node {
            Node::Expr(expr) => matches!(&expr.kind, ExprKind::Name(used) if used == name),
            Node::Statement(statement) => {
                matches!(&statement.kind, StatementKind::Assign { name: used, .. } if used.name == name)
            }
        };
    });
    found
}

/// Does an expression mention this name?
pub fn mentions_in(expr: &Expr, name: &str) -> bool {
    let mut found = false;
    walk_expr(expr, &mut |part| found |= matches!(&part.kind, ExprKind::Name(used) if used == name));
    found
}

/// Is there an await point in it?
pub fn waits(block: &Block) -> bool {
    let mut found = false;
    walk(block, &mut |node| {
        found |= match node {
            Node::Expr(expr) => matches!(expr.kind, ExprKind::Await(_)),
            Node::Statement(statement) => matches!(
                statement.kind,
                StatementKind::With { .. }
                    | StatementKind::Group { .. }
                    | StatementKind::Select { .. }
                    | StatementKind::For { waits: true, .. }
            ),
        };
    });
    found
}

/// Does a block `return`, or leave a loop around it?
pub fn exits(block: &Block) -> bool {
    leaves(block, false)
}

fn leaves(block: &Block, in_loop: bool) -> bool {
    block.statements.iter().any(|statement| match &statement.kind {
        StatementKind::Return { .. } => true,
        StatementKind::Break | StatementKind::Continue => !in_loop,
        StatementKind::Loop { body }
        | StatementKind::While { body, .. }
        | StatementKind::For { body, .. } => leaves(body, true),
        _ => blocks(statement).into_iter().any(|block| leaves(block, in_loop)),
    })
}
