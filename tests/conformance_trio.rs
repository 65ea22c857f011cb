//! What trio was seen to do, against what cosim's does: every log line, in order, at its time.

#![allow(clippy::disallowed_methods, reason = "tests read their cases")]

use std::path::{Path, PathBuf};

use cosim::runtimes::table::RuntimeSpec;
use cosim::runtimes::trio::settings::{Order, Settings};
use cosim::sim::choice::Policy;
use serde_json::Value;

use crate::support::ground_truth::{self, Flavour};
use crate::support::seen::{self, Seen, difference, expected_lines, load, read, recorded, report};

/// How batches were ordered when a trace was recorded, and where a fixture keeps it.
const ORDERS: [(Order, &str); 3] = [(Order::Fifo, "fifo"), (Order::Lifo, "lifo"), (Order::Seeded, "coins")];

/// The coins of the recording, over and over: 1 is the other way round.
const COINS: &str = "1010001000011000100001000011001000100001111111000011111001010110";

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
fn nurseries_and_timeouts() {
    random_programs("L3");
}

#[test]
fn conditions_and_threads() {
    random_programs("L4");
}

#[test]
fn scopes_shields_limiters_and_channels_without_room() {
    random_programs("trio");
}

#[test]
fn handwritten_programs() {
    let folder = cases().join("handwritten");
    let mut failures = Vec::new();
    let names = seen::names(&folder, ".cosim");
    for name in &names {
        let text = read(&folder.join(format!("{name}.cosim")));
        let program = load(name, &text);
        let common = folder.join(format!("{name}.out"));
        for (order, word) in [ORDERS[0], ORDERS[1]] {
            let own = folder.join(format!("{name}.{word}.out"));
            let expected = expected_lines(&read(if own.exists() { &own } else { &common }));
            failures.extend(difference(&format!("{name}, {word}"), &text, &expected, &run(&program, order)));
        }
    }
    report(failures, names.len() * 2);
}

fn random_programs(level: &str) {
    let cases = read(&cases().join(format!("random/{level}.jsonl")));
    let mut failures = Vec::new();
    let mut runs = 0;
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).expect("a fixture is JSON");
        let text =
            ground_truth::translate(&case["program"], Flavour::Trio).expect("a fixture can be said in cosim");
        let program = load(level, &text);
        for (order, word) in ORDERS {
            // Another order is written down only where it differs from fifo.
            let expected = recorded(case.get(word).unwrap_or(&case));
            let title = format!("{level}, seed {}, {word}", case["seed"]);
            failures.extend(difference(&title, &text, &expected, &run(&program, order)));
            runs += 1;
        }
    }
    report(failures, runs);
}

fn run(program: &cosim::lang::program::Program, order: Order) -> Seen {
    let coins = COINS.bytes().map(|coin| u32::from(coin == b'1')).cycle().take(10_000);
    seen::run_by(
        program,
        &RuntimeSpec::Trio(Settings { order, ..Settings::default() }),
        0,
        Policy::Replay(coins.collect()),
    )
}

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/trio")
}
