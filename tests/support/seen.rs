//! What can be seen of a run, real or simulated: its log and how it ended; and how two of them differ.

use std::cell::RefCell;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::rc::Rc;

use cosim::exec::execute::execute;
use cosim::lang::program::Program;
use cosim::runtimes::drive::Ending;
use cosim::runtimes::table::RuntimeSpec;
use cosim::sim::choice::Policy;
use cosim::sim::kernel::Limits;
use cosim::sim::trace::{Event, Kind};
use serde_json::Value;

/// Its log, and whether it came to an end.
#[derive(Debug, PartialEq)]
pub struct Seen {
    pub status: String,
    pub lines: Vec<String>,
}

pub fn load(title: &str, text: &str) -> Program {
    cosim::lang::load(text).unwrap_or_else(|errors| panic!("{title} is refused: {errors:?}\n{text}"))
}

pub type Trace = Rc<RefCell<Vec<Event>>>;

/// Runs it, and listens. Times are in milliseconds.
pub fn run(program: &Program, spec: &RuntimeSpec, seed: u64) -> Seen {
    run_by(program, spec, seed, Policy::First)
}

/// The same with somebody else to answer the runtime's free choices.
pub fn run_by(program: &Program, spec: &RuntimeSpec, seed: u64, policy: Policy) -> Seen {
    let trace = Trace::default();
    let limits = Limits { events: 1_000_000, ..Limits::default() };
    let finished = execute(program, spec, seed, policy, limits, Some(trace.clone()));
    of(&finished.ending, &trace)
}

/// What can be seen of a run that was listened to.
pub fn of(ending: &Ending, trace: &Trace) -> Seen {
    let status = match ending {
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

/// The recorded side of a fixture, an object with `trace` and `status`.
pub fn recorded(case: &Value) -> Seen {
    let lines = case["trace"].as_array().expect("a fixture has a trace");
    let line = |line: &Value| line.as_str().expect("a trace is a list of lines").to_string();
    Seen {
        status: case["status"].as_str().expect("a fixture has a status").into(),
        lines: lines.iter().map(line).collect(),
    }
}

/// The lines of an `.out` file, the last of which may tell of a deadlock.
pub fn expected_lines(text: &str) -> Seen {
    let mut lines: Vec<String> = text.lines().map(String::from).collect();
    let stuck = lines.last().is_some_and(|line| line == "- deadlock");
    if stuck {
        lines.pop();
    }
    Seen { status: if stuck { "deadlock" } else { "ok" }.into(), lines }
}

/// What to show of a case that went wrong: the program, and both logs around the first difference.
pub fn difference(title: &str, program: &str, expected: &Seen, got: &Seen) -> Option<String> {
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
pub fn report(failures: Vec<String>, runs: usize) {
    assert!(runs > 0, "nothing was compared");
    let count = failures.len();
    let titles: Vec<&str> = failures.iter().take(20).map(|f| f.lines().next().unwrap_or_default()).collect();
    let shortest = failures.iter().min_by_key(|text| text.len()).cloned().unwrap_or_default();
    assert!(count == 0, "{count} of {runs} runs differ:\n{}\n\nthe shortest:\n{shortest}", titles.join("\n"));
}

/// The files of a folder that end so, without the ending, in order.
pub fn names(folder: &Path, ending: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let names = entries.map(|entry| entry.expect("an entry of a folder can be read").file_name());
    let mut names: Vec<String> =
        names.filter_map(|name| Some(name.to_str()?.strip_suffix(ending)?.to_string())).collect();
    names.sort();
    names
}

pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
