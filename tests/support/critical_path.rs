//! Laws of the critical path: it explains every moment of a run.

use cosim::compare::blame::graph::Graph;
use cosim::compare::blame::path::{Parts, Through, path};
use cosim::lang::program::{Combinator, Op, Program};
use cosim::sim::trace::{Event, State};
use cosim::time::Duration;

/// Both paths are as long as the makespan; that over the workers says of every moment who was at work.
pub fn broken(program: &Program, trace: &[Event], makespan: Duration) -> Vec<String> {
    let graph = Graph::new(trace);
    let Some(end) = graph.last_end() else { return Vec::new() };
    let mut broken = Vec::new();
    if graph.time(end).0 != makespan.0 {
        // The run was stopped: the path leads to the last task that ended.
        return broken;
    }
    for through in [Through::Workers, Through::Waits] {
        let steps = path(&graph, through);
        let length = Parts::of(&steps).total();
        if length != makespan {
            broken.push(format!("the path through {through:?} is {length} long, the makespan {makespan}"));
        }
        let gap = steps.windows(2).find(|pair| pair[0].to != pair[1].from);
        broken.extend(gap.map(|pair| format!("the path through {through:?} has a gap: {pair:?}")));
        let odd = steps.iter().find(|step| step.unexplained);
        broken.extend(odd.map(|step| format!("nothing explains this step through {through:?}: {step:?}")));
    }
    let deadlines = program.code.iter().any(sets_a_deadline);
    let waits = |state| matches!(state, State::Ready | State::Blocked);
    let steps = path(&graph, Through::Workers);
    let odd = steps.iter().find(|step| waits(step.state) && !deadlines);
    broken.extend(odd.map(|step| format!("somebody waits on the critical path: {step:?}")));
    broken
}

fn sets_a_deadline(op: &Op) -> bool {
    matches!(
        op,
        Op::TimeoutEnter { .. }
            | Op::Select { .. }
            | Op::Combine { with: Combinator::WaitFor | Combinator::AsCompleted, .. }
    )
}
