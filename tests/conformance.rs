//! What CPython's asyncio was seen to do, against what cosim's does: every log line, in order, at its time.

#![allow(clippy::disallowed_methods, reason = "tests read their cases")]

use std::cell::RefCell;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use cosim::exec::execute::execute;
use cosim::lang::program::Program;
use cosim::runtimes::asyncio::settings::{Settings, Version};
use cosim::runtimes::drive::Ending;
use cosim::runtimes::table::RuntimeSpec;
use cosim::sim::choice::Policy;
use cosim::sim::kernel::Limits;
use cosim::sim::trace::{Event, Kind};
use serde_json::Value;

#[path = "support/ground_truth.rs"]
mod ground_truth;

const VERSIONS: [(Version, &str); 3] =
    [(Version::V311, "3.11"), (Version::V312, "3.12"), (Version::V313, "3.13")];

/// What can be seen of a run: its log, and whether it came to an end.
#[derive(Debug, PartialEq)]
struct Seen {
    status: String,
    lines: Vec<String>,
}

#[test]
fn basic_steps() {
    random_programs("L0");
}

#[test]
fn cancellation_and_failures() {
    random_programs("L1");
}

#[test]
fn locks_semaphores_events_and_channels() {
    random_programs("L2");
}

#[test]
fn combinators_groups_and_timeouts() {
    random_programs("L3");
}

#[test]
fn everything() {
    random_programs("L4");
}

#[test]
fn more_of_everything() {
    random_programs("L4_more");
}

#[test]
fn what_the_newest_version_does_differently() {
    random_programs("versions");
}

#[test]
fn eager_tasks() {
    random_programs("eager");
}

#[test]
fn handwritten_programs() {
    let folder = cases().join("handwritten");
    let mut failures = Vec::new();
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("the folder of handwritten programs is there")
        .map(|entry| entry.expect("an entry of a folder can be read").file_name())
        .filter_map(|name| Some(name.to_str()?.strip_suffix(".cosim")?.to_string()))
        .collect();
    names.sort();
    for name in &names {
        let text = read(&folder.join(format!("{name}.cosim")));
        let program = load(name, &text);
        let eager = name.contains("_eager_");
        for (version, number) in VERSIONS.into_iter().filter(|&(version, _)| !eager || version > Version::V311) {
            let own = folder.join(format!("{name}.py{}.out", number.replace('.', "")));
            let common = folder.join(format!("{name}.out"));
            let expected = expected_lines(&read(if own.exists() { &own } else { &common }));
            let title = format!("{name} under {number}");
            failures.extend(difference(&title, &text, &expected, &run(&program, version, eager)));
        }
    }
    report(failures, names.len() * VERSIONS.len());
}

fn random_programs(level: &str) {
    let cases = read(&cases().join(format!("random/{level}.jsonl")));
    let mut failures = Vec::new();
    let mut runs = 0;
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).expect("a fixture is JSON");
        let text = ground_truth::translate(&case["program"]).expect("a fixture can be said in cosim");
        let program = load(level, &text);
        let eager = case["program"]["eager"] == true;
        // 3.11 has no eager tasks.
        for (version, number) in VERSIONS.into_iter().filter(|&(version, _)| !eager || version > Version::V311) {
            // A version is written down only where it differs from 3.12.
            let expected = seen(case.get(number).unwrap_or(&case));
            let title = format!("{level}, seed {}, under {number}", case["seed"]);
            failures.extend(difference(&title, &text, &expected, &run(&program, version, eager)));
            runs += 1;
        }
    }
    report(failures, runs);
}

fn load(title: &str, text: &str) -> Program {
    cosim::lang::load(text).unwrap_or_else(|errors| panic!("{title} is refused: {errors:?}\n{text}"))
}

fn run(program: &Program, version: Version, eager: bool) -> Seen {
    let spec = RuntimeSpec::Asyncio(Settings { version, eager });
    let trace: Rc<RefCell<Vec<Event>>> = Rc::default();
    let limits = Limits { events: 1_000_000, ..Limits::default() };
    let finished = execute(program, &spec, 0, Policy::First, limits, Some(trace.clone()));
    let status = match finished.ending {
        Ending::Completed => "ok".into(),
        Ending::Stuck(_) => "deadlock".into(),
        Ending::Limit(limit) => format!("stopped: {limit:?}"),
    };
    let trace = trace.borrow();
    let lines = trace.iter().filter_map(|event| match &event.kind {
        Kind::Log { text } => Some(format!("{} {text}", event.time.0 as f64 / 1e6)),
        _ => None,
    });
    Seen { status, lines: lines.collect() }
}

fn seen(case: &Value) -> Seen {
    let lines = case["trace"].as_array().expect("a fixture has a trace");
    let line = |line: &Value| line.as_str().expect("a trace is a list of lines").to_string();
    Seen {
        status: case["status"].as_str().expect("a fixture has a status").into(),
        lines: lines.iter().map(line).collect(),
    }
}

/// The lines of an `.out` file, the last of which may tell of a deadlock.
fn expected_lines(text: &str) -> Seen {
    let mut lines: Vec<String> = text.lines().map(String::from).collect();
    let stuck = lines.last().is_some_and(|line| line == "- deadlock");
    if stuck {
        lines.pop();
    }
    Seen { status: if stuck { "deadlock" } else { "ok" }.into(), lines }
}

/// What to show of a case that went wrong: the program, and both logs around the first difference.
fn difference(title: &str, program: &str, expected: &Seen, got: &Seen) -> Option<String> {
    if expected == got {
        return None;
    }
    let same = expected.lines.iter().zip(&got.lines).take_while(|(a, b)| a == b).count();
    let mut text = format!("{title}: expected {}, got {}\n\n{program}\n", expected.status, got.status);
    for i in same.saturating_sub(8)..same {
        let _ = writeln!(text, "           {}", expected.lines[i]);
    }
    for (word, seen) in [("expected", expected), ("got", got)] {
        for line in seen.lines.iter().skip(same).take(6) {
            let _ = writeln!(text, "{word:>9}: {line}");
        }
    }
    Some(text)
}

/// The shortest failure in full, and how many there are.
fn report(failures: Vec<String>, runs: usize) {
    let count = failures.len();
    let titles: Vec<&str> = failures.iter().take(20).map(|f| f.lines().next().unwrap_or_default()).collect();
    let shortest = failures.iter().min_by_key(|text| text.len()).cloned().unwrap_or_default();
    assert!(count == 0, "{count} of {runs} runs differ:\n{}\n\nthe shortest:\n{shortest}", titles.join("\n"));
}

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/asyncio")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
