//! The shared objects of a random program: which there are, how they are declared, how one is chosen.

use crate::verify::random::dice::Dice;
use crate::verify::random::vocabulary::{Construct, Vocabulary};

/// Names of the declared objects, by kind. A kind that the program does without is empty.
#[derive(Debug, Default)]
pub struct Objects {
    pub locks: Vec<String>,
    pub resources: Vec<String>,
    pub semaphores: Vec<String>,
    pub rwlocks: Vec<String>,
    pub channels: Vec<String>,
    pub events: Vec<String>,
    /// A condition and its lock.
    pub conditions: Vec<(String, String)>,
    pub barriers: Vec<String>,
    pub futures: Vec<String>,
    pub pools: Vec<String>,
    pub shared: Vec<String>,
}

impl Objects {
    /// Throws one or two of each kind the vocabulary has, and their declarations.
    pub fn throw(dice: &mut Dice, vocabulary: &Vocabulary, out: &mut Vec<String>) -> Objects {
        let mut all = Objects::default();
        let has = |construct| vocabulary.has(construct);
        if has(Construct::Lock) || has(Construct::Acquire) || has(Construct::Condition) {
            all.locks = named(dice, "l", 2, out, |_, name| format!("lock {name}"));
        }
        if has(Construct::Resource) {
            all.resources =
                named(dice, "r", 1, out, |dice, name| format!("resource {name}({})", dice.between(1, 3)));
        }
        if has(Construct::Semaphore) {
            all.semaphores =
                named(dice, "s", 2, out, |dice, name| format!("semaphore {name}({})", permits(dice)));
        }
        if has(Construct::RwLock) {
            all.rwlocks = named(dice, "w", 1, out, |_, name| format!("rwlock {name}"));
        }
        all.channels = channels(dice, vocabulary, out);
        if has(Construct::Event) {
            all.events = named(dice, "e", 2, out, |_, name| format!("event {name}"));
        }
        if has(Construct::Condition) {
            let lock = all.locks.last().cloned().unwrap_or_default();
            out.push(format!("condition d0({lock})"));
            all.conditions = vec![("d0".to_string(), lock)];
        }
        if has(Construct::Barrier) {
            all.barriers =
                named(dice, "b", 1, out, |dice, name| format!("barrier {name}({})", dice.between(2, 3)));
        }
        if has(Construct::Future) {
            all.futures = named(dice, "f", 2, out, |_, name| format!("future {name}"));
        }
        if has(Construct::Offload) {
            all.pools =
                named(dice, "p", 1, out, |dice, name| format!("workers {name}({})", dice.between(1, 3)));
        }
        all.shared = named(dice, "x", 2, out, |dice, name| format!("shared {name} = {}", dice.below(4)));
        all
    }
}

fn permits(dice: &mut Dice) -> usize {
    [0, 1, 1, 2, 3][dice.below(5)]
}

fn channels(dice: &mut Dice, vocabulary: &Vocabulary, out: &mut Vec<String>) -> Vec<String> {
    let mut all = Vec::new();
    if vocabulary.has(Construct::Channel) {
        all =
            named(dice, "c", 2, out, |dice, name| format!("channel {name}({})", [1, 1, 2, 3][dice.below(4)]));
    }
    if vocabulary.has(Construct::Rendezvous) && dice.chance(40) {
        out.push("channel c8(0)".to_string());
        all.push("c8".to_string());
    }
    if vocabulary.has(Construct::Unbounded) && dice.chance(20) {
        out.push("channel c9(unbounded)".to_string());
        all.push("c9".to_string());
    }
    all
}

/// One to `most` of a kind: `l0`, `l1`.
fn named(
    dice: &mut Dice,
    letter: &str,
    most: usize,
    out: &mut Vec<String>,
    declare: impl Fn(&mut Dice, &str) -> String,
) -> Vec<String> {
    let names: Vec<String> = (0..dice.between(1, most)).map(|n| format!("{letter}{n}")).collect();
    for name in &names {
        let declaration = declare(dice, name);
        out.push(declaration);
    }
    names
}
