//! Replications until an interval is narrow enough.

use crate::study::statistics::interval::interval;
use crate::study::statistics::student::student;

/// How narrow an interval is to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Precision {
    /// Half the width, in the unit of the values.
    Absolute(f64),
    /// The part of the mean by which the mean may be wrong: 0.05 for 5 %.
    Relative(f64),
}

/// Whether there are enough replications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    Done,
    /// About so many more, at least one; then ask again.
    More(usize),
}

/// Before so many replications nobody stops: an early estimate of the spread is too often too small.
pub const FEWEST: usize = 10;

/// The sequential procedure (Law, Simulation Modeling and Analysis, 9.4.1): replicate, estimate, and go on
/// until half the width is at most what is asked for.
///
/// A relative precision γ is asked of the true mean, which is known only through the estimate; so half the
/// width has to be at most γ / (1 + γ) of the estimate. What is still to do follows from the spread so far,
/// and is never more than there is already, since that spread is an estimate too.
/// Stopping at a moment that depends on the data costs a little coverage (`docs/statistics.md` says how much).
pub fn enough(values: &[f64], precision: Precision, level: f64) -> Need {
    let n = values.len();
    if n < FEWEST {
        return Need::More(FEWEST - n);
    }
    let now = interval(values, level);
    let allowed = match precision {
        Precision::Absolute(half) => half,
        Precision::Relative(part) => part / (1.0 + part) * libm::fabs(now.mean),
    };
    if now.half <= allowed {
        return Need::Done;
    }
    let error = now.half / student(level, n - 1) * libm::sqrt(n as f64);
    let fits = |n: usize| student(level, n - 1) * error / libm::sqrt(n as f64) <= allowed;
    let (mut short, mut long) = (n, 2 * n);
    while long - short > 1 {
        let middle = short + (long - short) / 2;
        if fits(middle) { long = middle } else { short = middle }
    }
    Need::More(long - n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_at_least() {
        assert_eq!(enough(&[], Precision::Relative(0.5), 0.95), Need::More(10));
        assert_eq!(enough(&[1.0; 9], Precision::Relative(0.5), 0.95), Need::More(1));
        assert_eq!(enough(&[1.0; 10], Precision::Relative(0.01), 0.95), Need::Done);
    }

    #[test]
    fn what_is_still_to_do_follows_from_the_spread() {
        // Mean 10, s = 1.0541; ten give ± 0.754.
        let values = [9.0, 11.0, 9.0, 11.0, 9.0, 11.0, 9.0, 11.0, 9.0, 11.0];
        assert_eq!(enough(&values, Precision::Absolute(0.76), 0.95), Need::Done);
        // 2.1448 · 1.0541 / √15 = 0.584 and 2.1604 · 1.0541 / √14 = 0.609.
        assert_eq!(enough(&values, Precision::Absolute(0.59), 0.95), Need::More(5));
        assert_eq!(
            enough(&values, Precision::Absolute(0.001), 0.95),
            Need::More(10),
            "never more than double"
        );
    }

    #[test]
    fn a_relative_precision_is_that_of_the_true_mean() {
        let values = [9.0, 11.0, 9.0, 11.0, 9.0, 11.0, 9.0, 11.0, 9.0, 11.0];
        assert_eq!(enough(&values, Precision::Relative(0.082), 0.95), Need::Done);
        // 0.754 of 10 is 7.54 % of the estimate, but more than 7.54 % of the least the truth may be.
        assert_ne!(enough(&values, Precision::Relative(0.0754), 0.95), Need::Done);
    }

    #[test]
    fn what_cannot_be_reached_is_no_endless_loop() {
        let zero = [-1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0];
        assert_eq!(enough(&zero, Precision::Relative(0.1), 0.95), Need::More(10), "a mean of nothing");
        assert_eq!(enough(&[f64::NAN; 10], Precision::Absolute(1.0), 0.95), Need::More(10));
        assert_eq!(enough(&zero, Precision::Absolute(f64::NAN), 0.95), Need::More(10));
    }
}
