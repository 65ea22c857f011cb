//! What is added to a program when it is made: words that no scheduler looks at, and that must not change what it does.
//!
//! Priorities, which the runtimes that are exact do not have, numbers that are observed, assertions, lists that grow.
//! They have dice of their own, so that the program around them stays the same.

use crate::verify::random::dice::Dice;
use crate::verify::random::tree::{Step, Tree, line};
use crate::verify::random::vocabulary::{Construct, Vocabulary};

/// Programs that are adorned, in a hundred.
const ADORNED: usize = 40;
/// Blocks that get another line, in a hundred.
const LINES: usize = 30;
/// Other dice than those of the program.
const SALT: u64 = 0x6f72_6e61_6d65_6e74;

pub fn adorn(tree: &mut Tree, vocabulary: &Vocabulary, seed: u64, number: u32) {
    let mut dice = Dice::new(seed ^ SALT, number);
    if !dice.chance(ADORNED) {
        return;
    }
    let words = [Construct::Observe, Construct::Assert, Construct::Lists];
    let mut own = Ornaments {
        words: words.into_iter().filter(|word| vocabulary.has(*word)).collect(),
        priorities: vocabulary.has(Construct::Priority),
        finally: vocabulary.has(Construct::Finally),
        dice,
        numbers: 0,
    };
    if own.words.contains(&Construct::Observe) {
        tree.declarations.insert(0, "metric seen".to_string());
        tree.declarations.insert(0, "metric times".to_string());
    }
    if own.words.contains(&Construct::Assert) || own.words.contains(&Construct::Lists) {
        tree.declarations.insert(0, "shared grown = [0]".to_string());
    }
    for (head, body) in &mut tree.tasks {
        // Callbacks and jobs on other threads keep to what they are.
        if head.starts_with("task t") || head.starts_with("task g") || head.starts_with("task c") {
            own.block(body);
        }
    }
    own.block(&mut tree.main);
}

struct Ornaments {
    words: Vec<Construct>,
    priorities: bool,
    /// May clean-up fail?
    finally: bool,
    dice: Dice,
    numbers: usize,
}

impl Ornaments {
    fn block(&mut self, steps: &mut Vec<Step>) {
        for step in steps.iter_mut() {
            match step {
                Step::Line(text) => self.priority(text),
                // The arms of a `select` are no statements.
                Step::Block { head, body, .. } if head == "select" => {
                    for arm in body {
                        if let Step::Block { body, .. } = arm {
                            self.block(body);
                        }
                    }
                }
                Step::Block { body, clauses, .. } => {
                    self.block(body);
                    for (head, body) in clauses {
                        let mut adorned = body.clone();
                        self.block(&mut adorned);
                        // What is thrown is thrown, whether it is used or not: the rest stays the same.
                        if self.finally || head != "finally" {
                            *body = adorned;
                        }
                    }
                }
            }
        }
        if self.dice.chance(LINES) && !steps.is_empty() {
            let at = self.dice.below(steps.len());
            let added = self.line();
            steps.splice(at..at, added.map(line));
        }
    }

    fn priority(&mut self, text: &mut String) {
        let spawns = text.contains("= spawn ") && !text.ends_with(" daemon");
        if self.priorities && spawns && self.dice.chance(25) {
            text.push_str(&format!(" priority {}", self.dice.below(9)));
        }
    }

    fn line(&mut self) -> Option<String> {
        self.numbers += 1;
        let n = self.numbers;
        Some(match self.dice.pick(&self.words)? {
            Construct::Observe if self.dice.chance(50) => format!("observe seen, {n}"),
            Construct::Observe => "observe times, now()".to_string(),
            Construct::Assert => format!("assert len(grown) < {}, \"A{n}\"", self.dice.between(2, 12)),
            _ if self.dice.chance(70) => format!("grown = grown + [{n}]"),
            _ => "log \"grown {len(grown)} {grown[0]}\"".to_string(),
        })
    }
}
