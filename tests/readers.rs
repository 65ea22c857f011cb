//! Files for other tools, held against the readers that others made for them: OpenTelemetry's messages, pyvcd, Mermaid's
//! parser, the schema of speedscope. Perfetto has a test of its own.
//!
//! `.ci/viewers` installs them. Where they are missing the tests say so and stop.

#![allow(clippy::disallowed_methods, reason = "tests run programs")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn installed(name: &str, what: &str) -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a folder in the target folder");
    let path = target.join("viewers").join(name);
    if !path.exists() {
        eprintln!("skipped: {what} are not installed; .ci/viewers does it");
        return None;
    }
    Some(path)
}

/// What is there may still not work, where it was installed for another Python or a part is missing.
fn works(reader: &mut Command, what: &str) -> bool {
    let works = reader.output().is_ok_and(|output| output.status.success());
    if !works {
        eprintln!("skipped: {what} do not work here; .ci/viewers installs them");
    }
    works
}

/// All scenarios in these formats; what a format refuses is left out.
fn written(name: &str, endings: &[&str], more: &[&str]) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for tests");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let entries = fs::read_dir(root.join("scenarios")).expect("scenarios").flatten();
    let mut scenarios: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    scenarios.retain(|path| path.extension().is_some_and(|e| e == "ron"));
    scenarios.push(root.join("tests/cases/viewers/snack.cosim"));
    scenarios.sort();
    let mut files = Vec::new();
    for scenario in &scenarios {
        let stem = scenario.file_stem().expect("a name").to_string_lossy().into_owned();
        let wanted: Vec<PathBuf> =
            endings.iter().map(|ending| folder.join(format!("{stem}{ending}"))).collect();
        let write = |files: &[PathBuf]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_cosim"));
            command.arg("run").arg(scenario).arg("-q").args(more);
            for file in files {
                command.arg("-o").arg(file);
            }
            command.output().expect("cosim can be run").status.success()
        };
        // All at once, or those that are not refused.
        if write(&wanted) {
            files.extend(wanted);
        } else {
            files.extend(wanted.into_iter().filter(|file| write(std::slice::from_ref(file))));
        }
    }
    assert!(files.len() > scenarios.len() / 2, "{endings:?}: most can be written");
    files
}

fn all_are_taken(mut reader: Command, files: &[PathBuf]) {
    let output = reader.args(files).current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("it can be run");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    let taken = String::from_utf8_lossy(&output.stdout).lines().count();
    assert_eq!(taken, files.len(), "{stderr}");
}

#[test]
fn spans_and_signals() {
    let Some(python) = installed("python/bin/python", "OpenTelemetry's messages and pyvcd") else { return };
    let modules = "import google.protobuf.json_format, opentelemetry.proto.trace.v1.trace_pb2, vcd.reader";
    if !works(Command::new(&python).args(["-c", modules]), "OpenTelemetry's messages and pyvcd") {
        return;
    }
    let mut reader = Command::new(python);
    reader.arg("tests/readers/read.py");
    all_are_taken(reader, &written("readers_spans", &[".otlp.json", ".vcd"], &[]));
}

#[test]
fn charts_and_profiles() {
    let modules = "npm/node_modules/mermaid/package.json";
    let Some(mermaid) = installed(modules, "Mermaid and speedscope") else { return };
    let folder = mermaid.ancestors().nth(3).expect("a folder").to_path_buf();
    // Without files it reads none.
    let mut nothing = Command::new("node");
    nothing.arg("tests/readers/read.mjs").arg(&folder).current_dir(env!("CARGO_MANIFEST_DIR"));
    if !works(&mut nothing, "Mermaid and speedscope") {
        return;
    }
    let mut files = written("readers_gantt", &[".gantt.mmd", ".speedscope.json"], &[]);
    let tasks = ["--lanes", "task", "--runtime", "Asyncio()"];
    files.extend(written("readers_sequence", &[".gantt.mmd", ".sequence.mmd"], &tasks));
    // Names and labels full of what Mermaid knows.
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readers_gantt/marks.cosim");
    let marks = "title: a; b # c % d (e) <f> \\\"g\\\" %% end, section -->> x";
    let text = format!(
        "lock section\ntask end(n) {{ with section {{ work 1ms \"{marks}\"; await io(1ms) \"{marks}\"; log \"{marks}\" }} }}\n\
         task click(n) {{ work 1ms }}\nmain {{ for n in 1..=2 {{ spawn end(n); spawn click(n) }} }}\n"
    );
    fs::write(&program, text).expect("written");
    for ending in [".gantt.mmd", ".sequence.mmd"] {
        let file = program.with_extension(&ending[1..]);
        let mut command = Command::new(env!("CARGO_BIN_EXE_cosim"));
        command
            .arg("run")
            .arg(&program)
            .args(["-q", "--lanes", "task", "--runtime", "Asyncio()", "-o"])
            .arg(&file);
        let ran = command.output().expect("cosim can be run");
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        files.push(file);
    }
    let mut reader = Command::new("node");
    reader.arg("tests/readers/read.mjs").arg(folder);
    all_are_taken(reader, &files);
}
