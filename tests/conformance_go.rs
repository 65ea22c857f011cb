//! What Go's scheduler was seen to do, against what cosim's does: every log line, in order, at its time.

#![allow(clippy::disallowed_methods, reason = "tests read their cases")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cosim::exec::execute::execute;
use cosim::lang::program::Program;
use cosim::runtimes::go::settings::Settings;
use cosim::runtimes::table::RuntimeSpec;
use cosim::sim::choice::{Choice, Policy};
use cosim::sim::kernel::Limits;
use cosim::time::Duration;
use serde_json::Value;

use crate::support::ground_truth::{self, Flavour};
use crate::support::seen::{self, Seen, difference, expected_lines, load, read, recorded, report};

#[test]
fn every_step() {
    random_programs("basic");
}

#[test]
fn large_programs() {
    random_programs("stress");
}

#[test]
fn handwritten_programs() {
    let names = handwritten(".out");
    let mut failures = Vec::new();
    for name in &names {
        let (text, program) = program(name);
        let expected = expected_lines(&read(&cases().join(format!("handwritten/{name}.out"))));
        let slice = if name.ends_with("_10ms") { SLICE } else { Duration::ZERO };
        failures.extend(difference(name, &text, &expected, &seen::run(&program, &under(slice), 0)));
    }
    report(failures, names.len());
}

/// Where the order is open, all orders that were seen can be chosen, and no other can.
#[test]
fn what_is_left_to_chance() {
    for name in handwritten(".outcomes") {
        let (_, program) = program(&name);
        let recorded = read(&cases().join(format!("handwritten/{name}.outcomes")));
        let seen: BTreeSet<String> = recorded.lines().map(String::from).collect();
        let possible = outcomes(&program);
        assert_eq!(seen, possible, "{name}");
    }
}

const SLICE: Duration = Duration::from_millis(10);

fn random_programs(file: &str) {
    let cases = read(&cases().join(format!("random/{file}.jsonl")));
    let mut failures = Vec::new();
    let mut runs = 0;
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).expect("a fixture is JSON");
        let text =
            ground_truth::translate(&case["program"], Flavour::Go).expect("a fixture can be said in cosim");
        let program = load(file, &text);
        for (slice, key) in [(Duration::ZERO, "never"), (SLICE, "slice")] {
            // A run with time slices is written down only where it differs.
            let expected = recorded(case.get(key).unwrap_or(&case));
            let title = format!("{file}, seed {}, slice {slice}", case["seed"]);
            failures.extend(difference(&title, &text, &expected, &seen::run(&program, &under(slice), 0)));
            runs += 1;
        }
    }
    report(failures, runs);
}

/// Every outcome of a program, by going through all choices: each log on one line.
fn outcomes(program: &Program) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut replay = Some(Vec::new());
    while let Some(answers) = replay {
        let (seen, choices) = chosen(program, answers);
        found.insert(seen.lines.join("|"));
        replay = next(&choices);
    }
    found
}

fn chosen(program: &Program, answers: Vec<u32>) -> (Seen, Vec<Choice>) {
    let limits = Limits { events: 1_000_000, ..Limits::default() };
    let trace = seen::Trace::default();
    let policy = Policy::Replay(answers);
    let finished = execute(program, &under(Duration::ZERO), 0, policy, limits, Some(trace.clone()));
    (seen::of(&finished.ending, &trace), finished.choices)
}

/// The answers that come after these, counting with the last decision first.
fn next(choices: &[Choice]) -> Option<Vec<u32>> {
    let last = choices.iter().rposition(|choice| choice.chosen + 1 < choice.options)?;
    let mut answers: Vec<u32> = choices[..=last].iter().map(|choice| choice.chosen).collect();
    answers[last] += 1;
    Some(answers)
}

fn under(slice: Duration) -> RuntimeSpec {
    RuntimeSpec::Go(Settings { slice, ..Settings::default() })
}

fn program(name: &str) -> (String, Program) {
    let text = read(&cases().join(format!("handwritten/{name}.cosim")));
    let program = load(name, &text);
    (text, program)
}

fn handwritten(ending: &str) -> Vec<String> {
    seen::names(&cases().join("handwritten"), ending)
}

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/go")
}
