//! The lanes of the trace, numbered as they are made.

use std::rc::Rc;

use crate::sim::kernel::Kernel;
use crate::sim::trace::{Kind, Role};

pub struct Lanes<'k> {
    kernel: &'k Kernel,
    made: u32,
}

impl<'k> Lanes<'k> {
    pub fn new(kernel: &'k Kernel) -> Lanes<'k> {
        Lanes { kernel, made: 0 }
    }

    pub fn add(&mut self, word: &str, role: Role) -> u32 {
        let lane = self.made;
        self.made += 1;
        if self.kernel.tracing() {
            self.kernel.emit(None, Some(lane), Kind::Worker { name: Rc::from(word), role });
        }
        lane
    }

    pub fn add_numbered(&mut self, word: &str, number: u32, role: Role) -> u32 {
        if self.kernel.tracing() { self.add(&format!("{word} {number}"), role) } else { self.add("", role) }
    }

    /// Lanes `word 1` to `word n`; the first of them.
    pub fn add_several(&mut self, word: &str, n: u32, role: Role) -> u32 {
        let first = self.made;
        for number in 1..=n {
            self.add_numbered(word, number, role);
        }
        first
    }
}
