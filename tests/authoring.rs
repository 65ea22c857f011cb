//! What an author works with, from the outside: `cosim test`, `cosim diff`, and the example for Rust projects.

#![allow(clippy::disallowed_methods, reason = "a test of the outside works with files")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[path = "../examples/snapshot-tests/tests/scenarios.rs"]
mod snapshot_tests;

const PROGRAM: &str = "task job(n) {\n    work 2s \"job {n}\"\n    log \"{n} is done\"\n}\n\nmain {\n    for n in 1..=3 { spawn job(n) }\n}\n";
const GOOD: &str = r#"Experiment(
    title: "Three jobs",
    program: File("jobs.cosim"),
    compare: [(name: "loop", runtime: Asyncio()), (name: "threads", runtime: Threads(cores: 3))],
    expect: ["makespan('loop') == 6s", "makespan('threads') == 2s"],
)
"#;

fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("authoring").join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("deep")).expect("made");
    fs::write(folder.join("jobs.cosim"), PROGRAM).expect("written");
    fs::write(folder.join("jobs.ron"), GOOD).expect("written");
    fs::write(folder.join("deep/jobs.cosim"), PROGRAM).expect("written");
    fs::write(folder.join("deep/other.ron"), GOOD.replace("Asyncio()", "Trio()")).expect("written");
    folder
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cosim"));
    command.current_dir(folder).args(arguments);
    for name in ["CI", "GITHUB_ACTIONS", "NO_COLOR", "COLORTERM", "TERM", "LANG", "LC_ALL"] {
        command.env_remove(name);
    }
    command
}

fn ran(mut command: Command) -> (i32, String, String) {
    let output = command.output().expect("it can be started");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("it ends by itself"), text(output.stdout), text(output.stderr))
}

fn cosim(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    ran(command(folder, arguments))
}

fn edit(folder: &Path, file: &str, from: &str, to: &str) {
    let text = fs::read_to_string(folder.join(file)).expect("read");
    assert!(text.contains(from), "{file} has no `{from}`");
    fs::write(folder.join(file), text.replace(from, to)).expect("written");
}

#[test]
fn snapshots_are_proposed_accepted_and_held() {
    let folder = folder("held");
    let (code, out, _) = cosim(&folder, &["test"]);
    assert_eq!(code, 1);
    assert!(
        out.contains("jobs.snap is not there yet") && out.contains("2 scenarios: 0 passed, 2 failed"),
        "{out}"
    );
    assert!(folder.join("jobs.snap.new").exists() && !folder.join("jobs.snap").exists());

    let (code, out, _) = cosim(&folder, &["test", "--accept"]);
    assert_eq!(code, 0, "{out}");
    assert!(!folder.join("jobs.snap.new").exists(), "accepted, and pending no more");
    insta::assert_snapshot!("snap", fs::read_to_string(folder.join("jobs.snap")).expect("written"));

    let (code, out, _) = cosim(&folder, &["test"]);
    assert_eq!(
        (code, out.as_str()),
        (
            0,
            "ok     deep/other.ron  2 runs, 2 expectations\nok     jobs.ron  2 runs, 2 expectations\n2 scenarios: all passed\n"
        )
    );

    edit(&folder, "jobs.cosim", "work 2s", "work n * 1s");
    let (code, out, _) = cosim(&folder, &["test", "."]);
    assert_eq!(code, 1);
    insta::assert_snapshot!("differs", out);
    assert!(folder.join("jobs.snap.new").exists() && !folder.join("deep/other.snap.new").exists());

    edit(&folder, "jobs.cosim", "work n * 1s", "work 2s");
    assert_eq!(cosim(&folder, &["test", "jobs.ron"]).0, 0);
    assert!(!folder.join("jobs.snap.new").exists(), "what is right again is not pending");
}

#[test]
fn where_nobody_looks_nothing_is_written() {
    let folder = folder("ci");
    let mut ci = command(&folder, &["test", "jobs.ron"]);
    ci.env("CI", "true").env("GITHUB_ACTIONS", "true");
    let (code, out, _) = ran(ci);
    assert_eq!(code, 1);
    assert!(!folder.join("jobs.snap.new").exists());
    assert!(out.contains("::error file=jobs.ron,line=1,col=1,title=cosim test%3A no snapshot::"), "{out}");
    let (code, out, _) = cosim(&folder, &["test", "--no-snapshots"]);
    assert_eq!(code, 0, "{out}");
    assert!(!folder.join("jobs.snap.new").exists());
}

#[test]
fn mistakes_and_expectations_fail() {
    let folder = folder("wrong");
    assert_eq!(cosim(&folder, &["test", "--accept"]).0, 0);
    edit(&folder, "jobs.ron", "== 6s", "== 7s");
    edit(&folder, "deep/jobs.cosim", "spawn job(n)", "spawn jib(n)");
    let (code, out, _) = cosim(&folder, &["test", "--github", "--junit", "report.xml"]);
    assert_eq!(code, 1);
    assert!(out.contains("makespan('loop') was 6s") && out.contains("`jib`"), "{out}");
    assert!(out.contains("::error file=jobs.ron,line=5,col=14,title=cosim test%3A expectation::"), "{out}");
    let report = fs::read_to_string(folder.join("report.xml")).expect("written");
    let xml = roxmltree::Document::parse(&report).expect("XML");
    let suite = xml.root_element().first_element_child().expect("a suite");
    assert_eq!((suite.attribute("tests"), suite.attribute("failures")), (Some("2"), Some("2")));
    let kinds: Vec<_> = xml.descendants().filter_map(|node| node.attribute("type")).collect();
    assert_eq!(kinds, ["mistake", "expectation"]);

    let (code, out, _) = cosim(&folder, &["test", "--json", "--threads", "1"]);
    assert_eq!(code, 1);
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(json["failed"], 2);
    assert_eq!(json["scenarios"][1]["failures"][0]["kind"], "expectation");
    assert_eq!(cosim(&folder, &["test", "--json", "--threads", "7"]).1, out, "however many threads");

    assert_eq!(cosim(&folder, &["test", "--filter", "nothing"]).0, 2);
    assert_eq!(cosim(&folder, &["test", "absent.ron"]).0, 2);
    let (_, out, _) = cosim(&folder, &["test", "--filter", "deep"]);
    assert!(out.contains("1 scenario: 0 passed, 1 failed"), "{out}");
}

/// What was accepted is told from what does not end, and where the two part.
#[test]
fn what_does_not_end_is_stopped() {
    let folder = folder("late");
    assert_eq!(cosim(&folder, &["test", "jobs.ron", "--accept"]).0, 0);
    let accepted = fs::read_to_string(folder.join("jobs.snap")).expect("written");
    edit(&folder, "jobs.cosim", "log \"{n} is done\"", "let x = 0\n    loop { x = x + 1 }");
    let most = "1000000000000";
    let late = ["test", "jobs.ron", "--accept", "--timeout", "1", "--max-steps", most];
    let (code, out, _) = cosim(&folder, &late);
    assert_eq!(code, 1);
    insta::assert_snapshot!("late", out);
    assert_eq!(fs::read_to_string(folder.join("jobs.snap")).expect("there"), accepted);
    assert!(!folder.join("jobs.snap.new").exists(), "half of it is nothing to accept");
    let (code, out, _) = cosim(&folder, &["test", "jobs.ron", "--max-steps", "10000", "--json"]);
    assert!(code == 1 && out.contains("\"snapshot\"") && out.contains("limit"), "{out}");
}

#[test]
fn scenarios_part_at_a_step() {
    let folder = folder("diff");
    let orders = |order: &str| {
        format!(
            "Experiment(program: File(\"jobs.cosim\"), compare: [(name: \"trio\", runtime: Trio(order: {order}))])"
        )
    };
    fs::write(folder.join("fifo.ron"), orders("Fifo")).expect("written");
    fs::write(folder.join("lifo.ron"), orders("Lifo")).expect("written");
    let (code, out, err) = cosim(&folder, &["diff", "fifo.ron", "lifo.ron"]);
    assert_eq!((code, err.as_str()), (1, ""));
    insta::assert_snapshot!("diff", out);
    let (code, out, _) = cosim(&folder, &["diff", "fifo.ron", "lifo.ron", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, &json["runs"][0]["parting"]["reason"]), (1, &"turn".into()));
    assert_eq!(cosim(&folder, &["diff", "jobs.ron", "jobs.ron"]).0, 0);
    assert_eq!(cosim(&folder, &["diff", "jobs.ron", "absent.ron"]).0, 2);
    edit(&folder, "jobs.cosim", "spawn job(n)", "spawn jib(n)");
    assert_eq!(cosim(&folder, &["diff", "fifo.ron", "lifo.ron"]).0, 2);
}

#[test]
fn traces_of_every_form_are_the_same() {
    let folder = folder("traces");
    for name in ["a.jsonl", "a.ron", "a.packed"] {
        assert_eq!(cosim(&folder, &["run", "-q", "jobs.ron", "--trace", name]).0, 0);
    }
    let (code, out, _) = cosim(&folder, &["diff", "a.jsonl", "a.packed"]);
    assert_eq!((code, out.starts_with("the same: 2 runs, ")), (0, true), "{out}");
    assert_eq!(cosim(&folder, &["diff", "a.ron", "a.jsonl"]).0, 0);
    edit(&folder, "jobs.cosim", "work 2s", "work 3s");
    assert_eq!(cosim(&folder, &["run", "-q", "jobs.ron", "--trace", "b.jsonl"]).0, 1);
    let (code, out, _) = cosim(&folder, &["diff", "a.jsonl", "b.jsonl"]);
    assert_eq!(code, 1);
    insta::assert_snapshot!("traces", out);
    let (code, _, err) = cosim(&folder, &["diff", "a.jsonl", "jobs.ron"]);
    assert!(code == 2 && err.contains("--trace"), "{err}");
    fs::write(folder.join("broken.jsonl"), "{\"schema\":\"cosim-trace/1\"}\n{").expect("written");
    assert_eq!(cosim(&folder, &["diff", "a.jsonl", "broken.jsonl"]).0, 2);
}

#[test]
fn commits_are_compared() {
    let folder = folder("commits");
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.current_dir(&folder)
            .args(["-c", "user.name=a", "-c", "user.email=a@example.org"])
            .args(arguments);
        git.output().is_ok_and(|output| output.status.success())
    };
    if !git(&["init", "-q"]) {
        return;
    }
    assert!(git(&["add", "."]) && git(&["commit", "-qm", "first"]));
    assert_eq!(cosim(&folder, &["diff", "HEAD:jobs.ron", "jobs.ron"]).0, 0);
    edit(&folder, "jobs.cosim", "work 2s", "work 3s");
    let (code, out, _) = cosim(&folder, &["diff", "HEAD:jobs.ron", "jobs.ron"]);
    assert_eq!(code, 1);
    assert!(
        out.contains("job(1) computes for 2s: job 1") && out.contains("job(1) computes for 3s: job 1"),
        "{out}"
    );
    // From another folder, the path counts from there.
    assert_eq!(cosim(&folder.join("deep"), &["diff", "HEAD:other.ron", "other.ron"]).0, 0);
    let (code, _, err) = cosim(&folder, &["diff", "HEAD:absent.ron", "jobs.ron"]);
    assert!(code == 2 && err.contains("git says"), "{err}");
}

/// `src/cli/new/gallery.rs` as it has to be: every experiment of the gallery with its program. `BLESS=1` writes it.
#[test]
fn the_gallery_is_compiled_in() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut names: Vec<String> = fs::read_dir(root.join("scenarios"))
        .expect("read")
        .filter_map(|entry| {
            entry.expect("read").file_name().to_string_lossy().strip_suffix(".ron").map(String::from)
        })
        .collect();
    names.sort();
    let mut text = String::from(
        "//! The scenarios of the gallery, compiled in: name, experiment, name and text of the program.\n\n#[rustfmt::skip]\npub const GALLERY: &[(&str, &str, (&str, &str))] = &[\n",
    );
    for name in names {
        let experiment = fs::read_to_string(root.join(format!("scenarios/{name}.ron"))).expect("read");
        let (_, rest) = experiment.split_once("File(\"").expect("it names a program");
        let program = rest.split_once(".cosim\")").expect("it names a program").0;
        let include = |file: String| format!("include_str!(\"../../../scenarios/{file}\")");
        let (ron, cosim) = (include(format!("{name}.ron")), include(format!("{program}.cosim")));
        text.push_str(&format!("    (\"{name}\", {ron}, (\"{program}\", {cosim})),\n"));
    }
    text.push_str("];\n");
    let path = root.join("src/cli/new/gallery.rs");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &text).expect("written");
    }
    let now = fs::read_to_string(&path).unwrap_or_default();
    assert!(now == text, "not current; `BLESS=1 cargo test --test all authoring::` writes it");
}

#[test]
fn a_new_scenario_runs_at_once() {
    let folder = folder("new");
    let (code, out, _) = cosim(&folder, &["new", "dinner"]);
    assert_eq!(code, 0);
    assert!(out.starts_with("wrote dinner.cosim, the story, and dinner.ron, "), "{out}");
    for arguments in [&["run", "-q", "dinner.ron"][..], &["fmt", "--check", "dinner.ron", "dinner.cosim"]] {
        let (code, out, err) = cosim(&folder, arguments);
        assert_eq!((code, out.as_str(), err.as_str()), (0, "", ""), "{arguments:?}");
    }
    let experiment = fs::read_to_string(folder.join("dinner.ron")).expect("written");
    assert!(!experiment.contains("starter"), "{experiment}");

    let (code, _, err) = cosim(&folder, &["new", "dinner"]);
    assert!(code == 2 && err.contains("is there already"), "{err}");
    fs::remove_file(folder.join("dinner.cosim")).expect("removed");
    assert_eq!(cosim(&folder, &["new", "dinner"]).0, 2, "one of the two is enough");
    assert!(!folder.join("dinner.cosim").exists(), "both or none");
    for name in ["", "..", "a b", "-x", "absent/x"] {
        assert_eq!(cosim(&folder, &["new", "--", name]).0, 2, "{name}");
    }
}

#[test]
fn every_scenario_of_the_gallery_is_a_beginning() {
    let folder = folder("from");
    let (code, out, _) = cosim(&folder, &["new", "--list"]);
    assert_eq!(code, 0);
    let names: Vec<&str> = out
        .lines()
        .filter(|line| !line.starts_with(' '))
        .map(|line| line.split("  ").next().expect("a name"))
        .collect();
    assert!(names.len() >= 23 && names.contains(&"laundry"), "{out}");
    for name in names {
        let mine = format!("mine-{name}");
        assert_eq!(cosim(&folder, &["new", &mine, "--from", name]).0, 0, "{name}");
        let (code, _, err) = cosim(&folder, &["run", "-q", &format!("{mine}.ron")]);
        assert_eq!((code, err.as_str()), (0, ""), "{name}");
    }
    let (code, _, err) = cosim(&folder, &["new", "x", "--from", "laundri"]);
    assert!(code == 2 && err.contains("did you mean `laundry`?"), "{err}");
}

/// Saves as many editors do: another file is written beside and takes its place.
#[cfg(unix)]
fn replace(folder: &Path, file: &str, from: &str, to: &str) {
    let text = fs::read_to_string(folder.join(file)).expect("read");
    assert!(text.contains(from), "{file} has no `{from}`");
    fs::write(folder.join("beside"), text.replace(from, to)).expect("written");
    fs::rename(folder.join("beside"), folder.join(file)).expect("renamed");
}

#[cfg(unix)]
#[test]
fn watching_follows_what_is_saved() {
    let folder = folder("watch");
    let file = folder.join("jobs.ron");
    let arguments = ["watch", file.to_str().expect("UTF-8"), "--lanes", "task"];
    let mut terminal =
        crate::support::terminal::Terminal::start(100, 60, env!("CARGO_BIN_EXE_cosim"), &arguments);
    terminal.shows("Three jobs");
    terminal.shows("run 1, Ctrl-C");
    // The program, in place.
    edit(&folder, "jobs.cosim", "work 2s", "work 3s");
    terminal.shows("run 2, Ctrl-C");
    terminal.shows("makespan('loop') was 9s");
    // Broken: what was to be seen stays, and what is wrong is said.
    replace(&folder, "jobs.cosim", "work 3s", "work 3seconds");
    terminal.shows("run 3, Ctrl-C");
    terminal.shows("This is how it was before the last change");
    terminal.shows("E0014");
    terminal.shows("makespan('loop') was 9s");
    // The experiment, replaced.
    replace(&folder, "jobs.cosim", "work 3seconds", "work 2s");
    terminal.shows("run 4, Ctrl-C");
    replace(&folder, "jobs.ron", "Three jobs", "Jobs by three");
    terminal.shows("Jobs by three");
    terminal.until("nothing is broken any more", |screen| !screen.contains("before the last change"));
    terminal.press("\x03");
    assert_eq!(terminal.ends(), 0);
    assert!(terminal.is_restored());
}

/// In a small window the picture is cut, and what is wrong is still there.
#[cfg(unix)]
#[test]
fn a_small_window_shows_what_is_wrong() {
    let folder = folder("small");
    let file = folder.join("jobs.ron");
    let arguments = ["watch", file.to_str().expect("UTF-8")];
    let mut terminal =
        crate::support::terminal::Terminal::start(80, 24, env!("CARGO_BIN_EXE_cosim"), &arguments);
    terminal.shows("more lines: `cosim run` shows all");
    terminal.shows("Three jobs");
    edit(&folder, "jobs.cosim", "work 2s", "wark 2s");
    terminal.shows("E0");
    terminal.shows("Three jobs");
    terminal.press("\x03");
    assert_eq!(terminal.ends(), 0);
}

#[test]
fn shells_and_man_know_the_commands() {
    let folder = folder("man");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (code, script, _) = cosim(&folder, &["completions", shell]);
        assert!(code == 0 && script.contains("no-snapshots"), "{shell}");
    }
    let (_, script, _) = cosim(&folder, &["completions", "bash"]);
    fs::write(folder.join("cosim.bash"), script).expect("written");
    let completed = "source ./cosim.bash; COMP_WORDS=(cosim te); COMP_CWORD=1; _cosim cosim te cosim; echo ${COMPREPLY[@]}";
    if let Ok(output) = Command::new("bash").current_dir(&folder).args(["-c", completed]).output() {
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "test");
    }
    assert_eq!(cosim(&folder, &["completions", "tcsh"]).0, 2);

    let (code, out, _) = cosim(&folder, &["man", "."]);
    assert_eq!((code, out.as_str()), (0, ""));
    let page = |name: &str| fs::read_to_string(folder.join(name)).expect("written");
    assert!(page("cosim.1").starts_with(".ie") && page("cosim-test.1").contains(".TH cosim-test 1"));
    assert!(page("cosim-test.1").contains("no\\-snapshots"), "{}", page("cosim-test.1"));
    assert_eq!(cosim(&folder, &["man"]).1, page("cosim.1"));
    assert_eq!(cosim(&folder, &["man", "absent"]).0, 2);
}
