//! From text to program in one call, for those who have just a text.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Severity};
use crate::lang::check::check;
use crate::lang::compile::compile;
use crate::lang::parse::{ParseLimits, parse};
use crate::lang::program::Program;
use crate::source::SourceId;
use crate::value::Value;

/// Parses, checks and compiles a text with its own parameters; spans refer to `SourceId(0)`.
///
/// # Errors
/// Every error of the text at once; warnings are left out.
pub fn load(text: &str) -> Result<Program, Vec<Diagnostic>> {
    load_with(text, &BTreeMap::new())
}

/// The same with other values for some parameters.
///
/// # Errors
/// Every error of the text at once, or of the values given.
pub fn load_with(text: &str, params: &BTreeMap<String, Value>) -> Result<Program, Vec<Diagnostic>> {
    let (file, mut diagnostics) = parse(SourceId(0), text, 0, &ParseLimits::default());
    diagnostics.extend(check(&file));
    diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
    if diagnostics.is_empty() { compile(&file, params) } else { Err(diagnostics) }
}
