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

const CARGO: &str = r#"[package]
name = "{name}"
version = "0.1.0"
edition = "2024"

[dependencies]
tokio = { version = "=1.54.1", features = ["full", "test-util"] }

[profile.dev]
debug = 0
incremental = false

[workspace]
"#;

/// Crates of one run share what they build: tokio is compiled once.
const TARGET_FOLDER: &str = "../cosim-tokio-target";

fn plan(_spec: &RuntimeSpec, cases: &[Case]) -> Plan {
    let name = crate_name(cases);
    let mut files = vec![
        ("Cargo.toml".to_string(), CARGO.replace("{name}", &name)),
        ("src/main.rs".to_string(), main(cases)),
        ("src/helpers.rs".to_string(), pieces::harness()),
        ("draws.txt".to_string(), draws(cases)),
    ];
    let programs = cases.iter().flat_map(|case| &case.files);
    files.extend(programs.map(|(name, text)| (format!("src/{name}"), text.clone())));
    Plan {
        files,
        build: vec![Command::found(&["build", "--quiet"]).with("CARGO_TARGET_DIR", TARGET_FOLDER)],
        run: Command::built(&format!("{TARGET_FOLDER}/debug/{name}"), &["{from}", "{to}"]),
        deadlock: None,
    }
}

/// Other programs, another name: in the folder they share no crate takes another's place, whether it
/// was built by this run, by one beside it, or by one that was stopped.
fn crate_name(cases: &[Case]) -> String {
    let texts = cases.iter().flat_map(|case| &case.files).map(|(_, text)| text.as_bytes());
    let hash = texts.flatten().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("programs-{hash:016x}")
}

/// The file that has all programs as modules, and plays them one after the other.
fn main(cases: &[Case]) -> String {
    let mut text = String::from("#![allow(warnings)]\n\nmod helpers;\n");
    for case in cases {
        text.push_str(&format!("mod p{};\n", case.number));
    }
    text.push_str(include_str!("harness/tokio.rust"));
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
