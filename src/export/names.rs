//! Names for a language with words of its own: what cannot be said there gets a sign behind it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The names that are taken in one scope of the program that is written.
#[derive(Debug, Clone, Default)]
pub struct Names {
    taken: Rc<BTreeSet<String>>,
    /// Those that were taken while others shared `taken`: a copy for every function costs nothing.
    added: BTreeSet<String>,
    /// How far those have come that were wanted often: numbers below are not tried again.
    tried: BTreeMap<String, usize>,
}

/// So many numbers are always tried, since names are given back.
const ALWAYS_TRIED: usize = 20;

impl Names {
    /// `reserved` are the words of the language, and what the prelude and the backend use.
    pub fn new<'n>(reserved: impl IntoIterator<Item = &'n str>) -> Names {
        Names { taken: Rc::new(reserved.into_iter().map(str::to_string).collect()), ..Names::default() }
    }

    pub fn is_taken(&self, name: &str) -> bool {
        self.taken.contains(name) || self.added.contains(name)
    }

    /// Takes `wanted`, or if that is taken `wanted_`, `wanted_2`, …
    pub fn take(&mut self, wanted: &str) -> String {
        let mut name = wanted.to_string();
        let mut number = 1;
        while self.is_taken(&name) {
            name = if number == 1 { format!("{wanted}_") } else { format!("{wanted}_{number}") };
            number += 1;
            if number == ALWAYS_TRIED {
                number = self.tried.get(wanted).copied().unwrap_or(number);
            }
        }
        if number > ALWAYS_TRIED {
            self.tried.insert(wanted.to_string(), number);
        }
        match Rc::get_mut(&mut self.taken) {
            Some(taken) => taken.insert(name.clone()),
            None => self.added.insert(name.clone()),
        };
        name
    }

    /// The name can be taken again.
    pub fn give_back(&mut self, name: &str) {
        if !self.added.remove(name) && self.taken.contains(name) {
            Rc::make_mut(&mut self.taken).remove(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_taken_gets_a_sign() {
        let mut names = Names::new(["class"]);
        assert_eq!(names.take("class"), "class_");
        assert_eq!(names.take("class"), "class_2");
        assert_eq!(names.take("load"), "load");
        names.give_back("load");
        assert_eq!(names.take("load"), "load");
        assert_eq!(names.take("洗"), "洗");
    }
}
