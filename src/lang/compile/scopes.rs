//! The blocks that are open while a function is compiled, and the ways out of them.

use crate::lang::program::{Operand, Pc, Reg};
use crate::value::Mode;

/// A place that is jumped to; instructions hold its number until the function is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label(pub Pc);

/// A block that something has to be done about when it is left.
#[derive(Debug)]
pub struct Scope {
    pub kind: ScopeKind,
    /// Code covered by its handler, complete.
    pub covered: Vec<(Pc, Pc)>,
    /// Where the code covered now begins.
    since: Pc,
}

#[derive(Debug)]
pub enum ScopeKind {
    Loop { exit: Label, again: Label },
    With { object: Operand, mode: Mode },
    Group { group: Reg },
    Timeout { scope: Reg, expired: Label },
    Catch,
    Finally { finally: Label, why: Reg, carried: Reg, left_by: [bool; 3] },
}

/// A way out of blocks other than through their end.
#[derive(Debug, Clone, Copy)]
pub enum Exit {
    Break,
    Continue,
    Return(Operand),
}

impl Exit {
    pub fn number(self) -> usize {
        match self {
            Exit::Break => 0,
            Exit::Continue => 1,
            Exit::Return(_) => 2,
        }
    }
}

impl Scope {
    /// The block begins to be covered at `here`.
    pub fn new(kind: ScopeKind, here: Pc) -> Scope {
        Scope { kind, covered: Vec::new(), since: here }
    }

    /// What comes from `here` on is covered again.
    pub fn resume(&mut self, here: Pc) {
        self.since = here;
    }

    /// What comes from `here` on is not covered.
    pub fn pause(&mut self, here: Pc) {
        if self.since < here {
            self.covered.push((self.since, here));
        }
        self.since = here;
    }
}
