//! Files for other tools: what they look like, and what always holds of them, whoever reads them.

#![allow(clippy::disallowed_methods, reason = "tests run the program")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for tests");
    folder
}

fn cosim(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cosim"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cosim can be run")
}

fn written(folder: &Path, scenario: &str, ending: &str, more: &[&str]) -> String {
    let path = folder.join(format!("file{ending}"));
    let target = path.to_str().expect("a plain path");
    let ran = cosim(&[&["run", scenario, "-q", "-o", target], more].concat());
    assert!(ran.status.success(), "{scenario}: {}", String::from_utf8_lossy(&ran.stderr));
    fs::read_to_string(&path).expect("it was written")
}

fn scenarios() -> Vec<String> {
    let entries = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")).expect("scenarios");
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".ron")).collect();
    names.sort();
    names.into_iter().map(|name| format!("scenarios/{name}")).collect()
}

/// A cook and a guest: a lock, a channel, a device, a log, under an event loop and under threads.
const SNACK: &str = "tests/cases/viewers/snack.cosim";
const RUNTIMES: [&str; 4] = ["--runtime", "Asyncio()", "--runtime", "Threads(workers: 2)"];

macro_rules! formats {
    ($($name:ident $ending:literal;)*) => {
        $(#[test] fn $name() {
            let folder = folder(stringify!($name));
            let first = written(&folder, SNACK, $ending, &RUNTIMES);
            assert_eq!(first, written(&folder, SNACK, $ending, &RUNTIMES), "the same twice");
            insta::assert_snapshot!(first);
        })*
    };
}

formats! {
    a_chrome_trace ".trace.json";
}

#[test]
fn slices_nest_and_arrows_lie_in_them() {
    let folder = folder("slices_nest");
    for scenario in scenarios() {
        let text = written(&folder, &scenario, ".trace.json", &[]);
        let file: Value = serde_json::from_str(&text).expect("it is JSON");
        let events = file["traceEvents"].as_array().expect("a list");
        let nanos =
            |event: &Value, field: &str| (event[field].as_f64().unwrap_or(0.0) * 1000.0).round() as u64;
        let thread = |event: &Value| (event["pid"].as_u64(), event["tid"].as_u64());
        let mut open: BTreeMap<_, Vec<(u64, u64)>> = BTreeMap::new();
        let (mut last, mut started, mut ended) = (0, BTreeSet::new(), BTreeSet::new());
        for event in events.iter().filter(|event| event["ph"] != "M") {
            let at = nanos(event, "ts");
            assert!(at >= last, "{scenario}: in the order of time");
            last = at;
            let stack = open.entry(thread(event)).or_default();
            stack.retain(|(from, to)| at < *to || (from == to && at == *from));
            let id = event["id"].as_u64();
            match event["ph"].as_str().expect("a phase") {
                "X" => {
                    let to = at + nanos(event, "dur");
                    assert!(stack.iter().all(|(_, end)| to <= *end), "{scenario}: slices nest: {event}");
                    stack.push((at, to));
                }
                "s" => {
                    assert!(!stack.is_empty(), "{scenario}: an arrow begins in a slice: {event}");
                    assert!(started.insert(id), "{scenario}: no id twice");
                }
                "f" => {
                    assert!(
                        !stack.is_empty() && event["bp"] == "e",
                        "{scenario}: an arrow ends in one: {event}"
                    );
                    assert!(started.contains(&id) && ended.insert(id), "{scenario}: ends behind begins");
                }
                _counter_or_instant => {}
            }
        }
        assert_eq!(started, ended, "{scenario}");
    }
}
