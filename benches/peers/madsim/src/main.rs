//! `madsim-peer WORKLOAD N… [--repeat R]`: the workloads as tasks of madsim's deterministic executor.
//!
//! It adds some nanoseconds to the clock whenever a task is polled, so a tick is a second: then the sums come out the
//! same. It runs ready tasks in random order, so W6, whose sum depends on who is first in line, cannot be asked of it.

#[path = "../../rust/src/random.rs"]
mod random;
#[path = "../../rust/src/usage.rs"]
mod usage;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use madsim::runtime::Runtime;
use madsim::task::{JoinHandle, spawn};
use madsim::time::{Instant, sleep};
use tokio::sync::{Semaphore, mpsc};

use crate::random::{child, exp_ticks, nap, seed, xs32};

/// What a workload returns: how many operations there were, and the numbers by which they are checked.
pub struct Done {
    pub operations: u64,
    pub checksum: Vec<u64>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (mut names, mut numbers, mut repeat) = (Vec::new(), Vec::new(), 1);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match (argument.as_str(), argument.parse::<u64>()) {
            ("--repeat", _) => repeat = rest.next().and_then(|n| n.parse().ok()).unwrap_or(1),
            (_, Ok(number)) => numbers.push(number),
            (word, Err(_)) => names.push(word),
        }
    }
    let small = |n: usize| numbers.get(n).copied().unwrap_or(0) as u32;
    let run = || {
        let runtime = Runtime::with_seed_and_config(1, madsim::Config::default());
        Some(match names[..] {
            ["w1"] => runtime.block_on(sleepers(small(0), small(1))),
            ["w2"] => runtime.block_on(queue(small(0))),
            ["w3"] => runtime.block_on(ring(small(0), numbers[1])),
            ["w4"] => runtime.block_on(phold(small(0), small(1), numbers[2] * 1_000_000)),
            ["w5"] => runtime.block_on(fork_join(small(0), small(1))),
            _ => return None,
        })
    };
    match usage::measure(repeat, run) {
        Some(line) => println!("{line}"),
        None => println!("{{\"missing\": true}}"),
    }
    ExitCode::SUCCESS
}

/// A number that the tasks of one thread share: no locked instruction is needed.
#[derive(Default)]
struct Shared(AtomicU64);

impl Shared {
    fn add(&self, n: u64) {
        self.0.store(self.0.load(Relaxed).wrapping_add(n), Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

fn ticks(n: u64) -> Duration {
    Duration::from_secs(n)
}

fn since(start: Instant) -> u64 {
    start.elapsed().as_secs()
}

async fn all(tasks: Vec<JoinHandle<()>>) {
    for task in tasks {
        task.await.expect("no task fails");
    }
}

async fn sleepers(n: u32, k: u32) -> Done {
    let (start, sum) = (Instant::now(), Arc::new(Shared::default()));
    let mut tasks = Vec::new();
    for i in 0..n {
        let sum = sum.clone();
        tasks.push(spawn(async move {
            let mut x = seed(i);
            for _ in 0..k {
                sleep(ticks(nap(&mut x))).await;
                sum.add(since(start));
            }
        }));
    }
    all(tasks).await;
    Done { operations: u64::from(n) * u64::from(k), checksum: vec![sum.get()] }
}

async fn queue(n: u32) -> Done {
    let (server, sum) = (Arc::new(Semaphore::new(1)), Arc::new(Shared::default()));
    let start = Instant::now();
    let (mut xa, mut xs) = (seed(0), seed(1));
    let mut tasks = Vec::new();
    for _ in 0..n {
        sleep(ticks(exp_ticks(&mut xa, 1.0))).await;
        let service = exp_ticks(&mut xs, 1.25);
        let (server, sum) = (server.clone(), sum.clone());
        tasks.push(spawn(async move {
            let came = since(start);
            let _held = server.acquire().await.expect("the server is never closed");
            sleep(ticks(service)).await;
            sum.add(since(start) - came);
        }));
    }
    all(tasks).await;
    Done { operations: u64::from(n), checksum: vec![sum.get()] }
}

async fn ring(p: u32, h: u64) -> Done {
    let (ends, receivers): (Vec<_>, Vec<_>) = (0..p).map(|_| mpsc::unbounded_channel::<u64>()).unzip();
    let (stop, mut stopped) = mpsc::unbounded_channel();
    for (i, mut here) in receivers.into_iter().enumerate() {
        let (next, stop) = (ends[(i + 1) % ends.len()].clone(), stop.clone());
        spawn(async move {
            while let Some(token) = here.recv().await {
                let sent =
                    if token == 0 { stop.send(i as u64).is_ok() } else { next.send(token - 1).is_ok() };
                assert!(sent, "somebody waits at the other end");
            }
        });
    }
    ends[0].send(h).expect("the first station stands");
    let at = stopped.recv().await.expect("the token stops somewhere");
    Done { operations: h, checksum: vec![at] }
}

async fn phold(p: u32, m: u32, until: u64) -> Done {
    let start = Instant::now();
    let streams: Arc<Vec<AtomicU32>> = Arc::new((0..p).map(|i| AtomicU32::new(seed(i))).collect());
    let (sum, count) = (Arc::new(Shared::default()), Arc::new(Shared::default()));
    let mut tasks = Vec::new();
    for from in (0..p).flat_map(|i| (0..m).map(move |_| i)) {
        let (streams, sum, count) = (streams.clone(), sum.clone(), count.clone());
        tasks.push(spawn(async move {
            let (mut at, mut to) = (from, from);
            loop {
                let stream = &streams[at as usize];
                let mut x = stream.load(Relaxed);
                let delay = 100_000 + exp_ticks(&mut x, 1.0);
                stream.store(x, Relaxed);
                if since(start) + delay > until {
                    return;
                }
                sleep(ticks(delay)).await;
                sum.add(since(start));
                count.add(1);
                at = to;
                let stream = &streams[at as usize];
                let mut x = stream.load(Relaxed);
                to = xs32(&mut x) % p;
                stream.store(x, Relaxed);
            }
        }));
    }
    all(tasks).await;
    Done { operations: count.get(), checksum: vec![sum.get(), count.get()] }
}

async fn fork_join(r: u32, c: u32) -> Done {
    let (start, mut sum) = (Instant::now(), 0);
    for round in 0..r {
        let mut tasks = Vec::new();
        for i in 0..c {
            tasks.push(spawn(async move { sleep(ticks(child(round * c + i))).await }));
        }
        all(tasks).await;
        sum += since(start);
    }
    Done { operations: u64::from(r) * u64::from(c), checksum: vec![sum] }
}
