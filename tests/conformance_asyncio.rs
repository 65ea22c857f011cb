//! What CPython's asyncio was seen to do, against what cosim's does: every log line, in order, at its time.

#![allow(clippy::disallowed_methods, reason = "tests read their cases")]

use std::path::{Path, PathBuf};

use cosim::runtimes::asyncio::settings::{Settings, Version};
use cosim::runtimes::table::RuntimeSpec;
use serde_json::Value;

use crate::support::ground_truth::{self, Flavour};
use crate::support::seen::{self, difference, expected_lines, load, read, recorded, report};

const VERSIONS: [(Version, &str); 3] =
    [(Version::V311, "3.11"), (Version::V312, "3.12"), (Version::V313, "3.13")];

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
fn callbacks() {
    random_programs("callbacks");
}

#[test]
fn scopes() {
    random_programs("scopes");
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
    let names = seen::names(&folder, ".cosim");
    for name in &names {
        let text = read(&folder.join(format!("{name}.cosim")));
        let program = load(name, &text);
        let eager = name.contains("_eager_");
        for (version, number) in versions(eager) {
            let own = folder.join(format!("{name}.py{}.out", number.replace('.', "")));
            let common = folder.join(format!("{name}.out"));
            let expected = expected_lines(&read(if own.exists() { &own } else { &common }));
            let title = format!("{name} under {number}");
            failures.extend(difference(
                &title,
                &text,
                &expected,
                &seen::run(&program, &under(version, eager), 0),
            ));
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
        let text = ground_truth::translate(&case["program"], Flavour::Asyncio)
            .expect("a fixture can be said in cosim");
        let program = load(level, &text);
        let eager = case["program"]["eager"] == true;
        for (version, number) in versions(eager) {
            // A version is written down only where it differs from 3.12.
            let expected = recorded(case.get(number).unwrap_or(&case));
            let title = format!("{level}, seed {}, under {number}", case["seed"]);
            failures.extend(difference(
                &title,
                &text,
                &expected,
                &seen::run(&program, &under(version, eager), 0),
            ));
            runs += 1;
        }
    }
    report(failures, runs);
}

/// 3.11 has no eager tasks.
fn versions(eager: bool) -> impl Iterator<Item = (Version, &'static str)> {
    VERSIONS.into_iter().filter(move |&(version, _)| !eager || version > Version::V311)
}

fn under(version: Version, eager: bool) -> RuntimeSpec {
    RuntimeSpec::Asyncio(Settings { version, eager, ..Settings::default() })
}

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/asyncio")
}
