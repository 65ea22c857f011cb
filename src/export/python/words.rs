//! What the words of a Python runtime are given.

use crate::lang::ast::{Expr, Ident};

/// A child of a combinator, as Python.
#[derive(Debug, Clone, PartialEq)]
pub enum Child {
    /// `wash(1)`: not yet started.
    Call { callee: String, arguments: Vec<String> },
    /// A handle or a future.
    Handle(String),
    /// A list of handles.
    Handles(String),
    /// `wash(n) for n in …`: the call, and what stands behind it.
    Each { callee: String, arguments: Vec<String>, each: String },
}

impl Child {
    /// `wash(1)`
    pub fn call(&self) -> String {
        match self {
            Child::Call { callee, arguments } | Child::Each { callee, arguments, .. } => {
                format!("{callee}({})", arguments.join(", "))
            }
            Child::Handle(handle) | Child::Handles(handle) => handle.clone(),
        }
    }
}

/// When a callback is called.
#[derive(Debug, Clone, PartialEq)]
pub enum When {
    Soon,
    NextTick,
    Immediate,
    /// Behind a time, as Python.
    After(String),
}

/// What ends a block early.
#[derive(Debug, Clone, Copy)]
pub enum Limit<'a> {
    /// `timeout d`
    After(&'a Expr),
    /// `scope s`: a `cancel` of it.
    Scope(&'a Ident),
}
