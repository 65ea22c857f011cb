//! Confidence intervals of independent replications.

use crate::study::statistics::student::student;

/// A mean with a two-sided confidence interval by Student's t.
///
/// It covers the expectation with probability `level` if the values are independent and their mean is nearly
/// normal. Means of many tasks usually are; with few replications of something very skewed the interval
/// covers less.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// NaN of nothing.
    pub mean: f64,
    /// Half the width. Infinite with fewer than two values: one value says nothing about its spread.
    pub half: f64,
    /// How many values there were.
    pub n: usize,
    pub level: f64,
}

impl Interval {
    pub fn low(&self) -> f64 {
        self.mean - self.half
    }

    pub fn high(&self) -> f64 {
        self.mean + self.half
    }

    pub fn contains(&self, value: f64) -> bool {
        self.low() <= value && value <= self.high()
    }

    /// Surely on one side of the value. An interval that is not a number excludes nothing.
    pub fn excludes(&self, value: f64) -> bool {
        value < self.low() || self.high() < value
    }
}

/// The interval of the mean of independent values.
pub fn interval(values: &[f64], level: f64) -> Interval {
    let n = values.len();
    let mean = mean(values);
    let half = if n < 2 { f64::INFINITY } else { student(level, n - 1) * standard_error(values, mean) };
    Interval { mean, half, n, level }
}

/// The interval of the mean difference `a` − `b`, pair by pair.
///
/// Replications under the same seed draw the same random numbers (common random numbers), so what one seed
/// makes dear for both cancels. Values without a partner are left out.
pub fn paired(a: &[f64], b: &[f64], level: f64) -> Interval {
    interval(&differences(a, b), level)
}

/// `a` − `b`, pair by pair, as far as there are pairs.
pub fn differences(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

/// NaN of nothing. Exact for values that are all the same.
fn mean(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let Some(&first) = values.first() else { return f64::NAN };
    first + values.iter().map(|v| v - first).sum::<f64>() / n
}

/// Of the mean: s / √n with the n − 1 of an unbiased variance. For two values or more.
fn standard_error(values: &[f64], mean: f64) -> f64 {
    let n = values.len() as f64;
    let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    libm::sqrt(squares / (n - 1.0) / n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::random::{Path, Stream};

    /// Law, Simulation Modeling and Analysis, example 4.27: ten observations, 90 %, 1.34 ± 0.24.
    #[test]
    fn an_example_of_the_textbook() {
        let values = [1.20, 1.50, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.50, 1.09];
        let of = interval(&values, 0.9);
        assert!((of.mean - 1.343).abs() < 1e-12, "{of:?}");
        assert!((of.half - 0.24).abs() < 0.005, "{of:?}");
        assert_eq!((of.n, of.level), (10, 0.9));
        assert!(of.contains(1.2) && !of.excludes(1.2) && of.excludes(1.0) && of.excludes(1.7));
    }

    /// Of normal samples as many intervals hold the truth as the level says, give or take three standard
    /// errors. With few values each, so that a wrong quantile, or n where n − 1 belongs, shows.
    #[test]
    fn intervals_cover_as_often_as_they_say() {
        for (seed, n) in [2, 3, 5, 20].into_iter().enumerate() {
            let mut stream = Stream { seed: seed as u64, path: Path::ROOT, drawn: 0 };
            let samples: Vec<Vec<f64>> =
                (0..10_000).map(|_| (0..n).map(|_| 7.0 + stream.normal()).collect()).collect();
            for level in [0.8, 0.95, 0.99] {
                let covered = samples.iter().filter(|values| interval(values, level).contains(7.0)).count();
                let share = covered as f64 / 10_000.0;
                let error = libm::sqrt(level * (1.0 - level) / 10_000.0);
                assert!((share - level).abs() < 3.0 * error, "{n} values at {level}: {share}");
            }
        }
    }

    #[test]
    fn one_value_says_nothing_of_its_spread() {
        let of = interval(&[3.0], 0.95);
        assert_eq!((of.mean, of.half), (3.0, f64::INFINITY));
        assert!(!of.excludes(1e300));
        assert!(interval(&[], 0.95).mean.is_nan());
        assert!(!interval(&[f64::NAN, 1.0, 2.0], 0.95).excludes(9.0), "what is no number excludes nothing");
    }

    #[test]
    fn equal_values_have_no_width() {
        let of = interval(&[0.1; 7], 0.95);
        assert_eq!((of.mean, of.half), (0.1, 0.0));
    }

    #[test]
    fn pairs_cancel_what_they_share() {
        let shared = [100.0, 350.0, 20.0, 777.0];
        let a: Vec<f64> = shared.iter().map(|s| s + 3.0).collect();
        let of = paired(&a, &shared, 0.95);
        assert_eq!((of.mean, of.half, of.n), (3.0, 0.0, 4));
        assert!(!interval(&a, 0.95).excludes(300.0), "apart, the same numbers say little");
        assert_eq!(paired(&a, &shared[..2], 0.95).n, 2);
    }
}
