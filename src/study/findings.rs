//! What a study says of its runs: who comes first at each point, and where that changes.

use crate::study::grid::Measure;
use crate::study::question::Better;
use crate::study::results::Results;
use crate::study::statistics::{Crossing, Verdict, crossings, verdict};

/// The order of the runs at one point by one metric.
#[derive(Debug, Clone)]
pub struct Ranking {
    pub point: usize,
    pub verdict: Verdict,
    /// From the best to the worst; those of one group are not told apart, and stand in their own order.
    pub groups: Vec<Vec<usize>>,
    /// How many replications all of them have.
    pub pairs: usize,
}

impl Ranking {
    /// Who is better than all others.
    pub fn best(&self) -> Option<usize> {
        match self.groups.first().map(Vec::as_slice) {
            Some([one]) if self.groups.len() > 1 => Some(*one),
            Some(_) | None => None,
        }
    }
}

/// Where two runs change places as a parameter grows.
#[derive(Debug, Clone)]
pub struct Change {
    /// A point on the line along which the parameter grows: the other parameters are as they are there.
    pub point: usize,
    pub axis: usize,
    /// Before the crossing `first` has less of the metric, behind it `second`.
    pub first: usize,
    pub second: usize,
    pub crossing: Crossing,
}

/// The order at every point; nothing where there is nobody to compare.
pub fn rankings(results: &Results, metric: usize) -> Vec<Ranking> {
    let study = &results.study;
    if study.runs.len() < 2 {
        return Vec::new();
    }
    let names: Vec<&str> = study.runs.iter().map(|run| run.name.as_str()).collect();
    let rank = |point: usize| {
        let cells: Vec<usize> = (0..study.runs.len()).map(|run| study.cell(point, run)).collect();
        let samples = results.together(&cells, metric);
        let borrowed: Vec<&[f64]> = samples.iter().map(Vec::as_slice).collect();
        let verdict = verdict(&names, &borrowed, study.level);
        let mut groups = verdict.groups.clone();
        groups.iter_mut().for_each(|group| group.sort_unstable());
        if study.metrics[metric].better == Better::More {
            groups.reverse();
        }
        Ranking { point, pairs: samples.first().map_or(0, Vec::len), verdict, groups }
    };
    (0..study.points()).map(rank).collect()
}

/// Every change of places, along every parameter that is a number.
pub fn changes(results: &Results, metric: usize) -> Vec<Change> {
    let study = &results.study;
    let mut changes = Vec::new();
    for (axis, varied) in study.axes.iter().enumerate() {
        if varied.measure() == Measure::Other || varied.values.len() < 2 {
            continue;
        }
        for line in lines(results, axis) {
            for a in 0..study.runs.len() {
                for b in a + 1..study.runs.len() {
                    changes.extend(along(results, metric, axis, &line, [a, b]));
                }
            }
        }
    }
    changes
}

/// The points on each line along an axis: the other parameters stay as they are.
fn lines(results: &Results, axis: usize) -> Vec<Vec<usize>> {
    let study = &results.study;
    let step: usize = study.axes[axis + 1..].iter().map(|axis| axis.values.len()).product();
    let starts = (0..study.points()).filter(|&point| study.places(point)[axis] == 0);
    starts.map(|start| (0..study.axes[axis].values.len()).map(|n| start + n * step).collect()).collect()
}

fn along(results: &Results, metric: usize, axis: usize, line: &[usize], [a, b]: [usize; 2]) -> Vec<Change> {
    let study = &results.study;
    let (mut x, mut of_a, mut of_b) = (Vec::new(), Vec::new(), Vec::new());
    for (point, value) in line.iter().zip(&study.axes[axis].values) {
        let mut both = results.together(&[study.cell(*point, a), study.cell(*point, b)], metric).into_iter();
        if let (Some(number), Some(one), Some(other)) = (value.number, both.next(), both.next()) {
            x.push(number);
            of_a.push(one);
            of_b.push(other);
        }
    }
    let found = crossings(&x, &of_a, &of_b, study.level).into_iter();
    let change = |crossing: Crossing| {
        let (first, second) = if crossing.a_below_first { (a, b) } else { (b, a) };
        Change { point: line[0], axis, first, second, crossing }
    };
    found.map(change).collect()
}
