//! The variables in sight: a stack of names, of which the innermost counts.

use std::collections::BTreeMap;

#[derive(Debug)]
pub struct Sight<'a, T> {
    all: Vec<(&'a str, T)>,
    /// Where in `all` the variables of a name are; so that long programs stay fast to look through.
    by_name: BTreeMap<&'a str, Vec<usize>>,
}

impl<T> Default for Sight<'_, T> {
    fn default() -> Self {
        Sight { all: Vec::new(), by_name: BTreeMap::new() }
    }
}

impl<'a, T> Sight<'a, T> {
    pub fn push(&mut self, name: &'a str, variable: T) {
        self.by_name.entry(name).or_default().push(self.all.len());
        self.all.push((name, variable));
    }

    pub fn pop(&mut self) -> Option<T> {
        let (name, variable) = self.all.pop()?;
        if let Some(places) = self.by_name.get_mut(name) {
            places.pop();
        }
        Some(variable)
    }

    pub fn depth(&self) -> usize {
        self.all.len()
    }

    pub fn get(&self, name: &str) -> Option<&T> {
        let place = *self.by_name.get(name)?.last()?;
        Some(&self.all[place].1)
    }

    pub fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        let place = *self.by_name.get(name)?.last()?;
        Some(&mut self.all[place].1)
    }

    /// Innermost first.
    pub fn names(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.all.iter().rev().map(|(name, _)| *name)
    }
}
