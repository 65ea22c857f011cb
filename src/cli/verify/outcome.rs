//! What came of verifying: program by program, target by target; and how programs become that.

use crate::cli::interrupt::asked;
use crate::cli::status::Status;
use crate::cli::verify::batch::{Setup, run};
use crate::verify::compare::{Verdict, verdict};
use crate::verify::plan::{Case, Target};
use crate::verify::prepare::{Prepared, Script, reason};
use crate::verify::random::tree::Tree;
use crate::verify::recording::Recorded;
use crate::verify::seen::{Seen, Status as End};
use crate::verify::targets::Subject;

/// One program under one target.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// In every step, and the end: this was seen.
    Agrees(Seen),
    Differs(Box<Differing>),
    /// Nobody could tell, and why.
    Unverified(String),
    /// Somebody pressed Ctrl-C before it was run.
    Interrupted,
}

impl Outcome {
    /// What the real thing did.
    pub fn real(&self) -> Option<&Seen> {
        match self {
            Outcome::Agrees(real) => Some(real),
            Outcome::Differs(differing) => Some(&differing.real),
            Outcome::Unverified(_) | Outcome::Interrupted => None,
        }
    }

    /// The same with its program, to be kept.
    pub fn recorded(&self, script: &Script) -> Option<Recorded> {
        Recorded::new(script, self.real()?.clone())
    }

    /// How good the news is.
    fn status(&self) -> Status {
        match self {
            Outcome::Agrees(_) | Outcome::Interrupted => Status::Fine,
            Outcome::Unverified(_) => Status::Unverified,
            Outcome::Differs(_) => Status::Found,
        }
    }
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
    /// What was seen, where it is wanted.
    pub recorded: Vec<(u32, Recorded)>,
}

impl Tally {
    pub fn add(&mut self, number: u32, outcome: Outcome) {
        match outcome {
            Outcome::Agrees(real) => {
                self.agree += 1;
                self.steps += real.steps.len();
                self.deadlocks += usize::from(real.status == End::Deadlock);
                self.errors += usize::from(matches!(real.status, End::Error(_)));
            }
            Outcome::Differs(differing) => self.differing.push((number, *differing)),
            Outcome::Unverified(why) => self.unverified.push((number, why)),
            Outcome::Interrupted => {}
        }
    }

    fn status(&self) -> Status {
        if !self.differing.is_empty() {
            Status::Found
        } else if !self.unverified.is_empty() {
            Status::Unverified
        } else {
            Status::Fine
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
    /// What was seen of the programs, where it is wanted.
    pub recorded: Vec<Recorded>,
    pub smallest: Vec<Smallest>,
}

impl Account {
    /// Of a runtime that could not be asked, and why.
    pub fn absent(subject: Subject, why: String) -> Account {
        Account {
            subject,
            found: Err(why),
            programs: Vec::new(),
            random: None,
            recorded: Vec::new(),
            smallest: Vec::new(),
        }
    }

    /// How good the news is.
    pub fn status(&self) -> Status {
        if self.found.is_err() {
            return Status::Unverified;
        }
        let programs = self.programs.iter().map(|program| program.outcome.status());
        programs.chain(self.random.as_ref().map(Tally::status)).max().unwrap_or(Status::Fine)
    }
}

/// Prepares programs, runs them by the real thing, and compares; one outcome each, in order.
pub fn outcomes(
    target: &Target,
    subject: &Subject,
    scripts: Vec<Script>,
    first: usize,
    setup: &Setup,
) -> Vec<Outcome> {
    let mut slots: Vec<Slot> = Vec::with_capacity(scripts.len());
    let mut number = first;
    for script in scripts {
        if asked() {
            slots.push(Err(Outcome::Interrupted));
            continue;
        }
        let text = script.text.clone();
        match script.prepare(target, &subject.spec, number) {
            Ok(prepared) => {
                number += 1;
                slots.push(Ok(prepared));
            }
            Err(problems) => slots.push(Err(Outcome::Unverified(reason(&problems, &text)))),
        }
    }
    let cases: Vec<Case> = slots.iter().flatten().map(|prepared| prepared.case.clone()).collect();
    let mut seen: Vec<Option<Seen>> = Vec::with_capacity(cases.len());
    for cases in cases.chunks(target.batch.max(1)) {
        seen.extend(run(target, &subject.spec, cases, setup));
    }
    let mut seen = seen.into_iter();
    slots.into_iter().map(|slot| outcome(slot, &mut seen)).collect()
}

/// A program that can be run, or what came of it without.
type Slot = Result<Prepared, Outcome>;

fn outcome(slot: Slot, seen: &mut impl Iterator<Item = Option<Seen>>) -> Outcome {
    match slot {
        Ok(prepared) => match seen.next().flatten() {
            Some(real) => compared(prepared, real),
            None => Outcome::Interrupted,
        },
        Err(outcome) => outcome,
    }
}

/// A simulated run, held against a real one.
pub fn compared(prepared: Prepared, real: Seen) -> Outcome {
    match verdict(&prepared.simulated.seen, &real) {
        Verdict::Agrees(_) => Outcome::Agrees(real),
        Verdict::Differs(at) => Outcome::Differs(Box::new(Differing { prepared, real, at })),
        Verdict::Unknown(why) => Outcome::Unverified(why),
    }
}
