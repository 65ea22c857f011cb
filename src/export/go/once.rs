//! Which parts of a program run once at most: there a plain `close` cannot meet a closed channel.

use std::collections::{BTreeMap, BTreeSet};

use crate::lang::ast::{Argument, Block, Expr, ExprKind, StatementKind};
use crate::lang::walk::{Node, address, walk, walk_expr};

/// Are channels closed in one place only, which is come by once at most?
///
/// Bodies are those of tasks, with their names, and of `main`, without.
pub fn closes_once(bodies: &[(Option<&str>, &Block)]) -> bool {
    let mut closings: Vec<(Option<&str>, bool)> = Vec::new();
    // Where each task is started or called from, and whether that place lies in a loop.
    let mut mentions: BTreeMap<&str, Vec<(Option<&str>, bool)>> = BTreeMap::new();
    for (name, body) in bodies {
        let repeated = repeated(body);
        walk(body, &mut |node| {
            let Node::Expr(expr) = node else { return };
            let again = repeated.contains(&address(expr));
            match &expr.kind {
                ExprKind::Method { name: method, .. } if method.name == "close" => {
                    closings.push((*name, again));
                }
                ExprKind::Call { callee, .. } => {
                    mentions.entry(&callee.name).or_default().push((*name, again))
                }
                ExprKind::Spawn(spawn) => {
                    mentions.entry(&spawn.callee.name).or_default().push((*name, again));
                }
                _other => {}
            }
        });
    }
    let [(mut place, mut again)] = closings[..] else { return closings.is_empty() };
    // Up from whom it was started by, to `main`; who starts himself comes round again.
    for _ in 0..=bodies.len() {
        match (again, place) {
            (true, _) => return false,
            (false, None) => return true,
            (false, Some(task)) => match mentions.get(task).map(Vec::as_slice) {
                Some([(by, in_loop)]) => (place, again) = (*by, *in_loop),
                Some(_) => return false,
                None => return true,
            },
        }
    }
    false
}

/// The expressions that are computed more than once each time the block is run: in loops, and for each
/// of a list.
fn repeated(body: &Block) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    walk(body, &mut |node| match node {
        Node::Statement(statement) => match &statement.kind {
            StatementKind::While { condition, body } => {
                note(condition, &mut found);
                note_all(body, &mut found);
            }
            StatementKind::Loop { body } | StatementKind::For { body, .. } => note_all(body, &mut found),
            _other => {}
        },
        Node::Expr(expr) => {
            if let ExprKind::Call { arguments, .. } = &expr.kind {
                for argument in arguments {
                    if let Argument::Each { value, .. } = argument {
                        note(value, &mut found);
                    }
                }
            }
        }
    });
    found
}

fn note(expr: &Expr, found: &mut BTreeSet<usize>) {
    walk_expr(expr, &mut |expr| {
        found.insert(address(expr));
    });
}

fn note_all(body: &Block, found: &mut BTreeSet<usize>) {
    walk(body, &mut |node| {
        if let Node::Expr(expr) = node {
            found.insert(address(expr));
        }
    });
}
