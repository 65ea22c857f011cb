//! Numbers about numbers: mean, nearest rank, confidence.

use crate::compare::student::student;

/// Percentile by nearest rank: the smallest value such that at least `percent` of all are not
/// larger. `values` is sorted; `percent` from 0 to 100. `None` of nothing.
pub fn nearest_rank<T: Copy>(sorted: &[T], percent: u32) -> Option<T> {
    let rank = (sorted.len() * percent as usize).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

/// `None` of nothing.
pub fn mean(values: &[f64]) -> Option<f64> {
    if values.is_empty() { None } else { Some(values.iter().sum::<f64>() / values.len() as f64) }
}

/// The mean of whole numbers, rounded half up; exact where the mean is whole.
pub fn mean_whole(values: &[i64]) -> Option<i64> {
    let n = i128::try_from(values.len()).ok().filter(|&n| n > 0)?;
    let sum: i128 = values.iter().map(|&v| i128::from(v)).sum();
    i64::try_from((2 * sum + n).div_euclid(2 * n)).ok()
}

/// The mean of independent replications and half the width of its 95 % confidence interval
/// (Student's t). `None` for fewer than two.
pub fn confidence(values: &[f64]) -> Option<(f64, f64)> {
    let n = values.len();
    let mean = mean(values)?;
    let freedom = n.checked_sub(1).filter(|&f| f > 0)?;
    let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / freedom as f64;
    Some((mean, student(0.95, freedom) * libm::sqrt(variance / n as f64)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_rank_takes_a_value_that_is_there() {
        let values = [15, 20, 35, 40, 50];
        let expected = [(0, 15), (5, 15), (30, 20), (40, 20), (50, 35), (100, 50)];
        for (percent, value) in expected {
            assert_eq!(nearest_rank(&values, percent), Some(value), "{percent} %");
        }
        assert_eq!(nearest_rank::<u8>(&[], 50), None);
    }

    #[test]
    fn means() {
        assert_eq!(mean_whole(&[1, 2]), Some(2));
        assert_eq!(mean_whole(&[-1, -2]), Some(-1));
        assert_eq!(mean_whole(&[i64::MAX, i64::MAX]), Some(i64::MAX));
        assert_eq!(mean_whole(&[]), None);
        assert_eq!(mean(&[]), None);
    }

    #[test]
    fn confidence_of_four_replications() {
        let (mean, half) = confidence(&[8.0, 10.0, 12.0, 10.0]).expect("four values");
        assert_eq!(mean, 10.0);
        assert!((half - 3.182_446_305_284 * libm::sqrt(8.0 / 3.0 / 4.0)).abs() < 1e-9);
        assert_eq!(confidence(&[1.0]), None);
    }
}
