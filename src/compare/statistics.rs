//! Numbers about numbers: mean, nearest rank.

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
}
