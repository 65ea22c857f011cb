//! The gallery in tokio: what is exported compiles without a warning, runs, and under a virtual clock agrees
//! with the simulation. Where tokio is neither here nor to be fetched, nothing is claimed.

#![allow(clippy::disallowed_methods, reason = "tests read the gallery, and run what they export")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cosim::export::{Clock, Request, Target, export};
use cosim::lang::parse::ParseLimits;
use cosim::scenario::{load, load_program};
use cosim::source::Sources;

const CARGO: &str = r#"[package]
name = "gallery"
version = "0.1.0"
edition = "2024"

[dependencies]
tokio = { version = "=1.54.1", features = ["full"] }

[profile.dev]
debug = 0

[workspace]
"#;

/// These are over soon by the clock on the wall.
const SHORT: [&str; 3] = ["coop", "stealing", "lists"];

/// What no scenario of the gallery says.
const CASES: [&str; 1] = ["tests/cases/export/lists.cosim"];

/// Kept, so that tokio is compiled once.
fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("exported-tokio");
    fs::create_dir_all(&folder).expect("a folder for tests");
    folder
}

fn gallery() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let entries = fs::read_dir(folder).expect("the gallery is there").flatten();
    let mut all: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    all.retain(|path| path.extension().is_some_and(|ending| ending == "ron"));
    all.sort();
    all
}

fn name(path: &Path) -> String {
    path.file_stem().expect("a file has a name").to_string_lossy().replace('.', "-")
}

/// What was the same before is left as it is: cargo looks at the time.
fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|before| before == text) {
        return;
    }
    fs::create_dir_all(path.parent().expect("a file lies somewhere")).expect("a folder is made");
    fs::write(path, text).expect("a file is written");
}

fn write_program(path: &Path, folder: &Path) {
    let mut sources = Sources::default();
    let text = fs::read_to_string(path).expect("a scenario can be read");
    let id = sources.add(name(path), text);
    let beside = path.parent().expect("a file lies somewhere");
    let mut read = |file: &str| fs::read_to_string(beside.join(file)).map_err(|error| error.to_string());
    let limits = ParseLimits::default();
    let loaded = match path.extension().is_some_and(|ending| ending == "ron") {
        true => load(&mut sources, id, &limits, &mut read),
        false => load_program(&mut sources, id, &limits),
    };
    let loaded = loaded.expect("a scenario is right");
    let experiment = &loaded.experiment;
    let request = Request {
        name: "main",
        title: &experiment.title,
        story: &experiment.story,
        file: &experiment.file,
        text: &sources.get(experiment.program.source).text,
        program: experiment.program.range(),
        params: &experiment.params,
        seed: experiment.seed,
        clock: Clock::Real,
    };
    let export =
        export(&request, Target::Tokio).unwrap_or_else(|problems| panic!("{}: {problems:?}", path.display()));
    for (file, text) in &export.files {
        if let Some(file) = file.strip_prefix("src/") {
            write(&folder.join("src/bin").join(name(path)).join(file), text);
        }
    }
}

fn cargo(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env("CARGO_INCREMENTAL", "0")
        .output()
        .expect("cargo can be run")
}

/// Is this what cargo says when there is no tokio and no way to it?
fn is_absent(told: &str) -> bool {
    let words = ["no matching package", "offline", "network", "resolve host", "download", "registry"];
    // rustc has something to say of the program itself.
    !told.contains("error[E") && words.iter().any(|word| told.contains(word))
}

#[test]
fn the_gallery_compiles_without_a_warning_and_runs() {
    let folder = folder();
    write(&folder.join("Cargo.toml"), CARGO);
    let cases = CASES.map(|case| Path::new(env!("CARGO_MANIFEST_DIR")).join(case));
    for path in gallery().into_iter().chain(cases) {
        write_program(&path, &folder);
    }
    let mut built = cargo(&folder, &["build", "--quiet", "--offline"]);
    if !built.status.success() && is_absent(&String::from_utf8_lossy(&built.stderr)) {
        built = cargo(&folder, &["build", "--quiet"]);
    }
    let told = String::from_utf8_lossy(&built.stderr);
    if !built.status.success() && is_absent(&told) {
        return println!("skipped: tokio is not here, and cannot be fetched");
    }
    assert!(built.status.success() && told.trim().is_empty(), "{told}");
    for name in SHORT {
        let program = folder.join("target/debug").join(name);
        let ran = Command::new(&program).output().expect("what was built can be run");
        assert!(ran.status.success(), "{name}: {}", String::from_utf8_lossy(&ran.stderr));
    }
}

/// Programs with threads beside the runtime have no virtual clock: that is said, of these and of no others.
#[test]
fn the_gallery_agrees_with_tokio() {
    let ran = Command::new(env!("CARGO_BIN_EXE_cosim"))
        .args(["verify", "--json", "--against", "tokio", "--patience", "120"])
        .args(gallery())
        .env("TMPDIR", folder())
        .output()
        .expect("cosim can be run");
    let text = String::from_utf8_lossy(&ran.stdout);
    let all: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    let tokio = &all["verified"][0];
    if !tokio["missing"].is_null() {
        return println!("skipped: {}", tokio["missing"]);
    }
    let programs = tokio["programs"].as_array().expect("a list of programs");
    assert!(programs.len() >= gallery().len(), "each experiment has a program, some have several");
    for one in programs {
        let why = one["why"].as_str().unwrap_or_default();
        if why.contains("could not be built") && is_absent(why) {
            return println!("skipped: {why}");
        }
        let beside = why.contains("under a virtual clock");
        assert!(one["verdict"] == "agrees" || one["verdict"] == "unverified" && beside, "{one}");
    }
}
