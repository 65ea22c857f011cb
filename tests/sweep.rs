//! `cosim sweep` and `cosim merge` from outside: the same bytes on any number of threads and in any shards, what is
//! refused and why, what is left when somebody interrupts.

#![allow(clippy::disallowed_methods, reason = "a test of the outside works with files")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cosim::pages::PAGES;
use cosim::study::design::hash;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde_json::Value;

/// One server, customers at random.
const QUEUE: &str = r#"
param load = 0.5
param customers = 200
resource server(1)
metric latency

task customer() {
    let came = now()
    with server { await io(exponential(10ms)) }
    observe latency, now() - came
}

main {
    group {
        for _ in 0..customers {
            await sleep(exponential(10ms / load))
            spawn customer()
        }
    }
}
"#;

/// Now and then it fails, and now and then nobody sets the event.
const FRAGILE: &str = r#"
param luck = 0.5
event done

main {
    let x = random()
    if x < luck / 2 { fail "out of luck" }
    if x >= luck { done.set() }
    await done.wait()
}
"#;

/// The loop computes and waits at once, the threads compute side by side.
const RIVALS: &str = r#"
param cpu = 5ms
metric latency

task request(due) {
    work cpu
    await io(exponential(30ms))
    observe latency, now() - due
}

main {
    let due = now()
    group {
        for _ in 0..60 {
            due = due + exponential(14ms)
            await sleep(max(due - now(), 0s))
            spawn request(due)
        }
    }
}
"#;

fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sweep").join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for tests");
    for (name, text) in [("queue.cosim", QUEUE), ("fragile.cosim", FRAGILE), ("rivals.cosim", RIVALS)] {
        fs::write(folder.join(name), text).expect("written");
    }
    for name in ["pool.ron", "pool.cosim"] {
        let scenario = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name);
        fs::copy(scenario, folder.join(name)).expect("copied");
    }
    folder
}

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn cosim(folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cosim"));
    let output = command.args(arguments).current_dir(folder).output().expect("it can be started");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// It is done, and says so.
fn done(folder: &Path, arguments: &[&str]) -> String {
    let ran = cosim(folder, arguments);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{arguments:?}: {}", ran.out);
    ran.out
}

fn bytes(folder: &Path, name: &str) -> Vec<u8> {
    fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What the sweeps of these tests have in common: three points under two runtimes, six replications.
const SWEEP: [&str; 14] = [
    "sweep",
    "queue.cosim",
    "--vary",
    "load=0.3..0.9:0.3",
    "--vary",
    "runtime=Asyncio(),Threads(workers: 4)",
    "--replications",
    "6",
    "--metric",
    "p95(latency)",
    "--metric",
    "throughput",
    "--assert",
    "mean(latency) < 10s",
];

/// And the files it can be written to.
const FILES: [&str; 6] = ["csv", "runs.csv", "parquet", "runs.parquet", "json", "svg"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    SWEEP.iter().copied().chain(more.iter().copied()).collect()
}

/// `-o` for every kind of file.
fn outputs(stem: &str) -> Vec<String> {
    FILES.iter().flat_map(|ending| ["-o".to_string(), format!("{stem}.{ending}")]).collect()
}

#[test]
fn the_same_bytes_whatever_the_threads() {
    let folder = folder("threads");
    for warmup in ["none", "mser5", "1s"] {
        let mut printed = Vec::new();
        for threads in ["1", "2", "3"] {
            let files = outputs(threads);
            let mut arguments = with(&["--threads", threads, "--warmup", warmup]);
            arguments.extend(files.iter().map(String::as_str));
            printed.push(done(&folder, &arguments));
        }
        assert!(printed.iter().all(|text| *text == printed[0]));
        for ending in FILES {
            let one = bytes(&folder, &format!("1.{ending}"));
            assert_eq!(one, bytes(&folder, &format!("2.{ending}")), "{ending}");
            assert_eq!(one, bytes(&folder, &format!("3.{ending}")), "{ending}");
        }
    }
}

#[test]
fn precision_does_not_depend_on_the_threads_either() {
    let folder = folder("precision");
    let sweep = |threads| {
        let text = done(
            &folder,
            &[
                "sweep",
                "queue.cosim",
                "--vary",
                "load=0.3,0.8",
                "--runtime",
                "Asyncio()",
                "--metric",
                "mean(latency)",
                "--precision",
                "4%",
                "--max-replications",
                "60",
                "--threads",
                threads,
                "--json",
            ],
        );
        serde_json::from_str::<Value>(&text).expect("it prints JSON")
    };
    let one = sweep("1");
    assert_eq!(one, sweep("2"));
    let cells = one["cells"].as_array().expect("there are cells");
    let runs: Vec<u64> = cells.iter().filter_map(|cell| cell["runs"].as_u64()).collect();
    assert!(runs[0] >= 10 && runs[0] < runs[1] && runs[1] == 60, "{runs:?}");
    let quiet = &cells[0]["metrics"]["mean(latency)"];
    assert!(quiet["half"].as_f64() < quiet["mean"].as_f64().map(|mean| 0.04 * mean), "{quiet}");
}

#[test]
fn shards_become_the_whole_in_any_order() {
    let folder = folder("shards");
    for warmup in ["none", "mser5"] {
        let files = outputs("whole");
        let mut whole = with(&["--warmup", warmup]);
        whole.extend(files.iter().map(String::as_str));
        let expected = done(&folder, &whole);
        for shard in 1..=5 {
            let (share, part) = (format!("{shard}/5"), format!("part{shard}.json"));
            let said = done(&folder, &with(&["--warmup", warmup, "--shard", &share, "-o", &part]));
            assert!(said.starts_with(&format!("shard {shard} of 5: ")), "{said}");
        }
        let files = outputs("merged");
        // Some of them twice: whoever collects files from many machines may have copies.
        let mut merge =
            vec!["merge", "part4.json", "part1.json", "part5.json", "part3.json", "part2.json", "part1.json"];
        merge.extend(files.iter().map(String::as_str));
        assert_eq!(done(&folder, &merge), expected);
        for ending in FILES {
            let (one, joined) = (format!("whole.{ending}"), format!("merged.{ending}"));
            assert_eq!(bytes(&folder, &one), bytes(&folder, &joined), "{ending}");
        }
    }
}

#[test]
fn shards_that_do_not_belong_together() {
    let folder = folder("mixed");
    let shard = |more: &[&str], name: &str| {
        let mut arguments = with(more);
        arguments.extend(["-o", name]);
        done(&folder, &arguments);
    };
    for number in ["1", "2", "3"] {
        shard(&["--shard", &format!("{number}/3")], &format!("{number}.json"));
    }
    shard(&["--shard", "1/2"], "halves.json");
    shard(&["--shard", "2/3", "--seed", "7"], "seed.json");
    shard(&["--shard", "2/3", "--vary", "customers=100"], "grid.json");
    shard(&["--shard", "2/3", "--metric", "makespan"], "metric.json");
    shard(&["--shard", "2/3", "--level", "90%"], "level.json");
    fs::write(folder.join("queue.cosim"), QUEUE.replace("exponential(10ms)", "exponential(11ms)"))
        .expect("written");
    shard(&["--shard", "2/3"], "scenario.json");
    let first = fs::read_to_string(folder.join("1.json")).expect("written");
    let changed = |from: &str, to: &str, name: &str| {
        let text = first.replacen(from, to, 1);
        assert_ne!(text, first, "{from}");
        fs::write(folder.join(name), text).expect("written");
    };
    let version = format!("\"cosim\":\"{}\"", env!("CARGO_PKG_VERSION"));
    changed(&version, "\"cosim\":\"0.0.1\"", "version.json");
    changed("\"seed\":42", "\"seed\":43", "changed.json");
    changed("\"partial\":false", "\"partial\":true", "partial.json");
    changed("{\"cell\":0,", "{\"cell\":1,", "moved.json");
    changed("\"replication\":0,\"values\":[", "\"replication\":0,\"values\":[1.0,", "longer.json");
    changed("cosim-shard/1", "cosim-sweep/1", "schema.json");
    let second = fs::read_to_string(folder.join("2.json")).expect("written");
    let line = second.lines().find(|line| line.starts_with("{\"cell\"")).expect("there is a run");
    let other = line.replacen("\"values\":[", "\"values\":[1", 1);
    // As if it had come out otherwise on another machine; and as if somebody had only changed the number.
    let sum = |text: &str| {
        let lines = text.lines().filter(|line| line.starts_with("{\"cell\""));
        hash(lines.map(|line| line.trim_end_matches(',')))
    };
    let forged = second.replacen(line, &other, 1);
    fs::write(folder.join("altered.json"), &forged).expect("written");
    assert!(second.contains(&sum(&second)));
    fs::write(folder.join("twin.json"), forged.replace(&sum(&second), &sum(&forged))).expect("written");
    fs::write(folder.join("cut.json"), &first[..first.len() / 2]).expect("written");
    for (files, says) in [
        (&["1.json", "3.json"][..], "shard 2 of 3 is missing"),
        (&["2.json"], "shards 1, 3 of 3 are missing"),
        (&["1.json", "halves.json"], "one is of 3 shards, the other of 2"),
        (&["1.json", "seed.json", "3.json"], "the seeds are not the same"),
        (&["1.json", "grid.json", "3.json"], "the parameters are not varied in the same way"),
        (&["1.json", "metric.json", "3.json"], "the metrics are not the same"),
        (&["1.json", "level.json", "3.json"], "the options are not the same"),
        (
            &["1.json", "scenario.json", "3.json"],
            "1.json and scenario.json do not belong together: the scenarios",
        ),
        (&["version.json"], "it was made by cosim 0.0.1"),
        (&["changed.json"], "it was changed after it was written"),
        (&["partial.json"], "it was interrupted after 12 runs: run `--shard 1/3` again"),
        (&["moved.json"], "it has not the runs of its share"),
        (&["longer.json"], "it was changed after it was written"),
        (&["1.json", "altered.json", "3.json"], "altered.json: it was changed after it was written"),
        (&["schema.json"], "it is `cosim-sweep/1`, not `cosim-shard/1`"),
        (
            &["1.json", "2.json", "twin.json", "3.json"],
            "2.json and twin.json are both shard 2, and do not agree",
        ),
        (&["cut.json"], "cut.json: this is no shard of a sweep"),
        (&["queue.cosim"], "queue.cosim: this is no shard of a sweep"),
        (&["nowhere.json"], "nowhere.json: No such file"),
    ] {
        let mut arguments = vec!["merge"];
        arguments.extend(files);
        arguments.extend(["-o", "all.csv"]);
        let ran = cosim(&folder, &arguments);
        assert_eq!(ran.code, Some(2), "{files:?}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(says), "{files:?}: {}", ran.err);
        assert!(!folder.join("all.csv").exists() && !ran.err.contains("panicked"), "{files:?}");
    }
}

#[test]
fn what_is_refused() {
    let folder = folder("refused");
    for (arguments, code, says) in [
        (
            &["queue.cosim", "--vary", "load=0.1..0.9"][..],
            1,
            "the step from one value to the next is missing",
        ),
        (&["queue.cosim", "--vary", "lod=0.5"], 1, "did you mean `load`?"),
        (&["queue.cosim", "--vary", "customers=9..1"], 1, "it begins above its end"),
        (&["queue.cosim", "--vary", "load=0.5", "--vary", "load=0.6"], 1, "`load` is varied twice"),
        (&["queue.cosim", "--vary", "runtime=Treads()"], 1, "Threads"),
        (
            &["pool.ron", "--vary", "connections=5..50"],
            1,
            "the run `5 connections` sets `connections` itself",
        ),
        (&["pool.cosim", "--vary", "connections=0..3"], 1, "resource"),
        (&["queue.cosim", "--metric", "latency"], 1, "take a number of it"),
        (&["queue.cosim", "--metric", "outcome"], 1, "a metric is a number, this is a string"),
        (&["queue.cosim", "--metric", "makespn"], 1, "makespan"),
        (&["queue.cosim", "--assert", "mean(latency)"], 1, "an assertion says yes or no"),
        (&["queue.cosim", "--assert", "makespan < 5"], 1, "does not work between a duration and an int"),
        (&["queue.cosim", "--set", "lod=1"], 1, "load"),
        (&["queue.cosim", "--replications", "0"], 2, "1.."),
        (&["queue.cosim", "--level", "1.5"], 2, "write a part of the whole"),
        (&["queue.cosim", "--precision", "0%"], 2, "write a part of the whole"),
        (&["queue.cosim", "--warmup", "soon"], 2, "write `none`, `mser5`, or a time"),
        (&["queue.cosim", "--threads", "0"], 2, "--threads"),
        (&["queue.cosim", "--shard", "3/2", "-o", "x.json"], 2, "as in 2/8"),
        (&["queue.cosim", "--shard", "1/2"], 2, "a shard has to be written somewhere"),
        (&["queue.cosim", "--shard", "1/2", "-o", "x.csv"], 2, "a shard is written to a .json"),
        (&["queue.cosim", "--shard", "1/2", "-o", "x.json", "--precision", "2%"], 2, "not in a shard"),
        (&["queue.cosim", "-o", "x.txt"], 2, "does not say by its ending what to write"),
        (&["queue.cosim", "-o", "x.csv", "-o", "./x.csv"], 2, "two outputs cannot go into one file"),
        (
            &["queue.cosim", "-o", "nowhere/x.csv", "--runtime", "Asyncio()"],
            2,
            "there is no folder `nowhere`",
        ),
        (&["queue.cosim", "--vary", "customers=1..2000000"], 1, "these are more than 1000000 values"),
        (
            &["queue.cosim", "--vary", "customers=1..1000", "--replications", "400"],
            2,
            "this takes 1200000 runs, and at most 1000000 are made",
        ),
        (&["missing.cosim"], 2, "No such file"),
    ] {
        let ran = cosim(&folder, &[&["sweep"], arguments].concat());
        assert_eq!(ran.code, Some(code), "{arguments:?}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(says), "{arguments:?}: {}", ran.err);
        assert!(!ran.err.contains("panicked"), "{arguments:?}: {}", ran.err);
    }
    let left: Vec<String> = fs::read_dir(&folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with("x.") || name.starts_with('.'))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

/// What the pages call wrong is refused for that reason, and what they call right is done.
#[test]
fn pages() {
    let folder = folder("pages");
    for page in PAGES.iter().filter(|page| page.code.starts_with("E09")) {
        let blocks: Vec<&str> = page.text.split("```text").skip(1).collect();
        assert_eq!(blocks.len(), 2, "{}", page.code);
        for (at, block) in blocks.iter().enumerate() {
            let lines = block.lines().skip(1).take_while(|line| *line != "```");
            for line in lines {
                let shell = format!("cosim() {{ \"$COSIM\" \"$@\"; }}\n{line}");
                let mut command = Command::new("sh");
                command.args(["-c", &shell]).env("COSIM", env!("CARGO_BIN_EXE_cosim")).current_dir(&folder);
                let output = command.output().expect("there is a shell");
                let problems = String::from_utf8_lossy(&output.stderr);
                assert_eq!(problems.contains(page.code), at == 0, "{line}: {problems}");
                assert_eq!(output.status.code(), Some(i32::from(at == 0)), "{line}: {problems}");
            }
        }
    }
}

#[test]
fn asserted() {
    let folder = folder("asserted");
    let queue =
        ["sweep", "queue.cosim", "--runtime", "Asyncio()", "--replications", "8", "--set", "load=0.6"];
    for (condition, code, says) in [
        ("mean(latency) < 10s", 0, "ok   mean(latency) < 10s"),
        (
            "mean(latency) < 1ms",
            1,
            "FAIL mean(latency) < 1ms: not in 1 of 1 cell\n  Asyncio(): mean(latency) was 2",
        ),
        ("mean(latency) < 24ms", 1, "which decides nothing: more replications are needed"),
        ("mean(latency) < p95(latency)", 0, "ok   "),
        ("outcome == completed", 0, "ok   outcome == completed"),
        ("completed == 200", 0, "ok   completed == 200"),
        ("completed == 199", 1, "true in 0 of 8 runs"),
    ] {
        let ran = cosim(&folder, &[&queue[..], &["--assert", condition]].concat());
        assert_eq!(ran.code, Some(code), "{condition}: {}{}", ran.out, ran.err);
        assert!(ran.out.contains(says), "{condition}: {}", ran.out);
    }
    // A single run has no interval, and what it says counts.
    let one = ["sweep", "pool.ron", "--assert"];
    assert_eq!(cosim(&folder, &[&one[..], &["makespan <= 1s"]].concat()).code, Some(0));
    let ran = cosim(&folder, &[&one[..], &["makespan <= 500ms"]].concat());
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.contains("not in 1 of 4 cells\n  5 connections: makespan was 1 s\n"), "{}", ran.out);
    // What did not complete cannot hold.
    let ran = cosim(
        &folder,
        &[
            "sweep",
            "fragile.cosim",
            "--runtime",
            "Asyncio()",
            "--replications",
            "40",
            "--assert",
            "makespan < 1h",
        ],
    );
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(ran.out.contains("runs say nothing (") && ran.out.contains("(out of luck)"), "{}", ran.out);
}

#[test]
fn runs_that_end_badly_are_counted() {
    let folder = folder("fragile");
    let sweep = ["sweep", "fragile.cosim", "--runtime", "Asyncio()", "--replications", "200"];
    let more =
        ["--vary", "luck=0.0,0.5", "--metric", "outcome == deadlock", "--metric", "makespan", "--json"];
    let text = done(&folder, &[&sweep[..], &more].concat());
    let whole: Value = serde_json::from_str(&text).expect("it prints JSON");
    let [lucky, other] = &whole["cells"].as_array().expect("cells")[..] else { panic!("{text}") };
    assert_eq!(lucky["outcomes"]["completed"], 200);
    let of = |name: &str| other["outcomes"][name].as_u64().unwrap_or(0);
    assert_eq!(of("completed") + of("failed") + of("deadlock"), 200, "{other}");
    assert!(of("failed") > 25 && of("deadlock") > 25, "{other}");
    assert_eq!(other["metrics"]["makespan"]["missing"].as_u64(), Some(of("failed") + of("deadlock")));
    assert_eq!(other["metrics"]["makespan"]["n"].as_u64(), Some(of("completed")));
    let share = other["metrics"]["outcome == deadlock"]["mean"].as_f64().expect("a share");
    assert_eq!(share, of("deadlock") as f64 / 200.0);
}

#[test]
fn ten_thousand_runs() {
    let folder = folder("many");
    let sweep = [
        "sweep",
        "pool.cosim",
        "--vary",
        "connections=1..50",
        "--set",
        "requests=10",
        "--runtime",
        "Asyncio()",
        "--replications",
        "200",
        "-o",
        "all.runs.csv",
    ];
    done(&folder, &sweep);
    let csv = String::from_utf8(bytes(&folder, "all.runs.csv")).expect("UTF-8");
    assert_eq!(csv.lines().count(), 10_001);
    // Ten requests of 100 ms: as many waves as it takes.
    for line in csv.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let connections: u64 = fields[0].parse().expect("a number");
        let makespan: f64 = fields.last().and_then(|field| field.parse().ok()).expect("a number");
        assert_eq!(makespan, 10u64.div_ceil(connections) as f64 * 1e8, "{line}");
    }
}

#[test]
fn common_random_numbers() {
    let folder = folder("common");
    done(&folder, &with(&["-o", "all.runs.csv"]));
    let csv = String::from_utf8(bytes(&folder, "all.runs.csv")).expect("UTF-8");
    // A server and waiting only: all runtimes do the same with the same draws, to the nanosecond.
    let rows: Vec<Vec<&str>> = csv.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let of = |runtime: &str| -> Vec<Vec<&str>> {
        let rows = rows.iter().filter(|row| row[1] == runtime);
        rows.map(|row| vec![row[0], row[row.len() - 1], row[row.len() - 2]]).collect()
    };
    let (one, other) = (of("Asyncio()"), of("Threads(workers: 4)"));
    assert_eq!(one.len(), 18);
    assert!(!other.is_empty() && one[0] == other[0], "{:?} {:?}", one[0], other[0]);
}

#[test]
fn table_json_and_csv() {
    let folder = folder("snapshots");
    let sweep = [
        "sweep",
        "rivals.cosim",
        "--vary",
        "cpu=5ms..25ms:10ms",
        "--vary",
        "runtime=Asyncio(),Threads(workers: 4, cores: 4)",
        "--replications",
        "8",
        "--metric",
        "mean(latency)",
        "--metric",
        "throughput",
        "--assert",
        "p95(latency) < 100ms",
        "-o",
        "x.csv",
        "-o",
        "x.json",
    ];
    let ran = cosim(&folder, &sweep);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    insta::assert_snapshot!("sweep_table", ran.out);
    for (name, file) in [("sweep_csv", "x.csv"), ("sweep_json", "x.json")] {
        insta::assert_snapshot!(name, String::from_utf8(bytes(&folder, file)).expect("UTF-8"));
    }
}

/// What the reader of the crate sees; whole numbers, text and nothing at all.
#[test]
fn parquet_reads_back() {
    let folder = folder("parquet");
    let sweep =
        ["sweep", "fragile.cosim", "--runtime", "Asyncio()", "--vary", "luck=0.0,0.9", "--replications", "4"];
    done(&folder, &[&sweep[..], &["-o", "x.runs.parquet", "-o", "x.runs.csv", "-o", "x.parquet"]].concat());
    let csv = String::from_utf8(bytes(&folder, "x.runs.csv")).expect("UTF-8");
    let file = fs::File::open(folder.join("x.runs.parquet")).expect("written");
    let reader = SerializedFileReader::new(file).expect("it is Parquet");
    let mut lines = csv.lines();
    let names: Vec<&str> = lines.next().expect("a head").split(',').collect();
    for row in reader.get_row_iter(None).expect("rows") {
        let row = row.expect("a row");
        let fields: Vec<String> =
            lines.next().expect("as many rows").replace("\"\"", "'").split(',').map(str::to_string).collect();
        for (at, (name, field)) in row.get_column_iter().enumerate() {
            assert_eq!(name, names[at]);
            let text = match field {
                Field::Null => String::new(),
                Field::Str(text) if text.contains('"') => format!("\"{}\"", text.replace('"', "'")),
                Field::Str(text) => text.clone(),
                Field::Double(x) => x.to_string(),
                Field::Long(n) => n.to_string(),
                Field::ULong(n) => n.to_string(),
                other => panic!("{name}: {other:?}"),
            };
            assert_eq!(text, fields[at], "{name}");
        }
    }
    assert_eq!(lines.next(), None);
    let facts = reader.metadata().file_metadata();
    let version = format!("cosim version {}", env!("CARGO_PKG_VERSION"));
    assert_eq!(facts.created_by(), Some(version.as_str()));
    let fact = |key: &str| {
        let all = facts.key_value_metadata().expect("there are some");
        all.iter().find(|fact| fact.key == key).and_then(|fact| fact.value.clone())
    };
    assert_eq!(fact("cosim.partial").as_deref(), Some("false"));
    assert_eq!(fact("cosim.schema").as_deref(), Some("cosim-sweep/1"));
}

/// And what Arrow makes of it.
#[test]
fn arrow_reads_it() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a folder in the target folder");
    let python = target.join("viewers/python/bin/python");
    let there = Command::new(&python).args(["-c", "import pyarrow.parquet"]).stderr(Stdio::null()).status();
    if !there.is_ok_and(|status| status.success()) {
        eprintln!("skipped: pyarrow is not installed; .ci/viewers does it");
        return;
    }
    let folder = folder("arrow");
    done(&folder, &with(&["-o", "x.parquet", "-o", "x.json"]));
    let script = "import pyarrow.parquet as p, json\n\
                  t = p.read_table('x.parquet')\n\
                  cells = json.load(open('x.json'))['cells']\n\
                  means = [m['mean'] for c in cells for m in c['metrics'].values()]\n\
                  assert t['mean'].to_pylist() == means, means\n\
                  assert t.schema.metadata[b'cosim.partial'] == b'false'\n\
                  print(t.num_rows, t.schema.field('load').type, t.schema.field('n').type, t.schema.field('run').type)";
    let output = Command::new(&python).args(["-c", script]).current_dir(&folder).output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(text.trim(), "12 double uint64 string", "{}", String::from_utf8_lossy(&output.stderr));
}

/// A bar shows how far it is; Ctrl-C stops it; what is done is written under a name that says so.
#[cfg(unix)]
#[test]
fn progress_and_interruption() {
    let folder = folder("interrupted");
    fs::write(folder.join("all.csv"), "what was there before\n").expect("written");
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let (scenario, csv, json, parquet) =
        (path("queue.cosim"), path("all.csv"), path("all.json"), path("all.runs.parquet"));
    let arguments = [
        "sweep",
        &scenario,
        "--runtime",
        "Asyncio()",
        "--replications",
        "900000",
        "-o",
        &csv,
        "-o",
        &json,
        "-o",
        &parquet,
    ];
    let mut terminal =
        crate::support::terminal::Terminal::start(100, 30, env!("CARGO_BIN_EXE_cosim"), &arguments);
    terminal.shows("of 900,000 runs");
    terminal.shows("a second");
    terminal.shows("left");
    terminal.press("\x03");
    assert_eq!(terminal.ends(), 130);
    let screen = terminal.text();
    assert!(screen.contains("interrupted after "), "{screen}");
    assert_eq!(bytes(&folder, "all.csv"), b"what was there before\n");
    assert!(!folder.join("all.json").exists());
    let whole: Value = serde_json::from_slice(&bytes(&folder, "all.partial.json")).expect("JSON");
    assert_eq!(whole["partial"], true);
    let runs = whole["runs"].as_u64().expect("a number");
    assert!((1..900_000).contains(&runs));
    let text = String::from_utf8(bytes(&folder, "all.partial.csv")).expect("UTF-8");
    assert!(text.lines().nth(1).is_some_and(|line| line.contains(&format!(",{runs},"))), "{text}");
    let file = fs::File::open(folder.join("all.partial.runs.parquet")).expect("written");
    let reader = SerializedFileReader::new(file).expect("it is Parquet");
    let facts = reader.metadata().file_metadata();
    assert_eq!(facts.num_rows(), runs as i64);
    let partial = facts.key_value_metadata().expect("facts").iter().find(|fact| fact.key == "cosim.partial");
    assert_eq!(partial.and_then(|fact| fact.value.as_deref()), Some("true"));
}

/// What takes no second shows no bar, and no bar goes into a pipe.
#[cfg(unix)]
#[test]
fn nothing_moves_where_nobody_waits() {
    let folder = folder("quick");
    let scenario = folder.join("queue.cosim").to_string_lossy().into_owned();
    let arguments = ["sweep", &scenario, "--runtime", "Asyncio()", "--replications", "2"];
    let mut terminal =
        crate::support::terminal::Terminal::start(100, 30, env!("CARGO_BIN_EXE_cosim"), &arguments);
    assert_eq!(terminal.ends(), 0);
    assert!(!terminal.text().contains("a second"), "{}", terminal.text());
    assert_eq!(cosim(&folder, &arguments).err, "");
}
