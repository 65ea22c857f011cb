//! Draws of a quiz: hashes of its seed and of what they are for, the same on every machine.

use crate::sim::random::{Path, Stream};

/// Where the draws of quizzes begin, far from those of programs.
const ROOT: Path = Path(0x7175_697a_0000_0001);

/// Draws for one purpose.
#[derive(Debug)]
pub struct Draws(Stream);

impl Draws {
    pub fn new(seed: u64, purpose: u32) -> Draws {
        Draws(Stream { seed, path: ROOT.child(purpose), drawn: 0 })
    }

    /// Less than `n`, which is at least 1.
    pub fn below(&mut self, n: usize) -> usize {
        self.0.below(n as u64) as usize
    }

    /// In any order, each as likely (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            let other = self.below(at + 1);
            items.swap(at, other);
        }
    }
}
