//! `peers PEER WORKLOAD N… [--repeat R]`: runs one workload as one peer would write it, and prints a line of JSON.

mod best;
mod desque_events;
mod floor;
mod nexosim_models;
mod random;
mod tokio_tasks;
mod usage;

use std::process::ExitCode;

/// A workload with its parameters, as `benches/*.cosim` has them.
#[derive(Debug, Clone, Copy)]
pub enum Workload {
    /// `n` sleepers sleep `k` times each.
    Sleepers { n: u32, k: u32 },
    /// `n` customers at one server.
    Queue { n: u32 },
    /// A token makes `h` hops round `p` places.
    Ring { p: u32, h: u64 },
    /// One message at each of `p` places wanders until the tick `until`.
    Phold { p: u32, m: u32, until: u64 },
    /// `r` times `c` children are started and waited for.
    ForkJoin { r: u32, c: u32 },
    /// `n` users take one lock `k` times each.
    Mutex { n: u32, k: u32 },
}

/// What a workload returns: how many operations there were, and the numbers by which they are checked.
pub struct Done {
    pub operations: u64,
    pub checksum: Vec<u64>,
}

type Peer = fn(Workload) -> Option<Done>;

fn peer(name: &str) -> Option<Peer> {
    Some(match name {
        "floor" => floor::run,
        "best" => best::run,
        "desque" => desque_events::run,
        "nexosim" => nexosim_models::run,
        "tokio" => tokio_tasks::run,
        _ => return None,
    })
}

fn workload(name: &str, numbers: &[u64]) -> Option<Workload> {
    let small = |n: usize| numbers.get(n).and_then(|&n| u32::try_from(n).ok());
    Some(match name {
        "w1" => Workload::Sleepers { n: small(0)?, k: small(1)? },
        "w2" => Workload::Queue { n: small(0)? },
        "w3" => Workload::Ring { p: small(0)?, h: *numbers.get(1)? },
        "w4" => {
            Workload::Phold { p: small(0)?, m: small(1)?, until: numbers.get(2)?.checked_mul(1_000_000)? }
        }
        "w5" => Workload::ForkJoin { r: small(0)?, c: small(1)? },
        "w6" => Workload::Mutex { n: small(0)?, k: small(1)? },
        _ => return None,
    })
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (mut words, mut numbers, mut repeat) = (Vec::new(), Vec::new(), 1);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match (argument.as_str(), argument.parse::<u64>()) {
            ("--repeat", _) => repeat = rest.next().and_then(|n| n.parse().ok()).unwrap_or(1),
            (_, Ok(number)) => numbers.push(number),
            (word, Err(_)) => words.push(word),
        }
    }
    let asked = match words[..] {
        [peer_name, workload_name] => peer(peer_name).zip(workload(workload_name, &numbers)),
        _ => None,
    };
    let Some((peer, workload)) = asked else {
        eprintln!("usage: peers floor|best|desque|nexosim|tokio w1|w2|w3|w4|w5|w6 NUMBER… [--repeat R]");
        return ExitCode::from(2);
    };
    match usage::measure(repeat, || peer(workload)) {
        Some(line) => println!("{line}"),
        None => println!("{{\"missing\": true}}"),
    }
    ExitCode::SUCCESS
}
