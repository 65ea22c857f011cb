//! Time as columns: how much of it each shows, and the marks along the axis.

use crate::cli::step::window::Window;
use crate::report::lines::width;
use crate::report::unit::{Unit, cell, step};
use crate::time::{Duration, Time, UNITS};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    pub from: Time,
    /// Time of one column.
    pub nanos: u64,
    pub columns: usize,
    /// Nothing is shown behind it.
    pub to: Time,
}

impl Scale {
    /// Round numbers, so that columns show whole minutes where there are minutes.
    pub fn new(window: Window, columns: usize) -> Scale {
        let columns = columns.max(1);
        let least = window.length.0.div_ceil(columns as u64).max(1);
        let unit = Unit::of(&[window.length.0 as f64]).of_axis(window.length.0);
        let nanos = cell(least, unit);
        let from = Time(window.from.0 / nanos * nanos);
        let to = window.to().min(from + Duration(nanos.saturating_mul(columns as u64)));
        Scale { from, nanos, columns, to }
    }

    /// The column of a moment; one behind the last if it is at the very end of what is seen.
    pub fn column(self, time: Time) -> Option<usize> {
        let passed = time.0.checked_sub(self.from.0)?;
        let column = usize::try_from(passed / self.nanos).ok()?;
        (time <= self.to).then_some(column)
    }

    /// Where a column begins.
    pub fn time(self, column: usize) -> Time {
        self.from + Duration(self.nanos.saturating_mul(column as u64))
    }

    /// Columns with what is written there.
    pub fn ticks(self) -> Vec<(usize, String)> {
        let mut gap = 6u64;
        loop {
            let ticks = self.every(gap);
            let room = ticks.windows(2).all(|pair| pair[0].0 + width(&pair[0].1) + 2 <= pair[1].0);
            if room || gap > self.columns as u64 {
                return ticks;
            }
            gap *= 2;
        }
    }

    /// Ticks at least so many columns apart, at round numbers of one unit.
    fn every(self, gap: u64) -> Vec<(usize, String)> {
        let least = self.nanos.saturating_mul(gap);
        let units = UNITS.into_iter().map(|(name, nanos)| (name, nanos as u64));
        let (name, unit) = units.into_iter().find(|(_, nanos)| *nanos <= least).unwrap_or(("ns", 1));
        let tick = step(least.div_ceil(unit)).saturating_mul(unit);
        let mut ticks = Vec::new();
        let mut number = self.from.0.div_ceil(tick);
        while let Some(column) = number.checked_mul(tick).and_then(|time| self.column(Time(time))) {
            let label = number * (tick / unit);
            ticks.push((column, format!("{label}{name}")));
            number += 1;
        }
        ticks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::step::window::Look;
    use crate::time::MINUTE;

    #[test]
    fn columns_are_round() {
        let scale = Scale::new(Window::new(Time(82 * MINUTE as u64)), 60);
        assert_eq!((scale.nanos, scale.column(Time(MINUTE as u64 * 82))), (2 * MINUTE as u64, Some(41)));
        let ticks: Vec<String> = scale.ticks().into_iter().map(|(_, label)| label).collect();
        assert_eq!(ticks, ["0min", "20min", "40min", "60min", "80min"]);
    }

    #[test]
    fn any_window_on_any_screen() {
        for end in [0, 1, 7, 1_000_000, u64::MAX] {
            let mut window = Window::new(Time(end));
            for zoom in 0..70 {
                for columns in [0, 1, 30, 200] {
                    let scale = Scale::new(window, columns);
                    assert!(scale.ticks().len() <= scale.columns + 1, "{end} {zoom} {columns}");
                }
                window.look(Look::Closer, Time(end / 3));
            }
        }
    }
}
