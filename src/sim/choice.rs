//! Every free decision of a runtime: asked here, answered by a policy, written down.

use crate::sim::random::{Path, Purpose, bits};

/// Who answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Policy {
    /// Always the first possibility.
    First,
    /// By the seed of the run.
    Seeded,
    /// The recorded answers, then always the first; an answer out of range becomes the last possible.
    Replay(Vec<u32>),
}

/// One decision: what was chosen out of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    pub options: u32,
    pub chosen: u32,
}

#[derive(Debug)]
pub struct Chooser {
    policy: Policy,
    seed: u64,
    log: Vec<Choice>,
}

impl Chooser {
    pub fn new(policy: Policy, seed: u64) -> Chooser {
        Chooser { policy, seed, log: Vec::new() }
    }

    /// Chooses one of `options` (at least 1) possibilities. With a single one nothing is asked or logged.
    pub fn pick(&mut self, options: u32) -> u32 {
        if options <= 1 {
            return 0;
        }
        let n = self.log.len();
        let chosen = match &self.policy {
            Policy::First => 0,
            Policy::Seeded => {
                (bits(self.seed, Path::ROOT, Purpose::Choice, n as u32) % u64::from(options)) as u32
            }
            Policy::Replay(answers) => answers.get(n).copied().unwrap_or(0).min(options - 1),
        };
        self.log.push(Choice { options, chosen });
        chosen
    }

    /// All decisions so far, in order: replaying them gives the same run.
    pub fn log(&self) -> &[Choice] {
        &self.log
    }
}
