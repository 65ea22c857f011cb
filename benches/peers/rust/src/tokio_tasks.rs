//! tokio on one thread with its clock paused: a tick is a millisecond, the smallest time it knows.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Mutex, Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::random::{child, exp_ticks, nap, seed, xs32};
use crate::{Done, Workload};

pub fn run(workload: Workload) -> Option<Done> {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime: Runtime = runtime.expect("a runtime with one thread");
    Some(match workload {
        Workload::Sleepers { n, k } => runtime.block_on(sleepers(n, k)),
        Workload::Queue { n } => runtime.block_on(queue(n)),
        Workload::Ring { p, h } => runtime.block_on(ring(p, h)),
        Workload::Phold { p, m, until } => runtime.block_on(phold(p, m, until)),
        Workload::ForkJoin { r, c } => runtime.block_on(fork_join(r, c)),
        Workload::Mutex { n, k } => runtime.block_on(mutex(n, k)),
    })
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
    Duration::from_millis(n)
}

fn since(start: Instant) -> u64 {
    let passed = start.elapsed();
    passed.as_secs() * 1000 + u64::from(passed.subsec_millis())
}

async fn all(mut tasks: JoinSet<()>) {
    while let Some(ended) = tasks.join_next().await {
        ended.expect("no task fails");
    }
}

async fn sleepers(n: u32, k: u32) -> Done {
    let (start, sum) = (Instant::now(), Arc::new(Shared::default()));
    let mut tasks = JoinSet::new();
    for i in 0..n {
        let sum = sum.clone();
        tasks.spawn(async move {
            let mut x = seed(i);
            for _ in 0..k {
                sleep(ticks(nap(&mut x))).await;
                sum.add(since(start));
            }
        });
    }
    all(tasks).await;
    Done { operations: u64::from(n) * u64::from(k), checksum: vec![sum.get()] }
}

async fn queue(n: u32) -> Done {
    let (server, sum) = (Arc::new(Semaphore::new(1)), Arc::new(Shared::default()));
    let (mut xa, mut xs) = (seed(0), seed(1));
    let mut tasks = JoinSet::new();
    for _ in 0..n {
        sleep(ticks(exp_ticks(&mut xa, 1.0))).await;
        let service = exp_ticks(&mut xs, 1.25);
        let (server, sum) = (server.clone(), sum.clone());
        tasks.spawn(async move {
            let came = Instant::now();
            let _held = server.acquire().await.expect("the server is never closed");
            sleep(ticks(service)).await;
            sum.add(since(came));
        });
        while tasks.try_join_next().is_some() {}
    }
    all(tasks).await;
    Done { operations: u64::from(n), checksum: vec![sum.get()] }
}

async fn ring(p: u32, h: u64) -> Done {
    let (ends, receivers): (Vec<_>, Vec<_>) = (0..p).map(|_| mpsc::unbounded_channel::<u64>()).unzip();
    let (stop, mut stopped) = mpsc::unbounded_channel();
    for (i, mut here) in receivers.into_iter().enumerate() {
        let (next, stop) = (ends[(i + 1) % ends.len()].clone(), stop.clone());
        tokio::spawn(async move {
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
    let mut tasks = JoinSet::new();
    for from in (0..p).flat_map(|i| (0..m).map(move |_| i)) {
        let (streams, sum, count) = (streams.clone(), sum.clone(), count.clone());
        tasks.spawn(async move {
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
        });
    }
    all(tasks).await;
    Done { operations: count.get(), checksum: vec![sum.get(), count.get()] }
}

async fn fork_join(r: u32, c: u32) -> Done {
    let (start, mut sum) = (Instant::now(), 0);
    for round in 0..r {
        let mut tasks = JoinSet::new();
        for i in 0..c {
            tasks.spawn(async move { sleep(ticks(child(round * c + i))).await });
        }
        all(tasks).await;
        sum += since(start);
    }
    Done { operations: u64::from(r) * u64::from(c), checksum: vec![sum] }
}

async fn mutex(n: u32, k: u32) -> Done {
    let (start, lock, sum) = (Instant::now(), Arc::new(Mutex::new(())), Arc::new(Shared::default()));
    let mut tasks = JoinSet::new();
    for i in 0..n {
        let (lock, sum) = (lock.clone(), sum.clone());
        tasks.spawn(async move {
            for _ in 0..k {
                let _held = lock.lock().await;
                sleep(ticks(1)).await;
            }
            sum.add(since(start) * u64::from(i + 1));
        });
    }
    all(tasks).await;
    Done { operations: u64::from(n) * u64::from(k), checksum: vec![sum.get()] }
}
