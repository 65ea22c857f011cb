//! Who had which object, from when to when, and how full channels were.

use std::collections::BTreeMap;

use crate::sim::trace::{Event, Kind};
use crate::time::{Duration, Time};
use crate::value::ObjectId;

/// One task had an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    pub task: u32,
    pub from: Time,
    pub to: Time,
}

impl Hold {
    pub fn length(&self) -> Duration {
        self.to.since(self.from)
    }
}

/// By object, in the order in which they ended. What was not given back was held until `end`.
pub fn holds(trace: &[Event], end: Time) -> BTreeMap<ObjectId, Vec<Hold>> {
    let mut open: BTreeMap<ObjectId, Vec<(u32, Time)>> = BTreeMap::new();
    let mut all: BTreeMap<ObjectId, Vec<Hold>> = BTreeMap::new();
    for event in trace {
        let Some(task) = event.task else { continue };
        match event.kind {
            Kind::Acquire { object } => open.entry(object).or_default().push((task, event.time)),
            Kind::Release { object } => {
                let Some(owners) = open.get_mut(&object) else { continue };
                // Anybody may give back a semaphore: then it is the one who has had it longest.
                let own = owners.iter().rposition(|(owner, _)| *owner == task);
                if !owners.is_empty() {
                    let (task, from) = owners.remove(own.unwrap_or(0));
                    all.entry(object).or_default().push(Hold { task, from, to: event.time });
                }
            }
            _ => {}
        }
    }
    for (object, owners) in open {
        let rest = owners.into_iter().map(|(task, from)| Hold { task, from, to: end });
        all.entry(object).or_default().extend(rest);
    }
    all
}

/// How many items lay in a channel.
#[derive(Debug, Default)]
pub struct Levels {
    /// From this moment on, so many.
    pub levels: Vec<(Time, u64)>,
    pub peak: u64,
    pub peak_at: Time,
}

pub fn levels(trace: &[Event]) -> BTreeMap<ObjectId, Levels> {
    let mut all: BTreeMap<ObjectId, Levels> = BTreeMap::new();
    for event in trace {
        let (object, more) = match event.kind {
            Kind::Send { object } => (object, true),
            Kind::Receive { object } => (object, false),
            _ => continue,
        };
        let levels = all.entry(object).or_default();
        let before = levels.levels.last().map_or(0, |(_, level)| *level);
        let level = if more { before + 1 } else { before.saturating_sub(1) };
        levels.levels.push((event.time, level));
        if level > levels.peak {
            (levels.peak, levels.peak_at) = (level, event.time);
        }
    }
    all
}
