//! Operations per second on the six workloads, written in the scenario language (`docs/performance.md`).
//!
//! Every workload returns a checksum, and a run whose checksum is wrong is no measurement.

use cosim::exec::execute::{Finished, execute};
use cosim::lang::load_with;
use cosim::lang::program::Program;
use cosim::runtimes::asyncio::settings::Settings as Asyncio;
use cosim::runtimes::coroutines::settings::Settings as Coroutines;
use cosim::runtimes::table::RuntimeSpec;
use cosim::sim::choice::Policy;
use cosim::sim::kernel::Limits;
use cosim::value::Value;
use divan::Bencher;
use divan::counter::ItemsCount;

fn main() {
    divan::main();
}

/// A workload with its parameters, how many operations it counts, and what it must return.
struct Workload {
    name: &'static str,
    text: &'static str,
    params: &'static [(&'static str, i64)],
    operations: u64,
    checksum: &'static str,
}

const WORKLOADS: [Workload; 7] = [
    Workload {
        name: "W1 sleepers 10³ × 10³",
        text: include_str!("w1-sleepers.cosim"),
        params: &[("n", 1000), ("k", 1000)],
        operations: 1_000_000,
        checksum: "16398312332206",
    },
    Workload {
        name: "W1 sleepers 10⁶ × 1",
        text: include_str!("w1-sleepers.cosim"),
        params: &[("n", 1_000_000), ("k", 1)],
        operations: 1_000_000,
        checksum: "32772188152",
    },
    Workload {
        name: "W2 M/M/1 10⁵",
        text: include_str!("w2-mm1.cosim"),
        params: &[("n", 100_000)],
        operations: 100_000,
        checksum: "413947844544",
    },
    Workload {
        name: "W3 ring 10³",
        text: include_str!("w3-ring.cosim"),
        params: &[("p", 1000), ("h", 1_000_007)],
        operations: 1_000_007,
        checksum: "7",
    },
    Workload {
        name: "W4 PHOLD 10³",
        text: include_str!("w4-phold.cosim"),
        params: &[("p", 1000), ("m", 1)],
        operations: 99_914,
        checksum: "5499408889813, 99914",
    },
    Workload {
        name: "W5 fork and join 10⁴ × 10",
        text: include_str!("w5-forkjoin.cosim"),
        params: &[("r", 10_000), ("c", 10)],
        operations: 100_000,
        checksum: "46635255798",
    },
    Workload {
        name: "W6 mutex 10³ × 100",
        text: include_str!("w6-mutex.cosim"),
        params: &[("n", 1000), ("k", 100)],
        operations: 100_000,
        checksum: "49883333500",
    },
];

impl Workload {
    fn program(&self) -> Program {
        let params = self.params.iter().map(|&(name, n)| (name.to_string(), Value::Int(n))).collect();
        load_with(self.text, &params).expect("a workload is a correct program")
    }
}

impl std::fmt::Display for Workload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

#[divan::bench(args = &WORKLOADS, sample_count = 5, sample_size = 1)]
fn coroutines(bencher: Bencher<'_, '_>, workload: &Workload) {
    measure(bencher, workload, RuntimeSpec::Coroutines(Coroutines::default()));
}

#[divan::bench(args = &WORKLOADS, sample_count = 5, sample_size = 1)]
fn asyncio(bencher: Bencher<'_, '_>, workload: &Workload) {
    measure(bencher, workload, RuntimeSpec::Asyncio(Asyncio::default()));
}

fn measure(bencher: Bencher<'_, '_>, workload: &Workload, spec: RuntimeSpec) {
    let program = workload.program();
    check(workload, &run(&program, &spec));
    bencher.counter(ItemsCount::new(workload.operations)).bench_local(|| run(&program, &spec));
}

fn run(program: &Program, spec: &RuntimeSpec) -> Finished {
    execute(program, spec, 0, Policy::First, Limits::default(), None)
}

fn check(workload: &Workload, finished: &Finished) {
    let number = |value: &Value| match value {
        Value::Duration(nanos) => nanos.to_string(),
        other => other.to_string(),
    };
    let sum = match &finished.main {
        Some(Ok(Value::List(items))) => items.iter().map(number).collect::<Vec<_>>().join(", "),
        Some(Ok(value)) => number(value),
        other => format!("{other:?}"),
    };
    assert_eq!(sum, workload.checksum, "{}: wrong checksum", workload.name);
}
