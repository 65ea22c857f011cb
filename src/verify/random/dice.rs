//! Draws for random programs: the same on every machine, from (seed, number of the program).

use crate::sim::random::{Path, Purpose, bits};

#[derive(Debug)]
pub struct Dice {
    seed: u64,
    path: Path,
    thrown: u32,
}

impl Dice {
    pub fn new(seed: u64, program: u32) -> Dice {
        Dice { seed, path: Path::ROOT.child(program), thrown: 0 }
    }

    /// From 0 to `n - 1`; 0 if there is nothing to choose from.
    pub fn below(&mut self, n: usize) -> usize {
        let drawn = bits(self.seed, self.path, Purpose::Program, self.thrown);
        self.thrown = self.thrown.wrapping_add(1);
        ((u128::from(drawn) * n as u128) >> 64) as usize
    }

    /// From `least` to `most`, both included.
    pub fn between(&mut self, least: usize, most: usize) -> usize {
        least + self.below(most.saturating_sub(least) + 1)
    }

    /// True in so many cases of a hundred.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of them; `None` if there is none.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }

    /// One of several, the heavier the more often.
    pub fn weighted<T: Copy>(&mut self, from: &[(T, u32)]) -> Option<T> {
        let total: usize = from.iter().map(|(_, weight)| *weight as usize).sum();
        let mut left = self.below(total);
        for (item, weight) in from {
            match left.checked_sub(*weight as usize) {
                Some(rest) => left = rest,
                None => return Some(*item),
            }
        }
        None
    }
}
