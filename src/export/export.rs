//! From a checked program to the files of another.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::diagnostic::{Diagnostic, Severity};
use crate::export::go;
use crate::export::js;
use crate::export::python;
use crate::export::rust;
use crate::export::scenario::{Refusals, Scenario};
use crate::export::story::Story;
use crate::export::target::{Clock, Target};
use crate::export::types::Facts;
use crate::lang::ast::File;
use crate::lang::constants::evaluate;
use crate::lang::declarations::Declarations;
use crate::value::Value;

/// What is to be exported.
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

/// A program in another language.
#[derive(Debug, Clone, PartialEq)]
pub struct Export {
    /// Names and texts; the first is the program itself.
    pub files: Vec<(String, String)>,
}

/// Says the program in another language.
///
/// # Errors
/// Everything that cannot be said there, each with its place, the reason and a way out.
pub fn export(request: &Request, target: Target) -> Result<Export, Vec<Diagnostic>> {
    let declarations = Declarations::of(request.file);
    let (constants, mut problems) = evaluate(request.file, &declarations, request.params);
    problems.retain(|problem| problem.severity == Severity::Error);
    if !problems.is_empty() {
        return Err(problems);
    }
    let scenario = Scenario {
        request,
        target,
        clock: request.clock,
        declarations,
        constants,
        story: Story::of(request.text, request.program.clone()),
        facts: Facts::of(request.file, request.params),
        refusals: Refusals::default(),
    };
    let files = match target {
        Target::Asyncio | Target::Trio | Target::Threads => python::export(&scenario),
        Target::Js => js::export(&scenario),
        Target::Go => go::export(&scenario),
        Target::Tokio => rust::export(&scenario),
    };
    let refused = scenario.refusals.take();
    if refused.is_empty() { Ok(Export { files }) } else { Err(refused) }
}
