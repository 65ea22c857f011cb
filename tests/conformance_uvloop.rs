//! What uvloop was seen to do, against what cosim's does: every log line, in order, at its time.

#![allow(clippy::disallowed_methods, reason = "tests read their cases")]

use std::path::{Path, PathBuf};

use cosim::runtimes::table::RuntimeSpec;
use cosim::runtimes::uvloop::settings::Settings;
use serde_json::Value;

use crate::support::ground_truth::{self, Flavour};
use crate::support::seen::{self, difference, expected_lines, load, read, recorded, report};

#[test]
fn all_steps() {
    recordings("all");
}

#[test]
fn handwritten_programs() {
    let folder = cases().join("handwritten");
    let names =
        ["001_timers_before_ready", "002_whole_milliseconds", "003_sleeps_too_long", "004_missed_deadline"];
    let mut failures = Vec::new();
    for name in names {
        let text = read(&folder.join(format!("{name}.cosim")));
        let expected = expected_lines(&read(&folder.join(format!("{name}.out"))));
        failures.extend(difference(name, &text, &expected, &seen::run(&load(name, &text), &uvloop(), 0)));
    }
    report(failures, names.len());
}

fn recordings(file: &str) {
    let cases = read(&cases().join(format!("random/{file}.jsonl")));
    let mut failures = Vec::new();
    let mut runs = 0;
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).expect("a fixture is JSON");
        let text = ground_truth::translate(&case["program"], Flavour::Asyncio)
            .expect("a fixture can be said in cosim");
        let program = load(file, &text);
        let title = format!("{file}, seed {}", case["seed"]);
        failures.extend(difference(&title, &text, &recorded(&case), &seen::run(&program, &uvloop(), 0)));
        runs += 1;
    }
    report(failures, runs);
}

fn uvloop() -> RuntimeSpec {
    RuntimeSpec::Uvloop(Settings::default())
}

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/uvloop")
}
