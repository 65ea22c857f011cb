//! Makes a random program of a vocabulary: its objects, its tasks, and a `main` that starts them.

use crate::verify::random::dice::Dice;
use crate::verify::random::objects::Objects;
use crate::verify::random::ornaments::adorn;
use crate::verify::random::tree::{Step, Tree, block, line};
use crate::verify::random::vocabulary::{Construct, Vocabulary};

/// Steps of the smallest to the largest programs, before what is added at the end.
const BUDGETS: [usize; 4] = [10, 18, 32, 60];
/// Tasks that are spawned by `main` itself, at most.
const SPAWNED: [usize; 4] = [3, 4, 6, 9];
pub const DEEPEST: usize = 5;

/// What is in sight where a step is made.
#[derive(Debug, Clone, Default)]
pub struct Here {
    pub depth: usize,
    /// Locks and their kin that this task holds: it must not take them again.
    pub held: Vec<String>,
    /// Variables that hold handles of tasks spawned before this one.
    pub handles: Vec<String>,
    /// Variables that hold ints.
    pub ints: Vec<String>,
    /// Named groups that take tasks.
    pub groups: Vec<String>,
    /// Scopes that can be cancelled.
    pub scopes: Vec<String>,
    /// Inside the braces of a group, where no daemon may be born.
    pub grouped: bool,
    /// Inside something that runs more than once.
    pub repeated: bool,
}

pub struct Maker<'a> {
    pub dice: Dice,
    pub vocabulary: &'a Vocabulary,
    pub objects: Objects,
    weights: Vec<(Construct, u32)>,
    tree: Tree,
    numbers: usize,
    budget: usize,
    /// Durations of this program go from 0 to so many milliseconds.
    longest: usize,
    /// Whether times are cut into microseconds.
    fine: bool,
}

/// Program `number` of the endless row that belongs to a vocabulary and a seed.
pub fn program(vocabulary: &Vocabulary, seed: u64, number: u32) -> Tree {
    let mut dice = Dice::new(seed, number);
    let mut tree = Tree::default();
    let objects = Objects::throw(&mut dice, vocabulary, &mut tree.declarations);
    let size = [0, 1, 1, 2, 2, 3][dice.below(6)];
    let mut weights = vocabulary.weights();
    // Every program has its favourites, so that it comes back to something.
    for _ in 0..4 {
        let favourite = dice.below(weights.len());
        if let Some((_, weight)) = weights.get_mut(favourite) {
            *weight *= 4;
        }
    }
    let longest = [2, 3, 3, 5, 9][dice.below(5)];
    let fine = vocabulary.has(Construct::FineTimes) && dice.chance(25);
    let mut maker =
        Maker { dice, vocabulary, objects, weights, tree, numbers: 0, budget: BUDGETS[size], longest, fine };
    let shares = maker.has(Construct::SharedHandles) && maker.dice.chance(40);
    if shares {
        maker.tree.declarations.push("shared handles = []".to_string());
    }
    let main = maker.main(SPAWNED[size], shares);
    maker.tree.main = main;
    let mut tree = maker.tree;
    adorn(&mut tree, vocabulary, seed, number);
    tree
}

impl Maker<'_> {
    pub fn has(&self, construct: Construct) -> bool {
        self.vocabulary.has(construct)
    }

    /// A number that no name has yet.
    pub fn number(&mut self) -> usize {
        self.numbers += 1;
        self.numbers
    }

    /// A time: often one that others have too.
    pub fn time(&mut self, least: usize) -> String {
        let millis = self.dice.between(least, self.longest.max(least));
        if self.fine && self.dice.chance(50) {
            return format!("{}us", millis * 1000 + self.dice.between(0, 3) * 250 + self.dice.below(2));
        }
        if millis == 0 { "0s".to_string() } else { format!("{millis}ms") }
    }

    pub fn declare(&mut self, head: String, body: Vec<Step>) {
        self.tree.tasks.push((head, body));
    }

    /// Is there a list of handles that all tasks see?
    pub fn shares(&self) -> bool {
        self.tree.declarations.last().is_some_and(|last| last == "shared handles = []")
    }

    pub fn spend(&mut self, steps: usize) -> bool {
        let enough = self.budget >= steps;
        self.budget = self.budget.saturating_sub(steps);
        enough
    }

    fn main(&mut self, most: usize, shares: bool) -> Vec<Step> {
        let mut here = Here::default();
        let mut steps = Vec::new();
        let spawned = if self.has(Construct::Spawn) { self.dice.between(2, most) } else { 0 };
        for _ in 0..spawned {
            let (handle, spawn) = self.spawn(&mut here);
            steps.extend(spawn);
            if shares {
                steps.push(line(format!("handles = handles + [{handle}]")));
            }
            if self.dice.chance(30) {
                self.step(&mut here, &mut steps);
            }
        }
        while self.budget > 0 && steps.len() < 40 {
            self.step(&mut here, &mut steps);
        }
        if self.dice.chance(85) && !steps.is_empty() {
            self.unblock(&here, &mut steps);
        }
        steps
    }

    /// Steps for a block or a task; what they declare is not seen behind them.
    pub fn body(&mut self, here: &Here, steps: usize) -> Vec<Step> {
        let mut inner = here.clone();
        inner.depth += 1;
        let mut out = Vec::new();
        for _ in 0..steps {
            self.step(&mut inner, &mut out);
        }
        if out.is_empty() {
            out.push(line(format!("log \"{}\"", self.numbers)));
        }
        out
    }

    pub fn some(&mut self) -> usize {
        [1, 1, 2, 2, 3, 4][self.dice.below(6)]
    }

    /// One more step, unless the program is long enough.
    pub fn step(&mut self, here: &mut Here, out: &mut Vec<Step>) {
        if !self.spend(1) {
            return;
        }
        for _ in 0..50 {
            let Some(construct) = self.dice.weighted(&self.weights) else { return };
            let before = out.len();
            self.make(construct, here, out);
            if out.len() > before {
                return self.guard(construct, here, before, out);
            }
        }
    }

    /// What may wait for ever gets a deadline more often than not.
    fn guard(&mut self, construct: Construct, here: &Here, from: usize, out: &mut Vec<Step>) {
        if !waits(construct) || here.depth >= DEEPEST || !self.has(Construct::Timeout) {
            return;
        }
        let later = |text: &str| text.starts_with("let v") || text.starts_with("let h");
        let declares = |step: &Step| matches!(step, Step::Line(text) if later(text));
        if self.dice.chance(60) && !out[from..].iter().any(declares) {
            let body = out.split_off(from);
            let d = self.time(1);
            out.push(block(format!("timeout {d}"), body));
        }
    }

    /// A task of its own, started here. Gives the name of its handle.
    pub fn spawn(&mut self, here: &mut Here) -> (String, Vec<Step>) {
        let number = self.number();
        let steps = [2, 3, 3, 4, 5][self.dice.below(5)];
        let call = self.task(&format!("t{number}"), here, steps);
        let handle = format!("h{number}");
        let daemon = !here.grouped && self.has(Construct::Daemon) && self.dice.chance(12);
        let suffix = if daemon { " daemon" } else { "" };
        here.handles.push(handle.clone());
        (handle.clone(), vec![line(format!("let {handle} = spawn {call}{suffix}"))])
    }

    /// Declares a task that is given some of the handles in sight, and says how it is called.
    pub fn task(&mut self, name: &str, here: &Here, steps: usize) -> String {
        self.task_holding(name, here, steps, Vec::new())
    }

    /// The same for one that runs as a part of a task that holds something already.
    pub fn task_holding(&mut self, name: &str, here: &Here, steps: usize, held: Vec<String>) -> String {
        let mut given: Vec<String> = Vec::new();
        for known in here.handles.iter().chain(&here.groups).chain(&here.scopes) {
            if given.len() < 3 && self.dice.chance(40) {
                given.push(known.clone());
            }
        }
        let kept = |all: &[String]| all.iter().filter(|name| given.contains(name)).cloned().collect();
        let inner = Here {
            depth: here.depth + 1,
            handles: kept(&here.handles),
            groups: kept(&here.groups),
            scopes: kept(&here.scopes),
            held,
            repeated: here.repeated,
            ..Here::default()
        };
        let mut body = self.body(&inner, steps);
        let value = self.number();
        body.push(line(format!("return {value}")));
        let call = format!("{name}({})", given.join(", "));
        self.declare(format!("task {call}"), body);
        call
    }
}

/// Can it wait until somebody else does something?
fn waits(construct: Construct) -> bool {
    matches!(
        construct,
        Construct::Join
            | Construct::Channel
            | Construct::Event
            | Construct::Condition
            | Construct::Barrier
            | Construct::Future
            | Construct::ForAwait
            | Construct::Select
            | Construct::Lock
            | Construct::Semaphore
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::load;

    fn whole() -> Vocabulary {
        Vocabulary::without(&[
            Construct::Scope,
            Construct::CallSoon,
            Construct::CallLater,
            Construct::NextTick,
            Construct::Immediate,
        ])
    }

    #[test]
    fn every_program_is_one() {
        for number in 0..400 {
            let text = program(&whole(), 7, number).print();
            if let Err(problems) = load(&text) {
                panic!("{}\n{text}", problems[0].message);
            }
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_programs() {
        let made = |seed, number| program(&whole(), seed, number).print();
        assert_eq!(made(1, 2), made(1, 2));
        assert_ne!(made(1, 2), made(1, 3));
        assert_ne!(made(1, 2), made(2, 2));
    }
}
