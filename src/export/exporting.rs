//! From a checked program to the files of another.

use crate::diagnostic::{Diagnostic, Severity};
use crate::export::go;
use crate::export::js;
use crate::export::python;
use crate::export::request::Request;
use crate::export::rust;
use crate::export::scenario::{Refusals, Scenario};
use crate::export::signs::without_hidden;
use crate::export::story::Story;
use crate::export::target::Target;
use crate::export::types::Facts;
use crate::lang::constants::evaluate;
use crate::lang::declarations::Declarations;

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
    if !refused.is_empty() {
        return Err(refused);
    }
    Ok(Export { files: files.into_iter().map(|(name, text)| (name, without_hidden(text))).collect() })
}
