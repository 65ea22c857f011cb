//! From time to pixels: one scale for all runs, with its ticks.

use crate::report::unit::{Unit, step};
use crate::time::Time;

#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// Where time zero is.
    pub left: f64,
    /// Where the longest run ends.
    pub right: f64,
    end: u64,
    unit: Unit,
    flags: Unit,
}

/// Pixels between ticks, at least.
const TICK: f64 = 64.0;

impl Scale {
    pub fn new(left: f64, right: f64, ends: &[Time]) -> Scale {
        let end = ends.iter().map(|end| end.0).max().unwrap_or(0).max(1);
        let lengths: Vec<f64> = ends.iter().map(|end| end.0 as f64).collect();
        let flags = Unit::of(&lengths);
        Scale { left, right, end, unit: flags.of_axis(end), flags }
    }

    pub fn x(&self, time: Time) -> f64 {
        self.left + (self.right - self.left) * (time.0.min(self.end) as f64 / self.end as f64)
    }

    /// Round times, with what they are called.
    pub fn ticks(&self) -> Vec<(f64, String)> {
        let pixel = self.end as f64 / (self.right - self.left).max(1.0);
        let least = (TICK * pixel).ceil() as u64;
        let tick = if least < self.unit.nanos {
            step(least)
        } else {
            step(least.div_ceil(self.unit.nanos)).saturating_mul(self.unit.nanos)
        };
        let mut ticks = Vec::new();
        let mut time = 0u64;
        while time <= self.end {
            let decimals = self.unit.decimals(time as f64);
            let label = format!("{}{}", self.unit.show(time as f64, decimals), self.unit.name);
            ticks.push((self.x(Time(time)), label));
            let Some(next) = time.checked_add(tick.max(1)) else { break };
            time = next;
        }
        ticks
    }

    /// The end of a run, as the table tells it.
    pub fn flag(&self, end: Time) -> String {
        let end = end.0 as f64;
        format!("{}{}", self.flags.show(end, self.flags.decimals(end)), self.flags.name)
    }
}
