//! Operations per second on the six workloads, written in the scenario language (`docs/performance.md`).
//!
//! `cargo bench` prints a table. With `one WORKLOAD N… [--runtime asyncio] [--trace FILE] [--repeat R]` one of them
//! runs alone and prints a line of JSON, as the peers' programs do (`benches/compare`). With `costs` they are counted.
//! Every workload returns a checksum, and a run whose checksum is wrong is no measurement.

#![allow(clippy::disallowed_methods, reason = "what is measured here is this machine")]

mod costs;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Instant;
use std::{env, fs};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::{TimeVal, TimeValLike};

use cosim::cli::trace_file::TraceFile;
use cosim::exec::execute::{Finished, execute};
use cosim::lang::load_with;
use cosim::lang::program::Program;
use cosim::report::trace::Header;
use cosim::runtimes::asyncio::settings::Settings as Asyncio;
use cosim::runtimes::coroutines::settings::Settings as Coroutines;
use cosim::runtimes::table::RuntimeSpec;
use cosim::sim::choice::Policy;
use cosim::sim::kernel::Limits;
use cosim::sim::trace::{Event, Sink};
use cosim::source::Sources;
use cosim::time::MILLISECOND;
use cosim::value::Value;

/// A workload: its name, its text, its parameters, and how many operations it makes with them.
struct Workload {
    id: &'static str,
    text: &'static str,
    params: &'static [&'static str],
    operations: fn(&[i64], &[u64]) -> u64,
}

const WORKLOADS: [Workload; 6] = [
    Workload {
        id: "w1",
        text: include_str!("w1-sleepers.cosim"),
        params: &["n", "k"],
        operations: |given, _| (given[0] * given[1]) as u64,
    },
    Workload {
        id: "w2",
        text: include_str!("w2-mm1.cosim"),
        params: &["n"],
        operations: |given, _| given[0] as u64,
    },
    Workload {
        id: "w3",
        text: include_str!("w3-ring.cosim"),
        params: &["p", "h"],
        operations: |given, _| given[1] as u64,
    },
    Workload {
        id: "w4",
        text: include_str!("w4-phold.cosim"),
        params: &["p", "m", "until"],
        // It counts them itself.
        operations: |_, checksum| checksum.last().copied().unwrap_or(0),
    },
    Workload {
        id: "w5",
        text: include_str!("w5-forkjoin.cosim"),
        params: &["r", "c"],
        operations: |given, _| (given[0] * given[1]) as u64,
    },
    Workload {
        id: "w6",
        text: include_str!("w6-mutex.cosim"),
        params: &["n", "k"],
        operations: |given, _| (given[0] * given[1]) as u64,
    },
];

/// What `cargo bench` runs: workload, parameters, checksum.
const TABLE: [(&str, &[i64], &[u64]); 8] = [
    ("w1", &[1000, 1000], &[16398312332206]),
    ("w1", &[100_000, 10], &[180142780273]),
    ("w1", &[1_000_000, 1], &[32772188152]),
    ("w2", &[100_000], &[413947844544]),
    ("w3", &[1000, 1_000_007], &[7]),
    ("w4", &[1000, 1, 110], &[5499408889813, 99914]),
    ("w5", &[10_000, 10], &[46635255798]),
    ("w6", &[1000, 100], &[49883333500]),
];

/// How often each of them runs; the median counts.
const ROUNDS: usize = 5;

fn main() -> ExitCode {
    // cargo says `--bench`.
    let words: Vec<String> = env::args().skip(1).filter(|word| word != "--bench").collect();
    match words.first().map(String::as_str) {
        Some("costs") => return costs::costs(&words[1..]),
        Some("one") => {}
        only => {
            table(only);
            return ExitCode::SUCCESS;
        }
    }
    let Some(task) = Task::new(&words[1..]) else {
        eprintln!("usage: one w1|…|w6 NUMBER… [--runtime coroutines|asyncio] [--trace FILE] [--repeat R]");
        return ExitCode::from(2);
    };
    println!("{}", task.measure());
    ExitCode::SUCCESS
}

fn table(only: Option<&str>) {
    println!("{:<28}{:>14}{:>14}{:>10}", "operations per second", "Coroutines", "Asyncio", "ratio");
    for (id, params, checksum) in TABLE.iter().filter(|row| only.is_none_or(|only| only == row.0)) {
        let mut figures = [Vec::new(), Vec::new()];
        for _ in 0..ROUNDS {
            for (spec, figures) in [coroutines(), asyncio()].into_iter().zip(&mut figures) {
                let task = Task { workload: find(id), params: params.to_vec(), spec, trace: None, repeat: 1 };
                let (operations, cost) = task.run(&task.program(), Some(checksum));
                figures.push(operations as f64 / cost);
            }
        }
        let [coroutines, asyncio] = figures.map(median);
        let name = params.iter().map(i64::to_string).collect::<Vec<_>>().join(" × ");
        let (million, ratio) = (1e6, asyncio / coroutines);
        println!(
            "{:<28}{:>12.2} M{:>12.2} M{ratio:>10.2}",
            format!("{id} {name}"),
            coroutines / million,
            asyncio / million
        );
    }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn coroutines() -> RuntimeSpec {
    RuntimeSpec::Coroutines(Coroutines::default())
}

fn asyncio() -> RuntimeSpec {
    RuntimeSpec::Asyncio(Asyncio::default())
}

fn find(id: &str) -> &'static Workload {
    WORKLOADS.iter().find(|workload| workload.id == id).expect("the table names workloads that are there")
}

/// One workload under one runtime.
struct Task {
    workload: &'static Workload,
    params: Vec<i64>,
    spec: RuntimeSpec,
    trace: Option<PathBuf>,
    repeat: u32,
}

impl Task {
    fn new(words: &[String]) -> Option<Task> {
        let (id, mut rest) = words.split_first()?;
        let workload = WORKLOADS.iter().find(|workload| workload.id == id)?;
        let mut task = Task { workload, params: Vec::new(), spec: coroutines(), trace: None, repeat: 1 };
        while let Some((word, after)) = rest.split_first() {
            rest = after;
            if let Ok(number) = word.parse() {
                task.params.push(number);
                continue;
            }
            let (value, after) = after.split_first()?;
            rest = after;
            match (word.as_str(), value.as_str()) {
                ("--runtime", "coroutines") => task.spec = coroutines(),
                ("--runtime", "asyncio") => task.spec = asyncio(),
                ("--trace", file) => task.trace = Some(file.into()),
                ("--repeat", number) => task.repeat = number.parse().ok()?,
                _ => return None,
            }
        }
        (task.params.len() == workload.params.len()).then_some(task)
    }

    fn program(&self) -> Program {
        let value = |name: &str, n: i64| match name {
            "until" => Value::Duration(n * MILLISECOND),
            _ => Value::Int(n),
        };
        let named = self.workload.params.iter().zip(&self.params);
        let params = named.map(|(name, &n)| (name.to_string(), value(name, n))).collect();
        load_with(self.workload.text, &params).expect("a workload is a correct program")
    }

    /// Runs it as often as it is to be run and says what that cost.
    fn measure(&self) -> String {
        let program = self.program();
        let (before, resident, start) = (seconds(), status("VmRSS:"), Instant::now());
        let (mut operations, mut checksum, mut events) = (0, Vec::new(), 0);
        for _ in 0..self.repeat {
            let (finished, traced) = self.execute(&program);
            checksum = sum(&finished);
            operations += (self.workload.operations)(&self.params, &checksum);
            events = traced;
        }
        let (wall, after) = (start.elapsed().as_secs_f64(), seconds());
        let bytes = status("VmHWM:").saturating_sub(resident);
        let written = self.trace.as_ref().map_or(0, |path| fs::metadata(path).map_or(0, |file| file.len()));
        let numbers: Vec<String> = checksum.iter().map(u64::to_string).collect();
        format!(
            "{{\"operations\": {operations}, \"user\": {:.6}, \"system\": {:.6}, \"wall\": {wall:.6}, \
             \"bytes\": {bytes}, \"events\": {events}, \"written\": {written}, \"checksum\": \"{}\"}}",
            after.0 - before.0,
            after.1 - before.1,
            numbers.join(", "),
        )
    }

    /// How many operations there were, and the user seconds they took.
    fn run(&self, program: &Program, expected: Option<&[u64]>) -> (u64, f64) {
        let before = seconds();
        let (finished, _) = self.execute(program);
        let cost = seconds().0 - before.0;
        let checksum = sum(&finished);
        assert!(expected.is_none_or(|expected| expected == checksum), "{}: wrong checksum", self.workload.id);
        ((self.workload.operations)(&self.params, &checksum), cost)
    }

    /// Runs it once; how many events were traced.
    fn execute(&self, program: &Program) -> (Finished, u64) {
        let Some(path) = &self.trace else {
            return (execute(program, &self.spec, 0, Policy::First, Limits::default(), None), 0);
        };
        let trace = Rc::new(RefCell::new(Traced { file: begin(path, program, self.workload), events: 0 }));
        let sink: Rc<RefCell<dyn Sink>> = trace.clone();
        let finished = execute(program, &self.spec, 0, Policy::First, Limits::default(), Some(sink));
        let trace = Rc::into_inner(trace).expect("a run that is over has let go of its sink").into_inner();
        trace.file.commit().expect("the trace can be written");
        (finished, trace.events)
    }
}

/// A trace file that counts what goes into it.
struct Traced {
    file: TraceFile,
    events: u64,
}

impl Sink for Traced {
    fn event(&mut self, event: &Event) {
        self.events += 1;
        self.file.event(event);
    }
}

fn begin(path: &Path, program: &Program, workload: &Workload) -> TraceFile {
    let mut sources = Sources::default();
    sources.add(workload.id, workload.text);
    let mut file = TraceFile::create(path).expect("the trace can be written");
    file.begin(Header { title: workload.id, run: workload.id, runtime: "", seed: 0 }, program, &sources);
    file
}

/// The numbers that `main` returned.
fn sum(finished: &Finished) -> Vec<u64> {
    let number = |value: &Value| match value {
        Value::Int(n) | Value::Duration(n) => *n as u64,
        other => panic!("{other} is no checksum"),
    };
    match &finished.main {
        Some(Ok(Value::List(items))) => items.iter().map(number).collect(),
        Some(Ok(value)) => vec![number(value)],
        other => panic!("it did not end as it should: {other:?}"),
    }
}

/// User and system seconds of this process.
fn seconds() -> (f64, f64) {
    let usage = getrusage(UsageWho::RUSAGE_SELF).expect("a process may ask what it used");
    let seconds = |time: TimeVal| time.num_microseconds() as f64 / 1e6;
    (seconds(usage.user_time()), seconds(usage.system_time()))
}

/// A line of `/proc/self/status`, in bytes; 0 where there is none.
fn status(name: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) * 1024
}
