//! Files for other tools: what they look like, and what always holds of them, whoever reads them.

#![allow(clippy::disallowed_methods, reason = "tests run the program")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for tests");
    folder
}

fn cosim(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cosim"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cosim can be run")
}

fn written(folder: &Path, scenario: &str, ending: &str, more: &[&str]) -> String {
    let path = folder.join(format!("file{ending}"));
    let target = path.to_str().expect("a plain path");
    let ran = cosim(&[&["run", scenario, "-q", "-o", target], more].concat());
    assert!(ran.status.success(), "{scenario}: {}", String::from_utf8_lossy(&ran.stderr));
    fs::read_to_string(&path).expect("it was written")
}

fn scenarios() -> Vec<String> {
    let entries = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")).expect("scenarios");
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".ron")).collect();
    names.sort();
    names.into_iter().map(|name| format!("scenarios/{name}")).collect()
}

/// A cook and a guest: a lock, a channel, a device, a log, under an event loop and under threads.
const SNACK: &str = "tests/cases/viewers/snack.cosim";
const RUNTIMES: [&str; 4] = ["--runtime", "Asyncio()", "--runtime", "Threads(workers: 2)"];

macro_rules! formats {
    ($($name:ident $ending:literal;)*) => {
        $(#[test] fn $name() {
            let folder = folder(stringify!($name));
            let first = written(&folder, SNACK, $ending, &RUNTIMES);
            assert_eq!(first, written(&folder, SNACK, $ending, &RUNTIMES), "the same twice");
            insta::assert_snapshot!(first);
        })*
    };
}

formats! {
    a_chrome_trace ".trace.json";
    a_speedscope_profile ".speedscope.json";
    opentelemetry_spans ".otlp.json";
    a_vcd_file ".vcd";
    a_gantt_chart ".gantt.mmd";
    a_table_of_events ".events.csv";
    events_as_json_lines ".jsonl";
}

#[test]
fn slices_nest_and_arrows_lie_in_them() {
    let folder = folder("slices_nest");
    for scenario in scenarios() {
        let text = written(&folder, &scenario, ".trace.json", &[]);
        let file: Value = serde_json::from_str(&text).expect("it is JSON");
        let events = file["traceEvents"].as_array().expect("a list");
        let nanos =
            |event: &Value, field: &str| (event[field].as_f64().unwrap_or(0.0) * 1000.0).round() as u64;
        let thread = |event: &Value| (event["pid"].as_u64(), event["tid"].as_u64());
        let mut open: BTreeMap<_, Vec<(u64, u64)>> = BTreeMap::new();
        let (mut last, mut started, mut ended) = (0, BTreeSet::new(), BTreeSet::new());
        for event in events.iter().filter(|event| event["ph"] != "M") {
            let at = nanos(event, "ts");
            assert!(at >= last, "{scenario}: in the order of time");
            last = at;
            let stack = open.entry(thread(event)).or_default();
            stack.retain(|(from, to)| at < *to || (from == to && at == *from));
            let id = event["id"].as_u64();
            match event["ph"].as_str().expect("a phase") {
                "X" => {
                    let to = at + nanos(event, "dur");
                    assert!(stack.iter().all(|(_, end)| to <= *end), "{scenario}: slices nest: {event}");
                    stack.push((at, to));
                }
                "s" => {
                    assert!(!stack.is_empty(), "{scenario}: an arrow begins in a slice: {event}");
                    assert!(started.insert(id), "{scenario}: no id twice");
                }
                "f" => {
                    assert!(
                        !stack.is_empty() && event["bp"] == "e",
                        "{scenario}: an arrow ends in one: {event}"
                    );
                    assert!(started.contains(&id) && ended.insert(id), "{scenario}: ends behind begins");
                }
                _counter_or_instant => {}
            }
        }
        assert_eq!(started, ended, "{scenario}");
    }
}

/// The time each task spent in each state, by run and name, as the comparison has it; running first.
fn states(folder: &Path, scenario: &str) -> BTreeMap<(usize, u64), [u64; 6]> {
    let text = written(folder, scenario, ".json", &[]);
    let comparison: Value = serde_json::from_str(&text).expect("it is JSON");
    let runs = comparison["runs"].as_array().expect("a list").iter().enumerate();
    let tasks = runs.flat_map(|(run, one)| {
        let tasks = one["tasks"].as_array().expect("a list").iter();
        tasks.map(move |task| {
            let times = STATES.map(|state| task[state].as_u64().expect("nanoseconds"));
            ((run, task["task"].as_u64().expect("a number")), times)
        })
    });
    tasks.collect()
}

const STATES: [&str; 6] = ["ready", "running", "blocked", "io", "sleeping", "overhead"];

#[test]
fn signals_add_up_to_the_states_of_tasks() {
    let folder = folder("signals");
    for scenario in scenarios() {
        let text = written(&folder, &scenario, ".vcd", &[]);
        assert!(text.is_ascii(), "{scenario}");
        let (header, changes) = text.split_once("$enddefinitions $end\n").expect("two parts");
        // The signals of tasks, in spawn order within each run.
        let (mut scopes, mut run, mut serial) = (Vec::new(), 0, 0);
        let mut signals: BTreeMap<&str, (usize, u64)> = BTreeMap::new();
        let mut declared = BTreeSet::new();
        for line in header.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            match words.as_slice() {
                ["$scope", "module", name, "$end"] => {
                    scopes.push(*name);
                    serial = 0;
                }
                ["$upscope", "$end"] => {
                    scopes.pop();
                    run += usize::from(scopes.is_empty());
                }
                ["$var", kind, _, code, ..] => {
                    assert!(declared.insert(*code), "{scenario}: no short name twice");
                    if scopes.get(1) == Some(&"tasks") && *kind == "reg" {
                        signals.insert(code, (run, serial));
                        serial += 1;
                    }
                }
                _comment => {}
            }
        }
        let mut sums: BTreeMap<(usize, u64), [u64; 6]> = BTreeMap::new();
        let mut now: BTreeMap<&str, (usize, u64)> = BTreeMap::new();
        let mut time = 0;
        for line in changes.lines() {
            if let Some(next) = line.strip_prefix('#') {
                let next = next.parse().expect("a time");
                assert!(next > time || time == 0, "{scenario}: moments in order");
                time = next;
            }
            let Some((value, code)) = line.strip_prefix('b').and_then(|line| line.split_once(' ')) else {
                continue;
            };
            let Some(task) = signals.get(code) else { continue };
            let value = usize::from_str_radix(value, 2).expect("binary");
            let (state, since) = now.insert(code, (value, time)).unwrap_or((0, 0));
            let sum = sums.entry(*task).or_default();
            if state > 0 {
                sum[state - 1] += time - since;
            }
        }
        sums.retain(|(_, task), _| *task > 0);
        assert_eq!(sums, states(&folder, &scenario), "{scenario}");
    }
}

#[test]
fn spans_add_up_to_the_states_of_tasks_and_links_lead_somewhere() {
    let folder = folder("spans");
    for scenario in scenarios() {
        let file: Value =
            serde_json::from_str(&written(&folder, &scenario, ".otlp.json", &[])).expect("JSON");
        let mut sums: BTreeMap<(usize, u64), [u64; 6]> = BTreeMap::new();
        let mut traces = BTreeSet::new();
        for (run, resource) in file["resourceSpans"].as_array().expect("a list").iter().enumerate() {
            let spans = resource["scopeSpans"][0]["spans"].as_array().expect("a list");
            let text = |value: &Value| value.as_str().map(str::to_string);
            let ids: BTreeSet<_> = spans.iter().map(|span| text(&span["spanId"])).collect();
            assert_eq!(ids.len(), spans.len(), "{scenario}: no id twice");
            assert!(traces.insert(text(&spans[0]["traceId"])), "{scenario}: a trace for each run");
            let attribute = |span: &Value, key: &str| {
                let all = span["attributes"].as_array().expect("a list").iter();
                all.clone().find(|one| one["key"] == key).map(|one| one["value"].clone())
            };
            let mut tasks = BTreeMap::new();
            for span in spans {
                if let Some(task) = attribute(span, "cosim.task") {
                    let number: u64 = task["intValue"].as_str().expect("a string").parse().expect("a number");
                    tasks.insert(text(&span["spanId"]), number);
                }
            }
            for span in spans {
                let parent = text(&span["parentSpanId"]);
                assert!(parent.is_none() || ids.contains(&parent), "{scenario}: {span}");
                for link in span["links"].as_array().into_iter().flatten() {
                    assert!(ids.contains(&text(&link["spanId"])), "{scenario}: {link}");
                    assert_eq!(link["traceId"], span["traceId"], "{scenario}");
                }
                let time =
                    |field: &str| span[field].as_str().expect("a string").parse::<u64>().expect("a number");
                let length = time("endTimeUnixNano") - time("startTimeUnixNano");
                let Some(state) = attribute(span, "cosim.state") else { continue };
                let state = STATES.iter().position(|known| state["stringValue"] == *known).expect("a state");
                sums.entry((run, tasks[&parent])).or_default()[state] += length;
            }
        }
        sums.retain(|(_, task), _| *task > 0);
        assert_eq!(sums, states(&folder, &scenario), "{scenario}");
    }
}

#[test]
fn profiles_nest_and_add_up_to_what_workers_did() {
    let folder = folder("profiles");
    let path = folder.join("file.speedscope.json");
    for scenario in scenarios() {
        let ran = cosim(&["run", &scenario, "-q", "-o", path.to_str().expect("a plain path")]);
        let stderr = String::from_utf8_lossy(&ran.stderr).into_owned();
        if !ran.status.success() {
            assert!(stderr.contains("no worker did anything that takes time"), "{scenario}: {stderr}");
            continue;
        }
        let file: Value = serde_json::from_str(&fs::read_to_string(&path).expect("written")).expect("JSON");
        let frames = file["shared"]["frames"].as_array().expect("a list").len() as u64;
        let mut computed = 0;
        for profile in file["profiles"].as_array().expect("a list") {
            let (mut stack, mut last) = (Vec::new(), 0);
            for event in profile["events"].as_array().expect("a list") {
                let (frame, at) =
                    (event["frame"].as_u64().expect("a frame"), event["at"].as_u64().expect("a time"));
                assert!(frame < frames && at >= last, "{scenario}: {event}");
                last = at;
                if event["type"] == "O" {
                    stack.push((frame, at));
                    continue;
                }
                let (open, since) = stack.pop().expect("what closes is open");
                assert_eq!(open, frame, "{scenario}: the last opened closes first");
                computed += if stack.is_empty() { at - since } else { 0 };
            }
            assert!(stack.is_empty() && last <= profile["endValue"].as_u64().expect("a time"), "{scenario}");
        }
        assert!(computed > 0, "{scenario}");
    }
}

#[test]
fn the_trace_is_the_one_that_is_written_while_it_happens() {
    let folder = folder("same_trace");
    let (one, other) = (folder.join("a.jsonl"), folder.join("b.jsonl"));
    let path = |path: &Path| path.to_str().expect("a plain path").to_string();
    for scenario in scenarios() {
        let ran = cosim(&["run", &scenario, "-q", "-o", &path(&one), "--trace", &path(&other)]);
        assert!(ran.status.success());
        let (one, other) =
            (fs::read_to_string(&one).expect("written"), fs::read_to_string(&other).expect("written"));
        assert!(one == other, "{scenario}");
        // Every field has a column.
        let csv = written(&folder, &scenario, ".events.csv", &[]);
        let head: BTreeSet<&str> = csv.lines().next().expect("a heading").split(',').collect();
        let mut events = 0;
        for line in one.lines().filter(|line| line.starts_with("{\"seq\"")) {
            events += 1;
            let fields: BTreeMap<String, Value> = serde_json::from_str(line).expect("an object");
            for field in fields.keys() {
                let known = head.contains(field.as_str()) || head.contains(format!("{field}_ns").as_str());
                assert!(known || field == "nanos", "{scenario}: {field} has no column");
            }
        }
        assert!(csv.lines().count() > events, "{scenario}");
    }
}

/// What would be no chart any more is refused, with the way out.
#[test]
fn mermaid_is_given_what_it_can_draw() {
    let folder = folder("mermaid");
    let refused = |scenario: &str, ending: &str, more: &[&str]| {
        let path = folder.join(format!("file{ending}"));
        let target = path.to_str().expect("a plain path");
        let ran = cosim(&[&["run", scenario, "-q", "-o", target], more].concat());
        assert_eq!(ran.status.code(), Some(2), "{scenario}");
        assert!(!path.exists(), "{scenario}");
        let stderr = String::from_utf8_lossy(&ran.stderr).into_owned();
        let at = stderr.find(&format!("file{ending}: ")).expect("it names the file");
        stderr[at..].to_string()
    };
    insta::assert_snapshot!(
        [
            refused("scenarios/coop.ron", ".gantt.mmd", &[]),
            refused("scenarios/pool.ron", ".gantt.mmd", &[]),
            refused("scenarios/laundry.ron", ".sequence.mmd", &[]),
            refused("scenarios/pool.ron", ".sequence.mmd", &["--runtime", "Asyncio()"]),
            refused("scenarios/coop.ron", ".sequence.mmd", &["--runtime", "Asyncio()"]),
            refused("scenarios/pool.ron", ".speedscope.json", &[]),
        ]
        .concat()
    );
    insta::assert_snapshot!(written(&folder, SNACK, ".sequence.mmd", &["--runtime", "Asyncio()"]));
    insta::assert_snapshot!(written(&folder, "scenarios/inversion.ron", ".gantt.mmd", &["--lanes", "task"]));
    // Labels that Mermaid would take for its own words or marks.
    let program = folder.join("words.cosim");
    let text =
        "task end(n) { work 1ms \"section {n}: #1; 100%\" }\nmain { for n in 1..=2 { spawn end(n) } }\n";
    fs::write(&program, text).expect("written");
    let path = program.to_str().expect("a plain path");
    let strange = written(&folder, path, ".gantt.mmd", &["--runtime", "Asyncio()"]);
    assert!(strange.contains("\n    - section 1, 1, 100 :active, 0, 1000000\n"), "{strange}");
}

#[test]
fn what_is_too_long_for_a_format_is_refused() {
    let folder = folder("too_long");
    let program = folder.join("long.cosim");
    fs::write(&program, "task a() { await sleep(150d) }\nmain { spawn a() }\n").expect("written");
    for (ending, why) in [(".trace.json", "101 days long"), (".speedscope.json", "up to 104 days")] {
        let target = folder.join(format!("long{ending}"));
        let names = [program.to_str().expect("a plain path"), target.to_str().expect("a plain path")];
        let ran = cosim(&["run", names[0], "--max-time", "200d", "-q", "-o", names[1]]);
        let stderr = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.code() == Some(2) && stderr.contains(why), "{stderr}");
    }
}
