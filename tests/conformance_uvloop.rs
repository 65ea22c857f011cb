//! What uvloop was seen to do, against what cosim's does: every log line, in order, at its time.

#![allow(clippy::disallowed_methods, reason = "tests read their cases")]

use std::path::Path;

use cosim::runtimes::table::RuntimeSpec;
use cosim::runtimes::uvloop::settings::Settings;
use serde_json::Value;

#[path = "support/ground_truth.rs"]
mod ground_truth;
#[path = "support/seen.rs"]
mod seen;

use ground_truth::Flavour;
use seen::{difference, load, read, recorded, report};

#[test]
fn all_steps() {
    recordings("all");
}

#[test]
fn delays_of_less_than_a_millisecond() {
    recordings("milliseconds");
}

fn recordings(file: &str) {
    let path = format!("tests/conformance/uvloop/random/{file}.jsonl");
    let cases = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(path));
    let mut failures = Vec::new();
    let mut runs = 0;
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).expect("a fixture is JSON");
        let text = ground_truth::translate(&case["program"], Flavour::Asyncio)
            .expect("a fixture can be said in cosim");
        let program = load(file, &text);
        let spec = RuntimeSpec::Uvloop(Settings::default());
        let title = format!("{file}, seed {}", case["seed"]);
        failures.extend(difference(&title, &text, &recorded(&case), &seen::run(&program, &spec, 0)));
        runs += 1;
    }
    report(failures, runs);
}
