//! How long tasks waited, all together, by what they waited for.

use std::collections::BTreeMap;

use crate::compare::blame::wait::Wait;
use crate::sim::trace::{CauseKind, State};
use crate::time::Duration;
use crate::value::ObjectId;

/// All waits of one kind for one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    pub state: State,
    pub held: bool,
    /// `None` for a worker, and for `block`.
    pub kind: Option<CauseKind>,
    pub object: Option<ObjectId>,
    pub count: u32,
    pub time: Duration,
    /// The index of the longest of them; the first of several.
    pub longest: usize,
}

/// Most time first.
pub fn totals(waits: &[Wait]) -> Vec<Total> {
    let mut totals: BTreeMap<(State, bool, Option<CauseKind>, Option<ObjectId>), Total> = BTreeMap::new();
    for (at, wait) in waits.iter().enumerate() {
        let (state, held) = (wait.state, wait.held);
        let kind = wait.cause.as_ref().map(|cause| cause.kind);
        let object = wait.cause.as_ref().and_then(|cause| cause.object);
        let total = totals.entry((state, held, kind, object)).or_insert(Total {
            state,
            held,
            kind,
            object,
            count: 0,
            time: Duration::ZERO,
            longest: at,
        });
        total.count += 1;
        total.time += wait.length();
        if wait.length() > waits[total.longest].length() {
            total.longest = at;
        }
    }
    let mut totals: Vec<Total> = totals.into_values().collect();
    totals.sort_by_key(|total| std::cmp::Reverse(total.time));
    totals
}
