//! Whether intervals hold what they promise: runs of queues of which theory knows the truth.

#![allow(clippy::disallowed_methods, reason = "tests run on all cores")]

use std::sync::OnceLock;

use cosim::exec::execute::execute;
use cosim::lang::load;
use cosim::lang::parse::ParseLimits;
use cosim::runtimes::table::{self, RuntimeSpec};
use cosim::scenario::experiment::Experiment;
use cosim::scenario::load::load_program;
use cosim::scenario::run::{RunOptions, run};
use cosim::sim::choice::Policy;
use cosim::sim::kernel::Limits;
use cosim::sim::random::{Path, Stream};
use cosim::source::Sources;
use cosim::study::analytic::{Queue, erlang_b, lines, queues};
use cosim::study::statistics::{Need, Precision, enough, interval, mser5, paired, settled, warmup};
use cosim::value::Value;

/// M/M/1: customers come one by one, and are served in their order. `crowd` says who is there when the first
/// comes: as many as there usually are (what is left to do is 0 with probability 1 − ρ, and exponential with
/// mean 1 / (μ − λ) otherwise), nobody, or a hundred.
const QUEUE: &str = "
param crowd = 'usual'
param gap = 1s
param service = 300ms
param customers = 400
shared total = 0ns
metric stay
resource server(1)
task before(d) { with server { await io(d) } }
task customer(d) {
    let came = now()
    with server { await io(d) }
    total = total + (now() - came)
    observe stay, now() - came
}
main {
    group {
        if crowd == 'usual' and random() < service / gap {
            spawn before(exponential(service * (gap / (gap - service))))
        }
        if crowd == 'hundred' { for _ in 1..=100 { spawn before(exponential(service)) } }
        for _ in 1..=customers {
            spawn customer(exponential(service))
            await sleep(exponential(gap))
        }
    }
    return total
}";

/// The mean stay in a steady M/M/1, 1 / (μ − λ), in seconds.
fn steady(service: f64) -> f64 {
    1.0 / (1.0 / service - 1.0)
}

fn with(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(QUEUE.to_string(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    })
}

/// The mean stay of the customers of each replication, in seconds, under the seeds from 0 up.
fn stays(text: &str, customers: f64, replications: u64) -> Vec<f64> {
    let part = |from: u64, to: u64| -> Vec<f64> {
        let program = load(text).unwrap_or_else(|problems| panic!("{problems:?}"));
        let spec: RuntimeSpec = table::ron().from_str("Coroutines()").expect("the runtime is written well");
        let one = |seed| {
            let finished = execute(&program, &spec, seed, Policy::First, Limits::default(), None);
            let Some(Ok(Value::Duration(total))) = finished.main else { panic!("{:?}", finished.main) };
            total as f64 / 1e9 / customers
        };
        (from..to).map(one).collect()
    };
    std::thread::scope(|scope| {
        let half = scope.spawn(|| part(0, replications / 2));
        let rest = part(replications / 2, replications);
        let mut all = half.join().expect("the other half ran");
        all.extend(rest);
        all
    })
}

/// 5,000 replications of 400 customers at ρ = 0.3.
fn base() -> &'static [f64] {
    static BASE: OnceLock<Vec<f64>> = OnceLock::new();
    BASE.get_or_init(|| stays(QUEUE, 400.0, 5000))
}

/// 1,000 experiments of five replications: each interval has a chance of 95 % to hold the truth, so 950 do, give
/// or take 18 (two and a half standard errors). Replications begin in the steady state, so the truth is exactly
/// 1 / (μ − λ) and no bias of an empty start is hidden in the count.
#[test]
fn intervals_cover_the_stay_that_theory_says() {
    let truth = steady(0.3);
    let covered = base().chunks_exact(5).filter(|values| interval(values, 0.95).contains(truth)).count();
    assert!((932..=968).contains(&covered), "{covered} of 1000");
}

/// A faster server under the same seeds. What is drawn is the same, so the differences say more than the samples.
#[test]
fn paired_differences_cover_theirs() {
    let faster = stays(&with(&[("service = 300ms", "service = 280ms")]), 400.0, 2000);
    let truth = steady(0.3) - steady(0.28);
    let both = || base()[..2000].chunks_exact(5).zip(faster.chunks_exact(5));
    let covered = both().filter(|(a, b)| paired(a, b, 0.95).contains(truth)).count();
    assert!((368..=392).contains(&covered), "{covered} of 400");
    let seen = both().filter(|(a, b)| paired(a, b, 0.95).low() > 0.0).count();
    let apart = both().filter(|(a, b)| interval(a, 0.95).low() > interval(b, 0.95).high()).count();
    assert!(seen >= 380 && apart < 40, "{seen} see the difference by pairs, {apart} without");
}

/// Experiments that go on until they know the mean to 4 %. Each takes its replications where the last one stopped.
#[test]
fn stopping_when_it_is_precise_enough_costs_little() {
    let truth = steady(0.3);
    let precision = Precision::Relative(0.04);
    let (mut rest, mut experiments, mut covered, mut precise) = (base(), 0, 0, 0);
    let mut n = 0;
    loop {
        match enough(&rest[..n], precision, 0.95) {
            Need::More(more) if n + more > rest.len() => break,
            Need::More(more) => n += more,
            Need::Done => {
                let of = interval(&rest[..n], 0.95);
                experiments += 1;
                covered += u32::from(of.contains(truth));
                precise += u32::from((of.mean - truth).abs() <= 0.04 * truth);
                (rest, n) = (&rest[n..], 0);
            }
        }
    }
    assert!(experiments > 150, "{experiments}");
    let share = |count: u32| f64::from(count) / f64::from(experiments);
    assert!(share(covered) > 0.91 && share(precise) > 0.91, "{covered}, {precise} of {experiments}");
}

/// The mean stay of the first n customers of an M/M/1 that begins empty, by Spitzer's identity: the n-th one
/// waits Σ E[S⁺ₖ] / k, k from 1 to n − 1, where Sₖ is k services less k gaps. The services still to come when the
/// k-th gap ends are k − j with probability C(k + j − 1, j)·pᵏ·qʲ, p = λ / (λ + μ), each 1 / μ long.
fn from_empty(service: f64, customers: u32) -> f64 {
    let (p, q) = (service / (1.0 + service), 1.0 / (1.0 + service));
    let (mut wait, mut total) = (0.0, 0.0);
    for k in 1..=customers {
        total += wait + service;
        let k = f64::from(k);
        let mut chance = p.powf(k);
        let mut ahead = 0.0;
        let mut j = 0.0;
        while j < k {
            ahead += chance * (k - j) * service;
            chance *= (k + j) / (j + 1.0) * q;
            j += 1.0;
        }
        wait += ahead / k;
    }
    total / f64::from(customers)
}

/// An empty start is no steady state: the interval of many short runs holds the exact mean of short runs, and
/// not 1 / (μ − λ).
#[test]
fn short_runs_cover_the_mean_of_short_runs() {
    let text = with(&[
        ("crowd = 'usual'", "crowd = 'nobody'"),
        ("service = 300ms", "service = 600ms"),
        ("customers = 400", "customers = 30"),
    ]);
    let of = interval(&stays(&text, 30.0, 4000), 0.999);
    let truth = from_empty(0.6, 30);
    assert!(of.contains(truth), "{of:?} and not {truth}");
    assert!(of.high() < steady(0.6) - 0.05, "{of:?}");
}

/// Under an event loop.
fn experiment(text: &str) -> Experiment {
    let mut sources = Sources::default();
    let id = sources.add("queue", text);
    let loaded = load_program(&mut sources, id, &ParseLimits::default()).expect("it is a program");
    let mut experiment = loaded.experiment;
    experiment
        .set_runtimes(&mut sources, &["Coroutines()".to_string()])
        .expect("the runtime is written well");
    experiment
}

/// What was observed in each replication, in seconds, in the order of the customers.
fn observed(text: &str, replications: u64) -> Vec<Vec<f64>> {
    let mut experiment = experiment(text);
    let mut one = |seed| {
        experiment.seed = seed;
        let options = RunOptions { keep_events: 0, ..RunOptions::default() };
        let metrics = run(&experiment, &options, &mut ()).runs.remove(0).metrics;
        metrics.observed[0].values.iter().map(|nanos| nanos / 1e9).collect()
    };
    (0..replications).map(&mut one).collect()
}

/// The first customers find a hundred before them. MSER-5 cuts them off: then, and only then, the interval holds
/// the steady state.
#[test]
fn the_warm_up_is_cut_off() {
    let text = with(&[("crowd = 'usual'", "crowd = 'hundred'"), ("customers = 400", "customers = 2000")]);
    let series = observed(&text, 30);
    let cut = warmup(&series);
    assert!(cut.trusted && (30..150).contains(&cut.observations), "{cut:?}");
    let means = |from: usize| -> Vec<f64> {
        series
            .iter()
            .map(|series| series[from..].iter().sum::<f64>() / (series.len() - from) as f64)
            .collect()
    };
    let (whole, rest) = (interval(&means(0), 0.95), interval(&means(cut.observations), 0.95));
    assert!(whole.low() > steady(0.3) && rest.contains(steady(0.3)), "{whole:?}, {rest:?}");
    assert!(rest.half < 0.02, "{rest:?}");
}

/// 80 experiments of 20 replications that need no cut: cutting all at one place leaves the mean where it was;
/// cutting each by itself does not, and the intervals miss the truth.
#[test]
fn one_cut_for_all_and_not_one_for_each() {
    let series = observed(&with(&[("customers = 400", "customers = 200")]), 1600);
    let mean = |series: &[f64], cut: usize| interval(&series[cut..], 0.95).mean;
    let (mut together, mut apart) = (0, 0);
    for experiment in series.chunks_exact(20) {
        let cut = warmup(experiment).observations;
        let one: Vec<f64> = experiment.iter().map(|series| mean(series, cut)).collect();
        let each: Vec<f64> =
            experiment.iter().map(|series| mean(series, mser5(series).observations)).collect();
        together += u32::from(interval(&one, 0.95).contains(steady(0.3)));
        apart += u32::from(interval(&each, 0.95).contains(steady(0.3)));
    }
    assert!(together >= 70 && apart < 60, "{together} together, {apart} apart");
}

/// Where more work arrives than can be done there is no steady state to be had, and none is claimed.
#[test]
fn an_overloaded_queue_is_not_trusted() {
    let text = with(&[("crowd = 'usual'", "crowd = 'nobody'"), ("service = 300ms", "service = 1500ms")]);
    let series = observed(&text, 20);
    assert!(!warmup(&series).trusted);
    assert!(settled(&series, 0.95).low() > 0.0);
}

/// And where there is one, it is not denied.
#[test]
fn a_steady_queue_has_settled() {
    let series = observed(QUEUE, 20);
    let of = settled(&series, 0.99);
    assert!(of.contains(0.0), "{of:?}");
}

/// What [`cosim::study::analytic`] says of queues it recognises, and what comes out: forty runs of 1,500 customers,
/// of which the first 500 are not counted, and an interval that misses the truth once in a thousand.
#[test]
fn theory_and_simulation_agree() {
    for (servers, service, kind) in [
        (1, "exponential(600ms)", "M/M/1"),
        (3, "exponential(2100ms)", "M/M/3"),
        (1, "700ms", "M/D/1"),
        (1, "uniform(0ms, 1200ms)", "M/G/1"),
        (1, "lognormal(400ms, 0.7)", "M/G/1"),
    ] {
        let text = format!(
            "resource server({servers})
             task customer(d) {{ with server {{ await io(d) }} }}
             main {{ for _ in 1..=1500 {{ spawn customer({service}); await sleep(exponential(1s)) }} }}"
        );
        let mut experiment = experiment(&text);
        let plan = experiment.runs[0].clone();
        let queues = queues(&experiment.file, &plan.program);
        assert_eq!(queues.iter().map(Queue::kind).collect::<Vec<_>>(), [kind]);
        let mut waits = Vec::new();
        for seed in 0..40 {
            experiment.seed = seed;
            let options = RunOptions { keep_events: 0, ..RunOptions::default() };
            let tasks = run(&experiment, &options, &mut ()).runs.remove(0).metrics.tasks;
            let late: Vec<f64> = tasks[500..].iter().map(|task| task.blocked.0 as f64).collect();
            waits.push(interval(&late, 0.999).mean);
        }
        let of = interval(&waits, 0.999);
        let lines = lines(&experiment.file, &plan.program, |_| Some(of));
        assert!(!lines[0].warning, "{}", lines[0].text);
        assert!(of.half < 0.3 * of.mean, "{of:?} says too little");
    }
}

/// The stays of the first customers of an M/M/1 that begins empty, by Lindley's recursion, service 1.
fn lindley(seed: u64, load: f64, customers: usize) -> Vec<f64> {
    let mut stream = Stream { seed, path: Path::ROOT, drawn: 0 };
    let mut wait = 0.0;
    let mut customer = || {
        let stay = wait + stream.exponential();
        wait = f64::max(0.0, stay - stream.exponential() / load);
        stay
    };
    (0..customers).map(|_| customer()).collect()
}

/// How many of 1,000 intervals of ten replications at 95 % hold the mean stay.
fn held(load: f64, customers: usize) -> String {
    let experiment = |n: u64| -> Vec<f64> {
        (0..10).map(|r| interval(&lindley(n * 10 + r, load, customers), 0.95).mean).collect()
    };
    let truth = 1.0 / (1.0 - load);
    let held = (0..1000).filter(|&n| interval(&experiment(n), 0.95).contains(truth)).count();
    format!("{:.1} %", held as f64 / 10.0)
}

/// Is this a row of a table there, or how one begins?
fn stands_in_the_document(row: &str) {
    let document = include_str!("../docs/statistics.md");
    assert!(document.lines().any(|line| line.starts_with(row)), "docs/statistics.md has no {row}");
}

#[test]
fn short_runs_mislead_as_the_document_says() {
    [0.3, 0.9].iter().for_each(|&load| stands_in_the_document(&format!("| {load} | {} |", held(load, 200))));
}

/// All tables of the document: `cargo test --release --test all intervals::tables -- --ignored`.
#[test]
#[ignore = "it takes some minutes"]
fn tables() {
    for load in [0.3, 0.5, 0.8, 0.9] {
        let row = [200, 2000, 10_000].map(|customers| held(load, customers));
        stands_in_the_document(&format!("| {load} | {} |", row.join(" | ")));
    }
    // 400 experiments of 30 replications of 2,000 customers at load 0.8.
    let truth = 1.0 / (1.0 - 0.8);
    let mut found = [(0.0, 0); 3];
    for n in 0..400 {
        let series: Vec<Vec<f64>> = (0..30).map(|r| lindley(n * 30 + r, 0.8, 2000)).collect();
        let one = warmup(&series).observations;
        let apart: Vec<usize> = series.iter().map(|series| mser5(series).observations).collect();
        for (cuts, found) in [vec![0; 30], vec![one; 30], apart].iter().zip(&mut found) {
            let means: Vec<f64> =
                series.iter().zip(cuts).map(|(series, cut)| interval(&series[*cut..], 0.95).mean).collect();
            let of = interval(&means, 0.95);
            found.0 += (of.mean / truth - 1.0) / 400.0;
            found.1 += u32::from(of.contains(truth));
        }
    }
    for (what, (bias, held)) in ["no cut", "one cut for all", "a cut for each"].iter().zip(found) {
        let bias = format!("{:+.1} %", 100.0 * bias).replace('-', "−");
        stands_in_the_document(&format!("| {what} | {bias} | {:.1} % |", f64::from(held) / 4.0));
    }
    // 2,000 experiments that stop at a relative precision, ten replications at least, load 0.5, 2,000 customers.
    for percent in [10, 5, 2] {
        let precision = Precision::Relative(f64::from(percent) / 100.0);
        let (mut held, mut used) = (0, 0);
        for n in 0..2000 {
            let mut means: Vec<f64> = Vec::new();
            while let Need::More(more) = enough(&means, precision, 0.95) {
                for _ in 0..more {
                    let seed = n * 1000 + means.len() as u64;
                    means.push(interval(&lindley(seed, 0.5, 2000), 0.95).mean);
                }
            }
            held += u32::from(interval(&means, 0.95).contains(2.0));
            used += means.len();
        }
        stands_in_the_document(&format!(
            "| {percent} % | {:.1} % | {} |",
            f64::from(held) / 20.0,
            used / 2000
        ));
    }
}

/// The share of the customers who find K before them and leave again (M/M/c/K), from the balance of a birth and
/// death process: n are there with a probability in proportion to Π λ / (min(i, c)·μ), i from 1 to n.
fn lost(servers: u32, room: u32, offered: f64) -> f64 {
    let mut weights = vec![1.0];
    for n in 1..=room {
        weights.push(weights[n as usize - 1] * offered / f64::from(n.min(servers)));
    }
    weights[room as usize] / weights.iter().sum::<f64>()
}

/// Nobody waits for a queue that is full. Where there is no queue at all, Erlang's formula B says the same.
#[test]
fn customers_who_do_not_get_in() {
    assert!((lost(3, 3, 2.0) / erlang_b(3, 2.0) - 1.0).abs() < 1e-12);
    for (servers, room, offered) in [(3, 3, 2.0), (1, 4, 1.5), (2, 5, 1.2)] {
        let text = format!(
            "shared inside = 0
             shared lost = 0
             resource server({servers})
             task customer(d) {{
                 if inside == {room} {{ lost = lost + 1; return }}
                 inside = inside + 1
                 with server {{ await io(d) }}
                 inside = inside - 1
             }}
             main {{
                 group {{
                     for _ in 1..=3000 {{
                         spawn customer(exponential({offered}s))
                         await sleep(exponential(1s))
                     }}
                 }}
                 return 1s * lost
             }}"
        );
        let of = interval(&stays(&text, 3000.0, 20), 0.999);
        assert!(of.contains(lost(servers, room, offered)) && of.half < 0.02, "{of:?}");
    }
}
