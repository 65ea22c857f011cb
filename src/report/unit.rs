//! Durations side by side: several values in one unit, and the steps of a ruler.

use crate::time::{MINUTE, UNITS};

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
    /// ten or more, 37min and 370min; or at least one, if that shows all of them exactly or no smaller
    /// unit does: 1.25s and 9s, 0.5h and 12h.
    pub fn of(values: &[f64]) -> Unit {
        let positive = || values.iter().copied().filter(|&v| v > 0.0);
        let Some(smallest) = positive().reduce(f64::min) else { return SECOND };
        let exact = |unit: Unit| {
            let decimals = if unit.is_decimal() { 100.0 } else { 10.0 };
            positive().all(|v| is_whole(v / unit.nanos as f64 * decimals))
        };
        let hopeless = |unit: Unit| unit.is_decimal() && !exact(Unit { nanos: unit.nanos / 1000, ..unit });
        let fits = |unit: &Unit| {
            let count = smallest / unit.nanos as f64;
            count >= 10.0 || (count >= 1.0 && (exact(*unit) || hopeless(*unit)))
        };
        units().find(fits).unwrap_or(NANOSECOND)
    }

    /// Are its parts decimal? Those of an hour are not.
    fn is_decimal(self) -> bool {
        (2..MINUTE as u64).contains(&self.nanos)
    }

    /// For an axis of this length: the unit of its runs, or a smaller one where that is an hour
    /// or a minute and there are but a few, whose parts would be hard to read.
    pub fn of_axis(self, length: u64) -> Unit {
        units()
            .find(|unit| unit.nanos <= self.nanos && (unit.is_decimal() || length / unit.nanos >= 10))
            .unwrap_or(NANOSECOND)
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
    if is_whole(x) {
        0
    } else if is_whole(x * 10.0) {
        1
    } else {
        2
    }
}

fn is_whole(x: f64) -> bool {
    (x - x.round()).abs() < 1e-6
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
    use crate::time::HOUR;

    #[test]
    fn one_unit_for_a_row() {
        let name =
            |minutes: &[f64]| Unit::of(&minutes.iter().map(|m| m * MINUTE as f64).collect::<Vec<_>>()).name;
        assert_eq!(name(&[370.0, 82.0, 37.0, 0.0]), "min");
        assert_eq!(name(&[166.5, 0.0, 9.0]), "min");
        assert_eq!(name(&[720.0, 60.0]), "h");
        assert_eq!(name(&[0.0]), "s");
        assert_eq!(name(&[1.0 / 3.0]), "s");
        let nanos = |values: &[f64]| Unit::of(values).name;
        assert_eq!(nanos(&[13e6, 23e6 / 3.0]), "ms");
        assert_eq!(nanos(&[1.25e9, 9e9]), "s");
        assert_eq!(nanos(&[1.2345e9, 9e9]), "ms");
        assert_eq!(nanos(&[305e6, 2150e6]), "ms");
        assert_eq!(Unit::of(&[9.0]).name, "ns");
        let hours = Unit::of(&[HOUR as f64]);
        assert_eq!((hours.name, hours.of_axis(HOUR as u64).name), ("h", "min"));
        assert_eq!(Unit::of(&[2e9]).of_axis(2_000_000_000).name, "s");
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
