//! The command as a user calls it: what it prints, where, and how it ends.

#![allow(clippy::disallowed_methods, reason = "a test of the outside works with files")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::support::fed::fed;

const LAUNDRY: &str = r#"// Ten machines, one worker.
param loads = 3

resource machine(10)

task wash(load) {
    with machine {
        work 2min "load {load}"
        await io(30min) "machine runs {load}"
        work 5min "unload {load}"
    }
    log "load {load} is done"
}

main {
    for load in 1..=loads { spawn wash(load) }
}
"#;

const EXPERIMENT: &str = r#"Experiment(
    title: "The laundry",
    story: "A machine runs for half an hour on its own.",
    program: File("laundry.cosim"),
    compare: [(name: "loop", runtime: Asyncio()), (name: "old loop", runtime: Asyncio(version: "3.11"))],
    expect: ["makespan('loop') == 47min"],
)"#;

/// A folder of its own for a test, with the laundry in it.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the folder for tests can be made");
    fs::write(folder.join("laundry.cosim"), LAUNDRY).expect("written");
    fs::write(folder.join("laundry.ron"), EXPERIMENT).expect("written");
    folder
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cosim"));
    command.current_dir(folder).args(arguments);
    for name in ["NO_COLOR", "COLORTERM", "TERM", "LANG", "LC_ALL"] {
        command.env_remove(name);
    }
    command
}

/// The names in a folder, those that begin with a dot too.
fn listed(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("readable").file_name().to_string_lossy().into()).collect();
    names.sort();
    names
}

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn ran(output: Output) -> Ran {
    Ran {
        code: output.status.code().expect("it ended by itself"),
        out: String::from_utf8(output.stdout).expect("the output is UTF-8"),
        err: String::from_utf8(output.stderr).expect("messages are UTF-8"),
    }
}

fn cosim(folder: &Path, arguments: &[&str]) -> Ran {
    ran(command(folder, arguments).output().expect("it can be started"))
}

fn with_input(folder: &Path, arguments: &[&str], input: &[u8]) -> Ran {
    ran(fed(&mut command(folder, arguments), input))
}

#[test]
fn a_pipe_gets_plain_ascii() {
    let folder = folder("plain");
    let Ran { code, out, err } = cosim(&folder, &["run", "laundry.ron"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.is_ascii());
    insta::assert_snapshot!(out);
}

#[test]
fn colour_and_unicode_when_asked_for() {
    let folder = folder("colour");
    let colored = cosim(&folder, &["run", "laundry.ron", "--color", "always", "--unicode"]);
    assert!(colored.out.contains("\x1b[32m") && colored.out.contains('█'));
    let mut no_color = command(&folder, &["run", "laundry.ron", "--color", "always"]);
    let asked = ran(no_color.env("NO_COLOR", "1").output().expect("it can be started"));
    assert!(asked.out.contains("\x1b["), "what is asked for goes before NO_COLOR");
    assert!(!asked.out.contains('█'));
}

#[test]
fn what_failed_is_an_exit_code() {
    let folder = folder("codes");
    let wrong = EXPERIMENT.replace("== 47min", "== 48min");
    fs::write(folder.join("wrong.ron"), wrong).expect("written");
    fs::write(folder.join("mistake.cosim"), "main { wrok 2min }").expect("written");
    fs::write(folder.join("latin.cosim"), b"main { log \"\xe9\" }").expect("written");
    for (arguments, code, says) in [
        (&["run", "laundry.ron"][..], 0, ""),
        (&["run", "wrong.ron"], 1, ""),
        (&["run", "wrong.ron", "--quiet"], 1, ""),
        (&["run", "mistake.cosim"], 1, "mistake.cosim:1:"),
        (&["check", "mistake.cosim"], 1, "mistake.cosim:1:"),
        (&["check", "laundry.ron", "laundry.cosim"], 0, ""),
        (&["run", "missing.ron"], 2, "missing.ron: No such file or directory"),
        (&["run", "."], 2, ".: Is a directory"),
        (&["check", "latin.cosim"], 2, "latin.cosim: not UTF-8 (line 1, byte 12 of the file)"),
        (&["check", "mistake.cosim", "missing.ron"], 2, "missing.ron"),
        (&["run", "laundry.ron", "--set", "lods=3"], 1, "loads"),
        (&["run", "laundry.ron", "--runtime", "Treads()"], 1, "Threads"),
        (&["run", "laundry.ron", "--max-time", "5"], 2, "write a duration such as 10h"),
        (
            &["run", "laundry.ron", "--trace", "nowhere/t.jsonl"],
            2,
            "nowhere/t.jsonl: there is no folder `nowhere`",
        ),
        (&["run"], 2, "Usage"),
        (&["run", "laundry.ron", "--no-such-option"], 2, "--no-such-option"),
        (&["walk"], 2, "walk"),
        (&["explain", "awiat"], 2, "did you mean `await`?"),
        (&["help"], 0, ""),
        (&["--version"], 0, ""),
    ] {
        let ran = cosim(&folder, arguments);
        assert_eq!(ran.code, code, "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains(says), "{arguments:?}: {}", ran.err);
        assert!(code != 0 || ran.err.is_empty(), "{arguments:?}: {}", ran.err);
        assert!(!ran.err.contains("panicked"), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn the_standard_input_is_told_apart_by_how_it_begins() {
    let folder = folder("stdin");
    let program = with_input(&folder, &["run", "-", "--runtime", "Asyncio()"], LAUNDRY.as_bytes());
    assert_eq!((program.code, program.err.as_str()), (0, ""));
    assert!(program.out.contains("47min"));
    let experiment = with_input(&folder, &["run", "-"], EXPERIMENT.as_bytes());
    assert!(
        experiment.out.contains("The laundry"),
        "its program lies in the current folder: {}",
        experiment.err
    );
    let mistaken = with_input(&folder, &["run", "-", "--format", "cosim"], EXPERIMENT.as_bytes());
    assert_eq!(mistaken.code, 1);
    assert!(mistaken.err.contains("<stdin>:1:"));
}

#[test]
fn json_is_json() {
    let folder = folder("json");
    let ran = cosim(&folder, &["run", "laundry.ron", "--json"]);
    let value: serde_json::Value = serde_json::from_str(&ran.out).expect("it is JSON");
    assert_eq!(value["schema"], "cosim-comparison/1");
    assert_eq!(value["runs"][0]["metrics"]["makespan"], 47 * 60 * 1_000_000_000_u64);
    assert_eq!(value["expectations"][0]["held"], true);
    fs::write(folder.join("mistake.cosim"), "main { wrok 2min }").expect("written");
    let ran = cosim(&folder, &["check", "mistake.cosim", "--json"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let value: serde_json::Value = serde_json::from_str(&ran.out).expect("it is JSON");
    assert_eq!(value["messages"][0]["labels"][0]["line"], 1);
    let runtimes = cosim(&folder, &["runtimes", "--json"]);
    let value: serde_json::Value = serde_json::from_str(&runtimes.out).expect("it is JSON");
    assert_eq!(value[0]["name"], "Threads");
}

#[test]
fn traces_are_whole_or_not_there() {
    let folder = folder("trace");
    fs::write(folder.join("t.jsonl"), "old").expect("written");
    fs::write(folder.join("mistake.cosim"), "main { wrok 2min }").expect("written");
    let failed = cosim(&folder, &["run", "laundry.ron", "mistake.cosim", "-q", "--trace", "t.jsonl"]);
    assert_eq!(failed.code, 2, "a trace that was asked for is not there");
    assert_eq!(fs::read_to_string(folder.join("t.jsonl")).expect("still there"), "old");
    assert_eq!(cosim(&folder, &["run", "laundry.ron", "-q", "--trace", "t.jsonl"]).code, 0);
    assert_eq!(cosim(&folder, &["run", "laundry.ron", "-q", "--trace", "t.ron"]).code, 0);
    assert_eq!(listed(&folder), ["laundry.cosim", "laundry.ron", "mistake.cosim", "t.jsonl", "t.ron"]);

    let lines = fs::read_to_string(folder.join("t.jsonl")).expect("written");
    let records: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).expect("every line is JSON")).collect();
    let headers: Vec<_> =
        records.iter().filter(|r| r["schema"] == "cosim-trace/1").map(|r| &r["run"]).collect();
    assert_eq!(headers, ["loop", "old loop"]);
    let ends: Vec<_> = records.iter().filter(|r| r["kind"] == "end").map(|r| &r["outcome"]).collect();
    assert_eq!(ends, ["completed", "completed"]);
    let text = fs::read_to_string(folder.join("t.ron")).expect("written");
    let ron::Value::Seq(all) = ron::from_str(&text).expect("it is RON") else { panic!("not a list") };
    assert_eq!(all.len(), records.len());
}

#[test]
fn packed_traces_come_back() {
    let folder = folder("packed");
    for file in ["t.jsonl", "t.packed"] {
        assert_eq!(cosim(&folder, &["run", "laundry.ron", "-q", "--trace", file]).code, 0);
    }
    let lines = fs::read_to_string(folder.join("t.jsonl")).expect("written");
    let packed = fs::read(folder.join("t.packed")).expect("written");
    assert!(packed.len() * 4 < lines.len(), "{} bytes of {}", packed.len(), lines.len());

    let shown = cosim(&folder, &["trace", "t.packed"]);
    assert_eq!((shown.code, &shown.out), (0, &lines));
    assert_eq!(cosim(&folder, &["trace", "t.packed", "-o", "again.jsonl"]).code, 0);
    assert_eq!(fs::read_to_string(folder.join("again.jsonl")).expect("written"), lines);

    fs::write(folder.join("cut.packed"), &packed[..packed.len() - 9]).expect("written");
    let mut broken = packed.clone();
    let half = broken.len() / 2;
    broken[half..].fill(0xFF);
    fs::write(folder.join("broken.packed"), broken).expect("written");
    let head = packed.iter().position(|&byte| byte == b'\n').expect("it begins with a line");
    let old = [b"cosim-trace/1 packed", &packed[head..]].concat();
    fs::write(folder.join("old.packed"), old).expect("written");
    for (file, says) in [
        ("cut.packed", "cut.packed: the trace is broken: it ends in the middle of a run"),
        ("broken.packed", "broken.packed: the trace is broken: "),
        ("old.packed", "old.packed: this trace was packed by another version of cosim"),
        ("t.jsonl", "t.jsonl: this is no packed trace"),
        ("nowhere.packed", "nowhere.packed: No such file"),
    ] {
        let refused = cosim(&folder, &["trace", file, "-o", "again.jsonl"]);
        assert_eq!(refused.code, 2, "{file}");
        assert!(refused.err.contains(says), "{file}: {}", refused.err);
        assert_eq!(fs::read_to_string(folder.join("again.jsonl")).expect("still there"), lines);
    }
}

#[test]
fn files_are_written_all_or_none() {
    let folder = folder("files");
    fs::create_dir(folder.join("dir.svg")).expect("made");
    fs::write(folder.join("mistake.cosim"), "main { wrok 2min }").expect("written");
    let before = listed(&folder);
    for (arguments, code, says) in [
        (
            &["laundry.ron", "-o", "x.foo"][..],
            2,
            "`x.foo` does not say by its ending what to write; there are .svg",
        ),
        (&["laundry.ron", "-o", "-"], 2, "`-` does not say by its ending what to write"),
        (&["laundry.ron", "-o", "x.svg", "-o", "./x.svg"], 2, "./x.svg: two outputs cannot go into one file"),
        (
            &["laundry.ron", "--trace", "x.csv", "-o", "x.csv"],
            2,
            "x.csv: two outputs cannot go into one file",
        ),
        (&["laundry.ron", "-o", "x.svg", "-o", "no/y.csv"], 2, "no/y.csv: there is no folder `no`"),
        (&["laundry.ron", "-o", "x.svg", "-o", "dir.svg"], 2, "dir.svg: Is a directory"),
        (&["laundry.ron", "laundry.cosim", "-o", "x.svg"], 2, "one experiment at a time"),
        (&["mistake.cosim", "-o", "x.svg"], 1, "mistake.cosim:1:"),
        (&["missing.ron", "-o", "x.svg"], 2, "missing.ron: No such file or directory"),
    ] {
        let ran = cosim(&folder, &[&["run", "-q"], arguments].concat());
        assert_eq!(ran.code, code, "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains(says), "{arguments:?}: {}", ran.err);
        assert_eq!(listed(&folder), before, "{arguments:?}");
    }
}

#[test]
fn why_says_what_it_does_not_understand() {
    let folder = folder("why");
    fs::write(folder.join("mistake.cosim"), "main { wrok 2min }").expect("written");
    fs::write(folder.join("empty.cosim"), "").expect("written");
    for (arguments, code, says) in [
        (
            &["laundry.ron", "wahs(3)"][..],
            2,
            "no task is called `wahs(3)`; did you mean `wash(3)`? There are: main, wash(1)",
        ),
        (
            &["laundry.ron", "nobody"],
            2,
            "no task is called `nobody`. There are: main, wash(1), wash(2), wash(3)\n",
        ),
        (&["laundry.ron", "wash(3)@noon"], 2, "`noon` is no moment of a run"),
        (&["laundry.ron", "wash(3)@-5min"], 2, "`-5min` is no moment of a run"),
        (&["laundry.ron", "wash(3)@99999999999999999h"], 2, "is no moment of a run"),
        (
            &["laundry.ron", "--run", "lop"],
            2,
            "no run is called `lop`; did you mean `loop`? There are: loop, old loop",
        ),
        (&["laundry.ron", "--set", "loads=99999999999999999999"], 1, "E0011"),
        (&["laundry.ron", "--runtime", "Treads()"], 1, "Threads"),
        (&["mistake.cosim"], 1, "mistake.cosim:1:"),
        (&["empty.cosim"], 1, "there is no `main`"),
        (&["missing.ron"], 2, "missing.ron: No such file or directory"),
        (&["."], 2, ".: Is a directory"),
    ] {
        let ran = cosim(&folder, &[&["why"], arguments].concat());
        assert_eq!((ran.code, ran.out.as_str()), (code, ""), "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains(says), "{arguments:?}: {}", ran.err);
    }
    let read = with_input(&folder, &["why", "-", "wash(1)"], LAUNDRY.as_bytes());
    assert!(read.code == 0 && read.out.contains("wash(1)"), "{}", read.err);
    let late = cosim(&folder, &["why", "laundry.ron", "main@500h", "--run", "loop"]);
    assert!(late.out.contains("main had ended at 20d20h: it ended at 0s."), "{}", late.out);
    let few = EXPERIMENT.replace("runtime: Asyncio())", "runtime: Asyncio(), params: { \"loads\": 1 })");
    fs::write(folder.join("few.ron"), few).expect("written");
    let some = cosim(&folder, &["why", "few.ron", "wash(3)"]);
    assert!(some.out.contains("There was no wash(3) in this run."), "{}", some.out);
}

#[test]
#[cfg(unix)]
fn output_that_cannot_be_written_is_never_success() {
    let folder = folder("full");
    for arguments in
        [&["run", "laundry.ron"][..], &["--help"], &["explain", "await"], &["runtimes", "--json"]]
    {
        let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") else { return };
        let output = command(&folder, arguments).stdout(full).output().expect("it can be started");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
    // A command that prints piece by piece says it once.
    let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") else { return };
    let tested = command(&folder, &["test", "."]).stdout(full).output().expect("it can be started");
    let said = String::from_utf8_lossy(&tested.stderr);
    assert_eq!((tested.status.code(), said.matches("could not be written").count()), (Some(2), 1), "{said}");
    let trace = cosim(&folder, &["run", "laundry.ron", "-q", "--trace", "/dev/full"]);
    assert_eq!(trace.code, 2);
    assert!(trace.err.contains("/dev/full: No space left on device"), "{}", trace.err);
}

#[test]
#[cfg(unix)]
fn nobody_reading_is_no_panic() {
    let folder = folder("closed");
    let mut child = command(&folder, &["run", "laundry.ron"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it can be started");
    drop(child.stdout.take());
    let ran = ran(child.wait_with_output().expect("it ends"));
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

#[test]
fn several_files_and_the_worst_end_counts() {
    let folder = folder("several");
    let ran =
        cosim(&folder, &["run", "laundry.ron", "missing.ron", "laundry.cosim", "--runtime", "Asyncio()"]);
    assert_eq!(ran.code, 2);
    assert_eq!(ran.out.matches("one character").count(), 2, "what could be run was run");
}

#[test]
fn seeds_parameters_and_lanes() {
    let folder = folder("options");
    let options = ["run", "laundry.ron", "--set", "loads=1", "--seed", "7", "--lanes", "task", "--log"];
    let ran = cosim(&folder, &options);
    assert!(ran.out.contains("37min") && ran.out.contains("seed 7"), "{}", ran.out);
    assert!(ran.out.contains("  wash(1)") && !ran.out.contains("wash(2)"));
    assert!(ran.out.contains("37min  wash(1): load 1 is done"));
    assert_eq!(ran.code, 1, "the expectation is about three loads");
    let folded = cosim(&folder, &["run", "laundry.ron", "--lanes", "task", "--lanes-max", "1"]);
    assert!(folded.out.contains("... 2 more tasks"), "{}", folded.out);
    let limited = cosim(&folder, &["run", "laundry.ron", "--max-time", "10min"]);
    assert!(limited.out.contains("--max-time"), "{}", limited.out);
}

#[test]
fn everything_with_a_page_is_listed() {
    let folder = folder("explain");
    let index = cosim(&folder, &["explain"]);
    for name in ["await", "makespan", "deadlock", "Asyncio", "priority inversion"] {
        assert!(index.out.contains(name), "{name}");
        assert_eq!(cosim(&folder, &["explain", name]).code, 0, "{name}");
    }
    insta::assert_snapshot!(cosim(&folder, &["explain", "Await"]).out);
}

#[test]
fn exports_go_where_they_are_wanted() {
    let folder = folder("exports_go_where_they_are_wanted");
    let printed = cosim(&folder, &["export", "laundry.ron", "--to", "asyncio", "--set", "loads=5"]);
    assert_eq!((printed.code, printed.err.as_str()), (0, ""));
    assert!(printed.out.contains("\nloads = 5\n") && printed.out.contains("asyncio.Semaphore(10)"));

    let written = cosim(&folder, &["export", "laundry.cosim", "--to", "asyncio", "-o", "out/wash.py"]);
    assert_eq!((written.code, written.out.as_str()), (0, ""));
    assert_eq!(written.err, "wrote out/wash.py\nrun it: python3 out/wash.py\n");
    let again = cosim(&folder, &["export", "laundry.cosim", "--to", "threads", "-o", "out/"]);
    assert_eq!((again.code, again.err.lines().next()), (0, Some("wrote out/laundry.py")));
    let package = cosim(&folder, &["export", "laundry.cosim", "--to", "tokio", "-o", "package"]);
    assert!(package.code == 0 && folder.join("package/Cargo.toml").is_file());

    let input = with_input(&folder, &["export", "-", "--to", "threads"], LAUNDRY.as_bytes());
    assert!(input.code == 0 && input.out.contains("threading.Semaphore(10)"));
}

#[test]
fn exports_that_cannot_be() {
    let folder = folder("exports_that_cannot_be");
    let unknown = cosim(&folder, &["export", "laundry.ron", "--to", "asynco"]);
    assert!(unknown.code == 2 && unknown.err.contains("did you mean `asyncio`?"), "{}", unknown.err);
    let several = cosim(&folder, &["export", "laundry.ron", "--to", "tokio"]);
    assert!(several.code == 2 && several.err.contains("-o FOLDER"), "{}", several.err);
    let missing = cosim(&folder, &["export", "nothing.ron", "--to", "go"]);
    assert_eq!(missing.code, 2);

    let text =
        "workers cpu(1)\nlock till\ntask t() { with till { work 1ms } }\nmain { await offload(cpu, t()) }\n";
    fs::write(folder.join("pool.cosim"), text).expect("written");
    let refused = cosim(&folder, &["export", "pool.cosim", "--to", "asyncio", "-o", "pool.py"]);
    assert!(refused.code == 1 && refused.err.contains("E0801") && refused.err.contains("pool.cosim:3:17"));
    assert!(!folder.join("pool.py").exists());
}

#[test]
fn what_is_read_is_never_lost() {
    let folder = folder("inputs");
    fs::write(folder.join("laundry.json"), EXPERIMENT).expect("written");
    for arguments in [
        &["run", "laundry.ron", "-q", "--trace", "laundry.ron"][..],
        &["run", "laundry.ron", "-q", "--trace", "./laundry.cosim"],
        &["run", "laundry.json", "--format", "ron", "-q", "-o", "laundry.json"],
        &["export", "laundry.cosim", "--to", "asyncio", "-o", "laundry.cosim"],
        &["test", "laundry.ron", "--no-snapshots", "--junit", "laundry.ron"],
    ] {
        let before = listed(&folder);
        let Ran { code, err, .. } = cosim(&folder, arguments);
        assert_eq!(code, 2, "{arguments:?}");
        assert!(err.contains("this is what was read, and would be lost"), "{arguments:?}: {err}");
        assert_eq!(fs::read_to_string(folder.join("laundry.ron")).expect("it is there"), EXPERIMENT);
        assert_eq!(fs::read_to_string(folder.join("laundry.cosim")).expect("it is there"), LAUNDRY);
        assert_eq!(listed(&folder), before);
    }
    // The standard input is there once, too.
    for arguments in [["run", "-", "-"], ["diff", "-", "-"]] {
        let ran = with_input(&folder, &arguments, LAUNDRY.as_bytes());
        assert_eq!(ran.code, 2, "{arguments:?}");
        assert!(ran.err.contains("only one input can be `-`"), "{}", ran.err);
    }
}

#[cfg(unix)]
#[test]
fn files_keep_their_rights_and_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let folder = folder("rights");
    let path = folder.join("laundry.cosim");
    fs::write(&path, LAUNDRY.replace("    ", "  ")).expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("it is ours");
    assert_eq!(cosim(&folder, &["fmt", "laundry.cosim"]).code, 0);
    let mode = fs::metadata(&path).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "nobody else could read it before");
    // A link stays one, be it that nothing is there yet; and is not a second file.
    symlink("later.svg", folder.join("link.svg")).expect("a link");
    assert_eq!(cosim(&folder, &["run", "laundry.ron", "-q", "-o", "link.svg"]).code, 0);
    assert!(folder.join("link.svg").is_symlink() && folder.join("later.svg").is_file());
    let twice = cosim(&folder, &["run", "laundry.ron", "-q", "-o", "link.svg", "-o", "later.svg"]);
    assert!(twice.code == 2 && twice.err.contains("two outputs cannot go into one file"), "{}", twice.err);
    // Who may not write to it may not put another in its place.
    fs::set_permissions(folder.join("later.svg"), fs::Permissions::from_mode(0o444)).expect("it is ours");
    let kept = cosim(&folder, &["run", "laundry.ron", "-q", "-o", "later.svg"]);
    assert!(kept.code == 2 && kept.err.contains("may not be written to"), "{}", kept.err);
}

#[cfg(unix)]
#[test]
fn nobody_waits_for_a_pipe_by_mistake() {
    let folder = folder("pipes");
    let made = Command::new("mkfifo").current_dir(&folder).args(["x.ron", "x.cosim", "pipe"]).status();
    assert!(made.expect("there is mkfifo").success());
    assert_eq!(cosim(&folder, &["fmt", "--check", "."]).code, 1);
    assert_eq!(cosim(&folder, &["test", ".", "--no-snapshots"]).code, 0);
    fs::write(folder.join("laundry.ron"), EXPERIMENT.replace("laundry.cosim", "pipe")).expect("written");
    let ran = cosim(&folder, &["run", "laundry.ron"]);
    assert!(ran.code == 1 && ran.err.contains("pipe: this is no ordinary file"), "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn whoever_ends_it_nothing_half_written_stays() {
    let folder = folder("ended");
    assert_eq!(cosim(&folder, &["run", "laundry.ron", "-q", "--trace", "x.packed"]).code, 0);
    let before = listed(&folder);
    for arguments in [&["trace", "-", "-o", "x.jsonl"][..], &["run", "-", "-q", "--trace", "x.jsonl"]] {
        let mut child = command(&folder, arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it can be started");
        while listed(&folder) == before {
            assert!(child.try_wait().expect("it can be asked").is_none(), "it waits for its input");
            std::thread::yield_now();
        }
        // Its input is not to end meanwhile.
        let input = child.stdin.take();
        let killed = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
        assert!(killed.expect("there is kill").success());
        assert_eq!(child.wait().expect("it ends").code(), Some(130), "{arguments:?}");
        drop(input);
        assert_eq!(listed(&folder), before, "{arguments:?}");
    }
}

#[test]
fn names_of_files_do_not_repaint_the_terminal() {
    let folder = folder("names");
    let name = "\u{1b}[31m\u{7}.cosim";
    for there in [false, true] {
        for command in ["run", "test"] {
            let Ran { code, out, err } = cosim(&folder, &[command, name]);
            assert_ne!(code, 0);
            assert!(!format!("{out}{err}").contains(['\u{1b}', '\u{7}']), "{there}: {out:?} {err:?}");
        }
        if !there {
            fs::write(folder.join(name), "main { wrok }").expect("written");
        }
    }
}

#[test]
fn exported_python_does_not_import_itself() {
    let folder = folder("shadows");
    let ran = cosim(&folder, &["export", "laundry.cosim", "--to", "asyncio", "-o", "asyncio.py"]);
    assert!(ran.code == 2 && ran.err.contains("`import asyncio`; take another name"), "{}", ran.err);
    assert!(!folder.join("asyncio.py").exists());
}
