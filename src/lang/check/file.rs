//! tmp
use crate::diagnostic::Diagnostic;
use crate::lang::ast::File;
pub fn check(_file: &File) -> Vec<Diagnostic> {
    Vec::new()
}
