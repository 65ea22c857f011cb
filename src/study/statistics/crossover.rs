//! Where one becomes better than the other as a parameter grows.

use crate::study::statistics::interval::{differences, interval};
use crate::study::statistics::student::student;

/// Where the mean difference changes its sign.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crossing {
    /// The value of the parameter.
    pub at: f64,
    /// Between these the difference cannot be told from 0: with the probability asked for the true crossing
    /// lies here, if the true difference is straight between the points of the grid.
    pub low: f64,
    pub high: f64,
    /// The larger of the distances from `at` to `low` and to `high`.
    pub half: f64,
    /// Before it `a` is the smaller one, behind it the larger.
    pub a_below_first: bool,
}

/// The one place where the difference `a` − `b` changes its sign; `None` if there is none, if the data do not
/// show it, or if there are several ([`crossings`] has them all).
pub fn crossover(x: &[f64], a: &[Vec<f64>], b: &[Vec<f64>], level: f64) -> Option<Crossing> {
    let found = crossings(x, a, b, level);
    if let [one] = found[..] { Some(one) } else { None }
}

/// Every place where the difference changes its sign for sure. `a[i]` and `b[i]` are the replications at
/// `x[i]`, the n-th of all under the same seed; `x` may come in any order, each value once.
///
/// There is a crossing between two points where the paired differences exclude 0 on opposite sides, and no
/// point in between excludes it; for all points at once (Bonferroni), or a long grid would find crossings by
/// chance. Its interval turns the test around, as Fieller's theorem does for a ratio: it consists of the
/// values of x at which the interval of the difference contains 0, where the difference between two points
/// of the grid is read, replication by replication, off the straight line between them. So it takes into
/// account that neighbours under the same seeds err together, and needs no replication to cross by itself.
pub fn crossings(x: &[f64], a: &[Vec<f64>], b: &[Vec<f64>], level: f64) -> Vec<Crossing> {
    let mut points: Vec<Point> = x
        .iter()
        .zip(a.iter().zip(b))
        .filter(|(x, _)| x.is_finite())
        .map(|(&x, (a, b))| Point { x, differences: differences(a, b) })
        .collect();
    points.sort_by(|a, b| a.x.total_cmp(&b.x));
    points.dedup_by(|a, b| a.x == b.x);
    let each = 1.0 - (1.0 - level) / points.len().max(1) as f64;
    let signs: Vec<(usize, bool)> =
        points.iter().enumerate().filter_map(|(at, point)| Some((at, point.below(each)?))).collect();
    let changes = signs.windows(2).filter(|pair| pair[0].1 != pair[1].1);
    changes.map(|pair| within(&points[pair[0].0..=pair[1].0], level, pair[0].1)).collect()
}

/// A point of the grid.
struct Point {
    x: f64,
    differences: Vec<f64>,
}

impl Point {
    /// Whether the difference is surely below 0 or surely above; `None` if neither is sure.
    fn below(&self, level: f64) -> Option<bool> {
        let of = interval(&self.differences, level);
        of.excludes(0.0).then_some(of.mean < 0.0)
    }
}

/// The crossing between the first and the last of these points.
fn within(points: &[Point], level: f64, a_below_first: bool) -> Crossing {
    let (mut zeros, mut edges) = (Vec::new(), Vec::new());
    for pair in points.windows(2) {
        let line = Line::new(&pair[0], &pair[1], level);
        let place = |part: f64| pair[0].x + part * (pair[1].x - pair[0].x);
        zeros.extend(line.zero().map(place));
        edges.extend(line.edges().into_iter().map(place));
    }
    let (first, last) = (points[0].x, points[points.len() - 1].x);
    // Points may have different numbers of replications; a line has those that both its ends have. So what
    // is sure at a point may not be sure at the end of a line.
    let (from, to) = hull(&zeros).unwrap_or((first, last));
    let at = from + (to - from) / 2.0;
    let (low, high) = hull(&edges).unwrap_or((first, last));
    let (low, high) = (low.min(at), high.max(at));
    Crossing { at, low, high, half: (at - low).max(high - at), a_below_first }
}

fn hull(values: &[f64]) -> Option<(f64, f64)> {
    let low = values.iter().copied().min_by(f64::total_cmp)?;
    let high = values.iter().copied().max_by(f64::total_cmp)?;
    Some((low, high))
}

/// The difference between two neighbours of the grid, as a function of the part of the way, 0 to 1.
struct Line {
    /// The mean: `start` + `rise`·u.
    start: f64,
    rise: f64,
    /// The squared half width of its interval: `wide`[0] + `wide`[1]·u + `wide`[2]·u².
    wide: [f64; 3],
}

impl Line {
    fn new(from: &Point, to: &Point, level: f64) -> Line {
        let rises = differences(&to.differences, &from.differences);
        let starts = &from.differences[..rises.len()];
        let n = rises.len() as f64;
        let mean = |values: &[f64]| values.iter().sum::<f64>() / n;
        let (start, rise) = (mean(starts), mean(&rises));
        let t = student(level, rises.len().saturating_sub(1));
        let scale = t * t / n / (n - 1.0);
        let product = |a: &[f64], a_mean: f64, b: &[f64], b_mean: f64| {
            scale * a.iter().zip(b).map(|(a, b)| (a - a_mean) * (b - b_mean)).sum::<f64>()
        };
        let wide = [
            product(starts, start, starts, start),
            2.0 * product(starts, start, &rises, rise),
            product(&rises, rise, &rises, rise),
        ];
        Line { start, rise, wide }
    }

    /// Where the mean is 0.
    fn zero(&self) -> Option<f64> {
        let part = -self.start / self.rise;
        (0.0..=1.0).contains(&part).then_some(part)
    }

    /// The ends of the stretches where the interval contains 0: where the squared mean is the squared half
    /// width, and the ends of the line itself if they belong to it.
    fn edges(&self) -> Vec<f64> {
        let square = self.rise * self.rise - self.wide[2];
        let middle = 2.0 * self.start * self.rise - self.wide[1];
        let free = self.start * self.start - self.wide[0];
        let mut edges = roots(square, middle, free);
        if free <= 0.0 {
            edges.push(0.0);
        }
        if square + middle + free <= 0.0 {
            edges.push(1.0);
        }
        edges
    }
}

/// The roots of a·u² + b·u + c from 0 to 1, without subtracting what is nearly equal.
fn roots(a: f64, b: f64, c: f64) -> Vec<f64> {
    let discriminant = b * b - 4.0 * a * c;
    if discriminant.is_nan() || discriminant < 0.0 {
        return Vec::new();
    }
    let q = -0.5 * (b + libm::copysign(libm::sqrt(discriminant), b));
    [q / a, c / q].into_iter().filter(|root| (0.0..=1.0).contains(root)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::random::{Path, Stream};

    const GRID: [f64; 6] = [5.0, 10.0, 15.0, 20.0, 30.0, 50.0];

    /// Replications of a truth: `a` is flat, `b` falls; every seed moves both alike, and each a little.
    fn study(seed: u64, replications: u32, truth: impl Fn(f64) -> f64) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
        let draw = |place: u32, n: u32| {
            let mut stream = Stream { seed, path: Path::ROOT.child(place).child(n), drawn: 0 };
            stream.normal()
        };
        let value = |place: u32, n: u32, mean: f64| mean + 20.0 * draw(0, n) + 2.0 * draw(place, n);
        let at = |place: u32, mean: f64| (0..replications).map(|n| value(place, n, mean)).collect();
        let a = (0..GRID.len() as u32).map(|i| at(10 + i, 100.0)).collect();
        let b = GRID.iter().zip(0..).map(|(&x, i)| at(30 + i, 100.0 - truth(x))).collect();
        (a, b)
    }

    #[test]
    fn without_noise_it_is_the_crossing_of_two_lines() {
        let a: Vec<Vec<f64>> = GRID.iter().map(|_| vec![100.0, 50.0, 70.0]).collect();
        let b: Vec<Vec<f64>> =
            GRID.iter().map(|x| [100.0, 50.0, 70.0].map(|base| base + 18.0 - x).to_vec()).collect();
        let found = crossover(&GRID, &a, &b, 0.95).expect("they cross");
        assert!((found.at - 18.0).abs() < 1e-12 && found.half < 1e-6, "{found:?}");
        assert!(found.a_below_first);
        let turned = crossover(&GRID, &b, &a, 0.95).expect("they cross");
        assert!(!turned.a_below_first);
    }

    #[test]
    fn the_order_of_the_grid_does_not_matter() {
        let (a, b) = study(1, 20, |x| x - 18.0);
        let expected = crossover(&GRID, &a, &b, 0.95);
        let turned = |of: &[Vec<f64>]| of.iter().rev().cloned().collect::<Vec<_>>();
        let x: Vec<f64> = GRID.iter().rev().copied().collect();
        assert!(expected.is_some());
        assert_eq!(crossover(&x, &turned(&a), &turned(&b), 0.95), expected);
    }

    /// 1,000 studies of a known truth: the interval covers the crossing in 95 %, give or take two standard
    /// errors, though no grid point lies on it.
    #[test]
    fn the_interval_covers_the_true_crossing() {
        let mut covered = 0;
        for seed in 0..1000 {
            let (a, b) = study(seed, 8, |x| if x < 20.0 { x - 18.0 } else { 2.0 + 0.5 * (x - 20.0) });
            let found = crossover(&GRID, &a, &b, 0.95).expect("the differences at the ends are plain");
            covered += u32::from((found.low..=found.high).contains(&18.0));
        }
        assert!((936..=964).contains(&covered), "{covered}");
    }

    /// Where there is none, one is found in at most one study of twenty, however long the grid.
    #[test]
    fn noise_does_not_cross() {
        let found = (0..1000).filter(|&seed| {
            let (a, b) = study(seed, 8, |_| 0.0);
            !crossings(&GRID, &a, &b, 0.95).is_empty()
        });
        let found = found.count();
        assert!(found <= 10, "{found}");
        let (a, b) = study(3, 8, |x| x);
        assert_eq!(crossover(&GRID, &a, &b, 0.95), None, "one is better everywhere");
    }

    #[test]
    fn two_crossings_are_two() {
        let (a, b) = study(4, 20, |x| (x - 12.0) * (35.0 - x) / 5.0);
        let found = crossings(&GRID, &a, &b, 0.95);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!((found[0].at - 12.0).abs() < 1.5 && (found[1].at - 35.0).abs() < 6.0, "{found:?}");
        assert!(!found[0].a_below_first || !found[1].a_below_first);
        assert_eq!(crossover(&GRID, &a, &b, 0.95), None);
    }

    #[test]
    fn points_may_have_different_numbers_of_replications() {
        let (mut a, mut b) = study(5, 40, |x| x - 18.0);
        a[2].truncate(9);
        b[3].truncate(7);
        let found = crossover(&GRID, &a, &b, 0.95).expect("they cross");
        assert!(
            found.low <= found.at && found.at <= found.high && (found.at - 18.0).abs() < 4.0,
            "{found:?}"
        );
    }

    #[test]
    fn nothing_to_say() {
        assert_eq!(crossover(&[], &[], &[], 0.95), None);
        let one = vec![vec![1.0]; 6];
        assert_eq!(crossover(&GRID, &one, &vec![vec![9.0]; 6], 0.95), None, "one replication");
        let broken = vec![vec![f64::NAN; 5]; 6];
        assert_eq!(crossover(&GRID, &broken, &broken, 0.95), None);
        assert_eq!(crossover(&[f64::NAN; 6], &one, &one, 0.95), None);
    }
}
