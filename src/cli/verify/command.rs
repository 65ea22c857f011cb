//! The command itself: which programs, against whom; runs them and reports.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use std::{fs, io, thread};

use crate::cli::args::{InputArguments, VerifyArguments};
use crate::cli::load::{attempt, complain};
use crate::cli::output::{Output, reason};
use crate::cli::status::Status;
use crate::cli::verify::batch::Setup;
use crate::cli::verify::find::find;
use crate::cli::verify::folder::sweep;
use crate::cli::verify::outcome::{Account, Outcome, Smallest, Tally, Verified, outcomes};
use crate::cli::verify::show::{text, to_json};
use crate::cli::verify::shrink::shrink;
use crate::lang::ast::Item;
use crate::scenario::Experiment;
use crate::source::Sources;
use crate::value::Value;
use crate::verify::prepare::{Script, reason as refusal};
use crate::verify::random::maker::program;
use crate::verify::random::vocabulary::Vocabulary;
use crate::verify::targets::{Subject, all, named};

/// Random programs that differ are made smaller, the first so many.
const SHRUNK: usize = 1;

pub fn verify(arguments: &VerifyArguments, output: &Output) -> Status {
    let subjects = match subjects(arguments) {
        Ok(subjects) => subjects,
        Err(message) => return output.failed(&message),
    };
    if arguments.files.is_empty() && arguments.random.is_none() {
        return output.failed("nothing to verify: name programs, or ask for some with `--random 100`");
    }
    let (scripts, mut status) = match scripts(arguments, output) {
        Ok(scripts) => (scripts, Status::Fine),
        Err(status) => (Vec::new(), status),
    };
    sweep();
    let mut accounts = Vec::new();
    for subject in subjects {
        let account = account(subject, &scripts, arguments);
        if !arguments.json {
            let gap = if accounts.is_empty() { "" } else { "\n" };
            let text = text(&account, arguments.seed, output.style);
            status = status.max(output.print(&format!("{gap}{text}")));
        }
        status = status.max(found(&account));
        accounts.push(account);
    }
    if arguments.json {
        status = status.max(output.print(&to_json(&accounts, arguments.seed)));
    }
    status
}

fn subjects(arguments: &VerifyArguments) -> Result<Vec<Subject>, String> {
    if arguments.all {
        return Ok(all());
    }
    if arguments.against.is_empty() {
        return Err("against whom? `--against asyncio`, or `--all`".to_string());
    }
    let mut subjects = Vec::new();
    for text in &arguments.against {
        subjects.extend(named(text)?);
    }
    Ok(subjects)
}

/// How good the news is.
fn found(account: &Account) -> Status {
    if account.found.is_err() {
        return Status::Unverified;
    }
    let one = |outcome: &Outcome| match outcome {
        Outcome::Agrees { .. } => Status::Fine,
        Outcome::Unverified(_) => Status::Unverified,
        Outcome::Differs(_) => Status::Found,
    };
    let programs = account.programs.iter().map(|program| one(&program.outcome)).max().unwrap_or(Status::Fine);
    let random = account.random.as_ref().map_or(Status::Fine, |tally| {
        if !tally.differing.is_empty() {
            Status::Found
        } else if !tally.unverified.is_empty() {
            Status::Unverified
        } else {
            Status::Fine
        }
    });
    programs.max(random)
}

/// The programs named on the command line, once for each set of parameters their runs have.
fn scripts(arguments: &VerifyArguments, output: &Output) -> Result<Vec<Script>, Status> {
    let input =
        InputArguments { files: arguments.files.clone(), format: None, max_nesting: None, max_bytes: None };
    let mut all = Vec::new();
    let mut worst = Status::Fine;
    for path in &arguments.files {
        match attempt(path, &input) {
            Err(message) => worst = worst.max(output.failed(&message)),
            Ok(mut attempt) => match attempt.result {
                Err(problems) => {
                    complain(&problems, &attempt.sources, output);
                    worst = worst.max(Status::Found);
                }
                Ok(mut loaded) => {
                    let set = arguments
                        .set
                        .iter()
                        .try_for_each(|one| loaded.experiment.set(&mut attempt.sources, one));
                    if let Err(problems) = set {
                        complain(&problems, &attempt.sources, output);
                        worst = worst.max(Status::Found);
                    } else {
                        all.extend(of(path, &loaded.experiment, &attempt.sources, arguments.program_seed));
                    }
                }
            },
        }
    }
    if worst == Status::Fine { Ok(all) } else { Err(worst) }
}

fn of(path: &Path, experiment: &Experiment, sources: &Sources, seed: Option<u64>) -> Vec<Script> {
    let name = path
        .file_name()
        .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let text = program_text(experiment, sources);
    let mut sets: Vec<(String, BTreeMap<String, Value>)> = Vec::new();
    for run in &experiment.runs {
        let mut params = experiment.params.clone();
        params.extend(run.params.clone());
        let shown: Vec<String> = params.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let shown = shown.join(", ");
        if !sets.iter().any(|(other, _)| *other == shown) {
            sets.push((shown, params));
        }
    }
    let several = sets.len() > 1;
    let script = |(shown, params): (String, BTreeMap<String, Value>)| Script {
        title: if several && !shown.is_empty() { format!("{name} ({shown})") } else { name.clone() },
        text: text.clone(),
        file: (*experiment.file).clone(),
        params,
        seed: seed.unwrap_or(experiment.seed),
    };
    sets.into_iter().map(script).collect()
}

/// The text in which the places of the program lie.
fn program_text(experiment: &Experiment, sources: &Sources) -> String {
    let main = experiment.file.items.iter().find_map(|item| match item {
        Item::Main { span, .. } => Some(*span),
        Item::Param { .. }
        | Item::Shared { .. }
        | Item::Metric { .. }
        | Item::Object(_)
        | Item::Task { .. } => None,
    });
    main.map(|span| sources.get(span.source).text.clone()).unwrap_or_default()
}

fn account(subject: Subject, scripts: &[Script], arguments: &VerifyArguments) -> Account {
    let needs = (subject.target.needs)(&subject.spec);
    let found = match find(&needs, arguments.python.as_deref()) {
        Ok(found) => found,
        Err(why) => {
            return Account {
                subject,
                found: Err(why),
                programs: Vec::new(),
                random: None,
                smallest: Vec::new(),
            };
        }
    };
    let patience = Duration::from_secs(arguments.patience);
    let setup = Setup { found: &found, patience, keep: arguments.keep.as_deref() };
    let outcomes = outcomes(subject.target, &subject, scripts.to_vec(), 0, &setup);
    let titles = scripts.iter().map(|script| script.title.clone());
    let programs = titles.zip(outcomes).map(|(title, outcome)| Verified { title, outcome }).collect();
    let (random, smallest) = match arguments.random {
        None => (None, Vec::new()),
        Some(count) => {
            let tally = random(&subject, count, arguments, &setup);
            let smallest = smallest(&subject, &tally, arguments, &setup);
            (Some(tally), smallest)
        }
    };
    Account { subject, found: Ok(found.version.clone()), programs, random, smallest }
}

/// Makes and runs so many random programs, on all cores.
fn random(subject: &Subject, count: u32, arguments: &VerifyArguments, setup: &Setup) -> Tally {
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
                    if from >= count as usize {
                        return;
                    }
                    let numbers: Vec<u32> = (from..(from + per_job).min(count as usize))
                        .map(|n| arguments.first.wrapping_add(n as u32))
                        .collect();
                    let (outcomes, titled) =
                        random_batch(subject, &vocabulary, &numbers, from, arguments, setup);
                    let mut tally = tally.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    titled.into_iter().zip(outcomes).for_each(|(number, outcome)| tally.add(number, outcome));
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
    tally
}

fn random_batch(
    subject: &Subject,
    vocabulary: &Vocabulary,
    numbers: &[u32],
    first: usize,
    arguments: &VerifyArguments,
    setup: &Setup,
) -> (Vec<Outcome>, Vec<u32>) {
    let mut scripts = Vec::new();
    let mut refused = Vec::new();
    let mut titled = Vec::new();
    for number in numbers {
        let text = program(vocabulary, arguments.seed, *number).print();
        match Script::read(&format!("program {number}"), &text, arguments.seed) {
            Ok(script) => {
                scripts.push(script);
                titled.push(*number);
            }
            Err(problems) => refused.push((*number, refusal(&problems, &text))),
        }
    }
    let mut all = outcomes(subject.target, subject, scripts, first, setup);
    for (number, why) in refused {
        titled.push(number);
        all.push(Outcome::Unverified(why));
    }
    (all, titled)
}

fn smallest(subject: &Subject, tally: &Tally, arguments: &VerifyArguments, setup: &Setup) -> Vec<Smallest> {
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
