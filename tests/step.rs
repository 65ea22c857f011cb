//! In a real terminal: the keys and screens of `cosim step`, and a terminal that is as before whatever happens; how
//! `cosim run` says how far it is, and how it stops.

#![cfg(unix)]
#![allow(clippy::disallowed_methods, reason = "a terminal has its own time")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::terminal::Terminal;

const COSIM: &str = env!("CARGO_BIN_EXE_cosim");
const LAUNDRY: &str = "scenarios/laundry.ron";

const RIGHT: &str = "\x1b[C";
const LEFT: &str = "\x1b[D";
const DOWN: &str = "\x1b[B";

fn laundry() -> Terminal {
    let mut terminal = Terminal::start(80, 24, COSIM, &["step", LAUNDRY, "--run", "one worker who does not"]);
    terminal.shows("event 0 of 124");
    terminal.shows("q quit");
    assert!(terminal.entered && terminal.is_raw());
    terminal
}

fn signal(terminal: &Terminal, name: &str) {
    let process = terminal.child.process_id().expect("it runs").to_string();
    assert!(Command::new("kill").args([name, &process]).status().expect("kill").success());
}

#[test]
fn keys_move_through_the_run() {
    let mut terminal = laundry();
    terminal.press(RIGHT);
    terminal.shows("event 1 of 124");
    terminal.press(RIGHT);
    terminal.shows("▶ 2 0s  main is there");
    terminal.press(LEFT);
    terminal.shows("event 1 of 124");
    terminal.press("n");
    terminal.shows("event 2 of 124");
    terminal.press("n");
    terminal.shows("ready wash(1), wash(2)");
    terminal.press("g10min\r");
    terminal.shows("10min of 1h22min");
    terminal.press("w");
    terminal.shows("wash(1) waited for machine runs 1 from 2min to 32min");
    terminal.press("\r");
    terminal.shows("wash(1) is ready: its time has come");
    terminal.press("\x7f");
    terminal.shows("10min of 1h22min");
    terminal.press("\t");
    terminal.shows("run 1/3  one worker who waits");
    terminal.press("?");
    terminal.shows("to the next decision who runs");
    terminal.press("q");
    terminal.shows("run 1/3");
    terminal.press("q");
    assert_eq!(terminal.ends(), 0);
    assert!(terminal.is_restored(), "{}", terminal.text());
}

#[test]
fn a_thousand_steps_and_back() {
    let mut terminal = Terminal::start(90, 26, COSIM, &["step", LAUNDRY, "--set", "loads=100"]);
    terminal.shows("event 0 of ");
    terminal.press(DOWN);
    terminal.shows("▶ wash(2)");
    terminal.press(RIGHT);
    terminal.shows("▶ 1 0s");
    let before = terminal.text();
    terminal.press(&RIGHT.repeat(1000));
    terminal.shows("event 1001 of ");
    terminal.press(&LEFT.repeat(1000));
    terminal.until("the screen is another", |screen| screen == before);
    terminal.press("q");
    assert_eq!(terminal.ends(), 0);
    assert!(terminal.is_restored());
}

#[test]
fn playing_goes_on_by_itself() {
    let mut terminal = laundry();
    terminal.press(">>>> ");
    terminal.shows("100/s");
    terminal.shows("event 124 of 124");
    terminal.press("q");
    assert_eq!(terminal.ends(), 0);
}

#[test]
fn the_terminal_is_given_back_whatever_ends_it() {
    for end in ["q", "\x1b", "\x03"] {
        let mut terminal = laundry();
        terminal.press(end);
        assert_eq!(terminal.ends(), 0, "{end:?}");
        assert!(terminal.is_restored(), "{end:?}: {}", terminal.text());
    }
    for name in ["-TERM", "-INT", "-HUP"] {
        let mut terminal = laundry();
        signal(&terminal, name);
        assert_eq!(terminal.ends(), 130, "{name}");
        assert!(terminal.is_restored(), "{name}: {}", terminal.text());
    }
}

#[test]
fn the_window_may_change_its_size() {
    let mut terminal = laundry();
    for (columns, rows) in [(40, 15), (120, 40), (10, 3), (80, 24)] {
        terminal.resize(columns, rows);
        let large = columns >= 80;
        let text = if large {
            "event 0 of 124"
        } else if columns == 40 {
            "0/124"
        } else {
            "too small"
        };
        terminal.shows(text);
    }
    terminal.press(RIGHT);
    terminal.shows("event 1 of 124");
    terminal.press("q");
    assert_eq!(terminal.ends(), 0);
    assert!(terminal.is_restored());
}

#[test]
fn colours_are_left_out_where_they_are_not_wanted() {
    for (variable, option, coloured) in [
        ("", "", true),
        ("", "--color never", false),
        ("NO_COLOR=1", "", false),
        ("NO_COLOR=1", "--color always", true),
    ] {
        let command = format!("{variable} exec {COSIM} {option} step {LAUNDRY}");
        let mut terminal = Terminal::start(80, 24, "sh", &["-c", &command]);
        terminal.shows("q quit");
        assert_eq!(terminal.colours() > 0, coloured, "{command}");
        terminal.press("q");
        assert_eq!(terminal.ends(), 0);
    }
}

/// Nobody is left to draw for, and it does not go on for ever.
#[test]
fn a_closed_window_ends_it() {
    let mut child = laundry().close();
    let start = Instant::now();
    while child.try_wait().expect("it can be waited for").is_none() {
        assert!(start.elapsed() < Duration::from_secs(30), "it goes on");
        thread::sleep(Duration::from_millis(20));
    }
}

/// What the test below starts: our own mistake, with the screen taken.
#[test]
#[ignore = "it panics, and the next test looks at it"]
fn panics_while_the_screen_is_taken() {
    let _screen = cosim::cli::step::terminal::Screen::take().expect("this is a terminal");
    thread::sleep(Duration::from_millis(300));
    panic!("a mistake of ours");
}

#[test]
fn a_panic_is_shown_on_the_screen_as_it_was() {
    let this = std::env::current_exe().expect("a test has a program");
    let test = ["--ignored", "--exact", "step::panics_while_the_screen_is_taken", "--nocapture"];
    let mut terminal = Terminal::start(100, 40, &this.to_string_lossy(), &test);
    terminal.shows("a mistake of ours");
    terminal.ends();
    assert!(terminal.entered && terminal.is_restored(), "{}", terminal.text());
    assert!(terminal.text().contains("a mistake of ours"), "{}", terminal.text());
}

#[test]
fn the_scenario_may_come_from_the_standard_input() {
    let command = format!("exec {COSIM} step - < scenarios/laundry.cosim");
    let mut terminal = Terminal::start(80, 24, "sh", &["-c", &command]);
    terminal.shows("event 0 of ");
    terminal.press(RIGHT);
    terminal.shows("event 1 of ");
    terminal.press("q");
    assert_eq!(terminal.ends(), 0);
    assert!(terminal.is_restored());
}

#[test]
fn without_a_terminal_it_says_what_there_is_instead() {
    let mut command = Command::new(COSIM);
    command.args(["step", LAUNDRY]).current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null());
    let output = command.output().expect("it runs");
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("the standard output is no terminal") && error.contains("cosim run"), "{error}");
    assert!(output.stdout.is_empty());

    let command = format!("{COSIM} step {LAUNDRY} < /dev/null");
    let mut terminal = Terminal::start(80, 24, "sh", &["-c", &command]);
    assert_eq!(terminal.ends(), 2);
    assert!(!terminal.entered && terminal.text().contains("the standard input is no terminal"));
}

#[test]
fn mistakes_are_told_before_the_screen_is_taken() {
    let mut terminal = Terminal::start(80, 24, COSIM, &["step", LAUNDRY, "--run", "one worker who wait"]);
    assert_eq!(terminal.ends(), 2);
    assert!(!terminal.entered && terminal.text().contains("did you mean"), "{}", terminal.text());
    let mut terminal = Terminal::start(80, 24, COSIM, &["step", "no-such-file.ron"]);
    assert_eq!(terminal.ends(), 2);
    let mut terminal = Terminal::start(80, 24, COSIM, &["step", LAUNDRY, "--set", "loads=many"]);
    assert_eq!(terminal.ends(), 1);
    assert!(!terminal.entered && terminal.is_restored());
}

/// A folder of its own with an experiment that takes as long as one likes.
fn endless(test: &str, fields: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the folder for tests can be made");
    let program = "param n = 1_000_000_000\nmain { for _ in 0..n { await sleep(1ms) } }\n";
    fs::write(folder.join("endless.cosim"), program).expect("written");
    let experiment = format!("Experiment(title: \"For ever\", program: File(\"endless.cosim\"), {fields})");
    fs::write(folder.join("endless.ron"), experiment).expect("written");
    folder
}

const TWO: &str = "compare: [(name: \"one\", runtime: Coroutines()), (name: \"two\", runtime: Asyncio())], \
                   expect: [\"makespan('two') > 1s\"]";

#[test]
fn a_long_run_says_how_far_it_is_and_stops() {
    let folder = endless("progress", TWO);
    let file = folder.join("endless.ron").display().to_string();
    let mut terminal = Terminal::start(100, 40, COSIM, &["run", &file, "--max-events", "1000000000"]);
    terminal
        .until("no count and no rate", |screen| screen.contains(" events, ") && screen.contains(" a second"));
    assert!(!terminal.text().contains(" left"), "nobody knows how long it takes: {}", terminal.text());
    terminal.press("\x03");
    assert_eq!(terminal.ends(), 130);
    let screen = terminal.text();
    assert!(screen.contains("For ever (partial: 0 of 2 runs)"), "{screen}");
    assert!(screen.contains("stopped: 0 of 2 runs came to their own end"), "{screen}");
    assert!(
        !screen.contains("makespan('two')"),
        "what was expected is about runs that are not there: {screen}"
    );
    assert!(terminal.is_restored());
}

#[test]
fn where_there_is_something_to_tell_it_by_it_says_how_long_it_takes() {
    let folder = endless("estimate", TWO);
    let file = folder.join("endless.ron").display().to_string();
    let mut terminal = Terminal::start(
        100,
        40,
        COSIM,
        &["run", &file, "--max-events", "1000000000", "--max-time", "100000s"],
    );
    terminal.until("no estimate", |screen| screen.contains(" of about ") && screen.contains(" left"));
    signal(&terminal, "-INT");
    assert_eq!(terminal.ends(), 130);
    assert!(!terminal.text().contains(" a second"), "the line is gone: {}", terminal.text());

    let folder = endless("replications", "replications: 10_000, params: {\"n\": 20_000}");
    let file = folder.join("endless.ron").display().to_string();
    let mut terminal = Terminal::start(100, 40, COSIM, &["run", &file]);
    terminal.until("no bar", |screen| screen.contains(" of 30,000 runs, ") && screen.contains(" left"));
    terminal.press("\x03");
    assert_eq!(terminal.ends(), 130);
    assert!(terminal.text().contains(" of 30000 runs came to their own end"), "{}", terminal.text());
}

#[test]
fn what_is_stopped_leaves_files_that_say_so() {
    let folder = endless("stopped", TWO);
    let mut command = Command::new(COSIM);
    command.current_dir(&folder).args(["run", "endless.ron", "--json", "--max-events", "1000000000"]);
    command.args(["--trace", "trace.jsonl", "--output", "picture.svg"]);
    let child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command can be started");
    let part = folder.join(format!(".trace.jsonl.{}.part", child.id()));
    let start = Instant::now();
    while fs::metadata(&part).map_or(0, |file| file.len()) < 1 << 17 {
        assert!(start.elapsed() < Duration::from_secs(60), "nothing is traced");
        thread::sleep(Duration::from_millis(5));
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill").success());
    let output = child.wait_with_output().expect("it ends");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{errors}");
    assert!(errors.starts_with("stopped: 0 of 2 runs"), "nothing but that: {errors}");

    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it is whole");
    assert_eq!(json["partial"], serde_json::json!({"whole": 0, "wanted": 2}));
    assert_eq!(json["title"], "For ever (partial: 0 of 2 runs)");
    assert_eq!(
        (json["runs"].as_array().map(Vec::len), &json["expectations"]),
        (Some(1), &serde_json::json!([]))
    );
    assert_eq!(json["runs"][0]["outcome"], serde_json::json!({"kind": "limit", "limit": "stopped"}));

    let trace = fs::read_to_string(folder.join("trace.jsonl")).expect("it has its name");
    let last: serde_json::Value =
        serde_json::from_str(trace.lines().last().expect("lines")).expect("it is whole");
    assert_eq!((&last["kind"], &last["outcome"]), (&"end".into(), &"stopped".into()));
    let picture = fs::read_to_string(folder.join("picture.svg")).expect("it has its name");
    assert!(picture.contains("partial: 0 of 2 runs"));
    assert!(!part.exists());
}
