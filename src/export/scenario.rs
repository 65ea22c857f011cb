//! What a backend is given: the program, what is known of it, its story; and where it says what it cannot say.

use std::cell::RefCell;

use crate::diagnostic::Diagnostic;
use crate::export::infer::Conflict;
use crate::export::request::Request;
use crate::export::story::Story;
use crate::export::target::{Clock, Target};
use crate::export::types::Facts;
use crate::lang::constants::Constants;
use crate::lang::declarations::Declarations;
use crate::source::Span;

/// A program, ready to be said in another language.
#[derive(Debug)]
pub struct Scenario<'a> {
    pub request: &'a Request<'a>,
    pub target: Target,
    pub clock: Clock,
    pub declarations: Declarations<'a>,
    /// The values of parameters, the sizes of objects.
    pub constants: Constants,
    pub story: Story<'a>,
    pub facts: Facts<'a>,
    pub refusals: Refusals,
}

/// What a target cannot say, all of it.
#[derive(Debug, Default)]
pub struct Refusals {
    found: RefCell<Vec<Diagnostic>>,
}

impl Refusals {
    pub fn add(&self, diagnostic: Diagnostic) {
        self.found.borrow_mut().push(diagnostic);
    }

    pub fn take(&self) -> Vec<Diagnostic> {
        self.found.take()
    }
}

impl Scenario<'_> {
    /// `what` cannot be said in this target, because of `why`; `way_out` is what could be written instead.
    pub fn refuse(&self, span: Span, what: &str, why: &str, way_out: &str) {
        let text = format!("{what} cannot be exported to {}", self.target.about().name);
        self.refusals.add(Diagnostic::error("E0801", span, text).label(why).help(way_out));
    }

    /// Refuses a program whose types do not agree, for languages that have to know them.
    pub fn refuse_conflicts(&self) {
        self.refuse_those(|_| true);
    }

    /// Refuses a program in which one name stands for blocks and for something else, for languages that cancel each in
    /// a way of its own.
    pub fn refuse_mixed_blocks(&self) {
        self.refuse_those(|conflict| conflict.is_block);
    }

    fn refuse_those(&self, refused: impl Fn(&Conflict) -> bool) {
        for conflict in self.facts.conflicts.iter().filter(|conflict| refused(conflict)) {
            let name = self.target.about().name;
            let text = format!("this has no type that {name} could give it");
            let problem = Diagnostic::error("E0802", conflict.span, text).label(conflict.text.as_str());
            self.refusals
                .add(problem.help(
                    "give things of different kinds names of their own, or export to another language",
                ));
        }
    }
}
