//! What queueing and scheduling theory say must come out, to the tick where they say it exactly.

#![allow(clippy::disallowed_methods, reason = "tests read their cases")]

use std::collections::BTreeMap;

use cosim::compare::comparison::{Metrics, TaskMetrics};
use cosim::exec::execute::execute;
use cosim::lang::load_with;
use cosim::lang::parse::ParseLimits;
use cosim::runtimes::table::{self, RuntimeSpec};
use cosim::scenario::load::load_program;
use cosim::scenario::run::{RunOptions, run};
use cosim::sim::choice::Policy;
use cosim::sim::kernel::Limits;
use cosim::source::Sources;
use cosim::value::Value;

/// The numbers of a program under a runtime.
fn metrics(text: &str, runtime: &str) -> Metrics {
    let mut sources = Sources::default();
    let id = sources.add("oracle", text);
    let loaded = load_program(&mut sources, id, &ParseLimits::default());
    let mut experiment = loaded.unwrap_or_else(|problems| panic!("{text}\n{problems:?}")).experiment;
    experiment.set_runtimes(&mut sources, &[runtime.to_string()]).expect("the runtime is written well");
    run(&experiment, &RunOptions::default(), &mut ()).runs.remove(0).metrics
}

const LOOPS: [&str; 4] = [
    "Coroutines(workers: 1)",
    "Asyncio(version: \"3.11\")",
    "Asyncio(version: \"3.12\")",
    "Asyncio(version: \"3.13\")",
];

// ── to the tick ───────────────────────────────────────────────────────────

/// Customers come after random gaps and are served for random times: first by the loop itself, then
/// one after the other behind a resource.
const SERVED_BY_THE_LOOP: &str = "
task customer(at, service) { await sleep(at); work service }
main {
    let at = 0ns
    for _ in 1..=300 {
        at = at + exponential(1ms)
        spawn customer(at, lognormal(600us, 1.0))
    }
}";
const SERVED_BY_A_RESOURCE: &str = "
resource server(1)
task customer(at, service) { await sleep(at); with server { await io(service) } }
main {
    let at = 0ns
    for _ in 1..=300 {
        at = at + exponential(1ms)
        spawn customer(at, lognormal(600us, 1.0))
    }
}";

/// Kiefer and Wolfowitz: what each of the servers still has to do when a customer comes, least first.
/// With one server this is Lindley's recursion, W′ = max(0, W + S − A).
fn waits(servers: usize, customers: &[(u64, u64)]) -> Vec<u64> {
    let mut free_at = vec![0; servers];
    let mut waits = Vec::new();
    for &(at, service) in customers {
        free_at.sort_unstable();
        let begins = free_at[0].max(at);
        waits.push(begins - at);
        free_at[0] = begins + service;
    }
    waits
}

fn each(metrics: &Metrics, of: impl Fn(&TaskMetrics) -> u64) -> Vec<u64> {
    metrics.tasks.iter().map(of).collect()
}

#[test]
fn first_come_first_served_to_the_tick() {
    for (runtime, servers) in
        LOOPS.map(|runtime| (runtime, 1)).into_iter().chain([("Coroutines(workers: 3)", 3)])
    {
        let text =
            if servers == 1 { SERVED_BY_THE_LOOP.into() } else { SERVED_BY_THE_LOOP.replace("600us", "2ms") };
        let metrics = metrics(&text, runtime);
        let customers: Vec<_> = metrics.tasks.iter().map(|t| (t.sleeping.0, t.running.0)).collect();
        assert_eq!(each(&metrics, |task| task.ready.0), waits(servers, &customers), "{runtime}");
        assert!(metrics.tasks.iter().any(|task| task.ready.0 > 0), "somebody has to wait");
    }
    for runtime in LOOPS.into_iter().chain(["Threads()"]) {
        let metrics = metrics(SERVED_BY_A_RESOURCE, runtime);
        let customers: Vec<_> = metrics.tasks.iter().map(|t| (t.sleeping.0, t.io.0)).collect();
        assert_eq!(each(&metrics, |task| task.blocked.0), waits(1, &customers), "{runtime}");
    }
}

/// N tasks that compute for a, wait for w and compute for b take
/// max(N(a + b), w + a + b + (N − 1)·max(a, b)) on one loop.
///
/// All first parts are in the queue before the first wait is over, so the first parts end at N·a, and the
/// second part of task k can begin at max(N·a, k·a + w). They are served in order of k; the last ends at
/// the maximum over k of max(N·a, k·a + w) + (N − k + 1)·b, which is linear in k: only the first and the
/// last count. So it holds for all a, b, w ≥ 0, provided that all tasks are spawned at once, the queue is
/// first in, first out, and changing tasks is free.
#[test]
fn one_loop_takes_as_long_as_the_formula_says() {
    for runtime in LOOPS {
        for n in [1, 2, 3, 10] {
            for (a, b) in [(0, 3), (3, 0), (2, 5), (5, 2), (4, 4), (0, 0), (1, 17)] {
                for w in [0, 1, 7, 30, 200] {
                    let text = format!(
                        "task t() {{ work {a}ms; await io({w}ms); work {b}ms }}
                         main {{ for _ in 1..={n} {{ spawn t() }} }}"
                    );
                    let expected = (n * (a + b)).max(w + a + b + (n - 1) * a.max(b)) * 1_000_000;
                    let makespan = metrics(&text, runtime).makespan.0;
                    assert_eq!(makespan, expected, "n {n}, a {a}, w {w}, b {b} under {runtime}");
                }
            }
        }
    }
}

/// Periodic jobs on one core under fixed priorities, most urgent first: (time of computing, period) in ms.
const PERIODIC: [&[(u64, u64)]; 5] = [
    &[(1, 4), (2, 6), (3, 13)],
    &[(3, 7), (3, 12), (5, 20)],
    &[(1, 3), (1, 5), (2, 10), (3, 30)],
    &[(26, 70), (62, 200), (60, 300)],
    &[(2, 11), (5, 17), (4, 23), (7, 53), (9, 97)],
];

/// Joseph and Pandya: the least R with R = C + Σ ⌈R / T⌉·C over those that are more urgent.
fn response(jobs: &[(u64, u64)], n: usize) -> u64 {
    let mut response = jobs[n].0;
    loop {
        let more: u64 = jobs[..n].iter().map(|&(c, t)| response.div_ceil(t) * c).sum();
        if jobs[n].0 + more == response {
            return response;
        }
        response = jobs[n].0 + more;
    }
}

#[test]
fn fixed_priorities_respond_as_the_equation_says() {
    for jobs in PERIODIC {
        let expected: Vec<u64> = (0..jobs.len()).map(|n| response(jobs, n)).collect();
        let horizon = *expected.last().expect("there are jobs");
        assert!(
            expected.iter().zip(jobs).all(|(r, (_, t))| r <= t),
            "no job meets its successor: {expected:?}"
        );
        let mut text = String::from("task job(c) { work c }\nmain {\n");
        for now in 0..=horizon {
            for (n, (c, t)) in jobs.iter().enumerate().rev().filter(|(_, (_, t))| now % t == 0) {
                text += &format!("spawn job({c}ms) priority {}  // {t}\n", jobs.len() - n);
            }
            text += "await sleep(1ms)\n";
        }
        let metrics = metrics(&(text + "}"), "Threads(cores: 1, policy: Priority())");
        // The first of each were spawned at once, the least urgent first.
        let first = metrics.tasks[..jobs.len()].iter().rev();
        let came_out: Vec<u64> =
            first.map(|task| task.turnaround().expect("it ended").0 / 1_000_000).collect();
        assert_eq!(came_out, expected, "{jobs:?}");
    }
}

const TREE: &str = "
task tree(depth) {
    work uniform(1ms, 9ms)
    if depth > 0 {
        await gather(tree(depth - 1), tree(depth - 1), tree(max(0, depth - 3)))
    }
    work uniform(0ms, 5ms)
}
main { await tree(6) }";

/// Brent and Graham: no schedule beats work / p and span, and a greedy one takes at most
/// (work − span) / p + span.
#[test]
fn work_and_span_bound_every_greedy_schedule() {
    // `main` computes too and is not among the tasks, hence all that is busy.
    let wide = metrics(TREE, "Coroutines(workers: 1000)");
    assert!(wide.tasks.iter().all(|task| task.ready.0 == 0), "nobody waits where there are workers for all");
    let (work, span) = (wide.busy.0, wide.makespan.0);
    for p in [1, 2, 3, 4, 7, 16] {
        let time = metrics(TREE, &format!("Coroutines(workers: {p})")).makespan.0;
        assert!(time >= span && p * time >= work, "{p} workers are too fast: {time}");
        assert!(p * time <= work + (p - 1) * span, "{p} workers are too slow: {time}");
    }
}

/// The bound a run gives lies below every schedule of the same tasks, whoever is in the way of whom.
#[test]
fn the_bound_of_a_run_is_one() {
    let bounds = [1, 2, 3, 4, 7, 16].map(|p| {
        let metrics = metrics(TREE, &format!("Coroutines(workers: {p})"));
        assert!(metrics.bound() <= metrics.makespan, "{p} workers");
        metrics.bound().0
    });
    assert!(bounds.windows(2).all(|pair| pair[0] >= pair[1]), "{bounds:?}: more workers, less work for each");
    let alone =
        metrics("task t() { work 3s; await io(4s) } main { for _ in 1..=5 { spawn t() } }", "Coroutines()");
    assert_eq!((alone.bound().0, alone.makespan.0), (15_000_000_000, 19_000_000_000));
    let many = metrics("task t() { work 3s; await io(4s) } main { spawn t() }", "Coroutines(workers: 9)");
    assert_eq!(many.bound().0, 7_000_000_000, "the longest task");
}

/// Little: L = λ·W, against the number of tasks counted from event to event. And what is most in use: one clerk
/// works all the time, two machines half of it.
#[test]
fn littles_law_and_the_bottleneck() {
    let metrics = metrics(SERVED_BY_A_RESOURCE, "Coroutines()");
    let mut changes: Vec<(u64, i64)> = Vec::new();
    for task in &metrics.tasks {
        changes.push((task.arrival.0, 1));
        changes.push((task.completion.expect("it ended").0, -1));
    }
    changes.sort_unstable();
    let (mut area, mut there, mut since) = (0u128, 0, 0);
    for (at, change) in changes {
        area += u128::from(at - since) * there as u128;
        (there, since) = (there + change, at);
    }
    let present = metrics.present().expect("it took time");
    assert!((present / (area as f64 / metrics.makespan.0 as f64) - 1.0).abs() < 1e-9);
    let seconds = metrics.makespan.0 as f64 / 1e9;
    let stay: f64 =
        metrics.tasks.iter().map(|task| task.turnaround().expect("it ended").0 as f64 / 1e9).sum();
    assert!((present / (300.0 / seconds * stay / 300.0) - 1.0).abs() < 1e-9);
    assert_eq!(metrics.saturation(), metrics.utilisation_of(&metrics.objects[0]));

    let text = "
        resource clerk(1)
        resource machine(2)
        task t() { with clerk { await io(2s) }; with machine { await io(2s) } }
        main { for _ in 1..=4 { spawn t() } }";
    // The clerk is taken 8 s of 10 s, the machines 8 s of 20 s.
    assert_eq!(self::metrics(text, "Coroutines()").saturation(), Some(0.8));
}

/// Graham 1969: a worker more, and it takes longer.
#[test]
fn one_worker_more_can_make_it_longer() {
    let text = "
        task alone(d) { work d }
        task after_one(h, d) { await h; work d }
        main {
            let first = spawn alone(3s)
            spawn alone(2s)
            spawn alone(2s)
            let fourth = spawn alone(2s)
            for _ in 1..=4 { spawn after_one(fourth, 4s) }
            spawn after_one(first, 9s)
        }";
    let seconds = |runtime| metrics(text, runtime).makespan.0 / 1_000_000_000;
    assert_eq!((seconds("Coroutines(workers: 3)"), seconds("Coroutines(workers: 4)")), (12, 15));
}

// ── with intervals ────────────────────────────────────────────────────────

/// Poisson requests on one CPU, ρ = 0.8: each comes at its time and computes for a second on average.
const REQUESTS: &str = "
param service = 'M'
shared total = 0ns
task request(counts, at, d) {
    await sleep(at)
    work d
    if counts { total = total + (now() - at) }
}
task demand() {
    if service == 'M' { return exponential(1s) }
    if service == 'D' { return 1s }
    // Two exponential phases with balanced means, C² = 4.
    if random() < 0.8872983346 { return exponential(563508us) }
    return exponential(4436492us)
}
main {
    group {
        let at = 0ns
        for k in 1..=5000 {
            at = at + exponential(1.25s)
            let d = await demand()
            spawn request(k > 1000, at, d)
        }
    }
    return total
}";

/// The mean time in the system, in seconds, and its standard error.
///
/// Replications are independent (each has a seed of its own), begin empty, and leave their first 1,000 requests
/// out: at ρ = 0.8 the empty start is forgotten after some 1/(1 − √ρ)² ≈ 90 times of service. The standard
/// error is that of the mean of the replications' means.
fn mean_time(service: &str, runtime: &str, replications: u64) -> (f64, f64) {
    let params = BTreeMap::from([("service".to_string(), Value::text(service))]);
    let program = load_with(REQUESTS, &params).unwrap_or_else(|problems| panic!("{problems:?}"));
    let spec: RuntimeSpec = table::ron().from_str(runtime).expect("the runtime is written well");
    let replication = |seed| {
        let finished = execute(&program, &spec, seed, Policy::First, Limits::default(), None);
        let Some(Ok(Value::Duration(total))) = finished.main else { panic!("{:?}", finished.main) };
        total as f64 / 1e9 / 4000.0
    };
    let means: Vec<f64> = (0..replications).map(replication).collect();
    let n = means.len() as f64;
    let mean = means.iter().sum::<f64>() / n;
    let variance = means.iter().map(|m| (m - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

/// One test for two runtimes. A loop runs each request to its end: first come, first served, where by Pollaczek
/// and Khinchine W = E[S] + ρ·E[S]·(1 + C²) / (2·(1 − ρ)): 5 for M/M/1 (C² = 1), 3 for equal requests (C² = 0), 11
/// at C² = 4. Threads with short slices and free switches share the processor: W = E[S] / (1 − ρ) = 5, whatever C².
///
/// The intervals are four standard errors to each side, which at 16 replications (Student's t, 15 degrees of
/// freedom) hold the truth in 99.9 % of all experiments; the seeds are fixed, so this one always gives the same.
/// A slice of q = 0.05 E[S] is not infinitely short: W goes from 5 at q = 0 to that of the loop where q reaches
/// the longest request, so q times the difference (2 at C² = 0, 6 at C² = 4) is added.
#[test]
fn a_loop_against_time_slices() {
    let slices = "Threads(cores: 1, quantum: \"50ms\")";
    for (runtime, service, expected, bias, widest) in [
        ("Coroutines()", "M", 5.0, 0.0, 0.9),
        ("Asyncio()", "M", 5.0, 0.0, 0.9),
        ("Coroutines()", "D", 3.0, 0.0, 0.3),
        ("Coroutines()", "H", 11.0, 0.0, 4.0),
        (slices, "D", 5.0, 0.1, 0.7),
        (slices, "H", 5.0, 0.3, 1.8),
    ] {
        let (mean, error) = mean_time(service, runtime, 16);
        let half = 4.0 * error + bias;
        println!("{service} under {runtime}: {mean:.3} ± {half:.3}, expected {expected}");
        assert!((mean - expected).abs() < half, "{service} under {runtime}: {mean} ± {half}, not {expected}");
        assert!(half < widest, "{service} under {runtime}: ± {half} says too little");
    }
}
