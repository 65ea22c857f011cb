//! What is to be exported.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::export::target::Clock;
use crate::lang::ast::File;
use crate::value::Value;

/// A program and what is said about it.
#[derive(Debug)]
pub struct Request<'a> {
    /// What the files are called, without an ending: `laundry`.
    pub name: &'a str,
    /// What the scenario is called and what it is about; both may be empty.
    pub title: &'a str,
    pub story: &'a str,
    /// The text the spans of `file` refer to, and where in it the program lies: for its comments.
    pub text: &'a str,
    pub program: Range<usize>,
    /// Checked: it has no errors.
    pub file: &'a File,
    /// Parameters that are not what the file says.
    pub params: &'a BTreeMap<String, Value>,
    pub seed: u64,
    pub clock: Clock,
}
