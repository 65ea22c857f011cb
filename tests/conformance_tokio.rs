//! What tokio was seen to do, against what cosim's does: every log line, in order, at its time.

#![allow(clippy::disallowed_methods, reason = "tests read their cases")]

use std::path::{Path, PathBuf};

use cosim::runtimes::table::{RuntimeSpec, ron};
use serde_json::Value;

use crate::support::ground_truth::{self, Flavour};
use crate::support::seen::{self, difference, expected_lines, load, read, recorded, report};

/// Where `main` runs and on which scheduler; the key of a trace that differs from the first.
const WAYS: [(&str, &str); 3] = [
    ("main", "Tokio()"),
    ("spawned", "Tokio(main: Spawned)"),
    ("multi_thread", "Tokio(flavor: MultiThread(workers: 1), main: Spawned)"),
];

#[test]
fn basic_steps() {
    random_programs("basic");
}

#[test]
fn aborts_and_timeouts() {
    random_programs("cancel");
}

#[test]
fn large_programs() {
    random_programs("stress");
}

#[test]
fn handwritten_programs() {
    let folder = cases().join("handwritten");
    let names = seen::names(&folder, ".cosim");
    let mut failures = Vec::new();
    for name in &names {
        let text = read(&folder.join(format!("{name}.cosim")));
        let expected = expected_lines(&read(&folder.join(format!("{name}.out"))));
        let way = if name.contains("_mt_") { WAYS[2] } else { WAYS[0] };
        let got = seen::run(&load(name, &text), &under(way.1), 0);
        failures.extend(difference(name, &text, &expected, &got));
    }
    report(failures, names.len());
}

fn random_programs(file: &str) {
    let cases = read(&cases().join(format!("random/{file}.jsonl")));
    let mut failures = Vec::new();
    let mut runs = 0;
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).expect("a fixture is JSON");
        let text = ground_truth::translate(&case["program"], Flavour::Tokio)
            .expect("a fixture can be said in cosim");
        let program = load(file, &text);
        for (way, spec) in WAYS {
            let expected = recorded(case.get(way).unwrap_or(&case));
            let title = format!("{file}, seed {}, {way}", case["seed"]);
            failures.extend(difference(&title, &text, &expected, &seen::run(&program, &under(spec), 0)));
            runs += 1;
        }
    }
    report(failures, runs);
}

fn under(spec: &str) -> RuntimeSpec {
    ron().from_str(spec).expect("a runtime")
}

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/tokio")
}
