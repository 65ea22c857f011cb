//! The page: one file that asks nobody for anything, and in a real Chromium does what it says.
//!
//! Chromium and playwright-core are looked for where `.ci/run` puts them; where they are missing, what needs them
//! says so and is skipped.

#![allow(clippy::disallowed_methods, reason = "tests run programs")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cosim::compare::blame::account::Account;
use cosim::compare::comparison::{Comparison, Run};
use cosim::compare::replay::tape::Replay;
use cosim::compare::replay::view::{Of, View};
use cosim::lang::parse::ParseLimits;
use cosim::report::terms::queue_word;
use cosim::report::why::wait::tell;
use cosim::scenario;
use cosim::scenario::load::load;
use cosim::scenario::run::RunOptions;
use cosim::sim::trace::CauseKind;
use cosim::source::Sources;
use serde_json::{Value, json};

/// What a page of a scenario of the gallery may weigh.
const HEAVY: u64 = 500_000;
/// A step of a run with ten thousand events may take so many milliseconds: three frames of a screen.
const STEP: u32 = 50;

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for tests");
    folder
}

fn cosim(arguments: &[&str]) -> Output {
    let root = env!("CARGO_MANIFEST_DIR");
    Command::new(env!("CARGO_BIN_EXE_cosim"))
        .args(arguments)
        .current_dir(root)
        .output()
        .expect("cosim can be run")
}

fn page(folder: &Path, scenario: &str, name: &str, more: &[&str]) -> PathBuf {
    let path = folder.join(name);
    let target = path.to_str().expect("a plain path");
    let scenario = format!("scenarios/{scenario}.ron");
    let ran = cosim(&[&["run", &scenario, "-q", "-o", target], more].concat());
    // What a scenario expects need not hold with other parameters.
    let fine = matches!(ran.status.code(), Some(0 | 1)) && path.exists();
    assert!(fine, "{scenario}: {}", String::from_utf8_lossy(&ran.stderr));
    path
}

fn scenarios() -> Vec<String> {
    let entries = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")).expect("scenarios");
    let names = entries.map(|entry| entry.expect("an entry").path());
    let mut names: Vec<PathBuf> = names.filter(|name| name.extension().is_some_and(|e| e == "ron")).collect();
    names.sort();
    names.iter().map(|name| name.file_stem().expect("a name").to_string_lossy().into_owned()).collect()
}

#[test]
fn every_page_stands_alone_and_is_small() {
    let folder = folder("pages");
    let mut sizes = Vec::new();
    for scenario in scenarios() {
        let path = page(&folder, &scenario, "page.html", &[]);
        let text = fs::read_to_string(&path).expect("it was written");
        let size = fs::metadata(&path).expect("it is there").len();
        assert!(size < HEAVY, "{scenario}: {size} bytes");
        sizes.push(size);
        for outside in [
            "http:",
            "https:",
            "src=",
            "href=",
            "@import",
            "url(",
            "<link",
            "<iframe",
            " style=",
            " onclick=",
        ] {
            assert!(!text.contains(outside), "{scenario}: {outside}");
        }
        assert!(text.contains("default-src 'none'"), "{scenario}");
        assert!(!text.contains("unsafe-"), "{scenario}");
        let again = page(&folder, &scenario, "again.html", &[]);
        assert_eq!(text, fs::read_to_string(again).expect("it was written"), "{scenario}: the same bytes");
    }
    println!("{} to {} bytes", sizes.iter().min().expect("some"), sizes.iter().max().expect("some"));
}

#[test]
fn what_a_program_says_is_text() {
    let folder = folder("page_text");
    let experiment = folder.join("x.ron");
    let program = "main { log \"</script><script>alert(1)</script>\" }";
    let title = "<img src=x onerror=alert(1)>";
    let text = format!(
        "Experiment(title: {title:?}, story: {title:?}, program: Inline({program:?}), compare: [(name: {title:?}, runtime: Asyncio())])"
    );
    fs::write(&experiment, text).expect("a file can be written");
    let target = folder.join("x.html");
    let ran =
        cosim(&["run", experiment.to_str().expect("a path"), "-q", "-o", target.to_str().expect("a path")]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let page = fs::read_to_string(&target).expect("it was written");
    assert!(!page.contains("<img") && page.contains("&lt;img"), "markup of the title");
    assert_eq!(page.matches("<script").count(), 2, "the data and the script");
}

#[test]
fn too_much_for_a_page_is_refused() {
    let folder = folder("page_much");
    let target = folder.join("x.html");
    let target = target.to_str().expect("a path");
    let ran = cosim(&["run", "scenarios/fan-out.ron", "--set", "jobs=60000", "-q", "-o", target]);
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(ran.status.code(), Some(2), "{said}");
    assert!(said.contains("events") && said.contains("Perfetto"), "{said}");
    assert!(!Path::new(target).exists(), "nothing half-written");
}

// ── in a browser ──────────────────────────────────────────────────────────

fn comparison(scenario: &str) -> Comparison {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let name = format!("{scenario}.ron");
    let mut sources = Sources::default();
    let text = fs::read_to_string(folder.join(&name)).expect("a scenario can be read");
    let id = sources.add(name, text);
    let mut read = |file: &str| fs::read_to_string(folder.join(file)).map_err(|error| error.to_string());
    let loaded = load(&mut sources, id, &ParseLimits::default(), &mut read).expect("the scenario is sound");
    scenario::run(&loaded.experiment, &RunOptions::default(), &mut ())
}

/// What the lines of the first run are to be at some moments.
fn moments(run: &Run) -> Value {
    let account = Account::of(run).expect("the trace was kept");
    let replay = Replay::of(run, &account);
    let mut view = View::new(&account, &replay);
    let every = (replay.end() / 25).max(1);
    let moments = (0..=replay.end()).step_by(every).map(|at| {
        view.go(at);
        let line = |of: Of| match of {
            Of::Ready(queue) => queue.map_or("ready".to_string(), |queue| queue_word(queue).to_string()),
            Of::Timers => "timers and devices".to_string(),
            Of::Object(object) => run
                .program
                .objects
                .get(object.0 as usize)
                .map_or(format!("future {}", object.0), |o| o.name.clone()),
            Of::Tasks => "waiting for tasks".to_string(),
        };
        let rank = |of: Of| match of {
            Of::Ready(_) => 0,
            Of::Timers => 1,
            Of::Object(_) => 2,
            Of::Tasks => 3,
        };
        let mut lines: Vec<(i32, String, Vec<String>)> = view
            .lines()
            .into_iter()
            .map(|one| {
                (
                    rank(one.of),
                    line(one.of),
                    one.tasks.iter().take(24).map(|&task| replay.names.task(task)).collect(),
                )
            })
            .collect();
        lines.sort();
        let lines: Vec<Value> =
            lines.iter().map(|(_, name, tasks)| json!({"name": name, "tasks": tasks})).collect();
        json!({"at": at, "lines": lines})
    });
    moments.collect()
}

/// A wait for a lock that another task ended.
fn wait(comparison: &Comparison) -> Value {
    let longest = comparison.runs.iter().map(|run| run.metrics.makespan.0).max().expect("there are runs");
    for (number, run) in comparison.runs.iter().enumerate() {
        let account = Account::of(run).expect("the trace was kept");
        let wait = account.waits.iter().find(|wait| {
            let kind = wait.cause.as_ref().map(|cause| cause.kind);
            let long = wait.length().0 * 20 > longest;
            let by = matches!(wait.end, cosim::compare::blame::wait::End::Woken(_));
            matches!(kind, Some(CauseKind::Lock | CauseKind::Resource | CauseKind::Semaphore)) && long && by
        });
        if let Some(wait) = wait {
            let middle = (wait.from.0 + wait.to.0) as f64 / 2.0;
            return json!({
                "run": number,
                "task": account.names.task(wait.task),
                "share": middle / longest as f64,
                "sentence": tell(wait, &account, run),
                "last": wait.last,
            });
        }
    }
    panic!("no such wait");
}

/// Where playwright-core is, and Chromium; `None` with a word if one is missing.
fn browser() -> Option<(PathBuf, PathBuf)> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a folder above");
    let modules = target.join("viewers/npm");
    let chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    let chromium = chromium.iter().map(PathBuf::from).find(|path| path.exists());
    let node = Command::new("node").arg("--version").output().is_ok_and(|ran| ran.status.success());
    let missing = match &chromium {
        _ if !node => "node",
        _ if !modules.join("node_modules/playwright-core").exists() => "playwright-core",
        None => "chromium",
        Some(chromium) => return Some((modules, chromium.clone())),
    };
    println!("skipped: {missing} is not there ({})", modules.display());
    None
}

#[test]
fn a_browser_shows_what_the_simulator_knows() {
    let folder = folder("page_browser");
    let mut tasks = Vec::new();
    for scenario in ["laundry", "tasks-and-microtasks", "deadlock", "inversion"] {
        page(&folder, scenario, &format!("{scenario}.html"), &[]);
        let moments = moments(&comparison(scenario).runs[0]);
        tasks.push(json!({"file": format!("{scenario}.html"), "moments": moments, "narrow": true}));
    }
    tasks.push(json!({"file": "laundry.html", "keyboard": true, "predict": true}));
    page(&folder, "pool", "pool.html", &[]);
    tasks.push(json!({"file": "pool.html", "wait": wait(&comparison("pool"))}));
    page(&folder, "laundry.zh", "laundry.zh.html", &[]);
    tasks.push(json!({"file": "laundry.zh.html", "open": true, "narrow": true}));
    in_a_browser(&folder, tasks);
}

#[test]
fn a_browser_steps_through_many_events() {
    let folder = folder("page_many");
    page(&folder, "chess", "chess.html", &[]);
    page(&folder, "fan-out", "ten.html", &["--set", "jobs=1000"]);
    page(&folder, "fan-out", "hundred.html", &["--set", "jobs=3500"]);
    let tasks = vec![
        json!({"file": "chess.html", "back": 1000, "open": true}),
        json!({"file": "ten.html", "quick": STEP}),
        json!({"file": "hundred.html", "open": true}),
    ];
    in_a_browser(&folder, tasks);
}

fn in_a_browser(folder: &Path, tasks: Vec<Value>) {
    let Some((modules, chromium)) = browser() else { return };
    fs::write(folder.join("tasks.json"), Value::from(tasks).to_string()).expect("a file can be written");
    let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/page.mjs");
    let arguments = [driver.as_path(), folder, &modules, &chromium];
    let ran = Command::new("node").args(arguments).output().expect("node runs");
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    print!("{err}");
    assert!(ran.status.success(), "{out}\n{err}");
}
