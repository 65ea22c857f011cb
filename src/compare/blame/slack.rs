//! Slack: how much later an event could have come without moving the end of the run.

use crate::compare::blame::graph::Graph;
use crate::time::{Duration, Time};

/// For every event, with everything in the order in which it was. Zero on the critical path.
pub fn slack(graph: &Graph<'_>) -> Vec<Duration> {
    let end = graph.trace.last().map_or(Time::ZERO, |event| event.time);
    let mut latest = vec![end; graph.trace.len()];
    for at in (0..graph.trace.len()).rev() {
        for link in graph.links(at) {
            let bound = Time(latest[at].0.saturating_sub(link.lag.0));
            latest[link.from] = latest[link.from].min(bound);
        }
    }
    latest.iter().zip(graph.trace).map(|(latest, event)| latest.since(event.time)).collect()
}
