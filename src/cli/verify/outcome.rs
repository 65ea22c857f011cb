//! What came of verifying: program by program, target by target; and how programs become that.

use crate::cli::verify::batch::{Setup, run};
use crate::verify::compare::{Verdict, verdict};
use crate::verify::plan::{Case, Target};
use crate::verify::prepare::{Prepared, Script, reason};
use crate::verify::random::tree::Tree;
use crate::verify::seen::{Seen, Status};
use crate::verify::targets::Subject;

/// One program under one target.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// So many steps agreed, and the end.
    Agrees {
        steps: usize,
        status: Status,
    },
    Differs(Box<Differing>),
    /// Nobody could tell, and why.
    Unverified(String),
}

#[derive(Debug, Clone)]
pub struct Differing {
    pub prepared: Prepared,
    pub real: Seen,
    pub at: usize,
}

#[derive(Debug, Clone)]
pub struct Verified {
    pub title: String,
    pub outcome: Outcome,
}

/// What random programs came to.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    pub agree: usize,
    pub steps: usize,
    pub deadlocks: usize,
    pub errors: usize,
    /// Their numbers, and what differs.
    pub differing: Vec<(u32, Differing)>,
    /// Programs that could not be run, and why.
    pub unverified: Vec<(u32, String)>,
}

impl Tally {
    pub fn add(&mut self, number: u32, outcome: Outcome) {
        match outcome {
            Outcome::Agrees { steps, status } => {
                self.agree += 1;
                self.steps += steps;
                self.deadlocks += usize::from(status == Status::Deadlock);
                self.errors += usize::from(matches!(status, Status::Error(_)));
            }
            Outcome::Differs(differing) => self.differing.push((number, *differing)),
            Outcome::Unverified(why) => self.unverified.push((number, why)),
        }
    }

    pub fn programs(&self) -> usize {
        self.agree + self.differing.len() + self.unverified.len()
    }
}

/// A difference in a random program, made as small as it gets.
#[derive(Debug, Clone)]
pub struct Smallest {
    pub number: u32,
    pub tree: Tree,
    pub differing: Differing,
    /// Where it was written.
    pub file: Option<String>,
}

/// What one target had to say.
pub struct Account {
    pub subject: Subject,
    /// Its version, or why it could not be asked.
    pub found: Result<String, String>,
    pub programs: Vec<Verified>,
    pub random: Option<Tally>,
    pub smallest: Vec<Smallest>,
}

/// Prepares programs, runs them by the real thing, and compares; one outcome each, in order.
pub fn outcomes(
    target: &Target,
    subject: &Subject,
    scripts: Vec<Script>,
    first: usize,
    setup: &Setup,
) -> Vec<Outcome> {
    let mut slots: Vec<Result<Prepared, String>> = Vec::with_capacity(scripts.len());
    let mut number = first;
    for script in scripts {
        let text = script.text.clone();
        match script.prepare(target, &subject.spec, number) {
            Ok(prepared) => {
                number += 1;
                slots.push(Ok(prepared));
            }
            Err(problems) => slots.push(Err(reason(&problems, &text))),
        }
    }
    let cases: Vec<Case> = slots.iter().flatten().map(|prepared| prepared.case.clone()).collect();
    let mut seen: Vec<Seen> = Vec::with_capacity(cases.len());
    for cases in cases.chunks(target.batch.max(1)) {
        seen.extend(run(target, &subject.spec, cases, setup));
    }
    let mut seen = seen.into_iter();
    slots.into_iter().map(|slot| outcome(slot, &mut seen)).collect()
}

fn outcome(slot: Result<Prepared, String>, seen: &mut impl Iterator<Item = Seen>) -> Outcome {
    let prepared = match slot {
        Ok(prepared) => prepared,
        Err(why) => return Outcome::Unverified(why),
    };
    let Some(real) = seen.next() else { return Outcome::Unverified("it was not run".to_string()) };
    match verdict(&prepared.simulated.seen, &real) {
        Verdict::Agrees(steps) => Outcome::Agrees { steps, status: real.status },
        Verdict::Differs(at) => Outcome::Differs(Box::new(Differing { prepared, real, at })),
        Verdict::Unknown(why) => Outcome::Unverified(why),
    }
}
