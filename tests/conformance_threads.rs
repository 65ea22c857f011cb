//! What threads of CPython were seen to do, against `Threads(gil: true)`: the log, in order, at its time.
//!
//! The recordings were made with a real clock, a tick of it being 60 ms, and are told in whole ticks.

#![allow(clippy::disallowed_methods, reason = "tests read their cases")]

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;

use cosim::exec::execute::execute;
use cosim::runtimes::table::RuntimeSpec;
use cosim::runtimes::threads::settings::Settings;
use cosim::sim::choice::{Choice, Policy};
use cosim::sim::kernel::Limits;
use cosim::sim::trace::{Event, Kind};

use crate::support::seen::{self, difference, expected_lines, load, read, report};

const TICK: f64 = 60.0;

#[test]
fn threads_of_cpython() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/threads");
    let mut failures = Vec::new();
    let names = seen::names(&folder, ".cosim");
    let gil = RuntimeSpec::Threads(Settings { gil: true, ..Settings::default() });
    for name in &names {
        let text = read(&folder.join(format!("{name}.cosim")));
        let expected = expected_lines(&read(&folder.join(format!("{name}.out"))));
        let mut got = seen::run(&load(name, &text), &gil, 0);
        got.lines = got.lines.iter().map(|line| in_ticks(line)).collect();
        failures.extend(difference(name, &text, &expected, &got));
    }
    report(failures, names.len());
}

/// The one free choice: who gets a lock that is released and wanted again at once.
#[test]
fn the_race_for_a_lock_has_both_outcomes() {
    let text =
        read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/threads/races/lock.cosim"));
    let program = load("lock", &text);
    let gil = RuntimeSpec::Threads(Settings { gil: true, ..Settings::default() });
    let order = |answer| {
        let trace: Rc<RefCell<Vec<Event>>> = Rc::default();
        let policy = Policy::Replay(vec![answer]);
        let finished = execute(&program, &gil, 0, policy, Limits::default(), Some(trace.clone()));
        assert_eq!(finished.choices, [Choice { options: 2, chosen: answer }]);
        let logs = trace.borrow();
        let text = |event: &Event| match &event.kind {
            Kind::Log { text } => Some(text.to_string()),
            _ => None,
        };
        logs.iter().filter_map(text).collect::<Vec<String>>()
    };
    assert_eq!(order(0), ["B", "A again"]);
    assert_eq!(order(1), ["A again", "B"]);
}

fn in_ticks(line: &str) -> String {
    let (time, text) = line.split_once(' ').expect("a line is a time and a text");
    let milliseconds: f64 = time.parse().expect("a time in milliseconds");
    format!("{} {text}", (milliseconds / TICK).floor())
}
