//! What came of a study: every run, and cell by cell what the runs say together.

use std::collections::BTreeMap;

use crate::study::design::Study;
use crate::study::question::Order;
use crate::study::ran::{End, Ran};
use crate::study::statistics::{Interval, Need, Precision, enough, interval};

/// All runs there are, in the order of cells and replications.
#[derive(Debug, Clone, PartialEq)]
pub struct Results {
    pub study: Study,
    pub runs: Vec<Ran>,
    /// It was ended before all runs were made.
    pub partial: bool,
}

/// One point under one of the runs.
#[derive(Debug, Clone)]
pub struct Cell {
    pub point: usize,
    pub run: usize,
    /// How many runs there are.
    pub replications: usize,
    /// How many ended in which way, and what was said of the first.
    pub ends: BTreeMap<End, (usize, Option<String>)>,
    /// One for each metric.
    pub metrics: Vec<Summary>,
    /// One for each assertion.
    pub checks: Vec<Check>,
    /// In so many runs the warm-up could not be told from the rest.
    pub restless: usize,
}

/// A metric over all replications of a cell.
#[derive(Debug, Clone)]
pub struct Summary {
    pub interval: Interval,
    /// So many runs have no value; why the first of them, where it is not because it did not complete.
    pub missing: usize,
    pub why: Option<String>,
}

/// What became of an assertion in a cell.
#[derive(Debug, Clone)]
pub enum Check {
    Held,
    /// The left side, and the difference from the right side, in the runs that have both.
    Broken {
        left: Interval,
        difference: Interval,
    },
    /// The interval of the difference has zero in it.
    Undecided {
        left: Interval,
        difference: Interval,
    },
    /// It was true in so many runs only.
    NotAlways {
        held: usize,
        of: usize,
    },
    /// So many runs say nothing, and why the first of them.
    Missing {
        runs: usize,
        why: Option<String>,
    },
    /// There are no runs.
    Nothing,
}

impl Results {
    /// Runs that the study does not have are left out.
    pub fn new(study: Study, mut runs: Vec<Ran>, partial: bool) -> Results {
        runs.retain(|ran| ran.cell < study.cells() && ran.values.len() == study.answers());
        runs.sort_by_key(|ran| (ran.cell, ran.replication));
        runs.dedup_by_key(|ran| (ran.cell, ran.replication));
        Results { study, runs, partial }
    }

    /// More runs of the same study.
    pub fn add(&mut self, runs: Vec<Ran>) {
        let all = std::mem::take(&mut self.runs).into_iter().chain(runs).collect();
        self.runs = Results::new(self.study.clone(), all, self.partial).runs;
    }

    /// The runs of a cell, in the order of their replications.
    pub fn of(&self, cell: usize) -> &[Ran] {
        let from = self.runs.partition_point(|ran| ran.cell < cell);
        let to = self.runs.partition_point(|ran| ran.cell <= cell);
        &self.runs[from..to]
    }

    /// Is an answer a duration? Of what programs observe that is known when it has been observed.
    pub fn is_duration(&self, answer: usize) -> bool {
        let known = || self.runs.iter().filter(|ran| ran.values[answer].is_some());
        known().all(|ran| ran.durations >> answer & 1 == 1) && known().next().is_some()
    }

    /// The values of an answer in a cell, as far as runs have them.
    pub fn values(&self, cell: usize, answer: usize) -> Vec<f64> {
        self.of(cell).iter().filter_map(|ran| ran.values[answer]).collect()
    }

    /// In how many of the replications all of these cells have a value, and the values: replication by replication
    /// the same seeds.
    pub fn together(&self, cells: &[usize], answer: usize) -> Vec<Vec<f64>> {
        let maps: Vec<BTreeMap<u32, f64>> =
            cells.iter().map(|&cell| self.by_replication(cell, answer)).collect();
        let Some((first, others)) = maps.split_first() else { return Vec::new() };
        let common: Vec<u32> =
            first.keys().copied().filter(|n| others.iter().all(|map| map.contains_key(n))).collect();
        maps.iter().map(|map| common.iter().map(|n| map[n]).collect()).collect()
    }

    fn by_replication(&self, cell: usize, answer: usize) -> BTreeMap<u32, f64> {
        let pairs = self.of(cell).iter().map(|ran| (ran.replication, ran.values[answer]));
        pairs.filter_map(|(n, value)| Some((n, value?))).collect()
    }

    pub fn cell(&self, cell: usize) -> Cell {
        let runs = self.of(cell);
        let mut ends: BTreeMap<End, (usize, Option<String>)> = BTreeMap::new();
        for ran in runs {
            let why = || if ran.end == End::Completed { None } else { ran.why.clone() };
            ends.entry(ran.end).or_insert_with(|| (0, why())).0 += 1;
        }
        let study = &self.study;
        let metrics = (0..study.metrics.len()).map(|metric| self.summary(cell, metric)).collect();
        let mut checks = Vec::new();
        let mut answer = study.metrics.len();
        for assertion in &study.assertions {
            checks.push(match assertion.order {
                Some(order) => self.compared(cell, answer, order),
                None => self.always(cell, answer),
            });
            answer += if assertion.order.is_some() { 2 } else { 1 };
        }
        Cell {
            point: cell / study.runs.len(),
            run: cell % study.runs.len(),
            replications: runs.len(),
            ends,
            metrics,
            checks,
            restless: runs.iter().filter(|ran| ran.restless).count(),
        }
    }

    fn summary(&self, cell: usize, metric: usize) -> Summary {
        let values = self.values(cell, metric);
        let runs = self.of(cell);
        let silent = runs.iter().find(|ran| ran.values[metric].is_none() && ran.end == End::Completed);
        Summary {
            interval: interval(&values, self.study.level),
            missing: runs.len() - values.len(),
            why: silent.and_then(|ran| ran.why.clone()),
        }
    }

    /// Means are compared: the interval of their difference lies on one side of zero, or it decides nothing. Of a
    /// single replication there is no interval, and its value counts.
    fn compared(&self, cell: usize, answer: usize, order: Order) -> Check {
        if let Some(nothing) = self.missing(cell, answer + 1) {
            return nothing;
        }
        let left = interval(&self.values(cell, answer), self.study.level);
        let mut difference = interval(&self.values(cell, answer + 1), self.study.level);
        if difference.n == 1 {
            difference.half = 0.0;
        }
        match order.holds(&difference) {
            Some(true) => Check::Held,
            Some(false) => Check::Broken { left, difference },
            None => Check::Undecided { left, difference },
        }
    }

    fn always(&self, cell: usize, answer: usize) -> Check {
        if let Some(nothing) = self.missing(cell, answer) {
            return nothing;
        }
        let values = self.values(cell, answer);
        let held = values.iter().filter(|&&value| value != 0.0).count();
        if held == values.len() { Check::Held } else { Check::NotAlways { held, of: values.len() } }
    }

    fn missing(&self, cell: usize, answer: usize) -> Option<Check> {
        let runs = self.of(cell);
        let silent: Vec<&Ran> = runs.iter().filter(|ran| ran.values[answer].is_none()).collect();
        match silent.first() {
            Some(first) => {
                let why = first.why.clone().or_else(|| Some(first.end.word().to_string()));
                Some(Check::Missing { runs: silent.len(), why })
            }
            None if runs.is_empty() => Some(Check::Nothing),
            None => None,
        }
    }

    /// Did everything that was asserted hold?
    pub fn held(&self) -> bool {
        let study = &self.study;
        study.assertions.is_empty()
            || (0..study.cells())
                .all(|cell| self.cell(cell).checks.iter().all(|check| matches!(check, Check::Held)))
    }

    /// The runs that are still to be made before every metric is as precise as it is to be. All cells of a point
    /// have the same number, so that they can be compared.
    pub fn wanted(&self) -> Vec<(usize, u32)> {
        let Some(target) = self.study.precision else { return Vec::new() };
        let mut wanted = Vec::new();
        for point in 0..self.study.points() {
            let made = self.of(self.study.cell(point, 0)).len() as u32;
            let more = self.needed_at(point, target.relative);
            for replication in made..made.saturating_add(more).min(target.most) {
                let cells = (0..self.study.runs.len()).map(|run| self.study.cell(point, run));
                wanted.extend(cells.map(|cell| (cell, replication)));
            }
        }
        wanted
    }

    fn needed_at(&self, point: usize, relative: f64) -> u32 {
        let cells = (0..self.study.runs.len()).map(|run| self.study.cell(point, run));
        let metrics = 0..self.study.metrics.len();
        let each =
            cells.flat_map(|cell| metrics.clone().map(move |metric| self.needed_for(cell, metric, relative)));
        each.max().unwrap_or(0)
    }

    fn needed_for(&self, cell: usize, metric: usize, relative: f64) -> u32 {
        let values = self.values(cell, metric);
        // Where no run has a value, no other will.
        if values.is_empty() && !self.of(cell).is_empty() {
            return 0;
        }
        match enough(&values, Precision::Relative(relative), self.study.level) {
            Need::Done => 0,
            Need::More(more) => u32::try_from(more).unwrap_or(u32::MAX),
        }
    }

    /// Is the metric as precise as it is to be?
    pub fn is_precise(&self, cell: usize, metric: usize) -> bool {
        self.study.precision.is_none_or(|target| self.needed_for(cell, metric, target.relative) == 0)
    }
}

impl Order {
    /// Does the left side minus the right side lie where it is to, as far as its interval says?
    fn holds(self, difference: &Interval) -> Option<bool> {
        let (low, high) = (difference.low(), difference.high());
        let (yes, no) = match self {
            Order::Less => (high < 0.0, low >= 0.0),
            Order::LessEqual => (high <= 0.0, low > 0.0),
            Order::Greater => (low > 0.0, high <= 0.0),
            Order::GreaterEqual => (low >= 0.0, high < 0.0),
        };
        if yes {
            Some(true)
        } else if no {
            Some(false)
        } else {
            None
        }
    }
}
