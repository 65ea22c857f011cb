//! No simulator at all: state machines written by hand over a `BinaryHeap`. What is left is the work itself.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use crate::random::{child, exp_ticks, nap, seed, xs32};
use crate::{Done, Workload};

/// Entries in order of time, equal times in order of making.
pub trait Agenda: Default {
    fn add(&mut self, time: u64, what: u32);
    fn next(&mut self) -> Option<(u64, u32)>;
}

#[derive(Default)]
struct Heap {
    entries: BinaryHeap<Reverse<(u64, u64, u32)>>,
    serial: u64,
}

impl Agenda for Heap {
    #[inline]
    fn add(&mut self, time: u64, what: u32) {
        self.serial += 1;
        self.entries.push(Reverse((time, self.serial, what)));
    }

    #[inline]
    fn next(&mut self) -> Option<(u64, u32)> {
        self.entries.pop().map(|Reverse((time, _, what))| (time, what))
    }
}

pub fn run(workload: Workload) -> Option<Done> {
    run_over::<Heap>(workload)
}

pub fn run_over<A: Agenda>(workload: Workload) -> Option<Done> {
    Some(match workload {
        Workload::Sleepers { n, k } => sleepers::<A>(n, k),
        Workload::Queue { n } => queue::<A>(n),
        Workload::Ring { p, h } => ring(p, h),
        Workload::Phold { p, m, until } => phold::<A>(p, m, until),
        Workload::ForkJoin { r, c } => fork_join::<A>(r, c),
        Workload::Mutex { n, k } => mutex::<A>(n, k),
    })
}

fn sleepers<A: Agenda>(n: u32, k: u32) -> Done {
    struct Sleeper {
        x: u32,
        left: u32,
    }
    let mut agenda = A::default();
    let mut all: Vec<Sleeper> = (0..n).map(|i| Sleeper { x: seed(i), left: k }).collect();
    for (i, sleeper) in all.iter_mut().enumerate() {
        agenda.add(nap(&mut sleeper.x), i as u32);
    }
    let (mut sum, mut operations) = (0u64, 0);
    while let Some((now, i)) = agenda.next() {
        operations += 1;
        sum = sum.wrapping_add(now);
        let sleeper = &mut all[i as usize];
        sleeper.left -= 1;
        if sleeper.left > 0 {
            agenda.add(now + nap(&mut sleeper.x), i);
        }
    }
    Done { operations, checksum: vec![sum] }
}

fn queue<A: Agenda>(n: u32) -> Done {
    const ARRIVAL: u32 = 0;
    const DEPARTURE: u32 = 1;
    let mut agenda = A::default();
    let (mut xa, mut xs) = (seed(0), seed(1));
    // Who is first in line is being served: when they came, and how long it takes.
    let mut line: VecDeque<(u64, u64)> = VecDeque::new();
    let (mut sum, mut arrived) = (0, 0);
    agenda.add(exp_ticks(&mut xa, 1.0), ARRIVAL);
    while let Some((now, what)) = agenda.next() {
        if what == ARRIVAL {
            let service = exp_ticks(&mut xs, 1.25);
            line.push_back((now, service));
            if line.len() == 1 {
                agenda.add(now + service, DEPARTURE);
            }
            arrived += 1;
            if arrived < n {
                agenda.add(now + exp_ticks(&mut xa, 1.0), ARRIVAL);
            }
            continue;
        }
        let (came, _) = line.pop_front().expect("somebody was being served");
        sum += now - came;
        if let Some(&(_, service)) = line.front() {
            agenda.add(now + service, DEPARTURE);
        }
    }
    Done { operations: u64::from(n), checksum: vec![sum] }
}

fn ring(p: u32, h: u64) -> Done {
    let mut channels: Vec<VecDeque<u64>> = (0..p).map(|_| VecDeque::new()).collect();
    let mut ready = VecDeque::from([0u32]);
    channels[0].push_back(h);
    let mut stopped = 0;
    while let Some(i) = ready.pop_front() {
        let token = channels[i as usize].pop_front().expect("who is ready has a token");
        if token == 0 {
            stopped = i;
            break;
        }
        let next = if i + 1 == p { 0 } else { i + 1 };
        channels[next as usize].push_back(token - 1);
        ready.push_back(next);
    }
    Done { operations: h, checksum: vec![u64::from(stopped)] }
}

fn phold<A: Agenda>(p: u32, m: u32, until: u64) -> Done {
    let mut agenda = A::default();
    let mut x: Vec<u32> = (0..p).map(seed).collect();
    // Where every message goes next.
    let mut to: Vec<u32> = (0..p).flat_map(|i| (0..m).map(move |_| i)).collect();
    for (message, &from) in to.iter().enumerate() {
        let due = 100_000 + exp_ticks(&mut x[from as usize], 1.0);
        if due <= until {
            agenda.add(due, message as u32);
        }
    }
    let (mut sum, mut count) = (0, 0);
    while let Some((now, message)) = agenda.next() {
        sum += now;
        count += 1;
        let at = to[message as usize] as usize;
        to[message as usize] = xs32(&mut x[at]) % p;
        let due = now + 100_000 + exp_ticks(&mut x[at], 1.0);
        if due <= until {
            agenda.add(due, message);
        }
    }
    Done { operations: count, checksum: vec![sum, count] }
}

fn fork_join<A: Agenda>(r: u32, c: u32) -> Done {
    let mut agenda = A::default();
    let (mut sum, mut now) = (0, 0);
    for round in 0..r {
        for i in 0..c {
            agenda.add(now + child(round * c + i), i);
        }
        let mut running = c;
        while let Some((time, _)) = agenda.next() {
            now = time;
            running -= 1;
            if running == 0 {
                break;
            }
        }
        sum += now;
    }
    Done { operations: u64::from(r) * u64::from(c), checksum: vec![sum] }
}

fn mutex<A: Agenda>(n: u32, k: u32) -> Done {
    let mut agenda = A::default();
    let mut left = vec![k; n as usize];
    let mut waiting: VecDeque<u32> = (1..n).collect();
    let mut sum = 0;
    agenda.add(1, 0);
    while let Some((now, i)) = agenda.next() {
        left[i as usize] -= 1;
        if left[i as usize] == 0 {
            sum += now * u64::from(i + 1);
        } else {
            waiting.push_back(i);
        }
        if let Some(next) = waiting.pop_front() {
            agenda.add(now + 1, next);
        }
    }
    Done { operations: u64::from(n) * u64::from(k), checksum: vec![sum] }
}
