//! Timelines: a trace as lanes, one for each worker or one for each task.

use crate::compare::comparison::{Lane, Segment, Timeline};
use crate::compare::follow::{Follower, Names, Watch};
use crate::sim::trace::Event;
use crate::time::Time;

/// A lane for each worker: computing, paying for a switch, held. Gaps are idle.
pub fn workers(trace: &[Event], end: Time) -> Timeline {
    let (names, drawn) = draw(trace, end);
    let lanes = names.workers.iter().zip(0..).map(|((name, role), number)| {
        let segments = drawn.workers.get(number as usize).cloned().unwrap_or_default();
        Lane { name: name.to_string(), number, role: Some(*role), segments }
    });
    Timeline { lanes: lanes.collect(), end }
}

/// A lane for each task, in spawn order, from its birth to its end.
pub fn tasks(trace: &[Event], end: Time) -> Timeline {
    let (names, drawn) = draw(trace, end);
    let lanes = (0..names.tasks.len() as u32).map(|number| {
        let segments = drawn.tasks.get(number as usize).cloned().unwrap_or_default();
        Lane { name: names.task(number), number, role: None, segments }
    });
    Timeline { lanes: lanes.collect(), end }
}

fn draw(trace: &[Event], end: Time) -> (Names, Drawing) {
    let mut names = Names::default();
    let mut drawing = Drawing::default();
    let mut follower = Follower::default();
    for event in trace {
        names.event(event);
        follower.event(event, &mut drawing);
    }
    follower.finish(end, &mut drawing);
    (names, drawing)
}

#[derive(Default)]
struct Drawing {
    tasks: Vec<Vec<Segment>>,
    workers: Vec<Vec<Segment>>,
}

impl Watch for Drawing {
    fn task(&mut self, segment: Segment) {
        let task = segment.task;
        append(&mut self.tasks, task, segment);
    }

    fn worker(&mut self, worker: u32, segment: Segment) {
        append(&mut self.workers, worker, segment);
    }
}

/// Adds a segment to a lane; two of the same kind side by side become one.
fn append(lanes: &mut Vec<Vec<Segment>>, number: u32, segment: Segment) {
    let index = number as usize;
    if index >= lanes.len() {
        lanes.resize_with(index + 1, Vec::new);
    }
    if let Some(last) = lanes[index].last_mut()
        && last.to == segment.from
        && (last.what, last.task, &last.label, &last.cause)
            == (segment.what, segment.task, &segment.label, &segment.cause)
    {
        last.to = segment.to;
        return;
    }
    lanes[index].push(segment);
}
