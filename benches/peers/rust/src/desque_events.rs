//! desque: boxed events over a heap; no processes. Only the sleepers are written for it.

use desque::SimState;
use desque::serial::{OkEvent, Simulation};

use crate::random::{nap, seed};
use crate::{Done, Workload};

pub fn run(workload: Workload) -> Option<Done> {
    match workload {
        Workload::Sleepers { n, k } => Some(sleepers(n, k)),
        _ => None,
    }
}

#[derive(Debug, Default)]
struct State {
    sum: u64,
    operations: u64,
}

impl SimState<u64> for State {}

#[derive(Debug)]
struct Wake {
    x: u32,
    left: u32,
}

impl OkEvent<State, u64> for Wake {
    fn execute(&mut self, simulation: &mut Simulation<State, u64>) {
        let now = *simulation.current_time();
        let state = simulation.state_mut();
        state.sum = state.sum.wrapping_add(now);
        state.operations += 1;
        if self.left > 1 {
            let mut x = self.x;
            let due = now + nap(&mut x);
            let next = Wake { x, left: self.left - 1 };
            simulation.schedule(next, due).expect("it is due later");
        }
    }
}

fn sleepers(n: u32, k: u32) -> Done {
    let mut simulation = Simulation::new(State::default(), 0u64);
    for i in 0..n {
        let mut x = seed(i);
        let due = nap(&mut x);
        simulation.schedule(Wake { x, left: k }, due).expect("it is due later");
    }
    simulation.run().expect("no event fails");
    let state = simulation.state();
    Done { operations: state.operations, checksum: vec![state.sum] }
}
