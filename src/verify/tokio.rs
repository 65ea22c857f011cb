//! tokio under its own paused clock: what it takes to run programs there.

use crate::export;
use crate::export::rust::pieces;
use crate::runtimes::table::RuntimeSpec;
use crate::runtimes::tokio::settings::{Flavor, Main};
use crate::verify::plan::{Case, Command, Needs, Plan, Target, Tool, draws};
use crate::verify::probe::Probes;
use crate::verify::random::vocabulary::{Construct, Vocabulary};

pub const TARGET: Target = Target {
    name: "tokio",
    export: export::Target::Tokio,
    specs: &["Tokio()"],
    takes: |spec| match spec {
        RuntimeSpec::Tokio(settings) => {
            settings.flavor == Flavor::CurrentThread && settings.main == Main::BlockOn
        }
        _ => false,
    },
    needs: |_| Needs {
        tool: Tool::Cargo,
        version: None,
        missing: "it takes a Rust toolchain (https://rustup.rs); tokio itself is fetched by cargo",
    },
    vocabulary: |_| Vocabulary::without(NOT_EXACT),
    probes: Probes { cancelled: true, failed: true },
    rules: RULES,
    batch: 100,
    plan,
};

/// What no program of tokio can do in this way, or what its paused clock cannot show.
const NOT_EXACT: &[Construct] = &[
    // A blocking thread stops the paused clock.
    Construct::Offload,
    // Destructors cannot wait, and cannot take a cancellation back.
    Construct::Swallow,
    Construct::CatchCancelled,
    Construct::Finally,
];

/// `panic`: a program that panics breaks off, and is seen to; and half as much is to be compiled.
const CARGO: &str = r#"[package]
name = "{name}"
version = "0.1.0"
edition = "2024"

[dependencies]
{dependencies}

[profile.dev]
debug = 0
panic = "abort"

[workspace]
"#;

const PART: &str = r#"[package]
name = "{name}"
version = "0.1.0"
edition = "2024"

[dependencies]
tokio = { version = "=1.54.1", features = ["macros", "rt", "sync", "test-util", "time"] }
"#;

/// So many programs make a crate; the crates of a batch are compiled side by side.
const PER_PART: usize = 20;

/// All batches share what they build, and tokio is compiled once. In this folder no crate may take
/// another's place, whether that was built by this run, by one beside it, or by one that was stopped:
/// crates are called by their run, and removed after it.
const TARGET_FOLDER: &str = "../cosim-tokio-target";

fn plan(_spec: &RuntimeSpec, cases: &[Case], run: &str) -> Plan {
    let name = format!("programs-{run}");
    let parts: Vec<(String, &[Case])> =
        cases.chunks(PER_PART).enumerate().map(|(n, part)| (format!("{name}-{n}"), part)).collect();
    let dependencies: Vec<String> =
        parts.iter().map(|(part, _)| format!("{part} = {{ path = \"{part}\" }}")).collect();
    let cargo = CARGO.replace("{name}", &name).replace("{dependencies}", &dependencies.join("\n"));
    let mut files = vec![
        ("Cargo.toml".to_string(), cargo),
        ("Cargo.lock".to_string(), include_str!("harness/tokio/Cargo.lock").to_string()),
        ("src/main.rs".to_string(), main(&parts)),
        ("draws.txt".to_string(), draws(cases)),
    ];
    for (part, cases) in &parts {
        files.push((format!("{part}/Cargo.toml"), PART.replace("{name}", part)));
        files.push((format!("{part}/src/lib.rs"), library(cases)));
        files.push((format!("{part}/src/helpers.rs"), pieces::harness()));
        let programs = cases.iter().flat_map(|case| &case.files);
        files.extend(programs.map(|(name, text)| (format!("{part}/src/{name}"), text.clone())));
    }
    let build = Command::found(&["build", "--quiet"]);
    Plan {
        files,
        // Whatever the user has set: nothing is built twice, so nothing is to be kept for it.
        build: vec![build.with("CARGO_TARGET_DIR", TARGET_FOLDER).with("CARGO_INCREMENTAL", "0")],
        run: Command::built(&format!("{TARGET_FOLDER}/debug/{name}"), &["{from}", "{to}"]),
        deadlock: None,
        built: built(&name),
        stale: built("programs"),
    }
}

/// How the paths begin that cargo writes for crates whose names begin so.
fn built(name: &str) -> Vec<String> {
    let (folder, identifier) = (format!("{TARGET_FOLDER}/debug"), name.replace('-', "_"));
    vec![
        format!("{folder}/{name}"),
        format!("{folder}/.fingerprint/{name}"),
        format!("{folder}/deps/{identifier}"),
        format!("{folder}/deps/lib{identifier}"),
    ]
}

/// The program that plays all programs, one after the other.
fn main(parts: &[(String, &[Case])]) -> String {
    let mut text = String::from(include_str!("harness/tokio/main.rust"));
    text.push_str("\nfn play(number: usize, draws: VecDeque<f64>) {\n    match number {\n");
    for (part, cases) in parts {
        let (Some(first), Some(last)) = (cases.first(), cases.last()) else { continue };
        let (part, first, last) = (part.replace('-', "_"), first.number, last.number);
        text.push_str(&format!("        {first}..={last} => {part}::play(number, draws),\n"));
    }
    text.push_str("        _ => {}\n    }\n}\n");
    text
}

/// Some of the programs, as modules.
fn library(cases: &[Case]) -> String {
    let mut text = String::from("#![allow(warnings)]\n\nmod helpers;\n");
    for case in cases {
        text.push_str(&format!("mod p{};\n", case.number));
    }
    text.push_str(include_str!("harness/tokio/part.rust"));
    text.push_str("\nfn program(number: usize) -> Program {\n    match number {\n");
    for case in cases {
        text.push_str(&format!("        {0} => Box::pin(p{0}::main()),\n", case.number));
    }
    text.push_str("        _ => Box::pin(async { Ok(()) }),\n    }\n}\n");
    text
}

#[rustfmt::skip]
const RULES: &[(&str, &str)] = &[
    ("gather", "T25"), ("settle", "T7"), ("race", "T24"), ("select", "T24"), ("as_completed", "T19"), ("wait_for", "T15"),
    ("timeout", "T15"), ("scope", "T15"), ("group", "T15"), ("shield", "T7"), ("cancel", "T8"), ("with", "T17"), ("acquire", "T17"),
    ("release", "T17"), ("set", "T20"), ("notify", "T9"), ("send", "T19"), ("recv", "T19"), ("sleep", "T10"), ("io", "T10"),
    ("yield", "T5"), ("spawn", "T6"), ("call_soon", "T1"), ("call_later", "T10"), ("work", "T11"), ("await", "T7"),
];
