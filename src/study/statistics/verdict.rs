//! Which of several samples has the smallest mean, as far as the data say.

use crate::study::statistics::interval::{Interval, interval, paired};

/// Who can be told apart from whom.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    pub names: Vec<String>,
    /// Each on its own, at the level of the verdict.
    pub means: Vec<Interval>,
    /// Every two, the first with the smaller mean; by the order of `groups`.
    pub pairs: Vec<Pair>,
    /// From the smallest mean up. Each member of a group is told apart from each member of every other
    /// group; those of one group are not ranked. All are in one group if nothing can be said.
    pub groups: Vec<Vec<usize>>,
    /// With this probability all intervals of `pairs` cover their true differences at once.
    pub level: f64,
}

/// Two of them, and the difference of the second from the first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    pub less: usize,
    pub more: usize,
    /// `more` − `less`, simultaneous with all other pairs: its own level is higher than the verdict's.
    pub difference: Interval,
    /// The interval does not contain 0.
    pub apart: bool,
}

impl Verdict {
    /// The one with the smallest mean, if it can be told apart from every other.
    pub fn smallest(&self) -> Option<usize> {
        alone(self.groups.first()?)
    }

    /// The one with the largest mean, if it can be told apart from every other.
    pub fn largest(&self) -> Option<usize> {
        alone(self.groups.last()?)
    }
}

fn alone(group: &[usize]) -> Option<usize> {
    if let [one] = group { Some(*one) } else { None }
}

/// Compares every two samples by the differences of their replications, pair by pair: the n-th values of all
/// samples are of the same seed.
///
/// The k·(k − 1)/2 intervals have the level 1 − (1 − `level`) / (k·(k − 1)/2) each (Bonferroni), so that all
/// hold together. Holm's step-down (1979) would now and then tell one more pair apart, but has no intervals to
/// show for it.
pub fn verdict(names: &[&str], samples: &[&[f64]], level: f64) -> Verdict {
    let means: Vec<Interval> = samples.iter().map(|sample| interval(sample, level)).collect();
    let mut order: Vec<usize> = (0..samples.len()).collect();
    order.sort_by(|&a, &b| means[a].mean.total_cmp(&means[b].mean));
    let count = samples.len() * samples.len().saturating_sub(1) / 2;
    let each = 1.0 - (1.0 - level) / count.max(1) as f64;
    let mut pairs = Vec::with_capacity(count);
    for (at, &less) in order.iter().enumerate() {
        for &more in &order[at + 1..] {
            let difference = paired(samples[more], samples[less], each);
            pairs.push(Pair { less, more, difference, apart: difference.low() > 0.0 });
        }
    }
    let groups = groups(&order, &pairs);
    Verdict { names: names.iter().map(ToString::to_string).collect(), means, pairs, groups, level }
}

/// Cuts the order wherever all on one side are told apart from all on the other.
fn groups(order: &[usize], pairs: &[Pair]) -> Vec<Vec<usize>> {
    let mut place = vec![0; order.len()];
    order.iter().enumerate().for_each(|(at, &sample)| place[sample] = at);
    // For each place, how far up it reaches those from whom it cannot be told apart.
    let mut reach: Vec<usize> = (0..order.len()).collect();
    for pair in pairs.iter().filter(|pair| !pair.apart) {
        let from = place[pair.less];
        reach[from] = reach[from].max(place[pair.more]);
    }
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut end = 0;
    for (at, &sample) in order.iter().enumerate() {
        match groups.last_mut() {
            Some(group) if at <= end => group.push(sample),
            _ => groups.push(vec![sample]),
        }
        end = end.max(reach[at]);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::random::{Path, Stream};

    /// Replications that share much: seed by seed the same base, a shift, and a little noise.
    fn samples(shifts: &[f64], n: usize) -> Vec<Vec<f64>> {
        let mut base = Stream { seed: 5, path: Path::ROOT, drawn: 0 };
        let base: Vec<f64> = (0..n).map(|_| 100.0 + 30.0 * base.normal()).collect();
        let sample = |(number, shift): (usize, &f64)| {
            let mut own = Stream { seed: 6, path: Path::ROOT.child(number as u32), drawn: 0 };
            base.iter().map(|base| base + shift + own.normal()).collect()
        };
        shifts.iter().enumerate().map(sample).collect()
    }

    fn of(shifts: &[f64], n: usize) -> Verdict {
        let samples = samples(shifts, n);
        let borrowed: Vec<&[f64]> = samples.iter().map(Vec::as_slice).collect();
        verdict(&["a", "b", "c", "d"][..shifts.len()], &borrowed, 0.95)
    }

    #[test]
    fn clear_differences_are_ranked() {
        let verdict = of(&[20.0, 0.0, 10.0], 10);
        assert_eq!(verdict.groups, [[1], [2], [0]]);
        assert_eq!((verdict.smallest(), verdict.largest()), (Some(1), Some(0)));
        assert_eq!(verdict.pairs.len(), 3);
        assert!(verdict.pairs.iter().all(|pair| pair.apart && pair.difference.mean > 0.0));
        assert!(verdict.means[0].contains(verdict.means[1].mean), "only pairs can tell");
    }

    #[test]
    fn what_overlaps_is_not_ranked() {
        let verdict = of(&[0.0, 0.1, 50.0, 50.1], 10);
        let mut groups = verdict.groups.clone();
        groups.iter_mut().for_each(|group| group.sort_unstable());
        assert_eq!(groups, [[0, 1], [2, 3]]);
        assert_eq!((verdict.smallest(), verdict.largest()), (None, None));
    }

    /// The first cannot be told from the second, nor the second from the third: so nobody is ranked, though
    /// the first and the third are apart.
    #[test]
    fn a_chain_is_one_group() {
        let chain = [vec![0.0, 0.2, 0.1, 0.0], vec![0.4, 0.0, 0.5, 0.6], vec![0.9, 1.0, 0.4, 1.1]];
        let borrowed: Vec<&[f64]> = chain.iter().map(Vec::as_slice).collect();
        let verdict = verdict(&["a", "b", "c"], &borrowed, 0.8);
        let apart: Vec<bool> = verdict.pairs.iter().map(|pair| pair.apart).collect();
        assert_eq!(apart, [false, true, false]);
        assert_eq!(verdict.groups, [[0, 1, 2]]);
    }

    #[test]
    fn one_replication_ranks_nobody() {
        let verdict = verdict(&["a", "b"], &[&[1.0], &[500.0]], 0.95);
        assert_eq!(verdict.groups, [[0, 1]]);
        assert_eq!(verdict.smallest(), None);
    }

    #[test]
    fn the_same_numbers_are_not_ranked_and_a_constant_difference_is() {
        let same = verdict(&["a", "b"], &[&[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0]], 0.95);
        assert_eq!(same.groups, [[0, 1]]);
        let always = verdict(&["a", "b"], &[&[2.0, 3.0, 4.0], &[1.0, 2.0, 3.0]], 0.95);
        assert_eq!(always.groups, [[1], [0]]);
    }

    #[test]
    fn nothing_and_no_numbers() {
        assert!(verdict(&[], &[], 0.95).groups.is_empty());
        assert_eq!(verdict(&["a"], &[&[1.0, 2.0]], 0.95).smallest(), Some(0));
        let broken = verdict(&["a", "b"], &[&[f64::NAN, 2.0], &[100.0, 100.0]], 0.95);
        assert_eq!(broken.groups.len(), 1);
    }

    /// Differences of pairs are simultaneous: with four samples each has the level 1 − 0.05 / 6.
    #[test]
    fn pairs_have_a_higher_level_than_the_verdict() {
        let verdict = of(&[0.0, 1.0, 2.0, 3.0], 10);
        assert!(verdict.pairs.iter().all(|pair| (pair.difference.level - (1.0 - 0.05 / 6.0)).abs() < 1e-12));
    }
}
