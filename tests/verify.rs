//! `cosim verify` as people run it: against what is installed here, and against what is not.

#![allow(clippy::disallowed_methods, reason = "tests run the program")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{fs, thread};

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

/// The target whose real runtime is here, with most certainty.
fn somebody() -> Option<&'static str> {
    let here = |target: &&&str| {
        let ran = verify(&["--against", target, &scenario("orders.ron")]);
        !ran.stdout.contains("NOT VERIFIED")
    };
    let found = ["js", "asyncio"].iter().find(here).copied();
    if found.is_none() {
        println!("skipped: neither Node nor a CPython 3.12 is here");
    }
    found
}

#[test]
fn what_is_recorded_is_replayed_and_recorded_anew() {
    let Some(target) = somebody() else { return };
    let seen = folder().join("seen");
    let _ = fs::remove_dir_all(&seen);
    let seen = seen.to_str().expect("a path is UTF-8");
    let orders = scenario("orders.ron");
    let ran = verify(&["--against", target, &orders, "--random", "3", "--record", seen]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("recorded 4 programs in "), "{}", ran.stdout);

    let ran = verify(&["--replay", seen]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains(".jsonl: 4 agree in "), "{}", ran.stdout);

    let file = fs::read_dir(seen).expect("a folder").next().expect("a file").expect("an entry").path();
    let text = fs::read_to_string(&file).expect("a recording");
    let wrong = text.replacen("main begins", "main has begun", 1);
    fs::write(&file, &wrong).expect("a recording can be written");
    let ran = verify(&["--replay", seen]);
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("differs at step 1"), "{}", ran.stdout);

    let ran = verify(&["--record", seen]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("recorded anew"), "{}", ran.stdout);
    assert_eq!(fs::read_to_string(&file).expect("a recording"), text);
}

/// A recording is made anew whole or not at all.
#[test]
fn a_recording_that_cannot_be_made_anew_is_left() {
    let seen = folder().join("left");
    fs::create_dir_all(&seen).expect("a folder for tests");
    let file = seen.join("here.jsonl");
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/conformance/asyncio/recorded/asyncio-version-3.12.jsonl");
    let recorded = fs::read_to_string(recorded).expect("a recording");
    let text: String = recorded.split_inclusive('\n').take(3).collect();
    fs::write(&file, &text).expect("a recording can be written");
    let seen = seen.to_str().expect("a path is UTF-8");
    let ran = verify(&["--record", seen, "--python", "/nowhere/python3"]);
    assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(fs::read_to_string(&file).expect("a recording"), text);
    assert_eq!(verify(&["--replay", "/nowhere"]).code, 2);
}

/// Ctrl-C: what runs is stopped, folders are removed, what was verified is told.
#[cfg(unix)]
#[test]
fn an_interrupted_run_ends_in_order() {
    let Some(target) = somebody() else { return };
    let temporary = folder().join("temporary");
    let _ = fs::remove_dir_all(&temporary);
    fs::create_dir_all(&temporary).expect("a folder for tests");
    let child = Command::new(env!("CARGO_BIN_EXE_cosim"))
        .args(["verify", "--against", target, "--random", "1000000"])
        .env("TMPDIR", &temporary)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("cosim can be run");
    let began = Instant::now();
    let busy = || fs::read_dir(&temporary).is_ok_and(|mut entries| entries.next().is_some());
    while !busy() && began.elapsed() < Duration::from_secs(120) {
        thread::sleep(Duration::from_millis(50));
    }
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().is_ok_and(|status| status.success()));
    let output = child.wait_with_output().expect("it ends");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(stderr.contains("interrupted"), "{stderr}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("random programs"), "{stderr}");
    assert!(!busy(), "something is left in {}", temporary.display());
}

#[test]
fn recordings_that_are_none() {
    let folder = folder().join("recordings-that-are-none");
    let _ = fs::remove_dir_all(&folder);
    let path = |name: &str| folder.join(name).display().to_string();
    let put = |name: &str, text: &str| {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().expect("it lies in a folder")).expect("made");
        fs::write(file, text).expect("written");
    };
    let head = "{\"runtime\":\"Js(host: Node)\",\"version\":\"Node 20.20.2\"}\n";
    put("torn/js.jsonl", &head[..30]);
    put("torn/other.jsonl", "{\"seed\":1}\n");
    put("worn/js.jsonl", &format!("{head}{{\"title\":1}}\n"));
    put("bare/js.jsonl", head);
    put("none/other.jsonl", "{\"seed\":1}\n");
    let good = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/js/recorded"));
    let good = good.expect("there are recordings").next().expect("there is one").expect("it can be read");
    put("good/js.jsonl", &fs::read_to_string(good.path()).expect("it can be read"));
    let scenario = scenario("laundry.ron");
    for (arguments, says) in [
        (&["--replay", "torn"][..], "js.jsonl`: this is no recording: its first line does not say who ran"),
        (&["--replay", "worn"], "js.jsonl`: line 2 is no recorded program"),
        (&["--replay", "bare"], "js.jsonl`: this recording has no programs in it"),
        (&["--replay", "none"], "--record DIR` makes them"),
        (&["--replay", "nowhere"], "nowhere: No such file or directory"),
        (&["--replay", "good", "--against", "tokio"], "there are those of `Js(host: Node)`"),
        (&["--record", "torn"], "js.jsonl`: this is no recording"),
        (&["--record", "none"], "--record DIR` makes them"),
        (
            &["--record", "torn/js.jsonl", &scenario, "--against", "js"],
            "is a file; `--record` takes a folder",
        ),
        (&[&scenario, "--against", "Js(hst: Node)"], "did you mean `host`?"),
        (&[&scenario, "--against", "asyncoi"], "did you mean `asyncio`? There are: asyncio"),
    ] {
        let mut arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        if arguments[0].starts_with("--") {
            arguments[1] = path(&arguments[1]);
        }
        let ran = verify(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(says), "{arguments:?}: {}", ran.stderr);
    }
}
