//! Why runs took as long as they did: sentences, patterns, paths, of small programs in which each shows.

#![allow(clippy::disallowed_methods, reason = "tests run the program")]

use std::path::Path;
use std::process::Command;

fn cosim(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_cosim"))
        .args(arguments)
        .args(["--ascii", "--width", "100"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cosim can be run");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("cosim prints UTF-8");
    (output.status.code().expect("it ends by itself"), text(output.stdout), text(output.stderr))
}

/// What `cosim why` says of a program under these runtimes, below the program itself.
fn why(case: &str, runtimes: &[&str]) -> String {
    let path = format!("tests/cases/why/{case}.cosim");
    let mut arguments = vec!["why", &path];
    runtimes.iter().for_each(|runtime| arguments.extend(["--runtime", runtime]));
    let (code, stdout, stderr) = cosim(&arguments);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    let program = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&path)).expect("a case");
    format!("{program}\n{stdout}")
}

macro_rules! cases {
    ($($name:ident $case:literal $runtimes:expr;)*) => {
        $(#[test] fn $name() { insta::assert_snapshot!(why($case, &$runtimes)); })*
    };
}

cases! {
    a_blocked_loop "blocked-loop" ["Asyncio()", "Threads()"];
    a_convoy "convoy" ["Asyncio()"];
    starvation "starvation" ["Threads(cores: 1, policy: Priority(inheritance: false))", "Asyncio()"];
    a_lost_wake_up "lost-wake-up" ["Asyncio()"];
    a_pool_exhausted "pool" ["Asyncio()", "Threads()"];
    an_unbounded_queue "unbounded" ["Asyncio()"];
    nothing_wrong "nothing" ["Asyncio()", "Threads()"];
    deadlines "deadlines" ["Asyncio()"];
}

#[test]
fn one_task_in_every_run() {
    insta::assert_snapshot!(cosim(&["why", "scenarios/laundry.ron", "wash(5)"]).1);
    insta::assert_snapshot!(cosim(&["why", "scenarios/inversion.ron", "high"]).1);
}

#[test]
fn a_run_that_got_stuck() {
    let stuck = |arguments: &[&str]| {
        let run = ["--run", "loop, await inside"];
        cosim(&[&["why", "scenarios/deadlock.ron"], arguments, &run[..]].concat()).1
    };
    let all = [stuck(&[]), stuck(&["both"]), stuck(&["both@1h"])];
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn a_moment_and_what_led_to_it() {
    let run = ["--run", "10 connections"];
    insta::assert_snapshot!(cosim(&[&["why", "scenarios/pool.ron", "serve(50)@50ms"], &run[..]].concat()).1);
    insta::assert_snapshot!(cosim(&["why", "scenarios/laundry.ron", "wash(5)@45min"]).1);
}

#[test]
fn the_parts_of_the_gap_add_up() {
    let (_, stdout, _) = cosim(&["why", "scenarios/laundry.ron", "--json"]);
    let why: serde_json::Value = serde_json::from_str(&stdout).expect("it is JSON");
    assert_eq!(why["schema"], "cosim-why/1");
    let sum = |parts: &serde_json::Value| {
        let parts = parts.as_object().expect("parts").values();
        parts.map(|part| part.as_i64().expect("nanoseconds")).sum::<i64>() / 60_000_000_000
    };
    let runs = why["runs"].as_array().expect("runs");
    assert_eq!(runs.iter().map(|run| sum(&run["parts"])).collect::<Vec<_>>(), [370, 37, 82]);
    assert_eq!(runs[0]["gap"], serde_json::Value::Null);
    assert_eq!([sum(&runs[1]["gap"]), sum(&runs[2]["gap"])], [37 - 370, 82 - 370]);
    assert_eq!(runs[0]["outcome"], "completed");
}

#[test]
fn what_cannot_be_meant_is_said() {
    let (code, stdout, stderr) = cosim(&["why", "scenarios/laundry.ron", "wahs(3)"]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains("did you mean `wash(3)`?"), "{stderr}");
    let (code, _, stderr) = cosim(&["why", "scenarios/laundry.ron", "wash(3)@noon"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("wash(4)@40min"), "{stderr}");
    let (code, _, stderr) = cosim(&["why", "scenarios/laundry.ron", "--run", "one worker who doesnt"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("did you mean `one worker who does not`?"), "{stderr}");
}
