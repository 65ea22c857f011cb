//! How much text the parser takes on, what it says when it is too much, and where the text lies.

use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, Span};

/// Bounds on the input, so that no text can exhaust the stack or the memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseLimits {
    /// Brackets within brackets, string holes included.
    pub max_nesting: usize,
    pub max_bytes: usize,
}

impl Default for ParseLimits {
    fn default() -> ParseLimits {
        ParseLimits { max_nesting: 64, max_bytes: 1 << 20 }
    }
}

/// How deep the tree of one expression may be, whatever the limits say.
pub const MAX_DEPTH: u16 = 200;

/// How deep brackets may nest, whatever the limits say: what the 2 MiB stack of an ordinary
/// thread holds in a build without optimisation.
const MAX_NESTING: usize = 128;

impl ParseLimits {
    pub fn nesting(&self) -> usize {
        self.max_nesting.min(MAX_NESTING)
    }
}

/// Where the text being parsed lies: it may be a part of a larger source.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub source: SourceId,
    pub base: usize,
}

impl Place {
    pub fn span(self, range: Range<usize>) -> Span {
        Span::new(self.source, self.base + range.start..self.base + range.end)
    }
}

pub fn too_large(source: SourceId, bytes: usize, limits: &ParseLimits) -> Diagnostic {
    let message = format!("this program has {bytes} bytes, the limit is {}", limits.max_bytes);
    Diagnostic::error("E0007", Span::new(source, 0..0), message)
        .label("too large")
        .help("raise the limit with `--max-bytes`, or let a loop say what is written out")
}

pub fn too_deep(span: Span, limits: &ParseLimits) -> Diagnostic {
    let message = format!("brackets are nested more than {} deep", limits.nesting());
    let problem = Diagnostic::error("E0006", span, message)
        .label("one bracket too many")
        .help("give inner parts a name with `let`, or move them into a task");
    if limits.nesting() == MAX_NESTING {
        return problem.help("this limit cannot be raised further");
    }
    problem.help(format!(
        "if the program is meant to be like this, `--max-nesting` raises the limit, up to {MAX_NESTING}"
    ))
}

/// The stack of this thread does not reach as far as the limit.
pub fn out_of_stack(span: Span) -> Diagnostic {
    Diagnostic::error("E0006", span, "brackets are nested too deeply to be read")
        .label("in here")
        .help("give inner parts a name with `let`, or move them into a task")
}

pub fn expression_too_deep(span: Span) -> Diagnostic {
    Diagnostic::error("E0008", span, format!("this expression has more than {MAX_DEPTH} levels"))
        .label("too long a chain")
        .help("split it with `let`: name a part of it, then go on with the name")
}
