//! Makes a random program that differs as small as it gets, by asking the real thing again and again.

use std::time::{Duration, Instant};

use crate::cli::interrupt::asked;
use crate::cli::verify::batch::Setup;
use crate::cli::verify::outcome::{Differing, Outcome, outcomes};
use crate::verify::prepare::Script;
use crate::verify::random::shrink::smaller;
use crate::verify::random::tree::Tree;
use crate::verify::targets::Subject;

/// Nobody waits longer than this for a smaller program.
const PATIENCE: Duration = Duration::from_secs(120);
/// Versions that are tried together.
const TOGETHER: usize = 24;

/// The smallest version found that still differs, in whatever way.
pub fn shrink(
    subject: &Subject,
    tree: Tree,
    differing: Differing,
    seed: u64,
    setup: &Setup,
) -> (Tree, Differing) {
    let began = Instant::now();
    let mut best = (tree, differing);
    loop {
        let versions = smaller(&best.0);
        let mut valid = versions.into_iter().filter_map(|tree| {
            let text = tree.print();
            let script = Script::read("smaller", &text, seed).ok()?;
            (text.len() < best.0.print().len()).then_some((tree, script))
        });
        let mut next = None;
        while next.is_none() && began.elapsed() < PATIENCE && !asked() {
            let some: Vec<(Tree, Script)> = valid.by_ref().take(TOGETHER).collect();
            if some.is_empty() {
                break;
            }
            let (trees, scripts): (Vec<Tree>, Vec<Script>) = some.into_iter().unzip();
            let outcomes = outcomes(subject.target, subject, scripts, 0, setup);
            next = trees.into_iter().zip(outcomes).find_map(|(tree, outcome)| match outcome {
                Outcome::Differs(differing) => Some((tree, *differing)),
                Outcome::Agrees(_) | Outcome::Unverified(_) | Outcome::Interrupted => None,
            });
        }
        match next {
            Some(smaller) => best = smaller,
            None => return best,
        }
    }
}
