//! Random programs by the real thing: made and run on all cores, and the first that differs made small.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, io, thread};

use crate::cli::args::learn::VerifyArguments;
use crate::cli::interrupt::asked;
use crate::cli::output::reason;
use crate::cli::verify::batch::Setup;
use crate::cli::verify::outcome::{Outcome, Smallest, Tally, outcomes};
use crate::cli::verify::shrink::shrink;
use crate::verify::prepare::{Script, reason as refusal};
use crate::verify::random::maker::program;
use crate::verify::random::vocabulary::Vocabulary;
use crate::verify::recording::Recorded;
use crate::verify::targets::Subject;

/// Random programs that differ are made smaller, the first so many.
const SHRUNK: usize = 1;

/// Makes and runs so many random programs, on all cores.
pub fn random(subject: &Subject, count: u32, arguments: &VerifyArguments, setup: &Setup) -> Tally {
    let vocabulary = (subject.target.vocabulary)(&subject.spec);
    let batch = subject.target.batch.max(1);
    let jobs = thread::available_parallelism().map_or(1, usize::from).min(8);
    let per_job = (count as usize).div_ceil(jobs).clamp(1, batch);
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let tally = Mutex::new(Tally::default());
    let progress = Progress::new(subject.target.name, count);
    thread::scope(|scope| {
        for _ in 0..jobs {
            let work = || {
                loop {
                    let from = next.fetch_add(per_job, Ordering::Relaxed);
                    if from >= count as usize || asked() {
                        return;
                    }
                    let numbers: Vec<u32> = (from..(from + per_job).min(count as usize))
                        .map(|n| arguments.first.wrapping_add(n as u32))
                        .collect();
                    let tried = random_batch(subject, &vocabulary, &numbers, from, arguments, setup);
                    let mut tally = tally.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    for Tried { number, outcome, recorded } in tried {
                        tally.recorded.extend(recorded.map(|recorded| (number, recorded)));
                        tally.add(number, outcome);
                    }
                    progress.show(done.fetch_add(numbers.len(), Ordering::Relaxed) + numbers.len());
                }
            };
            // Programs nest, and walking them takes stack.
            if thread::Builder::new().stack_size(64 << 20).spawn_scoped(scope, work).is_err() {
                work();
            }
        }
    });
    progress.clear();
    let mut tally = tally.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    tally.differing.sort_by_key(|(number, _)| *number);
    tally.unverified.sort_by_key(|(number, _)| *number);
    tally.recorded.sort_by_key(|(number, _)| *number);
    tally
}

struct Tried {
    number: u32,
    outcome: Outcome,
    recorded: Option<Recorded>,
}

fn random_batch(
    subject: &Subject,
    vocabulary: &Vocabulary,
    numbers: &[u32],
    first: usize,
    arguments: &VerifyArguments,
    setup: &Setup,
) -> Vec<Tried> {
    let mut scripts = Vec::new();
    let mut tried = Vec::new();
    let mut titled = Vec::new();
    for number in numbers {
        let text = program(vocabulary, arguments.seed, *number).print();
        match Script::read(&format!("program {number} of seed {}", arguments.seed), &text, arguments.seed) {
            Ok(script) => {
                scripts.push(script);
                titled.push(*number);
            }
            Err(problems) => {
                let outcome = Outcome::Unverified(refusal(&problems, &text));
                tried.push(Tried { number: *number, outcome, recorded: None });
            }
        }
    }
    let kept = if arguments.record.is_some() { scripts.clone() } else { Vec::new() };
    let outcomes = outcomes(subject.target, subject, scripts, first, setup);
    let mut kept = kept.iter();
    for (number, outcome) in titled.into_iter().zip(outcomes) {
        let recorded = kept.next().and_then(|script| outcome.recorded(script));
        tried.push(Tried { number, outcome, recorded });
    }
    tried
}

pub fn smallest(
    subject: &Subject,
    tally: &Tally,
    arguments: &VerifyArguments,
    setup: &Setup,
) -> Vec<Smallest> {
    let vocabulary = (subject.target.vocabulary)(&subject.spec);
    let quiet = Setup { keep: None, ..setup.clone() };
    let mut all = Vec::new();
    for (number, differing) in tally.differing.iter().take(if arguments.no_shrink { 0 } else { SHRUNK }) {
        let tree = program(&vocabulary, arguments.seed, *number);
        let (tree, differing) = shrink(subject, tree, differing.clone(), arguments.seed, &quiet);
        let name = format!("differs-{}-{}-{number}.cosim", subject.target.name, arguments.seed);
        let path = arguments.keep.as_deref().unwrap_or(Path::new(".")).join(name);
        let file = match fs::write(&path, tree.print()) {
            Ok(()) => Some(path.display().to_string()),
            Err(error) => Some(format!("nothing: {}", reason(&error))),
        };
        all.push(Smallest { number: *number, tree, differing, file });
    }
    all
}

/// How far we are, for those who wait at a terminal.
struct Progress<'a> {
    name: &'a str,
    of: u32,
    shown: bool,
}

impl Progress<'_> {
    fn new(name: &str, of: u32) -> Progress<'_> {
        Progress { name, of, shown: io::stderr().is_terminal() }
    }

    fn show(&self, done: usize) {
        if self.shown {
            let _ = write!(io::stderr(), "\r{}: {done} of {} programs", self.name, self.of);
        }
    }

    fn clear(&self) {
        if self.shown {
            let _ = write!(io::stderr(), "\r{}\r", " ".repeat(60));
        }
    }
}
