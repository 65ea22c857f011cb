//! A mean with its interval as a reader takes it in: no more digits than are known.

use crate::report::unit::{Unit, decimals};
use crate::study::statistics::Interval;

/// Digits behind the point, at the most.
const MOST: i32 = 9;

/// What the numbers of a metric are shown in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scale {
    Duration(Unit),
    Percent,
    Number,
}

impl Scale {
    /// For these values, side by side.
    pub fn of(duration: bool, share: bool, values: &[f64]) -> Scale {
        match (duration, share) {
            (true, _) => Scale::Duration(Unit::of(values)),
            (false, true) => Scale::Percent,
            (false, false) => Scale::Number,
        }
    }

    /// `ms`; nothing for a number.
    pub fn name(self) -> &'static str {
        match self {
            Scale::Duration(unit) => unit.name,
            Scale::Percent => "%",
            Scale::Number => "",
        }
    }

    fn scaled(self, value: f64) -> f64 {
        match self {
            Scale::Duration(unit) => value / unit.nanos as f64,
            Scale::Percent => value * 100.0,
            Scale::Number => value,
        }
    }

    /// `12.34 ± 0.08`, without the unit; a single replication, or none that has a value, has no interval.
    pub fn show(self, interval: &Interval, plus_minus: &str) -> String {
        if !interval.mean.is_finite() {
            return "-".to_string();
        }
        let (mean, half) = (self.scaled(interval.mean), self.scaled(interval.half));
        if !half.is_finite() {
            return self.plain(interval.mean);
        }
        let places = places(half).unwrap_or_else(|| plain_places(mean));
        format!("{mean:.places$} {plus_minus} {half:.places$}")
    }

    /// One number by itself.
    pub fn plain(self, value: f64) -> String {
        let value = self.scaled(value);
        format!("{value:.0$}", plain_places(value))
    }
}

/// So many that two digits of half the width are seen; `None` if it has no width.
fn places(half: f64) -> Option<usize> {
    (half > 0.0).then(|| (1 - magnitude(half)).clamp(0, MOST) as usize)
}

/// So many that three digits are seen, or all there are.
fn plain_places(value: f64) -> usize {
    if value == 0.0 || decimals(value) == 0 {
        return 0;
    }
    let seen = (2 - magnitude(value.abs())).clamp(0, MOST) as usize;
    seen.max(if decimals(value) < 2 { decimals(value) } else { 0 })
}

/// 0 for 1 to 9, -1 for 0.1 to 0.9.
fn magnitude(value: f64) -> i32 {
    libm::floor(libm::log10(value)) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_digits_than_are_known() {
        let shown =
            |mean: f64, half: f64| Scale::Number.show(&Interval { mean, half, n: 9, level: 0.95 }, "±");
        assert_eq!(shown(12.3456, 0.0789), "12.346 ± 0.079");
        assert_eq!(shown(12345.6, 789.0), "12346 ± 789");
        assert_eq!(shown(12.0, 0.0), "12 ± 0");
        assert_eq!(shown(0.00123, f64::INFINITY), "0.00123");
        assert_eq!(shown(f64::NAN, f64::INFINITY), "-");
        let millis = Scale::of(true, false, &[12_300_000.0]);
        let interval = Interval { mean: 12_345_678.0, half: 40_000.0, n: 9, level: 0.95 };
        assert_eq!((millis.show(&interval, "+-"), millis.name()), ("12.346 +- 0.040".to_string(), "ms"));
        assert_eq!(Scale::of(false, true, &[]).plain(0.25), "25");
    }
}
