//! `cosim verify` as people run it: against what is installed here, and against what is not.

#![allow(clippy::disallowed_methods, reason = "tests run the program")]

use std::path::{Path, PathBuf};
use std::process::Command;

struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

fn verify(arguments: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_cosim"))
        .arg("verify")
        .args(arguments)
        .current_dir(folder())
        .output()
        .expect("cosim can be run");
    Ran {
        code: output.status.code().expect("it ends by itself"),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Where files that are written by mistake do no harm.
fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).to_path_buf();
    std::fs::create_dir_all(&folder).expect("a folder for tests");
    folder
}

fn scenario(name: &str) -> String {
    format!("{}/scenarios/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// Either the real thing agrees, or it is not there and nobody says that it does.
fn agrees_or_is_absent(target: &str, arguments: &[&str]) {
    let ran = verify(&[&["--against", target, "--patience", "120"], arguments].concat());
    let text = &ran.stdout;
    if text.contains("NOT VERIFIED") {
        assert_eq!(ran.code, 3, "{text}");
        assert!(!text.contains("agree"), "{text}");
        return;
    }
    assert_eq!(ran.code, 0, "{text}\n{}", ran.stderr);
    assert!(text.contains("agree"), "{text}");
}

#[test]
fn random_programs_agree_with_asyncio() {
    agrees_or_is_absent("asyncio", &["--random", "60", "--seed", "5"]);
}

#[test]
fn scenarios_agree_with_asyncio() {
    agrees_or_is_absent(
        "asyncio",
        &[&scenario("laundry.ron"), &scenario("deadlock.ron"), &scenario("pool.ron")],
    );
}

#[test]
fn loops_on_threads_agree_with_asyncio() {
    let loops = format!("{}/tests/cases/verify/loops.cosim", env!("CARGO_MANIFEST_DIR"));
    agrees_or_is_absent("asyncio", &[&loops, &scenario("cores.ron"), &scenario("stealing.ron")]);
}

#[test]
fn the_coins_of_trio_are_played() {
    agrees_or_is_absent("Trio(order: Seeded)", &["--random", "30", "--seed", "5"]);
}

#[test]
fn what_is_absent_is_not_verified() {
    let ran = verify(&["--against", "asyncio", "--python", "/nowhere/python3", "--random", "3"]);
    assert_eq!(ran.code, 3, "{}", ran.stdout);
    assert!(ran.stdout.contains("NOT VERIFIED: not installed"), "{}", ran.stdout);

    let ran = verify(&["--against", "asyncio", "--python", "/nowhere/python3", "--random", "3", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(ran.code, 3);
    assert!(json["verified"][0]["version"].is_null());
    assert!(json["verified"][0]["missing"].as_str().is_some_and(|why| why.contains("not installed")));
}

#[test]
fn what_cannot_be_meant_is_said() {
    let ran = verify(&["--against", "asyncoi", "--random", "3"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("did you mean `asyncio`?"), "{}", ran.stderr);
    assert_eq!(verify(&["--against", "asyncio"]).code, 2);
    assert_eq!(verify(&["--random", "3"]).code, 2);
}
