//! `cosim test [PATH…]`: finds scenarios, tests them on all cores, and tells what came of it in the order of their names.

use std::env;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::cli::args::shared::LimitArguments;
use crate::cli::args::write::TestArguments;
use crate::cli::find::find;
use crate::cli::load;
use crate::cli::output::{Output, reason};
use crate::cli::status::Status;
use crate::cli::test::formats::{github, json, junit};
use crate::cli::test::outcome::Outcome;
use crate::cli::test::scenario::{Snapshots, Way, test as test_one};
use crate::cli::whole_file::WholeFile;
use crate::report::lines::clean;
use crate::report::style::Ink;
use crate::sim::kernel::Limits;

/// As the thread that every command runs on.
const STACK: usize = 64 << 20;

pub fn test(arguments: &TestArguments, output: &Output) -> Status {
    let files = match found(arguments) {
        Ok(files) => files,
        Err(message) => return output.failed(&message),
    };
    let annotate =
        !arguments.json && (arguments.github || env::var("GITHUB_ACTIONS").is_ok_and(|v| v == "true"));
    let mut told = Status::Fine;
    let way = Way {
        snapshots: snapshots(arguments),
        limits: limits(&arguments.limits),
        timeout: Duration::from_secs(arguments.timeout.into()),
    };
    let outcomes = all(&files, way, arguments.threads, output, |outcome| {
        output.complain(&outcome.warnings);
        if !arguments.json {
            told = told.max(output.print(&line(outcome, output)));
        }
        if annotate {
            told = told.max(output.print(&github(outcome)));
        }
    });
    told = told.max(match arguments.json {
        true => output.print(&json(&outcomes)),
        false => output.print(&summary(&outcomes)),
    });
    if let Some(path) = &arguments.junit {
        told = told.max(write(path, &junit(&outcomes), output));
    }
    outcomes.iter().map(status).fold(told, Status::max)
}

fn status(outcome: &Outcome) -> Status {
    match (&outcome.trouble, outcome.failures.is_empty()) {
        (Some(_), _) => Status::Failed,
        (None, false) => Status::Found,
        (None, true) => Status::Fine,
    }
}

fn found(arguments: &TestArguments) -> Result<Vec<PathBuf>, String> {
    let here = [PathBuf::from(".")];
    let paths = if arguments.paths.is_empty() { &here[..] } else { &arguments.paths[..] };
    let mut files = find(paths, &["ron"])?;
    files.dedup();
    let fits = |file: &PathBuf| {
        let name = file.display().to_string();
        arguments.filter.is_empty() || arguments.filter.iter().any(|word| name.contains(word.as_str()))
    };
    files.retain(fits);
    if files.is_empty() {
        return Err(format!("no scenario's name has `{}` in it", arguments.filter.join("` or `")));
    }
    Ok(files)
}

fn snapshots(arguments: &TestArguments) -> Snapshots {
    let ci = env::var("CI").is_ok_and(|value| !["", "0", "false"].contains(&value.as_str()));
    match (arguments.no_snapshots, arguments.accept, ci) {
        (true, _, _) => Snapshots::None,
        (false, true, _) => Snapshots::Accept,
        (false, false, true) => Snapshots::Compare,
        (false, false, false) => Snapshots::Propose,
    }
}

/// A run of a test is small, and one that does not end is to be told of soon.
const MOST_EVENTS: u64 = 1_000_000;
const MOST_STEPS: u64 = 20_000_000;

fn limits(given: &LimitArguments) -> Limits {
    Limits {
        events: given.max_events.unwrap_or(MOST_EVENTS),
        steps: given.max_steps.unwrap_or(MOST_STEPS),
        ..load::limits(given)
    }
}

/// Tests all files, and tells each in its turn as soon as it and all before it are done.
fn all(
    files: &[PathBuf],
    way: Way,
    threads: Option<NonZeroUsize>,
    output: &Output,
    mut tell: impl FnMut(&Outcome),
) -> Vec<Outcome> {
    let cores = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let wanted = threads.map_or_else(cores, NonZeroUsize::get).min(files.len());
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    let work = |sender: mpsc::Sender<(usize, Outcome)>| {
        while let Some((n, file)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|n| Some((n, files.get(n)?)))
        {
            // Nobody listens any more only where the main thread has panicked.
            let _ = sender.send((n, test_one(file, way, output)));
        }
    };
    let mut done: Vec<Option<Outcome>> = vec![None; files.len()];
    thread::scope(|scope| {
        let start = |_| {
            let (sender, builder) =
                (sender.clone(), thread::Builder::new().name("test".into()).stack_size(STACK));
            builder.spawn_scoped(scope, || work(sender)).is_ok()
        };
        // Without threads it is done here.
        if (0..wanted).filter(|&n| start(n)).count() == 0 {
            work(sender.clone());
        }
        drop(sender);
        let mut told = 0;
        for (n, outcome) in receiver {
            done[n] = Some(outcome);
            while let Some(Some(outcome)) = done.get(told) {
                tell(outcome);
                told += 1;
            }
        }
    });
    done.into_iter().flatten().collect()
}

fn line(outcome: &Outcome, output: &Output) -> String {
    let style = output.style;
    let counted = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let runs = format!("{}, {}", counted(outcome.runs, "run"), counted(outcome.expectations, "expectation"));
    let accepted = if outcome.accepted { ", snapshot accepted" } else { "" };
    if outcome.passed() {
        return format!(
            "{} {}  {}\n",
            style.paint(Ink::Good, "ok    "),
            clean(&outcome.file),
            style.paint(Ink::Faint, &format!("{runs}{accepted}"))
        );
    }
    let mut out =
        format!("{} {}\n", style.paint(Ink::Bad, "FAILED"), style.paint(Ink::Strong, &clean(&outcome.file)));
    let details = outcome.failures.iter().map(|failure| failure.detail.as_str());
    let trouble = outcome.trouble.as_deref().map(clean);
    for detail in details.chain(trouble.as_deref()) {
        for line in detail.lines() {
            out.push_str(format!("  {line}").trim_end());
            out.push('\n');
        }
        out.push('\n');
    }
    out
}

fn summary(outcomes: &[Outcome]) -> String {
    let (all, passed) = (outcomes.len(), outcomes.iter().filter(|outcome| outcome.passed()).count());
    let scenarios = if all == 1 { "scenario" } else { "scenarios" };
    match all - passed {
        0 => format!("{all} {scenarios}: all passed\n"),
        failed => format!("{all} {scenarios}: {passed} passed, {failed} failed\n"),
    }
}

fn write(path: &Path, text: &str, output: &Output) -> Status {
    let written = WholeFile::create(path).and_then(|mut file| {
        file.file.write_all(text.as_bytes())?;
        file.commit()
    });
    match written {
        Ok(()) => Status::Fine,
        Err(error) => output.failed(&format!("{}: {}", path.display(), reason(&error))),
    }
}
