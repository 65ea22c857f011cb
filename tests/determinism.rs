//! The same input gives the same bytes: in two processes, and, by the recorded fingerprints, on every machine.

#![allow(clippy::disallowed_methods, reason = "tests list their cases")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn scenarios() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let entries = fs::read_dir(folder).expect("the scenarios can be listed");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry can be read").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "ron"));
    paths.sort();
    paths
}

/// What `cosim run` prints in a process of its own, with an environment of its own.
fn json(scenario: &Path, variable: &str) -> Vec<u8> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cosim"));
    command.arg("run").arg(scenario).arg("--json").env("COSIM_NO_SUCH_VARIABLE", variable);
    let output = command.output().expect("the command can be run");
    assert!(output.status.success(), "{}: {}", scenario.display(), String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn two_processes_print_the_same_bytes() {
    for scenario in scenarios() {
        let (first, second) = (json(&scenario, "one"), json(&scenario, "another and longer"));
        assert!(!first.is_empty() && first == second, "{} differs", scenario.display());
    }
}

/// A changed line here means that a run has changed: debug and release, and all machines, have one table.
#[test]
fn fingerprints() {
    let mut table = String::new();
    for scenario in scenarios() {
        let comparison: Value = serde_json::from_slice(&json(&scenario, "")).expect("it prints JSON");
        let name = scenario.file_name().expect("a scenario has a name").to_string_lossy();
        for run in comparison["runs"].as_array().expect("a comparison has runs") {
            let word = |key: &str| run[key].as_str().expect("a run has a name and a fingerprint");
            table += &format!("{} {name}: {}\n", word("fingerprint"), word("name"));
        }
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("fingerprints", table));
}
