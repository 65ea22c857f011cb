//! What Node was seen to do, against what cosim's `Js` does: every log line, in order, at its time.

#![allow(clippy::disallowed_methods, reason = "tests read their cases")]

use std::path::{Path, PathBuf};

use cosim::runtimes::js::settings::{Settings, Yields};
use cosim::runtimes::table::RuntimeSpec;
use serde_json::Value;

use crate::support::ground_truth::{self, Flavour};
use crate::support::seen::{self, Seen, difference, expected_lines, load, read, recorded, report};

#[test]
fn basic_programs() {
    random_programs("basic");
}

#[test]
fn large_programs() {
    random_programs("stress");
}

#[test]
fn handwritten_programs() {
    let folder = cases().join("handwritten");
    let mut failures = Vec::new();
    let names = seen::names(&folder, ".cosim");
    for name in &names {
        let text = read(&folder.join(format!("{name}.cosim")));
        let program = load(name, &text);
        let expected = expected_lines(&read(&folder.join(format!("{name}.out"))));
        let got = seen::run(&program, &under(Yields::Microtask), 0);
        failures.extend(difference(name, &text, &expected, &got));
    }
    report(failures, names.len());
}

/// Each under both readings of `await yield`.
fn random_programs(level: &str) {
    let cases = read(&cases().join(format!("random/{level}.jsonl")));
    let mut failures = Vec::new();
    let mut runs = 0;
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).expect("a fixture is JSON");
        let text =
            ground_truth::translate(&case["program"], Flavour::Js).expect("a fixture can be said in cosim");
        let program = load(level, &text);
        for (yields, recording) in [(Yields::Microtask, "microtask"), (Yields::Immediate, "immediate")] {
            let expected = recorded(&case[recording]);
            let title = format!("{level}, seed {}, {recording}", case["seed"]);
            let got = main_ended(seen::run(&program, &under(yields), 0));
            failures.extend(difference(&title, &text, &expected, &got));
            runs += 1;
        }
    }
    report(failures, runs);
}

/// The recorded programs are done when `main` has ended, whoever else is stuck.
fn main_ended(seen: Seen) -> Seen {
    let last = |line: &String| line.ends_with(" main end") || line.contains(" main err:");
    let ended = seen.status == "deadlock" && seen.lines.iter().any(last);
    Seen { status: if ended { "ok".into() } else { seen.status }, lines: seen.lines }
}

fn under(yields: Yields) -> RuntimeSpec {
    RuntimeSpec::Js(Settings { yields, ..Settings::default() })
}

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/js")
}
