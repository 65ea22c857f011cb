//! Durations side by side: several values in one unit, and the steps of a ruler.

use crate::time::{Duration, UNITS};

/// Name and length in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    pub name: &'static str,
    pub nanos: u64,
}

const SECOND: Unit = Unit { name: "s", nanos: 1_000_000_000 };
const NANOSECOND: Unit = Unit { name: "ns", nanos: 1 };

/// Largest first.
fn units() -> impl Iterator<Item = Unit> {
    UNITS.into_iter().map(|(name, nanos)| Unit { name, nanos: nanos as u64 })
}

impl Unit {
    /// For a row of numbers: the largest unit of which the smallest of `values` that is not zero has
    /// ten or more, or which shows all of them with one decimal: 37min and 370min, 0.5h and 12h.
    pub fn of(values: &[f64]) -> Unit {
        let positive = || values.iter().copied().filter(|&v| v > 0.0);
        let Some(smallest) = positive().reduce(f64::min) else { return SECOND };
        let exact = |unit: Unit| smallest >= unit.nanos as f64 && positive().all(|v| unit.decimals(v) < 2);
        let fits = |unit: &Unit| smallest >= 10.0 * unit.nanos as f64 || exact(*unit);
        units().find(fits).unwrap_or(NANOSECOND)
    }

    /// For an axis: the largest unit of which it has ten or more.
    pub fn of_axis(length: Duration) -> Unit {
        units().find(|unit| length.0 / unit.nanos >= 10).unwrap_or(NANOSECOND)
    }

    /// With so many decimals and no unit.
    pub fn show(self, d: f64, decimals: usize) -> String {
        format!("{:.decimals$}", d / self.nanos as f64)
    }

    /// How many decimals (at most two) it takes to show this exactly.
    pub fn decimals(self, d: f64) -> usize {
        decimals(d / self.nanos as f64)
    }
}

/// How many decimals (at most two) it takes to show this number exactly.
pub fn decimals(x: f64) -> usize {
    let exact = |scale: f64| (x * scale - (x * scale).round()).abs() < 1e-6;
    if exact(1.0) {
        0
    } else if exact(10.0) {
        1
    } else {
        2
    }
}

/// The smallest of 1, 2, 5, 10, 20, 50, … that is no less than `least`.
pub fn step(least: u64) -> u64 {
    rounded_up(least, &[10, 20, 50])
}

/// How much time one character stands for: a round number no less than `least`.
pub fn cell(least: u64, unit: Unit) -> u64 {
    // Parts of a unit are round if they are round in nanoseconds; several units, if their number is.
    let scale = if least > unit.nanos { unit.nanos } else { 1 };
    let count = least.div_ceil(scale).max(1);
    let round = rounded_up(count, &[10, 12, 15, 20, 25, 30, 40, 50, 60, 80]);
    round.saturating_mul(scale)
}

fn rounded_up(least: u64, tenths: &[u64]) -> u64 {
    let mut power = 1u64;
    loop {
        for &t in tenths {
            let Some(candidate) = power.checked_mul(t) else { return u64::MAX };
            if candidate % 10 == 0 && candidate / 10 >= least {
                return candidate / 10;
            }
        }
        let Some(next) = power.checked_mul(10) else { return u64::MAX };
        power = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{HOUR, MINUTE};

    #[test]
    fn one_unit_for_a_row() {
        let name =
            |minutes: &[f64]| Unit::of(&minutes.iter().map(|m| m * MINUTE as f64).collect::<Vec<_>>()).name;
        assert_eq!(name(&[370.0, 82.0, 37.0, 0.0]), "min");
        assert_eq!(name(&[166.5, 0.0, 9.0]), "min");
        assert_eq!(name(&[720.0, 60.0]), "h");
        assert_eq!(name(&[0.0]), "s");
        assert_eq!(name(&[1.0 / 3.0]), "s");
        assert_eq!(Unit::of(&[9.0]).name, "ns");
        assert_eq!(Unit::of_axis(Duration(HOUR as u64)).name, "min");
    }

    #[test]
    fn steps_are_round() {
        assert_eq!([1, 2, 3, 6, 11, 499].map(step), [1, 2, 5, 10, 20, 500]);
        let min = Unit { name: "min", nanos: MINUTE as u64 };
        assert_eq!(cell(4 * MINUTE as u64 + 1, min), 5 * MINUTE as u64);
        assert_eq!(cell(0, min), 1);
        assert_eq!(cell(u64::MAX, min), u64::MAX);
    }
}
