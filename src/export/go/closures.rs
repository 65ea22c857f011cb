//! Blocks that are functions in Go, because something is undone behind them: and how they are left.

use crate::export::go::golang::{Frame, Golang};
use crate::export::go::values::go_type;
use crate::export::types::Type;
use crate::lang::ast::{Block, Statement, StatementKind};
use crate::lang::walk::blocks;

/// How a block may be left, other than by its end or an error.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Escapes {
    pub returns: bool,
    pub breaks: bool,
    pub continues: bool,
}

impl Escapes {
    pub fn of(block: &Block) -> Escapes {
        let mut found = Escapes::default();
        let mut todo: Vec<(&Statement, bool)> = block.statements.iter().map(|s| (s, true)).collect();
        while let Some((statement, outermost)) = todo.pop() {
            let inside = match &statement.kind {
                StatementKind::Return { .. } => {
                    found.returns = true;
                    outermost
                }
                StatementKind::Break => {
                    found.breaks |= outermost;
                    outermost
                }
                StatementKind::Continue => {
                    found.continues |= outermost;
                    outermost
                }
                StatementKind::While { .. } | StatementKind::Loop { .. } | StatementKind::For { .. } => false,
                _other => outermost,
            };
            for block in blocks(statement) {
                todo.extend(block.statements.iter().map(|s| (s, inside)));
            }
        }
        found
    }

    pub fn any(self) -> bool {
        self.returns || self.breaks || self.continues
    }
}

/// The variables that tell how a block was left.
#[derive(Debug, Clone)]
pub struct Left {
    escapes: Escapes,
    leave: String,
    result: String,
}

impl Golang<'_> {
    /// Declares what tells how these blocks are left.
    pub fn escapes(&mut self, blocks: &[&Block]) -> Left {
        let mut escapes = Escapes::default();
        for block in blocks {
            let of = Escapes::of(block);
            escapes.returns |= of.returns;
            escapes.breaks |= of.breaks;
            escapes.continues |= of.continues;
        }
        let mut left = Left { escapes, leave: String::new(), result: String::new() };
        if escapes.any() {
            left.leave = self.fresh("leave");
            self.line(format!("{} := \"\"", left.leave));
        }
        let returns = self.returns();
        if escapes.returns && returns != Type::None {
            left.result = self.fresh("result");
            self.line(format!("var {} {}", left.result, go_type(&returns)));
        }
        left
    }

    /// The body of a function around a block, behind its opening brace; with `return nil` at its end.
    pub fn inside(&mut self, fails: bool, left: &Left, write: impl FnOnce(&mut Self)) {
        let frame = Frame::Block { fails, leave: left.leave.clone(), result: left.result.clone() };
        self.frames.push(frame);
        self.out.indent();
        let mark = self.out.mark();
        write(self);
        if fails && !ends_with_return(self.out.since(mark)) {
            self.line("return nil");
        }
        self.out.dedent();
        self.frames.pop();
    }

    /// Behind the function: goes on leaving.
    pub fn go_on_leaving(&mut self, left: &Left) {
        let ways = [
            (left.escapes.breaks, "break"),
            (left.escapes.continues, "continue"),
            (left.escapes.returns, "return"),
        ];
        for (does, word) in ways {
            if !does {
                continue;
            }
            self.line(format!("if {} == \"{word}\" {{", left.leave));
            self.out.indent();
            match word {
                "return" => {
                    let returns = self.returns();
                    let value = (returns != Type::None).then(|| (left.result.clone(), returns));
                    self.give(value);
                }
                word => self.leave_loop(word),
            }
            self.out.dedent();
            self.line("}");
        }
    }
}

/// Is nothing behind this text come by: does it end, at the outermost level of the function, with a `return`
/// or with a loop that nobody leaves?
pub fn ends_with_return(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().collect();
    let depth = |line: &str| line.chars().take_while(|&c| c == '\t').count();
    let (Some(first), Some((last, before))) =
        (lines.iter().find(|line| !line.is_empty()), lines.split_last())
    else {
        return false;
    };
    if depth(last) != depth(first) {
        return false;
    }
    if last.trim_start().starts_with("return") {
        return true;
    }
    let open = before.iter().rposition(|line| !line.is_empty() && depth(line) <= depth(last));
    last.trim_start() == "}"
        && open.is_some_and(|open| {
            before[open].trim_start() == "for {" && !before[open..].iter().any(|line| line.contains("break"))
        })
}
