//! Exports to Go are built and run: all of the gallery under the virtual clock, what is short by the real one.

#![allow(clippy::disallowed_methods, reason = "tests run the program and what it writes")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Scenarios that are over in two seconds by the real clock, as they are written, and do not fail.
const SHORT: [&str; 4] = ["failure", "nursery", "orders", "tasks-and-microtasks"];

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A toolchain, if there is one on the path.
fn toolchain() -> Option<()> {
    let found = Command::new("go").arg("version").output().is_ok_and(|output| output.status.success());
    if !found {
        eprintln!("skipped: there is no `go` on the path");
    }
    found.then_some(())
}

fn cosim(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cosim"))
        .args(arguments)
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .output()
        .expect("cosim can be run")
}

fn go(folder: &Path, arguments: &[&str]) -> Output {
    Command::new("go")
        .args(arguments)
        .current_dir(folder)
        .envs([("GOTOOLCHAIN", "local"), ("GOFLAGS", "-mod=mod"), ("CGO_ENABLED", "0")])
        .output()
        .expect("go can be run")
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn programs(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let entries = fs::read_dir(root(folder)).expect("a folder of programs");
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    found.retain(|path| path.extension().is_some_and(|own| endings.iter().any(|ending| own == *ending)));
    found.sort();
    found
}

/// Exports everything into one module, a folder each; the names of the folders.
fn write_all(module: &Path) -> Vec<String> {
    let _ = fs::remove_dir_all(module);
    fs::create_dir_all(module).expect("a folder can be made");
    fs::write(module.join("go.mod"), "module exported\n\ngo 1.25\n").expect("a file can be written");
    let cases = ["tests/cases/export", "tests/cases/laws", "tests/cases/textbook", "tests/cases/compile"];
    let cases = cases.iter().flat_map(|folder| programs(folder, &["cosim"]));
    let mut names = Vec::new();
    for path in programs("scenarios", &["ron"]).into_iter().chain(cases) {
        let output = cosim(&["export", path.to_str().expect("a path in UTF-8"), "--to", "go"]);
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        if !output.status.success() {
            let why = said(&output);
            let is_scenario = path.starts_with(root("scenarios"));
            assert!(why.contains("error[E08") && !is_scenario, "{name} is not exported: {why}");
            continue;
        }
        let folder = module.join(&name);
        fs::create_dir_all(&folder).expect("a folder can be made");
        fs::write(folder.join("main.go"), &output.stdout).expect("a file can be written");
        names.push(name);
    }
    names
}

#[test]
fn all_are_built_and_short_ones_run() {
    let Some(()) = toolchain() else { return };
    let module = Path::new(env!("CARGO_TARGET_TMPDIR")).join("exported-go");
    let names = write_all(&module);
    let built = go(&module, &["build", "-o", "bin/", "./..."]);
    assert!(built.status.success(), "{}", said(&built));
    let ending = std::env::consts::EXE_SUFFIX;
    for name in SHORT {
        assert!(names.iter().any(|own| own == name), "{name} is there");
        let output =
            Command::new(module.join(format!("bin/{name}{ending}"))).output().expect("it can be run");
        assert!(output.status.success(), "{name}: {}", said(&output));
        assert!(!output.stdout.is_empty(), "{name} says something");
    }
}

#[test]
fn the_gallery_agrees() {
    let Some(()) = toolchain() else { return };
    let files = programs("scenarios", &["ron"]);
    let mut arguments = vec!["verify", "--against", "Go()", "--patience", "120"];
    arguments.extend(files.iter().map(|path| path.to_str().expect("a path in UTF-8")));
    let output = cosim(&arguments);
    let said = said(&output);
    if said.contains("NOT VERIFIED") {
        eprintln!("skipped: {said}");
        return;
    }
    assert!(output.status.success(), "{said}");
    let agreed = said.lines().filter(|line| line.contains("agrees: ")).count();
    assert!(agreed >= files.len(), "{said}");
}
