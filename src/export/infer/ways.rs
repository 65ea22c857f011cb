//! Which ways a block can be left.

use crate::lang::ast::{Block, StatementKind};
use crate::lang::walk::blocks;

/// Is the end of the block never reached?
pub fn ends(block: &Block) -> bool {
    block.statements.last().is_some_and(|last| match &last.kind {
        StatementKind::Return { .. } | StatementKind::Fail { .. } | StatementKind::FailCancelled => true,
        StatementKind::If { arms, otherwise } => {
            arms.iter().all(|(_, body)| ends(body)) && otherwise.as_ref().is_some_and(ends)
        }
        StatementKind::Loop { body } => !breaks(body),
        StatementKind::With { body, .. } | StatementKind::Group { name: None, body } => ends(body),
        StatementKind::Timeout { body, otherwise, .. } | StatementKind::Scope { body, otherwise, .. } => {
            ends(body) && otherwise.as_ref().is_some_and(ends)
        }
        StatementKind::Select { arms } => arms.iter().all(|arm| ends(&arm.body)),
        StatementKind::Try { body, failure, cancelled, finally } => {
            let failure = failure.as_ref().is_none_or(|(_, block)| ends(block));
            let cancelled = cancelled.as_ref().is_none_or(ends);
            (ends(body) && failure && cancelled) || finally.as_ref().is_some_and(ends)
        }
        _other => false,
    })
}

/// Is there a `break` that leaves the loop with this body?
pub fn breaks(body: &Block) -> bool {
    body.statements.iter().any(|statement| match &statement.kind {
        StatementKind::Break => true,
        StatementKind::Loop { .. } | StatementKind::While { .. } | StatementKind::For { .. } => false,
        _other => blocks(statement).into_iter().any(breaks),
    })
}
