//! Laws of the critical path: it explains every moment of a run.

use cosim::compare::blame::graph::Graph;
use cosim::compare::blame::path::{Parts, Through, path};
use cosim::compare::comparison::{Run, RunEnding};
use cosim::lang::program::{Combinator, Op};
use cosim::sim::trace::State;
use cosim::time::Time;

/// Both paths are as long as the makespan; that over the workers says of every moment who was at work.
pub fn broken(run: &Run) -> Vec<String> {
    let makespan = run.metrics.makespan;
    let graph = Graph::new(&run.trace);
    let path = |through| path(&graph, through, Time(makespan.0));
    let mut broken = Vec::new();
    for through in [Through::Workers, Through::Waits] {
        let steps = path(through);
        let length = Parts::of(&steps).total();
        if length != makespan {
            broken.push(format!("the path through {through:?} is {length} long, the makespan {makespan}"));
        }
        let gap = steps.windows(2).find(|pair| pair[0].to != pair[1].from);
        broken.extend(gap.map(|pair| format!("the path through {through:?} has a gap: {pair:?}")));
        let odd = steps.iter().find(|step| step.unexplained);
        broken.extend(odd.map(|step| format!("nothing explains this step through {through:?}: {step:?}")));
    }
    // A run that was stopped ends in the midst of whatever its tasks do.
    let stopped = matches!(run.ending, RunEnding::Deadlock(_) | RunEnding::Limit(_));
    let deadlines = run.program.code.iter().any(sets_a_deadline);
    let waits = |state| matches!(state, State::Ready | State::Blocked);
    let mut steps = path(Through::Workers);
    if stopped {
        steps.pop();
    }
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
