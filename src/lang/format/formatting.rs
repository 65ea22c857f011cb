//! The way from a program as it is to a program as it is to look.

use crate::diagnostic::Diagnostic;
use crate::lang::format::layout::Layout;
use crate::lang::format::pieces::pieces;
use crate::lang::format::tree::tree;
use crate::lang::parse::{ParseLimits, parse};
use crate::source::SourceId;

/// A program with its lines, indentation and blanks made anew: the same tokens, the same comments.
///
/// What is formatted already stays as it is, byte by byte.
///
/// # Errors
/// What keeps the text from being read.
pub fn format(source: SourceId, text: &str, limits: &ParseLimits) -> Result<String, Vec<Diagnostic>> {
    let (file, problems) = parse(source, text, 0, limits);
    if !problems.is_empty() {
        return Err(problems);
    }
    let (pieces, starts) = pieces(text, &file, limits);
    Ok(Layout::default().file(&tree(&pieces, &starts)))
}
