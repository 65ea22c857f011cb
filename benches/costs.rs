//! What the workloads cost, counted so that it comes out the same on a busy machine: instructions, by valgrind, and
//! bytes per task. `benches/costs.txt` says what they cost when somebody last looked.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{self, Command, ExitCode, Stdio};
use std::{env, fs, thread};

/// Small sizes of each workload, as `one` takes them. `/dev/null` gets its trace as JSON Lines.
const COUNTED: [&str; 19] = [
    "w1 1000 20",
    "w1 1000 20 --runtime asyncio",
    "w1 1000 20 --trace /dev/null",
    "w1 1000 20 --trace w1.packed",
    "w1 20000 1",
    "w1 20000 1 --runtime asyncio",
    "w2 2000",
    "w2 2000 --runtime asyncio",
    "w3 1000 20000",
    "w3 1000 20000 --runtime asyncio",
    "w3 1000 20000 --trace w3.packed",
    "w4 1000 1 20",
    "w4 1000 1 20 --runtime asyncio",
    "w5 1000 10",
    "w5 1000 10 --runtime asyncio",
    "w6 200 50",
    "w6 200 50 --runtime asyncio",
    "w6 200 50 --trace w6.packed",
    NOTHING,
];

/// What starting the program costs: the rest is the workload's.
const NOTHING: &str = "w1 1 1";

/// Whose memory is measured: a million tasks that sleep.
const SLEEPERS: &str = "w1 1000000 1";

/// The most bytes of memory a sleeping task may take: what `docs/performance.md` promises. What the system gives a
/// program differs by some bytes a task from one start to the next.
const BYTES_PER_TASK: u64 = 232;

/// Dearer by more than this share is a failure, cheaper by more is to be written down.
const TOLERANCE: f64 = 0.05;

/// Counts, and holds the counts against the file; with `--update` writes the file anew.
pub fn costs(words: &[String]) -> ExitCode {
    let update = words.iter().any(|word| word == "--update");
    if let Err(why) = version("valgrind") {
        println!("{why}: what the workloads cost is not checked");
        return ExitCode::SUCCESS;
    }
    let here = version("rustc").unwrap_or_else(|why| why);
    let counts = match count_all() {
        Ok(counts) => counts,
        Err(why) => {
            eprintln!("error: {why}");
            return ExitCode::from(2);
        }
    };
    let too_big = counts.get(SLEEPERS).filter(|&&bytes| bytes > BYTES_PER_TASK);
    if let Some(bytes) = too_big {
        println!("a sleeping task takes {bytes} bytes of memory, and may take {BYTES_PER_TASK}");
    }
    let result = match update {
        true => fs::write(path(), written(&here, &counts)).map(|()| true),
        false => fs::read_to_string(path()).map(|text| compare(&text, &here, &counts)),
    };
    match result {
        Ok(true) if too_big.is_none() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {}: {error}", path().display());
            ExitCode::from(2)
        }
    }
}

fn path() -> PathBuf {
    let package = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    // This file is part of two packages: cosim's own benchmark, and the program beside it.
    let beside = if package.ends_with("benches") { package } else { package.join("benches") };
    beside.join("costs.txt")
}

/// What a program calls itself: a count is good for one version of the compiler.
fn version(program: &str) -> Result<String, String> {
    let output =
        Command::new(program).arg("--version").output().map_err(|_| format!("{program} is not installed"))?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_string();
    Ok(format!("{text} on {}", env::consts::ARCH))
}

/// Two at a time: what else the machine does changes no count.
fn count_all() -> Result<BTreeMap<&'static str, u64>, String> {
    let mut counts = BTreeMap::new();
    let folder = Folder::new()?;
    for pair in COUNTED.chunks(2) {
        let count = |what: &'static str| {
            let folder = folder.0.clone();
            thread::spawn(move || (what, instructions(what, &folder)))
        };
        let both: Vec<_> = pair.iter().map(|&what| count(what)).collect();
        for thread in both {
            let (what, count) = thread.join().expect("counting does not panic");
            counts.insert(what, count?);
        }
    }
    let start = counts.remove(NOTHING).unwrap_or(0);
    counts.values_mut().for_each(|count| *count = count.saturating_sub(start));
    counts.insert(SLEEPERS, bytes()?);
    Ok(counts)
}

/// Where traces go; it goes, too.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Folder, String> {
        let path = env::temp_dir().join(format!("cosim-costs-{}", process::id()));
        fs::create_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is small, and lies where such things are removed.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn instructions(what: &str, folder: &Path) -> Result<u64, String> {
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let tool = ["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"];
    let mut command = Command::new("valgrind");
    command.args(tool).arg(program).arg("one").args(what.split(' ')).current_dir(folder).stdin(Stdio::null());
    let output = command.output().map_err(|error| format!("valgrind: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said.lines().find_map(|line| line.split_once("refs:").filter(|(name, _)| name.contains('I')));
    let digits: String =
        line.map(|(_, n)| n.chars().filter(char::is_ascii_digit).collect()).unwrap_or_default();
    match digits.parse() {
        Ok(count) if output.status.success() => Ok(count),
        _ => Err(format!("valgrind does not count `{what}`:\n{said}")),
    }
}

/// Resident bytes of a task of [`SLEEPERS`].
fn bytes() -> Result<u64, String> {
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new(program).arg("one").args(SLEEPERS.split(' ')).output();
    let text = output.map_err(|error| error.to_string())?.stdout;
    let text = String::from_utf8_lossy(&text);
    let number =
        text.split_once("\"bytes\": ").and_then(|(_, rest)| rest.split(',').next()?.parse::<u64>().ok());
    Ok(number.ok_or("the million sleepers did not say what memory they took")? / 1_000_000)
}

fn written(here: &str, counts: &BTreeMap<&str, u64>) -> String {
    let mut text =
        "# What the workloads cost: instructions counted by valgrind, for the sleepers bytes a task.\n\
                    # `cargo run --release -p cosim-workloads -- costs --update` writes this file.\n"
            .to_string();
    let _ = writeln!(text, "{here}");
    for (what, count) in counts {
        let _ = writeln!(text, "{count:>12}  {what}");
    }
    text
}

/// Says what has become dearer or cheaper; false where something is too dear.
fn compare(text: &str, here: &str, counts: &BTreeMap<&str, u64>) -> bool {
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let there = lines.next().unwrap_or_default();
    if there != here {
        println!("the counts were made with {there}, and this is {here}: not compared");
        return true;
    }
    let known: BTreeMap<&str, u64> = lines.filter_map(entry).collect();
    let (mut fine, mut cheaper) = (true, false);
    for (what, &count) in counts {
        let unit = if *what == SLEEPERS { "bytes a task" } else { "instructions" };
        let Some(&before) = known.get(what) else {
            println!("NEW      {count:>12} {unit:<13} {what}");
            fine = false;
            continue;
        };
        let change = count as f64 / before.max(1) as f64 - 1.0;
        let word = match change {
            change if change > TOLERANCE => "DEARER",
            change if change < -TOLERANCE => "cheaper",
            _ => "",
        };
        println!("{word:<8} {count:>12} {unit:<13} {:>+6.1} %  {what}", change * 100.0);
        fine &= change <= TOLERANCE;
        cheaper |= change < -TOLERANCE;
    }
    if !fine || cheaper {
        println!("if it is to be so: cargo run --release -p cosim-workloads -- costs --update");
    }
    fine
}

fn entry(line: &str) -> Option<(&str, u64)> {
    let (count, what) = line.trim().split_once("  ")?;
    Some((what, count.parse().ok()?))
}
